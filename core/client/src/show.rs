//! One entry in full.

mod panel;

use std::collections::BTreeSet;

use fhir::describe::describe;
use fhir::lens::generic;
use fhir::reference::{self, Target};
use fhir::{Resource, ResourceKey};
use record::Revision;
use record::row::{Row, State};
use serde::Serialize;
use store::StoredRow;

use crate::attachments::AttachmentView;
use crate::look::Look;
use crate::notes::SHORTEST;
use crate::read::name;
use crate::views::{Line, NoteView, plain, prose};
use crate::{Client, Error};
use panel::Panel;
pub use panel::{NamedResult, ShownResult};

/// One entry, readable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Shown {
    /// The entry as lists show it.
    pub line: Line,
    /// Everything in it, in reading order, so that nothing is out of reach. Absent when it was withdrawn or is not held.
    pub everything: Vec<ShownLine>,
    /// The results that it holds: of a report those that it names (`DiagnosticReport.result`), of a group its members
    /// (`Observation.hasMember`) and its parts (`Observation.component`). At most 200. Instead of among the line's fields they are
    /// told here.
    pub results: Vec<ShownResult>,
    /// How many more it names.
    pub results_left_out: usize,
    /// Its files, and how each stands.
    pub attachments: Vec<AttachmentView>,
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

/// Stands in a shown name for a letter that would act.
const MARK: char = fhir::text::MARK;
/// So many entries are looked at for a name.
const MOST_NAMED: usize = 200;

impl Client {
    /// The entry of this name: `Type/id`, `issuer|type|id`, or an id or the start of one (at least four letters).
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Ambiguous`], [`Error::Damaged`].
    pub fn show(&self, reference: &str) -> Result<Shown, Error> {
        self.shown(reference, &*self.look(false)?)
    }

    /// The same, lifting this member's covers for this one look. Marks nothing as read.
    ///
    /// # Errors
    /// As [`Client::show`].
    pub fn show_revealed(&self, reference: &str) -> Result<Shown, Error> {
        self.shown(reference, &*self.look(true)?)
    }

    /// The exact bytes of an entry's current revision, as the portal sent them.
    ///
    /// # Errors
    /// As [`Client::show`]; [`Error::NotFound`] when the bytes are not on this device; [`Error::Covered`].
    pub fn raw(&self, reference: &str) -> Result<Vec<u8>, Error> {
        self.refuse_covered(reference)?;
        self.raw_revealed(reference)
    }

    /// The same, lifting this member's covers for this one look.
    ///
    /// # Errors
    /// As [`Client::raw`].
    pub fn raw_revealed(&self, reference: &str) -> Result<Vec<u8>, Error> {
        let stored = self.find(reference)?;
        self.inner.store.bytes(&stored.row.current)?.ok_or(Error::NotFound)
    }

    fn shown(&self, reference: &str, look: &Look) -> Result<Shown, Error> {
        let stored = self.find(reference)?;
        let (mut line, row) = self.line(look, stored)?;
        let bare = Shown {
            line: line.clone(),
            everything: Vec::new(),
            results: Vec::new(),
            results_left_out: 0,
            attachments: Vec::new(),
            notes: Vec::new(),
            referred_to_by: Vec::new(),
            history: Vec::new(),
        };
        if line.covered.is_some() {
            return Ok(bare);
        }
        self.name_references(look, &mut line, &row.key.issuer)?;
        let resource = self.resource(&row)?.filter(|_| row.state == State::Current);
        let panel = match &resource {
            Some(resource) => self.panel(look, &row.key, resource)?,
            None => Panel::default(),
        };
        let mut everything = resource.as_ref().map(everything).unwrap_or_default();
        panel.settle(&row.key, &mut line, &mut everything);
        Ok(Shown {
            line,
            everything,
            results: panel.results,
            results_left_out: panel.left_out,
            attachments: self.attachment_views(&row)?,
            notes: self.notes_about(&row.key)?,
            referred_to_by: self.referrers(look, &row.key)?,
            history: self.history(look, &row.key, row.current)?,
        })
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
        // A name is shown without what would act instead of being read: an id that held such letters is looked for.
        if reference.contains(MARK) {
            return self.keys_shown_as(reference);
        }
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

    fn keys_shown_as(&self, reference: &str) -> Result<BTreeSet<ResourceKey>, Error> {
        let names = |key: &ResourceKey| {
            let short = plain(&format!("{}/{}", key.resource_type, key.id));
            short == reference || plain(&key.to_string()) == reference || plain(&key.id) == reference
        };
        let all = self.inner.store.keys("", None, usize::MAX)?;
        Ok(all.into_iter().filter(names).collect())
    }

    /// A field that holds nothing but a reference gets the name of what it refers to, when that is held.
    fn name_references(&self, look: &Look, line: &mut Line, issuer: &str) -> Result<(), Error> {
        for field in &mut line.fields {
            let Target::Relative { resource_type, id } = reference::target(&field.text, issuer) else {
                continue;
            };
            let key = ResourceKey { issuer: issuer.to_owned(), resource_type, id };
            if let Some(title) = self.title_of(look, &key)? {
                field.text = format!("{title} ({})", field.text);
            }
        }
        Ok(())
    }

    pub(crate) fn resource(&self, row: &Row) -> Result<Option<Resource>, Error> {
        let bytes = self.inner.store.bytes(&row.current)?;
        Ok(bytes.and_then(|bytes| Resource::parse(&bytes).ok()))
    }

    fn referrers(&self, look: &Look, key: &ResourceKey) -> Result<Vec<(String, String)>, Error> {
        let mut found = Vec::new();
        for (referrer, _) in self.inner.store.referrers(key)? {
            if let Some(title) = self.title_of(look, &referrer)? {
                found.push((plain(&format!("{}/{}", referrer.resource_type, referrer.id)), title));
            }
        }
        Ok(found)
    }

    fn history(
        &self,
        look: &Look,
        key: &ResourceKey,
        current: fhir::Digest,
    ) -> Result<Vec<ShownRevision>, Error> {
        let mut revisions = self.inner.store.revisions(key)?;
        revisions.sort_by_key(|revision| std::cmp::Reverse(revision.sighting()));
        let mut history: Vec<ShownRevision> = Vec::new();
        for revision in revisions {
            let portal = plain(&name(&look.names, &revision.connection));
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
        let status = resource.as_ref().and_then(|r| r.value().get("status")?.as_str().map(plain));
        Ok(ShownRevision {
            digest,
            seen: revision.at,
            portals: vec![portal],
            value: resource.as_ref().and_then(|resource| describe(resource).value).as_deref().map(plain),
            status,
            held: bytes.is_some(),
            current: revision.digest == current,
        })
    }
}

/// The full name of an entry: `issuer|type|id`.
pub(crate) fn full_name(line: &Line) -> String {
    let id = line.reference.split_once('/').map_or(line.reference.as_str(), |(_, id)| id);
    format!("{}|{}|{id}", line.issuer, line.resource_type)
}

/// The name of an entry as lists show it: `Type/id`.
pub(crate) fn short_name(key: &ResourceKey) -> String {
    plain(&format!("{}/{}", key.resource_type, key.id))
}

fn everything(resource: &Resource) -> Vec<ShownLine> {
    let lines = generic::lines(resource.value()).into_iter();
    let shown =
        lines.map(|line| ShownLine { depth: line.depth, label: plain(&line.label), text: prose(&line.text) });
    shown.collect()
}
