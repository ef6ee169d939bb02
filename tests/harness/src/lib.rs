//! Alice, Bob and their portals: what the journeys are told with.
//!
//! A [`Device`] is a whole client on a folder of its own, with a clock that the journey turns; portals are sandboxes on
//! loopback, reached by real HTTP that is written down. What a journey needs and cannot have is a mistake of the test: it
//! panics.
#![allow(clippy::expect_used, clippy::panic, reason = "a test's helper stops the test")]

mod clock;
mod correspondence;
mod device;
mod keychain;
mod second;
mod wire;

pub use clock::TestClock;
pub use correspondence::Correspondence;
pub use device::{Device, PASSPHRASE, everything, lines, platform};
pub use keychain::TestKeychain;
pub use wire::{ActFault, Sent, Wire, Written};

/// The moment at which journeys begin: 2026-11-01 09:00 UTC, later than everything in the synthetic bundles.
pub const BEGINNING: i64 = 1_793_523_600;

/// A portal whose clock starts at [`BEGINNING`].
///
/// # Panics
/// When it cannot be started.
#[must_use]
pub fn portal(config: sandbox::Config) -> sandbox::Running {
    sandbox::Sandbox::start(sandbox::Config { now: Some(BEGINNING), ..config }).expect("a portal")
}
