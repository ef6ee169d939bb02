use std::collections::BTreeSet;

use sandbox::demo_data;

use crate::app::*;

#[tokio::test]
async fn without_a_token_nothing() {
    let portal = hospital();
    let observations = format!("{}/Observation", portal.base_url());
    let reply = sandbox::driver::request("GET", &observations, &[], b"").await.unwrap();
    assert_eq!(reply.status, 401);
    assert!(reply.header("www-authenticate").unwrap().starts_with("Bearer"));
    assert_eq!(get("made-up", &observations).await.status, 401);
    let logged = portal.requests();
    assert_eq!(logged.iter().map(|request| request.token).collect::<Vec<_>>(), [false, true]);
}

#[tokio::test]
async fn a_token_sees_only_its_patient() {
    let portal = start(demo_data::hospital_of("Hospital", &[demo_data::ALESHA, demo_data::ROSALINDA]));
    let [alesha, rosalinda] = <[String; 2]>::try_from(portal.patients()).unwrap();
    let token = text(&tokens(&portal, ALL).await, "access_token");
    assert_eq!(fhir(&portal, &token, &format!("Patient/{rosalinda}")).await.status, 404);
    assert_eq!(fhir(&portal, &token, &format!("Observation?patient={rosalinda}")).await.status, 403);
    let other = served(&portal, &rosalinda, "Observation").into_iter().next().unwrap();
    assert_eq!(fhir(&portal, &token, &format!("Observation/{other}")).await.status, 404);
    for path in [
        "Observation",
        &format!("Observation?patient=Patient/{alesha}"),
        &format!("Observation?subject={alesha}"),
    ] {
        let found: BTreeSet<_> = all(&portal, &token, path).await.into_iter().collect();
        assert_eq!(found, served(&portal, &alesha, "Observation"));
    }
    assert_eq!(all(&portal, &token, "Patient").await, [alesha.as_str()]);
    let provenance: BTreeSet<_> =
        all(&portal, &token, &format!("Provenance?patient={alesha}")).await.into_iter().collect();
    assert_eq!(provenance, served(&portal, &alesha, "Provenance"));
    assert_eq!(provenance.len(), 1);
}

#[tokio::test]
async fn scopes_are_enforced_for_each_type_and_way() {
    let portal = hospital();
    let scope = "launch/patient patient/Observation.rs patient/Condition.r patient/Procedure.s patient/Immunization.read";
    let token = text(&tokens(&portal, scope).await, "access_token");
    let id = |resource_type| served(&portal, &portal.patient(), resource_type).into_iter().next().unwrap();
    for (resource_type, read, search) in [
        ("Observation", 200, 200),
        ("Condition", 200, 403),
        ("Procedure", 403, 200),
        ("Immunization", 200, 200),
        ("Encounter", 403, 403),
        ("Practitioner", 403, 403),
    ] {
        let one = fhir(&portal, &token, &format!("{resource_type}/{}", id(resource_type))).await.status;
        assert_eq!((one, resource_type), (read, resource_type));
        let many =
            fhir(&portal, &token, &format!("{resource_type}?patient={}", portal.patient())).await.status;
        assert_eq!((many, resource_type), (search, resource_type));
    }
    assert_eq!(fhir(&portal, &token, "Elephant").await.status, 404);
}

#[tokio::test]
async fn a_finer_scope_reaches_only_its_category() {
    let portal = hospital();
    let token = text(&tokens(&portal, "patient/Observation.rs?category=laboratory").await, "access_token");
    let found = all(&portal, &token, "Observation").await;
    let everything = text(&tokens(&portal, ALL).await, "access_token");
    assert_eq!(found, all(&portal, &everything, "Observation?category=laboratory").await);
    let vital = all(&portal, &everything, "Observation?category=vital-signs").await.remove(0);
    assert_eq!(fhir(&portal, &token, &format!("Observation/{vital}")).await.status, 403);
}

#[tokio::test]
async fn references_lead_to_readable_resources() {
    let portal = hospital();
    let token = text(&tokens(&portal, ALL).await, "access_token");
    let supporting = ["Practitioner", "Organization", "Location", "Medication"];
    for served in portal.served(&portal.patient()) {
        let whole = String::from_utf8(served.bytes.clone()).unwrap();
        assert!(!whole.contains("\"reference\":\"urn:"), "{}/{}", served.resource_type, served.id);
        assert!(!whole.contains("?identifier="), "{}/{}", served.resource_type, served.id);
        if supporting.contains(&served.resource_type.as_str()) {
            let read = fhir(&portal, &token, &format!("{}/{}", served.resource_type, served.id)).await;
            assert_eq!((read.status, read.body), (200, served.bytes));
        }
    }
    for resource_type in supporting {
        assert!(!served(&portal, &portal.patient(), resource_type).is_empty(), "{resource_type}");
    }
}

#[tokio::test]
async fn an_unchanged_resource_is_not_sent_again() {
    let portal = hospital();
    let token = text(&tokens(&portal, ALL).await, "access_token");
    let url = format!("{}/Patient/{}", portal.base_url(), portal.patient());
    let bearer = format!("Bearer {token}");
    let headers = [("Authorization", bearer.as_str()), ("If-None-Match", "W/\"1\"")];
    let reply = sandbox::driver::request("GET", &url, &headers, b"").await.unwrap();
    assert_eq!((reply.status, reply.body.len()), (304, 0));
}

#[tokio::test]
async fn every_resource_of_the_bundle_is_served() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../data/Alesha_Grant.json.gz");
    let portal = start(sandbox::Config { patients: vec![file.into()], ..sandbox::Config::default() });
    let served = portal.served(&portal.patient());
    assert_eq!(served.len(), 299);
    // Without the hospitals' bundle a conditional reference stays as it came.
    let text = |served: &sandbox::Served| String::from_utf8(served.bytes.clone()).unwrap();
    assert!(
        served
            .iter()
            .map(text)
            .any(|text| text.contains("\"Practitioner?identifier=http://hl7.org/fhir/sid/us-npi|"))
    );
    assert!(!served.iter().map(text).any(|text| text.contains("\"reference\":\"urn:")));
}

#[test]
fn a_sandbox_without_a_patient_does_not_start() {
    let empty = sandbox::Config { patients: vec![demo_data::HOSPITALS.into()], ..sandbox::Config::default() };
    assert!(matches!(sandbox::Sandbox::start(empty), Err(sandbox::Error::NoPatient)));
    let broken = sandbox::Config { patients: vec![b"<html>".to_vec().into()], ..sandbox::Config::default() };
    assert!(matches!(sandbox::Sandbox::start(broken), Err(sandbox::Error::NotABundle(_))));
}
