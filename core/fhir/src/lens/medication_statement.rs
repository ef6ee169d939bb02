use serde_json::Value as Json;

use super::absence::{Absence, absences};
use super::coded::CodeableConcept;
use super::dosage::{self, Dosage};
use super::medication::Medicated;
use super::spans::Annotation;
use super::when::When;
use crate::json;
use crate::reference::{self, Reference};
use crate::time::FhirTime;

/// MedicationStatement: what somebody says is, was or will be taken.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MedicationStatement {
    /// Status, as it came.
    pub status: Option<String>,
    /// Why it has that status.
    pub status_reasons: Vec<CodeableConcept>,
    /// Outpatient, community ...
    pub category: Option<CodeableConcept>,
    /// The medicine.
    pub medication: Medicated,
    /// Who takes it.
    pub subject: Option<Reference>,
    /// The visit.
    pub context: Option<Reference>,
    /// When it is or was taken.
    pub effective: Option<When>,
    /// When it was said.
    pub asserted: Option<FhirTime>,
    /// Who said it.
    pub source: Option<Reference>,
    /// What it rests on.
    pub derived_from: Vec<Reference>,
    /// The order behind it.
    pub based_on: Vec<Reference>,
    /// Why it is taken.
    pub reasons: Vec<CodeableConcept>,
    /// Why, elsewhere.
    pub reason_references: Vec<Reference>,
    /// The whole of the instructions, as the sender renders them.
    pub rendered: Option<String>,
    /// How it is taken.
    pub dosages: Vec<Dosage>,
    /// Notes.
    pub notes: Vec<Annotation>,
    /// What was left out with a reason.
    pub absent: Vec<Absence>,
}

impl MedicationStatement {
    /// Reads a MedicationStatement. Total: what is not there or not usable is empty.
    pub fn read(value: &Json) -> Self {
        Self {
            status: json::text(value, "status"),
            status_reasons: CodeableConcept::members(value, "statusReason"),
            category: CodeableConcept::member(value, "category"),
            medication: Medicated::read(value),
            subject: reference::member(value, "subject"),
            context: reference::member(value, "context"),
            effective: When::read(value, "effective"),
            asserted: json::time(value, "dateAsserted"),
            source: reference::member(value, "informationSource"),
            derived_from: reference::members(value, "derivedFrom"),
            based_on: reference::members(value, "basedOn"),
            reasons: CodeableConcept::members(value, "reasonCode"),
            reason_references: reference::members(value, "reasonReference"),
            rendered: dosage::rendered(value),
            dosages: Dosage::members(value, "dosage"),
            notes: Annotation::members(value),
            absent: absences(value),
        }
    }

    /// How it is taken, for people: every instruction, in order.
    pub fn directions(&self) -> Option<String> {
        Dosage::all(self.rendered.as_ref(), &self.dosages)
    }
}
