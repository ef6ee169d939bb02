//! Writing the log.

use fhir::Resource;
use rusqlite::{Connection, OptionalExtension, params};
use statement::{ConnectionId, Payload, Signed};

use super::{Changes, due};
use crate::commit::{
    Commit, ConnectionRow, Cursor, ListingForgotten, ListingSeen, Quarantined, SlotOutcome, Unfollowed,
    Wanted,
};
use crate::error::{Error, Result};
use crate::zip;

/// What only this device knows: connections, cursors, outcomes, listings, quarantine, settings.
pub(super) fn device(db: &Connection, commit: &Commit, changes: &mut Changes) -> Result<()> {
    commit.connection.iter().try_for_each(|row| connection(db, row))?;
    commit.cursors.iter().try_for_each(|row| cursor(db, row))?;
    commit.outcomes.iter().try_for_each(|row| outcome(db, row))?;
    commit.listing_seen.iter().try_for_each(|row| listing_seen(db, row))?;
    commit.listing_forgotten.iter().try_for_each(|row| listing_forgotten(db, row))?;
    commit.wanted.iter().try_for_each(|row| wanted(db, row))?;
    not_wanted(db, &commit.not_wanted)?;
    commit.unfollowed.iter().try_for_each(|row| unfollowed(db, row))?;
    commit.quarantined.iter().try_for_each(|row| quarantined(db, row))?;
    commit.settings.iter().try_for_each(|(name, value)| setting(db, name, value.as_deref()))?;
    changes.touched.connections = commit.connection.is_some()
        || !commit.cursors.is_empty()
        || !commit.outcomes.is_empty()
        || !commit.unfollowed.is_empty()
        || !commit.quarantined.is_empty();
    Ok(())
}

/// Droppable texts: what comes and what goes. Facts that name them are looked up, so that their notes are resolved again.
pub(super) fn texts(db: &Connection, commit: &Commit, changes: &mut Changes) -> Result<()> {
    let mut insert = db.prepare_cached("INSERT OR IGNORE INTO text (id, salt, bytes) VALUES (?1, ?2, ?3)")?;
    for text in &commit.texts {
        let id = text.id();
        if insert.execute(params![id.as_bytes(), text.salt, text.text])? > 0 {
            named_by(db, id.as_bytes(), changes)?;
        }
    }
    let mut delete = db.prepare_cached("DELETE FROM text WHERE id = ?1")?;
    for id in &commit.dropped_texts {
        if delete.execute([id.as_bytes()])? > 0 {
            named_by(db, id.as_bytes(), changes)?;
        }
    }
    Ok(())
}

/// Keeps bytes by digest. Rows of the resources that name new bytes have to be made again.
pub(super) fn resources(db: &Connection, resources: &[Resource], changes: &mut Changes) -> Result<()> {
    let mut held = db.prepare_cached("SELECT 1 FROM resource WHERE digest = ?1")?;
    let mut insert = db.prepare_cached("INSERT INTO resource (digest, bytes, length) VALUES (?1, ?2, ?3)")?;
    let mut awaited =
        db.prepare_cached("UPDATE revision SET awaited = 0 WHERE digest = ?1 AND awaited = 1 RETURNING key")?;
    for resource in resources {
        let digest = resource.digest();
        if held.exists([digest.as_bytes()])? {
            continue;
        }
        let bytes = zip::pack(resource.bytes())?;
        let length = i64::try_from(resource.bytes().len()).map_err(|_| Error::Unreadable("length"))?;
        insert.execute(params![digest.as_bytes(), bytes, length])?;
        changes.touched.new_resources = changes.touched.new_resources.saturating_add(1);
        for key in awaited.query_map([digest.as_bytes()], |row| row.get(0))? {
            changes.keys.insert(key?);
        }
        changes.came.insert(digest);
    }
    Ok(())
}

/// Appends a statement and gives its place in the order of arrival; `None` when it is held already.
pub(super) fn statement(db: &Connection, signed: &Signed, payload: &Payload) -> Result<Option<i64>> {
    let mut insert = db.prepare_cached(
        "INSERT INTO statement (digest, device, member, section, number, clock, kind, payload, signature) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (digest) DO NOTHING RETURNING sequence",
    )?;
    let digest = signed.digest();
    let row = params![
        digest.as_bytes(),
        payload.device.as_bytes(),
        payload.member.as_bytes(),
        payload.section.as_str(),
        stored(payload.number)?,
        stored(payload.clock)?,
        payload.kind,
        signed.payload_bytes(),
        signed.signature(),
    ];
    Ok(insert.query_row(row, |row| row.get(0)).optional()?)
}

/// A number that SQLite can hold. Statements are capped to it.
pub(crate) fn stored(number: u64) -> Result<i64> {
    i64::try_from(number).map_err(|_| Error::Unreadable("number"))
}

fn named_by(db: &Connection, text: &[u8], changes: &mut Changes) -> Result<()> {
    let mut named = db.prepare_cached("SELECT DISTINCT section FROM fact WHERE text = ?1")?;
    let sections = named.query_map([text], |row| row.get::<_, String>(0))?;
    for section in sections {
        changes.notes.insert(crate::read::section(&section?)?);
    }
    Ok(())
}

fn connection(db: &Connection, row: &ConnectionRow) -> Result<()> {
    let mut before = db.prepare_cached("SELECT issuer, ended IS NULL FROM connection WHERE id = ?1")?;
    let before: Option<(String, bool)> =
        before.query_row([row.id.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    let mut insert = db.prepare_cached(
        "INSERT INTO connection (id, issuer, name, patient, member, settings, created, ended) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) \
         ON CONFLICT (id) DO UPDATE SET issuer = excluded.issuer, name = excluded.name, patient = excluded.patient, \
         member = excluded.member, settings = excluded.settings, created = excluded.created, ended = excluded.ended",
    )?;
    insert.execute(params![
        row.id.as_bytes(),
        row.issuer,
        row.name,
        row.patient,
        row.member.as_bytes(),
        row.settings,
        row.created,
        row.ended,
    ])?;
    match before {
        Some((issuer, used)) if issuer == row.issuer && used == row.ended.is_none() => Ok(()),
        Some((issuer, _)) if issuer != row.issuer => {
            due::of_portal(db, &issuer)?;
            due::of_portal(db, &row.issuer)
        }
        _ => due::of_portal(db, &row.issuer),
    }
}

fn wanted(db: &Connection, row: &Wanted) -> Result<()> {
    let mut insert = db.prepare_cached(
        "INSERT OR IGNORE INTO wanted (connection, type, id, section) VALUES (?1, ?2, ?3, ?4)",
    )?;
    insert.execute(params![row.connection.as_bytes(), row.resource_type, row.id, row.section.as_str()])?;
    Ok(())
}

fn not_wanted(db: &Connection, rows: &[(ConnectionId, String, String)]) -> Result<()> {
    for (any, delete) in [
        ("SELECT 1 FROM wanted", "DELETE FROM wanted WHERE connection = ?1 AND type = ?2 AND id = ?3"),
        (
            "SELECT 1 FROM unfollowed",
            "DELETE FROM unfollowed WHERE connection = ?1 AND type = ?2 AND id = ?3",
        ),
    ] {
        if rows.is_empty() || !db.prepare_cached(any)?.exists([])? {
            continue;
        }
        let mut delete = db.prepare_cached(delete)?;
        for (connection, kind, id) in rows {
            delete.execute(params![connection.as_bytes(), kind, id])?;
        }
    }
    Ok(())
}

/// The most that is remembered of one connection: a portal can refer to what does not exist as often as it likes.
const MOST_UNFOLLOWED: i64 = 20_000;

fn unfollowed(db: &Connection, row: &Unfollowed) -> Result<()> {
    let mut insert = db.prepare_cached(
        "INSERT INTO unfollowed (connection, type, id, status, reason, at) SELECT ?1, ?2, ?3, ?4, ?5, ?6 \
         WHERE (SELECT count(*) FROM unfollowed WHERE connection = ?1) < ?7 \
         ON CONFLICT (connection, type, id) DO UPDATE SET status = excluded.status, reason = excluded.reason, \
         at = CASE WHEN type = '' THEN at ELSE excluded.at END",
    )?;
    insert.execute(params![
        row.connection.as_bytes(),
        row.resource_type,
        row.id,
        row.status,
        row.reason,
        row.at,
        MOST_UNFOLLOWED,
    ])?;
    Ok(())
}

fn cursor(db: &Connection, row: &Cursor) -> Result<()> {
    let mut insert = db.prepare_cached(
        "INSERT INTO cursor (connection, slot, state) VALUES (?1, ?2, ?3) \
         ON CONFLICT (connection, slot) DO UPDATE SET state = excluded.state",
    )?;
    insert.execute(params![row.connection.as_bytes(), row.slot, row.state])?;
    Ok(())
}

fn outcome(db: &Connection, row: &SlotOutcome) -> Result<()> {
    let mut insert = db.prepare_cached(
        "INSERT INTO outcome (connection, slot, last_try, last_success, count, refused_status, refused_reason) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) \
         ON CONFLICT (connection, slot) DO UPDATE SET last_try = excluded.last_try, \
         last_success = coalesce(excluded.last_success, last_success), count = coalesce(excluded.count, count), \
         refused_status = excluded.refused_status, refused_reason = excluded.refused_reason",
    )?;
    let refused = row.refused.as_ref();
    insert.execute(params![
        row.connection.as_bytes(),
        row.slot,
        row.last_try,
        row.last_success,
        row.count.map(stored).transpose()?,
        refused.and_then(|refusal| refusal.status),
        refused.map(|refusal| &refusal.reason),
    ])?;
    Ok(())
}

fn listing_seen(db: &Connection, row: &ListingSeen) -> Result<()> {
    let mut insert = db.prepare_cached(
        "INSERT OR IGNORE INTO listing_seen (connection, slot, run, type, id) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    let run = stored(row.run)?;
    for (resource_type, id) in &row.resources {
        insert.execute(params![row.connection.as_bytes(), row.slot, run, resource_type, id])?;
    }
    Ok(())
}

fn listing_forgotten(db: &Connection, row: &ListingForgotten) -> Result<()> {
    let mut delete =
        db.prepare_cached("DELETE FROM listing_seen WHERE connection = ?1 AND slot = ?2 AND run < ?3")?;
    delete.execute(params![row.connection.as_bytes(), row.slot, stored(row.before_run)?])?;
    Ok(())
}

fn quarantined(db: &Connection, row: &Quarantined) -> Result<()> {
    let mut insert = db.prepare_cached(
        "INSERT OR IGNORE INTO quarantine (connection, issuer, type, id, digest, reason, at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?;
    let key = &row.key;
    insert.execute(params![
        row.connection.as_bytes(),
        key.issuer,
        key.resource_type,
        key.id,
        row.digest.as_bytes(),
        row.reason,
        row.at,
    ])?;
    Ok(())
}

fn setting(db: &Connection, name: &str, value: Option<&[u8]>) -> Result<()> {
    match value {
        Some(value) => db
            .prepare_cached("INSERT OR REPLACE INTO setting (name, value) VALUES (?1, ?2)")?
            .execute(params![name, value])?,
        None => db.prepare_cached("DELETE FROM setting WHERE name = ?1")?.execute([name])?,
    };
    Ok(())
}
