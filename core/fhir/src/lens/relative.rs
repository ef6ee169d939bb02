use serde_json::Value as Json;

use super::absence::{Absence, absences};
use super::coded::CodeableConcept;
use super::person::{Address, ContactPoint, HumanName, Identifier};
use super::spans::Period;
use crate::json;
use crate::reference::{self, Reference};
use crate::time::FhirTime;

/// RelatedPerson: one who has to do with the patient, and is not the patient.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RelatedPerson {
    /// Their numbers.
    pub identifiers: Vec<Identifier>,
    /// In use.
    pub active: Option<bool>,
    /// The patient.
    pub patient: Option<Reference>,
    /// What they are to the patient.
    pub relationships: Vec<CodeableConcept>,
    /// Names.
    pub names: Vec<HumanName>,
    /// Telephone numbers and the like.
    pub telecom: Vec<ContactPoint>,
    /// Sex in the records.
    pub gender: Option<String>,
    /// Date of birth.
    pub birth_date: Option<FhirTime>,
    /// Addresses.
    pub addresses: Vec<Address>,
    /// When they had to do with the patient.
    pub period: Option<Period>,
    /// Languages.
    pub languages: Vec<RelativeLanguage>,
    /// What was left out with a reason.
    pub absent: Vec<Absence>,
}

/// A language of a related person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RelativeLanguage {
    /// Which.
    pub language: Option<CodeableConcept>,
    /// Liked best.
    pub preferred: Option<bool>,
}

impl RelatedPerson {
    /// Reads a RelatedPerson. Total: what is not there or not usable is empty.
    pub fn read(value: &Json) -> Self {
        Self {
            identifiers: Identifier::members(value),
            active: json::boolean(value, "active"),
            patient: reference::member(value, "patient"),
            relationships: CodeableConcept::members(value, "relationship"),
            names: HumanName::members(value),
            telecom: json::list(value, "telecom").filter_map(ContactPoint::read).collect(),
            gender: json::text(value, "gender"),
            birth_date: json::time(value, "birthDate"),
            addresses: json::list(value, "address").filter_map(Address::read).collect(),
            period: value.get("period").and_then(Period::read),
            languages: json::list(value, "communication").map(RelativeLanguage::read).collect(),
            absent: absences(value),
        }
    }
}

impl RelativeLanguage {
    fn read(value: &Json) -> Self {
        Self {
            language: CodeableConcept::member(value, "language"),
            preferred: json::boolean(value, "preferred"),
        }
    }
}
