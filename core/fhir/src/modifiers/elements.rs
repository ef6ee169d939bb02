//! The elements of the tables, read from one resource.

use serde_json::{Map, Value};

use super::notes::{Notes, Trail};
use super::table::{self, Element, Row, Shape};
use super::{Effect, Reach, words};

/// Reads the elements that R4 flags as modifiers.
pub(super) fn flagged<'a>(resource: &'a Value, kind: &str, trail: &mut Trail<'a>, notes: &mut Notes) {
    table::get()
        .of(kind)
        .iter()
        .filter(|element| !element.near)
        .for_each(|e| visit(resource, &e.steps, e, trail, notes));
}

/// Reads the coded elements that are no modifiers and can still reverse a reading.
pub(super) fn near<'a>(resource: &'a Value, kind: &str, trail: &mut Trail<'a>, notes: &mut Notes) {
    table::get()
        .of(kind)
        .iter()
        .filter(|element| element.near)
        .for_each(|e| visit(resource, &e.steps, e, trail, notes));
}

/// What the table says of a received value, and the code that decided or else the value as received. `None` where the
/// value leaves the reading as it is.
pub(super) fn judge<'e>(element: &'e Element, value: &Value) -> Option<(&'e Row, String)> {
    let mut candidates = Vec::new();
    gather(value, element.shape, true, &mut candidates);
    let rows = candidates.iter().filter_map(|candidate| Some((candidate.row(element)?, candidate.code)));
    if let Some((row, code)) = rows.max_by_key(|(row, _)| row.effect) {
        return Some((row, words::clean(code, 120)));
    }
    if candidates.is_empty() && value.is_object() {
        let row = element.missing().unwrap_or_else(|| table::get().any("(no value)"));
        return Some((row, words::received(value)));
    }
    if element.shape == Shape::Boolean && value.is_boolean() {
        return None;
    }
    Some((element.other()?, words::received(value)))
}

fn visit<'a>(
    holder: &'a Value,
    steps: &[&'static str],
    element: &Element,
    trail: &mut Trail<'a>,
    notes: &mut Notes,
) {
    match (holder, steps) {
        (Value::Array(items), _) => {
            for (index, item) in items.iter().enumerate() {
                trail.at(index, |trail| visit(item, steps, element, trail, notes));
            }
        }
        (Value::Object(fields), &[last]) => {
            trail.within(last, |trail| leaf(fields, last, element, trail, notes))
        }
        (Value::Object(fields), &[first, ref rest @ ..]) => {
            if let Some(inner) = fields.get(first) {
                trail.within(first, |trail| visit(inner, rest, element, trail, notes));
            }
        }
        _ => {}
    }
}

fn leaf<'a>(
    fields: &'a Map<String, Value>,
    key: &str,
    element: &Element,
    trail: &mut Trail<'a>,
    notes: &mut Notes,
) {
    match element.shape {
        Shape::Deceased => deceased(fields, element, trail, notes),
        Shape::Link => links(fields, element, trail, notes),
        Shape::Code | Shape::Concept | Shape::Boolean => coded(fields, key, element, trail, notes),
    }
}

fn coded(fields: &Map<String, Value>, key: &str, element: &Element, trail: &Trail<'_>, notes: &mut Notes) {
    let reach = trail.reach();
    let Some(value) = stated(fields, key) else {
        let row = element.missing().or_else(|| valueless(fields, key));
        return row.into_iter().for_each(|row| notes.say(trail, reach, row, ""));
    };
    let Some((row, shown)) = judge(element, value) else { return };
    if reach == Reach::Held && row.effect == Effect::Ok {
        return;
    }
    let before = notes.count();
    notes.say(trail, reach, row, &shown);
    if notes.count() > before && notes.last_effect() != Some(Effect::Retracted) {
        reason(fields, key).into_iter().for_each(|reason| notes.append(&reason));
    }
}

/// Why it was stopped, held, not done, or not potent: shown with the state.
fn reason(fields: &Map<String, Value>, key: &str) -> Option<String> {
    let keys: &[&str] = match key {
        "status" => &["statusReason", "statusReasonCodeableConcept", "statusReasonReference"],
        "isSubpotent" => &["subpotentReason"],
        _ => &[],
    };
    let label = keys.iter().find_map(|key| fields.get(*key).and_then(words::label))?;
    Some(format!(". Reason: {label}"))
}

fn deceased(fields: &Map<String, Value>, element: &Element, trail: &Trail<'_>, notes: &mut Notes) {
    let reach = trail.reach();
    let died = element.row("(any)").unwrap_or_else(|| table::get().any("(other)"));
    match (stated(fields, "deceasedDateTime"), stated(fields, "deceasedBoolean")) {
        (Some(Value::String(date)), _) if !date.trim().is_empty() => {
            let date = words::clean(date, 40);
            notes.say(trail, reach, died, &date);
            notes.append(&format!(" ({})", words::day(&date)));
        }
        (_, Some(Value::Bool(true))) => notes.say(trail, reach, died, "true"),
        (None, Some(Value::Bool(false))) => {}
        (None, None) => {
            let row = valueless(fields, "deceasedDateTime").or_else(|| valueless(fields, "deceasedBoolean"));
            row.into_iter().for_each(|row| notes.say(trail, reach, row, ""));
        }
        (Some(other), _) | (None, Some(other)) => {
            notes.say(trail, reach, table::get().any("(other)"), &words::received(other));
        }
    }
}

/// A link speaks of the whole record, though there may be several.
fn links<'a>(fields: &'a Map<String, Value>, element: &Element, trail: &mut Trail<'a>, notes: &mut Notes) {
    let reach = if trail.held { Reach::Held } else { Reach::Whole };
    match stated(fields, "link") {
        None => {}
        Some(Value::Array(items)) => {
            for (index, item) in items.iter().enumerate() {
                trail.at(index, |trail| link(item, reach, element, trail, notes));
            }
        }
        Some(item) => link(item, reach, element, trail, notes),
    }
}

fn link(item: &Value, reach: Reach, element: &Element, trail: &Trail<'_>, notes: &mut Notes) {
    let kind = item.get("type").filter(|kind| !kind.is_null());
    let row = match kind {
        Some(kind) => {
            kind.as_str().and_then(|code| element.row(code)).unwrap_or_else(|| table::get().any("(other)"))
        }
        None if item.is_object() => element.missing().unwrap_or_else(|| table::get().any("(missing)")),
        None => table::get().any("(other)"),
    };
    notes.say(trail, reach, row, &kind.map_or_else(|| words::received(item), words::received));
    if let Some(other) = item.get("other").and_then(words::label) {
        notes.append(&format!(": {other}"));
    }
}

fn stated<'a>(fields: &'a Map<String, Value>, key: &str) -> Option<&'a Value> {
    fields.get(key).filter(|value| !value.is_null())
}

/// `_status` without `status`: the element is there and its value is withheld.
fn valueless(fields: &Map<String, Value>, key: &str) -> Option<&'static Row> {
    fields
        .get(&format!("_{key}"))
        .filter(|extra| words::present(extra))
        .map(|_| table::get().any("(no value)"))
}

/// A word that may be the code. Only a trusted one (of the right JSON type, in HL7's own code system or in none) is
/// read in full; any other can only make the reading graver.
struct Candidate<'v> {
    code: &'v str,
    trusted: bool,
}

impl Candidate<'_> {
    fn row<'e>(&self, element: &'e Element) -> Option<&'e Row> {
        match element.row(self.code) {
            Some(row) if self.trusted => Some(row),
            None if self.trusted && element.shape != Shape::Boolean => {
                self.grave(element).or_else(|| element.other())
            }
            _ => self.grave(element),
        }
    }

    fn grave<'e>(&self, element: &'e Element) -> Option<&'e Row> {
        let folded = self.code.trim().to_lowercase().replace([' ', '_'], "-");
        element.row(&folded).filter(|row| matches!(row.effect, Effect::Retracted | Effect::Negated))
    }
}

fn gather<'v>(value: &'v Value, shape: Shape, trusted: bool, found: &mut Vec<Candidate<'v>>) {
    match value {
        Value::String(code) => found.push(Candidate { code, trusted: trusted && shape == Shape::Code }),
        Value::Bool(flag) => {
            found.push(Candidate {
                code: if *flag { "true" } else { "false" },
                trusted: trusted && shape == Shape::Boolean,
            });
        }
        Value::Array(items) => items.iter().take(32).for_each(|item| match item {
            Value::Array(_) => {}
            item => gather(item, shape, false, found),
        }),
        Value::Object(fields) => {
            let trusted = trusted && shape == Shape::Concept;
            codings(fields.get("coding"), trusted, found);
            if let Some(Value::String(text)) = fields.get("text") {
                found.push(Candidate { code: text, trusted: false });
            }
        }
        Value::Null | Value::Number(_) => {}
    }
}

fn codings<'v>(coding: Option<&'v Value>, trusted: bool, found: &mut Vec<Candidate<'v>>) {
    let Some(Value::Array(items)) = coding else { return };
    for item in items.iter().take(32) {
        let Some(Value::String(code)) = item.get("code") else { continue };
        let own = match item.get("system") {
            None | Some(Value::Null) => true,
            Some(system) => system.as_str().is_some_and(|system| system.contains("hl7.org/")),
        };
        found.push(Candidate { code, trusted: trusted && own });
    }
}
