//! The only doors to the outside: clock, random bytes, HTTP, keychain.
//!
//! The core asks; an app answers. Terminal and desktop use the implementations in the modules below, a phone brings its own.

pub mod files;
pub mod folder;
pub mod http;
pub mod system;

use std::sync::Arc;

use async_trait::async_trait;

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
}

impl Platform {
    /// `N` random bytes.
    pub(crate) fn random<const N: usize>(&self) -> Result<[u8; N], RandomFailure> {
        let mut bytes = [0; N];
        self.random.fill(&mut bytes)?;
        Ok(bytes)
    }
}
