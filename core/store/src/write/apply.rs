//! Applying one statement to what statements say.

use fhir::ResourceKey;
use record::pages::ListingSays;
use record::{Revision, pages};
use rusqlite::{Connection, OptionalExtension, params};
use statement::{Digest, Payload, kind};

use super::log::stored;
use super::{Changes, facts};
use crate::error::Result;
use crate::store::Documents;

/// Applies a statement that is in the log under `sequence`. One that cannot be applied is set aside; one of a kind that this version
/// does not know is left alone.
pub(crate) fn apply(
    db: &Connection,
    documents: &mut Documents,
    sequence: i64,
    digest: Digest,
    payload: &Payload,
    changes: &mut Changes,
) -> Result<()> {
    if !payload.is_understood() {
        return Ok(());
    }
    let applied = match payload.kind.as_str() {
        kind::PAGE => match pages::revisions(digest, payload) {
            Ok(revisions) => page(db, sequence, revisions, changes).map(|()| None)?,
            Err(error) => Some(error),
        },
        kind::LISTING => match pages::listing(digest, payload) {
            Ok(says) => listing(db, &says, changes).map(|()| None)?,
            Err(error) => Some(error),
        },
        kind::FACTS => facts::apply(db, documents, sequence, payload, changes)?,
        _ => None,
    };
    match applied {
        Some(error) => set_aside(db, sequence, payload, &error, changes),
        None => Ok(()),
    }
}

/// Marks rows to be made again.
pub(crate) fn mark_pending(db: &Connection, key: i64, changes: &mut Changes) -> Result<()> {
    db.prepare_cached("UPDATE resource_key SET pending = 1 WHERE ordinal = ?1 AND pending = 0")?
        .execute([key])?;
    changes.keys.insert(key);
    Ok(())
}

fn page(db: &Connection, sequence: i64, revisions: Vec<Revision>, changes: &mut Changes) -> Result<()> {
    changes.note_known(db)?;
    let mut key = db.prepare_cached(
        "INSERT INTO resource_key (issuer, type, id, seen, pending) VALUES (?1, ?2, ?3, ?4, ?5) \
         ON CONFLICT (issuer, type, id) DO UPDATE SET seen = max(seen, excluded.seen), pending = max(pending, ?5) \
         RETURNING ordinal",
    )?;
    let mut insert = db.prepare_cached(
        "INSERT OR IGNORE INTO revision (key, digest, statement, comparison, at, clock, connection, member, section, awaited) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?;
    let mut held = db.prepare_cached("SELECT 1 FROM resource WHERE digest = ?1")?;
    for revision in revisions {
        let ResourceKey { issuer, resource_type, id } = &revision.key;
        let ordinal: i64 =
            key.query_row(params![issuer, resource_type, id, revision.at, changes.later], |row| row.get(0))?;
        let is_held = changes.came.contains(&revision.digest) || held.exists([revision.digest.as_bytes()])?;
        let new = insert.execute(params![
            ordinal,
            revision.digest.as_bytes(),
            sequence,
            revision.comparison.as_bytes(),
            revision.at,
            stored(revision.clock)?,
            revision.connection.as_bytes(),
            revision.member.as_bytes(),
            revision.section.as_str(),
            !is_held,
        ])?;
        changes.keys.insert(ordinal);
        if new > 0 && changes.is_fresh(ordinal) {
            changes.fresh.entry(ordinal).or_default().push(revision);
        }
    }
    Ok(())
}

/// Keeps the greatest listing of a connection and slot, and what it misses.
fn listing(db: &Connection, says: &ListingSays, changes: &mut Changes) -> Result<()> {
    let body = &says.listing;
    let connection = body.connection.as_bytes();
    let mut held =
        db.prepare_cached("SELECT at, clock, digest FROM listing WHERE connection = ?1 AND slot = ?2")?;
    let held: Option<(i64, i64, [u8; 32])> = held
        .query_row(params![connection, body.slot], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    let clock = stored(says.seen.clock)?;
    if held.is_some_and(|held| held >= (says.seen.at, clock, says.seen.digest)) {
        return Ok(());
    }
    pending_of_slot(db, connection, &body.slot, changes)?;
    db.prepare_cached("DELETE FROM listing_missing WHERE connection = ?1 AND slot = ?2")?
        .execute(params![connection, body.slot])?;
    db.prepare_cached(
        "INSERT OR REPLACE INTO listing (connection, slot, issuer, at, clock, digest) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute(params![connection, body.slot, body.issuer, says.seen.at, clock, says.seen.digest])?;
    let mut insert = db.prepare_cached(
        "INSERT OR IGNORE INTO listing_missing (issuer, type, id, connection, slot) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    for entry in &body.missing {
        insert.execute(params![body.issuer, entry.resource_type, entry.id, connection, body.slot])?;
    }
    changes.touched.connections = true;
    pending_of_slot(db, connection, &body.slot, changes)
}

fn pending_of_slot(db: &Connection, connection: &[u8], slot: &str, changes: &mut Changes) -> Result<()> {
    let mut missing = db.prepare_cached(
        "SELECT k.ordinal FROM listing_missing m JOIN resource_key k ON k.issuer = m.issuer AND k.type = m.type AND k.id = m.id \
         WHERE m.connection = ?1 AND m.slot = ?2",
    )?;
    let keys = missing.query_map(params![connection, slot], |row| row.get(0))?;
    let keys: Vec<i64> = keys.collect::<rusqlite::Result<_>>()?;
    keys.into_iter().try_for_each(|key| mark_pending(db, key, changes))
}

/// The reason is one of this product's own sentences.
fn set_aside(
    db: &Connection,
    sequence: i64,
    payload: &Payload,
    error: &record::Error,
    changes: &mut Changes,
) -> Result<()> {
    changes.touched.set_aside = changes.touched.set_aside.saturating_add(1);
    db.prepare_cached("INSERT OR REPLACE INTO set_aside (statement, section, reason) VALUES (?1, ?2, ?3)")?
        .execute(params![sequence, payload.section.as_str(), error.to_string()])?;
    Ok(())
}
