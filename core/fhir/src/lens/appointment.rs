use serde_json::Value as Json;

use super::absence::{Absence, absences};
use super::coded::CodeableConcept;
use super::person::Identifier;
use super::spans::Period;
use super::zone;
use crate::json;
use crate::reference::{self, Reference};
use crate::time::FhirTime;

/// Appointment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Appointment {
    /// Its numbers.
    pub identifiers: Vec<Identifier>,
    /// Status, as it came. Only `booked` and what follows it is booked.
    pub status: Option<String>,
    /// Why it was cancelled.
    pub cancel_reason: Option<CodeableConcept>,
    /// Broad kinds of service.
    pub service_categories: Vec<CodeableConcept>,
    /// Kinds of service.
    pub service_types: Vec<CodeableConcept>,
    /// Specialties.
    pub specialties: Vec<CodeableConcept>,
    /// Routine, walk-in, follow-up ...
    pub kind: Option<CodeableConcept>,
    /// Why.
    pub reasons: Vec<CodeableConcept>,
    /// Why, as other entries.
    pub reason_references: Vec<Reference>,
    /// Priority, as it came; in iCalendar 1 is the highest.
    pub priority: Option<String>,
    /// What it is, in words.
    pub description: Option<String>,
    /// What goes with it.
    pub supporting: Vec<Reference>,
    /// When it begins.
    pub start: Option<FhirTime>,
    /// When it ends.
    pub end: Option<FhirTime>,
    /// The IANA time zone that it takes place in, as it came.
    pub zone: Option<String>,
    /// How many minutes, as it came.
    pub minutes: Option<String>,
    /// The times that it takes.
    pub slots: Vec<Reference>,
    /// When it was first written down.
    pub created: Option<FhirTime>,
    /// A comment.
    pub comment: Option<String>,
    /// What the patient is told to do.
    pub instruction: Option<String>,
    /// What asked for it.
    pub based_on: Vec<Reference>,
    /// Who and what takes part.
    pub participants: Vec<AppointmentParticipant>,
    /// Times that were asked for.
    pub requested: Vec<Period>,
    /// What was left out with a reason.
    pub absent: Vec<Absence>,
}

/// Who or what takes part in an Appointment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AppointmentParticipant {
    /// What they do in it.
    pub roles: Vec<CodeableConcept>,
    /// Who or what.
    pub actor: Option<Reference>,
    /// `required`, `optional`, `information-only`, as it came.
    pub required: Option<String>,
    /// Their answer, as it came: `accepted`, `declined`, `tentative`, `needs-action`.
    pub status: Option<String>,
    /// When they take part.
    pub period: Option<Period>,
}

impl Appointment {
    /// Reads an Appointment. Total: what is not there or not usable is empty.
    pub fn read(value: &Json) -> Self {
        Self {
            identifiers: Identifier::members(value),
            status: json::text(value, "status"),
            cancel_reason: CodeableConcept::member(value, "cancelationReason"),
            service_categories: CodeableConcept::members(value, "serviceCategory"),
            service_types: CodeableConcept::members(value, "serviceType"),
            specialties: CodeableConcept::members(value, "specialty"),
            kind: CodeableConcept::member(value, "appointmentType"),
            reasons: CodeableConcept::members(value, "reasonCode"),
            reason_references: reference::members(value, "reasonReference"),
            priority: json::text(value, "priority"),
            description: json::said(value, "description"),
            supporting: reference::members(value, "supportingInformation"),
            start: json::time(value, "start"),
            end: json::time(value, "end"),
            zone: zone::of(value).or_else(|| zone::of_time(value, "start")),
            minutes: json::text(value, "minutesDuration"),
            slots: reference::members(value, "slot"),
            created: json::time(value, "created"),
            comment: json::said(value, "comment"),
            instruction: json::said(value, "patientInstruction"),
            based_on: reference::members(value, "basedOn"),
            participants: json::list(value, "participant").map(AppointmentParticipant::read).collect(),
            requested: json::list(value, "requestedPeriod").filter_map(Period::read).collect(),
            absent: absences(value),
        }
    }
}

impl AppointmentParticipant {
    fn read(value: &Json) -> Self {
        Self {
            roles: CodeableConcept::members(value, "type"),
            actor: reference::member(value, "actor"),
            required: json::text(value, "required"),
            status: json::text(value, "status"),
            period: value.get("period").and_then(Period::read),
        }
    }
}
