//! A result that stands in words only: in the narrative, or in a file that is in the resource.

use serde_json::Value as Json;

use crate::lens::Attachment;
use crate::modifiers::{Effect, Reading};
use crate::{attachment, json};

/// What a result says that states nothing at all.
pub const NO_RESULT: &str = "No result stated";

/// Letters of a text that a row shows; the whole is in the full entry.
const SHOWN: usize = 160;

/// A longer file is not looked into for a row.
const LARGEST: usize = 1024 * 1024;

/// Whether a notice tells already why there is no result: it was not made, or is not there yet.
pub(super) fn is_told_by(reading: &Reading) -> bool {
    reading.negated() || reading.effect() == Effect::NotYet
}

/// The first words of the narrative.
pub(super) fn words(value: &Json) -> Option<String> {
    first(&whole(value)?)
}

/// The narrative without tags and code.
pub(super) fn whole(value: &Json) -> Option<String> {
    let text = value.get("text")?;
    let empty = json::text(text, "status").as_deref() == Some("empty");
    let words = json::without_tags(text.get("div")?.as_str()?);
    Some(words).filter(|words| !empty && !words.trim().is_empty())
}

/// The first words of a file of plain text or a web page that is in the resource; else which files there are.
pub(super) fn of_files(value: &Json, element: &str, files: &[Attachment]) -> Option<String> {
    let held = attachment::all(value).into_iter().filter(|file| file.path.starts_with(element));
    held.filter_map(|file| first(&readable(value, &file)?)).next().or_else(|| {
        let names = json::joined(files.iter().map(super::wording::file), "; ")?;
        Some(format!("See the file: {names}"))
    })
}

fn readable(value: &Json, file: &attachment::Attachment) -> Option<String> {
    let kind = file.content_type.as_deref()?.split(';').next()?.trim().to_ascii_lowercase();
    let web = matches!(kind.as_str(), "text/html" | "application/xhtml+xml");
    if !web && kind != "text/plain" {
        return None;
    }
    let bytes = attachment::data(value, &file.path).filter(|bytes| bytes.len() <= LARGEST)?;
    let text = String::from_utf8(bytes).ok()?;
    Some(if web { json::without_tags(&text) } else { text })
}

fn first(text: &str) -> Option<String> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (!text.is_empty()).then(|| json::clipped(&text, SHOWN))
}
