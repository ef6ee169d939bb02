//! Kept forms, frozen: each specimen is made once and must be readable, and come out the same, for ever.

use std::path::PathBuf;

use portal::{
    Error, Tokens,
    fetch::{Cursor, Fault, Outcome},
};
use serde_json::{Value, json};

use crate::script::{BASE, tokens};

/// Compares with the specimen of that name. Under UPDATE_GOLDEN=1 a missing one is made; none is ever replaced.
#[allow(clippy::disallowed_methods)]
pub fn golden(name: &str, bytes: &[u8]) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors/portal").join(name);
    if !path.exists() && std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, bytes).unwrap();
    }
    let kept =
        std::fs::read(&path).unwrap_or_else(|_| panic!("{name} is missing: make it with UPDATE_GOLDEN=1"));
    assert_eq!(String::from_utf8_lossy(bytes), String::from_utf8_lossy(&kept), "{name}");
    kept
}

#[test]
fn tokens_of_the_first_version_are_read() {
    let made = tokens(|value| value["expires_at"] = json!(1_772_370_000));
    let kept = golden("tokens-1.json", &made.encode());
    let read = Tokens::decode(&kept).unwrap();
    assert_eq!((read.base().as_str(), read.patient(), read.can_refresh()), (BASE, "p1", true));
    assert_eq!((read.obtained_at(), read.expires_at()), (1_772_366_400, Some(1_772_370_000)));
    assert_eq!(read.encode().as_slice(), kept);
}

#[test]
fn tokens_that_were_tampered_with_or_are_of_another_version_are_not_read() {
    let kept: Value = serde_json::from_slice(&tokens(|_| {}).encode()).unwrap();
    for (key, bad) in [
        ("version", json!(2)),
        ("base", json!("http://portal.example/fhir")),
        ("token_endpoint", json!("http://login.example/token")),
        ("revocation_endpoint", json!("http://evil.example")),
        ("patient", json!("../x")),
        ("access", json!("")),
        ("access", json!("a\r\nb")),
        ("refresh", json!("a b")),
        ("obtained_at", json!("x")),
    ] {
        let mut other = kept.clone();
        other[key] = bad;
        assert_eq!(Tokens::decode(other.to_string().as_bytes()).err(), Some(Error::BadTokens), "{key}");
    }
    assert_eq!(Tokens::decode(b"").err(), Some(Error::BadTokens));
    let mut wider = kept;
    wider["later"] = json!(1);
    assert!(Tokens::decode(wider.to_string().as_bytes()).is_ok(), "an added member does no harm");
}

#[test]
fn cursors_of_the_first_version_are_read() {
    let cursor = Cursor {
        slot: "Observation/laboratory".to_owned(),
        run: 3,
        next: Some("https://portal.example/fhir?page=2".to_owned()),
        pages: 1,
        count: 100,
        started: 1_772_366_400,
        full: true,
        flawed: true,
        complete: Some(1_772_280_000),
        last_full: Some(1_771_680_000),
        no_last_updated: true,
        small_pages: true,
        single_pages: false,
        total: None,
        empty: false,
        covers: false,
        refused: None,
        busy_until: None,
        away_until: None,
        ahead: Vec::new(),
        left_out: Vec::new(),
        no_left_out: false,
    };
    let kept = golden("cursor-1.json", &serde_json::to_vec(&cursor).unwrap());
    assert_eq!(serde_json::from_slice::<Cursor>(&kept).unwrap(), cursor);
}

#[test]
fn cursors_that_know_what_to_spare_are_read() {
    let cursor = Cursor {
        slot: "Observation".to_owned(),
        run: 4,
        next: None,
        pages: 2,
        count: 0,
        started: 1_772_366_400,
        full: true,
        flawed: false,
        complete: Some(1_772_366_400),
        last_full: Some(1_772_366_400),
        no_last_updated: false,
        small_pages: true,
        single_pages: true,
        total: Some(120),
        empty: true,
        covers: true,
        refused: Some(1_772_366_401),
        busy_until: Some(1_772_373_600),
        away_until: None,
        ahead: Vec::new(),
        left_out: Vec::new(),
        no_left_out: false,
    };
    let kept = golden("cursor-2.json", &serde_json::to_vec(&cursor).unwrap());
    assert_eq!(serde_json::from_slice::<Cursor>(&kept).unwrap(), cursor);
}

#[test]
fn cursors_that_know_what_to_step_around_are_read() {
    let old = json!({"slot": "Observation", "run": 5, "next": null, "pages": 1, "count": 0, "started": 1_772_366_400, "full": false});
    let old: Cursor = serde_json::from_value(old).unwrap();
    let cursor = Cursor {
        away_until: Some(1_772_373_600),
        ahead: vec![1_789_646_400, 1_798_761_600],
        left_out: vec![1_798_761_600],
        no_left_out: true,
        ..old
    };
    let kept = golden("cursor-3.json", &serde_json::to_vec(&cursor).unwrap());
    assert_eq!(serde_json::from_slice::<Cursor>(&kept).unwrap(), cursor);
}

#[test]
fn outcomes_of_the_first_version_are_read() {
    let outcomes = vec![
        Outcome::Ok { count: 7, complete: true },
        Outcome::NotGranted,
        Outcome::Refused { status: 403, reason: "not for you".to_owned() },
        Outcome::Failed { fault: Fault::OtherHost, reason: "next link to another host".to_owned() },
    ];
    let kept = golden("outcomes-1.json", &serde_json::to_vec(&outcomes).unwrap());
    assert_eq!(serde_json::from_slice::<Vec<Outcome>>(&kept).unwrap(), outcomes);
}
