use serde_json::Value as Json;

use super::absence::{Absence, absences};
use super::claim::{
    Adjudication, ClaimDiagnosis, ClaimInsurance, ClaimItem, ClaimMember, ClaimPayee, ClaimProcedure,
    SupportingInfo,
};
use super::coded::CodeableConcept;
use super::money::Money;
use super::person::Identifier;
use super::spans::Period;
use crate::json;
use crate::reference::{self, Reference};
use crate::time::FhirTime;

/// ExplanationOfBenefit: what an insurer worked out for a claim. It is not a bill.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExplanationOfBenefit {
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
    /// When it was written.
    pub created: Option<FhirTime>,
    /// Who worked it out.
    pub insurer: Option<Reference>,
    /// Who gave the care.
    pub provider: Option<Reference>,
    /// The claim.
    pub claim: Option<Reference>,
    /// The answer to the claim.
    pub claim_response: Option<Reference>,
    /// The prescription.
    pub prescription: Option<Reference>,
    /// The referral.
    pub referral: Option<Reference>,
    /// Where.
    pub facility: Option<Reference>,
    /// Who is paid.
    pub payee: Option<ClaimPayee>,
    /// `queued`, `complete`, `error`, `partial`, as it came.
    pub outcome: Option<String>,
    /// What became of it, in words.
    pub disposition: Option<String>,
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
    /// Amounts for the whole.
    pub adjudication: Vec<Adjudication>,
    /// Amounts in all.
    pub totals: Vec<Adjudication>,
    /// What the insurer pays.
    pub payment: Option<BenefitPayment>,
    /// Notes of the insurer.
    pub notes: Vec<BenefitNote>,
    /// What was left out with a reason.
    pub absent: Vec<Absence>,
}

/// What the insurer pays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BenefitPayment {
    /// In part or in whole.
    pub kind: Option<CodeableConcept>,
    /// What was taken off or put on.
    pub adjustment: Option<Money>,
    /// Why.
    pub reason: Option<CodeableConcept>,
    /// When.
    pub date: Option<FhirTime>,
    /// How much.
    pub amount: Option<Money>,
}

/// A note of the insurer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BenefitNote {
    /// Where it is to be shown, as it came.
    pub kind: Option<String>,
    /// The words.
    pub text: Option<String>,
}

impl ExplanationOfBenefit {
    /// Reads an ExplanationOfBenefit. Total: what is not there or not usable is empty.
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
            insurer: reference::member(value, "insurer"),
            provider: reference::member(value, "provider"),
            claim: reference::member(value, "claim"),
            claim_response: reference::member(value, "claimResponse"),
            prescription: reference::member(value, "prescription"),
            referral: reference::member(value, "referral"),
            facility: reference::member(value, "facility"),
            payee: ClaimPayee::member(value),
            outcome: json::text(value, "outcome"),
            disposition: json::said(value, "disposition"),
            team: ClaimMember::members(value),
            information: SupportingInfo::members(value),
            diagnoses: ClaimDiagnosis::members(value),
            procedures: ClaimProcedure::members(value),
            insurance: ClaimInsurance::members(value),
            items: ClaimItem::members(value),
            adjudication: Adjudication::members(value, "adjudication"),
            totals: Adjudication::members(value, "total"),
            payment: value.get("payment").filter(|held| held.is_object()).map(BenefitPayment::read),
            notes: json::list(value, "processNote").map(BenefitNote::read).collect(),
            absent: absences(value),
        }
    }
}

impl BenefitPayment {
    fn read(value: &Json) -> Self {
        Self {
            kind: CodeableConcept::member(value, "type"),
            adjustment: Money::member(value, "adjustment"),
            reason: CodeableConcept::member(value, "adjustmentReason"),
            date: json::time(value, "date"),
            amount: Money::member(value, "amount"),
        }
    }
}

impl BenefitNote {
    fn read(value: &Json) -> Self {
        Self { kind: json::text(value, "type"), text: json::said(value, "text") }
    }
}
