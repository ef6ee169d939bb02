//! Facts of the kinds that have no table of their own.

use record::facts::{Fact, FactDigest, Written};
use rusqlite::params;
use statement::{DeviceId, Section};

use crate::error::{Error, Result};
use crate::store::Store;
use crate::write::facts::members;

impl Store {
    /// The facts of one kind in a section's document, sorted, each by a device of the member who says it.
    pub fn facts_of(&self, section: &Section, kind: &str) -> Result<Vec<Written>> {
        let reader = self.reader();
        let mut statement = reader.db.prepare_cached(
            "SELECT digest, device, body FROM fact WHERE section = ?1 AND kind = ?2 ORDER BY digest, device",
        )?;
        let mut rows = statement.query(params![section.as_str(), kind])?;
        let mut written = Vec::new();
        while let Some(row) = rows.next()? {
            let body: Vec<u8> = row.get(2)?;
            let fact = Fact::decode(&body).map_err(|_| Error::Unreadable("fact"))?;
            let (digest, device) = (FactDigest::new(row.get(0)?), DeviceId::new(row.get(1)?));
            written.push(Written { digest, fact, device });
        }
        let members = if written.is_empty() { Default::default() } else { members(&reader.db, section)? };
        Ok(record::facts::of_their_own(written, |device| members.get(device).copied()))
    }
}
