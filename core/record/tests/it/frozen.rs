//! Specimens that were written once and are opened for ever.

use record::facts::{Document, Fact, KIND_COVER, KIND_NOTE, KIND_PURGE, KIND_UNCOVER, Later, Text, covers};
use statement::{Section, body};

use crate::world::*;

const DIRECTORY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/vectors/record/");

/// The specimen's bytes. `UPDATE_GOLDEN=1` writes it when it is missing, and never changes one that is there.
fn open(name: &str, make: impl FnOnce() -> Vec<u8>) -> Vec<u8> {
    let path = format!("{DIRECTORY}{name}.hex");
    let missing = std::fs::metadata(&path).is_err();
    if missing && std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::create_dir_all(DIRECTORY).unwrap();
        std::fs::write(&path, data_encoding::HEXLOWER.encode(&make()) + "\n").unwrap();
    }
    let hex = std::fs::read_to_string(&path).unwrap();
    data_encoding::HEXLOWER.decode(hex.trim().as_bytes()).unwrap()
}

fn text() -> Text {
    Text { salt: [0x55; 16], text: "Ask about iron.".to_owned() }
}

fn first() -> Fact {
    Fact {
        kind: KIND_NOTE.to_owned(),
        subjects: vec!["https://portal.example/fhir|Observation|hb".to_owned()],
        member: ALICE,
        written_at: 1_783_000_000,
        nonce: [0x66; 16],
        replaces: Vec::new(),
        text: Some(text().id()),
        deleted: false,
        revisions: vec![fhir::Digest([0x77; 32])],
        body: None,
        later: Later::default(),
    }
}

fn second() -> Fact {
    let replaces = vec![first().digest().unwrap()];
    Fact { replaces, text: None, deleted: true, nonce: [0x67; 16], revisions: Vec::new(), ..first() }
}

fn written() -> Vec<Vec<u8>> {
    let mut document = Document::new(Section::RESULTS);
    [first(), second()]
        .iter()
        .map(|fact| document.write(&PHONE, std::slice::from_ref(fact)).unwrap())
        .collect()
}

#[test]
fn fact() {
    let bytes = open("fact", || first().encode().unwrap());
    assert_eq!(Fact::decode(&bytes).unwrap(), first());
    assert_eq!(first().encode().unwrap(), bytes);
    let name = std::fs::read_to_string(format!("{DIRECTORY}README.md")).unwrap();
    assert!(name.contains(&first().digest().unwrap().to_string()), "the digest is written down");
}

#[test]
fn droppable_text() {
    let bytes = open("text", || text().encode().unwrap());
    assert_eq!(Text::decode(&bytes).unwrap(), text());
    assert_eq!(text().encode().unwrap(), bytes);
    let name = std::fs::read_to_string(format!("{DIRECTORY}README.md")).unwrap();
    assert!(name.contains(&text().id().to_string()), "the digest is written down");
}

/// A `facts` body with two changes: Automerge's format must be read for ever, whatever later versions write.
#[test]
fn facts_body() {
    let bytes = open("facts-body", || body::Facts::new(written()).encode().unwrap());
    let body = body::Facts::decode(&bytes).unwrap();
    assert_eq!(body.encode().unwrap(), bytes);
    let mut document = Document::new(Section::RESULTS);
    let mut seen = Vec::new();
    for change in body.changes() {
        seen.extend(document.apply(&PHONE, change).unwrap());
    }
    assert_eq!(seen.iter().map(|w| w.fact.clone()).collect::<Vec<_>>(), [first(), second()]);
    assert!(record::facts::notes(&document.facts())[0].deleted);
}

fn marks() -> [Fact; 3] {
    let category = "category:hiv".to_owned();
    let bare = Fact { text: None, revisions: Vec::new(), ..first() };
    let cover = Fact { kind: KIND_COVER.to_owned(), subjects: vec![category.clone()], ..bare.clone() };
    let replaces = vec![cover.digest().unwrap()];
    let uncover = Fact { kind: KIND_UNCOVER.to_owned(), subjects: vec![category], replaces, ..bare.clone() };
    let revisions = vec![fhir::Digest([0x99; 32]), fhir::Digest([0x77; 32])];
    [cover, uncover, Fact { kind: KIND_PURGE.to_owned(), revisions, ..bare }]
}

/// A cover, its end, and a removal: what they meant they mean for ever.
#[test]
fn covers_and_removal() {
    let made = || {
        let mut document = Document::new(Section::PROFILE.withheld());
        body::Facts::new(vec![document.write(&PHONE, &marks()).unwrap()]).encode().unwrap()
    };
    let bytes = open("facts-covers-and-removal", made);
    let mut document = Document::new(Section::PROFILE.withheld());
    for change in body::Facts::decode(&bytes).unwrap().changes() {
        document.apply(&PHONE, change).unwrap();
    }
    let mut facts = document.facts();
    assert_eq!(facts.len(), 3);
    assert!(covers(&facts, &ALICE).is_empty());
    facts.retain(|written| written.fact.kind != KIND_UNCOVER);
    assert_eq!(covers(&facts, &ALICE).into_keys().collect::<Vec<_>>(), ["category:hiv"]);
    let purge = facts.iter().find(|written| written.fact.kind == KIND_PURGE).unwrap();
    assert_eq!(purge.fact, marks()[2]);
}
