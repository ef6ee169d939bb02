//! Statements that were signed once and are opened for ever. `vault`'s tests check their signatures.

use statement::body::{Connection, Facts, Genesis, Listing, MissingEntry, Page, PageEntry};
use statement::{ConnectionId, DeviceId, Digest, MemberId, Payload, RecordId, Section, Signed};

const ALICE: MemberId = MemberId::new([0xa1; 16]);
const GENERAL: ConnectionId = ConnectionId::new([0xc1; 16]);
const ISSUER: &str = "https://portal.example/fhir";

/// The specimen, after checking that it is written as it was read.
fn open(name: &str) -> (Signed, Payload) {
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/vectors/statement/");
    let hex = std::fs::read_to_string(format!("{directory}{name}.hex")).unwrap();
    let bytes = data_encoding::HEXLOWER.decode(hex.trim().as_bytes()).unwrap();
    let signed = Signed::from_bytes(&bytes).unwrap();
    let payload = signed.payload().unwrap();
    assert_eq!(signed.to_bytes(), bytes);
    assert_eq!(payload.encode().unwrap(), signed.payload_bytes());
    assert!(payload.is_understood());
    (signed, payload)
}

fn record() -> RecordId {
    open("genesis").0.digest().into()
}

fn phone() -> DeviceId {
    Genesis::decode(&open("genesis").1.body).unwrap().device
}

fn assert_place(payload: &Payload, section: &Section, number: u64, clock: u64, kind: &str) {
    assert_eq!(payload.record, record());
    assert_eq!((payload.device, payload.member), (phone(), ALICE));
    assert_eq!((&payload.section, payload.kind.as_str()), (section, kind));
    assert_eq!((payload.number, payload.clock), (number, clock));
}

#[test]
fn genesis() {
    let (signed, payload) = open("genesis");
    assert_eq!(payload.record, RecordId::ZERO);
    assert_eq!((payload.number, payload.previous, payload.clock), (0, None, 1));
    assert_eq!((payload.section, payload.kind.as_str()), (Section::CIRCLE, "genesis"));
    let body = Genesis::decode(&payload.body).unwrap();
    assert_eq!((body.root, body.holder), (payload.device, ALICE));
    assert_eq!((body.nonce, body.name.as_str()), ([0x33; 16], "Alice Ames"));
    assert_eq!(body.encode().unwrap(), payload.body);
    let name = "30deaffe45429ccde01b7475d8800bcb1c9605eca26ecdab91d1a5271d5a4761";
    assert_eq!(signed.digest().to_string(), name);
}

#[test]
fn connection() {
    let (_, payload) = open("connection");
    assert_place(&payload, &Section::CIRCLE, 0, 2, "connection");
    let [root] = payload.heads.as_slice() else { panic!("one head") };
    assert_eq!((root.number, RecordId::from(root.digest)), (0, record()));
    let body = Connection::decode(&payload.body).unwrap();
    let expected = Connection {
        connection: GENERAL,
        issuer: ISSUER.to_owned(),
        name: "General Hospital".to_owned(),
        patient: "alice-1".to_owned(),
        member: ALICE,
    };
    assert_eq!(body, expected);
    assert_eq!(body.encode().unwrap(), payload.body);
}

#[test]
fn page() {
    let (_, payload) = open("page");
    assert_place(&payload, &Section::RESULTS, 0, 1, "page");
    assert_eq!(payload.previous, None);
    let body = Page::decode(&payload.body).unwrap();
    let entry = |resource_type: &str, id: &str, digest, comparison| PageEntry {
        resource_type: resource_type.to_owned(),
        id: id.to_owned(),
        digest: Digest::new([digest; 32]),
        comparison: Digest::new([comparison; 32]),
    };
    let expected = Page {
        connection: GENERAL,
        issuer: ISSUER.to_owned(),
        slot: "Observation/laboratory".to_owned(),
        sighting: 1_783_000_000,
        entries: vec![
            entry("Observation", "hb-1", 0xd1, 0xe1),
            entry("DiagnosticReport", "~000102030405060708090a0b0c0d0e0f", 0xd2, 0xe2),
        ],
    };
    assert_eq!(body, expected);
    assert_eq!(body.encode().unwrap(), payload.body);
}

#[test]
fn listing() {
    let (_, payload) = open("listing");
    assert_place(&payload, &Section::RESULTS, 1, 2, "listing");
    assert_eq!(payload.previous, Some(open("page").0.digest()));
    let body = Listing::decode(&payload.body).unwrap();
    let missing = MissingEntry { resource_type: "Observation".to_owned(), id: "hb-1".to_owned() };
    let expected = Listing {
        connection: GENERAL,
        issuer: ISSUER.to_owned(),
        slot: "Observation/laboratory".to_owned(),
        sighting: 1_783_086_400,
        missing: vec![missing],
    };
    assert_eq!(body, expected);
    assert_eq!(body.encode().unwrap(), payload.body);
}

#[test]
fn facts() {
    let (_, payload) = open("facts");
    assert_place(&payload, &Section::RESULTS, 2, 42, "facts");
    assert_eq!(payload.previous, Some(open("listing").0.digest()));
    let heads: Vec<_> = payload.heads.iter().map(|head| (head.device, head.number)).collect();
    assert_eq!(heads, [(DeviceId::new([0x0b; 32]), 7), (DeviceId::new([0xb0; 32]), 3)]);
    let body = Facts::decode(&payload.body).unwrap();
    let changes: Vec<_> = body.changes().collect();
    assert_eq!(changes, [b"first change".as_slice(), b"second change"]);
    assert_eq!(body.encode().unwrap(), payload.body);
}
