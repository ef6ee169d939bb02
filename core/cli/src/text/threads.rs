//! Messages: the list of threads, one thread, and whom one may write to.

use client::views::Standing;
use client::{
    Answered, Delivery, Last, Message, Messaging, Party, Recipient, Recipients, Thread, ThreadEntry,
    ThreadView, ThreadsView,
};

use super::page::{Ink, Page};
use super::words::{counted, moment, unread};
use super::{acts, basis, files, line};

const DEEP: usize = 6;
const OUTBOX: &str = "wellkept outbox";

/// Draws the list of threads. An empty one never says "none".
pub fn list(page: &mut Page, view: &ThreadsView, narrowed: bool) {
    page.heading("Messages");
    above(page, &view.notices, &view.messaging);
    if !view.waiting.is_empty() {
        page.blank();
        page.line(0, Ink::Strong, "Not known to have arrived");
        view.waiting.iter().for_each(|item| acts::item(page, item, OUTBOX));
    }
    if view.threads.is_empty() {
        if view.rests_on.is_empty() {
            return basis::no_portal(page);
        }
        let said = match narrowed {
            true => {
                "No messages that are held fit what you asked for. Others may be held, and more may exist:"
            }
            false => "No messages are held. That does not mean that there are none:",
        };
        page.line(0, Ink::Plain, said);
        basis::portals(page, &view.rests_on);
        return lacks(page, &view.lacks);
    }
    page.blank();
    view.threads.iter().for_each(|thread| summary(page, thread));
    page.blank();
    if view.unread > 0 {
        let new = counted(view.unread, "message is new to you.", "messages are new to you.");
        page.line(0, Ink::Plain, &new);
    }
    let covered: u64 = view.threads.iter().map(|thread| thread.covered).sum();
    if covered > 0 {
        let covered = counted(covered, "message is covered", "messages are covered");
        page.line(0, Ink::Plain, &format!("{covered}: `--reveal` shows what you covered, this once."));
    }
    lacks(page, &view.lacks);
    if view.threads.len() < view.count {
        let shown = counted(view.threads.len(), "thread is shown", "threads are shown");
        page.line(0, Ink::Plain, &format!("{shown} of {}: leave out --limit to see them.", view.count));
    }
    if view.rests_on.is_empty() {
        return basis::no_portal(page);
    }
    page.line(0, Ink::Plain, "As of, by portal:");
    basis::portals(page, &view.rests_on);
}

/// Draws one thread, the oldest message first.
pub fn thread(page: &mut Page, view: &ThreadView) {
    let Thread { subject, portals, id, .. } = &view.thread;
    page.heading(subject);
    let mut from = vec![(Ink::Plain, portals.join(", "))];
    from.extend(view.thread.category.iter().map(|category| (Ink::Plain, category.clone())));
    from.push((Ink::Faint, id.clone()));
    page.pieces(0, &from);
    above(page, &view.notices, &view.messaging);
    if let Some(head) = &view.head {
        page.blank();
        page.line(0, Ink::Faint, "The portal keeps the thread as an entry of its own:");
        line::line(page, head);
    }
    if view.left_out > 0 {
        let older = counted(view.left_out, "older message is", "older messages are");
        page.blank();
        page.line(0, Ink::Warning, &format!("{older} not shown here: `wellkept timeline` lists them."));
    }
    for entry in &view.entries {
        page.blank();
        match entry {
            ThreadEntry::Record(message) => one(page, message),
            ThreadEntry::Outbox(item) => acts::item(page, item, OUTBOX),
        }
    }
    page.blank();
    lacks(page, &view.lacks);
    page.line(0, Ink::Plain, "As of:");
    basis::portals(page, &view.rests_on);
}

/// Draws whom one may write to at a portal.
pub fn recipients(page: &mut Page, view: &Recipients) {
    page.heading(&format!("Whom to write to at {}", view.portal));
    if view.people.is_empty() {
        page.line(
            0,
            Ink::Plain,
            "Nobody is named in what is held. That does not mean that nobody can be written to.",
        );
    }
    view.people.iter().for_each(|one| recipient(page, one));
    page.blank();
    page.line(0, Ink::Plain, "Whether the portal takes messages for each of them is not known.");
    lacks(page, &view.lacks);
    page.line(0, Ink::Plain, "As of:");
    basis::portals(page, &view.rests_on);
}

fn above(page: &mut Page, notices: &[String], messaging: &[Messaging]) {
    for notice in notices {
        page.line(0, Ink::Warning, &format!("! {notice}."));
    }
    for portal in messaging {
        page.labelled(2, &portal.portal, &promise(portal));
    }
}

/// What a portal says of its messages, or that it is not known.
fn promise(portal: &Messaging) -> String {
    let soon = match &portal.answers_within {
        Some(within) => format!("says that it answers {within}"),
        None if portal.out_of_date => {
            "how soon it answers is not known: what was known is out of date".to_owned()
        }
        None => "how soon it answers is not known".to_owned(),
    };
    let limits = portal.limits.as_ref().map(|limits| format!("takes {limits}"));
    let source = portal.source.as_ref().map(|source| format!("({source})"));
    let said: Vec<String> = [Some(soon), limits].into_iter().flatten().collect();
    match source {
        Some(source) => format!("{} {source}", said.join("; ")),
        None => said.join("; "),
    }
}

fn summary(page: &mut Page, thread: &Thread) {
    let mut title = vec![(Ink::Strong, thread.subject.clone())];
    if thread.unread > 0 {
        title.push((Ink::New, format!("[{} new]", thread.unread)));
    }
    page.pieces(2, &title);
    let mut with: Vec<&str> = Vec::new();
    for party in &thread.with {
        if !with.contains(&party.name.as_str()) {
            with.push(&party.name);
        }
    }
    let more = if thread.perhaps_more { " and perhaps others" } else { "" };
    let mut about = Vec::new();
    if !with.is_empty() {
        about.push((Ink::Plain, format!("with {}{more}", with.join(", "))));
    }
    about.push((Ink::Plain, counted(thread.count, "message", "messages")));
    if thread.attachments > 0 {
        about.push((Ink::Plain, counted(thread.attachments, "file", "files")));
    }
    about.extend(thread.category.iter().map(|category| (Ink::Plain, category.clone())));
    page.pieces(DEEP, &about);
    last(page, &thread.last);
    let mut from = vec![(Ink::Plain, thread.portals.join(", ")), (Ink::Faint, thread.id.clone())];
    if thread.withdrawn > 0 {
        let withdrawn = counted(thread.withdrawn, "message withdrawn", "messages withdrawn");
        from.push((Ink::Warning, withdrawn));
    }
    page.pieces(DEEP, &from);
    if thread.lacks_a_message {
        page.line(DEEP, Ink::Warning, "It goes back to a message that is not held.");
    }
}

fn last(page: &mut Page, last: &Last) {
    let when = last.when.clone().unwrap_or_else(|| "date not stated".to_owned());
    let from = match &last.from {
        Some(party) if party.you => ", from you".to_owned(),
        Some(party) => format!(", from {}", party.name),
        None => String::new(),
    };
    let said = match (&last.text, &last.standing, last.covered) {
        (_, _, true) => "covered".to_owned(),
        (_, Standing::Withdrawn { .. } | Standing::Removed, _) => {
            "withdrawn by the provider: recorded by mistake".to_owned()
        }
        (_, Standing::NotHeld, _) => "its content is not on this device".to_owned(),
        (Some(text), _, _) => format!("{}{text}", not_sent(last.delivery)),
        (None, _, _) => format!("{}it holds no words", not_sent(last.delivery)),
    };
    page.line(DEEP, Ink::Plain, &format!("last {when}{from}: {said}"));
}

fn one(page: &mut Page, message: &Message) {
    let entry = &message.line;
    if message.from.is_none() && message.to.is_empty() && message.text.is_empty() {
        // Covered, withdrawn, not held or not readable: as every list shows it.
        line::line(page, entry);
    } else {
        let mut title = vec![(Ink::Strong, from_to(message))];
        if entry.unread {
            title.push((Ink::New, unread(entry.changed_since_read).to_owned()));
        }
        page.pieces(2, &title);
        let when = entry.when.clone().unwrap_or_else(|| "date not stated".to_owned());
        page.pieces(DEEP, &[(Ink::Plain, when), (Ink::Faint, entry.reference.clone())]);
        message.text.iter().for_each(|text| page.prose(DEEP, text));
        if message.text.is_empty() && message.attachments.is_empty() {
            page.line(DEEP, Ink::Plain, "It holds no words.");
        }
        message.goes_with.iter().for_each(|reference| page.labelled(DEEP, "Goes with", reference));
        line::about(page, entry);
    }
    if message.by_you
        && let Some(delivery) = delivery(message)
    {
        page.line(DEEP, Ink::Plain, &delivery);
    }
    message.answers.iter().for_each(|answer| answers(page, answer));
    if message.by_you && !message.answered_by.is_empty() {
        page.line(DEEP, Ink::Plain, &format!("Answered by {}", message.answered_by.join(", ")));
    }
    if !message.attachments.is_empty() {
        page.line(DEEP, Ink::Plain, "Files:");
        message.attachments.iter().for_each(|file| files::one_at(page, DEEP, file));
        let open = format!("To read one: `wellkept documents open {} N`", entry.reference);
        page.line(DEEP, Ink::Plain, &open);
    }
}

fn from_to(message: &Message) -> String {
    let name = |party: &Party| if party.you { "you".to_owned() } else { party.name.clone() };
    let from = match &message.from {
        Some(party) if party.you => "You".to_owned(),
        Some(party) => party.name.clone(),
        None => "Sender not stated".to_owned(),
    };
    let to: Vec<String> = message.to.iter().map(name).collect();
    match to.is_empty() {
        true => format!("{from}, to whom is not stated"),
        false => format!("{from} to {}", to.join(", ")),
    }
}

/// How far one's own message has come. That it was not sent stands among what changes the meaning of an entry.
fn delivery(message: &Message) -> Option<String> {
    match message.delivery {
        Delivery::Sent => Some("Sent (which is not the same as read)".to_owned()),
        Delivery::Delivered => {
            let when = message.received.clone().unwrap_or_default();
            Some(format!("Delivered {when} (which is not the same as read)"))
        }
        _ => None,
    }
}

/// What a list says of a message that may not have arrived.
fn not_sent(delivery: Delivery) -> &'static str {
    match delivery {
        Delivery::Sent | Delivery::Delivered => "",
        Delivery::NotSent => "NOT sent: ",
        Delivery::Draft => "a draft, NOT sent: ",
        Delivery::UnderWay => "being sent: ",
        Delivery::OnHold => "held, may not have arrived: ",
        Delivery::Stopped => "stopped, may not have arrived: ",
        Delivery::NotStated => "not known whether it was sent: ",
    }
}

fn answers(page: &mut Page, answer: &Answered) {
    let reference = &answer.reference;
    let said = match (answer.part, answer.held) {
        // That it is part of the thread in which it stands goes without saying.
        (true, true) => return,
        (false, true) => format!("Answers {reference}"),
        (false, false) => format!("Answers a message that is not held: {reference}"),
        (true, false) => format!("Part of a thread whose beginning is not held: {reference}"),
    };
    page.line(DEEP, if answer.held { Ink::Plain } else { Ink::Warning }, &said);
}

fn recipient(page: &mut Page, one: &Recipient) {
    let mut title = vec![(Ink::Strong, one.name.clone())];
    if one.in_care_team {
        title.push((Ink::Plain, "care team".to_owned()));
    }
    page.pieces(2, &title);
    if !one.roles.is_empty() {
        page.line(DEEP, Ink::Plain, &one.roles.join("; "));
    }
    let mut from = vec![(Ink::Plain, format!("known from {}", one.known_from.join("; ")))];
    from.extend(one.last_thread.map(|at| (Ink::Plain, format!("last message {}", moment(at)))));
    let names: Vec<&str> = std::iter::once(&one.reference).chain(&one.also).map(String::as_str).collect();
    from.push((Ink::Faint, names.join(", ")));
    page.pieces(DEEP, &from);
    if !one.held {
        page.line(DEEP, Ink::Warning, "Their own entry is not on this device.");
    }
    for doubt in &one.doubts {
        page.line(DEEP, Ink::Warning, &format!("! {doubt}."));
    }
}

fn lacks(page: &mut Page, lacks: &[String]) {
    for lack in lacks {
        page.line(0, Ink::Warning, &format!("{lack}."));
    }
}
