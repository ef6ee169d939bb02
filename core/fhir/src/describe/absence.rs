//! "No known allergy" and the like: says that there is none, and is not one of them.

use crate::lens::CodeableConcept;

/// System and code of what asserts absence. Sources: SNOMED CT 716186003, 409137002, 428607008, 429625007, 160245001
/// as in the FHIR R4 value sets allergyintolerance-code and condition-code (examples); IPS `absent-unknown-uv-ips`.
const SNOMED: &str = "http://snomed.info/sct";
const IPS: &str = "absent-unknown-uv-ips";

const SNOMED_CODES: [&str; 5] = ["716186003", "409137002", "428607008", "429625007", "160245001"];

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
    let coded = concept.codings.iter().any(|coding| {
        let (system, code) = (coding.system.as_deref().unwrap_or(""), coding.code.as_deref().unwrap_or(""));
        (system == SNOMED && SNOMED_CODES.contains(&code))
            || (system.ends_with(IPS) && code.starts_with("no-known-"))
    });
    coded || concept.label().is_some_and(|label| says_none(&label))
}

fn says_none(label: &str) -> bool {
    let label = label.trim().trim_end_matches('.').to_lowercase();
    WHOLE.contains(&label.as_str()) || BEGINNINGS.iter().any(|beginning| label.starts_with(beginning))
}
