//! Making the projections again from the log, in batches, the newest rows first.

use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use statement::{Digest, Payload, kind};

use crate::error::{Error, Result};
use crate::query::{Phase, Progress};
use crate::schema::{self, APPLIED, SHOWN};
use crate::store::{Documents, Store};
use crate::write::{Changes, apply, facts, file, purge, show};

/// Rows made in one transaction.
const ROWS: i64 = 500;
/// Statements applied in one transaction: a page has up to some hundred entries.
const STATEMENTS: i64 = 25;
/// Files whose words are indexed in one transaction.
const FILES: i64 = 50;

impl Store {
    /// How far the projections are: [`Phase::Done`] unless a rebuild was begun by opening with another version of the code, by
    /// [`Store::start_rebuild`], or was cut short.
    pub fn progress(&self) -> Result<Progress> {
        progress(&self.reader().db)
    }

    /// Empties all projections and marks them to be made again. Screens show nothing until [`Store::rebuild`] has come to their rows.
    pub fn start_rebuild(&self) -> Result<()> {
        self.change(|db, documents| {
            documents.clear();
            schema::start_again(db)
        })
    }

    /// Goes on with a rebuild until it is done, or until `each`, which is told after every batch how far it is, says `false`. Each batch
    /// is a transaction of its own: a kill loses one at most, reads show what is there, commits come in between. Does nothing when
    /// nothing is to be done. Gives how far it came.
    pub fn rebuild(&self, mut each: impl FnMut(Progress) -> bool) -> Result<Progress> {
        let mut now = self.progress()?;
        while now.phase != Phase::Done {
            now = self.write(|db, documents| step(db, documents))?;
            if !each(now) {
                break;
            }
        }
        Ok(now)
    }
}

/// Finishes the rebuild of an empty log.
pub(crate) fn finish(db: &mut Connection) -> Result<()> {
    let mut documents = Documents::new();
    let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    while step(&transaction, &mut documents)?.phase != Phase::Done {}
    Ok(transaction.commit()?)
}

pub(crate) fn progress(db: &Connection) -> Result<Progress> {
    let (applied, position) = phase(db, APPLIED.name)?;
    let (shown, shown_position) = phase(db, SHOWN.name)?;
    let (phase, left) = match (applied.as_str(), shown.as_str()) {
        ("facts", _) => (Phase::Facts, count(db, "sequence > ?1 AND kind = 'facts'", position)?),
        ("pages", _) => (Phase::Pages, count(db, "sequence < ?1 AND kind IN ('page', 'listing')", position)?),
        (_, "files") => {
            let left = "SELECT count(*) FROM file WHERE text IS NOT NULL AND ordinal > ?1";
            (Phase::Rows, db.query_row(left, [shown_position], |row| row.get(0))?)
        }
        (_, "rows") => {
            let pending = "SELECT count(*) FROM resource_key WHERE pending = 1";
            (Phase::Rows, db.query_row(pending, [], |row| row.get(0))?)
        }
        _ => (Phase::Done, 0),
    };
    Ok(Progress { phase, left: crate::read::counted(left)? })
}

/// Keys whose rows are to be made again, the newest first.
pub(crate) fn pending(db: &Connection, limit: i64) -> Result<Vec<i64>> {
    let mut statement = db.prepare_cached(
        "SELECT ordinal FROM resource_key WHERE pending = 1 ORDER BY seen DESC, ordinal DESC LIMIT ?1",
    )?;
    let keys = statement.query_map([limit], |row| row.get(0))?;
    Ok(keys.collect::<rusqlite::Result<_>>()?)
}

/// Applies one statement of the log again.
pub(crate) fn again(
    db: &Connection,
    documents: &mut Documents,
    logged: &Logged,
    changes: &mut Changes,
) -> Result<()> {
    changes.later = true;
    let payload = Payload::decode(&logged.payload).map_err(|_| Error::Unreadable("statement"))?;
    apply::apply(db, documents, logged.sequence, logged.digest, &payload, changes)
}

/// A statement of the log.
pub(crate) struct Logged {
    pub(crate) sequence: i64,
    pub(crate) digest: Digest,
    pub(crate) payload: Vec<u8>,
}

/// At most `limit` statements of some kinds on one side of a place, the nearest first.
pub(crate) fn logged(db: &Connection, which: Which, place: i64, limit: i64) -> Result<Vec<Logged>> {
    let sql = match which {
        Which::FactsAfter => {
            "SELECT sequence, digest, payload FROM statement WHERE sequence > ?1 AND kind = ?2 ORDER BY sequence LIMIT ?4"
        }
        Which::PagesBefore => {
            "SELECT sequence, digest, payload FROM statement WHERE sequence < ?1 AND kind IN (?2, ?3) \
             ORDER BY sequence DESC LIMIT ?4"
        }
    };
    let kinds = match which {
        Which::FactsAfter => (kind::FACTS, kind::FACTS),
        Which::PagesBefore => (kind::PAGE, kind::LISTING),
    };
    let mut statement = db.prepare_cached(sql)?;
    let rows = statement.query_map(params![place, kinds.0, kinds.1, limit], |row| {
        Ok(Logged { sequence: row.get(0)?, digest: Digest::new(row.get(1)?), payload: row.get(2)? })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Which statements, and in which direction.
#[derive(Clone, Copy)]
pub(crate) enum Which {
    /// Facts build on each other: the oldest first.
    FactsAfter,
    /// Pages and listings: the newest first.
    PagesBefore,
}

/// One batch.
fn step(db: &Connection, documents: &mut Documents) -> Result<Progress> {
    let (applied, position) = phase(db, APPLIED.name)?;
    let mut changes = Changes::default();
    match applied.as_str() {
        "facts" => {
            let batch = logged(db, Which::FactsAfter, position, STATEMENTS)?;
            apply_all(db, documents, &batch, &mut changes)?;
            match batch.last() {
                Some(last) => set_phase(db, APPLIED.name, "facts", last.sequence)?,
                None => set_phase(db, APPLIED.name, "pages", i64::MAX)?,
            }
        }
        "pages" => {
            let batch = logged(db, Which::PagesBefore, position, STATEMENTS)?;
            apply_all(db, documents, &batch, &mut changes)?;
            match batch.last() {
                Some(last) => set_phase(db, APPLIED.name, "pages", last.sequence)?,
                None => set_phase(db, APPLIED.name, "done", 0)?,
            }
        }
        _ => shown(db, &mut changes)?,
    }
    progress(db)
}

/// One batch of rows; once there are no more, of the search index of files.
fn shown(db: &Connection, changes: &mut Changes) -> Result<()> {
    let (now, position) = phase(db, SHOWN.name)?;
    if now == "files" {
        return match file::index_after(db, position, FILES)? {
            Some(last) => set_phase(db, SHOWN.name, "files", last),
            None => set_phase(db, SHOWN.name, "done", 0),
        };
    }
    changes.keys.extend(pending(db, ROWS)?);
    if changes.keys.is_empty() {
        set_phase(db, SHOWN.name, "files", 0)?;
    }
    show::rows(db, changes, &show::Came::new())
}

fn apply_all(
    db: &Connection,
    documents: &mut Documents,
    batch: &[Logged],
    changes: &mut Changes,
) -> Result<()> {
    for logged in batch {
        again(db, documents, logged, changes)?;
    }
    facts::settle(db, documents, changes)?;
    purge::drop_bytes(db, changes)
}

fn phase(db: &Connection, name: &str) -> Result<(String, i64)> {
    let mut statement = db.prepare_cached("SELECT phase, position FROM projection WHERE name = ?1")?;
    let found = statement.query_row([name], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    found.ok_or(Error::Unreadable("projection"))
}

fn set_phase(db: &Connection, name: &str, phase: &str, position: i64) -> Result<()> {
    let mut statement =
        db.prepare_cached("UPDATE projection SET phase = ?2, position = ?3 WHERE name = ?1")?;
    statement.execute(params![name, phase, position])?;
    Ok(())
}

fn count(db: &Connection, which: &str, position: i64) -> Result<i64> {
    Ok(db.query_row(&format!("SELECT count(*) FROM statement WHERE {which}"), [position], |row| row.get(0))?)
}
