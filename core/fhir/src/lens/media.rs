use serde_json::Value as Json;

use super::absence::{Absence, absences};
use super::coded::CodeableConcept;
use super::person::Identifier;
use super::spans::{Annotation, Attachment};
use super::when::When;
use crate::json;
use crate::reference::{self, Reference};
use crate::time::FhirTime;

/// Media: a picture, a recording.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Media {
    /// Its numbers.
    pub identifiers: Vec<Identifier>,
    /// What asked for it.
    pub based_on: Vec<Reference>,
    /// What it is part of.
    pub part_of: Vec<Reference>,
    /// Status, as it came.
    pub status: Option<String>,
    /// Picture, video, sound.
    pub kind: Option<CodeableConcept>,
    /// The kind of machine.
    pub modality: Option<CodeableConcept>,
    /// From which side.
    pub view: Option<CodeableConcept>,
    /// Whom it shows.
    pub subject: Option<Reference>,
    /// The visit.
    pub encounter: Option<Reference>,
    /// When it was made.
    pub created: Option<When>,
    /// When it was given out.
    pub issued: Option<FhirTime>,
    /// Who made it.
    pub operator: Option<Reference>,
    /// Why it was made.
    pub reasons: Vec<CodeableConcept>,
    /// What part of the body it shows.
    pub body_site: Option<CodeableConcept>,
    /// Name of the machine.
    pub device_name: Option<String>,
    /// The machine.
    pub device: Option<Reference>,
    /// Points across.
    pub width: Option<String>,
    /// Points down.
    pub height: Option<String>,
    /// Number of pictures.
    pub frames: Option<String>,
    /// Length in seconds, as it came.
    pub seconds: Option<String>,
    /// The file.
    pub content: Option<Attachment>,
    /// Notes.
    pub notes: Vec<Annotation>,
    /// What was left out with a reason.
    pub absent: Vec<Absence>,
}

impl Media {
    /// Reads a Media. Total: what is not there or not usable is empty.
    pub fn read(value: &Json) -> Self {
        Self {
            identifiers: Identifier::members(value),
            based_on: reference::members(value, "basedOn"),
            part_of: reference::members(value, "partOf"),
            status: json::text(value, "status"),
            kind: CodeableConcept::member(value, "type"),
            modality: CodeableConcept::member(value, "modality"),
            view: CodeableConcept::member(value, "view"),
            subject: reference::member(value, "subject"),
            encounter: reference::member(value, "encounter"),
            created: When::read(value, "created"),
            issued: json::time(value, "issued"),
            operator: reference::member(value, "operator"),
            reasons: CodeableConcept::members(value, "reasonCode"),
            body_site: CodeableConcept::member(value, "bodySite"),
            device_name: json::said(value, "deviceName"),
            device: reference::member(value, "device"),
            width: json::text(value, "width"),
            height: json::text(value, "height"),
            frames: json::text(value, "frames"),
            seconds: json::text(value, "duration"),
            content: json::list(value, "content").find_map(Attachment::read),
            notes: Annotation::members(value),
            absent: absences(value),
        }
    }
}
