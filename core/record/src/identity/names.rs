use std::collections::BTreeSet;

use fhir::lens::{HumanName, Patient};

use super::fold::words;

/// Words of a written-out name that are no names.
const TITLES: &[&str] = &["dr", "mr", "mrs", "ms", "miss", "mx", "prof", "md", "phd"];

/// How the names of two patients compare, the best pair of all their names. A first name that differs is not outdone by
/// another pair that leaves it out: that would hide a twin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Names {
    Agree,
    Initial,
    GivenDiffers,
    GivenNotStated,
    FamilyDiffers,
    Differ,
    NotStated,
}

/// The finding and its sentence.
pub(super) struct Compared {
    pub(super) found: Names,
    pub(super) says: String,
}

/// A name in folded words.
struct Parts {
    family: Vec<String>,
    given: Vec<String>,
    all: BTreeSet<String>,
    shown: String,
}

impl Parts {
    fn is_family_only(&self) -> bool {
        !self.family.is_empty() && self.all.iter().all(|word| self.family.contains(word))
    }
}

/// Compares every name of one with every name of the other: a former name is a name.
pub(super) fn compare(known: &Patient, candidate: &Patient) -> Compared {
    let (one, other) = (read(&known.names), read(&candidate.names));
    let pairs = one.iter().flat_map(|a| other.iter().map(move |b| (pair(a, b), a, b)));
    let best = pairs.min_by_key(|(found, ..)| *found);
    let Some((found, a, b)) = best else {
        return Compared {
            found: Names::NotStated,
            says: "The name is not stated on both sides.".to_owned(),
        };
    };
    let both = format!("{} here, {} there", a.shown, b.shown);
    let says = match found {
        Names::Agree => "The name is the same.".to_owned(),
        Names::Initial => {
            format!("The family name is the same, and the first name is only an initial: {both}.")
        }
        Names::GivenNotStated => {
            format!("The family name is the same, and the first name is not stated on both sides: {both}.")
        }
        Names::FamilyDiffers => format!("The first name is the same and the family name differs: {both}."),
        Names::GivenDiffers => format!("The family name is the same and the first name differs: {both}."),
        Names::Differ | Names::NotStated => format!("The name differs: {both}."),
    };
    Compared { found, says }
}

fn read(names: &[HumanName]) -> Vec<Parts> {
    let parts = |name: &HumanName| {
        let family = words(name.family.as_deref().unwrap_or_default());
        let given: Vec<_> = name.given.iter().flat_map(|given| words(given)).collect();
        let mut all: BTreeSet<_> = family.iter().chain(&given).cloned().collect();
        if family.is_empty() || given.is_empty() {
            let text = words(name.text.as_deref().unwrap_or_default());
            all.extend(text.into_iter().filter(|word| !TITLES.contains(&word.as_str())));
        }
        Parts { family, given, all, shown: name.display().unwrap_or_default() }
    };
    let usable = |name: &&HumanName| !matches!(name.kind.as_deref(), Some("anonymous" | "temp"));
    names.iter().filter(usable).map(parts).filter(|parts| !parts.all.is_empty()).collect()
}

fn pair(a: &Parts, b: &Parts) -> Names {
    // Two words of a family name alone are no first and family name.
    if a.is_family_only() || b.is_family_only() {
        return if share_family(a, b) { Names::GivenNotStated } else { Names::Differ };
    }
    // Order and middle names: the words of the shorter name are all in the longer one, and there are at least two.
    let shorter = a.all.len().min(b.all.len());
    if shorter >= 2 && a.all.intersection(&b.all).count() == shorter {
        return Names::Agree;
    }
    let whole = |parts: &Parts| !parts.family.is_empty() && !parts.given.is_empty();
    if !whole(a) || !whole(b) {
        return Names::Differ;
    }
    match (families(a, b), givens(a, b)) {
        (true, Given::Same) => Names::Agree,
        (true, Given::Initial) => Names::Initial,
        (false, Given::Same) => Names::FamilyDiffers,
        (true, Given::Differs) => Names::GivenDiffers,
        (false, _) => Names::Differ,
    }
}

/// Where one of the two is a family name alone, and the other may be written out in one text.
fn share_family(a: &Parts, b: &Parts) -> bool {
    if a.family.is_empty() || b.family.is_empty() {
        return a.all.is_subset(&b.all) || b.all.is_subset(&a.all);
    }
    families(a, b)
}

/// One family name is the other or a part of it (García, García López), or only the spaces differ (de la Cruz, Delacruz).
fn families(a: &Parts, b: &Parts) -> bool {
    let part_of = |short: &[String], long: &[String]| short.iter().all(|word| long.contains(word));
    part_of(&a.family, &b.family) || part_of(&b.family, &a.family) || a.family.concat() == b.family.concat()
}

enum Given {
    Same,
    Initial,
    Differs,
}

/// The first given names are compared, or the only one with all of the other's. Two first names of one family and birth
/// date are twins, whatever their middle names; an initial fits both of them.
fn givens(a: &Parts, b: &Parts) -> Given {
    let (Some(one), Some(other)) = (a.given.first(), b.given.first()) else { return Given::Differs };
    let only =
        |short: &Parts, first: &String, long: &Parts| short.given.len() == 1 && long.given.contains(first);
    let initial =
        |short: &String, long: &String| short.chars().count() == 1 && long.starts_with(short.as_str());
    if one == other || a.given.concat() == b.given.concat() || only(a, one, b) || only(b, other, a) {
        Given::Same
    } else if initial(one, other) || initial(other, one) {
        Given::Initial
    } else {
        Given::Differs
    }
}
