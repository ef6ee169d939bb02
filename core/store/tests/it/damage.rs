//! Control C2: a byte that changed, anywhere in the files, ends in an error or in what was said before; never in something else.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use statement::Signed;
use store::{Commit, Error, Query, Salvaged, Store};

use crate::world::{Device, KEY, glucose, key, path_in};

const PAGE: usize = 4096;
/// SQLite's header of a write-ahead log, and of each frame in it.
const LOG: usize = 32;
const FRAME: usize = 24;

/// What came of opening changed files, and looking them over.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    Refused(String),
    Unsound,
    Says(String),
}

/// Opens copies of the files, the database and its log, and says what they came to. One that does not open is left as it was.
fn opened(db: &[u8], log: &[u8]) -> Outcome {
    let folder = tempfile::tempdir().unwrap();
    let path = path_in(folder.path());
    let log_path = folder.path().join("record.db-wal");
    fs::write(&path, db).unwrap();
    if !log.is_empty() {
        fs::write(&log_path, log).unwrap();
    }
    match Store::open(&path, &KEY) {
        Err(error) => {
            if log.is_empty() {
                assert_eq!(fs::read(&path).unwrap(), db, "{error}");
            }
            refused(&error)
        }
        Ok(store) => said(&store).unwrap_or_else(|error| refused(&error)),
    }
}

fn refused(error: &Error) -> Outcome {
    assert!(matches!(error, Error::Damaged | Error::NotOpened | Error::Unreadable(_)), "{error:?}");
    Outcome::Refused(error.to_string())
}

fn said(store: &Store) -> Result<Outcome, Error> {
    store.rebuild(|_| true)?;
    let report = store.check()?;
    if report.is_sound() {
        Ok(Outcome::Says(store.content_digest()?.to_string()))
    } else {
        Ok(Outcome::Unsound)
    }
}

/// A record with its log beside it, and everything that it said on the way.
fn growing() -> (Vec<u8>, Vec<u8>, BTreeSet<Outcome>) {
    let mut phone = Device::phone();
    let mut states = BTreeSet::new();
    let state = |phone: &Device| Outcome::Says(phone.store.content_digest().unwrap().to_string());
    phone.sees(1, &[&glucose("g1", "98", "2024-03-14")]);
    phone = phone.reopen();
    states.insert(state(&phone));
    for n in 2..5 {
        phone.sees(n, &[&glucose(&format!("g{n}"), "98", "2024-03-14")]);
        states.insert(state(&phone));
    }
    phone.notes(&key("Observation", "g1").to_string(), "Was ill", &[]);
    states.insert(state(&phone));
    let read = |name: &str| fs::read(Path::new(phone.folder.path()).join(name)).unwrap();
    (read("record.db"), read("record.db-wal"), states)
}

#[test]
fn c2_a_changed_byte_on_any_page_is_an_error_and_the_file_stays() {
    let (db, log, _) = growing();
    // The whole of it in one file.
    let folder = tempfile::tempdir().unwrap();
    let path = path_in(folder.path());
    fs::write(&path, &db).unwrap();
    fs::write(folder.path().join("record.db-wal"), &log).unwrap();
    drop(Store::open(&path, &KEY).unwrap());
    let db = fs::read(&path).unwrap();
    let truth = opened(&db, &[]);
    assert!(matches!(truth, Outcome::Says(_)), "{truth:?}");
    let pages = db.len() / PAGE;
    let changed = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = db.clone();
        change(&mut bytes);
        opened(&bytes, &[])
    };
    for page in 0..pages {
        // The salt or what lies there, the middle, the vector and the code that authenticates.
        for within in [3, 40, 2_000, PAGE - 70, PAGE - 5] {
            let outcome = changed(&|bytes| bytes[page * PAGE + within] ^= 1 << (within % 8));
            assert!(!matches!(outcome, Outcome::Says(_)), "page {page}, byte {within}");
        }
        let outcome = changed(&|bytes| bytes[page * PAGE..(page + 1) * PAGE].fill(0));
        assert!(!matches!(outcome, Outcome::Says(_)), "page {page} of zeros");
        let other = (page + 1) % pages;
        let outcome = changed(&|bytes| {
            let (one, two) = (page * PAGE, other * PAGE);
            (0..PAGE).for_each(|n| bytes.swap(one + n, two + n));
        });
        assert!(!matches!(outcome, Outcome::Says(_)), "pages {page} and {other} swapped");
    }
    for left in (0..db.len()).step_by(db.len() / 40) {
        let outcome = changed(&|bytes| bytes.truncate(left));
        assert!(!matches!(outcome, Outcome::Says(_)), "cut to {left}");
    }
}

/// The log ends for SQLite where a frame is not what it should be: what came later is lost, and what came before is whole. That
/// something is missing is told by the chain heads in the keychain (`client`).
#[test]
fn c2_a_changed_write_ahead_log_gives_a_state_that_was_and_never_another() {
    let (db, log, states) = growing();
    assert!(states.len() == 5 && states.contains(&opened(&db, &log)));
    let frames = (log.len() - LOG) / (FRAME + PAGE);
    assert!(frames > 20, "{frames}");
    let (mut earlier, newest) = (0, opened(&db, &log));
    let mut check = |log: &[u8], what: String| {
        let outcome = opened(&db, log);
        assert!(!matches!(outcome, Outcome::Says(_)) || states.contains(&outcome), "{what}: {outcome:?}");
        earlier += usize::from(outcome != newest);
    };
    let mut places: Vec<usize> = (0..LOG).step_by(3).collect();
    for frame in 0..frames {
        let start = LOG + frame * (FRAME + PAGE);
        places.extend([0, 5, 9, 17, FRAME + 1, FRAME + 3_000].map(|within| start + within));
    }
    for place in places {
        let mut changed = log.clone();
        changed[place] ^= 1 << (place % 8);
        check(&changed, format!("byte {place}"));
    }
    for left in (1..log.len()).step_by(log.len() / 50) {
        check(&log[..left], format!("cut to {left}"));
    }
    assert!(earlier > 60, "{earlier}");
}

/// A record with many entries on many pages, in one file.
fn large() -> (Device, std::path::PathBuf) {
    let mut phone = Device::phone();
    for n in 0..20_i64 {
        let shown: Vec<String> = (0..10).map(|m| glucose(&format!("g{n}-{m}"), "98", "2024-03-14")).collect();
        phone.sees(n, &shown.iter().map(String::as_str).collect::<Vec<_>>());
    }
    phone.notes(&key("Observation", "g1-1").to_string(), "Was ill", &[]);
    let phone = phone.reopen();
    let path = phone.path();
    (phone, path)
}

/// Everything that can be read counts as genuine.
fn salvaged(path: &Path) -> Result<Salvaged, Error> {
    Store::salvage(path, &KEY, None, |_| true, |_| {})?.put_in_place()
}

#[test]
fn c2_of_a_damaged_file_what_is_whole_is_taken_over_and_the_file_is_put_aside() {
    let (phone, path) = large();
    let Device { store, folder, .. } = phone;
    let (truth, rows) = (store.content_digest().unwrap(), store.count(&Query::default()).unwrap());
    let statements = store.statements_after(0, usize::MAX).unwrap().len() as u64;
    drop(store);
    let whole = fs::read(&path).unwrap();
    let pages = whole.len() / PAGE;
    let (mut complete, mut part, mut nothing) = (0, 0, 0);
    for page in (0..pages).step_by(7) {
        let mut damaged = whole.clone();
        damaged[page * PAGE + 1_000] ^= 1;
        fs::write(&path, &damaged).unwrap();
        if let Ok(store) = Store::open(&path, &KEY) {
            assert!(store.is_damaged().unwrap(), "page {page}");
        }
        let salvaged = match salvaged(&path) {
            Err(error) => {
                assert!(matches!(error, Error::NotOpened | Error::Damaged), "page {page}: {error:?}");
                assert_eq!(fs::read(&path).unwrap(), damaged, "it is as it was");
                nothing += 1;
                continue;
            }
            Ok(salvaged) => salvaged,
        };
        let aside = folder.path().join(&salvaged.aside);
        assert_eq!(fs::read(&aside).unwrap(), damaged, "page {page}: kept byte for byte");
        let store = Store::open(&path, &KEY).unwrap();
        store.rebuild(|_| true).unwrap();
        let report = store.check().unwrap();
        assert!(
            report.integrity.is_empty() && report.cipher.is_empty() && report.different == 0,
            "{report:?}"
        );
        assert_eq!(report.false_resources + report.false_statements, 0);
        if store.content_digest().unwrap() == truth {
            complete += 1;
        } else {
            // What is missing is named: contents that pages name, or a gap in a chain.
            assert!(salvaged.lost > 0 && salvaged.statements <= statements, "page {page}: {salvaged:?}");
            assert!(store.count(&Query::default()).unwrap() <= rows);
            part += 1;
        }
        drop(store);
        fs::remove_file(aside).unwrap();
    }
    println!("{complete} complete, {part} in part, {nothing} not at all, of {pages} pages");
    assert!(complete > pages / 7 / 3, "most pages are projections: {complete}");
    assert!(part > 0);
}

#[test]
fn c2_a_statement_that_is_not_genuine_is_not_taken_over() {
    let (phone, path) = large();
    let Device { store, folder, .. } = phone;
    let first = store.statements_after(0, 1).unwrap().remove(0).1.digest();
    let all = store.statements_after(0, usize::MAX).unwrap().len() as u64;
    drop(store);
    let genuine = |signed: &Signed| signed.digest() != first;
    let taken = Store::salvage(&path, &KEY, None, genuine, |_| {}).unwrap().put_in_place().unwrap();
    assert_eq!((taken.statements, taken.lost), (all - 1, 1));
    assert!(Store::open(&path, &KEY).unwrap().statement(&first).unwrap().is_none());
    // A second time gets another name, and erasing finds both.
    let again = salvaged(&path).unwrap();
    assert_eq!((taken.aside.as_str(), again.aside.as_str()), ("record.db.damaged-1", "record.db.damaged-2"));
    store::Doomed::at(&path).unwrap().remove().unwrap();
    let left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().contains("damaged")), "{left:?}");
}

/// What the first page said is found again: the salt is known from elsewhere, the tables by looking at each page.
#[test]
fn c2_a_damaged_first_page_is_no_reason_to_lose_the_rest() {
    let (phone, path) = large();
    phone
        .store
        .commit(Commit { settings: vec![("kept".to_owned(), Some(vec![7; 9]))], ..Commit::default() })
        .unwrap();
    let Device { store, folder, .. } = phone;
    let (truth, salt) = (store.content_digest().unwrap(), store.salt().unwrap());
    drop(store);
    let whole = fs::read(&path).unwrap();
    assert_eq!(whole[..16], salt);
    let zeros = |range: std::ops::Range<usize>| {
        let mut bytes = whole.clone();
        bytes[range].fill(0);
        bytes
    };
    let flipped = |place: usize| {
        let mut bytes = whole.clone();
        bytes[place] ^= 1;
        bytes
    };
    // The salt alone, the page without it, all of it, one byte.
    let known = Some(salt);
    let damages = [
        (zeros(0..16), known),
        (zeros(16..PAGE), None),
        (zeros(0..PAGE), known),
        (flipped(3), known),
        (flipped(40), None),
        (flipped(PAGE - 5), None),
    ];
    for (n, (damaged, known)) in damages.into_iter().enumerate() {
        fs::write(&path, &damaged).unwrap();
        assert!(Store::open(&path, &KEY).is_err(), "{n}");
        let mut steps = Vec::new();
        let genuine = |_: &Signed| true;
        let ready = Store::salvage(&path, &KEY, known, genuine, |taking| steps.push(taking.what)).unwrap();
        assert_eq!(fs::read(&path).unwrap(), damaged, "{n}: nothing is in its place yet");
        let salvaged = ready.put_in_place().unwrap();
        assert_eq!(salvaged.lost, 0, "{n}: {salvaged:?}");
        assert_eq!(fs::read(folder.path().join(&salvaged.aside)).unwrap(), damaged, "{n}");
        assert!(
            steps.contains(&"statement") && (n == 0 || n == 3 || steps.contains(&"pages")),
            "{n}: {steps:?}"
        );
        let left: Vec<_> =
            fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert!(left.iter().all(|name| !name.to_string_lossy().contains("salvage")), "{left:?}");
        let store = Store::open(&path, &KEY).unwrap();
        store.rebuild(|_| true).unwrap();
        assert_eq!(store.content_digest().unwrap(), truth, "{n}");
        assert_eq!(store.setting("kept").unwrap(), Some(vec![7; 9]), "{n}");
        assert!(store.check().unwrap().is_sound(), "{n}");
        assert!(!store.is_damaged().unwrap());
    }
    // Without the salt nothing is genuine; with another key neither.
    for (damaged, key, known) in [(zeros(0..16), KEY, None), (whole.clone(), [9; 32], known)] {
        fs::write(&path, &damaged).unwrap();
        let refused = Store::salvage(&path, &key, known, |_| true, |_| {});
        assert!(matches!(refused, Err(Error::NotOpened)), "{refused:?}");
        assert_eq!(fs::read(&path).unwrap(), damaged);
    }
}

#[test]
fn c2_a_first_page_that_is_damaged_with_its_log_beside_loses_no_commit() {
    let (db, log, _) = growing();
    let truth = opened(&db, &log);
    let folder = tempfile::tempdir().unwrap();
    let path = path_in(folder.path());
    let mut damaged = db.clone();
    damaged[..PAGE].fill(0);
    fs::write(&path, &damaged).unwrap();
    fs::write(folder.path().join("record.db-wal"), &log).unwrap();
    let salt = db[..16].try_into().unwrap();
    let taken = Store::salvage(&path, &KEY, Some(salt), |_| true, |_| {}).unwrap().put_in_place().unwrap();
    assert_eq!(taken.lost, 0, "{taken:?}");
    let store = Store::open(&path, &KEY).unwrap();
    assert_eq!(said(&store).unwrap(), truth);
    assert_eq!(fs::read(folder.path().join("record.db.damaged-1-wal")).unwrap(), log);
}
