//! Rebuilding, checking, and what a device keeps for itself.

use std::collections::BTreeSet;

use statement::Section;
use store::{
    Commit, ConnectionRow, Cursor, ListingForgotten, ListingSeen, Phase, Quarantined, Query, Refusal,
    SlotOutcome, Store,
};

use crate::files::raw;
use crate::world::{ALICE, Device, ISSUER, KEY, PORTAL, allergy, glucose, key, path_in, receive, retracted};

fn phone(results: usize) -> Device {
    let mut phone = Device::phone();
    for start in (0..results).step_by(100) {
        let shown: Vec<String> = (start..results.min(start + 100))
            .map(|n| glucose(&format!("g{n:04}"), &n.to_string(), &format!("20{:02}-03-14", n % 25)))
            .collect();
        phone.sees(1_000 + start as i64, &shown.iter().map(String::as_str).collect::<Vec<_>>());
    }
    phone.sees(
        5_000,
        &[&glucose("g0000", "0.0", "2000-03-14"), &retracted("g0001"), &allergy("a1", "Penicillin")],
    );
    phone.notes(&key("Observation", "g0000").to_string(), "Was ill", &[]);
    phone.reads(&key("Observation", "g0000"));
    phone.misses(6_000, &Section::RESULTS, &[("Observation", "g0001")]);
    phone
}

#[test]
fn a_rebuild_equals_what_has_grown() {
    let phone = phone(30);
    let before = (
        phone.store.content_digest().unwrap(),
        phone.store.rows(&Query::default()).unwrap().into_iter().map(|stored| stored.row).collect::<Vec<_>>(),
        phone.store.notes_of(&Section::RESULTS).unwrap(),
        phone.store.read_marks(&ALICE).unwrap(),
        phone.store.counts(Some(&ALICE)).unwrap(),
    );
    let report = phone.store.check().unwrap();
    assert!(report.is_sound(), "{report:?}");
    phone.store.start_rebuild().unwrap();
    assert!(phone.store.rows(&Query::default()).unwrap().is_empty());
    assert!(phone.store.check().unwrap().rebuilding);
    assert_eq!(phone.store.rebuild(|_| true).unwrap().phase, Phase::Done);
    let after = (
        phone.store.content_digest().unwrap(),
        phone.store.rows(&Query::default()).unwrap().into_iter().map(|stored| stored.row).collect::<Vec<_>>(),
        phone.store.notes_of(&Section::RESULTS).unwrap(),
        phone.store.read_marks(&ALICE).unwrap(),
        phone.store.counts(Some(&ALICE)).unwrap(),
    );
    assert_eq!(after, before);
    let report = phone.store.check().unwrap();
    assert!(report.is_sound(), "{report:?}");
    assert_eq!(phone.store.search("wanderfalke", 100).unwrap().len(), 29);
}

#[test]
fn a_rebuild_is_taken_up_again_after_a_kill_and_commits_come_in_between() {
    let phone = phone(1_200);
    let (before, lookout) = (phone.store.content_digest().unwrap(), Device::tablet());
    receive(&lookout.store, &phone.sends());
    phone.store.start_rebuild().unwrap();
    let mut phone = phone;
    let mut stops = 0;
    let mut newest_first = None;
    loop {
        let mut batches = 0;
        let now = phone
            .store
            .rebuild(|_| {
                batches += 1;
                batches < 2
            })
            .unwrap();
        let rows = phone.store.rows(&Query { limit: 1, ..Query::default() }).unwrap();
        if now.phase == Phase::Rows && newest_first.is_none() && !rows.is_empty() {
            newest_first = phone.store.row(&key("Observation", "g1199"), None).unwrap();
            assert!(now.left > 0, "rows are shown while others are still to come");
        }
        if now.phase == Phase::Done {
            break;
        }
        stops += 1;
        phone.sees(
            7_000 + stops,
            &[
                &glucose(&format!("n{stops}"), "5", "2024-01-01"),
                &glucose("g0007", &stops.to_string(), "2024-01-01"),
            ],
        );
        phone = phone.reopen();
    }
    assert!(stops > 2);
    assert!(newest_first.is_some());
    assert!(phone.store.check().unwrap().is_sound());
    assert_ne!(phone.store.content_digest().unwrap(), before);
    receive(&lookout.store, &phone.sends());
    assert_eq!(lookout.store.content_digest().unwrap(), phone.store.content_digest().unwrap());
}

#[test]
fn projections_of_another_version_are_dropped_and_rebuilt_and_the_log_stays() {
    for projection in ["applied", "shown"] {
        let phone = phone(10);
        let before = phone.store.content_digest().unwrap();
        let path = phone.path();
        let Device { store, folder, .. } = phone;
        drop(store);
        let db = raw(&path);
        db.execute(
            "UPDATE projection SET version = 99, tables = tables || ' left_over' WHERE name = ?1",
            [projection],
        )
        .unwrap();
        db.execute_batch("CREATE TABLE left_over (a)").unwrap();
        drop(db);
        let store = store::Store::open(&path, &crate::world::KEY).unwrap();
        assert_ne!(store.progress().unwrap().phase, Phase::Done);
        store.rebuild(|_| true).unwrap();
        assert_eq!(store.content_digest().unwrap(), before, "{projection}");
        assert!(store.check().unwrap().is_sound());
        assert!(!store.schema().unwrap().contains("left_over"));
        drop(folder);
    }
}

#[test]
fn a_check_names_what_is_wrong() {
    let tampered = |sql: &str| {
        let phone = phone(5);
        let db = raw(&phone.path());
        db.execute_batch(sql).unwrap();
        drop(db);
        phone.store.check().unwrap()
    };
    assert_eq!(tampered("SELECT 1").different, 0);
    assert!(tampered("UPDATE row SET section = 'plans' WHERE id = 'g0002'").different > 0);
    let swapped = "UPDATE row SET body = (SELECT body FROM row WHERE id = 'g0003') WHERE id = 'g0002'";
    assert!(tampered(swapped).different > 0);
    assert!(tampered("DELETE FROM row_code").different > 0);
    assert!(tampered("DELETE FROM read_mark").different > 0);
    assert!(tampered("DELETE FROM listing_missing").different > 0);
    assert!(tampered("DELETE FROM search WHERE rowid = 2").search_different > 0);
    assert_eq!(tampered("DELETE FROM resource WHERE rowid = 3").missing_resources, 1);
    assert_eq!(tampered("UPDATE resource SET bytes = (SELECT bytes FROM resource WHERE rowid = 2), length = (SELECT length FROM resource WHERE rowid = 2) WHERE rowid = 3").false_resources, 1);
    assert_eq!(tampered("DELETE FROM text").missing_texts, 1);
    let gap = tampered("DELETE FROM statement WHERE number = 1 AND section = 'results'");
    assert_eq!(gap.chains.len(), 1);
    assert_eq!(gap.chains[0].report.gaps, vec![1..=1]);
    assert!(!gap.is_sound());
    assert!(
        tampered("UPDATE statement SET digest = zeroblob(32) WHERE number = 0 AND section = 'allergies'")
            .false_statements
            > 0
    );
}

#[test]
fn a_device_keeps_its_connections_cursors_and_outcomes_and_shares_none_of_them() {
    let phone = Device::phone();
    let row = ConnectionRow {
        id: PORTAL,
        issuer: ISSUER.to_owned(),
        name: "Riverside".to_owned(),
        patient: "p1".to_owned(),
        member: ALICE,
        settings: "{}".to_owned(),
        created: 1,
        ended: None,
    };
    let cursor =
        |state: &str| Cursor { connection: PORTAL, slot: "labs".to_owned(), state: state.to_owned() };
    let outcome = SlotOutcome {
        connection: PORTAL,
        slot: "labs".to_owned(),
        last_try: 10,
        last_success: Some(10),
        count: Some(7),
        refused: None,
    };
    let quarantined = Quarantined {
        connection: PORTAL,
        key: key("Observation", "x"),
        digest: fhir::Digest([3; 32]),
        reason: "another person's".to_owned(),
        at: 10,
    };
    let commit = Commit {
        connection: Some(row.clone()),
        cursors: vec![cursor("1"), cursor("2")],
        outcomes: vec![outcome.clone()],
        quarantined: vec![quarantined.clone(), quarantined.clone()],
        settings: vec![("theme".to_owned(), Some(b"dark".to_vec()))],
        ..Commit::default()
    };
    assert!(phone.store.commit(commit).unwrap().connections);
    let failed = SlotOutcome {
        last_try: 20,
        last_success: None,
        count: None,
        refused: Some(Refusal { status: Some(403), reason: "not allowed".to_owned() }),
        ..outcome.clone()
    };
    phone.store.commit(Commit { outcomes: vec![failed.clone()], ..Commit::default() }).unwrap();
    let phone = phone.reopen();
    assert_eq!(phone.store.connections().unwrap(), [row]);
    assert_eq!(phone.store.cursors(&PORTAL).unwrap(), [cursor("2")]);
    let kept = SlotOutcome { last_success: Some(10), count: Some(7), ..failed };
    assert_eq!(phone.store.outcomes(&PORTAL).unwrap(), [kept]);
    assert_eq!(phone.store.quarantined(&PORTAL).unwrap(), [quarantined]);
    assert_eq!(phone.store.quarantine_counts().unwrap()[0].count, 1);
    assert_eq!(phone.store.setting("theme").unwrap(), Some(b"dark".to_vec()));
    phone.store.commit(Commit { settings: vec![("theme".to_owned(), None)], ..Commit::default() }).unwrap();
    assert_eq!(phone.store.setting("theme").unwrap(), None);
    assert!(phone.sends().is_empty());
}

#[test]
fn a_listing_survives_a_kill_and_is_a_register() {
    let phone = Device::phone();
    let seen = |run, ids: &[&str]| ListingSeen {
        connection: PORTAL,
        slot: "all".to_owned(),
        run,
        resources: ids.iter().map(|id| ("Observation".to_owned(), (*id).to_owned())).collect(),
    };
    let pairs = |ids: &[&str]| {
        ids.iter().map(|id| ("Observation".to_owned(), (*id).to_owned())).collect::<BTreeSet<_>>()
    };
    phone
        .store
        .commit(Commit { listing_seen: vec![seen(1, &["g1", "g2"]), seen(2, &["g1"])], ..Commit::default() })
        .unwrap();
    let phone = phone.reopen();
    phone.store.commit(Commit { listing_seen: vec![seen(2, &["g1", "g3"])], ..Commit::default() }).unwrap();
    assert_eq!(phone.store.listing_seen(&PORTAL, "all", 2).unwrap(), pairs(&["g1", "g3"]));
    assert_eq!(phone.store.listing_seen_before(&PORTAL, "all", 2).unwrap(), pairs(&["g1", "g2"]));
    let forgotten = ListingForgotten { connection: PORTAL, slot: "all".to_owned(), before_run: 2 };
    phone.store.commit(Commit { listing_forgotten: vec![forgotten], ..Commit::default() }).unwrap();
    assert!(phone.store.listing_seen_before(&PORTAL, "all", 2).unwrap().is_empty());

    phone.sees(1_000, &[&glucose("g1", "98", "2024-03-14"), &glucose("g2", "98", "2024-03-14")]);
    assert_eq!(phone.store.listing_missing(&PORTAL, "all").unwrap(), None);
    phone.misses(2_000, &Section::RESULTS, &[("Observation", "g2")]);
    phone.misses(1_500, &Section::RESULTS, &[("Observation", "g1")]);
    let missing = phone.store.listing_missing(&PORTAL, "all").unwrap().unwrap();
    assert_eq!(missing, BTreeSet::from([key("Observation", "g2")]), "the later sighting counts");
    let gone = |id| phone.store.row(&key("Observation", id), None).unwrap().unwrap().row.no_longer_returned;
    assert!(gone("g2") && !gone("g1"));
    phone.misses(3_000, &Section::RESULTS, &[]);
    assert!(!phone.store.row(&key("Observation", "g2"), None).unwrap().unwrap().row.no_longer_returned);
}

/// The library sets itself up at the first opening of a process: that one is tried in many processes.
#[test]
fn threads_that_open_at_once_all_get_their_record() {
    const SWITCH: &str = "WELLKEPT_OPENS_AT_ONCE";
    if std::env::var_os(SWITCH).is_some() {
        let line = std::sync::Barrier::new(8);
        let opens = || {
            line.wait();
            let folder = tempfile::tempdir().unwrap();
            Store::create(&path_in(folder.path()), &KEY).unwrap();
        };
        // Joined one by one: a scope does not wait for what a thread puts away when it ends, and the process ends next.
        return std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(opens)).collect();
            threads.into_iter().for_each(|thread| thread.join().unwrap());
        });
    }
    for _ in 0..25 {
        let mut again = std::process::Command::new(std::env::current_exe().unwrap());
        again.args(["--exact", "whole::threads_that_open_at_once_all_get_their_record"]).env(SWITCH, "1");
        let output = again.output().unwrap();
        assert!(output.status.success(), "{}: {}", output.status, String::from_utf8_lossy(&output.stdout));
    }
}

#[test]
fn a_store_is_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<store::Store>();
    let phone = phone(20);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            (0..20).for_each(|n| drop(phone.sees(9_000 + n, &[&glucose("g5", &n.to_string(), "2024-01-01")])))
        });
        scope.spawn(|| {
            (0..50).for_each(|_| {
                assert_eq!(phone.store.rows(&Query::section(Section::ALLERGIES)).unwrap().len(), 1)
            })
        });
        scope.spawn(|| (0..3).for_each(|_| assert_eq!(phone.store.check().unwrap().different, 0)));
    });
    assert!(phone.store.check().unwrap().is_sound());
}
