use serde_json::Value as Json;

use super::absence::{Absence, absences};
use super::coded::CodeableConcept;
use super::when::When;
use crate::json;
use crate::reference::{self, Reference};
use crate::time::FhirTime;

/// Provenance: where entries came from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Provenance {
    /// The entries; one version alone where the reference names it.
    pub targets: Vec<Reference>,
    /// When it was done.
    pub occurred: Option<When>,
    /// When it was written down.
    pub recorded: Option<FhirTime>,
    /// Policies, as they came.
    pub policies: Vec<String>,
    /// Where.
    pub location: Option<Reference>,
    /// Why.
    pub reasons: Vec<CodeableConcept>,
    /// What was done.
    pub activity: Option<CodeableConcept>,
    /// Who did it.
    pub agents: Vec<ProvenanceAgent>,
    /// What it was made from.
    pub entities: Vec<ProvenanceEntity>,
    /// Signatures; nothing here checks them.
    pub signatures: Vec<ProvenanceSignature>,
    /// What was left out with a reason.
    pub absent: Vec<Absence>,
}

/// Who did it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProvenanceAgent {
    /// How they took part.
    pub kind: Option<CodeableConcept>,
    /// As what.
    pub roles: Vec<CodeableConcept>,
    /// Who.
    pub who: Option<Reference>,
    /// For whom.
    pub on_behalf_of: Option<Reference>,
}

/// What it was made from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProvenanceEntity {
    /// `derivation`, `revision`, `quotation`, `source`, `removal`, as it came.
    pub role: Option<String>,
    /// What.
    pub what: Option<Reference>,
}

/// A signature, not checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProvenanceSignature {
    /// What for.
    pub kinds: Vec<CodeableConcept>,
    /// When.
    pub when: Option<FhirTime>,
    /// Who.
    pub who: Option<Reference>,
}

impl Provenance {
    /// Reads a Provenance. Total: what is not there or not usable is empty.
    pub fn read(value: &Json) -> Self {
        Self {
            targets: reference::members(value, "target"),
            occurred: When::read(value, "occurred"),
            recorded: json::time(value, "recorded"),
            policies: json::texts(value, "policy"),
            location: reference::member(value, "location"),
            reasons: CodeableConcept::members(value, "reason"),
            activity: CodeableConcept::member(value, "activity"),
            agents: json::list(value, "agent").map(ProvenanceAgent::read).collect(),
            entities: json::list(value, "entity").map(ProvenanceEntity::read).collect(),
            signatures: json::list(value, "signature").map(ProvenanceSignature::read).collect(),
            absent: absences(value),
        }
    }
}

impl ProvenanceAgent {
    fn read(value: &Json) -> Self {
        Self {
            kind: CodeableConcept::member(value, "type"),
            roles: CodeableConcept::members(value, "role"),
            who: reference::member(value, "who"),
            on_behalf_of: reference::member(value, "onBehalfOf"),
        }
    }
}

impl ProvenanceEntity {
    fn read(value: &Json) -> Self {
        Self { role: json::text(value, "role"), what: reference::member(value, "what") }
    }
}

impl ProvenanceSignature {
    fn read(value: &Json) -> Self {
        Self {
            kinds: CodeableConcept::members(value, "type"),
            when: json::time(value, "when"),
            who: reference::member(value, "who"),
        }
    }
}
