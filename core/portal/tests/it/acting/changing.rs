//! A booking is moved or called off.

use portal::{
    Failure, Method,
    act::{Came, Deed, Step, Way},
};
use serde_json::{Value, json};

use super::{Told, deed, header, is, run};
use crate::script::{Portal, Reply, ok, says, status};

const AT: &str = "https://portal.example/fhir/Appointment/a1";

fn cancelled() -> Value {
    json!({"resourceType": "Appointment", "id": "a1", "status": "cancelled", "start": "2026-03-10T09:00:00+01:00",
        "participant": [{"actor": {"reference": "Patient/p1"}}]})
}

fn held(version: &str, change: impl FnOnce(&mut Value)) -> Value {
    let mut value = cancelled();
    value["meta"] = json!({"versionId": version});
    change(&mut value);
    value
}

fn booked(value: &mut Value) {
    value["status"] = json!("booked");
}

fn off() -> Deed {
    Deed {
        resource_type: "Appointment".to_owned(),
        way: Way::Update { id: "a1".to_owned(), if_match: Some("3".to_owned()) },
        body: cancelled().to_string().into_bytes(),
        ..deed()
    }
}

fn puts(reply: Reply) -> Told {
    run(off(), Step::Try, Portal::default().on(AT, [reply]))
}

fn look(reply: Reply) -> Told {
    let told = run(off(), Step::Look, Portal::default().on(AT, [reply]));
    assert_eq!(told.acts(), 0);
    told
}

#[test]
fn a_change_is_put_onto_the_version_that_was_seen() {
    let told = puts(is(200, vec![("ETag", "W/\"4\"")], &cancelled()));
    assert_eq!(told.line(), "accepted a1 v4 shown:true existed:false kept:false");
    let [request] = told.sent.as_slice() else { panic!() };
    assert_eq!((request.method, request.url.as_str()), (Method::Put, AT));
    assert_eq!((header(request, "if-match"), header(request, "if-none-exist")), (Some("W/\"3\""), None));
    let told = puts(says(412, ""));
    assert_eq!(told.line(), "refused 412: it was changed meanwhile");
    assert_eq!(puts(says(409, "conflict")).line(), "refused 409: conflict");
}

#[test]
fn a_change_that_shows_nothing_is_read_back() {
    for code in [200, 204] {
        let told = run(off(), Step::Try, Portal::default().on(AT, [status(code), ok(&held("4", |_| {}))]));
        assert_eq!(told.line(), "accepted a1 v4 shown:true existed:false kept:false");
        assert_eq!((told.acts(), told.sent.len()), (1, 2));
    }
}

#[test]
fn h1_a_change_that_shows_something_else_is_looked_at() {
    let other = json!({"resourceType": "Appointment", "id": "a2", "status": "cancelled"});
    let run = |there: &Value| run(off(), Step::Try, Portal::default().on(AT, [ok(&other), ok(there)]));
    assert_eq!(run(&held("4", |_| {})).line(), "accepted a1 v4 shown:true existed:false kept:false");
    assert!(matches!(run(&held("3", booked)).came, Came::Unknown { .. }));
}

#[test]
fn h1_whether_a_change_was_made_is_seen_by_what_stands_there() {
    let restated = |value: &mut Value| {
        value["start"] = json!("2026-03-10T08:00:00.000Z");
        value["participant"][0]["actor"]["display"] = json!("Alice");
        value["cancelationReason"] = json!({"text": "by the patient"});
    };
    assert_eq!(look(ok(&held("4", |_| {}))).line(), "found a1 by identifier");
    assert_eq!(look(ok(&held("4", restated))).line(), "found a1 by identifier");
    assert_eq!(look(ok(&held("3", booked))).line(), "not there, sure:true", "it is as it was");
    assert_eq!(look(ok(&held("4", booked))).line(), "not there, sure:false", "somebody changed it");
    let odd = Deed { way: Way::Update { id: "../x".to_owned(), if_match: None }, ..off() };
    assert!(run(odd, Step::Look, Portal::default()).sent.is_empty());
    assert_eq!(look(status(410)).line(), "not there, sure:true");
    assert_eq!(look(says(403, "no")).line(), "cannot look: no");
    assert!(look(Reply::Fails(Failure::Timeout)).line().starts_with("cannot look"));
    let another = |value: &mut Value| value["participant"] = json!([{"actor": {"reference": "Patient/p2"}}]);
    assert!(look(ok(&held("4", another))).line().starts_with("cannot look"));
}
