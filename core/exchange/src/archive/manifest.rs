use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Error, FORMAT, VERSION, is_safe};

/// The most files of an archive.
const FILES: usize = 1_000_000;
/// The most bytes of all of them.
const BYTES: u64 = 256 * 1024 * 1024 * 1024;

/// What an archive says of itself. It is written last, so a folder without one is not a whole export.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// [`FORMAT`].
    pub format: String,
    /// [`VERSION`].
    pub version: u32,
    /// When it was made, in words (UTC).
    pub made: String,
    /// The version of Wellkept that made it.
    pub wellkept: String,
    /// The digest of the record's content, as `verify` prints it: the same after an import.
    pub digest: String,
    /// Every other file.
    pub files: Vec<FileEntry>,
}

/// One file of an archive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEntry {
    /// Its name, with `/` between folders.
    pub name: String,
    /// Its length in bytes.
    pub length: u64,
    /// SHA-256 of its bytes, in hex.
    pub sha256: String,
}

/// What is read before the rest: another version may say the rest otherwise.
#[derive(Deserialize)]
struct Beginning {
    format: String,
    version: u64,
}

impl Manifest {
    /// Reads a manifest, whoever wrote it.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, Error> {
        let beginning: Beginning = serde_json::from_slice(bytes).map_err(|_| Error::NotAnArchive)?;
        if beginning.format != FORMAT {
            return Err(Error::NotAnArchive);
        }
        if beginning.version != u64::from(VERSION) {
            return Err(Error::OtherVersion { found: beginning.version });
        }
        let manifest: Self = serde_json::from_slice(bytes).map_err(|_| Error::NotAnArchive)?;
        manifest.check()?;
        Ok(manifest)
    }

    /// All bytes of all files.
    pub fn length(&self) -> u64 {
        self.files.iter().fold(0, |sum, file| sum.saturating_add(file.length))
    }

    fn check(&self) -> Result<(), Error> {
        if self.files.len() > FILES {
            return Err(Error::TooLarge("too many files"));
        }
        if self.length() > BYTES {
            return Err(Error::TooLarge("too many bytes"));
        }
        let mut names = BTreeSet::new();
        for file in &self.files {
            // Names that differ by case alone are one file on some file systems.
            if !is_safe(&file.name) || !names.insert(file.name.to_ascii_lowercase()) {
                return Err(Error::BadName);
            }
        }
        Ok(())
    }
}
