//! Control C13: every call to the kernel for the record's files fails once, at each of its places, and the disk fills up at each.
//!
//! A process makes a record, reads, writes, searches, rebuilds, closes and opens again. strace makes the n-th call of one kind
//! fail. The process may tell an error of the store's own and tries the same again; what it acknowledged must be there.
//! A run takes at most eight places of each kind, spread over all of them; `WELLKEPT_FAULTS=all` takes every one, and the name of a call
//! every one of that call.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::Command;

use statement::Section;
use store::{Commit, Error, Query, Store};

use crate::power::{file, is_there, say};
use crate::world::{Device, KEY, glucose, key, path_in};

const HOME: &str = "WELLKEPT_TEST_FAULTS";
/// A call, and the errors it is given.
const CALLS: [(&str, &[&str]); 12] = [
    ("pwrite64", &["EIO", "ENOSPC"]),
    ("write", &["EIO", "ENOSPC"]),
    ("fsync", &["EIO"]),
    ("fdatasync", &["EIO"]),
    ("ftruncate", &["EIO"]),
    ("openat", &["EIO"]),
    ("rename", &["EIO"]),
    ("unlink", &["EIO"]),
    ("mkdir", &["ENOSPC"]),
    ("mmap", &["ENOMEM"]),
    ("flock", &["EIO"]),
    ("pread64", &["EIO"]),
];
/// Places of each kind in a short run.
const PLACES: usize = 8;
/// Files whose calls fail: strace takes whole paths.
const FILES: [&str; 11] = [
    "",
    "record.db",
    "record.db-wal",
    "record.db-shm",
    "record.lock",
    "record.new",
    "record.new-wal",
    "record.new-shm",
    "record.new-journal",
    "record.db.files",
    "record.db.files/00000000000000000000000000000000.new",
];

/// The process whose calls fail. Does nothing by itself.
#[test]
fn victim() {
    let Some(home) = std::env::var_os(HOME) else { return };
    let path = path_in(Path::new(&home));
    let mut phone = Device::phone();
    let open = || match Store::create(&path, &KEY) {
        Err(Error::AlreadyThere) => Store::open(&path, &KEY),
        made => made,
    };
    let spare = std::mem::replace(&mut phone.store, tries("open", open));
    for n in 0..3_i64 {
        tries("page", || Ok(phone.sees(n, &[&glucose(&format!("g{n}"), "5", "2024-03-14")])));
    }
    tries("search", || phone.store.search("wanderfalke", 10));
    tries("note", || Ok(phone.notes(&key("Observation", "g0").to_string(), "Was ill", &[])));
    tries("file", || phone.store.put_file(&file(0)));
    tries("rows", || phone.store.rows(&Query::default()));
    tries("empty", || phone.store.start_rebuild());
    tries("rebuild", || phone.store.rebuild(|_| true));
    drop(std::mem::replace(&mut phone.store, spare));
    phone.store = tries("again", open);
    tries("page", || Ok(phone.sees(9, &[&glucose("g9", "5", "2024-03-14")])));
    tries("check", || phone.store.check());
    say("end");
}

/// Tries a step until it is done. What goes wrong must be one of the store's own errors, and the disk's fault.
fn tries<T>(name: &str, mut step: impl FnMut() -> Result<T, Error>) -> T {
    for _ in 0..4 {
        let gave = catch_unwind(AssertUnwindSafe(&mut step));
        let error = match gave {
            Ok(Ok(done)) => {
                say(&format!("done {name}"));
                return done;
            }
            Ok(Err(error)) => format!("{error:?}"),
            // The helpers of these tests unwrap: what they say holds the error.
            Err(panic) => panic.downcast_ref::<String>().cloned().unwrap_or_default(),
        };
        say(&format!("error {name}: {error}"));
    }
    say("gave up");
    std::process::exit(7)
}

/// What a process said under a fault.
struct Run {
    said: Vec<String>,
    /// How often the call was made, and how often it failed on purpose.
    calls: usize,
    injected: usize,
    ended: bool,
}

fn run(home: &Path, fault: &[String]) -> Run {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("calls");
    let mut command = Command::new("strace");
    command.args(["-f", "--seccomp-bpf", "-y", "-s", "0", "-o"]).arg(&log);
    for name in FILES {
        command.arg("-P").arg(home.join(name).as_os_str().to_string_lossy().trim_end_matches('/'));
    }
    command.args(fault).arg(std::env::current_exe().unwrap());
    command.args(["--exact", "faults::victim", "--nocapture", "--test-threads=1"]);
    let output = command.env(HOME, home).env("RUST_BACKTRACE", "0").output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let said: Vec<String> =
        said.lines().filter_map(|line| line.strip_prefix("@@ ").map(str::to_owned)).collect();
    let calls = fs::read_to_string(&log).unwrap();
    let injected = calls.lines().filter(|line| line.ends_with("(INJECTED)")).count();
    let made = calls.lines().filter(|line| line.contains(") = ") || line.contains(")  = ")).count();
    Run { calls: made, ended: said.last().is_some_and(|last| last == "end"), said, injected }
}

/// How often the process makes a call when nothing fails.
fn count(call: &str) -> usize {
    let home = tempfile::tempdir().unwrap();
    let run = run(&home.path().canonicalize().unwrap(), &["-e".to_owned(), format!("trace={call}")]);
    assert!(run.ended, "{:?}", run.said);
    run.calls
}

fn inject(call: &str, error: &str, when: &str) -> Vec<String> {
    vec![
        "-e".to_owned(),
        format!("trace={call}"),
        "-e".to_owned(),
        format!("inject={call}:error={error}:when={when}"),
    ]
}

/// What must hold of the record when the disk is well again.
fn look(home: &Path, run: &Run) -> Result<(), String> {
    let path = path_in(home);
    let store = match Store::open(&path, &KEY) {
        Err(Error::NotFound) if !run.said.iter().any(|said| said == "done open") => return Ok(()),
        opened => opened.map_err(|error| format!("it does not open: {error:?}"))?,
    };
    let look = || -> Result<(u64, usize, bool, bool), Error> {
        store.rebuild(|_| true)?;
        let notes = store.notes_of(&Section::RESULTS)?.len();
        Ok((
            store.count(&Query::default())?,
            notes,
            store.file_bytes(&file(0).digest)?.is_some(),
            store.check()?.is_sound(),
        ))
    };
    let (rows, notes, held, sound) = look().map_err(|error| format!("{error:?}"))?;
    let done = |name: &str| run.said.iter().filter(|said| **said == format!("done {name}")).count();
    let lost = [
        (rows < done("page") as u64, "a page"),
        (notes < done("note"), "a note"),
        (!held && done("file") > 0, "a file"),
        (!sound, "its soundness"),
    ];
    let lost: Vec<_> = lost.iter().filter(|(lost, _)| *lost).map(|(_, what)| *what).collect();
    let commit = Commit { settings: vec![("after".to_owned(), Some(vec![1]))], ..Commit::default() };
    store.commit(commit).map_err(|error| format!("{error:?}"))?;
    if lost.is_empty() { Ok(()) } else { Err(format!("lost {}", lost.join(", "))) }
}

/// What went wrong must be told as what it is.
const TOLD: [&str; 4] = ["OutOfSpace", "Storage(", "File(", "InUse"];

/// Every fault of some calls: what was wrong after each, and how many there were.
fn faults(calls: &[(&str, &[&str])]) -> (Vec<String>, usize) {
    let every = std::env::var("WELLKEPT_FAULTS").unwrap_or_default();
    let (mut wrong, mut tried) = (Vec::new(), 0);
    for (call, errors) in calls {
        let most = count(call);
        let all = every == "all" || every == *call;
        let step = if all { 1 } else { most.div_ceil(PLACES).max(1) };
        let places = |error| (1..=most).step_by(step).map(move |when| (error, when));
        for (error, when) in errors.iter().flat_map(places) {
            // A full disk stays full; other faults pass.
            let lasting = if *error == "ENOSPC" { "+" } else { "" };
            let folder = tempfile::tempdir().unwrap();
            let home = folder.path().canonicalize().unwrap();
            let run = run(&home, &inject(call, error, &format!("{when}{lasting}")));
            tried += 1;
            let mut say = |what: String| wrong.push(format!("{call} {when} {error}: {what}: {:?}", run.said));
            let errors = run.said.iter().filter(|said| said.starts_with("error "));
            // SQLCipher cannot tell a page that could not be read from a damaged one; the store asks again where it can.
            let passed = |said: &str| {
                *call == "pread64" && said.ends_with("Damaged") && !said.starts_with("error open")
            };
            for said in errors.filter(|said| !TOLD.iter().any(|told| said.contains(told)) && !passed(said)) {
                say(format!("not told: {said}"));
            }
            if run.injected > 0 && !run.ended && lasting.is_empty() {
                say("it did not go on".to_owned());
            }
            if let Err(why) = look(&home, &run) {
                say(why);
            }
        }
    }
    (wrong, tried)
}

#[test]
fn c13_the_nth_call_that_fails_is_told_and_loses_nothing_and_the_same_is_tried_again() {
    if !is_there() {
        return;
    }
    let (one, other) = CALLS.split_at(2);
    let (wrong, tried) = std::thread::scope(|scope| {
        let beside = scope.spawn(|| faults(other));
        let (mut wrong, tried) = faults(one);
        let (more, also) = beside.join().unwrap();
        wrong.extend(more);
        (wrong, tried + also)
    });
    say(&format!("{tried} faults"));
    assert!(tried > 60, "{tried}");
    assert!(wrong.is_empty(), "{} of {tried}: {}", wrong.len(), wrong.join("\n"));
}
