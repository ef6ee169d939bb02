//! The built program, as a person or a script uses it.
#![allow(clippy::disallowed_methods, reason = "tests keep files of their own")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "tests")]

#[cfg(feature = "demo")]
mod acting;
mod connecting;
#[cfg(feature = "demo")]
mod correspondence;
#[cfg(feature = "demo")]
mod covers;
#[cfg(feature = "demo")]
mod documents;
mod home;
mod leaving;
#[cfg(feature = "demo")]
mod parts;
#[cfg(feature = "demo")]
mod portals;
mod salvage;
mod stories;
