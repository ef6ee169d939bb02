//! The quirks of fetching do what their names say.

use std::io::Read;

use sandbox::{Fetching, Quirk, Running};
use serde_json::{Value, json};

use crate::app::*;

async fn switched(quirk: Fetching) -> (Running, String) {
    let portal = hospital();
    let token = text(&tokens(&portal, ALL).await, "access_token");
    portal.set_quirks([Quirk::from(quirk)]);
    (portal, token)
}

async fn page(portal: &Running, token: &str, path: &str) -> Value {
    let reply = fhir(portal, token, path).await;
    assert_eq!(reply.status, 200, "{path}");
    json(&reply)
}

fn outcomes(bundle: &Value) -> Vec<String> {
    let entries = bundle["entry"].as_array().cloned().unwrap_or_default();
    let issues = entries.iter().filter(|entry| entry["search"]["mode"] == "outcome");
    issues.map(|entry| text(&entry["resource"]["issue"][0], "code")).collect()
}

#[tokio::test]
async fn answers_gives_a_type_the_status_it_names() {
    for status in [400, 403, 404, 501] {
        let (portal, token) = switched(Fetching::Answers("Condition".to_owned(), status)).await;
        assert_eq!(fhir(&portal, &token, "Condition").await.status, status);
        assert_eq!(fhir(&portal, &token, "Condition/any").await.status, status);
        assert_eq!(fhir(&portal, &token, "Observation").await.status, 200);
    }
}

#[tokio::test]
async fn down_answers_everything_with_its_status() {
    let (portal, token) = switched(Fetching::Down(502)).await;
    for path in ["Condition", "Observation?category=laboratory", "Condition/any"] {
        assert_eq!(fhir(&portal, &token, path).await.status, 502, "{path}");
    }
}

#[tokio::test]
async fn messages_are_found_by_who_they_name() {
    let (portal, token) = switched(Fetching::Messages).await;
    let patient = portal.patient();
    for (by, found) in [("patient", "by-subject"), ("sender", "by-sender"), ("recipient", "by-recipient")] {
        let path = format!("Communication?{by}=Patient/{patient}");
        assert_eq!(all(&portal, &token, &path).await, [found], "{by}");
    }
}

#[tokio::test]
async fn last_updated_lies_in_both_directions() {
    let (portal, token) = switched(Fetching::LastUpdatedLies).await;
    let made: Vec<String> =
        portal.evolve(&[sandbox::Step::Results]).unwrap().into_iter().map(|c| c.id).collect();
    let found = all(&portal, &token, "Observation?_lastUpdated=ge2026-11-01").await;
    assert_eq!(found.len(), 1, "one that did not change");
    assert!(!made.contains(&found[0]), "and none that did");
    let everything = all(&portal, &token, "Observation").await;
    assert!(made.iter().filter(|id| everything.contains(id)).count() == made.len() - 1, "but for the report");
}

#[tokio::test]
async fn next_drops_leads_to_what_was_not_searched_for() {
    let (portal, token) = switched(Fetching::NextDrops).await;
    let link = next(&page(&portal, &token, "Observation?category=laboratory&_count=5").await).unwrap();
    assert!(!link.contains("category"), "{link}");
    let found = all(&portal, &token, "Observation?category=laboratory&_count=5").await;
    assert!(found.len() > 5 && found.len() < served(&portal, &portal.patient(), "Observation").len() + 5);
}

#[tokio::test]
async fn next_links_that_lead_nowhere() {
    let (portal, token) = switched(Fetching::NextOtherOperation).await;
    let link = next(&page(&portal, &token, "Observation?_count=5").await).unwrap();
    assert!(link.contains("/$everything?"), "{link}");
    assert_eq!(get(&token, &link).await.status, 404);
    portal.set_quirks([Quirk::from(Fetching::NextXml)]);
    let link = next(&page(&portal, &token, "Observation?_count=5").await).unwrap();
    let reply = get(&token, &link).await;
    assert_eq!((reply.status, reply.body.starts_with(b"<Bundle")), (200, true));
    assert_eq!(get(&token, &link.replace("&_format=xml", "")).await.body.first(), Some(&b'{'));
}

#[tokio::test]
async fn patient_on_every_page_and_twice_in_a_bundle_repeat() {
    let (portal, token) = switched(Fetching::PatientOnEveryPage).await;
    let first = page(&portal, &token, "Observation?_count=5").await;
    let second = json(&get(&token, &next(&first).unwrap()).await);
    for bundle in [first, second] {
        assert_eq!(
            bundle["entry"].as_array().unwrap().last().unwrap()["resource"]["resourceType"],
            "Patient"
        );
    }
    portal.set_quirks([Quirk::from(Fetching::TwiceInABundle)]);
    let bundle = page(&portal, &token, "Observation?_count=5").await;
    let entries = bundle["entry"].as_array().unwrap();
    assert_eq!((entries.len(), entries.first()), (6, entries.last()));
}

#[tokio::test]
async fn no_total_has_none() {
    let (portal, token) = switched(Fetching::NoTotal).await;
    assert_eq!(page(&portal, &token, "Observation").await.get("total"), None);
}

#[tokio::test]
async fn shifts_hides_one_resource_from_one_listing() {
    let (portal, token) = switched(Fetching::Shifts).await;
    let (first, again) = (
        all(&portal, &token, "Observation?_count=5").await,
        all(&portal, &token, "Observation?_count=5").await,
    );
    let missing: Vec<_> = again.iter().filter(|id| !first.contains(id)).collect();
    assert_eq!((first.len(), missing.len()), (again.len(), 1), "one stands twice in place of it");
}

#[tokio::test]
async fn stops_returning_finds_nothing_of_a_type() {
    let (portal, token) = switched(Fetching::StopsReturning("Condition".to_owned())).await;
    assert_eq!(page(&portal, &token, "Condition").await["total"], 0);
    let id = served(&portal, &portal.patient(), "Condition").into_iter().next().unwrap();
    assert_eq!(fhir(&portal, &token, &format!("Condition/{id}")).await.status, 404);
    assert!(page(&portal, &token, "Observation").await["total"].as_u64() > Some(0));
}

#[tokio::test]
async fn renumbered_gives_everything_another_id_and_keeps_it_whole() {
    let (portal, token) = switched(Fetching::Renumbered).await;
    let patient = portal.patient();
    let found: std::collections::BTreeSet<String> =
        all(&portal, &token, "Encounter").await.into_iter().collect();
    let before = served(&portal, &patient, "Encounter");
    assert_eq!((found.len(), found.intersection(&before).count()), (before.len(), 0));
    let observation = &page(&portal, &token, "Observation?_count=1").await["entry"][0]["resource"];
    assert_eq!(text(&observation["subject"], "reference"), format!("Patient/{patient}"));
    let encounter = text(&observation["encounter"], "reference");
    assert_eq!(fhir(&portal, &token, &encounter).await.status, 200, "{encounter}");
    assert_eq!(fhir(&portal, &token, &encounter.replace("/n-", "/")).await.status, 404);
    assert_eq!(fhir(&portal, &token, &format!("Patient/{patient}")).await.status, 200);
}

#[tokio::test]
async fn what_is_not_all_says_so_in_a_warning() {
    let (portal, token) = switched(Fetching::Incomplete).await;
    let bundle = page(&portal, &token, "Condition?_count=100").await;
    let all_of_them = served(&portal, &portal.patient(), "Condition").len();
    assert_eq!((ids(&bundle).len(), outcomes(&bundle)), (all_of_them - 1, vec!["incomplete".to_owned()]));
    portal.set_quirks([Quirk::from(Fetching::Disclaimed)]);
    let bundle = page(&portal, &token, "Condition?_count=100").await;
    assert_eq!((ids(&bundle).len(), outcomes(&bundle)), (all_of_them, vec!["suppressed".to_owned()]));
}

#[tokio::test]
async fn throttling_until_a_date_and_for_long() {
    let (portal, token) = switched(Fetching::ThrottledUntil).await;
    let link = next(&page(&portal, &token, "Observation").await).unwrap();
    let refused = get(&token, &link).await;
    assert_eq!(
        (refused.status, refused.header("retry-after").map(|at| at.ends_with("GMT"))),
        (429, Some(true))
    );
    assert_eq!(get(&token, &link).await.status, 200);
    portal.set_quirks([Quirk::from(Fetching::ThrottledForLong)]);
    let mut seen = Vec::new();
    for _ in 0..10 {
        seen.push(fhir(&portal, &token, "Condition").await);
    }
    let refused: Vec<_> = seen.iter().filter(|reply| reply.status == 429).collect();
    assert_eq!((refused.len(), refused[0].header("retry-after")), (2, Some("3600")));
}

#[tokio::test]
async fn encodings_hold_the_same_words() {
    let (portal, token) = switched(Fetching::Gzip).await;
    let plain = |body: &[u8]| serde_json::from_slice::<Value>(body).unwrap()["total"].clone();
    let reply = fhir(&portal, &token, "Observation").await;
    let mut unzipped = Vec::new();
    flate2::read::GzDecoder::new(reply.body.as_slice()).read_to_end(&mut unzipped).unwrap();
    assert_eq!(reply.header("content-encoding"), Some("gzip"));
    let total = plain(&unzipped);
    portal.set_quirks([Quirk::from(Fetching::Latin1)]);
    let reply = fhir(&portal, &token, "Observation").await;
    assert!(reply.header("content-type").unwrap().ends_with("charset=ISO-8859-1"));
    assert_eq!(plain(&reply.body), total);
    portal.set_quirks([Quirk::from(Fetching::ByteOrderMark)]);
    let reply = fhir(&portal, &token, "Observation").await;
    assert_eq!(plain(reply.body.strip_prefix(b"\xef\xbb\xbf").unwrap()), total);
    portal.set_quirks([Quirk::from(Fetching::HtmlPage)]);
    let reply = fhir(&portal, &token, "Procedure").await;
    assert_eq!((reply.status, reply.body.starts_with(b"<!DOCTYPE html")), (200, true));
}

#[tokio::test]
async fn strange_references_come_with_an_observation() {
    let (portal, token) = switched(Fetching::StrangeReferences).await;
    let strange = &page(&portal, &token, "Observation").await["entry"][0]["resource"];
    assert_eq!(strange["specimen"], json!({"reference": "#held"}));
    assert!(text(&strange["performer"][0], "reference").starts_with("http://localhost:"));
}

#[tokio::test]
async fn next_relative_names_no_host() {
    let (portal, token) = switched(Fetching::NextRelative).await;
    let link = next(&page(&portal, &token, "Observation?_count=5").await).unwrap();
    assert!(link.starts_with("Observation?"), "{link}");
    assert_eq!(fhir(&portal, &token, &link).await.status, 200);
}

#[tokio::test]
async fn endpoint_gone_answers_everything_with_a_page_for_people() {
    let (portal, token) = switched(Fetching::EndpointGone).await;
    for path in ["Condition", "Observation", "Patient/any"] {
        let reply = fhir(&portal, &token, path).await;
        assert_eq!(reply.status, 404, "{path}");
        assert!(reply.body.starts_with(b"<!DOCTYPE html>"), "{path}");
    }
}

#[tokio::test]
async fn patient_replaced_keeps_the_id_and_changes_the_person_or_a_little() {
    let (portal, token) = switched(Fetching::PatientReplaced("person".to_owned())).await;
    let path = format!("Patient/{}", portal.patient());
    let of = async |how: Option<&str>| {
        portal.set_quirks(how.map(|how| Quirk::from(Fetching::PatientReplaced(how.to_owned()))));
        page(&portal, &token, &path).await
    };
    let before = of(None).await;
    let changed = |now: &Value| (now["name"] != before["name"], now["birthDate"] != before["birthDate"]);
    for (how, what) in [
        ("person", (true, true)),
        ("married", (true, false)),
        ("spelling", (true, false)),
        ("birth-date", (false, true)),
    ] {
        let now = of(Some(how)).await;
        assert_eq!((changed(&now), &now["id"]), (what, &before["id"]), "{how}");
    }
}
