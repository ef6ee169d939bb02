//! One digest of what a record says.

use record::facts::Mark;
use rusqlite::{Connection, params};
use statement::Digest;

use crate::error::{Error, Result};
use crate::read;
use crate::store::Store;

impl Store {
    /// One digest of what the record says: equal on every device that holds the same content, whatever the order, duplication, split or
    /// interruption in which it came.
    ///
    /// It covers, sorted by issuer, type and id: each resource's key, section, part, state, whether it is no longer returned, and what it
    /// said over time, as the comparison digests of its revisions in the order of their sightings, neighbours that say the same being
    /// one. Of each note, sorted: section, whether its versions conflict, and subjects and text of each version. And what the patient
    /// chose to withhold and to share.
    ///
    /// Section and part of a supporting resource (a Practitioner, an Organization) are left out: it is wherever it was ever referred
    /// to, and that depends on the order of arrival.
    ///
    /// It does not cover what differs between two honest histories of the same content: sightings and other times, devices, members,
    /// connections, chain numbers, nonces, the restamped parts of bytes, read marks, and what stays on a device (cursors, outcomes,
    /// quarantine, settings). Make it when no rebuild is going on.
    pub fn content_digest(&self) -> Result<Digest> {
        let mut reader = self.reader();
        let snapshot = reader.db.transaction()?;
        let mut sum = Sum(Digest::of(&[b"wellkept/content/2"]));
        resources(&snapshot, &mut sum)?;
        notes(&snapshot, &mut sum)?;
        for (subject, mark) in read::parts::choices(&snapshot)? {
            sum.add(&[b"choice", subject.as_bytes(), &[u8::from(mark == Mark::Dropped)]]);
        }
        Ok(sum.0)
    }
}

/// A digest over entries, each with its length, so that no two lists of them are alike.
struct Sum(Digest);

impl Sum {
    fn add(&mut self, entry: &[&[u8]]) {
        let mut joined = self.0.as_bytes().to_vec();
        for part in entry {
            joined.extend((part.len() as u64).to_be_bytes());
            joined.extend(*part);
        }
        self.0 = Digest::of(&[&joined]);
    }
}

fn resources(db: &Connection, sum: &mut Sum) -> Result<()> {
    let mut statement = db.prepare_cached(
        "SELECT k.issuer, k.type, k.id, r.section, r.state, r.gone, k.ordinal, r.part, r.supporting \
         FROM resource_key k JOIN row r ON r.key = k.ordinal ORDER BY k.issuer, k.type, k.id",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let said = said(db, row.get(6)?)?;
        let (state, gone): (i64, bool) = (row.get(4)?, row.get(5)?);
        let text = |column| -> Result<String> { Ok(row.get(column)?) };
        let (issuer, resource_type, id) = (text(0)?, text(1)?, text(2)?);
        let (withheld, supporting): (bool, bool) = (row.get(7)?, row.get(8)?);
        let (section, part) = if supporting { (String::new(), 0) } else { (text(3)?, u8::from(withheld)) };
        sum.add(&[
            b"resource",
            issuer.as_bytes(),
            resource_type.as_bytes(),
            id.as_bytes(),
            section.as_bytes(),
            &[part],
            &state.to_be_bytes(),
            &[u8::from(gone)],
            &said,
        ]);
    }
    Ok(())
}

fn said(db: &Connection, ordinal: i64) -> Result<Vec<u8>> {
    let mut statement = db.prepare_cached(
        "SELECT comparison, max(clock) AS clock FROM revision WHERE key = ?1 GROUP BY at, digest, connection, comparison \
         ORDER BY at, clock, digest, comparison",
    )?;
    let all = statement.query_map(params![ordinal], |row| row.get::<_, [u8; 32]>(0))?;
    let mut all: Vec<[u8; 32]> = all.collect::<rusqlite::Result<_>>()?;
    all.dedup();
    Ok(all.concat())
}

fn notes(db: &Connection, sum: &mut Sum) -> Result<()> {
    let mut statement = db.prepare_cached("SELECT section, body FROM note")?;
    let mut rows = statement.query([])?;
    let mut entries = Vec::new();
    while let Some(row) = rows.next()? {
        let stored = read::notes::stored(db, row)?;
        let versions = stored.note.versions.iter().map(|version| {
            let text = version.text.and_then(|id| stored.texts.get(&id));
            (version.subjects.clone(), text.cloned())
        });
        let mut versions: Vec<_> = versions.collect();
        versions.sort();
        entries.push((stored.section, stored.note.conflict, versions));
    }
    entries.sort();
    for entry in entries {
        let entry = serde_json::to_vec(&entry).map_err(|_| Error::Unreadable("note"))?;
        sum.add(&[b"note", &entry]);
    }
    Ok(())
}
