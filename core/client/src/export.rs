//! The whole record as a folder that any program can read (ADR 0008).

mod files;
mod page;
mod people;
mod resources;
mod said;
mod words;

use std::collections::BTreeMap;

use exchange::archive::page as page_of;
use exchange::archive::{self, Counts, FORMAT, Fault, Manifest, Names, Sink, VERSION, Writer};
use fhir::ResourceKey;
use serde::Serialize;

use crate::client::lock;
use crate::views::plain;
use crate::{Client, Error};

/// What an export wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Exported {
    /// Entries, as they stand.
    pub entries: u64,
    /// Earlier revisions of them.
    pub earlier: u64,
    /// Attachments.
    pub attachments: u64,
    /// Notes.
    pub notes: u64,
    /// Entries whose content is not held, and so not in it.
    pub not_held: u64,
    /// Files of the archive, without its manifest.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// The digest of the record, as [`Client::verify`] gives it: the same after an import.
    pub digest: String,
}

/// How far an export or an import has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// What is being done, in words.
    pub doing: &'static str,
    /// How much of it is done.
    pub done: u64,
    /// How much there is.
    pub all: u64,
}

/// What all parts of an export share.
struct Export<'e, 's> {
    client: &'e Client,
    writer: Writer<'s>,
    names: Names,
    counts: Counts,
    /// The attachments of each entry: what they are called, and their names in the archive.
    files: BTreeMap<Place, Vec<(String, String)>>,
    /// The notes about each entry.
    notes: BTreeMap<Place, Vec<page_of::Note>>,
    /// The notes about none.
    record_notes: Vec<page_of::Note>,
    progress: &'e mut dyn FnMut(Step),
}

impl Client {
    /// Gives the whole record to `sink`: everything that portals said, with exact bytes, and everything that people wrote.
    /// Nothing of it is encrypted. Without its manifest, which is written last, it is not whole.
    ///
    /// # Errors
    /// [`Error::NotWritten`], [`Error::OutOfSpace`]; [`Error::Invalid`] while the lists are being built again.
    pub fn export(&self, sink: &mut dyn Sink, mut progress: impl FnMut(Step)) -> Result<Exported, Error> {
        if self.is_rebuilding()? {
            return Err(Error::Invalid("The lists are being built again: run `rebuild` first".to_owned()));
        }
        // Nothing is said while the record is being read, so that all files tell of one moment.
        let _device = lock(&self.inner.device);
        let digest = self.inner.store.content_digest()?.to_string();
        let made = words::moment(self.now());
        let mut export = Export {
            client: self,
            writer: Writer::new(sink),
            names: Names::default(),
            counts: Counts::default(),
            files: BTreeMap::new(),
            notes: BTreeMap::new(),
            record_notes: Vec::new(),
            progress: &mut progress,
        };
        export.resources()?;
        export.attachments()?;
        export.said()?;
        export.people()?;
        export.page(&made)?;
        let readme = archive::readme(self.holder_name(), &made, &export.counts);
        export.writer.file("README.txt", readme.as_bytes())?;
        let manifest = Manifest {
            format: FORMAT.to_owned(),
            version: VERSION,
            made,
            wellkept: env!("CARGO_PKG_VERSION").to_owned(),
            digest: digest.clone(),
            files: Vec::new(),
        };
        let counts = export.counts;
        let manifest = export.writer.finish(manifest)?;
        Ok(Exported {
            entries: counts.entries,
            earlier: counts.earlier,
            attachments: counts.files,
            notes: counts.notes,
            not_held: counts.not_held,
            files: u64::try_from(manifest.files.len()).unwrap_or(u64::MAX),
            bytes: manifest.length(),
            digest,
        })
    }
}

impl Export<'_, '_> {
    fn step(&mut self, doing: &'static str, done: usize, all: usize) {
        let number = |count| u64::try_from(count).unwrap_or(u64::MAX);
        (self.progress)(Step { doing, done: number(done), all: number(all) });
    }
}

/// An entry as lists name it: the portal's address, and `Type/id`.
type Place = (String, String);

fn place(key: &ResourceKey) -> Place {
    (plain(&key.issuer), plain(&format!("{}/{}", key.resource_type, key.id)))
}

impl From<archive::Error> for Error {
    /// For what is written; [`Client::import`] has a word of its own for what is read.
    fn from(error: archive::Error) -> Self {
        match error {
            archive::Error::Fault { fault: Fault::OutOfSpace, .. } => Self::OutOfSpace,
            other => Self::NotWritten(other.to_string()),
        }
    }
}
