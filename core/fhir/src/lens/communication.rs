use serde_json::Value as Json;

use super::absence::{Absence, absences};
use super::coded::CodeableConcept;
use super::person::Identifier;
use super::spans::{Annotation, Attachment};
use crate::json;
use crate::reference::{self, Reference};
use crate::time::FhirTime;

/// Communication: a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Communication {
    /// Its numbers.
    pub identifiers: Vec<Identifier>,
    /// What asked for it.
    pub based_on: Vec<Reference>,
    /// The thread or the larger thing that it is part of.
    pub part_of: Vec<Reference>,
    /// The messages that it answers.
    pub in_response_to: Vec<Reference>,
    /// Status, as it came.
    pub status: Option<String>,
    /// Why it has this status.
    pub status_reason: Option<CodeableConcept>,
    /// Kinds.
    pub categories: Vec<CodeableConcept>,
    /// Priority, as it came.
    pub priority: Option<String>,
    /// How it was sent.
    pub mediums: Vec<CodeableConcept>,
    /// Whom it is about.
    pub subject: Option<Reference>,
    /// What it is about.
    pub topic: Option<CodeableConcept>,
    /// Other entries that it is about.
    pub about: Vec<Reference>,
    /// The visit.
    pub encounter: Option<Reference>,
    /// When it was sent.
    pub sent: Option<FhirTime>,
    /// When it arrived.
    pub received: Option<FhirTime>,
    /// To whom.
    pub recipients: Vec<Reference>,
    /// From whom.
    pub sender: Option<Reference>,
    /// Why.
    pub reasons: Vec<CodeableConcept>,
    /// Why, as other entries.
    pub reason_references: Vec<Reference>,
    /// What it says, in order.
    pub payloads: Vec<MessagePart>,
    /// Notes.
    pub notes: Vec<Annotation>,
    /// What was left out with a reason.
    pub absent: Vec<Absence>,
}

/// One part of what a message says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MessagePart {
    /// Words.
    pub text: Option<String>,
    /// A file.
    pub file: Option<Attachment>,
    /// Another entry.
    pub reference: Option<Reference>,
}

impl Communication {
    /// Reads a Communication. Total: what is not there or not usable is empty.
    pub fn read(value: &Json) -> Self {
        Self {
            identifiers: Identifier::members(value),
            based_on: reference::members(value, "basedOn"),
            part_of: reference::members(value, "partOf"),
            in_response_to: reference::members(value, "inResponseTo"),
            status: json::text(value, "status"),
            status_reason: CodeableConcept::member(value, "statusReason"),
            categories: CodeableConcept::members(value, "category"),
            priority: json::text(value, "priority"),
            mediums: CodeableConcept::members(value, "medium"),
            subject: reference::member(value, "subject"),
            topic: CodeableConcept::member(value, "topic"),
            about: reference::members(value, "about"),
            encounter: reference::member(value, "encounter"),
            sent: json::time(value, "sent"),
            received: json::time(value, "received"),
            recipients: reference::members(value, "recipient"),
            sender: reference::member(value, "sender"),
            reasons: CodeableConcept::members(value, "reasonCode"),
            reason_references: reference::members(value, "reasonReference"),
            payloads: json::list(value, "payload").map(MessagePart::read).collect(),
            notes: Annotation::members(value),
            absent: absences(value),
        }
    }
}

impl MessagePart {
    fn read(value: &Json) -> Self {
        Self {
            text: json::said(value, "contentString"),
            file: json::list(value, "contentAttachment").find_map(Attachment::read),
            reference: reference::member(value, "contentReference"),
        }
    }
}
