//! Whether a resource is the one that an act was about.

use fhir::{
    Resource,
    reference::{Target, target},
};
use serde_json::Value;

use super::Identifier;
use crate::Tokens;

/// Members that say whose a resource is, or which: where one comes twice, nothing is told from it.
const TELLING: [&str; 9] =
    ["identifier", "subject", "patient", "for", "sender", "recipient", "participant", "beneficiary", "id"];
/// Who a resource is about.
const SUBJECTS: [&str; 4] = ["subject", "patient", "for", "beneficiary"];
/// Who takes part, where nobody is named as the one it is about.
const PARTIES: [&str; 4] = ["sender", "recipient", "participant", "requester"];

/// Whether it bears this identifier.
pub(super) fn bears(resource: &Value, identifier: &Identifier) -> bool {
    identifiers(resource).any(|(system, value)| {
        system == Some(identifier.system.as_str()) && value == Some(identifier.value.as_str())
    })
}

/// Whether it bears another identifier of the same system, and so is another act.
pub(super) fn bears_another(resource: &Value, identifier: &Identifier) -> bool {
    let same = |(system, _): (Option<&str>, Option<&str>)| system == Some(identifier.system.as_str());
    !bears(resource, identifier) && identifiers(resource).any(same)
}

/// Whether it is about somebody else, or says it in a way that cannot be relied on. A resource that names no patient is not.
pub(crate) fn about_another(resource: &Resource, tokens: &Tokens) -> bool {
    let top = |path: &String| path.split(['.', '[']).next().unwrap_or_default().to_owned();
    if resource.doubled().iter().map(top).any(|name| TELLING.contains(&name.as_str())) {
        return true;
    }
    let own = |id: &String| id == tokens.patient();
    let subjects = patients(resource.value(), &SUBJECTS, tokens);
    if !subjects.is_empty() {
        return !subjects.iter().all(own);
    }
    let parties = patients(resource.value(), &PARTIES, tokens);
    !parties.is_empty() && !parties.iter().any(own)
}

/// The ids of patients that these members name. A patient of another server has an id that is nobody's here.
fn patients(resource: &Value, members: &[&str], tokens: &Tokens) -> Vec<String> {
    let named = members.iter().filter_map(|name| resource.get(name)).flat_map(each);
    let literal = named.filter_map(|one| {
        let actor = one.get("actor").unwrap_or(one);
        actor.get("reference").or(Some(actor)).and_then(Value::as_str)
    });
    literal.filter_map(|text| patient(text, tokens)).collect()
}

fn patient(text: &str, tokens: &Tokens) -> Option<String> {
    match target(text, tokens.base().as_str()) {
        Target::Relative { resource_type, id } if resource_type == "Patient" => Some(id),
        Target::Absolute { resource_type, .. } if resource_type == "Patient" => Some(String::new()),
        _ => None,
    }
}

fn identifiers(resource: &Value) -> impl Iterator<Item = (Option<&str>, Option<&str>)> {
    let all = resource.get("identifier").into_iter().flat_map(each);
    all.map(|one| (one.get("system").and_then(Value::as_str), one.get("value").and_then(Value::as_str)))
}

/// The items of a list; anything else as the one item.
pub(super) fn each(value: &Value) -> impl Iterator<Item = &Value> {
    let (list, one) = match value {
        Value::Array(items) => (items.as_slice(), None),
        Value::Null => (&[][..], None),
        other => (&[][..], Some(other)),
    };
    list.iter().chain(one)
}
