use serde_json::Value as Json;

use super::absence::{Absence, absences};
use super::coded::CodeableConcept;
use super::dosage::Dosage;
use super::involved::Involved;
use super::medication::Medicated;
use super::spans::Annotation;
use super::when::When;
use crate::json;
use crate::reference::{self, Reference};

/// MedicationAdministration: a medicine given, or not given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MedicationAdministration {
    /// Status, as it came.
    pub status: Option<String>,
    /// Why it was not given, or not finished.
    pub status_reasons: Vec<CodeableConcept>,
    /// Inpatient, community ...
    pub category: Option<CodeableConcept>,
    /// The medicine.
    pub medication: Medicated,
    /// To whom.
    pub subject: Option<Reference>,
    /// The visit.
    pub context: Option<Reference>,
    /// When.
    pub effective: Option<When>,
    /// Who gave it.
    pub performers: Vec<Involved>,
    /// Why.
    pub reasons: Vec<CodeableConcept>,
    /// Why, elsewhere.
    pub reason_references: Vec<Reference>,
    /// The order behind it.
    pub request: Option<Reference>,
    /// With what.
    pub devices: Vec<Reference>,
    /// How much and how; R4 has one.
    pub dosages: Vec<Dosage>,
    /// Notes.
    pub notes: Vec<Annotation>,
    /// What was left out with a reason.
    pub absent: Vec<Absence>,
}

impl MedicationAdministration {
    /// Reads a MedicationAdministration. Total: what is not there or not usable is empty.
    pub fn read(value: &Json) -> Self {
        Self {
            status: json::text(value, "status"),
            status_reasons: CodeableConcept::members(value, "statusReason"),
            category: CodeableConcept::member(value, "category"),
            medication: Medicated::read(value),
            subject: reference::member(value, "subject"),
            context: reference::member(value, "context"),
            effective: When::read(value, "effective"),
            performers: Involved::members(value, "performer", "function", "actor"),
            reasons: CodeableConcept::members(value, "reasonCode"),
            reason_references: reference::members(value, "reasonReference"),
            request: reference::member(value, "request"),
            devices: reference::members(value, "device"),
            dosages: Dosage::members(value, "dosage"),
            notes: Annotation::members(value),
            absent: absences(value),
        }
    }

    /// How much and how, for people.
    pub fn given(&self) -> Option<String> {
        Dosage::all(None, &self.dosages)
    }
}
