//! The ports: what an app gives the library, each as a trait that Kotlin or Swift implements.

mod adapt;

use std::sync::Arc;

use ::client::platform::files::FileKeychain;

use crate::{SyncProgress, WatchEvent, WholeStep};

/// A port could not do what it was asked to. An exception that a port throws counts as [`PortFailure::Unavailable`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, uniffi::Error)]
pub enum PortFailure {
    /// Not now; perhaps later, for instance after the device is unlocked.
    #[error("not available now")]
    Unavailable,
    /// There is no room to write.
    #[error("no space left")]
    OutOfSpace,
}

impl From<uniffi::UnexpectedUniFFICallbackError> for PortFailure {
    fn from(_: uniffi::UnexpectedUniFFICallbackError) -> Self {
        Self::Unavailable
    }
}

/// Small secrets kept outside the database: the wraps of its key, this device's keys, tokens. Called on threads of the library.
///
/// "Not there" and "cannot tell" are different answers: a keychain that fails means *locked*, never *new*.
#[uniffi::export(with_foreign)]
pub trait KeychainPort: Send + Sync {
    /// What is kept under `name`; nothing only when it is certain that nothing is.
    fn load(&self, name: String) -> Result<Option<Vec<u8>>, PortFailure>;
    /// Keeps `bytes` under `name`, durably, replacing what was there. When it fails, what was there before is still there.
    fn store(&self, name: String, bytes: Vec<u8>) -> Result<(), PortFailure>;
    /// Forgets `name`.
    fn remove(&self, name: String) -> Result<(), PortFailure>;
    /// The names under which anything is kept.
    fn names(&self) -> Result<Vec<String>, PortFailure>;
}

/// What the network costs the person. The app knows or asks; nothing is guessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum NetworkCost {
    /// Nothing to speak of.
    Free,
    /// By the byte: what changed is fetched; listing again what was read before and files wait.
    Metered,
}

/// The state of the network, asked when a sync or a watch begins.
#[uniffi::export(with_foreign)]
pub trait NetworkPort: Send + Sync {
    /// What it costs now.
    fn cost(&self) -> Result<NetworkCost, PortFailure>;
}

/// The time. For tests only: an app leaves it out.
#[uniffi::export(with_foreign)]
pub trait ClockPort: Send + Sync {
    /// Seconds since 1970-01-01 UTC.
    fn now(&self) -> i64;
}

/// Random bytes. For tests only: an app leaves it out.
#[uniffi::export(with_foreign)]
pub trait RandomPort: Send + Sync {
    /// So many random bytes.
    fn bytes(&self, count: u32) -> Result<Vec<u8>, PortFailure>;
}

/// What the library asks of the app. HTTP, keys that sign at portals, the clock and random numbers are the library's own.
#[derive(Clone, uniffi::Record)]
pub struct Platform {
    /// Secrets outside the database.
    pub keychain: Arc<dyn KeychainPort>,
    /// The state of the network.
    pub network: Arc<dyn NetworkPort>,
    /// Another clock than the system's. For tests only.
    #[uniffi(default = None)]
    pub clock: Option<Arc<dyn ClockPort>>,
    /// Other random numbers than the system's. For tests only.
    #[uniffi(default = None)]
    pub random: Option<Arc<dyn RandomPort>>,
}

/// Hears how far a sync has come. Called on a thread of the library; what it throws is ignored.
#[uniffi::export(with_foreign)]
pub trait SyncListener: Send + Sync {
    /// One portal has come so far.
    fn progress(&self, progress: SyncProgress) -> Result<(), PortFailure>;
}

/// Hears what happens while the library watches. Called on a thread of the library; what it throws is ignored.
#[uniffi::export(with_foreign)]
pub trait WatchListener: Send + Sync {
    /// This happened.
    fn happened(&self, event: WatchEvent) -> Result<(), PortFailure>;
}

/// Hears how far an export, an import or a rebuild has come. Called on a thread of the library; what it throws is ignored.
#[uniffi::export(with_foreign)]
pub trait StepListener: Send + Sync {
    /// It has come so far.
    fn step(&self, step: WholeStep) -> Result<(), PortFailure>;
}

/// A keychain of small files (mode 0600) in `folder`: for a desktop without a keychain of its own, and for tests.
#[uniffi::export]
#[must_use]
pub fn keychain_in_folder(folder: String) -> Arc<dyn KeychainPort> {
    Arc::new(adapt::InFolder(FileKeychain::new(folder)))
}

/// A network that costs nothing: for a desktop, and for tests.
#[uniffi::export]
#[must_use]
pub fn free_network() -> Arc<dyn NetworkPort> {
    Arc::new(adapt::Free)
}
