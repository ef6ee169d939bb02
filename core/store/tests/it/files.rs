//! The file: opened, refused, in use, whole.

use std::fs;

use store::{Error, Store};

use crate::world::{Device, KEY, allergy, glucose, path_in};

#[test]
fn a_record_is_made_closed_and_opened_again() {
    let phone = Device::phone();
    phone.sees(1_000, &[&glucose("g1", "98", "2024-03-14")]);
    let before = phone.store.content_digest().unwrap();
    let phone = phone.reopen();
    assert_eq!(phone.store.content_digest().unwrap(), before);
    assert_eq!(phone.store.rows(&store::Query::default()).unwrap().len(), 1);
}

#[test]
fn a_missing_file_is_not_made_and_one_that_is_there_is_not_made_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = path_in(folder.path());
    assert!(matches!(Store::open(&path, &KEY), Err(Error::NotFound)));
    assert!(!path.exists());
    fs::write(&path, b"something of somebody's").unwrap();
    assert!(matches!(Store::create(&path, &KEY), Err(Error::AlreadyThere)));
    assert_eq!(fs::read(&path).unwrap(), b"something of somebody's");
}

#[test]
fn another_key_or_a_damaged_start_does_not_open_and_a_damaged_middle_is_told_apart() {
    let phone = Device::phone();
    for id in 0..60 {
        phone.sees(id, &[&glucose(&format!("g{id}"), "98", "2024-03-14")]);
    }
    let path = phone.path();
    let Device { store, folder, .. } = phone;
    drop(store);
    let whole = fs::read(&path).unwrap();
    assert!(matches!(Store::open(&path, &[1; 32]), Err(Error::NotOpened)));
    assert_eq!(fs::read(&path).unwrap(), whole, "a wrong key leaves the file as it was");

    let mut header = whole.clone();
    header[100] ^= 1;
    fs::write(&path, &header).unwrap();
    assert!(matches!(Store::open(&path, &KEY), Err(Error::NotOpened)));

    let mut seen_damage = 0;
    for page in 1..whole.len() / 4096 {
        let mut middle = whole.clone();
        middle[page * 4096 + 77] ^= 1;
        fs::write(&path, &middle).unwrap();
        let checked = Store::open(&path, &KEY).and_then(|store| store.check());
        match checked {
            Err(Error::Damaged) => seen_damage += 1,
            Err(other) => panic!("page {page}: {other}"),
            Ok(report) => {
                assert!(!report.cipher.is_empty(), "page {page}: damage not seen");
                assert!(!report.is_sound());
            }
        }
    }
    assert!(seen_damage > 0);
    fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    assert!(Store::open(&path, &KEY).and_then(|store| store.check()).is_err(), "half a file");
    fs::write(&path, &whole).unwrap();
    assert!(Store::open(&path, &KEY).unwrap().check().unwrap().is_sound());
    drop(folder);
}

#[test]
fn two_do_not_open_one_record() {
    let phone = Device::phone();
    assert!(matches!(Store::open(&phone.path(), &KEY), Err(Error::InUse)));
    assert!(matches!(Store::create(&phone.path(), &KEY), Err(Error::InUse)));
    let phone = phone.reopen();
    assert!(matches!(Store::open(&phone.path(), &KEY), Err(Error::InUse)));
}

#[test]
fn a_newer_record_is_refused_and_left_byte_for_byte() {
    let phone = Device::phone();
    phone.sees(1, &[&allergy("a1", "Penicillin")]);
    let path = phone.path();
    let Device { store, folder, .. } = phone;
    drop(store);
    raw(&path).pragma_update(None, "user_version", 5).unwrap();
    let before = fs::read(&path).unwrap();
    let refused = Store::open(&path, &KEY).unwrap_err();
    assert!(matches!(refused, Error::NewerData { found: 5, known: 4 }));
    assert_eq!(fs::read(&path).unwrap(), before);
    drop(folder);
}

#[test]
fn a_file_that_is_no_record_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = path_in(folder.path());
    raw(&path).execute_batch("CREATE TABLE other (a)").unwrap();
    assert!(matches!(Store::open(&path, &KEY), Err(Error::Unreadable("file"))));
    fs::write(&path, b"").unwrap();
    assert!(Store::open(&path, &KEY).is_err());
}

#[test]
fn what_a_killed_making_left_is_no_record() {
    let folder = tempfile::tempdir().unwrap();
    let path = path_in(folder.path());
    fs::write(path.with_extension("new"), b"half a file").unwrap();
    drop(Store::create(&path, &KEY).unwrap());
    assert!(!path.with_extension("new").exists());
    assert!(Store::open(&path, &KEY).unwrap().check().unwrap().is_sound());
}

#[cfg(unix)]
#[test]
fn only_the_owner_may_read_the_files() {
    use std::os::unix::fs::PermissionsExt;
    let phone = Device::phone();
    phone.sees(1, &[&allergy("a1", "Penicillin")]);
    let mut seen = 0;
    for file in fs::read_dir(phone.folder.path()).unwrap() {
        let file = file.unwrap();
        let mode = file.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{:?}", file.file_name());
        seen += 1;
    }
    assert!(seen >= 3, "database, its log and the lock");
}

#[test]
fn no_byte_of_what_is_said_is_readable_in_any_file() {
    let mut phone = Device::phone();
    phone.sees(1, &[&glucose("CANARYID", "98.765", "2024-03-14"), &allergy("a1", "CANARYALLERGEN")]);
    phone.notes("", "CANARYNOTE", &[]);
    let canaries =
        ["CANARY", "Wanderfalke", "98.765", "Glucose", "portal.example", "CREATE TABLE", "statement"];
    let looked = |at: &str| {
        for file in fs::read_dir(phone.folder.path()).unwrap() {
            let bytes = fs::read(file.unwrap().path()).unwrap();
            for canary in canaries {
                let wide: Vec<u8> = canary.encode_utf16().flat_map(u16::to_le_bytes).collect();
                assert!(!holds(&bytes, canary.as_bytes()) && !holds(&bytes, &wide), "{canary} {at}");
            }
            assert!(!holds(&bytes, &KEY), "key {at}");
        }
    };
    looked("while it is open");
    assert_eq!(phone.store.search("canaryid", 9).unwrap().len(), 1, "it is there all the same");
    let names: Vec<String> = fs::read_dir(phone.folder.path())
        .unwrap()
        .map(|f| f.unwrap().file_name().into_string().unwrap())
        .collect();
    assert!(names.iter().any(|name| name.ends_with("-wal")), "the log was looked at: {names:?}");
}

/// The file without the product's own code.
pub fn raw(path: &std::path::Path) -> rusqlite::Connection {
    let db = rusqlite::Connection::open(path).unwrap();
    let hex: String = KEY.iter().map(|byte| format!("{byte:02x}")).collect();
    db.execute_batch(&format!("PRAGMA key = \"x'{hex}'\";")).unwrap();
    db
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}
