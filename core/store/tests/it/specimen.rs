//! Records as each version of the log wrote them, opened for ever.

use std::path::{Path, PathBuf};

use statement::Section;
use store::{Query, Store};

use crate::world::{Device, KEY, PORTAL, allergy, glucose, key, path_in, retracted};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors/store")
}

/// What is in the specimen.
fn write() {
    let mut phone = Device::phone();
    phone.sees(1_000, &[&glucose("g1", "98.0", "2024-03-14"), &allergy("a1", "Penicillin")]);
    phone.sees(2_000, &[&glucose("g1", "99.0", "2024-03-14"), &glucose("g2", "120", "2024-04-01")]);
    phone.sees(3_000, &[&retracted("g2")]);
    phone.notes(&key("Observation", "g1").to_string(), "Was ill that week", &[]);
    phone.reads(&key("Observation", "g1"));
    phone.misses(4_000, &Section::RESULTS, &[("Observation", "g2")]);
    let path = phone.path();
    let Device { store, folder: kept, .. } = phone;
    drop(store);
    std::fs::create_dir_all(folder()).unwrap();
    std::fs::copy(path, folder().join("v1.db")).unwrap();
    drop(kept);
}

#[test]
fn a_record_of_version_1_is_opened_for_ever() {
    let specimen = folder().join("v1.db");
    if !specimen.exists() && std::env::var_os("UPDATE_GOLDEN").is_some() {
        write();
    }
    let copy = tempfile::tempdir().unwrap();
    std::fs::copy(specimen, path_in(copy.path())).unwrap();
    let store = Store::open(&path_in(copy.path()), &KEY).unwrap();
    store.rebuild(|_| true).unwrap();
    let report = store.check().unwrap();
    assert!(report.is_sound(), "{report:?}");
    assert_eq!(store.statements_after(0, 99).unwrap().len(), 7);
    let revisions = store.revisions(&key("Observation", "g1")).unwrap();
    let bytes = store.bytes(&revisions[1].digest).unwrap().unwrap();
    assert_eq!(String::from_utf8(bytes).unwrap(), glucose("g1", "98.0", "2024-03-14"), "byte for byte");
    assert_eq!(store.rows(&Query::default()).unwrap().len(), 3);
    let notes = store.notes(&key("Observation", "g1")).unwrap();
    assert_eq!(notes[0].texts.values().collect::<Vec<_>>(), ["Was ill that week"]);
    assert_eq!(store.search("wanderfalke", 9).unwrap().len(), 1);
}

/// Copies a closed record and the files beside it.
fn keep(phone: Device, name: &str) {
    let (path, files) = (phone.path(), phone.folder.path().join("record.db.files"));
    let Device { store, folder: kept, .. } = phone;
    drop(store);
    std::fs::copy(path, folder().join(name)).unwrap();
    copy_files(&files, &folder().join(format!("{name}.files")));
    drop(kept);
}

fn copy_files(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

/// A record with a file beside it, one whose words alone are kept, and what became of three addresses.
fn write_2() {
    keep(crate::attachments::with_files(), "v2.db");
}

#[test]
fn a_record_of_version_2_is_opened_with_its_files_for_ever() {
    let specimen = folder().join("v2.db");
    if !specimen.exists() && std::env::var_os("UPDATE_GOLDEN").is_some() {
        write_2();
    }
    let copy = tempfile::tempdir().unwrap();
    std::fs::copy(specimen, path_in(copy.path())).unwrap();
    copy_files(&folder().join("v2.db.files"), &copy.path().join("record.db.files"));
    let store = Store::open(&path_in(copy.path()), &KEY).unwrap();
    store.rebuild(|_| true).unwrap();
    assert!(store.check().unwrap().is_sound());
    crate::attachments::are_as_written(&store);
}

#[test]
fn c14_a_record_of_version_3_is_opened_with_everything_for_ever() {
    let specimen = folder().join("v3.db");
    if !specimen.exists() && std::env::var_os("UPDATE_GOLDEN").is_some() {
        keep(crate::kit::full(), "v3.db");
    }
    let copy = tempfile::tempdir().unwrap();
    std::fs::copy(specimen, path_in(copy.path())).unwrap();
    copy_files(&folder().join("v3.db.files"), &copy.path().join("record.db.files"));
    assert_eq!(crate::kit::version_of(&path_in(copy.path())), 3);
    let store = Store::open(&path_in(copy.path()), &KEY).unwrap();
    store.rebuild(|_| true).unwrap();
    let report = store.check().unwrap();
    assert!(report.is_sound(), "{report:?}");
    crate::attachments::are_as_written(&store);
    let [note] = &store.notes(&key("Observation", "g1")).unwrap()[..] else { panic!("one note") };
    assert_eq!(note.texts.values().collect::<Vec<_>>(), ["Was ill for two weeks"]);
    let withheld = store.row(&key("Observation", "g3"), None).unwrap().unwrap();
    assert_eq!(withheld.row.part, record::parts::Part::Withheld);
    let [unfollowed] = &store.unfollowed(&PORTAL).unwrap()[..] else { panic!("one reference") };
    assert_eq!(
        (unfollowed.resource_type.as_str(), unfollowed.status, unfollowed.at),
        ("Organization", Some(404), 30)
    );
    let held = (store.cursors(&PORTAL).unwrap().len(), store.quarantined(&PORTAL).unwrap().len());
    assert_eq!((held, store.setting("theme").unwrap()), ((1, 1), Some(b"dark".to_vec())));
    assert_eq!(store.wanted(&PORTAL).unwrap().len(), 1);
}
