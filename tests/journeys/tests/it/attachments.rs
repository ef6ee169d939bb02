//! Files that come with alice's notes and reports: listed, opened, found by their words, taken away and fetched again.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use client::{AttachmentState as State, AttachmentView, Error, Outcome};
use data_encoding::BASE64;
use harness::{Device, portal};
use sandbox::{Quirk, Running, Served, messy};
use serde_json::{Value, json};

use crate::child::{Job, Working};

const MIB: usize = 1 << 20;

/// A hospital with one patient, notes that point to files, and the files.
struct Shelf {
    resources: Vec<Value>,
    files: BTreeMap<String, Vec<u8>>,
}

impl Shelf {
    fn new() -> Self {
        let alice = json!({ "resourceType": "Patient", "id": "p", "birthDate": "1961-05-14", "name": [{ "family": "Ames" }] });
        Self { resources: vec![alice], files: BTreeMap::new() }
    }

    /// A note with these files in these forms.
    fn note(mut self, id: &str, forms: &[Value]) -> Self {
        let content: Vec<Value> = forms.iter().map(|form| json!({ "attachment": form })).collect();
        self.resources.push(json!({
            "resourceType": "DocumentReference", "id": id, "status": "current", "type": { "text": format!("Note {id}") },
            "subject": { "reference": "Patient/p" }, "context": { "period": { "start": "2026-03-14" } },
            "category": [{ "coding": [{ "system": "http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category", "code": "clinical-note" }] }],
            "content": content,
        }));
        self
    }

    /// A file at `Binary/id`.
    fn file(mut self, id: &str, content_type: &str, bytes: &[u8]) -> Self {
        self.resources.push(json!({
            "resourceType": "Binary", "id": id, "contentType": content_type,
            "securityContext": { "reference": "Patient/p" }, "data": BASE64.encode(bytes),
        }));
        self.files.insert(id.to_owned(), bytes.to_vec());
        self
    }

    fn opens(&self) -> Running {
        let entry: Vec<Value> = self.resources.iter().map(|one| json!({ "resource": one })).collect();
        let bundle = json!({ "resourceType": "Bundle", "type": "collection", "entry": entry });
        let patients = vec![bundle.to_string().into_bytes().into()];
        portal(sandbox::Config { patients, ..sandbox::Config::default() })
    }
}

fn at(id: &str, content_type: &str) -> Value {
    json!({ "contentType": content_type, "url": format!("Binary/{id}"), "title": format!("{id}.file") })
}

fn plain(words: &str) -> Vec<u8> {
    format!("{words}\n").into_bytes()
}

/// So many bytes of words.
fn long(bytes: usize) -> Vec<u8> {
    "the kingfisher sat by the river\n".bytes().cycle().take(bytes).collect()
}

async fn alice(hospital: &Running) -> Device {
    let phone = Device::new("alice's phone");
    phone.connect(hospital, "Riverbend").await;
    phone.sync().await;
    phone
}

fn views(phone: &Device, note: &str) -> Vec<AttachmentView> {
    phone.client().attachments(&format!("DocumentReference/{note}")).unwrap()
}

fn state(phone: &Device, note: &str) -> State {
    views(phone, note).remove(0).state
}

async fn opened(phone: &Device, note: &str, n: usize) -> Result<client::Opened, Error> {
    phone.client().open_attachment(&format!("DocumentReference/{note}"), n).await
}

/// How often a file was asked for.
fn asked(phone: &Device, id: &str) -> usize {
    phone.wire.sent().iter().filter(|sent| sent.url.ends_with(&format!("/Binary/{id}"))).count()
}

/// The sealed files beside the record.
fn on_disk(phone: &Device) -> Vec<PathBuf> {
    let entries = fs::read_dir(phone.home().join("record.db.files")).into_iter().flatten();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

fn served(portal: &Running, resource_type: &str, id: &str) -> Value {
    let found = portal.served(&portal.patient()).into_iter();
    let is_it = |one: &Served| one.resource_type == resource_type && one.id == id;
    serde_json::from_slice(&found.into_iter().find(is_it).unwrap().bytes).unwrap()
}

/// What search finds: the entry, and the file in which the words are.
fn finds(phone: &Device, words: &str) -> Vec<(String, Option<String>)> {
    let hits = phone.client().search(words, 20).unwrap().into_iter();
    hits.filter_map(|hit| Some((hit.line?.reference, hit.file))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_note_in_four_forms_is_listed_opened_and_found_while_offline() {
    let hospital = portal(messy::hospital(1).unwrap());
    let phone = alice(&hospital).await;
    let note = views(&phone, "note-renditions");
    let elsewhere = State::Elsewhere { host: "files.other-host.example".to_owned() };
    let states: Vec<&State> = note.iter().map(|file| &file.state).collect();
    assert_eq!(states, [&State::Inline, &State::Inline, &State::Held, &elsewhere]);
    let kinds: Vec<Option<&str>> = note.iter().map(|file| file.kind.as_deref()).collect();
    assert_eq!(kinds, [Some("rtf"), Some("html"), Some("xml"), None]);
    assert_eq!(
        (note[2].n, &note[2].renditions[..], note[2].title.as_deref()),
        (3, &[1, 2, 4][..], Some("note.xml"))
    );
    let shown = phone.client().show("DocumentReference/note-renditions").unwrap();
    assert_eq!(shown.attachments, note);

    phone.wire.block(Some(&hospital.origin()));
    let entry = served(&hospital, "DocumentReference", "note-renditions");
    for (n, kind) in [(1, "rtf"), (2, "html")] {
        let file = opened(&phone, "note-renditions", n).await.unwrap();
        let data = entry["content"][n - 1]["attachment"]["data"].as_str().unwrap();
        assert_eq!((BASE64.encode(&file.bytes).as_str(), file.kind, file.safe), (data, kind, false));
        assert!(file.text().unwrap().contains("keep taking the small tablets"));
    }
    let cda = opened(&phone, "note-renditions", 3).await.unwrap();
    let binary = served(&hospital, "Binary", "note-cda");
    assert_eq!(BASE64.encode(&cda.bytes), binary["data"].as_str().unwrap(), "byte for byte");
    assert_eq!(cda.suggested_name, "document-2026-10-01-3.xml");
    let refused = opened(&phone, "note-renditions", 4).await.unwrap_err();
    assert!(
        matches!(&refused, Error::FileRefused { reason } if reason.contains("files.other-host.example")),
        "{refused}"
    );
    assert!(matches!(opened(&phone, "note-renditions", 5).await, Err(Error::NotFound)));

    let note = || "DocumentReference/note-renditions".to_owned();
    assert_eq!(finds(&phone, "RTFONLYWORD"), [(note(), Some("note.rtf".to_owned()))]);
    let tablets = finds(&phone, "small tablets");
    assert!(tablets.iter().any(|(entry, file)| *entry == note() && file.is_some()), "{tablets:?}");
    for sent in phone.wire.sent() {
        assert!(sent.url.starts_with(&hospital.origin()), "{} was asked", sent.url);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_retracted_note_held_is_neither_listed_nor_found() {
    let hospital = portal(messy::hospital(1).unwrap());
    let phone = alice(&hospital).await;
    assert_eq!(views(&phone, "note-in-error"), []);
    assert!(matches!(opened(&phone, "note-in-error", 1).await, Err(Error::NotFound)));
    assert_eq!(finds(&phone, "not hers"), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_file_is_fetched_when_it_is_opened_taken_away_and_fetched_again() {
    let (stated, unstated, small) = (long(2 * MIB), long(3 * MIB), plain("a heron in the reeds"));
    let mut sized = at("stated", "text/plain");
    sized["size"] = json!(stated.len());
    let shelf = Shelf::new()
        .note("stated", &[sized])
        .note("unstated", &[at("unstated", "text/plain")])
        .note("small", &[at("small", "text/plain")])
        .file("stated", "text/plain", &stated)
        .file("unstated", "text/plain", &unstated)
        .file("small", "text/plain", &small);
    let hospital = shelf.opens();
    let phone = alice(&hospital).await;
    let states = || ["stated", "unstated", "small"].map(|note| state(&phone, note));
    let asked_for = || ["stated", "unstated", "small"].map(|id| asked(&phone, id));
    assert_eq!(states(), [State::OnDemand, State::OnDemand, State::Held]);
    assert_eq!(asked_for(), [0, 1, 1], "one that is stated to be large is not asked for at all");
    phone.sync().await;
    assert_eq!(asked_for(), [0, 1, 1], "and the other not again");
    assert_eq!(on_disk(&phone).len(), 1);

    for (note, bytes) in [("stated", &stated), ("unstated", &unstated), ("small", &small)] {
        assert_eq!(opened(&phone, note, 1).await.unwrap().bytes, *bytes);
    }
    assert_eq!((states(), asked_for()), ([State::Held, State::Held, State::Held], [1, 2, 1]));
    assert_eq!(finds(&phone, "kingfisher").len(), 2);

    let sealed: Vec<(PathBuf, Vec<u8>)> =
        on_disk(&phone).into_iter().map(|path| (path.clone(), fs::read(path).unwrap())).collect();
    assert_eq!(sealed.len(), 3);
    let swept = phone.client().sweep(0).unwrap();
    assert_eq!((swept.files, swept.left), (3, 0));
    assert_eq!(on_disk(&phone), Vec::<PathBuf>::new());
    assert_eq!(states(), [State::OnDemand, State::OnDemand, State::OnDemand]);
    // A copy of the sealed bytes helps nobody: the key is gone.
    for (path, bytes) in &sealed {
        fs::write(path, bytes).unwrap();
    }
    phone.wire.block(Some(&hospital.origin()));
    for note in ["stated", "unstated", "small"] {
        let offline = opened(&phone, note, 1).await.unwrap_err();
        assert!(matches!(offline, Error::FileNotHere { .. }), "{offline}");
        assert!(offline.to_string().contains("not on this device yet: connect and try again"));
    }
    assert_eq!(finds(&phone, "kingfisher").len(), 2, "its words are still here");
    phone.wire.block(None);
    assert_eq!(opened(&phone, "stated", 1).await.unwrap().bytes, stated);
    assert!(phone.client().verify().unwrap().sound);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_comes_byte_for_byte_however_the_portal_serves_it() {
    let pdf = b"%PDF-1.4 a heron in the reeds".to_vec();
    let shelf = Shelf::new().note("n", &[at("f", "application/pdf")]).file("f", "application/pdf", &pdf);
    for way in ["json", "type", "strict", "slow"] {
        let hospital = shelf.opens();
        hospital.set_quirks([Quirk::Binary(way.to_owned())]);
        let phone = alice(&hospital).await;
        assert_eq!(state(&phone, "n"), State::Held, "{way}");
        assert_eq!(opened(&phone, "n", 1).await.unwrap().bytes, pdf, "{way}");
        assert_eq!((views(&phone, "n")[0].kind.as_deref(), asked(&phone, "f")), (Some("pdf"), 1), "{way}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_not_given_says_why_and_spoils_nothing() {
    let shelf = Shelf::new()
        .note("n", &[at("f", "text/plain")])
        .note("inline", &[json!({ "contentType": "text/plain", "data": BASE64.encode(b"a wagtail") })])
        .file("f", "text/plain", b"a heron");
    for (way, says) in
        [("redirect", "redirect"), ("refused", "403: this app may not have this file"), ("missing", "404")]
    {
        let hospital = shelf.opens();
        hospital.set_quirks([Quirk::Binary(way.to_owned())]);
        let phone = Device::new("alice's phone");
        phone.connect(&hospital, "Riverbend").await;
        let report = phone.sync().await.portals.remove(0);
        assert_eq!((report.files.refused, report.files.fetched, report.trouble), (1, 0, None), "{way}");
        assert!(report.slots.iter().all(|slot| matches!(slot.outcome, Outcome::Ok { .. })), "{way}");
        let State::Refused { reason } = state(&phone, "n") else { panic!("{way}: {:?}", state(&phone, "n")) };
        assert!(reason.contains(says), "{way}: {reason}");
        let refused = opened(&phone, "n", 1).await.unwrap_err();
        assert!(
            matches!(&refused, Error::FileRefused { reason } if reason.contains(says)),
            "{way}: {refused}"
        );
        assert_eq!(finds(&phone, "wagtail").len(), 1, "{way}");

        hospital.set_quirks([]);
        phone.wire.forget();
        phone.sync().await;
        assert_eq!(asked(&phone, "f"), 0, "{way}: a no is a no, until all is listed again");
        phone.sync_full().await;
        assert_eq!((state(&phone, "n"), asked(&phone, "f")), (State::Held, 1), "{way}");
        assert!(phone.wire.sent().iter().all(|sent| sent.url.starts_with(&hospital.origin())), "{way}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_not_what_was_said_of_it_is_kept_and_told() {
    // SHA-1 of "a heron".
    let sum = "aTXLupgMFUfQNPxuVLUxv0z2lAU=";
    let mut sound = at("f", "text/plain");
    (sound["size"], sound["hash"]) = (json!(7), json!(sum));
    let mut other = at("g", "text/plain");
    other["hash"] = json!(sum);
    let mut longer = at("h", "text/plain");
    longer["size"] = json!(700);
    let shelf = Shelf::new()
        .note("n", &[sound, other, longer, at("page", "application/pdf")])
        .file("f", "text/plain", b"a heron")
        .file("g", "text/plain", b"a stork")
        .file("h", "text/plain", b"a crane")
        .file("page", "application/pdf", b"<html><body>Please sign in</body></html>");
    let hospital = shelf.opens();
    let phone = alice(&hospital).await;
    let files = views(&phone, "n");
    assert!(files.iter().all(|file| file.state == State::Held), "{files:?}");
    let notice = |n: usize| files[n].notice.clone().unwrap_or_default();
    assert_eq!(notice(0), "");
    assert!(notice(1).contains("checksum"), "{}", notice(1));
    assert!(notice(2).contains("it has 7 bytes, and 700 were stated"), "{}", notice(2));
    assert!(notice(3).contains("its content is html"), "{}", notice(3));
    assert_eq!(files[2].size, Some(7));
    assert_eq!(opened(&phone, "n", 2).await.unwrap().bytes, b"a stork");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sync_without_a_network_or_with_an_expired_token_gets_the_files_the_next_time() {
    let notes: Vec<String> = (0..6).map(|n| format!("n{n}")).collect();
    let mut shelf = Shelf::new();
    for note in &notes {
        shelf = shelf.note(note, &[at(note, "text/plain")]).file(note, "text/plain", &plain(note));
    }
    let hospital = shelf.opens();
    let phone = Device::new("alice's phone");
    phone.connect(&hospital, "Riverbend").await;
    phone.wire.block(Some("/Binary/"));
    let report = phone.sync().await.portals.remove(0);
    assert_eq!((report.files.fetched, report.files.failed, report.offline), (0, 6, false));
    assert!(matches!(state(&phone, "n0"), State::Failed { .. }));
    phone.wire.block(None);
    hospital.advance(4_000);
    phone.clock.turn(4_000);
    assert_eq!(phone.sync().await.portals[0].files.fetched, 6);
    assert!(notes.iter().all(|note| state(&phone, note) == State::Held));
    hospital.revoke_all();
    phone.client().sweep(0).unwrap();
    let ended = opened(&phone, "n0", 1).await.unwrap_err();
    assert!(matches!(ended, Error::SignInAgain { .. }), "{ended}");
    phone.client().disconnect("Riverbend").await.unwrap();
    let apart = opened(&phone, "n0", 1).await.unwrap_err();
    assert!(matches!(&apart, Error::FileRefused { reason } if reason.contains("not connected")), "{apart}");
}

/// A thousand bytes of its own.
fn filled(id: &str) -> Vec<u8> {
    [plain(id), long(1_000)].concat().into_iter().take(1_000).collect()
}

/// What finds no room is fetched when it is opened; there is some again after the sync, and nothing comes and goes by turns.
#[tokio::test(flavor = "multi_thread")]
async fn files_that_fill_their_room_make_some_after_a_sync() {
    let ids: Vec<String> = (0..12).map(|n| format!("n{n}")).collect();
    let mut shelf = Shelf::new();
    for id in &ids {
        shelf = shelf.note(id, &[at(id, "text/plain")]).file(id, "text/plain", &filled(id));
    }
    let hospital = shelf.opens();
    let phone = Device::new("alice's phone");
    phone.connect(&hospital, "Riverbend").await;
    phone.client().keep_files_within(4_000);
    let first = phone.sync().await.portals.remove(0).files;
    assert!((4..=7).contains(&first.fetched) && first.fetched + first.on_demand == 12, "{first:?}");
    assert_eq!(on_disk(&phone).len(), 3, "three quarters of its room are left");
    phone.wire.forget();
    let again = phone.sync().await.portals.remove(0).files;
    assert_eq!((again.fetched, again.on_demand), (0, 0));
    assert_eq!(ids.iter().map(|id| asked(&phone, id)).sum::<usize>(), 0, "none is asked for by turns");
    assert!(ids.iter().all(|id| matches!(state(&phone, id), State::OnDemand | State::Held)));
    assert_eq!(opened(&phone, "n7", 1).await.unwrap().bytes, filled("n7"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_was_damaged_on_the_disk_is_fetched_again_and_the_record_is_none_the_worse() {
    let shelf =
        Shelf::new().note("n", &[at("f", "text/plain")]).file("f", "text/plain", b"a heron in the reeds");
    let hospital = shelf.opens();
    let phone = alice(&hospital).await;
    let [kept] = &on_disk(&phone)[..] else { panic!() };
    let mut bytes = fs::read(kept).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    fs::write(kept, bytes).unwrap();
    assert_eq!(opened(&phone, "n", 1).await.unwrap().bytes, b"a heron in the reeds");
    assert_eq!((asked(&phone, "f"), on_disk(&phone).len()), (2, 1));
    fs::remove_file(&on_disk(&phone)[0]).unwrap();
    assert_eq!(state(&phone, "n"), State::OnDemand);
    assert!(phone.client().verify().unwrap().sound);
    assert_eq!(opened(&phone, "n", 1).await.unwrap().bytes, b"a heron in the reeds");
}

#[tokio::test(flavor = "multi_thread")]
async fn c11_a_kill_while_files_come_leaves_each_of_them_whole_or_not_there() {
    let ids: Vec<String> = (0..40).map(|n| format!("f{n}")).collect();
    let mut shelf = Shelf::new();
    for (n, id) in ids.iter().enumerate() {
        shelf = shelf.note(id, &[at(id, "text/plain")]).file(id, "text/plain", &long(1_000 * (n + 1)));
    }
    let hospital = shelf.opens();
    let mut phone = Device::new("alice's phone");
    phone.connect(&hospital, "Riverbend").await;
    let (mut kills, mut partly) = (0, 0);
    for round in 0..20 {
        phone.close();
        let mut child = Working::start(&Job::on(&phone, "sync", json!({ "pause": 25 })));
        // Not after some time, which a busy machine stretches: once this many more are kept, and then somewhere in the next.
        let kept = |said: &str| said.strip_prefix("files ").and_then(|done| done.parse::<u64>().ok());
        while child.hear().is_some_and(|said| kept(&said).is_none_or(|done| done <= round % 3)) {}
        std::thread::sleep(std::time::Duration::from_millis(round * 7 % 25));
        let through = child.kill().iter().any(|said| said == "done");
        kills += 1;
        phone.reopen();
        let held: Vec<&String> = ids
            .iter()
            .filter(|id| {
                phone
                    .client()
                    .attachments(&format!("DocumentReference/{id}"))
                    .is_ok_and(|files| files[0].state == State::Held)
            })
            .collect();
        assert_eq!(on_disk(&phone).len(), held.len(), "each file has its row, and each row its file");
        phone.wire.block(Some(&hospital.origin()));
        for id in &held {
            assert_eq!(opened(&phone, id, 1).await.unwrap().bytes, shelf.files[*id]);
        }
        phone.wire.block(None);
        partly += usize::from(!held.is_empty() && held.len() < ids.len());
        assert!(phone.client().verify().unwrap().sound);
        if through || held.len() == ids.len() {
            break;
        }
    }
    crate::child::say(&format!("attachments: {kills} kills, {partly} amid files"));
    assert!(partly > 2, "kills landed amid the files: {partly}");
    phone.sync().await;
    assert!(ids.iter().all(|id| state(&phone, id) == State::Held));
}
