//! What is done with files after a sync: small ones are fetched unasked, and the words of all of them are made ready for search.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use exchange::document;
use fhir::{Digest, Resource, attachment};
use portal::download::{Miss, Place};
use portal::fetch::Fault;
use serde::Serialize;
use store::{ConnectionRow, PutFile, UnreadFile, WantedFile};

use super::EAGER;
use super::download::{self, Asked};
use crate::{Client, Error};

/// Addresses that one sync looks at; the rest follow with the next.
const MOST: usize = 2_000;
/// Files in entries whose words are looked for in one go.
const BATCH: usize = 64;

/// What a sync did about files.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct FilesReport {
    /// Files that were fetched.
    pub fetched: u64,
    /// Files that the portal would not give, or that could not be asked for.
    pub refused: u64,
    /// Files that could not be fetched this time.
    pub failed: u64,
    /// Files that are fetched when they are opened.
    pub on_demand: u64,
}

impl Client {
    /// Fetches the small files of one portal that were not asked for since what points at them was seen; `again`: also those that
    /// it would not give. Ends early at `deadline`. `progress` hears how many are done, of how many. The caller holds the lock of
    /// the sync.
    pub(crate) async fn fetch_files(
        &self,
        connection: &ConnectionRow,
        again: bool,
        deadline: Option<i64>,
        progress: &dyn Fn(usize, usize),
    ) -> Result<FilesReport, Error> {
        let store = &self.inner.store;
        let mut report = FilesReport::default();
        let mut asked = Vec::new();
        for wanted in store.wanted_files(&connection.id, &connection.issuer, again, MOST)? {
            match self.unasked(connection, &wanted)? {
                Ok(one) => asked.push(one),
                Err((one, miss)) => report.count(self.keep_miss(connection, &one, miss)?.0),
            }
        }
        let budget = self.file_budget();
        // What finds no room is not asked for at every sync from then on, or files would come and go by turns.
        let leave = |one: &Asked| self.keep_miss(connection, one, Miss::TooLarge { max_bytes: EAGER });
        if asked.is_empty() || store.files_length()? >= budget {
            for one in &asked {
                report.count(leave(one)?.0);
            }
            return Ok(report);
        }
        let mut done = 0;
        progress(done, asked.len());
        download::run(self, connection, &asked, deadline, |one, found| {
            match found {
                Ok(file) => {
                    self.keep_file(connection, one, file)?;
                    report.fetched = report.fetched.saturating_add(1);
                }
                Err(Miss::Failed { fault: Fault::Stopped, .. }) if store.files_length()? >= budget => {
                    report.count(leave(one)?.0);
                }
                Err(miss) => report.count(self.keep_miss(connection, one, miss)?.0),
            }
            done += 1;
            progress(done, asked.len());
            Ok(store.files_length()? < budget && !self.is_stopped())
        })
        .await?;
        Ok(report)
    }

    /// How many small files of one portal were not asked for yet.
    pub(crate) fn waiting_files(&self, connection: &ConnectionRow) -> Result<u64, Error> {
        let wanted = self.inner.store.wanted_files(&connection.id, &connection.issuer, false, MOST)?;
        let mut count = 0_u64;
        for wanted in &wanted {
            count = count.saturating_add(u64::from(self.unasked(connection, wanted)?.is_ok()));
        }
        Ok(count)
    }

    /// Looks for the words of files that stand in entries.
    pub(crate) fn read_inline_files(&self) -> Result<(), Error> {
        loop {
            let unread = self.inner.store.unread_files(BATCH)?;
            if unread.is_empty() {
                return Ok(());
            }
            let mut resources: BTreeMap<Digest, Option<Resource>> = BTreeMap::new();
            let mut words = Vec::with_capacity(unread.len());
            for file in &unread {
                let resource = match resources.entry(file.resource) {
                    Entry::Occupied(held) => held.into_mut(),
                    Entry::Vacant(place) => {
                        let bytes = self.inner.store.bytes(&file.resource)?;
                        place.insert(bytes.and_then(|bytes| Resource::parse(&bytes).ok()))
                    }
                };
                words.push(read(file, resource.as_ref(), self.now()));
            }
            self.inner.store.put_words(&words)?;
        }
    }

    /// What to ask for; or why it is not fetched unasked.
    fn unasked(
        &self,
        connection: &ConnectionRow,
        wanted: &WantedFile,
    ) -> Result<Result<Asked, (Asked, Miss)>, Error> {
        let row = self.inner.store.row(&wanted.key, None)?.map(|stored| stored.row);
        let files = row.iter().flat_map(|row| &row.attachments);
        let hash = files
            .filter(|file| file.address.as_deref() == Some(&wanted.address))
            .find_map(|file| file.hash.clone());
        let asked = Asked {
            address: wanted.address.clone(),
            content_type: wanted.content_type.clone(),
            size: wanted.size,
            hash,
            seen: wanted.seen,
            max_bytes: EAGER,
        };
        let place = portal::Base::parse(&connection.issuer)
            .map(|base| portal::download::place(&base, &asked.address));
        let miss = match place {
            Ok(Place::Here(_)) if wanted.size.is_none_or(|size| size <= EAGER as u64) => {
                return Ok(Ok(asked));
            }
            Ok(Place::Here(_)) => Miss::TooLarge { max_bytes: EAGER },
            Ok(Place::Elsewhere { host }) => Miss::Elsewhere { host },
            _ => Miss::Unreadable,
        };
        Ok(Err((asked, miss)))
    }
}

impl FilesReport {
    fn count(&mut self, came: store::Came) {
        let count = match came {
            store::Came::Held => return,
            store::Came::Large => &mut self.on_demand,
            store::Came::TooLarge | store::Came::Refused(_) => &mut self.refused,
            store::Came::Failed => &mut self.failed,
        };
        *count = count.saturating_add(1);
    }
}

fn read(file: &UnreadFile, resource: Option<&Resource>, now: i64) -> PutFile {
    let bytes =
        resource.and_then(|resource| attachment::data(resource.value(), &file.path)).unwrap_or_default();
    let kind = document::sniff(&bytes, file.content_type.as_deref());
    PutFile {
        digest: file.digest,
        kind: document::extension(kind).to_owned(),
        length: u64::try_from(bytes.len()).unwrap_or(u64::MAX),
        text: document::text(&bytes, kind).ok().flatten(),
        used: now,
        sealed: None,
        address: None,
    }
}
