//! Appointments as an iCalendar file (RFC 5545), for calendars that know nothing of a record.
//!
//! Moments are written in UTC, which every calendar shows by its own clock and which needs no definition of a zone. Texts are
//! escaped by the library; what would break a line is taken out before. Nothing is written that is not asked for: calendars
//! are shared.

use chrono::{DateTime, NaiveDate};
use icalendar::{Calendar, Class, Component, Event as Written, EventLike, EventStatus, Property};
use ring::digest::{SHA256, digest};

/// One event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// What it is known by in every export: [`uid`].
    pub uid: String,
    /// How often it has changed: a calendar takes in what has the greater number.
    pub sequence: u32,
    /// Whether it holds.
    pub status: Status,
    /// When.
    pub when: Span,
    /// What the calendar shows.
    pub title: String,
    /// Where.
    pub place: Option<String>,
    /// More words, on as many lines as they have.
    pub details: Option<String>,
}

/// Whether an event holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It is confirmed.
    Confirmed,
    /// Nobody has confirmed it.
    Tentative,
    /// It does not take place.
    Cancelled,
}

/// When an event is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    /// From one moment to another (UTC seconds); the end may be open.
    Moments {
        /// When it begins.
        begins: i64,
        /// When it ends.
        ends: Option<i64>,
    },
    /// Some time on this day.
    Day(NaiveDate),
}

/// The longest text of one property, in letters.
const LONGEST: usize = 4_000;

/// What one event of one issuer is known by, the same in every export, without telling either.
#[must_use]
pub fn uid(issuer: &str, id: &str) -> String {
    let name = format!("wellkept/appointment/1\0{issuer}\0{id}");
    let digest = digest(&SHA256, name.as_bytes());
    let hex: String = digest.as_ref().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("{hex}@appointments.wellkept")
}

/// The events as one calendar file; `made` (UTC seconds) is when. An event whose time no calendar can hold is left out.
#[must_use]
pub fn write(events: &[Event], made: i64) -> String {
    let mut calendar = Calendar::empty();
    let head = [("VERSION", "2.0"), ("PRODID", "-//Wellkept//Appointments//EN"), ("CALSCALE", "GREGORIAN")];
    for (name, value) in head.into_iter().chain([("METHOD", "PUBLISH")]) {
        calendar.append_property(Property::new(name, value));
    }
    for event in events {
        if let Some(written) = written(event, made) {
            calendar.push(written);
        }
    }
    calendar.to_string()
}

fn written(event: &Event, made: i64) -> Option<Written> {
    let mut out = Written::new();
    out.uid(&clean(&event.uid)).sequence(event.sequence).timestamp(DateTime::from_timestamp(made, 0)?);
    match event.when {
        Span::Moments { begins, ends } => {
            out.starts(DateTime::from_timestamp(begins, 0)?);
            if let Some(ends) = ends.filter(|ends| *ends > begins) {
                out.ends(DateTime::from_timestamp(ends, 0)?);
            }
        }
        Span::Day(day) => {
            out.all_day(day);
        }
    }
    out.status(match event.status {
        Status::Confirmed => EventStatus::Confirmed,
        Status::Tentative => EventStatus::Tentative,
        Status::Cancelled => EventStatus::Cancelled,
    });
    out.summary(&clean(&event.title)).class(Class::Private);
    if let Some(place) = &event.place {
        out.location(&clean(place));
    }
    if let Some(details) = &event.details {
        let lines: Vec<String> = details.lines().map(clean).collect();
        out.description(&lines.join("\n"));
    }
    Some(out.done())
}

/// On one line and not endless: a control character may end a line of the file.
fn clean(text: &str) -> String {
    let letters = text.chars().take(LONGEST);
    letters
        .map(
            |letter| {
                if letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}') { ' ' } else { letter }
            },
        )
        .collect()
}
