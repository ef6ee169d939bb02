use sandbox::{Quirk, Step};

use crate::app::*;

#[tokio::test]
async fn refused_type_answers_403_for_this_type_only() {
    let portal = hospital();
    let token = text(&tokens(&portal, ALL).await, "access_token");
    portal.set_quirks([Quirk::RefusedType("Condition".to_owned())]);
    assert_eq!(fhir(&portal, &token, "Condition").await.status, 403);
    assert_eq!(fhir(&portal, &token, "Observation").await.status, 200);
    portal.set_quirks([]);
    assert_eq!(fhir(&portal, &token, "Condition").await.status, 200);
}

#[tokio::test]
async fn no_last_updated_answers_400() {
    let portal = hospital();
    let token = text(&tokens(&portal, ALL).await, "access_token");
    portal.set_quirks([Quirk::NoLastUpdated]);
    assert_eq!(fhir(&portal, &token, "Condition?_lastUpdated=ge2020").await.status, 400);
    assert_eq!(fhir(&portal, &token, "Condition").await.status, 200);
}

#[tokio::test]
async fn next_other_host_names_another_origin_and_shows_who_follows() {
    let portal = hospital();
    let token = text(&tokens(&portal, ALL).await, "access_token");
    portal.set_quirks([Quirk::NextOtherHost]);
    let link = next(&json(&fhir(&portal, &token, "Observation").await)).unwrap();
    assert!(link.starts_with(&format!("http://localhost:{}/", portal.port())), "{link}");
    assert!(portal.requests().iter().all(|request| !request.host.starts_with("localhost")));
    if let Ok(_followed) = sandbox::driver::request("GET", &link, &[], b"").await {
        assert!(
            portal.requests().iter().any(|request| request.host.starts_with("localhost") && !request.token)
        );
    }
}

#[tokio::test]
async fn unauthorized_mid_sync_refuses_one_token_once() {
    let portal = hospital();
    let first = tokens(&portal, ALL).await;
    portal.set_quirks([Quirk::UnauthorizedMidSync]);
    let mut good = 0;
    while fhir(&portal, &text(&first, "access_token"), "Condition").await.status == 200 {
        good += 1;
        assert!(good < 50);
    }
    assert!(good > 1);
    assert_eq!(fhir(&portal, &text(&first, "access_token"), "Condition").await.status, 401);
    let second = json(&refresh(&portal, &text(&first, "refresh_token")).await);
    for _ in 0..20 {
        assert_eq!(fhir(&portal, &text(&second, "access_token"), "Condition").await.status, 200);
    }
}

#[tokio::test]
async fn other_person_slips_one_into_a_search_and_is_not_served() {
    let portal = hospital();
    let token = text(&tokens(&portal, ALL).await, "access_token");
    let before = all(&portal, &token, "Observation").await;
    portal.set_quirks([Quirk::OtherPerson]);
    let bundle = json(&fhir(&portal, &token, "Observation").await);
    let stranger = &bundle["entry"][0]["resource"];
    assert_eq!(stranger["subject"]["reference"], "Patient/stranger");
    assert_eq!(all(&portal, &token, "Observation").await.len(), before.len() + 1);
    assert!(!portal.served(&portal.patient()).iter().any(|served| served.id == stranger["id"]));
}

#[tokio::test]
async fn category_required_refuses_the_bare_search() {
    let portal = hospital();
    let token = text(&tokens(&portal, ALL).await, "access_token");
    portal.set_quirks([Quirk::CategoryRequired]);
    assert_eq!(fhir(&portal, &token, "Observation").await.status, 400);
    assert_eq!(fhir(&portal, &token, "Observation?category=laboratory").await.status, 200);
}

#[tokio::test]
async fn throttled_asks_to_come_back_once() {
    let portal = hospital();
    let token = text(&tokens(&portal, ALL).await, "access_token");
    portal.set_quirks([Quirk::Throttled]);
    let link = next(&json(&fhir(&portal, &token, "Observation").await)).unwrap();
    let refused = get(&token, &link).await;
    assert_eq!((refused.status, refused.header("retry-after")), (429, Some("1")));
    assert_eq!(get(&token, &link).await.status, 200);
}

#[tokio::test]
async fn next_fails_after_everything_was_given() {
    let portal = hospital();
    let token = text(&tokens(&portal, ALL).await, "access_token");
    portal.set_quirks([Quirk::NextFails]);
    let bundle = json(&fhir(&portal, &token, "Condition?_count=100").await);
    assert_eq!(ids(&bundle).len(), served(&portal, &portal.patient(), "Condition").len());
    assert_eq!(get(&token, &next(&bundle).unwrap()).await.status, 500);
}

#[tokio::test]
async fn next_loops_leads_to_the_same_page() {
    let portal = hospital();
    let token = text(&tokens(&portal, ALL).await, "access_token");
    portal.set_quirks([Quirk::NextLoops]);
    let link = next(&json(&fhir(&portal, &token, "Observation").await)).unwrap();
    assert_eq!(next(&json(&get(&token, &link).await)).unwrap(), link);
}

#[tokio::test]
async fn refresh_omits_patient_and_scope() {
    let portal = hospital();
    let first = tokens(&portal, ALL).await;
    portal.set_quirks([Quirk::RefreshOmitsPatient]);
    let second = json(&refresh(&portal, &text(&first, "refresh_token")).await);
    assert!(second.get("access_token").is_some());
    assert_eq!((second.get("patient"), second.get("scope")), (None, None));
}

#[tokio::test]
async fn gone_answers_410() {
    let portal = hospital();
    let token = text(&tokens(&portal, ALL).await, "access_token");
    portal.set_quirks([Quirk::Gone]);
    let change = portal.evolve(&[Step::Disappearance]).unwrap().remove(0);
    assert_eq!(fhir(&portal, &token, &format!("Procedure/{}", change.id)).await.status, 410);
}
