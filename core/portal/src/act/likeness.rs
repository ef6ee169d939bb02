//! Whether a resource at the portal says the same as what was sent, where it does not bear the identifier.

use std::collections::BTreeSet;

use fhir::{
    reference::{Target, target},
    time::{FhirTime, Precision},
};
use serde_json::Value;

use super::{Deed, ours};

/// A moment that is this much earlier than the act's own is another one's, seconds.
const DAY: i64 = 86_400;

/// How much it says the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Likeness {
    /// The same, at the same moment.
    Alike,
    /// The same, and the moment is missing or another one: the portal may have put its own.
    Perhaps,
    Not,
}

/// The resource that the act is about: the body itself, or what an operation or a transaction holds.
pub(super) fn intended(deed: &Deed) -> Option<Value> {
    let body: Value = serde_json::from_slice(&deed.body).ok()?;
    let is_it = |value: &&Value| is_of(value, &deed.resource_type);
    if is_it(&&body) {
        return Some(body);
    }
    let lists = ["parameter", "entry"].into_iter().filter_map(|name| body.get(name)).flat_map(ours::each);
    let held: Vec<&Value> = lists.filter_map(|one| one.get("resource")).filter(is_it).collect();
    held.iter().find(|one| ours::bears(one, &deed.identifier)).or(held.first()).map(|one| (*one).clone())
}

/// Whether what is sent bears the identifier, so that it can be found by it.
pub(super) fn is_marked(deed: &Deed) -> bool {
    intended(deed).is_some_and(|wanted| ours::bears(&wanted, &deed.identifier))
}

/// Whether this kind of resource can be known again by what it says.
pub(super) fn can_tell(wanted: &Value) -> bool {
    ["Appointment", "Communication", "MedicationRequest", "Task"].iter().any(|on| is_of(wanted, on))
}

/// How much `is` says the same as `wanted`. `base`: the portal's address.
pub(super) fn of(wanted: &Value, is: &Value, base: &str) -> Likeness {
    let on = wanted.get("resourceType").and_then(Value::as_str).unwrap_or_default();
    if !is_of(is, on) {
        return Likeness::Not;
    }
    match on {
        "Communication" => communication(wanted, is),
        "Appointment" => appointment(wanted, is, base),
        "Task" => task(wanted, is, base),
        "MedicationRequest" => medication_request(wanted, is, base),
        _ => Likeness::Not,
    }
}

/// Whether everything that `wanted` says stands in `is`, which may say more. `meta` and the narrative are the portal's own.
pub(super) fn holds(wanted: &Value, is: &Value) -> bool {
    let Some(members) = wanted.as_object() else { return within(wanted, is) };
    members
        .iter()
        .filter(|(name, _)| !matches!(name.as_str(), "meta" | "text"))
        .all(|(name, value)| is.get(name).is_some_and(|there| within(value, there)))
}

fn within(wanted: &Value, is: &Value) -> bool {
    match (wanted, is) {
        (Value::Object(members), Value::Object(there)) => {
            members.iter().all(|(name, value)| there.get(name).is_some_and(|is| within(value, is)))
        }
        (Value::Array(items), Value::Array(there)) => {
            items.len() == there.len() && items.iter().zip(there).all(|(item, is)| within(item, is))
        }
        (Value::String(text), Value::String(there)) => {
            text == there || exact(text).is_some_and(|at| exact(there) == Some(at))
        }
        _ => wanted == is,
    }
}

fn communication(wanted: &Value, is: &Value) -> Likeness {
    let (sent, there) = (texts(wanted), texts(is));
    if sent.is_empty() || sent != there { Likeness::Not } else { when(wanted, is, "sent") }
}

/// What a message says, whatever order its parts are in.
fn texts(message: &Value) -> Vec<String> {
    let parts = message.get("payload").into_iter().flat_map(ours::each);
    let texts = parts.filter_map(|part| part.get("contentString")?.as_str());
    let mut texts: Vec<String> = texts.map(|text| text.replace("\r\n", "\n").trim().to_owned()).collect();
    texts.sort();
    texts
}

fn appointment(wanted: &Value, is: &Value, base: &str) -> Likeness {
    let start = |one: &Value| one.get("start").and_then(Value::as_str).and_then(exact);
    let period = |one: &Value| one.get("requestedPeriod").cloned();
    let same = match (start(wanted), period(wanted)) {
        (Some(at), _) => start(is) == Some(at),
        (None, Some(period_wanted)) => period(is).is_some_and(|there| within(&period_wanted, &there)),
        (None, None) => false,
    };
    let gone = |one: &Value| matches!(text(one, "status"), "cancelled" | "entered-in-error");
    // What the portal keeps until it is booked is not booked by that.
    let id = text(wanted, "id");
    if !id.is_empty() && id == text(is, "id") && text(is, "status") == "pending" {
        return Likeness::Not;
    }
    match (same, actors(wanted, base) == actors(is, base) && gone(wanted) == gone(is)) {
        (true, true) => Likeness::Alike,
        (true, false) => Likeness::Perhaps,
        _ => Likeness::Not,
    }
}

fn actors(appointment: &Value, base: &str) -> BTreeSet<String> {
    let all = appointment.get("participant").into_iter().flat_map(ours::each);
    all.filter_map(|one| at(one.get("actor")?, base)).collect()
}

fn task(wanted: &Value, is: &Value, base: &str) -> Likeness {
    let focus = |task: &Value| task.get("focus").and_then(|focus| at(focus, base));
    let says = focus(wanted).is_some() || !text(wanted, "description").is_empty();
    let same = focus(wanted) == focus(is) && text(wanted, "description") == text(is, "description");
    if says && same { when(wanted, is, "authoredOn") } else { Likeness::Not }
}

fn medication_request(wanted: &Value, is: &Value, base: &str) -> Likeness {
    let reference = |one: &Value| one.get("medicationReference").and_then(|one| at(one, base));
    let same = match (reference(wanted), wanted.get("medicationCodeableConcept")) {
        (Some(medication), _) => reference(is) == Some(medication),
        (None, Some(concept)) => {
            is.get("medicationCodeableConcept").is_some_and(|there| same_concept(concept, there))
        }
        (None, None) => false,
    };
    if same && text(wanted, "intent") == text(is, "intent") {
        when(wanted, is, "authoredOn")
    } else {
        Likeness::Not
    }
}

fn same_concept(wanted: &Value, is: &Value) -> bool {
    let codes = |concept: &Value| -> BTreeSet<(String, String)> {
        let all = concept.get("coding").into_iter().flat_map(ours::each);
        all.map(|coding| (text(coding, "system").to_owned(), text(coding, "code").to_owned())).collect()
    };
    let shared = !codes(wanted).is_disjoint(&codes(is));
    shared || (!text(wanted, "text").is_empty() && text(wanted, "text") == text(is, "text"))
}

/// What is the same but for its moment.
fn when(wanted: &Value, is: &Value, name: &str) -> Likeness {
    let moment = |one: &Value| one.get(name).and_then(Value::as_str).map(FhirTime::new)?.sort_key();
    match (moment(wanted), moment(is)) {
        (Some(ours), Some(theirs)) if ours == theirs => Likeness::Alike,
        (Some(ours), Some(theirs)) if theirs < ours.saturating_sub(DAY) => Likeness::Not,
        _ => Likeness::Perhaps,
    }
}

/// The instant that a text states to the second, with its offset.
fn exact(text: &str) -> Option<i64> {
    let time = FhirTime::new(text);
    let to_the_second = matches!(time.precision()?, Precision::Second | Precision::Fraction);
    time.offset_minutes().filter(|_| to_the_second).and_then(|_| time.sort_key())
}

/// What a reference points at, in one way of writing.
fn at(reference: &Value, base: &str) -> Option<String> {
    let text = reference.get("reference")?.as_str()?;
    Some(match target(text, base) {
        Target::Relative { resource_type, id } => format!("{resource_type}/{id}"),
        _ => text.to_owned(),
    })
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn is_of(value: &Value, on: &str) -> bool {
    text(value, "resourceType") == on
}
