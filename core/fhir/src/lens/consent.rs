use serde_json::Value as Json;

use super::absence::{Absence, absences};
use super::coded::CodeableConcept;
use super::person::Identifier;
use super::spans::{Attachment, Period};
use crate::json;
use crate::reference::{self, Reference};
use crate::time::FhirTime;

/// Consent: what the patient agreed to, or refused.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Consent {
    /// Its numbers.
    pub identifiers: Vec<Identifier>,
    /// Status, as it came.
    pub status: Option<String>,
    /// What it is about.
    pub scope: Option<CodeableConcept>,
    /// Kinds.
    pub categories: Vec<CodeableConcept>,
    /// Whose consent.
    pub patient: Option<Reference>,
    /// When it was given.
    pub date: Option<FhirTime>,
    /// Who gave it.
    pub performers: Vec<Reference>,
    /// Who keeps it.
    pub organizations: Vec<Reference>,
    /// The paper itself.
    pub files: Vec<Attachment>,
    /// Where the paper is.
    pub source: Option<Reference>,
    /// The policies that it rests on.
    pub policies: Vec<ConsentPolicy>,
    /// The rule that it rests on.
    pub rule: Option<CodeableConcept>,
    /// Who checked it.
    pub verifications: Vec<ConsentVerification>,
    /// What it says.
    pub provision: Option<Provision>,
    /// What was left out with a reason.
    pub absent: Vec<Absence>,
}

/// A policy that a consent rests on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConsentPolicy {
    /// Whose policy, as it came.
    pub authority: Option<String>,
    /// Where it is, as it came.
    pub uri: Option<String>,
}

/// Whether a consent was checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConsentVerification {
    /// Checked.
    pub verified: Option<bool>,
    /// With whom.
    pub with: Option<Reference>,
    /// When.
    pub date: Option<FhirTime>,
}

/// What a consent says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Provision {
    /// `permit` or `deny`, as it came. Anything else denies.
    pub kind: Option<String>,
    /// When it holds.
    pub period: Option<Period>,
    /// Whom it is about.
    pub actors: Vec<ConsentActor>,
    /// What they may do.
    pub actions: Vec<CodeableConcept>,
    /// Privacy labels.
    pub labels: Vec<CodeableConcept>,
    /// For what.
    pub purposes: Vec<CodeableConcept>,
    /// Kinds of entries.
    pub classes: Vec<CodeableConcept>,
    /// What entries are about.
    pub codes: Vec<CodeableConcept>,
    /// Which entries, by their time.
    pub data_period: Option<Period>,
    /// Which entries.
    pub data: Vec<ConsentData>,
    /// What it does not hold for.
    pub exceptions: Vec<Provision>,
}

/// Whom a consent is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConsentActor {
    /// As what.
    pub role: Option<CodeableConcept>,
    /// Who.
    pub who: Option<Reference>,
}

/// Which entries a consent is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConsentData {
    /// How far it goes, as it came.
    pub meaning: Option<String>,
    /// The entry.
    pub what: Option<Reference>,
}

impl Consent {
    /// Reads a Consent. Total: what is not there or not usable is empty.
    pub fn read(value: &Json) -> Self {
        Self {
            identifiers: Identifier::members(value),
            status: json::text(value, "status"),
            scope: CodeableConcept::member(value, "scope"),
            categories: CodeableConcept::members(value, "category"),
            patient: reference::member(value, "patient"),
            date: json::time(value, "dateTime"),
            performers: reference::members(value, "performer"),
            organizations: reference::members(value, "organization"),
            files: json::list(value, "sourceAttachment").filter_map(Attachment::read).collect(),
            source: reference::member(value, "sourceReference"),
            policies: json::list(value, "policy").map(ConsentPolicy::read).collect(),
            rule: CodeableConcept::member(value, "policyRule"),
            verifications: json::list(value, "verification").map(ConsentVerification::read).collect(),
            provision: value.get("provision").filter(|held| held.is_object()).map(Provision::read),
            absent: absences(value),
        }
    }
}

impl ConsentPolicy {
    fn read(value: &Json) -> Self {
        Self { authority: json::text(value, "authority"), uri: json::text(value, "uri") }
    }
}

impl ConsentVerification {
    fn read(value: &Json) -> Self {
        Self {
            verified: json::boolean(value, "verified"),
            with: reference::member(value, "verifiedWith"),
            date: json::time(value, "verificationDate"),
        }
    }
}

impl Provision {
    fn read(value: &Json) -> Self {
        Self {
            kind: json::text(value, "type"),
            period: value.get("period").and_then(Period::read),
            actors: json::list(value, "actor").map(ConsentActor::read).collect(),
            actions: CodeableConcept::members(value, "action"),
            labels: CodeableConcept::members(value, "securityLabel"),
            purposes: CodeableConcept::members(value, "purpose"),
            classes: CodeableConcept::members(value, "class"),
            codes: CodeableConcept::members(value, "code"),
            data_period: value.get("dataPeriod").and_then(Period::read),
            data: json::list(value, "data").map(ConsentData::read).collect(),
            exceptions: json::list(value, "provision").map(Provision::read).collect(),
        }
    }
}

impl ConsentActor {
    fn read(value: &Json) -> Self {
        Self { role: CodeableConcept::member(value, "role"), who: reference::member(value, "reference") }
    }
}

impl ConsentData {
    fn read(value: &Json) -> Self {
        Self { meaning: json::text(value, "meaning"), what: reference::member(value, "reference") }
    }
}
