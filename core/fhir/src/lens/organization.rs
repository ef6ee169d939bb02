use serde_json::Value as Json;

use super::absence::{Absence, absences};
use super::coded::CodeableConcept;
use super::person::{Address, ContactPoint, HumanName, Identifier};
use crate::json;
use crate::reference::{self, Reference};

/// Organization: a hospital, an insurer ...
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Organization {
    /// Its numbers.
    pub identifiers: Vec<Identifier>,
    /// In use.
    pub active: Option<bool>,
    /// What it is.
    pub kinds: Vec<CodeableConcept>,
    /// Name.
    pub name: Option<String>,
    /// Other names.
    pub aliases: Vec<String>,
    /// Telephone numbers and the like.
    pub telecom: Vec<ContactPoint>,
    /// Addresses.
    pub addresses: Vec<Address>,
    /// What it is part of.
    pub part_of: Option<Reference>,
    /// Whom to ask.
    pub contacts: Vec<OrganizationContact>,
    /// What was left out with a reason.
    pub absent: Vec<Absence>,
}

/// Whom to ask at an organization.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrganizationContact {
    /// About what.
    pub purpose: Option<CodeableConcept>,
    /// Who.
    pub names: Vec<HumanName>,
    /// Telephone numbers and the like.
    pub telecom: Vec<ContactPoint>,
    /// Where.
    pub addresses: Vec<Address>,
}

impl Organization {
    /// Reads an Organization. Total: what is not there or not usable is empty.
    pub fn read(value: &Json) -> Self {
        Self {
            identifiers: Identifier::members(value),
            active: json::boolean(value, "active"),
            kinds: CodeableConcept::members(value, "type"),
            name: json::said(value, "name"),
            aliases: json::texts(value, "alias"),
            telecom: json::list(value, "telecom").filter_map(ContactPoint::read).collect(),
            addresses: json::list(value, "address").filter_map(Address::read).collect(),
            part_of: reference::member(value, "partOf"),
            contacts: json::list(value, "contact").map(OrganizationContact::read).collect(),
            absent: absences(value),
        }
    }
}

impl OrganizationContact {
    fn read(value: &Json) -> Self {
        Self {
            purpose: CodeableConcept::member(value, "purpose"),
            names: HumanName::members(value),
            telecom: json::list(value, "telecom").filter_map(ContactPoint::read).collect(),
            addresses: json::list(value, "address").filter_map(Address::read).collect(),
        }
    }
}
