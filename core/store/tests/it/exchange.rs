//! What arrives, in whatever order and number, gives one record.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use record::row::State;
use statement::Section;
use store::{Query, Store};

use crate::world::{ALICE, Device, KEY, PORTAL, Piece, allergy, glucose, key, path_in, receive, retracted};

/// Alice's phone after some weeks.
fn phone() -> Device {
    let mut phone = Device::phone();
    phone.sees(1_000, &[&glucose("g1", "98", "2024-03-14"), &allergy("a1", "Penicillin")]);
    phone.sees(2_000, &[&glucose("g1", "99", "2024-03-14"), &glucose("g2", "120", "2024-04-01T08:00:00Z")]);
    phone.sees(3_000, &[&glucose("g1", "98", "2024-03-14"), &retracted("g2")]);
    let first = phone.notes(&key("Observation", "g1").to_string(), "Was ill that week", &[]);
    phone.notes(&key("Observation", "g1").to_string(), "Was ill that day", &[first]);
    phone.notes("", "Ask about the dose", &[]);
    phone.reads(&key("Observation", "g1"));
    phone.misses(4_000, &Section::RESULTS, &[("Observation", "g2")]);
    phone
}

fn shown(store: &Store) -> (Vec<record::row::Row>, Vec<store::StoredNote>, BTreeSet<fhir::Digest>) {
    let query = Query { member: Some(ALICE), ..Query::default() };
    let rows = store.rows(&query).unwrap().into_iter().map(|stored| stored.row).collect();
    (rows, store.notes_of(&Section::RESULTS).unwrap(), store.read_marks(&ALICE).unwrap())
}

#[test]
fn any_order_and_duplication_of_arrival_gives_the_same_record() {
    let phone = phone();
    let pieces = phone.sends();
    let mut runner = TestRunner::new(Config { cases: 12, failure_persistence: None, ..Config::default() });
    let twice: Vec<usize> = (0..pieces.len()).chain(0..pieces.len()).collect();
    let orders = (Just(twice).prop_shuffle(), 1..6usize);
    runner
        .run(&orders, |(order, size)| {
            let tablet = Device::tablet();
            for batch in order.chunks(size) {
                let batch: Vec<Piece> = batch.iter().map(|index| pieces[*index].clone()).collect();
                receive(&tablet.store, &batch);
            }
            prop_assert_eq!(shown(&tablet.store), shown(&phone.store));
            prop_assert_eq!(tablet.store.content_digest().unwrap(), phone.store.content_digest().unwrap());
            prop_assert!(tablet.store.check().unwrap().is_sound());
            Ok(())
        })
        .unwrap();
}

#[test]
fn two_devices_that_exchange_show_the_same() {
    let (mut phone, mut tablet) = (phone(), Device::tablet());
    receive(&tablet.store, &phone.sends());
    tablet.notes(&key("AllergyIntolerance", "a1").to_string(), "Since childhood", &[]);
    phone.sees(5_000, &[&allergy("a1", "Penicillin V")]);
    phone.notes("", "Bring the list", &[]);
    let (from_phone, from_tablet) = (phone.sends(), tablet.sends());
    receive(&tablet.store, &from_phone);
    receive(&phone.store, &from_tablet);
    assert_eq!(shown(&phone.store), shown(&tablet.store));
    assert_eq!(phone.store.content_digest().unwrap(), tablet.store.content_digest().unwrap());
    assert_eq!(
        phone.store.chain_heads(&Section::RESULTS).unwrap(),
        tablet.store.chain_heads(&Section::RESULTS).unwrap()
    );
}

#[test]
fn the_same_again_touches_nothing() {
    let phone = phone();
    let touched = receive(&phone.store, &phone.sends());
    assert!(touched.is_empty(), "{touched:?}");
    assert_eq!((touched.new_statements, touched.new_resources), (0, 0));
    let again = phone.sees(9_000, &[&glucose("g1", "98", "2024-03-14")]);
    assert!(again.is_empty(), "what a portal shows unchanged is not written");
}

#[test]
fn an_answer_says_what_it_touched() {
    let phone = Device::phone();
    let first = phone.sees(1_000, &[&glucose("g1", "98", "2024-03-14"), &allergy("a1", "Penicillin")]);
    assert_eq!(first.sections, BTreeSet::from([Section::RESULTS, Section::ALLERGIES]));
    assert_eq!(first.new_rows, BTreeSet::from([key("Observation", "g1"), key("AllergyIntolerance", "a1")]));
    let second = phone.sees(2_000, &[&glucose("g1", "101", "2024-03-14"), &allergy("a1", "Penicillin")]);
    assert_eq!(second.sections, BTreeSet::from([Section::RESULTS]));
    assert_eq!(second.changed_rows, BTreeSet::from([key("Observation", "g1")]));
    assert!(second.new_rows.is_empty());
}

#[test]
fn a_kill_before_the_commit_leaves_nothing_of_it_and_after_it_leaves_all() {
    let phone = Device::phone();
    phone.sees(1_000, &[&glucose("g1", "98", "2024-03-14")]);
    let (whole, commits) = (phone.store.content_digest().unwrap(), phone.store.commits());
    let half = crate::files::raw(&phone.path());
    half.execute_batch("BEGIN IMMEDIATE; DELETE FROM row_code; DELETE FROM reference; DELETE FROM row;")
        .unwrap();
    drop(half);
    assert_eq!((phone.store.content_digest().unwrap(), commits), (whole, 1));

    // A copy of the files as a kill would leave them, the write-ahead log not yet folded in.
    let killed = tempfile::tempdir().unwrap();
    for name in ["record.db", "record.db-wal"] {
        std::fs::copy(phone.folder.path().join(name), killed.path().join(name)).unwrap();
    }
    let found = Store::open(&path_in(killed.path()), &KEY).unwrap();
    assert_eq!(found.content_digest().unwrap(), whole);
    assert!(found.check().unwrap().is_sound());
}

#[test]
fn a_page_whose_bytes_have_not_come_is_shown_as_not_held_until_they_do() {
    let (phone, tablet) = (Device::phone(), Device::tablet());
    phone.sees(1_000, &[&glucose("g1", "98", "2024-03-14")]);
    let (statements, bytes): (Vec<Piece>, Vec<Piece>) =
        phone.sends().into_iter().partition(|piece| matches!(piece, Piece::Statement(_)));
    receive(&tablet.store, &statements);
    let row = tablet.store.row(&key("Observation", "g1"), None).unwrap().unwrap();
    assert_eq!(row.row.state, State::NotHeld);
    assert_eq!(tablet.store.missing_resources(9).unwrap(), vec![row.row.current]);
    assert_eq!(tablet.store.check().unwrap().missing_resources, 1);
    assert_eq!(tablet.store.counts(None).unwrap()[0].not_held, 1);
    let touched = receive(&tablet.store, &bytes);
    assert_eq!(touched.changed_rows, BTreeSet::from([key("Observation", "g1")]));
    assert_eq!(tablet.store.content_digest().unwrap(), phone.store.content_digest().unwrap());
    assert!(tablet.store.check().unwrap().is_sound());
}

#[test]
fn different_content_has_a_different_digest() {
    let mut seen = BTreeSet::new();
    let phone = Device::phone();
    seen.insert(phone.store.content_digest().unwrap());
    phone.sees(1_000, &[&glucose("g1", "98", "2024-03-14")]);
    seen.insert(phone.store.content_digest().unwrap());
    phone.sees(2_000, &[&glucose("g1", "98.0", "2024-03-14")]);
    seen.insert(phone.store.content_digest().unwrap());
    phone.sees(3_000, &[&retracted("g1")]);
    seen.insert(phone.store.content_digest().unwrap());
    let mut phone = phone;
    phone.notes("", "A note", &[]);
    seen.insert(phone.store.content_digest().unwrap());
    phone.misses(4_000, &Section::RESULTS, &[("Observation", "g1")]);
    seen.insert(phone.store.content_digest().unwrap());
    assert_eq!(seen.len(), 6);
}

#[test]
fn h5_the_latest_sighting_is_current_and_a_retraction_follows_its_original() {
    let phone = phone();
    let g1 = phone.store.row(&key("Observation", "g1"), None).unwrap().unwrap();
    assert_eq!(g1.row.revisions, 3, "98, 99, 98 again");
    assert_eq!(g1.row.sighting, 3_000);
    let revisions = phone.store.revisions(&key("Observation", "g1")).unwrap();
    assert_eq!(revisions.iter().map(|revision| revision.at).collect::<Vec<_>>(), vec![3_000, 2_000, 1_000]);
    assert_eq!(revisions[0].digest, g1.row.current);
    let g2 = phone.store.row(&key("Observation", "g2"), None).unwrap().unwrap();
    assert_eq!((g2.row.state, &g2.row.section), (State::Retracted, &Section::RESULTS));
    assert_eq!(g2.row.summary.value, None);
    assert_eq!(g2.row.missing_from, vec![PORTAL]);
    assert_eq!(phone.store.last_sighting(&PORTAL).unwrap(), Some(4_000));
}
