//! `YYYY[-MM[-DD[Thh:mm[:ss[.f]][zone]]]]` (FHIR R4, 2.24.0.1), a space for `T` tolerated.

use chrono::{NaiveDate, NaiveDateTime};

use super::{Precision, Read};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

pub(super) fn month_name(month: u32) -> &'static str {
    usize::try_from(month).ok().and_then(|m| MONTHS.get(m.checked_sub(1)?)).copied().unwrap_or("")
}

pub(super) fn read(text: &str) -> Option<Read> {
    let (date, time) = match text.split_once(['T', 't', ' ']) {
        Some((date, time)) => (date, Some(time)),
        None => (text, None),
    };
    let mut parts = date.split('-');
    let year = number(parts.next()?, 4)?;
    let month = parts.next().map(|m| number(m, 2));
    let day = parts.next().map(|d| number(d, 2));
    if parts.next().is_some() {
        return None;
    }
    let (precision, month, day) = match (month, day) {
        (None, _) => (Precision::Year, 1, 1),
        (Some(month), None) => (Precision::Month, month?, 1),
        (Some(month), Some(day)) => (Precision::Day, month?, day?),
    };
    let date = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?;
    match time {
        None => Some(Read { start: date.and_hms_opt(0, 0, 0)?, offset_minutes: None, precision }),
        Some(time) if precision == Precision::Day => read_time(date, time),
        Some(_) => None,
    }
}

fn read_time(date: NaiveDate, text: &str) -> Option<Read> {
    let (clock, offset_minutes) = split_zone(text)?;
    let mut parts = clock.split(':');
    let hour = number(parts.next()?, 2)?;
    let minute = number(parts.next()?, 2)?;
    let seconds = parts.next();
    if parts.next().is_some() {
        return None;
    }
    let (second, precision) = match seconds {
        None => (0, Precision::Minute),
        Some(seconds) => match seconds.split_once('.') {
            None => (number(seconds, 2)?, Precision::Second),
            Some((whole, fraction))
                if fraction.bytes().all(|b| b.is_ascii_digit()) && !fraction.is_empty() =>
            {
                (number(whole, 2)?, Precision::Fraction)
            }
            Some(_) => return None,
        },
    };
    // A leap second counts as the second before it.
    let second = if second == 60 { 59 } else { second };
    let start: NaiveDateTime = date.and_hms_opt(hour, minute, second)?;
    Some(Read { start, offset_minutes, precision })
}

fn split_zone(text: &str) -> Option<(&str, Option<i32>)> {
    if let Some(clock) = text.strip_suffix(['Z', 'z']) {
        return Some((clock, Some(0)));
    }
    let Some(at) = text.rfind(['+', '-']) else { return Some((text, None)) };
    let (clock, zone) = text.split_at_checked(at)?;
    let (sign, digits) = match zone.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, zone.strip_prefix('+')?),
    };
    let (hours, minutes) = digits.split_once(':').or_else(|| digits.split_at_checked(2))?;
    let (hours, minutes) = (number(hours, 2)?, number(minutes, 2)?);
    if hours > 14 || minutes > 59 {
        return None;
    }
    let total = i32::try_from(hours.checked_mul(60)?.checked_add(minutes)?).ok()?;
    Some((clock, Some(sign * total)))
}

/// Exactly `digits` ASCII digits.
fn number(text: &str, digits: usize) -> Option<u32> {
    if text.len() != digits || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}
