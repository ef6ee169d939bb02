//! Appointments: the list, and one for its day.

use client::views::Line;
use client::{AppointmentView, AppointmentsView, Before, DayCard, Linked, PlaceView, When};

use super::page::{Ink, Page};
use super::words::{counted, moment, unread};
use super::{basis, files, line};

const DEEP: usize = 6;

/// Draws the list. An empty one never says "none".
pub fn list(page: &mut Page, view: &AppointmentsView, narrowed: bool) {
    page.heading("Appointments");
    for notice in &view.notices {
        page.line(0, Ink::Warning, &format!("! {notice}."));
    }
    if view.groups.is_empty() {
        empty(page, view, narrowed);
        return lacks(page, &view.lacks);
    }
    for group in &view.groups {
        page.heading(&format!("{} ({})", group.heading, group.appointments.len()));
        if let Some(note) = &group.note {
            page.line(0, Ink::Plain, note);
        }
        group.appointments.iter().for_each(|appointment| one(page, appointment));
    }
    page.blank();
    if view.unread > 0 {
        let new = counted(view.unread, "of these is new to you.", "of these are new to you.");
        page.line(0, Ink::Plain, &new);
    }
    if view.covered > 0 {
        let covered = counted(view.covered, "of these is covered", "of these are covered");
        page.line(0, Ink::Plain, &format!("{covered}: `--reveal` shows what you covered, this once."));
    }
    lacks(page, &view.lacks);
    if view.left_out > 0 {
        let more = counted(view.left_out, "more is held", "more are held");
        page.line(0, Ink::Plain, &format!("{more}: leave out --limit to see them."));
    }
    if view.rests_on.is_empty() {
        return basis::no_portal(page);
    }
    page.line(0, Ink::Plain, "As of, by portal:");
    basis::portals(page, &view.rests_on);
}

/// Draws one appointment for its day.
pub fn card(page: &mut Page, card: &DayCard) {
    for notice in &card.notices {
        page.line(0, Ink::Warning, &format!("! {notice}."));
    }
    one(page, &card.appointment);
    if card.appointment.line.covered.is_some() {
        let how = "You covered this: `--reveal` shows it this once, `wellkept reveal` for good.";
        return page.line(DEEP, Ink::Plain, how);
    }
    if !card.places.is_empty() {
        page.heading("Where");
        card.places.iter().for_each(|one| place(page, one));
    }
    if !card.preparation.is_empty() {
        page.heading("How to prepare, as the portal says it");
        for said in &card.preparation {
            page.labelled(2, &said.from, &said.text);
        }
    }
    if !card.linked.is_empty() {
        page.heading("What goes with it");
        card.linked.iter().for_each(|one| linked(page, one));
    }
    if !card.coverage.is_empty() {
        page.heading("Insurance cards held");
        for card in &card.coverage {
            line::line(page, card);
            if card.covered.is_none() {
                card.fields.iter().for_each(|field| page.labelled(DEEP, &field.label, &field.text));
            }
        }
    }
    if !card.not_held.is_empty() {
        page.heading("Not held, or not said");
        for lack in &card.not_held {
            page.line(2, Ink::Warning, &format!("{lack}."));
        }
    }
    page.blank();
    page.line(0, Ink::Plain, "As of:");
    basis::portals(page, &card.rests_on);
}

fn one(page: &mut Page, appointment: &AppointmentView) {
    let AppointmentView { line: entry, state, held, when, why_cancelled, before, places, with } = appointment;
    let Some(told) = when else { return line::line(page, entry) };
    let mut title = vec![(Ink::Strong, entry.title.clone())];
    if entry.unread {
        title.push((Ink::New, unread(entry.changed_since_read).to_owned()));
    }
    page.pieces(2, &title);
    page.line(DEEP, Ink::Strong, &told.text);
    doubts(page, told);
    if let Some(state) = state {
        page.line(DEEP, Ink::Plain, state);
    }
    if let Some(held) = held {
        let until = held.until.map_or_else(String::new, |until| format!(" until {}", moment(until)));
        page.line(DEEP, Ink::Warning, &format!("Held for you{until}: not booked yet"));
    }
    if let Some(why) = why_cancelled {
        page.labelled(DEEP, "Why cancelled", why);
    }
    if !places.is_empty() {
        page.labelled(DEEP, "Where", &places.join("; "));
    }
    with.iter().for_each(|who| page.labelled(DEEP, "With", who));
    if let Some(before) = before {
        page.line(DEEP, Ink::Warning, &was(before));
    }
    let mut from = Vec::new();
    if !entry.portals.is_empty() {
        from.push((Ink::Plain, entry.portals.join(", ")));
    }
    from.push((Ink::Faint, entry.reference.clone()));
    page.pieces(DEEP, &from);
    let told = |notice: &String| state.as_ref() == Some(notice);
    let notices = entry.notices.iter().filter(|notice| !told(notice)).cloned().collect();
    line::about_but_changes(page, &Line { notices, ..entry.clone() });
}

fn doubts(page: &mut Page, when: &When) {
    for doubt in when.unclear.iter().chain(&when.warning) {
        page.line(DEEP, Ink::Warning, &format!("! {doubt}."));
    }
}

fn was(before: &Before) -> String {
    let said = [before.state.clone(), before.when.as_ref().map(|when| when.text.clone())];
    let said: Vec<String> = said.into_iter().flatten().collect();
    format!("~ changed: was {}, seen {}", said.join(", "), moment(before.seen))
}

fn place(page: &mut Page, place: &PlaceView) {
    let mut title = vec![(Ink::Strong, place.name.clone())];
    title.extend(place.reference.iter().map(|reference| (Ink::Faint, reference.clone())));
    page.pieces(2, &title);
    place.addresses.iter().for_each(|address| page.line(DEEP, Ink::Plain, address));
    place.contacts.iter().for_each(|contact| page.line(DEEP, Ink::Plain, contact));
    place.about.iter().for_each(|about| page.prose(DEEP, about));
}

fn linked(page: &mut Page, linked: &Linked) {
    page.pieces(2, &[(Ink::Plain, linked.title.clone()), (Ink::Faint, linked.reference.clone())]);
    linked.attachments.iter().for_each(|file| files::one_at(page, DEEP, file));
    if !linked.attachments.is_empty() {
        let open = format!("To read one: `wellkept documents open {} N`", linked.reference);
        page.line(DEEP, Ink::Plain, &open);
    }
}

fn empty(page: &mut Page, view: &AppointmentsView, narrowed: bool) {
    if view.rests_on.is_empty() {
        return basis::no_portal(page);
    }
    let said = match narrowed {
        true => {
            "No appointments that are held fit what you asked for. Others may be held, and more may exist:"
        }
        false => "No appointments are held. That does not mean that there are none:",
    };
    page.line(0, Ink::Plain, said);
    basis::portals(page, &view.rests_on);
}

fn lacks(page: &mut Page, lacks: &[String]) {
    for lack in lacks {
        page.line(0, Ink::Warning, &format!("{lack}."));
    }
}
