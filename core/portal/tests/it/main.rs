//! Alice connects the portal of her hospital and fetches her record. Portals are tables: a request and its answers.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

mod chasing;
mod discovering;
mod failing;
mod hostile;
mod incremental;
mod paging;
mod planning;
mod refreshing;
mod script;
mod signing_in;
mod vectors;
