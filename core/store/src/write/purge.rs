//! Bytes that a member wants gone: what had been recorded by mistake (hazard H19).

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use fhir::{Resource, ResourceKey, attachment};
use record::Revision;
use record::facts::{self, Fact, Purge, Purged};
use rusqlite::{Connection, OptionalExtension, params};

use super::{Changes, apply};
use crate::error::Result;
use crate::read;
use crate::store::Store;

/// Notes what a fact of kind `purge` names.
pub(super) fn keep(db: &Connection, fact: &Fact, changes: &mut Changes) -> Result<()> {
    let Some(retraction) = fact.revisions.first() else { return Ok(()) };
    let mut insert = db.prepare_cached(
        "INSERT OR IGNORE INTO purged (issuer, type, id, retraction, digest) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    for key in fact.subjects.iter().filter_map(|subject| ResourceKey::from_str(subject).ok()) {
        for digest in &fact.revisions {
            let (retraction, digest) = (retraction.as_bytes(), digest.as_bytes());
            insert.execute(params![key.issuer, key.resource_type, key.id, retraction, digest])?;
        }
        if let Some(ordinal) = read::log::ordinal(db, &key)? {
            apply::mark_pending(db, ordinal, changes)?;
        }
    }
    Ok(())
}

/// Drops the bytes of what is to be gone, whenever and from wherever they came. Rows that named them are made again.
pub(crate) fn drop_bytes(db: &Connection, changes: &mut Changes) -> Result<()> {
    let mut delete = db.prepare_cached("DELETE FROM resource WHERE digest = ?1")?;
    for digest in all(db)? {
        let files = files(db, &digest)?;
        if delete.execute([digest.as_bytes()])? > 0 {
            changes.dropped = true;
            drop_files(db, files, changes)?;
            named(db, &digest, changes)?;
        }
    }
    Ok(())
}

/// The files that a resource carries or points to, by the digest of their bytes.
fn files(db: &Connection, digest: &fhir::Digest) -> Result<BTreeSet<fhir::Digest>> {
    let bytes = read::log::bytes(db, digest)?;
    let Some(resource) = bytes.and_then(|bytes| Resource::parse(&bytes).ok()) else {
        return Ok(BTreeSet::new());
    };
    let mut at = db.prepare_cached(
        "SELECT a.digest FROM revision r JOIN resource_key k ON k.ordinal = r.key \
         JOIN connection c ON c.issuer = k.issuer JOIN address a ON a.connection = c.id AND a.address = ?2 \
         WHERE r.digest = ?1 AND a.digest IS NOT NULL",
    )?;
    let mut found = BTreeSet::new();
    for file in attachment::all(resource.value()) {
        let carried = attachment::data(resource.value(), &file.path);
        found.extend(carried.map(|bytes| fhir::Digest::of(&bytes)));
        let fetched =
            at.query_map(params![digest.as_bytes(), file.url], |row| Ok(fhir::Digest(row.get(0)?)))?;
        for fetched in fetched {
            found.insert(fetched?);
        }
    }
    Ok(found)
}

/// Drops files that no row that can be shown carries or points to.
fn drop_files(db: &Connection, files: BTreeSet<fhir::Digest>, changes: &mut Changes) -> Result<()> {
    let mut needed = db.prepare_cached(
        "SELECT 1 FROM attachment WHERE digest = ?1 \
         UNION ALL SELECT 1 FROM address a JOIN attachment t ON t.address = a.address WHERE a.digest = ?1",
    )?;
    let mut row = db.prepare_cached("DELETE FROM file WHERE digest = ?1 RETURNING ordinal, name")?;
    let mut words = db.prepare_cached("DELETE FROM search_file WHERE rowid = ?1")?;
    let mut came = db.prepare_cached("DELETE FROM address WHERE digest = ?1")?;
    for digest in files {
        if needed.exists([digest.as_bytes()])? {
            continue;
        }
        let dropped: Option<(i64, Option<String>)> =
            row.query_row([digest.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        if let Some((ordinal, name)) = dropped {
            words.execute([ordinal])?;
            changes.files.extend(name);
        }
        came.execute([digest.as_bytes()])?;
    }
    Ok(())
}

/// What of a resource is to be gone.
pub(crate) fn of(db: &Connection, key: &ResourceKey, revisions: &[Revision]) -> Result<Purged> {
    let mut statement = db.prepare_cached(
        "SELECT retraction, digest FROM purged WHERE issuer = ?1 AND type = ?2 AND id = ?3",
    )?;
    let mut rows = statement.query(params![key.issuer, key.resource_type, key.id])?;
    let mut named: BTreeMap<fhir::Digest, BTreeSet<fhir::Digest>> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        named.entry(fhir::Digest(row.get(0)?)).or_default().insert(fhir::Digest(row.get(1)?));
    }
    let purges: Vec<Purge> =
        named.into_iter().map(|(retraction, revisions)| Purge { retraction, revisions }).collect();
    Ok(if purges.is_empty() { Purged::default() } else { facts::purged(revisions, &purges) })
}

/// Every digest whose bytes are to be gone.
pub(crate) fn all(db: &Connection) -> Result<BTreeSet<fhir::Digest>> {
    let mut digests = BTreeSet::new();
    for key in keys(db)? {
        let Some(ordinal) = read::log::ordinal(db, &key)? else { continue };
        digests.extend(of(db, &key, &read::log::revisions(db, ordinal)?)?.digests);
    }
    Ok(digests)
}

impl Store {
    /// The resources of which a member wanted something gone, sorted.
    pub fn purged_keys(&self) -> Result<Vec<ResourceKey>> {
        keys(&self.reader().db)
    }
}

fn keys(db: &Connection) -> Result<Vec<ResourceKey>> {
    let mut statement =
        db.prepare_cached("SELECT DISTINCT issuer, type, id FROM purged ORDER BY issuer, type, id")?;
    let keys = statement.query_map([], |row| {
        Ok(ResourceKey { issuer: row.get(0)?, resource_type: row.get(1)?, id: row.get(2)? })
    })?;
    Ok(keys.collect::<rusqlite::Result<_>>()?)
}

/// What named the dropped bytes waits for them again. Seldom needed, so no index has it: all revisions are gone through.
fn named(db: &Connection, digest: &fhir::Digest, changes: &mut Changes) -> Result<()> {
    let mut keys = db.prepare_cached("UPDATE revision SET awaited = 1 WHERE digest = ?1 RETURNING key")?;
    let keys = keys.query_map([digest.as_bytes()], |row| row.get(0))?;
    let keys: Vec<i64> = keys.collect::<rusqlite::Result<_>>()?;
    keys.into_iter().try_for_each(|key| apply::mark_pending(db, key, changes))
}
