//! One conversion: every error of the client has its own name here.

use std::collections::BTreeSet;

const CLIENTS: &str = include_str!("../../../core/client/src/error.rs");
const OURS: &str = include_str!("../../src/error.rs");

/// The variants of the enum that begins with this line.
fn variants(source: &str, begins: &str) -> BTreeSet<String> {
    let body = source.split_once(begins).expect("the enum").1.split_once("\n}").expect("its end").0;
    let names = body.lines().filter_map(|line| line.strip_prefix("    "));
    let names = names.filter(|line| line.starts_with(|letter: char| letter.is_ascii_uppercase()));
    names.map(|line| line.chars().take_while(|letter| letter.is_alphanumeric()).collect()).collect()
}

#[test]
fn every_error_of_the_client_keeps_its_name() {
    let (theirs, ours) = (variants(CLIENTS, "pub enum Error {"), variants(OURS, "pub enum HealthError {"));
    assert!(theirs.len() > 20, "{theirs:?}");
    let own = ["Busy", "Ended"].map(str::to_owned);
    assert_eq!(ours, theirs.into_iter().chain(own).collect());
}
