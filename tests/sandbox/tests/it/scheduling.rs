//! Appointments: slots, holds, bookings, requests.

use sandbox::{Acts, Appointments, Running, Way};
use serde_json::{Value, json};

use crate::acts::{SYSTEM, portal, post, send, why};
use crate::app::*;

pub fn actor(reference: &str) -> Value {
    json!({"actor": {"reference": reference}, "status": "accepted"})
}

pub fn booking(patient: &str, slot: &str) -> Value {
    json!({
        "resourceType": "Appointment", "status": "booked",
        "identifier": [{"system": SYSTEM, "value": format!("{patient}-{slot}")}],
        "slot": [{"reference": format!("Slot/{slot}")}],
        "participant": [actor(&format!("Patient/{patient}"))]
    })
}

async fn free(portal: &Running, token: &str, more: &str) -> Vec<String> {
    all(portal, token, &format!("Slot?status=free&_count=200{more}")).await
}

fn parameters(name: &str, value: Value) -> Value {
    let member = if value.get("resourceType").is_some() { "resource" } else { "valueReference" };
    json!({"resourceType": "Parameters", "parameter": [{"name": name, member: value}]})
}

pub async fn operate(portal: &Running, token: &str, name: &str, id: &str) -> sandbox::driver::Reply {
    let reference = json!({"reference": format!("Appointment/{id}")});
    let body = parameters("appointment-reference", reference);
    send(portal, token, ("POST", &format!("Appointment/${name}")), &[], &body).await
}

pub async fn found(portal: &Running, token: &str, query: &str) -> Vec<Value> {
    let reply = fhir(portal, token, &format!("Appointment/$find?{query}")).await;
    assert_eq!(reply.status, 200, "{}", String::from_utf8_lossy(&reply.body));
    let entries = json(&reply)["entry"].as_array().cloned().unwrap_or_default();
    entries.into_iter().map(|entry| entry["resource"].clone()).collect()
}

#[tokio::test]
async fn slots_are_found_by_who_where_and_when_in_the_time_of_the_place() {
    let (portal, token) = portal(Acts::slots()).await;
    let monday = free(&portal, &token, "&start=ge2026-11-02&start=lt2026-11-03").await;
    // Six hours of family medicine, four of eyes, and the night clinic.
    assert_eq!(monday.iter().filter(|id| id.starts_with("slot-okafor")).count(), 12);
    assert_eq!(monday.iter().filter(|id| id.starts_with("slot-begay")).count(), 4);
    for by in ["schedule=schedule-okafor", "schedule.actor=Practitioner/dr-okafor", "service-type=checkup"] {
        let path = format!("&start=ge2026-11-02&start=lt2026-11-03&{by}");
        assert_eq!(free(&portal, &token, &path).await.len(), 12, "{by}");
    }
    let of = async |id: &str, name: &str| text(&json(&fhir(&portal, &token, id).await), name);
    assert_eq!(of("Slot/slot-okafor-20261102T1400", "start").await, "2026-11-02T09:00:00-05:00");
    assert_eq!(of("Slot/slot-lindqvist-20261103T1800", "start").await, "2026-11-03T10:00:00-08:00");
    assert_eq!(of("Slot/slot-begay-20261102T1500", "start").await, "2026-11-02T08:00:00-07:00");
    let place = json(&fhir(&portal, &token, "Location/place-harbor").await);
    assert_eq!(text(&place["extension"][0], "valueCode"), "America/Los_Angeles");
    let schedules = all(&portal, &token, "Schedule?actor=Location/place-main-street").await;
    assert_eq!(schedules, ["schedule-mbeki", "schedule-okafor"]);
}

/// The clocks go back in the night of the first of November: there is a quarter past one twice.
#[tokio::test]
async fn in_the_night_of_the_change_each_hour_is_offered_once() {
    let (portal, token) = portal(Acts::slots()).await;
    let night = "&schedule=schedule-mbeki&start=ge2026-11-01T04:00:00Z&start=lt2026-11-01T10:00:00Z";
    let slots = free(&portal, &token, night).await;
    let mut starts = Vec::new();
    for id in &slots {
        starts.push(text(&json(&fhir(&portal, &token, &format!("Slot/{id}")).await), "start"));
    }
    let twice: Vec<&String> =
        starts.iter().filter(|start| start.starts_with("2026-11-01T01:30:00")).collect();
    assert_eq!(twice, ["2026-11-01T01:30:00-04:00", "2026-11-01T01:30:00-05:00"]);
    assert_eq!(starts.len(), 10);
    let (first, second) = ("slot-mbeki-20261101T0530", "slot-mbeki-20261101T0630");
    let patient = portal.patient();
    assert_eq!(post(&portal, &token, &booking(&patient, first)).await.status, 201);
    let both = json(&post(&portal, &token, &booking(&patient, second)).await);
    assert_eq!(text(&both, "start"), "2026-11-01T01:30:00-05:00");
}

#[tokio::test]
async fn h2_of_two_who_want_a_slot_one_gets_it_and_the_other_is_told() {
    let (portal, token) = portal(Acts::slots()).await;
    let slot = "slot-okafor-20261102T1400";
    let other = portal.patients().remove(1);
    let theirs = portal.act(&other, booking(&other, slot)).unwrap();
    let refused = post(&portal, &token, &booking(&portal.patient(), slot)).await;
    let said = why(&refused);
    assert_eq!((said.0, said.1.as_str()), (409, "conflict"));
    assert!(said.2.contains(slot));
    assert!(!free(&portal, &token, "").await.contains(&slot.to_owned()));
    assert_eq!(text(&json(&fhir(&portal, &token, &format!("Slot/{slot}")).await), "status"), "busy");
    assert!(all(&portal, &token, "Appointment").await.is_empty());
    assert_eq!(fhir(&portal, &token, &format!("Appointment/{}", text(&theirs, "id"))).await.status, 404);
    assert_eq!(portal.created().len(), 1);
}

#[tokio::test]
async fn of_twenty_requests_at_once_one_gets_the_slot() {
    let (portal, token) = portal(Acts::slots()).await;
    let body = booking(&portal.patient(), "slot-okafor-20261102T1400");
    let many = (0..20).map(|_| post(&portal, &token, &body));
    let mut statuses: Vec<u16> =
        futures_util::future::join_all(many).await.iter().map(|reply| reply.status).collect();
    statuses.sort_unstable();
    assert_eq!((statuses[0], &statuses[1..]), (201, [409; 19].as_slice()));
}

#[tokio::test]
async fn a_booking_is_moved_and_cancelled_and_its_slots_are_free_again() {
    let (portal, token) = portal(Acts::slots()).await;
    let (from, to) = ("slot-okafor-20261102T1400", "slot-lindqvist-20261103T1800");
    let made = json(&post(&portal, &token, &booking(&portal.patient(), from)).await);
    assert_eq!(text(&made, "start"), "2026-11-02T09:00:00-05:00");
    let actors = made["participant"].as_array().unwrap().len();
    assert_eq!(actors, 4);
    let put = async |body: &Value, version: &str| {
        send(&portal, &token, ("PUT", "Appointment/1001"), &[("If-Match", version)], body).await
    };
    let mut moved = made.clone();
    moved["slot"] = json!([{"reference": format!("Slot/{to}")}]);
    let reply = put(&moved, "W/\"1\"").await;
    assert_eq!(reply.status, 200, "{}", String::from_utf8_lossy(&reply.body));
    let now = json(&reply);
    assert_eq!(text(&now, "start"), "2026-11-03T10:00:00-08:00");
    assert!(now["participant"].to_string().contains("dr-lindqvist"));
    assert!(!now["participant"].to_string().contains("dr-okafor"));
    assert!(free(&portal, &token, "").await.contains(&from.to_owned()));
    assert_eq!(put(&moved, "W/\"1\"").await.status, 412);

    let mut taken = now.clone();
    taken["slot"] = json!([{"reference": "Slot/slot-okafor-20261102T1430"}]);
    let other = portal.patients().remove(1);
    portal.act(&other, booking(&other, "slot-okafor-20261102T1430")).unwrap();
    assert_eq!(put(&taken, "W/\"2\"").await.status, 409);
    assert!(!free(&portal, &token, "").await.contains(&to.to_owned()), "the old slot is kept");

    let mut cancelled = now.clone();
    cancelled["status"] = json!("cancelled");
    cancelled["cancelationReason"] = json!({"text": "Travelling"});
    let gone = json(&put(&cancelled, "W/\"2\"").await);
    assert_eq!((text(&gone, "status"), text(&gone["meta"], "versionId")), ("cancelled".into(), "3".into()));
    assert!(free(&portal, &token, "").await.contains(&to.to_owned()));
    let mut revived = gone;
    revived["status"] = json!("booked");
    assert_eq!(put(&revived, "W/\"3\"").await.status, 422);
}

#[tokio::test]
async fn what_is_no_booking_is_refused() {
    let (portal, token) = portal(Acts::slots()).await;
    let good = booking(&portal.patient(), "slot-okafor-20261102T1400");
    let with = |name: &str, value: Value| {
        let mut changed = good.clone();
        changed[name] = value;
        changed
    };
    let two =
        |a: &str, b: &str| json!([{"reference": format!("Slot/{a}")}, {"reference": format!("Slot/{b}")}]);
    for (resource, status) in [
        (with("status", json!("proposed")), 422),
        (with("slot", json!([{"reference": "Slot/none"}])), 422),
        (with("start", json!("2026-11-02T14:00:00Z")), 400),
        (with("participant", json!([actor("Practitioner/dr-okafor")])), 422),
        (with("participant", json!([{"actor": {"reference": "Practitioner/dr-okafor"}}])), 400),
        (with("slot", two("slot-okafor-20261102T1400", "slot-okafor-20261102T1500")), 422),
        (with("slot", two("slot-okafor-20261102T1400", "slot-okafor-20261102T1430")), 201),
    ] {
        let reply = post(&portal, &token, &resource).await;
        assert_eq!(reply.status, status, "{}", String::from_utf8_lossy(&reply.body));
    }
    portal.advance(30 * 86_400);
    let token = text(&tokens(&portal, crate::acts::SCOPES).await, "access_token");
    let late = post(&portal, &token, &booking(&portal.patient(), "slot-okafor-20261103T1400")).await;
    assert_eq!(why(&late).2, "the slot is in the past");
}

#[tokio::test]
async fn appointments_are_found_held_and_booked() {
    let (portal, token) = portal(Acts::find_hold_book()).await;
    let window = "start=2026-11-02&end=2026-11-02";
    let day = found(&portal, &token, window).await;
    assert!(day.len() > 12 && day.iter().all(|it| it["status"] == "proposed"));
    let mine =
        found(&portal, &token, &format!("{window}&practitioner=Practitioner/dr-okafor&_count=3")).await;
    assert_eq!(mine.len(), 3);
    let id = text(&mine[0], "id");
    let held = json(&operate(&portal, &token, "hold", &id).await);
    let appointment = &held["entry"][0]["resource"];
    assert_eq!((text(appointment, "status"), text(appointment, "id")), ("pending".into(), "1001".into()));
    let word = text(&held["entry"][1]["resource"]["issue"][0], "diagnostics");
    assert_eq!(word, "held until 2026-11-01T00:05:00Z");
    assert_eq!(operate(&portal, &token, "hold", &id).await.status, 409);
    let left = found(&portal, &token, &format!("{window}&practitioner=Practitioner/dr-okafor")).await;
    assert!(left.iter().all(|it| text(it, "id") != id));

    let booked = json(&operate(&portal, &token, "book", "1001").await);
    assert_eq!(text(&booked["entry"][0]["resource"], "status"), "booked");
    assert_eq!(operate(&portal, &token, "book", "1001").await.status, 409);
    let (other, second) = (portal.patients().remove(1), text(&left[0], "id"));
    portal.act(&other, booking(&other, second.strip_prefix("proposed-").unwrap())).unwrap();
    assert_eq!(operate(&portal, &token, "hold", &second).await.status, 409);
    portal.advance(3000);
    assert_eq!(text(&json(&fhir(&portal, &token, "Appointment/1001").await), "status"), "booked");
    let ways: Vec<Way> = portal.created().iter().map(|made| made.way).collect();
    assert_eq!(ways, [Way::Hold, Way::Create]);
}

#[tokio::test]
async fn h2_a_hold_that_is_over_is_released_and_cannot_be_booked() {
    let (portal, token) = portal(Acts::find_hold_book()).await;
    let id = text(&found(&portal, &token, "start=2026-11-02&end=2026-11-02").await[0], "id");
    assert_eq!(operate(&portal, &token, "hold", &id).await.status, 200);
    portal.advance(299);
    assert_eq!(operate(&portal, &token, "hold", &id).await.status, 409);
    portal.advance(2);
    assert_eq!(operate(&portal, &token, "book", "1001").await.status, 409);
    let over = json(&fhir(&portal, &token, "Appointment/1001").await);
    assert_eq!(text(&over, "status"), "cancelled");
    let again = found(&portal, &token, "start=2026-11-02&end=2026-11-02").await;
    assert_eq!(text(&again[0], "id"), id);
}

#[tokio::test]
async fn a_booking_carries_its_identifier_and_is_changed_by_the_same_operation() {
    let (portal, token) = portal(Acts::find_hold_book()).await;
    let proposed = found(&portal, &token, "start=2026-11-02&end=2026-11-03&specialty=394582007").await;
    let mut wanted = proposed[0].clone();
    wanted["status"] = json!("pending");
    wanted["identifier"] = json!([{"system": SYSTEM, "value": "booking-1"}]);
    let book = async |appointment: &Value| {
        let body = parameters("appointment-resource", appointment.clone());
        send(&portal, &token, ("POST", "Appointment/$book"), &[], &body).await
    };
    let reply = book(&wanted).await;
    assert_eq!(reply.status, 200, "{}", String::from_utf8_lossy(&reply.body));
    let booked = json(&reply)["entry"][0]["resource"].clone();
    assert_eq!(all(&portal, &token, &format!("Appointment?identifier={SYSTEM}|booking-1")).await, ["1001"]);
    assert_eq!(portal.created()[0].identifiers, [format!("{SYSTEM}|booking-1")]);
    assert_eq!(book(&wanted).await.status, 409);

    let mut moved = booked.clone();
    moved["slot"] = proposed[1]["slot"].clone();
    let moved = json(&book(&moved).await)["entry"][0]["resource"].clone();
    assert_eq!(moved["start"], proposed[1]["start"]);
    let mut gone = moved.clone();
    gone["status"] = json!("cancelled");
    assert_eq!(text(&json(&book(&gone).await)["entry"][0]["resource"], "status"), "cancelled");
    assert_eq!(portal.created().len(), 1);
    let post_of = post(&portal, &token, &booking(&portal.patient(), "slot-okafor-20261102T1400")).await;
    assert_eq!(post_of.status, 405);
    for (query, status) in
        [("end=2026-11-02", 400), ("start=2026-11-03&end=2026-11-02", 400), ("start=x&end=y", 400)]
    {
        assert_eq!(fhir(&portal, &token, &format!("Appointment/$find?{query}")).await.status, status);
    }
}

#[tokio::test]
async fn an_appointment_is_asked_for_where_there_are_no_slots() {
    let acts = Acts { appointments: Appointments::Request, ..Acts::slots() };
    let (portal, token) = portal(acts).await;
    let request = json!({
        "resourceType": "Appointment", "status": "proposed",
        "requestedPeriod": [{"start": "2026-11-09T13:00:00Z", "end": "2026-11-13T22:00:00Z"}],
        "participant": [actor(&format!("Patient/{}", portal.patient()))]
    });
    let made = json(&post(&portal, &token, &request).await);
    assert_eq!((text(&made, "status"), made.get("start")), ("proposed".into(), None));
    let put = async |body: &Value| send(&portal, &token, ("PUT", "Appointment/1001"), &[], body).await;
    let mut later = made.clone();
    later["requestedPeriod"] = json!([{"start": "2026-12-07T13:00:00Z"}]);
    assert_eq!(json(&put(&later).await)["requestedPeriod"], later["requestedPeriod"]);
    later["status"] = json!("booked");
    assert_eq!(put(&later).await.status, 422);
    later["status"] = json!("cancelled");
    assert_eq!(text(&json(&put(&later).await), "status"), "cancelled");
    let mut other = request.clone();
    other.as_object_mut().unwrap().remove("requestedPeriod");
    assert_eq!(post(&portal, &token, &other).await.status, 422);
    assert_eq!(
        post(&portal, &token, &booking(&portal.patient(), "slot-okafor-20261102T1400")).await.status,
        422
    );
    assert_eq!(fhir(&portal, &token, "Slot").await.status, 404);
    assert_eq!(fhir(&portal, &token, "Appointment/$find?start=2026&end=2027").await.status, 404);
}
