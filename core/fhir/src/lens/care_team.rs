use serde_json::Value as Json;

use super::absence::{Absence, absences};
use super::coded::CodeableConcept;
use super::involved::Involved;
use super::person::ContactPoint;
use super::spans::{Annotation, Period};
use crate::json;
use crate::reference::{self, Reference};

/// CareTeam: who looks after a person. Members who have left stay in the list, with the end of their time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CareTeam {
    /// Status, as it came.
    pub status: Option<String>,
    /// What kind of team.
    pub categories: Vec<CodeableConcept>,
    /// What it is called.
    pub name: Option<String>,
    /// For whom.
    pub subject: Option<Reference>,
    /// The visit.
    pub encounter: Option<Reference>,
    /// From when until when.
    pub period: Option<Period>,
    /// Its members, past ones too.
    pub members: Vec<Involved>,
    /// Why.
    pub reasons: Vec<CodeableConcept>,
    /// Why, elsewhere.
    pub reason_references: Vec<Reference>,
    /// Who answers for it.
    pub organizations: Vec<Reference>,
    /// How to reach it.
    pub contacts: Vec<ContactPoint>,
    /// Notes.
    pub notes: Vec<Annotation>,
    /// What was left out with a reason.
    pub absent: Vec<Absence>,
}

impl CareTeam {
    /// Reads a CareTeam. Total: what is not there or not usable is empty.
    pub fn read(value: &Json) -> Self {
        Self {
            status: json::text(value, "status"),
            categories: CodeableConcept::members(value, "category"),
            name: json::said(value, "name"),
            subject: reference::member(value, "subject"),
            encounter: reference::member(value, "encounter"),
            period: value.get("period").and_then(Period::read),
            members: Involved::members(value, "participant", "role", "member"),
            reasons: CodeableConcept::members(value, "reasonCode"),
            reason_references: reference::members(value, "reasonReference"),
            organizations: reference::members(value, "managingOrganization"),
            contacts: json::list(value, "telecom").filter_map(ContactPoint::read).collect(),
            notes: Annotation::members(value),
            absent: absences(value),
        }
    }
}
