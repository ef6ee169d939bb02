//! The clinic's side: somebody there answers, books, moves, cancels, refuses.

use chrono::DateTime;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Desk;
use super::check::{ids_at, key_of, text};
use super::desk::{overwritten, status_of};
use super::slots;
use crate::Error;
use crate::world::index::at;
use crate::world::{Key, Stored, World, stamp_text};

/// The member by which this portal tells that a message was read.
const READ: &str = "https://sandbox.example/fhir/StructureDefinition/read";
/// Seconds until the clinic has received what comes, and until it has answered, where it answers by itself.
const RECEIVED: i64 = 5;
const ANSWERED: i64 = 20;
const VISIT: i64 = 1800;

/// What the clinic does about a message, an appointment or a request for a refill.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "kebab-case")]
pub enum Answer {
    /// A message is `completed` with `received`; a Task is `received`.
    Received,
    /// A message was read: an extension of this portal says so, R4 has no element for it.
    Read,
    /// Another message in answer, from whom the first was sent to.
    Reply {
        /// What it says.
        text: String,
    },
    /// An appointment that is proposed or pending is booked; a Task is `accepted`; a proposed MedicationRequest is completed
    /// and an order made of it.
    Accept {
        /// When the visit is, as an instant. None: when the slots are, or when the first requested period begins.
        start: Option<String>,
    },
    /// An appointment is moved: to the free slot of its schedule that begins then, where there are slots.
    Change {
        /// When the visit is now, as an instant.
        start: String,
    },
    /// A Task is `completed`.
    Complete,
    /// An appointment is `cancelled`.
    Cancel {
        /// `cancelationReason`
        reason: String,
    },
    /// A message is `not-done`, an appointment that was asked for `cancelled`, a Task `rejected`, a proposal `cancelled`.
    Refuse {
        /// `statusReason`, or the `cancelationReason` of an appointment.
        reason: String,
    },
}

/// Does it, and names what is new or changed.
pub(crate) fn answer(
    desk: &mut Desk,
    world: &mut World,
    reference: &str,
    answer: &Answer,
    now: i64,
) -> Result<Vec<Key>, Error> {
    desk.settle(world, now);
    let (resource_type, id) = key_of(reference).ok_or_else(|| Error::Unknown(reference.to_owned()))?;
    let stored = world.get(&resource_type, &id).filter(|stored| stored.listed);
    let before = stored.map(Stored::value).ok_or_else(|| Error::Unknown(reference.to_owned()))?;
    let key = (resource_type.clone(), id.clone());
    let reason = |reason: &str| json!({"text": reason});
    let members: Vec<(&str, Value)> = match (resource_type.as_str(), answer) {
        ("Communication", Answer::Reply { text }) => return reply(desk, world, &id, text, now),
        ("Communication", Answer::Received) => received(now),
        ("Communication", Answer::Read) => {
            let read = json!([{"url": READ, "valueDateTime": stamp_text(now)}]);
            received(now).into_iter().chain([("extension", read)]).collect()
        }
        ("Communication", Answer::Refuse { reason: why }) => {
            vec![("status", "not-done".into()), ("statusReason", reason(why))]
        }
        ("Appointment", Answer::Accept { start }) => accepted(desk, world, &before, start.as_deref(), now)?,
        ("Appointment", Answer::Change { start }) => moved(desk, world, &before, start, now)?,
        ("Appointment", Answer::Cancel { reason: why } | Answer::Refuse { reason: why }) => {
            desk.release(world, &id, now);
            vec![("status", "cancelled".into()), ("cancelationReason", reason(why))]
        }
        ("Task", Answer::Received) => vec![("status", "received".into())],
        ("Task", Answer::Accept { .. }) => vec![("status", "accepted".into())],
        ("Task", Answer::Complete) => {
            vec![("status", "completed".into()), ("businessStatus", reason("Sent to the pharmacy"))]
        }
        ("Task", Answer::Refuse { reason: why }) => {
            vec![("status", "rejected".into()), ("statusReason", reason(why))]
        }
        ("MedicationRequest", Answer::Accept { .. }) => return ordered(desk, world, &before, now),
        ("MedicationRequest", Answer::Refuse { reason: why }) => {
            vec![("status", "cancelled".into()), ("statusReason", reason(why))]
        }
        _ => return Err(Error::Refused(format!("the clinic does not do this with a {resource_type}"))),
    };
    let version = world.get(&resource_type, &id).map_or(0, |stored| stored.version);
    world.put(overwritten(before, &members), version + 1, now);
    Ok(vec![key])
}

/// A message in answer to another one, which was received by then.
pub(super) fn reply(
    desk: &mut Desk,
    world: &mut World,
    id: &str,
    words: &str,
    now: i64,
) -> Result<Vec<Key>, Error> {
    let stored = world.get("Communication", id).ok_or_else(|| Error::Unknown(id.to_owned()))?;
    let (version, before) = (stored.version, stored.value());
    let patient = patient_of(stored)?;
    world.put(overwritten(before.clone(), &received(now)), version + 1, now);
    let root = ids_at(&before, "partOf", "Communication").into_iter().next().unwrap_or_else(|| id.to_owned());
    let clinic = json!({"reference": "Organization/clinic-desk"});
    let sender = before.pointer("/recipient/0").cloned().unwrap_or(clinic);
    let mut message = json!({
        "resourceType": "Communication", "status": "completed",
        "partOf": [{"reference": format!("Communication/{root}")}],
        "inResponseTo": [{"reference": format!("Communication/{id}")}],
        "subject": {"reference": format!("Patient/{patient}")},
        "sender": sender, "recipient": [{"reference": format!("Patient/{patient}")}],
        "sent": stamp_text(now), "payload": [{"contentString": words}]
    });
    for name in ["category", "topic"] {
        message = overwritten(message, &[(name, before.get(name).cloned().unwrap_or_default())]);
    }
    let key = desk.issue(world, message, &patient, now)?;
    Ok(vec![key, ("Communication".to_owned(), id.to_owned())])
}

/// Answers what has waited long enough.
pub(super) fn by_itself(desk: &mut Desk, world: &mut World, now: i64) {
    for (reference, age) in desk.unanswered(now) {
        let Some((resource_type, id)) = key_of(&reference) else { continue };
        let status = status_of(world, &resource_type, &id);
        let soon = age >= ANSWERED;
        let answers: Vec<Answer> = match (resource_type.as_str(), status.as_str()) {
            ("Communication", _) if soon => vec![Answer::Reply { text: WORDS.to_owned() }],
            ("Communication", "in-progress" | "preparation") => vec![Answer::Received],
            ("Task", "requested" | "received" | "accepted") if soon => vec![Answer::Complete],
            ("Task", "requested") => vec![Answer::Accept { start: None }],
            ("Appointment", "proposed" | "pending") if soon && !desk.is_held(&id) => {
                vec![Answer::Accept { start: None }]
            }
            ("MedicationRequest", "active" | "draft") if soon => vec![Answer::Accept { start: None }],
            _ => Vec::new(),
        };
        if soon && !desk.is_held(&id) {
            desk.is_answered(&id);
        }
        for one in answers {
            let _not_any_more = answer_now(desk, world, &reference, &one, now);
        }
    }
}

const WORDS: &str =
    "Thank you for your message. We have read it and will call you if anything else is needed.";

/// As `answer`, from within what time does.
fn answer_now(
    desk: &mut Desk,
    world: &mut World,
    reference: &str,
    one: &Answer,
    now: i64,
) -> Result<Vec<Key>, Error> {
    let answering = desk.answer_by_itself(false);
    let done = answer(desk, world, reference, one, now);
    desk.answer_by_itself(answering);
    done
}

/// How long something waits until it is looked at.
pub(super) const fn first_look() -> i64 {
    RECEIVED
}

fn received(now: i64) -> Vec<(&'static str, Value)> {
    vec![("status", "completed".into()), ("received", stamp_text(now).into())]
}

fn accepted(
    desk: &mut Desk,
    world: &mut World,
    before: &Value,
    start: Option<&str>,
    now: i64,
) -> Result<Vec<(&'static str, Value)>, Error> {
    if !["proposed", "pending"].contains(&text(before, "status")) {
        return Err(Error::Refused(format!("the appointment is {}", text(before, "status"))));
    }
    let id = text(before, "id");
    let taken = slots::of(before);
    if !taken.is_empty() {
        desk.free_for(world, &taken, id).map_err(|why| Error::Refused(why.text))?;
        desk.end_hold(id);
        desk.take(world, &taken, id, "busy", now);
        return Ok(vec![("status", "booked".into())]);
    }
    let first = at(before, "requestedPeriod").first().map(|period| text(period, "start").to_owned());
    let start = start.map(str::to_owned).or(first).filter(|start| !start.is_empty());
    let start = start.ok_or_else(|| Error::Refused("nobody says when".to_owned()))?;
    Ok([("status", "booked".into())].into_iter().chain(visit(&start)?).collect())
}

fn moved(
    desk: &mut Desk,
    world: &mut World,
    before: &Value,
    start: &str,
    now: i64,
) -> Result<Vec<(&'static str, Value)>, Error> {
    let id = text(before, "id");
    let taken = slots::of(before);
    let Some(first) = taken.first() else { return visit(start) };
    let slot = world.get("Slot", first).map(Stored::value).unwrap_or_default();
    let schedule = text(slot.get("schedule").unwrap_or(&Value::Null), "reference").to_owned();
    let wanted = slots::moment(start);
    let fits = |stored: &&Stored| {
        let value = stored.value();
        slots::moment(text(&value, "start")) == wanted
            && text(value.get("schedule").unwrap_or(&Value::Null), "reference") == schedule
    };
    let found = world.of_type("Slot", "").into_iter().find(fits).map(|stored| stored.key.1.clone());
    let to = vec![found.ok_or_else(|| Error::Refused("there is no slot then".to_owned()))?];
    desk.free_for(world, &to, id).map_err(|why| Error::Refused(why.text))?;
    let span = slots::span(world, &to, now).map_err(|why| Error::Refused(why.text))?;
    desk.release(world, id, now);
    desk.take(world, &to, id, "busy", now);
    let reference = format!("Slot/{}", to.join(""));
    Ok(vec![
        ("slot", json!([{"reference": reference}])),
        ("start", span.start.into()),
        ("end", span.end.into()),
    ])
}

/// Half an hour from then on.
fn visit(start: &str) -> Result<Vec<(&'static str, Value)>, Error> {
    let from = DateTime::parse_from_rfc3339(start).map_err(|_| Error::Unknown(start.to_owned()))?;
    let until = from.checked_add_signed(chrono::TimeDelta::seconds(VISIT));
    let until = until.ok_or_else(|| Error::Unknown(start.to_owned()))?;
    Ok(vec![("start", from.to_rfc3339().into()), ("end", until.to_rfc3339().into())])
}

/// The proposal is done with, and a prescription made of it.
fn ordered(desk: &mut Desk, world: &mut World, before: &Value, now: i64) -> Result<Vec<Key>, Error> {
    let id = text(before, "id").to_owned();
    let stored = world.get("MedicationRequest", &id).ok_or_else(|| Error::Unknown(id.clone()))?;
    let (version, patient) = (stored.version, patient_of(stored)?);
    if text(before, "intent") != "proposal" {
        return Err(Error::Refused("this is a prescription already".to_owned()));
    }
    world.put(overwritten(before.clone(), &[("status", "completed".into())]), version + 1, now);
    let proposal = json!([{"reference": format!("MedicationRequest/{id}")}]);
    let order = overwritten(
        before.clone(),
        &[
            ("id", Value::Null),
            ("meta", Value::Null),
            ("identifier", Value::Null),
            ("status", "active".into()),
            ("intent", "order".into()),
            ("authoredOn", stamp_text(now).into()),
            ("basedOn", proposal),
        ],
    );
    let key = desk.issue(world, order, &patient, now)?;
    Ok(vec![key, ("MedicationRequest".to_owned(), id)])
}

fn patient_of(stored: &Stored) -> Result<String, Error> {
    let patient = stored.patients.iter().next().cloned();
    patient.ok_or_else(|| Error::Unknown(stored.key.1.clone()))
}
