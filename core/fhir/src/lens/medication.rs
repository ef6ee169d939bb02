use serde_json::Value as Json;

use super::absence::{Absence, absences};
use super::coded::{CodeableConcept, labels};
use super::dosage::{self, Dosage};
use super::person::Identifier;
use super::quantity::Quantity;
use super::range::Ratio;
use super::spans::{Annotation, Period};
use crate::json;
use crate::reference::{self, Reference};
use crate::time::FhirTime;

/// Medication: a product, by code or by what is in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Medication {
    /// What it is.
    pub code: Option<CodeableConcept>,
    /// Status, as it came.
    pub status: Option<String>,
    /// Numbers.
    pub identifiers: Vec<Identifier>,
    /// Tablet, liquid ...
    pub form: Option<CodeableConcept>,
    /// How much is in a package.
    pub amount: Option<Ratio>,
    /// What is in it.
    pub ingredients: Vec<Ingredient>,
    /// Who makes it.
    pub manufacturer: Option<Reference>,
    /// Lot number.
    pub lot: Option<String>,
    /// Use by.
    pub expiration: Option<FhirTime>,
    /// What was left out with a reason.
    pub absent: Vec<Absence>,
}

/// One thing that is in a Medication.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ingredient {
    /// What it is.
    pub item: Option<String>,
    /// How much of it.
    pub strength: Option<Ratio>,
    /// Whether it acts, rather than fills.
    pub active: Option<bool>,
}

/// The medicine of a request: told here, held within, or elsewhere.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Medicated {
    /// Told here.
    pub concept: Option<CodeableConcept>,
    /// Told elsewhere.
    pub reference: Option<Reference>,
    /// The Medication held within the request, when the reference points at it.
    pub contained: Option<Medication>,
}

/// What a MedicationRequest says of handing out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dispense {
    /// How much each time.
    pub quantity: Option<Quantity>,
    /// Refills.
    pub repeats: Option<String>,
    /// How long one supply lasts.
    pub supply: Option<Quantity>,
    /// From when until when it may be handed out.
    pub validity: Option<Period>,
    /// Who is to hand it out.
    pub performer: Option<Reference>,
}

/// MedicationRequest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MedicationRequest {
    /// Status, as it came.
    pub status: Option<String>,
    /// Why it has that status.
    pub status_reason: Option<CodeableConcept>,
    /// Order, plan, proposal ..., as it came.
    pub intent: Option<String>,
    /// Routine, urgent ...
    pub priority: Option<String>,
    /// It says not to take it.
    pub do_not_perform: Option<bool>,
    /// Told by someone rather than ordered here.
    pub reported: Option<bool>,
    /// Outpatient, community ...
    pub categories: Vec<CodeableConcept>,
    /// The medicine.
    pub medication: Medicated,
    /// For whom.
    pub subject: Option<Reference>,
    /// The visit.
    pub encounter: Option<Reference>,
    /// When it was ordered.
    pub authored_on: Option<FhirTime>,
    /// Who ordered it.
    pub requester: Option<Reference>,
    /// Why.
    pub reasons: Vec<CodeableConcept>,
    /// Why, elsewhere.
    pub reason_references: Vec<Reference>,
    /// Short course, long term ...
    pub course: Option<CodeableConcept>,
    /// The whole of the instructions, as the sender renders them.
    pub rendered: Option<String>,
    /// How it is to be taken.
    pub dosages: Vec<Dosage>,
    /// Handing out.
    pub dispense: Option<Dispense>,
    /// Notes.
    pub notes: Vec<Annotation>,
    /// What was left out with a reason.
    pub absent: Vec<Absence>,
}

impl Medication {
    /// Reads a Medication. Total: what is not there or not usable is empty.
    pub fn read(value: &Json) -> Self {
        let batch = value.get("batch").unwrap_or(&Json::Null);
        Self {
            code: CodeableConcept::member(value, "code"),
            status: json::text(value, "status"),
            identifiers: Identifier::members(value),
            form: CodeableConcept::member(value, "form"),
            amount: value.get("amount").and_then(Ratio::read),
            ingredients: json::list(value, "ingredient").map(Ingredient::read).collect(),
            manufacturer: reference::member(value, "manufacturer"),
            lot: json::text(batch, "lotNumber"),
            expiration: json::time(batch, "expirationDate"),
            absent: absences(value),
        }
    }

    /// For people: what it is, else what is in it.
    pub fn label(&self) -> Option<String> {
        self.code.as_ref().and_then(CodeableConcept::label).or_else(|| self.contents())
    }

    /// What an entry about it is called. What is in it says more than a bare code.
    pub fn title(&self) -> Option<String> {
        let named = self.code.as_ref().and_then(CodeableConcept::named);
        named.or_else(|| self.contents()).or_else(|| self.code.as_ref().and_then(CodeableConcept::title))
    }

    fn contents(&self) -> Option<String> {
        json::joined(self.ingredients.iter().filter_map(Ingredient::display), " + ")
    }
}

impl Ingredient {
    fn read(value: &Json) -> Self {
        let concept = CodeableConcept::member(value, "itemCodeableConcept").and_then(|c| c.label());
        let reference = || reference::member(value, "itemReference").and_then(|r| r.label());
        Self {
            item: concept.or_else(reference),
            strength: value.get("strength").and_then(Ratio::read),
            active: json::boolean(value, "isActive"),
        }
    }

    /// For people: what it is and how much of it.
    pub fn display(&self) -> Option<String> {
        let strength = self.strength.as_ref().and_then(Ratio::display);
        json::joined(self.item.clone().into_iter().chain(strength), " ")
    }
}

impl Medicated {
    /// Reads `medication[x]`, looking into `contained`.
    pub fn read(value: &Json) -> Self {
        let reference = reference::member(value, "medicationReference");
        let contained = reference.as_ref().and_then(|r| reference::contained(value, r.reference.as_deref()?));
        Self {
            concept: CodeableConcept::member(value, "medicationCodeableConcept"),
            contained: contained.map(Medication::read),
            reference,
        }
    }

    /// For people: as told here; else as the Medication within says; else what the reference calls it.
    pub fn label(&self) -> Option<String> {
        let here = self.concept.as_ref().and_then(CodeableConcept::label);
        let within = || self.contained.as_ref().and_then(Medication::label);
        here.or_else(within).or_else(|| self.reference.as_ref()?.display.clone())
    }

    /// What an entry about it is called, from the same places.
    pub fn title(&self) -> Option<String> {
        let here = self.concept.as_ref().and_then(CodeableConcept::title);
        let within = || self.contained.as_ref().and_then(Medication::title);
        here.or_else(within).or_else(|| self.reference.as_ref()?.display.clone())
    }
}

impl Dispense {
    fn read(value: &Json) -> Self {
        Self {
            quantity: Quantity::member(value, "quantity"),
            repeats: json::said(value, "numberOfRepeatsAllowed"),
            supply: Quantity::member(value, "expectedSupplyDuration"),
            validity: value.get("validityPeriod").and_then(Period::read),
            performer: reference::member(value, "performer"),
        }
    }
}

impl MedicationRequest {
    /// Reads a MedicationRequest. Total: what is not there or not usable is empty.
    pub fn read(value: &Json) -> Self {
        Self {
            status: json::text(value, "status"),
            status_reason: CodeableConcept::member(value, "statusReason"),
            intent: json::text(value, "intent"),
            priority: json::text(value, "priority"),
            do_not_perform: json::boolean(value, "doNotPerform"),
            reported: json::boolean(value, "reportedBoolean"),
            categories: CodeableConcept::members(value, "category"),
            medication: Medicated::read(value),
            subject: reference::member(value, "subject"),
            encounter: reference::member(value, "encounter"),
            authored_on: json::time(value, "authoredOn"),
            requester: reference::member(value, "requester"),
            reasons: CodeableConcept::members(value, "reasonCode"),
            reason_references: reference::members(value, "reasonReference"),
            course: CodeableConcept::member(value, "courseOfTherapyType"),
            rendered: dosage::rendered(value),
            dosages: Dosage::members(value, "dosageInstruction"),
            dispense: value.get("dispenseRequest").map(Dispense::read),
            notes: Annotation::members(value),
            absent: absences(value),
        }
    }

    /// How it is to be taken, for people: every instruction, in order.
    pub fn directions(&self) -> Option<String> {
        Dosage::all(self.rendered.as_ref(), &self.dosages)
    }

    /// Why, for people.
    pub fn why(&self) -> Option<String> {
        labels(&self.reasons)
    }
}
