//! Making rows: the same function for what arrives and for what is rebuilt.

use std::cell::RefCell;
use std::collections::BTreeMap;

use fhir::describe::Flag;
use fhir::reference::{self, Target};
use fhir::{Resource, ResourceKey};
use record::parts::Part;
use record::row::{self, Held, ListingState, Row, State};
use rusqlite::{Connection, OptionalExtension, params};

use super::{Changes, findings, identifiers, parts, purge};
use crate::error::{Error, Result};
use crate::read;
use crate::zip;

/// Resources whose bytes have just been kept, by their digest: they need not be read again.
pub(crate) type Came<'c> = BTreeMap<fhir::Digest, &'c Resource>;

/// Makes the rows of all keys that a transaction has touched.
pub(crate) fn rows(db: &Connection, changes: &mut Changes, came: &Came<'_>) -> Result<()> {
    let told = Told::of(db)?;
    for key in std::mem::take(&mut changes.keys) {
        show(db, key, changes, came, told)?;
    }
    Ok(())
}

/// What may be told of a row beside its revisions: of most records, nothing.
#[derive(Clone, Copy)]
struct Told {
    choices: bool,
    purged: bool,
    missing: bool,
}

impl Told {
    fn of(db: &Connection) -> Result<Self> {
        let mut any = db.prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM choice), EXISTS (SELECT 1 FROM purged), EXISTS (SELECT 1 FROM listing_missing)",
        )?;
        let told = |row: &rusqlite::Row<'_>| {
            Ok(Self { choices: row.get(0)?, purged: row.get(1)?, missing: row.get(2)? })
        };
        Ok(any.query_row([], told)?)
    }
}

/// Where a row without a date stands: after all others.
pub(crate) const UNDATED: i64 = i64::MIN;

/// What search knows of a row beside its title. `search` is the text that `fhir::describe` gives.
fn searchable(row: &Row, search: String) -> String {
    let name = format!("{} {}", row.key.resource_type, row.key.id);
    if search.starts_with(&name) { search } else { format!("{name} {search}") }
}

/// How a row's state is stored.
pub(crate) fn state(state: State) -> i64 {
    match state {
        State::Current => 0,
        State::Retracted => 1,
        State::NotHeld => 2,
        State::Unreadable => 3,
        State::Purged => 4,
    }
}

/// How a row's flag is stored.
pub(crate) fn flag(flag: Flag) -> i64 {
    match flag {
        Flag::Critical => 0,
        Flag::Outside => 1,
        Flag::Inside => 2,
        Flag::NotStated => 3,
    }
}

fn show(db: &Connection, ordinal: i64, changes: &mut Changes, came: &Came<'_>, told: Told) -> Result<()> {
    let mut done =
        db.prepare_cached("UPDATE resource_key SET pending = 0 WHERE ordinal = ?1 AND pending = 1")?;
    done.execute([ordinal])?;
    let Some(mut row) = make(db, ordinal, came, told)? else {
        return Ok(());
    };
    let search = std::mem::take(&mut row.summary.search);
    let body = serde_json::to_vec(&row).map_err(|_| Error::Unreadable("row"))?;
    let digest = fhir::Digest::of(&body);
    let mut old = db.prepare_cached("SELECT section, digest FROM row WHERE key = ?1")?;
    let old: Option<(String, [u8; 32])> =
        old.query_row([ordinal], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    if old.as_ref().is_some_and(|(_, old)| *old == digest.0) {
        return Ok(());
    }
    if old.is_some() {
        clear(db, ordinal)?;
    }
    let words = searchable(&row, search);
    write(db, ordinal, &row, &digest, &zip::pack(&body)?, &zip::pack(words.as_bytes())?)?;
    index(db, ordinal, &row.summary.title, &words)?;
    changes.touched.sections.insert(row.section);
    match old {
        Some((section, _)) => {
            changes.touched.sections.insert(read::section(&section)?);
            changes.touched.changed_rows.insert(row.key);
        }
        None => {
            changes.touched.new_rows.insert(row.key);
        }
    }
    Ok(())
}

fn make(db: &Connection, ordinal: i64, came: &Came<'_>, told: Told) -> Result<Option<Row>> {
    let revisions = read::log::revisions(db, ordinal)?;
    let Some(key) = revisions.first().map(|revision| &revision.key) else {
        return Ok(None);
    };
    let listings = if told.missing { listings(db, key)? } else { Vec::new() };
    let choice = if told.choices { parts::of(db, key)? } else { None };
    let failure = RefCell::new(None);
    let held = |digest: &fhir::Digest| {
        if let Some(resource) = came.get(digest) {
            return Some(Held::Read(resource));
        }
        match read::log::bytes(db, digest) {
            Ok(bytes) => bytes.map(Held::Bytes),
            Err(error) => {
                failure.replace(Some(error));
                None
            }
        }
    };
    let mut row = row::row(&revisions, held, &listings, choice);
    if told.purged && purge::of(db, key, &revisions)?.current {
        row = row.map(Row::purged);
    }
    match failure.into_inner() {
        Some(error) => Err(error),
        None => Ok(row),
    }
}

/// The registers that miss a resource. One that does not miss it says nothing that no register would not say.
fn listings(db: &Connection, key: &ResourceKey) -> Result<Vec<ListingState>> {
    let mut statement = db.prepare_cached(
        "SELECT l.connection, l.slot, l.at, l.clock, l.digest FROM listing_missing m \
         JOIN listing l ON l.connection = m.connection AND l.slot = m.slot \
         WHERE m.issuer = ?1 AND m.type = ?2 AND m.id = ?3 ORDER BY l.connection, l.slot",
    )?;
    let mut rows = statement.query(params![key.issuer, key.resource_type, key.id])?;
    let mut listings = Vec::new();
    while let Some(row) = rows.next()? {
        let seen =
            record::Sighting { at: row.get(2)?, clock: read::counted(row.get(3)?)?, digest: row.get(4)? };
        let connection = statement::ConnectionId::new(row.get(0)?);
        listings.push(ListingState { connection, slot: row.get(1)?, seen, missing: true });
    }
    Ok(listings)
}

/// Takes out what stands beside a row and is about to be written again.
fn clear(db: &Connection, ordinal: i64) -> Result<()> {
    for sql in [
        "DELETE FROM row_code WHERE key = ?1",
        "DELETE FROM row_identifier WHERE key = ?1",
        "DELETE FROM row_finding WHERE key = ?1",
        "DELETE FROM reference WHERE key = ?1",
        "DELETE FROM link WHERE key = ?1",
        "DELETE FROM attachment WHERE key = ?1",
        "DELETE FROM search WHERE rowid = ?1",
    ] {
        db.prepare_cached(sql)?.execute([ordinal])?;
    }
    Ok(())
}

fn write(
    db: &Connection,
    ordinal: i64,
    row: &Row,
    digest: &fhir::Digest,
    body: &[u8],
    words: &[u8],
) -> Result<()> {
    let sort = row.summary.when.as_ref().and_then(|when| when.sort_key()).unwrap_or(UNDATED);
    db.prepare_cached(
        "INSERT INTO row (key, section, type, id, sort, flag, state, gone, current, digest, body, part, supporting, findings, words) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15) \
         ON CONFLICT (key) DO UPDATE SET section = excluded.section, sort = excluded.sort, flag = excluded.flag, \
         part = excluded.part, supporting = excluded.supporting, findings = excluded.findings, state = excluded.state, gone = excluded.gone, current = excluded.current, digest = excluded.digest, \
         body = excluded.body, words = excluded.words",
    )?
    .execute(params![
        ordinal,
        row.section.as_str(),
        row.key.resource_type,
        row.key.id,
        sort,
        flag(row.summary.flag),
        state(row.state),
        row.no_longer_returned,
        row.current.as_bytes(),
        digest.as_bytes(),
        body,
        row.part == Part::Withheld,
        row.supporting,
        read::parts::stored_findings(&row.findings)?,
        words,
    ])?;
    let mut code = db
        .prepare_cached("INSERT OR IGNORE INTO row_code (code, sort, key, system) VALUES (?1, ?2, ?3, ?4)")?;
    for entry in &row.summary.codes {
        code.execute(params![entry.code, sort, ordinal, entry.system.as_deref().unwrap_or_default()])?;
    }
    references(db, ordinal, row)?;
    parts::links(db, ordinal, row)?;
    identifiers::write(db, ordinal, row)?;
    findings::write(db, ordinal, row)?;
    attachments(db, ordinal, row)
}

fn references(db: &Connection, ordinal: i64, row: &Row) -> Result<()> {
    let own = &row.key.issuer;
    let mut insert = db.prepare_cached(
        "INSERT OR IGNORE INTO reference (key, path, issuer, type, id) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    for found in &row.summary.references {
        let target = found.reference.as_deref().map(|text| reference::target(text, own));
        let (issuer, resource_type, id) = match &target {
            Some(Target::Relative { resource_type, id }) => (own, resource_type, id),
            Some(Target::Absolute { base, resource_type, id }) => (base, resource_type, id),
            _ => continue,
        };
        insert.execute(params![ordinal, found.path, issuer, resource_type, id])?;
    }
    Ok(())
}

fn attachments(db: &Connection, ordinal: i64, row: &Row) -> Result<()> {
    let mut insert = db.prepare_cached(
        "INSERT INTO attachment (key, n, path, address, digest, content_type, size, title) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?;
    for (n, file) in (0_i64..).zip(&row.attachments) {
        // A stated size that no file has states nothing.
        let size = file.size.and_then(|size| i64::try_from(size).ok());
        let digest = file.digest.map(|digest| digest.0);
        insert.execute(params![
            ordinal,
            n,
            file.path,
            file.address,
            digest,
            file.content_type,
            size,
            file.title
        ])?;
    }
    Ok(())
}

fn index(db: &Connection, ordinal: i64, title: &str, text: &str) -> Result<()> {
    db.prepare_cached("INSERT INTO search (rowid, title, text) VALUES (?1, ?2, ?3)")?
        .execute(params![ordinal, title, text])?;
    Ok(())
}
