//! Any element on one line, by its shape: for what no typed lens shows.

use serde_json::Value as Json;

use super::label::{label, split_words};
use crate::json;
use crate::lens::coded::{CodeableConcept, Coding};
use crate::lens::person::{Address, ContactPoint, HumanName, Identifier};
use crate::lens::quantity::Quantity;
use crate::lens::range::{Range, Ratio, ReferenceRange};
use crate::lens::spans::{Annotation, Attachment, Period, SampledData};
use crate::lens::timing::Timing;
use crate::lens::{absence, dosage::Dosage};
use crate::reference;
use crate::time::{FhirTime, Precision};

const CONTACT_SYSTEMS: [&str; 7] = ["phone", "fax", "email", "pager", "url", "sms", "other"];

/// One line for any element: datatypes as people write them, everything else as `Label: text, Label: text`.
pub(crate) fn brief(value: &Json) -> Option<String> {
    match value {
        Json::Null => None,
        Json::Array(items) => json::joined(items.iter().filter_map(brief), "; "),
        Json::String(text) => Some(said(text.trim())).filter(|text| !text.is_empty()),
        Json::Bool(yes) => Some(if *yes { "Yes" } else { "No" }.to_owned()),
        Json::Number(number) => Some(number.to_string()),
        Json::Object(_) => datatype(value).or_else(|| extension(value)).or_else(|| parts(value)),
    }
}

/// A moment with a time of day or a full date is shown as people write it; any other text as it came.
fn said(text: &str) -> String {
    if text.len() < 10 {
        return text.to_owned();
    }
    let time = FhirTime::new(text);
    match time.precision() {
        Some(precision) if precision >= Precision::Day => time.display(),
        _ => json::clipped(text, json::LONG),
    }
}

fn datatype(value: &Json) -> Option<String> {
    let has = |key: &str| value.get(key).is_some();
    let only = |keys: &[&str]| {
        let mut members = value.as_object().into_iter().flatten();
        members.all(|(key, _)| {
            keys.contains(&key.as_str()) || matches!(key.as_str(), "id" | "extension" | "_value")
        })
    };
    if has("coding") && only(&["coding", "text"]) || has("text") && only(&["text", "_text"]) {
        return CodeableConcept::read(value)?.label();
    }
    if value.get("reference").is_some_and(Json::is_string)
        || (has("display") || has("identifier")) && only(&["type", "display", "identifier"])
    {
        return reference::read_one(value, "").label();
    }
    if (has("code") || has("display")) && only(&["system", "code", "display", "version", "userSelected"]) {
        return Coding::read(value)?.label().map(str::to_owned);
    }
    if has("value") && only(&["system", "value", "use", "rank", "period"]) && is_contact(value) {
        return ContactPoint::read(value)?.display();
    }
    if has("value")
        && only(&["value", "comparator", "unit", "system", "code", "currency"])
        && !is_identifier(value)
    {
        return Quantity::read(value)?.display();
    }
    if has("value") && only(&["use", "type", "system", "value", "period", "assigner"]) {
        return Identifier::read(value)?.display();
    }
    if only(&["start", "end"]) {
        return Period::read(value)?.display();
    }
    structured(value, &has, &only)
}

fn structured(value: &Json, has: &dyn Fn(&str) -> bool, only: &dyn Fn(&[&str]) -> bool) -> Option<String> {
    if (has("low") || has("high")) && only(&["low", "high"]) {
        return Range::read(value)?.display();
    }
    if (has("low") || has("high")) && only(&["low", "high", "type", "appliesTo", "age", "text"]) {
        return ReferenceRange::read(value)?.display();
    }
    if has("numerator") && only(&["numerator", "denominator"]) {
        return Ratio::read(value)?.display();
    }
    if has("contentType")
        || has("url")
            && !has("extension")
            && only(&["url", "title", "size", "creation", "language", "hash", "data"])
    {
        return Some(Attachment::read(value)?.display());
    }
    if (has("family") || has("given")) && !has("name") && !has("resourceType") {
        return HumanName::read(value)?.display();
    }
    if (has("line") || has("city") || has("postalCode")) && !has("name") && !has("resourceType") {
        return Address::read(value)?.display();
    }
    if has("text") && only(&["text", "time", "authorString", "authorReference"]) {
        return Some(Annotation::read(value)?.display());
    }
    if has("origin") && has("data") {
        return Some(SampledData::read(value)?.display());
    }
    if has("repeat") && only(&["repeat", "event", "code"]) {
        return Timing::read(value)?.display();
    }
    if has("doseAndRate") || has("timing") && (has("asNeededBoolean") || has("route")) {
        return Dosage::read(value)?.display();
    }
    None
}

/// `name: value` for an extension; `name: (part: value, ...)` for one made of others.
fn extension(value: &Json) -> Option<String> {
    let url = value.get("url")?.as_str()?;
    let name = split_words(url.rsplit(['/', '#', ':']).find(|part| !part.is_empty()).unwrap_or(url));
    let held = json::choice(value, "value").and_then(|(_, held)| brief(held));
    let inner = || json::joined(json::list(value, "extension").filter_map(brief), ", ");
    Some(match held.or_else(inner) {
        Some(text) => format!("{name}: {text}"),
        None => name,
    })
}

fn parts(value: &Json) -> Option<String> {
    let members = value.as_object().into_iter().flatten();
    let texts = members.filter_map(|(key, member)| part(key, member, value));
    json::joined(texts, ", ").or_else(|| absence::of(value).map(|reason| format!("not given ({reason})")))
}

fn part(key: &str, member: &Json, parent: &Json) -> Option<String> {
    if key == "id" || key == "resourceType" {
        return None;
    }
    if let Some(shadowed) = key.strip_prefix('_') {
        let known = parent.get(shadowed).is_some_and(|v| !v.is_null());
        let text = match absence::of(member) {
            Some(reason) if !known => format!("not given ({reason})"),
            _ => brief(member)?,
        };
        return Some(format!("{}: {text}", label(shadowed)));
    }
    if let Some(text) = member.as_str()
        && json::is_base64(key, text)
    {
        return Some(format!("{}: (file content)", label(key)));
    }
    if matches!(key, "extension" | "modifierExtension") {
        return brief(member);
    }
    Some(format!("{}: {}", label(key), brief(member)?))
}

fn is_contact(value: &Json) -> bool {
    value.get("system").and_then(Json::as_str).is_some_and(|system| CONTACT_SYSTEMS.contains(&system))
}

fn is_identifier(value: &Json) -> bool {
    let named = value.get("unit").or_else(|| value.get("code")).or_else(|| value.get("currency"));
    named.is_none() && value.get("value").is_some_and(Json::is_string)
}
