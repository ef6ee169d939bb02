//! The bindings from the Rust side: that what is committed is what they generate, and that nothing gets out of them but errors.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

mod contained;
mod device;
mod errors;
mod fresh;
mod locking;
mod speed;
mod subscriptions;
mod threads;
