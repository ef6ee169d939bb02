//! Of a damaged file, what is whole: taken over into a new one. The damaged one is put aside and never deleted.

use std::path::Path;

use record::facts::Text;
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use statement::{Digest, Signed};

use crate::cipher::{self, Role};
use crate::error::{Error, Result};
use crate::store::Store;
use crate::{files, schema};

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

impl Store {
    /// Makes a new file of what can still be read of the one at `path`, each row checked: statements by their names and `is_genuine`,
    /// contents and texts by their digests. The damaged file, with its write-ahead log, lies beside it afterwards under the name
    /// that is given back. Projections are to be rebuilt then ([`Store::rebuild`]). A kill leaves the damaged file, under its own
    /// name or aside.
    ///
    /// # Errors
    /// [`Error::NotOpened`] when nothing of it can be read: the key is another one, or its first page is damaged; [`Error::NotFound`],
    /// [`Error::InUse`], [`Error::NewerData`], [`Error::OutOfSpace`]. The file is as it was.
    pub fn salvage(path: &Path, key: &[u8; 32], is_genuine: impl Fn(&Signed) -> bool) -> Result<Salvaged> {
        if !files::exists(path)? {
            return Err(Error::NotFound);
        }
        let _lock = files::lock(path)?;
        let mut from = Damaged::open(path, key)?;
        schema::accept(&from.db)?;
        let new = files::prepare(path)?;
        Self::fill(&new, key)?;
        let mut salvaged = Salvaged::default();
        let mut to = cipher::open(&new, key, Role::Writer)?;
        cipher::settle(&to, Role::Writer)?;
        let transaction = to.transaction()?;
        for (table, kind) in TABLES {
            from.take(&transaction, table, kind, &is_genuine, &mut salvaged)?;
        }
        schema::start_over(&transaction)?;
        transaction.commit()?;
        crate::store::checkpoint(&to)?;
        to.close().map_err(|(_, error)| error)?;
        drop(from);
        salvaged.aside = files::put_aside(path)?;
        files::publish(&new, path)?;
        Ok(salvaged)
    }
}

/// The damaged file. SQLCipher does not go on after a page that could not be read: the connection is made anew then.
struct Damaged<'a> {
    path: &'a Path,
    key: &'a [u8; 32],
    db: Connection,
}

impl<'a> Damaged<'a> {
    fn open(path: &'a Path, key: &'a [u8; 32]) -> Result<Self> {
        Ok(Self { path, key, db: cipher::open(path, key, Role::Auditor)? })
    }

    fn take(
        &mut self,
        to: &Connection,
        table: &str,
        kind: Kind,
        is_genuine: &impl Fn(&Signed) -> bool,
        salvaged: &mut Salvaged,
    ) -> Result<()> {
        let (mut row, mut missed) = (1_i64, 0_i64);
        // Rows that were deleted are no loss: only those that cannot be read are counted.
        while missed < BEYOND {
            match self.row(table, row) {
                Ok(Some(values)) => {
                    missed = 0;
                    match is_whole(kind, &values, is_genuine) {
                        true => keep(to, table, kind, values, salvaged)?,
                        false => salvaged.lost = salvaged.lost.saturating_add(1),
                    }
                }
                Ok(None) => missed = missed.saturating_add(1),
                Err(Error::Damaged | Error::Storage(_) | Error::NotOpened) => {
                    missed = missed.saturating_add(1);
                    salvaged.lost = salvaged.lost.saturating_add(1);
                    self.db = cipher::open(self.path, self.key, Role::Auditor)?;
                }
                Err(other) => return Err(other),
            }
            row = row.saturating_add(1);
        }
        Ok(())
    }

    fn row(&self, table: &str, row: i64) -> Result<Option<Vec<Value>>> {
        let mut statement = self.db.prepare_cached(&format!("SELECT * FROM {table} WHERE rowid = ?1"))?;
        let columns = statement.column_count();
        let mut rows = statement.query([row])?;
        let Some(found) = rows.next()? else { return Ok(None) };
        Ok(Some((0..columns).map(|column| found.get(column)).collect::<rusqlite::Result<_>>()?))
    }
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

fn keep(to: &Connection, table: &str, kind: Kind, values: Vec<Value>, salvaged: &mut Salvaged) -> Result<()> {
    let places: Vec<String> = (1..=values.len()).map(|place| format!("?{place}")).collect();
    let mut insert =
        to.prepare_cached(&format!("INSERT OR IGNORE INTO {table} VALUES ({})", places.join(", ")))?;
    insert.execute(params_from_iter(values))?;
    let count = match kind {
        Kind::Statement => &mut salvaged.statements,
        Kind::Resource => &mut salvaged.resources,
        Kind::Text => &mut salvaged.texts,
        Kind::Plain => return Ok(()),
    };
    *count = count.saturating_add(1);
    Ok(())
}
