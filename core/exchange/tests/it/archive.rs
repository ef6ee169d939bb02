//! Archives: written, read again, and made by somebody who means harm.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use exchange::archive::page::{self, Entry, Flag, Group, Head, Note, Portal, Section};
use exchange::archive::{
    Archive, Error, FORMAT, Fault, FileEntry, MANIFEST, Manifest, Sink, Source, VERSION, Writer,
};
use serde_json::{Value, json};

/// An archive in memory.
#[derive(Default)]
struct Memory {
    files: BTreeMap<String, Vec<u8>>,
    open: String,
    full: bool,
}

impl Sink for Memory {
    fn begin(&mut self, name: &str) -> Result<(), Fault> {
        self.open = name.to_owned();
        self.files.insert(name.to_owned(), Vec::new());
        Ok(())
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        if self.full {
            return Err(Fault::OutOfSpace);
        }
        self.files.get_mut(&self.open).unwrap().extend_from_slice(bytes);
        Ok(())
    }

    fn end(&mut self) -> Result<(), Fault> {
        Ok(())
    }
}

impl Source for Memory {
    fn read(&mut self, name: &str, piece: &mut dyn FnMut(&[u8]) -> ControlFlow<()>) -> Result<(), Fault> {
        let bytes = self.files.get(name).ok_or(Fault::NotAFile)?;
        for part in bytes.chunks(7) {
            if piece(part).is_break() {
                break;
            }
        }
        Ok(())
    }
}

fn manifest() -> Manifest {
    Manifest {
        format: FORMAT.to_owned(),
        version: VERSION,
        made: "2026-11-01 09:00 UTC".to_owned(),
        wellkept: "0.1.0".to_owned(),
        digest: "00".repeat(32),
        files: Vec::new(),
    }
}

fn written() -> Memory {
    let mut memory = Memory::default();
    let mut writer = Writer::new(&mut memory);
    writer.begin("record/pages.ndjson").unwrap();
    writer.line(&json!({"a": 1})).unwrap();
    writer.line(&json!({"a": 2})).unwrap();
    writer.file("README.txt", b"read me").unwrap();
    let manifest = writer.finish(manifest()).unwrap();
    assert_eq!(manifest.files.len(), 2);
    memory
}

/// The archive with its manifest changed.
fn with_manifest(change: impl FnOnce(&mut Value)) -> Memory {
    let mut memory = written();
    let mut manifest: Value = serde_json::from_slice(&memory.files[MANIFEST]).unwrap();
    change(&mut manifest);
    memory.files.insert(MANIFEST.to_owned(), serde_json::to_vec(&manifest).unwrap());
    memory
}

fn checked(mut memory: Memory) -> Result<(), Error> {
    Archive::open(&mut memory)?.check(|_| {})
}

#[test]
fn what_was_written_is_read_again() {
    let mut memory = written();
    let mut archive = Archive::open(&mut memory).unwrap();
    let mut read = 0;
    archive.check(|bytes| read += bytes).unwrap();
    assert_eq!(read, archive.manifest().length());
    let mut rows = Vec::new();
    archive
        .rows("record/pages.ndjson", |row: BTreeMap<String, u8>| -> Result<(), Error> {
            rows.push(row["a"]);
            Ok(())
        })
        .unwrap();
    assert_eq!(rows, [1, 2]);
    archive.rows("record/none.ndjson", |_: Value| -> Result<(), Error> { panic!("no such file") }).unwrap();
    assert_eq!(archive.names("record/"), ["record/pages.ndjson"]);
    assert_eq!(archive.whole("README.txt", 100).unwrap(), b"read me");
    assert_eq!(archive.whole("README.txt", 3), Err(Error::TooLarge("a file")));
}

#[test]
fn c10_any_changed_byte_is_noticed() {
    assert_eq!(checked(written()), Ok(()));
    for name in ["record/pages.ndjson", "README.txt"] {
        let altered = Err(Error::Altered { name: name.to_owned() });
        let mut changed = written();
        changed.files.get_mut(name).unwrap()[3] ^= 1;
        assert_eq!(checked(changed), altered);
        let mut longer = written();
        longer.files.get_mut(name).unwrap().push(b'\n');
        assert_eq!(checked(longer), altered);
        let mut missing = written();
        missing.files.remove(name);
        assert_eq!(checked(missing), altered);
    }
}

#[test]
fn c31_a_manifest_that_names_what_no_export_has_is_refused() {
    for name in
        ["../record.db", "/etc/passwd", "fhir/../../x", "a\\b", "C:x", "", "README.TXT", ".keychain/device"]
    {
        let hostile = with_manifest(|manifest| {
            let entry = json!({"name": name, "length": 1, "sha256": "00"});
            manifest["files"].as_array_mut().unwrap().push(entry);
        });
        assert_eq!(checked(hostile), Err(Error::BadName), "{name}");
    }
}

#[test]
fn another_version_another_format_and_garbage_are_named_as_such() {
    let newer = with_manifest(|manifest| {
        *manifest = json!({"format": FORMAT, "version": 2, "files": "said otherwise"});
    });
    assert_eq!(checked(newer), Err(Error::OtherVersion { found: 2 }));
    let other = with_manifest(|manifest| manifest["format"] = json!("something else"));
    assert_eq!(checked(other), Err(Error::NotAnArchive));
    let huge = with_manifest(|manifest| manifest["files"][0]["length"] = json!(u64::MAX));
    assert!(matches!(checked(huge), Err(Error::TooLarge(_))));
    let mut none = written();
    none.files.remove(MANIFEST);
    assert_eq!(checked(none), Err(Error::NotAnArchive));
    let mut garbage = written();
    garbage.files.insert(MANIFEST.to_owned(), b"{".to_vec());
    assert_eq!(checked(garbage), Err(Error::NotAnArchive));
}

#[test]
fn a_line_that_cannot_be_read_is_named_and_an_endless_one_is_refused() {
    let mut memory = Memory::default();
    let mut writer = Writer::new(&mut memory);
    writer.file("record/facts.ndjson", b"{}\n[\n").unwrap();
    writer.finish(manifest()).unwrap();
    let mut archive = Archive::open(&mut memory).unwrap();
    let read = archive.rows("record/facts.ndjson", |_: Value| -> Result<(), Error> { Ok(()) });
    assert_eq!(read, Err(Error::BadLine { name: "record/facts.ndjson".to_owned(), line: 2 }));
}

#[test]
fn a_full_disk_is_named_and_no_manifest_is_written() {
    let mut memory = Memory { full: true, ..Memory::default() };
    let mut writer = Writer::new(&mut memory);
    let full = Err(Error::Fault { name: "README.txt".to_owned(), fault: Fault::OutOfSpace });
    assert_eq!(writer.file("README.txt", b"x"), full);
    assert_eq!(writer.file("../x", b"x"), Err(Error::BadName));
    assert!(!memory.files.contains_key(MANIFEST));
    let _ = FileEntry { name: String::new(), length: 0, sha256: String::new() };
}

/// Words that would act in a page.
const HOSTILE: &str =
    "</h1><script>alert('x')</script><img src=x onerror=\"alert(1)\">\u{202e}gm 5\u{1b}[2J\u{200b}&lt;";

#[test]
fn c32_hostile_words_stand_in_the_page_as_words() {
    let said = || HOSTILE.to_owned();
    let entry = Entry {
        title: said(),
        when: said(),
        value: Some(said()),
        flag: Some(Flag { words: said(), stands_out: true }),
        notices: vec![said()],
        folded: Some(said()),
        fields: vec![(said(), said())],
        notes: vec![Note { by: said(), text: said() }],
        files: vec![(said(), said())],
        origin: said(),
    };
    let group = Group { heading: said(), note: Some(said()), entries: vec![entry] };
    let section = Section {
        id: said(),
        title: said(),
        rests_on: vec![said()],
        groups: vec![group],
        when_empty: said(),
    };
    let head = Head {
        holder: said(),
        made: said(),
        portals: vec![Portal { name: said(), lines: vec![said()] }],
        contents: vec![(said(), said())],
    };
    let note = Note { by: said(), text: said() };
    let page =
        [&page::head(&head), &page::section(&section), &page::notes(HOSTILE, &[note]), page::end()].concat();
    for part in ["<script", "<img", "onerror=\"", "\u{202e}", "\u{1b}", "\u{200b}"] {
        assert!(!page.contains(part), "{part:?}");
    }
    assert!(page.contains("&lt;script&gt;alert(&#39;x&#39;)"), "{page}");
    assert!(page.contains("&amp;lt;"), "what was escaped stays so");
}

#[test]
fn the_page_loads_nothing_and_has_headings_in_order() {
    let entry = Entry { title: "Potassium".to_owned(), when: "1 May 2024".to_owned(), ..Entry::default() };
    let withdrawn = Entry { folded: Some("Withdrawn".to_owned()), ..entry.clone() };
    let group = Group { heading: "Results".to_owned(), note: None, entries: vec![entry, withdrawn] };
    let empty = Section {
        when_empty: "Nothing is held here.".to_owned(),
        title: "Vitals".to_owned(),
        ..Section::default()
    };
    let section = Section {
        id: "results".to_owned(),
        title: "Results".to_owned(),
        groups: vec![group],
        ..Section::default()
    };
    let head = Head { contents: vec![("results".to_owned(), "Results".to_owned())], ..Head::default() };
    let page = [&page::head(&head), &page::section(&section), &page::section(&empty), page::end()].concat();
    for part in ["http://", "https://", "src=", "@import", "url(", "<script", "<form", "<iframe"] {
        assert!(!page.contains(part), "{part}");
    }
    assert!(page.contains("default-src 'none'"));
    assert!(page.starts_with("<!DOCTYPE html>\n<html lang=\"en\">"));
    let levels: Vec<u32> = page.split("<h").filter_map(|part| part.chars().next()?.to_digit(10)).collect();
    assert_eq!(levels.first(), Some(&1));
    assert!(levels.windows(2).all(|pair| pair[1] <= pair[0] + 1), "{levels:?}");
    assert!(page.contains("<details><summary>Withdrawn</summary>"));
    assert!(page.contains("Nothing is held here."));
}
