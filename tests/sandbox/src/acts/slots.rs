//! Slots: what they say, how an appointment names them, and how they are searched.

use serde_json::{Value, json};

use super::check::{Against, ids_at, rule, structure, text};
use super::{Appointments, Refusal};
use crate::world::index::{at, date_matches, date_range};
use crate::world::{Stored, World};

/// What is known of the slots of one appointment.
pub(super) struct Span {
    pub(super) start: String,
    pub(super) end: String,
    pub(super) schedule: String,
}

/// Whether an appointment can be taken at the portal's level.
pub(super) fn check(appointment: &Value, against: &Against<'_>) -> Result<(), Refusal> {
    participants(appointment, against)?;
    let has = |name: &str| appointment.get(name).is_some();
    if has("start") != has("end") {
        return Err(structure("start and end stand together (app-2)"));
    }
    let status = text(appointment, "status");
    if has("cancelationReason") && !["cancelled", "noshow"].contains(&status) {
        return Err(structure("a cancelationReason belongs to what is cancelled (app-4)"));
    }
    if against.acts.appointments == Appointments::Request {
        return request(appointment, status);
    }
    if !["booked", "pending"].contains(&status) {
        return Err(rule("what is booked by slots is booked or pending"));
    }
    if has("requestedPeriod") || !has("slot") {
        return Err(rule("an appointment is booked with its slots"));
    }
    Ok(())
}

fn request(appointment: &Value, status: &str) -> Result<(), Refusal> {
    if status != "proposed" {
        return Err(rule("an appointment is asked for: status proposed"));
    }
    if ["slot", "start"].iter().any(|name| appointment.get(*name).is_some()) {
        return Err(rule("there are no slots: say in requestedPeriod when it would suit"));
    }
    let periods = at(appointment, "requestedPeriod");
    let bound = |period: &&Value| period.get("start").is_some() || period.get("end").is_some();
    if periods.is_empty() || !periods.iter().all(bound) {
        return Err(Refusal::new(422, "required", "requestedPeriod is missing"));
    }
    Ok(())
}

fn participants(appointment: &Value, against: &Against<'_>) -> Result<(), Refusal> {
    let participants = at(appointment, "participant");
    let stated = |one: &&Value| {
        let known = ["accepted", "declined", "tentative", "needs-action"].contains(&text(one, "status"));
        known && (one.get("type").is_some() || one.get("actor").is_some())
    };
    if !participants.iter().all(stated) {
        return Err(structure("each participant has a status, and a type or an actor (app-1)"));
    }
    match ids_at(appointment, "participant.actor", "Patient").as_slice() {
        [id] if *id == against.author.patient => Ok(()),
        _ => Err(Refusal::new(422, "required", "the patient is no participant")),
    }
}

/// The ids of an appointment's slots, in its order.
pub(super) fn of(appointment: &Value) -> Vec<String> {
    ids_at(appointment, "slot", "Slot")
}

/// From when to when these slots are, one after the other on one schedule, and not in the past.
pub(super) fn span(world: &World, slots: &[String], now: i64) -> Result<Span, Refusal> {
    let mut found: Option<Span> = None;
    for id in slots {
        let stored = world.get("Slot", id);
        let slot = stored.ok_or_else(|| Refusal::new(422, "not-found", format!("no slot {id}")))?.value();
        let schedule = ids_at(&slot, "schedule", "Schedule").into_iter().next().unwrap_or_default();
        let next =
            Span { start: text(&slot, "start").to_owned(), end: text(&slot, "end").to_owned(), schedule };
        if moment(&next.start).is_none_or(|start| start <= now) {
            return Err(rule("the slot is in the past"));
        }
        found = Some(match found {
            None => next,
            Some(before) if before.end == next.start && before.schedule == next.schedule => {
                Span { end: next.end, ..before }
            }
            Some(_) => return Err(rule("the slots do not follow each other")),
        });
    }
    found.ok_or_else(|| rule("an appointment is booked with its slots"))
}

pub(super) fn moment(text: &str) -> Option<i64> {
    date_range(text).map(|(start, _)| start)
}

pub(super) fn status(world: &World, id: &str) -> String {
    let slot = world.get("Slot", id).map(Stored::value).unwrap_or_default();
    text(&slot, "status").to_owned()
}

/// Writes a slot's status, where it is another one.
pub(super) fn mark(world: &mut World, id: &str, status: &str, now: i64) {
    let Some(stored) = world.get("Slot", id) else { return };
    let (version, mut slot) = (stored.version, stored.value());
    if text(&slot, "status") == status {
        return;
    }
    if let Some(object) = slot.as_object_mut() {
        object.insert("status".to_owned(), status.into());
    }
    world.put(slot, version + 1, now);
}

/// The participants that a schedule brings along.
pub(super) fn actors(world: &World, schedule: &str) -> Vec<Value> {
    let schedule = world.get("Schedule", schedule).map(Stored::value).unwrap_or_default();
    let actors = at(&schedule, "actor").into_iter();
    actors.map(|actor| json!({"actor": actor, "required": "required", "status": "accepted"})).collect()
}

/// Whether `fits` looks at this search parameter.
pub(crate) fn knows(resource_type: &str, name: &str) -> bool {
    match resource_type {
        "Slot" => {
            matches!(name, "start" | "schedule" | "specialty" | "service-type")
                || name.starts_with("schedule.")
        }
        "Schedule" => matches!(name, "actor" | "specialty" | "service-type") || name.starts_with("actor:"),
        "HealthcareService" => matches!(name, "organization" | "location" | "specialty" | "service-type"),
        "Appointment" => {
            matches!(name, "practitioner" | "location" | "actor" | "specialty" | "service-type")
        }
        _ => false,
    }
}

/// Whether what is offered fits one search parameter; none where it has nothing to do with it.
pub(crate) fn fits(world: &World, stored: &Stored, name: &str, wanted: &str) -> Option<Result<bool, ()>> {
    let value = stored.value();
    let refers = |paths: &[&str]| {
        let found: Vec<&str> =
            paths.iter().flat_map(|path| at(&value, path)).map(|it| text(it, "reference")).collect();
        wanted.split(',').any(|wanted| found.iter().any(|found| same(found, wanted)))
    };
    Some(Ok(match (stored.key.0.as_str(), name) {
        ("Slot", "start") => return Some(date_matches(stored.index.date()?, wanted).ok_or(())),
        ("Slot", "schedule") => refers(&["schedule"]),
        ("Slot", chained) if chained.starts_with("schedule.") => {
            let id = ids_at(&value, "schedule", "Schedule").into_iter().next()?;
            let name = chained.strip_prefix("schedule.")?;
            return fits(world, world.get("Schedule", &id)?, name, wanted);
        }
        ("Schedule", "actor") => refers(&["actor"]),
        ("Schedule", actor) if actor.starts_with("actor:") => {
            let wanted = format!("{}/{wanted}", actor.strip_prefix("actor:")?);
            at(&value, "actor").iter().any(|it| same(text(it, "reference"), &wanted))
        }
        ("HealthcareService", "organization") => refers(&["providedBy"]),
        ("HealthcareService", "location") => refers(&["location"]),
        ("Appointment", "practitioner" | "location" | "actor") => refers(&["participant.actor"]),
        ("Slot" | "Schedule" | "HealthcareService" | "Appointment", "specialty" | "service-type") => {
            let path = match (stored.key.0.as_str(), name) {
                ("HealthcareService", "service-type") => "type",
                (_, "service-type") => "serviceType",
                _ => "specialty",
            };
            let codings = at(&value, path).into_iter().flat_map(|concept| at(concept, "coding"));
            let codes: Vec<(&str, &str)> =
                codings.map(|coding| (text(coding, "system"), text(coding, "code"))).collect();
            wanted.split(',').any(|wanted| {
                codes.iter().any(|(system, code)| match wanted.split_once('|') {
                    None => *code == wanted,
                    Some((wanted_system, wanted_code)) => {
                        *system == wanted_system && (wanted_code.is_empty() || *code == wanted_code)
                    }
                })
            })
        }
        _ => return None,
    }))
}

/// Whether a reference is meant by `Type/id`, an address that ends so, or the id alone.
fn same(found: &str, wanted: &str) -> bool {
    let id = found.rsplit('/').next().unwrap_or_default();
    found == wanted || wanted.ends_with(&format!("/{found}")) || (!wanted.contains('/') && id == wanted)
}
