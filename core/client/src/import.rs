//! A new record from an export (ADR 0008): everything is checked before anything is written.

mod facts;
mod files;
mod order;
mod plan;

use std::collections::BTreeSet;

use exchange::archive::{self, Archive, Fault, Source};
use fhir::{Digest, Resource};
use serde::Serialize;
use statement::{Payload, Section, Signed, kind};
use store::Commit;

use crate::export::Step;
use crate::write::Draft;
use crate::{Client, Error};
use plan::Plan;

/// Resources, and their bytes, that are written in one transaction.
const BATCH: usize = 500;
const BATCH_BYTES: usize = 32 * 1024 * 1024;

/// What an import wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Imported {
    /// Contents of entries, with earlier ones.
    pub contents: u64,
    /// Portals, all of them ended.
    pub portals: u64,
    /// Notes' and choices' facts.
    pub facts: u64,
    /// Attachments.
    pub attachments: u64,
    /// The digest that the export names.
    pub expected: String,
    /// The digest of the record now: the same, or something could not be taken over.
    pub digest: String,
}

impl Client {
    /// Takes an export into this record, which must be new and empty. What portals showed keeps its moments and its order;
    /// what people wrote is said again by the member who holds this device, at the times at which it was written.
    ///
    /// A kill leaves the record empty or whole; in the first case the same import can be done again.
    ///
    /// # Errors
    /// [`Error::NotEmpty`]; [`Error::NotTaken`] for an export that is damaged, hostile or of another version: nothing was
    /// written then. [`Error::OutOfSpace`].
    pub fn import(&self, source: &mut dyn Source, mut progress: impl FnMut(Step)) -> Result<Imported, Error> {
        self.must_be_empty()?;
        let mut archive = Archive::open(source).map_err(not_taken)?;
        let all = archive.manifest().length();
        let mut done = 0_u64;
        let checking = |read: u64| {
            done = done.saturating_add(read);
            progress(Step { doing: "checking", done, all });
        };
        archive.check(checking).map_err(not_taken)?;
        let plan = Plan::read(self, &mut archive).map_err(Refusal::into_error)?;
        let digests = plan.check_contents(&mut archive).map_err(not_taken)?;
        let contents = self.take_contents(&mut archive, digests, &mut progress)?;
        let facts = plan.facts.len();
        let portals = plan.connections.len();
        let attachments = self.take_files(&mut archive, &plan)?;
        progress(Step { doing: "writing", done: 0, all: 1 });
        self.take_statements(plan)?;
        progress(Step { doing: "writing", done: 1, all: 1 });
        let number = |count| u64::try_from(count).unwrap_or(u64::MAX);
        Ok(Imported {
            contents,
            portals: number(portals),
            facts: number(facts),
            attachments,
            expected: archive.manifest().digest.clone(),
            digest: self.inner.store.content_digest()?.to_string(),
        })
    }

    /// A record that holds only its first statement. An import that was broken off leaves no other.
    fn must_be_empty(&self) -> Result<(), Error> {
        let fresh = self.inner.store.statements_after(0, 2)?.len() <= 1;
        if fresh { Ok(()) } else { Err(Error::NotEmpty) }
    }

    /// Keeps the bytes that pages will name. Nothing is shown of them yet.
    fn take_contents(
        &self,
        archive: &mut Archive<'_>,
        mut wanted: BTreeSet<Digest>,
        progress: &mut impl FnMut(Step),
    ) -> Result<u64, Error> {
        let all = u64::try_from(wanted.len()).unwrap_or(u64::MAX);
        let mut batch = Batch::default();
        let mut done = 0_u64;
        for name in plan::content_names(archive) {
            let mut take = |bytes: &[u8]| -> Result<(), Refusal> {
                if !wanted.remove(&Digest::of(bytes)) {
                    return Ok(());
                }
                // Bytes that this version cannot parse were kept as they came; they cannot be kept without being read.
                let resource = Resource::parse(bytes)
                    .map_err(|_| archive::Error::Contradiction("an entry is no FHIR"))?;
                done = done.saturating_add(1);
                batch.add(resource);
                if batch.is_full() {
                    self.inner.store.commit(batch.take()).map_err(|error| Refusal::Own(error.into()))?;
                    progress(Step { doing: "contents", done, all });
                }
                Ok(())
            };
            plan::contents(archive, &name, &mut take).map_err(Refusal::into_error)?;
        }
        self.inner.store.commit(batch.take())?;
        progress(Step { doing: "contents", done, all });
        if wanted.is_empty() { Ok(done) } else { Err(not_taken(archive::Error::Missing)) }
    }

    /// Says all of it in one transaction: what every screen shows is there at once, or not at all.
    fn take_statements(&self, plan: Plan) -> Result<(), Error> {
        let Plan { connections, outcomes, events, facts, .. } = plan;
        for (row, _) in &connections {
            self.inner.store.commit(Commit { connection: Some(row.clone()), ..Commit::default() })?;
        }
        let said = self.said_again(facts)?;
        let mut drafts = Vec::new();
        for (_, body) in connections {
            drafts.push(Draft { section: Section::CIRCLE, kind: kind::CONNECTION, body: body.encode()? });
        }
        let first = drafts.len();
        let mut after = Vec::with_capacity(events.len());
        for order::Placed { event, after: before } in order::placed(events) {
            drafts.push(Draft { section: event.section, kind: event.kind, body: event.body });
            after.push(before);
        }
        drafts.extend(said.drafts);
        let clock = |place: &usize, signed: &[(Signed, Payload)]| {
            signed.get(first.saturating_add(*place)).map_or(0, |(_, payload)| payload.clock)
        };
        let above = |place: usize, signed: &[(Signed, Payload)]| {
            let before = place.checked_sub(first).and_then(|place| after.get(place));
            before.into_iter().flatten().map(|place| clock(place, signed)).max().unwrap_or(0)
        };
        let commit = Commit { outcomes, texts: said.texts, ..Commit::default() };
        self.say_after(|_| Ok((drafts, commit)), above)?;
        self.read_inline_files()
    }
}

#[derive(Default)]
struct Batch {
    resources: Vec<Resource>,
    bytes: usize,
}

impl Batch {
    fn add(&mut self, resource: Resource) {
        self.bytes = self.bytes.saturating_add(resource.bytes().len());
        self.resources.push(resource);
    }

    fn is_full(&self) -> bool {
        self.resources.len() >= BATCH || self.bytes >= BATCH_BYTES
    }

    fn take(&mut self) -> Commit {
        Commit { resources: std::mem::take(self).resources, ..Commit::default() }
    }
}

/// Why reading ended: the archive's fault or ours.
enum Refusal {
    Archive(archive::Error),
    Own(Error),
}

impl Refusal {
    fn into_error(self) -> Error {
        match self {
            Self::Archive(error) => not_taken(error),
            Self::Own(error) => error,
        }
    }
}

impl From<archive::Error> for Refusal {
    fn from(error: archive::Error) -> Self {
        Self::Archive(error)
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Own(error)
    }
}

fn not_taken(error: archive::Error) -> Error {
    match error {
        archive::Error::Fault { fault: Fault::OutOfSpace, .. } => Error::OutOfSpace,
        other => Error::NotTaken(other.to_string()),
    }
}
