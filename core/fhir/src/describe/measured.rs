//! A number that a lab gave without a flag, with all that a comparison needs.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::Code;
use super::draft::codes;
use crate::lens::{CodeableConcept, Observation, Quantity, Range, ReferenceRange, Value};
use crate::time::FhirTime;
use crate::{decimal, json};

/// A plain number to which the lab said nothing: the only kind that may be compared with a range (hazard H8).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measured {
    /// The number with its digits, as it came: an optional sign, digits, perhaps a fraction and an exponent.
    pub value: String,
    /// `<`, `<=`, `>=`, `>` or another sign, as it came: the number is then a limit and not the value.
    pub comparator: Option<String>,
    /// The unit for people, as it came; may be `null` in words.
    pub unit: Option<String>,
    /// Address of the system of units.
    pub system: Option<String>,
    /// The unit's code.
    pub code: Option<String>,
    /// The stated ranges, in the sender's order.
    pub ranges: Vec<MeasuredRange>,
    /// When it was true; the start of a span.
    pub effective: Option<FhirTime>,
}

/// One stated reference range.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeasuredRange {
    /// The lowest value that is within.
    pub low: Option<Quantity>,
    /// The highest value that is within.
    pub high: Option<Quantity>,
    /// What kind of range, for people: normal, therapeutic ... Normal where nothing is stated (FHIR R4).
    pub kind: Option<String>,
    /// The same as codes.
    pub kind_codes: Vec<Code>,
    /// Whom it is for, for people; everybody when empty.
    pub applies_to: Vec<String>,
    /// The same as codes.
    pub applies_to_codes: Vec<Code>,
    /// The ages that it is for.
    pub age: Option<Range>,
    /// The range in words.
    pub text: Option<String>,
}

/// The number of an Observation that has no flag and one plain number; of one with parts, nothing.
pub(super) fn of(seen: &Observation, value: &Json) -> Option<Measured> {
    let flagged = !seen.interpretation.is_empty() || !seen.components.is_empty();
    let values = json::choices(value, "value").count();
    if flagged || values != 1 || seen.absent_reason.is_some() {
        return None;
    }
    let quantity = match seen.value.as_ref()? {
        Value::Quantity(quantity) if quantity.absent.is_none() => quantity.clone(),
        Value::Number(number) => Quantity { value: Some(number.clone()), ..Quantity::default() },
        _ => return None,
    };
    Some(Measured {
        value: quantity.value.filter(|number| decimal::is_decimal(number))?,
        comparator: quantity.comparator,
        unit: quantity.unit,
        system: quantity.system,
        code: quantity.code,
        ranges: seen.ranges.iter().map(MeasuredRange::of).collect(),
        effective: seen.effective.as_ref().and_then(crate::lens::When::moment),
    })
}

impl MeasuredRange {
    fn of(range: &ReferenceRange) -> Self {
        Self {
            low: range.range.low.clone(),
            high: range.range.high.clone(),
            kind: range.kind.as_ref().and_then(CodeableConcept::label),
            kind_codes: codes(range.kind.as_ref()),
            applies_to: range.applies_to.iter().filter_map(CodeableConcept::label).collect(),
            applies_to_codes: range.applies_to.iter().flat_map(|who| codes(Some(who))).collect(),
            age: range.age.clone(),
            text: range.text.clone(),
        }
    }
}
