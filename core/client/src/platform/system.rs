//! The system's own clock and random numbers.
#![allow(clippy::disallowed_methods, reason = "this is the door itself")]

use std::io::Write;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use ring::rand::{SecureRandom, SystemRandom};

use super::{Clock, Random, RandomFailure};

/// From now on this process overwrites what its databases give back of their memory, which costs time: for the strict mode
/// ([`crate::Client::lock`]). Called once, before the first record is opened.
///
/// # Errors
/// When the database library has no cipher.
pub fn wipe_memory() -> Result<(), crate::Error> {
    Ok(store::wipe_memory()?)
}

/// From now on a panic says where it was, on standard error, and not what it said: that may quote what somebody wrote. Called once,
/// by every host, before anything else. What a panic does is not changed.
pub fn quiet_panics() {
    std::panic::set_hook(Box::new(|info| {
        let place =
            info.location().map(|place| format!(", at {}:{}:{}", place.file(), place.line(), place.column()));
        // Nobody may hear it: that is no reason to panic again.
        let _ = writeln!(std::io::stderr(), "A mistake inside Wellkept{}.", place.unwrap_or_default());
    }));
}

/// The system's clock.
pub struct SystemClock;

impl SystemClock {
    /// The system's clock.
    #[must_use]
    pub fn new() -> Self {
        Self
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl Clock for SystemClock {
    fn now(&self) -> i64 {
        match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(since) => i64::try_from(since.as_secs()).unwrap_or(i64::MAX),
            Err(before) => i64::try_from(before.duration().as_secs()).map_or(i64::MIN, |s| -s),
        }
    }

    async fn sleep_until(&self, at: i64) {
        let seconds = u64::try_from(at.saturating_sub(self.now())).unwrap_or_default();
        tokio::time::sleep(Duration::from_secs(seconds)).await;
    }
}

/// The system's random numbers.
pub struct SystemRandomBytes {
    source: SystemRandom,
}

impl SystemRandomBytes {
    /// The system's source.
    #[must_use]
    pub fn new() -> Self {
        Self { source: SystemRandom::new() }
    }
}

impl Default for SystemRandomBytes {
    fn default() -> Self {
        Self::new()
    }
}

impl Random for SystemRandomBytes {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomFailure> {
        self.source.fill(bytes).map_err(|_| RandomFailure)
    }
}
