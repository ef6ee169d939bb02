//! Sorting again what was sorted by earlier tables, or not at all.

use std::collections::{BTreeMap, BTreeSet};

use fhir::ResourceKey;
use record::pages::{self, Change, Known};
use record::parts::{Choices, Part};
use record::sensitive;
use store::Commit;

use super::{SORTED_BY, unsettled};
use crate::{Client, Error};

/// Raised when the rules by which parts are chosen change, as the tables' own version is when these do.
const RULES: u32 = 1;
/// Resources that are settled in one transaction.
const BATCH: usize = 500;
/// The slot of pages that are written for it.
const SLOT: &str = "sorted";

impl Client {
    /// Moves what the tables and rules of this version withhold and earlier ones did not, and copies supporting resources to where
    /// they are referred to. Batch by batch: a kill loses one at most. Does nothing when nothing is left.
    ///
    /// # Errors
    /// [`Error::OutOfSpace`], [`Error::Damaged`].
    pub(crate) fn settle_parts(&self) -> Result<(), Error> {
        let rules = format!("{}/{RULES}", sensitive::version());
        if self.inner.store.setting(SORTED_BY)?.as_deref() == Some(rules.as_bytes()) {
            return Ok(());
        }
        while self.settle_some()? {}
        let supporting = self.inner.store.supporting()?;
        for batch in supporting.chunks(BATCH) {
            self.settle(&BTreeSet::new(), &batch.iter().map(|(key, _)| key.clone()).collect())?;
        }
        let settings = vec![(SORTED_BY.to_owned(), Some(rules.into_bytes()))];
        self.inner.store.commit(Commit { settings, ..Commit::default() })?;
        Ok(())
    }

    /// Withholds one batch of what has to be; whether there was any.
    fn settle_some(&self) -> Result<bool, Error> {
        let store = &self.inner.store;
        let choices = store.choices()?;
        let says_so =
            store.with_findings()?.into_iter().filter(|(key, known)| has_to_move(&choices, key, known));
        let refers =
            store.open_referrers()?.into_iter().filter(|(key, _)| !choices.resources.contains_key(key));
        let batch: BTreeSet<ResourceKey> = says_so.chain(refers).map(|(key, _)| key).take(BATCH).collect();
        let moved = if batch.is_empty() { 0 } else { self.settle(&batch, &BTreeSet::new())? };
        // What cannot be moved (its bytes are not here, say) is not tried for ever.
        Ok(moved > 0)
    }

    fn settle(&self, withhold: &BTreeSet<ResourceKey>, copy: &BTreeSet<ResourceKey>) -> Result<usize, Error> {
        let mut by_issuer: BTreeMap<&str, [BTreeSet<ResourceKey>; 2]> = BTreeMap::new();
        for (which, keys) in [withhold, copy].into_iter().enumerate() {
            for key in keys {
                if let Some(of_kind) = by_issuer.entry(&key.issuer).or_default().get_mut(which) {
                    of_kind.insert(key.clone());
                }
            }
        }
        let mut moved = 0;
        for (issuer, [withhold, copy]) in by_issuer {
            self.say(|client| {
                let choices = client.inner.store.choices()?;
                let none = BTreeSet::new();
                let change =
                    Change { issuer, choices: &choices, withhold: &withhold, open: &none, copy: &copy };
                let planned = pages::settle(&change, &client.inner.store.around(None))?;
                moved += planned.moved.len();
                let drafts = client.planned_drafts(issuer, SLOT, &planned)?;
                Ok((drafts, Commit { settings: unsettled(&planned), ..Commit::default() }))
            })?;
        }
        Ok(moved)
    }
}

fn has_to_move(choices: &Choices, key: &ResourceKey, known: &Known) -> bool {
    let open = known.part == Part::Open && !known.supporting;
    open && !choices.resources.contains_key(key) && choices.settings.withhold(&known.findings)
}
