use serde_json::Value as Json;

use super::absence::{Absence, absences};
use super::coded::CodeableConcept;
use super::person::Identifier;
use super::spans::Period;
use super::zone;
use crate::json;
use crate::reference::{self, Reference};

/// Schedule: whose times may be booked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schedule {
    /// Its numbers.
    pub identifiers: Vec<Identifier>,
    /// In use.
    pub active: Option<bool>,
    /// Broad kinds of service.
    pub service_categories: Vec<CodeableConcept>,
    /// Kinds of service.
    pub service_types: Vec<CodeableConcept>,
    /// Specialties.
    pub specialties: Vec<CodeableConcept>,
    /// Whose times they are.
    pub actors: Vec<Reference>,
    /// Its IANA time zone, as it came.
    pub zone: Option<String>,
    /// The span of time that it covers.
    pub horizon: Option<Period>,
    /// A comment.
    pub comment: Option<String>,
    /// What was left out with a reason.
    pub absent: Vec<Absence>,
}

impl Schedule {
    /// Reads a Schedule. Total: what is not there or not usable is empty.
    pub fn read(value: &Json) -> Self {
        Self {
            identifiers: Identifier::members(value),
            active: json::boolean(value, "active"),
            service_categories: CodeableConcept::members(value, "serviceCategory"),
            service_types: CodeableConcept::members(value, "serviceType"),
            specialties: CodeableConcept::members(value, "specialty"),
            actors: reference::members(value, "actor"),
            zone: zone::of(value),
            horizon: value.get("planningHorizon").and_then(Period::read),
            comment: json::said(value, "comment"),
            absent: absences(value),
        }
    }
}
