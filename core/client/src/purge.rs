//! Removing what had been recorded by mistake, which may be another person's data (hazard H19).

use std::collections::BTreeSet;

use record::facts::{Fact, KIND_PURGE};
use record::row::{Row, State};

use crate::{Client, Error};

impl Client {
    /// Whether [`Client::purge`] would do it, without doing it.
    ///
    /// # Errors
    /// As [`Client::purge`].
    pub fn check_purge(&self, reference: &str) -> Result<(), Error> {
        self.to_purge(reference).map(|_| ())
    }

    /// Drops the bytes of a withdrawn entry and of all its earlier revisions, on this device at once and on the others when
    /// they hear of it; a later sync does not bring them back. What the portal states anew after the withdrawal is not
    /// touched.
    ///
    /// # Errors
    /// [`Error::Invalid`] for an entry that was not withdrawn; those of [`Client::show`].
    pub fn purge(&self, reference: &str) -> Result<(), Error> {
        let row = self.to_purge(reference)?;
        self.say_purge(&row)
    }

    fn say_purge(&self, row: &Row) -> Result<(), Error> {
        let all: BTreeSet<fhir::Digest> =
            self.inner.store.revisions(&row.key)?.iter().map(|revision| revision.digest).collect();
        // The retraction first: what is stated after it stays.
        let mut revisions = vec![row.current];
        revisions.extend(all.into_iter().filter(|digest| *digest != row.current));
        let fact = Fact { subjects: vec![row.key.to_string()], revisions, ..self.fact(KIND_PURGE)? };
        self.say_facts(row.place(), &[fact], Vec::new())
    }

    /// A purged entry that its portal withdraws again in other words stays what the member wanted gone: its new bytes go
    /// too. Asked after each sync.
    pub(crate) fn purge_again(&self) -> Result<(), Error> {
        for key in self.inner.store.purged_keys()? {
            let row = self.inner.store.row(&key, None)?.map(|stored| stored.row);
            if let Some(row) = row.filter(|row| row.state == State::Retracted) {
                self.say_purge(&row)?;
            }
        }
        Ok(())
    }

    fn to_purge(&self, reference: &str) -> Result<Row, Error> {
        let row = self.find(reference)?.row;
        if row.state == State::Retracted {
            return Ok(row);
        }
        let done = "Its content has been removed already";
        let refused = "Only an entry that its provider withdrew as recorded by mistake can be removed. Nothing was changed";
        Err(Error::Invalid(if row.state == State::Purged { done } else { refused }.to_owned()))
    }
}
