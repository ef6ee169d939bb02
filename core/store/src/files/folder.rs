//! The folder of sealed files beside a record.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use super::{private, side, sync_folder, sync_folder_of};
use crate::error::Result;

/// What a seal adds to a file at most.
const SEAL: u64 = 256;

/// `record.db` has `record.db.files`.
#[derive(Debug)]
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn beside(record: &Path) -> Self {
        Self(side(record, ".files"))
    }

    /// Writes a file that is on the disk, whole and under its name, when this returns.
    pub(crate) fn put(&self, name: &str, bytes: &[u8]) -> Result<()> {
        self.make()?;
        let fresh = self.0.join(format!("{name}.new"));
        let written = self.write(&fresh, bytes).and_then(|()| Ok(fs::rename(&fresh, self.0.join(name))?));
        if written.is_err() {
            // Best effort: what is left is removed when the record is opened the next time.
            let _ = fs::remove_file(&fresh);
        }
        written?;
        self.sync()
    }

    /// A file's bytes. One that cannot be read, or has more than a seal around `length` bytes, is not there.
    pub(crate) fn get(&self, name: &str, length: u64) -> Option<Vec<u8>> {
        let most = length.saturating_add(SEAL);
        let mut bytes = Vec::with_capacity(usize::try_from(most).unwrap_or_default());
        let file = File::open(self.0.join(name)).ok()?;
        file.take(most.saturating_add(1)).read_to_end(&mut bytes).ok()?;
        (u64::try_from(bytes.len()).is_ok_and(|read| read <= most)).then_some(bytes)
    }

    /// Whether a file is there.
    pub(crate) fn holds(&self, name: &str) -> bool {
        self.0.join(name).is_file()
    }

    /// Takes files away. One that is not there is no error.
    pub(crate) fn remove<'n>(&self, names: impl IntoIterator<Item = &'n str>) -> Result<()> {
        for name in names {
            gone(fs::remove_file(self.0.join(name)))?;
        }
        if self.0.is_dir() { self.sync() } else { Ok(()) }
    }

    /// Takes away every file but these: what a kill left behind, and what nothing names any more. Best effort; says how many.
    pub(crate) fn keep_only(&self, names: &BTreeSet<String>) -> u64 {
        let entries = fs::read_dir(&self.0).into_iter().flatten().flatten();
        let strange = entries.filter(|entry| entry.file_name().to_str().is_none_or(|n| !names.contains(n)));
        let removed = strange.filter(|entry| fs::remove_file(entry.path()).is_ok()).count();
        if removed > 0 {
            let _ = self.sync();
        }
        u64::try_from(removed).unwrap_or(u64::MAX)
    }

    fn make(&self) -> Result<()> {
        if self.0.is_dir() {
            return Ok(());
        }
        let mut builder = fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&self.0)?;
        sync_folder_of(&self.0)
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> Result<()> {
        let mut file = private(OpenOptions::new().write(true).create_new(true), path)?;
        file.write_all(bytes)?;
        Ok(file.sync_all()?)
    }

    /// The names in the folder are on the disk.
    fn sync(&self) -> Result<()> {
        sync_folder(&self.0)
    }
}

fn gone(removed: std::io::Result<()>) -> Result<()> {
    match removed {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}
