use serde_json::Value as Json;

use super::absence::{Absence, absences};
use super::coded::CodeableConcept;
use super::person::{ContactPoint, Identifier};
use super::spans::Period;
use crate::json;
use crate::reference::{self, Reference};

/// PractitionerRole: what one who gives care does, where.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PractitionerRole {
    /// Its numbers.
    pub identifiers: Vec<Identifier>,
    /// In use.
    pub active: Option<bool>,
    /// When.
    pub period: Option<Period>,
    /// Who.
    pub practitioner: Option<Reference>,
    /// For whom.
    pub organization: Option<Reference>,
    /// What they do.
    pub codes: Vec<CodeableConcept>,
    /// Specialties.
    pub specialties: Vec<CodeableConcept>,
    /// Where.
    pub locations: Vec<Reference>,
    /// Services.
    pub services: Vec<Reference>,
    /// Telephone numbers and the like.
    pub telecom: Vec<ContactPoint>,
    /// When they are there.
    pub available: Vec<RoleHours>,
    /// When they are not there.
    pub away: Vec<RoleAway>,
    /// When it is not so, in words.
    pub exceptions: Option<String>,
    /// What was left out with a reason.
    pub absent: Vec<Absence>,
}

/// When someone is there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoleHours {
    /// `mon`, `tue` ... as they came.
    pub days: Vec<String>,
    /// All day.
    pub all_day: Option<bool>,
    /// From this time of day, as it came.
    pub opens: Option<String>,
    /// To this time of day, as it came.
    pub closes: Option<String>,
}

/// When someone is not there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoleAway {
    /// Why.
    pub reason: Option<String>,
    /// When.
    pub during: Option<Period>,
}

impl PractitionerRole {
    /// Reads a PractitionerRole. Total: what is not there or not usable is empty.
    pub fn read(value: &Json) -> Self {
        Self {
            identifiers: Identifier::members(value),
            active: json::boolean(value, "active"),
            period: value.get("period").and_then(Period::read),
            practitioner: reference::member(value, "practitioner"),
            organization: reference::member(value, "organization"),
            codes: CodeableConcept::members(value, "code"),
            specialties: CodeableConcept::members(value, "specialty"),
            locations: reference::members(value, "location"),
            services: reference::members(value, "healthcareService"),
            telecom: json::list(value, "telecom").filter_map(ContactPoint::read).collect(),
            available: json::list(value, "availableTime").map(RoleHours::read).collect(),
            away: json::list(value, "notAvailable").map(RoleAway::read).collect(),
            exceptions: json::said(value, "availabilityExceptions"),
            absent: absences(value),
        }
    }
}

impl RoleHours {
    fn read(value: &Json) -> Self {
        Self {
            days: json::texts(value, "daysOfWeek"),
            all_day: json::boolean(value, "allDay"),
            opens: json::text(value, "availableStartTime"),
            closes: json::text(value, "availableEndTime"),
        }
    }
}

impl RoleAway {
    fn read(value: &Json) -> Self {
        Self { reason: json::said(value, "description"), during: value.get("during").and_then(Period::read) }
    }
}
