//! References from one resource to another (FHIR R4, 2.3).

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::json;

/// Elements of R4 whose type is Coding: one with only a display must not be taken for a Reference.
const CODINGS: [&str; 6] = ["coding", "class", "tag", "security", "valueCoding", "answerCoding"];
const PARTS: [&str; 6] = ["reference", "type", "identifier", "display", "id", "extension"];

/// A Reference, wherever it stands in a resource.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Reference {
    /// Where it stands: `result[0]`, `participant[1].individual`.
    pub path: String,
    /// The literal reference, as it came.
    pub reference: Option<String>,
    /// The identifier of a logical reference: `system|value`, or the value alone.
    pub identifier: Option<String>,
    /// What the sender calls the target.
    pub display: Option<String>,
}

/// What the text of a reference points at. The version part (`/_history/n`) is dropped.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// `#id`: within the same resource. Empty for `#`, the resource itself.
    Contained(String),
    /// At the same portal.
    Relative {
        /// FHIR resource type.
        resource_type: String,
        /// The portal's id.
        id: String,
    },
    /// At another server.
    Absolute {
        /// Base address without a slash at its end.
        base: String,
        /// FHIR resource type.
        resource_type: String,
        /// That server's id.
        id: String,
    },
    /// `urn:uuid:` or `urn:oid:`: within the same bundle.
    Urn(String),
    /// Anything else (a search, an empty text, an address without type and id), as it came.
    Unreadable(String),
}

/// A reference to a type and an id, as pieces of its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Literal<'t> {
    /// Base address of another server, without a slash at its end. None: at the same portal.
    pub base: Option<&'t str>,
    /// FHIR resource type.
    pub resource_type: &'t str,
    /// The id at that server.
    pub id: &'t str,
}

/// Every Reference anywhere in the value, in order, with its path.
pub fn all(value: &Value) -> Vec<Reference> {
    let mut found = Vec::new();
    walk(value, "", &mut String::new(), &mut found);
    found
}

/// What `text` points at, for a resource that came from the portal at `own_base`.
pub fn target(text: &str, own_base: &str) -> Target {
    let text = text.trim();
    if let Some(id) = text.strip_prefix('#') {
        return Target::Contained(id.to_owned());
    }
    if text.starts_with("urn:") {
        return Target::Urn(text.to_owned());
    }
    let Some(Literal { base, resource_type, id }) = literal(text, own_base) else {
        return Target::Unreadable(text.to_owned());
    };
    let (resource_type, id) = (resource_type.to_owned(), id.to_owned());
    match base {
        None => Target::Relative { resource_type, id },
        Some(base) => Target::Absolute { base: base.to_owned(), resource_type, id },
    }
}

/// [`target`] without copies, where it is a type and an id; nothing where it is anything else.
pub fn literal<'t>(text: &'t str, own_base: &str) -> Option<Literal<'t>> {
    let text = text.trim();
    if text.starts_with('#') || text.starts_with("urn:") {
        return None;
    }
    let address = text.split('#').next()?;
    let address = match address.split_once("/_history/") {
        Some((before, _)) => before,
        None => address.strip_suffix("/_history").unwrap_or(address),
    };
    let (rest, id) = address.rsplit_once('/').unwrap_or(("", address));
    let (base, resource_type) = rest.rsplit_once('/').unwrap_or(("", rest));
    if !is_type(resource_type) || !is_id(id) {
        return None;
    }
    let own = own_base.trim_end_matches('/');
    if base.is_empty() || (!own.is_empty() && base == own) {
        return Some(Literal { base: None, resource_type, id });
    }
    let web = base.starts_with("https://") || base.starts_with("http://");
    web.then_some(Literal { base: Some(base), resource_type, id })
}

/// The text of each literal reference that [`all`] finds, without the rest of it.
pub fn texts<'v>(value: &'v Value, each: &mut impl FnMut(&'v str)) {
    walk_texts(value, false, each);
}

/// Reads one Reference object.
pub(crate) fn read_one(value: &Value, path: &str) -> Reference {
    Reference {
        path: path.to_owned(),
        reference: json::text(value, "reference"),
        identifier: value.get("identifier").and_then(identifier),
        display: json::text(value, "display"),
    }
}

/// The member `key` of `parent`, the first where there are several; a bare text is taken as the literal reference.
pub(crate) fn member(parent: &Value, key: &str) -> Option<Reference> {
    members(parent, key).into_iter().next()
}

/// The member `key` of `parent` as a list.
pub(crate) fn members(parent: &Value, key: &str) -> Vec<Reference> {
    let read = |value: &Value| match value {
        Value::Object(_) => Some(read_one(value, key)),
        other => Some(Reference {
            path: key.to_owned(),
            reference: Some(json::primitive(other)?),
            ..Reference::default()
        }),
    };
    json::list(parent, key).filter_map(read).collect()
}

/// The resource within `parent` at which `#id` points.
pub(crate) fn contained<'a>(parent: &'a Value, text: &str) -> Option<&'a Value> {
    let id = text.strip_prefix('#').filter(|id| !id.is_empty())?;
    json::list(parent, "contained").find(|held| held.get("id").and_then(Value::as_str) == Some(id))
}

impl Reference {
    /// For people: the display, else the literal reference, else the identifier.
    pub fn label(&self) -> Option<String> {
        self.display.clone().or_else(|| self.reference.clone()).or_else(|| self.identifier.clone())
    }
}

fn walk(value: &Value, key: &str, path: &mut String, found: &mut Vec<Reference>) {
    let length = path.len();
    match value {
        Value::Array(items) => {
            for (n, item) in items.iter().enumerate() {
                if item.is_object() || item.is_array() {
                    push_number(path, n);
                    walk(item, key, path, found);
                    path.truncate(length);
                }
            }
        }
        Value::Object(members) => {
            if !path.is_empty() && is_reference(value, key) {
                found.push(read_one(value, path));
            }
            for (name, member) in members {
                if member.is_object() || member.is_array() {
                    if length > 0 {
                        path.push('.');
                    }
                    path.push_str(name);
                    walk(member, name, path, found);
                    path.truncate(length);
                }
            }
        }
        _ => {}
    }
}

/// `within`: the value stands within the resource. What stands in the resource itself is no Reference.
fn walk_texts<'v>(value: &'v Value, within: bool, each: &mut impl FnMut(&'v str)) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| walk_texts(item, true, each)),
        Value::Object(members) => {
            for (name, member) in members {
                match member {
                    Value::String(text) if within && name == "reference" => each(text),
                    Value::Array(_) | Value::Object(_) => walk_texts(member, true, each),
                    _ => {}
                }
            }
        }
        _ => {}
    }
}

/// Adds a place in a list.
pub(crate) fn push_number(path: &mut String, n: usize) {
    // Writing to a String cannot fail.
    let _ = write!(path, "[{n}]");
}

fn is_reference(value: &Value, key: &str) -> bool {
    let Some(object) = value.as_object() else { return false };
    if object.get("reference").is_some_and(Value::is_string) {
        return true;
    }
    if CODINGS.contains(&key) || key.starts_with('_') || !object.keys().all(|k| PARTS.contains(&k.as_str())) {
        return false;
    }
    object.get("identifier").is_some_and(Value::is_object)
        || object.get("display").is_some_and(Value::is_string)
}

fn identifier(value: &Value) -> Option<String> {
    let number = json::text(value, "value")?;
    Some(match json::text(value, "system") {
        Some(system) => format!("{system}|{number}"),
        None => number,
    })
}

fn is_type(text: &str) -> bool {
    text.len() <= 64
        && text.starts_with(|c: char| c.is_ascii_uppercase())
        && text.bytes().all(|b| b.is_ascii_alphabetic())
}

/// FHIR's own letters and `_`, longer than its 64 tolerated; nothing that could climb in a path.
fn is_id(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 255
        && !text.bytes().all(|b| b == b'.')
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_'))
}
