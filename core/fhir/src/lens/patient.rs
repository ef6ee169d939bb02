use serde_json::Value as Json;

use super::absence::{Absence, absences};
use super::coded::CodeableConcept;
use super::person::{Address, ContactPoint, HumanName, Identifier};
use super::spans::Period;
use super::value::Value;
use crate::json;
use crate::reference::{self, Reference};
use crate::time::FhirTime;

/// Whether and when a patient died.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deceased {
    /// Stated without a date.
    Stated(bool),
    /// On this date.
    At(FhirTime),
}

/// A person to turn to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contact {
    /// What they are to the patient.
    pub relationship: Vec<CodeableConcept>,
    /// Their name.
    pub name: Option<HumanName>,
    /// How to reach them.
    pub telecom: Vec<ContactPoint>,
    /// Where they live.
    pub address: Option<Address>,
    /// The organisation, when it is one.
    pub organization: Option<Reference>,
    /// From when until when.
    pub period: Option<Period>,
}

/// A language that the patient speaks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Language {
    /// The language.
    pub language: Option<CodeableConcept>,
    /// The one they would rather use.
    pub preferred: bool,
}

/// Another record of the same person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Link {
    /// The other record.
    pub other: Option<Reference>,
    /// `replaced-by`, `replaces`, `refer`, `seealso`.
    pub kind: Option<String>,
}

/// Patient.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Patient {
    /// Whether this record is in use.
    pub active: Option<bool>,
    /// Every name.
    pub names: Vec<HumanName>,
    /// Every number.
    pub identifiers: Vec<Identifier>,
    /// Telephone, e-mail ...
    pub telecom: Vec<ContactPoint>,
    /// Administrative gender, as it came.
    pub gender: Option<String>,
    /// Date of birth.
    pub birth_date: Option<FhirTime>,
    /// Death.
    pub deceased: Option<Deceased>,
    /// Every address.
    pub addresses: Vec<Address>,
    /// Marital status.
    pub marital_status: Option<CodeableConcept>,
    /// One of twins or more, or which of them.
    pub multiple_birth: Option<Value>,
    /// People to turn to.
    pub contacts: Vec<Contact>,
    /// Languages.
    pub languages: Vec<Language>,
    /// Their own doctors.
    pub general_practitioners: Vec<Reference>,
    /// Who keeps this record.
    pub managing_organization: Option<Reference>,
    /// Other records of the same person.
    pub links: Vec<Link>,
    /// What was left out with a reason.
    pub absent: Vec<Absence>,
}

impl Patient {
    /// Reads a Patient. Total: what is not there or not usable is empty.
    pub fn read(value: &Json) -> Self {
        Self {
            active: json::boolean(value, "active"),
            names: HumanName::members(value),
            identifiers: Identifier::members(value),
            telecom: json::list(value, "telecom").filter_map(ContactPoint::read).collect(),
            gender: json::text(value, "gender"),
            birth_date: json::time(value, "birthDate"),
            deceased: deceased(value),
            addresses: json::list(value, "address").filter_map(Address::read).collect(),
            marital_status: CodeableConcept::member(value, "maritalStatus"),
            multiple_birth: Value::read(value, "multipleBirth"),
            contacts: json::list(value, "contact").map(Contact::read).collect(),
            languages: json::list(value, "communication").map(Language::read).collect(),
            general_practitioners: reference::members(value, "generalPractitioner"),
            managing_organization: reference::member(value, "managingOrganization"),
            links: json::list(value, "link").map(Link::read).collect(),
            absent: absences(value),
        }
    }
}

impl Contact {
    fn read(value: &Json) -> Self {
        Self {
            relationship: CodeableConcept::members(value, "relationship"),
            name: json::list(value, "name").find_map(HumanName::read),
            telecom: json::list(value, "telecom").filter_map(ContactPoint::read).collect(),
            address: json::list(value, "address").find_map(Address::read),
            organization: reference::member(value, "organization"),
            period: value.get("period").and_then(Period::read),
        }
    }
}

impl Language {
    fn read(value: &Json) -> Self {
        Self {
            language: CodeableConcept::member(value, "language"),
            preferred: json::boolean(value, "preferred").unwrap_or(false),
        }
    }
}

impl Link {
    fn read(value: &Json) -> Self {
        Self { other: reference::member(value, "other"), kind: json::text(value, "type") }
    }
}

fn deceased(value: &Json) -> Option<Deceased> {
    let moment = json::time(value, "deceasedDateTime").map(Deceased::At);
    moment.or_else(|| json::boolean(value, "deceasedBoolean").map(Deceased::Stated))
}
