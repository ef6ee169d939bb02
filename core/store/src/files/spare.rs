//! A copy of a damaged record, to be read with another first page.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::{exists, private, remove_database, side};
use crate::error::Result;

/// `record.db` has `record.salvage` for as long as this lives; what a kill leaves of it the next one removes.
pub(crate) struct Spare(PathBuf);

impl Spare {
    /// An empty file.
    pub(crate) fn beside(record: &Path) -> Result<Self> {
        let spare = Self(record.with_extension("salvage"));
        spare.empty()?;
        Ok(spare)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// Takes everything out of it again.
    pub(crate) fn empty(&self) -> Result<()> {
        remove_database(&self.0)?;
        private(OpenOptions::new().write(true).create_new(true), &self.0)?;
        Ok(())
    }

    /// The last bytes of its first page.
    pub(crate) fn end_of_first<const N: usize>(&self, page: u64) -> Result<[u8; N]> {
        let mut file = File::open(&self.0)?;
        file.seek(SeekFrom::Start(page.saturating_sub(u64::try_from(N).unwrap_or(0))))?;
        let mut bytes = [0; N];
        file.read_exact(&mut bytes)?;
        Ok(bytes)
    }

    /// Becomes a copy of the record and its write-ahead log, with another first page.
    pub(crate) fn copy(&self, record: &Path, first: &[u8]) -> Result<()> {
        self.empty()?;
        for suffix in ["", "-wal"] {
            if exists(&side(record, suffix))? {
                let to = side(&self.0, suffix);
                let mut to = private(OpenOptions::new().write(true).create(true).truncate(true), &to)?;
                io::copy(&mut File::open(side(record, suffix))?, &mut to)?;
            }
        }
        Ok(OpenOptions::new().write(true).open(&self.0)?.write_all(first)?)
    }
}

impl Drop for Spare {
    fn drop(&mut self) {
        // Best effort: the next one, or erasing the record, removes it.
        let _ = remove_database(&self.0);
    }
}

/// The first bytes of a file, and how many it has.
pub(crate) fn first_bytes<const N: usize>(path: &Path) -> Result<(Option<[u8; N]>, u64)> {
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    let mut bytes = [0; N];
    Ok((file.read_exact(&mut bytes).is_ok().then_some(bytes), length))
}
