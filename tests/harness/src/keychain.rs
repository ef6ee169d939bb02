use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use client::platform::{Keychain, KeychainFailure};

/// A keychain in memory that can be locked, fail at a chosen write, and lose what it holds.
#[derive(Default)]
pub struct TestKeychain(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    kept: BTreeMap<String, Vec<u8>>,
    locked: bool,
    writes_left: Option<u32>,
}

impl TestKeychain {
    /// From now on it does not answer.
    pub fn lock(&self) {
        self.inner().locked = true;
    }

    /// It answers again, and writes as often as it is asked to.
    pub fn heal(&self) {
        let mut inner = self.inner();
        inner.locked = false;
        inner.writes_left = None;
    }

    /// So many writes (storing, removing) succeed; all further ones fail.
    pub fn allow_writes(&self, count: u32) {
        self.inner().writes_left = Some(count);
    }

    /// Everything in it.
    #[must_use]
    pub fn contents(&self) -> BTreeMap<String, Vec<u8>> {
        self.inner().kept.clone()
    }

    /// Puts this in the place of everything in it.
    pub fn replace(&self, contents: BTreeMap<String, Vec<u8>>) {
        self.inner().kept = contents;
    }

    /// Forgets one name without being asked to. Whether it was there.
    pub fn lose(&self, name: &str) -> bool {
        self.inner().kept.remove(name).is_some()
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn write(&mut self) -> Result<(), KeychainFailure> {
        match &mut self.writes_left {
            _ if self.locked => Err(KeychainFailure::Unavailable),
            Some(0) => Err(KeychainFailure::Unavailable),
            Some(left) => {
                *left -= 1;
                Ok(())
            }
            None => Ok(()),
        }
    }
}

impl Keychain for TestKeychain {
    fn load(&self, name: &str) -> Result<Option<Vec<u8>>, KeychainFailure> {
        let inner = self.inner();
        if inner.locked { Err(KeychainFailure::Unavailable) } else { Ok(inner.kept.get(name).cloned()) }
    }

    fn store(&self, name: &str, bytes: &[u8]) -> Result<(), KeychainFailure> {
        let mut inner = self.inner();
        inner.write()?;
        inner.kept.insert(name.to_owned(), bytes.to_vec());
        Ok(())
    }

    fn remove(&self, name: &str) -> Result<(), KeychainFailure> {
        let mut inner = self.inner();
        inner.write()?;
        inner.kept.remove(name);
        Ok(())
    }

    fn names(&self) -> Result<Vec<String>, KeychainFailure> {
        let inner = self.inner();
        if inner.locked {
            Err(KeychainFailure::Unavailable)
        } else {
            Ok(inner.kept.keys().cloned().collect())
        }
    }
}
