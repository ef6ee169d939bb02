use std::collections::BTreeSet;

use sandbox::{Config, Error, Quirk, Running, Served, messy};
use serde_json::Value;

use crate::app::*;

fn at(config: Config) -> Running {
    start(config)
}

#[tokio::test]
async fn everything_of_the_messy_patient_is_found_by_a_search() {
    for portal in [at(messy::hospital(1).unwrap()), at(messy::clinics(1).unwrap())] {
        let token = text(&tokens(&portal, ALL).await, "access_token");
        let all_of_hers = portal.served(&portal.patient());
        let types: BTreeSet<&String> = all_of_hers.iter().map(|served| &served.resource_type).collect();
        for resource_type in types {
            let found: BTreeSet<String> = all(&portal, &token, resource_type).await.into_iter().collect();
            assert_eq!(found, served(&portal, &portal.patient(), resource_type));
        }
    }
}

#[test]
fn one_seed_gives_one_record_and_another_one_another() {
    let record = |seed: u64| {
        let portal = at(messy::hospital(seed).unwrap());
        (portal.patients(), portal.served(messy::AT_HOSPITAL))
    };
    assert_eq!(record(1), record(1));
    let names = |served: &[Served]| {
        served.iter().map(|one| (one.resource_type.clone(), one.id.clone())).collect::<BTreeSet<_>>()
    };
    let ((patients, one), (_, other)) = (record(1), record(2));
    assert_eq!(patients, [messy::AT_HOSPITAL, messy::DECEASED, messy::CHILD]);
    assert_eq!(names(&one), names(&other), "the same things");
    assert_ne!(one, other, "with other numbers");
}

#[test]
fn every_resource_stands_in_the_table() {
    let table = include_str!("../../MESSY.md");
    let mut missing = Vec::new();
    for portal in [at(messy::hospital(1).unwrap()), at(messy::clinics(1).unwrap())] {
        for patient in portal.patients() {
            for Served { resource_type, id, .. } in portal.served(&patient) {
                let bare = resource_type == "Observation" && table.contains(&format!("`{id}`"));
                if !bare && !table.contains(&format!("`{resource_type}/{id}`")) {
                    missing.push(format!("{resource_type}/{id}"));
                }
            }
        }
    }
    assert_eq!(missing, Vec::<String>::new());
}

/// The tests that the table names are there.
#[test]
fn every_test_of_the_table_exists() {
    let tests = [
        include_str!("messy.rs"),
        include_str!("../../../journeys/tests/it/attachments.rs"),
        include_str!("../../../journeys/tests/it/messy.rs"),
        include_str!("../../../journeys/tests/it/messy/meanings.rs"),
        include_str!("../../../journeys/tests/it/messy/results.rs"),
        include_str!("../../../journeys/tests/it/messy/wording.rs"),
    ];
    let table = include_str!("../../MESSY.md");
    let named = table.split('`').skip(1).step_by(2).filter(|word| word.matches('_').count() > 2);
    let named: Vec<&str> = named.map(|name| name.trim_start_matches("sandbox: ")).collect();
    assert!(named.len() > 15);
    for name in named {
        let is = format!("fn {name}(");
        assert!(tests.iter().any(|test| test.contains(&is)), "{name}");
    }
}

#[tokio::test]
async fn what_comes_later_comes_in_stages() {
    let portal = at(messy::hospital(1).unwrap());
    let token = text(&tokens(&portal, ALL).await, "access_token");
    let state = async || {
        let chain = json(&fhir(&portal, &token, "Observation/chain").await);
        (text(&chain, "status"), chain["valueQuantity"]["value"].to_string())
    };
    assert_eq!(state().await, ("preliminary".to_owned(), "5.9".to_owned()));
    let first = portal.later().unwrap();
    assert!(first.iter().any(|later| later.id == "chain" && later.before.as_deref() == Some("preliminary")));
    assert_eq!(state().await, ("final".to_owned(), "5.2".to_owned()));
    portal.later().unwrap();
    assert_eq!(state().await, ("amended".to_owned(), "4.6".to_owned()));
    let stripped = json(&fhir(&portal, &token, "Observation/to-be-stripped").await);
    let names: Vec<&String> = stripped.as_object().unwrap().keys().collect();
    assert_eq!(names, ["resourceType", "id", "meta", "status"]);
    assert!(matches!(portal.later(), Err(Error::NothingLeft("later"))));
}

#[tokio::test]
async fn a_binary_comes_as_itself_to_one_who_accepts_no_json() {
    let portal = at(messy::hospital(1).unwrap());
    let token = text(&tokens(&portal, ALL).await, "access_token");
    let bearer = format!("Bearer {token}");
    let url = format!("{}/Binary/note-cda", portal.base_url());
    let headers = |accept| [("Authorization", bearer.as_str()), ("Accept", accept)];
    let xml = sandbox::driver::request("GET", &url, &headers("application/xml"), b"").await.unwrap();
    assert_eq!(xml.header("content-type"), Some("application/xml"));
    assert!(xml.body.starts_with(b"<?xml"));
    let fhir =
        json(&sandbox::driver::request("GET", &url, &headers("application/fhir+json"), b"").await.unwrap());
    assert_eq!(text(&fhir, "resourceType"), "Binary");
}

#[tokio::test]
async fn restamped_answers_differ_in_nothing_but_their_meta() {
    let portal = at(messy::clinics(1).unwrap());
    let token = text(&tokens(&portal, ALL).await, "access_token");
    portal.set_quirks([Quirk::Restamped]);
    let mut seen: Vec<(Value, Value)> = Vec::new();
    for _ in 0..3 {
        let mut read = json(&fhir(&portal, &token, "Observation/twin-clinic").await);
        let meta = read.as_object_mut().unwrap().remove("meta").unwrap();
        seen.push((meta, read));
    }
    assert!(seen[0].0 != seen[1].0 && seen[1].0 != seen[2].0);
    assert!(seen[0].1 == seen[1].1 && seen[1].1 == seen[2].1);
}
