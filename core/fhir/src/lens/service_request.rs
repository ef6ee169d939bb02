use serde_json::Value as Json;

use super::absence::{Absence, absences};
use super::coded::{CodeableConcept, labels};
use super::dosage::{AsNeeded, as_needed};
use super::spans::Annotation;
use super::value::Value;
use super::when::When;
use crate::json;
use crate::reference::{self, Reference};
use crate::time::FhirTime;

/// Intents of R4 `request-intent` that are an order.
const ORDERS: [&str; 5] = ["order", "original-order", "reflex-order", "filler-order", "instance-order"];

/// ServiceRequest: a test, treatment or referral that is asked for. It never holds a result.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServiceRequest {
    /// Status, as it came.
    pub status: Option<String>,
    /// Order, plan, proposal ..., as it came.
    pub intent: Option<String>,
    /// Routine, urgent ...
    pub priority: Option<String>,
    /// It says not to do it.
    pub do_not_perform: Option<bool>,
    /// Laboratory, imaging, referral ...
    pub categories: Vec<CodeableConcept>,
    /// What is asked for.
    pub code: Option<CodeableConcept>,
    /// Details of it.
    pub details: Vec<CodeableConcept>,
    /// How much.
    pub quantity: Option<Value>,
    /// For whom.
    pub subject: Option<Reference>,
    /// The visit.
    pub encounter: Option<Reference>,
    /// When it is to be done.
    pub occurrence: Option<When>,
    /// Only when needed.
    pub as_needed: Option<AsNeeded>,
    /// When it was asked for.
    pub authored_on: Option<FhirTime>,
    /// Who asks for it.
    pub requester: Option<Reference>,
    /// What kind of person is to do it.
    pub performer_type: Option<CodeableConcept>,
    /// Who is to do it.
    pub performers: Vec<Reference>,
    /// Where it is to be done.
    pub locations: Vec<CodeableConcept>,
    /// Where it is to be done, elsewhere.
    pub location_references: Vec<Reference>,
    /// Why.
    pub reasons: Vec<CodeableConcept>,
    /// Why, elsewhere.
    pub reason_references: Vec<Reference>,
    /// Samples.
    pub specimens: Vec<Reference>,
    /// Where on the body.
    pub body_sites: Vec<CodeableConcept>,
    /// What the patient is told.
    pub instruction: Option<String>,
    /// The plan or order behind it.
    pub based_on: Vec<Reference>,
    /// The request that it takes the place of.
    pub replaces: Vec<Reference>,
    /// Notes.
    pub notes: Vec<Annotation>,
    /// What was left out with a reason.
    pub absent: Vec<Absence>,
}

impl ServiceRequest {
    /// Reads a ServiceRequest. Total: what is not there or not usable is empty.
    pub fn read(value: &Json) -> Self {
        Self {
            status: json::text(value, "status"),
            intent: json::text(value, "intent"),
            priority: json::text(value, "priority"),
            do_not_perform: json::boolean(value, "doNotPerform"),
            categories: CodeableConcept::members(value, "category"),
            code: CodeableConcept::member(value, "code"),
            details: CodeableConcept::members(value, "orderDetail"),
            quantity: Value::read(value, "quantity"),
            subject: reference::member(value, "subject"),
            encounter: reference::member(value, "encounter"),
            occurrence: When::read(value, "occurrence"),
            as_needed: as_needed(value),
            authored_on: json::time(value, "authoredOn"),
            requester: reference::member(value, "requester"),
            performer_type: CodeableConcept::member(value, "performerType"),
            performers: reference::members(value, "performer"),
            locations: CodeableConcept::members(value, "locationCode"),
            location_references: reference::members(value, "locationReference"),
            reasons: CodeableConcept::members(value, "reasonCode"),
            reason_references: reference::members(value, "reasonReference"),
            specimens: reference::members(value, "specimen"),
            body_sites: CodeableConcept::members(value, "bodySite"),
            instruction: json::said(value, "patientInstruction"),
            based_on: reference::members(value, "basedOn"),
            replaces: reference::members(value, "replaces"),
            notes: Annotation::members(value),
            absent: absences(value),
        }
    }

    /// Stated to be ordered and neither done, stopped, paused nor forbidden. Whether a result is there, this entry cannot
    /// say: look for Observations and DiagnosticReports whose `basedOn` names it.
    pub fn is_open_order(&self) -> bool {
        self.status.as_deref() == Some("active")
            && self.intent.as_deref().is_some_and(|intent| ORDERS.contains(&intent))
            && self.do_not_perform != Some(true)
    }

    /// Why, for people.
    pub fn why(&self) -> Option<String> {
        labels(&self.reasons)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_stated_order_that_is_not_forbidden_is_open() {
        let open = |value: Json| ServiceRequest::read(&value).is_open_order();
        assert!(open(serde_json::json!({"status": "active", "intent": "reflex-order"})));
        assert!(!open(serde_json::json!({"status": "active", "intent": "plan"})));
        assert!(!open(serde_json::json!({"status": "active"})));
        assert!(!open(serde_json::json!({"intent": "order"})));
        assert!(!open(serde_json::json!({"status": "completed", "intent": "order"})));
        assert!(!open(serde_json::json!({"status": "active", "intent": "order", "doNotPerform": true})));
    }
}
