//! Local time in the zones of the portal's places: those of the United States, by the rule of 2007 (15 U.S.C. 260a):
//! summer time from the second Sunday of March to the first Sunday of November, at two in the morning.

use chrono::{DateTime, Datelike, Days, FixedOffset, NaiveDate, NaiveDateTime, Weekday};

const HOUR: i64 = 3600;

/// One time zone.
#[derive(Clone, Copy, Debug)]
pub(super) struct Zone {
    /// Its name in the IANA database.
    pub(super) name: &'static str,
    /// Hours from UTC in winter.
    winter: i64,
    /// Whether the clocks change.
    summer: bool,
}

pub(super) const EASTERN: Zone = Zone { name: "America/New_York", winter: -5, summer: true };
pub(super) const PACIFIC: Zone = Zone { name: "America/Los_Angeles", winter: -8, summer: true };
pub(super) const ARIZONA: Zone = Zone { name: "America/Phoenix", winter: -7, summer: false };

impl Zone {
    /// The local time of a moment in Unix seconds.
    pub(super) fn local(&self, moment: i64) -> Option<DateTime<FixedOffset>> {
        let utc = DateTime::from_timestamp(moment, 0)?;
        let offset = FixedOffset::east_opt(i32::try_from(self.offset(moment)).ok()?)?;
        Some(utc.with_timezone(&offset))
    }

    /// As FHIR writes an instant: with the offset of the place.
    pub(super) fn text(&self, moment: i64) -> String {
        self.local(moment).map(|local| local.to_rfc3339()).unwrap_or_default()
    }

    fn offset(&self, moment: i64) -> i64 {
        let winter = self.winter * HOUR;
        let year = DateTime::from_timestamp(moment, 0).map(|utc| utc.year()).unwrap_or_default();
        let change = |month, nth, offset: i64| {
            let two = sunday(year, month, nth)?.and_hms_opt(2, 0, 0)?;
            Some(NaiveDateTime::and_utc(&two).timestamp() - offset)
        };
        match (change(3, 2, winter), change(11, 1, winter + HOUR)) {
            (Some(from), Some(to)) if self.summer && (from..to).contains(&moment) => winter + HOUR,
            _ => winter,
        }
    }
}

/// The nth Sunday of a month.
fn sunday(year: i32, month: u32, nth: u64) -> Option<NaiveDate> {
    let first = NaiveDate::from_ymd_opt(year, month, 1)?;
    let until = Weekday::Sun.days_since(first.weekday());
    first.checked_add_days(Days::new(u64::from(until) + 7 * (nth - 1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_change_at_two_on_the_right_sundays() {
        let moment = |text: &str| DateTime::parse_from_rfc3339(text).unwrap().timestamp();
        for (zone, utc, local) in [
            (EASTERN, "2026-11-01T05:59:59Z", "2026-11-01T01:59:59-04:00"),
            (EASTERN, "2026-11-01T06:00:00Z", "2026-11-01T01:00:00-05:00"),
            (EASTERN, "2027-03-14T06:59:59Z", "2027-03-14T01:59:59-05:00"),
            (EASTERN, "2027-03-14T07:00:00Z", "2027-03-14T03:00:00-04:00"),
            (PACIFIC, "2026-11-01T08:59:59Z", "2026-11-01T01:59:59-07:00"),
            (PACIFIC, "2026-11-01T09:00:00Z", "2026-11-01T01:00:00-08:00"),
            (ARIZONA, "2026-07-01T12:00:00Z", "2026-07-01T05:00:00-07:00"),
        ] {
            assert_eq!(zone.text(moment(utc)), local, "{}", zone.name);
        }
    }
}
