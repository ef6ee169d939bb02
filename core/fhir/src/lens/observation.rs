use serde_json::Value as Json;

use super::absence::{Absence, absences, reason};
use super::coded::CodeableConcept;
use super::range::ReferenceRange;
use super::spans::Annotation;
use super::value::Value;
use super::when::When;
use crate::json;
use crate::reference::{self, Reference};
use crate::time::FhirTime;

/// Observation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Observation {
    /// Status, as it came.
    pub status: Option<String>,
    /// Laboratory, vital signs ...
    pub categories: Vec<CodeableConcept>,
    /// What was measured.
    pub code: Option<CodeableConcept>,
    /// Who or what was measured.
    pub subject: Option<Reference>,
    /// The visit.
    pub encounter: Option<Reference>,
    /// When it was true.
    pub effective: Option<When>,
    /// When it was given out.
    pub issued: Option<FhirTime>,
    /// Who did it.
    pub performers: Vec<Reference>,
    /// The value.
    pub value: Option<Value>,
    /// Why there is no value.
    pub absent_reason: Option<CodeableConcept>,
    /// What the lab says of the value.
    pub interpretation: Vec<CodeableConcept>,
    /// Notes.
    pub notes: Vec<Annotation>,
    /// Where on the body.
    pub body_site: Option<CodeableConcept>,
    /// How it was done.
    pub method: Option<CodeableConcept>,
    /// The specimen.
    pub specimen: Option<Reference>,
    /// The device.
    pub device: Option<Reference>,
    /// Reference ranges.
    pub ranges: Vec<ReferenceRange>,
    /// Results that belong to this group.
    pub members: Vec<Reference>,
    /// What it was worked out from.
    pub derived_from: Vec<Reference>,
    /// Parts.
    pub components: Vec<Component>,
    /// What was left out with a reason.
    pub absent: Vec<Absence>,
}

/// One part of an Observation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Component {
    /// What was measured.
    pub code: Option<CodeableConcept>,
    /// The value.
    pub value: Option<Value>,
    /// Why there is no value.
    pub absent_reason: Option<CodeableConcept>,
    /// What the lab says of the value.
    pub interpretation: Vec<CodeableConcept>,
    /// Reference ranges.
    pub ranges: Vec<ReferenceRange>,
    /// What was left out with a reason.
    pub absent: Vec<Absence>,
}

impl Observation {
    /// Reads an Observation. Total: what is not there or not usable is empty.
    pub fn read(value: &Json) -> Self {
        Self {
            status: json::text(value, "status"),
            categories: CodeableConcept::members(value, "category"),
            code: CodeableConcept::member(value, "code"),
            subject: reference::member(value, "subject"),
            encounter: reference::member(value, "encounter"),
            effective: When::read(value, "effective"),
            issued: json::time(value, "issued"),
            performers: reference::members(value, "performer"),
            value: Value::read(value, "value"),
            absent_reason: CodeableConcept::member(value, "dataAbsentReason"),
            interpretation: CodeableConcept::members(value, "interpretation"),
            notes: Annotation::members(value),
            body_site: CodeableConcept::member(value, "bodySite"),
            method: CodeableConcept::member(value, "method"),
            specimen: reference::member(value, "specimen"),
            device: reference::member(value, "device"),
            ranges: ReferenceRange::members(value),
            members: reference::members(value, "hasMember"),
            derived_from: reference::members(value, "derivedFrom"),
            components: json::list(value, "component").map(Component::read).collect(),
            absent: absences(value),
        }
    }

    /// The value of this observation itself for people, or `No result: ` and the reason; nothing when neither is
    /// stated.
    pub fn result(&self) -> Option<String> {
        result(self.value.as_ref(), self.absent_reason.as_ref(), &self.absent)
    }
}

impl Component {
    /// As [`Observation::result`].
    pub fn result(&self) -> Option<String> {
        result(self.value.as_ref(), self.absent_reason.as_ref(), &self.absent)
    }

    fn read(value: &Json) -> Self {
        Self {
            code: CodeableConcept::member(value, "code"),
            value: Value::read(value, "value"),
            absent_reason: CodeableConcept::member(value, "dataAbsentReason"),
            interpretation: CodeableConcept::members(value, "interpretation"),
            ranges: ReferenceRange::members(value),
            absent: absences(value),
        }
    }
}

fn result(value: Option<&Value>, absent: Option<&CodeableConcept>, absences: &[Absence]) -> Option<String> {
    if let Some(text) = value.and_then(Value::display) {
        return Some(text);
    }
    let inner = || value.and_then(Value::absent).map(str::to_owned);
    let shadow = || absences.iter().find(|a| a.element.starts_with("value")).map(|a| a.reason.clone());
    let why = absent.map(reason).filter(|why| !why.is_empty()).or_else(inner).or_else(shadow);
    why.map(|why| format!("No result: {why}")).or_else(|| Some(unit_alone(value?)))
}

/// A quantity that has a unit and no number.
fn unit_alone(value: &Value) -> String {
    match value {
        Value::Quantity(quantity) => match quantity.shown_unit() {
            Some(unit) => format!("No result: no number was given (unit {unit})"),
            None => "No result: no number was given".to_owned(),
        },
        _ => "No result: no value was given".to_owned(),
    }
}
