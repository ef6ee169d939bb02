//! What is acknowledged is on the disk: nothing is said before the kernel was told to keep it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use harness::{BEGINNING, Device};
use sandbox::{Sandbox, demo_data};
use serde_json::json;

use crate::child::{Job, MARK, Working};
use crate::strace::{self, Call};

const WATCHED: &str = "write,pwrite64,pwritev,writev,ftruncate,fsync,fdatasync,rename,renameat,renameat2";

/// What was seen of a process.
#[derive(Debug, Default, PartialEq, Eq)]
struct Seen {
    /// Things that it acknowledged.
    acknowledged: usize,
    /// Calls of fsync and fdatasync below the folder.
    synced: usize,
    /// What was wrong.
    faults: Vec<String>,
}

/// Goes through the calls. At each line that a child says for something written, the write-ahead log and the keychain below
/// `home` must be on the disk, and must have been put there since the line before. A file is renamed only when it is on the disk.
///
/// The database file itself may lag: what a checkpoint copies into it stays in the log until it is synced. The index of the log
/// (`-shm`) is made anew after a crash.
fn look(calls: &[Call], home: &Path, acknowledges: impl Fn(&str) -> bool) -> Seen {
    let mut seen = Seen::default();
    let (mut dirty, mut since) = (BTreeSet::<String>::new(), 0);
    let may_lag = |path: &str| path.ends_with("record.db") || path.ends_with("record.db-shm");
    let ours = |path: &str| Path::new(path).starts_with(home) && !may_lag(path);
    for call in calls {
        match call.name.as_str() {
            "fsync" | "fdatasync" => {
                let Some(path) = call.descriptor().filter(|path| Path::new(path).starts_with(home)) else {
                    continue;
                };
                dirty.remove(path);
                seen.synced += 1;
                since += 1;
            }
            "rename" | "renameat" | "renameat2" => {
                let paths = call.paths();
                let (from, to) = (paths[0].to_string_lossy(), paths[1].to_string_lossy());
                if dirty.remove(from.as_ref()) {
                    seen.faults.push(format!("{to} was renamed before it was synced"));
                }
                dirty.extend(paths[1].parent().map(|folder| folder.to_string_lossy().into_owned()));
            }
            "write" if call.descriptor().is_some_and(|path| path.starts_with("pipe:")) => {
                let said = call.arguments.split_once(MARK).map(|(_, said)| said);
                let Some(said) = said.filter(|said| acknowledges(said)) else { continue };
                seen.acknowledged += 1;
                if since == 0 {
                    seen.faults.push(format!("nothing was synced before it said {said}"));
                }
                seen.faults
                    .extend(dirty.iter().map(|path| format!("{path} was not synced when it said {said}")));
                since = 0;
            }
            _ => dirty.extend(call.descriptor().filter(|path| ours(path)).map(str::to_owned)),
        }
    }
    seen
}

fn watch(device: &Device, job: &Job, acknowledges: impl Fn(&str) -> bool) -> Seen {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("calls");
    Working::under(&strace::watching(WATCHED, 96, &log), job).finish();
    let calls = strace::calls(&fs::read_to_string(&log).unwrap());
    let seen = look(&calls, &device.home().canonicalize().unwrap(), acknowledges);
    crate::child::say(&format!("{}: {} acknowledged, {} syncs", job.name, seen.acknowledged, seen.synced));
    seen
}

#[test]
fn a_note_is_on_the_disk_before_it_is_acknowledged() {
    if !strace::is_there() {
        return;
    }
    let mut phone = Device::new("alice's phone");
    phone.close();
    let job = Job::on(&phone, "notes", json!({ "count": 25 }));
    let seen = watch(&phone, &job, |said| said.contains(" note "));
    assert_eq!(seen.faults, Vec::<String>::new());
    assert_eq!(seen.acknowledged, 25);
    assert!(seen.synced >= 25, "{}", seen.synced);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_is_on_the_disk_before_it_is_acknowledged() {
    if !strace::is_there() {
        return;
    }
    let config = demo_data::hospital_of("Riverside", &[demo_data::ALESHA]);
    let hospital = Sandbox::start(sandbox::Config { now: Some(BEGINNING), ..config }).expect("a portal");
    let mut phone = Device::new("alice's phone");
    phone.connect(&hospital, "Riverside").await;
    phone.close();
    // The access token has run out: the sync begins with new tokens, which must be on the disk too.
    hospital.advance(4000);
    let job = Job::on(&phone, "sync", json!({ "pause": 0 }));
    let seen = watch(&phone, &job, |said| said.starts_with("held "));
    assert_eq!(seen.faults, Vec::<String>::new());
    assert!(seen.acknowledged > 10, "{}", seen.acknowledged);
    assert!(seen.synced >= seen.acknowledged);
}

/// A log in which each rule is broken once.
#[test]
fn what_is_said_too_early_is_found() {
    let line = |name: &str, arguments: &str| Call { name: name.to_owned(), arguments: arguments.to_owned() };
    let wal = |name: &str| line(name, "5</h/record.db-wal>, 1");
    let says = || line("write", "1<pipe:[1]>, \"\\n@@ held A/1\\n\", 13");
    let look = |calls: &[Call]| look(calls, Path::new("/h"), |said| said.starts_with("held "));
    assert_eq!(look(&[wal("pwrite64"), wal("fdatasync"), says()]).faults, Vec::<String>::new());
    assert_eq!(look(&[wal("pwrite64"), wal("fdatasync"), wal("pwrite64"), says()]).faults.len(), 1);
    assert_eq!(look(&[wal("pwrite64"), says()]).faults.len(), 2);
    let renamed = |name: &str| line(name, "\"/h/k/t.new\", \"/h/k/t\"");
    let file = |name: &str| line(name, "6</h/k/t.new>, 1");
    let folder = || line("fsync", "7</h/k>");
    assert_eq!(
        look(&[file("write"), file("fsync"), renamed("rename"), folder(), says()]).faults,
        Vec::<String>::new()
    );
    assert_eq!(look(&[file("write"), renamed("rename"), folder(), says()]).faults.len(), 1);
    assert_eq!(look(&[file("write"), file("fsync"), renamed("rename"), says()]).faults.len(), 1);
}
