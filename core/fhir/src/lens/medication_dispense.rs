use serde_json::Value as Json;

use super::absence::{Absence, absences};
use super::coded::CodeableConcept;
use super::dosage::{self, Dosage};
use super::involved::Involved;
use super::medication::Medicated;
use super::quantity::Quantity;
use super::spans::Annotation;
use super::value::Value;
use crate::json;
use crate::reference::{self, Reference};
use crate::time::FhirTime;

/// MedicationDispense: a medicine made ready or handed out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MedicationDispense {
    /// Status, as it came.
    pub status: Option<String>,
    /// Why it has that status: in words, or a reference.
    pub status_reason: Option<Value>,
    /// Inpatient, community ...
    pub category: Option<CodeableConcept>,
    /// The medicine.
    pub medication: Medicated,
    /// For whom.
    pub subject: Option<Reference>,
    /// The visit.
    pub context: Option<Reference>,
    /// Who made it ready or handed it out.
    pub performers: Vec<Involved>,
    /// Where.
    pub location: Option<Reference>,
    /// The orders behind it.
    pub prescriptions: Vec<Reference>,
    /// First fill, refill, trial ...
    pub kind: Option<CodeableConcept>,
    /// How much.
    pub quantity: Option<Quantity>,
    /// How long it lasts.
    pub supply: Option<Quantity>,
    /// When it was made ready.
    pub prepared: Option<FhirTime>,
    /// When it was handed out.
    pub handed_over: Option<FhirTime>,
    /// Where it was sent.
    pub destination: Option<Reference>,
    /// Who took it.
    pub receivers: Vec<Reference>,
    /// The whole of the instructions, as the sender renders them.
    pub rendered: Option<String>,
    /// How it is to be taken.
    pub dosages: Vec<Dosage>,
    /// Whether another product was given than was ordered.
    pub substitution: Option<Substitution>,
    /// Notes.
    pub notes: Vec<Annotation>,
    /// What was left out with a reason.
    pub absent: Vec<Absence>,
}

/// Whether another product was given than was ordered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Substitution {
    /// It was.
    pub was: Option<bool>,
    /// What kind of other product.
    pub kind: Option<CodeableConcept>,
    /// Why.
    pub reasons: Vec<CodeableConcept>,
    /// Who decided it.
    pub deciders: Vec<Reference>,
}

impl MedicationDispense {
    /// Reads a MedicationDispense. Total: what is not there or not usable is empty.
    pub fn read(value: &Json) -> Self {
        Self {
            status: json::text(value, "status"),
            status_reason: Value::read(value, "statusReason"),
            category: CodeableConcept::member(value, "category"),
            medication: Medicated::read(value),
            subject: reference::member(value, "subject"),
            context: reference::member(value, "context"),
            performers: Involved::members(value, "performer", "function", "actor"),
            location: reference::member(value, "location"),
            prescriptions: reference::members(value, "authorizingPrescription"),
            kind: CodeableConcept::member(value, "type"),
            quantity: Quantity::member(value, "quantity"),
            supply: Quantity::member(value, "daysSupply"),
            prepared: json::time(value, "whenPrepared"),
            handed_over: json::time(value, "whenHandedOver"),
            destination: reference::member(value, "destination"),
            receivers: reference::members(value, "receiver"),
            rendered: dosage::rendered(value),
            dosages: Dosage::members(value, "dosageInstruction"),
            substitution: json::list(value, "substitution").find_map(Substitution::read),
            notes: Annotation::members(value),
            absent: absences(value),
        }
    }

    /// How it is to be taken, for people: every instruction, in order.
    pub fn directions(&self) -> Option<String> {
        Dosage::all(self.rendered.as_ref(), &self.dosages)
    }
}

impl Substitution {
    fn read(value: &Json) -> Option<Self> {
        let read = Self {
            was: json::boolean(value, "wasSubstituted"),
            kind: CodeableConcept::member(value, "type"),
            reasons: CodeableConcept::members(value, "reason"),
            deciders: reference::members(value, "responsibleParty"),
        };
        (read != Self::default()).then_some(read)
    }
}
