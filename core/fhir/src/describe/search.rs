//! What a search looks through.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::draft::Draft;
use crate::{Resource, json};

const MOST_BYTES: usize = 64 * 1024;

/// Type and id, title and value first; then every string and number of the resource once, narrative last.
pub(super) fn text(resource: &Resource, draft: &Draft) -> String {
    let mut search = Search::default();
    let id = resource.id();
    for text in [Some(resource.resource_type()), Some(&id), draft.title.as_deref(), draft.value.as_deref()] {
        search.add(text.unwrap_or(""));
    }
    search.walk("", resource.value());
    for narrative in std::mem::take(&mut search.narratives) {
        search.add(&json::without_tags(narrative));
    }
    search.out
}

/// Type and id alone.
pub(super) fn identity(resource: &Resource) -> String {
    format!("{} {}", resource.resource_type(), resource.id())
}

#[derive(Default)]
struct Search<'a> {
    out: String,
    seen: BTreeSet<&'a str>,
    narratives: Vec<&'a str>,
}

impl<'a> Search<'a> {
    fn walk(&mut self, key: &str, value: &'a Json) {
        match value {
            Json::Object(members) => {
                for (key, member) in members {
                    self.walk(key, member);
                }
            }
            Json::Array(items) => {
                for item in items {
                    self.walk(key, item);
                }
            }
            Json::String(text) if key == "div" && text.contains('<') => self.narratives.push(text),
            Json::String(text) if json::is_base64(key, text) => {}
            Json::String(text) => {
                if self.seen.insert(text) {
                    self.add(text);
                }
            }
            Json::Number(number) => self.add(&number.to_string()),
            Json::Null | Json::Bool(_) => {}
        }
    }

    fn add(&mut self, text: &str) {
        let text = text.trim();
        let room = MOST_BYTES.saturating_sub(self.out.len() + 1);
        if text.is_empty() || room == 0 {
            return;
        }
        if !self.out.is_empty() {
            self.out.push(' ');
        }
        let mut end = text.len().min(room);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        self.out.push_str(text.get(..end).unwrap_or(""));
    }
}
