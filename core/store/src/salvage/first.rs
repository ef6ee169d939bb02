//! A damaged file whose first page, or whose list of tables, cannot be read: the tables are found by looking at each page, and read from a
//! copy whose first page says where they are.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use rusqlite::{Connection, params};

use super::{Kind, TABLES, Taking, is_damage};
use crate::cipher::{self, First, Role};
use crate::error::{Error, Result};
use crate::files::Spare;
use crate::schema;

const PAGE: usize = 4096;
/// What SQLCipher keeps at the end of each page: vector and authentication.
const RESERVED: usize = 80;
/// Bytes of the first page that are left encrypted, so that what is wrong with other pages is still told.
const SEALED: usize = 16;
const END: usize = SEALED + RESERVED;
/// Pages that are looked at under one list of tables.
const PAGES: i64 = 200;
/// SQLite's header, and that of an empty list of tables.
const HEADER: usize = 100;

/// A copy of the file with another first page.
pub(super) struct Copied {
    spare: Spare,
    salt: [u8; 16],
    /// Tables of the log: how each is made, and its first page.
    tables: BTreeMap<&'static str, (String, i64)>,
}

impl Copied {
    /// Finds the tables. `None` when no statement can be read: the salt is another one, or nothing is left.
    pub(super) fn of(
        path: &Path,
        length: u64,
        key: &[u8; 32],
        salt: [u8; 16],
        new: &Connection,
        each: &mut impl FnMut(Taking),
    ) -> Result<Option<Self>> {
        let pages = u32::try_from(length / u64::try_from(PAGE).unwrap_or(1)).unwrap_or(u32::MAX);
        let spare = Spare::beside(path)?;
        let end = end_of_first(&spare, key, salt)?;
        spare.copy(path, &first_page(pages, end))?;
        let mut copied = Self { spare, salt, tables: BTreeMap::new() };
        let found = copied.look(key, each)?;
        for (table, kind) in TABLES {
            let sql = bare_sql(new, table)?;
            // Where it lies in a new file: to be believed only of rows that prove themselves.
            let usual = || if kind == Kind::Plain { Ok(None) } else { root_in(new, table).map(Some) };
            let root = found.get(table).copied().map_or_else(usual, |root| Ok(Some(root)))?;
            if let Some(root) = root.filter(|root| *root <= i64::from(pages)) {
                copied.tables.insert(table, (sql, root));
            }
        }
        if !copied.has_statements(key) {
            return Ok(None);
        }
        copied.refuse_newer(key, &found, new)?;
        Ok(Some(copied))
    }

    pub(super) fn has(&self, table: &str) -> bool {
        self.tables.contains_key(table)
    }

    /// Opens it with the tables of the log, and nothing else. Nothing of it is ever committed.
    pub(super) fn open(&self, key: &[u8; 32]) -> Result<Connection> {
        let tables = self.tables.iter().map(|(name, (sql, root))| (*name, sql.clone(), *root));
        self.open_with(key, PAGE - END, tables)
    }

    fn open_with<'n>(
        &self,
        key: &[u8; 32],
        plain: usize,
        tables: impl Iterator<Item = (&'n str, String, i64)>,
    ) -> Result<Connection> {
        let db =
            cipher::open_as(self.spare.path(), key, Role::Writer, First { salt: Some(self.salt), plain })?;
        pretend(&db, tables)?;
        Ok(db)
    }

    /// The first pages of all tables that the list names, wherever its pages lie.
    fn look(&self, key: &[u8; 32], each: &mut impl FnMut(Taking)) -> Result<BTreeMap<String, i64>> {
        let first = First { salt: Some(self.salt), plain: PAGE - RESERVED };
        let db = cipher::open_as(self.spare.path(), key, Role::Writer, first)?;
        let pages: i64 = db.query_row("PRAGMA page_count", [], |row| row.get(0))?;
        let mut found = BTreeMap::new();
        let mut from = 2;
        while from <= pages {
            let until = from.saturating_add(PAGES).min(pages.saturating_add(1));
            let named = (from..until).map(|page| (format!("at_{page}"), page));
            let made: Vec<(String, String, i64)> = named
                .map(|(name, page)| (name.clone(), format!("CREATE TABLE {name} (a, b, c, d, e)"), page))
                .collect();
            pretend(&db, made.iter().map(|(name, sql, page)| (name.as_str(), sql.clone(), *page)))?;
            made.iter().for_each(|(name, ..)| listed(&db, name, &mut found));
            db.execute_batch("ROLLBACK")?;
            let number = |page| u64::try_from(page).unwrap_or(0);
            each(Taking { what: "pages", done: number(until).saturating_sub(1), all: number(pages) });
            from = until;
        }
        Ok(found)
    }

    fn has_statements(&self, key: &[u8; 32]) -> bool {
        let any = |db: Connection| {
            Ok(db.query_row("SELECT 1 FROM statement LIMIT 1", [], |row| row.get::<_, i64>(0))?)
        };
        self.open(key).and_then(any).is_ok()
    }

    /// The version of the log was told by the first page. A table that this version does not know is a newer one's, unless it is a
    /// projection of some other version: those are named in the file.
    fn refuse_newer(&self, key: &[u8; 32], found: &BTreeMap<String, i64>, new: &Connection) -> Result<()> {
        let mut known: BTreeSet<String> = names(new, "SELECT name FROM sqlite_schema WHERE type = 'table'")?;
        if let Some(root) = found.get("projection") {
            let table = ("projection", bare_sql(new, "projection")?, *root);
            let read = self.open_with(key, PAGE - END, std::iter::once(table));
            match read.and_then(|db| names(&db, "SELECT tables FROM projection")) {
                Ok(lists) => known.extend(lists.iter().flat_map(|list| list.split(' ')).map(str::to_owned)),
                Err(error) if is_damage(&error) => return Ok(()),
                Err(other) => return Err(other),
            }
        }
        let is_known = |name: &String| {
            let of_search =
                |known: &String| name.strip_prefix(known.as_str()).is_some_and(|rest| rest.starts_with('_'));
            name.starts_with("sqlite_") || known.contains(name) || known.iter().any(of_search)
        };
        if found.keys().all(is_known) {
            return Ok(());
        }
        Err(Error::NewerData { found: schema::known().saturating_add(1), known: schema::known() })
    }
}

/// The sealed end of a first page, as this key and salt make it.
fn end_of_first(spare: &Spare, key: &[u8; 32], salt: [u8; 16]) -> Result<[u8; END]> {
    let first = First { salt: Some(salt), plain: PAGE - END };
    let db = cipher::open_as(spare.path(), key, Role::Writer, first)?;
    db.execute_batch("CREATE TABLE made (a)")?;
    drop(db);
    spare.end_of_first(u64::try_from(PAGE).unwrap_or(0))
}

/// A first page that names so many pages and no table, in SQLite's format.
fn first_page(pages: u32, end: [u8; END]) -> Vec<u8> {
    let content = u16::try_from(PAGE - END).unwrap_or(0);
    let mut page = Vec::with_capacity(PAGE);
    page.extend_from_slice(b"SQLite format 3\0");
    page.extend_from_slice(&u16::try_from(PAGE).unwrap_or(0).to_be_bytes());
    // Write-ahead log, so that a log beside it is read.
    page.extend_from_slice(&[2, 2, u8::try_from(RESERVED).unwrap_or(0), 64, 32, 32]);
    let numbers = [1, pages, 0, 0, 1, 4, 0, 0, 1, 0, 0, 0];
    numbers.iter().for_each(|number| page.extend_from_slice(&number.to_be_bytes()));
    page.resize(HEADER - 8, 0);
    page.extend_from_slice(&[0, 0, 0, 1]);
    page.extend_from_slice(&3_050_000_u32.to_be_bytes());
    // A leaf of a table, without free blocks and cells; its content begins before the sealed end.
    page.extend_from_slice(&[0x0d, 0, 0, 0, 0]);
    page.extend_from_slice(&content.to_be_bytes());
    page.resize(PAGE - END, 0);
    page.extend_from_slice(&end);
    page
}

/// Begins a transaction in which the database has these tables.
fn pretend<'n>(db: &Connection, tables: impl Iterator<Item = (&'n str, String, i64)>) -> Result<()> {
    db.execute_batch("BEGIN; PRAGMA writable_schema = ON;")?;
    let mut insert = db.prepare_cached(
        "INSERT INTO sqlite_schema (type, name, tbl_name, rootpage, sql) VALUES ('table', ?1, ?1, ?2, ?3)",
    )?;
    for (name, sql, root) in tables {
        insert.execute(params![name, root, sql])?;
    }
    Ok(db.execute_batch("PRAGMA writable_schema = RESET;")?)
}

/// The tables that a page names, if it is one of the list's. One that cannot be read names none.
fn listed(db: &Connection, page: &str, found: &mut BTreeMap<String, i64>) {
    let sql =
        format!("SELECT b, d FROM {page} WHERE a = 'table' AND typeof(b) = 'text' AND typeof(d) = 'integer'");
    let Ok(mut statement) = db.prepare(&sql) else { return };
    let Ok(rows) = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))) else { return };
    let named = rows.map_while(std::result::Result::ok).filter(|(_, root): &(String, i64)| *root > 1);
    found.extend(named);
}

/// How a table of the log is made, without what its other indexes rest on.
fn bare_sql(new: &Connection, table: &str) -> Result<String> {
    let mut columns = new.prepare("SELECT name, type = 'INTEGER' AND pk = 1 FROM pragma_table_info(?1)")?;
    let column = |row: &rusqlite::Row<'_>| {
        let (name, is_row): (String, bool) = (row.get(0)?, row.get(1)?);
        Ok(if is_row { format!("{name} INTEGER PRIMARY KEY") } else { name })
    };
    let columns: Vec<String> = columns.query_map([table], column)?.collect::<rusqlite::Result<_>>()?;
    Ok(format!("CREATE TABLE {table} ({})", columns.join(", ")))
}

fn root_in(new: &Connection, table: &str) -> Result<i64> {
    let sql = "SELECT rootpage FROM sqlite_schema WHERE type = 'table' AND name = ?1";
    Ok(new.query_row(sql, [table], |row| row.get(0))?)
}

fn names(db: &Connection, sql: &str) -> Result<BTreeSet<String>> {
    let mut statement = db.prepare(sql)?;
    let names = statement.query_map([], |row| row.get(0))?;
    Ok(names.collect::<rusqlite::Result<_>>()?)
}
