//! The desk: takes what patients send, gives it an id and a version, and writes down what was made for whom.

mod change;
mod holding;
mod journal;
mod time;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::check::{Against, check, rule, text};
use super::{Acts, Faults, Kind, Refusal, clinic, directory, slots};
use crate::Error;
use crate::world::{Key, World, stamp_text};

pub use journal::{Created, Way};
pub(super) use time::status_of;

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
    /// Stands at the desk: no fault touches it.
    pub(crate) direct: bool,
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
    faults: Faults,
    /// `slot-gone` has happened.
    gone: bool,
    /// Until when a search does not find it.
    hidden: BTreeMap<String, i64>,
    late: Vec<time::Late>,
    /// When the attachments of a message are looked at.
    scans: BTreeMap<String, i64>,
    /// Whether the clinic answers by itself.
    answering: bool,
    /// What it has answered.
    answered: BTreeSet<String>,
}

impl Desk {
    /// The desk of a portal, with what it offers put into its world.
    pub(crate) fn open(acts: Acts, name: &str, world: &mut World, now: i64) -> Desk {
        directory::fill(world, &acts, name, now);
        Desk { answering: acts.answering, acts, ..Desk::default() }
    }

    pub(crate) fn acts(&self) -> &Acts {
        &self.acts
    }

    pub(crate) fn faults(&self) -> &Faults {
        &self.faults
    }

    /// Switches to exactly these faults.
    pub(crate) fn go_wrong(&mut self, faults: Faults) {
        self.faults = faults;
        self.gone = false;
    }

    /// Whether the clinic answers by itself from now on; gives whether it did.
    pub(crate) fn answer_by_itself(&mut self, on: bool) -> bool {
        std::mem::replace(&mut self.answering, on)
    }

    /// Whether searches do not find it yet.
    pub(crate) fn hides(&self, id: &str, now: i64) -> bool {
        self.faults.lagging_search.is_some() && self.hidden.get(id).is_some_and(|until| now < *until)
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
        let unless = unless.filter(|_| author.direct || !self.faults.ignores_if_none_exist);
        if let Some(found) = unless.map(|query| existing(world, author, resource_type, query)).transpose()? {
            match found.as_slice() {
                [] => {}
                [one] if author.direct || !self.faults.if_none_exist_412 => {
                    return Ok(Done::Found(one.clone()));
                }
                many => {
                    let words = format!("{} resources fit If-None-Exist", many.len());
                    return Err(Refusal::new(412, "multiple-matches", words));
                }
            }
        }
        let acts = if author.direct { self.acts.clone() } else { self.faults.limited(&self.acts) };
        let against = Against { world, acts: &acts, author };
        let kind = check(&resource, resource_type, &against)?;
        let at_the_desk = author.direct && kind == Kind::Appointment;
        if !self.acts.creates(kind.name()) && !at_the_desk {
            return Err(Refusal::new(405, "not-supported", format!("{resource_type} is not created here")));
        }
        let scans = self.faults.attachment_refused.as_deref().filter(|_| !author.direct);
        let scans = scans.filter(|_| time::is_attached(&resource)).map(str::to_owned);
        if scans.as_deref() == Some("scanned") {
            return Err(rule("the attachment did not pass the virus scan"));
        }
        let resource = match kind {
            Kind::Appointment if self.acts.offer() => {
                return self.book_slots(world, author, resource, Way::Create, now);
            }
            Kind::Communication => with(resource, &[("sent", stamp_text(now).into())]),
            Kind::Appointment => with(resource, &[("created", stamp_text(now).into())]),
            Kind::Task | Kind::MedicationRequest => with(resource, &[("authoredOn", stamp_text(now).into())]),
            Kind::DocumentReference => with(resource, &[("date", stamp_text(now).into())]),
        };
        let key = self.keep(world, author, resource, Way::Create, now)?;
        if scans.is_some() {
            self.scan_later(&key.1, now);
        }
        Ok(Done::Created(key))
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
        self.snatch(world, author, &wanted, now);
        self.free_for(world, &wanted, "")?;
        if way == Way::Create && self.refuses_bookings(author) {
            return Err(rule("this visit can only be booked by phone"));
        }
        let resource = match text(&resource, "status") {
            "booked" => overwritten(resource, &[("status", self.booked(author).into())]),
            _ => resource,
        };
        let (start, end) = (span.start.into(), span.end.into());
        let mut resource = overwritten(resource, &[("start", start), ("end", end)]);
        join(&mut resource, slots::actors(world, &span.schedule));
        let resource = with(resource, &[("created", stamp_text(now).into())]);
        let shown = match text(&resource, "status") {
            "booked" => Some("busy"),
            "pending" => Some("busy-tentative"),
            _ => None,
        };
        let key = self.keep(world, author, resource, way, now)?;
        if let Some(shown) = shown {
            self.take(world, &wanted, &key.1, shown, now);
        }
        Ok(Done::Created(key))
    }

    /// Writes down what the patient called it when it was booked.
    pub(super) fn named(&mut self, id: &str, said: Option<&Value>) {
        let identifiers = said.map(journal::identifiers).unwrap_or_default();
        if let Some(created) = self.created.iter_mut().find(|created| created.id == id) {
            created.identifiers.extend(identifiers);
        }
    }

    /// Sets members of an appointment, as a new version.
    pub(super) fn rewrite(&self, world: &mut World, id: &str, members: &[(&str, Value)], now: i64) {
        let Some(stored) = world.get("Appointment", id) else { return };
        let (version, value) = (stored.version, stored.value());
        world.put(overwritten(value, members), version + 1, now);
    }

    pub(super) fn is_answered(&mut self, id: &str) {
        self.answered.insert(id.to_owned());
    }

    /// What the clinic has still to look at, and for how long it has waited.
    pub(super) fn unanswered(&self, now: i64) -> Vec<(String, i64)> {
        let waiting = self.created.iter().filter(|created| !self.answered.contains(&created.id));
        let waiting =
            waiting.map(|it| (format!("{}/{}", it.resource_type, it.id), now.saturating_sub(it.at)));
        waiting.filter(|(_, age)| *age >= clinic::first_look()).collect()
    }

    /// Stores what a patient made under a new id, says who made it, and writes it down.
    pub(super) fn keep(
        &mut self,
        world: &mut World,
        author: &Author,
        resource: Value,
        way: Way,
        now: i64,
    ) -> Result<Key, Refusal> {
        let id = self.new_id();
        self.created.push(Created::of(&resource, &id, author, way, now));
        if let Some(seconds) = self.faults.lagging_search.filter(|_| !author.direct) {
            self.hidden.insert(id.clone(), now.saturating_add(seconds));
        }
        let lost = if self.faults.strips_identifier && !author.direct { "identifier" } else { "meta" };
        let members = [("id", id.into()), ("meta", Value::Null), (lost, Value::Null)];
        let who = json!({
            "who": {"identifier": {"system": format!("{}/user", author.base), "value": author.user},
                "display": author.user},
            "onBehalfOf": {"reference": format!("Patient/{}", author.patient)}
        });
        let resource = overwritten(resource, &members);
        store(world, resource, &author.patient, who, now)
            .ok_or_else(|| Refusal::new(500, "exception", "it could not be stored"))
    }

    /// Stores what the clinic made for a patient.
    pub(super) fn issue(
        &mut self,
        world: &mut World,
        resource: Value,
        patient: &str,
        now: i64,
    ) -> Result<Key, Error> {
        let resource = overwritten(resource, &[("id", self.new_id().into())]);
        let who = json!({"who": {"reference": "Organization/clinic-desk"}});
        store(world, resource, patient, who, now).ok_or(Error::NothingLeft("answer"))
    }

    fn new_id(&mut self) -> String {
        self.given += 1;
        (self.acts.first_id + self.given - 1).to_string()
    }
}

/// Stores a new resource, and a Provenance that says by whom it is.
fn store(world: &mut World, resource: Value, patient: &str, who: Value, now: i64) -> Option<Key> {
    let key = world.put(resource, 1, now)?;
    let provenance = provenance(&key, who, now);
    world.put_of(provenance, 1, now, patient)?;
    Some(key)
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

fn provenance((resource_type, id): &Key, mut agent: Value, now: i64) -> Value {
    let author = json!({"coding": [{
        "system": "http://terminology.hl7.org/CodeSystem/provenance-participant-type", "code": "author"
    }]});
    if let Some(members) = agent.as_object_mut() {
        members.insert("type".to_owned(), author);
    }
    json!({
        "resourceType": "Provenance", "id": format!("of-{id}"),
        "target": [{"reference": format!("{resource_type}/{id}")}],
        "recorded": stamp_text(now),
        "activity": {"coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/v3-DataOperation", "code": "CREATE"
        }]},
        "agent": [agent]
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
