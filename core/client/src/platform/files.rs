//! A keychain in files, for a terminal or a desktop without one: one file a name, readable by its owner alone.
//!
//! What is kept here is already sealed or wrapped by the client; the files add no secrecy of their own.
#![allow(clippy::disallowed_methods, reason = "this is the door itself")]

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use super::{Keychain, KeychainFailure};
use crate::Error;

/// A folder of small files with mode 0600, in a folder with mode 0700.
pub struct FileKeychain {
    folder: PathBuf,
}

impl FileKeychain {
    /// A keychain in `folder`, made when something is first kept.
    #[must_use]
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    fn path(&self, name: &str) -> Result<PathBuf, KeychainFailure> {
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '.' || c == '-';
        if name.is_empty() || name.starts_with('.') || !name.chars().all(plain) {
            return Err(KeychainFailure::Unavailable);
        }
        Ok(self.folder.join(name))
    }
}

impl Keychain for FileKeychain {
    fn load(&self, name: &str) -> Result<Option<Vec<u8>>, KeychainFailure> {
        match fs::read(self.path(name)?) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(_) => Err(KeychainFailure::Unavailable),
        }
    }

    fn store(&self, name: &str, bytes: &[u8]) -> Result<(), KeychainFailure> {
        let path = self.path(name)?;
        replace(&path, bytes).map_err(|error| match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => KeychainFailure::OutOfSpace,
            _ => KeychainFailure::Unavailable,
        })
    }

    fn remove(&self, name: &str) -> Result<(), KeychainFailure> {
        let path = self.path(name)?;
        blank(&path);
        match fs::remove_file(path) {
            Ok(()) => sync_folder(&self.folder).map_err(|_| KeychainFailure::Unavailable),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(_) => Err(KeychainFailure::Unavailable),
        }
    }

    fn names(&self) -> Result<Vec<String>, KeychainFailure> {
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(_) => return Err(KeychainFailure::Unavailable),
        };
        let mut names = Vec::new();
        for entry in entries {
            let name = entry.map_err(|_| KeychainFailure::Unavailable)?.file_name();
            names.extend(name.into_string().ok().filter(|name| self.path(name).is_ok()));
        }
        names.sort();
        Ok(names)
    }
}

/// What a file holds; `None` when it is not there.
pub(crate) fn held(path: &Path, most: usize) -> io::Result<Option<Vec<u8>>> {
    let file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        file => file?,
    };
    let mut bytes = Vec::new();
    file.take(u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() > most { Err(io::ErrorKind::FileTooLarge.into()) } else { Ok(Some(bytes)) }
}

/// Puts these bytes in the place of what a file holds, all or nothing.
pub(crate) fn keep(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    replace(path, bytes).map_err(|error| match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Error::OutOfSpace,
        _ => Error::NotKept,
    })
}

fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().ok_or(io::ErrorKind::InvalidInput)?;
    make_private_folder(folder)?;
    let mut fresh = path.as_os_str().to_owned();
    fresh.push(".new");
    let fresh = PathBuf::from(fresh);
    let mut file = private_file(&fresh)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    drop(file);
    fs::rename(&fresh, path)?;
    sync_folder(folder)
}

/// Best effort: writes over a secret before its name goes. Where the disk keeps old blocks, it keeps this one too.
fn blank(path: &Path) {
    let held = fs::symlink_metadata(path).ok().filter(fs::Metadata::is_file);
    let Some(length) = held.map(|held| held.len()) else { return };
    let zeros = vec![0; usize::try_from(length).unwrap_or_default().min(1024 * 1024)];
    if let Ok(mut file) = OpenOptions::new().write(true).open(path) {
        let _ = file.write_all(&zeros).and_then(|()| file.sync_all());
    }
}

fn make_private_folder(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
    }
    #[cfg(not(unix))]
    fs::create_dir_all(folder)
}

fn private_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)
}

fn sync_folder(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}

/// Whether a file is there.
pub(crate) fn exists(path: &Path) -> bool {
    path.exists()
}

/// Takes away a database that was never finished, with what SQLite keeps beside it.
pub(crate) fn remove_database(path: &Path) -> Result<(), KeychainFailure> {
    for suffix in BESIDE {
        match fs::remove_file(beside(path, suffix)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(KeychainFailure::Unavailable);
            }
            _ => {}
        }
    }
    Ok(())
}

const BESIDE: [&str; 3] = ["", "-wal", "-shm"];

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut beside = path.as_os_str().to_owned();
    beside.push(suffix);
    PathBuf::from(beside)
}
