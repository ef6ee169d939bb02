use serde_json::Value as Json;

use super::absence::{Absence, absences};
use super::coded::CodeableConcept;
use super::money::Money;
use super::person::Identifier;
use super::quantity::Quantity;
use super::spans::Period;
use crate::json;
use crate::reference::{self, Reference};

/// Coverage: insurance, or another way to pay.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Its numbers.
    pub identifiers: Vec<Identifier>,
    /// Status, as it came.
    pub status: Option<String>,
    /// Kind of plan.
    pub kind: Option<CodeableConcept>,
    /// Who holds the policy.
    pub policy_holder: Option<Reference>,
    /// Who signed up.
    pub subscriber: Option<Reference>,
    /// Number of who signed up.
    pub subscriber_id: Option<String>,
    /// Who is covered.
    pub beneficiary: Option<Reference>,
    /// Number of the dependent.
    pub dependent: Option<String>,
    /// What the covered person is to who signed up.
    pub relationship: Option<CodeableConcept>,
    /// When it is in force.
    pub period: Option<Period>,
    /// Who pays.
    pub payors: Vec<Reference>,
    /// Group, plan and the like.
    pub classes: Vec<CoverageClass>,
    /// Which is asked to pay first, as it came.
    pub order: Option<String>,
    /// The network of care givers.
    pub network: Option<String>,
    /// What the patient pays.
    pub costs: Vec<CoverageCost>,
    /// The insurer may ask another one to pay it back.
    pub subrogation: Option<bool>,
    /// The papers.
    pub contracts: Vec<Reference>,
    /// What was left out with a reason.
    pub absent: Vec<Absence>,
}

/// Group, plan and the like of a Coverage.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CoverageClass {
    /// What it is: group, plan ...
    pub kind: Option<CodeableConcept>,
    /// Its number.
    pub value: Option<String>,
    /// Its name.
    pub name: Option<String>,
}

/// What the patient pays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CoverageCost {
    /// What for.
    pub kind: Option<CodeableConcept>,
    /// How much money.
    pub money: Option<Money>,
    /// How much, where it is no money: a percentage.
    pub quantity: Option<Quantity>,
    /// When it is not so.
    pub exceptions: Vec<CoverageException>,
}

/// When a cost is not so.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CoverageException {
    /// Why.
    pub kind: Option<CodeableConcept>,
    /// When.
    pub period: Option<Period>,
}

impl Coverage {
    /// Reads a Coverage. Total: what is not there or not usable is empty.
    pub fn read(value: &Json) -> Self {
        Self {
            identifiers: Identifier::members(value),
            status: json::text(value, "status"),
            kind: CodeableConcept::member(value, "type"),
            policy_holder: reference::member(value, "policyHolder"),
            subscriber: reference::member(value, "subscriber"),
            subscriber_id: json::said(value, "subscriberId"),
            beneficiary: reference::member(value, "beneficiary"),
            dependent: json::said(value, "dependent"),
            relationship: CodeableConcept::member(value, "relationship"),
            period: value.get("period").and_then(Period::read),
            payors: reference::members(value, "payor"),
            classes: json::list(value, "class").map(CoverageClass::read).collect(),
            order: json::text(value, "order"),
            network: json::said(value, "network"),
            costs: json::list(value, "costToBeneficiary").map(CoverageCost::read).collect(),
            subrogation: json::boolean(value, "subrogation"),
            contracts: reference::members(value, "contract"),
            absent: absences(value),
        }
    }
}

impl CoverageClass {
    fn read(value: &Json) -> Self {
        Self {
            kind: CodeableConcept::member(value, "type"),
            value: json::said(value, "value"),
            name: json::said(value, "name"),
        }
    }
}

impl CoverageCost {
    fn read(value: &Json) -> Self {
        Self {
            kind: CodeableConcept::member(value, "type"),
            money: Money::member(value, "valueMoney"),
            quantity: Quantity::member(value, "valueQuantity"),
            exceptions: json::list(value, "exception").map(CoverageException::read).collect(),
        }
    }
}

impl CoverageException {
    fn read(value: &Json) -> Self {
        Self {
            kind: CodeableConcept::member(value, "type"),
            period: value.get("period").and_then(Period::read),
        }
    }
}
