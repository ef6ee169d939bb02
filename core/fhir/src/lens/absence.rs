use serde_json::Value as Json;

use super::coded::CodeableConcept;
use crate::json;

const DATA_ABSENT: &str = "data-absent-reason";

/// An element that the sender left out, with the sender's reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Absence {
    /// The element's name: `birthDate`.
    pub element: String,
    /// Why, in plain words where the code is known.
    pub reason: String,
}

/// Elements of `value` itself that are left out with a reason (the extension `data-absent-reason`), on primitives
/// (`_birthDate`) and on whole elements.
pub fn absences(value: &Json) -> Vec<Absence> {
    let members = value.as_object().into_iter().flatten();
    members
        .filter_map(|(key, member)| {
            let reason = of(member)?;
            Some(Absence { element: key.strip_prefix('_').unwrap_or(key).to_owned(), reason })
        })
        .collect()
}

/// The reason in this element's own extensions.
pub(crate) fn of(element: &Json) -> Option<String> {
    let extension = json::list(element, "extension").find(|e| is_url(e, DATA_ABSENT))?;
    Some(plain(&json::text(extension, "valueCode").or_else(|| json::text(extension, "valueString"))?))
}

/// The reason for the primitive `key` of `parent`.
pub(crate) fn of_primitive(parent: &Json, key: &str) -> Option<String> {
    parent.get(format!("_{key}")).and_then(of)
}

/// Why a value is missing, from a `dataAbsentReason` element.
pub(crate) fn reason(concept: &CodeableConcept) -> String {
    match concept.codings.first() {
        Some(coding) if concept.text.is_none() && coding.display.is_none() => {
            coding.code.as_deref().map_or_else(String::new, plain)
        }
        _ => concept.label().unwrap_or_default(),
    }
}

/// The text that the sender wants shown in place of the primitive (the extension `rendered-value`).
pub(crate) fn rendered(parent: &Json, key: &str) -> Option<String> {
    let shadow = parent.get(format!("_{key}"))?;
    let extension = json::list(shadow, "extension").find(|e| is_url(e, "rendered-value"))?;
    json::text(extension, "valueString")
}

fn is_url(extension: &Json, name: &str) -> bool {
    extension.get("url").and_then(Json::as_str).is_some_and(|url| url.rsplit('/').next() == Some(name))
}

/// Codes of the FHIR R4 code system `data-absent-reason` in plain words; others as they came.
fn plain(code: &str) -> String {
    match code {
        "unknown" => "not known",
        "asked-unknown" => "asked, but not known",
        "temp-unknown" => "not known yet",
        "not-asked" => "not asked",
        "asked-declined" => "asked, but no answer was given",
        "masked" => "kept private by the sender",
        "not-applicable" => "does not apply",
        "unsupported" => "the sender's system cannot give it",
        "as-text" => "given as text",
        "error" => "an error at the sender",
        "not-a-number" => "not a number",
        "negative-infinity" => "too low to be written as a number",
        "positive-infinity" => "too high to be written as a number",
        "not-performed" => "not done",
        "not-permitted" => "not allowed to be given",
        other => other,
    }
    .to_owned()
}
