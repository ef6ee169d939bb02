use serde_json::Value as Json;

use super::absence::{Absence, absences};
use super::coded::CodeableConcept;
use super::person::Identifier;
use super::spans::Period;
use crate::json;
use crate::reference::{self, Reference};

/// Flag: a warning to those who give care.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flag {
    /// Its numbers.
    pub identifiers: Vec<Identifier>,
    /// Status, as it came.
    pub status: Option<String>,
    /// Kinds.
    pub categories: Vec<CodeableConcept>,
    /// The warning.
    pub code: Option<CodeableConcept>,
    /// Whom it is about.
    pub subject: Option<Reference>,
    /// When it holds.
    pub period: Option<Period>,
    /// The visit.
    pub encounter: Option<Reference>,
    /// Who wrote it.
    pub author: Option<Reference>,
    /// What was left out with a reason.
    pub absent: Vec<Absence>,
}

impl Flag {
    /// Reads a Flag. Total: what is not there or not usable is empty.
    pub fn read(value: &Json) -> Self {
        Self {
            identifiers: Identifier::members(value),
            status: json::text(value, "status"),
            categories: CodeableConcept::members(value, "category"),
            code: CodeableConcept::member(value, "code"),
            subject: reference::member(value, "subject"),
            period: value.get("period").and_then(Period::read),
            encounter: reference::member(value, "encounter"),
            author: reference::member(value, "author"),
            absent: absences(value),
        }
    }
}
