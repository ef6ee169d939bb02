//! Documents as portals and attackers send them.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "tests measure time and stop at the first surprise"
)]

mod archive;
mod bounds;
mod calendar;
mod cda;
mod pdf;
mod scripts;
