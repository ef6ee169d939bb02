//! Encrypted connections to one file.

use std::path::Path;
use std::sync::OnceLock;
use std::time::Duration;

use data_encoding::HEXLOWER;
use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use zeroize::Zeroizing;

use crate::error::{Error, Result};

/// What a connection is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// The one that writes.
    Writer,
    /// Screens: refused every write.
    Reader,
    /// Checks: cannot write the file; has temporary tables in memory.
    Auditor,
}

/// Statements kept prepared on each connection.
const PREPARED: usize = 128;
/// Pages that the writer keeps decrypted, in KiB: an answer touches leaves of every index.
const WRITER_KIB: i64 = 16 * 1024;
/// The same for screens: a search for a frequent word reads the same few thousand pages of the index each time.
const READER_KIB: i64 = 8 * 1024;
/// How long a connection waits for another one of this process.
const PATIENCE: Duration = Duration::from_secs(10);

/// How a file's first page is to be read when it is not as it should be.
#[derive(Clone, Copy, Default)]
pub(crate) struct First {
    /// The file's salt, where its first 16 bytes are not to be believed.
    pub(crate) salt: Option<[u8; 16]>,
    /// How many of the first page's bytes are not encrypted. With all of them, a page that does not open reads as zeros.
    pub(crate) plain: usize,
}

/// Opens an existing file with its raw key and reads its first page. Nothing is written until [`settle`].
pub(crate) fn open(path: &Path, key: &[u8; 32], role: Role) -> Result<Connection> {
    open_as(path, key, role, First::default())
}

/// The same of a file whose first page is read as `first` says.
pub(crate) fn open_as(path: &Path, key: &[u8; 32], role: Role, first: First) -> Result<Connection> {
    begin()?;
    let access = match role {
        Role::Auditor => OpenFlags::SQLITE_OPEN_READ_ONLY,
        Role::Writer | Role::Reader => OpenFlags::SQLITE_OPEN_READ_WRITE,
    };
    let db = Connection::open_with_flags(path, access | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    db.busy_timeout(PATIENCE)?;
    // Closing must not copy the write-ahead log into a file that turns out to be another version's.
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    db.execute_batch("PRAGMA cipher_log_level = NONE;")?;
    unlock(&db, key, first.salt.as_ref())?;
    if first.plain > 0 {
        db.execute_batch(&format!("PRAGMA cipher_plaintext_header_size = {};", first.plain))?;
    }
    assert_cipher(&db)?;
    match db.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get::<_, i64>(0)) {
        // A file that cannot be opened for writing is opened for reading by SQLite, without a word.
        Ok(_) if role != Role::Auditor && db.is_readonly(rusqlite::MAIN_DB)? => {
            Err(Error::Storage(rusqlite::ffi::SQLITE_CANTOPEN))
        }
        Ok(_) => Ok(db),
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::NotADatabase) => Err(Error::NotOpened),
        Err(error) => Err(error.into()),
    }
}

/// Sets the library up, once a process. Its own set-up fails for those who come while the first one is at it.
pub(crate) fn begin() -> Result<()> {
    static BEGUN: OnceLock<bool> = OnceLock::new();
    let first = || {
        let db = Connection::open_in_memory()?;
        unlock(&db, &[0; 32], None)?;
        assert_cipher(&db)
    };
    if *BEGUN.get_or_init(|| first().is_ok()) { Ok(()) } else { Err(Error::NoCipher) }
}

/// From now on this process overwrites all memory that SQLite gives back, and asks the system not to swap it out. Called before the
/// first record is opened; it holds for all of them. Costs time at each allocation.
///
/// # Errors
/// [`Error::NoCipher`].
pub fn wipe_memory() -> Result<()> {
    let db = Connection::open_in_memory()?;
    db.execute_batch("PRAGMA cipher_log_level = NONE; PRAGMA cipher_memory_security = ON;")?;
    begin()
}

/// Sets what every connection keeps to. The file's version has been accepted by now.
pub(crate) fn settle(db: &Connection, role: Role) -> Result<()> {
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    // Else a statement with a bound limit is planned anew each time it is used.
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    db.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
    db.set_prepared_statement_cache_capacity(PREPARED);
    db.execute_batch(
        "PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA secure_delete = ON; \
         PRAGMA cell_size_check = ON; PRAGMA trusted_schema = OFF; PRAGMA mmap_size = 0;",
    )?;
    match role {
        Role::Writer => {
            db.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;")?;
            db.pragma_update(None, "cache_size", -WRITER_KIB)?;
        }
        Role::Reader => {
            db.execute_batch("PRAGMA query_only = ON;")?;
            db.pragma_update(None, "cache_size", -READER_KIB)?;
        }
        Role::Auditor => {}
    }
    let journal: String = db.query_row("PRAGMA journal_mode", [], |row| row.get(0))?;
    if journal == "wal" { Ok(()) } else { Err(Error::Unreadable("journal mode")) }
}

/// A raw key skips the derivation from a passphrase: it is 256 random bits already.
fn unlock(db: &Connection, key: &[u8; 32], salt: Option<&[u8; 16]>) -> Result<()> {
    let mut pragma = Zeroizing::new(String::with_capacity(128));
    pragma.push_str("PRAGMA key = \"x'");
    HEXLOWER.encode_append(key, &mut pragma);
    if let Some(salt) = salt {
        HEXLOWER.encode_append(salt, &mut pragma);
    }
    pragma.push_str("'\";");
    Ok(db.execute_batch(&pragma)?)
}

/// The salt of an open file: by it and the key its pages are authenticated. No secret.
pub(crate) fn salt(db: &Connection) -> Result<[u8; 16]> {
    let hex: String = db.query_row("PRAGMA cipher_salt", [], |row| row.get(0))?;
    let bytes = HEXLOWER.decode(hex.to_lowercase().as_bytes()).ok();
    bytes.and_then(|bytes| bytes.try_into().ok()).ok_or(Error::Unreadable("salt"))
}

fn assert_cipher(db: &Connection) -> Result<()> {
    let version: String =
        db.query_row("PRAGMA cipher_version", [], |row| row.get(0)).map_err(|_| Error::NoCipher)?;
    let major = version.split('.').next().and_then(|text| text.parse::<u32>().ok());
    let hmac: String =
        db.query_row("PRAGMA cipher_use_hmac", [], |row| row.get(0)).map_err(|_| Error::NoCipher)?;
    if major.is_some_and(|major| major >= 4) && hmac == "1" { Ok(()) } else { Err(Error::NoCipher) }
}
