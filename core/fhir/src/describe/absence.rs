//! "No known allergy" and the like: says that there is none, and is not one of them.

use super::Code;
use crate::lens::CodeableConcept;
use crate::systems;

/// What asserts absence, by code. Source: HL7 International Patient Summary 1.1.0, value set
/// `absent-or-unknown-snomed-uv-ips` and code system `absent-unknown-uv-ips`.
const SNOMED: &str = "http://snomed.info/sct";
const IPS: &str = "absent-unknown-uv-ips";

/// No known allergy, drug allergy, environmental allergy, food allergy, medications, immunizations; no current
/// problems or disability.
const SNOMED_CODES: [&str; 7] =
    ["716186003", "409137002", "428607008", "429625007", "787481004", "787482006", "160245001"];

/// Beginnings of texts that assert absence, in lower case.
const BEGINNINGS: [&str; 8] = [
    "no known ",
    "no active ",
    "no current ",
    "no allergies",
    "no problems",
    "no medications",
    "none known",
    "no history of ",
];

const WHOLE: [&str; 5] = ["none", "nka", "nkda", "nkfa", "no known"];

/// Whether the concept says that there is none. `no-...-info` of IPS says that nothing is known, which is not the same.
pub(super) fn asserted(concept: Option<&CodeableConcept>) -> bool {
    let Some(concept) = concept else { return false };
    coded(concept) || concept.label().is_some_and(|label| says_none(&label))
}

/// As [`asserted`], by a code alone.
pub(crate) fn coded(concept: &CodeableConcept) -> bool {
    concept.codings.iter().any(|coding| {
        let (system, code) = (coding.system.as_deref().unwrap_or(""), coding.code.as_deref().unwrap_or(""));
        (systems::same(system, SNOMED) && SNOMED_CODES.contains(&code))
            || (system.ends_with(IPS) && code.starts_with("no-known-"))
    })
}

/// Whether it says that nothing is known: the `no-...-info` codes of the same IPS code system, or those words.
pub(super) fn nothing_known(title: &str, codes: &[Code]) -> bool {
    let coded = |code: &Code| {
        let ips = code.system.as_deref().is_some_and(|system| system.ends_with(IPS));
        ips && code.code.starts_with("no-") && code.code.ends_with("-info")
    };
    codes.iter().any(coded) || title.trim().to_lowercase().starts_with("no information")
}

fn says_none(label: &str) -> bool {
    let label = label.trim().trim_end_matches('.').to_lowercase();
    WHOLE.contains(&label.as_str()) || BEGINNINGS.iter().any(|beginning| label.starts_with(beginning))
}
