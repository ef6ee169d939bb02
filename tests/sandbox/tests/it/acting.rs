//! The quirks of acting do what their names say. Each of H1's steps stands here.

use std::time::Duration;

use sandbox::driver::{Reply, request};
use sandbox::{Acting, Acts, Often, Quirk, Running};
use serde_json::{Value, json};

use crate::acts::{SYSTEM, message, person, portal, post, send, why, with};
use crate::app::*;
use crate::scheduling::{booking, found, operate};

async fn switched(acts: Acts, acting: Acting) -> (Running, String) {
    let (portal, token) = portal(acts).await;
    portal.set_quirks([Quirk::from(acting)]);
    (portal, token)
}

/// Sends it as one does who wants it once.
async fn once(portal: &Running, token: &str, body: &Value) -> Reply {
    let unless = format!("identifier={SYSTEM}|{}", text(&body["identifier"][0], "value"));
    let to = text(body, "resourceType");
    send(portal, token, ("POST", &to), &[("If-None-Exist", &unless)], body).await
}

/// The same, where no answer may come.
async fn perhaps(portal: &Running, token: &str, body: &Value) -> Option<u16> {
    let bearer = format!("Bearer {token}");
    let headers = [("Authorization", bearer.as_str()), ("Content-Type", "application/fhir+json")];
    let url = format!("{}/{}", portal.base_url(), text(body, "resourceType"));
    request("POST", &url, &headers, body.to_string().as_bytes()).await.ok().map(|reply| reply.status)
}

async fn named(portal: &Running, token: &str) -> usize {
    all(portal, token, &format!("Communication?identifier={SYSTEM}|message-1")).await.len()
}

#[tokio::test]
async fn no_write_refuses_what_is_announced() {
    for status in [405, 501] {
        let (portal, token) = switched(Acts::slots(), Acting::NoWrite(status)).await;
        assert_eq!(post(&portal, &token, &message(&portal, 1)).await.status, status);
        assert_eq!(fhir(&portal, &token, "Communication").await.status, 200);
        assert!(portal.created().is_empty());
    }
}

#[tokio::test]
async fn ignores_if_none_exist_creates_again() {
    let (portal, token) = switched(Acts::slots(), Acting::IgnoresIfNoneExist).await;
    for status in [201, 201] {
        assert_eq!(once(&portal, &token, &message(&portal, 1)).await.status, status);
    }
    assert_eq!((portal.created().len(), named(&portal, &token).await), (2, 2));
}

#[tokio::test]
async fn if_none_exist_412_refuses_for_one() {
    let (portal, token) = switched(Acts::slots(), Acting::IfNoneExist412).await;
    for status in [201, 412] {
        assert_eq!(once(&portal, &token, &message(&portal, 1)).await.status, status);
    }
    assert_eq!(named(&portal, &token).await, 1);
}

#[tokio::test]
async fn no_identifier_search_refuses_or_gives_everything() {
    let (portal, token) = switched(Acts::slots(), Acting::NoIdentifierSearch("refused".to_owned())).await;
    for number in 1..=2 {
        assert_eq!(once(&portal, &token, &message(&portal, number)).await.status, 201);
    }
    let path = format!("Communication?identifier={SYSTEM}|message-1");
    assert_eq!(fhir(&portal, &token, &path).await.status, 400);
    portal.set_quirks([Quirk::from(Acting::NoIdentifierSearch("ignored".to_owned()))]);
    assert_eq!(named(&portal, &token).await, 2);
}

#[tokio::test]
async fn lagging_search_finds_what_was_created_later() {
    let (portal, token) = switched(Acts::slots(), Acting::LaggingSearch(30)).await;
    post(&portal, &token, &message(&portal, 1)).await;
    portal.advance(28);
    assert_eq!(named(&portal, &token).await, 0);
    assert!(all(&portal, &token, "Communication").await.is_empty());
    assert_eq!(fhir(&portal, &token, "Communication/1001").await.status, 200);
    assert_eq!(once(&portal, &token, &message(&portal, 1)).await.status, 200, "If-None-Exist does not lag");
    portal.advance(3);
    assert_eq!(named(&portal, &token).await, 1);
}

#[tokio::test]
async fn ok_with_outcome_creates_nothing() {
    let (portal, token) = switched(Acts::slots(), Acting::OkWithOutcome).await;
    let reply = post(&portal, &token, &message(&portal, 1)).await;
    assert_eq!(why(&reply).0, 200);
    assert_eq!(text(&json(&reply), "resourceType"), "OperationOutcome");
    assert!(portal.created().is_empty());
}

#[tokio::test]
async fn created_without_body_or_location_is_created() {
    let (portal, token) = switched(Acts::slots(), Acting::CreatedWithoutBody).await;
    let bare = post(&portal, &token, &message(&portal, 1)).await;
    assert_eq!((bare.status, bare.body.len(), bare.header("location").is_some()), (201, 0, true));
    portal.set_quirks([Quirk::from(Acting::CreatedWithoutLocation)]);
    let nowhere = post(&portal, &token, &message(&portal, 2)).await;
    assert_eq!((nowhere.status, nowhere.header("location")), (201, None));
    assert_eq!(text(&json(&nowhere), "id"), "1002");
}

#[tokio::test]
async fn h1_answer_lost_does_it_and_says_nothing() {
    let (portal, token) = switched(Acts::slots(), Acting::AnswerLost(Often::Once)).await;
    assert_eq!(perhaps(&portal, &token, &message(&portal, 1)).await, None);
    assert_eq!((portal.created().len(), named(&portal, &token).await), (1, 1));
    assert_eq!(portal.requests().iter().filter(|it| it.method == "POST" && it.status == 0).count(), 1);
    assert_eq!(once(&portal, &token, &message(&portal, 1)).await.status, 200);
    portal.set_quirks([Quirk::from(Acting::AnswerLost(Often::Every(2)))]);
    let mut heard = Vec::new();
    for number in 2..6 {
        heard.push(perhaps(&portal, &token, &message(&portal, number)).await);
    }
    assert_eq!(heard, [Some(201), None, Some(201), None]);
    assert_eq!(portal.created().len(), 5);
}

#[tokio::test]
async fn answer_lost_also_over_tls() {
    let tls = Some(sandbox::Certificate::Good);
    let patients = vec![person("amara")];
    let portal = start(sandbox::Config { acts: Acts::slots(), patients, tls, ..sandbox::Config::default() });
    let root = portal.root().unwrap().to_owned();
    portal.set_quirks([Quirk::from(Acting::ConnectionLostBefore(Often::Once))]);
    let url = format!("{}/Communication", portal.base_url());
    let post = async || sandbox::driver::request_with(Some(&root), "POST", &url, &[], b"{}").await;
    assert!(post().await.is_err());
    assert_eq!(post().await.unwrap().status, 401);
}

#[tokio::test]
async fn h1_connection_lost_before_does_nothing() {
    let (portal, token) = switched(Acts::slots(), Acting::ConnectionLostBefore(Often::Once)).await;
    assert_eq!(perhaps(&portal, &token, &message(&portal, 1)).await, None);
    assert!(portal.created().is_empty());
    assert_eq!(perhaps(&portal, &token, &message(&portal, 1)).await, Some(201));
}

#[tokio::test]
async fn answer_twice_delayed_takes_its_time_twice() {
    let (portal, token) = switched(Acts::slots(), Acting::AnswerTwiceDelayed(1)).await;
    let mut slow = Vec::new();
    for number in 1..=3 {
        let before = tokio::time::Instant::now();
        assert_eq!(post(&portal, &token, &message(&portal, number)).await.status, 201);
        slow.push(before.elapsed() >= Duration::from_millis(900));
    }
    assert_eq!(slow, [true, true, false]);
}

#[tokio::test]
async fn h1_slow_commit_is_refused_and_done_later() {
    for (status, retried) in [(504, 1), (202, 1)] {
        let (portal, token) = switched(Acts::slots(), Acting::SlowCommit(status)).await;
        assert_eq!(once(&portal, &token, &message(&portal, 1)).await.status, status);
        assert_eq!(once(&portal, &token, &message(&portal, 1)).await.status, status);
        assert_eq!(named(&portal, &token).await, 0);
        portal.advance(31);
        assert_eq!((named(&portal, &token).await, portal.created().len()), (retried, 1));
        assert_eq!(once(&portal, &token, &message(&portal, 1)).await.status, 200);
        let bad = with(message(&portal, 2), "status", json!("sent"));
        assert_eq!(post(&portal, &token, &bad).await.status, 400, "what is wrong is refused at once");
    }
    let (portal, token) = switched(Acts::slots(), Acting::SlowCommit(504)).await;
    for _ in 0..2 {
        assert_eq!(post(&portal, &token, &message(&portal, 1)).await.status, 504);
    }
    portal.advance(31);
    assert_eq!(portal.created().len(), 2, "without If-None-Exist a retry is another message");
}

#[tokio::test]
async fn strips_identifier_stores_without_it() {
    let (portal, token) = switched(Acts::slots(), Acting::StripsIdentifier).await;
    let made = json(&once(&portal, &token, &message(&portal, 1)).await);
    assert_eq!(made.get("identifier"), None);
    assert_eq!(named(&portal, &token).await, 0);
    assert_eq!(once(&portal, &token, &message(&portal, 1)).await.status, 201);
    let sent = format!("{SYSTEM}|message-1");
    assert!(portal.created().iter().all(|made| made.identifiers == [sent.clone()]));
}

fn attached(portal: &Running) -> Value {
    let payload = json!([
        {"contentString": "See the picture."},
        {"contentAttachment": {"contentType": "image/png", "data": "iVBORw0KGgo="}}
    ]);
    with(message(portal, 1), "payload", payload)
}

#[tokio::test]
async fn attachment_refused_at_once_or_removed_later() {
    let (portal, token) = switched(Acts::slots(), Acting::AttachmentRefused("scanned".to_owned())).await;
    let refused = post(&portal, &token, &attached(&portal)).await;
    assert_eq!((why(&refused).0, portal.created().len()), (422, 0));
    assert_eq!(post(&portal, &token, &message(&portal, 2)).await.status, 201);

    portal.set_quirks([Quirk::from(Acting::AttachmentRefused("later".to_owned()))]);
    let taken = json(&post(&portal, &token, &attached(&portal)).await);
    assert_eq!(taken["payload"].as_array().unwrap().len(), 2);
    portal.advance(11);
    let left = json(&fhir(&portal, &token, "Communication/1002").await);
    assert_eq!(left["payload"], json!([{"contentString": "See the picture."}]));
    let told = json(&fhir(&portal, &token, "Communication/1003").await);
    assert_eq!(text(&told["inResponseTo"][0], "reference"), "Communication/1002");
    assert!(text(&told["payload"][0], "contentString").contains("virus scan"));
}

#[tokio::test]
async fn limits_are_lower_than_was_said() {
    let (portal, token) = switched(Acts::slots(), Acting::AttachmentLimit(4)).await;
    assert_eq!(post(&portal, &token, &attached(&portal)).await.status, 413);
    portal.set_quirks([Quirk::from(Acting::MessageLimit(10))]);
    assert_eq!(why(&post(&portal, &token, &message(&portal, 1)).await).1, "too-long");
    portal.set_quirks([]);
    assert_eq!(post(&portal, &token, &attached(&portal)).await.status, 201);
}

#[tokio::test]
async fn rate_limited_writes_wait_and_reads_do_not() {
    let (portal, token) = switched(Acts::slots(), Acting::RateLimitedWrites(5)).await;
    let refused = post(&portal, &token, &message(&portal, 1)).await;
    assert_eq!((refused.status, refused.header("retry-after")), (429, Some("5")));
    assert_eq!(fhir(&portal, &token, "Communication").await.status, 200);
    portal.advance(3);
    assert_eq!(post(&portal, &token, &message(&portal, 1)).await.status, 429);
    portal.advance(3);
    assert_eq!(post(&portal, &token, &message(&portal, 1)).await.status, 201);
}

#[tokio::test]
async fn write_needs_other_scope_refuses_a_good_one() {
    let (portal, token) = switched(Acts::slots(), Acting::WriteNeedsOtherScope).await;
    let refused = why(&post(&portal, &token, &message(&portal, 1)).await);
    assert_eq!((refused.0, refused.1.as_str()), (403, "forbidden"));
    assert!(refused.2.contains("user/*.write"));
}

#[tokio::test]
async fn slot_gone_gives_the_first_to_somebody_else() {
    let slots = ["slot-okafor-20261102T1400", "slot-okafor-20261102T1430"];
    let (portal, token) = switched(Acts::slots(), Acting::SlotGone).await;
    let patient = portal.patient();
    assert_eq!(post(&portal, &token, &booking(&patient, slots[0])).await.status, 409);
    assert_eq!(post(&portal, &token, &booking(&patient, slots[0])).await.status, 409);
    assert_eq!(post(&portal, &token, &booking(&patient, slots[1])).await.status, 201);
    let (portal, token) = switched(Acts::find_hold_book(), Acting::SlotGone).await;
    let offered = found(&portal, &token, "start=2026-11-02&end=2026-11-02").await;
    for (number, name, status) in [(0, "hold", 409), (0, "book", 409), (1, "hold", 200)] {
        assert_eq!(operate(&portal, &token, name, &text(&offered[number], "id")).await.status, status);
    }
}

#[tokio::test]
async fn hold_expires_before_it_can_be_booked() {
    let (portal, token) = switched(Acts::find_hold_book(), Acting::HoldExpires).await;
    let id = text(&found(&portal, &token, "start=2026-11-02&end=2026-11-02").await[0], "id");
    let held = json(&operate(&portal, &token, "hold", &id).await);
    assert_eq!(text(&held["entry"][0]["resource"], "status"), "pending");
    assert!(held["entry"][1].to_string().contains("held until 2026-11-01T00:05"));
    assert_eq!(operate(&portal, &token, "book", "1001").await.status, 409);
    assert_eq!(operate(&portal, &token, "book", &id).await.status, 200, "the slot itself is free again");
}

#[tokio::test]
async fn book_refused_books_nothing() {
    let slot = "slot-okafor-20261102T1400";
    let (portal, token) = switched(Acts::slots(), Acting::BookRefused).await;
    assert_eq!(post(&portal, &token, &booking(&portal.patient(), slot)).await.status, 422);
    assert!(portal.created().is_empty());
    let (portal, token) = switched(Acts::find_hold_book(), Acting::BookRefused).await;
    let offered = found(&portal, &token, "start=2026-11-02&end=2026-11-02").await;
    let held = text(&offered[0], "id");
    assert_eq!(operate(&portal, &token, "hold", &held).await.status, 200);
    for id in ["1001", &text(&offered[1], "id")] {
        let refused = json(&operate(&portal, &token, "book", id).await)["entry"][0]["resource"].clone();
        assert_eq!(text(&refused, "status"), "cancelled");
        assert!(text(&refused["cancelationReason"], "text").contains("phone"));
    }
    let again = found(&portal, &token, "start=2026-11-02&end=2026-11-02").await;
    assert_eq!(again.len(), offered.len(), "the slots are free");
}

#[tokio::test]
async fn silently_requests_stores_less_than_a_booking() {
    let slot = "slot-okafor-20261102T1400";
    for (how, shown) in [("proposed", "free"), ("pending", "busy-tentative")] {
        let (portal, token) = switched(Acts::slots(), Acting::SilentlyRequests(how.to_owned())).await;
        let reply = post(&portal, &token, &booking(&portal.patient(), slot)).await;
        assert_eq!((reply.status, text(&json(&reply), "status")), (201, how.to_owned()));
        let slot = json(&fhir(&portal, &token, &format!("Slot/{slot}")).await);
        assert_eq!(text(&slot, "status"), shown);
        let (portal, token) =
            switched(Acts::find_hold_book(), Acting::SilentlyRequests(how.to_owned())).await;
        let id = text(&found(&portal, &token, "start=2026-11-02&end=2026-11-02").await[0], "id");
        operate(&portal, &token, "hold", &id).await;
        let booked = json(&operate(&portal, &token, "book", "1001").await);
        assert_eq!(text(&booked["entry"][0]["resource"], "status"), how);
    }
}

#[tokio::test]
async fn no_transaction_refuses_all_of_it() {
    let (portal, token) = switched(Acts::slots(), Acting::NoTransaction).await;
    let entry =
        json!({"resource": message(&portal, 1), "request": {"method": "POST", "url": "Communication"}});
    let bundle = json!({"resourceType": "Bundle", "type": "transaction", "entry": [entry]});
    assert_eq!(send(&portal, &token, ("POST", ""), &[], &bundle).await.status, 422);
    assert!(portal.created().is_empty());
    assert_eq!(post(&portal, &token, &message(&portal, 1)).await.status, 201, "one by one it is taken");
}

#[tokio::test]
async fn write_scopes_refused_turns_away_who_asks_for_them() {
    let (portal, _) = switched(Acts::slots(), Acting::WriteScopesRefused).await;
    let asked = async |scope: &str| alice().run(&authorize_url(&portal, scope, |_| {})).await.unwrap();
    let refused = asked("launch/patient patient/*.rs patient/Communication.c").await;
    assert_eq!(query(&refused, "error").as_deref(), Some("invalid_scope"), "{refused}");
    assert!(query(&asked("launch/patient patient/*.rs").await, "code").is_some());
}
