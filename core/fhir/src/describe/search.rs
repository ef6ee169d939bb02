//! What a search looks through.

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::draft::Draft;
use crate::lens::NAMELESS;
use crate::{Resource, json};

const MOST_BYTES: usize = 64 * 1024;

/// A run of base64 letters that is longer than this is no word.
const LONGEST_WORD: usize = 256;

/// Type and id, title and value first; then every string and number of the resource once, narrative last. No files, and
/// no addresses of code systems, profiles and extensions.
pub(super) fn text(resource: &Resource, draft: &Draft) -> String {
    let mut search = Search::default();
    let id = resource.id();
    // Words of ours in the place of a name would be found in every such entry.
    let title = draft.title.as_deref().filter(|title| !title.ends_with(NAMELESS));
    for text in [Some(resource.resource_type()), Some(&id), title, draft.value.as_deref()] {
        search.add(text.unwrap_or(""));
    }
    search.walk("", resource.value(), false);
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
    /// `file`: within an element that holds a file.
    fn walk(&mut self, key: &str, value: &'a Json, file: bool) {
        match value {
            Json::Object(members) => {
                let kind = members.get("resourceType").and_then(Json::as_str);
                let named =
                    matches!(key, "attachment" | "presentedForm" | "photo") || key.ends_with("Attachment");
                let file = named || members.contains_key("contentType") || kind == Some("Binary");
                for (key, member) in members {
                    self.walk(key, member, file);
                }
            }
            Json::Array(items) => {
                for item in items {
                    self.walk(key, item, file);
                }
            }
            Json::String(text) if key == "div" && text.contains('<') => self.narratives.push(text),
            Json::String(text) if is_bytes(key, text, file) || is_of_machines(key, text) => {}
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
        let text = without_long_codes(text.trim());
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

/// The bytes of a file, a signature or a picture in place of words.
fn is_bytes(key: &str, text: &str, file: bool) -> bool {
    let own = file && matches!(key, "data" | "content" | "hash");
    own || json::is_base64(key, text)
        || text.trim_start().get(..5).is_some_and(|s| s.eq_ignore_ascii_case("data:"))
}

/// The address of a code system, a profile, an extension or a file: nobody searches by it, and the words in it
/// (`observation-...`) would find every entry.
fn is_of_machines(key: &str, text: &str) -> bool {
    matches!(key, "system" | "url" | "profile" | "source" | "implicitRules" | "valueSet") && is_address(text)
}

fn is_address(text: &str) -> bool {
    let text = text.trim();
    let begins = |scheme: &str| text.get(..scheme.len()).is_some_and(|s| s.eq_ignore_ascii_case(scheme));
    let scheme = ["http://", "https://", "urn:"].into_iter().any(begins);
    scheme && !text.contains(char::is_whitespace)
}

/// The text without runs of letters that are no words: a file that stands in a text.
fn without_long_codes(text: &str) -> Cow<'_, str> {
    let coded = |word: &&str| {
        let has = |kind: fn(&u8) -> bool| word.as_bytes().iter().any(kind);
        word.len() > LONGEST_WORD
            && word.bytes().all(|b| b.is_ascii_alphanumeric() || b"+/=-_,;:.".contains(&b))
            && has(u8::is_ascii_uppercase)
            && has(u8::is_ascii_lowercase)
            && has(u8::is_ascii_digit)
    };
    if text.len() <= LONGEST_WORD || !text.split_whitespace().any(|word| coded(&word)) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.split_whitespace().filter(|word| !coded(word)).collect::<Vec<_>>().join(" "))
}
