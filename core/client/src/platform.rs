//! The only doors to the outside: clock, random bytes, HTTP, keychain, and keys that sign at portals.
//!
//! The core asks; an app answers. Terminal and desktop use the implementations in the modules below, a phone brings its own.

pub mod files;
pub mod folder;
pub mod http;
pub mod keys;
pub mod system;

use std::sync::Arc;

use async_trait::async_trait;
use zeroize::Zeroizing;

/// The time, and waiting for it.
#[async_trait]
pub trait Clock: Send + Sync {
    /// Seconds since 1970-01-01 UTC, as the device believes. It may be wrong and may run backwards.
    fn now(&self) -> i64;
    /// Returns at `at` (as [`Clock::now`] counts) or a little later.
    async fn sleep_until(&self, at: i64);
}

/// Cryptographically secure random bytes.
pub trait Random: Send + Sync {
    /// Fills `bytes`, or fails.
    ///
    /// # Errors
    /// When the system has no random bytes to give.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomFailure>;
}

/// The system could not give random bytes.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("This device could not provide random numbers")]
pub struct RandomFailure;

/// Sends one request and reads its answer whole, within the request's own limits. Follows no redirect.
#[async_trait]
pub trait Http: Send + Sync {
    /// The answer, whatever its status; a [`portal::Failure`] only when there is none.
    async fn send(&self, request: portal::Request) -> Result<portal::Response, portal::Failure>;
}

/// Small secrets kept outside the database: the wraps of its key, this device's keys, tokens.
///
/// "Not there" and "cannot tell" are different answers: a failing keychain means *locked*, never *new*.
pub trait Keychain: Send + Sync {
    /// What is kept under `name`; `None` only when it is certain that nothing is.
    ///
    /// # Errors
    /// When the keychain cannot be read now.
    fn load(&self, name: &str) -> Result<Option<Vec<u8>>, KeychainFailure>;
    /// Keeps `bytes` under `name`, durably, replacing what was there.
    ///
    /// # Errors
    /// When the keychain cannot be written; what was there before is then still there.
    fn store(&self, name: &str, bytes: &[u8]) -> Result<(), KeychainFailure>;
    /// Forgets `name`.
    ///
    /// # Errors
    /// When the keychain cannot be written.
    fn remove(&self, name: &str) -> Result<(), KeychainFailure>;
    /// The names under which anything is kept.
    ///
    /// # Errors
    /// When the keychain cannot be read now.
    fn names(&self) -> Result<Vec<String>, KeychainFailure>;
}

/// The keychain could not answer. Says nothing about what it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeychainFailure {
    /// It may answer later, for instance after the device is unlocked.
    #[error("The keychain does not answer at the moment")]
    Unavailable,
    /// There is no room to write.
    #[error("There is no space left to write to the keychain")]
    OutOfSpace,
}

/// Keys with which this device shows portals who it is. Where there is hardware for keys, the private half stays in it.
pub trait ClientKeys: Send + Sync {
    /// Makes a key for ES384. What is given back is what [`ClientKeys::open`] finds it by: a name in hardware, or the key
    /// itself. Its keeper seals it.
    ///
    /// # Errors
    /// [`KeyFailure::Unavailable`].
    fn make(&self) -> Result<Zeroizing<Vec<u8>>, KeyFailure>;
    /// Takes a private key that a person supplies: P-384, or RSA of at least 2048 bits for RS384; PKCS #8 or PKCS #1, DER or
    /// PEM. Gives back what [`ClientKeys::make`] does.
    ///
    /// # Errors
    /// [`KeyFailure::Unusable`] when it is no such key.
    fn take(&self, supplied: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyFailure>;
    /// The key that was made or taken, under the name `kid` that portals know it by.
    ///
    /// # Errors
    /// [`KeyFailure::Unusable`] only when it is certain that it is gone.
    fn open(&self, kept: &[u8], kid: &str) -> Result<Arc<dyn portal::ClientKey>, KeyFailure>;
}

/// A key cannot be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyFailure {
    /// It may be had later, for instance after the device is unlocked.
    #[error("This device's keys do not answer at the moment")]
    Unavailable,
    /// It is no key, or is gone.
    #[error("This is not a key that can be used")]
    Unusable,
}

/// All doors together.
#[derive(Clone)]
pub struct Platform {
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Random bytes.
    pub random: Arc<dyn Random>,
    /// HTTP.
    pub http: Arc<dyn Http>,
    /// Secrets outside the database.
    pub keychain: Arc<dyn Keychain>,
    /// Keys that sign at portals.
    pub keys: Arc<dyn ClientKeys>,
}

impl Platform {
    /// `N` random bytes.
    pub(crate) fn random<const N: usize>(&self) -> Result<[u8; N], RandomFailure> {
        let mut bytes = [0; N];
        self.random.fill(&mut bytes)?;
        Ok(bytes)
    }
}
