//! FHIR `date`, `dateTime` and `instant` with the precision that they came with.

mod parse;

use chrono::{Datelike, Months, NaiveDateTime, TimeDelta, Timelike};
use serde::{Deserialize, Serialize};

/// How much of a moment was stated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Precision {
    /// `2024`
    Year,
    /// `2024-03`
    Month,
    /// `2024-03-14`
    Day,
    /// `2024-03-14T09:30`: not FHIR, but seen.
    Minute,
    /// `2024-03-14T09:30:00Z`
    Second,
    /// `2024-03-14T09:30:00.123Z`
    Fraction,
}

/// A moment as it came: its text for ever, and what could be read of it. Serialised as the text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct FhirTime {
    text: String,
    read: Option<Read>,
}

/// What a text says: the start of the stated span by its own clock, and that clock's offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Read {
    start: NaiveDateTime,
    offset_minutes: Option<i32>,
    precision: Precision,
}

impl FhirTime {
    /// Reads any text. What cannot be read keeps its text, and has no sort key and no precision.
    pub fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        let read = parse::read(text.trim());
        Self { text, read }
    }

    /// The text as it came.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// How much was stated; nothing for an unreadable text.
    pub fn precision(&self) -> Option<Precision> {
        self.read.map(|r| r.precision)
    }

    /// Offset from UTC in minutes, when one was stated.
    pub fn offset_minutes(&self) -> Option<i32> {
        self.read.and_then(|r| r.offset_minutes)
    }

    /// Unix seconds of the start of what was stated: `2024` sorts as its first second. Without an offset, as in UTC.
    pub fn sort_key(&self) -> Option<i64> {
        self.read.map(|r| unix(r.start, r.offset_minutes))
    }

    /// Exactly when, in Unix seconds; nothing where no time of day or no offset was stated.
    pub fn instant(&self) -> Option<i64> {
        let exact = self.precision() >= Some(Precision::Minute) && self.offset_minutes().is_some();
        self.sort_key().filter(|_| exact)
    }

    /// Unix seconds of the last second of what was stated: of `2024`, its last.
    pub fn end_key(&self) -> Option<i64> {
        let read = self.read?;
        let next = match read.precision {
            Precision::Year => read.start.checked_add_months(Months::new(12)),
            Precision::Month => read.start.checked_add_months(Months::new(1)),
            Precision::Day => read.start.checked_add_signed(TimeDelta::days(1)),
            Precision::Minute => read.start.checked_add_signed(TimeDelta::minutes(1)),
            Precision::Second | Precision::Fraction => read.start.checked_add_signed(TimeDelta::seconds(1)),
        };
        Some(unix(next?, read.offset_minutes).saturating_sub(1))
    }

    /// For people, in the recorded zone and with the recorded precision: `2024`, `March 2024`, `14 March 2024`,
    /// `14 March 2024 09:30 (+01:00)`. Seconds only when they are not `00` (FHIR lets them be zero-filled).
    /// An unreadable text as it came.
    pub fn display(&self) -> String {
        let Some(read) = self.read else { return self.text.clone() };
        let start = read.start;
        let month = parse::month_name(start.month());
        match read.precision {
            Precision::Year => format!("{:04}", start.year()),
            Precision::Month => format!("{month} {:04}", start.year()),
            Precision::Day => day(start),
            _ => format!("{} {}{}", day(start), clock(start), zone(read.offset_minutes)),
        }
    }

    /// The day for people, without the time of day.
    pub fn display_day(&self) -> String {
        match self.read {
            Some(read) if read.precision >= Precision::Day => day(read.start),
            _ => self.display(),
        }
    }
}

impl From<String> for FhirTime {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<FhirTime> for String {
    fn from(time: FhirTime) -> Self {
        time.text
    }
}

fn unix(start: NaiveDateTime, offset_minutes: Option<i32>) -> i64 {
    start.and_utc().timestamp().saturating_sub(i64::from(offset_minutes.unwrap_or(0)).saturating_mul(60))
}

fn day(start: NaiveDateTime) -> String {
    format!("{} {} {:04}", start.day(), parse::month_name(start.month()), start.year())
}

fn clock(start: NaiveDateTime) -> String {
    if start.second() == 0 {
        format!("{:02}:{:02}", start.hour(), start.minute())
    } else {
        format!("{:02}:{:02}:{:02}", start.hour(), start.minute(), start.second())
    }
}

fn zone(offset_minutes: Option<i32>) -> String {
    match offset_minutes {
        None => String::new(),
        Some(0) => " (UTC)".to_owned(),
        Some(minutes) => {
            let sign = if minutes < 0 { '-' } else { '+' };
            let minutes = minutes.unsigned_abs();
            format!(" ({sign}{:02}:{:02})", minutes / 60, minutes % 60)
        }
    }
}
