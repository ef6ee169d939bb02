use serde_json::Value as Json;

use super::absence::{Absence, absences};
use super::coded::{CodeableConcept, labels};
use super::spans::Annotation;
use super::when::When;
use crate::json;
use crate::reference::{self, Reference};
use crate::time::FhirTime;

/// Condition.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Condition {
    /// Active, resolved ...
    pub clinical_status: Option<CodeableConcept>,
    /// Confirmed, provisional, refuted ...
    pub verification: Option<CodeableConcept>,
    /// Problem list, visit diagnosis ...
    pub categories: Vec<CodeableConcept>,
    /// How severe.
    pub severity: Option<CodeableConcept>,
    /// What. May say that there is none.
    pub code: Option<CodeableConcept>,
    /// Where on or in the body.
    pub body_sites: Vec<CodeableConcept>,
    /// Whose.
    pub subject: Option<Reference>,
    /// The visit.
    pub encounter: Option<Reference>,
    /// Since when.
    pub onset: Option<When>,
    /// Until when.
    pub abatement: Option<When>,
    /// It is over, without saying when (as older servers put it).
    pub abated: Option<bool>,
    /// When it was recorded.
    pub recorded: Option<FhirTime>,
    /// Who recorded it.
    pub recorder: Option<Reference>,
    /// Who says so.
    pub asserter: Option<Reference>,
    /// How far it has gone.
    pub stages: Vec<Stage>,
    /// Signs that speak for it.
    pub evidence: Vec<CodeableConcept>,
    /// Notes.
    pub notes: Vec<Annotation>,
    /// What was left out with a reason.
    pub absent: Vec<Absence>,
}

/// How far a Condition has gone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stage {
    /// The stage.
    pub summary: Option<CodeableConcept>,
    /// By which way of counting.
    pub kind: Option<CodeableConcept>,
    /// What it rests on.
    pub assessments: Vec<Reference>,
}

impl Condition {
    /// Reads a Condition. Total: what is not there or not usable is empty.
    pub fn read(value: &Json) -> Self {
        let evidence = json::list(value, "evidence").flat_map(|e| CodeableConcept::members(e, "code"));
        Self {
            clinical_status: CodeableConcept::member(value, "clinicalStatus"),
            verification: CodeableConcept::member(value, "verificationStatus"),
            categories: CodeableConcept::members(value, "category"),
            severity: CodeableConcept::member(value, "severity"),
            code: CodeableConcept::member(value, "code"),
            body_sites: CodeableConcept::members(value, "bodySite"),
            subject: reference::member(value, "subject"),
            encounter: reference::member(value, "encounter"),
            onset: When::read(value, "onset"),
            abatement: When::read(value, "abatement"),
            abated: json::boolean(value, "abatementBoolean"),
            recorded: json::time(value, "recordedDate").or_else(|| json::time(value, "assertedDate")),
            recorder: reference::member(value, "recorder"),
            asserter: reference::member(value, "asserter"),
            stages: json::list(value, "stage").map(Stage::read).collect(),
            evidence: evidence.collect(),
            notes: Annotation::members(value),
            absent: absences(value),
        }
    }

    /// The signs that speak for it, for people.
    pub fn signs(&self) -> Option<String> {
        labels(&self.evidence)
    }
}

impl Stage {
    fn read(value: &Json) -> Self {
        Self {
            summary: CodeableConcept::member(value, "summary"),
            kind: CodeableConcept::member(value, "type"),
            assessments: reference::members(value, "assessment"),
        }
    }

    /// For people: the stage and by which way of counting.
    pub fn display(&self) -> Option<String> {
        let kind = self.kind.as_ref().and_then(CodeableConcept::label);
        match (self.summary.as_ref().and_then(CodeableConcept::label), kind) {
            (Some(summary), Some(kind)) => Some(format!("{summary} ({kind})")),
            (summary, kind) => summary.or(kind),
        }
    }
}
