//! Every file that belongs to a record, and taking them away.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::{side, sync_folder_of};
use crate::error::Result;

/// Whether the folder that would hold the record is there.
pub(crate) fn has_folder(path: &Path) -> bool {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.is_dir(),
        _ => true,
    }
}

/// The files of a record that are there: the database first. Its lock is not among them.
pub(crate) fn of_record(path: &Path) -> Vec<PathBuf> {
    let (new, spare) = (path.with_extension("new"), path.with_extension("salvage"));
    let databases = [path, &new, &spare].into_iter();
    let mut files: Vec<PathBuf> = databases
        .flat_map(|path| ["", "-wal", "-shm", "-journal"].map(|suffix| side(path, suffix)))
        .collect();
    files
        .extend(fs::read_dir(side(path, ".files")).into_iter().flatten().flatten().map(|entry| entry.path()));
    files.extend(put_aside(path));
    files.retain(|file| file.symlink_metadata().is_ok());
    files
}

/// Whether a damaged record lies beside its successor.
pub(crate) fn has_aside(path: &Path) -> bool {
    !put_aside(path).is_empty()
}

/// Damaged records that lie beside their successor.
fn put_aside(path: &Path) -> Vec<PathBuf> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let begins = format!("{name}.damaged-");
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let beside = fs::read_dir(folder).into_iter().flatten().flatten();
    let aside = beside.filter(|entry| entry.file_name().to_string_lossy().starts_with(&begins));
    aside.map(|entry| entry.path()).collect()
}

/// Takes all of them away, and their folder. Gives how many there were.
pub(crate) fn remove_record(path: &Path) -> Result<u64> {
    let mut removed = 0_u64;
    for file in of_record(path) {
        gone(fs::remove_file(file))?;
        removed = removed.saturating_add(1);
    }
    gone(fs::remove_dir(side(path, ".files")))?;
    if has_folder(path) {
        sync_folder_of(path)?;
    }
    Ok(removed)
}

/// Takes away the lock beside `path`, which nobody holds any more.
pub(crate) fn remove_lock(path: &Path) -> Result<()> {
    gone(fs::remove_file(path.with_extension("lock")))
}

fn gone(removed: std::io::Result<()>) -> Result<()> {
    match removed {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}
