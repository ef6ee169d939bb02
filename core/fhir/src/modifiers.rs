//! What the modifier elements of a resource do to its reading (hazard H4).

use serde::{Deserialize, Serialize};

/// What a modifier element does to the reading of its resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum Effect {
    Ok,
    Value,
    Scope,
    Changed,
    Past,
    NotCurrent,
    Paused,
    Partial,
    NotYet,
    Person,
    Identity,
    Proposal,
    Unknown,
    Negated,
    Retracted,
}

/// One modifier element found (or missing) in a resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// Path of the element.
    pub element: String,
    /// The value as received.
    pub value: String,
    /// What it does.
    pub effect: Effect,
    /// Plain words.
    pub text: String,
}

/// What all modifier elements of one resource say.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// Every notice.
    pub notices: Vec<Notice>,
    /// Out of every rule, trend and count.
    pub unreadable: bool,
}

impl Reading {
    /// The gravest effect.
    pub fn effect(&self) -> Effect {
        self.notices.iter().map(|n| n.effect).max().unwrap_or(Effect::Ok)
    }
    /// Recorded by mistake.
    pub fn retracted(&self) -> bool {
        self.notices.iter().any(|n| n.effect == Effect::Retracted)
    }
    /// Did not, or must not, happen.
    pub fn negated(&self) -> bool {
        self.notices.iter().any(|n| n.effect == Effect::Negated)
    }
}

/// Reads the modifier elements of a resource.
pub fn read(_resource: &serde_json::Value) -> Reading {
    Reading::default()
}
