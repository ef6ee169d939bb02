//! What had been recorded by mistake, and a member wanted gone (hazard H19).

use record::facts::{Fact, KIND_PURGE};
use record::row::{Row, State};
use statement::kind;
use store::{Commit, Store};

use crate::world::{Device, Piece, glucose, key, receive, retracted};

const DRAWN: &str = "2026-10-01T07:00:00Z";

/// A result with a value of somebody else, taken back.
fn mistake() -> Device {
    let phone = Device::phone();
    phone.sees(1_000, &[&glucose("g1", "431", DRAWN), &glucose("g2", "99", DRAWN)]);
    phone.sees(2_000, &[&stamped("1")]);
    phone
}

/// The same retraction, as the portal stamps it at each answer.
fn stamped(version: &str) -> String {
    retracted("g1").replace("\"status\"", &format!("\"meta\":{{\"versionId\":\"{version}\"}},\"status\""))
}

/// The fact that wants every revision of the result gone.
fn wish(device: &mut Device) -> Fact {
    let about = key("Observation", "g1");
    let mut revisions: Vec<_> =
        device.store.revisions(&about).unwrap().into_iter().map(|revision| revision.digest).collect();
    revisions.dedup();
    Fact { revisions, ..device.fact(KIND_PURGE, &about.to_string()) }
}

fn purge(device: &mut Device) {
    let fact = wish(device);
    let statement = device.writes(&[fact]);
    device.store.commit(Commit { statements: vec![statement], ..Commit::default() }).unwrap();
}

fn row(store: &Store, id: &str) -> Row {
    store.row(&key("Observation", id), None).unwrap().unwrap().row
}

fn held(store: &Store, pieces: &[Piece]) -> usize {
    let bytes = pieces.iter().filter_map(|piece| match piece {
        Piece::Bytes(bytes) => Some(fhir::Digest::of(bytes)),
        _ => None,
    });
    bytes.filter(|digest| store.bytes(digest).unwrap().is_some()).count()
}

#[test]
fn h19_purged_bytes_are_gone_and_the_statements_stay() {
    let mut phone = mistake();
    let pieces = phone.sends();
    assert_eq!((held(&phone.store, &pieces), row(&phone.store, "g1").state), (3, State::Retracted));
    let statements = phone.store.statements_after(0, 100).unwrap().len();
    purge(&mut phone);
    assert_eq!(held(&phone.store, &pieces), 1, "only the other result's");
    assert_eq!(phone.store.statements_after(0, 100).unwrap().len(), statements + 1);
    let gone = row(&phone.store, "g1");
    assert_eq!(
        (gone.state, gone.summary.title.as_str(), gone.summary.codes.len()),
        (State::Purged, "Observation", 0)
    );
    assert!(!serde_json::to_string(&gone).unwrap().contains("431"), "the value before is gone too");
    assert!(phone.store.search("431", 10).unwrap().is_empty());
    assert_eq!(row(&phone.store, "g2").state, State::Current);
    assert_eq!(phone.store.missing_resources(10).unwrap(), [], "nobody is asked for them");
    let report = phone.store.check().unwrap();
    assert!(report.is_sound(), "{report:?}");
    assert_eq!((report.purged, report.missing_resources, report.not_purged), (2, 0, 0));
}

#[test]
fn h19_a_later_sync_or_another_device_does_not_bring_them_back() {
    let mut phone = mistake();
    let pieces = phone.sends();
    purge(&mut phone);
    receive(&phone.store, &pieces);
    assert_eq!((held(&phone.store, &pieces), row(&phone.store, "g1").state), (1, State::Purged));
    // The tablet has a connection of its own, to which the portal says the same under another stamp.
    let tablet = Device::tablet();
    tablet.sees(1_500, &[&glucose("g1", "431", DRAWN)]);
    tablet.sees(2_500, &[&stamped("7")]);
    let others = tablet.sends();
    receive(&phone.store, &others);
    assert_eq!((held(&phone.store, &others), row(&phone.store, "g1").state), (0, State::Purged));
    let phone = phone.reopen();
    phone.store.start_rebuild().unwrap();
    phone.store.rebuild(|_| true).unwrap();
    assert_eq!((held(&phone.store, &pieces), row(&phone.store, "g1").state), (1, State::Purged));
    assert!(phone.store.check().unwrap().is_sound());
}

#[test]
fn h19_a_wish_that_comes_first_or_last_ends_the_same() {
    let mut phone = mistake();
    let before = phone.sends();
    purge(&mut phone);
    let wish = phone.sends().into_iter().filter(|piece| match piece {
        Piece::Statement(signed) => signed.payload().unwrap().kind == kind::FACTS,
        _ => false,
    });
    let wish: Vec<Piece> = wish.collect();
    assert_eq!(wish.len(), 1);
    let backwards: Vec<Piece> = before.iter().rev().cloned().collect();
    for order in [[&wish, &before], [&before, &wish], [&backwards, &wish], [&wish, &backwards]] {
        let tablet = Device::tablet();
        for piece in order.into_iter().flatten() {
            receive(&tablet.store, std::slice::from_ref(piece));
        }
        assert_eq!(held(&tablet.store, &before), 1);
        assert_eq!(row(&tablet.store, "g1"), row(&phone.store, "g1"));
        assert!(tablet.store.check().unwrap().is_sound());
        assert_eq!(tablet.store.content_digest().unwrap(), phone.store.content_digest().unwrap());
    }
}

#[test]
fn h5_what_the_portal_states_again_is_shown_again() {
    let mut phone = mistake();
    purge(&mut phone);
    let again = glucose("g1", "101", DRAWN);
    phone.sees(3_000, &[&again]);
    let shown = row(&phone.store, "g1");
    assert_eq!((shown.state, shown.summary.value.as_deref()), (State::Current, Some("101 mg/dL")));
    assert!(phone.store.bytes(&fhir::Digest::of(again.as_bytes())).unwrap().is_some());
    let first = glucose("g1", "431", DRAWN);
    phone.sees(4_000, &[&first]);
    assert_eq!(row(&phone.store, "g1").summary.value.as_deref(), Some("431 mg/dL"), "even the very same");
    assert!(phone.store.check().unwrap().is_sound());
}

#[test]
fn h5_dropped_bytes_that_the_portal_states_again_are_shown_when_they_come() {
    let mut phone = mistake();
    purge(&mut phone);
    let tablet = Device::tablet();
    receive(&tablet.store, &phone.sends());
    assert_eq!(row(&tablet.store, "g1").state, State::Purged);
    phone.sees(4_000, &[&glucose("g1", "431", DRAWN)]);
    let (statements, bytes): (Vec<Piece>, Vec<Piece>) =
        phone.sends().into_iter().partition(|piece| matches!(piece, Piece::Statement(_)));
    receive(&tablet.store, &statements);
    assert_eq!(row(&tablet.store, "g1").state, State::NotHeld);
    receive(&tablet.store, &bytes);
    assert_eq!(row(&tablet.store, "g1"), row(&phone.store, "g1"));
    assert_eq!(row(&tablet.store, "g1").summary.value.as_deref(), Some("431 mg/dL"));
    assert!(tablet.store.check().unwrap().is_sound());
}

#[test]
fn nobody_removes_in_anothers_name() {
    let mut phone = mistake();
    let mut fact = wish(&mut phone);
    fact.member = crate::world::BOB;
    let statement = phone.writes(&[fact]);
    phone.store.commit(Commit { statements: vec![statement], ..Commit::default() }).unwrap();
    assert_eq!(row(&phone.store, "g1").state, State::Retracted);
}

#[test]
fn h19_the_files_of_a_purged_entry_go_with_it() {
    let mut phone = Device::phone();
    let connection = store::ConnectionRow {
        id: crate::world::PORTAL,
        issuer: crate::world::ISSUER.to_owned(),
        name: "Portal".to_owned(),
        patient: "p1".to_owned(),
        member: crate::world::ALICE,
        settings: String::new(),
        created: 0,
        ended: None,
    };
    phone.store.commit(Commit { connection: Some(connection), ..Commit::default() }).unwrap();
    // "Hello" and a file at an address, in the wrong person's result; another result carries "Hello" too.
    let form = |data: &str| {
        format!(
            r#""extension":[{{"url":"urn:x","valueAttachment":{{"contentType":"text/plain","data":"{data}"}}}}]"#
        )
    };
    let with =
        |id: &str, more: &str| glucose(id, "431", DRAWN).replace("\"status\"", &format!("{more},\"status\""));
    let fetched =
        r#""extension":[{"url":"urn:x","valueAttachment":{"contentType":"text/plain","url":"Binary/b1"}}]"#;
    phone.sees(1_000, &[&with("g1", &form("SGVsbG8=")), &with("g2", &form("SGVsbG8="))]);
    phone.sees(1_100, &[&with("g1", fetched)]);
    phone.sees(1_200, &[&with("g1", &form("T25seQ=="))]);
    let put = |text: &str, address: Option<&str>| store::PutFile {
        digest: fhir::Digest::of(text.as_bytes()),
        kind: "txt".to_owned(),
        length: text.len() as u64,
        text: Some(text.to_owned()),
        used: 1,
        sealed: address.map(|_| store::SealedFile {
            name: [7; 16],
            key: zeroize::Zeroizing::new([1; 32]),
            bytes: vec![1, 2, 3],
        }),
        address: address.map(|address| store::Address {
            connection: crate::world::PORTAL,
            address: address.to_owned(),
            digest: Some(fhir::Digest::of(text.as_bytes())),
            came: store::Came::Held,
            reason: None,
            at: 1,
            seen: 1_100,
        }),
    };
    for file in [put("Hello", None), put("Only", None), put("Fetched", Some("Binary/b1"))] {
        phone.store.put_file(&file).unwrap();
    }
    phone.sees(2_000, &[&stamped("1")]);
    purge(&mut phone);
    let known = |text: &str| phone.store.file(&fhir::Digest::of(text.as_bytes())).unwrap().is_some();
    assert!(known("Hello"), "another result carries it");
    assert!(!known("Only") && !known("Fetched"));
    assert!(phone.store.file_bytes(&fhir::Digest::of(b"Fetched")).unwrap().is_none());
    assert_eq!(phone.store.addresses(&crate::world::PORTAL).unwrap(), []);
    let folder = phone.folder.path().join("record.files");
    assert_eq!(std::fs::read_dir(folder).map_or(0, Iterator::count), 0, "no sealed bytes are left");
    let report = phone.store.check().unwrap();
    assert!(report.is_sound(), "{report:?}");
}
