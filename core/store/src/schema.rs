//! The tables: numbered migrations of the log, versions of the projections.

use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};

use crate::error::{Error, Result};

/// The log's migrations, the first makes version 1. Only ever appended to, and each only adds.
const MIGRATIONS: &[&str] = &[
    include_str!("schema/log.sql"),
    include_str!("schema/log_2.sql"),
    include_str!("schema/log_3.sql"),
    include_str!("schema/log_4.sql"),
];

/// Marks a file as a record of this product: "Wkpt".
const APPLICATION: i64 = 0x576b_7074;

/// The setting that names the version of the app by which all statements were last tried, and that version.
const TRIED_BY: &str = "tried_by";
const APP: &str = env!("CARGO_PKG_VERSION");

/// A group of tables that are rebuilt together.
pub(crate) struct Projection {
    pub(crate) name: &'static str,
    /// Raised whenever the tables, or what is written into them, change.
    pub(crate) version: i64,
    sql: &'static str,
    /// The phase in which a rebuild of it starts.
    first_phase: &'static str,
}

/// What statements say: revisions, listings, facts, notes.
pub(crate) const APPLIED: Projection =
    Projection { name: "applied", version: 5, sql: include_str!("schema/applied.sql"), first_phase: "facts" };

/// What screens read: rows, codes, references, attachments, search.
/// Raised with every change in what `fhir::describe` or `record::row` gives: an older file's rows are then made again.
pub(crate) const SHOWN: Projection =
    Projection { name: "shown", version: 6, sql: include_str!("schema/shown.sql"), first_phase: "rows" };

/// The newest version of the log that this code knows.
pub(crate) fn known() -> i64 {
    i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX)
}

/// Refuses a file of a newer version, and one that is not a record. Writes nothing.
pub(crate) fn accept(db: &Connection) -> Result<()> {
    let found = version(db)?;
    if found > known() {
        return Err(Error::NewerData { found, known: known() });
    }
    let application: i64 = db.query_row("PRAGMA application_id", [], |row| row.get(0))?;
    if found < 1 || application != APPLICATION { Err(Error::Unreadable("file")) } else { Ok(()) }
}

/// Brings the log to the newest version, one transaction a step.
pub(crate) fn migrate(db: &mut Connection) -> Result<()> {
    let held = usize::try_from(version(db)?).unwrap_or(0);
    for (index, sql) in MIGRATIONS.iter().enumerate().skip(held) {
        let step = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        step.execute_batch(sql)?;
        step.pragma_update(None, "application_id", APPLICATION)?;
        step.pragma_update(None, "user_version", i64::try_from(index).unwrap_or(0).saturating_add(1))?;
        step.commit()?;
    }
    Ok(())
}

/// Makes the projections that are not there in this code's version, empty, and marks them to be rebuilt from the log.
pub(crate) fn project(db: &mut Connection) -> Result<()> {
    let applied = stored_version(db, &APPLIED)? == Some(APPLIED.version);
    let shown = stored_version(db, &SHOWN)? == Some(SHOWN.version);
    let is_tried = tried_by(db)?.as_deref() == Some(APP.as_bytes());
    let starts_again = !applied || (!is_tried && is_anything_aside(db)?);
    if !starts_again && shown && is_tried {
        return Ok(());
    }
    unreferenced(db, |step| {
        if starts_again {
            start_over(step)?;
        } else if !shown {
            make(step, &SHOWN)?;
            step.execute("UPDATE resource_key SET pending = 1", [])?;
        }
        let note = "INSERT OR REPLACE INTO setting (name, value) VALUES (?1, ?2)";
        step.execute(note, params![TRIED_BY, APP.as_bytes()])?;
        Ok(())
    })
}

/// Whether something was set aside. A version of the app that has not tried it may understand it: everything is applied again then,
/// once a version, as later statements rest on it.
fn is_anything_aside(db: &Connection) -> Result<bool> {
    Ok(db.query_row("SELECT EXISTS (SELECT 1 FROM set_aside)", [], |row| row.get(0))?)
}

fn tried_by(db: &Connection) -> Result<Option<Vec<u8>>> {
    let value = |row: &rusqlite::Row<'_>| row.get(0);
    Ok(db.query_row("SELECT value FROM setting WHERE name = ?1", [TRIED_BY], value).optional()?)
}

/// Empties every projection and marks them all to be rebuilt, in one transaction.
pub(crate) fn start_again(db: &mut Connection) -> Result<()> {
    unreferenced(db, start_over)
}

/// The same inside a transaction of the caller's.
pub(crate) fn start_over(db: &Connection) -> Result<()> {
    drop_tables(db, &SHOWN)?;
    make(db, &APPLIED)?;
    make(db, &SHOWN)
}

/// Runs `work` in one transaction in which references between tables are not looked at: only so a full table can be emptied at once,
/// and SQLite does not hold all that was in it in memory meanwhile.
fn unreferenced(db: &mut Connection, work: impl FnOnce(&Connection) -> Result<()>) -> Result<()> {
    let looks: bool = db.pragma_query_value(None, "foreign_keys", |row| row.get(0))?;
    db.pragma_update(None, "foreign_keys", false)?;
    let done = transaction(db, work);
    db.pragma_update(None, "foreign_keys", looks)?;
    done
}

fn transaction(db: &mut Connection, work: impl FnOnce(&Connection) -> Result<()>) -> Result<()> {
    let step = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    work(&step)?;
    Ok(step.commit()?)
}

/// Makes empty projections as temporary tables, which hide the ones of the file from the same statements.
pub(crate) fn shadow(db: &Connection) -> Result<()> {
    for projection in [&APPLIED, &SHOWN] {
        let sql = projection
            .sql
            .replace("CREATE TABLE ", "CREATE TEMP TABLE ")
            .replace("CREATE VIRTUAL TABLE ", "CREATE VIRTUAL TABLE temp.");
        db.execute_batch(&sql)?;
    }
    Ok(())
}

/// Every table and index of the file as SQL, sorted by name, each in one line of single spaces and without comments. Shadow tables
/// of the search index are left out.
pub(crate) fn dump(db: &Connection) -> Result<String> {
    let mut statement = db.prepare(
        "SELECT sql FROM main.sqlite_schema WHERE sql IS NOT NULL AND name NOT GLOB 'search_[a-z]*' AND name NOT LIKE 'sqlite_%' \
         UNION ALL SELECT sql FROM main.sqlite_schema WHERE name IN ('search_note', 'search_file') ORDER BY 1",
    )?;
    let lines = statement.query_map([], |row| row.get::<_, String>(0))?;
    let lines: Vec<String> =
        lines.map(|line| line.map(|sql| normal(&sql))).collect::<rusqlite::Result<_>>()?;
    Ok(lines.join("\n"))
}

fn normal(sql: &str) -> String {
    let bare: Vec<&str> = sql.lines().map(|line| line.split("--").next().unwrap_or_default()).collect();
    bare.join(" ").split_whitespace().collect::<Vec<_>>().join(" ").replace("( ", "(").replace(" )", ")")
}

fn version(db: &Connection) -> Result<i64> {
    Ok(db.query_row("PRAGMA user_version", [], |row| row.get(0))?)
}

fn stored_version(db: &Connection, projection: &Projection) -> Result<Option<i64>> {
    let mut statement = db.prepare_cached("SELECT version FROM projection WHERE name = ?1")?;
    Ok(statement.query_row([projection.name], |row| row.get(0)).optional()?)
}

fn make(db: &Connection, projection: &Projection) -> Result<()> {
    drop_tables(db, projection)?;
    db.execute_batch(projection.sql)?;
    if projection.sql.contains("search_note") {
        db.execute("INSERT INTO search_note (search_note, rank) VALUES ('secure-delete', 1)", [])?;
    }
    let names: Vec<&str> = tables(projection.sql).collect();
    db.execute(
        "INSERT INTO projection (name, version, tables, phase, position) VALUES (?1, ?2, ?3, ?4, 0) \
         ON CONFLICT (name) DO UPDATE SET version = excluded.version, tables = excluded.tables, phase = excluded.phase, \
         position = excluded.position",
        params![projection.name, projection.version, names.join(" "), projection.first_phase],
    )?;
    Ok(())
}

/// Drops the tables that another version of the code may have named, children before parents.
fn drop_tables(db: &Connection, projection: &Projection) -> Result<()> {
    let mut statement = db.prepare_cached("SELECT tables FROM projection WHERE name = ?1")?;
    let names: Option<String> = statement.query_row([projection.name], |row| row.get(0)).optional()?;
    let refers: bool = db.pragma_query_value(None, "foreign_keys", |row| row.get(0))?;
    for name in names.unwrap_or_default().split(' ').rev() {
        if !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_') {
            if !refers && is_plain(db, name)? {
                db.execute_batch(&format!("DELETE FROM {name};"))?;
            }
            db.execute_batch(&format!("DROP TABLE IF EXISTS {name};"))?;
        }
    }
    Ok(())
}

fn is_plain(db: &Connection, name: &str) -> Result<bool> {
    let mut plain =
        db.prepare_cached("SELECT 1 FROM sqlite_schema WHERE name = ?1 AND sql LIKE 'CREATE TABLE %'")?;
    Ok(plain.exists([name])?)
}

fn tables(sql: &'static str) -> impl Iterator<Item = &'static str> {
    sql.lines().filter_map(|line| {
        let rest =
            line.strip_prefix("CREATE TABLE ").or_else(|| line.strip_prefix("CREATE VIRTUAL TABLE "))?;
        rest.split(' ').next()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn empty() -> Connection {
        crate::cipher::begin().unwrap();
        Connection::open_in_memory().unwrap()
    }

    fn real() -> Connection {
        let mut db = empty();
        migrate(&mut db).unwrap();
        project(&mut db).unwrap();
        db
    }

    #[test]
    fn the_commented_schema_is_the_real_one() {
        let written = empty();
        written.execute_batch(include_str!("../../docs/schema.sql")).unwrap();
        assert_eq!(dump(&written).unwrap(), dump(&real()).unwrap());
    }

    #[test]
    fn every_projected_table_is_known_by_name_so_that_it_can_be_dropped() {
        let mut db = real();
        db.execute("UPDATE projection SET version = 0 WHERE name = 'applied'", []).unwrap();
        let before = dump(&db).unwrap();
        start_again(&mut db).unwrap();
        assert_eq!(dump(&db).unwrap(), before);
        drop_tables(&db, &SHOWN).unwrap();
        drop_tables(&db, &APPLIED).unwrap();
        let log = empty();
        MIGRATIONS.iter().for_each(|sql| log.execute_batch(sql).unwrap());
        assert_eq!(dump(&db).unwrap(), dump(&log).unwrap());
        project(&mut db).unwrap();
    }

    #[test]
    fn temporary_tables_hide_those_of_the_file() {
        let db = real();
        shadow(&db).unwrap();
        db.execute("INSERT INTO read_mark (member, digest) VALUES (x'00', x'00')", []).unwrap();
        db.execute("INSERT INTO search (rowid, title, text) VALUES (1, 'a', 'b')", []).unwrap();
        let count = |sql| db.query_row::<i64, _, _>(sql, [], |row| row.get(0)).unwrap();
        assert_eq!(count("SELECT count(*) FROM main.read_mark"), 0);
        assert_eq!(count("SELECT count(*) FROM main.search_docsize"), 0);
        assert_eq!(count("SELECT count(*) FROM search WHERE search MATCH 'b'"), 1);
    }

    /// A database of this version of the log, in memory.
    fn of_version(held: usize) -> Connection {
        let db = empty();
        MIGRATIONS.iter().take(held).for_each(|sql| db.execute_batch(sql).unwrap());
        db.pragma_update(None, "user_version", held as i64).unwrap();
        db
    }

    /// Gives the database room for so many pages more, and takes the limit away again.
    fn limit(db: &Connection, room: Option<i64>) {
        let pages: i64 = db.query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap();
        let most = room.map_or(1 << 30, |room| pages + room);
        db.query_row(&format!("PRAGMA max_page_count = {most}"), [], |_| Ok(())).unwrap();
    }

    #[test]
    fn c14_a_step_that_fails_anywhere_is_as_if_it_had_not_begun_and_is_taken_again() {
        let whole = dump(&of_version(MIGRATIONS.len())).unwrap();
        for held in 0..MIGRATIONS.len() {
            let mut stops = Vec::new();
            for room in 1.. {
                let mut db = of_version(held);
                limit(&db, Some(room));
                let done = migrate(&mut db);
                let reached = usize::try_from(version(&db).unwrap()).unwrap();
                assert!((held..=MIGRATIONS.len()).contains(&reached));
                assert_eq!(dump(&db).unwrap(), dump(&of_version(reached)).unwrap(), "{held}, {room} pages");
                if done.is_ok() {
                    break;
                }
                stops.push(reached);
                limit(&db, None);
                migrate(&mut db).unwrap();
                assert_eq!(dump(&db).unwrap(), whole);
            }
            assert!(stops.contains(&held) && stops.is_sorted(), "{held}: {stops:?}");
        }
    }

    #[test]
    fn c14_lists_that_cannot_be_begun_are_begun_the_next_time() {
        let mut stops = 0;
        for room in 1.. {
            let mut db = of_version(MIGRATIONS.len());
            limit(&db, Some(room));
            if project(&mut db).is_ok() {
                break;
            }
            stops += 1;
            assert_eq!(stored_version(&db, &APPLIED).unwrap(), None);
            assert_eq!(dump(&db).unwrap(), dump(&of_version(MIGRATIONS.len())).unwrap());
            limit(&db, None);
            project(&mut db).unwrap();
            assert_eq!(dump(&db).unwrap(), dump(&real()).unwrap());
        }
        assert!(stops > 10, "{stops}");
    }
}
