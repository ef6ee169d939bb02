//! The sandbox as a client meets it: over loopback, through its pages.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod access;
mod acting;
mod acts;
mod app;
mod clients;
mod clinic;
mod evolve;
mod fetching;
mod hostile;
mod lab_chain;
mod messy;
mod paging;
mod quirks;
mod scheduling;
mod sign_in;
mod simulation;
mod tls;
mod tokens;
