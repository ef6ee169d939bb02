//! What can go wrong in the store.

use std::sync::atomic::{AtomicU64, Ordering};

use rusqlite::ErrorCode;

/// Why the store could not do what was asked. No variant carries a patient's data.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No file at that path.
    #[error("there is no record at this path")]
    NotFound,
    /// A file is already at that path; it was left as it is.
    #[error("there is already a file at this path")]
    AlreadyThere,
    /// Another process, or another `Store` of this process, has the record open.
    #[error("the record is in use")]
    InUse,
    /// The file's first page does not open with this key: the key is another one, or the start of the file is damaged.
    /// The two look alike under encryption.
    #[error("the key does not open the file, or the start of the file is damaged")]
    NotOpened,
    /// The key opens the file, and a later part of it is damaged.
    #[error("the file is damaged")]
    Damaged,
    /// A newer version of the product wrote the log. The file was not touched.
    #[error("the record has version {found}; this version knows {known}")]
    NewerData {
        /// The version of the file.
        found: i64,
        /// The newest version that this code knows.
        known: i64,
    },
    /// No space left on the device, or a size limit of the system was met. Nothing of the commit was kept.
    #[error("no space left")]
    OutOfSpace,
    /// The encryption that this product asks for is not in the build.
    #[error("SQLCipher 4 or later with page authentication is not available")]
    NoCipher,
    /// The operating system refused something to do with the files.
    #[error("file: {0}")]
    File(std::io::ErrorKind),
    /// The device's storage failed otherwise (SQLite's extended result code). What was acknowledged is as it was; the same may
    /// succeed when it is tried again.
    #[error("the storage did not work, code {0}")]
    Storage(i32),
    /// SQLite refused a statement: its extended result code.
    #[error("database code {0}")]
    Database(i32),
    /// What the database holds cannot be read as what it should be.
    #[error("stored {0} cannot be read")]
    Unreadable(&'static str),
}

/// The store's result.
pub type Result<T> = std::result::Result<T, Error>;

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        match error {
            rusqlite::Error::SqliteFailure(failure, _) => from_code(failure),
            rusqlite::Error::FromSqlConversionFailure(..)
            | rusqlite::Error::IntegralValueOutOfRange(..)
            | rusqlite::Error::InvalidColumnType(..) => Self::Unreadable("column"),
            _ => Self::Database(-1),
        }
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::NotFound => Self::NotFound,
            std::io::ErrorKind::AlreadyExists => Self::AlreadyThere,
            std::io::ErrorKind::StorageFull
            | std::io::ErrorKind::QuotaExceeded
            | std::io::ErrorKind::FileTooLarge => Self::OutOfSpace,
            kind => Self::File(kind),
        }
    }
}

/// `SQLITE_IOERR_WRITE`, `_FSYNC`, `_TRUNCATE`, `_SHMSIZE`: what a full disk or a size limit gives beside `SQLITE_FULL`.
const WRITE_FAILURES: [i32; 4] = [778, 1034, 1546, 4874];

/// How often any connection of this process met a failure of its file. SQLCipher does not recover from a page that could not be read:
/// what had passed would be told as damage for as long as the connection is used.
static FAILURES: AtomicU64 = AtomicU64::new(0);

/// Grows with every failure after which a connection is opened anew.
pub(crate) fn failures() -> u64 {
    FAILURES.load(Ordering::Relaxed)
}

fn from_code(failure: rusqlite::ffi::Error) -> Error {
    if matches!(
        failure.code,
        ErrorCode::NotADatabase
            | ErrorCode::DatabaseCorrupt
            | ErrorCode::SystemIoFailure
            | ErrorCode::CannotOpen
            | ErrorCode::ReadOnly
    ) {
        FAILURES.fetch_add(1, Ordering::Relaxed);
    }
    match failure.code {
        ErrorCode::DiskFull => Error::OutOfSpace,
        ErrorCode::SystemIoFailure if WRITE_FAILURES.contains(&failure.extended_code) => Error::OutOfSpace,
        ErrorCode::SystemIoFailure | ErrorCode::CannotOpen | ErrorCode::ReadOnly => {
            Error::Storage(failure.extended_code)
        }
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::FileLockingProtocolFailed => {
            Error::InUse
        }
        ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt => Error::Damaged,
        _ => Error::Database(failure.extended_code),
    }
}
