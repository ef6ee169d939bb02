//! Stories of one record on several devices: alice has a phone and a tablet, bob is the caregiver.
#![allow(clippy::disallowed_methods)] // tests read their own files

mod arrival;
mod documents;
mod frozen;
mod identity;
mod notes;
mod plan;
mod rows;
mod world;
