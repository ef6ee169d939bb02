//! Operations and transactions.

use portal::act::{Came, Deed, Step, Way};
use serde_json::{Value, json};

use super::{OURS, SEARCH, SYSTEM, Told, deed, found, header, is, outcome, run};
use crate::script::{BASE, Portal, Reply, ok, says, status};

const BOOK: &str = "https://portal.example/fhir/Appointment/$book";

fn booking() -> Deed {
    let parameters = json!({"resourceType": "Parameters", "parameter": [
        {"name": "appointment-reference", "valueReference": {"reference": "Appointment/a1"}}]});
    Deed {
        resource_type: "Appointment".to_owned(),
        way: Way::Operation { path: "Appointment/$book".to_owned() },
        body: parameters.to_string().into_bytes(),
        ..deed()
    }
}

fn appointment(state: &str) -> Value {
    json!({"resourceType": "Appointment", "id": "a1", "status": state, "meta": {"versionId": "2"},
        "participant": [{"actor": {"reference": "Patient/p1"}}]})
}

fn searchset(resources: &[Value]) -> Value {
    found(BOOK, resources)
}

fn books(reply: Reply) -> Told {
    let told = run(booking(), Step::Try, Portal::default().on(BOOK, [reply]));
    assert_eq!(told.acts(), 1);
    told
}

#[test]
fn a_booking_gives_the_appointment_alone_in_a_bundle_or_wrapped() {
    let line = "accepted a1 v2 shown:true existed:false kept:false";
    let told = books(ok(&appointment("booked")));
    assert_eq!((told.line().as_str(), header(&told.sent[0], "if-none-exist")), (line, None));
    let words = outcome("information", "bring your card");
    let told = books(ok(&searchset(&[appointment("booked"), words])));
    assert_eq!(told.line(), line);
    let Came::Accepted { resource: Some(entry), said, .. } = &told.came else { panic!() };
    assert_eq!(entry.raw, appointment("booked").to_string().into_bytes());
    assert_eq!(said, "bring your card");
    // What lies in Parameters is read by itself.
    let wrapped = json!({"resourceType": "Parameters", "parameter": [{"name": "return", "resource": appointment("booked")}]});
    let at = "https://portal.example/fhir/Appointment/a1";
    let portal = Portal::default().on(BOOK, [ok(&wrapped)]).on(at, [ok(&appointment("booked"))]);
    let told = run(booking(), Step::Try, portal);
    assert_eq!((told.line().as_str(), told.urls()), (line, vec![BOOK, at]));
}

/// ITI-117: "An unsuccessful $book operation SHALL return only an OperationOutcome resource within the Bundle".
#[test]
fn a_booking_that_is_turned_down_was_not_made() {
    let taken = outcome("error", "the slot is taken");
    for body in [taken.clone(), searchset(std::slice::from_ref(&taken))] {
        let told = books(ok(&body));
        assert_eq!(told.line(), "refused 200: the slot is taken");
    }
    assert_eq!(
        books(ok(&searchset(&[appointment("cancelled"), taken]))).line(),
        "refused 200: the slot is taken"
    );
    assert_eq!(books(says(409, "the slot is taken")).line(), "refused 409: the slot is taken");
    assert_eq!(books(says(422, "too late")).line(), "refused 422: too late");
    // Calling off by the same operation is meant to end so.
    let mut off = booking();
    off.body = json!({"resourceType": "Parameters", "parameter": [
        {"name": "appointment-resource", "resource": appointment("cancelled")}]})
    .to_string()
    .into_bytes();
    let told = run(off, Step::Try, Portal::default().on(BOOK, [ok(&appointment("cancelled"))]));
    assert_eq!(told.line(), "accepted a1 v2 shown:true existed:false kept:false");
}

#[test]
fn h1_a_booking_without_a_clear_answer_is_unknown() {
    let another = json!({"resourceType": "Appointment", "id": "a9", "status": "booked",
        "participant": [{"actor": {"reference": "Patient/p2"}}]});
    let two = searchset(&[
        appointment("booked"),
        json!({"resourceType": "Appointment", "id": "a2", "status": "booked"}),
    ]);
    for reply in [status(200), status(202), status(500), ok(&searchset(&[])), ok(&another), ok(&two)] {
        let told = books(reply);
        assert!(matches!(told.came, Came::Unknown { .. }), "{}", told.line());
    }
    let own = SEARCH.replace("Communication", "Appointment");
    let mut ours = appointment("booked");
    ours["identifier"] = json!([{"system": SYSTEM, "value": OURS}]);
    let portal = Portal::default().on(BOOK, [status(200)]).on(&own, [ok(&found(&own, &[ours]))]);
    assert_eq!(run(booking(), Step::Try, portal).line(), "accepted a1 v2 shown:true existed:false kept:true");
}

/// What names an appointment alone does not bear the identifier: that nothing bears it tells nothing.
#[test]
fn h1_what_was_sent_without_the_identifier_is_not_surely_missing() {
    let own = SEARCH.replace("Communication", "Appointment");
    let none = || Portal::default().on(&own, [ok(&found(&own, &[]))]);
    assert_eq!(run(booking(), Step::Look, none()).line(), "not there, sure:false");
    let mut marked = appointment("pending");
    marked["identifier"] = json!([{"system": SYSTEM, "value": OURS}]);
    let mut resource = booking();
    resource.body = json!({"resourceType": "Parameters", "parameter": [{"name": "appointment-resource", "resource": marked}]})
        .to_string()
        .into_bytes();
    assert_eq!(run(resource, Step::Look, none()).line(), "not there, sure:true");
}

/// ITI-116: what is held is `pending` until it is booked.
#[test]
fn h1_what_is_only_kept_is_not_taken_for_its_booking() {
    let own = SEARCH.replace("Communication", "Appointment");
    let newest = "https://portal.example/fhir/Appointment?patient=p1&_sort=-_lastUpdated&_count=50";
    let there = |id: &str, state: &str| {
        json!({"resourceType": "Appointment", "id": id, "status": state, "start": "2026-12-01T09:00:00Z",
            "participant": [{"actor": {"reference": "Patient/p1"}}]})
    };
    let mut marked = there("a1", "pending");
    marked["identifier"] = json!([{"system": SYSTEM, "value": OURS}]);
    let body = json!({"resourceType": "Parameters", "parameter": [{"name": "appointment-resource", "resource": marked}]});
    let look = |shown: Value| {
        let deed = Deed { body: body.to_string().into_bytes(), ..booking() };
        let portal = Portal::default().on(&own, [ok(&found(&own, &[]))]);
        run(deed, Step::Look, portal.on(newest, [ok(&found(newest, &[shown]))])).line()
    };
    assert_eq!(look(there("a1", "pending")), "not there, sure:true");
    assert_eq!(look(there("a1", "booked")), "found a1 by likeness");
    assert_eq!(look(there("a2", "pending")), "found a2 by likeness", "some portals book so");
}

#[test]
fn a_transaction_is_taken_by_its_own_part() {
    let body = json!({"resourceType": "Bundle", "type": "transaction", "entry": [
        {"resource": super::message(), "request": {"method": "POST", "url": "Communication", "ifNoneExist": "identifier=x"}}]});
    let sends = Deed { way: Way::Transaction, body: body.to_string().into_bytes(), ..deed() };
    let part = |response: Value, resource: Option<Value>| {
        let mut part = json!({"response": response});
        part.as_object_mut().unwrap().extend(resource.map(|one| ("resource".to_owned(), one)));
        json!({"resourceType": "Bundle", "type": "transaction-response", "entry": [part]})
    };
    let at = "https://portal.example/fhir/Communication/c1";
    let run = |body: &Value| {
        let there = super::held("c1", |_| {});
        run(
            sends.clone(),
            Step::Try,
            Portal::default().on(BASE, [is(200, vec![], body)]).on(at, [ok(&there)]),
        )
    };
    let shown = Some(super::held("c1", |_| {}));
    assert_eq!(
        run(&part(json!({"status": "201 Created"}), shown.clone())).line(),
        "accepted c1 v1 shown:true existed:false kept:true"
    );
    assert_eq!(
        run(&part(json!({"status": "200 OK"}), shown)).line(),
        "accepted c1 v1 shown:true existed:true kept:true"
    );
    let told = run(&part(json!({"status": "201 Created", "location": "Communication/c1/_history/1"}), None));
    assert_eq!(
        (told.line().as_str(), told.urls()),
        ("accepted c1 v1 shown:true existed:false kept:true", vec![BASE, at])
    );
    let told = run(&json!({"resourceType": "Bundle", "type": "transaction-response"}));
    assert!(matches!(told.came, Came::Unknown { .. }), "{}", told.line());
}
