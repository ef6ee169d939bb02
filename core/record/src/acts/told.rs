use serde_json::Value;

use super::Kind;

/// What a portal says of what was sent, by its own copy of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// Nothing more than that it has it.
    Nothing,
    /// It arrived.
    Delivered,
    /// Somebody answered, or did what was asked for.
    Answered,
    /// It is asked for, and nobody has decided yet.
    Requested,
    /// It is booked at the time that was asked for, or, where none was, at a time that the portal chose.
    Booked,
    /// It is booked, at another time than was asked for.
    Changed,
    /// It is given up.
    Cancelled,
    /// The portal said no after all.
    Refused {
        /// Its own words; may be empty.
        reason: String,
    },
}

/// What a portal's copy says of an act. `sent` is what was sent, `copy` the portal's current one, `answered` whether the record
/// holds an answer to it. Only elements that FHIR R4 defines for it are read: `Communication.received` ("when this communication
/// arrived at the destination"), and the statuses of Communication, Appointment, Task and MedicationRequest. That something was read
/// by a person has no element.
#[must_use]
pub fn told(kind: Kind, sent: &Value, copy: &Value, answered: bool) -> Told {
    let status = copy.get("status").and_then(Value::as_str).unwrap_or_default();
    let resource_type = copy.get("resourceType").and_then(Value::as_str).unwrap_or_default();
    match resource_type {
        "Appointment" => appointment(kind, sent, copy, status),
        _ if is_no(resource_type, status) => Told::Refused { reason: reason(copy) },
        _ if answered => Told::Answered,
        "Task" if status == "completed" => Told::Answered,
        "Task" if matches!(status, "received" | "accepted" | "ready" | "in-progress" | "on-hold") => {
            Told::Delivered
        }
        "Communication" if copy.get("received").is_some_and(Value::is_string) => Told::Delivered,
        _ => Told::Nothing,
    }
}

fn appointment(kind: Kind, sent: &Value, copy: &Value, status: &str) -> Told {
    match status {
        "proposed" | "pending" | "waitlist" => Told::Requested,
        "booked" | "arrived" | "fulfilled" | "checked-in" | "noshow" => {
            let asked = sent.get("start").and_then(Value::as_str);
            let given = copy.get("start").and_then(Value::as_str);
            if asked.is_none() || is_same_moment(asked, given) { Told::Booked } else { Told::Changed }
        }
        "cancelled" if kind == Kind::Cancel => Told::Cancelled,
        "cancelled" if kind == Kind::Request => Told::Refused { reason: reason(copy) },
        "cancelled" => Told::Cancelled,
        "entered-in-error" => Told::Refused { reason: reason(copy) },
        _ => Told::Nothing,
    }
}

/// Two instants may be written in different zones.
fn is_same_moment(one: Option<&str>, other: Option<&str>) -> bool {
    let at = |text: Option<&str>| text.map(fhir::time::FhirTime::new)?.instant();
    one == other || (at(one).is_some() && at(one) == at(other))
}

fn is_no(resource_type: &str, status: &str) -> bool {
    match resource_type {
        "Communication" => matches!(status, "not-done" | "stopped" | "entered-in-error"),
        "Task" => matches!(status, "rejected" | "failed" | "cancelled" | "entered-in-error"),
        "MedicationRequest" => matches!(status, "cancelled" | "stopped" | "entered-in-error"),
        _ => false,
    }
}

fn reason(copy: &Value) -> String {
    let places = ["statusReason", "cancelationReason", "businessStatus"];
    let words = |concept: &Value| {
        let text = concept.get("text").or_else(|| concept.pointer("/coding/0/display"));
        text.and_then(Value::as_str).map(str::to_owned)
    };
    places.iter().filter_map(|place| copy.get(place)).find_map(words).unwrap_or_default()
}
