//! `files/`: attachments that are on this device, under names of ours.

use std::collections::BTreeMap;

use exchange::archive::{page, rows};
use exchange::document::{self, Kind};
use fhir::Digest;
use record::row::{AttachmentRef, Row};

use super::{Export, place};
use crate::Error;
use crate::attachments;

/// The attachments that were written.
#[derive(Default)]
struct Written {
    /// The very bytes, and what is to be opened of them.
    names: BTreeMap<Digest, (String, String)>,
    /// What entries state of them.
    types: BTreeMap<Digest, String>,
}

impl Export<'_, '_> {
    /// Every attachment that is held, once, and where those came from that were fetched.
    pub(super) fn attachments(&mut self) -> Result<(), Error> {
        let mut written = Written::default();
        let mut keys = self.client.inner.store.keys("", None, usize::MAX)?;
        keys.sort();
        let all = keys.len();
        for (done, key) in keys.into_iter().enumerate() {
            if done.is_multiple_of(256) {
                self.step("attachments", done, all);
            }
            let Some(stored) = self.client.inner.store.row(&key, None)? else { continue };
            for (index, file) in stored.row.attachments.iter().enumerate() {
                self.attachment(&stored.row, index.saturating_add(1), file, &mut written)?;
            }
        }
        let origins = self.origins(&mut written)?;
        self.writer.begin("record/files.ndjson")?;
        origins.iter().try_for_each(|row| self.writer.line(row))?;
        Ok(())
    }

    fn attachment(
        &mut self,
        row: &Row,
        n: usize,
        file: &AttachmentRef,
        written: &mut Written,
    ) -> Result<(), Error> {
        let bytes = match (file.digest, self.client.known_address(row, file)?.and_then(|known| known.digest))
        {
            (Some(_), _) => self.client.bytes_here(row, file)?,
            (None, Some(digest)) => self.client.unsealed(&digest)?,
            (None, None) => None,
        };
        let Some(bytes) = bytes else { return Ok(()) };
        let stem = attachments::name(row, n, "");
        let readable = self.put(&stem, file.content_type.as_deref(), &bytes, written)?;
        let title = file.title.as_deref().map(portal::clean).filter(|title| !title.is_empty());
        let title = title.unwrap_or_else(|| format!("attachment {n}"));
        self.files.entry(place(&row.key)).or_default().push((title, readable));
        Ok(())
    }

    /// Where what was fetched came from. What no entry names any more is written here.
    fn origins(&mut self, written: &mut Written) -> Result<Vec<rows::File>, Error> {
        let mut origins = Vec::new();
        for connection in self.client.inner.store.connections()? {
            for known in self.client.inner.store.addresses(&connection.id)? {
                let Some(digest) = known.digest else { continue };
                if !written.names.contains_key(&digest) {
                    let Some(bytes) = self.client.unsealed(&digest)? else { continue };
                    self.put("file", None, &bytes, written)?;
                }
                let Some((name, _)) = written.names.get(&digest) else { continue };
                origins.push(rows::File {
                    name: name.clone(),
                    digest: digest.to_string(),
                    connection: known.connection.to_string(),
                    address: known.address,
                    content_type: written.types.get(&digest).cloned(),
                    at: known.at,
                    seen: known.seen,
                    doubt: known.reason,
                });
            }
        }
        Ok(origins)
    }

    /// Writes the very bytes, once. What could run something when it is opened gets an ending with which it does not, and a
    /// readable copy beside it where one can be made. Gives the name of what is to be opened.
    fn put(
        &mut self,
        stem: &str,
        declared: Option<&str>,
        bytes: &[u8],
        written: &mut Written,
    ) -> Result<String, Error> {
        let digest = Digest::of(bytes);
        if let Some((_, readable)) = written.names.get(&digest) {
            return Ok(readable.clone());
        }
        let kind = document::sniff(bytes, declared);
        self.counts.files = self.counts.files.saturating_add(1);
        let stem = format!("{:04}-{}", self.counts.files, stem.trim_end_matches('.'));
        let extension = document::extension(kind);
        let name = match kind {
            _ if document::safe(kind) => format!("files/{stem}.{extension}"),
            Kind::Other => format!("files/{stem}.bin"),
            _ => format!("files/{stem}.{extension}.txt"),
        };
        self.writer.file(&name, bytes)?;
        let readable = match document::html(bytes, kind) {
            Some(html) => {
                let readable = format!("files/{stem}-readable.html");
                self.writer.file(&readable, page::document(&stem, &html).as_bytes())?;
                readable
            }
            None => name.clone(),
        };
        if let Some(declared) = declared {
            written.types.insert(digest, declared.to_owned());
        }
        written.names.insert(digest, (name, readable.clone()));
        Ok(readable)
    }
}
