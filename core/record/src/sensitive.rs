//! Sensitive care: what of a resource speaks of it (hazard H16).
//!
//! [`findings`] looks a resource over by tables of codes, names of medicines and words, and by the portal's own labels;
//! [`Settings`] says which findings withhold. An aid: a miss is always possible, so the patient's choice comes first, then the
//! portal's labels. The tables, with sources, licences and what they do not cover: `data/sensitive/README.md`.

mod look;
mod needles;
mod tables;

use std::collections::BTreeSet;

use fhir::Resource;
use serde::{Deserialize, Serialize};

pub use tables::{about, version};

/// A kind of care that many people do not want every carer to know of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Category {
    /// Sexual and reproductive health.
    Reproductive,
    /// Mental and behavioural health.
    Mental,
    /// Alcohol and drug use.
    Substance,
    /// HIV.
    Hiv,
    /// Other sexually transmitted infections.
    Sti,
    /// Genetic information.
    Genetic,
    /// Violence and abuse.
    Violence,
    /// Gender identity and gender-affirming care.
    Gender,
    /// Whatever else is marked as sensitive.
    Other,
}

impl Category {
    /// All of them, in the order in which screens name them.
    pub const ALL: &'static [Self] = &[
        Self::Reproductive,
        Self::Mental,
        Self::Substance,
        Self::Hiv,
        Self::Sti,
        Self::Genetic,
        Self::Violence,
        Self::Gender,
        Self::Other,
    ];

    /// Its name in tables and commands.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Reproductive => "reproductive",
            Self::Mental => "mental",
            Self::Substance => "substance",
            Self::Hiv => "hiv",
            Self::Sti => "sti",
            Self::Genetic => "genetic",
            Self::Violence => "violence",
            Self::Gender => "gender",
            Self::Other => "other",
        }
    }

    /// What a screen calls it.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Reproductive => "sexual and reproductive health",
            Self::Mental => "mental and behavioural health",
            Self::Substance => "alcohol and drug use",
            Self::Hiv => "HIV",
            Self::Sti => "sexually transmitted infections",
            Self::Genetic => "genetic information",
            Self::Violence => "violence and abuse",
            Self::Gender => "gender identity and care",
            Self::Other => "other care that is marked as sensitive",
        }
    }

    /// The category of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|category| category.name() == name)
    }
}

/// How much a finding says by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Strength {
    /// It often means something else: nothing is withheld for it alone.
    Weak,
    /// Asked or ordered of everybody: withheld until the patient opens "routine screening".
    Screen,
    /// It reveals the care.
    Strong,
}

/// Something in a resource that speaks of sensitive care.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Finding {
    /// Of which kind.
    pub category: Category,
    /// How much it says.
    pub strength: Strength,
    /// What it is, in words of the tables: "contraceptive implant", or that the portal marked it.
    pub by: String,
}

/// Every category that a resource speaks of, once each with the strongest that was found, sorted by category.
///
/// Looked at: the labels in `meta.security`, every Coding anywhere, the texts of concepts and displays, and in what names a
/// medicine the names of ingredients. A narrative, a note and a file are not read.
#[must_use]
pub fn findings(resource: &Resource) -> Vec<Finding> {
    look::over(resource.value())
}

/// Two lists of findings as one: the strongest of each category, the first list's where both are as strong.
#[must_use]
pub fn joined(one: Vec<Finding>, other: &[Finding]) -> Vec<Finding> {
    let mut all = one;
    for found in other {
        match all.iter_mut().find(|held| held.category == found.category) {
            Some(held) if held.strength < found.strength => *held = found.clone(),
            Some(_) => {}
            None => all.push(found.clone()),
        }
    }
    all.sort_by_key(|finding| finding.category);
    all
}

/// What the patient chose for the record as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// Categories that carers may see.
    pub open: BTreeSet<Category>,
    /// Categories that are withheld by choice, screening and all.
    pub withheld: BTreeSet<Category>,
    /// Carers may see routine screening.
    pub screening_open: bool,
}

impl Settings {
    /// Whether a resource with these findings is withheld for what it says itself.
    #[must_use]
    pub fn withhold(&self, findings: &[Finding]) -> bool {
        findings.iter().any(|finding| self.withholds(finding))
    }

    fn withholds(&self, finding: &Finding) -> bool {
        let category = &finding.category;
        match finding.strength {
            Strength::Weak => false,
            _ if self.withheld.contains(category) => true,
            _ if self.open.contains(category) => false,
            Strength::Screen => !self.screening_open,
            Strength::Strong => true,
        }
    }
}

#[cfg(test)]
mod tests;
