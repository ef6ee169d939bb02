//! Reading the log: statements, chains, bytes, revisions.

use std::collections::BTreeMap;

use fhir::ResourceKey;
use record::Revision;
use rusqlite::{Connection, OptionalExtension, Row, params};
use statement::chain::ChainHead;
use statement::{ConnectionId, DeviceId, Digest, MemberId, Section, Signed};

use crate::error::{Error, Result};
use crate::store::Store;
use crate::write::purge;
use crate::zip;

impl Store {
    /// A statement by its digest; `None` when it is not held.
    pub fn statement(&self, digest: &Digest) -> Result<Option<Signed>> {
        let reader = self.reader();
        let mut statement =
            reader.db.prepare_cached("SELECT payload, signature FROM statement WHERE digest = ?1")?;
        let found =
            statement.query_row([digest.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        found.map(|(payload, signature)| signed(payload, signature)).transpose()
    }

    /// Statements in the order in which they arrived here, after a place in it (0 for the start), at most `limit`. Each with its
    /// place, to go on from.
    pub fn statements_after(&self, place: i64, limit: usize) -> Result<Vec<(i64, Signed)>> {
        self.statements_where("sequence > ?1", params![place, limit_of(limit)])
    }

    /// The statements of one kind, in the order in which they arrived here, each with its place.
    pub fn statements_of_kind(&self, kind: &str) -> Result<Vec<(i64, Signed)>> {
        self.statements_where("kind = ?1", params![kind, i64::MAX])
    }

    /// The newest statement of each chain of a section, sorted by device; of a fork, the one with the greatest digest. Empty when
    /// nobody has written there. `statement::chain::next` takes them as they are.
    pub fn chain_heads(&self, section: &Section) -> Result<Vec<ChainHead>> {
        let db = self.planner();
        let mut statement = db.prepare_cached(
            "SELECT s.device, s.number, s.digest, s.clock FROM \
             (SELECT device, max(number) AS number FROM statement WHERE section = ?1 GROUP BY device) newest \
             JOIN statement s ON s.section = ?1 AND s.device = newest.device AND s.number = newest.number \
             ORDER BY s.device, s.digest",
        )?;
        let mut rows = statement.query([section.as_str()])?;
        let mut heads = BTreeMap::new();
        while let Some(row) = rows.next()? {
            let device = DeviceId::new(row.get(0)?);
            let head = ChainHead {
                device,
                number: super::counted(row.get(1)?)?,
                digest: Digest::new(row.get(2)?),
                clock: super::counted(row.get(3)?)?,
            };
            heads.insert(device, head);
        }
        Ok(heads.into_values().collect())
    }

    /// The newest statement of each chain of a device: its number and name, by section. Of a fork, the one with the greatest digest.
    pub fn chains_of(&self, device: &DeviceId) -> Result<BTreeMap<Section, (u64, Digest)>> {
        let reader = self.reader();
        let mut statement = reader.db.prepare_cached(
            "SELECT s.section, s.number, s.digest FROM \
             (SELECT section, max(number) AS number FROM statement WHERE device = ?1 GROUP BY section) newest \
             JOIN statement s ON s.section = newest.section AND s.device = ?1 AND s.number = newest.number ORDER BY s.digest",
        )?;
        let mut rows = statement.query([device.as_bytes()])?;
        let mut chains = BTreeMap::new();
        while let Some(row) = rows.next()? {
            let section = super::section(&row.get::<_, String>(0)?)?;
            chains.insert(section, (super::counted(row.get(1)?)?, Digest::new(row.get(2)?)));
        }
        Ok(chains)
    }

    /// The largest Lamport clock of a section; 0 when nobody has written there.
    pub fn max_clock(&self, section: &Section) -> Result<u64> {
        let db = self.planner();
        let mut statement =
            db.prepare_cached("SELECT coalesce(max(clock), 0) FROM statement WHERE section = ?1")?;
        super::counted(statement.query_row([section.as_str()], |row| row.get(0))?)
    }

    /// The exact bytes of a resource; `None` when they are not held.
    pub fn bytes(&self, digest: &fhir::Digest) -> Result<Option<Vec<u8>>> {
        bytes(&self.reader().db, digest)
    }

    /// Digests that pages name and whose bytes are not held, sorted, at most `limit`. Those that a member wanted gone are not
    /// among them.
    pub fn missing_resources(&self, limit: usize) -> Result<Vec<fhir::Digest>> {
        let reader = self.reader();
        let purged = purge::all(&reader.db)?;
        let mut statement = reader.db.prepare_cached(
            "SELECT DISTINCT digest FROM revision WHERE digest NOT IN (SELECT digest FROM resource) ORDER BY digest LIMIT ?1",
        )?;
        let most = limit_of(limit.saturating_add(purged.len()));
        let digests = statement.query_map([most], |row| Ok(fhir::Digest(row.get(0)?)))?;
        let digests: Vec<fhir::Digest> = digests.collect::<rusqlite::Result<_>>()?;
        Ok(digests.into_iter().filter(|digest| !purged.contains(digest)).take(limit).collect())
    }

    /// Every revision of a resource that any page names, the newest first (the order of `record::Sighting`). Empty for an unknown key.
    pub fn revisions(&self, key: &ResourceKey) -> Result<Vec<Revision>> {
        let reader = self.reader();
        let mut found = match ordinal(&reader.db, key)? {
            Some(ordinal) => revisions(&reader.db, ordinal)?,
            None => Vec::new(),
        };
        found.sort_by_key(|revision| std::cmp::Reverse((revision.sighting(), revision.statement)));
        super::parts::without_copies(&mut found);
        Ok(found)
    }

    /// The newest sighting of a connection, in Unix seconds by the portal's clock; `None` when it has shown nothing.
    pub fn last_sighting(&self, connection: &ConnectionId) -> Result<Option<i64>> {
        let db = self.planner();
        let mut statement = db.prepare_cached(
            "SELECT max(at) FROM (SELECT max(at) AS at FROM revision WHERE connection = ?1 \
             UNION ALL SELECT max(at) FROM listing WHERE connection = ?1)",
        )?;
        Ok(statement.query_row([connection.as_bytes()], |row| row.get(0))?)
    }

    fn statements_where(
        &self,
        which: &'static str,
        values: impl rusqlite::Params,
    ) -> Result<Vec<(i64, Signed)>> {
        let reader = self.reader();
        let sql = format!(
            "SELECT sequence, payload, signature FROM statement WHERE {which} ORDER BY sequence LIMIT ?2"
        );
        let mut statement = reader.db.prepare_cached(&sql)?;
        let mut rows = statement.query(values)?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push((row.get(0)?, signed(row.get(1)?, row.get(2)?)?));
        }
        Ok(found)
    }
}

/// A statement as it was signed.
pub(crate) fn signed(payload: Vec<u8>, signature: [u8; 64]) -> Result<Signed> {
    Signed::new(payload, signature).map_err(|_| Error::Unreadable("statement"))
}

/// A limit as SQLite takes it.
pub(crate) fn limit_of(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

/// Which number a resource has in this file.
pub(crate) fn ordinal(db: &Connection, key: &ResourceKey) -> Result<Option<i64>> {
    let mut statement =
        db.prepare_cached("SELECT ordinal FROM resource_key WHERE issuer = ?1 AND type = ?2 AND id = ?3")?;
    let values = params![key.issuer, key.resource_type, key.id];
    Ok(statement.query_row(values, |row| row.get(0)).optional()?)
}

/// The revisions of one resource.
pub(crate) fn revisions(db: &Connection, ordinal: i64) -> Result<Vec<Revision>> {
    let mut statement = db.prepare_cached(
        "SELECT k.issuer, k.type, k.id, r.digest, r.comparison, r.at, r.clock, s.digest, r.connection, r.member, r.section \
         FROM revision r JOIN resource_key k ON k.ordinal = r.key JOIN statement s ON s.sequence = r.statement WHERE r.key = ?1",
    )?;
    let mut rows = statement.query([ordinal])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(revision(row)?);
    }
    Ok(found)
}

/// The bytes of a resource, decompressed.
pub(crate) fn bytes(db: &Connection, digest: &fhir::Digest) -> Result<Option<Vec<u8>>> {
    let bytes = |compressed: &[u8], length| {
        zip::unpack_at_most(compressed, length).ok_or(Error::Unreadable("resource"))
    };
    with_packed(db, digest, bytes)
}

/// The bytes of a resource as they are kept, and how long they are.
pub(crate) fn packed(db: &Connection, digest: &fhir::Digest) -> Result<Option<(Vec<u8>, u64)>> {
    with_packed(db, digest, |compressed, length| Ok((compressed.to_vec(), length)))
}

fn with_packed<T>(
    db: &Connection,
    digest: &fhir::Digest,
    with: impl FnOnce(&[u8], u64) -> Result<T>,
) -> Result<Option<T>> {
    let mut statement = db.prepare_cached("SELECT bytes, length FROM resource WHERE digest = ?1")?;
    let mut rows = statement.query([digest.as_bytes()])?;
    let Some(row) = rows.next()? else {
        return Ok(None);
    };
    let compressed = row.get_ref(0)?.as_blob().map_err(|_| Error::Unreadable("resource"))?;
    with(compressed, super::counted(row.get(1)?)?).map(Some)
}

fn revision(row: &Row<'_>) -> Result<Revision> {
    Ok(Revision {
        key: ResourceKey { issuer: row.get(0)?, resource_type: row.get(1)?, id: row.get(2)? },
        digest: fhir::Digest(row.get(3)?),
        comparison: fhir::Digest(row.get(4)?),
        at: row.get(5)?,
        clock: super::counted(row.get(6)?)?,
        statement: Digest::new(row.get(7)?),
        connection: ConnectionId::new(row.get(8)?),
        member: MemberId::new(row.get(9)?),
        section: super::section(&row.get::<_, String>(10)?)?,
    })
}
