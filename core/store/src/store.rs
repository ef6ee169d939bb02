//! One open record.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use record::facts::Document;
use rusqlite::{Connection, Transaction, TransactionBehavior};
use statement::Section;

use crate::cipher::{self, Role};
use crate::error::{Error, Result};
use crate::read::search::Snippets;
use crate::{files, schema};

/// One open record: a writer, a reader and the lock that keeps others out. Shared freely between threads; commits follow each
/// other, reads do not wait for commits.
pub struct Store {
    writer: Mutex<Writer>,
    reader: Mutex<Reader>,
    auditor: Mutex<Connection>,
    commits: AtomicU64,
    _lock: files::Lock,
}

/// Documents of the sections that were written since the record was opened.
pub(crate) type Documents = BTreeMap<Section, Document>;

struct Writer {
    db: Connection,
    documents: Documents,
}

/// What screens read through.
pub(crate) struct Reader {
    pub(crate) db: Connection,
    pub(crate) snippets: Snippets,
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
        let mut db = cipher::open(&new, key, Role::Writer)?;
        cipher::settle(&db, Role::Writer)?;
        schema::migrate(&mut db)?;
        schema::project(&mut db)?;
        crate::rebuild::finish(&mut db)?;
        // Closing copies the write-ahead log into the file and removes it.
        db.close().map_err(|(_, error)| error)?;
        files::publish(&new, path)?;
        Self::open_locked(path, key, lock)
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
        Self::open_locked(path, key, lock)
    }

    /// How many commits were acknowledged, each flushed to the disk, since the record was opened.
    pub fn commits(&self) -> u64 {
        self.commits.load(Ordering::Relaxed)
    }

    /// Every table and index of the file as SQL, sorted, one a line, without comments.
    pub fn schema(&self) -> Result<String> {
        schema::dump(&self.reader().db)
    }

    fn open_locked(path: &Path, key: &[u8; 32], lock: files::Lock) -> Result<Self> {
        let mut db = cipher::open(path, key, Role::Writer)?;
        schema::accept(&db)?;
        cipher::settle(&db, Role::Writer)?;
        schema::migrate(&mut db)?;
        schema::project(&mut db)?;
        let reader = cipher::open(path, key, Role::Reader)?;
        cipher::settle(&reader, Role::Reader)?;
        let auditor = cipher::open(path, key, Role::Auditor)?;
        cipher::settle(&auditor, Role::Auditor)?;
        Ok(Self {
            writer: Mutex::new(Writer { db, documents: Documents::new() }),
            reader: Mutex::new(Reader { db: reader, snippets: Snippets::new()? }),
            auditor: Mutex::new(auditor),
            commits: AtomicU64::new(0),
            _lock: lock,
        })
    }

    /// Runs `write` in one transaction. The documents that it changes are kept only when it is committed.
    pub(crate) fn write<T>(
        &self,
        write: impl FnOnce(&Transaction<'_>, &mut Documents) -> Result<T>,
    ) -> Result<T> {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let mut documents = std::mem::take(&mut writer.documents);
        let transaction = writer.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let given = write(&transaction, &mut documents)?;
        transaction.commit()?;
        writer.documents = documents;
        self.commits.fetch_add(1, Ordering::Relaxed);
        Ok(given)
    }

    pub(crate) fn reader(&self) -> MutexGuard<'_, Reader> {
        self.reader.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn auditor(&self) -> MutexGuard<'_, Connection> {
        self.auditor.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
