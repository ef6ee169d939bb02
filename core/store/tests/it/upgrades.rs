//! Control C14: a record of every released version of the log opens with all that it holds; a newer one is refused untouched; what a
//! newer version wrote survives an older one.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use automerge::transaction::{CommitOptions, Transactable};
use automerge::{ActorId, AutoCommit, ROOT, ScalarValue};
use record::facts::{Fact, KIND_NOTE};
use rusqlite::Connection;
use statement::{Digest, Payload, Section, Signed, body, kind};
use store::{Commit, Error, Query, Store};

use crate::files::raw;
use crate::kit;
use crate::world::{ALICE, Device, KEY, key, path_in};

/// What screens show of a record, whatever way it came.
fn shown(store: &Store) -> String {
    let mut rows: Vec<String> =
        (store.rows(&Query::default()).unwrap().iter()).map(|stored| format!("{:?}", stored.row)).collect();
    rows.sort();
    let notes: Vec<_> = store.notes_of(&Section::RESULTS).unwrap();
    let found = store.search("wanderfalke", 99).unwrap().len();
    let marks = store.read_marks(&ALICE).unwrap();
    format!("{rows:#?}\n{notes:#?}\n{marks:?}\n{found} {}", store.content_digest().unwrap())
}

fn closed(phone: Device) -> tempfile::TempDir {
    let Device { store, folder, .. } = phone;
    drop(store);
    folder
}

#[test]
fn c14_a_record_of_every_version_says_today_what_it_said() {
    let today = kit::full();
    let expected = shown(&today.store);
    let heads = today.store.chain_heads(&Section::RESULTS).unwrap();
    let today = closed(today);
    for version in 1..=kit::newest() {
        let folder = tempfile::tempdir().unwrap();
        let path = path_in(folder.path());
        kit::as_version(version, &path_in(today.path()), &path);
        let before = kit::log_of(&path, version);
        assert!(before.values().all(|rows| !rows.is_empty()), "something in every table: {before:?}");
        let store = Store::open(&path, &KEY).unwrap();
        store.rebuild(|_| true).unwrap();
        let report = store.check().unwrap();
        assert!(report.is_sound(), "version {version}: {report:?}");
        if version > 1 {
            assert_eq!(shown(&store), expected, "version {version}");
        }
        assert_eq!(store.chain_heads(&Section::RESULTS).unwrap(), heads);
        drop(store);
        assert_eq!(kit::log_of(&path, version), before, "version {version}: no step changes what was there");
        assert_eq!(kit::version_of(&path), kit::newest());
        let shape = kit::shape_of(&raw(&path));
        assert_eq!(shape, kit::shape_of(&raw(&path_in(today.path()))), "version {version}");
    }
}

/// A step that were edited after its release would not fit the files that it made.
#[test]
fn c14_the_steps_are_those_that_made_the_frozen_records() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors/store");
    let mut seen = 0;
    for version in 1..=kit::newest() {
        let specimen = folder.join(format!("v{version}.db"));
        if !specimen.exists() {
            continue;
        }
        let copy = tempfile::tempdir().unwrap();
        fs::copy(specimen, path_in(copy.path())).unwrap();
        assert_eq!(kit::version_of(&path_in(copy.path())), version);
        let made = Connection::open_in_memory().unwrap();
        kit::steps().iter().take(version).for_each(|sql| made.execute_batch(sql).unwrap());
        assert_eq!(kit::shape_of(&made), kit::shape_of(&raw(&path_in(copy.path()))), "version {version}");
        seen += 1;
    }
    assert!(seen >= 3);
}

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file());
    entries.map(|path| (path.display().to_string(), fs::read(&path).unwrap())).collect()
}

/// Also while its last commits still stand in the write-ahead log, where opening could move them.
#[test]
fn c14_a_newer_record_is_refused_untouched_closed_or_killed() {
    for killed in [false, true] {
        let phone = kit::full();
        let folder = tempfile::tempdir().unwrap();
        let source = phone.folder.path().to_path_buf();
        let copy_all = || {
            for (name, bytes) in files(&source) {
                let name = Path::new(&name).file_name().unwrap().to_owned();
                fs::write(folder.path().join(name), bytes).unwrap();
            }
        };
        let newer =
            |path: &Path| raw(path).pragma_update(None, "user_version", kit::newest() as i64 + 1).unwrap();
        if killed {
            // Its version is raised in the write-ahead log, and nobody closes it.
            let db = raw(&phone.path());
            db.execute_batch("PRAGMA wal_autocheckpoint = 0").unwrap();
            db.pragma_update(None, "user_version", kit::newest() as i64 + 1).unwrap();
            copy_all();
            drop(db);
            drop(phone);
        } else {
            let kept = closed(phone);
            copy_all();
            drop(kept);
            newer(&path_in(folder.path()));
        }
        let before = files(folder.path());
        assert_eq!(killed, before.keys().any(|name| name.ends_with("-wal")));
        for _ in 0..2 {
            let refused = Store::open(&path_in(folder.path()), &KEY).unwrap_err();
            let expected = (kit::newest() as i64 + 1, kit::newest() as i64);
            assert!(
                matches!(refused, Error::NewerData { found, known } if (found, known) == expected),
                "{refused:?}"
            );
        }
        let mut after = files(folder.path());
        // The index of the write-ahead log holds no data: SQLite makes it anew whenever it reads one.
        after.retain(|name, _| before.contains_key(name) && !name.ends_with("-shm"));
        let mut before = before;
        before.retain(|name, _| !name.ends_with("-shm"));
        assert!(after == before, "killed: {killed}");
    }
}

/// Lists for screens are made from the log, so those of a newer version are made again in this version's shape. Nothing is lost by it,
/// and the newer version makes its own again.
#[test]
fn c14_lists_of_a_newer_version_are_made_again_and_nothing_is_lost() {
    let phone = kit::full();
    let expected = shown(&phone.store);
    let folder = closed(phone);
    let path = path_in(folder.path());
    let newer = raw(&path);
    newer
        .execute_batch(
            "CREATE TABLE later (key INTEGER PRIMARY KEY REFERENCES row (key), more TEXT); INSERT INTO later SELECT key, 'x' FROM row; \
             UPDATE projection SET version = 99, tables = tables || ' later' WHERE name = 'shown';",
        )
        .unwrap();
    newer.close().unwrap();
    let before = kit::log_of(&path, kit::newest());
    let store = Store::open(&path, &KEY).unwrap();
    store.rebuild(|_| true).unwrap();
    assert_eq!(shown(&store), expected);
    assert!(!store.schema().unwrap().contains("later"), "its own tables are gone with the rest");
    assert!(store.check().unwrap().is_sound());
    drop(store);
    assert_eq!(kit::log_of(&path, kit::newest()), before);
}

/// A fact as a later version may write it: of an unknown kind or a known one, with a field that this version does not know.
fn later_fact(fact: &Fact) -> Vec<u8> {
    let known = fact.encode().unwrap();
    assert!((0xa0..0xb6).contains(&known[0]), "a short map");
    let words = b"what a later version adds";
    [&[known[0] + 1], &known[1..], &[0x18, 90, 0x78, words.len() as u8], words].concat()
}

/// A change of these facts, as the device would write it.
fn change(device: &Device, facts: &[Vec<u8>]) -> Vec<u8> {
    let mut document =
        AutoCommit::new().with_actor(ActorId::from(device.author.device.as_bytes().as_slice()));
    let named: BTreeMap<String, &Vec<u8>> =
        facts.iter().map(|value| (Digest::of(&[b"wellkept/fact/1\0", value]).to_string(), value)).collect();
    for (name, value) in named {
        document.put(ROOT, name, ScalarValue::Bytes(value.clone())).unwrap();
    }
    document.commit_with(CommitOptions::default().with_time(0));
    document.get_last_local_change().unwrap().raw_bytes().to_vec()
}

/// A newer version of the app wrote all of this on Alice's tablet. Her phone keeps it, writes beside it, and gives it on byte for byte.
#[test]
fn c14_what_a_later_version_says_is_kept_and_passed_on_whole() {
    let mut tablet = Device::tablet();
    let later = Section::new("genomics").unwrap();
    let about = key("Observation", "g1").to_string();
    let mut said: Vec<Signed> = Vec::new();
    let mut say = |tablet: &Device, section: &Section, kind: &str, body: Vec<u8>| {
        let statement: (Signed, Payload) = tablet.sign(section, kind, body);
        said.push(statement.0.clone());
        tablet.store.commit(Commit { statements: vec![statement], ..Commit::default() }).unwrap();
    };
    say(&tablet, &Section::RESULTS, "grant-by-voice", b"whatever".to_vec());
    say(&tablet, &later, "page-of-reads", b"ACGT".to_vec());
    let known = later_fact(&tablet.fact(KIND_NOTE, &about));
    let odd = later_fact(&tablet.fact("mood", &about));
    let body = body::Facts::new(vec![change(&tablet, &[known, odd])]).encode().unwrap();
    say(&tablet, &Section::RESULTS, kind::FACTS, body);

    let mut phone = Device::phone();
    for signed in &said {
        let statement = (signed.clone(), signed.payload().unwrap());
        phone.store.commit(Commit { statements: vec![statement], ..Commit::default() }).unwrap();
    }
    phone.sees(1_000, &[&crate::world::glucose("g1", "98", "2024-03-14")]);
    phone.notes(&about, "beside it", &[]);
    let mut phone = phone.reopen();
    phone.store.start_rebuild().unwrap();
    phone.store.rebuild(|_| true).unwrap();
    phone.notes(&about, "and after it", &[]);
    assert!(phone.store.check().unwrap().is_sound());
    let held = phone.store.statements_after(0, 99).unwrap();
    for signed in &said {
        let bytes = held.iter().map(|(_, held)| held).find(|held| held.digest() == signed.digest());
        assert_eq!(bytes.unwrap().payload_bytes(), signed.payload_bytes());
    }
    let facts = phone.store.facts(&Section::RESULTS).unwrap();
    assert_eq!(facts.iter().filter(|written| written.fact.kind == "mood").count(), 1);
    assert_eq!(phone.store.notes(&key("Observation", "g1")).unwrap().len(), 3);
}
