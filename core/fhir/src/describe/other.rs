//! Title, moment and value of any type, by a table of paths; a sensible guess for types that are not in it.

mod table;

use serde_json::Value as Json;

use super::absence;
use super::draft::{Draft, codes, moment};
use crate::json;
use crate::lens::{CodeableConcept, HumanName, generic};
use crate::time::FhirTime;
use table::{Paths, paths};

pub(super) fn draft(resource_type: &str, value: &Json) -> Draft {
    let paths = paths(resource_type);
    let about =
        paths.title.iter().find_map(|path| first(value, path, &|held| CodeableConcept::read(held)?.coded()));
    let title = titled(resource_type, value, &paths);
    let told = |text: &String| title.as_ref().is_some_and(|title| title.ends_with(text.as_str()));
    let held = |path: &&str| first(value, path, &generic::brief).filter(|text| !told(text));
    Draft {
        codes: codes(about.as_ref()),
        when: moment(paths.when.iter().map(|path| first(value, path, &time))),
        value: paths.value.iter().find_map(held),
        asserts_absence: absence::asserted(about.as_ref()),
        title,
        ..Draft::default()
    }
}

/// What any resource is called.
pub(super) fn title(value: &Json) -> Option<String> {
    let resource_type = value.get("resourceType")?.as_str()?;
    let names = HumanName::members(value);
    let person = || HumanName::best(&names).and_then(HumanName::display);
    titled(resource_type, value, &paths(resource_type)).or_else(person)
}

fn titled(resource_type: &str, value: &Json, paths: &Paths) -> Option<String> {
    let found = paths.title.iter().find_map(|path| first(value, path, &called));
    let kind = || generic::split_words(resource_type);
    match found {
        Some(found) if paths.with_type => Some(format!("{}: {found}", kind())),
        found => found,
    }
}

/// What a concept is called as a title; any other element in brief.
fn called(held: &Json) -> Option<String> {
    let concept = held.get("coding").and_then(|_| CodeableConcept::read(held));
    concept.and_then(|concept| concept.title()).or_else(|| generic::brief(held))
}

/// The first element at `path` that `read` makes something of. Lists are looked through in order; `[x]` is any type.
fn first<T>(value: &Json, path: &str, read: &dyn Fn(&Json) -> Option<T>) -> Option<T> {
    if let Json::Array(items) = value {
        return items.iter().find_map(|item| first(item, path, read));
    }
    if path.is_empty() {
        return read(value);
    }
    let (segment, rest) = path.split_once('.').unwrap_or((path, ""));
    match segment.strip_suffix("[x]") {
        Some(prefix) => json::choices(value, prefix).find_map(|(_, held)| first(held, rest, read)),
        None => first(value.get(segment)?, rest, read),
    }
}

/// A moment, or the start of a span, else its end.
fn time(held: &Json) -> Option<FhirTime> {
    match held {
        Json::String(text) if !text.trim().is_empty() => Some(FhirTime::new(text.as_str())),
        Json::Object(_) => json::time(held, "start").or_else(|| json::time(held, "end")),
        _ => None,
    }
}
