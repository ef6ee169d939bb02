use serde_json::Value as Json;

use super::absence::{Absence, absences};
use super::coded::{CodeableConcept, labels};
use super::involved::Involved;
use super::spans::Annotation;
use super::when::When;
use crate::json;
use crate::reference::{self, Reference};

/// Procedure: something done to or for a person, or not done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Procedure {
    /// Status, as it came.
    pub status: Option<String>,
    /// Why it was not done, or not finished.
    pub status_reason: Option<CodeableConcept>,
    /// Surgery, counselling ...
    pub category: Option<CodeableConcept>,
    /// What.
    pub code: Option<CodeableConcept>,
    /// To whom.
    pub subject: Option<Reference>,
    /// The visit.
    pub encounter: Option<Reference>,
    /// When.
    pub performed: Option<When>,
    /// Who wrote it down.
    pub recorder: Option<Reference>,
    /// Who says so.
    pub asserter: Option<Reference>,
    /// Who did it.
    pub performers: Vec<Involved>,
    /// Where.
    pub location: Option<Reference>,
    /// Why.
    pub reasons: Vec<CodeableConcept>,
    /// Why, elsewhere.
    pub reason_references: Vec<Reference>,
    /// Where on the body.
    pub body_sites: Vec<CodeableConcept>,
    /// How it went.
    pub outcome: Option<CodeableConcept>,
    /// Reports of it.
    pub reports: Vec<Reference>,
    /// What went wrong.
    pub complications: Vec<CodeableConcept>,
    /// What went wrong, elsewhere.
    pub complication_details: Vec<Reference>,
    /// What is to follow.
    pub follow_ups: Vec<CodeableConcept>,
    /// Devices put in, changed or taken out.
    pub focal_devices: Vec<FocalDevice>,
    /// What was used.
    pub used: Vec<CodeableConcept>,
    /// What was used, elsewhere.
    pub used_references: Vec<Reference>,
    /// The order behind it.
    pub based_on: Vec<Reference>,
    /// Notes.
    pub notes: Vec<Annotation>,
    /// What was left out with a reason.
    pub absent: Vec<Absence>,
}

/// A device put in, changed or taken out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FocalDevice {
    /// What was done with it.
    pub action: Option<CodeableConcept>,
    /// Which.
    pub device: Option<Reference>,
}

impl Procedure {
    /// Reads a Procedure. Total: what is not there or not usable is empty.
    pub fn read(value: &Json) -> Self {
        Self {
            status: json::text(value, "status"),
            status_reason: CodeableConcept::member(value, "statusReason"),
            category: CodeableConcept::member(value, "category"),
            code: CodeableConcept::member(value, "code"),
            subject: reference::member(value, "subject"),
            encounter: reference::member(value, "encounter"),
            performed: When::read(value, "performed"),
            recorder: reference::member(value, "recorder"),
            asserter: reference::member(value, "asserter"),
            performers: Involved::members(value, "performer", "function", "actor"),
            location: reference::member(value, "location"),
            reasons: CodeableConcept::members(value, "reasonCode"),
            reason_references: reference::members(value, "reasonReference"),
            body_sites: CodeableConcept::members(value, "bodySite"),
            outcome: CodeableConcept::member(value, "outcome"),
            reports: reference::members(value, "report"),
            complications: CodeableConcept::members(value, "complication"),
            complication_details: reference::members(value, "complicationDetail"),
            follow_ups: CodeableConcept::members(value, "followUp"),
            focal_devices: json::list(value, "focalDevice").filter_map(FocalDevice::read).collect(),
            used: CodeableConcept::members(value, "usedCode"),
            used_references: reference::members(value, "usedReference"),
            based_on: reference::members(value, "basedOn"),
            notes: Annotation::members(value),
            absent: absences(value),
        }
    }

    /// Why, for people.
    pub fn why(&self) -> Option<String> {
        labels(&self.reasons)
    }
}

impl FocalDevice {
    fn read(value: &Json) -> Option<Self> {
        let read = Self {
            action: CodeableConcept::member(value, "action"),
            device: reference::member(value, "manipulated"),
        };
        (read != Self::default()).then_some(read)
    }
}
