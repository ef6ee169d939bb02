use serde_json::Value as Json;

use super::absence::{Absence, absences};
use super::coded::{CodeableConcept, labels};
use super::spans::Annotation;
use super::when::When;
use crate::json;
use crate::reference::{self, Reference};
use crate::time::FhirTime;

/// AllergyIntolerance.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AllergyIntolerance {
    /// Active, inactive, resolved.
    pub clinical_status: Option<CodeableConcept>,
    /// Unconfirmed, confirmed, refuted, entered in error.
    pub verification: Option<CodeableConcept>,
    /// `allergy` or `intolerance`, as it came.
    pub kind: Option<String>,
    /// Food, medication ..., as they came.
    pub categories: Vec<String>,
    /// `low`, `high`, `unable-to-assess`, as it came.
    pub criticality: Option<String>,
    /// To what. May say that there is none.
    pub code: Option<CodeableConcept>,
    /// Whose.
    pub patient: Option<Reference>,
    /// Since when.
    pub onset: Option<When>,
    /// When it was recorded.
    pub recorded: Option<FhirTime>,
    /// When it last happened.
    pub last_occurrence: Option<FhirTime>,
    /// Who recorded it.
    pub recorder: Option<Reference>,
    /// Who says so.
    pub asserter: Option<Reference>,
    /// Notes.
    pub notes: Vec<Annotation>,
    /// What happened.
    pub reactions: Vec<Reaction>,
    /// What was left out with a reason.
    pub absent: Vec<Absence>,
}

/// One time that it happened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reaction {
    /// To what, more exactly.
    pub substance: Option<CodeableConcept>,
    /// Signs.
    pub manifestations: Vec<CodeableConcept>,
    /// In words.
    pub description: Option<String>,
    /// When.
    pub onset: Option<FhirTime>,
    /// `mild`, `moderate`, `severe`, as it came.
    pub severity: Option<String>,
    /// How it came into the body.
    pub route: Option<CodeableConcept>,
    /// Notes.
    pub notes: Vec<Annotation>,
}

impl AllergyIntolerance {
    /// Reads an AllergyIntolerance. Total: what is not there or not usable is empty.
    pub fn read(value: &Json) -> Self {
        Self {
            clinical_status: CodeableConcept::member(value, "clinicalStatus"),
            verification: CodeableConcept::member(value, "verificationStatus"),
            kind: json::text(value, "type"),
            categories: json::texts(value, "category"),
            criticality: json::text(value, "criticality"),
            code: CodeableConcept::member(value, "code"),
            patient: reference::member(value, "patient"),
            onset: When::read(value, "onset"),
            recorded: json::time(value, "recordedDate"),
            last_occurrence: json::time(value, "lastOccurrence"),
            recorder: reference::member(value, "recorder"),
            asserter: reference::member(value, "asserter"),
            notes: Annotation::members(value),
            reactions: json::list(value, "reaction").map(Reaction::read).collect(),
            absent: absences(value),
        }
    }
}

impl Reaction {
    fn read(value: &Json) -> Self {
        Self {
            substance: CodeableConcept::member(value, "substance"),
            manifestations: CodeableConcept::members(value, "manifestation"),
            description: json::said(value, "description"),
            onset: json::time(value, "onset"),
            severity: json::text(value, "severity"),
            route: CodeableConcept::member(value, "exposureRoute"),
            notes: Annotation::members(value),
        }
    }

    /// For people: signs and how severe, then the rest.
    pub fn display(&self) -> Option<String> {
        let mut parts: Vec<String> = labels(&self.manifestations).into_iter().collect();
        parts.extend(self.description.clone());
        parts.extend(self.severity.clone());
        parts.extend(
            self.substance.as_ref().and_then(CodeableConcept::label).map(|what| format!("to {what}")),
        );
        parts.extend(self.route.as_ref().and_then(CodeableConcept::label));
        parts.extend(self.onset.as_ref().map(FhirTime::display));
        parts.extend(self.notes.iter().map(Annotation::display));
        json::joined(parts, ", ")
    }
}
