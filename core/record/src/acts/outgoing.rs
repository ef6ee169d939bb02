use std::collections::{BTreeMap, BTreeSet};

use super::{Act, ActId, Event, Happened, KIND_ACT, KIND_EVENT};
use crate::facts::{FactDigest, Written};

/// An act and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// The act.
    pub act: Act,
    /// Its fact: who composed it, when, what it is about, and its text.
    pub composed: Written,
    /// What holds.
    pub standing: Standing,
    /// When that came to be (Unix seconds, by the device that said it).
    pub since: i64,
    /// When a person last wanted it sent: when it was composed, or said to be sent again.
    pub wanted_at: i64,
    /// Everything that happened, oldest first by the devices' clocks.
    pub history: Vec<(i64, Happened)>,
    /// The events that stand: what the next one takes the place of.
    pub heads: Vec<(FactDigest, Happened)>,
}

/// What holds of an act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It waits to be sent.
    Queued,
    /// The portal keeps the time for a while; it is not booked.
    Held {
        /// The id of the appointment that is held.
        appointment: String,
        /// Until when (Unix seconds), where the portal said so.
        until: Option<i64>,
    },
    /// It was begun; whether the portal has it is not known yet.
    Attempting,
    /// The portal has it.
    Sent {
        /// The resource there, as `issuer|type|id`, where it is known.
        resource: Option<String>,
    },
    /// It cannot be told whether the portal has it.
    Unsure {
        /// Why.
        reason: String,
    },
    /// The portal refused it.
    Failed {
        /// The portal's own words.
        reason: String,
    },
    /// The person did it, or says that it was done.
    DoneByHand,
    /// The person took it back before it was sent.
    Deleted,
}

/// Every act among these facts, in the order of [`Outgoing::order`]. The same in any order and number of the facts.
///
/// Give facts of their own authors only ([`crate::facts::of_their_own`]). What only the device that does the act can know is
/// believed of that device and of the one that composed it. Where events stand that knew nothing of each other, that holds of
/// which more may already be at the portal: an act that was taken back while it was being sent is not shown as taken back.
#[must_use]
pub fn outgoing(facts: &[Written]) -> Vec<Outgoing> {
    let mut events: BTreeMap<ActId, BTreeMap<FactDigest, (&Written, Happened)>> = BTreeMap::new();
    for written in facts.iter().filter(|written| written.fact.kind == KIND_EVENT) {
        if let Some(Ok(event)) = written.fact.body.as_ref().map(|body| Event::decode(body)) {
            events.entry(event.act).or_default().insert(written.digest, (written, event.happened));
        }
    }
    let mut acts: BTreeMap<ActId, (&Written, Act)> = BTreeMap::new();
    for written in facts.iter().filter(|written| written.fact.kind == KIND_ACT) {
        if let Some(Ok(act)) = written.fact.body.as_ref().map(|body| Act::decode(body)) {
            let held = acts.get(&act.id).is_some_and(|(held, _)| held.digest <= written.digest);
            if !held {
                acts.insert(act.id, (written, act));
            }
        }
    }
    let none = BTreeMap::new();
    let mut all: Vec<_> = acts
        .into_iter()
        .map(|(id, (composed, act))| one(act, composed, events.get(&id).unwrap_or(&none)))
        .collect();
    all.sort_by_key(Outgoing::order);
    all
}

fn one(act: Act, composed: &Written, events: &BTreeMap<FactDigest, (&Written, Happened)>) -> Outgoing {
    let believed = |(written, happened): &&(&Written, Happened)| {
        !happened.is_of_the_device() || written.device == act.executor || written.device == composed.device
    };
    let known: Vec<&(&Written, Happened)> = events.values().filter(believed).collect();
    let replaced: BTreeSet<FactDigest> =
        known.iter().flat_map(|(written, _)| written.fact.replaces.iter().copied()).collect();
    let heads: Vec<&(&Written, Happened)> =
        known.iter().filter(|(written, _)| !replaced.contains(&written.digest)).copied().collect();
    let strongest = heads
        .iter()
        .max_by_key(|(written, happened)| (rank(happened), written.fact.written_at, written.digest));
    let composed_at = composed.fact.written_at;
    let mut history: Vec<(i64, FactDigest, Happened)> = known
        .iter()
        .map(|(written, happened)| (written.fact.written_at, written.digest, happened.clone()))
        .collect();
    history.sort_by_key(|(at, digest, _)| (*at, *digest));
    let wanted = history.iter().filter(|(_, _, happened)| matches!(happened, Happened::Again));
    Outgoing {
        standing: strongest.map_or(Standing::Queued, |(_, happened)| standing(happened)),
        since: strongest.map_or(composed_at, |(written, _)| written.fact.written_at),
        wanted_at: wanted.map(|(at, ..)| *at).max().unwrap_or(composed_at).max(composed_at),
        history: history.into_iter().map(|(at, _, happened)| (at, happened)).collect(),
        heads: heads.iter().map(|(written, happened)| (written.digest, happened.clone())).collect(),
        act,
        composed: composed.clone(),
    }
}

/// Of events that knew nothing of each other the larger one holds.
fn rank(happened: &Happened) -> u8 {
    match happened {
        Happened::NotSent => 0,
        Happened::Again => 1,
        Happened::Held { .. } => 2,
        Happened::Deleted => 3,
        Happened::Failed { .. } => 4,
        Happened::Attempting => 5,
        Happened::Unsure { .. } => 6,
        Happened::DoneByHand => 7,
        Happened::Sent { .. } => 8,
    }
}

fn standing(happened: &Happened) -> Standing {
    match happened {
        Happened::NotSent | Happened::Again => Standing::Queued,
        Happened::Held { appointment, until } => {
            Standing::Held { appointment: appointment.clone(), until: *until }
        }
        Happened::Attempting => Standing::Attempting,
        Happened::Sent { resource } => Standing::Sent { resource: resource.clone() },
        Happened::Unsure { reason } => Standing::Unsure { reason: reason.clone() },
        Happened::Failed { reason } => Standing::Failed { reason: reason.clone() },
        Happened::DoneByHand => Standing::DoneByHand,
        Happened::Deleted => Standing::Deleted,
    }
}

impl Outgoing {
    /// By which acts are sorted: the order in which they were composed, whatever the clocks said; where that is not known, by
    /// the clocks, then by name.
    #[must_use]
    pub fn order(&self) -> (u64, i64, ActId) {
        (self.act.place.unwrap_or(0), self.composed.fact.written_at, self.act.id)
    }

    /// The id of the appointment that the portal kept for it last, and until when, whatever has happened since.
    #[must_use]
    pub fn kept(&self) -> Option<(&str, Option<i64>)> {
        self.history.iter().rev().find_map(|(_, happened)| match happened {
            Happened::Held { appointment, until } => Some((appointment.as_str(), *until)),
            _ => None,
        })
    }

    /// What an event of the device that does the act takes the place of: all that stands, but for a person's word that it is not
    /// wanted any more, which must not be lost while it was under way.
    #[must_use]
    pub fn replaced_by_the_device(&self) -> Vec<FactDigest> {
        let stays = |happened: &Happened| matches!(happened, Happened::Deleted);
        self.heads.iter().filter(|(_, happened)| !stays(happened)).map(|(digest, _)| *digest).collect()
    }

    /// What a person's event takes the place of: all that the person saw.
    #[must_use]
    pub fn replaced_by_a_person(&self) -> Vec<FactDigest> {
        self.heads.iter().map(|(digest, _)| *digest).collect()
    }
}
