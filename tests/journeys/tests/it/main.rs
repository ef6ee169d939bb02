//! The journeys, and the rules that hold for the repository as a whole.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "tests read files and stop at the first surprise"
)]

mod accept;
mod access;
mod acts;
mod appointments;
mod attachments;
mod canary;
mod child;
mod death;
mod egress;
mod export;
mod fetching;
mod flips;
mod fsync;
mod hostile;
mod house;
mod kills;
mod lab_result;
mod layers;
mod leaks;
mod logs;
mod maren;
mod memory;
mod messy;
mod notes;
mod observe;
mod older;
mod panels;
mod parts;
mod people;
mod purge;
mod quirks;
mod replaced;
mod reveal;
mod screens;
mod secrets;
mod space;
mod staying;
mod strace;
mod threads;
mod twins;
mod unlock;

use std::path::PathBuf;

/// As a host that wants the strict mode has it: what is freed is overwritten.
#[global_allocator]
static MEMORY: zeroizing_alloc::ZeroAlloc<std::alloc::System> =
    zeroizing_alloc::ZeroAlloc(std::alloc::System);

/// The repository's top folder.
fn root() -> PathBuf {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).expect("tests/journeys lies two folders below the top").to_path_buf()
}
