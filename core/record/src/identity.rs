//! Whether a portal's patient is the person of this record (hazard H3).

mod fold;
mod names;

use std::collections::BTreeSet;

use fhir::lens::{Identifier, Patient};

use names::Names;

/// What was found, with sentences for the person who decides. They may hold names and dates: they are for a screen, never
/// for a log or an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Match {
    /// The same person.
    Same {
        /// What agrees.
        because: Vec<String>,
    },
    /// It cannot be told: a person must decide.
    Unsure {
        /// What agrees, what differs and what is missing.
        because: Vec<String>,
    },
    /// Another person: the portal belongs into another record.
    Different {
        /// What differs.
        because: Vec<String>,
    },
}

/// Compares a portal's patient with the patients of the portals that the record already has.
///
/// Tolerant of case, accents, punctuation, order, middle names, and dates of which a part is missing. A sex that is not
/// stated, or is neither male nor female, is no difference. Identifiers count only where both sides name the same system,
/// and never when their use is `temp`, `old` or `secondary`. A birth date that differs always means another person.
pub fn compare(known: &[Patient], candidate: &Patient) -> Match {
    let found: Vec<_> = known.iter().map(|one| compare_one(one, candidate)).collect();
    let sentences = |wanted: fn(&Match) -> Option<&Vec<String>>| {
        let said: BTreeSet<_> = found.iter().filter_map(wanted).flatten().cloned().collect();
        said.into_iter().collect::<Vec<_>>()
    };
    let same = sentences(|m| if let Match::Same { because } = m { Some(because) } else { None });
    let unsure = sentences(|m| if let Match::Unsure { because } = m { Some(because) } else { None });
    let different = sentences(|m| if let Match::Different { because } = m { Some(because) } else { None });
    match (same.is_empty(), different.is_empty()) {
        (false, true) => Match::Same { because: same },
        (true, false) => Match::Different { because: different },
        (false, false) => Match::Unsure { because: [different, same].concat() },
        (true, true) if known.is_empty() => {
            Match::Unsure { because: vec!["This record has no patient yet to compare with.".to_owned()] }
        }
        (true, true) => Match::Unsure { because: unsure },
    }
}

/// Whether what a portal now shows under a patient's own id is another person than before; what differs, in the sentences of
/// [`Match`].
///
/// The rule: another name *and* another birth date are another person. A name counts as another one when the first or the
/// family name differs, whatever the spelling, or the first name is no longer stated; the birth date as another one when both are stated and differ, or, where the
/// first and the family name both differ, when it is not stated on both sides. So a married name, a new first name, a
/// corrected spelling, or a corrected birth date, each by itself, stop nothing; nor does a name that is no longer stated.
pub fn replaced(held: &Patient, now: &Patient) -> Option<Vec<String>> {
    let names = names::compare(held, now);
    let (born, born_says) = birth_dates(held, now);
    let other = match names.found {
        Names::Differ => matches!(born, Agreement::Differs | Agreement::NotStated),
        Names::FamilyDiffers | Names::GivenDiffers | Names::GivenNotStated => born == Agreement::Differs,
        Names::Agree | Names::Initial | Names::NotStated => false,
    };
    other.then(|| vec![names.says, born_says])
}

/// How one thing compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Agreement {
    Agrees,
    InPart,
    NotStated,
    Differs,
}

fn compare_one(known: &Patient, candidate: &Patient) -> Match {
    use Agreement::{Agrees, Differs, InPart, NotStated};
    let (born, born_says) = birth_dates(known, candidate);
    let (sex, sex_says) = sexes(known, candidate);
    let (numbers, numbers_say) = identifiers(&known.identifiers, &candidate.identifiers);
    let names = names::compare(known, candidate);
    let because: Vec<_> = [born_says, names.says.clone(), sex_says, numbers_say]
        .into_iter()
        .filter(|s| !s.is_empty())
        .collect();
    let name = match names.found {
        Names::Agree => Agrees,
        Names::Initial | Names::GivenNotStated | Names::NotStated => NotStated,
        Names::FamilyDiffers | Names::GivenDiffers => InPart,
        Names::Differ => Differs,
    };
    match (born, name, numbers) {
        (Differs, _, _) => Match::Different { because },
        (Agrees, Agrees, Agrees | NotStated) if sex != Differs => Match::Same { because },
        (_, Agrees, Agrees) if sex != Differs => Match::Same { because },
        (Agrees, NotStated, Agrees) if sex != Differs => Match::Same { because },
        (_, Agrees | NotStated, _) => Match::Unsure { because },
        (Agrees, InPart | Differs, Agrees) => Match::Unsure { because },
        _ => Match::Different { because },
    }
}

fn birth_dates(known: &Patient, candidate: &Patient) -> (Agreement, String) {
    let date = |patient: &Patient| patient.birth_date.as_ref().and_then(|d| parts(d.text()));
    let (Some(one), Some(other)) = (date(known), date(candidate)) else {
        return (Agreement::NotStated, "The birth date is not stated on both sides.".to_owned());
    };
    let shared = one.iter().zip(&other).take_while(|(a, b)| a == b).count();
    let least = one.len().min(other.len());
    if shared < least {
        let dates = (one.join("-"), other.join("-"));
        return (Agreement::Differs, format!("The birth date differs: {} here, {} there.", dates.0, dates.1));
    }
    if shared == 3 {
        return (Agreement::Agrees, "The birth date is the same.".to_owned());
    }
    (Agreement::InPart, "The birth date is the same as far as it is stated.".to_owned())
}

/// Year, month and day, as many as are stated.
fn parts(text: &str) -> Option<Vec<String>> {
    let day = text.split('T').next()?;
    let parts: Vec<_> = day.split('-').map(str::to_owned).collect();
    let digits = |part: &String, length| part.len() == length && part.bytes().all(|b| b.is_ascii_digit());
    let well_formed = parts.iter().enumerate().all(|(n, part)| digits(part, if n == 0 { 4 } else { 2 }));
    (well_formed && parts.len() <= 3).then_some(parts)
}

fn sexes(known: &Patient, candidate: &Patient) -> (Agreement, String) {
    let stated = |patient: &Patient| {
        let sex = patient.gender.as_deref().map(|g| g.trim().to_ascii_lowercase());
        sex.filter(|sex| sex == "male" || sex == "female")
    };
    match (stated(known), stated(candidate)) {
        (Some(one), Some(other)) if one == other => (Agreement::Agrees, "The sex is the same.".to_owned()),
        (Some(one), Some(other)) => {
            (Agreement::Differs, format!("The sex differs: {one} here, {other} there."))
        }
        _ => (Agreement::NotStated, String::new()),
    }
}

/// Agrees when one number is the same in one system; differs when a system is shared and no number is.
fn identifiers(known: &[Identifier], candidate: &[Identifier]) -> (Agreement, String) {
    let numbers = |all: &[Identifier]| all.iter().filter_map(number).collect::<BTreeSet<_>>();
    let (one, other) = (numbers(known), numbers(candidate));
    if one.intersection(&other).next().is_some() {
        return (Agreement::Agrees, "An identifying number is the same.".to_owned());
    }
    let systems: BTreeSet<_> = one.iter().map(|(system, _)| system).collect();
    if other.iter().any(|(system, _)| systems.contains(system)) {
        let says = "The identifying numbers of one and the same authority differ.";
        return (Agreement::Differs, says.to_owned());
    }
    (Agreement::NotStated, String::new())
}

fn number(identifier: &Identifier) -> Option<(String, String)> {
    if matches!(identifier.usage.as_deref(), Some("temp" | "old" | "secondary")) {
        return None;
    }
    let system = identifier.system.as_deref()?.trim().trim_end_matches('/').to_lowercase();
    let value: String = identifier.value.as_deref()?.chars().filter(|c| c.is_alphanumeric()).collect();
    (!system.is_empty() && !value.is_empty()).then(|| (system, value.to_lowercase()))
}
