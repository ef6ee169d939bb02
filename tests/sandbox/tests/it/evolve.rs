use std::collections::BTreeSet;

use sandbox::{Change, Step};

use crate::app::*;

#[tokio::test]
async fn new_results_carry_the_labs_own_flags() {
    let portal = hospital();
    let token = text(&tokens(&portal, ALL).await, "access_token");
    let changes = portal.evolve(&[Step::Results]).unwrap();
    let flags: Vec<Option<&str>> = changes.iter().map(|change| change.flag.as_deref()).collect();
    assert_eq!(flags, [Some("H"), Some("HH"), Some("N"), None, None]);
    let newest = all(&portal, &token, "Observation?category=laboratory").await;
    assert_eq!(
        newest.iter().take(4).collect::<BTreeSet<_>>(),
        changes.iter().take(4).map(|c| &c.id).collect()
    );
    let below = json(&fhir(&portal, &token, "Observation/lab-1-crp").await);
    assert_eq!(below["valueQuantity"]["comparator"], "<");
    assert_eq!(changes[2].after.as_deref(), Some("<0.1 mg/dL"));
    assert_eq!(below["effectiveDateTime"], "2026-10-31T22:00:00Z");
    let report = json(&fhir(&portal, &token, "DiagnosticReport/lab-1-report").await);
    assert_eq!(report["result"].as_array().unwrap().len(), 4);
    assert_eq!(portal.evolve(&[Step::Results]).unwrap()[0].id, "lab-2-glucose");
}

#[tokio::test]
async fn a_correction_raises_the_version_and_changes_the_value() {
    let portal = hospital();
    let token = text(&tokens(&portal, ALL).await, "access_token");
    let change = portal.evolve(&[Step::Correction]).unwrap().remove(0);
    assert_ne!(change.before, change.after);
    let reply = fhir(&portal, &token, &format!("Observation/{}", change.id)).await;
    assert_eq!(reply.header("etag").unwrap(), "W/\"2\"");
    let corrected = json(&reply);
    assert_eq!(
        (text(&corrected, "status"), text(&corrected["meta"], "versionId")),
        ("corrected".into(), "2".into())
    );
    assert!(change.after.unwrap().starts_with(&corrected["valueQuantity"]["value"].to_string()));
    assert!(all(&portal, &token, "Observation?status=corrected").await.contains(&change.id));
}

#[tokio::test]
async fn a_retraction_keeps_only_id_meta_and_status() {
    let portal = hospital();
    let token = text(&tokens(&portal, ALL).await, "access_token");
    let change = portal.evolve(&[Step::Retraction]).unwrap().remove(0);
    let reply = fhir(&portal, &token, &format!("Observation/{}", change.id)).await;
    let stripped = json(&reply);
    let names: Vec<&String> = stripped.as_object().unwrap().keys().collect();
    assert_eq!(names, ["resourceType", "id", "meta", "status"]);
    assert_eq!(text(&stripped, "status"), "entered-in-error");
    assert!(all(&portal, &token, "Observation?category=laboratory").await.contains(&change.id));
    assert!(
        portal
            .served(&portal.patient())
            .iter()
            .any(|served| served.id == change.id && served.bytes == reply.body)
    );
}

#[tokio::test]
async fn what_disappears_is_in_no_search_and_not_found() {
    let portal = hospital();
    let token = text(&tokens(&portal, ALL).await, "access_token");
    let before = all(&portal, &token, "Procedure").await.len();
    let change = portal.evolve(&[Step::Disappearance]).unwrap().remove(0);
    assert_eq!(all(&portal, &token, "Procedure").await.len(), before - 1);
    assert_eq!(fhir(&portal, &token, &format!("Procedure/{}", change.id)).await.status, 404);
    assert!(!portal.served(&portal.patient()).iter().any(|served| served.id == change.id));
}

#[tokio::test]
async fn the_same_record_evolves_the_same_way_and_never_twice_the_same() {
    let (one, two) = (hospital(), hospital());
    let changes = one.evolve(Step::ALL).unwrap();
    assert_eq!(changes, two.evolve(Step::ALL).unwrap());
    assert_eq!(one.served(&one.patient()), two.served(&two.patient()));
    let again = one.evolve(Step::ALL).unwrap();
    let ids = |changes: &[Change]| changes.iter().map(|change| change.id.clone()).collect::<BTreeSet<_>>();
    assert!(ids(&changes).is_disjoint(&ids(&again)));
}

#[tokio::test]
async fn scripts_evolve_over_http_and_web_pages_do_not() {
    let portal = hospital();
    let url = format!("{}/_sandbox/evolve?step=correction", portal.origin());
    let done = json(&sandbox::driver::request("POST", &url, &[], b"").await.unwrap());
    let done: Vec<Change> = serde_json::from_value(done).unwrap();
    assert_eq!(done[0].step, Step::Correction);
    let from_page =
        sandbox::driver::request("POST", &url, &[("Origin", "https://evil.example")], b"").await.unwrap();
    assert_eq!(from_page.status, 400);
    assert!(portal.requests().is_empty());
}
