use serde_json::Value as Json;

use super::absence::{Absence, absences};
use super::coded::CodeableConcept;
use super::spans::Attachment;
use super::when::When;
use crate::json;
use crate::reference::{self, Reference};
use crate::time::FhirTime;

/// DiagnosticReport.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DiagnosticReport {
    /// Status, as it came.
    pub status: Option<String>,
    /// Laboratory, radiology ...
    pub categories: Vec<CodeableConcept>,
    /// What kind of report.
    pub code: Option<CodeableConcept>,
    /// Whom it is about.
    pub subject: Option<Reference>,
    /// The visit.
    pub encounter: Option<Reference>,
    /// When it was true.
    pub effective: Option<When>,
    /// When it was given out.
    pub issued: Option<FhirTime>,
    /// Who is answerable for it.
    pub performers: Vec<Reference>,
    /// Who read it.
    pub interpreters: Vec<Reference>,
    /// Specimens.
    pub specimens: Vec<Reference>,
    /// The results in it.
    pub results: Vec<Reference>,
    /// Imaging studies.
    pub imaging: Vec<Reference>,
    /// What it concludes, in words.
    pub conclusion: Option<String>,
    /// What it concludes, in codes.
    pub conclusion_codes: Vec<CodeableConcept>,
    /// The whole report as files.
    pub files: Vec<Attachment>,
    /// What was left out with a reason.
    pub absent: Vec<Absence>,
}

impl DiagnosticReport {
    /// Reads a DiagnosticReport. Total: what is not there or not usable is empty.
    pub fn read(value: &Json) -> Self {
        Self {
            status: json::text(value, "status"),
            categories: CodeableConcept::members(value, "category"),
            code: CodeableConcept::member(value, "code"),
            subject: reference::member(value, "subject"),
            encounter: reference::member(value, "encounter"),
            effective: When::read(value, "effective"),
            issued: json::time(value, "issued"),
            performers: reference::members(value, "performer"),
            interpreters: reference::members(value, "resultsInterpreter"),
            specimens: reference::members(value, "specimen"),
            results: reference::members(value, "result"),
            imaging: reference::members(value, "imagingStudy"),
            conclusion: json::said(value, "conclusion"),
            conclusion_codes: CodeableConcept::members(value, "conclusionCode"),
            files: json::list(value, "presentedForm").filter_map(Attachment::read).collect(),
            absent: absences(value),
        }
    }
}
