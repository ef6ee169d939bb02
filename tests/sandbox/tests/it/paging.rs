use std::collections::{BTreeMap, BTreeSet};

use sandbox::{Step, demo_data};
use serde_json::value::RawValue;

use crate::app::*;

#[derive(serde::Deserialize)]
struct Raw<'b> {
    #[serde(borrow, default)]
    entry: Vec<RawEntry<'b>>,
}

#[derive(serde::Deserialize)]
struct RawEntry<'b> {
    #[serde(borrow)]
    resource: &'b RawValue,
}

#[tokio::test]
async fn paging_gives_everything_once_with_the_bytes_of_a_read() {
    let portal = hospital();
    let token = text(&tokens(&portal, ALL).await, "access_token");
    let mut expected: BTreeMap<String, BTreeMap<String, Vec<u8>>> = BTreeMap::new();
    for served in portal.served(&portal.patient()) {
        expected.entry(served.resource_type).or_default().insert(served.id, served.bytes);
    }
    assert_eq!(expected.values().map(BTreeMap::len).sum::<usize>(), portal.served(&portal.patient()).len());
    for (resource_type, resources) in &expected {
        let mut seen = BTreeMap::new();
        let mut at = Some(format!("{}/{resource_type}?_count=7", portal.base_url()));
        while let Some(url) = at {
            let reply = get(&token, &url).await;
            let bundle = json(&reply);
            assert_eq!(bundle["total"], resources.len());
            let raw: Raw<'_> = serde_json::from_slice(&reply.body).unwrap();
            for (id, entry) in ids(&bundle).into_iter().zip(raw.entry) {
                assert!(seen.insert(id, entry.resource.get().as_bytes().to_vec()).is_none(), "twice");
            }
            at = next(&bundle);
        }
        assert_eq!(&seen, resources, "{resource_type}");
        let (id, bytes) = resources.iter().next().unwrap();
        assert_eq!(&fhir(&portal, &token, &format!("{resource_type}/{id}")).await.body, bytes);
    }
}

#[tokio::test]
async fn the_admin_page_tells_what_is_served() {
    let portal = hospital();
    let reply = get("", &format!("{}/_sandbox/served", portal.origin())).await;
    let lines = String::from_utf8(reply.body).unwrap();
    let told: Vec<serde_json::Value> =
        lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let served = portal.served(&portal.patient());
    assert_eq!(told.len(), served.len());
    for (told, served) in told.iter().zip(served) {
        assert_eq!((text(told, "id"), text(told, "json").into_bytes()), (served.id, served.bytes));
    }
}

#[tokio::test]
async fn a_search_stays_as_it_was_while_the_record_goes_on() {
    let portal = hospital();
    let token = text(&tokens(&portal, ALL).await, "access_token");
    let first = json(&fhir(&portal, &token, "Observation?category=laboratory&_count=5").await);
    let before = all(&portal, &token, "Observation?category=laboratory").await;
    portal.evolve(Step::ALL).unwrap();
    let mut seen = ids(&first);
    let mut at = next(&first);
    let again = at.clone().unwrap();
    while let Some(url) = at {
        let bundle = json(&get(&token, &url).await);
        seen.extend(ids(&bundle));
        at = next(&bundle);
    }
    assert_eq!(seen, before);
    assert_eq!(get(&token, &again).await.body, get(&token, &again).await.body);
}

#[tokio::test]
async fn a_page_belongs_to_its_grant() {
    let portal = hospital();
    let mine = text(&tokens(&portal, ALL).await, "access_token");
    let other = text(&tokens(&portal, ALL).await, "access_token");
    let page = next(&json(&fhir(&portal, &mine, "Observation?_count=5").await)).unwrap();
    assert_eq!(get(&mine, &page).await.status, 200);
    assert_eq!(get(&other, &page).await.status, 403);
    assert_eq!(fhir(&portal, &mine, "Observation?_getpages=bm9wZQ").await.status, 404);
}

#[tokio::test]
async fn searches_narrow_by_category_code_status_and_time() {
    let portal = start(demo_data::hospital_of("Hospital", &[demo_data::ROSALINDA]));
    let token = text(&tokens(&portal, ALL).await, "access_token");
    let everything: BTreeSet<String> = served(&portal, &portal.patient(), "Observation");
    let mut by_category = BTreeSet::new();
    for category in ["laboratory", "vital-signs", "social-history", "survey"] {
        let found = all(&portal, &token, &format!("Observation?category={category}")).await;
        assert!(!found.is_empty(), "{category}");
        for id in found {
            assert!(by_category.insert(id), "in two categories");
        }
    }
    assert!(by_category.is_subset(&everything));
    let system = "http://terminology.hl7.org/CodeSystem/observation-category%7Claboratory";
    let exact = all(&portal, &token, &format!("Observation?category={system}")).await;
    assert_eq!(exact, all(&portal, &token, "Observation?category=laboratory").await);
    assert!(all(&portal, &token, "Observation?category=urn:x%7Claboratory").await.is_empty());
    assert!(!all(&portal, &token, "Observation?code=http://loinc.org%7C8302-2").await.is_empty());
    let before = all(&portal, &token, "Observation?date=lt2018").await;
    let after = all(&portal, &token, "Observation?date=ge2018").await;
    assert!(!before.is_empty() && !after.is_empty());
    assert_eq!(before.len() + after.len(), everything.len());
    assert!(all(&portal, &token, "Observation?_lastUpdated=ge2026-11-01").await.is_empty());
    let made = portal.evolve(&[Step::Results]).unwrap();
    assert_eq!(all(&portal, &token, "Observation?_lastUpdated=ge2026-11-01").await.len(), made.len() - 1);
    assert_eq!(fhir(&portal, &token, "Observation?date=someday").await.status, 400);
    let lenient = json(&fhir(&portal, &token, "Observation?colour=blue&_count=1").await);
    assert_eq!(lenient["entry"][1]["search"]["mode"], "outcome");
    assert_eq!(
        all(&portal, &token, "Observation?_count=1000").await.len(),
        everything.len() + made.len() - 1
    );
    assert_eq!(ids(&json(&fhir(&portal, &token, "Observation?_count=1000").await)).len(), 200);
    let none = json(&fhir(&portal, &token, "AllergyIntolerance").await);
    assert_eq!((none["total"].clone(), none.get("entry")), (0.into(), None));
}
