use serde_json::Value as Json;

use super::absence::{Absence, absences};
use super::coded::{CodeableConcept, labels};
use super::quantity::Quantity;
use super::spans::Annotation;
use super::value::Value;
use super::when::When;
use crate::json;
use crate::reference::{self, Reference};
use crate::time::FhirTime;

/// Immunization.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Immunization {
    /// Status, as it came.
    pub status: Option<String>,
    /// Why it was not done.
    pub status_reason: Option<CodeableConcept>,
    /// The vaccine.
    pub vaccine: Option<CodeableConcept>,
    /// Who got it.
    pub patient: Option<Reference>,
    /// The visit.
    pub encounter: Option<Reference>,
    /// When it was given.
    pub occurrence: Option<When>,
    /// When it was recorded.
    pub recorded: Option<FhirTime>,
    /// Told by those who gave it.
    pub primary_source: Option<bool>,
    /// Where the report came from, when it is second-hand.
    pub report_origin: Option<CodeableConcept>,
    /// Where it was given.
    pub location: Option<Reference>,
    /// Who made it.
    pub manufacturer: Option<Reference>,
    /// Lot number.
    pub lot: Option<String>,
    /// Use by.
    pub expiration: Option<FhirTime>,
    /// Where on the body.
    pub site: Option<CodeableConcept>,
    /// How it was given.
    pub route: Option<CodeableConcept>,
    /// How much.
    pub dose: Option<Quantity>,
    /// Who gave or ordered it.
    pub performers: Vec<Performer>,
    /// Notes.
    pub notes: Vec<Annotation>,
    /// Why it was given.
    pub reasons: Vec<CodeableConcept>,
    /// It may not count.
    pub subpotent: Option<bool>,
    /// Why it may not count.
    pub subpotent_reasons: Vec<CodeableConcept>,
    /// What happened after it.
    pub reactions: Vec<ImmunizationReaction>,
    /// Its place in series.
    pub protocols: Vec<Protocol>,
    /// What was left out with a reason.
    pub absent: Vec<Absence>,
}

/// Who gave or ordered an Immunization.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Performer {
    /// What they did.
    pub function: Option<CodeableConcept>,
    /// Who.
    pub actor: Option<Reference>,
}

/// What happened after an Immunization.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImmunizationReaction {
    /// When.
    pub date: Option<FhirTime>,
    /// What.
    pub detail: Option<Reference>,
    /// Told by the patient.
    pub reported: Option<bool>,
}

/// The place of an Immunization in a series.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Protocol {
    /// Name of the series.
    pub series: Option<String>,
    /// Against what.
    pub diseases: Vec<CodeableConcept>,
    /// Which dose, as it came.
    pub dose: Option<String>,
    /// Of how many, as it came.
    pub doses: Option<String>,
}

impl Immunization {
    /// Reads an Immunization. Total: what is not there or not usable is empty.
    pub fn read(value: &Json) -> Self {
        Self {
            status: json::text(value, "status"),
            status_reason: CodeableConcept::member(value, "statusReason"),
            vaccine: CodeableConcept::member(value, "vaccineCode"),
            patient: reference::member(value, "patient"),
            encounter: reference::member(value, "encounter"),
            occurrence: When::read(value, "occurrence"),
            recorded: json::time(value, "recorded"),
            primary_source: json::boolean(value, "primarySource"),
            report_origin: CodeableConcept::member(value, "reportOrigin"),
            location: reference::member(value, "location"),
            manufacturer: reference::member(value, "manufacturer"),
            lot: json::text(value, "lotNumber"),
            expiration: json::time(value, "expirationDate"),
            site: CodeableConcept::member(value, "site"),
            route: CodeableConcept::member(value, "route"),
            dose: Quantity::member(value, "doseQuantity"),
            performers: json::list(value, "performer").map(Performer::read).collect(),
            notes: Annotation::members(value),
            reasons: CodeableConcept::members(value, "reasonCode"),
            subpotent: json::boolean(value, "isSubpotent"),
            subpotent_reasons: CodeableConcept::members(value, "subpotentReason"),
            reactions: json::list(value, "reaction").map(ImmunizationReaction::read).collect(),
            protocols: json::list(value, "protocolApplied").map(Protocol::read).collect(),
            absent: absences(value),
        }
    }
}

impl Performer {
    fn read(value: &Json) -> Self {
        Self {
            function: CodeableConcept::member(value, "function"),
            actor: reference::member(value, "actor"),
        }
    }
}

impl ImmunizationReaction {
    fn read(value: &Json) -> Self {
        Self {
            date: json::time(value, "date"),
            detail: reference::member(value, "detail"),
            reported: json::boolean(value, "reported"),
        }
    }

    /// For people: what and when.
    pub fn display(&self) -> Option<String> {
        let what = self.detail.as_ref().and_then(Reference::label);
        json::joined(what.into_iter().chain(self.date.as_ref().map(FhirTime::display)), ", ")
    }
}

impl Protocol {
    fn read(value: &Json) -> Self {
        Self {
            series: json::said(value, "series"),
            diseases: CodeableConcept::members(value, "targetDisease"),
            dose: Value::read(value, "doseNumber").and_then(|v| v.display()),
            doses: Value::read(value, "seriesDoses").and_then(|v| v.display()),
        }
    }

    /// For people: `Dose 2 of 3, series, against what`.
    pub fn display(&self) -> Option<String> {
        let dose = match (&self.dose, &self.doses) {
            (Some(dose), Some(doses)) => Some(format!("Dose {dose} of {doses}")),
            (Some(dose), None) => Some(format!("Dose {dose}")),
            (None, Some(doses)) => Some(format!("One of {doses} doses")),
            (None, None) => None,
        };
        let against = labels(&self.diseases).map(|what| format!("against {what}"));
        json::joined(dose.into_iter().chain(self.series.clone()).chain(against), ", ")
    }
}
