//! Entries of two portals that are one thing, and whether they agree (hazard H10).
//!
//! They are linked, never merged. What links them is a number that both portals state, with whoever gave it; a date links
//! nothing, and within one portal nothing is linked. One sample has many results under one accession number, so results
//! must also name the same test. Where two could be meant, none is.

use fhir::ResourceKey;
use fhir::describe::{Flag, Identifier, Summary};
use fhir::time::FhirTime;

use fhir::decimal::Decimal;

/// An entry, as far as its twins are told by it.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// What it is known by.
    pub key: &'a ResourceKey,
    /// What it says now.
    pub summary: &'a Summary,
    /// It was recorded by mistake.
    pub retracted: bool,
    /// Its portal changed what it said first.
    pub corrected: bool,
}

/// How two twins stand to each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Agreement {
    /// They say the same.
    Same,
    /// They differ, and neither was changed.
    Differs {
        /// In what.
        what: Vec<Difference>,
    },
    /// One was corrected, and the other still says something else.
    OneCorrected(Which),
    /// One was recorded by mistake, and the other still stands.
    OneRetracted(Which),
}

/// What two twins differ in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Difference {
    /// The value.
    Value,
    /// The flag.
    Flag,
    /// One says that it happened, the other that it did not.
    Happened,
}

/// Which of two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// The one that is asked about.
    This,
    /// Its twin.
    Other,
}

/// The twins of an entry among others, at most one a portal, each with its place in `others` and how it agrees. `others`
/// must hold every entry that shares a number with it, those of its own portal too: they tell whether it could be
/// another one that is meant.
#[must_use]
pub fn of(entry: &Entry<'_>, others: &[Entry<'_>]) -> Vec<(usize, Agreement)> {
    let linked = |one: &Entry<'_>| -> Vec<usize> {
        let places = others.iter().enumerate().filter(|(_, other)| are_linked(one, other));
        places.map(|(at, _)| at).collect()
    };
    let own = linked(entry);
    let issuer = |at: usize| others.get(at).map(|other| other.key.issuer.as_str());
    let alone = |at: usize| own.iter().filter(|other| issuer(**other) == issuer(at)).count() == 1;
    let rival = |at: usize| {
        let same_portal =
            others.iter().filter(|other| other.key.issuer == entry.key.issuer && other.key != entry.key);
        same_portal.into_iter().any(|other| linked(other).contains(&at))
    };
    let sure = own.iter().copied().filter(|at| alone(*at) && !rival(*at));
    sure.filter_map(|at| Some((at, agreement(entry, others.get(at)?)))).collect()
}

/// Whether both are one thing, told by two portals.
fn are_linked(one: &Entry<'_>, other: &Entry<'_>) -> bool {
    one.key.issuer != other.key.issuer
        && one.key.resource_type == other.key.resource_type
        && one
            .summary
            .identifiers
            .iter()
            .any(|number| is_telling(number) && other.summary.identifiers.contains(number))
        && name_the_same(one, other)
        && !at_different_moments(one.summary.when.as_ref(), other.summary.when.as_ref())
}

/// A number without whoever gave it is anybody's, and one without digits is no number.
fn is_telling(number: &Identifier) -> bool {
    let system = number.system.as_deref().map(str::trim).unwrap_or_default();
    let value = number.value.trim();
    !system.is_empty() && value.len() >= 3 && value.chars().any(|letter| letter.is_ascii_digit())
}

/// Types of which several are told under one number: the results of one sample, the reports of one order.
const SHARING: [&str; 4] = ["Observation", "DiagnosticReport", "Specimen", "ServiceRequest"];

fn name_the_same(one: &Entry<'_>, other: &Entry<'_>) -> bool {
    let mut common = false;
    for code in one.summary.codes.iter().filter(|code| code.system.is_some()) {
        for same in other.summary.codes.iter().filter(|same| same.system == code.system) {
            if same.code == code.code {
                return true;
            }
            common = true;
        }
    }
    let words = |entry: &Entry<'_>| entry.summary.title.trim().to_lowercase();
    let sharing = SHARING.contains(&one.key.resource_type.as_str());
    !common && (!sharing || words(one) == words(other))
}

/// Only moments that are both known to the second can differ for sure.
fn at_different_moments(one: Option<&FhirTime>, other: Option<&FhirTime>) -> bool {
    match (one.and_then(FhirTime::instant), other.and_then(FhirTime::instant)) {
        (Some(one), Some(other)) => one.div_euclid(60) != other.div_euclid(60),
        _ => false,
    }
}

fn agreement(this: &Entry<'_>, other: &Entry<'_>) -> Agreement {
    match (this.retracted, other.retracted) {
        (true, true) => return Agreement::Same,
        (true, false) => return Agreement::OneRetracted(Which::This),
        (false, true) => return Agreement::OneRetracted(Which::Other),
        (false, false) => {}
    }
    let what = differences(this.summary, other.summary);
    match (what.is_empty(), this.corrected, other.corrected) {
        (true, _, _) => Agreement::Same,
        (false, true, false) => Agreement::OneCorrected(Which::This),
        (false, false, true) => Agreement::OneCorrected(Which::Other),
        (false, _, _) => Agreement::Differs { what },
    }
}

fn differences(this: &Summary, other: &Summary) -> Vec<Difference> {
    let mut found = Vec::new();
    if !same_value(this.value.as_deref(), other.value.as_deref()) {
        found.push(Difference::Value);
    }
    let flagged = |summary: &Summary| summary.flag != Flag::NotStated;
    if flagged(this) && flagged(other) && this.flag != other.flag {
        found.push(Difference::Flag);
    }
    if this.reading.negated() != other.reading.negated() {
        found.push(Difference::Happened);
    }
    found
}

/// The same number and the same words; `5.1` and `5.10` are the same number.
fn same_value(one: Option<&str>, other: Option<&str>) -> bool {
    let words = |value: Option<&str>| -> Vec<String> {
        value.unwrap_or_default().split_whitespace().map(str::to_lowercase).collect()
    };
    let (one, other) = (words(one), words(other));
    let same = |(one, other): (&String, &String)| {
        one == other || Decimal::plain(one).is_some_and(|number| Decimal::plain(other) == Some(number))
    };
    one.len() == other.len() && one.iter().zip(&other).all(same)
}
