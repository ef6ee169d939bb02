//! Keeping files: the bytes first, then the row that names them.

use data_encoding::HEXLOWER;
use fhir::Digest;
use rusqlite::{Connection, OptionalExtension, params};
use statement::ConnectionId;

use super::due;
use super::log::stored;
use crate::error::Result;
use crate::file::{Address, Evicted, PutFile};
use crate::read::counted;
use crate::read::file::{outcome, status};
use crate::store::Store;
use crate::zip;

impl Store {
    /// Keeps a file: its bytes are on the disk under their name before the row that names them is committed, so a kill leaves all of
    /// it or nothing that counts. One that is held already keeps the bytes that it has; kind, words and address are put in place.
    ///
    /// # Errors
    /// [`Error::OutOfSpace`](crate::Error::OutOfSpace) and others: nothing of it is kept then.
    pub fn put_file(&self, put: &PutFile) -> Result<()> {
        let name = put.sealed.as_ref().map(|sealed| HEXLOWER.encode(&sealed.name));
        if let (Some(sealed), Some(name)) = (&put.sealed, &name) {
            self.folder().put(name, &sealed.bytes)?;
        }
        let written = self.write(|db, _| {
            let surplus = file(db, put, name.as_deref(), &|held| self.folder().holds(held))?;
            put.address.iter().try_for_each(|row| address(db, row))?;
            Ok(surplus)
        });
        let surplus = match &written {
            Ok(surplus) => surplus.as_deref(),
            Err(_) => name.as_deref(),
        };
        // What cannot be removed now is when the record is opened the next time.
        let _ = self.folder().remove(surplus);
        written.map(|_| ())
    }

    /// Keeps the words of files that stand in resources, all in one transaction. Sealed bytes are not looked at.
    pub fn put_words(&self, puts: &[PutFile]) -> Result<()> {
        self.write(|db, _| puts.iter().try_for_each(|put| file(db, put, None, &|_| false).map(|_| ())))
    }

    /// Puts what became of an address in the place of what was known of it.
    pub fn put_address(&self, row: &Address) -> Result<()> {
        self.write(|db, _| address(db, row))
    }

    /// Forgets what became of an address: it counts as never asked for.
    pub fn forget_address(&self, connection: &ConnectionId, address: &str) -> Result<()> {
        self.write(|db, _| {
            db.prepare_cached("DELETE FROM address WHERE connection = ?1 AND address = ?2")?
                .execute(params![connection.as_bytes(), address])?;
            due::of_address(db, address)
        })
    }

    /// Notes that a file was looked at.
    pub fn use_file(&self, digest: &Digest, now: i64) -> Result<()> {
        self.write(|db, _| {
            db.prepare_cached("UPDATE file SET used = max(used, ?2) WHERE digest = ?1")?
                .execute(params![digest.as_bytes(), now])?;
            Ok(())
        })
    }

    /// A file's bytes turned out not to be there, or not to unseal: from now on it counts as evicted.
    pub fn lose_file(&self, digest: &Digest) -> Result<()> {
        let name = self.write(|db, _| {
            let mut held = db.prepare_cached("SELECT name FROM file WHERE digest = ?1")?;
            let name: Option<String> =
                held.query_row([digest.as_bytes()], |row| row.get(0)).optional()?.flatten();
            db.prepare_cached("UPDATE file SET key = NULL, name = NULL WHERE digest = ?1")?
                .execute([digest.as_bytes()])?;
            Ok(name)
        })?;
        self.folder().remove(name.as_deref())
    }

    /// Takes files away, the least recently looked at first, until no more than so many plain bytes are left. The key goes first: from
    /// then on the bytes are nobody's, wherever a copy of them may lie. Only what its portal still points at is taken away, because
    /// it can be fetched again; words, kind and length stay.
    pub fn evict(&self, until_bytes: u64) -> Result<Evicted> {
        let (evicted, names) = self.write(|db, _| evict(db, until_bytes))?;
        if !names.is_empty() {
            self.checkpoint()?;
            self.folder().remove(names.iter().map(String::as_str))?;
        }
        Ok(evicted)
    }
}

/// Makes the search index of files again from a place on, at most `limit` of them. Gives the last place; `None` when none was left.
pub(crate) fn index_after(db: &Connection, place: i64, limit: i64) -> Result<Option<i64>> {
    let mut statement = db.prepare_cached(
        "SELECT ordinal, text FROM file WHERE ordinal > ?1 AND text IS NOT NULL ORDER BY ordinal LIMIT ?2",
    )?;
    let mut rows = statement.query(params![place, limit])?;
    let mut last = None;
    while let Some(row) = rows.next()? {
        let ordinal: i64 = row.get(0)?;
        index(db, ordinal, &crate::read::file::words(&row.get::<_, Vec<u8>>(1)?)?)?;
        last = Some(ordinal);
    }
    Ok(last)
}

/// Writes the row of a file. Gives the name of the bytes that nothing names any more.
fn file(
    db: &Connection,
    put: &PutFile,
    name: Option<&str>,
    holds: &dyn Fn(&str) -> bool,
) -> Result<Option<String>> {
    let mut held = db.prepare_cached("SELECT name FROM file WHERE digest = ?1")?;
    let old: Option<String> = held.query_row([put.digest.as_bytes()], |row| row.get(0)).optional()?.flatten();
    let keeps = name.is_none() || old.as_deref().is_some_and(holds);
    let (new, key) = match &put.sealed {
        Some(sealed) if !keeps => (name, Some(sealed.key.as_slice())),
        _ => (None, None),
    };
    let text = put.text.as_deref().map(|text| zip::pack(text.as_bytes())).transpose()?;
    let mut write = db.prepare_cached(
        "INSERT INTO file (digest, kind, length, inline, key, name, used, text) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) \
         ON CONFLICT (digest) DO UPDATE SET kind = excluded.kind, length = excluded.length, inline = max(inline, excluded.inline), \
         key = coalesce(excluded.key, key), name = coalesce(excluded.name, name), used = max(used, excluded.used), \
         text = excluded.text RETURNING ordinal",
    )?;
    let length = stored(put.length)?;
    let inline = name.is_none();
    let values = params![put.digest.as_bytes(), put.kind, length, inline, key, new, put.used, text];
    let ordinal: i64 = write.query_row(values, |row| row.get(0))?;
    index(db, ordinal, put.text.as_deref().unwrap_or_default())?;
    due::of_file(db, &put.digest)?;
    let surplus = if keeps { name.map(str::to_owned).filter(|name| Some(name) != old.as_ref()) } else { old };
    Ok(surplus)
}

fn index(db: &Connection, ordinal: i64, text: &str) -> Result<()> {
    db.prepare_cached("DELETE FROM search_file WHERE rowid = ?1")?.execute([ordinal])?;
    if !text.is_empty() {
        db.prepare_cached("INSERT INTO search_file (rowid, text) VALUES (?1, ?2)")?
            .execute(params![ordinal, text])?;
    }
    Ok(())
}

fn address(db: &Connection, row: &Address) -> Result<()> {
    let mut write = db.prepare_cached(
        "INSERT INTO address (connection, address, digest, outcome, reason, status, at, seen) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) \
         ON CONFLICT (connection, address) DO UPDATE SET digest = coalesce(excluded.digest, digest), \
         outcome = excluded.outcome, reason = excluded.reason, status = excluded.status, at = excluded.at, \
         seen = max(seen, excluded.seen)",
    )?;
    write.execute(params![
        row.connection.as_bytes(),
        row.address,
        row.digest.map(|digest| digest.0),
        outcome(row.came),
        row.reason,
        status(row.came),
        row.at,
        row.seen,
    ])?;
    due::of_address(db, &row.address)
}

const EVICTABLE: &str = "SELECT f.ordinal, f.name, f.length FROM file f WHERE f.name IS NOT NULL AND EXISTS ( \
     SELECT 1 FROM address a JOIN connection c ON c.id = a.connection AND c.ended IS NULL \
     JOIN attachment t ON t.address = a.address JOIN row r ON r.key = t.key AND r.gone = 0 \
     JOIN resource_key k ON k.ordinal = t.key AND k.issuer = c.issuer \
     WHERE a.digest = f.digest AND a.outcome = 'held') ORDER BY f.used, f.ordinal";

fn evict(db: &Connection, until_bytes: u64) -> Result<(Evicted, Vec<String>)> {
    let total: i64 =
        db.query_row("SELECT coalesce(sum(length), 0) FROM file WHERE name IS NOT NULL", [], |row| {
            row.get(0)
        })?;
    let mut evicted = Evicted { left: counted(total)?, ..Evicted::default() };
    let mut names = Vec::new();
    let mut drop_key = db.prepare_cached("UPDATE file SET key = NULL, name = NULL WHERE ordinal = ?1")?;
    let found: Vec<(i64, String, i64)> = {
        let mut statement = db.prepare_cached(EVICTABLE)?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        rows.collect::<rusqlite::Result<_>>()?
    };
    for (ordinal, name, length) in found {
        if evicted.left <= until_bytes {
            break;
        }
        drop_key.execute([ordinal])?;
        let length = counted(length)?;
        evicted.files = evicted.files.saturating_add(1);
        evicted.bytes = evicted.bytes.saturating_add(length);
        evicted.left = evicted.left.saturating_sub(length);
        names.push(name);
    }
    Ok((evicted, names))
}
