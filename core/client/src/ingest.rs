//! Taking in what a portal answered: one transaction an answer (ADR 0002).

use std::collections::{BTreeMap, BTreeSet};

use fhir::bundle::Entry;
use fhir::{Digest, Resource, ResourceKey};
use record::pages::Planned;
use record::subject::{self, Belongs};
use record::{order, pages};
use statement::{Section, limits};
use store::{Commit, ConnectionRow, Cursor, ListingSeen, Quarantined, SlotOutcome, Touched, Wanted};

use crate::contained;
use crate::listing::key;
use crate::parts::unsettled;
use crate::sync::references;
use crate::{Client, Error};

/// One answer of a portal.
#[derive(Default)]
pub(crate) struct Answer {
    /// The slot of the fetch plan.
    pub slot: String,
    /// What came, in the portal's order.
    pub entries: Vec<Entry>,
    /// The answer's HTTP `Date`, Unix seconds.
    pub date: Option<i64>,
    /// Where reading goes on; absent for what is not part of a listing.
    pub cursor: Option<portal::fetch::Cursor>,
    /// What was asked for by reference, as type and id, and the section of what refers to it.
    pub asked_from: BTreeMap<(String, String), Section>,
    /// What could not be had of it.
    pub unfollowed: Vec<store::Unfollowed>,
}

impl Answer {
    /// Whether it says no more than how far was read.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.asked_from.is_empty() && self.unfollowed.is_empty()
    }

    /// Adds another answer of the same moment.
    pub fn join(&mut self, mut other: Self) {
        self.entries.append(&mut other.entries);
        self.asked_from.append(&mut other.asked_from);
        self.unfollowed.append(&mut other.unfollowed);
    }
}

/// What nobody waits for and nothing is lost with: it is written with whatever is written next.
#[derive(Default)]
pub(crate) struct Aside {
    pub cursors: Vec<Cursor>,
    pub outcomes: Vec<SlotOutcome>,
}

impl Aside {
    pub fn is_empty(&self) -> bool {
        self.cursors.is_empty() && self.outcomes.is_empty()
    }
}

/// What came of it.
#[derive(Default)]
pub(crate) struct Ingested {
    pub touched: Touched,
    /// Entries that were not taken in.
    pub set_aside: u64,
    /// The portal's patient is another person now; what differs. Then nothing was taken in.
    pub another_person: Option<Vec<String>>,
}

impl Client {
    /// Writes what is new of an answer, with the cursor behind it. The same answer again writes no statement.
    pub(crate) fn ingest(&self, connection: &ConnectionRow, answer: Answer) -> Result<Ingested, Error> {
        self.ingest_beside(connection, answer, &mut Aside::default())
    }

    /// The same, and what was put aside before it, which is empty when it was written.
    pub(crate) fn ingest_beside(
        &self,
        connection: &ConnectionRow,
        answer: Answer,
        aside: &mut Aside,
    ) -> Result<Ingested, Error> {
        if let Some(because) = self.replaced(connection, &answer.entries)? {
            return Ok(Ingested { another_person: Some(because), ..Ingested::default() });
        }
        let now = self.now();
        let mut sorted = sort(connection, answer.entries, now);
        let elsewhere = references::elsewhere(connection, &sorted.ours, now);
        let mut set_aside = 0;
        let mut said = BTreeSet::new();
        let mut touched = self.say(|client| {
            let store = &client.inner.store;
            let choices = store.choices()?;
            let last = store.last_sighting(&connection.id)?;
            let sighting = order::sighting(answer.date, last, now);
            let asked_from = asked_from(connection, &answer.asked_from);
            let plan = |seen: &[Resource]| {
                let seen = pages::Answer {
                    seen,
                    issuer: &connection.issuer,
                    connection: connection.id,
                    sighting,
                    choices: &choices,
                    asked_from: &asked_from,
                };
                pages::plan(&seen, &store.around(Some(connection.id)))
            };
            let (planned, left_out) =
                contained::on_sound(&sorted.ours, plan).ok_or(Error::Bug("an answer could not be sorted"))?;
            let planned = planned?;
            sorted.leave_out(connection, &left_out, now);
            set_aside = u64::try_from(sorted.set_aside.len()).unwrap_or(u64::MAX);
            let mut drafts = client.planned_drafts(&connection.issuer, &answer.slot, &planned)?;
            let keys: Vec<ResourceKey> =
                sorted.ours.iter().map(|resource| resource.key(&connection.issuer)).collect();
            drafts.extend(client.seen_again(connection, &keys, sighting)?);
            said = keys.iter().filter(|key| !planned.moved.contains(*key)).cloned().collect();
            let new: BTreeSet<_> =
                planned.pages.values().flatten().map(|entry| *entry.digest.as_bytes()).collect();
            let arrived = keys.iter().map(|key| (connection.id, key.resource_type.clone(), key.id.clone()));
            let asked = answer.asked_from.into_keys().map(|(kind, id)| (connection.id, kind, id));
            let not_wanted = arrived.chain(asked).collect();
            let Aside { mut cursors, outcomes } = std::mem::take(aside);
            cursors.extend(answer.cursor.as_ref().map(|cursor| stored(connection, cursor)));
            let commit = Commit {
                resources: sorted
                    .ours
                    .into_iter()
                    .filter(|resource| new.contains(&resource.digest().0))
                    .collect(),
                listing_seen: listed(connection, answer.cursor.as_ref(), keys),
                cursors,
                outcomes,
                wanted: wanted(connection, &planned),
                not_wanted,
                unfollowed: answer.unfollowed.into_iter().chain(elsewhere).collect(),
                quarantined: sorted.set_aside,
                settings: unsettled(&planned),
                ..Commit::default()
            };
            Ok((drafts, commit))
        })?;
        // What was only moved or copied has not changed at the portal.
        touched.changed_rows.retain(|key| said.contains(key));
        Ok(Ingested { touched, set_aside, another_person: None })
    }
}

/// A cursor as the store keeps it.
pub(crate) fn stored(connection: &ConnectionRow, cursor: &portal::fetch::Cursor) -> Cursor {
    let state = serde_json::to_string(cursor).unwrap_or_default();
    Cursor { connection: connection.id, slot: cursor.slot.clone(), state }
}

struct Sorted {
    ours: Vec<Resource>,
    set_aside: Vec<Quarantined>,
}

impl Sorted {
    /// Names what this version cannot sort into the record; a later one asks for it again with the next full reading.
    fn leave_out(&mut self, connection: &ConnectionRow, places: &[usize], now: i64) {
        for place in
            places.iter().rev().filter(|place| **place < self.ours.len()).copied().collect::<Vec<_>>()
        {
            let resource = self.ours.remove(place);
            self.set_aside.push(Quarantined {
                connection: connection.id,
                key: resource.key(&connection.issuer),
                digest: resource.digest(),
                reason: "this version of Wellkept stumbled over it".to_owned(),
                at: now,
            });
        }
    }
}

/// Another person's resources, and what is no resource at all, are set aside without their bytes (hazard H3).
fn sort(connection: &ConnectionRow, entries: Vec<Entry>, now: i64) -> Sorted {
    let mut sorted = Sorted { ours: Vec::new(), set_aside: Vec::new() };
    let aside = |key: ResourceKey, digest: Digest, reason: String| Quarantined {
        connection: connection.id,
        key,
        digest,
        reason,
        at: now,
    };
    for entry in entries {
        match entry.resource {
            Ok(resource) if too_long(&resource) => {
                let key = nameless(connection, resource.digest());
                sorted.set_aside.push(aside(key, resource.digest(), "its type or id is too long".to_owned()));
            }
            Ok(resource) => match subject::belongs(&resource, &connection.patient, &connection.issuer) {
                Belongs::Yes | Belongs::NoSubject => sorted.ours.push(resource),
                Belongs::Other { reason } => {
                    sorted.set_aside.push(aside(resource.key(&connection.issuer), resource.digest(), reason));
                }
            },
            Err(error) => {
                let digest = Digest::of(&entry.raw);
                let key = nameless(connection, digest);
                sorted.set_aside.push(aside(key, digest, format!("cannot be read as FHIR: {error}")));
            }
        }
    }
    sorted
}

fn too_long(resource: &Resource) -> bool {
    resource.resource_type().len() > limits::TYPE || resource.id().len() > limits::ID
}

fn nameless(connection: &ConnectionRow, digest: Digest) -> ResourceKey {
    let id = format!("~{}", digest.to_string().get(..32).unwrap_or_default());
    ResourceKey { issuer: connection.issuer.clone(), resource_type: "Unknown".to_owned(), id }
}

fn listed(
    connection: &ConnectionRow,
    cursor: Option<&portal::fetch::Cursor>,
    keys: Vec<ResourceKey>,
) -> Vec<ListingSeen> {
    let one = |cursor: &portal::fetch::Cursor| ListingSeen {
        connection: connection.id,
        slot: cursor.slot.clone(),
        run: cursor.run,
        resources: keys.into_iter().map(|key| (key.resource_type, key.id)).collect(),
    };
    cursor.map(one).into_iter().collect()
}

fn asked_from(
    connection: &ConnectionRow,
    asked: &BTreeMap<(String, String), Section>,
) -> BTreeMap<ResourceKey, Section> {
    asked.iter().map(|(pair, section)| (key(connection, pair.clone()), section.clone())).collect()
}

/// What is referred to and not held yet: kept with the page that refers to it, so that a sync that is broken off asks for it later.
fn wanted(connection: &ConnectionRow, planned: &Planned) -> Vec<Wanted> {
    let wanted = planned.wanted.iter().map(|(key, section)| Wanted {
        connection: connection.id,
        resource_type: key.resource_type.clone(),
        id: key.id.clone(),
        section: section.clone(),
    });
    wanted.collect()
}
