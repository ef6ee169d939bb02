//! Control C12: the power is cut, at any moment, on a disk that loses, tears and reorders what was not synced.
//!
//! A process makes a record, takes in pages and notes, keeps a file, purges, rebuilds, closes and opens again; every call that
//! it makes to the kernel is recorded with its bytes. From the recording any number of cuts can be made ([`disk`]), and each is
//! opened. What is exercised is the real file system interface of SQLite and of the store, not a stand-in for it.
//!
//! `WELLKEPT_CUTS=100000` makes more cuts. A cut that fails is printed, its files are kept, and its seed belongs into `power/seeds.txt`.

mod disk;
mod trace;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use record::facts::{Fact, KIND_PURGE};
use store::{Commit, Error, PutFile, SealedFile, Store};

use crate::world::{Device, KEY, glucose, key, path_in, retracted};
use disk::{Chance, Disk, Image};
use trace::Event;
pub use trace::{is_there, say};

const SWITCH: &str = "WELLKEPT_TEST_POWER";
const CUTS: u64 = 1_000;
/// Seeds of cuts that failed once: one a line.
const SEEDS: &str = include_str!("power/seeds.txt");

/// What was acknowledged: the digest of the content, and how many files are held.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Kept {
    digest: String,
    files: usize,
}

/// The process whose power is cut. Does nothing by itself.
#[test]
fn victim() {
    if std::env::var_os(SWITCH).is_none() {
        return;
    }
    let folder = tempfile::tempdir().unwrap().keep().canonicalize().unwrap();
    say(&format!("folder {}", folder.display()));
    let mut phone = Device::phone();
    phone.store = Store::create(&path_in(&folder), &KEY).unwrap();
    let mut files = 0;
    let kept =
        |phone: &Device, files| say(&format!("kept {files} {}", phone.store.content_digest().unwrap()));
    kept(&phone, files);
    for round in 0..3_u8 {
        for n in 0..3_i64 {
            let at = 1_000 * i64::from(round) + n;
            let shown =
                [glucose("g0", &at.to_string(), "2024-03-14"), glucose(&format!("g{at}"), "1", "2024-03-14")];
            phone.sees(at, &shown.each_ref().map(String::as_str));
            kept(&phone, files);
        }
        phone.notes(&key("Observation", "g0").to_string(), &format!("Was ill {round}"), &[]);
        kept(&phone, files);
        phone.reads(&key("Observation", "g0"));
        kept(&phone, files);
        phone.store.put_file(&file(files)).unwrap();
        files += 1;
        kept(&phone, files);
        match round {
            0 => {
                phone.store.start_rebuild().unwrap();
                phone.store.rebuild(|_| true).unwrap();
            }
            1 => {
                phone.sees(i64::from(round) * 1_000 + 500, &[&retracted("g0")]);
                kept(&phone, files);
                purge(&mut phone);
            }
            _ => {}
        }
        kept(&phone, files);
        // Closing copies the write-ahead log into the file.
        phone = again(phone, &path_in(&folder));
        kept(&phone, files);
    }
    say("end");
}

fn again(mut phone: Device, path: &Path) -> Device {
    let spare = Device::tablet();
    drop(std::mem::replace(&mut phone.store, spare.store));
    phone.store = Store::open(path, &KEY).unwrap();
    phone
}

/// A sealed file.
pub fn file(n: usize) -> PutFile {
    let plain = format!("file {n}");
    let digest = fhir::Digest::of(plain.as_bytes());
    let sealed = SealedFile {
        name: [u8::try_from(n).unwrap(); 16],
        key: digest.0.into(),
        bytes: plain.clone().into_bytes(),
    };
    PutFile {
        digest,
        kind: "text".to_owned(),
        length: plain.len() as u64,
        text: Some(plain),
        used: 1,
        sealed: Some(sealed),
        address: None,
    }
}

fn purge(phone: &mut Device) {
    let about = key("Observation", "g0");
    let mut revisions: Vec<_> =
        phone.store.revisions(&about).unwrap().into_iter().map(|revision| revision.digest).collect();
    revisions.dedup();
    let fact = Fact { revisions, ..phone.fact(KIND_PURGE, &about.to_string()) };
    let statement = phone.writes(&[fact]);
    phone.store.commit(Commit { statements: vec![statement], ..Commit::default() }).unwrap();
}

/// Runs the process and gives what it did, from its first word on.
fn recorded() -> Vec<Event> {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("calls");
    let words = trace::recording(&log);
    let mut command = Command::new(&words[0]);
    command.args(&words[1..]).arg(std::env::current_exe().unwrap());
    command.args(["--exact", "power::victim", "--nocapture", "--test-threads=1"]);
    let output = command.env(SWITCH, "1").env("TMPDIR", folder.path()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let home = said.lines().find_map(|line| line.strip_prefix("@@ folder ")).expect("its folder");
    trace::read(&fs::read_to_string(&log).unwrap(), Path::new(home))
}

/// A cut: after how many events, and what had been acknowledged by then.
struct Cut {
    seed: u64,
    chance: Chance,
    disk: Disk,
    acknowledged: Option<Kept>,
    next: Option<Kept>,
}

fn kept(event: &Event) -> Option<Kept> {
    let Event::Said(said) = event else { return None };
    let (files, digest) = said.strip_prefix("kept ")?.split_once(' ')?;
    Some(Kept { digest: digest.to_owned(), files: files.parse().unwrap() })
}

/// The cuts of these seeds, in the order of the recording.
fn cuts(events: &[Event], seeds: impl Iterator<Item = u64>) -> Vec<Cut> {
    let mut at: BTreeMap<usize, Vec<(u64, Chance)>> = BTreeMap::new();
    for seed in seeds {
        let mut chance = Chance(seed);
        at.entry(chance.below(events.len() + 1)).or_default().push((seed, chance));
    }
    let (mut disk, mut acknowledged, mut cuts) = (Disk::default(), None, Vec::new());
    for place in 0..=events.len() {
        for (seed, chance) in at.remove(&place).unwrap_or_default() {
            let next = events[place..].iter().find_map(kept);
            cuts.push(Cut { seed, chance, disk: disk.clone(), acknowledged: acknowledged.clone(), next });
        }
        if let Some(event) = events.get(place) {
            disk.apply(event);
            acknowledged = kept(event).or(acknowledged);
        }
    }
    cuts
}

/// Puts the files where they are found, opens the record and looks it over.
fn survives(image: &Image, cut: &Cut, folder: &Path) -> Result<(), String> {
    for (name, bytes) in image {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    // What the index of the write-ahead log says after a cut is anybody's guess.
    fs::write(folder.join("record.db-shm"), [0x5a; 32_768]).unwrap();
    let path = path_in(folder);
    let store = match Store::open(&path, &KEY) {
        Err(Error::NotFound) if cut.acknowledged.is_none() => Store::create(&path, &KEY),
        opened => opened,
    };
    let store = store.map_err(|error| format!("it does not open: {error:?}"))?;
    look(&store, cut).map_err(|error| format!("{error:?}"))?
}

fn look(store: &Store, cut: &Cut) -> Result<Result<(), String>, Error> {
    store.rebuild(|_| true)?;
    let digest = store.content_digest()?.to_string();
    let known = [&cut.acknowledged, &cut.next].into_iter().flatten().any(|kept| kept.digest == digest);
    if !known && cut.acknowledged.is_some() {
        return Ok(Err(format!("it holds neither what was acknowledged nor what came next: {digest}")));
    }
    let files = cut.acknowledged.as_ref().map_or(0, |kept| kept.files);
    for n in 0..files {
        let held = store.file_bytes(&file(n).digest)?;
        if held.map(|held| held.bytes) != file(n).sealed.map(|sealed| sealed.bytes) {
            return Ok(Err(format!("file {n} is lost")));
        }
    }
    let report = store.check()?;
    if !report.is_sound() {
        return Ok(Err(format!("{report:?}")));
    }
    store.commit(Commit { settings: vec![("after".to_owned(), Some(vec![1]))], ..Commit::default() })?;
    Ok(Ok(()))
}

/// In memory where there is such a place.
fn workshop() -> tempfile::TempDir {
    let shared = PathBuf::from("/dev/shm");
    if shared.is_dir() { tempfile::tempdir_in(shared).unwrap() } else { tempfile::tempdir().unwrap() }
}

fn failures(cuts: Vec<Cut>) -> Vec<String> {
    let mut failed = Vec::new();
    for mut cut in cuts {
        let image = cut.disk.cut(&mut cut.chance);
        let folder = workshop();
        if let Err(why) = survives(&image, &cut, folder.path()) {
            let held = workshop().keep();
            image
                .iter()
                .for_each(|(name, bytes)| fs::write(held.join(name.replace('/', "_")), bytes).unwrap());
            failed.push(format!("seed {} (its files: {}): {why}", cut.seed, held.display()));
        }
    }
    failed
}

#[test]
fn c12_a_power_cut_loses_nothing_that_was_acknowledged_and_leaves_nothing_half() {
    if !is_there() {
        return;
    }
    let events = recorded();
    let acknowledged = events.iter().filter_map(kept).count();
    assert!(acknowledged > 25 && events.len() > 300, "{acknowledged} of {}", events.len());
    let count = std::env::var("WELLKEPT_CUTS").ok().map_or(CUTS, |text| text.parse().unwrap());
    let seeds: Vec<u64> = SEEDS.lines().filter_map(|line| line.parse().ok()).chain(1..=count).collect();
    let (one, other) = seeds.split_at(seeds.len() / 2);
    let failed = std::thread::scope(|scope| {
        let work = |seeds: &[u64]| failures(cuts(&events, seeds.iter().copied()));
        let beside = scope.spawn(move || work(other));
        [work(one), beside.join().unwrap()].concat()
    });
    assert!(failed.is_empty(), "{} of {} cuts: {}", failed.len(), seeds.len(), failed.join("\n"));
}

/// A disk that says it has synced and has not is found out: else the test above could not fail.
#[test]
fn a_disk_that_lies_is_noticed() {
    if !is_there() {
        return;
    }
    let honest = recorded();
    let lying: Vec<Event> = honest
        .into_iter()
        .filter(|event| !matches!(event, Event::Synced { path } if path.ends_with("-wal")))
        .collect();
    assert!(!failures(cuts(&lying, 1..=60)).is_empty());
}
