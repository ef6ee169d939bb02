//! Exports that somebody changed, and a device that speaks with two tongues.

use std::fs;
use std::os::unix::fs::symlink;

use client::{Error, Returned};
use harness::{Device, portal};
use record::facts::{Fact, KIND_NOTE, Later, Text};
use sandbox::demo_data;
use serde_json::{Value, json};
use statement::body::Facts;
use statement::{Author, MemberId, Section, chain, kind};
use store::{Commit, Store};
use vault::{SecretKey32, SigningKey, seal};

use super::{Folder, import};

/// Writes two edits of one note of the journal that know nothing of each other, behind the client's back.
pub fn two_edits_apart(device: &mut Device, note: &str, texts: [&str; 2]) {
    let record = device.client().record_id();
    device.close();
    let key = device.database_key();
    let sealed = fs::read(device.home().join("keychain/device")).unwrap();
    let secret = seal::open(&seal::derive_device_key(&key).unwrap(), "device", &sealed).unwrap();
    // {0: seed, 1: member} as CBOR.
    let (seed, member) = (&secret.expose()[4..36], &secret.expose()[38..54]);
    let signer = SigningKey::from_seed(SecretKey32::new(seed.try_into().unwrap())).unwrap();
    let author = Author {
        record: record.parse().unwrap(),
        device: signer.device_id(),
        member: MemberId::new(member.try_into().unwrap()),
    };
    let store = Store::open(&device.database(), key.expose()).unwrap();
    let texts = texts.map(|text| Text { salt: [7; 16], text: text.to_owned() });
    let edit = |text: &Text| Fact {
        kind: KIND_NOTE.to_owned(),
        subjects: Vec::new(),
        member: author.member,
        written_at: 1_793_600_000,
        nonce: [1; 16],
        replaces: vec![note.parse().unwrap()],
        text: Some(text.id()),
        deleted: false,
        revisions: Vec::new(),
        body: None,
        later: Later::default(),
    };
    let mut document = store.document(&Section::JOURNAL).unwrap();
    let change = document.write(&author.device, &texts.each_ref().map(edit)).unwrap();
    let heads = store.chain_heads(&Section::JOURNAL).unwrap();
    let own = heads.iter().find(|head| head.device == author.device);
    let body = Facts::new(vec![change]).encode().unwrap();
    let payload = chain::next(own, &heads).payload(&author, Section::JOURNAL, kind::FACTS, body);
    let statements = vec![(signer.sign(&payload).unwrap(), payload)];
    store.commit(Commit { statements, texts: texts.to_vec(), ..Commit::default() }).unwrap();
    drop(store);
    device.reopen();
}

/// That an import is refused, says why, and wrote nothing.
fn assert_refused(folder: &Folder, why: &str, what: &str) {
    let bob = Device::new("bob's laptop");
    let before = bob.client().verify().unwrap();
    let refused = import(&bob, &folder.path());
    let Err(Error::NotTaken(reason)) = &refused else { panic!("{what}: {refused:?}") };
    assert!(reason.contains(why), "{what}: {reason}");
    assert_eq!(bob.client().verify().unwrap(), before, "{what}: something was written");
    assert!(bob.client().portals().unwrap().is_empty(), "{what}");
}

fn manifest(folder: &Folder) -> Value {
    serde_json::from_str(&folder.read("manifest.json")).unwrap()
}

fn put_manifest(folder: &Folder, manifest: &Value) {
    fs::write(folder.path().join("manifest.json"), manifest.to_string()).unwrap();
}

/// Puts bytes in the place of a file, and its digest into the manifest, as somebody would who means harm.
fn forge(folder: &Folder, name: &str, bytes: &[u8]) {
    fs::write(folder.path().join(name), bytes).unwrap();
    let mut manifest = manifest(folder);
    for file in manifest["files"].as_array_mut().unwrap() {
        if file["name"] == name {
            *file =
                json!({"name": name, "length": bytes.len(), "sha256": fhir::Digest::of(bytes).to_string()});
        }
    }
    put_manifest(folder, &manifest);
}

async fn exported() -> (Device, Folder) {
    let hospital = portal(demo_data::hospital_of("Riverside", &[demo_data::ALESHA]));
    let alice = Device::new("alice's phone");
    assert!(matches!(alice.connect(&hospital, "Riverside").await, Returned::Connected(_)));
    alice.sync().await;
    alice.client().write_note("Mine", None).unwrap();
    let folder = Folder::of(&alice);
    (alice, folder)
}

/// What is said, what was done, and how it is done.
type Case = (&'static str, &'static str, fn(&Folder));

#[tokio::test(flavor = "multi_thread")]
async fn c31_a_changed_export_is_refused_and_nothing_is_written() {
    let (alice, _) = exported().await;
    let cases: Vec<Case> = vec![
        ("not as it was", "a changed byte", |folder| {
            let name = observations(folder);
            let bytes = folder.read(&name).replacen("Observation", "observation", 1);
            fs::write(folder.path().join(name), bytes).unwrap();
        }),
        ("not as it was", "a missing file", |folder| {
            fs::remove_file(folder.path().join("record/pages.ndjson")).unwrap();
        }),
        ("not as it was", "a link in the place of a file", |folder| {
            let path = folder.path().join("record/pages.ndjson");
            let elsewhere = folder.folder.path().join("elsewhere");
            fs::rename(&path, &elsewhere).unwrap();
            symlink(&elsewhere, &path).unwrap();
        }),
        ("not as it was", "a link in the place of a folder", |folder| {
            let path = folder.path().join("record");
            let elsewhere = folder.folder.path().join("elsewhere");
            fs::rename(&path, &elsewhere).unwrap();
            symlink(&elsewhere, &path).unwrap();
        }),
        ("format version 2", "another version", |folder| {
            let mut manifest = manifest(folder);
            manifest["version"] = json!(2);
            put_manifest(folder, &manifest);
        }),
        ("no manifest", "another format", |folder| {
            let mut manifest = manifest(folder);
            manifest["format"] = json!("a zip");
            put_manifest(folder, &manifest);
        }),
        ("no manifest", "an export that was broken off", |folder| {
            fs::remove_file(folder.path().join("manifest.json")).unwrap();
        }),
        ("a file that no export has", "a name that leads out", |folder| {
            let mut manifest = manifest(folder);
            manifest["files"][0]["name"] = json!("../../../etc/passwd");
            put_manifest(folder, &manifest);
        }),
        ("a file that no export has", "an absolute name", |folder| {
            let mut manifest = manifest(folder);
            manifest["files"][0]["name"] = json!("/etc/passwd");
            put_manifest(folder, &manifest);
        }),
        ("more than an export may", "a length without end", |folder| {
            let mut manifest = manifest(folder);
            manifest["files"][0]["length"] = json!(u64::MAX);
            put_manifest(folder, &manifest);
        }),
        ("missing from it", "contents that were taken out", |folder| {
            let name = observations(folder);
            let bytes = folder.read(&name);
            let (_, rest) = bytes.split_once('\n').unwrap();
            forge(folder, &name, rest.as_bytes());
        }),
        ("no FHIR", "contents that are none", |folder| {
            let name = observations(folder);
            let forged = b"not an entry";
            let bytes = [folder.read(&name).as_bytes(), forged].concat();
            forge(folder, &name, &bytes);
            let digest = fhir::Digest::of(forged).to_string();
            let pages = folder.read("record/pages.ndjson");
            let at = pages.find("\"digest\":\"").unwrap() + 10;
            let pages = format!("{}{digest}{}", &pages[..at], &pages[at + 64..]);
            forge(folder, "record/pages.ndjson", pages.as_bytes());
        }),
        ("line 1 of record/pages.ndjson", "a line that is none", |folder| {
            forge(folder, "record/pages.ndjson", b"{}\n");
        }),
        ("a connection that it does not name", "pages of nobody", |folder| {
            forge(folder, "record/connections.ndjson", b"");
        }),
        ("stand in each other's place", "facts in a circle", |folder| {
            let facts = folder.read("record/facts.ndjson");
            let mut fact: Value = serde_json::from_str(facts.lines().next().unwrap()).unwrap();
            fact["replaces"] = json!([fact["fact"]]);
            forge(folder, "record/facts.ndjson", fact.to_string().as_bytes());
        }),
        ("stands where none may", "an act of authority", |folder| {
            let facts = folder.read("record/facts.ndjson").replacen("\"journal\"", "\"circle\"", 1);
            forge(folder, "record/facts.ndjson", facts.as_bytes());
        }),
    ];
    for (why, what, change) in cases {
        let folder = Folder::of(&alice);
        change(&folder);
        assert_refused(&folder, why, what);
    }
}

fn observations(folder: &Folder) -> String {
    let files = folder.files();
    files.keys().find(|name| name.ends_with("/Observation.ndjson")).unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_goes_into_a_new_record_only() {
    let (alice, folder) = exported().await;
    let before = alice.client().verify().unwrap();
    let refused = import(&alice, &folder.path());
    assert!(matches!(refused, Err(Error::NotEmpty)), "{refused:?}");
    assert_eq!(alice.client().verify().unwrap(), before);

    let bob = Device::new("bob's laptop");
    import(&bob, &folder.path()).unwrap();
    let twice = import(&bob, &folder.path());
    assert!(matches!(twice, Err(Error::NotEmpty)), "{twice:?}");
}
