//! Stories of one record on several devices: alice has a phone and a tablet, bob is the caregiver.
#![allow(clippy::disallowed_methods)] // tests read their own files
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice
)]

mod acts;
mod acts_model;
mod arrival;
mod documents;
mod frozen;
mod identity;
mod notes;
mod parts;
mod plan;
mod rows;
mod sharing;
mod world;
