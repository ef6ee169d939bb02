use serde_json::Value as Json;

use super::absence::{Absence, absences};
use super::coded::CodeableConcept;
use super::person::{Address, ContactPoint, HumanName, Identifier};
use super::spans::Period;
use crate::json;
use crate::reference::{self, Reference};
use crate::time::FhirTime;

/// Practitioner: one who gives care.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Practitioner {
    /// Their numbers.
    pub identifiers: Vec<Identifier>,
    /// In use at this provider.
    pub active: Option<bool>,
    /// Names.
    pub names: Vec<HumanName>,
    /// Telephone numbers and the like.
    pub telecom: Vec<ContactPoint>,
    /// Addresses.
    pub addresses: Vec<Address>,
    /// Sex in the records.
    pub gender: Option<String>,
    /// Date of birth.
    pub birth_date: Option<FhirTime>,
    /// What they have learned.
    pub qualifications: Vec<Qualification>,
    /// Languages.
    pub languages: Vec<CodeableConcept>,
    /// What was left out with a reason.
    pub absent: Vec<Absence>,
}

/// What a practitioner has learned.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Qualification {
    /// What.
    pub code: Option<CodeableConcept>,
    /// Who says so.
    pub issuer: Option<Reference>,
    /// When it holds.
    pub period: Option<Period>,
}

impl Practitioner {
    /// Reads a Practitioner. Total: what is not there or not usable is empty.
    pub fn read(value: &Json) -> Self {
        Self {
            identifiers: Identifier::members(value),
            active: json::boolean(value, "active"),
            names: HumanName::members(value),
            telecom: json::list(value, "telecom").filter_map(ContactPoint::read).collect(),
            addresses: json::list(value, "address").filter_map(Address::read).collect(),
            gender: json::text(value, "gender"),
            birth_date: json::time(value, "birthDate"),
            qualifications: json::list(value, "qualification").map(Qualification::read).collect(),
            languages: CodeableConcept::members(value, "communication"),
            absent: absences(value),
        }
    }
}

impl Qualification {
    fn read(value: &Json) -> Self {
        Self {
            code: CodeableConcept::member(value, "code"),
            issuer: reference::member(value, "issuer"),
            period: value.get("period").and_then(Period::read),
        }
    }
}
