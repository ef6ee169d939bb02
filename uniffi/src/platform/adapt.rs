//! The app's ports as the client's, and the client's as ports.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use client::platform::files::FileKeychain;
use client::platform::http::ReqwestHttp;
use client::platform::keys::SoftwareKeys;
use client::platform::{Clock, Keychain, KeychainFailure, Random, RandomFailure, system};

use super::{ClockPort, KeychainPort, NetworkCost, NetworkPort, Platform, PortFailure, RandomPort};
use crate::HealthError;

impl Platform {
    /// The doors that the client goes through.
    pub(crate) fn doors(self) -> Result<client::Platform, HealthError> {
        let http =
            ReqwestHttp::new().map_err(|_| HealthError::bug("TLS could not be set up on this device"))?;
        let system_clock = || Arc::new(system::SystemClock::new()) as Arc<dyn Clock>;
        let system_random = || Arc::new(system::SystemRandomBytes::new()) as Arc<dyn Random>;
        Ok(client::Platform {
            clock: self.clock.map_or_else(system_clock, |clock| Arc::new(Adapted(clock))),
            random: self.random.map_or_else(system_random, |random| Arc::new(Adapted(random))),
            http: Arc::new(http),
            keychain: Arc::new(Adapted(self.keychain)),
            keys: Arc::new(SoftwareKeys::new()),
        })
    }
}

/// One of the app's ports.
struct Adapted<T>(T);

impl Keychain for Adapted<Arc<dyn KeychainPort>> {
    fn load(&self, name: &str) -> Result<Option<Vec<u8>>, KeychainFailure> {
        Ok(self.0.load(name.to_owned())?)
    }

    fn store(&self, name: &str, bytes: &[u8]) -> Result<(), KeychainFailure> {
        Ok(self.0.store(name.to_owned(), bytes.to_vec())?)
    }

    fn remove(&self, name: &str) -> Result<(), KeychainFailure> {
        Ok(self.0.remove(name.to_owned())?)
    }

    fn names(&self) -> Result<Vec<String>, KeychainFailure> {
        Ok(self.0.names()?)
    }
}

#[async_trait]
impl Clock for Adapted<Arc<dyn ClockPort>> {
    fn now(&self) -> i64 {
        self.0.now()
    }

    /// A test's clock is turned by the test: it is looked at again and again.
    async fn sleep_until(&self, at: i64) {
        while self.0.now() < at {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Random for Adapted<Arc<dyn RandomPort>> {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomFailure> {
        let count = u32::try_from(bytes.len()).map_err(|_| RandomFailure)?;
        let given = self.0.bytes(count).map_err(|_| RandomFailure)?;
        if given.len() != bytes.len() {
            return Err(RandomFailure);
        }
        bytes.copy_from_slice(&given);
        Ok(())
    }
}

impl From<PortFailure> for KeychainFailure {
    fn from(failure: PortFailure) -> Self {
        match failure {
            PortFailure::Unavailable => Self::Unavailable,
            PortFailure::OutOfSpace => Self::OutOfSpace,
        }
    }
}

impl From<KeychainFailure> for PortFailure {
    fn from(failure: KeychainFailure) -> Self {
        match failure {
            KeychainFailure::Unavailable => Self::Unavailable,
            KeychainFailure::OutOfSpace => Self::OutOfSpace,
        }
    }
}

impl From<NetworkCost> for client::Network {
    fn from(cost: NetworkCost) -> Self {
        match cost {
            NetworkCost::Free => Self::Free,
            NetworkCost::Metered => Self::Metered,
        }
    }
}

/// The client's keychain of files.
pub(super) struct InFolder(pub FileKeychain);

impl KeychainPort for InFolder {
    fn load(&self, name: String) -> Result<Option<Vec<u8>>, PortFailure> {
        Ok(self.0.load(&name)?)
    }

    fn store(&self, name: String, bytes: Vec<u8>) -> Result<(), PortFailure> {
        Ok(self.0.store(&name, &bytes)?)
    }

    fn remove(&self, name: String) -> Result<(), PortFailure> {
        Ok(self.0.remove(&name)?)
    }

    fn names(&self) -> Result<Vec<String>, PortFailure> {
        Ok(self.0.names()?)
    }
}

/// A network that costs nothing.
pub(super) struct Free;

impl NetworkPort for Free {
    fn cost(&self) -> Result<NetworkCost, PortFailure> {
        Ok(NetworkCost::Free)
    }
}
