//! Of a damaged file, what is whole: taken over into a new one. The damaged one is put aside and never deleted.

mod first;

use std::path::{Path, PathBuf};

use record::facts::Text;
use rusqlite::types::Value;
use rusqlite::{Connection, ErrorCode, params_from_iter};
use statement::{Digest, Signed};

use crate::cipher::{self, First, Role};
use crate::error::{Error, Result};
use crate::store::Store;
use crate::{files, schema};
use first::Copied;

/// What was taken over, and what could not be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Salvaged {
    /// Statements that are what their names say, and that the caller holds for genuine.
    pub statements: u64,
    /// Contents of entries that are what their digests say.
    pub resources: u64,
    /// Texts that people wrote.
    pub texts: u64,
    /// Rows of the log that could not be read, or were not what they should be. Of tables whose root cannot be read nobody knows.
    pub lost: u64,
    /// The file name under which the damaged file lies now.
    pub aside: String,
}

/// How far taking over has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taking {
    /// What is being read: `statement`, `resource`, `text` and other tables of the log; `pages` while their places are looked for.
    pub what: &'static str,
    /// How many were looked at.
    pub done: u64,
    /// How many there are, as far as it can be told.
    pub all: u64,
}

/// A new file with what is whole of a damaged one. Dropped, it leaves the damaged one as it was.
#[derive(Debug)]
pub struct Salvage {
    path: PathBuf,
    new: PathBuf,
    salvaged: Salvaged,
    // Held, never read.
    #[allow(dead_code, reason = "nobody else opens the record meanwhile")]
    lock: files::Lock,
}

impl Salvage {
    /// What was found whole. Nothing lies aside yet.
    pub fn found(&self) -> &Salvaged {
        &self.salvaged
    }

    /// Puts the damaged file, with its write-ahead log, aside under the name that is given back, and the new one in its place. A kill
    /// leaves the damaged file, under its own name or aside.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn put_in_place(mut self) -> Result<Salvaged> {
        self.salvaged.aside = files::put_aside(&self.path)?;
        files::publish(&self.new, &self.path)?;
        Ok(self.salvaged)
    }
}

/// Tables of the log that are worth taking over, and what their rows are checked by. Cursors and outcomes are left: without them the
/// next sync reads everything again.
const TABLES: [(&str, Kind); 6] = [
    ("statement", Kind::Statement),
    ("resource", Kind::Resource),
    ("text", Kind::Text),
    ("connection", Kind::Plain),
    ("setting", Kind::Plain),
    ("file", Kind::Plain),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Statement,
    Resource,
    Text,
    Plain,
}

/// Rows that are looked for beyond the last one that was found: as many as may lie on lost pages in between.
const BEYOND: i64 = 4_096;
/// Rows between two words of how far it is.
const ROWS: i64 = 500;

impl Store {
    /// Makes a new file of what can still be read of the one at `path`, each row checked: statements by their names and `is_genuine`,
    /// contents and texts by their digests. `salt` is what the file began with, where that is known from elsewhere
    /// ([`Store::salt`]). Projections are to be rebuilt then ([`Store::rebuild`]).
    ///
    /// # Errors
    /// [`Error::NotOpened`] when nothing of it can be read; [`Error::NotFound`], [`Error::InUse`], [`Error::NewerData`],
    /// [`Error::OutOfSpace`]. The file is as it was.
    pub fn salvage(
        path: &Path,
        key: &[u8; 32],
        salt: Option<[u8; 16]>,
        is_genuine: impl Fn(&Signed) -> bool,
        mut each: impl FnMut(Taking),
    ) -> Result<Salvage> {
        if !files::exists(path)? {
            return Err(Error::NotFound);
        }
        let lock = files::lock(path)?;
        let new = files::prepare(path)?;
        Self::fill(&new, key)?;
        let mut to = cipher::open(&new, key, Role::Writer)?;
        cipher::settle(&to, Role::Writer)?;
        let mut from = Damaged::open(path, key, salt, &to, &mut each)?;
        let mut salvaged = Salvaged::default();
        let transaction = to.transaction()?;
        for table in TABLES {
            from.take(&transaction, table, &is_genuine, &mut salvaged, &mut each)?;
        }
        schema::start_over(&transaction)?;
        transaction.commit()?;
        crate::store::checkpoint(&to)?;
        to.close().map_err(|(_, error)| error)?;
        if salvaged.statements == 0 {
            return Err(Error::NotOpened);
        }
        Ok(Salvage { path: path.to_owned(), new, salvaged, lock })
    }
}

/// The damaged file. SQLCipher does not go on after a page that could not be read: the connection is made anew then.
struct Damaged<'a> {
    way: Way<'a>,
    key: &'a [u8; 32],
    db: Connection,
}

/// How it is read.
enum Way<'a> {
    /// Its first page and its list of tables are whole; at most its salt is not.
    AsItIs(&'a Path, [u8; 16]),
    /// From a copy with another first page.
    Copied(Copied),
}

impl Way<'_> {
    fn open(&self, key: &[u8; 32]) -> Result<Connection> {
        match self {
            Self::AsItIs(path, salt) => {
                cipher::open_as(path, key, Role::Auditor, First { salt: Some(*salt), plain: 0 })
            }
            Self::Copied(copied) => copied.open(key),
        }
    }
}

impl<'a> Damaged<'a> {
    /// Finds a way: with the salt that the file begins with or the one that is known, as it is or from a copy.
    fn open(
        path: &'a Path,
        key: &'a [u8; 32],
        known: Option<[u8; 16]>,
        new: &Connection,
        each: &mut impl FnMut(Taking),
    ) -> Result<Self> {
        let (own, length) = files::first_bytes::<16>(path)?;
        let salts = || own.into_iter().chain(known.filter(|known| Some(*known) != own));
        for salt in salts() {
            let way = Way::AsItIs(path, salt);
            match way.open(key).and_then(|db| schema::accept(&db).map(|()| db)) {
                Ok(db) => return Ok(Self { way, key, db }),
                Err(error) if is_damage(&error) => {}
                Err(other) => return Err(other),
            }
        }
        for salt in salts() {
            if let Some(copied) = Copied::of(path, length, key, salt, new, each)? {
                let way = Way::Copied(copied);
                let db = way.open(key)?;
                return Ok(Self { way, key, db });
            }
        }
        Err(Error::NotOpened)
    }

    fn take(
        &mut self,
        to: &Connection,
        (table, kind): (&'static str, Kind),
        is_genuine: &impl Fn(&Signed) -> bool,
        salvaged: &mut Salvaged,
        each: &mut impl FnMut(Taking),
    ) -> Result<()> {
        if let Way::Copied(copied) = &self.way
            && !copied.has(table)
        {
            return Ok(());
        }
        let (mut row, mut missed) = (1_i64, 0_i64);
        let newest = self.newest(table)?;
        // Rows that were deleted are no loss: only those that cannot be read are counted.
        while missed < BEYOND {
            match self.row(table, row) {
                Ok(Some(values)) => {
                    missed = 0;
                    let kept =
                        is_whole(kind, &values, is_genuine) && keep(to, table, kind, values, salvaged)?;
                    salvaged.lost = salvaged.lost.saturating_add(u64::from(!kept));
                }
                Ok(None) => missed = missed.saturating_add(1),
                Err(error) if is_damage(&error) => {
                    missed = missed.saturating_add(1);
                    salvaged.lost = salvaged.lost.saturating_add(1);
                    self.db = self.way.open(self.key)?;
                }
                Err(other) => return Err(other),
            }
            if row % ROWS == 1 && row <= newest.max(1) {
                let number = |row| u64::try_from(row).unwrap_or(0);
                each(Taking { what: table, done: number(row), all: number(newest) });
            }
            row = row.saturating_add(1);
        }
        Ok(())
    }

    /// The number of the last row, as far as it can be read.
    fn newest(&mut self, table: &str) -> Result<i64> {
        let sql = format!("SELECT coalesce(max(rowid), 0) FROM {table}");
        match self.db.query_row(&sql, [], |row| row.get(0)).map_err(Error::from) {
            Err(error) if is_damage(&error) => {
                self.db = self.way.open(self.key)?;
                Ok(0)
            }
            newest => newest,
        }
    }

    fn row(&self, table: &str, row: i64) -> Result<Option<Vec<Value>>> {
        let mut statement = self.db.prepare_cached(&format!("SELECT * FROM {table} WHERE rowid = ?1"))?;
        let columns = statement.column_count();
        let mut rows = statement.query([row])?;
        let Some(found) = rows.next()? else { return Ok(None) };
        Ok(Some((0..columns).map(|column| found.get(column)).collect::<rusqlite::Result<_>>()?))
    }
}

/// What a damaged file gives, rather than one that is in use or a full disk.
pub(crate) fn is_damage(error: &Error) -> bool {
    matches!(
        error,
        Error::Damaged | Error::NotOpened | Error::Storage(_) | Error::Database(_) | Error::Unreadable(_)
    )
}

/// Whether a row is what its own name says.
fn is_whole(kind: Kind, values: &[Value], is_genuine: &impl Fn(&Signed) -> bool) -> bool {
    let blob = |place: usize| match values.get(place) {
        Some(Value::Blob(bytes)) => bytes.as_slice(),
        Some(Value::Text(text)) => text.as_bytes(),
        _ => &[],
    };
    match kind {
        Kind::Plain => true,
        Kind::Statement => {
            // sequence, digest, device, member, section, number, clock, kind, payload, signature
            let signature = <[u8; 64]>::try_from(blob(9)).ok();
            let signed = signature.and_then(|signature| Signed::new(blob(8).to_vec(), signature).ok());
            let named = <[u8; 32]>::try_from(blob(1)).ok().map(Digest::new);
            signed.is_some_and(|signed| named == Some(signed.digest()) && is_genuine(&signed))
        }
        Kind::Resource => {
            let Some(Value::Integer(length)) = values.get(2) else { return false };
            let bytes = crate::read::decompressed(blob(1), u64::try_from(*length).unwrap_or(0));
            bytes.is_some_and(|bytes| fhir::Digest::of(&bytes).0.as_slice() == blob(0))
        }
        Kind::Text => {
            let salt = <[u8; 16]>::try_from(blob(1));
            let text = salt.map(|salt| Text { salt, text: String::from_utf8_lossy(blob(2)).into_owned() });
            text.is_ok_and(|text| text.id().as_bytes().as_slice() == blob(0))
        }
    }
}

/// Whether the new file takes it: its tables are strict.
fn keep(
    to: &Connection,
    table: &str,
    kind: Kind,
    values: Vec<Value>,
    salvaged: &mut Salvaged,
) -> Result<bool> {
    let places: Vec<String> = (1..=values.len()).map(|place| format!("?{place}")).collect();
    let mut insert =
        to.prepare_cached(&format!("INSERT OR IGNORE INTO {table} VALUES ({})", places.join(", ")))?;
    match insert.execute(params_from_iter(values)) {
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => return Ok(false),
        inserted => inserted?,
    };
    let count = match kind {
        Kind::Statement => &mut salvaged.statements,
        Kind::Resource => &mut salvaged.resources,
        Kind::Text => &mut salvaged.texts,
        Kind::Plain => return Ok(true),
    };
    *count = count.saturating_add(1);
    Ok(true)
}
