//! Whether a person had an age, told only as far as both days are known.

use fhir::lens::{Quantity, Range};
use fhir::time::{FhirTime, Precision};

use super::applies::Applies;
use super::{Person, Why};

const DAY: i64 = 86_400;
/// Older than anybody, in every unit: keeps the sums small.
const MOST: i64 = 100_000;

/// Whether the age then lay in the stated one. An upper limit of 65 years includes 65 for some labs and not for others: in
/// that year it cannot be told.
pub(super) fn within(stated: Option<&Range>, person: &Person, then: Option<&FhirTime>) -> Applies {
    let Some(stated) = stated else { return Applies::Yes };
    let unknown = Applies::Unknown(Why::Age);
    let (Some(born), Some(then)) = (person.born.as_ref(), then) else { return unknown };
    let low = stated.low.as_ref().map_or(Some(Applies::Yes), |low| at_least(low, born, then));
    let high = stated.high.as_ref().map_or(Some(Applies::Yes), |high| at_most(high, born, then));
    match (low, high) {
        (Some(Applies::No), _) | (_, Some(Applies::No)) => Applies::No,
        (Some(Applies::Yes), Some(Applies::Yes)) => Applies::Yes,
        _ => unknown,
    }
}

fn at_least(limit: &Quantity, born: &FhirTime, then: &FhirTime) -> Option<Applies> {
    let (limit, unit) = read(limit)?;
    let (youngest, oldest) = unit.age(born, then)?;
    let low = limit.checked_mul(unit.length())?;
    Some(if youngest >= low {
        Applies::Yes
    } else if oldest < low {
        Applies::No
    } else {
        Applies::Unknown(Why::Age)
    })
}

fn at_most(limit: &Quantity, born: &FhirTime, then: &FhirTime) -> Option<Applies> {
    let (limit, unit) = read(limit)?;
    let (youngest, oldest) = unit.age(born, then)?;
    let high = limit.checked_mul(unit.length())?;
    Some(if oldest < high {
        Applies::Yes
    } else if youngest >= high.checked_add(unit.length())? {
        Applies::No
    } else {
        Applies::Unknown(Why::Age)
    })
}

fn read(limit: &Quantity) -> Option<(i64, Unit)> {
    let number = limit.value.as_deref().filter(|_| limit.comparator.is_none() && limit.absent.is_none())?;
    let number = number.strip_suffix(".0").unwrap_or(number);
    let plain = number.bytes().all(|byte| byte.is_ascii_digit());
    let number: i64 = number.parse().ok().filter(|number| plain && *number < MOST)?;
    Some((number, Unit::read(limit.code.as_deref()).or_else(|| Unit::read(limit.unit.as_deref()))?))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Unit {
    Years,
    Months,
    Weeks,
    Days,
}

impl Unit {
    /// UCUM, and the words for it.
    fn read(text: Option<&str>) -> Option<Self> {
        match text?.trim().to_lowercase().as_str() {
            "a" | "yr" | "y" | "year" | "years" => Some(Self::Years),
            "mo" | "month" | "months" => Some(Self::Months),
            "wk" | "week" | "weeks" => Some(Self::Weeks),
            "d" | "day" | "days" => Some(Self::Days),
            _ => None,
        }
    }

    /// In months, or in days.
    fn length(self) -> i64 {
        match self {
            Self::Years => 12,
            Self::Months | Self::Days => 1,
            Self::Weeks => 7,
        }
    }

    /// The lowest and the highest age that the two times allow, in whole months or days.
    fn age(self, born: &FhirTime, then: &FhirTime) -> Option<(i64, i64)> {
        let (earliest_birth, latest_birth) = days_of(born)?;
        let (earliest, latest) = days_of(then)?;
        let (youngest, oldest) = match self {
            Self::Years | Self::Months => (months(latest_birth, earliest), months(earliest_birth, latest)),
            // Two clocks may be a day apart.
            Self::Weeks | Self::Days => (
                then.sort_key()?.saturating_sub(born.end_key()?).div_euclid(DAY).saturating_sub(1),
                then.end_key()?.saturating_sub(born.sort_key()?).div_euclid(DAY).saturating_add(1),
            ),
        };
        (youngest >= 0).then_some((youngest, oldest))
    }
}

/// Year, month and day, by the clock of the place.
type Day = (i64, i64, i64);

/// The first and the last day of what was stated.
fn days_of(time: &FhirTime) -> Option<(Day, Day)> {
    let precision = time.precision()?;
    let mut parts = time.text().trim().get(..10.min(time.text().trim().len()))?.split('-');
    let mut part = || parts.next()?.parse::<i64>().ok();
    let year = part()?;
    if precision == Precision::Year {
        return Some(((year, 1, 1), (year, 12, 31)));
    }
    let month = part()?;
    if precision == Precision::Month {
        return Some(((year, month, 1), (year, month, 31)));
    }
    let day = part()?;
    Some(((year, month, day), (year, month, day)))
}

fn months(from: Day, to: Day) -> i64 {
    let (from_year, from_month, from_day) = from;
    let (to_year, to_month, to_day) = to;
    (to_year - from_year) * 12 + (to_month - from_month) - i64::from(to_day < from_day)
}
