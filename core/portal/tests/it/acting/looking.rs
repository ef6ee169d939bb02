//! Whether an earlier try was done after all.

use portal::{
    Failure,
    act::{Perform, Step},
    session::Session,
};
use serde_json::{Value, json};

use super::{OURS, SEARCH, SYSTEM, TYPE, Told, deed, drive, found, held, run, run_with, without_identifier};
use crate::script::{Portal, Reply, ok, says, status, tokens};

const NEWEST: &str = "https://portal.example/fhir/Communication?patient=p1&_sort=-_lastUpdated&_count=50";
const UNSORTED: &str = "https://portal.example/fhir/Communication?patient=p1&_count=50";

fn look(portal: Portal) -> Told {
    let told = run(deed(), Step::Look, portal);
    assert_eq!(told.acts(), 0, "nothing is done by looking");
    told
}

/// Nothing bears the identifier, and these are the newest.
fn newest(resources: &[Value]) -> Portal {
    Portal::default().on(SEARCH, [ok(&found(SEARCH, &[]))]).on(NEWEST, [ok(&found(NEWEST, resources))])
}

fn bare(id: &str, change: impl FnOnce(&mut Value)) -> Value {
    held(id, |value| {
        without_identifier(value);
        change(value);
    })
}

#[test]
fn h1_what_bears_the_identifier_is_found() {
    let told = look(Portal::default().on(SEARCH, [ok(&found(SEARCH, &[held("c1", |_| {})]))]));
    assert_eq!((told.line().as_str(), told.urls()), ("found c1 by identifier", vec![SEARCH]));
    // A portal that ignores the parameter gives everything: only what bears it counts.
    let others = [held("c0", without_identifier), held("c1", |_| {}), held("c2", without_identifier)];
    let told = look(Portal::default().on(SEARCH, [ok(&found(TYPE, &others))]));
    assert_eq!(told.line(), "found c1 by identifier");
    // On the third page; a fourth is not asked for.
    let page = |n: usize, resources: &[Value]| {
        let mut page = found(SEARCH, resources);
        let next = format!("{TYPE}?page={n}");
        page["link"].as_array_mut().unwrap().push(json!({"relation": "next", "url": next}));
        ok(&page)
    };
    let pages = |last: Reply| {
        let portal = Portal::default().on(SEARCH, [page(2, &[])]);
        let third = "https://portal.example/fhir/Communication?page=3";
        portal.on("https://portal.example/fhir/Communication?page=2", [page(3, &[])]).on(third, [last])
    };
    assert_eq!(look(pages(page(4, &[held("c1", |_| {})]))).line(), "found c1 by identifier");
    let told = look(pages(page(4, &[])));
    assert_eq!(told.line(), "not there, sure:false", "there is more");
    assert!(!told.urls().iter().any(|url| url.contains("page=4")));
    let told = look(pages(ok(&found(SEARCH, &[]))));
    assert_eq!(told.line(), "not there, sure:true");
}

#[test]
fn h1_not_there_is_sure_only_when_the_portal_says_that_it_searched() {
    assert_eq!(look(newest(&[])).line(), "not there, sure:true");
    let with = |bundle: Value| Portal::default().on(SEARCH, [ok(&bundle)]);
    let mut mute = found(SEARCH, &[]);
    mute.as_object_mut().unwrap().remove("link");
    assert_eq!(look(with(mute.clone())).line(), "not there, sure:false");
    let session = Session::new(tokens(|_| {}));
    let listed = Perform::new(session, deed(), Step::Look).searched_by_identifier(true);
    assert_eq!(drive(listed, with(mute)).line(), "not there, sure:true");
    for own in [
        TYPE,
        "https://portal.example/fhir/Communication?patient=p1",
        "https://portal.example/fhir/Communication?identifier=x",
    ] {
        assert_eq!(look(with(found(own, &[]))).line(), "not there, sure:false", "{own}");
    }
    let plain = format!("{TYPE}?identifier={SYSTEM}|{OURS}&_count=10");
    assert_eq!(look(with(found(&plain, &[]))).line(), "not there, sure:true");
    // What was shown beside it, cannot be read, or is said to be missing.
    let mut unread = found(SEARCH, &[]);
    unread["entry"] = json!([{"resource": {"id": "x"}}]);
    assert_eq!(look(with(unread)).line(), "not there, sure:false");
    assert_eq!(look(with(found(SEARCH, &[held("c9", without_identifier)]))).line(), "not there, sure:false");
    let partial =
        json!({"resourceType": "OperationOutcome", "issue": [{"severity": "warning", "code": "incomplete"}]});
    assert_eq!(look(with(found(SEARCH, &[partial]))).line(), "not there, sure:false");
}

#[test]
fn h1_several_that_could_be_it_are_for_a_person_to_tell() {
    let both = [held("c1", |_| {}), held("c2", |_| {})];
    let told = look(Portal::default().on(SEARCH, [ok(&found(SEARCH, &both))]));
    assert_eq!(told.line(), "cannot look: the portal shows more than one that could be it");
    let told = look(newest(&[bare("c1", |_| {}), bare("c2", |_| {})]));
    assert_eq!(told.line(), "cannot look: the portal shows more than one that could be it");
}

#[test]
fn h1_where_identifiers_are_dropped_the_same_words_at_the_same_moment_are_it() {
    assert_eq!(look(newest(&[bare("c1", |_| {})])).line(), "found c1 by likeness");
    let restated = |value: &mut Value| {
        value["sent"] = json!("2026-03-01T12:59:00+01:00");
        value["recipient"] = json!([{"display": "Dr Reed"}]);
        value["payload"][0]["contentString"] = json!("Can I take both?\r\n");
    };
    assert_eq!(look(newest(&[bare("c1", restated)])).line(), "found c1 by likeness");
    for (change, line) in [
        // The portal may have put its own moment: it may be this one.
        ((|value| value["sent"] = json!("2026-03-01T12:00:30Z")) as fn(&mut Value), "not there, sure:false"),
        (|value| drop(value.as_object_mut().unwrap().remove("sent")), "not there, sure:false"),
        // The same words of last week are another message.
        (|value| value["sent"] = json!("2026-02-20T12:00:30Z"), "not there, sure:true"),
        (|value| value["payload"][0]["contentString"] = json!("Thanks"), "not there, sure:true"),
        (
            |value| value["identifier"] = json!([{"system": SYSTEM, "value": "another"}]),
            "not there, sure:true",
        ),
        (|value| value["subject"] = json!({"reference": "Patient/p2"}), "not there, sure:false"),
        // It was not found by the identifier and bears it all the same.
        (|value| value["identifier"] = json!({"system": SYSTEM, "value": OURS}), "found c1 by identifier"),
    ] {
        assert_eq!(look(newest(&[bare("c1", change)])).line(), line);
    }
}

#[test]
fn each_kind_of_act_is_known_again_by_what_it_says() {
    let appointment = json!({"resourceType": "Appointment", "status": "booked", "start": "2026-03-10T09:00:00+01:00",
        "participant": [{"actor": {"reference": "Patient/p1"}}, {"actor": {"reference": "Practitioner/reed"}}]});
    let task = json!({"resourceType": "Task", "status": "requested", "intent": "proposal", "for": {"reference": "Patient/p1"},
        "focus": {"reference": "MedicationRequest/m1"}, "authoredOn": "2026-03-01T11:59:00Z"});
    let refill = json!({"resourceType": "MedicationRequest", "status": "active", "intent": "proposal", "subject": {"reference": "Patient/p1"},
        "medicationCodeableConcept": {"coding": [{"system": "rx", "code": "1"}]}, "authoredOn": "2026-03-01T11:59:00Z"});
    let request = json!({"resourceType": "Appointment", "status": "proposed",
        "requestedPeriod": [{"start": "2026-03-10T08:00:00Z", "end": "2026-03-12T08:00:00Z"}],
        "participant": [{"actor": {"reference": "Patient/p1"}}]});
    type Change = fn(&mut Value);
    let rows: Vec<(&Value, Change, &str)> = vec![
        (&appointment, |_| {}, "found x by likeness"),
        (&appointment, |value| value["start"] = json!("2026-03-10T08:00:00Z"), "found x by likeness"),
        (
            &appointment,
            |value| {
                value["participant"][1]["actor"]["reference"] =
                    json!("https://portal.example/fhir/Practitioner/reed")
            },
            "found x by likeness",
        ),
        (
            &appointment,
            |value| value["participant"][1]["actor"]["reference"] = json!("Practitioner/kim"),
            "not there, sure:false",
        ),
        (&appointment, |value| value["status"] = json!("cancelled"), "not there, sure:false"),
        (&appointment, |value| value["start"] = json!("2026-03-11T08:00:00Z"), "not there, sure:true"),
        (&request, |_| {}, "found x by likeness"),
        (
            &request,
            |value| value["requestedPeriod"][0]["end"] = json!("2026-03-13T08:00:00Z"),
            "not there, sure:true",
        ),
        (&task, |_| {}, "found x by likeness"),
        (&task, |value| value["authoredOn"] = json!("2026-03-01T12:01:00Z"), "not there, sure:false"),
        (&task, |value| value["focus"]["reference"] = json!("MedicationRequest/m2"), "not there, sure:true"),
        (
            &refill,
            |value| value["medicationCodeableConcept"]["text"] = json!("its name"),
            "found x by likeness",
        ),
        (&refill, |value| value["intent"] = json!("order"), "not there, sure:true"),
        (
            &refill,
            |value| value["medicationCodeableConcept"]["coding"][0]["code"] = json!("2"),
            "not there, sure:true",
        ),
    ];
    for (sent, change, line) in rows {
        let mut there = sent.clone();
        let mut sent = sent.clone();
        sent["identifier"] = json!([{"system": SYSTEM, "value": OURS}]);
        there["id"] = json!("x");
        change(&mut there);
        let on = sent["resourceType"].as_str().unwrap();
        let mut one = deed();
        one.resource_type = on.to_owned();
        one.body = sent.to_string().into_bytes();
        let own = SEARCH.replace("Communication", on);
        let by_patient = NEWEST.replace("Communication", on);
        let portal = Portal::default()
            .on(&own, [ok(&found(&own, &[]))])
            .on(&by_patient, [ok(&found(&by_patient, &[there.clone()]))]);
        assert_eq!(run(one, Step::Look, portal).line(), line, "{there}");
    }
}

#[test]
fn a_portal_that_knows_less_is_asked_for_less() {
    let like = ok(&found(UNSORTED, &[bare("c1", |_| {})]));
    let portal = Portal::default().on(SEARCH, [says(400, "no such parameter")]).on(NEWEST, [status(400)]);
    let told = look(portal.on(UNSORTED, [like]));
    assert_eq!((told.line().as_str(), told.urls()), ("found c1 by likeness", vec![SEARCH, NEWEST, UNSORTED]));
    let refuses = Portal::default().on("https://portal.example/fhir/Communication*", [says(400, "no")]);
    assert_eq!(look(refuses).line(), "cannot look: no");
    let forbids =
        Portal::default().on("https://portal.example/fhir/Communication*", [says(403, "not yours")]);
    assert_eq!(look(forbids).line(), "cannot look: not yours");
    let searches = Portal::default().on(SEARCH, [ok(&found(SEARCH, &[]))]);
    let told = look(searches.on("https://portal.example/fhir/Communication*", [status(400)]));
    assert_eq!(told.line(), "not there, sure:true");
}

#[test]
fn a_look_that_cannot_be_had_is_no_answer() {
    let unsent = Reply::Fails(Failure::Unsent("no connection to it".to_owned()));
    for reply in
        [unsent, Reply::Fails(Failure::Timeout), status(500), Reply::Is(200, vec![], "<html>".to_owned())]
    {
        let told = look(Portal::default().on(SEARCH, [reply]));
        assert!(told.line().starts_with("cannot look: "), "{}", told.line());
    }
    // It is tried a few times, with pauses.
    let told = look(Portal::default().on(SEARCH, [status(503), ok(&found(SEARCH, &[held("c1", |_| {})]))]));
    assert_eq!((told.line().as_str(), told.sent.len()), ("found c1 by identifier", 2));
    let unable = tokens(|value| value["scopes"] = json!("patient/Communication.c"));
    let told = run_with(deed(), Step::Look, Portal::default(), unable);
    assert_eq!(told.line(), "cannot look: this app was not given the right to search there");
    assert!(told.sent.is_empty());
}
