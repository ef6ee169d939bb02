//! Elements that R4 does not flag but that can reverse a reading, and that no code list alone can express.

use serde_json::Value;

use super::notes::{Notes, Trail};
use super::table;
use super::{Effect, Reach, agreement, words};
use crate::describe::absence_is_coded;
use crate::lens::{CodeableConcept, is_directive};

const ENDS: [&str; 6] = [
    "abatementDateTime",
    "abatementPeriod",
    "abatementAge",
    "abatementRange",
    "abatementString",
    "abatementBoolean",
];

/// Reads them for the types that have them.
pub(super) fn read(resource: &Value, kind: &str, notes: &mut Notes) {
    match kind {
        "Observation" => observation(resource, notes),
        "Condition" => ended(resource, notes),
        "MedicationRequest" => reported(resource, notes),
        "AllergyIntolerance" => {
            ruled_out(notes);
            absence(resource, notes);
        }
        "ServiceRequest" | "QuestionnaireResponse" | "FamilyMemberHistory" => {
            super::clinical::read(resource, kind, notes)
        }
        "ExplanationOfBenefit" => always("ExplanationOfBenefit", "payment", notes),
        "DocumentReference" if is_directive(resource) => always("DocumentReference", "type", notes),
        "Consent" if is_directive(resource) => always("Consent", "category", notes),
        "Consent" if !resource.get("provision").is_some_and(readable) => refused(notes),
        _ => {}
    }
}

/// What holds for every entry of this kind.
fn always(kind: &'static str, element: &'static str, notes: &mut Notes) {
    let row = table::get().sentence(&format!("{kind}.{element}"), "(any)");
    Trail::new(kind).within(element, |trail| notes.say(trail, Reach::Whole, row, ""));
}

/// A consent without a readable provision permits nothing.
fn refused(notes: &mut Notes) {
    let row = table::get().sentence("Consent.provision", "(missing)");
    Trail::new("Consent").within("provision", |trail| notes.say(trail, Reach::Whole, row, ""));
}

fn readable(provision: &Value) -> bool {
    provision.is_object()
}

fn observation(resource: &Value, notes: &mut Notes) {
    let mut trail = Trail::new("Observation");
    if let Some(reason) = stated(resource, "dataAbsentReason") {
        trail.within("dataAbsentReason", |trail| say(trail, "Observation.dataAbsentReason", reason, notes));
    }
    if let Some(focus) = stated(resource, "focus") {
        trail.within("focus", |trail| say(trail, "Observation.focus", focus, notes));
    }
    if agreement::is_broken(resource) {
        trail.within("interpretation", |trail| disagree(trail, notes));
    }
    let components =
        resource.get("component").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    for (index, component) in components.iter().enumerate() {
        if agreement::is_broken(component) && resource.get("modifierExtension").is_none() {
            trail.within("component", |trail| {
                trail.at(index, |trail| trail.within("interpretation", |trail| disagree(trail, notes)));
            });
        }
        let Some(reason) = stated(component, "dataAbsentReason") else { continue };
        trail.within("component", |trail| {
            trail.at(index, |trail| {
                trail.within("dataAbsentReason", |t| {
                    say(t, "Observation.component.dataAbsentReason", reason, notes)
                });
            });
        });
    }
}

fn disagree(trail: &Trail<'_>, notes: &mut Notes) {
    let row = table::get().sentence("Observation.interpretation", "(contradicts)");
    notes.say(trail, trail.reach(), row, "");
}

/// An end beside a clinical status that says "current": the two disagree, and both are shown.
fn ended(resource: &Value, notes: &mut Notes) {
    let ending = ENDS.iter().find_map(|key| stated(resource, key));
    let Some(ending) = ending.filter(|ending| **ending != Value::Bool(false)) else { return };
    let code = if notes.is_in_order("Condition.clinicalStatus") { "(contradicts)" } else { "(any)" };
    let row = table::get().sentence("Condition.abatement[x]", code);
    let shown = end_words(ending);
    Trail::new("Condition").within("abatement[x]", |trail| notes.say(trail, Reach::Whole, row, &shown));
}

fn end_words(ending: &Value) -> String {
    let text =
        |value: &Value, key: &str| value.get(key).filter(|inner| !inner.is_null()).map(words::received);
    if ending == &Value::Bool(true) {
        return "date not stated".to_owned();
    }
    let amount = |value: &Value| {
        let unit = text(value, "unit").or_else(|| text(value, "code")).unwrap_or_default();
        text(value, "value").map(|number| format!("{number} {unit}").trim_end().to_owned())
    };
    if let Some(age) = amount(ending) {
        return format!("at {age}");
    }
    let pair = |from: Option<String>, to: Option<String>| match (from, to) {
        (Some(from), Some(to)) => Some(format!("{from} to {to}")),
        (Some(from), None) => Some(format!("from {from}")),
        (None, Some(to)) => Some(format!("by {to}")),
        (None, None) => None,
    };
    let day = |key: &str| text(ending, key).map(|date| words::day(&date));
    pair(day("start"), day("end"))
        .or_else(|| pair(ending.get("low").and_then(amount), ending.get("high").and_then(amount)))
        .unwrap_or_else(|| words::day(&words::received(ending)))
}

fn reported(resource: &Value, notes: &mut Notes) {
    let reporter = match (stated(resource, "reportedReference"), stated(resource, "reportedBoolean")) {
        (Some(reference), _) => words::label(reference).unwrap_or_else(|| "someone".to_owned()),
        (None, Some(Value::Bool(true))) => "someone".to_owned(),
        _ => return,
    };
    let row = table::get().sentence("MedicationRequest.reported[x]", "(any)");
    Trail::new("MedicationRequest")
        .within("reported[x]", |trail| notes.say(trail, Reach::Whole, row, &reporter));
}

/// What was ruled out is not to be treated as active for want of a state.
fn ruled_out(notes: &mut Notes) {
    let element = "AllergyIntolerance.clinicalStatus";
    if notes.is_negated() {
        let words = table::get().sentence(element, "(missing, ruled out)").words("");
        notes.reword(|notice| (notice.element == element && notice.value.is_empty()).then(|| words.clone()));
    }
}

/// "No known allergy" is no substance, and its states speak of that statement: it is nothing to warn about, and one that was
/// ruled out or is over does not say that there are none.
fn absence(resource: &Value, notes: &mut Notes) {
    let Some(code) = stated(resource, "code") else { return };
    let label = words::label(code).unwrap_or_default();
    let coded = CodeableConcept::read(code).is_some_and(|concept| absence_is_coded(&concept));
    if !coded && !asserts_absence(&label.trim().to_lowercase()) {
        return;
    }
    let row = table::get().sentence("AllergyIntolerance.code", "(any)");
    Trail::new("AllergyIntolerance").within("code", |trail| notes.say(trail, Reach::Whole, row, &label));
    notes.reword(|notice| {
        let code = match (notice.element.as_str(), notice.effect, notice.value.is_empty()) {
            ("AllergyIntolerance.clinicalStatus", Effect::Ok, _) => "(absence: current)",
            ("AllergyIntolerance.clinicalStatus", Effect::Past, _) => "(absence: past)",
            ("AllergyIntolerance.clinicalStatus", Effect::Unknown, true) => "(absence: no state)",
            ("AllergyIntolerance.verificationStatus", Effect::Proposal, _) => "(absence: suspected)",
            ("AllergyIntolerance.verificationStatus", Effect::Negated, _) => "(absence: ruled out)",
            ("AllergyIntolerance.verificationStatus", Effect::Unknown, true) => "(absence: not stated)",
            _ => return None,
        };
        Some(table::get().sentence("AllergyIntolerance.code", code).words(&notice.value))
    });
}

/// Strict on purpose: "penicillin, no known reaction" is an allergy.
fn asserts_absence(label: &str) -> bool {
    let about = ["allerg", "intoleran", "hypersensitiv"].iter().any(|stem| label.contains(stem));
    matches!(label, "nka" | "nkda")
        || label.starts_with("no allerg")
        || (label.starts_with("no known ") && about)
}

fn say(trail: &Trail<'_>, element: &str, value: &Value, notes: &mut Notes) {
    let shown = words::label(value).unwrap_or_else(|| "reason not readable".to_owned());
    notes.say(trail, trail.reach(), table::get().sentence(element, "(any)"), &shown);
}

fn stated<'v>(value: &'v Value, key: &str) -> Option<&'v Value> {
    value.get(key).filter(|inner| words::present(inner))
}
