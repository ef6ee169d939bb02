//! `$find`, `$hold` and `$book` of IHE ITI Scheduling (ITI-115 to ITI-117).

use serde_json::{Value, json};

use super::check::{Against, check, ids_at, key_of, rule, structure, text};
use super::desk::{Way, overwritten};
use super::{Author, Desk, Refusal, slots};
use crate::world::index::{at, date_range};
use crate::world::{Stored, World, stamp_text};

/// Stands before the id of a slot in the id of the appointment that `$find` proposes for it. It is not stored.
const PROPOSED: &str = "proposed-";
const MOST: usize = 100;

/// What `$find` is asked. Of several of a kind any one will do; of several kinds all must fit.
#[derive(Debug, Default)]
pub(crate) struct Find {
    pub(crate) pairs: Vec<(String, String)>,
}

impl Find {
    /// The parameters of a Parameters resource as pairs, as a query would have them.
    pub(crate) fn of(parameters: &Value) -> Result<Find, Refusal> {
        if text(parameters, "resourceType") != "Parameters" {
            return Err(structure("Parameters are expected"));
        }
        let value = |parameter: &Value| {
            let members = parameter.as_object()?;
            let (_, value) = members.iter().find(|(name, _)| name.starts_with("value"))?;
            let literal = value.get("reference").unwrap_or(value);
            Some(literal.as_str().map_or_else(|| literal.to_string(), str::to_owned))
        };
        let pairs = at(parameters, "parameter").into_iter();
        Ok(Find { pairs: pairs.filter_map(|it| Some((text(it, "name").to_owned(), value(it)?))).collect() })
    }

    fn one(&self, name: &str) -> Option<&str> {
        let mut values =
            self.pairs.iter().filter(|(found, _)| found == name).map(|(_, value)| value.as_str());
        let one = values.next();
        if values.next().is_some() { None } else { one }
    }

    /// The parameters that say which slots, as searches of Slot say it.
    fn filters(&self) -> Result<Vec<(&'static str, String)>, Refusal> {
        let names = ["practitioner", "location-reference", "organization", "specialty", "visit-type"];
        let mut filters = Vec::new();
        for name in names {
            let wanted: Vec<&str> = self
                .pairs
                .iter()
                .filter(|(found, _)| found == name)
                .map(|(_, value)| value.as_str())
                .collect();
            if wanted.is_empty() {
                continue;
            }
            filters.push(match name {
                "specialty" => ("specialty", wanted.join(",")),
                "visit-type" => ("service-type", wanted.join(",")),
                "organization" if wanted.iter().any(|it| it.ends_with("clinic-desk")) => continue,
                _ => ("schedule.actor", wanted.join(",")),
            });
        }
        let known = ["start", "end", "patient-reference", "_count", "reason", "_format"];
        let unknown = self
            .pairs
            .iter()
            .find(|(name, _)| !known.contains(&name.as_str()) && !names.contains(&name.as_str()));
        match unknown {
            Some((name, _)) => Err(Refusal::new(400, "not-supported", format!("$find does not know {name}"))),
            None => Ok(filters),
        }
    }
}

/// The proposed appointments in a time window, soonest first.
pub(crate) fn find(
    desk: &mut Desk,
    world: &mut World,
    author: &Author,
    asked: &Find,
    now: i64,
) -> Result<Vec<Value>, Refusal> {
    desk.settle(world, now);
    let bound = |name: &str| {
        let text =
            asked.one(name).ok_or_else(|| Refusal::new(400, "required", format!("{name} is missing")))?;
        date_range(text).ok_or_else(|| Refusal::new(400, "invalid", format!("{name} is no date")))
    };
    let ((from, _), (until, until_end)) = (bound("start")?, bound("end")?);
    // An end that is a whole day means to the end of that day.
    let until = if until_end - until > 1 { until_end } else { until };
    if until <= from {
        return Err(Refusal::new(400, "invalid", "end is not after start"));
    }
    if let Some(patient) = asked.one("patient-reference")
        && key_of(patient).is_some_and(|(_, id)| id != author.patient)
    {
        return Err(Refusal::new(403, "forbidden", "the token is for another patient"));
    }
    let count = asked.one("_count").map(str::parse::<usize>).transpose();
    let count = count.map_err(|_| Refusal::new(400, "invalid", "_count is not a number"))?.unwrap_or(MOST);
    let filters = asked.filters()?;
    let mut found: Vec<(i64, &Stored)> = Vec::new();
    for stored in world.of_type("Slot", &author.patient) {
        let Some((start, _)) = stored.index.date() else { continue };
        let free = stored.index.has("status", "free") && start > now && (from..until).contains(&start);
        let fits = |(name, wanted): &(&str, String)| {
            slots::fits(world, stored, name, wanted).is_some_and(|fits| fits == Ok(true))
        };
        if free && filters.iter().all(fits) {
            found.push((start, stored));
        }
    }
    found.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.key.cmp(&b.1.key)));
    Ok(found.into_iter().take(count.min(MOST)).map(|(_, slot)| proposal(world, author, slot)).collect())
}

/// Keeps a proposed appointment for the patient for a while.
pub(crate) fn hold(
    desk: &mut Desk,
    world: &mut World,
    author: &Author,
    parameters: &Value,
    now: i64,
) -> Result<(Value, i64), Refusal> {
    desk.settle(world, now);
    let id = referred(parameters)?.ok_or_else(|| structure("appointment-reference is missing"))?;
    let proposed = proposed(world, author, &id)?;
    let pending = overwritten(proposed, &[("status", "pending".into())]);
    let key = desk.book_slots(world, author, pending, Way::Hold, now)?.key().clone();
    let until = now.saturating_add(desk.acts().hold_lifetime);
    desk.hold_until(&key.1, desk.hold_ends(author, until, now));
    Ok((stored(world, &key.1), until))
}

/// Books what was proposed or held; changes or cancels what is booked.
pub(crate) fn book(
    desk: &mut Desk,
    world: &mut World,
    author: &Author,
    parameters: &Value,
    now: i64,
) -> Result<Value, Refusal> {
    desk.settle(world, now);
    let sent = at(parameters, "parameter").into_iter().find(|it| text(it, "name") == "appointment-resource");
    let sent = sent.and_then(|parameter| parameter.get("resource")).cloned();
    match (referred(parameters)?, sent) {
        (Some(id), None) => book_by_id(desk, world, author, &id, None, now),
        (None, Some(appointment)) => book_resource(desk, world, author, appointment, now),
        _ => Err(structure("either appointment-reference or appointment-resource is expected")),
    }
}

fn book_resource(
    desk: &mut Desk,
    world: &mut World,
    author: &Author,
    appointment: Value,
    now: i64,
) -> Result<Value, Refusal> {
    let id = text(&appointment, "id").to_owned();
    match text(&appointment, "status") {
        "pending" if id.is_empty() => {
            check(&appointment, "Appointment", &Against { world, acts: desk.acts(), author })?;
            if desk.refuses_bookings(author) {
                return refused(desk, world, author, appointment, now);
            }
            let booked = overwritten(appointment, &[("status", "booked".into())]);
            let key = desk.book_slots(world, author, booked, Way::Book, now)?.key().clone();
            Ok(stored(world, &key.1))
        }
        "pending" => book_by_id(desk, world, author, &id, Some(&appointment), now),
        "booked" | "cancelled" => {
            desk.update(world, author, ("Appointment", &id), &appointment, None, now)?;
            Ok(stored(world, &id))
        }
        status => Err(rule(format!("an appointment that is {status} cannot be booked"))),
    }
}

/// Books what the id names. What the patient says of it (`said`) goes along: its identifiers, comment and reasons.
fn book_by_id(
    desk: &mut Desk,
    world: &mut World,
    author: &Author,
    id: &str,
    said: Option<&Value>,
    now: i64,
) -> Result<Value, Refusal> {
    let words = ["identifier", "comment", "description", "reasonCode"];
    let mut members: Vec<(&str, Value)> =
        words.iter().filter_map(|name| Some((*name, said?.get(*name)?.clone()))).collect();
    members.push(("status", "booked".into()));
    if id.starts_with(PROPOSED) {
        let booked = overwritten(proposed(world, author, id)?, &members);
        if desk.refuses_bookings(author) {
            return refused(desk, world, author, booked, now);
        }
        let key = desk.book_slots(world, author, booked, Way::Book, now)?.key().clone();
        return Ok(stored(world, &key.1));
    }
    let own = |stored: &&Stored| stored.patients.contains(&author.patient);
    let held = world.get("Appointment", id).filter(own).map(Stored::value);
    let held = held.ok_or_else(|| Refusal::new(404, "not-found", "no such appointment"))?;
    if text(&held, "status") != "pending" {
        let words = format!("the appointment is {}", text(&held, "status"));
        return Err(Refusal::new(409, "conflict", words));
    }
    match desk.booked(author).as_str() {
        _ if desk.refuses_bookings(author) => {
            desk.release(world, id, now);
            members.extend(no());
        }
        "booked" => {
            desk.end_hold(id);
            desk.take(world, &slots::of(&held), id, "busy", now);
        }
        "proposed" => {
            desk.release(world, id, now);
            members.push(("status", "proposed".into()));
        }
        silently => {
            desk.end_hold(id);
            members.push(("status", silently.into()));
        }
    }
    desk.rewrite(world, id, &members, now);
    desk.named(id, said);
    Ok(stored(world, id))
}

/// An appointment that the clinic does not accept: it is stored as cancelled.
fn refused(
    desk: &mut Desk,
    world: &mut World,
    author: &Author,
    appointment: Value,
    now: i64,
) -> Result<Value, Refusal> {
    let key = desk.keep(world, author, overwritten(appointment, &no()), Way::Book, now)?;
    Ok(stored(world, &key.1))
}

fn no() -> [(&'static str, Value); 2] {
    let reason = json!({"text": "This visit can only be booked by phone."});
    [("status", "cancelled".into()), ("cancelationReason", reason)]
}

/// The id that `appointment-reference` names.
fn referred(parameters: &Value) -> Result<Option<String>, Refusal> {
    if text(parameters, "resourceType") != "Parameters" {
        return Err(structure("Parameters are expected"));
    }
    let named =
        at(parameters, "parameter").into_iter().find(|it| text(it, "name") == "appointment-reference");
    let Some(parameter) = named else { return Ok(None) };
    let ids = ids_at(parameter, "valueReference", "Appointment");
    ids.into_iter().next().map(Some).ok_or_else(|| structure("appointment-reference is no reference"))
}

/// The appointment that `$find` proposes under this id.
fn proposed(world: &World, author: &Author, id: &str) -> Result<Value, Refusal> {
    let slot = id.strip_prefix(PROPOSED).and_then(|slot| world.get("Slot", slot));
    let slot = slot.ok_or_else(|| Refusal::new(404, "not-found", "no such proposed appointment"))?;
    let mut appointment = proposal(world, author, slot);
    if let Some(object) = appointment.as_object_mut() {
        object.remove("id");
    }
    Ok(appointment)
}

fn proposal(world: &World, author: &Author, stored: &Stored) -> Value {
    let slot = stored.value();
    let schedule = ids_at(&slot, "schedule", "Schedule").into_iter().next().unwrap_or_default();
    let mut participants = vec![json!({
        "actor": {"reference": format!("Patient/{}", author.patient)},
        "required": "required", "status": "needs-action"
    })];
    participants.extend(slots::actors(world, &schedule));
    json!({
        "resourceType": "Appointment", "id": format!("{PROPOSED}{}", stored.key.1), "status": "proposed",
        "serviceType": slot.get("serviceType"), "specialty": slot.get("specialty"),
        "start": slot.get("start"), "end": slot.get("end"),
        "slot": [{"reference": format!("Slot/{}", stored.key.1)}],
        "participant": participants
    })
}

fn stored(world: &World, id: &str) -> Value {
    world.get("Appointment", id).map(Stored::value).unwrap_or_default()
}

/// What is said along with a hold.
pub(crate) fn held_until(until: i64) -> String {
    format!("held until {}", stamp_text(until))
}
