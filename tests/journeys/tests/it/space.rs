//! Control C13: the disk is full. A real client, on a small file system of its own. The record is made elsewhere: that takes more room for
//! a moment than it has there.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use client::{Client, Error, Reason};
use harness::Device;

const SWITCH: &str = "WELLKEPT_SMALL_DISK";
const WORK: &str = "WELLKEPT_SMALL_DISK_WORK";
/// What is done on a disk of which size. An empty record has 360 KB; a sync also has its write-ahead log.
const STORIES: [(&str, &str); 2] = [("1m", "notes"), ("2m", "sync")];

/// Mounts a small disk for one process, in a namespace of its own, and runs the story there.
#[test]
fn c13_a_full_disk_is_told_keeps_what_was_there_and_the_rest_comes_when_there_is_room() {
    let folder = tempfile::tempdir().unwrap();
    for (size, work) in STORIES {
        let mount = format!("mount -t tmpfs -o size={size} tmpfs \"$0\"");
        let alone = |script: &str| {
            let mut command = Command::new("unshare");
            command
                .args(["--mount", "--propagation", "private", "--", "sh", "-c", script])
                .arg(folder.path());
            command
        };
        if !alone(&mount).status().is_ok_and(|status| status.success()) {
            crate::child::say("no small disk can be mounted here: the proof of a full disk was left out");
            return;
        }
        let mut command = alone(&format!("{mount} && exec \"$@\""));
        command.arg(std::env::current_exe().unwrap());
        command.args(["--exact", "space::on_a_small_disk", "--nocapture", "--test-threads=1"]);
        let output = command.env(SWITCH, folder.path()).env(WORK, work).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{work}: {said}{}", String::from_utf8_lossy(&output.stderr));
        assert!(said.contains("told, kept, recovered"), "{work}: {said}");
    }
}

/// Takes all room but so many bytes.
fn fill(disk: &Path, left: u64) -> PathBuf {
    let path = disk.join("ballast");
    let mut file = fs::File::create(&path).unwrap();
    while file.write_all(&[1; 4096]).is_ok() {}
    file.set_len(file.metadata().unwrap().len() - left).unwrap();
    path
}

/// The process on the small disk. Does nothing by itself.
#[tokio::test(flavor = "multi_thread")]
async fn on_a_small_disk() {
    let Some(disk) = std::env::var_os(SWITCH).map(PathBuf::from) else { return };
    let hospital = crate::canary::hospital();
    let mut phone = Device::new("alice's phone");
    phone.connect(&hospital, "Riverside").await;
    phone.client().write_note("Ask about the dose", None).unwrap();
    phone.close();
    let kit = crate::child::kit_words(&phone);
    crate::flips::copy(phone.home(), &disk);
    let open = || crate::child::open(&disk, &kit).unwrap();
    let client = open();
    let notes = std::env::var(WORK).is_ok_and(|work| work == "notes");
    let ballast = fill(&disk, 24 * 1024);
    let (mut kept, mut error) = (1, None);
    if notes {
        while error.is_none() && kept < 100 {
            error = client.write_note(&"It hurt again. ".repeat(200), None).err();
            kept += usize::from(error.is_none());
        }
    } else {
        error = client.sync(Reason::Asked { full: true }, |_| {}).await.err();
    }
    assert!(matches!(error, Some(Error::OutOfSpace)), "{error:?}");
    let said = error.unwrap().to_string();
    assert_eq!(said, "There is no space left on this device. Make room and try again; nothing was lost");
    // What was there is there, in the same process and in the next.
    let read = |client: &Client| {
        let all = client.notes().unwrap();
        let is_first =
            |note: &client::views::NoteView| note.versions[0].text.as_deref() == Some("Ask about the dose");
        assert!(all.len() == kept && all.iter().any(is_first), "{} of {kept}", all.len());
        crate::child::contents(client).unwrap().len()
    };
    let before = read(&client);
    drop(client);
    let client = open();
    assert_eq!(read(&client), before);
    fs::remove_file(ballast).unwrap();
    if notes {
        client.write_note("Now there is room", None).unwrap();
        assert_eq!(client.notes().unwrap().len(), kept + 1);
    } else {
        let report = client.sync(Reason::Asked { full: true }, |_| {}).await.unwrap();
        assert!(report.portals[0].trouble.is_none(), "{report:?}");
        assert_eq!(read(&client), 5);
    }
    let verified = client.verify().unwrap();
    assert!(verified.sound, "{:?}", verified.problems);
    crate::child::say("told, kept, recovered");
}
