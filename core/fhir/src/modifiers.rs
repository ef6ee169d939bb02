//! What the modifier elements of a resource do to its reading (hazard H4: "do not take" read as a medicine, a refused
//! vaccine as given, a refuted allergy as real).
//!
//! Every element that FHIR R4 flags `isModifier`, with the words and the effect of each of its values, stands in the
//! tables of `data/`; nothing here decides what a code means. A code that is not in the tables, a missing one and one
//! of the wrong JSON type are [`Effect::Unknown`]: shown as received, used in no rule, never read as [`Effect::Ok`].

mod agreement;
mod clinical;
mod elements;
mod near;
mod notes;
mod plain;
mod table;
mod usage;
mod walk;
mod words;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Resource;
use crate::lens::is_directive;

pub(crate) use plain::plain;
pub use table::{Edition, edition};
pub use usage::{Usage, comparator, usage};

/// What one value does to the reading of its resource. Ordered by gravity, least grave first.
///
/// The order puts first what makes the entry no statement of fact about the patient (retracted, negated), then what
/// stops the ordinary use of a whole record (person, identity), what cannot be judged (unknown), what is not so yet
/// (proposal, not yet), what is so no longer (past, not current, paused), and last what is so with a caution.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Nothing stands in the way of the ordinary reading. It is not a reassurance.
    #[default]
    Ok,
    /// Changes how a value reads: "less than 5".
    Value,
    /// Says what the entry is about, or within which limits it holds.
    Scope,
    /// Changed after it was first given: show the former value.
    Changed,
    /// Not complete; may change.
    Partial,
    /// Paused for now.
    Paused,
    /// Temporary, or for another use: not the one to rely on.
    NotCurrent,
    /// Over.
    Past,
    /// Expected, not there yet.
    NotYet,
    /// Not confirmed, or not ordered.
    Proposal,
    /// Not known, not stated, or not readable: in no rule, trend or count. A missing state of an allergy keeps warning.
    Unknown,
    /// The record of this person is joined to another one.
    Identity,
    /// The person has died: stop reminders, rules and booking.
    Person,
    /// It did not, or must not, happen.
    Negated,
    /// Recorded by mistake: hide the value, name what relied on it.
    Retracted,
}

/// How far a notice reaches.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// The whole entry.
    #[default]
    Whole,
    /// One part of it (an activity of a plan, a component): shown, decides nothing about the whole.
    Part,
    /// A resource that the entry carries inside (`contained`): shown; one recorded by mistake makes the whole unknown.
    Held,
}

/// One modifier element that was found, or is missing where R4 asks for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// The element: `Observation.status`, `CarePlan.activity[0].detail.status`; choice elements by their table name,
    /// `Patient.deceased[x]`.
    pub element: String,
    /// The value as received, cut to 120 characters and without control characters; empty when missing.
    pub value: String,
    /// What it does.
    pub effect: Effect,
    /// Plain words for the reader.
    pub text: String,
    /// How far it reaches.
    #[serde(default)]
    pub reach: Reach,
}

/// What the modifier elements of one resource say. States in order (`Effect::Ok`) have a notice too, as their words
/// ("Listed as active") are needed beside the entry.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// The gravest upon the whole entry first; at most 200. A retracted entry has no other
    /// notice than that (and why it is unreadable): it is often stripped, and what it still says is not to be read. A
    /// negated one has none that is in order: "Do NOT take" does not stand beside "Prescribed".
    pub notices: Vec<Notice>,
    /// Holds a `modifierExtension` or `implicitRules`, or is no resource at all: show it with the warning and keep it
    /// out of every rule, trend and count.
    pub unreadable: bool,
}

impl Reading {
    /// The gravest effect upon the whole entry.
    pub fn effect(&self) -> Effect {
        self.notices.iter().map(Notice::upon_whole).max().unwrap_or_default()
    }

    /// Recorded by mistake.
    pub fn retracted(&self) -> bool {
        self.has(Effect::Retracted)
    }

    /// Did not, or must not, happen.
    pub fn negated(&self) -> bool {
        self.has(Effect::Negated)
    }

    /// Over, whatever else is said of it.
    pub(crate) fn over(&self) -> bool {
        self.has(Effect::Past)
    }

    fn has(&self, effect: Effect) -> bool {
        self.notices.iter().any(|notice| notice.upon_whole() == effect)
    }
}

impl Notice {
    fn upon_whole(&self) -> Effect {
        match (self.reach, self.effect) {
            (Reach::Whole, effect) => effect,
            (Reach::Held, Effect::Retracted) => Effect::Unknown,
            (Reach::Part | Reach::Held, _) => Effect::Ok,
        }
    }
}

/// Reads every modifier element of a resource of any type. Total: any JSON gives a reading.
///
/// `Identifier.use`, `HumanName.use`, `Address.use` and `ContactPoint.use` speak of one name or number and not of the
/// entry: they give no notice here; see [`usage`].
pub fn read(resource: &Value) -> Reading {
    let mut notes = notes::Notes::default();
    let kind = resource.get("resourceType").and_then(Value::as_str);
    let (Some(kind), true) = (kind, resource.is_object()) else {
        return notes.no_resource(resource);
    };
    let mut trail = notes::Trail::new(kind);
    elements::flagged(resource, kind, &mut trail, &mut notes);
    // What an advance directive permits or refuses is for people to read.
    if !(kind == "Consent" && is_directive(resource)) {
        elements::near(resource, kind, &mut trail, &mut notes);
    }
    near::read(resource, kind, &mut notes);
    notes.hush();
    walk::read(resource, &mut trail, &mut notes);
    notes.into_reading()
}

/// The same of a resource as it came. Where a member comes twice it cannot be told which one counts (hazards H3, H4): the
/// last one is shown with a warning that names every copy, and the entry is kept out of every rule.
pub fn of(resource: &Resource) -> Reading {
    let mut reading = read(resource.value());
    for path in resource.doubled() {
        reading.unreadable = true;
        reading.notices.push(notes::doubled(resource.resource_type(), path, &resource.copies(path)));
    }
    notes::gravest_first(&mut reading);
    reading
}

#[cfg(test)]
mod tests;
