//! A process that is killed while it writes.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use store::{Commit, Store};

use crate::world::{Device, KEY, glucose, key, path_in};

const FOLDER: &str = "WELLKEPT_TEST_KILLED_IN";

/// The process that is killed: takes in one answer after the other and says after each that it is kept. Does nothing by itself.
#[test]
fn victim() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let store = Store::open(&path_in(Path::new(&folder)), &KEY).unwrap();
    let mut phone = Device::phone();
    phone.store = store;
    let done =
        phone.store.setting("done").unwrap().map_or(0, |bytes| u64::from_be_bytes(bytes.try_into().unwrap()));
    for n in done + 1.. {
        let answer = phone.answer(
            n as i64,
            &[&glucose("g0", &n.to_string(), "2024-03-14"), &glucose(&format!("g{n}"), "1", "2024-03-14")],
        );
        let settings = vec![("done".to_owned(), Some(n.to_be_bytes().to_vec()))];
        phone.store.commit(Commit { settings, ..answer }).unwrap();
        println!("\nkept {n}");
    }
}

#[test]
fn c11_whatever_was_acknowledged_survives_a_kill_and_nothing_is_half_there() {
    let folder = tempfile::tempdir().unwrap();
    drop(Store::create(&path_in(folder.path()), &KEY).unwrap());
    let mut acknowledged = 0;
    for round in 0..12 {
        let mut victim = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "kill::victim", "--nocapture", "--test-threads=1"])
            .env(FOLDER, folder.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(victim.stdout.take().unwrap()).lines().map_while(Result::ok);
        let mut kept =
            lines.filter_map(|line| line.strip_prefix("kept ").and_then(|n| n.parse::<u64>().ok()));
        acknowledged = kept.by_ref().take(1 + round % 5).last().unwrap();
        std::thread::sleep(std::time::Duration::from_micros(round as u64 * 700));
        victim.kill().unwrap();
        victim.wait().unwrap();

        let store = Store::open(&path_in(folder.path()), &KEY).unwrap();
        let done = u64::from_be_bytes(store.setting("done").unwrap().unwrap().try_into().unwrap());
        assert!(done >= acknowledged, "{done} of {acknowledged}");
        assert_eq!(store.count(&store::Query::default()).unwrap(), done + 1);
        assert_eq!(store.revisions(&key("Observation", "g0")).unwrap().len() as u64, done);
        let report = store.check().unwrap();
        assert!(report.is_sound(), "{report:?}");
    }
    assert!(acknowledged > 12);
}
