//! Attachments that had been fetched.

use std::collections::BTreeMap;

use exchange::archive::{Archive, rows};
use fhir::Digest;
use store::{Address, Came};

use super::plan::{Plan, named};
use super::{Refusal, not_taken};
use crate::attachments::ON_DEMAND;
use crate::{Client, Error};

impl Client {
    /// Keeps each of them, sealed. Those that stand in entries came with these.
    pub(super) fn take_files(&self, archive: &mut Archive<'_>, plan: &Plan) -> Result<u64, Error> {
        let mut files: BTreeMap<&str, Vec<&rows::File>> = BTreeMap::new();
        for row in plan.files.iter().filter(|row| archive.has(&row.name)) {
            files.entry(&row.name).or_default().push(row);
        }
        for (name, origins) in &files {
            let bytes = archive.whole(name, ON_DEMAND).map_err(not_taken)?;
            let digest = Digest::of(&bytes).to_string();
            for row in origins.iter().filter(|row| row.digest == digest) {
                let address = Address {
                    connection: named(&row.connection).map_err(Refusal::into_error)?,
                    address: row.address.clone(),
                    digest: None,
                    came: Came::Held,
                    reason: row.doubt.as_deref().map(portal::clean),
                    at: row.at,
                    seen: row.seen,
                };
                self.keep_bytes(&bytes, row.content_type.as_deref(), address)?;
            }
        }
        Ok(u64::try_from(files.len()).unwrap_or(u64::MAX))
    }
}
