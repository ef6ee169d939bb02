//! Whom a stated range is for.

use fhir::describe::{Code, MeasuredRange};
use fhir::time::FhirTime;

use super::{Person, Sex, Why, age};

/// Whether a range is for a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Applies {
    Yes,
    No,
    Unknown(Why),
}

/// Source: FHIR R4, code system `referencerange-meaning`.
const MEANING: &str = "http://terminology.hl7.org/CodeSystem/referencerange-meaning";
/// Ranges of it that are about what is aimed at or given, and not about what is usual.
const OTHER_KINDS: [&str; 5] = ["recommended", "treatment", "therapeutic", "pre", "post"];
const NORMAL_WORDS: [&str; 4] = ["normal", "normal range", "reference", "reference range"];
/// Sources: FHIR R4 `administrative-gender`; HL7 v3 `AdministrativeGender`.
const GENDERS: [&str; 2] = [
    "http://hl7.org/fhir/administrative-gender",
    "http://terminology.hl7.org/CodeSystem/v3-AdministrativeGender",
];

/// Whether it is the normal range of this person, at the age that they had then.
pub(super) fn to(range: &MeasuredRange, person: &Person, then: Option<&FhirTime>) -> Applies {
    let all = [kind(range), whom(range, person), age::within(range.age.as_ref(), person, then)];
    if all.contains(&Applies::No) {
        return Applies::No;
    }
    all.into_iter().find(|one| *one != Applies::Yes).unwrap_or(Applies::Yes)
}

/// Where no kind is stated, FHIR says that it is the normal one.
fn kind(range: &MeasuredRange) -> Applies {
    let codes = || range.kind_codes.iter().filter(|code| code.system.as_deref() == Some(MEANING));
    if range.kind.is_none() && range.kind_codes.is_empty() {
        return Applies::Yes;
    }
    if codes().any(|code| code.code == "normal") {
        return Applies::Yes;
    }
    if codes().any(|code| OTHER_KINDS.contains(&code.code.as_str())) {
        return Applies::No;
    }
    match range.kind.as_deref().map(plain) {
        Some(words) if range.kind_codes.is_empty() && NORMAL_WORDS.contains(&words.as_str()) => Applies::Yes,
        _ => Applies::Unknown(Why::Kind),
    }
}

/// Only a sex is understood; pregnancy, descent and all else is not known of the person.
fn whom(range: &MeasuredRange, person: &Person) -> Applies {
    let coded: Vec<Option<Sex>> = range.applies_to_codes.iter().map(coded_sex).collect();
    let found = match range.applies_to.as_slice() {
        [] if coded.is_empty() => return Applies::Yes,
        [words] => coded.iter().copied().find(Option::is_some).flatten().or_else(|| sex_in_words(words)),
        _ => None,
    };
    let contradicted = coded.iter().flatten().any(|sex| found != Some(*sex));
    match (found, person.sex) {
        (Some(stated), Some(own)) if !contradicted && stated == own => Applies::Yes,
        (Some(_), Some(_)) if !contradicted => Applies::No,
        _ => Applies::Unknown(Why::Whom),
    }
}

fn coded_sex(code: &Code) -> Option<Sex> {
    let known = code.system.as_deref().is_some_and(|system| GENDERS.contains(&system));
    match code.code.as_str() {
        "female" | "F" if known => Some(Sex::Female),
        "male" | "M" if known => Some(Sex::Male),
        _ => None,
    }
}

fn sex_in_words(words: &str) -> Option<Sex> {
    match plain(words).as_str() {
        "female" | "females" | "woman" | "women" | "f" => Some(Sex::Female),
        "male" | "males" | "man" | "men" | "m" => Some(Sex::Male),
        _ => None,
    }
}

fn plain(words: &str) -> String {
    words.trim().trim_end_matches(':').to_lowercase()
}
