//! What people write: notes and read marks.

use fhir::ResourceKey;
use record::facts::{Fact, KIND_READ};
use store::{Commit, Found, Phase, Query};

use crate::world::{ALICE, BOB, Device, Piece, glucose, key, receive};

fn g1() -> ResourceKey {
    key("Observation", "g1")
}

/// Alice's phone and tablet with one result and one note on both.
fn both() -> (Device, Device, record::facts::FactDigest) {
    let (mut phone, tablet) = (Device::phone(), Device::tablet());
    phone.sees(1_000, &[&glucose("g1", "98", "2024-03-14")]);
    let note = phone.notes(&g1().to_string(), "Was ill", &[]);
    receive(&tablet.store, &phone.sends());
    (phone, tablet, note)
}

fn swap(one: &Device, other: &Device) {
    let (from_one, from_other) = (one.sends(), other.sends());
    receive(&one.store, &from_other);
    receive(&other.store, &from_one);
}

#[test]
fn two_edits_of_one_note_are_both_kept_and_shown() {
    let (mut phone, mut tablet, note) = both();
    phone.notes(&g1().to_string(), "Was ill with a cold", &[note]);
    tablet.notes(&g1().to_string(), "Was ill with a fever", &[note]);
    swap(&phone, &tablet);
    let shown = phone.store.notes(&g1()).unwrap();
    assert_eq!(shown, tablet.store.notes(&g1()).unwrap());
    assert_eq!(shown.len(), 1);
    assert!(shown[0].note.conflict);
    let mut texts: Vec<&str> = shown[0].texts.values().map(String::as_str).collect();
    texts.sort_unstable();
    assert_eq!(texts, ["Was ill with a cold", "Was ill with a fever"]);
    assert_eq!(phone.store.search("fever", 9).unwrap().len(), 1);
    assert_eq!(phone.store.row(&g1(), None).unwrap().unwrap().notes, 1);
    assert!(phone.store.check().unwrap().is_sound());
}

#[test]
fn a_deleted_note_leaves_list_and_search_and_its_text_can_be_forgotten() {
    let (mut phone, tablet, note) = both();
    assert!(phone.store.deleted_texts().unwrap().is_empty());
    let held = phone.store.notes(&g1()).unwrap();
    let text = held[0].note.versions[0].text.unwrap();
    phone.deletes(&g1().to_string(), &[note]);
    swap(&phone, &tablet);
    for device in [&phone, &tablet] {
        assert!(device.store.notes(&g1()).unwrap().is_empty());
        assert!(device.store.search("ill", 9).unwrap().is_empty());
        assert_eq!(device.store.deleted_texts().unwrap(), vec![text]);
        let commit = Commit { dropped_texts: vec![text], ..Commit::default() };
        device.store.commit(commit).unwrap();
        assert_eq!(device.store.text(&text).unwrap(), None);
        assert!(device.store.deleted_texts().unwrap().is_empty());
        assert!(device.store.check().unwrap().is_sound());
    }
}

#[test]
fn a_text_that_comes_after_its_note_is_shown_and_found() {
    let (phone, _, _) = both();
    let tablet = Device::tablet();
    let (texts, rest): (Vec<Piece>, Vec<Piece>) =
        phone.sends().into_iter().partition(|piece| matches!(piece, Piece::Text(..)));
    receive(&tablet.store, &rest);
    assert!(tablet.store.notes(&g1()).unwrap()[0].texts.is_empty());
    assert_eq!(tablet.store.check().unwrap().missing_texts, 1);
    let touched = receive(&tablet.store, &texts);
    assert_eq!(touched.notes.len(), 1);
    assert_eq!(tablet.store.notes(&g1()).unwrap(), phone.store.notes(&g1()).unwrap());
    assert_eq!(tablet.store.search("ill", 9).unwrap().len(), 1);
}

#[test]
fn h15_one_members_reading_clears_nothing_for_another_and_a_correction_is_new_again() {
    let (mut phone, tablet, _) = both();
    let is_new = |device: &Device, member| device.store.row(&g1(), Some(&member)).unwrap().unwrap().new;
    assert!(is_new(&phone, ALICE) && is_new(&phone, BOB));
    let touched = phone.reads(&g1());
    assert_eq!(touched.read_marks.len(), 1);
    swap(&phone, &tablet);
    for device in [&phone, &tablet] {
        assert!(!is_new(device, ALICE), "read on the phone, so read on the tablet");
        assert!(is_new(device, BOB));
        let new = |member| {
            let query = Query { member: Some(member), only_new: true, ..Query::default() };
            (device.store.rows(&query).unwrap().len(), device.store.counts(Some(&member)).unwrap()[0].new)
        };
        assert_eq!((new(ALICE), new(BOB)), ((0, 0), (1, 1)));
    }
    phone.sees(2_000, &[&glucose("g1", "198", "2024-03-14")]);
    assert!(is_new(&phone, ALICE));
    assert!(!phone.store.row(&g1(), None).unwrap().unwrap().new, "nobody asks");
}

#[test]
fn nobody_reads_or_notes_in_anothers_name() {
    let (phone, _, _) = both();
    let mut bobs = Device::bobs();
    receive(&bobs.store, &phone.sends());
    let current = bobs.store.row(&g1(), None).unwrap().unwrap().row.current;
    let false_mark =
        Fact { member: ALICE, revisions: vec![current], ..bobs.fact(KIND_READ, &g1().to_string()) };
    let statement = bobs.writes(&[false_mark]);
    bobs.store.commit(Commit { statements: vec![statement], ..Commit::default() }).unwrap();
    receive(&phone.store, &bobs.sends());
    for device in [&phone, &bobs] {
        assert!(device.store.read_marks(&ALICE).unwrap().is_empty());
        assert!(device.store.check().unwrap().is_sound());
    }
}

#[test]
fn a_statement_that_cannot_be_applied_is_set_aside_and_passed_on() {
    let (phone, tablet, _) = both();
    let (section, facts) = (statement::Section::RESULTS, statement::kind::FACTS);
    let junk = statement::body::Facts::new(vec![b"no change at all".to_vec()]).encode().unwrap();
    for body in [junk, b"no body at all".to_vec()] {
        let statement = phone.sign(&section, facts, body);
        let touched =
            phone.store.commit(Commit { statements: vec![statement], ..Commit::default() }).unwrap();
        assert_eq!(touched.set_aside, 1);
    }
    let page = phone.sign(&section, statement::kind::PAGE, b"no page".to_vec());
    let unknown = phone.sign(&section, "of-a-later-version", b"whatever".to_vec());
    assert_eq!(
        phone.store.commit(Commit { statements: vec![page], ..Commit::default() }).unwrap().set_aside,
        1
    );
    assert_eq!(
        phone.store.commit(Commit { statements: vec![unknown], ..Commit::default() }).unwrap().set_aside,
        0
    );
    let sent = phone.sends().len();
    receive(&tablet.store, &phone.sends());
    assert_eq!(tablet.sends().len(), sent);
    let report = tablet.store.check().unwrap();
    assert_eq!(report.set_aside, 3);
    assert_eq!(report.different, 0);
    assert_eq!(tablet.store.notes(&g1()).unwrap(), phone.store.notes(&g1()).unwrap());
}

#[test]
fn c15_what_was_set_aside_is_tried_again_once_by_each_version_of_the_app() {
    let (phone, tablet, _) = both();
    let page = phone.sign(&statement::Section::RESULTS, statement::kind::PAGE, b"no page".to_vec());
    phone.store.commit(Commit { statements: vec![page], ..Commit::default() }).unwrap();
    let of_another_version = |device: &Device| {
        let settings = vec![("tried_by".to_owned(), Some(b"0.0.1".to_vec()))];
        device.store.commit(Commit { settings, ..Commit::default() }).unwrap();
    };
    let phase = |device: &Device| device.store.progress().unwrap().phase;
    let phone = phone.reopen();
    assert_eq!(phase(&phone), Phase::Done, "this version has tried it");
    of_another_version(&phone);
    let phone = phone.reopen();
    assert_ne!(phase(&phone), Phase::Done, "another version had set it aside");
    phone.store.rebuild(|_| true).unwrap();
    assert_eq!(phone.store.check().unwrap().set_aside, 1, "nor does this one understand it");
    let phone = phone.reopen();
    assert_eq!(phase(&phone), Phase::Done, "once is enough");
    // Where nothing was set aside, nothing is to be tried.
    of_another_version(&tablet);
    assert_eq!(phase(&tablet.reopen()), Phase::Done);
}

#[test]
fn a_note_is_found_by_any_of_its_words_with_what_it_is_about() {
    let (mut phone, _, note) = both();
    phone.notes("", "The Ärztin asked about sleep, tiredness and appetite", &[]);
    let hits = phone.store.search("arztin tired", 9).unwrap();
    assert_eq!(hits.len(), 1);
    assert!(hits[0].snippet.contains("\u{2}Ärztin\u{3} asked"), "{:?}", hits[0].snippet);
    let Found::Note { root, subjects } = &phone.store.search("ill", 9).unwrap()[0].found else {
        panic!("a note");
    };
    assert_eq!((*root, subjects.as_slice()), (note, [g1().to_string()].as_slice()));
}
