//! What `$find`, `$hold` and `$book` are sent (IHE ITI Scheduling 1.0, ITI-115 to ITI-117).

use chrono::DateTime;
use serde_json::{Value, json};

use super::Query;
use crate::act::Identifier;

/// What the patient says with a booking.
#[derive(Clone, Copy, Debug)]
pub struct Booking<'a> {
    /// By which the appointment is known again.
    pub identifier: &'a Identifier,
    /// The patient's id at the portal.
    pub patient: &'a str,
    /// Why, in words. Nothing for nothing.
    pub reason: &'a str,
    /// A note for the people there. Nothing for nothing.
    pub comment: &'a str,
}

/// The body of `Appointment/$hold`: keeps what `$find` proposed for a while. `proposed`: `Appointment/1`.
pub fn hold(proposed: &str) -> Vec<u8> {
    parameters(vec![json!({"name": "appointment-reference", "valueReference": {"reference": proposed}})])
}

/// The body of `Appointment/$book` for what `$find` proposed or `$hold` keeps: the resource itself, as it is sent to be known
/// again by its identifier. Nothing when these bytes are no Appointment.
pub fn book(appointment: &[u8], booking: &Booking<'_>) -> Option<Vec<u8>> {
    let mut value: Value = serde_json::from_slice(appointment).ok()?;
    if value.get("resourceType").and_then(Value::as_str) != Some("Appointment") {
        return None;
    }
    let members = value.as_object_mut()?;
    members.remove("meta");
    members.remove("text");
    members.insert("status".to_owned(), json!("pending"));
    let identifier = json!({"system": booking.identifier.system, "value": booking.identifier.value});
    let mut identifiers = list(members.remove("identifier"));
    identifiers.push(identifier);
    members.insert("identifier".to_owned(), Value::Array(identifiers));
    let patient = format!("Patient/{}", booking.patient);
    let mut participants = list(members.remove("participant"));
    let is_patient = |one: &Value| {
        let actor = one.pointer("/actor/reference").and_then(Value::as_str).unwrap_or_default();
        actor == patient || actor.ends_with(&format!("/{patient}"))
    };
    if !participants.iter().any(is_patient) {
        participants.push(json!({"actor": {"reference": patient}, "status": "accepted"}));
    }
    members.insert("participant".to_owned(), Value::Array(participants));
    if !booking.comment.is_empty() {
        members.insert("comment".to_owned(), json!(booking.comment));
    }
    if !booking.reason.is_empty() {
        members.insert("reasonCode".to_owned(), json!([{"text": booking.reason}]));
    }
    Some(parameters(vec![json!({"name": "appointment-resource", "resource": value})]))
}

/// The body of `Appointment/$find`.
pub(super) fn find(query: &Query, patient: &str, most: usize) -> Option<Vec<u8>> {
    let mut all = vec![
        json!({"name": "start", "valueDateTime": instant(query.from)?}),
        json!({"name": "end", "valueDateTime": instant(query.until)?}),
        json!({"name": "patient-reference", "valueReference": {"reference": format!("Patient/{patient}")}}),
    ];
    for (name, references) in
        [("practitioner", &query.practitioners), ("location-reference", &query.locations)]
    {
        all.extend(references.iter().map(|one| json!({"name": name, "valueReference": {"reference": one}})));
    }
    if let Some((system, code)) = &query.service {
        all.push(json!({"name": "visit-type", "valueString": format!("{system}|{code}")}));
    }
    all.push(json!({"name": "_count", "valueInteger": most}));
    Some(parameters(all))
}

/// `2026-03-01T12:00:00Z`.
pub(super) fn instant(at: i64) -> Option<String> {
    Some(DateTime::from_timestamp(at, 0)?.format("%Y-%m-%dT%H:%M:%SZ").to_string())
}

fn parameters(all: Vec<Value>) -> Vec<u8> {
    json!({"resourceType": "Parameters", "parameter": all}).to_string().into_bytes()
}

fn list(value: Option<Value>) -> Vec<Value> {
    match value {
        Some(Value::Array(items)) => items,
        Some(Value::Null) | None => Vec::new(),
        Some(one) => vec![one],
    }
}
