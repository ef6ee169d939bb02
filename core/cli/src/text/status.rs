//! The record at a glance.

use client::{SectionStatus, Status};

use super::page::{Ink, Page, Piece};
use super::words::{counted, short_id};
use super::{basis, flag, portals};

/// Draws what is held, and from where.
pub fn status(page: &mut Page, status: &Status) {
    page.heading(&format!("Record of {}", status.holder));
    page.line(2, Ink::Faint, &format!("id {}", short_id(&status.record)));
    page.heading("Held on this device");
    let held: Vec<&SectionStatus> = status.sections.iter().filter(|section| section.entries > 0).collect();
    if held.is_empty() {
        page.line(2, Ink::Plain, "Nothing yet.");
    }
    page.table(2, &held.iter().map(|section| row(section)).collect::<Vec<_>>());
    if held.iter().any(|section| section.critical > 0) {
        page.line(2, Ink::Critical, flag::NO_ALARM);
    }
    page.heading("Portals");
    if status.portals.is_empty() {
        return basis::no_portal(page);
    }
    status.portals.iter().for_each(|portal| portals::portal(page, portal));
}

fn row(section: &SectionStatus) -> Vec<Piece> {
    let SectionStatus { section: name, entries, unread, withdrawn, critical } = section;
    let some = |count: u64, words: String| if count > 0 { words } else { String::new() };
    vec![
        (Ink::Plain, name.clone()),
        (Ink::Plain, counted(*entries, "entry", "entries")),
        (Ink::New, some(*unread, format!("{unread} new"))),
        (Ink::Plain, some(*withdrawn, format!("{withdrawn} withdrawn"))),
        (Ink::Critical, some(*critical, format!("!! {critical} critical"))),
    ]
}
