//! Alice looks for a time: none is made up.

use std::collections::VecDeque;

use portal::{
    Failure, Method, Request,
    act::Identifier,
    fetch::{Fault, Outcome},
    session::Session,
    slots::{Action, Booking, Find, Found, Level, MOST, Moment, PAGES, Query, Who, book, hold},
};
use serde_json::{Value, json};

use crate::script::{NOW, NOW_DATE, Portal, Reply, ok, says, status, tokens};

const DAY: i64 = 86_400;
const FIND: &str = "https://portal.example/fhir/Appointment/$find";
const SLOTS: &str = "https://portal.example/fhir/Slot?status=free&start=ge2026-03-02T12%3A00%3A00Z&start=lt2026-03-15T12%3A00%3A00Z";

fn query(level: Level) -> Query {
    Query {
        level,
        from: NOW + DAY,
        until: NOW + 14 * DAY,
        practitioners: Vec::new(),
        locations: Vec::new(),
        service: None,
        searchable: ["schedule", "service-type"].map(str::to_owned).into(),
    }
}

struct Told {
    found: Result<Found, Outcome>,
    sent: Vec<Request>,
}

fn run(query: Query, portal: Portal) -> Told {
    run_with(query, portal, |_| {})
}

fn run_with(query: Query, mut portal: Portal, change: impl FnOnce(&mut Value)) -> Told {
    let mut find = Find::new(Session::new(tokens(change)), query);
    let (mut found, mut sent, mut now) = (None, Vec::new(), NOW);
    let mut flying: VecDeque<(u64, Request)> = VecDeque::new();
    for _ in 0..10_000 {
        let actions = find.poll(now);
        if actions.is_empty() {
            let (id, request) = flying.pop_front().expect("it waits for an answer that nobody owes it");
            find.receive(id, portal.answer(&request), now);
        }
        for action in actions {
            match action {
                Action::Send { id, request } => {
                    sent.push(request.clone());
                    flying.push_back((id, request));
                }
                Action::StoreTokens(_) => find.stored(),
                Action::Done(result) => assert!(found.replace(result).is_none(), "it ended twice"),
                Action::SignInAgain => {}
                Action::Wait { until } => now = until.max(now + 1),
                Action::Finished => return Told { found: found.expect("an end"), sent },
            }
        }
    }
    panic!("it does not end");
}

impl Told {
    fn found(&self) -> &Found {
        self.found.as_ref().unwrap_or_else(|outcome| panic!("{outcome:?}"))
    }

    fn ids(&self) -> Vec<&str> {
        self.found().free.iter().flat_map(|free| &free.slots).map(String::as_str).collect()
    }

    fn urls(&self) -> Vec<&str> {
        self.sent.iter().map(|request| request.url.as_str()).collect()
    }
}

fn slot(id: &str, start: &str, end: &str) -> Value {
    json!({"resourceType": "Slot", "id": id, "status": "free", "schedule": {"reference": "Schedule/s1"}, "start": start, "end": end})
}

fn schedule() -> Value {
    json!({"resourceType": "Schedule", "id": "s1", "serviceType": [{"coding": [{"system": "visits", "code": "checkup", "display": "Check-up"}]}],
        "actor": [{"reference": "Practitioner/reed", "display": "Dr Reed"}, {"reference": "Location/main", "display": "Main Street"}]})
}

fn page(resources: &[Value], next: Option<&str>) -> Value {
    let entry: Vec<Value> = resources.iter().map(|one| json!({"resource": one})).collect();
    let link: Vec<Value> = next.map(|url| json!({"relation": "next", "url": url})).into_iter().collect();
    json!({"resourceType": "Bundle", "type": "searchset", "link": link, "entry": entry})
}

fn shows(resources: &[Value]) -> Portal {
    Portal::default().on("https://portal.example/fhir/Slot?*", [ok(&page(resources, None))])
}

#[test]
fn free_slots_are_given_by_start_with_whose_they_are() {
    let later = slot("b", "2026-03-05T09:30:00+01:00", "2026-03-05T10:00:00+01:00");
    let first = slot("a", "2026-03-05T09:00:00+01:00", "2026-03-05T09:30:00+01:00");
    let reply =
        Reply::Is(200, vec![("Date", NOW_DATE)], page(&[later, first.clone(), schedule()], None).to_string());
    let told = run(query(Level::Slots), Portal::default().on("https://portal.example/fhir/Slot?*", [reply]));
    assert_eq!(told.urls(), [format!("{SLOTS}&_include=Slot%3Aschedule&_count=100")]);
    assert_eq!(told.ids(), ["Slot/a", "Slot/b"]);
    let found = told.found();
    assert_eq!((found.left_out, found.more, found.date), (0, false, Some(NOW)));
    let free = &found.free[0];
    assert_eq!(free.start, Moment { text: "2026-03-05T09:00:00+01:00".to_owned(), at: 1_772_697_600 });
    assert_eq!(free.end.at - free.start.at, 1_800);
    let who = |reference: &str, display: &str| {
        Some(Who { reference: Some(reference.to_owned()), display: Some(display.to_owned()) })
    };
    assert_eq!(free.practitioner, who("Practitioner/reed", "Dr Reed"));
    assert_eq!(free.location, who("Location/main", "Main Street"));
    assert_eq!(
        (free.service.as_deref(), free.level, &free.proposed),
        (Some("Check-up"), Level::Slots, &None)
    );
    assert_eq!(free.raw.raw, first.to_string().into_bytes(), "verbatim");
}

#[test]
fn h2_no_time_is_made_up() {
    let good = ("2026-03-05T09:00:00Z", "2026-03-05T09:30:00Z");
    let change = |id: &str, change: &dyn Fn(&mut Value)| {
        let mut one = slot(id, good.0, good.1);
        change(&mut one);
        one
    };
    let left_out = [
        change("1", &|one| drop(one.as_object_mut().unwrap().remove("start"))),
        change("2", &|one| drop(one.as_object_mut().unwrap().remove("end"))),
        change("3", &|one| one["start"] = json!("2026-03-05")),
        change("4", &|one| one["start"] = json!("2026-03-05T09:00:00")),
        change("5", &|one| one["end"] = json!("soon")),
        change("6", &|one| one["end"] = json!(good.0)),
        change("7", &|one| one["end"] = json!("2026-03-05T08:00:00Z")),
        change("8", &|one| drop(one.as_object_mut().unwrap().remove("status"))),
        change("9", &|one| one["id"] = json!("../x")),
        change("10", &|one| drop(one.as_object_mut().unwrap().remove("id"))),
        json!({"id": "no type"}),
    ];
    let others = [
        change("busy", &|one| one["status"] = json!("busy")),
        change("error", &|one| one["status"] = json!("entered-in-error")),
        change("full", &|one| one["overbooked"] = json!(true)),
        change("past", &|one| {
            one["start"] = json!("2026-02-01T09:00:00Z");
        }),
        change("before", &|one| one["start"] = json!("2026-03-02T11:59:59Z")),
        slot("after", "2026-03-15T12:00:00Z", "2026-03-15T12:30:00Z"),
        json!({"resourceType": "Patient", "id": "p1"}),
    ];
    let all: Vec<Value> =
        left_out.iter().chain(&others).cloned().chain([slot("good", good.0, good.1)]).collect();
    let told = run(query(Level::Slots), shows(&all));
    assert_eq!(told.ids(), ["Slot/good"]);
    assert_eq!(told.found().left_out, left_out.len());
    // What is asked for from a moment that has passed is asked from now on.
    let early = Query { from: NOW - 30 * DAY, ..query(Level::Slots) };
    assert_eq!(
        run(early, shows(&[slot("past", "2026-03-01T11:00:00Z", "2026-03-01T11:30:00Z")])).ids().len(),
        0
    );
}

#[test]
fn pages_are_followed_to_a_limit_and_at_home() {
    let at = |n: usize| format!("https://portal.example/fhir/Slot?page={n}");
    let one = |n: usize| slot(&format!("s{n}"), "2026-03-05T09:00:00Z", "2026-03-05T09:30:00Z");
    let first = "https://portal.example/fhir/Slot?status*";
    let mut portal = Portal::default().on(first, [ok(&page(&[one(0)], Some(&at(1))))]);
    for n in 1..40 {
        portal = portal.on(&at(n), [ok(&page(&[one(n)], Some(&at(n + 1))))]);
    }
    let told = run(query(Level::Slots), portal);
    let pages = usize::try_from(PAGES).unwrap();
    assert_eq!((told.ids().len(), told.found().more), (pages, true));
    let away = Portal::default().on(first, [ok(&page(&[one(0)], Some("https://evil.example/")))]);
    let told = run(query(Level::Slots), away);
    assert_eq!((told.ids().len(), told.found().more), (1, true));
    assert!(told.urls().iter().all(|url| url.starts_with("https://portal.example/")));
    // The earliest stay.
    let time = |n: i64| {
        let at = |n: i64| format!("2026-03-05T{:02}:{:02}:{:02}Z", n / 3600, n / 60 % 60, n % 60);
        slot(&format!("s{n}"), &at(n), &at(n + 1))
    };
    let many: Vec<Value> = (0..600).rev().map(time).collect();
    let told = run(query(Level::Slots), shows(&many));
    assert_eq!((told.ids().len(), told.ids()[0], told.found().more), (MOST, "Slot/s0", true));
    // What came before it broke off is shown, with a word.
    let broken =
        Portal::default().on(first, [ok(&page(&[one(0)], Some(&at(1))))]).on(&at(1), [says(404, "gone")]);
    let told = run(query(Level::Slots), broken);
    assert_eq!(
        (told.ids().len(), told.found().more, told.found().said.as_slice()),
        (1, true, &["gone".to_owned()][..])
    );
}

#[test]
fn a_portal_that_knows_less_is_asked_for_less_and_looked_through_here() {
    let mine = slot("a", "2026-03-05T09:00:00Z", "2026-03-05T09:30:00Z");
    let mut other = slot("b", "2026-03-05T10:00:00Z", "2026-03-05T10:30:00Z");
    other["schedule"] = json!({"reference": "Schedule/s2"});
    let mut unclear = slot("c", "2026-03-05T11:00:00Z", "2026-03-05T11:30:00Z");
    unclear["schedule"] = json!({"reference": "Schedule/s3"});
    let kim = json!({"resourceType": "Schedule", "id": "s2", "actor": [{"reference": "Practitioner/kim"}]});
    let with = Query {
        practitioners: vec!["Practitioner/reed".to_owned(), "../x".to_owned()],
        locations: vec!["Location/main".to_owned()],
        ..query(Level::Slots)
    };
    let filters = "&schedule.actor=Practitioner%2Freed&schedule.actor=Location%2Fmain";
    let all = page(&[mine, other, unclear], None);
    let portal = Portal::default()
        .on(&format!("{SLOTS}{filters}&_include=Slot%3Aschedule&_count=100"), [status(400)])
        .on(&format!("{SLOTS}{filters}&_count=100"), [says(422, "no such parameter")])
        .on(&format!("{SLOTS}&_count=100"), [ok(&all)])
        .on("https://portal.example/fhir/Schedule/s1", [ok(&schedule())])
        .on("https://portal.example/fhir/Schedule/s2", [ok(&kim)])
        .on("https://portal.example/fhir/Schedule/s3", [status(404)]);
    let told = run(with.clone(), portal);
    assert_eq!((told.ids(), told.found().left_out, told.sent.len()), (vec!["Slot/a"], 1, 6));
    assert_eq!(told.found().free[0].practitioner.as_ref().unwrap().display.as_deref(), Some("Dr Reed"));
    // A portal that does not say that it can be searched so is not asked so.
    let told = run(Query { searchable: Default::default(), ..with }, shows(&[]));
    assert_eq!(told.urls(), [format!("{SLOTS}&_include=Slot%3Aschedule&_count=100")]);
    // By kind of visit, where a slot or its schedule says which it is.
    let visits =
        |code: &str| Query { service: Some(("visits".to_owned(), code.to_owned())), ..query(Level::Slots) };
    let one = slot("a", "2026-03-05T09:00:00Z", "2026-03-05T09:30:00Z");
    let told = run(visits("checkup"), shows(&[one.clone(), schedule()]));
    assert!(told.urls()[0].contains("&service-type=visits%7Ccheckup&"), "{:?}", told.urls());
    assert_eq!(told.ids(), ["Slot/a"]);
    assert!(run(visits("skin"), shows(&[one.clone(), schedule()])).ids().is_empty());
    assert_eq!(run(visits("skin"), shows(&[one])).ids(), ["Slot/a"], "it does not say");
}

#[test]
fn proposals_are_found_as_ihe_says() {
    let proposal = |id: &str, state: &str, patient: &str| {
        json!({"resourceType": "Appointment", "id": id, "status": state, "start": "2026-03-05T09:00:00-05:00", "end": "2026-03-05T09:30:00-05:00",
            "serviceType": [{"text": "Check-up"}], "slot": [{"reference": "Slot/1"}],
            "participant": [{"actor": {"reference": patient}}, {"actor": {"reference": "PractitionerRole/r", "display": "Dr\u{202e} Reed"}}, {"actor": {"reference": "Location/main"}}]})
    };
    let mut timeless = proposal("x4", "proposed", "Patient/p1");
    timeless.as_object_mut().unwrap().remove("start");
    let note = json!({"resourceType": "OperationOutcome", "issue": [{"severity": "information", "code": "informational", "diagnostics": "outside the hours asked for"}]});
    let all = [
        proposal("x1", "proposed", "Patient/p1"),
        proposal("x2", "booked", "Patient/p1"),
        proposal("x3", "proposed", "Patient/p2"),
        timeless,
        note,
    ];
    let with = Query {
        practitioners: vec!["Practitioner/reed".to_owned()],
        service: Some(("visits".to_owned(), "checkup".to_owned())),
        ..query(Level::FindHoldBook)
    };
    let portal = || Portal::default().on(FIND, [ok(&page(&all, None))]);
    let told = run(with, portal());
    let [request] = told.sent.as_slice() else { panic!() };
    assert_eq!((request.method, request.url.as_str()), (Method::Post, FIND));
    let body: Value = serde_json::from_slice(request.body.as_deref().unwrap()).unwrap();
    assert_eq!(
        body,
        json!({"resourceType": "Parameters", "parameter": [
            {"name": "start", "valueDateTime": "2026-03-02T12:00:00Z"},
            {"name": "end", "valueDateTime": "2026-03-15T12:00:00Z"},
            {"name": "patient-reference", "valueReference": {"reference": "Patient/p1"}},
            {"name": "practitioner", "valueReference": {"reference": "Practitioner/reed"}},
            {"name": "visit-type", "valueString": "visits|checkup"},
            {"name": "_count", "valueInteger": 500}]})
    );
    let told = run(query(Level::FindHoldBook), portal());
    let found = told.found();
    assert_eq!((found.free.len(), found.left_out), (1, 2), "no start, or another's");
    assert_eq!(found.said, ["outside the hours asked for"]);
    let free = &found.free[0];
    assert_eq!(
        (free.proposed.as_deref(), free.slots.as_slice()),
        (Some("Appointment/x1"), &["Slot/1".to_owned()][..])
    );
    assert_eq!(
        (free.service.as_deref(), free.start.text.as_str()),
        (Some("Check-up"), "2026-03-05T09:00:00-05:00")
    );
    assert_eq!(free.practitioner.as_ref().unwrap().display.as_deref(), Some("Dr Reed"));
    assert_eq!(free.location.as_ref().unwrap().reference.as_deref(), Some("Location/main"));
}

#[test]
fn why_nothing_can_be_shown_is_told() {
    let told = run(query(Level::FindHoldBook), Portal::default().on(FIND, [says(403, "not yours")]));
    assert!(matches!(&told.found, Err(Outcome::Refused { status: 403, reason }) if reason == "not yours"));
    let unsent = Reply::Fails(Failure::Unsent("no connection to it".to_owned()));
    let told = run(query(Level::Slots), Portal::default().on("https://portal.example/*", [unsent]));
    assert!(matches!(&told.found, Err(Outcome::Failed { fault: Fault::Unreachable, .. })));
    for level in [Level::Slots, Level::FindHoldBook] {
        let told =
            run_with(query(level), Portal::default(), |value| value["scopes"] = json!("patient/Patient.rs"));
        assert!(matches!(told.found, Err(Outcome::NotGranted)) && told.sent.is_empty());
    }
    let told = run(query(Level::Slots), shows(&[]));
    assert_eq!((told.ids().len(), told.found().more), (0, false), "none is free");
    let renewed = json!({"access_token": "access-1", "token_type": "Bearer", "expires_in": 3600});
    let portal = shows(&[]).on("https://login.example/token", [ok(&renewed)]).accepting("access-1");
    assert_eq!(run(query(Level::Slots), portal).sent.len(), 3);
}

#[test]
fn what_is_held_and_booked_is_what_was_shown() {
    let body: Value = serde_json::from_slice(&hold("Appointment/x1")).unwrap();
    assert_eq!(
        body,
        json!({"resourceType": "Parameters", "parameter": [{"name": "appointment-reference", "valueReference": {"reference": "Appointment/x1"}}]})
    );
    let shown = json!({"resourceType": "Appointment", "id": "x1", "meta": {"versionId": "1"}, "status": "proposed",
        "identifier": {"system": "theirs", "value": "7"}, "start": "2026-03-05T09:00:00-05:00", "end": "2026-03-05T09:30:00-05:00",
        "minutesDuration": 30.0, "participant": [{"actor": {"reference": "Practitioner/reed"}, "status": "accepted"}]});
    let identifier = Identifier { system: "urn:wellkept:act".to_owned(), value: "1".to_owned() };
    let booking = Booking { identifier: &identifier, patient: "p1", reason: "a cough", comment: "" };
    let bytes = book(shown.to_string().as_bytes(), &booking).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    assert!(text.contains("\"minutesDuration\":30.0"), "numbers keep their digits");
    let body: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(body["parameter"][0]["name"], "appointment-resource");
    let sent = &body["parameter"][0]["resource"];
    assert_eq!(
        (&sent["status"], &sent["id"], &sent["start"]),
        (&json!("pending"), &json!("x1"), &shown["start"])
    );
    assert_eq!(
        sent["identifier"],
        json!([{"system": "theirs", "value": "7"}, {"system": "urn:wellkept:act", "value": "1"}])
    );
    assert_eq!(sent["participant"][1]["actor"]["reference"], "Patient/p1");
    assert_eq!(
        (&sent["reasonCode"][0]["text"], sent.get("comment"), sent.get("meta")),
        (&json!("a cough"), None, None)
    );
    let mut with = shown;
    with["participant"] = json!([{"actor": {"reference": "https://portal.example/fhir/Patient/p1"}}]);
    let body: Value = serde_json::from_slice(&book(with.to_string().as_bytes(), &booking).unwrap()).unwrap();
    assert_eq!(body["parameter"][0]["resource"]["participant"].as_array().unwrap().len(), 1);
    for none in ["", "{}", r#"{"resourceType":"Slot"}"#] {
        assert!(book(none.as_bytes(), &booking).is_none());
    }
}
