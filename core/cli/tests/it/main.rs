//! The built program, as a person or a script uses it.
#![allow(clippy::disallowed_methods, reason = "tests keep files of their own")]

mod home;
#[cfg(feature = "demo")]
mod portals;
mod stories;
