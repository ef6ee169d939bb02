//! The client for Kotlin and Swift (UniFFI): one [`Client`], one [`Subscription`], records, one error, and ports.
//!
//! Nothing is decided here. Every record is a copy of what the crate `client` shows, with the same words; every call asks it.
//! Whatever takes longer than a look at memory runs on a thread of the library's own, so that none of these calls holds up a
//! screen. A panic inside becomes [`HealthError::Bug`]. ADR 0011 says why the surface has this shape.

#[macro_use]
mod give;

mod client;
mod error;
mod platform;
mod records;
mod runtime;
mod subscription;

pub use self::client::Client;
pub use self::client::door::*;
pub use error::HealthError;
pub use platform::{
    ClockPort, KeychainPort, NetworkCost, NetworkPort, Platform, PortFailure, RandomPort, StepListener,
    SyncListener, WatchListener, free_network, keychain_in_folder,
};
pub use records::*;
pub use subscription::Subscription;

uniffi::setup_scaffolding!();
