//! Files that entries point to or carry: which there are, how each stands, and opening one. What is not on this device is fetched
//! from its portal; nothing is ever asked of another host, and no plain bytes are written to the disk.

mod download;
mod eager;
mod keep;
mod state;

use std::sync::atomic::Ordering;

use chrono::DateTime;
use exchange::document::{self, Kind};
use fhir::{Resource, attachment};
use portal::download::{File, Miss, Place};
use record::row::{AttachmentRef, Row};
use serde::Serialize;
use store::{Came, ConnectionRow, Evicted};

use crate::{Client, Error};
use download::{Asked, End};
pub use eager::FilesReport;
pub use state::{AttachmentState, AttachmentView};

/// Files of at most so many bytes are fetched unasked, with the sync.
pub(crate) const EAGER: usize = 1 << 20;
/// No more is fetched unasked once so many bytes of files are on this device, unless the host says otherwise.
pub(crate) const FILE_BUDGET: u64 = 512 << 20;
/// The largest file that is fetched when a person asks for it.
pub(crate) const ON_DEMAND: usize = 64 << 20;

/// A file that was opened.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Opened {
    /// Its bytes, exactly as they came.
    #[serde(skip)]
    pub bytes: Vec<u8>,
    /// What it is by its content: `pdf`, `html`, `txt` ...
    pub kind: &'static str,
    /// Whether another program may be given it as it is. One that is not is shown by [`Opened::text`] or [`Opened::html`] only.
    pub safe: bool,
    /// A name for it that is ours, not the portal's.
    pub suggested_name: String,
    /// How it is listed, now that it is here.
    pub attachment: AttachmentView,
    #[serde(skip)]
    sniffed: Kind,
}

impl Opened {
    /// Its words, as far as they can be got out of it. They may hold control characters.
    #[must_use]
    pub fn text(&self) -> Option<String> {
        document::text(&self.bytes, self.sniffed).ok().flatten()
    }

    /// Of HTML and CDA: readable HTML that neither runs nor loads anything.
    #[must_use]
    pub fn html(&self) -> Option<String> {
        document::html(&self.bytes, self.sniffed)
    }
}

impl Client {
    /// The files of an entry, in its order, and how each stands. Never waits for the network.
    ///
    /// # Errors
    /// As [`Client::show`]; [`Error::Covered`].
    pub fn attachments(&self, reference: &str) -> Result<Vec<AttachmentView>, Error> {
        self.refuse_covered(reference)?;
        self.attachments_revealed(reference)
    }

    /// The same, lifting this member's covers for this one look.
    ///
    /// # Errors
    /// As [`Client::show`].
    pub fn attachments_revealed(&self, reference: &str) -> Result<Vec<AttachmentView>, Error> {
        let stored = self.find(reference)?;
        self.attachment_views(&stored.row)
    }

    /// The file `n` of an entry, counted from 1; it is fetched when it is not on this device.
    ///
    /// # Errors
    /// As [`Client::attachments`]; [`Error::NotFound`] for no such file; [`Error::FileNotHere`] when it has to be fetched and the
    /// portal cannot be reached; [`Error::FileRefused`] when it cannot be had; [`Error::SignInAgain`].
    pub async fn open_attachment(&self, reference: &str, n: usize) -> Result<Opened, Error> {
        self.refuse_covered(reference)?;
        self.open_attachment_revealed(reference, n).await
    }

    /// The same, lifting this member's covers for this one look.
    ///
    /// # Errors
    /// As [`Client::open_attachment`].
    pub async fn open_attachment_revealed(&self, reference: &str, n: usize) -> Result<Opened, Error> {
        let row = self.find(reference)?.row;
        let index = n.checked_sub(1).ok_or(Error::NotFound)?;
        let file = row.attachments.get(index).ok_or(Error::NotFound)?;
        let bytes = match self.bytes_here(&row, file)? {
            Some(bytes) => bytes,
            None => self.fetch_one(&row, file).await?,
        };
        let attachment = self.attachment_views(&row)?.into_iter().nth(index).ok_or(Error::NotFound)?;
        let sniffed = document::sniff(&bytes, file.content_type.as_deref());
        Ok(Opened {
            kind: document::extension(sniffed),
            safe: document::safe(sniffed),
            suggested_name: name(&row, n, document::extension(sniffed)),
            attachment,
            sniffed,
            bytes,
        })
    }

    /// How many bytes of files may be on this device without anybody's asking (512 MiB, unless this says otherwise). When a sync
    /// ends with more, those that were not looked at for longest make room. What a person opens is fetched all the same.
    pub fn keep_files_within(&self, bytes: u64) {
        self.inner.file_budget.store(bytes, Ordering::Relaxed);
    }

    pub(crate) fn file_budget(&self) -> u64 {
        self.inner.file_budget.load(Ordering::Relaxed)
    }

    /// Takes files off this device, the least recently looked at first, until no more than `budget` bytes are left. Only what can be
    /// fetched again is taken; it stays listed, and is found by its words.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn sweep(&self, budget: u64) -> Result<Evicted, Error> {
        Ok(self.inner.store.evict(budget)?)
    }

    /// The bytes of a file that stands in its resource, or was fetched and is still here.
    pub(crate) fn bytes_here(&self, row: &Row, file: &AttachmentRef) -> Result<Option<Vec<u8>>, Error> {
        let store = &self.inner.store;
        if file.digest.is_some() {
            let bytes = store.bytes(&row.current)?.ok_or(Error::NotFound)?;
            let resource = Resource::parse(&bytes).map_err(|_| Error::Bug("a row of what cannot be read"))?;
            return Ok(attachment::data(resource.value(), &file.path));
        }
        let Some(known) = self.known_address(row, file)? else { return Ok(None) };
        let Some(digest) = known.digest else { return Ok(None) };
        let bytes = self.unsealed(&digest)?;
        if bytes.is_some() {
            store.use_file(&digest, self.now())?;
        }
        Ok(bytes)
    }

    async fn fetch_one(&self, row: &Row, file: &AttachmentRef) -> Result<Vec<u8>, Error> {
        // The tokens of a connection are renewed by one at a time.
        let _one_at_a_time = self.inner.syncing.lock().await;
        if let Some(bytes) = self.bytes_here(row, file)? {
            return Ok(bytes);
        }
        let (connection, asked) = self.to_ask(row, file)?;
        let mut came = None;
        let end = download::run(self, &connection, std::slice::from_ref(&asked), None, |asked, found| {
            came = Some(match found {
                Ok(file) => Ok(self.keep_file(&connection, asked, file)?),
                Err(miss) => Err(self.keep_miss(&connection, asked, miss)?),
            });
            Ok(true)
        })
        .await?;
        match (came, end) {
            (Some(Ok(bytes)), _) => Ok(bytes),
            (_, End::SignIn) => Err(Error::SignInAgain { portal: connection.name }),
            (Some(Err(miss)), _) => Err(unreachable_or_refused(miss)),
            (None, End::Done) => Err(Error::Bug("a file that neither came nor was missed")),
        }
    }

    /// Whom to ask for a file, and what; or why nobody can be asked.
    fn to_ask(&self, row: &Row, file: &AttachmentRef) -> Result<(ConnectionRow, Asked), Error> {
        let refused = |reason: &str| Error::FileRefused { reason: reason.to_owned() };
        let address = file.address.clone().ok_or_else(|| refused(state::NOT_GIVEN))?;
        match state::place_of(row, &address) {
            Place::Here(_) => {}
            Place::Elsewhere { host } => return Err(refused(&state::elsewhere(&host))),
            Place::Inline | Place::Unreadable => return Err(refused(state::UNREADABLE)),
        }
        if file.size.is_some_and(|size| size > ON_DEMAND as u64) {
            return Err(refused(state::TOO_LARGE));
        }
        let live = self.live_connection(row)?.ok_or_else(|| refused(state::NOT_CONNECTED))?;
        let asked = Asked {
            address,
            content_type: file.content_type.clone(),
            size: file.size,
            hash: file.hash.clone(),
            seen: row.sighting,
            max_bytes: ON_DEMAND,
        };
        Ok((live, asked))
    }
}

/// What a portal's "no", or its silence, means for a person.
fn unreachable_or_refused(miss: (Came, String)) -> Error {
    match miss {
        (Came::Failed, reason) => Error::FileNotHere { reason },
        (_, reason) => Error::FileRefused { reason },
    }
}

/// Of plain letters, so that no portal names a file.
pub(crate) fn name(row: &Row, n: usize, extension: &str) -> String {
    let what = match row.key.resource_type.as_str() {
        "DocumentReference" | "Composition" => "document",
        "DiagnosticReport" => "report",
        "Media" => "picture",
        "Communication" => "message",
        _ => "file",
    };
    let when = row.summary.when.as_ref().and_then(|when| when.sort_key());
    let when = when.and_then(|at| DateTime::from_timestamp(at, 0));
    let when = when.map(|at| at.format("-%Y-%m-%d").to_string()).unwrap_or_default();
    let number = if row.attachments.len() > 1 { format!("-{n}") } else { String::new() };
    format!("{what}{when}{number}.{extension}")
}

impl std::fmt::Debug for Opened {
    /// Nothing of what is in it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Opened({}, {} bytes)", self.kind, self.bytes.len())
    }
}
