//! The files that a resource holds or points at.

use std::sync::OnceLock;

use data_encoding::{Encoding, Specification};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::json;
use crate::reference::push_number;
use crate::time::FhirTime;

/// The most files that are told of one resource.
const MOST: usize = 1_000;

/// One file, wherever it stands in a resource. What is stated of it is the sender's word and may be untrue.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Where it stands: `content[0].attachment`; empty for a Binary itself.
    pub path: String,
    /// Media type, as it came.
    pub content_type: Option<String>,
    /// The language of the content, as it came.
    pub language: Option<String>,
    /// Where it is kept, as it came. Nothing when the address is the file itself (`data:`, in base64).
    pub url: Option<String>,
    /// Size in bytes, as stated.
    pub size: Option<u64>,
    /// SHA-1 of the content in base64, as stated.
    pub hash: Option<String>,
    /// What it is called.
    pub title: Option<String>,
    /// When it was made.
    pub creation: Option<FhirTime>,
    /// Its bytes are in the resource: see [`data`].
    pub data: bool,
}

/// Every file that the resource holds or points at, in order; a Binary is one itself. At most 1,000.
pub fn all(value: &Value) -> Vec<Attachment> {
    let mut found = Vec::new();
    walk(value, "", &mut String::new(), false, &mut found);
    found
}

/// The bytes of the file at `path`, as [`all`] gives it. Nothing when they are not in the resource, or are no base64.
pub fn data(value: &Value, path: &str) -> Option<Vec<u8>> {
    decoded(inline(at(value, path)?)?)
}

fn walk(value: &Value, key: &str, path: &mut String, media: bool, found: &mut Vec<Attachment>) {
    if found.len() >= MOST {
        return;
    }
    if is_file(value, key, media) {
        found.extend(read(value, path));
    }
    let length = path.len();
    match value {
        Value::Array(items) => {
            for (n, item) in items.iter().enumerate() {
                push_number(path, n);
                walk(item, key, path, media, found);
                path.truncate(length);
            }
        }
        Value::Object(members) => {
            let media = matches!(kind(value), Some("Media" | "Library"));
            for (name, member) in members {
                if length > 0 {
                    path.push('.');
                }
                path.push_str(name);
                walk(member, name, path, media, found);
                path.truncate(length);
            }
        }
        _ => {}
    }
}

/// An element of type Attachment, by its name in R4 or by its shape; a resource only if it is a Binary. `media`: within
/// a resource whose `content` is one.
fn is_file(value: &Value, key: &str, media: bool) -> bool {
    let named = matches!(key, "attachment" | "presentedForm" | "photo")
        || key.ends_with("Attachment")
        || (media && key == "content");
    match value {
        Value::Object(members) => match kind(value) {
            Some(kind) => kind == "Binary",
            None => {
                let text = |key: &str| members.get(key).is_some_and(Value::is_string);
                named || (text("contentType") && (text("url") || text("data")))
            }
        },
        // An address where an Attachment was due.
        Value::String(_) => named,
        _ => false,
    }
}

fn read(value: &Value, path: &str) -> Option<Attachment> {
    let address = if value.is_object() { json::text(value, "url") } else { json::primitive(value) };
    let file = Attachment {
        content_type: json::text(value, "contentType").or_else(|| stated_in(address.as_deref()?)),
        language: json::text(value, "language"),
        url: address.filter(|address| !is_data(address) || inline(value).is_none()),
        size: json::text(value, "size").and_then(|size| size.parse().ok()),
        hash: json::text(value, "hash"),
        title: json::said(value, "title"),
        creation: json::time(value, "creation"),
        data: inline(value).is_some(),
        path: String::new(),
    };
    let something = file != Attachment::default() || kind(value).is_some();
    something.then(|| Attachment { path: path.to_owned(), ..file })
}

/// The base64 of a file: `data`, the older `content` of a Binary, or an address that is the file itself.
fn inline(value: &Value) -> Option<&str> {
    let filled = |text: &&str| !text.trim().is_empty();
    let text = |key: &str| value.get(key).and_then(Value::as_str).filter(filled);
    let older = || text("content").filter(|_| kind(value) == Some("Binary"));
    let address = || {
        let address = value.as_str().or_else(|| text("url"))?.trim();
        let (head, data) = address.split_once(',').filter(|_| is_data(address))?;
        Some(data).filter(|data| head.trim_end().ends_with(";base64") && filled(data))
    };
    text("data").or_else(older).or_else(address)
}

fn is_data(address: &str) -> bool {
    address.trim_start().get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("data:"))
}

/// The media type in an address that is the file itself.
fn stated_in(address: &str) -> Option<String> {
    let rest = address.trim().get(5..).filter(|_| is_data(address))?;
    let media = rest.split([';', ',']).next()?.trim();
    (!media.is_empty()).then(|| media.to_owned())
}

fn kind(value: &Value) -> Option<&str> {
    value.get("resourceType").and_then(Value::as_str)
}

fn at<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    let steps = path.split(['.', '[']).filter(|step| !step.is_empty());
    steps.into_iter().try_fold(value, |held, step| match step.strip_suffix(']') {
        Some(index) => held.get(index.parse::<usize>().ok()?),
        None => held.get(step),
    })
}

/// Base64 of either alphabet, with or without padding and line ends.
fn decoded(text: &str) -> Option<Vec<u8>> {
    let bare = text.trim_end_matches(|c: char| c == '=' || c.is_ascii_whitespace());
    let bytes = tolerant()?.decode(bare.as_bytes()).ok()?;
    (!bytes.is_empty()).then_some(bytes)
}

fn tolerant() -> Option<&'static Encoding> {
    static TOLERANT: OnceLock<Option<Encoding>> = OnceLock::new();
    let made = || {
        let mut base64 = Specification::new();
        base64.symbols.push_str("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
        base64.translate.from.push_str("-_");
        base64.translate.to.push_str("+/");
        base64.ignore.push_str(" \t\r\n");
        base64.check_trailing_bits = false;
        base64.encoding().ok()
    };
    TOLERANT.get_or_init(made).as_ref()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn files_are_found_wherever_a_portal_puts_them() {
        let note = json!({"resourceType": "DocumentReference", "content": [
            {"attachment": {"contentType": "application/pdf", "url": "Binary/1", "size": 12, "hash": "2jmj7l5rSw0yVb/vlWAYkK/YBwk=",
                "title": "Visit", "creation": "2024-03-14", "language": "en"}},
            {"attachment": {"contentType": "text/plain", "data": "SGVsbG8="}}],
            "contained": [{"resourceType": "Binary", "id": "b", "contentType": "text/rtf", "data": "e1x9"}],
            "extension": [{"url": "http://x", "valueAttachment": {"title": "only a title"}}],
            "something": {"contentType": "image/png", "url": "https://x.example/p.png"}});
        let files = all(&note);
        let paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
        assert_eq!(
            paths,
            [
                "content[0].attachment",
                "content[1].attachment",
                "contained[0]",
                "extension[0].valueAttachment",
                "something"
            ]
        );
        let first = files.first().unwrap();
        assert_eq!((first.size, first.data, first.url.as_deref()), (Some(12), false, Some("Binary/1")));
        assert_eq!(first.creation.as_ref().map(FhirTime::text), Some("2024-03-14"));
        assert_eq!(data(&note, "content[0].attachment"), None);
        assert_eq!(data(&note, "content[1].attachment").as_deref(), Some(&b"Hello"[..]));
        assert_eq!(data(&note, "contained[0]").as_deref(), Some(&b"{\\}"[..]));
    }

    #[test]
    fn a_binary_is_a_file_itself_and_media_has_one() {
        let binary = json!({"resourceType": "Binary", "contentType": "text/plain", "data": "SGVs\r\nbG8"});
        assert_eq!(all(&binary).len(), 1);
        assert_eq!(all(&binary).first().map(|file| (file.path.as_str(), file.data)), Some(("", true)));
        assert_eq!(data(&binary, "").as_deref(), Some(&b"Hello"[..]));
        let older = json!({"resourceType": "Binary", "contentType": "text/plain", "content": "SGVsbG8="});
        assert_eq!(data(&older, "").as_deref(), Some(&b"Hello"[..]));
        let bare = json!({"resourceType": "Binary"});
        assert_eq!(all(&bare), [Attachment::default()]);
        let media = json!({"resourceType": "Media", "content": {"url": "Binary/7"}});
        assert_eq!(all(&media).first().and_then(|file| file.url.clone()).as_deref(), Some("Binary/7"));
        let message = json!({"resourceType": "Communication", "payload": [{"contentString": "hi"}, {"contentAttachment": {"url": "a"}}]});
        assert_eq!(
            all(&message).first().map(|file| file.path.as_str()),
            Some("payload[1].contentAttachment")
        );
    }

    #[test]
    fn what_only_looks_like_a_file_is_none() {
        let value = json!({"resourceType": "Observation", "valueSampledData": {"data": "1 2 3"},
            "signature": {"sigFormat": "image/png", "data": "QUJD"}, "content": "words", "photo": [], "extension": [{"url": "u"}]});
        assert_eq!(all(&value), []);
    }

    #[test]
    fn a_file_in_its_own_address_and_a_bare_address() {
        let report = json!({"resourceType": "DiagnosticReport", "presentedForm":
            [{"url": "data:text/html;charset=utf-8;base64,PGI-"}, "Binary/9", {"url": "data:,plain"}]});
        let files = all(&report);
        let told: Vec<_> =
            files.iter().map(|f| (f.content_type.as_deref(), f.url.as_deref(), f.data)).collect();
        let plain = (None, Some("data:,plain"), false);
        assert_eq!(told, [(Some("text/html"), None, true), (None, Some("Binary/9"), false), plain]);
        assert_eq!(data(&report, "presentedForm[0]").as_deref(), Some(&b"<b>"[..]));
    }

    #[test]
    fn hostile_paths_and_bytes_give_nothing() {
        let value = json!({"resourceType": "Binary", "data": "not base64!", "x": [{"data": "QUJ"}, {"data": "Q"}, {"data": "===="}]});
        for path in
            ["", "data", "[", "]", "x[9]", "x[-1]", "x[99999999999999999999]", "..", "x[1]", "x[2]", "é[0]"]
        {
            assert_eq!(data(&value, path), None, "{path}");
        }
        assert_eq!(data(&value, "x[0]").as_deref(), Some(&b"AB"[..]));
        let many = json!({"photo": vec![json!({"url": "u"}); 1_500]});
        assert_eq!(all(&many).len(), 1_000);
    }
}
