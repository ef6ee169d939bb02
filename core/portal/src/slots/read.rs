//! What answers show of free times: hostile until checked.

use std::collections::{BTreeMap, BTreeSet};

use fhir::{
    Resource,
    bundle::Entry,
    lens::{Appointment, CodeableConcept, Schedule, Slot},
    reference::{Reference, Target, target},
    time::{FhirTime, Precision},
};

use super::{Found, Free, Level, MOST, Moment, Query, Who};
use crate::{Tokens, act, base::valid_id, clean, fetch::page::Page};

/// What came so far.
#[derive(Default)]
pub(super) struct Held {
    /// By start and id, each once.
    times: BTreeMap<(i64, String), Time>,
    schedules: BTreeMap<String, Schedule>,
    /// Schedules that were asked for, each once.
    asked: BTreeSet<String>,
    left_out: usize,
    more: bool,
    said: Vec<String>,
    pub date: Option<i64>,
    /// Something came.
    pub begun: bool,
}

/// A time that is free.
struct Time {
    free: Free,
    /// The schedule of a slot, by its id.
    schedule: Option<String>,
    codes: Vec<CodeableConcept>,
}

impl Held {
    /// `from`: nothing that starts earlier.
    pub fn take(&mut self, page: &Page, query: &Query, tokens: &Tokens, from: i64) {
        self.begun = true;
        self.more |= page.partial.is_some();
        self.said.extend(page.said.iter().filter(|_| self.said.len() < 20).cloned().collect::<Vec<_>>());
        for entry in &page.entries {
            let Ok(resource) = &entry.resource else {
                self.left_out += 1;
                continue;
            };
            match (resource.resource_type(), query.level) {
                ("Schedule", _) => self.schedule(resource),
                ("Slot", Level::Slots) => self.slot(entry, resource, query, tokens, from),
                ("Appointment", Level::FindHoldBook) => self.proposal(entry, resource, query, tokens, from),
                _ => {}
            }
        }
    }

    pub fn schedule(&mut self, resource: &Resource) {
        self.schedules.insert(resource.id(), Schedule::read(resource.value()));
    }

    /// A schedule that is named and was not shown, once.
    pub fn missing(&mut self) -> Option<String> {
        if self.asked.len() >= super::SCHEDULES {
            return None;
        }
        let named = self.times.values().filter_map(|time| time.schedule.as_ref());
        let mut missing = named.filter(|id| !self.schedules.contains_key(*id) && !self.asked.contains(*id));
        let id = missing.next()?.clone();
        self.asked.insert(id.clone());
        Some(id)
    }

    /// Whether no more is taken.
    pub fn full(&self) -> bool {
        self.times.len() >= MOST
    }

    /// There is more than was read.
    pub fn cut(&mut self, why: &str) {
        self.more = true;
        self.said.extend(Some(clean(why)).filter(|why| !why.is_empty()));
    }

    /// All of it.
    pub fn found(&mut self, query: &Query, base: &str) -> Found {
        let mut found = Found {
            free: Vec::new(),
            left_out: self.left_out,
            more: self.more,
            said: std::mem::take(&mut self.said),
            date: self.date,
        };
        for time in std::mem::take(&mut self.times).into_values() {
            let schedule = time.schedule.as_ref().and_then(|id| self.schedules.get(id));
            match time.told(schedule, query, base) {
                Told::Free(free) => found.free.push(*free),
                Told::Other => {}
                Told::Unclear => found.left_out += 1,
            }
        }
        found
    }

    fn slot(&mut self, entry: &Entry, resource: &Resource, query: &Query, tokens: &Tokens, from: i64) {
        let slot = Slot::read(resource.value());
        // Other times come where a portal passes over what was asked.
        if slot.status.as_deref().is_some_and(|status| status != "free") || slot.overbooked == Some(true) {
            return;
        }
        let known = slot.status.is_some() && resource.doubled().is_empty();
        let id = resource.value().get("id").and_then(|id| id.as_str()).filter(|id| valid_id(id) && known);
        let (Some(id), Some((start, end))) = (id, span(slot.start.as_ref(), slot.end.as_ref())) else {
            self.left_out += 1;
            return;
        };
        let at = |reference: &Reference| match target(reference.reference.as_deref()?, tokens.base().as_str())
        {
            Target::Relative { resource_type, id } if resource_type == "Schedule" => Some(id),
            _ => None,
        };
        let codes = [slot.service_types, slot.service_categories, slot.specialties].concat();
        let free = Free {
            slots: vec![format!("Slot/{id}")],
            proposed: None,
            service: service(&codes),
            practitioner: None,
            location: None,
            level: Level::Slots,
            raw: entry.clone(),
            start,
            end,
        };
        let schedule = slot.schedule.as_ref().and_then(at).filter(|id| valid_id(id));
        self.add(Time { free, schedule, codes }, id, query, from);
    }

    fn proposal(&mut self, entry: &Entry, resource: &Resource, query: &Query, tokens: &Tokens, from: i64) {
        let proposal = Appointment::read(resource.value());
        if proposal.status.as_deref().is_some_and(|status| status != "proposed") {
            return;
        }
        let known = proposal.status.is_some() && resource.doubled().is_empty();
        let span = span(proposal.start.as_ref(), proposal.end.as_ref()).filter(|_| known);
        let (Some((start, end)), false) = (span, act::is_about_another(resource, tokens)) else {
            self.left_out += 1;
            return;
        };
        let id = resource.value().get("id").and_then(|id| id.as_str()).filter(|id| valid_id(id));
        let actors: Vec<Reference> = proposal.participants.into_iter().filter_map(|one| one.actor).collect();
        let codes = [proposal.service_types, proposal.service_categories, proposal.specialties].concat();
        let slots = proposal.slots.into_iter().filter_map(|slot| slot.reference);
        let free = Free {
            slots: slots.collect(),
            proposed: id.map(|id| format!("Appointment/{id}")),
            service: service(&codes),
            practitioner: who(&actors, &["Practitioner", "PractitionerRole"], tokens.base().as_str()),
            location: who(&actors, &["Location"], tokens.base().as_str()),
            level: Level::FindHoldBook,
            raw: entry.clone(),
            start,
            end,
        };
        let name = resource.id();
        self.add(Time { free, schedule: None, codes }, &name, query, from);
    }

    fn add(&mut self, time: Time, id: &str, query: &Query, from: i64) {
        let start = time.free.start.at;
        if start < from.max(query.from) || start >= query.until {
            return;
        }
        self.times.insert((start, id.to_owned()), time);
        // The earliest stay.
        if self.times.len() > MOST {
            self.times.pop_last();
            self.more = true;
        }
    }
}

enum Told {
    Free(Box<Free>),
    /// It is not what was asked for.
    Other,
    /// It cannot be told whether it is.
    Unclear,
}

impl Time {
    /// With whose it is, where that is what was asked for.
    fn told(self, schedule: Option<&Schedule>, query: &Query, base: &str) -> Told {
        let Self { mut free, mut codes, .. } = self;
        if let Some(schedule) = schedule {
            free.practitioner = who(&schedule.actors, &["Practitioner", "PractitionerRole"], base);
            free.location = who(&schedule.actors, &["Location"], base);
            let service = who(&schedule.actors, &["HealthcareService"], base).and_then(|one| one.display);
            free.service = free.service.or_else(|| self::service(&schedule.service_types)).or(service);
            codes.extend(schedule.service_types.iter().cloned());
        }
        let actors = schedule.map(|schedule| schedule.actors.as_slice()).unwrap_or_default();
        for (wanted, own) in [(&query.practitioners, &free.practitioner), (&query.locations, &free.location)]
        {
            let fits =
                |text: Option<&str>| text.is_some_and(|text| wanted.iter().any(|one| same(one, text, base)));
            let any = actors.iter().any(|actor| fits(actor.reference.as_deref()));
            let own = own.as_ref().map(|own| own.reference.as_deref());
            match own {
                _ if wanted.is_empty() || any => {}
                None | Some(None) => return Told::Unclear,
                Some(text) if fits(text) => {}
                Some(_) => return Told::Other,
            }
        }
        let is = |system: &str, code: &str| {
            codes.iter().flat_map(|concept| &concept.codings).any(|coding| coding.is(system, code))
        };
        match &query.service {
            Some((system, code)) if !codes.is_empty() && !is(system, code) => Told::Other,
            _ => Told::Free(Box::new(free)),
        }
    }
}

fn same(one: &str, other: &str, base: &str) -> bool {
    target(one, base) == target(other, base)
}

/// Start and end, where both are stated as instants and in this order.
fn span(start: Option<&FhirTime>, end: Option<&FhirTime>) -> Option<(Moment, Moment)> {
    let moment = |time: &FhirTime| {
        let stated = matches!(time.precision()?, Precision::Minute | Precision::Second | Precision::Fraction);
        time.offset_minutes().filter(|_| stated)?;
        Some(Moment { text: time.text().to_owned(), at: time.sort_key()? })
    };
    let (start, end) = (moment(start?)?, moment(end?)?);
    (start.at < end.at).then_some((start, end))
}

fn service(codes: &[CodeableConcept]) -> Option<String> {
    let label = codes.iter().find_map(CodeableConcept::label)?;
    Some(clean(&label)).filter(|label| !label.is_empty())
}

/// The first of these types.
fn who(actors: &[Reference], types: &[&str], base: &str) -> Option<Who> {
    let is_one = |actor: &&Reference| match target(actor.reference.as_deref().unwrap_or_default(), base) {
        Target::Relative { resource_type, .. } | Target::Absolute { resource_type, .. } => {
            types.contains(&resource_type.as_str())
        }
        _ => false,
    };
    let actor = actors.iter().find(is_one)?;
    let display = actor.display.as_deref().map(clean).filter(|display| !display.is_empty());
    Some(Who { reference: actor.reference.clone(), display })
}
