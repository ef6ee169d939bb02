use serde_json::Value as Json;

use super::absence::{Absence, absences, reason};
use super::coded::CodeableConcept;
use super::spans::Annotation;
use super::value::Value;
use super::when::When;
use crate::json;
use crate::reference::{self, Reference};
use crate::time::FhirTime;

/// FamilyMemberHistory: what a relative has or had. None of it is a condition of the patient.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FamilyMemberHistory {
    /// Status, as it came.
    pub status: Option<String>,
    /// Why little or nothing is told, for people.
    pub absent_reason: Option<String>,
    /// Whose relative.
    pub patient: Option<Reference>,
    /// When it was told or last changed.
    pub date: Option<FhirTime>,
    /// The relative's name.
    pub name: Option<String>,
    /// Mother, brother ...
    pub relationship: Option<CodeableConcept>,
    /// The relative's sex.
    pub sex: Option<CodeableConcept>,
    /// When the relative was born.
    pub born: Option<When>,
    /// The relative's age, for people.
    pub age: Option<String>,
    /// The age is a guess.
    pub estimated: Option<bool>,
    /// Whether, when or at which age the relative died.
    pub deceased: Option<RelativeDeath>,
    /// Why this was asked.
    pub reasons: Vec<CodeableConcept>,
    /// Why this was asked, elsewhere.
    pub reason_references: Vec<Reference>,
    /// What the relative has or had.
    pub conditions: Vec<RelativeCondition>,
    /// Notes.
    pub notes: Vec<Annotation>,
    /// What was left out with a reason.
    pub absent: Vec<Absence>,
}

/// Whether a relative has died.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RelativeDeath {
    /// Yes or no, and nothing more.
    Stated(bool),
    /// When, at which age, or in words, for people.
    Told(String),
}

/// What a relative has or had.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RelativeCondition {
    /// What.
    pub code: Option<CodeableConcept>,
    /// What came of it.
    pub outcome: Option<CodeableConcept>,
    /// It had a part in the death.
    pub contributed_to_death: Option<bool>,
    /// Since when, or at which age.
    pub onset: Option<When>,
    /// Notes.
    pub notes: Vec<Annotation>,
}

impl FamilyMemberHistory {
    /// Reads a FamilyMemberHistory. Total: what is not there or not usable is empty.
    pub fn read(value: &Json) -> Self {
        Self {
            status: json::text(value, "status"),
            absent_reason: CodeableConcept::member(value, "dataAbsentReason").map(|why| absent(&why)),
            patient: reference::member(value, "patient"),
            date: json::time(value, "date"),
            name: json::said(value, "name"),
            relationship: CodeableConcept::member(value, "relationship"),
            sex: CodeableConcept::member(value, "sex").or_else(|| CodeableConcept::member(value, "gender")),
            born: When::read(value, "born"),
            age: Value::read(value, "age").and_then(aged),
            estimated: json::boolean(value, "estimatedAge"),
            deceased: deceased(value),
            reasons: CodeableConcept::members(value, "reasonCode"),
            reason_references: reference::members(value, "reasonReference"),
            conditions: json::list(value, "condition").filter_map(RelativeCondition::read).collect(),
            notes: Annotation::members(value),
            absent: absences(value),
        }
    }
}

/// Codes of the FHIR R4 code system `history-absent-reason` in plain words; others as they came.
fn absent(why: &CodeableConcept) -> String {
    match reason(why).as_str() {
        "subject-unknown" => "the patient does not know this relative".to_owned(),
        "withheld" => "the patient did not want to tell".to_owned(),
        "unable-to-obtain" => "it could not be asked".to_owned(),
        "deferred" => "the patient will tell later".to_owned(),
        other => other.to_owned(),
    }
}

fn aged(value: Value) -> Option<String> {
    match value {
        Value::Quantity(age) => age.aged().display(),
        Value::Range(ages) => ages.aged().display(),
        other => other.display(),
    }
}

/// A date or an age says more than yes or no.
fn deceased(value: &Json) -> Option<RelativeDeath> {
    let told = When::read(value, "deceased").and_then(|when| when.display()).map(RelativeDeath::Told);
    told.or_else(|| json::boolean(value, "deceasedBoolean").map(RelativeDeath::Stated))
}

impl RelativeCondition {
    fn read(value: &Json) -> Option<Self> {
        let read = Self {
            code: CodeableConcept::member(value, "code"),
            outcome: CodeableConcept::member(value, "outcome"),
            contributed_to_death: json::boolean(value, "contributedToDeath"),
            onset: When::read(value, "onset"),
            notes: Annotation::members(value),
        };
        (read != Self::default()).then_some(read)
    }

    /// For people: what, since when, what came of it.
    pub fn display(&self) -> Option<String> {
        let what = self.code.as_ref().and_then(CodeableConcept::label);
        let what = what.unwrap_or_else(|| "condition without a name".to_owned());
        let mut parts = vec![what];
        parts.extend(self.onset.as_ref().and_then(When::display));
        parts.extend(self.outcome.as_ref().and_then(CodeableConcept::label));
        parts.extend(
            self.contributed_to_death.map(|yes| {
                if yes { "had a part in the death" } else { "had no part in the death" }.to_owned()
            }),
        );
        json::joined(parts, ", ")
    }
}
