use serde_json::Value as Json;

use super::absence::{Absence, absences};
use super::coded::CodeableConcept;
use super::involved::Involved;
use super::spans::Annotation;
use crate::json;
use crate::reference::{self, Reference};
use crate::time::FhirTime;

/// ImagingStudy: pictures that were made; the pictures themselves are elsewhere.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImagingStudy {
    /// Status, as it came.
    pub status: Option<String>,
    /// By which kinds of machine.
    pub modalities: Vec<CodeableConcept>,
    /// Of whom.
    pub subject: Option<Reference>,
    /// The visit.
    pub encounter: Option<Reference>,
    /// When it began.
    pub started: Option<FhirTime>,
    /// The order behind it.
    pub based_on: Vec<Reference>,
    /// Who asked for it.
    pub referrer: Option<Reference>,
    /// Who read it.
    pub interpreters: Vec<Reference>,
    /// What was done, elsewhere.
    pub procedure: Option<Reference>,
    /// What was done.
    pub procedures: Vec<CodeableConcept>,
    /// Where.
    pub location: Option<Reference>,
    /// Why.
    pub reasons: Vec<CodeableConcept>,
    /// Why, elsewhere.
    pub reason_references: Vec<Reference>,
    /// What it is.
    pub description: Option<String>,
    /// How many series, as stated.
    pub series_count: Option<String>,
    /// How many pictures or files, as stated.
    pub instance_count: Option<String>,
    /// The series.
    pub series: Vec<ImagingSeries>,
    /// Notes.
    pub notes: Vec<Annotation>,
    /// What was left out with a reason.
    pub absent: Vec<Absence>,
}

/// Pictures that belong together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImagingSeries {
    /// Its number, as it came.
    pub number: Option<String>,
    /// By which kind of machine.
    pub modality: Option<CodeableConcept>,
    /// What it is.
    pub description: Option<String>,
    /// How many pictures or files, as stated.
    pub count: Option<String>,
    /// Of which part of the body.
    pub body_site: Option<CodeableConcept>,
    /// Left or right.
    pub laterality: Option<CodeableConcept>,
    /// When it began.
    pub started: Option<FhirTime>,
    /// Who made it.
    pub performers: Vec<Involved>,
}

impl ImagingStudy {
    /// Reads an ImagingStudy. Total: what is not there or not usable is empty.
    pub fn read(value: &Json) -> Self {
        Self {
            status: json::text(value, "status"),
            modalities: CodeableConcept::members(value, "modality"),
            subject: reference::member(value, "subject"),
            encounter: reference::member(value, "encounter"),
            started: json::time(value, "started"),
            based_on: reference::members(value, "basedOn"),
            referrer: reference::member(value, "referrer"),
            interpreters: reference::members(value, "interpreter"),
            procedure: reference::member(value, "procedureReference"),
            procedures: CodeableConcept::members(value, "procedureCode"),
            location: reference::member(value, "location"),
            reasons: CodeableConcept::members(value, "reasonCode"),
            reason_references: reference::members(value, "reasonReference"),
            description: json::said(value, "description"),
            series_count: json::text(value, "numberOfSeries"),
            instance_count: json::text(value, "numberOfInstances"),
            series: json::list(value, "series").filter_map(ImagingSeries::read).collect(),
            notes: Annotation::members(value),
            absent: absences(value),
        }
    }
}

impl ImagingSeries {
    fn read(value: &Json) -> Option<Self> {
        let read = Self {
            number: json::text(value, "number"),
            modality: CodeableConcept::member(value, "modality"),
            description: json::said(value, "description"),
            count: json::text(value, "numberOfInstances"),
            body_site: CodeableConcept::member(value, "bodySite"),
            laterality: CodeableConcept::member(value, "laterality"),
            started: json::time(value, "started"),
            performers: Involved::members(value, "performer", "function", "actor"),
        };
        (read != Self::default()).then_some(read)
    }
}
