//! Our own comparison of a number with the range that the lab stated beside it (hazard H8).
//!
//! The lab's flag goes first: only a number without one is compared, and the answer never becomes a flag. It is given
//! only when nothing has to be assumed: one range is surely for this person, the unit is the very same, no sign
//! (`<5`) leaves it open, and the entry is final. "Within" is not "normal".

mod age;
mod applies;
mod wording;

use fhir::describe::{Measured, MeasuredRange, Summary};
use fhir::lens::Quantity;
use fhir::modifiers::Effect;
use fhir::time::FhirTime;

use applies::Applies;
use fhir::decimal::Decimal;
use wording::Wording;

/// What of the person decides which range is theirs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Person {
    /// Date of birth.
    pub born: Option<FhirTime>,
    /// Sex, where it is stated as one of these.
    pub sex: Option<Sex>,
}

/// Administrative sex, as far as stated ranges speak of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sex {
    /// `female`
    Female,
    /// `male`
    Male,
}

/// Where a number lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compared {
    /// Below the lowest limit.
    Below,
    /// Between the limits, or on one. Never to be called normal.
    Within,
    /// Above the highest limit.
    Above,
    /// It cannot be told.
    CannotTell(Why),
}

/// Why it cannot be told where a number lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// It is not final, or carries what nobody can read.
    Standing,
    /// It may be about another one than the patient.
    About,
    /// The number or a limit is not a plain decimal.
    Number,
    /// No stated range is for this person.
    NoRange,
    /// More than one is.
    SeveralRanges,
    /// What kind of range it is, is not known.
    Kind,
    /// Whom it is for cannot be held against what is known of the person.
    Whom,
    /// The age at that time is not known well enough.
    Age,
    /// Limits are told in words, or the words say more than the limits.
    Words,
    /// The unit is not stated, or not the same.
    Unit,
    /// The sign before the number leaves it open.
    Straddles,
}

/// Where the number of an entry lies, and `None` when there is no number without a flag, or no range beside it.
/// `status` is the entry's own, as it came.
#[must_use]
pub fn of(summary: &Summary, status: Option<&str>, person: &Person) -> Option<Compared> {
    let measured = summary.measured.as_ref().filter(|measured| !measured.ranges.is_empty())?;
    let settled = matches!(status, Some("final" | "amended" | "corrected"))
        && matches!(summary.reading.effect(), Effect::Ok | Effect::Value | Effect::Changed)
        && !summary.reading.unreadable;
    let another = summary.references.iter().any(|reference| reference.path.starts_with("focus"));
    Some(match (settled, another) {
        (false, _) => Compared::CannotTell(Why::Standing),
        (true, true) => Compared::CannotTell(Why::About),
        (true, false) => compare(measured, person),
    })
}

/// Where a number lies in the one stated range that is surely for this person.
#[must_use]
pub fn compare(measured: &Measured, person: &Person) -> Compared {
    match chosen(measured, person).and_then(|range| place(measured, range)) {
        Ok(compared) => compared,
        Err(why) => Compared::CannotTell(why),
    }
}

impl Compared {
    /// For people; nothing when it cannot be told.
    #[must_use]
    pub fn words(self) -> Option<&'static str> {
        match self {
            Self::Below => {
                Some("Below the lab's stated range (compared by Wellkept; the lab did not flag it)")
            }
            Self::Within => {
                Some("Within the lab's stated range (compared by Wellkept; the lab did not flag it)")
            }
            Self::Above => {
                Some("Above the lab's stated range (compared by Wellkept; the lab did not flag it)")
            }
            Self::CannotTell(_) => None,
        }
    }
}

/// One range that is surely for this person, while every other surely is not.
fn chosen<'a>(measured: &'a Measured, person: &Person) -> Result<&'a MeasuredRange, Why> {
    let mut found = None;
    for range in &measured.ranges {
        match applies::to(range, person, measured.effective.as_ref()) {
            Applies::No => {}
            Applies::Unknown(why) => return Err(why),
            Applies::Yes if found.is_some() => return Err(Why::SeveralRanges),
            Applies::Yes => found = Some(range),
        }
    }
    found.ok_or(Why::NoRange)
}

fn place(measured: &Measured, range: &MeasuredRange) -> Result<Compared, Why> {
    let low = range.low.as_ref().map(|limit| limit_of(limit, measured)).transpose()?;
    let high = range.high.as_ref().map(|limit| limit_of(limit, measured)).transpose()?;
    if low.is_none() && high.is_none() {
        return Err(Why::Words);
    }
    if let (Some(low), Some(high)) = (&low, &high)
        && low > high
    {
        return Err(Why::Number);
    }
    let number = Decimal::plain(&measured.value).ok_or(Why::Number)?;
    let on_a_limit = Some(&number) == low.as_ref() || Some(&number) == high.as_ref();
    match wording::of(range, low.as_ref(), high.as_ref()) {
        Wording::Same => {}
        Wording::Strict if !on_a_limit => {}
        Wording::Strict | Wording::More => return Err(Why::Words),
    }
    let span = Span { number, sign: Sign::read(measured.comparator.as_deref()).ok_or(Why::Straddles)? };
    if low.as_ref().is_some_and(|low| span.is_below(low)) {
        Ok(Compared::Below)
    } else if high.as_ref().is_some_and(|high| span.is_above(high)) {
        Ok(Compared::Above)
    } else if low.is_none_or(|low| span.reaches_no_lower(&low))
        && high.is_none_or(|high| span.reaches_no_higher(&high))
    {
        Ok(Compared::Within)
    } else {
        Err(Why::Straddles)
    }
}

fn limit_of(limit: &Quantity, measured: &Measured) -> Result<Decimal, Why> {
    if limit.comparator.is_some() || limit.absent.is_some() {
        return Err(Why::Number);
    }
    if !same_unit(limit, measured) {
        return Err(Why::Unit);
    }
    limit.value.as_deref().and_then(Decimal::plain).ok_or(Why::Number)
}

/// The same system and code; where one of them has none, the same words.
fn same_unit(limit: &Quantity, measured: &Measured) -> bool {
    let coded = |system: &Option<String>, code: &Option<String>| Some((stated(system)?, stated(code)?));
    match (coded(&limit.system, &limit.code), coded(&measured.system, &measured.code)) {
        (Some(one), Some(other)) => one == other,
        _ => stated(&limit.unit).is_some_and(|unit| stated(&measured.unit).as_ref() == Some(&unit)),
    }
}

fn stated(text: &Option<String>) -> Option<String> {
    let text = text.as_deref()?.trim();
    (!text.is_empty() && !text.eq_ignore_ascii_case("null")).then(|| text.to_owned())
}

/// A number with the sign before it.
struct Span {
    number: Decimal,
    sign: Sign,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Sign {
    Exactly,
    Less,
    AtMost,
    More,
    AtLeast,
}

impl Sign {
    fn read(comparator: Option<&str>) -> Option<Self> {
        match comparator.map(str::trim) {
            None => Some(Self::Exactly),
            Some("<") => Some(Self::Less),
            Some("<=") => Some(Self::AtMost),
            Some(">") => Some(Self::More),
            Some(">=") => Some(Self::AtLeast),
            Some(_) => None,
        }
    }
}

/// Each is true only if it is so of every number that the sign allows.
impl Span {
    fn is_below(&self, low: &Decimal) -> bool {
        match self.sign {
            Sign::Exactly | Sign::AtMost => self.number < *low,
            Sign::Less => self.number <= *low,
            Sign::More | Sign::AtLeast => false,
        }
    }

    fn is_above(&self, high: &Decimal) -> bool {
        match self.sign {
            Sign::Exactly | Sign::AtLeast => self.number > *high,
            Sign::More => self.number >= *high,
            Sign::Less | Sign::AtMost => false,
        }
    }

    fn reaches_no_lower(&self, low: &Decimal) -> bool {
        !matches!(self.sign, Sign::Less | Sign::AtMost) && self.number >= *low
    }

    fn reaches_no_higher(&self, high: &Decimal) -> bool {
        !matches!(self.sign, Sign::More | Sign::AtLeast) && self.number <= *high
    }
}
