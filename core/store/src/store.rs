//! One open record.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use record::facts::Document;
use rusqlite::{Connection, Transaction, TransactionBehavior};
use statement::Section;
use zeroize::Zeroizing;

use crate::cipher::{self, Role};
use crate::error::{self, Error, Result};
use crate::read::snippet::Snippets;
use crate::{files, schema};

/// One open record: a writer, a reader and the lock that keeps others out. Shared freely between threads; commits follow each
/// other, reads do not wait for commits.
pub struct Store {
    // Closed in this order: the last one folds the write-ahead log into the file, which only the writer may.
    auditor: Mutex<Auditor>,
    reader: Mutex<Reader>,
    writer: Mutex<Writer>,
    opener: Opener,
    folder: files::Folder,
    commits: AtomicU64,
    // Held, never read.
    #[allow(dead_code, reason = "held as long as the record is open")]
    lock: Option<files::Lock>,
}

/// Documents of the sections that were written since the record was opened.
pub(crate) type Documents = BTreeMap<Section, Document>;

pub(crate) struct Writer {
    db: Connection,
    documents: Documents,
    failures: u64,
}

/// What checks read through.
pub(crate) struct Auditor {
    pub(crate) db: Connection,
    failures: u64,
}

/// The connection that writes, lent for reading.
pub(crate) struct Planner<'s>(MutexGuard<'s, Writer>);

impl std::ops::Deref for Planner<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.0.db
    }
}

/// What screens read through.
pub(crate) struct Reader {
    pub(crate) db: Connection,
    pub(crate) snippets: Snippets,
    failures: u64,
}

/// Opens a connection again in the place of one that met a failure.
struct Opener {
    path: PathBuf,
    /// In one place: what holds it is moved, and a move leaves its bytes behind.
    key: Box<Zeroizing<[u8; 32]>>,
}

impl Opener {
    fn new(path: &Path, key: &[u8; 32]) -> Self {
        let mut kept = Box::new(Zeroizing::new([0; 32]));
        kept.copy_from_slice(key);
        Self { path: path.to_owned(), key: kept }
    }

    fn open(&self, role: Role) -> Result<Connection> {
        let db = cipher::open(&self.path, &self.key, role)?;
        cipher::settle(&db, role)?;
        Ok(db)
    }

    /// Whether a failure has passed is seen by whoever uses the connection next.
    fn renew(&self, db: &mut Connection, seen: &mut u64, role: Role) {
        if *seen == error::failures() {
            return;
        }
        if let Ok(fresh) = self.open(role) {
            *db = fresh;
            *seen = error::failures();
        }
    }
}

impl std::fmt::Debug for Store {
    /// Nothing of what is in it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Store")
    }
}

impl Store {
    /// Makes a new record at `path` and opens it. The file appears under its name only when it is whole; only its owner may read it.
    ///
    /// # Errors
    /// [`Error::AlreadyThere`] when a file is there; [`Error::InUse`]; [`Error::NotFound`] when the folder is not there;
    /// [`Error::OutOfSpace`].
    pub fn create(path: &Path, key: &[u8; 32]) -> Result<Self> {
        let lock = files::lock(path)?;
        if files::exists(path)? {
            return Err(Error::AlreadyThere);
        }
        let new = files::prepare(path)?;
        Self::fill(&new, key).map_err(|error| match error {
            // What is only being made is not damaged: its pages could not be read.
            Error::Damaged | Error::NotOpened => Error::Storage(rusqlite::ffi::SQLITE_IOERR_READ),
            other => other,
        })?;
        files::publish(&new, path)?;
        Ok(Self::open_twice(path, key)?.holding(lock))
    }

    /// Opens the record at `path`. Adds what a newer version of the log needs; empties projections of another version, which
    /// [`Store::rebuild`] then fills again.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::InUse`]; [`Error::NotOpened`] for another key or a damaged header; [`Error::Damaged`];
    /// [`Error::NewerData`], the file then being untouched; [`Error::OutOfSpace`].
    pub fn open(path: &Path, key: &[u8; 32]) -> Result<Self> {
        if !files::exists(path)? {
            return Err(Error::NotFound);
        }
        let lock = files::lock(path)?;
        Ok(Self::open_twice(path, key)?.holding(lock))
    }

    /// How many commits were acknowledged, each flushed to the disk, since the record was opened.
    pub fn commits(&self) -> u64 {
        self.commits.load(Ordering::Relaxed)
    }

    /// Removes sealed files beside the record that no row names: what a kill left behind. Best effort. Not for a file that lacks what
    /// was in it once, as its rows would not know of them; nothing is removed while a damaged file lies aside.
    pub fn tidy_files(&self) -> Result<()> {
        if !files::has_aside(&self.opener.path) {
            self.folder.keep_only(&crate::read::file::names(&self.reader().db)?);
        }
        Ok(())
    }

    /// What the file begins with. With the key, it tells genuine pages from others; it is no secret. Kept elsewhere, it lets
    /// [`Store::salvage`] read a file whose beginning is damaged.
    pub fn salt(&self) -> Result<[u8; 16]> {
        cipher::salt(&self.reader().db)
    }

    /// Every table and index of the file as SQL, sorted, one a line, without comments.
    pub fn schema(&self) -> Result<String> {
        schema::dump(&self.reader().db)
    }

    pub(crate) fn fill(new: &Path, key: &[u8; 32]) -> Result<()> {
        let mut db = cipher::open(new, key, Role::Writer)?;
        cipher::settle(&db, Role::Writer)?;
        schema::migrate(&mut db)?;
        schema::project(&mut db)?;
        crate::rebuild::finish(&mut db)?;
        // Closing would do so too, and would not say that it could not.
        checkpoint(&db)?;
        Ok(db.close().map_err(|(_, error)| error)?)
    }

    /// SQLCipher cannot tell a page that could not be read from a damaged one. What has passed is not told as damage.
    fn open_twice(path: &Path, key: &[u8; 32]) -> Result<Self> {
        match Self::open_locked(path, key) {
            Err(Error::Damaged | Error::NotOpened) => Self::open_locked(path, key),
            opened => opened,
        }
    }

    fn open_locked(path: &Path, key: &[u8; 32]) -> Result<Self> {
        let mut db = cipher::open(path, key, Role::Writer)?;
        schema::accept(&db)?;
        cipher::settle(&db, Role::Writer)?;
        // A copy that was cut short left torn pages in the file: the log mends them. Best effort, as the log still has what it holds.
        let _ = checkpoint(&db);
        schema::migrate(&mut db)?;
        schema::project(&mut db)?;
        let opener = Opener::new(path, key);
        let reader = opener.open(Role::Reader)?;
        let folder = files::Folder::beside(path);
        let auditor = opener.open(Role::Auditor)?;
        let failures = error::failures();
        Ok(Self {
            writer: Mutex::new(Writer { db, documents: Documents::new(), failures }),
            reader: Mutex::new(Reader { db: reader, snippets: Snippets::new()?, failures }),
            auditor: Mutex::new(Auditor { db: auditor, failures }),
            opener,
            folder,
            commits: AtomicU64::new(0),
            lock: None,
        })
    }

    fn holding(mut self, lock: files::Lock) -> Self {
        self.lock = Some(lock);
        self
    }

    /// Runs `write` in one transaction. The documents that it changes are kept only when it is committed.
    pub(crate) fn write<T>(
        &self,
        write: impl FnOnce(&Transaction<'_>, &mut Documents) -> Result<T>,
    ) -> Result<T> {
        let mut writer = self.writer();
        let mut documents = std::mem::take(&mut writer.documents);
        let given = within(&mut writer.db, |transaction| write(transaction, &mut documents)).inspect_err(
            |error| {
                if matches!(error, Error::OutOfSpace) {
                    // Gives back what the write-ahead log takes: on a small disk that may be the room that was missing.
                    let _ = checkpoint(&writer.db);
                }
            },
        )?;
        writer.documents = documents;
        self.commits.fetch_add(1, Ordering::Relaxed);
        Ok(given)
    }

    /// Runs `change`, which makes a transaction of its own.
    pub(crate) fn change(
        &self,
        change: impl FnOnce(&mut Connection, &mut Documents) -> Result<()>,
    ) -> Result<()> {
        let mut writer = self.writer();
        let Writer { db, documents, .. } = &mut *writer;
        change(db, documents)?;
        self.commits.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    /// Copies the write-ahead log into the file and empties it, so that what was overwritten is in neither. Best effort while a
    /// reader is busy.
    pub(crate) fn checkpoint(&self) -> Result<()> {
        checkpoint(&self.writer().db)
    }

    /// The sealed files beside the record.
    pub(crate) fn folder(&self) -> &files::Folder {
        &self.folder
    }

    pub(crate) fn reader(&self) -> MutexGuard<'_, Reader> {
        let mut guard = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        let reader = &mut *guard;
        self.opener.renew(&mut reader.db, &mut reader.failures, Role::Reader);
        guard
    }

    /// For reads that a commit is planned by. The reader begins anew after every commit; the writer still has what it wrote at hand.
    pub(crate) fn planner(&self) -> Planner<'_> {
        Planner(self.writer())
    }

    pub(crate) fn auditor(&self) -> MutexGuard<'_, Auditor> {
        let mut guard = self.auditor.lock().unwrap_or_else(PoisonError::into_inner);
        let auditor = &mut *guard;
        self.opener.renew(&mut auditor.db, &mut auditor.failures, Role::Auditor);
        guard
    }

    fn writer(&self) -> MutexGuard<'_, Writer> {
        let mut guard = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let writer = &mut *guard;
        self.opener.renew(&mut writer.db, &mut writer.failures, Role::Writer);
        guard
    }
}

fn within<T>(db: &mut Connection, write: impl FnOnce(&Transaction<'_>) -> Result<T>) -> Result<T> {
    let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let given = write(&transaction)?;
    transaction.commit()?;
    Ok(given)
}

pub(crate) fn checkpoint(db: &Connection) -> Result<()> {
    Ok(db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Commit;

    fn setting(value: Vec<u8>) -> Commit {
        Commit { settings: vec![("kept".to_owned(), Some(value))], ..Commit::default() }
    }

    #[test]
    fn c13_a_full_disk_is_named_keeps_what_was_there_and_ends_when_there_is_room() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::create(&folder.path().join("record.db"), &[7; 32]).unwrap();
        store.commit(setting(vec![1; 10])).unwrap();
        let limit = |pages: &str| {
            let db = &store.writer.lock().unwrap().db;
            db.execute_batch(&format!("PRAGMA max_page_count = {pages}")).unwrap();
        };
        limit("1"); // SQLite keeps it at what the file has now.
        let refused = store.commit(setting(vec![2; 200_000]));
        assert!(matches!(refused, Err(Error::OutOfSpace)), "{refused:?}");
        assert_eq!(store.setting("kept").unwrap(), Some(vec![1; 10]));
        assert_eq!(store.commits(), 1);
        limit("1000000");
        store.commit(setting(vec![2; 200_000])).unwrap();
        assert_eq!(store.setting("kept").unwrap(), Some(vec![2; 200_000]));
        assert!(store.check().unwrap().is_sound());
    }

    #[test]
    fn c3_every_connection_keeps_to_what_is_promised() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::create(&folder.path().join("record.db"), &[7; 32]).unwrap();
        let promised = [
            ("cipher_use_hmac", "1"),
            ("temp_store", "2"),
            ("foreign_keys", "1"),
            ("secure_delete", "1"),
            ("cell_size_check", "1"),
            ("trusted_schema", "0"),
            ("journal_mode", "wal"),
            ("synchronous", "2"),
        ];
        let holds = |db: &Connection| {
            for (pragma, expected) in promised {
                let value: rusqlite::types::Value =
                    db.query_row(&format!("PRAGMA {pragma}"), [], |row| row.get(0)).unwrap();
                let value = match value {
                    rusqlite::types::Value::Integer(number) => number.to_string(),
                    rusqlite::types::Value::Text(text) => text,
                    other => panic!("{pragma}: {other:?}"),
                };
                assert_eq!(value, expected, "{pragma}");
            }
        };
        holds(&store.writer.lock().unwrap().db);
        holds(&store.reader().db);
        holds(&store.auditor().db);
        let refused = store.reader().db.execute("DELETE FROM setting", []);
        assert!(refused.is_err(), "the reader cannot write");
        let refused = store.auditor().db.execute("DELETE FROM setting", []);
        assert!(refused.is_err(), "nor can the auditor");
    }
}
