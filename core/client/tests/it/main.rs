//! Tests of the facade that need no portal: under which heading an entry stands.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests stop at the first surprise"
)]

mod groups;
