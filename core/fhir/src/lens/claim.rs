use serde_json::Value as Json;

use super::absence::{Absence, absences};
use super::coded::CodeableConcept;
use super::money::Money;
use super::person::Identifier;
use super::quantity::Quantity;
use super::spans::Period;
use super::value::Value;
use super::when::When;
use crate::json;
use crate::reference::{self, Reference};
use crate::time::FhirTime;

/// Claim: what an insurer is asked to pay, or to agree to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Claim {
    /// Its numbers.
    pub identifiers: Vec<Identifier>,
    /// Status, as it came.
    pub status: Option<String>,
    /// Kind of claim.
    pub kind: Option<CodeableConcept>,
    /// Finer kind.
    pub sub_type: Option<CodeableConcept>,
    /// `claim`, `preauthorization`, `predetermination`, as it came.
    pub usage: Option<String>,
    /// For whom the care is.
    pub patient: Option<Reference>,
    /// When the care was given.
    pub billable: Option<Period>,
    /// When the claim was written.
    pub created: Option<FhirTime>,
    /// Who entered it.
    pub enterer: Option<Reference>,
    /// Who is asked.
    pub insurer: Option<Reference>,
    /// Who asks.
    pub provider: Option<Reference>,
    /// How soon.
    pub priority: Option<CodeableConcept>,
    /// The prescription.
    pub prescription: Option<Reference>,
    /// Who is to be paid.
    pub payee: Option<ClaimPayee>,
    /// The referral.
    pub referral: Option<Reference>,
    /// Where.
    pub facility: Option<Reference>,
    /// Who gave the care.
    pub team: Vec<ClaimMember>,
    /// What goes with it.
    pub information: Vec<SupportingInfo>,
    /// Diagnoses.
    pub diagnoses: Vec<ClaimDiagnosis>,
    /// Procedures.
    pub procedures: Vec<ClaimProcedure>,
    /// Insurances.
    pub insurance: Vec<ClaimInsurance>,
    /// What it is made up of.
    pub items: Vec<ClaimItem>,
    /// What is asked for in all.
    pub total: Option<Money>,
    /// What was left out with a reason.
    pub absent: Vec<Absence>,
}

/// Who is to be paid.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClaimPayee {
    /// What they are.
    pub kind: Option<CodeableConcept>,
    /// Who.
    pub party: Option<Reference>,
}

/// Who gave the care that a claim is for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClaimMember {
    /// Who.
    pub provider: Option<Reference>,
    /// What they did.
    pub role: Option<CodeableConcept>,
    /// What they are.
    pub qualification: Option<CodeableConcept>,
}

/// What goes with a claim.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SupportingInfo {
    /// What it is about.
    pub category: Option<CodeableConcept>,
    /// What it says, in codes.
    pub code: Option<CodeableConcept>,
    /// When.
    pub timing: Option<When>,
    /// What it says.
    pub value: Option<Value>,
}

/// A diagnosis on a claim, for the insurer: not a list of problems.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClaimDiagnosis {
    /// The diagnosis.
    pub concept: Option<CodeableConcept>,
    /// The diagnosis, as another entry.
    pub reference: Option<Reference>,
    /// Main, on admission ...
    pub kinds: Vec<CodeableConcept>,
}

/// A procedure on a claim.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClaimProcedure {
    /// When.
    pub date: Option<FhirTime>,
    /// The procedure.
    pub concept: Option<CodeableConcept>,
    /// The procedure, as another entry.
    pub reference: Option<Reference>,
}

/// An insurance on a claim.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClaimInsurance {
    /// This is the one that is asked.
    pub focal: Option<bool>,
    /// The insurance.
    pub coverage: Option<Reference>,
}

/// One line of a claim.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClaimItem {
    /// Its number, as it came.
    pub sequence: Option<String>,
    /// What was given.
    pub what: Option<CodeableConcept>,
    /// Kind.
    pub category: Option<CodeableConcept>,
    /// What changes the meaning of the code.
    pub modifiers: Vec<CodeableConcept>,
    /// When.
    pub serviced: Option<When>,
    /// How many.
    pub quantity: Option<Quantity>,
    /// Price of one.
    pub unit_price: Option<Money>,
    /// Price in all.
    pub net: Option<Money>,
    /// What the insurer worked out; on an explanation of benefits alone.
    pub adjudication: Vec<Adjudication>,
}

/// An amount that the insurer worked out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Adjudication {
    /// What it is: submitted, allowed, paid ...
    pub category: Option<CodeableConcept>,
    /// Why.
    pub reason: Option<CodeableConcept>,
    /// How much.
    pub amount: Option<Money>,
    /// A number that is no money, as it came.
    pub value: Option<String>,
}

impl Claim {
    /// Reads a Claim. Total: what is not there or not usable is empty.
    pub fn read(value: &Json) -> Self {
        Self {
            identifiers: Identifier::members(value),
            status: json::text(value, "status"),
            kind: CodeableConcept::member(value, "type"),
            sub_type: CodeableConcept::member(value, "subType"),
            usage: json::text(value, "use"),
            patient: reference::member(value, "patient"),
            billable: value.get("billablePeriod").and_then(Period::read),
            created: json::time(value, "created"),
            enterer: reference::member(value, "enterer"),
            insurer: reference::member(value, "insurer"),
            provider: reference::member(value, "provider"),
            priority: CodeableConcept::member(value, "priority"),
            prescription: reference::member(value, "prescription"),
            payee: value.get("payee").filter(|held| held.is_object()).map(ClaimPayee::read),
            referral: reference::member(value, "referral"),
            facility: reference::member(value, "facility"),
            team: json::list(value, "careTeam").map(ClaimMember::read).collect(),
            information: json::list(value, "supportingInfo").map(SupportingInfo::read).collect(),
            diagnoses: json::list(value, "diagnosis").map(ClaimDiagnosis::read).collect(),
            procedures: json::list(value, "procedure").map(ClaimProcedure::read).collect(),
            insurance: json::list(value, "insurance").map(ClaimInsurance::read).collect(),
            items: json::list(value, "item").map(ClaimItem::read).collect(),
            total: Money::member(value, "total"),
            absent: absences(value),
        }
    }
}

impl ClaimPayee {
    fn read(value: &Json) -> Self {
        Self { kind: CodeableConcept::member(value, "type"), party: reference::member(value, "party") }
    }
}

impl ClaimMember {
    fn read(value: &Json) -> Self {
        Self {
            provider: reference::member(value, "provider"),
            role: CodeableConcept::member(value, "role"),
            qualification: CodeableConcept::member(value, "qualification"),
        }
    }
}

impl SupportingInfo {
    fn read(value: &Json) -> Self {
        Self {
            category: CodeableConcept::member(value, "category"),
            code: CodeableConcept::member(value, "code"),
            timing: When::read(value, "timing"),
            value: Value::read(value, "value"),
        }
    }
}

impl ClaimDiagnosis {
    fn read(value: &Json) -> Self {
        Self {
            concept: CodeableConcept::member(value, "diagnosisCodeableConcept"),
            reference: reference::member(value, "diagnosisReference"),
            kinds: CodeableConcept::members(value, "type"),
        }
    }
}

impl ClaimProcedure {
    fn read(value: &Json) -> Self {
        Self {
            date: json::time(value, "date"),
            concept: CodeableConcept::member(value, "procedureCodeableConcept"),
            reference: reference::member(value, "procedureReference"),
        }
    }
}

impl ClaimInsurance {
    fn read(value: &Json) -> Self {
        Self { focal: json::boolean(value, "focal"), coverage: reference::member(value, "coverage") }
    }
}

impl ClaimItem {
    fn read(value: &Json) -> Self {
        Self {
            sequence: json::text(value, "sequence"),
            what: CodeableConcept::member(value, "productOrService"),
            category: CodeableConcept::member(value, "category"),
            modifiers: CodeableConcept::members(value, "modifier"),
            serviced: When::read(value, "serviced"),
            quantity: Quantity::member(value, "quantity"),
            unit_price: Money::member(value, "unitPrice"),
            net: Money::member(value, "net"),
            adjudication: json::list(value, "adjudication").map(Adjudication::read).collect(),
        }
    }
}

impl Adjudication {
    fn read(value: &Json) -> Self {
        Self {
            category: CodeableConcept::member(value, "category"),
            reason: CodeableConcept::member(value, "reason"),
            amount: Money::member(value, "amount"),
            value: json::text(value, "value"),
        }
    }
}

impl ClaimItem {
    /// Every line of a Claim or an ExplanationOfBenefit.
    pub(super) fn members(value: &Json) -> Vec<Self> {
        json::list(value, "item").map(Self::read).collect()
    }
}

impl ClaimMember {
    pub(super) fn members(value: &Json) -> Vec<Self> {
        json::list(value, "careTeam").map(Self::read).collect()
    }
}

impl ClaimDiagnosis {
    pub(super) fn members(value: &Json) -> Vec<Self> {
        json::list(value, "diagnosis").map(Self::read).collect()
    }
}

impl ClaimProcedure {
    pub(super) fn members(value: &Json) -> Vec<Self> {
        json::list(value, "procedure").map(Self::read).collect()
    }
}

impl ClaimInsurance {
    pub(super) fn members(value: &Json) -> Vec<Self> {
        json::list(value, "insurance").map(Self::read).collect()
    }
}

impl ClaimPayee {
    pub(super) fn member(value: &Json) -> Option<Self> {
        value.get("payee").filter(|held| held.is_object()).map(Self::read)
    }
}

impl SupportingInfo {
    pub(super) fn members(value: &Json) -> Vec<Self> {
        json::list(value, "supportingInfo").map(Self::read).collect()
    }
}

impl Adjudication {
    /// The amounts under `key`: `adjudication`, `total`.
    pub(super) fn members(value: &Json, key: &str) -> Vec<Self> {
        json::list(value, key).map(Self::read).collect()
    }
}
