use serde_json::Value as Json;

use super::absence::{Absence, absences};
use super::coded::CodeableConcept;
use super::person::Identifier;
use super::spans::{Annotation, Period};
use super::value::Value;
use crate::json;
use crate::reference::{self, Reference};
use crate::time::FhirTime;

/// Task: something to be done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Task {
    /// Its numbers.
    pub identifiers: Vec<Identifier>,
    /// What asked for it.
    pub based_on: Vec<Reference>,
    /// What it is part of.
    pub part_of: Vec<Reference>,
    /// Status, as it came.
    pub status: Option<String>,
    /// Why it has this status.
    pub status_reason: Option<CodeableConcept>,
    /// The provider's own state, as it came.
    pub business_status: Option<CodeableConcept>,
    /// How firmly it is asked for, as it came.
    pub intent: Option<String>,
    /// Priority, as it came.
    pub priority: Option<String>,
    /// What is to be done.
    pub code: Option<CodeableConcept>,
    /// What is to be done, in words.
    pub description: Option<String>,
    /// What it works on.
    pub focus: Option<Reference>,
    /// For whom.
    pub subject: Option<Reference>,
    /// The visit.
    pub encounter: Option<Reference>,
    /// When it was done.
    pub execution: Option<Period>,
    /// When it was written.
    pub authored: Option<FhirTime>,
    /// When it was last changed.
    pub modified: Option<FhirTime>,
    /// Who asks.
    pub requester: Option<Reference>,
    /// What kind of people do it.
    pub performers: Vec<CodeableConcept>,
    /// Who does it.
    pub owner: Option<Reference>,
    /// Where.
    pub location: Option<Reference>,
    /// Why.
    pub reason: Option<CodeableConcept>,
    /// Why, as another entry.
    pub reason_reference: Option<Reference>,
    /// Notes.
    pub notes: Vec<Annotation>,
    /// What limits it.
    pub restriction: Option<TaskRestriction>,
    /// What goes into it.
    pub inputs: Vec<TaskPart>,
    /// What came out of it.
    pub outputs: Vec<TaskPart>,
    /// What was left out with a reason.
    pub absent: Vec<Absence>,
}

/// What limits a task.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TaskRestriction {
    /// How often, as it came.
    pub repetitions: Option<String>,
    /// From when, and by when.
    pub period: Option<Period>,
    /// For whom.
    pub recipients: Vec<Reference>,
}

/// What goes into a task or came out of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TaskPart {
    /// What it is.
    pub kind: Option<CodeableConcept>,
    /// What it holds.
    pub value: Option<Value>,
}

impl Task {
    /// Reads a Task. Total: what is not there or not usable is empty.
    pub fn read(value: &Json) -> Self {
        Self {
            identifiers: Identifier::members(value),
            based_on: reference::members(value, "basedOn"),
            part_of: reference::members(value, "partOf"),
            status: json::text(value, "status"),
            status_reason: CodeableConcept::member(value, "statusReason"),
            business_status: CodeableConcept::member(value, "businessStatus"),
            intent: json::text(value, "intent"),
            priority: json::text(value, "priority"),
            code: CodeableConcept::member(value, "code"),
            description: json::said(value, "description"),
            focus: reference::member(value, "focus"),
            subject: reference::member(value, "for"),
            encounter: reference::member(value, "encounter"),
            execution: value.get("executionPeriod").and_then(Period::read),
            authored: json::time(value, "authoredOn"),
            modified: json::time(value, "lastModified"),
            requester: reference::member(value, "requester"),
            performers: CodeableConcept::members(value, "performerType"),
            owner: reference::member(value, "owner"),
            location: reference::member(value, "location"),
            reason: CodeableConcept::member(value, "reasonCode"),
            reason_reference: reference::member(value, "reasonReference"),
            notes: Annotation::members(value),
            restriction: value.get("restriction").filter(|held| held.is_object()).map(TaskRestriction::read),
            inputs: json::list(value, "input").map(TaskPart::read).collect(),
            outputs: json::list(value, "output").map(TaskPart::read).collect(),
            absent: absences(value),
        }
    }
}

impl TaskRestriction {
    fn read(value: &Json) -> Self {
        Self {
            repetitions: json::text(value, "repetitions"),
            period: value.get("period").and_then(Period::read),
            recipients: reference::members(value, "recipient"),
        }
    }
}

impl TaskPart {
    fn read(value: &Json) -> Self {
        Self { kind: CodeableConcept::member(value, "type"), value: Value::read(value, "value") }
    }
}
