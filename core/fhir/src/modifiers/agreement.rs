//! Whether a lab's flag and the range that it states say the same.

use std::cmp::Ordering;

use serde_json::Value;

use crate::decimal;
use crate::describe::{Flag, lab_direction, lab_flag};
use crate::lens::{self, CodeableConcept, Quantity, ReferenceRange};

/// Whether the flag of this Observation, or of this part of one, contradicts its range beyond doubt: one plain range for
/// everybody, no comparator, the same unit, and a number that is within where the flag says outside, or the other way
/// round. On a limit itself nothing is said.
pub(super) fn is_broken(holder: &Value) -> bool {
    if holder.get("modifierExtension").is_some() || holder.get("implicitRules").is_some() {
        return false;
    }
    let stated = CodeableConcept::members(holder, "interpretation");
    let flag = lab_flag(&stated);
    let ranges = ReferenceRange::members(holder);
    let [range] = ranges.as_slice() else { return false };
    let modified =
        crate::json::list(holder, "referenceRange").any(|range| range.get("modifierExtension").is_some());
    let Some(lens::Value::Quantity(value)) = lens::Value::read(holder, "value") else { return false };
    if modified || !range.is_plain() {
        return false;
    }
    let Some(place) = place(&value, range) else { return false };
    match flag {
        Flag::Inside => place != Ordering::Equal,
        Flag::Outside | Flag::Critical => {
            place == Ordering::Equal || lab_direction(&stated).is_some_and(|direction| direction != place)
        }
        Flag::NotStated => false,
    }
}

/// Below, within or above; nothing on a limit, and nothing where it cannot be told.
fn place(value: &Quantity, range: &ReferenceRange) -> Option<Ordering> {
    let low = limit(value, range.range.low.as_ref())?;
    let high = limit(value, range.range.high.as_ref())?;
    match (low, high) {
        (None, None) | (Some(Ordering::Equal), _) | (_, Some(Ordering::Equal)) => None,
        (Some(Ordering::Less), Some(Ordering::Greater)) => None,
        (Some(Ordering::Less), _) => Some(Ordering::Less),
        (_, Some(Ordering::Greater)) => Some(Ordering::Greater),
        _ => Some(Ordering::Equal),
    }
}

/// How the value stands to a limit: an inner nothing where there is none, an outer one where they cannot be compared.
fn limit(value: &Quantity, limit: Option<&Quantity>) -> Option<Option<Ordering>> {
    let Some(limit) = limit else { return Some(None) };
    let plain = |q: &Quantity| q.comparator.is_none() && q.rendered.is_none() && q.absent.is_none();
    let unit = |q: &Quantity| match (&q.system, &q.code) {
        (Some(system), Some(code)) => Some((system.clone(), code.clone())),
        _ => None,
    };
    let same = match (unit(value), unit(limit)) {
        (Some(one), Some(other)) => one == other,
        _ => value.unit == limit.unit && value.code.is_none() == limit.code.is_none(),
    };
    if !same || !plain(value) || !plain(limit) {
        return None;
    }
    decimal::compare(value.value.as_deref()?, limit.value.as_deref()?).map(Some)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(flag: &str, value: &str, change: Value) -> bool {
        let number = |text: &str| serde_json::from_str::<Value>(text).unwrap();
        let mut held = json!({"interpretation": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation", "code": flag}]}],
            "valueQuantity": {"value": number(value), "unit": "mg/dL"},
            "referenceRange": [{"low": {"value": 0.6, "unit": "mg/dL"}, "high": {"value": 1.2, "unit": "mg/dL"}}]});
        held.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        is_broken(&held)
    }

    #[test]
    fn h8_a_flag_that_contradicts_its_range_is_told() {
        for (flag, value) in [
            ("N", "5.1"),
            ("N", "0.5"),
            ("H", "0.9"),
            ("A", "1.0"),
            ("HH", "1.19"),
            ("H", "0.5"),
            ("LL", "9"),
        ] {
            assert!(of(flag, value, json!({})), "{flag} {value}");
        }
        for (flag, value) in [
            ("N", "0.9"),
            ("N", "1.2"),
            ("N", "0.60"),
            ("H", "1.3"),
            ("H", "1.20"),
            ("L", "0.1"),
            ("A", "0.1"),
            ("X", "9"),
        ] {
            assert!(!of(flag, value, json!({})), "{flag} {value}");
        }
    }

    #[test]
    fn h8_what_cannot_be_compared_exactly_contradicts_nothing() {
        let range = |change: Value| {
            let mut range =
                json!({"low": {"value": 0.6, "unit": "mg/dL"}, "high": {"value": 1.2, "unit": "mg/dL"}});
            range.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
            json!({"referenceRange": [range]})
        };
        assert!(of("N", "5.1", range(json!({}))));
        assert!(of(
            "N",
            "5.1",
            range(json!({"text": "0.6-1.2 mg/dL", "type": {"coding": [{"code": "normal"}]}}))
        ));
        for change in [
            range(json!({"appliesTo": [{"text": "women"}]})),
            range(json!({"age": {"low": {"value": 18, "unit": "a"}}})),
            range(json!({"type": {"coding": [{"code": "treatment"}]}})),
            range(json!({"text": "fasting only"})),
            range(json!({"modifierExtension": [{"url": "u"}]})),
            range(json!({"high": {"value": 1.2, "unit": "mmol/L"}})),
            range(json!({"high": {"value": 1.2}})),
            range(json!({"high": {"value": 1.2, "unit": "mg/dL", "comparator": "<"}})),
            json!({"referenceRange": [{"text": "see handbook"}]}),
            json!({"referenceRange": []}),
            json!({"referenceRange": [range(json!({}))["referenceRange"][0], {"text": "other"}]}),
            json!({"valueQuantity": {"value": 5.1, "unit": "mg/dL", "comparator": ">"}}),
            json!({"valueQuantity": {"value": 5.1, "unit": "g/L"}}),
            json!({"valueQuantity": {"value": "5,1", "unit": "mg/dL"}}),
            json!({"valueQuantity": null, "valueString": "5.1 mg/dL"}),
            json!({"interpretation": [{"text": "Normal"}]}),
            json!({"modifierExtension": [{"url": "u", "valueBoolean": true}]}),
        ] {
            assert!(!of("N", "5.1", change.clone()), "{change}");
        }
        let coded = |system: &str, code: &str| json!({"value": 1.2, "unit": "other words", "system": system, "code": code});
        let ucum = "http://unitsofmeasure.org";
        let with = |high: Value| json!({"valueQuantity": {"value": 5.1, "unit": "mg/dL", "system": ucum, "code": "mg/dL"}, "referenceRange": [{"high": high}]});
        assert!(of("N", "5.1", with(coded(ucum, "mg/dL"))));
        assert!(!of("N", "5.1", with(coded(ucum, "mmol/L"))));
    }
}
