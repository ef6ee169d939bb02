//! What people write: found while it stands, gone when it is deleted.

use client::{Client, Error, Returned};
use harness::{Device, portal};
use rusqlite::Connection;
use rusqlite::types::ValueRef;
use sandbox::demo_data;

#[tokio::test(flavor = "multi_thread")]
async fn notes_are_written_found_edited_and_deleted() {
    let hospital = portal(demo_data::hospital_of("Riverside", &[demo_data::ALESHA]));
    let mut alice = Device::new("alice's phone");
    assert!(matches!(alice.connect(&hospital, "Riverside").await, Returned::Connected(_)));
    let client = alice.client();
    let patient = format!("Patient/{}", hospital.patient());

    let about = client.write_note("Bring the zucchini list to the appointment", Some(&patient)).unwrap();
    let free = client.write_note("Knee: worse on stairs, blåbær helps", None).unwrap();
    assert_eq!(hits(client, "zucchini"), [(about.clone(), vec![patient.clone()])]);
    assert_eq!(hits(client, "STAIRS knee"), [(free.clone(), vec![])]);
    assert_eq!(hits(client, "blabaer"), [], "no guess at another spelling");
    assert_eq!(hits(client, "blabær").len(), 1, "accents aside");
    assert_eq!(hits(client, "zucch").len(), 1, "the start of the last word");
    let snippet = client.search("zucchini", 5).unwrap().remove(0).snippet;
    assert_eq!(snippet.matches(['\u{2}', '\u{3}']).count(), 2, "{snippet:?}");
    let shown = client.show(&patient).unwrap();
    assert_eq!((shown.line.notes, shown.notes.len()), (1, 1));
    assert_eq!(
        texts(client),
        ["Bring the zucchini list to the appointment", "Knee: worse on stairs, blåbær helps"]
    );

    alice.clock.turn(60);
    client.edit_note(&about[..8], "Bring the aubergine list").unwrap();
    assert_eq!(client.notes().unwrap().len(), 2, "an edit is no second note");
    let note = client.notes().unwrap().into_iter().find(|note| note.id == about).unwrap();
    assert_eq!(note.versions.len(), 1, "one version stands");
    assert_eq!(
        (note.versions[0].text.as_deref(), note.about.as_slice()),
        (Some("Bring the aubergine list"), [patient.clone()].as_slice())
    );
    assert_eq!(hits(client, "aubergine"), [(about.clone(), vec![patient.clone()])]);
    assert_eq!(hits(client, "zucchini"), [], "what no longer stands is not found");

    client.delete_note(&about).unwrap();
    client.delete_note(&free).unwrap();
    let kept = client.write_note("Ordinary umbrella", None).unwrap();
    for gone in ["aubergine", "zucchini", "stairs", "blåbær"] {
        assert_eq!(hits(client, gone), [], "{gone}");
    }
    assert_eq!(texts(client), ["Ordinary umbrella"]);
    assert_eq!(client.show(&patient).unwrap().line.notes, 0);
    for id in [&about, &free] {
        assert!(
            matches!(client.edit_note(id, "again"), Err(Error::NotFound)),
            "what is deleted is not edited"
        );
        assert!(matches!(client.delete_note(id), Err(Error::NotFound)));
    }
    let verified = client.verify().unwrap();
    assert!(verified.sound, "{:?}", verified.problems);

    in_the_file(&mut alice);
    alice.client().rebuild(|_| {}).unwrap();
    assert_eq!(hits(alice.client(), "zucchini"), []);
    assert_eq!(hits(alice.client(), "umbrella"), [(kept, vec![])]);
    in_the_file(&mut alice);
    assert_eq!(alice.client().verify().unwrap(), verified);
}

/// The words that stand are in the file, so the deleted ones would be found where they are; and they are not.
fn in_the_file(alice: &mut Device) {
    alice.close();
    let everything = contents(alice);
    assert!(everything.contains("umbrella"), "the file is read through");
    for gone in ["aubergine", "zucchini", "stairs", "bl\u{e5}b", "blab\u{e6}r"] {
        assert!(!everything.contains(gone), "{gone} is still in the file");
    }
    alice.reopen();
}

/// Every value of every table, search indexes included, as one text.
fn contents(device: &Device) -> String {
    let db = Connection::open(device.database()).unwrap();
    let key = data_encoding::HEXLOWER.encode(device.database_key().expose());
    db.execute_batch(&format!("PRAGMA key = \"x'{key}'\";")).unwrap();
    let mut tables = db
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'")
        .unwrap();
    let tables: Vec<String> = tables.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    assert!(tables.iter().any(|name| name == "search_note_data"), "{tables:?}");
    let mut text = String::new();
    for table in tables {
        let mut all = db.prepare(&format!("SELECT * FROM \"{table}\"")).unwrap();
        let columns = all.column_count();
        let mut rows = all.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            for column in 0..columns {
                let bytes = match row.get_ref(column).unwrap() {
                    ValueRef::Text(bytes) | ValueRef::Blob(bytes) => bytes,
                    _ => continue,
                };
                text.push_str(&String::from_utf8_lossy(bytes).to_lowercase());
                text.push('\n');
            }
        }
    }
    text
}

#[tokio::test]
async fn a_note_needs_words_and_something_to_be_about() {
    let alice = Device::new("alice's phone");
    let client = alice.client();
    assert!(matches!(client.write_note(" \n ", None), Err(Error::Invalid(_))));
    assert!(matches!(client.write_note("about nobody", Some("Patient/nobody")), Err(Error::NotFound)));
    assert!(matches!(client.edit_note("0123456789", "x"), Err(Error::NotFound)));
    assert_eq!(client.notes().unwrap(), []);
    let statements = client.verify().unwrap().statements;
    assert_eq!(statements, 1, "nothing was said but the beginning");
    // Words that could be a command are words.
    client.write_note("\" OR 1=1; DROP TABLE note -- \u{2}x\u{3} <b>", None).unwrap();
    assert_eq!(hits(client, "\" OR \"x").len(), 1);
    assert_eq!(client.notes().unwrap().len(), 1);
}

fn hits(client: &Client, words: &str) -> Vec<(String, Vec<String>)> {
    let hits = client.search(words, 20).unwrap();
    hits.into_iter().filter_map(|hit| Some((hit.note?, hit.about))).collect()
}

/// The texts of all notes, sorted.
fn texts(client: &Client) -> Vec<String> {
    let notes = client.notes().unwrap();
    let mut texts: Vec<String> =
        notes.into_iter().flat_map(|note| note.versions).filter_map(|version| version.text).collect();
    texts.sort();
    texts
}
