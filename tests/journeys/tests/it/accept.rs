//! Whole people, from two thousand to eleven thousand entries: all of it is held, listed, found, byte for byte the same,
//! and no screen reassures where the data does not.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use client::views::{Filter, Group, Screen};
use client::{Query, Returned};
use harness::{Device, portal};
use sandbox::{Config, Running, Source, demo_data};
use serde_json::Value;

use crate::maren::{LISTS, Maren};
use crate::reveal::name;

#[tokio::test(flavor = "multi_thread")]
async fn all_of_velvet_is_held_listed_and_found() {
    follow("Velvet_Heaney.json.gz", 2_000).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn all_of_shawn_is_held_listed_and_found() {
    follow("Shawn_Hirthe.json.gz", 3_000).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn all_of_mariano_is_held_listed_and_found() {
    follow("Mariano_Tamez.json.gz", 10_000).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn h7_no_screen_of_maren_reassures_where_her_portals_do_not() {
    let maren = Maren::begin().await;
    let texts = texts(&maren.alice);
    for screen in everywhere(&maren.alice) {
        reassures_only_where_asserted(&screen, &texts);
    }
}

async fn follow(bundle: &str, least: usize) {
    let hospital = portal(hospital_of(bundle));
    let phone = Device::new("alice's phone");
    let returned = phone.connect(&hospital, "Riverside").await;
    assert!(matches!(returned, Returned::Connected(_)), "{returned:?}");
    phone.sync().await;
    let served = held_and_found(&phone, &hospital);
    assert!(served.len() > least, "{}", served.len());
    let listed = listed(&phone);
    let missing: Vec<_> = served.difference(&listed).collect();
    assert_eq!((missing.len(), missing.first()), (0, None), "in no list");
    assert_eq!(listed.difference(&served).next(), None, "listed and never served");
    let texts = texts(&phone);
    for screen in everywhere(&phone) {
        reassures_only_where_asserted(&screen, &texts);
    }
}

fn hospital_of(bundle: &str) -> Config {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../data/large").join(bundle);
    let whole = demo_data::hospital_of("Riverside", &[]);
    Config { patients: vec![Source::File(path)], ..whole }
}

/// `Type/id` of everything that the portal has of this person: each held with the same bytes, and found by its id.
fn held_and_found(phone: &Device, hospital: &Running) -> BTreeSet<String> {
    let client = phone.client();
    let mut references = BTreeSet::new();
    for resource in hospital.served(&hospital.patient()) {
        let reference = format!("{}/{}", resource.resource_type, resource.id);
        assert_eq!(client.raw(&reference).unwrap(), resource.bytes, "{reference}");
        references.insert(reference.clone());
        // A patient's id stands in nearly everything of theirs.
        let words = match resource.resource_type.as_str() {
            "Patient" => format!("Patient {}", resource.id),
            _ => resource.id.clone(),
        };
        let found = |most: usize| {
            let hits = client.search(&words, most).unwrap();
            hits.iter().any(|hit| hit.line.as_ref().is_some_and(|line| line.reference == reference))
        };
        // What others refer to stands among them.
        assert!(found(20) || found(200), "{reference} is not found");
    }
    references
}

/// Every list, window after window.
fn everywhere(phone: &Device) -> Vec<Screen> {
    let mut screens = vec![phone.client().view(&Query::Profile).unwrap()];
    for list in LISTS.into_iter().chain([Query::Timeline as fn(Filter) -> Query]) {
        let mut after = None;
        loop {
            let mut screen = phone.client().view(&list(Filter { after, ..Filter::default() })).unwrap();
            after = screen.more.take();
            screens.push(screen);
            if after.is_none() {
                break;
            }
        }
    }
    screens
}

fn listed(phone: &Device) -> BTreeSet<String> {
    let groups = everywhere(phone).into_iter().flat_map(|screen| screen.groups);
    groups.flat_map(|group| group.lines).map(|line| line.reference).collect()
}

/// What the portals said of each entry that a list shows, in small letters.
fn texts(phone: &Device) -> BTreeMap<String, String> {
    let lines = everywhere(phone).into_iter().flat_map(|screen| screen.groups).flat_map(|group| group.lines);
    let names: BTreeSet<String> = lines.map(|line| name(&line)).collect();
    let text = |name: String| {
        let bytes = phone.client().raw(&name).unwrap();
        (name, String::from_utf8_lossy(&bytes).to_lowercase())
    };
    names.into_iter().map(text).collect()
}

/// Words that calm: on a screen only where the entry itself says them.
const CALMING: &[&str] =
    &["none", "normal", "no known", "negative", "nothing to", "up to date", "healthy", "all clear"];

fn reassures_only_where_asserted(screen: &Screen, texts: &BTreeMap<String, String>) {
    let mut around: Vec<&str> = vec![&screen.title];
    around.extend(screen.lacks.iter().map(String::as_str));
    for said in around {
        assert_eq!(calming(said), None, "{said}");
    }
    for Group { heading, note, lines } in &screen.groups {
        // "Recorded as: no known allergies" stands only over entries that assert it.
        let over = |word: &str| lines.iter().all(|line| asserts(&texts[&name(line)], word));
        for said in [Some(heading), note.as_ref()].into_iter().flatten() {
            assert!(calming(said).is_none_or(over), "{said}");
        }
        for line in lines {
            let mut strings = Vec::new();
            collect(&serde_json::to_value(line).unwrap(), &mut strings);
            for said in strings {
                for word in CALMING.iter().filter(|word| has(&said, word)) {
                    assert!(asserts(&texts[&name(line)], word), "{}: {said}", line.reference);
                }
            }
        }
    }
}

/// The word itself, the code of the interpretation that means it (HL7 v3 ObservationInterpretation), or another way to say
/// that nothing is known of (716186003: SNOMED CT, "No known allergy").
fn asserts(text: &str, word: &str) -> bool {
    let others: &[&str] = match word {
        "normal" => &["\"code\":\"n\""],
        "negative" => &["\"code\":\"neg\""],
        "no known" => &["no current", "nkda", "716186003"],
        _ => &[],
    };
    text.contains(word) || others.iter().any(|other| text.contains(other))
}

fn calming(said: &str) -> Option<&'static str> {
    CALMING.iter().find(|word| has(said, word)).copied()
}

/// As words of their own: "abnormal" and "not known" calm nobody.
fn has(said: &str, words: &str) -> bool {
    let said = said.to_lowercase();
    said.match_indices(words).any(|(at, _)| {
        let before = said[..at].chars().next_back().is_none_or(|c| !c.is_alphanumeric());
        let after = said[at + words.len()..].chars().next().is_none_or(|c| !c.is_alphanumeric());
        before && after
    })
}

fn collect(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::String(text) => into.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| collect(item, into)),
        Value::Object(fields) => fields.values().for_each(|field| collect(field, into)),
        _ => {}
    }
}
