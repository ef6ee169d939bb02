use serde_json::Value as Json;

use super::absence::{Absence, absences};
use super::coded::CodeableConcept;
use super::person::Identifier;
use super::spans::{Attachment, Period};
use crate::json;
use crate::reference::{self, Reference};
use crate::time::FhirTime;

/// DocumentReference: where a document is, and what is known of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DocumentReference {
    /// Its numbers.
    pub identifiers: Vec<Identifier>,
    /// Whether this is the current version, as it came.
    pub status: Option<String>,
    /// State of the document itself, as it came.
    pub doc_status: Option<String>,
    /// What kind of document.
    pub kind: Option<CodeableConcept>,
    /// Broad kinds.
    pub categories: Vec<CodeableConcept>,
    /// Whom it is about.
    pub subject: Option<Reference>,
    /// When it was put on file: not when the care took place.
    pub indexed: Option<FhirTime>,
    /// Who wrote it.
    pub authors: Vec<Reference>,
    /// Who signed it.
    pub authenticator: Option<Reference>,
    /// Who keeps it.
    pub custodian: Option<Reference>,
    /// How it stands to other documents.
    pub relations: Vec<DocumentRelation>,
    /// What it is, in words.
    pub description: Option<String>,
    /// Privacy labels.
    pub labels: Vec<CodeableConcept>,
    /// The same document, in each form in which it is held.
    pub renditions: Vec<Rendition>,
    /// The care that it speaks of.
    pub context: Option<DocumentContext>,
    /// What was left out with a reason.
    pub absent: Vec<Absence>,
}

/// How a document stands to another one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DocumentRelation {
    /// `replaces`, `transforms`, `signs`, `appends`, as it came.
    pub code: Option<String>,
    /// The other document.
    pub target: Option<Reference>,
}

/// One form of a document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rendition {
    /// The file.
    pub file: Option<Attachment>,
    /// What the file is made by.
    pub format: Option<CodeableConcept>,
}

/// The care that a document speaks of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DocumentContext {
    /// Visits.
    pub encounters: Vec<Reference>,
    /// What was done.
    pub events: Vec<CodeableConcept>,
    /// When the care took place.
    pub period: Option<Period>,
    /// Kind of place.
    pub facility: Option<CodeableConcept>,
    /// Kind of care.
    pub practice: Option<CodeableConcept>,
    /// Other things that it speaks of.
    pub related: Vec<Reference>,
}

impl DocumentReference {
    /// Reads a DocumentReference. Total: what is not there or not usable is empty.
    pub fn read(value: &Json) -> Self {
        Self {
            identifiers: Identifier::members(value),
            status: json::text(value, "status"),
            doc_status: json::text(value, "docStatus"),
            kind: CodeableConcept::member(value, "type"),
            categories: CodeableConcept::members(value, "category"),
            subject: reference::member(value, "subject"),
            indexed: json::time(value, "date"),
            authors: reference::members(value, "author"),
            authenticator: reference::member(value, "authenticator"),
            custodian: reference::member(value, "custodian"),
            relations: json::list(value, "relatesTo").map(DocumentRelation::read).collect(),
            description: json::said(value, "description"),
            labels: CodeableConcept::members(value, "securityLabel"),
            renditions: json::list(value, "content").map(Rendition::read).collect(),
            context: value.get("context").filter(|held| held.is_object()).map(DocumentContext::read),
            absent: absences(value),
        }
    }
}

impl DocumentRelation {
    fn read(value: &Json) -> Self {
        Self { code: json::text(value, "code"), target: reference::member(value, "target") }
    }
}

impl Rendition {
    fn read(value: &Json) -> Self {
        Self {
            file: json::list(value, "attachment").find_map(Attachment::read),
            format: CodeableConcept::member(value, "format"),
        }
    }
}

impl DocumentContext {
    fn read(value: &Json) -> Self {
        Self {
            encounters: reference::members(value, "encounter"),
            events: CodeableConcept::members(value, "event"),
            period: value.get("period").and_then(Period::read),
            facility: CodeableConcept::member(value, "facilityType"),
            practice: CodeableConcept::member(value, "practiceSetting"),
            related: reference::members(value, "related"),
        }
    }
}
