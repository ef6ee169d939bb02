//! What only an export asks for.

use record::facts::{Fact, FactDigest, Written};
use statement::{DeviceId, Section};

use crate::error::{Error, Result};
use crate::store::Store;
use crate::write::facts::members;

impl Store {
    /// Whether the bytes of a resource are held.
    pub fn holds(&self, digest: &fhir::Digest) -> Result<bool> {
        let reader = self.reader();
        let mut held = reader.db.prepare_cached("SELECT 1 FROM resource WHERE digest = ?1")?;
        Ok(held.exists([digest.as_bytes()])?)
    }

    /// The sections, and their parts, in which anybody has written anything, sorted.
    pub fn written_sections(&self) -> Result<Vec<Section>> {
        let reader = self.reader();
        let mut statement = reader.db.prepare_cached("SELECT DISTINCT section FROM fact ORDER BY section")?;
        let mut rows = statement.query([])?;
        let mut sections = Vec::new();
        while let Some(row) = rows.next()? {
            sections.push(super::section(&row.get::<_, String>(0)?)?);
        }
        Ok(sections)
    }

    /// The facts of every kind in a section's document, sorted, each by a device of the member who says it.
    pub fn facts(&self, section: &Section) -> Result<Vec<Written>> {
        let reader = self.reader();
        let mut statement = reader.db.prepare_cached(
            "SELECT digest, device, body FROM fact WHERE section = ?1 ORDER BY digest, device",
        )?;
        let mut rows = statement.query([section.as_str()])?;
        let mut written = Vec::new();
        while let Some(row) = rows.next()? {
            let body: Vec<u8> = row.get(2)?;
            let fact = Fact::decode(&body).map_err(|_| Error::Unreadable("fact"))?;
            written.push(Written {
                digest: FactDigest::new(row.get(0)?),
                fact,
                device: DeviceId::new(row.get(1)?),
            });
        }
        let members = if written.is_empty() { Default::default() } else { members(&reader.db, section)? };
        Ok(record::facts::of_their_own(written, |device| members.get(device).copied()))
    }
}
