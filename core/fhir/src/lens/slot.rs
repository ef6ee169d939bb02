use serde_json::Value as Json;

use super::absence::{Absence, absences};
use super::coded::CodeableConcept;
use super::person::Identifier;
use crate::json;
use crate::reference::{self, Reference};
use crate::time::FhirTime;

/// Slot: a time that may be free.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Slot {
    /// Its numbers.
    pub identifiers: Vec<Identifier>,
    /// Broad kinds of service.
    pub service_categories: Vec<CodeableConcept>,
    /// Kinds of service.
    pub service_types: Vec<CodeableConcept>,
    /// Specialties.
    pub specialties: Vec<CodeableConcept>,
    /// Kind of appointment.
    pub kind: Option<CodeableConcept>,
    /// The schedule that it belongs to.
    pub schedule: Option<Reference>,
    /// Status, as it came. Only `free` is free.
    pub status: Option<String>,
    /// When it begins.
    pub start: Option<FhirTime>,
    /// When it ends.
    pub end: Option<FhirTime>,
    /// Already overbooked.
    pub overbooked: Option<bool>,
    /// A comment.
    pub comment: Option<String>,
    /// What was left out with a reason.
    pub absent: Vec<Absence>,
}

impl Slot {
    /// Reads a Slot. Total: what is not there or not usable is empty.
    pub fn read(value: &Json) -> Self {
        Self {
            identifiers: Identifier::members(value),
            service_categories: CodeableConcept::members(value, "serviceCategory"),
            service_types: CodeableConcept::members(value, "serviceType"),
            specialties: CodeableConcept::members(value, "specialty"),
            kind: CodeableConcept::member(value, "appointmentType"),
            schedule: reference::member(value, "schedule"),
            status: json::text(value, "status"),
            start: json::time(value, "start"),
            end: json::time(value, "end"),
            overbooked: json::boolean(value, "overbooked"),
            comment: json::said(value, "comment"),
            absent: absences(value),
        }
    }
}
