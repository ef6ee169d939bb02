//! Records on disk: alice has a phone and a tablet, bob is the caregiver.
#![allow(
    clippy::disallowed_macros,
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test fails by panicking, looks at files, and speaks to another process"
)]

mod attachments;
mod damage;
mod exchange;
mod faults;
mod files;
mod kill;
mod kit;
mod numbers;
mod parts;
mod power;
mod purge;
mod search;
mod specimen;
mod upgrades;
mod whole;
mod words;
mod world;
