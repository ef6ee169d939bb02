//! The story of alice, who leaves with everything and goes on elsewhere.

use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::fs::PermissionsExt;

use client::views::{Filter, Line, Standing};
use client::{Hide, Query, Returned};
use fhir::Digest;
use harness::{Device, lines, portal};
use sandbox::{Running, demo_data};

use super::{Folder, import, messy_to_the_end};

/// That every resource which the portal serves stands in the export with its very bytes.
fn assert_exact(folder: &Folder, device: &Device, portal: &Running) -> u64 {
    let files = folder.files();
    let mut held: BTreeSet<Digest> = BTreeSet::new();
    for (name, bytes) in &files {
        if name.starts_with("fhir/") {
            held.extend(bytes.split(|byte| *byte == b'\n').map(Digest::of));
        } else if name.starts_with("exact/") {
            assert_eq!(*name, format!("exact/{}.json", Digest::of(bytes)));
            held.insert(Digest::of(bytes));
        }
    }
    let mut compared = 0;
    for served in portal.served(&portal.patient()) {
        let key = format!("{}|{}|{}", portal.base_url(), served.resource_type, served.id);
        // What stands only behind an attachment's address is not asked for as a resource.
        let Ok(raw) = device.client().raw(&key) else { continue };
        assert_eq!(raw, served.bytes, "{key}");
        assert!(held.contains(&Digest::of(&served.bytes)), "{key} is not in the export byte for byte");
        compared += 1;
    }
    assert!(compared > 5, "only {compared} were compared");
    compared
}

#[tokio::test(flavor = "multi_thread")]
async fn c10_alice_leaves_with_everything_and_has_the_same_record_elsewhere() {
    let (alice, portals) = messy_to_the_end().await;
    let client = alice.client();
    let first = portals[0].base_url();
    let patient = format!("{first}|Patient|{}", portals[0].patient());
    let note = client.write_note("Ask about the \u{202e}stairs\n<b>tomorrow</b>", Some(&patient)).unwrap();
    alice.clock.turn(60);
    client.edit_note(&note, "Ask about the stairs on Monday").unwrap();
    client.write_note("Nothing of this is about an entry", None).unwrap();
    let gone = client.write_note("To be forgotten: wheelbarrow", None).unwrap();
    client.delete_note(&gone).unwrap();
    client.hide(&[Hide::Category("mental".to_owned())]).unwrap();
    choose(client);
    let before = client.verify().unwrap();
    assert!(before.sound, "{:?}", before.problems);

    let folder = Folder::of(&alice);
    assert_eq!(folder.exported.digest, before.digest);
    assert_eq!(folder.exported.entries, before.entries);
    assert!(folder.exported.earlier > 0 && folder.exported.notes == 2);
    let choices = folder.lines("people/choices.ndjson");
    let chosen: BTreeSet<&str> = choices.iter().map(|choice| choice["choice"].as_str().unwrap()).collect();
    assert_eq!(chosen, BTreeSet::from(["cover", "purge", "share", "withhold"]));
    let compared: u64 = portals.iter().map(|portal| assert_exact(&folder, &alice, portal)).sum();
    assert!(compared > 150, "only {compared} were compared");
    assert!(
        !folder.files().values().any(|bytes| holds(bytes, "wheelbarrow")),
        "a deleted note is in the export"
    );

    let tablet = Device::new("alice's tablet");
    let imported = import(&tablet, &folder.path()).unwrap();
    let after = tablet.client().verify().unwrap();
    assert!(after.sound, "{:?}", after.problems);
    assert_eq!((&after.digest, after.entries), (&before.digest, before.entries));
    assert_eq!((&imported.digest, &imported.expected), (&before.digest, &before.digest));
    let titles = |device: &Device| -> Vec<(String, Option<String>, String)> {
        let lines = lines(device.client(), Query::Timeline, &Filter { reveal: true, ..Filter::default() });
        lines
            .into_iter()
            .map(|line| (line.title, line.value, format!("{:?} {:?}", line.standing, line.notices)))
            .collect()
    };
    assert_eq!(titles(&tablet), titles(&alice), "lists read the same");
    assert_eq!(tablet.client().hidden().unwrap().len(), 1, "what she wanted covered is covered");
    let (here, there) = (client.parts().unwrap(), tablet.client().parts().unwrap());
    assert!(!here.withheld.is_empty() && here.choices.len() > 2);
    let names = |parts: &client::PartsView| -> Vec<(String, usize)> {
        parts.withheld.iter().map(|group| (group.words.clone(), group.entries.len())).collect()
    };
    assert_eq!(names(&there), names(&here), "what is withheld is withheld");
    assert_eq!(there.choices, here.choices, "for what she chose, when she chose it");
    assert_eq!(tablet.client().notes().unwrap().len(), 2);
    assert!(
        tablet.client().portals().unwrap().iter().all(|portal| portal.ended.is_some()),
        "every connection is ended"
    );

    tablet.client().rebuild(|_| {}).unwrap();
    assert_eq!(tablet.client().verify().unwrap().digest, before.digest);
    let again = Folder::of(&tablet);
    assert_eq!(again.exported.digest, before.digest);
    let content = |folder: &Folder| -> BTreeMap<String, Vec<u8>> {
        let files = folder.files().into_iter();
        files.filter(|(name, _)| name.starts_with("fhir/") || name.starts_with("exact/")).collect()
    };
    assert_eq!(content(&again), content(&folder), "what she brought she can take away again");
}

/// One entry withheld and one shared, a kind of care shared, and what was withdrawn removed.
fn choose(client: &client::Client) {
    let lines = lines(client, Query::Timeline, &Filter { reveal: true, ..Filter::default() });
    let key = |line: &Line| format!("{}|{}", line.issuer, line.reference.replacen('/', "|", 1));
    let open = lines.iter().find(|line| line.resource_type == "Immunization").unwrap();
    client.withhold(&[key(open)]).unwrap();
    let withheld = client.parts().unwrap().withheld.into_iter().flat_map(|group| group.entries);
    let other = withheld.map(|entry| entry.line).find(|line| line.reference != open.reference).unwrap();
    client.share(&[key(&other)]).unwrap();
    client.share_category("mental").unwrap();
    let mistake = lines.iter().find(|line| matches!(line.standing, Standing::Withdrawn { .. })).unwrap();
    client.purge(&key(mistake)).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_synthetic_patient_comes_out_the_same_and_can_be_connected_again() {
    let hospital = portal(demo_data::hospital());
    let alice = Device::new("alice's phone");
    assert!(matches!(alice.connect(&hospital, "Riverside").await, Returned::Connected(_)));
    alice.sync().await;
    let folder = Folder::of(&alice);
    assert!(assert_exact(&folder, &alice, &hospital) > 900);

    let bob = Device::new("bob's laptop");
    import(&bob, &folder.path()).unwrap();
    let digest = bob.client().verify().unwrap().digest;
    assert_eq!(digest, alice.client().verify().unwrap().digest);
    let statements = bob.client().verify().unwrap().statements;
    assert!(matches!(bob.connect(&hospital, "Riverside").await, Returned::Connected(_)));
    bob.sync_full().await;
    let after = bob.client().verify().unwrap();
    assert_eq!(after.digest, digest, "the portal shows nothing new");
    assert_eq!(after.statements, statements, "and nothing is said of what is known");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_folder_is_the_owner_s_alone_and_is_never_written_over() {
    let alice = Device::new("alice's phone");
    let folder = Folder::of(&alice);
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder.path()), 0o700);
    for name in folder.files().keys() {
        assert_eq!(mode(&folder.path().join(name)), 0o600, "{name}");
    }
    assert_eq!(mode(&folder.path().join("record")), 0o700);
    let refused = client::platform::folder::FolderSink::new(folder.path());
    assert_eq!(refused.err().unwrap().kind(), std::io::ErrorKind::DirectoryNotEmpty);
}

fn holds(bytes: &[u8], word: &str) -> bool {
    bytes.windows(word.len()).any(|part| part == word.as_bytes())
}
