//! What is to be done at portals, and what became of it.

use client::{ActChoice, ActSent, ActState, FreeTime, FreeTimes, OutboxItem};

use super::page::{Ink, Page};
use super::words::{counted, moment, short_id};

/// Draws the outbox.
pub fn outbox(page: &mut Page, items: &[OutboxItem], how: &str) {
    page.heading("Outbox");
    if items.is_empty() {
        return page.line(0, Ink::Plain, "Nothing waits, and nothing was sent in the last week.");
    }
    items.iter().for_each(|one| item(page, one, how));
}

/// Draws what was just queued.
pub fn queued(page: &mut Page, one: &OutboxItem, advice: &[String], how: &str) {
    item(page, one, how);
    for sentence in advice.iter().filter(|sentence| !one.advice.contains(sentence)) {
        page.line(6, Ink::Faint, &format!("{sentence}."));
    }
}

/// Draws one act.
pub fn item(page: &mut Page, item: &OutboxItem, how: &str) {
    let (ink, state) = state(&item.state);
    page.pieces(2, &[(ink, state), (Ink::Strong, item.title.clone()), (Ink::Plain, item.portal.clone())]);
    let mut about = vec![(Ink::Faint, short_id(&item.id))];
    about.push((Ink::Faint, format!("composed {}", moment(item.composed))));
    if !item.to.is_empty() {
        about.push((Ink::Plain, format!("to {}", item.to.join(", "))));
    }
    page.pieces(6, &about);
    if let Some(when) = &item.when {
        page.labelled(6, "When", when);
    }
    if let Some(subject) = &item.subject {
        page.labelled(6, "Subject", subject);
    }
    if let Some(words) = &item.words {
        page.prose(6, words);
    }
    if !item.files.is_empty() {
        page.labelled(6, "Files", &item.files.join(", "));
    }
    if !item.about.is_empty() {
        page.labelled(6, "About", &item.about.join(", "));
    }
    if let Some(became) = &item.became {
        page.labelled(6, "It is", became);
    }
    if let Some(until) = item.held_until {
        page.labelled(6, "Held until", &moment(until));
    }
    for sentence in &item.advice {
        page.line(6, Ink::Warning, &format!("{sentence}."));
    }
    if let Some(trouble) = &item.trouble {
        let tried = counted(item.tries, "try", "tries");
        page.line(6, Ink::Plain, &format!("{tried} so far; the last: {trouble}"));
    }
    if let Some(at) = item.next_try {
        page.line(6, Ink::Plain, &format!("Next try: {}", moment(at)));
    }
    let choices: Vec<String> =
        item.may.iter().map(|choice| format!("`{how} {} {}`", typed(*choice), short_id(&item.id))).collect();
    if !choices.is_empty() {
        page.line(6, Ink::Faint, &choices.join("  "));
    }
}

/// Draws what was just sent.
pub fn sent(page: &mut Page, sent: &[ActSent], how: &str) {
    page.heading("Sending");
    if sent.is_empty() {
        page.line(0, Ink::Plain, "Nothing was to be sent.");
    }
    acts(page, 2, sent, how);
}

/// Draws what became of acts at one portal.
pub fn acts(page: &mut Page, indent: usize, sent: &[ActSent], how: &str) {
    for act in sent {
        let ink = if act.sent { Ink::Plain } else { Ink::Warning };
        page.line(indent, ink, &format!("{} {}: {}", act.title, short_id(&act.id), act.words));
        if act.look {
            page.line(indent + 4, Ink::Plain, &format!("`{how}` says what to do."));
        }
    }
}

/// Draws free times.
pub fn free(page: &mut Page, found: &FreeTimes, book: &str, ask: &str) {
    page.heading(&format!("Free times at {}", found.portal));
    for (index, time) in found.times.iter().enumerate() {
        page.pieces(
            2,
            &[
                (Ink::Strong, (index + 1).to_string()),
                (Ink::Plain, when(time)),
                (Ink::Faint, time.shown.join(", ")),
            ],
        );
    }
    for sentence in &found.notices {
        page.line(0, Ink::Warning, sentence);
    }
    match (found.times.is_empty(), found.may_ask) {
        (false, _) => page.line(0, Ink::Plain, &format!("Take one: `{book}`")),
        (true, true) => page.line(0, Ink::Plain, &format!("Ask the clinic for a time: `{ask}`")),
        (true, false) => {}
    }
}

fn when(time: &FreeTime) -> String {
    time.words.clone()
}

fn typed(choice: ActChoice) -> &'static str {
    match choice {
        ActChoice::Retry => "retry",
        ActChoice::Edit => "edit",
        ActChoice::Delete => "delete",
        ActChoice::DoneByHand => "done",
    }
}

fn state(state: &ActState) -> (Ink, String) {
    let because = |what: &str, reason: &str| match reason.is_empty() {
        true => what.to_owned(),
        false => format!("{what}: {reason}"),
    };
    match state {
        ActState::Queued => (Ink::Plain, "Queued".to_owned()),
        ActState::ByHand => (Ink::Warning, "To be done by you".to_owned()),
        ActState::Attempting => (Ink::Plain, "Attempting".to_owned()),
        ActState::Sent => (Ink::Plain, "Sent".to_owned()),
        ActState::Delivered => (Ink::Plain, "Delivered".to_owned()),
        ActState::Answered => (Ink::Plain, "Answered".to_owned()),
        ActState::Unsure(reason) => (Ink::Warning, because("! Unsure", reason)),
        ActState::Failed(reason) => (Ink::Warning, because("! Failed", reason)),
        ActState::Requested => (Ink::Plain, "Requested".to_owned()),
        ActState::Held => (Ink::Warning, "Held, not booked".to_owned()),
        ActState::Booked => (Ink::Plain, "Booked".to_owned()),
        ActState::Changed => (Ink::Warning, "! Changed".to_owned()),
        ActState::Cancelled => (Ink::Plain, "Cancelled".to_owned()),
        ActState::Refused(reason) => (Ink::Warning, because("! Refused", reason)),
        ActState::DoneByHand => (Ink::Plain, "Done by you".to_owned()),
    }
}
