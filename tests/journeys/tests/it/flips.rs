//! Control C2, in small: a file that was tampered with never reads as another record.

use std::fs;
use std::path::Path;

use client::Error;
use harness::Device;

use crate::child::{self, contents, kit_words};

/// The size of a database page.
const PAGE: usize = 4096;

/// What a record says, as far as a person can see.
#[derive(Debug, PartialEq, Eq)]
struct Said {
    digest: String,
    statements: u64,
    contents: std::collections::BTreeMap<String, Vec<u8>>,
    notes: Vec<client::views::NoteView>,
}

/// What opening, checking and reading a file came to.
#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    Refused,
    Unsound,
    Says(Said),
}

/// A closed record with a few entries and a note.
async fn small() -> Device {
    let hospital = crate::canary::hospital();
    let mut phone = Device::new("alice's phone");
    phone.connect(&hospital, "Riverside").await;
    phone.sync().await;
    phone.client().write_note("Ask about the dose", None).unwrap();
    phone.close();
    phone
}

/// Reads a copy of the record in which one file was changed.
fn read(original: &Device, file: &str, change: impl FnOnce(&mut Vec<u8>)) -> Outcome {
    let folder = tempfile::tempdir().unwrap();
    copy(original.home(), folder.path());
    let path = folder.path().join(file);
    let mut bytes = fs::read(&path).unwrap();
    change(&mut bytes);
    fs::write(&path, bytes).unwrap();
    said(folder.path(), &kit_words(original)).unwrap_or(Outcome::Refused)
}

fn said(home: &Path, kit: &str) -> Result<Outcome, Error> {
    let client = child::open(home, kit)?;
    let verified = client.verify()?;
    if !verified.sound {
        return Ok(Outcome::Unsound);
    }
    let (contents, notes) = (contents(&client)?, client.notes()?);
    Ok(Outcome::Says(Said { digest: verified.digest, statements: verified.statements, contents, notes }))
}

/// Copies a folder and all in it.
pub fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            fs::create_dir(&target).unwrap();
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flipped_byte_never_reads_as_something_else() {
    let phone = small().await;
    let truth = read(&phone, "record.db", |_| {});
    let Outcome::Says(said) = &truth else { panic!("the record itself: {truth:?}") };
    assert_eq!((said.contents.len(), said.notes.len()), (5, 1));
    let length = fs::read(phone.database()).unwrap().len();
    assert!(length.is_multiple_of(PAGE), "{length}");

    // The salt, the first page's beginning, ends of pages (where their initialisation vector and authentication lie), and elsewhere.
    let ends =
        (1..=length / PAGE).step_by(length / PAGE / 12).flat_map(|page| [page * PAGE - 1, page * PAGE - 70]);
    let within = (0..32).map(|n| 4099 + n * (length - 4200) / 32);
    let places: Vec<usize> = [0, 7, 15, 16, 21, 99, 2000].into_iter().chain(ends).chain(within).collect();
    assert!(places.len() >= 60, "{}", places.len());
    let (mut refused, mut unsound) = (0, 0);
    for place in places {
        match read(&phone, "record.db", |bytes| bytes[place] ^= 1 << (place % 8)) {
            Outcome::Refused => refused += 1,
            Outcome::Unsound => unsound += 1,
            says => assert_eq!(says, truth, "flipped at {place} of {length}"),
        }
    }
    child::say(&format!("flips: {refused} refused, {unsound} found unsound"));
    assert!(refused + unsound >= 60, "every byte of the file is authenticated: {refused} and {unsound}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_was_cut_or_put_together_anew_is_not_believed() {
    let phone = small().await;
    let pages = fs::read(phone.database()).unwrap().len() / PAGE;
    for (one, other) in [(1, 2), (3, 9), (pages / 2, pages - 1)] {
        let swapped = read(&phone, "record.db", |bytes| {
            let (front, back) = bytes.split_at_mut(other * PAGE);
            front[one * PAGE..(one + 1) * PAGE].swap_with_slice(&mut back[..PAGE]);
        });
        assert!(!matches!(swapped, Outcome::Says(_)), "pages {one} and {other} swapped");
    }
    for left in [0, 1, 15, PAGE, 3 * PAGE, (pages - 1) * PAGE, pages * PAGE - 1] {
        let cut = read(&phone, "record.db", |bytes| bytes.truncate(left));
        assert!(!matches!(cut, Outcome::Says(_)), "cut to {left} bytes");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flipped_byte_in_the_keychain_opens_nothing_else() {
    let phone = small().await;
    let truth = read(&phone, "record.db", |_| {});
    for file in ["keychain/wrap.kit", "keychain/device"] {
        let length = fs::read(phone.home().join(file)).unwrap().len();
        for place in (0..length).step_by(3) {
            let said = read(&phone, file, |bytes| bytes[place] ^= 1 << (place % 8));
            assert!(said == Outcome::Refused || said == truth, "{file} at {place}: {said:?}");
        }
    }
}
