//! Portals found in the list of all that there are.

use client::{Found, ListTaken, WayIn};

use super::page::{Ink, Page};
use super::words::counted;

/// Draws what a search found.
pub fn found(page: &mut Page, words: &str, found: &Found) {
    page.heading(&format!("Portals: {words}"));
    if found.ways.is_empty() {
        page.line(
            2,
            Ink::Plain,
            "None of the list on this device. It need not be complete: ask the clinic for its address.",
        );
    }
    ways(page, &found.ways);
    if !found.ways.is_empty() {
        page.line(0, Ink::Plain, "Connect one: `wellkept connect` and its address.");
    }
    foot(page, found);
}

/// Draws what there is to choose from.
pub fn choose(page: &mut Page, words: &str, found: &Found) {
    page.heading(&format!("More than one portal fits: {words}"));
    ways(page, &found.ways);
    foot(page, found);
}

/// Draws the one portal that is about to be signed in to.
pub fn meant(page: &mut Page, meant: &WayIn) {
    page.line(0, Ink::Plain, "From the list of portals on this device. Is this the one?");
    way(page, 2, "", meant);
}

/// Draws what came of taking a list in.
pub fn taken(page: &mut Page, taken: &ListTaken) {
    let count = counted(number(taken.organisations), "organisation", "organisations");
    page.line(
        0,
        Ink::Plain,
        &format!("{count} can be found now, without a network: `wellkept portals find`"),
    );
    if let Some(as_of) = &taken.as_of {
        page.line(2, Ink::Plain, &format!("as of {as_of}, as the list says"));
    }
    let left = [
        (taken.unreadable, "entry could not be read", "entries could not be read"),
        (
            taken.without_portal,
            "has no portal that is active and secure",
            "have no portal that is active and secure",
        ),
        (taken.not_organisations, "is closed or has no name", "are closed or have no name"),
        (taken.beyond, "is beyond the most that is taken", "are beyond the most that is taken"),
    ];
    for (count, one, many) in left.into_iter().filter(|(count, ..)| *count > 0) {
        page.line(2, Ink::Warning, &format!("left out: {}", counted(number(count), one, many)));
    }
    page.line(
        2,
        Ink::Plain,
        "Whoever made the list says so. Look at the address before you sign in anywhere.",
    );
}

fn ways(page: &mut Page, ways: &[WayIn]) {
    for (nth, one) in ways.iter().enumerate() {
        way(page, 2, &format!("{}. ", nth + 1), one);
    }
}

fn way(page: &mut Page, indent: usize, number: &str, way: &WayIn) {
    let mut row = vec![(Ink::Strong, format!("{number}{}", way.organisation))];
    row.extend(way.portal.iter().map(|portal| (Ink::Plain, portal.clone())));
    page.pieces(indent, &row);
    if let Some(place) = &way.place {
        page.line(indent + 4, Ink::Faint, place);
    }
    if let Some(description) = &way.description {
        page.line(indent + 4, Ink::Plain, description);
    }
    if let Some(through) = &way.through {
        page.line(indent + 4, Ink::Plain, &format!("access is given by {through}"));
    }
    page.verbatim(indent + 4, &way.address);
    if !way.readable {
        page.line(indent + 4, Ink::Warning, "of another version than FHIR R4: Wellkept cannot read it");
    }
}

fn foot(page: &mut Page, found: &Found) {
    if found.more {
        page.line(0, Ink::Plain, "More fit: give more words.");
    }
    let of = counted(number(found.organisations), "organisation", "organisations");
    let as_of = found.as_of.as_ref().map(|as_of| format!(", as of {as_of}")).unwrap_or_default();
    page.line(0, Ink::Faint, &format!("The list on this device has {of}{as_of}."));
}

fn number(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
