//! The open and the withheld part of a section: what a resource refers to, and what the patient chose (ADR 0007).
//!
//! A resource is withheld when the patient chose so; else when its own findings say so ([`crate::sensitive`]); else when it refers
//! to a withheld resource of the same portal that is not the Patient. [`crate::pages::plan`] does it for an answer.

mod choice;
mod release;
mod targets;

use serde::{Deserialize, Serialize};
use statement::Section;

pub use choice::{Choice, Choices, KIND_SHARE, KIND_WITHHOLD, Subject};
pub use release::{Released, released};
pub use targets::{Targets, targets};

/// One half of a section.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// Shared with whoever is given the section.
    #[default]
    Open,
    /// Not shared with carers unless the patient says so.
    Withheld,
}

impl Part {
    /// This part of a section.
    #[must_use]
    pub fn of(self, section: &Section) -> Section {
        match self {
            Self::Open => section.base(),
            Self::Withheld => section.withheld(),
        }
    }

    /// The part that a section's name means.
    #[must_use]
    pub fn named(section: &Section) -> Self {
        if section.is_withheld() { Self::Withheld } else { Self::Open }
    }
}
