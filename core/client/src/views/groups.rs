//! Which heading an entry stands under, so that "listed" is never read as "taken", nor "ruled out" as "had".

use chrono::{DateTime, Utc};
use fhir::modifiers::{Effect, Notice};
use record::row::{Row, State};

use super::{Group, Line};

/// A prescription older than this is not taken for current without asking: about the longest that one order is
/// usually valid. A rule of display of ours, not a clinical one.
const LONG_AGO_SECONDS: i64 = 366 * 24 * 3600;

/// An entry with the row that it was drawn from.
pub type Entry = (Line, Row);

pub(super) const WITHDRAWN: &str = "Withdrawn: recorded by mistake";
pub(super) const CANNOT_READ: &str = "Carries a note that this app cannot read: ask the provider";
pub(super) const NOT_ENDED: &str = "A portal may never have ended what it lists here.";

/// When a list is drawn, and of whom.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Moment {
    /// UTC seconds.
    pub now: i64,
    /// A portal says that the person has died: nothing is current, and nothing is to come.
    pub died: bool,
}

impl Moment {
    /// What a list calls the entries that it would else call `words`.
    #[must_use]
    pub fn heading(&self, words: &str) -> String {
        match self.died {
            true => {
                format!("Listed as {} when the record says that this person has died", words.to_lowercase())
            }
            false => words.to_owned(),
        }
    }
}

/// Medicines, split by what their status says and by when they were last ordered (hazard H6).
#[must_use]
pub fn medications(entries: Vec<Entry>, moment: Moment) -> Vec<Group> {
    let active = moment.heading("Active");
    let mut groups = Sorter::new(&[
        if moment.died { &active } else { "Listed as active, ordered in the last 12 months" },
        "Listed as active, last ordered long ago: ask",
        "Listed as active, date not stated: ask",
        "Do NOT take",
        "Paused",
        "Not sent to the pharmacy yet",
        "Suggested or planned, not a prescription",
        "State not known: ask",
        CANNOT_READ,
        "Finished, stopped or cancelled",
        "Handed out by a pharmacy",
        "Given to you at a visit",
        "NOT handed out or NOT given",
        "Recorded as: no known medicines",
        WITHDRAWN,
    ]);
    groups.explain(1, "As far as this record knows, nobody has ordered these for over a year.");
    if moment.died {
        groups.explain(0, NOT_ENDED);
    }
    for (mut line, row) in entries {
        let place = match medication_place(&row, moment.now) {
            0..=2 if moment.died => 0,
            place => place,
        };
        if place == 1
            && let Some(year) = row.summary.when.as_ref().and_then(|w| w.sort_key()).and_then(year)
        {
            line.notices.push(format!("Listed as active, last ordered {year}: ask"));
        }
        groups.put(place, line);
    }
    groups.done()
}

fn medication_place(row: &Row, now: i64) -> usize {
    if withdrawn(row) {
        return 14;
    }
    if row.summary.reading.unreadable {
        return 8;
    }
    if row.summary.nothing_known {
        return 7;
    }
    if let Some(done) = supply_place(row) {
        return done;
    }
    let said = |element: &str, effect: Effect| {
        row.summary.reading.notices.iter().any(|n| n.element.ends_with(element) && n.effect == effect)
    };
    if said("doNotPerform", Effect::Negated) {
        return 3;
    }
    match worst(row) {
        Effect::Ok | Effect::Scope if row.summary.asserts_absence => 13,
        Effect::Negated | Effect::Past | Effect::NotCurrent => 9,
        Effect::Proposal => 6,
        Effect::NotYet => 5,
        Effect::Paused => 4,
        Effect::Ok | Effect::Changed => match row.summary.when.as_ref().and_then(|w| w.sort_key()) {
            None => 2,
            Some(at) if now.saturating_sub(at) > LONG_AGO_SECONDS => 1,
            Some(_) => 0,
        },
        _ => 7,
    }
}

/// What was handed out or given is an event: it says nothing of what is taken now.
fn supply_place(row: &Row) -> Option<usize> {
    let done = match row.key.resource_type.as_str() {
        "MedicationDispense" => 10,
        "MedicationAdministration" => 11,
        _ => return None,
    };
    Some(match worst(row) {
        Effect::Ok | Effect::Changed => done,
        Effect::Negated | Effect::Past => 12,
        _ => 7,
    })
}

/// Allergies: a missing state still warns; "no known allergies" is an entry that says so, never an empty list.
#[must_use]
pub fn allergies(entries: Vec<Entry>) -> Vec<Group> {
    let mut groups = Sorter::new(&[
        "Allergies and intolerances to warn about",
        "Recorded as: no known allergies",
        CANNOT_READ,
        "Not thought to be a risk now",
        "Checked and ruled out",
        WITHDRAWN,
        "Recorded as: nothing is known about allergies",
    ]);
    for (line, row) in entries {
        let place = match worst(&row) {
            _ if withdrawn(&row) => 5,
            _ if row.summary.reading.unreadable => 2,
            Effect::Negated => 4,
            _ if row.summary.asserts_absence => 1,
            _ if row.summary.nothing_known => 6,
            Effect::Past => 3,
            _ => 0,
        };
        groups.put(place, line);
    }
    groups.done()
}

/// Conditions: only what is asserted as current is called current.
#[must_use]
pub fn conditions(entries: Vec<Entry>) -> Vec<Group> {
    let mut groups = Sorter::new(&[
        "Current",
        "Whether it is current is not stated",
        "Being considered, not confirmed",
        CANNOT_READ,
        "Past or quiet at present",
        "Ruled out: you do not have this",
        "Recorded as: no known problems",
        WITHDRAWN,
    ]);
    for (line, row) in entries {
        let place = match worst(&row) {
            _ if withdrawn(&row) => 7,
            _ if row.summary.reading.unreadable => 3,
            Effect::Negated => 5,
            Effect::Past | Effect::NotCurrent => 4,
            _ if row.summary.asserts_absence => 6,
            _ if row.summary.nothing_known => 1,
            Effect::Proposal => 2,
            Effect::Ok | Effect::Changed => 0,
            // Stated to be current, and only whether it was confirmed is left out: the line says that.
            Effect::Unknown if row.summary.reading.notices.iter().all(is_unconfirmed_or_fine) => 0,
            _ => 1,
        };
        groups.put(place, line);
    }
    groups.done()
}

fn is_unconfirmed_or_fine(notice: &Notice) -> bool {
    let not_stated = notice.element == "Condition.verificationStatus" && notice.value.is_empty();
    not_stated || notice.effect == Effect::Ok
}

/// Immunizations: a refused vaccine is not a given one.
#[must_use]
pub fn immunizations(entries: Vec<Entry>) -> Vec<Group> {
    let mut groups = Sorter::new(&[
        "Given",
        "Given, but may not protect: ask",
        "State not known: ask",
        CANNOT_READ,
        "NOT given",
        "Recorded as: no known immunizations",
        WITHDRAWN,
    ]);
    for (line, row) in entries {
        let place = match worst(&row) {
            _ if withdrawn(&row) => 6,
            _ if row.summary.reading.unreadable => 3,
            Effect::Negated => 4,
            _ if row.summary.asserts_absence => 5,
            _ if row.summary.nothing_known => 2,
            Effect::Changed => 1,
            Effect::Ok => 0,
            _ => 2,
        };
        groups.put(place, line);
    }
    groups.done()
}

/// What a member wants covered: under one heading, so that none tells what it is.
#[must_use]
pub fn covered(lines: Vec<Line>) -> Option<Group> {
    let note = Some("You chose to cover these on your own screens.".to_owned());
    (!lines.is_empty()).then(|| Group { heading: "Covered".to_owned(), note, lines })
}

/// Any other list: what its state asserts stands under `asserted`; nothing else does.
#[must_use]
pub fn by_state(entries: Vec<Entry>, asserted: &str) -> Vec<Group> {
    let mut groups = Sorter::new(&[
        asserted,
        "Under way, not complete or paused",
        "Planned, suggested or not begun",
        "State not known: ask",
        CANNOT_READ,
        "Ended, or no longer current",
        "Not done, cancelled, or not to be done",
        WITHDRAWN,
    ]);
    for (line, row) in entries {
        let place = match worst(&row) {
            _ if withdrawn(&row) => 7,
            _ if row.summary.reading.unreadable => 4,
            Effect::Ok | Effect::Changed | Effect::Value | Effect::Scope => 0,
            Effect::Partial | Effect::Paused => 1,
            Effect::NotYet | Effect::Proposal => 2,
            Effect::Past | Effect::NotCurrent => 5,
            // A cancelled insurance was one.
            Effect::Negated if row.key.resource_type == "Coverage" => 5,
            Effect::Negated => 6,
            Effect::Unknown | Effect::Person | Effect::Identity | Effect::Retracted => 3,
        };
        groups.put(place, line);
    }
    groups.done()
}

pub(super) fn withdrawn(row: &Row) -> bool {
    matches!(row.state, State::Retracted | State::Purged)
}

/// The gravest effect of what bears on the entry itself; bounds on a number and the like do not.
pub(super) fn worst(row: &Row) -> Effect {
    row.summary.reading.effect()
}

fn year(at: i64) -> Option<String> {
    DateTime::<Utc>::from_timestamp(at, 0).map(|t| t.format("%Y").to_string())
}

/// Fills headings in a fixed order and leaves out the empty ones.
struct Sorter {
    groups: Vec<Group>,
}

impl Sorter {
    fn new(headings: &[&str]) -> Self {
        let group = |heading: &&str| Group { heading: (*heading).to_owned(), note: None, lines: Vec::new() };
        Self { groups: headings.iter().map(group).collect() }
    }

    /// Says one sentence under a heading.
    fn explain(&mut self, place: usize, note: &str) {
        if let Some(group) = self.groups.get_mut(place) {
            group.note = Some(note.to_owned());
        }
    }

    fn put(&mut self, place: usize, line: Line) {
        if let Some(group) = self.groups.get_mut(place) {
            group.lines.push(line);
        }
    }

    fn done(self) -> Vec<Group> {
        self.groups.into_iter().filter(|g| !g.lines.is_empty()).collect()
    }
}
