//! Tests of the facade that need no portal: under which heading an entry stands.
#![allow(clippy::expect_used, reason = "a test's helper stops the test")]

mod groups;
