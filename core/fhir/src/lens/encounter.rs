use serde_json::Value as Json;

use super::absence::{Absence, absences};
use super::coded::{CodeableConcept, Coding, labels};
use super::involved::Involved;
use super::quantity::Quantity;
use super::spans::Period;
use crate::json;
use crate::reference::{self, Reference};

/// Encounter: a visit or a stay.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Encounter {
    /// Status, as it came.
    pub status: Option<String>,
    /// Emergency, inpatient, virtual ...; often a local code.
    pub class: Option<Coding>,
    /// What kind of visit.
    pub types: Vec<CodeableConcept>,
    /// What kind of service.
    pub service_type: Option<CodeableConcept>,
    /// How urgent.
    pub priority: Option<CodeableConcept>,
    /// Who was seen.
    pub subject: Option<Reference>,
    /// Who took part.
    pub participants: Vec<Involved>,
    /// From when until when.
    pub period: Option<Period>,
    /// How long.
    pub length: Option<Quantity>,
    /// Why.
    pub reasons: Vec<CodeableConcept>,
    /// Why, elsewhere.
    pub reason_references: Vec<Reference>,
    /// What was found.
    pub diagnoses: Vec<EncounterDiagnosis>,
    /// About a stay in hospital.
    pub hospitalization: Option<Hospitalization>,
    /// Where.
    pub locations: Vec<EncounterPlace>,
    /// Who is answerable for it.
    pub provider: Option<Reference>,
    /// The appointments behind it.
    pub appointments: Vec<Reference>,
    /// The visit that it is part of.
    pub part_of: Option<Reference>,
    /// What was left out with a reason.
    pub absent: Vec<Absence>,
}

/// A condition or procedure that belongs to a visit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EncounterDiagnosis {
    /// Which.
    pub condition: Option<Reference>,
    /// On admission, at discharge, for the bill ...
    pub usage: Option<CodeableConcept>,
    /// Its rank, as it came.
    pub rank: Option<String>,
}

/// About a stay in hospital.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hospitalization {
    /// From where, as a place.
    pub origin: Option<Reference>,
    /// From where, as a kind.
    pub admit_source: Option<CodeableConcept>,
    /// It is a return, and why.
    pub readmission: Option<CodeableConcept>,
    /// Wishes for food.
    pub diets: Vec<CodeableConcept>,
    /// What is needed.
    pub arrangements: Vec<CodeableConcept>,
    /// Where to, as a place.
    pub destination: Option<Reference>,
    /// Where to, as a kind.
    pub discharge: Option<CodeableConcept>,
}

/// Where somebody was during a visit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EncounterPlace {
    /// Which place.
    pub location: Option<Reference>,
    /// Planned, active, reserved, completed, as it came.
    pub status: Option<String>,
    /// Ward, room, bed ...
    pub kind: Option<CodeableConcept>,
    /// From when until when.
    pub period: Option<Period>,
}

impl Encounter {
    /// Reads an Encounter. Total: what is not there or not usable is empty.
    pub fn read(value: &Json) -> Self {
        Self {
            status: json::text(value, "status"),
            class: json::list(value, "class").find_map(class),
            types: CodeableConcept::members(value, "type"),
            service_type: CodeableConcept::member(value, "serviceType"),
            priority: CodeableConcept::member(value, "priority"),
            subject: reference::member(value, "subject"),
            participants: Involved::members(value, "participant", "type", "individual"),
            period: value.get("period").and_then(Period::read),
            length: Quantity::member(value, "length"),
            reasons: CodeableConcept::members(value, "reasonCode"),
            reason_references: reference::members(value, "reasonReference"),
            diagnoses: json::list(value, "diagnosis").filter_map(EncounterDiagnosis::read).collect(),
            hospitalization: json::list(value, "hospitalization").find_map(Hospitalization::read),
            locations: json::list(value, "location").filter_map(EncounterPlace::read).collect(),
            provider: reference::member(value, "serviceProvider"),
            appointments: reference::members(value, "appointment"),
            part_of: reference::member(value, "partOf"),
            absent: absences(value),
        }
    }

    /// Why, for people.
    pub fn why(&self) -> Option<String> {
        labels(&self.reasons)
    }
}

/// A Coding; a CodeableConcept, as later versions have it, is tolerated.
fn class(value: &Json) -> Option<Coding> {
    Coding::read(value).or_else(|| {
        let concept = CodeableConcept::read(value)?;
        let text = concept.label();
        let first = concept.codings.into_iter().next().unwrap_or_default();
        Some(Coding { display: first.display.clone().or(text), ..first })
    })
}

impl EncounterDiagnosis {
    fn read(value: &Json) -> Option<Self> {
        let read = Self {
            condition: reference::member(value, "condition"),
            usage: CodeableConcept::member(value, "use"),
            rank: json::text(value, "rank"),
        };
        (read != Self::default()).then_some(read)
    }
}

impl Hospitalization {
    fn read(value: &Json) -> Option<Self> {
        let mut arrangements = CodeableConcept::members(value, "specialCourtesy");
        arrangements.extend(CodeableConcept::members(value, "specialArrangement"));
        let read = Self {
            origin: reference::member(value, "origin"),
            admit_source: CodeableConcept::member(value, "admitSource"),
            readmission: CodeableConcept::member(value, "reAdmission"),
            diets: CodeableConcept::members(value, "dietPreference"),
            arrangements,
            destination: reference::member(value, "destination"),
            discharge: CodeableConcept::member(value, "dischargeDisposition"),
        };
        (read != Self::default()).then_some(read)
    }
}

impl EncounterPlace {
    fn read(value: &Json) -> Option<Self> {
        let read = Self {
            location: reference::member(value, "location"),
            status: json::text(value, "status"),
            kind: CodeableConcept::member(value, "physicalType"),
            period: value.get("period").and_then(Period::read),
        };
        (read != Self::default()).then_some(read)
    }
}
