//! Which heading an appointment stands under: only one that is booked and still to come is coming.

use std::cmp::Reverse;

use fhir::modifiers::Effect;
use fhir::time::FhirTime;
use record::row::Row;

use super::groups::{CANNOT_READ, Entry, NOT_ENDED, WITHDRAWN, withdrawn, worst};
use super::{Group, Moment};

/// Where an appointment stands, in reading order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    /// Booked, and not over.
    Coming,
    /// Asked for or proposed: nobody has confirmed it.
    Requested,
    /// Its state or its time is not known.
    Unclear,
    /// It carries what this app cannot read.
    CannotRead,
    /// Cancelled before it came.
    CancelledToCome,
    /// Over.
    Past,
    /// It did not take place.
    DidNotHappen,
    /// Recorded by mistake.
    Withdrawn,
}

/// How long one counts as going on whose end is not stated: a rule of display of ours.
const GOES_ON_SECONDS: i64 = 3600;
/// How far behind UTC the last zones are: what is stated without a zone is over when it is over everywhere.
const EVERYWHERE_SECONDS: i64 = 12 * 3600;

impl Place {
    const ALL: [Self; 8] = [
        Self::Coming,
        Self::Requested,
        Self::Unclear,
        Self::CannotRead,
        Self::CancelledToCome,
        Self::Past,
        Self::DidNotHappen,
        Self::Withdrawn,
    ];

    /// Where a row stands; `end` is when it is stated to end.
    pub(crate) fn of(row: &Row, end: Option<&FhirTime>, moment: Moment) -> Self {
        if withdrawn(row) {
            return Self::Withdrawn;
        }
        if row.summary.reading.unreadable {
            return Self::CannotRead;
        }
        let over = row.summary.when.as_ref().and_then(|start| over(start, end));
        let to_come = over.is_some_and(|over| over > moment.now);
        match worst(row) {
            Effect::Negated if to_come && !moment.died && row.status.as_deref() == Some("cancelled") => {
                Self::CancelledToCome
            }
            Effect::Negated => Self::DidNotHappen,
            Effect::NotYet | Effect::Proposal => Self::Requested,
            Effect::Past => Self::Past,
            Effect::Ok | Effect::Partial | Effect::Changed if to_come => Self::Coming,
            Effect::Ok | Effect::Partial | Effect::Changed if over.is_some() => Self::Past,
            _ => Self::Unclear,
        }
    }

    /// The heading of a place.
    pub(crate) fn heading(self, moment: Moment) -> String {
        let words = match self {
            Self::Coming if moment.died => return moment.heading("Booked"),
            Self::Coming => "Coming",
            Self::Requested => "Requested, not confirmed: NOT booked yet",
            Self::Unclear => "State or time not known: ask",
            Self::CannotRead => CANNOT_READ,
            Self::CancelledToCome => "Cancelled: do not go",
            Self::Past => "Past",
            Self::DidNotHappen => "Cancelled or did not take place",
            Self::Withdrawn => WITHDRAWN,
        };
        words.to_owned()
    }

    /// One sentence under the heading.
    pub(crate) fn note(self, moment: Moment) -> Option<String> {
        (self == Self::Coming && moment.died).then(|| NOT_ENDED.to_owned())
    }

    /// What is still to come stands with the next one first, everything else with the newest.
    pub(crate) fn order(self, row: &Row) -> (Option<i64>, Reverse<Option<i64>>) {
        let start = row.summary.when.as_ref().and_then(FhirTime::sort_key);
        match self {
            Self::Coming | Self::Requested | Self::CancelledToCome => (start, Reverse(None)),
            _ => (None, Reverse(start)),
        }
    }
}

/// Entries under their headings; groups without one are left out.
pub(crate) fn placed<T>(
    entries: Vec<T>,
    moment: Moment,
    of: impl Fn(&T) -> (Place, &Row),
) -> Vec<(String, Option<String>, Vec<T>)> {
    let mut groups: Vec<Vec<T>> = Place::ALL.iter().map(|_| Vec::new()).collect();
    for entry in entries {
        let (place, _) = of(&entry);
        let at = Place::ALL.iter().position(|known| *known == place).unwrap_or_default();
        if let Some(group) = groups.get_mut(at) {
            group.push(entry);
        }
    }
    let mut out = Vec::new();
    for (place, mut group) in Place::ALL.into_iter().zip(groups) {
        group.sort_by_key(|entry| place.order(of(entry).1));
        if !group.is_empty() {
            out.push((place.heading(moment), place.note(moment), group));
        }
    }
    out
}

/// Appointments: only one that is booked and still to come is coming.
#[must_use]
pub fn appointments(entries: Vec<Entry>, moment: Moment) -> Vec<Group> {
    let groups = placed(entries, moment, |(_, row)| (Place::of(row, None, moment), row)).into_iter();
    let group = |(heading, note, entries): (String, Option<String>, Vec<Entry>)| Group {
        heading,
        note,
        lines: entries.into_iter().map(|(line, _)| line).collect(),
    };
    groups.map(group).collect()
}

/// When it is surely over (UTC seconds).
fn over(start: &FhirTime, end: Option<&FhirTime>) -> Option<i64> {
    let last = |time: &FhirTime| {
        let anywhere = || time.end_key().map(|end| end.saturating_add(EVERYWHERE_SECONDS));
        time.instant().or_else(anywhere)
    };
    let least = match start.instant() {
        Some(at) => at.saturating_add(GOES_ON_SECONDS),
        None => last(start)?,
    };
    Some(end.and_then(last).map_or(least, |end| end.max(least)))
}
