//! What carers do not see unless the patient says so: found by itself, chosen by the patient, and nothing of it changes on the
//! patient's own screens.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read;

use client::views::{Filter, WITHHELD};
use client::{Error, Query, Returned, Why};
use fhir::Resource;
use flate2::read::GzDecoder;
use harness::{Device, lines, portal};
use record::pages::Around;
use record::parts::Part;
use record::sensitive::{self, Category, Strength};
use sandbox::{Config, Running, Source, demo_data};
use serde_json::{Value, json};
use statement::body::{Page, PageEntry};
use statement::chain::{self, ChainHead};
use statement::{Author, DeviceId, Section, Signed, kind};
use store::{Commit, Store};

use crate::root;

/// A portal whose patient takes the pill: in a prescription, a claim, a visit and a letter; and has a result beside.
fn clinic() -> Running {
    let me = json!({"reference": "urn:uuid:me"});
    let refers = |to: &str| json!({"reference": format!("urn:uuid:{to}")});
    let resources = [
        (
            "me",
            json!({"resourceType": "Patient", "name": [{"text": "Alice Example"}], "birthDate": "1990-01-01", "gender": "female"}),
        ),
        ("dr", json!({"resourceType": "Practitioner", "name": [{"text": "Dr. Finch"}]})),
        (
            "hb",
            json!({"resourceType": "Observation", "status": "final", "subject": me, "performer": [refers("dr")],
            "category": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "laboratory"}]}],
            "code": {"text": "Haemoglobin"}, "valueString": "13.5 g/dL", "effectiveDateTime": "2024-03-14"}),
        ),
        (
            "pill",
            json!({"resourceType": "MedicationRequest", "status": "active", "intent": "order", "subject": me,
            "requester": refers("dr"), "authoredOn": "2024-03-14",
            "medicationCodeableConcept": {"text": "Norethindrone 0.35 MG Oral Tablet"}}),
        ),
        (
            "claim",
            json!({"resourceType": "Claim", "status": "active", "patient": me, "prescription": refers("pill"), "created": "2024-03-14",
            "use": "claim"}),
        ),
        (
            "visit",
            json!({"resourceType": "Encounter", "status": "finished", "subject": me, "class": {"code": "AMB"},
            "participant": [{"individual": refers("dr")}], "reasonReference": [refers("claim")]}),
        ),
        (
            "letter",
            json!({"resourceType": "DocumentReference", "status": "current", "subject": me,
            "type": {"text": "Letter"}, "context": {"encounter": [refers("visit")]}, "content": []}),
        ),
        ("flu", json!({"resourceType": "Condition", "subject": me, "code": {"text": "Influenza"}})),
    ];
    let entry = |(id, mut resource): (&str, Value)| {
        resource["id"] = json!(id);
        json!({"fullUrl": format!("urn:uuid:{id}"), "resource": resource})
    };
    let bundle = json!({"resourceType": "Bundle", "type": "transaction", "entry": resources.map(entry)});
    let patients = vec![Source::Bytes(serde_json::to_vec(&bundle).unwrap())];
    portal(Config { name: "Hillside".to_owned(), patients, ..Config::default() })
}

async fn synced(portal: &Running) -> Device {
    let alice = Device::new("alice's phone");
    assert!(matches!(alice.connect(portal, "Hillside").await, Returned::Connected(_)));
    assert_eq!(alice.sync().await.portals[0].trouble, None);
    alice
}

/// The types of what is withheld.
fn withheld(device: &Device) -> BTreeSet<String> {
    let groups = device.client().parts().unwrap().withheld;
    groups.into_iter().flat_map(|group| group.entries).map(|entry| entry.line.resource_type).collect()
}

fn reference(device: &Device, kind: &str) -> String {
    let all = lines(device.client(), Query::Timeline, &Filter::default());
    all.into_iter().find(|line| line.resource_type == kind).unwrap_or_else(|| panic!("no {kind}")).reference
}

/// What is asked of a closed device's file.
fn in_the_file<T>(device: &mut Device, ask: impl FnOnce(&Store) -> T) -> T {
    device.close();
    let store = Store::open(&device.database(), device.database_key().expose()).unwrap();
    let found = ask(&store);
    drop(store);
    device.reopen();
    found
}

/// The sections of the statements of a kind, with how many.
fn said(store: &Store, kind: &str) -> BTreeMap<Section, usize> {
    let mut sections = BTreeMap::new();
    for (_, signed) in store.statements_of_kind(kind).unwrap() {
        *sections.entry(signed.payload().unwrap().section).or_default() += 1;
    }
    sections
}

#[tokio::test(flavor = "multi_thread")]
async fn h16_the_pill_is_withheld_wherever_it_turns_up_and_nothing_changes_on_ones_own_screens() {
    let portal = clinic();
    let mut alice = synced(&portal).await;
    let pill = ["Claim", "DocumentReference", "Encounter", "MedicationRequest"].map(str::to_owned);
    assert_eq!(withheld(&alice), pill.clone().into());
    let parts = alice.client().parts().unwrap();
    let why: Vec<(Why, usize)> =
        parts.withheld.iter().map(|group| (group.why, group.entries.len())).collect();
    assert_eq!(why, [(Why::Speaks(Category::Reproductive), 1), (Why::Refers, 3)]);
    assert!(parts.choices.is_empty() && parts.withheld[0].entries[0].because[0].contains("norethindrone"));
    let all = lines(alice.client(), Query::Timeline, &Filter::default());
    assert!(pill.iter().all(|kind| all.iter().any(|line| line.resource_type == *kind && line.withheld)));
    assert!(all.iter().any(|line| line.resource_type == "Condition" && !line.withheld));
    assert_eq!(alice.client().search("norethindrone", 9).unwrap().len(), 1, "one's own search finds it");
    assert_eq!(WITHHELD, "Not shared with carers unless you say so.");

    let verified = alice.client().verify().unwrap();
    assert!(verified.sound, "{:?}", verified.problems);
    alice.clock.turn(3_600);
    portal.advance(3_600);
    let report = alice.sync_full().await;
    assert_eq!((report.portals[0].new, report.portals[0].changed), (0, 0));
    assert_eq!(alice.client().verify().unwrap(), verified, "reading all again writes nothing");
    alice.client().rebuild(|_| {}).unwrap();
    assert_eq!(alice.client().verify().unwrap(), verified);

    in_the_file(&mut alice, |store| {
        assert!(store.open_referrers().unwrap().is_empty());
        let doctor = store
            .supporting()
            .unwrap()
            .into_iter()
            .find(|(key, _)| key.resource_type == "Practitioner")
            .unwrap();
        let held = store.row(&doctor.0, None).unwrap().unwrap().row.held_in;
        for section in [Section::RESULTS, Section::MEDICATIONS.withheld(), Section::VISITS.withheld()] {
            assert!(held.contains(&section), "{held:?}");
        }
        assert!(!held.contains(&Section::MEDICATIONS) && !held.contains(&Section::VISITS), "{held:?}");
        clocks_betray_nothing(store);
    });
}

/// An open part counts on by itself; a withheld one is always later than the open one beside it was.
fn clocks_betray_nothing(store: &Store) {
    let mut last: BTreeMap<Section, u64> = BTreeMap::new();
    let mut withheld = 0;
    for (_, signed) in store.statements_after(0, usize::MAX).unwrap() {
        let said = signed.payload().unwrap();
        let before = last.get(&said.section).copied().unwrap_or(0);
        if said.section.is_withheld() {
            withheld += 1;
            let open = last.get(&said.section.base()).copied().unwrap_or(0);
            assert_eq!(said.clock, before.max(open) + 1, "{}", said.section);
        } else {
            assert_eq!(said.clock, before + 1, "{}", said.section);
        }
        last.insert(said.section, said.clock);
    }
    assert!(withheld > 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn h16_notes_and_read_marks_about_something_withheld_are_withheld_too() {
    let mut alice = synced(&clinic()).await;
    let (pill, flu) = (reference(&alice, "MedicationRequest"), reference(&alice, "Condition"));
    alice.client().write_note("Ask about another one", Some(&pill)).unwrap();
    let open = alice.client().write_note("Over by now", Some(&flu)).unwrap();
    alice.client().mark_read(&[pill, flu]).unwrap();
    assert_eq!(alice.client().notes().unwrap().len(), 2);
    alice.client().delete_note(&open).unwrap();
    assert_eq!(alice.client().notes().unwrap().len(), 1);
    let facts = in_the_file(&mut alice, |store| said(store, kind::FACTS));
    assert_eq!(facts, [(Section::CONDITIONS, 3), (Section::MEDICATIONS.withheld(), 2)].into());
    assert!(alice.client().verify().unwrap().sound);
}

#[tokio::test(flavor = "multi_thread")]
async fn h16_sharing_and_withholding_take_along_what_refers_to_it() {
    let portal = clinic();
    let mut alice = synced(&portal).await;
    let (pill, flu) = (reference(&alice, "MedicationRequest"), reference(&alice, "Condition"));
    let change = alice.client().share(std::slice::from_ref(&pill)).unwrap();
    assert_eq!((change.moved, change.following), (1, 3));
    assert_eq!(withheld(&alice), BTreeSet::new());
    let chosen = alice.client().parts().unwrap().choices;
    assert_eq!(
        (chosen.len(), chosen[0].name.as_str(), chosen[0].withheld, chosen[0].following),
        (1, pill.as_str(), false, 3)
    );
    let again = alice.client().share(std::slice::from_ref(&pill)).unwrap();
    assert_eq!((again.moved, again.following), (0, 0));

    let change = alice.client().withhold(&[pill.clone(), flu.clone()]).unwrap();
    assert_eq!((change.moved, change.following), (2, 3));
    assert_eq!(withheld(&alice).len(), 5);
    assert_eq!(alice.client().parts().unwrap().withheld[0].why, Why::Chosen);
    let verified = alice.client().verify().unwrap();
    assert!(verified.sound, "{:?}", verified.problems);
    assert_eq!(alice.sync_full().await.portals[0].changed, 0);
    assert_eq!(alice.client().verify().unwrap(), verified);
    alice.client().share(&[pill, flu]).unwrap();
    assert_eq!(withheld(&alice), BTreeSet::new());
    assert!(matches!(alice.client().withhold(&["Condition/none".to_owned()]), Err(Error::NotFound)));

    let facts = in_the_file(&mut alice, |store| said(store, kind::FACTS));
    assert!(facts.keys().all(Section::is_withheld), "a choice itself says much: {facts:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn h16_a_kind_of_care_is_shared_and_withheld_as_a_whole() {
    let alice = synced(&clinic()).await;
    let change = alice.client().share_category("reproductive").unwrap();
    assert_eq!((change.moved, change.following), (1, 3));
    assert_eq!(withheld(&alice), BTreeSet::new());
    assert_eq!(alice.client().parts().unwrap().perhaps, [], "the patient has said what to do with it");
    let change = alice.client().withhold_category("Reproductive").unwrap();
    assert_eq!((change.moved, change.following), (1, 3));
    assert_eq!(withheld(&alice).len(), 4);
    let chosen = alice.client().parts().unwrap().choices;
    assert_eq!((chosen.len(), chosen[0].name.as_str(), chosen[0].withheld), (1, "reproductive", true));
    let Err(Error::Invalid(said)) = alice.client().share_category("everything") else { panic!() };
    assert!(said.contains("mental"), "{said}");
    assert!(alice.client().verify().unwrap().sound);
}

#[tokio::test(flavor = "multi_thread")]
async fn h16_routine_screening_is_one_switch() {
    let hospital = portal(demo_data::hospital());
    let rosalinda = Device::new("rosalinda's phone");
    assert!(matches!(rosalinda.connect(&hospital, "Riverside").await, Returned::Connected(_)));
    rosalinda.sync().await;
    let group = |why: Why| {
        let groups = rosalinda.client().parts().unwrap().withheld.into_iter();
        groups.filter(|group| group.why == why).map(|group| group.entries.len()).sum::<usize>()
    };
    let (screening, care) = (group(Why::Screening), group(Why::Speaks(Category::Reproductive)));
    assert_eq!((screening, care), (56, 8));
    let change = rosalinda.client().share_screening().unwrap();
    assert_eq!((change.moved, group(Why::Screening), group(Why::Speaks(Category::Reproductive))), (56, 0, 8));
    let back = rosalinda.client().withhold_screening().unwrap();
    assert_eq!((back.moved, back.following, group(Why::Screening)), (change.moved, change.following, 56));
    let verified = rosalinda.client().verify().unwrap();
    assert!(verified.sound, "{:?}", verified.problems);
    assert_eq!(rosalinda.sync_full().await.portals[0].changed, 0);
    assert_eq!(rosalinda.client().verify().unwrap(), verified);
}

/// As a version without parts left it: everything in the open one.
#[tokio::test(flavor = "multi_thread")]
async fn h16_a_record_from_before_is_sorted_at_the_next_sync() {
    let portal = clinic();
    let mut alice = synced(&portal).await;
    let depression = br#"{"resourceType":"Condition","id":"old","code":{"coding":[{"system":"http://hl7.org/fhir/sid/icd-10-cm","code":"F32.9"}]}}"#;
    let visit =
        br#"{"resourceType":"Encounter","id":"older","reasonReference":[{"reference":"Condition/old"}]}"#;
    let (issuer, connection) = in_the_file(&mut alice, |store| {
        let row = store.connections().unwrap().remove(0);
        (row.issuer, row.id)
    });
    in_the_file(&mut alice, |store| {
        let (_, first) = store.statements_after(0, 1).unwrap().remove(0);
        let author = Author {
            record: first.digest().into(),
            device: DeviceId::new([7; 32]),
            member: first.payload().unwrap().member,
        };
        let mut commit = Commit { settings: vec![("parts".to_owned(), None)], ..Commit::default() };
        for (bytes, section) in
            [(depression.as_slice(), Section::CONDITIONS), (visit.as_slice(), Section::VISITS)]
        {
            let resource = Resource::parse(bytes).unwrap();
            let entry = PageEntry {
                resource_type: resource.resource_type().to_owned(),
                id: resource.id(),
                digest: statement::Digest::new(resource.digest().0),
                comparison: statement::Digest::new(resource.comparison().0),
            };
            let page = Page {
                connection,
                issuer: issuer.clone(),
                slot: "old".to_owned(),
                sighting: 1,
                entries: vec![entry],
            };
            let heads: Vec<ChainHead> = store.chain_heads(&section).unwrap();
            let payload =
                chain::next(None, &heads).payload(&author, section, kind::PAGE, page.encode().unwrap());
            commit.statements.push((Signed::new(payload.encode().unwrap(), [0; 64]).unwrap(), payload));
            commit.resources.push(resource);
        }
        store.commit(commit).unwrap();
        let known = store.around(None).known(&key(&issuer, "Encounter", "older")).unwrap().unwrap();
        assert_eq!(known.part, Part::Open);
    });
    alice.sync().await;
    in_the_file(&mut alice, |store| {
        for (kind, id) in [("Condition", "old"), ("Encounter", "older")] {
            let row = store.row(&key(&issuer, kind, id), None).unwrap().unwrap().row;
            assert_eq!((row.part, row.sighting, row.revisions), (Part::Withheld, 1, 1), "{kind}");
        }
        assert!(store.check().unwrap().is_sound());
    });
}

fn key(issuer: &str, kind: &str, id: &str) -> fhir::ResourceKey {
    fhir::ResourceKey { issuer: issuer.to_owned(), resource_type: kind.to_owned(), id: id.to_owned() }
}

/// What the tables find in whole synthetic lives, claims included: as it was counted when they were made.
#[test]
fn h16_what_the_tables_find_in_synthetic_lives() {
    let expected: [(&str, &[(Category, usize)]); 5] = [
        ("Alesha_Grant", &[]),
        ("Rosalinda_Kuhn", &[(Category::Reproductive, 8)]),
        (
            "large/Velvet_Heaney",
            &[(Category::Reproductive, 56), (Category::Mental, 1), (Category::Violence, 6)],
        ),
        (
            "large/Shawn_Hirthe",
            &[
                (Category::Reproductive, 3),
                (Category::Mental, 3),
                (Category::Substance, 3),
                (Category::Violence, 12),
                (Category::Other, 3),
            ],
        ),
        ("large/Mariano_Tamez", &[(Category::Substance, 51), (Category::Violence, 27), (Category::Other, 6)]),
    ];
    for (name, expected) in expected {
        let path = root().join("tests/data").join(format!("{name}.json.gz"));
        // The large ones are not part of every copy of the repository.
        let Ok(packed) = fs::read(&path) else {
            assert!(name.starts_with("large/"), "{name}");
            continue;
        };
        let mut text = String::new();
        GzDecoder::new(packed.as_slice()).read_to_string(&mut text).unwrap();
        let bundle: Value = serde_json::from_str(&text).unwrap();
        let mut found: BTreeMap<Category, usize> = BTreeMap::new();
        for entry in bundle["entry"].as_array().unwrap() {
            let resource = Resource::parse(entry["resource"].to_string().as_bytes()).unwrap();
            for finding in sensitive::findings(&resource) {
                *found.entry(finding.category).or_default() +=
                    usize::from(finding.strength == Strength::Strong);
            }
        }
        found.retain(|_, count| *count > 0);
        assert_eq!(found, expected.iter().copied().collect(), "{name}");
    }
}
