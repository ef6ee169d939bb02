//! Control C11: a process that is killed with -9 while it writes loses nothing that it had said was kept.
//!
//! 180 kills; `WELLKEPT_KILLS=1000` makes so many of them, `WELLKEPT_SEED` others.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use record::facts::{Fact, KIND_NOTE, Later, Text};
use store::{Commit, Phase, Progress, Query, Store};

use crate::kit;
use crate::world::{Device, KEY, glucose, key, path_in};

const FOLDER: &str = "WELLKEPT_TEST_KILLED_IN";
const WORK: &str = "WELLKEPT_TEST_KILLED_AT";
/// How many kills there are in all, where nobody says how many.
const KILLS: u64 = 180;
/// So many kills befall one record before a new one is begun, which keeps it small.
const TALE: u64 = 15;

/// The process that is killed. Does nothing by itself.
#[test]
fn victim() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    say("begun");
    let phone = Device::phone_in(Path::new(&folder));
    say("open");
    match std::env::var(WORK).unwrap().as_str() {
        "ingest" => work(&phone, ingest),
        "notes" => work(&phone, note),
        "rebuild" => rebuild(&phone.store),
        "upgrade" => drop(phone.store.rebuild(told).unwrap()),
        other => panic!("no work {other}"),
    }
    say("through");
}

/// One commit after the other, and the word that it is kept after each.
fn work(phone: &Device, make: fn(&Device, u64) -> Commit) {
    for n in done(&phone.store) + 1.. {
        keep(phone, make(phone, n), n);
        say(&format!("kept {n}"));
    }
}

fn keep(phone: &Device, commit: Commit, n: u64) {
    let settings = vec![("done".to_owned(), Some(n.to_be_bytes().to_vec()))];
    phone.store.commit(Commit { settings, ..commit }).unwrap();
}

/// One answer: an entry that changes each time, and a new one.
fn ingest(phone: &Device, n: u64) -> Commit {
    let changes = glucose("g0", &n.to_string(), "2024-03-14");
    phone.answer(n as i64, &[&changes, &glucose(&format!("g{n}"), "1", "2024-03-14")])
}

/// The note of this number, the same in every process.
fn note(phone: &Device, n: u64) -> Commit {
    let mut nonce = [0; 16];
    nonce[..8].copy_from_slice(&n.to_be_bytes());
    let text = Text { salt: nonce, text: format!("note {n}") };
    let fact = Fact {
        kind: KIND_NOTE.to_owned(),
        subjects: vec![key("Observation", "g0").to_string()],
        member: phone.author.member,
        written_at: n as i64,
        nonce,
        replaces: Vec::new(),
        text: Some(text.id()),
        deleted: false,
        revisions: Vec::new(),
        body: None,
        later: Later::default(),
    };
    Commit { statements: vec![phone.writes(&[fact])], texts: vec![text], ..Commit::default() }
}

fn rebuild(store: &Store) {
    if store.progress().unwrap().phase == Phase::Done {
        store.start_rebuild().unwrap();
    }
    store.rebuild(told).unwrap();
}

/// Says how far a rebuild is: the phase by its number, and what is left of it.
fn told(now: Progress) -> bool {
    let (phase, left) = place(now);
    say(&format!("left {phase} {left}"));
    true
}

fn place(now: Progress) -> (u64, u64) {
    let phase = match now.phase {
        Phase::Facts => 0,
        Phase::Pages => 1,
        Phase::Rows => 2,
        Phase::Done => 3,
    };
    (phase, now.left)
}

fn say(line: &str) {
    std::io::stdout().lock().write_all(format!("\n@@ {line}\n").as_bytes()).unwrap();
}

fn done(store: &Store) -> u64 {
    store.setting("done").unwrap().map_or(0, |bytes| u64::from_be_bytes(bytes.try_into().unwrap()))
}

/// Numbers from a seed (splitmix64), so that a failing run can be run again.
struct Chance(u64);

impl Chance {
    fn new(work: &str) -> Self {
        let seed =
            std::env::var("WELLKEPT_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(20_261_102);
        say(&format!("{work}: WELLKEPT_SEED={seed}"));
        Self(seed)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }
}

/// How many kills fall to one kind of work, which has so many of a hundred of them.
fn kills(of_hundred: u64) -> u64 {
    let all = std::env::var("WELLKEPT_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(KILLS);
    (all * of_hundred).div_ceil(100)
}

/// Lets the victim work until it has said `lines`, and some microseconds more; gives what it had said when it was dead.
fn killed(folder: &Path, work: &str, lines: u64, microseconds: u64) -> Vec<String> {
    let mut victim = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "kill::victim", "--nocapture", "--test-threads=1"])
        .env(FOLDER, folder)
        .env(WORK, work)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    // A line that the kill cut off was not said.
    let mut said = BufReader::new(victim.stdout.take().unwrap())
        .split(b'\n')
        .map_while(Result::ok)
        .filter_map(|line| String::from_utf8(line).ok()?.strip_prefix("@@ ").map(str::to_owned));
    let mut heard: Vec<String> = said.by_ref().take(lines as usize).collect();
    std::thread::sleep(Duration::from_micros(microseconds));
    victim.kill().unwrap();
    heard.extend(said);
    victim.wait().unwrap();
    heard
}

fn last<T>(said: &[String], prefix: &str, read: impl Fn(&str) -> T) -> Option<T> {
    said.iter().rev().find_map(|line| line.strip_prefix(prefix)).map(read)
}

/// Kills in the middle of commits, beside a device that makes the same commits and is left in peace.
fn kills_of_commits(work: &'static str, of_hundred: u64, make: fn(&Device, u64) -> Commit) {
    let mut chance = Chance::new(work);
    let (all, mut in_flight) = (kills(of_hundred), 0);
    for tale in 0..all.div_ceil(TALE) {
        let phone = tempfile::tempdir().unwrap();
        drop(Store::create(&path_in(phone.path()), &KEY).unwrap());
        let (undisturbed, mut written) = (Device::phone(), 0);
        for kill in 0..TALE.min(all - tale * TALE) {
            let said = killed(phone.path(), work, 2 + chance.below(7), chance.below(3_000));
            let acknowledged = last(&said, "kept ", |n| n.parse().unwrap()).unwrap_or(written);
            let store = Store::open(&path_in(phone.path()), &KEY).unwrap();
            let held = done(&store);
            assert!(held >= acknowledged, "kill {kill} of tale {tale}: {held} of {acknowledged}");
            assert!(held <= acknowledged + 1, "what was under way, and no more");
            in_flight += held - acknowledged;
            while written < held {
                written += 1;
                keep(&undisturbed, make(&undisturbed, written), written);
            }
            assert_eq!(store.content_digest().unwrap(), undisturbed.store.content_digest().unwrap());
            let statements = |store: &Store| store.statements_after(0, 9_999).unwrap();
            assert_eq!(statements(&store), statements(&undisturbed.store), "byte for byte");
            let report = store.check().unwrap();
            assert!(report.is_sound(), "kill {kill} of tale {tale}: {report:?}");
        }
        assert!(written > TALE.min(all - tale * TALE) / 2, "{written} commits");
    }
    say(&format!("{work}: {all} kills, {in_flight} commits were held that were not said to be"));
}

#[test]
fn c11_kills_while_answers_come_in_lose_nothing_acknowledged() {
    kills_of_commits("ingest", 35, ingest);
}

#[test]
fn c11_kills_while_notes_are_written_lose_nothing_acknowledged() {
    kills_of_commits("notes", 25, note);
}

#[test]
fn c11_kills_during_a_rebuild_never_set_it_back() {
    let folder = tempfile::tempdir().unwrap();
    drop(Store::create(&path_in(folder.path()), &KEY).unwrap());
    let phone = Device::phone_in(folder.path());
    (1..=120).for_each(|n| keep(&phone, ingest(&phone, n), n));
    (121..=150).for_each(|n| keep(&phone, note(&phone, n), n));
    let expected = phone.store.content_digest().unwrap();
    let rows = phone.store.count(&Query::default()).unwrap();
    drop(phone.store);
    let (mut chance, all, mut unfinished, mut through) = (Chance::new("rebuild"), kills(20), 0, 0);
    for kill in 0..all {
        let said = killed(folder.path(), "rebuild", 2 + chance.below(8), chance.below(4_000));
        let store = Store::open(&path_in(folder.path()), &KEY).unwrap();
        let now = store.progress().unwrap();
        if let Some(acknowledged) = last(&said, "left ", |line| {
            let (phase, left) = line.split_once(' ').unwrap();
            (phase.parse::<u64>().unwrap(), left.parse::<u64>().unwrap())
        }) {
            let (phase, left) = place(now);
            assert!(
                (phase, acknowledged.1) >= (acknowledged.0, if phase == acknowledged.0 { left } else { 0 }),
                "kill {kill}"
            );
        }
        if now.phase == Phase::Done {
            through += 1;
        } else {
            unfinished += 1;
            let report = store.check().unwrap();
            assert!(report.rebuilding, "kill {kill}");
            assert!(report.integrity.is_empty() && report.cipher.is_empty(), "kill {kill}: {report:?}");
            // Now and then it is finished here, else by the next victim.
            if chance.below(3) > 0 {
                continue;
            }
            store.rebuild(|_| true).unwrap();
        }
        assert_eq!(
            (store.content_digest().unwrap(), store.count(&Query::default()).unwrap()),
            (expected, rows)
        );
        let report = store.check().unwrap();
        assert!(report.is_sound(), "kill {kill}: {report:?}");
    }
    say(&format!("rebuild: {all} kills, {unfinished} within it, {through} when it was through"));
    assert!(unfinished > all / 4, "{unfinished} of {all}");
}

#[test]
fn c11_c14_kills_while_an_older_record_is_upgraded_leave_one_that_upgrades() {
    let today = kit::full();
    let expected = today.store.content_digest().unwrap();
    let Device { store, folder: today, .. } = today;
    drop(store);
    let older: Vec<_> = (1..=kit::newest())
        .map(|version| {
            let folder = tempfile::tempdir().unwrap();
            kit::as_version(version, &path_in(today.path()), &path_in(folder.path()));
            let log = kit::log_of(&path_in(folder.path()), version);
            (version, folder, log)
        })
        .collect();
    let (mut chance, all, mut stages) = (Chance::new("upgrade"), kills(20), vec![0; kit::newest() + 2]);
    for kill in 0..all {
        let (version, template, log) = &older[chance.below(older.len() as u64) as usize];
        let folder = tempfile::tempdir().unwrap();
        let path = path_in(folder.path());
        std::fs::copy(path_in(template.path()), &path).unwrap();
        let said = killed(folder.path(), "upgrade", 1 + chance.below(3) / 2, chance.below(9_000));
        let reached = kit::version_of(&path);
        assert!((*version..=kit::newest()).contains(&reached), "kill {kill}: {reached}");
        if said.iter().any(|line| line == "open") {
            assert_eq!(reached, kit::newest(), "opened, so upgraded");
        }
        // All of a step or none: the tables are those of the version that the file names.
        let made = rusqlite::Connection::open_in_memory().unwrap();
        kit::steps().iter().take(reached).for_each(|sql| made.execute_batch(sql).unwrap());
        assert_eq!(
            kit::shape_of(&crate::files::raw(&path)),
            kit::shape_of(&made),
            "kill {kill} at {reached}"
        );
        stages[if said.iter().any(|line| line == "through") { kit::newest() + 1 } else { reached }] += 1;
        let store = Store::open(&path, &KEY).unwrap();
        store.rebuild(|_| true).unwrap();
        assert_eq!(store.content_digest().unwrap(), expected, "kill {kill}");
        let report = store.check().unwrap();
        assert!(report.is_sound(), "kill {kill}: {report:?}");
        drop(store);
        assert_eq!(kit::log_of(&path, *version), *log, "kill {kill}: no step changes what was there");
    }
    say(&format!("upgrade: {all} kills; by the version that they left, the last were through: {stages:?}"));
    assert!(stages[kit::newest() + 1] < all, "no kill landed in an upgrade");
}
