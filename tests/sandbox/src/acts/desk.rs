//! The desk: takes what patients send, gives it an id and a version, and writes down what was made for whom.

mod change;
mod journal;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::check::{Against, check, rule, text};
use super::{Acts, Appointments, Kind, Refusal, directory, slots};
use crate::world::{Key, World, stamp_text};

pub use journal::{Created, Way};

/// Who sends it.
#[derive(Clone, Debug)]
pub(crate) struct Author {
    pub(crate) patient: String,
    /// Who is signed in.
    pub(crate) user: String,
    /// The app.
    pub(crate) client: String,
    /// The FHIR base, without a slash at its end.
    pub(crate) base: String,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Done {
    Created(Key),
    /// `If-None-Exist` found this one.
    Found(Key),
    Changed(Key),
}

impl Done {
    pub(crate) fn key(&self) -> &Key {
        match self {
            Done::Created(key) | Done::Found(key) | Done::Changed(key) => key,
        }
    }
}

/// All that the portal remembers of acts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Desk {
    acts: Acts,
    /// How many ids were given.
    given: u64,
    created: Vec<Created>,
    /// Until when an appointment is held.
    holds: BTreeMap<String, i64>,
    /// Slot and the appointment that has it.
    taken: BTreeMap<String, String>,
}

impl Desk {
    /// The desk of a portal, with what it offers put into its world.
    pub(crate) fn open(acts: Acts, name: &str, world: &mut World, now: i64) -> Desk {
        directory::fill(world, &acts, name, now);
        Desk { acts, ..Desk::default() }
    }

    pub(crate) fn acts(&self) -> &Acts {
        &self.acts
    }

    /// Everything that was made, oldest first.
    pub(crate) fn created(&self) -> &[Created] {
        &self.created
    }

    /// Takes a new resource. `unless`: the search of `If-None-Exist`.
    pub(crate) fn create(
        &mut self,
        world: &mut World,
        author: &Author,
        resource_type: &str,
        resource: Value,
        unless: Option<&str>,
        now: i64,
    ) -> Result<Done, Refusal> {
        self.settle(world, now);
        if let Some(found) = unless.map(|query| existing(world, author, resource_type, query)).transpose()? {
            match found.as_slice() {
                [] => {}
                [one] => return Ok(Done::Found(one.clone())),
                many => {
                    let words = format!("{} resources fit If-None-Exist", many.len());
                    return Err(Refusal::new(412, "multiple-matches", words));
                }
            }
        }
        let against = Against { world, acts: &self.acts, author };
        let kind = check(&resource, resource_type, &against)?;
        if !self.acts.creates(kind.name()) {
            return Err(Refusal::new(405, "not-supported", format!("{resource_type} is not created here")));
        }
        let resource = match kind {
            Kind::Appointment if self.acts.appointments == Appointments::Slots => {
                return self.book_slots(world, author, resource, Way::Create, now);
            }
            Kind::Communication => with(resource, &[("sent", stamp_text(now).into())]),
            Kind::Appointment => with(resource, &[("created", stamp_text(now).into())]),
            Kind::Task | Kind::MedicationRequest => with(resource, &[("authoredOn", stamp_text(now).into())]),
        };
        self.keep(world, author, resource, Way::Create, now).map(Done::Created)
    }

    /// A new appointment in the slots that it names, if all of them are free.
    pub(super) fn book_slots(
        &mut self,
        world: &mut World,
        author: &Author,
        resource: Value,
        way: Way,
        now: i64,
    ) -> Result<Done, Refusal> {
        let wanted = slots::of(&resource);
        let span = slots::span(world, &wanted, now)?;
        for (name, said) in [("start", &span.start), ("end", &span.end)] {
            let stated = resource.get(name).and_then(Value::as_str);
            if stated.is_some_and(|stated| slots::moment(stated) != slots::moment(said)) {
                return Err(rule(format!("{name} is not that of the slots")));
            }
        }
        self.free(world, &wanted, None)?;
        let (start, end) = (span.start.into(), span.end.into());
        let mut resource = overwritten(resource, &[("start", start), ("end", end)]);
        join(&mut resource, slots::actors(world, &span.schedule));
        let resource = with(resource, &[("created", stamp_text(now).into())]);
        let shown = if text(&resource, "status") == "booked" { "busy" } else { "busy-tentative" };
        let key = self.keep(world, author, resource, way, now)?;
        self.take(world, &wanted, &key.1, shown, now);
        Ok(Done::Created(key))
    }

    /// Releases what was held too long.
    pub(crate) fn settle(&mut self, world: &mut World, now: i64) {
        let over: Vec<String> =
            self.holds.iter().filter(|(_, until)| **until <= now).map(|(id, _)| id.clone()).collect();
        for id in over {
            self.release(world, &id, now);
            let reason = ("cancelationReason", json!({"text": "The hold has expired."}));
            self.rewrite(world, &id, &[("status", "cancelled".into()), reason], now);
        }
    }

    /// Refuses with 409 where one of the slots is somebody else's.
    pub(super) fn free(&self, world: &World, wanted: &[String], own: Option<&str>) -> Result<(), Refusal> {
        for id in wanted {
            let mine = own.is_some() && self.taken.get(id).map(String::as_str) == own;
            if !mine && (self.taken.contains_key(id) || slots::status(world, id) != "free") {
                let words = format!("Slot/{id} is no longer free");
                return Err(Refusal::new(409, "conflict", words));
            }
        }
        Ok(())
    }

    pub(super) fn take(&mut self, world: &mut World, slots: &[String], by: &str, shown: &str, now: i64) {
        for id in slots {
            self.taken.insert(id.clone(), by.to_owned());
            slots::mark(world, id, shown, now);
        }
    }

    /// Frees the slots of an appointment and ends its hold.
    pub(super) fn release(&mut self, world: &mut World, appointment: &str, now: i64) {
        self.holds.remove(appointment);
        let own: Vec<String> =
            self.taken.iter().filter(|(_, by)| *by == appointment).map(|(slot, _)| slot.clone()).collect();
        for slot in own {
            self.taken.remove(&slot);
            slots::mark(world, &slot, "free", now);
        }
    }

    pub(super) fn hold_until(&mut self, appointment: &str, until: i64) {
        self.holds.insert(appointment.to_owned(), until);
    }

    /// Writes down what the patient called it when it was booked.
    pub(super) fn named(&mut self, id: &str, said: Option<&Value>) {
        let identifiers = said.map(journal::identifiers).unwrap_or_default();
        if let Some(created) = self.created.iter_mut().find(|created| created.id == id) {
            created.identifiers.extend(identifiers);
        }
    }

    pub(super) fn end_hold(&mut self, appointment: &str) {
        self.holds.remove(appointment);
    }

    /// Sets members of an appointment, as a new version.
    pub(super) fn rewrite(&self, world: &mut World, id: &str, members: &[(&str, Value)], now: i64) {
        let Some(stored) = world.get("Appointment", id) else { return };
        let (version, value) = (stored.version, stored.value());
        world.put(overwritten(value, members), version + 1, now);
    }

    /// Stores it under a new id, says who made it, and writes it down.
    pub(super) fn keep(
        &mut self,
        world: &mut World,
        author: &Author,
        resource: Value,
        way: Way,
        now: i64,
    ) -> Result<Key, Refusal> {
        let broken = || Refusal::new(500, "exception", "it could not be stored");
        let id = format!("{}", self.acts.first_id + self.given);
        self.given += 1;
        self.created.push(Created::of(&resource, &id, author, way, now));
        let mut resource = overwritten(resource, &[("id", id.into())]);
        if let Some(object) = resource.as_object_mut() {
            object.remove("meta");
        }
        let key = world.put(resource, 1, now).ok_or_else(broken)?;
        world.put_of(provenance(&key, author, now), 1, now, &author.patient).ok_or_else(broken)?;
        Ok(key)
    }
}

/// What of this patient's the search of `If-None-Exist` finds.
fn existing(world: &World, author: &Author, resource_type: &str, query: &str) -> Result<Vec<Key>, Refusal> {
    let query = query.strip_prefix(&format!("{resource_type}?")).unwrap_or(query);
    let pairs: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let [(name, wanted)] = pairs.as_slice() else {
        return Err(Refusal::new(400, "invalid", "If-None-Exist takes one identifier=system|value"));
    };
    let whole = wanted.split_once('|').is_some_and(|(_, value)| !value.is_empty());
    if name != "identifier" || !whole {
        return Err(Refusal::new(400, "invalid", "If-None-Exist takes one identifier=system|value"));
    }
    let own = world.of_patient(&author.patient).filter(|stored| stored.key.0 == resource_type);
    Ok(own.filter(|stored| stored.index.has("identifier", wanted)).map(|stored| stored.key.clone()).collect())
}

fn provenance((resource_type, id): &Key, author: &Author, now: i64) -> Value {
    let patient = format!("Patient/{}", author.patient);
    let system = format!("{}/user", author.base);
    json!({
        "resourceType": "Provenance", "id": format!("of-{id}"),
        "target": [{"reference": format!("{resource_type}/{id}")}],
        "recorded": stamp_text(now),
        "activity": {"coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/v3-DataOperation", "code": "CREATE"
        }]},
        "agent": [{
            "type": {"coding": [{
                "system": "http://terminology.hl7.org/CodeSystem/provenance-participant-type", "code": "author"
            }]},
            "who": {"identifier": {"system": system, "value": author.user}, "display": author.user},
            "onBehalfOf": {"reference": patient}
        }]
    })
}

/// The resource with these members where it does not have them.
fn with(mut resource: Value, members: &[(&str, Value)]) -> Value {
    if let Some(object) = resource.as_object_mut() {
        for (name, value) in members {
            object.entry(*name).or_insert_with(|| value.clone());
        }
    }
    resource
}

/// The resource with these members in place of its own; null takes one away.
pub(super) fn overwritten(mut resource: Value, members: &[(&str, Value)]) -> Value {
    if let Some(object) = resource.as_object_mut() {
        for (name, value) in members {
            match value {
                Value::Null => object.remove(*name),
                value => object.insert((*name).to_owned(), value.clone()),
            };
        }
    }
    resource
}

/// Adds the participants that the appointment does not name yet.
pub(super) fn join(appointment: &mut Value, more: Vec<Value>) {
    let Some(Value::Array(participants)) = appointment.get_mut("participant") else { return };
    for participant in more {
        let reference = participant.pointer("/actor/reference").cloned();
        if !participants.iter().any(|known| known.pointer("/actor/reference").cloned() == reference) {
            participants.push(participant);
        }
    }
}
