//! Received JSON as short, clean text.

use serde_json::Value;

const LONGEST: usize = 120;

/// A value as received, cut short.
pub(super) fn received(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => clean(text, LONGEST),
        Value::Bool(_) | Value::Number(_) => clean(&value.to_string(), LONGEST),
        Value::Array(items) if items.is_empty() => "[]".to_owned(),
        Value::Object(fields) if fields.is_empty() => "{}".to_owned(),
        Value::Array(_) | Value::Object(_) => {
            label(value).unwrap_or_else(|| "(in a form we cannot read)".to_owned())
        }
    }
}

/// The words of a CodeableConcept, a Coding, a Reference, or a list of them: text, display, else the code.
pub(super) fn label(value: &Value) -> Option<String> {
    let mut found = Vec::new();
    gather(value, 4, &mut found);
    (!found.is_empty()).then(|| clean(&found.join("; "), LONGEST))
}

/// Without control characters and at most `longest` characters.
pub(super) fn clean(text: &str, longest: usize) -> String {
    let plain = |c: char| if c.is_control() { ' ' } else { c };
    let mut kept: String = text.chars().take(longest).map(plain).collect();
    if text.chars().nth(longest).is_some() {
        kept.push('…');
    }
    kept
}

/// Whether there is anything at all: null and empty lists and objects say nothing.
pub(super) fn present(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Array(items) => items.iter().any(present),
        Value::Object(fields) => !fields.is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => true,
    }
}

fn gather(value: &Value, depth: u8, found: &mut Vec<String>) {
    if depth == 0 || found.len() >= 8 {
        return;
    }
    match value {
        Value::String(text) if !text.is_empty() => found.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| gather(item, depth - 1, found)),
        Value::Object(fields) => {
            let text =
                |key: &str| fields.get(key).and_then(Value::as_str).filter(|text| !text.trim().is_empty());
            if let Some(text) = text("text").or(text("display")).or(text("reference")) {
                found.push(text.to_owned());
            } else if let Some(coding) = fields.get("coding").filter(|coding| present(coding)) {
                first_coding(coding, depth, found);
            } else if let Some(code) = text("code") {
                found.push(code.replace(['-', '_'], " "));
            }
        }
        _ => {}
    }
}

/// The codings of one concept are translations of each other: one is enough.
fn first_coding(coding: &Value, depth: u8, found: &mut Vec<String>) {
    let before = found.len();
    match coding {
        Value::Array(items) => {
            for item in items {
                gather(item, depth - 1, found);
                if found.len() > before {
                    return;
                }
            }
        }
        other => gather(other, depth - 1, found),
    }
}

/// A date in plain words, with the precision it has; other text as it came.
pub(super) fn day(text: &str) -> String {
    let time = crate::time::FhirTime::new(text);
    if time.precision().is_some() { time.display_day() } else { text.to_owned() }
}
