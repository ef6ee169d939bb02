//! Targets, each with its kept corpus: every file of it is read first, then what is made of it by chance.

#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used
)]

mod brands;
mod change;
mod feed;
mod lenses;
mod page;
mod redirect;
mod sign_in;
mod statements;
mod tokens;
