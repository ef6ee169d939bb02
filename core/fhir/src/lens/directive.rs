use serde_json::Value as Json;

use super::coded::CodeableConcept;

/// Codes by which a DocumentReference, Consent or Flag is an advance directive: FHIR R4 4.0.1, code systems
/// `consentcategorycodes` and `flag-category`, `adr` of `consentscope`, and `c80-doc-typecodes` for LOINC 64298-3 (power of
/// attorney).
const CODES: [(&str, &str); 6] = [
    ("consentcategorycodes", "acd"),
    ("consentcategorycodes", "dnr"),
    ("consentcategorycodes", "hcd"),
    ("consentcategorycodes", "polst"),
    ("flag-category", "advance-directive"),
    ("loinc.org", "64298-3"),
];

/// Words by which it is one, whatever the code.
const WORDS: [&str; 10] = [
    "advance directive",
    "advance care directive",
    "advance care plan",
    "advance healthcare directive",
    "advance health care directive",
    "health care directive",
    "living will",
    "power of attorney",
    "do not resuscitate",
    "life-sustaining treatment",
];

/// Short names, as whole words alone.
const NAMES: [&str; 4] = ["dnr", "polst", "molst", "dnar"];

/// Whether a resource is marked as an advance directive: shown as the document, never explained.
pub(crate) fn is_directive(value: &Json) -> bool {
    ["type", "category", "scope", "class"].iter().any(|key| match value.get(*key) {
        Some(Json::Array(items)) => items.iter().any(marked),
        Some(one) => marked(one),
        None => false,
    })
}

fn marked(concept: &Json) -> bool {
    let Some(concept) = CodeableConcept::read(concept) else { return false };
    let coded = concept.codings.iter().any(|coding| {
        let (system, code) = (coding.system.as_deref().unwrap_or(""), coding.code.as_deref().unwrap_or(""));
        // As where modifiers are read, a code without a system is trusted.
        code == "adr" && (system.is_empty() || system.contains("hl7.org/"))
            || CODES
                .iter()
                .any(|(home, known)| *known == code && system.trim_end_matches('/').ends_with(home))
    });
    let said = concept.text.iter().chain(concept.codings.iter().filter_map(|coding| coding.display.as_ref()));
    coded || said.into_iter().any(|text| worded(text))
}

fn worded(text: &str) -> bool {
    let text = text.to_lowercase().replace('-', " ");
    WORDS.iter().any(|words| text.contains(&words.replace('-', " ")))
        || text.split(|c: char| !c.is_alphanumeric()).any(|word| NAMES.contains(&word))
}
