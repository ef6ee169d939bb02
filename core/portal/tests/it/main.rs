//! Alice connects the portal of her hospital and fetches her record. Portals are tables: a request and its answers.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

mod able;
mod acting;
mod ahead;
mod bodies;
mod chasing;
mod discovering;
mod downloading;
mod failing;
mod finding;
mod free_times;
mod hostile;
mod incremental;
mod keyed;
mod keys;
mod paging;
mod planning;
mod refreshing;
mod registering;
mod script;
mod shifting;
mod signing_in;
mod sparing;
mod vectors;
mod wild;
