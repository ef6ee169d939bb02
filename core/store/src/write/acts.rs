//! What only this device knows of its acts: tries and drafts.

use rusqlite::{Connection, params};

use crate::commit::{Attempt, Commit, Draft};
use crate::error::Result;

pub(super) fn write(db: &Connection, commit: &Commit) -> Result<()> {
    commit.attempts.iter().try_for_each(|row| attempt(db, row))?;
    commit.drafts.iter().try_for_each(|row| draft(db, row))?;
    let mut delete = db.prepare_cached("DELETE FROM draft WHERE id = ?1")?;
    for id in &commit.dropped_drafts {
        delete.execute([id.as_slice()])?;
    }
    Ok(())
}

fn attempt(db: &Connection, row: &Attempt) -> Result<()> {
    let mut insert = db.prepare_cached(
        "INSERT OR REPLACE INTO attempt (act, tries, looks, last_try, not_before, trouble) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    let known = &row.known;
    let act = row.act.as_bytes();
    insert.execute(params![act, known.tries, known.looks, known.last_try, known.not_before, row.trouble])?;
    Ok(())
}

fn draft(db: &Connection, row: &Draft) -> Result<()> {
    let mut insert =
        db.prepare_cached("INSERT OR REPLACE INTO draft (id, changed, body) VALUES (?1, ?2, ?3)")?;
    insert.execute(params![row.id, row.changed, row.body])?;
    Ok(())
}
