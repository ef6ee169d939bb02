//! Removing a record's files for good.

use std::path::{Path, PathBuf};

use crate::error::Result;
use crate::files;

/// A record that is to be gone. While this lives, nobody else opens it.
#[derive(Debug)]
pub struct Doomed {
    path: PathBuf,
    lock: Option<files::Lock>,
}

impl Doomed {
    /// Keeps others from the record at `path`, which need not be there any more.
    ///
    /// # Errors
    /// [`Error::InUse`](crate::Error::InUse) and those of the file system.
    pub fn at(path: &Path) -> Result<Self> {
        let lock = if files::has_folder(path) { Some(files::lock(path)?) } else { None };
        Ok(Self { path: path.to_path_buf(), lock })
    }

    /// Whether anything of the record is there.
    pub fn is_there(&self) -> bool {
        !files::of_record(&self.path).is_empty()
    }

    /// Removes the database, what SQLite keeps beside it, and the sealed files. The keys must be gone already: what a kill
    /// leaves behind is then nobody's. Gives how many files were removed.
    ///
    /// # Errors
    /// Those of the file system; it can be tried again.
    pub fn remove(self) -> Result<u64> {
        let removed = files::remove_record(&self.path)?;
        drop(self.lock);
        files::remove_lock(&self.path)?;
        Ok(removed)
    }
}
