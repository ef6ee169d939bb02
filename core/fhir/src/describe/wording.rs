//! Small helps for the types whose rows are made of states, people and amounts.

use super::fields::Fields;
use super::patient::contact_label;
use crate::json;
use crate::lens::{Address, Attachment, CodeableConcept, ContactPoint, Identifier, labels};
use crate::modifiers;
use crate::reference::Reference;

/// What a state means, in the words of the tables; a missing one says so.
pub(super) fn state(element: &str, code: Option<&String>) -> String {
    modifiers::plain(element, code.map(String::as_str))
}

/// What a state means, unless it is the one in which an entry is ordinary: a missing one is told.
pub(super) fn unless(ordinary: &str, element: &str, code: Option<&String>) -> Option<String> {
    (code.map(String::as_str) != Some(ordinary)).then(|| state(element, code))
}

/// What a file is called, without an address.
pub(super) fn file(file: &Attachment) -> String {
    let title = readable(file.title.clone());
    Attachment { title, ..file.clone() }.display()
}

/// The text, unless it is nothing but an address or an identifier of machines.
pub(super) fn readable(text: Option<String>) -> Option<String> {
    text.filter(|text| {
        let text = text.trim();
        let one_word = !text.contains(char::is_whitespace);
        !text.is_empty() && !(one_word && (text.contains("://") || text.starts_with("urn:")))
    })
}

/// The label of a concept, unless it is an address.
pub(super) fn label(concept: Option<&CodeableConcept>) -> Option<String> {
    readable(concept.and_then(CodeableConcept::label))
}

/// What an entry about a concept is called, unless that is an address.
pub(super) fn name_of(concept: Option<&CodeableConcept>) -> Option<String> {
    readable(concept.and_then(CodeableConcept::title))
}

/// The labels of concepts, joined.
pub(super) fn all(concepts: &[CodeableConcept]) -> Option<String> {
    readable(labels(concepts))
}

/// What a reference is called by people; nothing where there is only an address or a number.
pub(super) fn called(fields: &Fields<'_>, reference: Option<&Reference>) -> Option<String> {
    let reference = reference?;
    let name = fields.name(reference)?;
    let bare = reference.display.is_none() && reference.label().as_ref() == Some(&name);
    readable(Some(name).filter(|_| !bare))
}

/// What several references are called, joined.
pub(super) fn called_all(fields: &Fields<'_>, references: &[Reference]) -> Option<String> {
    json::joined(references.iter().filter_map(|reference| called(fields, Some(reference))), ", ")
}

/// `Kind: text`, or the kind alone; the text alone where it says the kind itself.
pub(super) fn titled(kind: &str, text: Option<String>) -> Option<String> {
    Some(match text {
        Some(text) if text.to_lowercase().starts_with(&kind.to_lowercase()) => text,
        Some(text) => format!("{kind}: {text}"),
        None => kind.to_owned(),
    })
}

pub(super) fn numbers(fields: &mut Fields<'_>, identifiers: &[Identifier]) {
    fields.each("Number", identifiers.iter().map(Identifier::display));
}

pub(super) fn contacts(fields: &mut Fields<'_>, telecom: &[ContactPoint], addresses: &[Address]) {
    for point in telecom {
        fields.put(contact_label(point), point.display());
    }
    fields.each("Address", addresses.iter().map(Address::display));
}

/// `mon, tue 09:00 to 17:00`.
pub(super) fn hours(
    days: &[String],
    all_day: Option<bool>,
    opens: Option<&String>,
    closes: Option<&String>,
) -> Option<String> {
    let days = json::joined(days.iter().map(|name| day(name).to_owned()), ", ");
    let clock = match (opens, closes) {
        _ if all_day == Some(true) => Some("all day".to_owned()),
        (Some(opens), Some(closes)) => Some(format!("{} to {}", minutes(opens), minutes(closes))),
        (Some(opens), None) => Some(format!("from {}", minutes(opens))),
        (None, Some(closes)) => Some(format!("until {}", minutes(closes))),
        (None, None) => None,
    };
    json::joined(days.into_iter().chain(clock), " ")
}

fn day(code: &str) -> &str {
    match code {
        "mon" => "Monday",
        "tue" => "Tuesday",
        "wed" => "Wednesday",
        "thu" => "Thursday",
        "fri" => "Friday",
        "sat" => "Saturday",
        "sun" => "Sunday",
        other => other,
    }
}

fn minutes(clock: &str) -> &str {
    clock.strip_suffix(":00").filter(|short| short.contains(':')).unwrap_or(clock)
}
