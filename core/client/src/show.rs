//! One entry in full.

use std::collections::BTreeSet;

use fhir::describe::describe;
use fhir::lens::generic;
use fhir::reference::{self, Target};
use fhir::{Resource, ResourceKey};
use record::Revision;
use serde::Serialize;
use store::StoredRow;

use crate::notes::SHORTEST;
use crate::read::{line, name};
use crate::views::{Line, NoteView};
use crate::{Client, Error};

/// One entry, readable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Shown {
    /// The entry as lists show it.
    pub line: Line,
    /// Everything in it, in reading order, so that nothing is out of reach. Absent when it was withdrawn or is not held.
    pub everything: Vec<ShownLine>,
    /// The notes about it.
    pub notes: Vec<NoteView>,
    /// What refers to it (`Type/id` and title): for a withdrawn entry, what relied on it.
    pub referred_to_by: Vec<(String, String)>,
    /// Every revision that was seen, newest first.
    pub history: Vec<ShownRevision>,
}

/// One line of everything that is in an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShownLine {
    /// How deep it stands: 0 for the entry's own elements.
    pub depth: usize,
    /// The element in plain words.
    pub label: String,
    /// What it holds; empty for a heading.
    pub text: String,
}

/// One revision of an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShownRevision {
    /// SHA-256 of its bytes, in hex.
    pub digest: String,
    /// When it was seen (UTC seconds, by the portal's clock).
    pub seen: i64,
    /// The portals that showed it.
    pub portals: Vec<String>,
    /// Its value as it came.
    pub value: Option<String>,
    /// Its status as it came.
    pub status: Option<String>,
    /// Whether its bytes are on this device.
    pub held: bool,
    /// Whether it is the current one.
    pub current: bool,
}

/// So many entries are looked at for a name.
const MOST_NAMED: usize = 200;

impl Client {
    /// The entry of this name: `Type/id`, `issuer|type|id`, or an id or the start of one (at least four letters).
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Ambiguous`], [`Error::Damaged`].
    pub fn show(&self, reference: &str) -> Result<Shown, Error> {
        let stored = self.find(reference)?;
        let key = stored.row.key.clone();
        let resource = self.resource(&stored)?;
        let hidden = stored.row.state != record::row::State::Current;
        let names = self.portal_names()?;
        let mut shown_line = line(&stored, &names);
        self.join_medicine(&mut shown_line, &stored.row)?;
        self.name_references(&mut shown_line, &key.issuer)?;
        Ok(Shown {
            line: shown_line,
            everything: match &resource {
                Some(resource) if !hidden => everything(resource),
                _ => Vec::new(),
            },
            notes: self.notes_about(&key)?,
            referred_to_by: self.referrers(&key)?,
            history: self.history(&key, stored.row.current)?,
        })
    }

    /// The exact bytes of an entry's current revision, as the portal sent them.
    ///
    /// # Errors
    /// As [`Client::show`]; [`Error::NotFound`] when the bytes are not on this device.
    pub fn raw(&self, reference: &str) -> Result<Vec<u8>, Error> {
        let stored = self.find(reference)?;
        self.inner.store.bytes(&stored.row.current)?.ok_or(Error::NotFound)
    }

    pub(crate) fn find(&self, reference: &str) -> Result<StoredRow, Error> {
        let mut keys = self.keys_named(reference.trim())?;
        match keys.len() {
            0 => Err(Error::NotFound),
            1 => {
                let key = keys.pop_first().ok_or(Error::NotFound)?;
                self.inner.store.row(&key, Some(&self.member()))?.ok_or(Error::NotFound)
            }
            count => Err(Error::Ambiguous { count }),
        }
    }

    fn keys_named(&self, reference: &str) -> Result<BTreeSet<ResourceKey>, Error> {
        if let Ok(key) = reference.parse::<ResourceKey>() {
            return Ok(BTreeSet::from([key]));
        }
        let (resource_type, id) = match reference.split_once('/') {
            Some((resource_type, id)) => (Some(resource_type), id),
            None => (None, reference),
        };
        let begins = self.inner.store.keys(id, resource_type, MOST_NAMED)?;
        let exact: BTreeSet<ResourceKey> = begins.iter().filter(|key| key.id == id).cloned().collect();
        if !exact.is_empty() || id.len() < SHORTEST {
            return Ok(exact);
        }
        Ok(begins.into_iter().collect())
    }

    /// A field that holds nothing but a reference gets the name of what it refers to, when that is held.
    fn name_references(&self, line: &mut Line, issuer: &str) -> Result<(), Error> {
        for field in &mut line.fields {
            let Target::Relative { resource_type, id } = reference::target(&field.text, issuer) else {
                continue;
            };
            let key = ResourceKey { issuer: issuer.to_owned(), resource_type, id };
            if let Some(named) = self.inner.store.row(&key, None)? {
                field.text = format!("{} ({})", named.row.summary.title, field.text);
            }
        }
        Ok(())
    }

    fn resource(&self, stored: &StoredRow) -> Result<Option<Resource>, Error> {
        let bytes = self.inner.store.bytes(&stored.row.current)?;
        Ok(bytes.and_then(|bytes| Resource::parse(&bytes).ok()))
    }

    fn referrers(&self, key: &ResourceKey) -> Result<Vec<(String, String)>, Error> {
        let mut found = Vec::new();
        for (referrer, _) in self.inner.store.referrers(key)? {
            if let Some(stored) = self.inner.store.row(&referrer, None)? {
                found.push((format!("{}/{}", referrer.resource_type, referrer.id), stored.row.summary.title));
            }
        }
        Ok(found)
    }

    fn history(&self, key: &ResourceKey, current: fhir::Digest) -> Result<Vec<ShownRevision>, Error> {
        let names = self.portal_names()?;
        let mut revisions = self.inner.store.revisions(key)?;
        revisions.sort_by_key(|revision| std::cmp::Reverse(revision.sighting()));
        let mut history: Vec<ShownRevision> = Vec::new();
        for revision in revisions {
            let portal = name(&names, &revision.connection);
            let digest = revision.digest.to_string();
            match history.last_mut() {
                Some(last) if last.digest == digest => last.portals.push(portal),
                _ => history.push(self.revision(&revision, portal, digest, current)?),
            }
        }
        Ok(history)
    }

    fn revision(
        &self,
        revision: &Revision,
        portal: String,
        digest: String,
        current: fhir::Digest,
    ) -> Result<ShownRevision, Error> {
        let bytes = self.inner.store.bytes(&revision.digest)?;
        let resource = bytes.as_deref().and_then(|bytes| Resource::parse(bytes).ok());
        let status = resource.as_ref().and_then(|r| r.value().get("status")?.as_str().map(portal::clean));
        Ok(ShownRevision {
            digest,
            seen: revision.at,
            portals: vec![portal],
            value: resource.as_ref().and_then(|resource| describe(resource).value),
            status,
            held: bytes.is_some(),
            current: revision.digest == current,
        })
    }
}

fn everything(resource: &Resource) -> Vec<ShownLine> {
    let lines = generic::lines(resource.value()).into_iter();
    lines.map(|line| ShownLine { depth: line.depth, label: line.label, text: line.text }).collect()
}
