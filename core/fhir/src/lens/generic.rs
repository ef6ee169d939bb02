//! Everything that is in a resource of any type, as readable text: so that nothing is out of reach.

mod brief;
mod label;

use serde_json::Value as Json;

use crate::json;

pub(crate) use brief::brief;
pub(crate) use label::{label, split_words};

/// One line of the whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// How deep it stands: 0 for the resource's own elements.
    pub depth: usize,
    /// The element in plain words; numbered in a list of several.
    pub label: String,
    /// What it holds; empty for a heading, whose parts follow one deeper.
    pub text: String,
}

/// Every element of the value in order, one line each. File contents in base64 are told by their length; narrative is
/// given as text without its tags.
pub fn lines(value: &Json) -> Vec<Line> {
    let mut out = Vec::new();
    for (key, member) in value.as_object().into_iter().flatten() {
        add(key, &label(key), member, value, 0, &mut out);
    }
    out
}

fn add(key: &str, name: &str, value: &Json, parent: &Json, depth: usize, out: &mut Vec<Line>) {
    match value {
        Json::Object(members) => {
            out.push(Line { depth, label: name.to_owned(), text: String::new() });
            for (key, member) in members {
                add(key, &label(key), member, value, depth + 1, out);
            }
        }
        Json::Array(items) if items.len() > 1 => {
            for (n, item) in items.iter().enumerate() {
                add(key, &format!("{name} {}", n + 1), item, parent, depth, out);
            }
        }
        Json::Array(items) => match items.first() {
            Some(item) => add(key, name, item, parent, depth, out),
            None => out.push(Line { depth, label: name.to_owned(), text: "(empty)".to_owned() }),
        },
        _ => out.push(Line { depth, label: name.to_owned(), text: leaf(key, value, parent) }),
    }
}

fn leaf(key: &str, value: &Json, parent: &Json) -> String {
    match value {
        Json::Null => "(nothing)".to_owned(),
        Json::String(text) if json::is_base64(key, text) => {
            format!("(file content, {} letters of base64)", text.len())
        }
        Json::String(text) if key == "div" && parent.get("status").is_some() => json::without_tags(text),
        Json::String(text) => text.clone(),
        other => other.to_string(),
    }
}
