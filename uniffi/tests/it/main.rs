//! The bindings from the Rust side: that what is committed is what they generate, and that nothing gets out of them but errors.

mod contained;
mod device;
mod errors;
mod fresh;
mod locking;
mod speed;
mod subscriptions;
mod threads;
