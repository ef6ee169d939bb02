//! A time of day for people: by the clock of the place, and by their own where that differs. What the portal left unclear is
//! said to be, and never made up.

use chrono::{DateTime, Datelike, FixedOffset, LocalResult, NaiveDateTime, Offset, TimeZone, Timelike};
use chrono_tz::Tz;
use fhir::time::{FhirTime, Precision};
use serde::Serialize;

use crate::Error;
use crate::views::plain;

/// A time zone by its IANA name, such as `America/Chicago`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Zone(Tz);

impl Zone {
    /// The zone of this name.
    ///
    /// # Errors
    /// [`Error::Invalid`] for an unknown name.
    pub fn named(name: &str) -> Result<Self, Error> {
        Self::known(name).ok_or_else(|| {
            Error::Invalid(
                "There is no time zone of that name. Names look like Europe/Berlin or America/New_York"
                    .to_owned(),
            )
        })
    }

    /// The zone of this name, when there is one.
    pub(super) fn known(name: &str) -> Option<Self> {
        name.trim().parse().ok().map(Self)
    }

    /// Its IANA name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.0.name()
    }
}

/// When something begins and ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct When {
    /// In words: `20 November 2026 10:30 to 11:00 at the clinic (08:30 to 09:00 where you are)`.
    pub text: String,
    /// When it begins (UTC seconds); `None` where the portal leaves it open.
    pub begins: Option<i64>,
    /// When it ends (UTC seconds).
    pub ends: Option<i64>,
    /// The day (`YYYY-MM-DD`), where the portal states a day and no time of day.
    pub day: Option<String>,
    /// The IANA zone of the place, where the portal names it.
    pub zone: Option<String>,
    /// What the portal leaves open, one sentence.
    pub unclear: Option<String>,
    /// What does not fit together, one sentence.
    pub warning: Option<String>,
}

/// What a portal says of a time.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Stated<'a> {
    pub start: Option<&'a FhirTime>,
    pub end: Option<&'a FhirTime>,
    /// How long it takes, in minutes, where no end is stated.
    pub minutes: Option<i64>,
    /// The zone of the place, where the portal names it.
    pub place: Option<Zone>,
}

const NO_ZONE: &str = "The portal does not say in which time zone: ask before you rely on it";
/// More than any visit takes.
const LONGEST_MINUTES: i64 = 60 * 24 * 31;

impl When {
    /// In words, beside the asking person's own zone where that is known.
    pub(super) fn of(stated: Stated<'_>, own: Option<Zone>) -> Self {
        let Some(start) = stated.start else {
            return Self::open("time not stated".to_owned(), Some("The portal does not say when"));
        };
        match (start.precision(), start.instant()) {
            (Some(precision), Some(at)) if precision >= Precision::Minute => Self::at(stated, start, at, own),
            (Some(precision), None) if precision >= Precision::Minute => {
                Self::open(span(start, stated.end), Some(NO_ZONE))
            }
            (Some(Precision::Day), _) => Self {
                day: day_of(start),
                ..Self::open(plain(&start.display()), Some("The portal does not say at what time of day"))
            },
            (Some(_), _) => Self::open(plain(&start.display()), Some("The portal does not say on which day")),
            (None, _) => Self::open(plain(start.text()), Some("The time cannot be read: ask")),
        }
    }

    fn open(text: String, unclear: Option<&str>) -> Self {
        Self {
            text,
            begins: None,
            ends: None,
            day: None,
            zone: None,
            unclear: unclear.map(str::to_owned),
            warning: None,
        }
    }

    fn at(stated: Stated<'_>, start: &FhirTime, at: i64, own: Option<Zone>) -> Self {
        let minutes = stated.minutes.filter(|minutes| (1..=LONGEST_MINUTES).contains(minutes));
        let stated_end = stated.end.and_then(FhirTime::instant);
        let ends = match stated.end {
            Some(_) => stated_end,
            None => minutes.map(|minutes| at.saturating_add(minutes * 60)),
        };
        let ends = ends.filter(|end| *end > at);
        let written = start.offset_minutes().unwrap_or_default();
        let clock = match (stated.place, FixedOffset::east_opt(written * 60)) {
            (Some(zone), _) => Clock::Place(zone.0),
            (None, Some(offset)) => Clock::Written(offset),
            (None, None) => return Self::open(plain(start.text()), Some("The time cannot be read: ask")),
        };
        let (Some(there), here) =
            (clock.shown(at, ends), own.and_then(|zone| Clock::Own(zone.0).shown(at, ends)))
        else {
            return Self::open(plain(start.text()), Some("The time cannot be read: ask"));
        };
        let mut text = format!("{}{}", there.words(None), clock.named());
        if let Some(here) = here.filter(|here| here.begins != there.begins) {
            text.push_str(&format!(" ({} where you are)", here.words(Some(there.begins))));
        }
        let unclear = match (clock, written) {
            (Clock::Written(_), 0) => Some("The portal states it in UTC and not by the clinic's own clock"),
            _ => None,
        };
        let backwards = stated.end.is_some() && ends.is_none();
        let end_unclear = "The portal states an end that does not fit the beginning: ask how long it takes";
        Self {
            text,
            begins: Some(at),
            ends,
            day: None,
            zone: stated.place.map(|zone| zone.name().to_owned()),
            unclear: unclear.map(str::to_owned),
            warning: clock
                .contradicts(start, at, written)
                .or_else(|| backwards.then(|| end_unclear.to_owned())),
        }
    }
}

/// By which clock a time is told.
#[derive(Clone, Copy)]
enum Clock {
    /// That of the place.
    Place(Tz),
    /// The offset that the portal wrote; the place's own clock is not known.
    Written(FixedOffset),
    /// The person's own.
    Own(Tz),
}

/// A span by one clock.
struct ByClock {
    begins: NaiveDateTime,
    ends: Option<NaiveDateTime>,
    /// Stands behind the beginning, where the clock shows that time twice.
    which: Option<String>,
}

impl Clock {
    fn shown(self, at: i64, ends: Option<i64>) -> Option<ByClock> {
        let begins = self.local(at)?;
        let ends = match ends {
            Some(end) => Some(self.local(end)?),
            None => None,
        };
        Some(ByClock { begins, ends, which: self.which(begins, at) })
    }

    fn local(self, at: i64) -> Option<NaiveDateTime> {
        let utc = DateTime::from_timestamp(at, 0)?;
        Some(match self {
            Self::Place(zone) | Self::Own(zone) => utc.with_timezone(&zone).naive_local(),
            Self::Written(offset) => utc.with_timezone(&offset).naive_local(),
        })
    }

    /// When clocks go back an hour comes twice: which of the two it is.
    fn which(self, local: NaiveDateTime, at: i64) -> Option<String> {
        let (Self::Place(zone) | Self::Own(zone)) = self else { return None };
        match zone.from_local_datetime(&local) {
            LocalResult::Ambiguous(first, _) if first.timestamp() == at => {
                Some("the first time the clock shows this that day".to_owned())
            }
            LocalResult::Ambiguous(..) => {
                Some("the second time the clock shows this that day, after it went back".to_owned())
            }
            _ => None,
        }
    }

    fn named(self) -> String {
        match self {
            Self::Place(_) => " at the clinic".to_owned(),
            Self::Written(offset) => format!(" ({})", offset_words(offset)),
            Self::Own(_) => String::new(),
        }
    }

    /// A portal that writes another time of day than the place's clock shows then, other than in UTC, means one of the two.
    fn contradicts(self, start: &FhirTime, at: i64, written: i32) -> Option<String> {
        let Self::Place(zone) = self else { return None };
        let real = DateTime::from_timestamp(at, 0)?.with_timezone(&zone);
        let differs = written != 0 && real.offset().fix().local_minus_utc() != written.saturating_mul(60);
        differs.then(|| {
            format!(
                "The portal wrote {}: by the clinic's own clock that is {}. Ask which of the two holds",
                plain(&start.display()),
                time(real.naive_local())
            )
        })
    }
}

impl ByClock {
    /// With the day, unless it is that of `beside`.
    fn words(&self, beside: Option<NaiveDateTime>) -> String {
        let mut text = match beside {
            Some(other) if other.date() == self.begins.date() => time(self.begins),
            _ => format!("{} {}", day(self.begins), time(self.begins)),
        };
        if let Some(which) = &self.which {
            text.push_str(&format!(" [{which}]"));
        }
        match self.ends {
            Some(ends) if ends.date() == self.begins.date() => format!("{text} to {}", time(ends)),
            Some(ends) => format!("{text} to {} {}", day(ends), time(ends)),
            None => text,
        }
    }
}

fn span(start: &FhirTime, end: Option<&FhirTime>) -> String {
    match end {
        Some(end) => format!("{} to {}", plain(&start.display()), plain(&end.display())),
        None => plain(&start.display()),
    }
}

fn day_of(time: &FhirTime) -> Option<String> {
    Some(DateTime::from_timestamp(time.sort_key()?, 0)?.format("%Y-%m-%d").to_string())
}

fn day(at: NaiveDateTime) -> String {
    format!("{} {} {}", at.day(), at.format("%B"), at.year())
}

fn time(at: NaiveDateTime) -> String {
    match at.second() {
        0 => at.format("%H:%M").to_string(),
        _ => at.format("%H:%M:%S").to_string(),
    }
}

fn offset_words(offset: FixedOffset) -> String {
    let minutes = offset.local_minus_utc() / 60;
    let sign = if minutes < 0 { '-' } else { '+' };
    match minutes.unsigned_abs() {
        0 => "UTC".to_owned(),
        minutes => format!("UTC{sign}{:02}:{:02}", minutes / 60, minutes % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn when(start: &str, end: Option<&str>, place: Option<&str>, own: Option<&str>) -> When {
        let (start, end) = (FhirTime::new(start), end.map(FhirTime::new));
        let zone = |name: &str| Zone::named(name).unwrap();
        let stated = Stated { start: Some(&start), end: end.as_ref(), minutes: None, place: place.map(zone) };
        When::of(stated, own.map(zone))
    }

    fn text(start: &str, place: Option<&str>, own: Option<&str>) -> String {
        when(start, None, place, own).text
    }

    const CHICAGO: Option<&str> = Some("America/Chicago");
    const SYDNEY: Option<&str> = Some("Australia/Sydney");
    const BERLIN: Option<&str> = Some("Europe/Berlin");

    #[test]
    fn h7_a_time_is_that_of_the_clinic_and_ones_own_stands_beside_it_where_it_differs() {
        let start = "2026-11-20T16:30:00Z";
        assert_eq!(
            text(start, CHICAGO, Some("America/Los_Angeles")),
            "20 November 2026 10:30 at the clinic (08:30 where you are)"
        );
        assert_eq!(text(start, CHICAGO, CHICAGO), "20 November 2026 10:30 at the clinic");
        assert_eq!(text(start, CHICAGO, None), "20 November 2026 10:30 at the clinic");
        assert_eq!(
            text(start, CHICAGO, SYDNEY),
            "20 November 2026 10:30 at the clinic (21 November 2026 03:30 where you are)"
        );
        let ends = when(start, Some("2026-11-20T17:00:00Z"), CHICAGO, BERLIN);
        assert_eq!(ends.text, "20 November 2026 10:30 to 11:00 at the clinic (17:30 to 18:00 where you are)");
        let night = when("2026-11-21T05:30:00Z", Some("2026-11-21T06:30:00Z"), CHICAGO, None);
        assert_eq!(night.text, "20 November 2026 23:30 to 21 November 2026 00:30 at the clinic");
    }

    #[test]
    fn h7_without_the_clinics_zone_the_offset_that_was_written_is_told_and_utc_is_called_so() {
        let written = when("2026-11-20T09:00:00-06:00", None, None, BERLIN);
        assert_eq!(written.text, "20 November 2026 09:00 (UTC-06:00) (16:00 where you are)");
        assert_eq!((written.unclear, written.begins), (None, Some(1_795_186_800)));
        let utc = when("2026-11-20T15:00:00Z", None, None, CHICAGO);
        assert_eq!(utc.text, "20 November 2026 15:00 (UTC) (09:00 where you are)");
        assert!(utc.unclear.unwrap().contains("in UTC and not by the clinic's own clock"));
    }

    #[test]
    fn h7_an_instant_without_an_offset_is_unclear_and_never_guessed() {
        for place in [None, CHICAGO] {
            let open = when("2026-11-20T09:00:00", Some("2026-11-20T09:20:00"), place, BERLIN);
            assert_eq!(open.text, "20 November 2026 09:00 to 20 November 2026 09:20");
            assert_eq!((open.begins, open.ends, open.unclear.as_deref()), (None, None, Some(NO_ZONE)));
        }
        let day = when("2026-11-20", None, CHICAGO, BERLIN);
        assert_eq!((day.text.as_str(), day.day.as_deref()), ("20 November 2026", Some("2026-11-20")));
        assert!(day.unclear.is_some() && day.begins.is_none());
        let month = when("2026-11", None, CHICAGO, None);
        assert_eq!((month.text.as_str(), month.day), ("November 2026", None));
        assert_eq!(when("soon", None, None, None).text, "soon");
        assert_eq!(When::of(Stated::default(), None).text, "time not stated");
    }

    #[test]
    fn h7_both_changes_of_the_clock_are_right_in_both_hemispheres() {
        // Chicago: clocks go forward on 8 March 2026 and back on 1 November 2026. Sydney: back on 5 April, forward on 4 October.
        for (start, place, own, said) in [
            (
                "2026-03-08T07:30:00Z",
                CHICAGO,
                BERLIN,
                "8 March 2026 01:30 at the clinic (08:30 where you are)",
            ),
            (
                "2026-03-08T08:30:00Z",
                CHICAGO,
                BERLIN,
                "8 March 2026 03:30 at the clinic (09:30 where you are)",
            ),
            (
                "2026-03-28T15:00:00Z",
                CHICAGO,
                BERLIN,
                "28 March 2026 10:00 at the clinic (16:00 where you are)",
            ),
            (
                "2026-03-29T15:00:00Z",
                CHICAGO,
                BERLIN,
                "29 March 2026 10:00 at the clinic (17:00 where you are)",
            ),
            (
                "2026-11-01T06:30:00Z",
                CHICAGO,
                None,
                "1 November 2026 01:30 [the first time the clock shows this that day] at the clinic",
            ),
            (
                "2026-11-01T07:30:00Z",
                CHICAGO,
                None,
                "1 November 2026 01:30 [the second time the clock shows this that day, after it went back] at the clinic",
            ),
            ("2026-11-01T08:30:00Z", CHICAGO, None, "1 November 2026 02:30 at the clinic"),
            ("2026-10-03T15:30:00Z", SYDNEY, None, "4 October 2026 01:30 at the clinic"),
            ("2026-10-03T16:30:00Z", SYDNEY, None, "4 October 2026 03:30 at the clinic"),
            (
                "2026-04-04T15:30:00Z",
                SYDNEY,
                None,
                "5 April 2026 02:30 [the first time the clock shows this that day] at the clinic",
            ),
            (
                "2026-04-04T16:30:00Z",
                SYDNEY,
                None,
                "5 April 2026 02:30 [the second time the clock shows this that day, after it went back] at the clinic",
            ),
            (
                "2026-04-04T23:00:00Z",
                SYDNEY,
                CHICAGO,
                "5 April 2026 09:00 at the clinic (4 April 2026 18:00 where you are)",
            ),
            (
                "2026-10-05T22:00:00Z",
                SYDNEY,
                CHICAGO,
                "6 October 2026 09:00 at the clinic (5 October 2026 17:00 where you are)",
            ),
            (
                "2026-11-05T22:00:00Z",
                SYDNEY,
                CHICAGO,
                "6 November 2026 09:00 at the clinic (5 November 2026 16:00 where you are)",
            ),
        ] {
            assert_eq!(text(start, place, own), said, "{start}");
        }
        let over = when("2026-03-08T07:30:00Z", Some("2026-03-08T08:30:00Z"), CHICAGO, None);
        assert_eq!(over.text, "8 March 2026 01:30 to 03:30 at the clinic", "an hour by the instant");
    }

    #[test]
    fn h7_an_offset_that_is_not_the_clinics_is_told_beside_what_its_clock_shows() {
        let summer = when("2026-07-01T10:30:00-06:00", None, CHICAGO, None);
        assert_eq!(summer.text, "1 July 2026 11:30 at the clinic");
        let said = summer.warning.unwrap();
        assert!(said.starts_with("The portal wrote 1 July 2026 10:30 (-06:00)"), "{said}");
        assert!(said.contains("that is 11:30"), "{said}");
        for fits in ["2026-07-01T10:30:00-05:00", "2026-07-01T15:30:00Z", "2026-07-01T15:30:00+00:00"] {
            assert_eq!(when(fits, None, CHICAGO, None).warning, None, "{fits}");
        }
        let before = when("2026-07-01T15:30:00Z", Some("2026-07-01T15:00:00Z"), CHICAGO, None);
        assert!(before.warning.unwrap().contains("does not fit the beginning") && before.ends.is_none());
    }

    #[test]
    fn a_zone_is_known_by_its_iana_name_alone() {
        assert_eq!(Zone::named("Europe/Berlin").unwrap().name(), "Europe/Berlin");
        for unknown in ["", "CET?", "Berlin", "UTC+1", "../etc/passwd"] {
            assert!(matches!(Zone::named(unknown), Err(Error::Invalid(_))), "{unknown}");
        }
    }
}
