//! The clinic answers, books, moves, cancels and refuses; the patient finds it in the ordinary listings.

use sandbox::driver::request;
use sandbox::{Acts, Answer, Appointments, Error, Running};
use serde_json::{Value, json};

use crate::acts::{message, portal, post, refill, with};
use crate::app::*;
use crate::scheduling::{actor, booking, found, operate};

fn reply(words: &str) -> Answer {
    Answer::Reply { text: words.to_owned() }
}

async fn read(portal: &Running, token: &str, of: &str) -> Value {
    json(&fhir(portal, token, of).await)
}

fn asked(portal: &Running) -> Value {
    json!({
        "resourceType": "Appointment", "status": "proposed",
        "requestedPeriod": [{"start": "2026-11-09T13:00:00Z", "end": "2026-11-13T22:00:00Z"}],
        "participant": [actor(&format!("Patient/{}", portal.patient()))]
    })
}

#[tokio::test]
async fn a_message_is_received_read_and_answered_in_its_thread() {
    let (portal, token) = portal(Acts::slots()).await;
    let about = with(message(&portal, 1), "topic", json!({"text": "Tablets"}));
    post(&portal, &token, &about).await;
    portal.advance(60);
    portal.answer("Communication/1001", Answer::Received).unwrap();
    let received = read(&portal, &token, "Communication/1001").await;
    assert_eq!(text(&received, "status"), "completed");
    assert_eq!(text(&received, "received"), "2026-11-01T00:01:00Z");
    assert_eq!(text(&received["meta"], "versionId"), "2");
    portal.answer("Communication/1001", Answer::Read).unwrap();
    assert!(read(&portal, &token, "Communication/1001").await["extension"][0]["valueDateTime"].is_string());

    let made = portal.answer("Communication/1001", reply("With food, please.")).unwrap();
    assert_eq!(made[0], ("Communication".to_owned(), "1002".to_owned()));
    let answer = read(&portal, &token, "Communication/1002").await;
    assert_eq!(text(&answer["payload"][0], "contentString"), "With food, please.");
    assert_eq!(text(&answer["sender"], "reference"), "Organization/clinic-desk");
    assert_eq!(answer["topic"], json!({"text": "Tablets"}));
    let second = with(
        with(message(&portal, 2), "inResponseTo", json!([{"reference": "Communication/1002"}])),
        "partOf",
        json!([{"reference": "Communication/1001"}]),
    );
    post(&portal, &token, &second).await;
    portal.answer("Communication/1003", reply("Yes.")).unwrap();
    let last = read(&portal, &token, "Communication/1004").await;
    assert_eq!(text(&last["inResponseTo"][0], "reference"), "Communication/1003");
    assert_eq!(text(&last["partOf"][0], "reference"), "Communication/1001");
    assert_eq!(all(&portal, &token, "Communication?_lastUpdated=ge2026-11-01T00:01:00Z").await.len(), 4);
    assert_eq!(portal.created().len(), 2, "what the clinic writes is no act of a patient");
}

#[tokio::test]
async fn a_message_may_not_be_delivered() {
    let (portal, token) = portal(Acts::slots()).await;
    post(&portal, &token, &message(&portal, 1)).await;
    let reason = "Dr Okafor has left us".to_owned();
    portal.answer("Communication/1001", Answer::Refuse { reason: reason.clone() }).unwrap();
    let refused = read(&portal, &token, "Communication/1001").await;
    assert_eq!(
        (text(&refused, "status"), text(&refused["statusReason"], "text")),
        ("not-done".into(), reason)
    );
    for (of, answer) in [
        ("Communication/9", Answer::Received),
        ("Communication", Answer::Received),
        ("Communication/1001", Answer::Complete),
    ] {
        assert!(portal.answer(of, answer).is_err(), "{of}");
    }
}

#[tokio::test]
async fn what_was_asked_for_is_booked_moved_cancelled_or_refused() {
    let (portal, token) = portal(Acts { appointments: Appointments::Request, ..Acts::slots() }).await;
    for _ in 0..3 {
        post(&portal, &token, &asked(&portal)).await;
    }
    let start = Some("2026-11-10T09:00:00-05:00".to_owned());
    portal.answer("Appointment/1001", Answer::Accept { start }).unwrap();
    let booked = read(&portal, &token, "Appointment/1001").await;
    assert_eq!(
        (text(&booked, "status"), text(&booked, "start"), text(&booked, "end")),
        ("booked".into(), "2026-11-10T09:00:00-05:00".into(), "2026-11-10T09:30:00-05:00".into())
    );
    let again = portal.answer("Appointment/1001", Answer::Accept { start: None });
    assert!(matches!(again, Err(Error::Refused(_))));
    portal
        .answer("Appointment/1001", Answer::Change { start: "2026-11-11T09:00:00-05:00".to_owned() })
        .unwrap();
    assert_eq!(text(&read(&portal, &token, "Appointment/1001").await, "start"), "2026-11-11T09:00:00-05:00");
    portal.answer("Appointment/1001", Answer::Cancel { reason: "Snow".to_owned() }).unwrap();
    let gone = read(&portal, &token, "Appointment/1001").await;
    assert_eq!(
        (text(&gone, "status"), text(&gone["cancelationReason"], "text")),
        ("cancelled".into(), "Snow".into())
    );
    portal.answer("Appointment/1002", Answer::Refuse { reason: "Please see a dentist".to_owned() }).unwrap();
    assert_eq!(text(&read(&portal, &token, "Appointment/1002").await, "status"), "cancelled");
    portal.answer("Appointment/1003", Answer::Accept { start: None }).unwrap();
    let first = read(&portal, &token, "Appointment/1003").await;
    assert_eq!(text(&first, "start"), "2026-11-09T13:00:00+00:00");
}

#[tokio::test]
async fn a_booking_in_slots_moves_only_to_a_free_slot() {
    let (portal, token) = portal(Acts::slots()).await;
    let (patient, other) = (portal.patient(), portal.patients().remove(1));
    post(&portal, &token, &booking(&patient, "slot-okafor-20261102T1400")).await;
    portal.act(&other, booking(&other, "slot-okafor-20261102T1430")).unwrap();
    let to = |start: &str| Answer::Change { start: start.to_owned() };
    assert!(portal.answer("Appointment/1001", to("2026-11-02T14:30:00Z")).is_err());
    portal.answer("Appointment/1001", to("2026-11-02T15:00:00Z")).unwrap();
    let moved = read(&portal, &token, "Appointment/1001").await;
    assert_eq!(text(&moved["slot"][0], "reference"), "Slot/slot-okafor-20261102T1500");
    let status =
        async |id: &str| text(&read(&portal, &token, &format!("Slot/slot-okafor-{id}")).await, "status");
    assert_eq!(
        (status("20261102T1400").await, status("20261102T1500").await),
        ("free".into(), "busy".into())
    );
    portal.answer("Appointment/1001", Answer::Cancel { reason: "Ill".to_owned() }).unwrap();
    assert_eq!(status("20261102T1500").await, "free");
}

#[tokio::test]
async fn a_refill_is_accepted_completed_or_rejected() {
    let (one, token) = portal(Acts::slots()).await;
    for _ in 0..2 {
        post(&one, &token, &refill(&one)).await;
    }
    for (answer, status) in [
        (Answer::Received, "received"),
        (Answer::Accept { start: None }, "accepted"),
        (Answer::Complete, "completed"),
    ] {
        one.answer("Task/1001", answer).unwrap();
        assert_eq!(text(&read(&one, &token, "Task/1001").await, "status"), status);
    }
    let done = read(&one, &token, "Task/1001").await;
    assert_eq!(text(&done["businessStatus"], "text"), "Sent to the pharmacy");
    one.answer("Task/1002", Answer::Refuse { reason: "Please come in first".to_owned() }).unwrap();
    let rejected = read(&one, &token, "Task/1002").await;
    assert_eq!(text(&rejected["statusReason"], "text"), "Please come in first");

    let (two, token) = portal(Acts::find_hold_book()).await;
    let proposal = json!({
        "resourceType": "MedicationRequest", "status": "active", "intent": "proposal",
        "identifier": [{"system": "urn:ours", "value": "1"}],
        "medicationCodeableConcept": {"text": "Lisinopril 10 mg tablet"},
        "subject": {"reference": format!("Patient/{}", two.patient())},
        "priorPrescription": {"reference": "MedicationRequest/refillable-1"}
    });
    post(&two, &token, &proposal).await;
    let made = two.answer("MedicationRequest/1001", Answer::Accept { start: None }).unwrap();
    let order = read(&two, &token, &format!("MedicationRequest/{}", made[0].1)).await;
    assert_eq!((text(&order, "intent"), order.get("identifier")), ("order".into(), None));
    assert_eq!(text(&order["basedOn"][0], "reference"), "MedicationRequest/1001");
    assert_eq!(text(&read(&two, &token, "MedicationRequest/1001").await, "status"), "completed");
}

#[tokio::test]
async fn scripts_answer_over_http_and_the_clinic_answers_by_itself() {
    let (portal, token) = portal(Acts::slots()).await;
    post(&portal, &token, &message(&portal, 1)).await;
    let to = |what: &str| format!("{}/_sandbox/{what}", portal.origin());
    let url = to("answer?of=Communication/1001&what=reply&text=Yes");
    let done = request("POST", &url, &[], b"").await.unwrap();
    assert_eq!(json(&done), json!(["Communication/1002", "Communication/1001"]));
    for bad in ["answer?of=Communication/1001&what=dance", "answer?of=Task/1&what=complete"] {
        assert_eq!(request("POST", &to(bad), &[], b"").await.unwrap().status, 400, "{bad}");
    }
    let page = [("Origin", "https://evil.example")];
    assert_eq!(request("POST", &url, &page, b"").await.unwrap().status, 400);

    assert_eq!(request("POST", &to("answering?on=true"), &[], b"").await.unwrap().status, 200);
    post(&portal, &token, &message(&portal, 2)).await;
    post(&portal, &token, &refill(&portal)).await;
    portal.advance(6);
    let status = async |of: &str| text(&read(&portal, &token, of).await, "status");
    assert_eq!(
        (status("Communication/1003").await, status("Task/1004").await),
        ("completed".into(), "accepted".into())
    );
    assert_eq!(all(&portal, &token, "Communication").await.len(), 3);
    portal.advance(15);
    assert_eq!(all(&portal, &token, "Communication").await.len(), 5, "both were answered");
    assert_eq!(status("Task/1004").await, "completed");
    portal.advance(600);
    assert_eq!(all(&portal, &token, "Communication").await.len(), 5, "and only once");
}

#[tokio::test]
async fn a_hold_is_the_patients_until_it_is_booked() {
    let (portal, token) = portal(Acts { answering: true, ..Acts::find_hold_book() }).await;
    let id = text(&found(&portal, &token, "start=2026-11-02&end=2026-11-02").await[0], "id");
    operate(&portal, &token, "hold", &id).await;
    portal.advance(60);
    assert_eq!(text(&read(&portal, &token, "Appointment/1001").await, "status"), "pending");
    assert_eq!(operate(&portal, &token, "book", "1001").await.status, 200);
}
