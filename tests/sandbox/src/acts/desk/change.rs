//! What a patient may change: cancel and move an appointment, withdraw a request.

use serde_json::Value;

use super::{Author, Desk, Done, overwritten};
use crate::acts::check::{Against, check, rule, structure, text};
use crate::acts::{Refusal, slots};
use crate::world::{Stored, World};

/// Elements of an appointment that stay as they are, whatever is sent.
const FREE: &[&str] = &["comment", "description", "reasonCode"];

impl Desk {
    /// Changes what is there. `version`: the one of `If-Match`, where it was sent.
    pub(crate) fn update(
        &mut self,
        world: &mut World,
        author: &Author,
        (resource_type, id): (&str, &str),
        resource: &Value,
        version: Option<&str>,
        now: i64,
    ) -> Result<Done, Refusal> {
        self.settle(world, now);
        if !self.acts.updates(resource_type) {
            return Err(Refusal::new(405, "not-supported", format!("{resource_type} is not changed here")));
        }
        let own = |stored: &&Stored| stored.listed && stored.patients.contains(&author.patient);
        let stored = world.get(resource_type, id).filter(own);
        let stored = stored.ok_or_else(|| Refusal::new(404, "not-found", "no such resource"))?;
        if version.is_some_and(|version| version != stored.version.to_string()) {
            let words =
                format!("version {} is not the current one, {}", version.unwrap_or("?"), stored.version);
            return Err(Refusal::new(412, "conflict", words));
        }
        if text(resource, "resourceType") != resource_type || text(resource, "id") != id {
            return Err(structure("the resource has not the type and the id of its address"));
        }
        let (before, version) = (stored.value(), stored.version);
        let changed = match resource_type {
            "Appointment" => self.appointment(world, author, id, &before, resource, now)?,
            _ => withdrawn(&before, resource)?,
        };
        let key = world.put(changed, version + 1, now);
        key.map(Done::Changed).ok_or_else(|| Refusal::new(500, "exception", "it could not be stored"))
    }

    pub(in crate::acts) fn appointment(
        &mut self,
        world: &mut World,
        author: &Author,
        id: &str,
        before: &Value,
        wanted: &Value,
        now: i64,
    ) -> Result<Value, Refusal> {
        let (was, will) = (text(before, "status"), text(wanted, "status"));
        if !["proposed", "pending", "booked"].contains(&was) {
            return Err(rule(format!("the appointment is {was} and cannot be changed")));
        }
        if will == "cancelled" {
            self.release(world, id, now);
            let reason = wanted.get("cancelationReason").cloned().unwrap_or_default();
            return Ok(overwritten(
                before.clone(),
                &[("status", will.into()), ("cancelationReason", reason)],
            ));
        }
        if will != was {
            return Err(rule(format!("from {was} to {will} is for the clinic to say")));
        }
        check(wanted, "Appointment", &Against { world, acts: &self.acts, author })?;
        let mut members: Vec<(&str, Value)> =
            FREE.iter().map(|name| (*name, wanted.get(*name).cloned().unwrap_or_default())).collect();
        if self.acts.offer() {
            members.extend(self.moved(world, author, id, before, wanted, now)?);
        } else {
            members.push(("requestedPeriod", wanted.get("requestedPeriod").cloned().unwrap_or_default()));
        }
        Ok(overwritten(before.clone(), &members))
    }

    /// Takes the new slots and frees the old ones, or does neither.
    fn moved(
        &mut self,
        world: &mut World,
        author: &Author,
        id: &str,
        before: &Value,
        wanted: &Value,
        now: i64,
    ) -> Result<Vec<(&'static str, Value)>, Refusal> {
        let (from, to) = (slots::of(before), slots::of(wanted));
        if from == to {
            return Ok(Vec::new());
        }
        let span = slots::span(world, &to, now)?;
        self.snatch(world, author, &to, now);
        self.free_for(world, &to, id)?;
        let shown = from.first().map(|slot| slots::status(world, slot)).unwrap_or_default();
        self.release(world, id, now);
        self.take(world, &to, id, &shown, now);
        let slot = wanted.get("slot").cloned().unwrap_or_default();
        let mut joined = before.clone();
        let patient =
            |one: &Value| text(one.get("actor").unwrap_or(&Value::Null), "reference").starts_with("Patient/");
        if let Some(Value::Array(participants)) = joined.get_mut("participant") {
            participants.retain(patient);
        }
        super::join(&mut joined, slots::actors(world, &span.schedule));
        let participant = joined.get("participant").cloned().unwrap_or_default();
        Ok(vec![
            ("slot", slot),
            ("start", span.start.into()),
            ("end", span.end.into()),
            ("participant", participant),
        ])
    }
}

/// A request that its sender takes back before it is done.
fn withdrawn(before: &Value, wanted: &Value) -> Result<Value, Refusal> {
    let (was, will) = (text(before, "status"), text(wanted, "status"));
    if will != "cancelled" || !["requested", "received", "accepted"].contains(&was) {
        return Err(rule(format!("a request that is {was} cannot become {will}")));
    }
    let reason = wanted.get("statusReason").cloned().unwrap_or_default();
    Ok(overwritten(before.clone(), &[("status", will.into()), ("statusReason", reason)]))
}
