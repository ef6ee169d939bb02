use std::collections::BTreeSet;
use std::path::Path;

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

#[tokio::test]
async fn a_binary_comes_as_what_is_wanted_and_in_each_wrong_way() {
    let portal = start(sandbox::messy::hospital(1).unwrap());
    let token = text(&tokens(&portal, ALL).await, "access_token");
    let bearer = format!("Bearer {token}");
    let url = format!("{}/Binary/report-pdf", portal.base_url());
    let get = async |accept: &str| {
        let headers = [("Authorization", bearer.as_str()), ("Accept", accept)];
        sandbox::driver::request("GET", &url, &headers, b"").await.unwrap()
    };
    let (pdf, fhir) = ("application/pdf, */*;q=0.1", "application/fhir+json");
    let itself = get(pdf).await;
    assert_eq!(itself.header("content-type"), Some("application/pdf"));
    assert!(itself.body.starts_with(b"%PDF"));
    assert_eq!(text(&json(&get(fhir).await), "resourceType"), "Binary");
    assert_eq!(text(&json(&get("*/*").await), "resourceType"), "Binary");
    for (way, accept, status, content_type) in [
        ("json", pdf, 200, Some("application/fhir+json; charset=utf-8")),
        ("type", pdf, 200, Some("application/octet-stream")),
        ("strict", pdf, 200, Some("application/pdf")),
        ("strict", fhir, 406, Some("application/fhir+json; charset=utf-8")),
        ("slow", pdf, 200, Some("application/pdf")),
        ("redirect", pdf, 302, None),
        ("refused", pdf, 403, Some("application/fhir+json; charset=utf-8")),
        ("missing", pdf, 404, Some("application/fhir+json; charset=utf-8")),
    ] {
        portal.set_quirks([Quirk::Binary(way.to_owned())]);
        let reply = get(accept).await;
        assert_eq!((reply.status, reply.header("content-type")), (status, content_type), "{way}");
        assert_eq!(reply.header("location").is_some(), way == "redirect");
        assert_eq!(json_of(&reply) == Some("Binary".to_owned()), way == "json");
    }
}

#[tokio::test]
async fn three_files_come_in_a_day_and_the_fourth_tomorrow() {
    let portal = start(sandbox::messy::hospital(1).unwrap());
    let token = text(&tokens(&portal, ALL).await, "access_token");
    portal.set_quirks([Quirk::Binary("limited".to_owned())]);
    for status in [200, 200, 200, 429, 429] {
        assert_eq!(fhir(&portal, &token, "Binary/report-pdf").await.status, status);
    }
    let refused = fhir(&portal, &token, "Binary/report-pdf").await;
    assert_eq!(refused.header("retry-after"), Some("86400"));
}

fn json_of(reply: &sandbox::driver::Reply) -> Option<String> {
    let value: serde_json::Value = serde_json::from_slice(&reply.body).ok()?;
    Some(text(&value, "resourceType"))
}

/// Every switch stands in the table, and every test that the table names is there.
#[test]
#[allow(clippy::disallowed_methods)]
fn the_table_of_switches_and_tests_is_true() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let table = std::fs::read_to_string(here.join("QUIRKS.md")).unwrap();
    let rows: Vec<Vec<&str>> = table
        .lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| ---") && !line.starts_with("| field"))
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
        .collect();
    let named = |column: usize| -> BTreeSet<&str> {
        rows.iter().flat_map(|row| row[column].split('`').skip(1).step_by(2)).collect()
    };
    let switches: BTreeSet<&str> = Quirk::all().iter().map(|quirk| quirk.about().name).collect();
    let words = named(1);
    let absent: Vec<_> = switches.difference(&words).collect();
    assert!(absent.is_empty(), "no row of QUIRKS.md has {absent:?}");
    let own = ["Config::client_keys", "Config::tls", "Running::stop", "evolve"];
    let unknown: Vec<_> = words.difference(&switches).filter(|word| !own.contains(word)).collect();
    assert!(unknown.is_empty(), "no switch is called {unknown:?}");

    let mut sources = String::new();
    let top = here.ancestors().nth(2).unwrap();
    let folders = [
        "core/portal/tests",
        "core/client/tests",
        "core/cli/tests",
        "tests/journeys/tests",
        "tests/sandbox/tests",
    ];
    for folder in folders {
        collect(&top.join(folder), &mut sources);
    }
    let tests = named(2);
    assert!(tests.len() > 60);
    let lost: Vec<_> = tests.iter().filter(|test| !sources.contains(&format!("fn {test}("))).collect();
    assert!(lost.is_empty(), "no test is called {lost:?}");
}

#[allow(clippy::disallowed_methods)]
fn collect(folder: &Path, into: &mut String) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push_str(&std::fs::read_to_string(path).unwrap());
        }
    }
}

#[test]
fn every_switch_says_in_one_line_what_it_does() {
    for quirk in Quirk::all() {
        let about = quirk.about();
        assert!((10..=130).contains(&about.does.len()) && !about.does.contains('\n'), "{}", about.name);
        let thread = about.seen.unwrap_or("owner/name#1");
        assert!(thread.contains('/') || thread.contains("US Core"), "{}: {thread}", about.name);
    }
}
