//! Other systems doing the same work with the same answers: `tests/bench/other`, run by Node where it is there.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use fhir::Digest;
use serde_json::{Map, Value};

use crate::Any;
use crate::run::costs;

/// Their scripts, and what each lacks that the client has.
pub const SYSTEMS: &[(&str, &str, &str)] = &[
    (
        "pouchdb",
        "PouchDB 9 on LevelDB",
        "It does not encrypt, does not wait for the disk, has no text index (searching reads everything), and neither signs, \
         compares, merges nor prepares anything.",
    ),
    (
        "automerge",
        "Automerge 3.5, one document",
        "It does not encrypt, has no index of time or words, holds the whole record in memory, and neither signs, compares nor \
         prepares anything. Paging is over what is in memory; loading that is in its opening.",
    ),
];

/// The steps that they do, as the script and as the table calls them.
pub const STEPS: &[(&str, &str)] = &[
    ("ingest", "taking the answers in"),
    ("open", "opening, to the newest 50 entries"),
    ("page", "paging through all"),
    ("search", "searching"),
];

/// The scripts with what they need, in a folder of the machine's cache that is made once for each version of them.
pub struct Other(PathBuf);

impl Other {
    /// `Err` with the reason where Node or its packages cannot be had.
    pub fn prepare() -> Result<Result<Self, &'static str>, Any> {
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("other");
        let lock = fs::read(from.join("package-lock.json"))?;
        let folder = cache()?.join(Digest::of(&lock).to_string());
        fs::create_dir_all(&folder)?;
        for entry in fs::read_dir(from)? {
            let entry = entry?;
            if entry.file_type()?.is_file() {
                fs::copy(entry.path(), folder.join(entry.file_name()))?;
            }
        }
        let whole = folder.join("whole");
        if !whole.exists() {
            let mut install = Command::new("npm");
            install.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]);
            install.current_dir(&folder).stdin(Stdio::null()).stdout(Stdio::null());
            if !install.status().is_ok_and(|status| status.success()) {
                return Ok(Err("no Node here, or no registry that has their packages"));
            }
            fs::write(whole, [])?;
        }
        Ok(Ok(Self(folder)))
    }

    /// One step in a process of its own.
    pub fn step(
        &self,
        system: &str,
        step: &str,
        home: &Path,
        floor: &Path,
        answers: &Path,
    ) -> Result<Map<String, Value>, Any> {
        let mut command = Command::new("node");
        command.arg(self.0.join(format!("{system}.mjs"))).arg(step);
        costs(command.arg(home).arg(floor).arg(answers))
    }
}

/// Outside the working copy, so that packages are fetched once.
fn cache() -> Result<PathBuf, Any> {
    let set = |name| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let home = set("XDG_CACHE_HOME").or_else(|| set("HOME").map(|home| home.join(".cache")));
    Ok(home.ok_or("no folder for a cache: set XDG_CACHE_HOME")?.join("wellkept-bench"))
}
