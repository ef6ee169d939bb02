//! The files beside a record: the one place of this crate that touches the file system itself.
#![allow(clippy::disallowed_methods, reason = "the store is the shell of the database's files")]

mod erase;
mod folder;
mod spare;

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::error::{Error, Result};
pub(crate) use erase::{has_aside, has_folder, of_record, remove_lock, remove_record};
pub(crate) use folder::Folder;
pub(crate) use spare::{Spare, first_bytes};

/// The lock of one record, held as long as this lives.
#[derive(Debug)]
pub(crate) struct Lock(#[allow(dead_code, reason = "held, never read")] File);

/// How often, and after how long each time, a lock that is held is asked for again: a process that is just being started by
/// this one may hold it for a moment, as it begins as a copy.
const TRIES: u32 = 10;
const PAUSE: Duration = Duration::from_millis(20);

/// Takes the lock beside `path` (`record.db` has `record.lock`), or says [`Error::InUse`].
pub(crate) fn lock(path: &Path) -> Result<Lock> {
    let file = private(
        OpenOptions::new().read(true).write(true).create(true).truncate(false),
        &path.with_extension("lock"),
    )?;
    for left in (0..TRIES).rev() {
        match file.try_lock() {
            Ok(()) => return Ok(Lock(file)),
            Err(TryLockError::WouldBlock) if left > 0 => std::thread::sleep(PAUSE),
            Err(TryLockError::WouldBlock) => break,
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
    }
    Err(Error::InUse)
}

/// Whether a file is at `path`.
pub(crate) fn exists(path: &Path) -> Result<bool> {
    Ok(path.try_exists()?)
}

/// Makes an empty file that only its owner may read, where a new record is prepared. What a killed attempt left there is
/// removed first: it was never a record.
pub(crate) fn prepare(path: &Path) -> Result<PathBuf> {
    let new = path.with_extension("new");
    remove_database(&new)?;
    private(OpenOptions::new().write(true).create_new(true), &new)?.sync_all()?;
    Ok(new)
}

/// Takes away a database that is no record, with what SQLite puts beside one.
fn remove_database(path: &Path) -> Result<()> {
    for leftover in ["", "-wal", "-shm", "-journal"].map(|suffix| side(path, suffix)) {
        match std::fs::remove_file(&leftover) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    Ok(())
}

/// Gives a damaged record, its write-ahead log first, another name in the same folder, which no file has yet. Gives that name.
pub(crate) fn put_aside(path: &Path) -> Result<String> {
    let free = (1..u32::MAX).map(|n| side(path, &format!(".damaged-{n}")));
    let mut free = free.filter(|aside| !side(aside, "-wal").exists() && !aside.exists());
    let aside = free.next().ok_or(Error::AlreadyThere)?;
    for suffix in ["-wal", ""] {
        let from = side(path, suffix);
        if exists(&from)? {
            std::fs::rename(&from, side(&aside, suffix))?;
        }
    }
    // Made anew from the log: beside another file it would be that one's.
    let _ = std::fs::remove_file(side(path, "-shm"));
    sync_folder_of(path)?;
    Ok(aside.file_name().unwrap_or_default().to_string_lossy().into_owned())
}

/// Moves a prepared record to its place in one step.
pub(crate) fn publish(new: &Path, path: &Path) -> Result<()> {
    if exists(path)? {
        return Err(Error::AlreadyThere);
    }
    File::open(new)?.sync_all()?;
    std::fs::rename(new, path)?;
    sync_folder_of(path)
}

fn side(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

#[cfg(unix)]
fn private(options: &mut OpenOptions, path: &Path) -> Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    Ok(options.mode(0o600).open(path)?)
}

#[cfg(not(unix))]
fn private(options: &mut OpenOptions, path: &Path) -> Result<File> {
    Ok(options.open(path)?)
}

/// The name of a file or folder is on the disk.
fn sync_folder_of(path: &Path) -> Result<()> {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => sync_folder(folder),
        _ => Ok(()),
    }
}

/// The names in a folder are on the disk.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> Result<()> {
    Ok(File::open(folder)?.sync_all()?)
}

#[cfg(not(unix))]
fn sync_folder(_folder: &Path) -> Result<()> {
    Ok(())
}
