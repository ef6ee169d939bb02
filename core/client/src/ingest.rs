//! Taking in what a portal answered: one transaction an answer (ADR 0002).

use std::collections::{BTreeMap, BTreeSet};

use fhir::bundle::Entry;
use fhir::reference::{self, Target};
use fhir::{Digest, Resource, ResourceKey};
use record::subject::{self, Belongs};
use record::{order, pages};
use statement::body::{Page, PageEntry};
use statement::{Section, kind, limits};
use store::{Commit, ConnectionRow, Cursor, Known, ListingSeen, Quarantined, Touched, Wanted};

use crate::write::Draft;
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
    /// For what was asked for by reference: type, id, and the section of what refers to it.
    pub wanted: Option<(String, String, Section)>,
}

/// What came of it.
#[derive(Default)]
pub(crate) struct Ingested {
    pub touched: Touched,
    /// Entries that were not taken in.
    pub set_aside: u64,
}

impl Client {
    /// Writes what is new of an answer, with the cursor behind it. The same answer again writes no statement.
    pub(crate) fn ingest(&self, connection: &ConnectionRow, answer: Answer) -> Result<Ingested, Error> {
        let now = self.now();
        let sorted = sort(connection, answer.entries, now);
        let set_aside = u64::try_from(sorted.set_aside.len()).unwrap_or(u64::MAX);
        let touched = self.say(|client| {
            let store = &client.inner.store;
            let keys: Vec<ResourceKey> =
                sorted.ours.iter().map(|resource| resource.key(&connection.issuer)).collect();
            let known = store.known(&connection.id, &keys)?;
            let held = |key: &ResourceKey| known.get(key).and_then(|known: &Known| known.section.clone());
            let referrer = answer.wanted.as_ref().map(|(_, _, section)| section.clone());
            let section_of = |key: &ResourceKey| held(key).or_else(|| referrer.clone());
            let shown = |key: &ResourceKey| known.get(key).and_then(|known| known.comparison);
            let taken = pages::plan(&sorted.ours, &connection.issuer, shown, section_of);
            let wanted =
                client.wanted(connection, referred(&sorted.ours, &connection.issuer, held, &taken))?;
            let last = store.last_sighting(&connection.id)?;
            let sighting = order::sighting(answer.date, last, now);
            let drafts = drafts(connection, &answer.slot, sighting, &taken)?;
            let new = taken.values().flatten().map(|entry| *entry.digest.as_bytes()).collect::<BTreeSet<_>>();
            let arrived = keys.iter().map(|key| (connection.id, key.resource_type.clone(), key.id.clone()));
            let asked = answer.wanted.into_iter().map(|(kind, id, _)| (connection.id, kind, id));
            let not_wanted = arrived.chain(asked).collect();
            let commit = Commit {
                resources: sorted
                    .ours
                    .iter()
                    .filter(|resource| new.contains(&resource.digest().0))
                    .cloned()
                    .collect(),
                listing_seen: seen(connection, answer.cursor.as_ref(), keys),
                cursors: answer
                    .cursor
                    .as_ref()
                    .map(|cursor| stored(connection, cursor))
                    .into_iter()
                    .collect(),
                wanted,
                not_wanted,
                quarantined: sorted.set_aside,
                ..Commit::default()
            };
            Ok((drafts, commit))
        })?;
        Ok(Ingested { touched, set_aside })
    }

    /// What of this is not held yet: kept with the page that refers to it, so that a sync that is broken off asks for it later.
    fn wanted(
        &self,
        connection: &ConnectionRow,
        references: BTreeMap<(String, String), Section>,
    ) -> Result<Vec<Wanted>, Error> {
        let key = |(kind, id): &(String, String)| ResourceKey {
            issuer: connection.issuer.clone(),
            resource_type: kind.clone(),
            id: id.clone(),
        };
        let keys: Vec<ResourceKey> = references.keys().map(key).collect();
        let known = self.inner.store.known(&connection.id, &keys)?;
        let held =
            |pair: &(String, String)| known.get(&key(pair)).is_some_and(|known| known.section.is_some());
        let missing = references.into_iter().filter(|(pair, _)| !held(pair));
        let wanted = missing.map(|((resource_type, id), section)| Wanted {
            connection: connection.id,
            resource_type,
            id,
            section,
        });
        Ok(wanted.collect())
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

fn drafts(
    connection: &ConnectionRow,
    slot: &str,
    sighting: i64,
    taken: &BTreeMap<Section, Vec<PageEntry>>,
) -> Result<Vec<Draft>, Error> {
    let mut drafts = Vec::with_capacity(taken.len());
    for (section, entries) in taken {
        let page = Page {
            connection: connection.id,
            issuer: connection.issuer.clone(),
            slot: slot.to_owned(),
            sighting,
            entries: entries.clone(),
        };
        drafts.push(Draft { section: section.clone(), kind: kind::PAGE, body: page.encode()? });
    }
    Ok(drafts)
}

fn seen(
    connection: &ConnectionRow,
    cursor: Option<&portal::fetch::Cursor>,
    keys: Vec<ResourceKey>,
) -> Vec<ListingSeen> {
    let listed = |cursor: &portal::fetch::Cursor| ListingSeen {
        connection: connection.id,
        slot: cursor.slot.clone(),
        run: cursor.run,
        resources: keys.into_iter().map(|key| (key.resource_type, key.id)).collect(),
    };
    cursor.map(listed).into_iter().collect()
}

/// What these resources refer to at their own portal. Patients are left out: there is one, and it is read by itself.
fn referred(
    resources: &[Resource],
    issuer: &str,
    held: impl Fn(&ResourceKey) -> Option<Section>,
    taken: &BTreeMap<Section, Vec<PageEntry>>,
) -> BTreeMap<(String, String), Section> {
    let mut written = BTreeMap::new();
    for (section, entries) in taken {
        for entry in entries {
            written.insert((entry.resource_type.as_str(), entry.id.as_str()), section);
        }
    }
    let mut references = BTreeMap::new();
    for resource in resources {
        let key = resource.key(issuer);
        let section =
            written.get(&(key.resource_type.as_str(), key.id.as_str())).map(|section| (*section).clone());
        let Some(section) = section.or_else(|| held(&key)) else { continue };
        for named in reference::all(resource.value()) {
            let target = reference::target(named.reference.as_deref().unwrap_or_default(), issuer);
            if let Target::Relative { resource_type, id } = target
                && resource_type != "Patient"
            {
                references.entry((resource_type, id)).or_insert_with(|| section.clone());
            }
        }
    }
    references
}
