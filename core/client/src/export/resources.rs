//! `fhir/`, `history/` and `exact/`: what portals said, byte for byte.

use std::collections::{BTreeMap, BTreeSet};

use exchange::archive::{Names, lines};
use fhir::{Digest, ResourceKey};
use record::parts::Part;
use record::row::State;

use super::Export;
use crate::Error;

/// Digests by file.
type Files = BTreeMap<(&'static str, String, String), Vec<Digest>>;

impl Export<'_, '_> {
    /// Every revision that is held, the current one of each entry apart.
    pub(super) fn resources(&mut self) -> Result<(), Error> {
        let files = self.sorted()?;
        let all = files.values().map(Vec::len).sum();
        let mut exact = BTreeSet::new();
        let mut done = 0_usize;
        for ((folder, portal, resource_type), digests) in files {
            self.writer.begin(&format!("{folder}/{portal}/{resource_type}.ndjson"))?;
            for digest in digests {
                self.one(&digest, &mut exact)?;
                done += 1;
                if done.is_multiple_of(256) || done == all {
                    self.step("entries", done, all);
                }
            }
        }
        for digest in exact {
            let bytes = self.client.inner.store.bytes(&digest)?.unwrap_or_default();
            self.writer.file(&format!("exact/{digest}.json"), &bytes)?;
        }
        Ok(())
    }

    fn one(&mut self, digest: &Digest, exact: &mut BTreeSet<Digest>) -> Result<(), Error> {
        let Some(bytes) = self.client.inner.store.bytes(digest)? else { return Ok(()) };
        let (line, is_exact) = lines::line(&bytes);
        if !is_exact {
            exact.insert(*digest);
        }
        self.writer.write(&line)?;
        Ok(self.writer.write(b"\n")?)
    }

    /// Which revision goes into which file. Of bytes that two keys of a file name, one line.
    fn sorted(&mut self) -> Result<Files, Error> {
        let store = &self.client.inner.store;
        let mut keys = store.keys("", None, usize::MAX)?;
        keys.sort_by(|one, other| order(one).cmp(&order(other)));
        let mut files = Files::new();
        let mut written = BTreeSet::new();
        for key in keys {
            let portal = self.names.portal(&key.issuer);
            let resource_type = Names::resource_type(&key.resource_type);
            let Some(stored) = store.row(&key, None)? else { continue };
            let row = stored.row;
            self.counts.entries += 1;
            self.counts.withdrawn += u64::from(matches!(row.state, State::Retracted | State::Purged));
            self.counts.withheld += u64::from(row.part == Part::Withheld);
            self.counts.not_held += u64::from(!store.holds(&row.current)?);
            let mut put = |folder, digest: Digest| {
                let file = (folder, portal.clone(), resource_type.clone());
                if written.insert((file.clone(), digest)) {
                    files.entry(file).or_default().push(digest);
                }
            };
            put("fhir", row.current);
            let mut earlier = BTreeSet::new();
            for revision in store.revisions(&key)?.into_iter().rev() {
                if revision.digest != row.current && earlier.insert(revision.digest) {
                    put("history", revision.digest);
                }
            }
            self.counts.earlier += u64::try_from(earlier.len()).unwrap_or(u64::MAX);
        }
        Ok(files)
    }
}

fn order(key: &ResourceKey) -> (&str, &str, &str) {
    (&key.issuer, &key.resource_type, &key.id)
}
