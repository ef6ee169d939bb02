//! Making rows: the same function for what arrives and for what is rebuilt.

use std::collections::{BTreeSet, VecDeque};
use std::sync::mpsc::sync_channel;
use std::thread;

use fhir::describe::Flag;
use fhir::reference;
use record::parts::Part;
use record::row::{Row, State};
use rusqlite::{CachedStatement, Connection, OptionalExtension, params};

use super::make::{self, Gathered, Made, Packed, Told};
use super::{Changes, due, findings, identifiers, parts};
use crate::error::Result;
use crate::read;

pub(crate) use super::make::Came;

/// From so many rows on another thread makes them while this one writes.
const MANY: usize = 64;
/// Rows that are made ahead of what is written.
const AHEAD: usize = 32;

/// Bytes of texts that wait for the text index: about as much as the index itself gathers.
const TEXTS: usize = 1024 * 1024;

/// Makes the rows of all keys that a transaction has touched.
pub(crate) fn rows(db: &Connection, changes: &mut Changes, came: &Came<'_>) -> Result<()> {
    let told = Told::of(db)?;
    let keys = std::mem::take(&mut changes.keys);
    let mut fresh = std::mem::take(&mut changes.fresh);
    if keys.is_empty() {
        return Ok(());
    }
    let mut tables = Tables::of(db)?;
    if keys.len() >= MANY && came.is_empty() {
        return together(&mut tables, &keys, changes, told);
    }
    for key in keys {
        tables.done(key)?;
        let revisions = fresh.remove(&key);
        let new = revisions.is_some();
        let made = match revisions {
            Some(revisions) => make::of_revisions(db, &revisions, came, told)?,
            None => make::of(db, key, came, told)?,
        };
        if let Some(made) = made {
            show(&mut tables, key, made, new, changes)?;
        }
    }
    tables.index()
}

/// Makes many rows: what a row is made of is read first, and while one row is written the next ones are made.
fn together(tables: &mut Tables<'_>, keys: &BTreeSet<i64>, changes: &mut Changes, told: Told) -> Result<()> {
    let db = tables.db;
    let (mut simple, mut several) = (Vec::with_capacity(keys.len()), VecDeque::new());
    for key in keys {
        tables.done(*key)?;
        match make::gather(db, *key, told)? {
            Gathered::Simple(one) => simple.push((*key, one)),
            Gathered::Several => several.push_back(*key),
            Gathered::Nothing => {}
        }
    }
    // In the order of keys: the text index begins anew when a lower one comes.
    let mut several_before = |end: i64, tables: &mut Tables<'_>, changes: &mut Changes| -> Result<()> {
        while let Some(key) = several.pop_front_if(|key| *key < end) {
            if let Some(made) = make::of(db, key, &Came::new(), told)? {
                show(tables, key, made, false, changes)?;
            }
        }
        Ok(())
    };
    thread::scope(|scope| {
        let (give, take) = sync_channel(AHEAD);
        scope.spawn(move || {
            for (key, one) in simple {
                if give.send((key, one.make())).is_err() {
                    break;
                }
            }
        });
        for (key, made) in take {
            several_before(key, tables, changes)?;
            if let Some(made) = made? {
                show(tables, key, made, false, changes)?;
            }
        }
        several_before(i64::MAX, tables, changes)
    })?;
    tables.index()
}

/// What writes the tables that most rows go into, prepared once for many rows.
struct Tables<'db> {
    db: &'db Connection,
    /// `None` when nothing is pending.
    done: Option<CachedStatement<'db>>,
    old: CachedStatement<'db>,
    row: CachedStatement<'db>,
    code: CachedStatement<'db>,
    reference: CachedStatement<'db>,
    search: CachedStatement<'db>,
    texts: Vec<Text>,
    /// Bytes of these.
    length: usize,
}

/// What the text index is to have of a row. It writes all that it has gathered whenever another statement may have to be taken back,
/// as one that changes several rows may: so its own statements come together, after the others.
struct Text {
    ordinal: i64,
    /// It has an earlier text of the row.
    again: bool,
    title: String,
    words: String,
}

impl<'db> Tables<'db> {
    fn of(db: &'db Connection) -> Result<Self> {
        let pending = db.prepare_cached("SELECT 1 FROM resource_key WHERE pending = 1")?.exists([])?;
        let done = "UPDATE resource_key SET pending = 0 WHERE ordinal = ?1 AND pending = 1";
        Ok(Self {
            db,
            done: if pending { Some(db.prepare_cached(done)?) } else { None },
            old: db.prepare_cached("SELECT section, digest FROM row WHERE key = ?1")?,
            row: db.prepare_cached(
                "INSERT INTO row (key, section, type, id, sort, flag, state, gone, current, digest, body, part, supporting, findings, words) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15) \
                 ON CONFLICT (key) DO UPDATE SET section = excluded.section, sort = excluded.sort, flag = excluded.flag, \
                 part = excluded.part, supporting = excluded.supporting, findings = excluded.findings, state = excluded.state, gone = excluded.gone, current = excluded.current, digest = excluded.digest, \
                 body = excluded.body, words = excluded.words",
            )?,
            code: db.prepare_cached(
                "INSERT OR IGNORE INTO row_code (code, sort, key, system) VALUES (?1, ?2, ?3, ?4)",
            )?,
            reference: db.prepare_cached(
                "INSERT OR IGNORE INTO reference (key, path, issuer, type, id) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?,
            search: db.prepare_cached("INSERT INTO search (rowid, title, text) VALUES (?1, ?2, ?3)")?,
            texts: Vec::new(),
            length: 0,
        })
    }

    fn later(&mut self, text: Text) -> Result<()> {
        self.length = self.length.saturating_add(text.title.len()).saturating_add(text.words.len());
        self.texts.push(text);
        if self.length > TEXTS { self.index() } else { Ok(()) }
    }

    fn index(&mut self) -> Result<()> {
        for text in self.texts.drain(..) {
            if text.again {
                self.db.prepare_cached("DELETE FROM search WHERE rowid = ?1")?.execute([text.ordinal])?;
            }
            self.search.execute(params![text.ordinal, text.title, text.words])?;
        }
        self.length = 0;
        Ok(())
    }

    fn done(&mut self, key: i64) -> Result<()> {
        if let Some(done) = &mut self.done {
            done.execute([key])?;
        }
        Ok(())
    }
}

/// Where a row without a date stands: after all others.
pub(crate) const UNDATED: i64 = i64::MIN;

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

/// `new`: no row can stand there.
fn show(
    tables: &mut Tables<'_>,
    ordinal: i64,
    mut made: Made,
    new: bool,
    changes: &mut Changes,
) -> Result<()> {
    let db = tables.db;
    let old: Option<(String, [u8; 32])> = match new {
        true => None,
        false => tables.old.query_row([ordinal], |row| Ok((row.get(0)?, row.get(1)?))).optional()?,
    };
    if old.as_ref().is_some_and(|(_, old)| *old == made.digest.0) {
        // It may have been seen again, with the same files.
        return if made.row.attachments.is_empty() { Ok(()) } else { due::of_row(db, ordinal) };
    }
    if old.is_some() {
        clear(db, ordinal)?;
    }
    let packed = made.pack()?;
    write(tables, ordinal, &made.row, &made.digest, &packed)?;
    let row = made.row;
    let title = row.summary.title.clone();
    tables.later(Text { ordinal, again: old.is_some(), title, words: made.words })?;
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

/// Takes out what stands beside a row and is about to be written again.
fn clear(db: &Connection, ordinal: i64) -> Result<()> {
    for sql in [
        "DELETE FROM row_code WHERE key = ?1",
        "DELETE FROM row_identifier WHERE key = ?1",
        "DELETE FROM row_finding WHERE key = ?1",
        "DELETE FROM reference WHERE key = ?1",
        "DELETE FROM link WHERE key = ?1",
        "DELETE FROM attachment WHERE key = ?1",
    ] {
        db.prepare_cached(sql)?.execute([ordinal])?;
    }
    Ok(())
}

fn write(
    tables: &mut Tables<'_>,
    ordinal: i64,
    row: &Row,
    digest: &fhir::Digest,
    packed: &Packed,
) -> Result<()> {
    let db = tables.db;
    let sort = row.summary.when.as_ref().and_then(|when| when.sort_key()).unwrap_or(UNDATED);
    tables.row.execute(params![
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
        packed.body,
        row.part == Part::Withheld,
        row.supporting,
        read::parts::stored_findings(&row.findings)?,
        packed.words,
    ])?;
    for entry in &row.summary.codes {
        tables.code.execute(params![
            entry.code,
            sort,
            ordinal,
            entry.system.as_deref().unwrap_or_default()
        ])?;
    }
    references(&mut tables.reference, ordinal, row)?;
    parts::links(db, ordinal, row)?;
    identifiers::write(db, ordinal, row)?;
    findings::write(db, ordinal, row)?;
    attachments(db, ordinal, row)
}

fn references(insert: &mut CachedStatement<'_>, ordinal: i64, row: &Row) -> Result<()> {
    let own = &row.key.issuer;
    for found in &row.summary.references {
        let literal = found.reference.as_deref().and_then(|text| reference::literal(text, own));
        if let Some(to) = literal {
            insert.execute(params![ordinal, found.path, to.base.unwrap_or(own), to.resource_type, to.id])?;
        }
    }
    Ok(())
}

fn attachments(db: &Connection, ordinal: i64, row: &Row) -> Result<()> {
    if row.attachments.is_empty() {
        return Ok(());
    }
    let mut insert = db.prepare_cached(
        "INSERT INTO attachment (key, n, path, address, digest, content_type, size, title, due) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0)",
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
    due::of_row(db, ordinal)
}
