//! The FHIR R4 resources that acts send. What nobody said is left out; what is changed of a held resource stands in its exact
//! JSON, so that nothing of it is lost on the way back.

use serde_json::{Map, Value, json};

use super::act::urn;
use super::{ActId, IDENTIFIER_SYSTEM};
use crate::Error;

/// The act's identifier, as it stands in the resource that is sent.
#[must_use]
pub fn identifier(id: &ActId) -> Value {
    json!({"system": IDENTIFIER_SYSTEM, "value": urn(id)})
}

/// A file that goes with a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attached {
    /// Its media type.
    pub content_type: String,
    /// Its name.
    pub title: String,
    /// Its bytes in base64 (RFC 4648, section 4).
    pub data: String,
}

/// A message. References are `Type/id` at the portal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// The patient: subject and sender.
    pub patient: String,
    /// To whom.
    pub to: Vec<String>,
    /// Its subject, in words.
    pub topic: Option<String>,
    /// The message that it answers.
    pub answers: Option<String>,
    /// The head of the thread, where the portal has one.
    pub part_of: Option<String>,
    /// What it is about.
    pub about: Vec<String>,
    /// What kind of message, in words.
    pub category: Option<String>,
    /// When it was composed: an instant.
    pub sent: String,
    /// Its words.
    pub text: String,
    /// Its files.
    pub files: Vec<Attached>,
    /// Files that go beside it: the names and titles of [`super::beside`].
    pub beside: Vec<(ActId, String)>,
}

/// A Communication (FHIR R4, communication.html).
#[must_use]
pub fn communication(id: &ActId, message: &Message) -> Value {
    let mut made = start("Communication", id);
    put(&mut made, "inResponseTo", message.answers.as_deref().map(|other| json!([reference(other)])));
    put(&mut made, "partOf", message.part_of.as_deref().map(|head| json!([reference(head)])));
    put(&mut made, "status", Some(json!("in-progress")));
    put(&mut made, "category", message.category.as_deref().map(|words| json!([{"text": words}])));
    put(&mut made, "subject", Some(reference(&message.patient)));
    put(&mut made, "topic", message.topic.as_deref().map(|words| json!({"text": words})));
    put(&mut made, "about", references(&message.about));
    put(&mut made, "sent", Some(json!(message.sent)));
    put(&mut made, "recipient", references(&message.to));
    put(&mut made, "sender", Some(reference(&message.patient)));
    let words = json!({"contentString": message.text});
    let files = message.files.iter().map(|file| {
        json!({"contentAttachment": {"contentType": file.content_type, "data": file.data, "title": file.title}})
    });
    let beside = message.beside.iter().map(|(name, title)| super::beside(name, title));
    put(&mut made, "payload", Some(std::iter::once(words).chain(files).chain(beside).collect()));
    Value::Object(made)
}

/// An appointment that is asked for. Instants are the portal's own or the person's, references `Type/id`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Appointment {
    /// The patient.
    pub patient: String,
    /// With whom, and where.
    pub with: Vec<String>,
    /// What for, in words.
    pub reason: Option<String>,
    /// The times that suit: from and until.
    pub suits: Vec<(String, String)>,
    /// The free times that are taken, and their start and end as the portal gave them.
    pub slots: Vec<String>,
    /// The start of what is taken.
    pub start: Option<String>,
    /// Its end.
    pub end: Option<String>,
    /// The person's own words.
    pub comment: Option<String>,
    /// When it was composed: a date and time.
    pub created: String,
}

/// An Appointment (FHIR R4, appointment.html): asked for (`proposed`) when it has no start, else to be booked.
#[must_use]
pub fn appointment(id: &ActId, wanted: &Appointment) -> Value {
    let mut made = start("Appointment", id);
    let status = if wanted.start.is_some() { "booked" } else { "proposed" };
    put(&mut made, "status", Some(json!(status)));
    put(&mut made, "reasonCode", wanted.reason.as_deref().map(|words| json!([{"text": words}])));
    put(&mut made, "start", wanted.start.as_deref().map(Value::from));
    put(&mut made, "end", wanted.end.as_deref().map(Value::from));
    put(&mut made, "slot", references(&wanted.slots));
    put(&mut made, "created", Some(json!(wanted.created)));
    put(&mut made, "comment", wanted.comment.as_deref().map(Value::from));
    let patient = json!({"actor": reference(&wanted.patient), "status": "accepted"});
    let others = wanted.with.iter().map(|who| json!({"actor": reference(who), "status": "needs-action"}));
    put(&mut made, "participant", Some(std::iter::once(patient).chain(others).collect()));
    let periods = wanted.suits.iter().map(|(start, end)| json!({"start": start, "end": end}));
    put(
        &mut made,
        "requestedPeriod",
        Some(periods.collect::<Vec<_>>()).filter(|p| !p.is_empty()).map(Value::from),
    );
    Value::Object(made)
}

/// The held appointment, given up. It keeps its own identifiers.
///
/// # Errors
/// [`Error::Body`] when it is no appointment.
pub fn cancelled(held: &[u8], reason: Option<&str>) -> Result<Value, Error> {
    let mut made = object(held, "Appointment")?;
    made.insert("status".to_owned(), json!("cancelled"));
    if let Some(words) = reason {
        made.insert("cancelationReason".to_owned(), json!({"text": words}));
    }
    Ok(Value::Object(made))
}

/// The held appointment, at another time: slots, start and end as the portal gave them.
///
/// # Errors
/// [`Error::Body`] when it is no appointment.
pub fn moved(held: &[u8], slots: &[String], start: &str, end: &str) -> Result<Value, Error> {
    let mut made = object(held, "Appointment")?;
    made.insert("start".to_owned(), json!(start));
    made.insert("end".to_owned(), json!(end));
    made.remove("minutesDuration");
    match references(slots) {
        Some(slots) => made.insert("slot".to_owned(), slots),
        None => made.remove("slot"),
    };
    Ok(Value::Object(made))
}

/// A medicine that is asked for again. References are `Type/id`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refill {
    /// The patient.
    pub patient: String,
    /// The prescription.
    pub prescription: String,
    /// The person's own words.
    pub note: Option<String>,
    /// When it was composed: a date and time.
    pub authored: String,
}

/// A Task whose focus is the prescription (FHIR R4, task.html: "fulfil the focal request").
#[must_use]
pub fn refill_task(id: &ActId, refill: &Refill) -> Value {
    let mut made = start("Task", id);
    put(&mut made, "status", Some(json!("requested")));
    put(&mut made, "intent", Some(json!("proposal")));
    put(&mut made, "code", Some(json!({"text": "Refill"})));
    put(&mut made, "description", refill.note.as_deref().map(Value::from));
    put(&mut made, "focus", Some(reference(&refill.prescription)));
    put(&mut made, "for", Some(reference(&refill.patient)));
    put(&mut made, "authoredOn", Some(json!(refill.authored)));
    put(&mut made, "requester", Some(reference(&refill.patient)));
    Value::Object(made)
}

/// A proposal of the same prescription again (FHIR R4, medicationrequest.html, `priorPrescription`): the held one's medicine and
/// dosage, and nothing of who ordered or dispensed it.
///
/// # Errors
/// [`Error::Body`] when it is no prescription.
pub fn refill_request(id: &ActId, refill: &Refill, held: &[u8]) -> Result<Value, Error> {
    let held = object(held, "MedicationRequest")?;
    let mut made = start("MedicationRequest", id);
    put(&mut made, "status", Some(json!("active")));
    put(&mut made, "intent", Some(json!("proposal")));
    for name in ["contained", "medicationCodeableConcept", "medicationReference", "dosageInstruction"] {
        put(&mut made, name, held.get(name).cloned());
    }
    put(&mut made, "subject", Some(reference(&refill.patient)));
    put(&mut made, "authoredOn", Some(json!(refill.authored)));
    put(&mut made, "requester", Some(reference(&refill.patient)));
    put(&mut made, "note", refill.note.as_deref().map(|words| json!([{"text": words}])));
    put(&mut made, "priorPrescription", Some(reference(&refill.prescription)));
    Ok(Value::Object(made))
}

/// What is sent, without the `Parameters` that an operation takes around it.
#[must_use]
pub fn inner(resource: &Value) -> &Value {
    let around = resource.get("resourceType").and_then(Value::as_str) == Some("Parameters");
    let inside = resource.pointer("/parameter/0/resource");
    inside.filter(|_| around).unwrap_or(resource)
}

/// What an operation is sent for an appointment that the portal keeps: the same, as the one that is kept.
#[must_use]
pub fn kept(mut operation: Value, appointment: &str) -> Value {
    if let Some(inside) = operation.pointer_mut("/parameter/0/resource").and_then(Value::as_object_mut) {
        inside.insert("id".to_owned(), json!(appointment));
    }
    operation
}

/// The words of what was composed, for showing it: of a message its text, else what is said in the person's own words.
#[must_use]
pub fn words(resource: &Value) -> Option<String> {
    let found = WORDS.iter().find_map(|place| resource.pointer(place));
    found.and_then(Value::as_str).map(str::to_owned)
}

/// Puts other words in the place of those. Whether there were any.
pub fn set_words(resource: &mut Value, text: &str) -> bool {
    let place = WORDS.iter().find(|place| resource.pointer(place).is_some());
    match place.and_then(|place| resource.pointer_mut(place)) {
        Some(words) => *words = json!(text),
        None => return false,
    }
    true
}

/// Where the words of the person's own stand.
const WORDS: [&str; 4] = ["/payload/0/contentString", "/comment", "/description", "/note/0/text"];

fn start(resource_type: &str, id: &ActId) -> Map<String, Value> {
    let mut made = Map::new();
    made.insert("resourceType".to_owned(), json!(resource_type));
    made.insert("identifier".to_owned(), json!([identifier(id)]));
    made
}

fn object(held: &[u8], resource_type: &str) -> Result<Map<String, Value>, Error> {
    match serde_json::from_slice(held) {
        Ok(Value::Object(held))
            if held.get("resourceType").and_then(Value::as_str) == Some(resource_type) =>
        {
            Ok(held)
        }
        _ => Err(Error::Body),
    }
}

fn reference(to: &str) -> Value {
    json!({"reference": to})
}

fn references(all: &[String]) -> Option<Value> {
    if all.is_empty() {
        return None;
    }
    Some(all.iter().map(|one| reference(one)).collect())
}

fn put(made: &mut Map<String, Value>, name: &str, value: Option<Value>) {
    if let Some(value) = value {
        made.insert(name.to_owned(), value);
    }
}
