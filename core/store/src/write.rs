//! Commits: the log, then the rows that follow from it.

mod acts;
pub(crate) mod apply;
mod due;
pub(crate) mod facts;
pub(crate) mod file;
mod findings;
mod identifiers;
pub(crate) mod log;
mod make;
pub(crate) mod parts;
pub(crate) mod purge;
pub(crate) mod show;

use std::collections::{BTreeMap, BTreeSet};

use fhir::Resource;
use record::Revision;
use rusqlite::{Connection, Transaction};
use statement::Section;

use crate::commit::{Commit, Touched};
use crate::error::Result;
use crate::store::{Documents, Store};

/// What a transaction has changed so far, and what still has to be projected.
#[derive(Default)]
pub(crate) struct Changes {
    pub(crate) touched: Touched,
    /// Resources whose row has to be made again, by their ordinal.
    pub(crate) keys: BTreeSet<i64>,
    /// The greatest ordinal before this transaction, once it was asked for.
    known: Option<i64>,
    /// Of resources that no page named before this transaction, all that any page says of them.
    pub(crate) fresh: BTreeMap<i64, Vec<Revision>>,
    /// Bytes that came with this transaction.
    pub(crate) came: BTreeSet<fhir::Digest>,
    /// Whether these rows are left to a later transaction.
    pub(crate) later: bool,
    /// Sections whose notes have to be resolved again.
    pub(crate) notes: BTreeSet<Section>,
    /// Sections whose document has to be saved.
    pub(crate) documents: BTreeSet<Section>,
    /// Whether the patient chose to withhold or to share something.
    pub(crate) choices: bool,
    /// Whether bytes were dropped for good.
    pub(crate) dropped: bool,
    /// Names of sealed files that nothing names any more.
    pub(crate) files: Vec<String>,
}

impl Changes {
    /// Whether a resource has its ordinal from this transaction.
    fn is_fresh(&self, ordinal: i64) -> bool {
        !self.later && self.known.is_some_and(|known| ordinal > known)
    }

    /// Before this transaction gives its first ordinal.
    fn note_known(&mut self, db: &Connection) -> Result<()> {
        if self.known.is_none() {
            let mut last = db.prepare_cached("SELECT coalesce(max(ordinal), 0) FROM resource_key")?;
            self.known = Some(last.query_row([], |row| row.get(0))?);
        }
        Ok(())
    }
}

impl Store {
    /// Writes all of it in one transaction that is on the disk when this returns. Giving the same again changes nothing and is no
    /// error, so a caller that does not know whether a commit was kept may repeat it.
    ///
    /// # Errors
    /// [`Error::OutOfSpace`](crate::Error::OutOfSpace), [`Error::Damaged`](crate::Error::Damaged) and others: nothing of it is kept then.
    pub fn commit(&self, commit: Commit) -> Result<Touched> {
        let changes = self.write(|db, documents| write(db, documents, &commit))?;
        if changes.dropped {
            // It is committed already: what cannot be taken away now is when the record is opened the next time.
            let _ = self.checkpoint();
            let _ = self.folder().remove(changes.files.iter().map(String::as_str));
        }
        Ok(changes.touched)
    }
}

fn came(resources: &[Resource]) -> show::Came<'_> {
    resources.iter().map(|resource| (resource.digest(), resource)).collect()
}

fn write(db: &Transaction<'_>, documents: &mut Documents, commit: &Commit) -> Result<Changes> {
    let mut changes = Changes::default();
    log::device(db, commit, &mut changes)?;
    acts::write(db, commit)?;
    log::texts(db, commit, &mut changes)?;
    log::resources(db, &commit.resources, &mut changes)?;
    for (signed, payload) in &commit.statements {
        if let Some(sequence) = log::statement(db, signed, payload)? {
            changes.touched.new_statements = changes.touched.new_statements.saturating_add(1);
            apply::apply(db, documents, sequence, signed.digest(), payload, &mut changes)?;
        }
    }
    facts::settle(db, documents, &mut changes)?;
    purge::drop_bytes(db, &mut changes)?;
    // What was dropped may be among what has come.
    let came = if changes.dropped { show::Came::new() } else { came(&commit.resources) };
    show::rows(db, &mut changes, &came)?;
    Ok(changes)
}
