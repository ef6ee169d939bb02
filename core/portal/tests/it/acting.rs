//! Alice sends a message, books, and changes a booking: what each answer means. "At most once" is hazard H1.

mod changing;
mod looking;
mod never_twice;
mod operating;

use std::collections::VecDeque;

use portal::{
    Failure, Method, Request, Tokens,
    act::{Action, By, Came, Deed, Identifier, Perform, Step, Way, Why},
    session::Session,
};
use serde_json::{Value, json};

use crate::script::{BASE, NOW, NOW_DATE, Portal, Reply, ok, says, status, tokens};

pub const SYSTEM: &str = "urn:wellkept:act";
pub const OURS: &str = "6f1c2f6e-9a55-4c7e-8a5e-1d4f0f4d3b11";
pub const SEARCH: &str = "https://portal.example/fhir/Communication?identifier=urn%3Awellkept%3Aact%7C6f1c2f6e-9a55-4c7e-8a5e-1d4f0f4d3b11";
pub const TYPE: &str = "https://portal.example/fhir/Communication";
pub const TOKEN: &str = "https://login.example/token";

/// The message that alice wrote.
pub fn message() -> Value {
    json!({
        "resourceType": "Communication", "status": "completed",
        "identifier": [{"system": SYSTEM, "value": OURS}],
        "subject": {"reference": "Patient/p1"}, "sender": {"reference": "Patient/p1"},
        "recipient": [{"reference": "Practitioner/reed"}], "sent": "2026-03-01T11:59:00Z",
        "payload": [{"contentString": "Can I take both?"}],
    })
}

/// As the portal holds it.
pub fn held(id: &str, change: impl FnOnce(&mut Value)) -> Value {
    let mut value = message();
    value["id"] = json!(id);
    value["meta"] = json!({"versionId": "1"});
    change(&mut value);
    value
}

pub fn without_identifier(value: &mut Value) {
    value.as_object_mut().unwrap().remove("identifier");
}

pub fn deed() -> Deed {
    Deed {
        resource_type: "Communication".to_owned(),
        identifier: Identifier { system: SYSTEM.to_owned(), value: OURS.to_owned() },
        way: Way::Create,
        body: message().to_string().into_bytes(),
        max_bytes: 100_000,
    }
}

/// A searchset that says what was searched for.
pub fn found(own: &str, resources: &[Value]) -> Value {
    let entry: Vec<Value> = resources.iter().map(|one| json!({"resource": one})).collect();
    json!({"resourceType": "Bundle", "type": "searchset", "link": [{"relation": "self", "url": own}], "entry": entry})
}

pub fn is(code: u16, headers: Vec<(&'static str, &'static str)>, body: &Value) -> Reply {
    Reply::Is(code, headers, body.to_string())
}

pub fn outcome(severity: &str, words: &str) -> Value {
    json!({"resourceType": "OperationOutcome", "issue": [{"severity": severity, "code": "processing", "diagnostics": words}]})
}

/// What came of a run.
pub struct Told {
    pub came: Came,
    pub sent: Vec<Request>,
    pub stores: usize,
    pub sign_in_again: usize,
}

pub fn tries(portal: Portal) -> Told {
    run(deed(), Step::Try, portal)
}

pub fn run(deed: Deed, step: Step, portal: Portal) -> Told {
    run_with(deed, step, portal, tokens(|value| value["scopes"] = json!("patient/*.cruds")))
}

pub fn run_with(deed: Deed, step: Step, portal: Portal, tokens: Tokens) -> Told {
    drive(Perform::new(Session::new(tokens), deed, step), portal)
}

pub fn drive(mut perform: Perform, mut portal: Portal) -> Told {
    let (mut came, mut sent, mut stores, mut sign_in_again, mut now) = (None, Vec::new(), 0, 0, NOW);
    let mut flying: VecDeque<(u64, Request)> = VecDeque::new();
    for _ in 0..1_000 {
        let actions = perform.poll(now);
        if actions.is_empty() {
            let (id, request) =
                flying.pop_front().expect("the machine waits for an answer that nobody owes it");
            perform.receive(id, portal.answer(&request), now);
        }
        for action in actions {
            match action {
                Action::Send { id, request } => {
                    sent.push(request.clone());
                    flying.push_back((id, request));
                }
                Action::StoreTokens(_) => {
                    assert!(perform.poll(now).is_empty(), "nothing before the tokens are stored");
                    stores += 1;
                    perform.stored();
                }
                Action::Done(result) => assert!(came.replace(result).is_none(), "it ended twice"),
                Action::SignInAgain => sign_in_again += 1,
                Action::Wait { until } => now = until.max(now + 1),
                Action::Finished => {
                    let came = came.expect("it ends with something");
                    return Told { came, sent, stores, sign_in_again };
                }
            }
        }
    }
    panic!("it does not end");
}

impl Told {
    /// In one line, to be compared.
    pub fn line(&self) -> String {
        match &self.came {
            Came::Accepted { resource, id, version, existed, kept_identifier, .. } => format!(
                "accepted {} v{} shown:{} existed:{existed} kept:{kept_identifier}",
                id.as_deref().unwrap_or("-"),
                version.as_deref().unwrap_or("-"),
                resource.is_some()
            ),
            Came::Refused { status, reason } => format!("refused {status}: {reason}"),
            Came::NotDone { not_before, why, words } => {
                format!("not done {why:?} +{}: {words}", not_before - NOW)
            }
            Came::Unknown { words } => format!("unknown: {words}"),
            Came::Found { resource, by, .. } => {
                let id = resource.resource.as_ref().unwrap().id();
                format!("found {id} by {}", if *by == By::Identifier { "identifier" } else { "likeness" })
            }
            Came::NotThere { sure } => format!("not there, sure:{sure}"),
            Came::CannotLook { words, .. } => format!("cannot look: {words}"),
        }
    }

    pub fn urls(&self) -> Vec<&str> {
        self.sent.iter().map(|request| request.url.as_str()).collect()
    }

    /// How often something was sent that does something.
    pub fn acts(&self) -> usize {
        self.sent.iter().filter(|one| one.method != Method::Get && one.url.as_str().starts_with(BASE)).count()
    }
}

fn header<'r>(request: &'r Request, name: &str) -> Option<&'r str> {
    request.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

/// A portal that answers the act so, and the search by identifier with what it holds.
fn answers(reply: Reply, held: &[Value]) -> Portal {
    Portal::default().on(TYPE, [reply]).on(SEARCH, [ok(&found(SEARCH, held))])
}

#[test]
fn a_message_is_sent_once_and_bears_what_it_is_known_by() {
    let body = held("c1", |_| {});
    let told = tries(answers(is(201, vec![("Date", NOW_DATE)], &body), &[]));
    assert_eq!(told.line(), "accepted c1 v1 shown:true existed:false kept:true");
    let Came::Accepted { resource: Some(entry), date, .. } = &told.came else { panic!() };
    assert_eq!((entry.raw.as_slice(), *date), (body.to_string().as_bytes(), Some(NOW)), "verbatim");
    let [request] = told.sent.as_slice() else { panic!("{:?}", told.urls()) };
    assert_eq!((request.method, request.url.as_str(), request.max_bytes), (Method::Post, TYPE, 100_000));
    assert_eq!(request.body.as_deref(), Some(message().to_string().as_bytes()));
    for (name, value) in [
        ("content-type", "application/fhir+json"),
        ("accept", "application/fhir+json"),
        ("prefer", "return=representation"),
        ("if-none-exist", "identifier=urn:wellkept:act|6f1c2f6e-9a55-4c7e-8a5e-1d4f0f4d3b11"),
        ("authorization", "Bearer access-0"),
    ] {
        assert_eq!(header(request, name), Some(value));
    }
}

#[test]
fn what_would_end_a_parameter_or_a_header_is_encoded() {
    let mut odd = deed();
    odd.identifier = Identifier { system: "urn:x".to_owned(), value: "a|b,c&d\r\nx: y é".to_owned() };
    odd.body = json!({"resourceType": "Communication"}).to_string().into_bytes();
    let told = run(odd.clone(), Step::Try, Portal::default().on(TYPE, [status(400)]));
    assert_eq!(
        header(&told.sent[0], "if-none-exist"),
        Some("identifier=urn:x|a%5C|b%5C%2Cc%26d%0D%0Ax:%20y%20%C3%A9")
    );
    let told = run(odd, Step::Look, Portal::default());
    let (_, asked) = told.sent[0].url.query_pairs().next().unwrap();
    assert_eq!(asked, "urn:x|a\\|b\\,c&d\r\nx: y é");
}

#[test]
fn h1_what_is_certain_not_to_have_been_received_may_be_tried_again() {
    let unsent = Reply::Fails(Failure::Unsent("no connection to it".to_owned()));
    let told = tries(answers(unsent, &[]));
    assert_eq!(told.line(), "not done Offline +0: the portal could not be reached: no connection to it");
    for (headers, seconds) in [
        (vec![("Retry-After", "120")], 120),
        (vec![("Retry-After", "999999999")], 86_400),
        (vec![("Retry-After", "Sun, 01 Mar 2026 12:05:00 GMT"), ("Date", NOW_DATE)], 300),
        (vec![], 60),
    ] {
        let told = tries(answers(is(429, headers, &outcome("error", "slow down")), &[]));
        assert_eq!(told.line(), format!("not done Busy +{seconds}: slow down"));
    }
}

#[test]
fn h1_a_connection_that_was_lost_tells_nothing() {
    for failure in [
        Failure::Network("the connection failed".to_owned()),
        Failure::Timeout,
        Failure::TooLarge,
        Failure::Garbled,
    ] {
        let told = tries(answers(Reply::Fails(failure.clone()), &[]));
        assert!(matches!(told.came, Came::Unknown { .. }), "{failure:?}: {}", told.line());
        assert!(!told.line().contains("could not be reached"), "it may have been");
        assert_eq!(told.sent.len(), 1);
    }
    for code in [100, 202, 203, 204, 301, 302, 304, 307, 408, 418, 425, 500, 502, 503, 504] {
        let told = tries(answers(is(code, vec![("Retry-After", "1")], &outcome("error", "oh")), &[]));
        assert_eq!((told.line().as_str(), told.sent.len()), ("unknown: oh", 1), "{code}");
    }
}

#[test]
fn the_portal_s_own_no_is_told_in_its_own_words() {
    for code in [400, 403, 404, 405, 406, 410, 413, 415, 422, 501] {
        let told = tries(answers(says(code, "no messages\r\nto \u{202e}him"), &[]));
        assert_eq!((told.line(), told.sent.len()), (format!("refused {code}: no messages to him"), 1));
        assert_eq!(tries(answers(status(code), &[])).line(), format!("refused {code}: "));
    }
}

#[test]
fn c12_a_401_was_not_looked_at_so_access_is_renewed_and_it_is_sent_again_once() {
    let renewed = json!({"access_token": "access-1", "token_type": "Bearer", "expires_in": 3600});
    let made = is(201, vec![], &held("c1", |_| {}));
    let portal = || answers(made.clone(), &[]).on(TOKEN, [ok(&renewed)]);
    let told = tries(portal().accepting("access-1"));
    assert_eq!(told.line(), "accepted c1 v1 shown:true existed:false kept:true");
    assert_eq!((told.urls(), told.stores), (vec![TYPE, TOKEN, TYPE], 1));
    // The portal means that this may not be done at all: reading goes on.
    let told = tries(portal().accepting("access-9"));
    assert_eq!((told.line().as_str(), told.acts(), told.sign_in_again), ("not done SignIn +0: ", 2, 0));
    // It gives no new access.
    let rejected = is(400, vec![], &json!({"error": "invalid_grant"}));
    let told = tries(answers(made.clone(), &[]).on(TOKEN, [rejected]).accepting("access-9"));
    assert_eq!((told.acts(), told.sign_in_again), (1, 1));
    assert!(told.line().starts_with("not done SignIn +"), "{}", told.line());
    let told = tries(answers(made, &[]).on(TOKEN, [status(500)]).accepting("access-9"));
    assert_eq!((told.acts(), told.sign_in_again), (1, 0));
    let Came::NotDone { why: Why::Renewal, .. } = told.came else { panic!("{}", told.line()) };
}

#[test]
fn what_was_there_already_existed() {
    let told = tries(answers(ok(&held("c1", |_| {})), &[]));
    assert_eq!(told.line(), "accepted c1 v1 shown:true existed:true kept:true");
    // A portal that drops identifiers: what says the same at the same moment is it, something else is not.
    let told = tries(answers(ok(&held("c1", without_identifier)), &[]));
    assert_eq!(told.line(), "accepted c1 v1 shown:true existed:true kept:false");
    let other = held("c2", |value| {
        without_identifier(value);
        value["payload"] = json!([{"contentString": "Something else"}]);
    });
    let told = tries(answers(ok(&other), &[]));
    assert!(matches!(told.came, Came::Unknown { .. }), "{}", told.line());
    assert_eq!(told.urls(), [TYPE, SEARCH]);
}

#[test]
fn a_portal_that_drops_identifiers_has_made_it_all_the_same() {
    let told = tries(answers(
        is(
            201,
            vec![("ETag", "W/\"7\"")],
            &held("c1", |value| {
                without_identifier(value);
                value["meta"] = json!({});
                value["sent"] = json!("2026-03-01T12:00:07Z");
            }),
        ),
        &[],
    ));
    assert_eq!(told.line(), "accepted c1 v7 shown:true existed:false kept:false");
}

#[test]
fn an_answer_without_a_body_is_read_back_from_where_it_says() {
    let place = vec![("Location", "http://internal:8080/x/Communication/c1/_history/3")];
    let made = || Portal::default().on(TYPE, [Reply::Is(201, place.clone(), String::new())]);
    let at = "https://portal.example/fhir/Communication/c1";
    let told = tries(made().on(at, [ok(&held("c1", |_| {}))]));
    assert_eq!(told.line(), "accepted c1 v1 shown:true existed:false kept:true");
    assert_eq!(told.urls(), [TYPE, at], "the host of the address is not asked");
    let told = tries(made().on(at, [ok(&held("c1", without_identifier))]));
    assert_eq!(told.line(), "accepted c1 v1 shown:true existed:false kept:false");
    for reply in [status(404), status(403), ok(&held("c9", |_| {})), Reply::Fails(Failure::TooLarge)] {
        let told = tries(made().on(at, [reply]));
        assert_eq!(told.line(), "accepted c1 v3 shown:false existed:false kept:false");
    }
    let another = held("c1", |value| value["subject"] = json!({"reference": "Patient/p2"}));
    assert!(matches!(tries(made().on(at, [ok(&another)])).came, Came::Unknown { .. }));
    // With an OperationOutcome that says that all is well.
    let portal = Portal::default().on(TYPE, [is(201, place, &outcome("information", "created"))]);
    let told = tries(portal.on(at, [ok(&held("c1", |_| {}))]));
    assert_eq!(told.line(), "accepted c1 v1 shown:true existed:false kept:true");
    // With neither body nor place it is looked up.
    let told = tries(answers(status(201), &[held("c1", |_| {})]));
    assert_eq!(told.line(), "accepted c1 v1 shown:true existed:false kept:true");
    assert!(matches!(tries(answers(status(201), &[])).came, Came::Unknown { .. }), "surely not there");
    let unable = Portal::default().on(TYPE, [status(201)]).on(SEARCH, [status(400)]);
    assert_eq!(tries(unable).line(), "accepted - v- shown:false existed:false kept:false");
}

#[test]
fn h1_a_success_that_speaks_of_failure_is_looked_up_first() {
    let failed = || is(200, vec![], &outcome("error", "not stored"));
    assert_eq!(tries(answers(failed(), &[])).line(), "refused 200: not stored");
    let told = tries(answers(failed(), &[held("c1", |_| {})]));
    assert_eq!(told.line(), "accepted c1 v1 shown:true existed:true kept:true");
    // A portal that does not say what it searched for.
    let mut mute = found(SEARCH, &[]);
    mute.as_object_mut().unwrap().remove("link");
    let portal = || Portal::default().on(TYPE, [failed()]).on(SEARCH, [ok(&mute)]);
    assert_eq!(tries(portal()).line(), "unknown: not stored");
    let session = || Session::new(tokens(|value| value["scopes"] = json!("patient/*.cruds")));
    let listed = Perform::new(session(), deed(), Step::Try).searched_by_identifier(true);
    assert_eq!(drive(listed, portal()).line(), "refused 200: not stored");
}

#[test]
fn h1_what_several_bear_or_what_is_in_the_way_is_looked_up() {
    let told = tries(answers(says(412, "multiple matches"), &[held("c1", |_| {})]));
    assert_eq!(told.line(), "accepted c1 v1 shown:true existed:true kept:true");
    let told = tries(answers(says(412, "x"), &[held("c1", |_| {}), held("c2", |_| {})]));
    assert!(matches!(told.came, Came::Unknown { .. }), "{}", told.line());
    let twice = [held("c1", |_| {}), held("c1", |_| {})];
    assert!(matches!(tries(answers(status(412), &twice)).came, Came::Accepted { .. }), "one, shown twice");
    assert!(matches!(tries(answers(status(412), &[])).came, Came::Unknown { .. }));
    let told = tries(answers(says(409, "duplicate"), &[held("c1", |_| {})]));
    assert_eq!(told.line(), "accepted c1 v1 shown:true existed:true kept:true");
    assert_eq!(tries(answers(says(409, "taken"), &[])).line(), "refused 409: taken");
}

#[test]
fn h3_what_is_another_s_or_no_answer_at_all_is_not_ours() {
    let another = |value: &mut Value| value["subject"] = json!({"reference": "Patient/p2"});
    let other_act = |value: &mut Value| value["identifier"][0]["value"] = json!("another act");
    let away = |value: &mut Value| {
        value["subject"] = json!({"reference": "https://elsewhere.example/fhir/Patient/p1"});
    };
    let doubled = held("c1", |_| {}).to_string().replacen(
        "\"subject\":",
        "\"subject\":{\"reference\":\"Patient/p2\"},\"subject\":",
        1,
    );
    for body in [
        held("c1", another).to_string(),
        held("c1", other_act).to_string(),
        held("c1", away).to_string(),
        doubled,
        json!({"resourceType": "Patient", "id": "p1"}).to_string(),
        "<html>Sign in</html>".to_owned(),
        "[".repeat(1_000),
        "[1".repeat(250_000),
        "\u{1}".to_owned(),
    ] {
        for code in [200, 201] {
            let told = tries(answers(Reply::Is(code, vec![], body.clone()), &[]));
            assert!(matches!(told.came, Came::Unknown { .. }), "{code} {body:.60}: {}", told.line());
        }
    }
    // Nor when it is searched for.
    let told = tries(answers(status(412), &[held("c1", another)]));
    assert!(matches!(told.came, Came::Unknown { .. }), "{}", told.line());
}

#[test]
fn what_cannot_be_asked_stays_unsent() {
    for change in [
        (|deed: &mut Deed| deed.resource_type = "../admin".to_owned()) as fn(&mut Deed),
        |deed| deed.identifier.value.clear(),
        |deed| deed.way = Way::Update { id: "../x".to_owned(), if_match: None },
        |deed| deed.way = Way::Update { id: "x".to_owned(), if_match: Some("1\r\nx: y".to_owned()) },
        |deed| deed.way = Way::Operation { path: "Appointment/../$book".to_owned() },
        |deed| deed.way = Way::Operation { path: "https://evil.example/$book".to_owned() },
        |deed| deed.way = Way::Operation { path: "Appointment/book".to_owned() },
    ] {
        let mut odd = deed();
        change(&mut odd);
        let told = run(odd, Step::Try, Portal::default());
        assert_eq!(
            (told.line().as_str(), told.sent.len()),
            ("not done Unfit +0: no request can be made of it", 0)
        );
    }
}

#[test]
fn h1_a_run_that_is_stopped_says_what_is_known() {
    let session = || Session::new(tokens(|_| {}));
    let mut perform = Perform::new(session(), deed(), Step::Try);
    perform.stop(NOW);
    let Some(Action::Done(Came::NotDone { why: Why::Stopped, .. })) = perform.poll(NOW).pop() else {
        panic!()
    };
    assert!(matches!(perform.poll(NOW).as_slice(), [Action::Finished]));

    let mut perform = Perform::new(session(), deed(), Step::Try);
    let Some(Action::Send { id, .. }) = perform.poll(NOW).pop() else { panic!() };
    perform.stop(NOW);
    perform.receive(id, Err(Failure::Unsent(String::new())), NOW);
    let Some(Action::Done(Came::Unknown { .. })) = perform.poll(NOW).pop() else { panic!("it was sent") };
    assert!(matches!(perform.poll(NOW).as_slice(), [Action::Finished]));
}
