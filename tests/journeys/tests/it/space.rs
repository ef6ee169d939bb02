//! Control C13: the disk is full. A real client, on a small file system of its own.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use client::{Error, Reason};
use harness::Device;

const SWITCH: &str = "WELLKEPT_SMALL_DISK";
/// Room for a new record, its keychain and little more.
const SIZE: &str = "6m";

/// Mounts a small disk for one process, in a namespace of its own, and runs the story there.
#[test]
fn c13_a_full_disk_is_told_keeps_what_was_there_and_the_rest_comes_when_there_is_room() {
    let folder = tempfile::tempdir().unwrap();
    let mount = format!("mount -t tmpfs -o size={SIZE} tmpfs \"$0\"");
    let alone = |script: &str| {
        let mut command = Command::new("unshare");
        command.args(["--mount", "--propagation", "private", "--", "sh", "-c", script]).arg(folder.path());
        command
    };
    if !alone(&mount).status().is_ok_and(|status| status.success()) {
        crate::child::say("no small disk can be mounted here: the proof of a full disk was left out");
        return;
    }
    let mut command = alone(&format!("{mount} && exec \"$@\""));
    command.arg(std::env::current_exe().unwrap());
    command.args(["--exact", "space::on_a_small_disk", "--nocapture", "--test-threads=1"]);
    let output = command.env(SWITCH, folder.path()).env("TMPDIR", folder.path()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.contains("told, kept, recovered"), "{said}");
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
    phone.reopen();
    let ballast = fill(&disk, 40 * 1024);
    let error = phone.client().sync(Reason::Asked { full: true }, |_| {}).await.err();
    assert!(matches!(error, Some(Error::OutOfSpace)), "{error:?}");
    let said = error.unwrap().to_string();
    assert_eq!(said, "There is no space left on this device. Make room and try again; nothing was lost");
    // What was there is there, in the same process and in the next.
    let read = |phone: &Device| {
        assert_eq!(
            phone.client().notes().unwrap()[0].versions[0].text.as_deref(),
            Some("Ask about the dose")
        );
        crate::child::contents(phone.client()).unwrap().len()
    };
    let before = read(&phone);
    phone.reopen();
    assert_eq!(read(&phone), before);
    fs::remove_file(ballast).unwrap();
    let report = phone.sync_full().await;
    assert!(report.portals[0].trouble.is_none(), "{report:?}");
    assert_eq!(read(&phone), 5);
    let verified = phone.client().verify().unwrap();
    assert!(verified.sound, "{:?}", verified.problems);
    crate::child::say("told, kept, recovered");
}
