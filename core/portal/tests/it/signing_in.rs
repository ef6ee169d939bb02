use data_encoding::BASE64URL_NOPAD;
use portal::{
    Error, Tokens,
    connect::{Connect, Connected, Step},
};
use serde_json::{Value, json};

use crate::{
    discovering::{WELL_KNOWN, configuration, discover, options},
    script::{BASE, Logged, NOW, NOW_DATE, Portal, Reply, logged, offline, ok, says, status},
};

const STATE: &str = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc";
const TOKEN: &str = "https://login.example/token";
const PATIENT: &str = "https://portal.example/fhir/Patient/p1";

fn at_the_browser(change: impl FnOnce(&mut Value)) -> Connect {
    let (connect, url, _) =
        discover(options(), Portal::default().on(WELL_KNOWN, [ok(&configuration(change))]));
    url.unwrap();
    connect
}

fn returned(query: &str) -> String {
    format!("org.wellkept.app:/callback?{query}")
}

fn good() -> String {
    returned(&format!("code=c0de&state={STATE}"))
}

fn granted(change: impl FnOnce(&mut Value)) -> Value {
    let mut value = json!({"access_token": "access-0", "token_type": "Bearer", "expires_in": 3600, "refresh_token": "refresh-0",
        "scope": "launch/patient patient/Observation.rs patient/Patient.rs", "patient": "p1"});
    change(&mut value);
    value
}

fn alice() -> Reply {
    Reply::Is(
        200,
        vec![("Date", NOW_DATE)],
        json!({"resourceType": "Patient", "id": "p1", "gender": "female"}).to_string(),
    )
}

/// From the browser's return to the end.
fn finish(connect: &mut Connect, portal: &mut Portal) -> (Result<Connected, Error>, Vec<Logged>) {
    let mut asked = Vec::new();
    loop {
        match connect.poll() {
            Step::Send(request) => {
                asked.push(logged(&request, NOW));
                connect.receive(portal.answer(&request), NOW);
            }
            Step::Done(connected) => return (Ok(connected), asked),
            Step::Failed(error) => return (Err(error), asked),
            Step::Waiting | Step::OpenBrowser(_) => panic!("nothing to wait for"),
        }
    }
}

fn sign_in(token: Reply, patient: Reply) -> (Result<Connected, Error>, Vec<Logged>) {
    let mut connect = at_the_browser(|_| {});
    connect.redirected(&good(), NOW).unwrap();
    finish(
        &mut connect,
        &mut Portal::default().on(TOKEN, [token]).on("https://portal.example/fhir/Patient/*", [patient]),
    )
}

fn with(change: impl FnOnce(&mut Value)) -> Result<Connected, Error> {
    sign_in(ok(&granted(change)), alice()).0
}

#[test]
fn alice_signs_in_and_her_patient_is_read() {
    let (connected, asked) = sign_in(ok(&granted(|_| {})), alice());
    let connected = connected.unwrap();
    let tokens = &connected.tokens;
    assert_eq!((tokens.patient(), tokens.base().as_str(), tokens.can_refresh()), ("p1", BASE, true));
    assert_eq!((tokens.obtained_at(), tokens.expires_at()), (NOW, Some(NOW + 3600)));
    assert_eq!(tokens.scopes().to_string(), "launch/patient patient/Observation.rs patient/Patient.rs");
    assert_eq!(connected.patient.id(), "p1");
    assert_eq!(connected.date, Some(NOW));

    assert_eq!(asked.len(), 2);
    assert_eq!((asked[0].url.as_str(), &asked[0].token), (TOKEN, &None));
    let body = format!(
        "grant_type=authorization_code&code=c0de&redirect_uri=org.wellkept.app%3A%2Fcallback&client_id=wellkept&code_verifier={STATE}"
    );
    assert_eq!(asked[0].body, body, "a public client: verifier, no secret");
    assert_eq!((asked[1].url.as_str(), asked[1].token.as_deref()), (PATIENT, Some("Bearer access-0")));

    let again = Tokens::decode(&tokens.encode()).unwrap();
    assert_eq!(again.encode(), tokens.encode());
}

/// The right to write is worth less than reading.
#[test]
fn a_portal_that_refuses_the_right_to_write_is_asked_for_reading_alone() {
    const READING: &str = "fhirUser launch/patient offline_access openid patient/*.rs";
    let lists = |value: &mut Value| {
        value["scopes_supported"] = json!(["launch/patient", "patient/*.rs", "patient/*.cruds"]);
    };
    let (mut connect, url, _) =
        discover(options(), Portal::default().on(WELL_KNOWN, [ok(&configuration(lists))]));
    let first = url.unwrap();
    let parameter = |url: &url::Url, name: &str| {
        url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned()).unwrap()
    };
    assert!(parameter(&first, "scope").ends_with(" patient/Task.cu"));
    let refused =
        |state: &str| returned(&format!("error=invalid_scope&error_description=no+writing&state={state}"));
    let error = connect.redirected(&refused(STATE), NOW).unwrap_err();
    assert_eq!(error.reason(), Some("the portal does not offer what was asked for: no writing"));
    assert!(matches!(error, Error::AskedTooMuch { .. }));
    let Step::OpenBrowser(second) = connect.poll() else { panic!("another page") };
    assert_eq!(parameter(&second, "scope"), READING);
    for name in ["state", "code_challenge"] {
        let (one, other) = (parameter(&first, name), parameter(&second, name));
        assert!(one != other && other.len() == 43, "{name} is used once");
    }
    // What was said to the first page is worth nothing to the second.
    assert_eq!(connect.redirected(&good(), NOW).unwrap_err(), Error::WrongState);
    let state = parameter(&second, "state");
    connect.redirected(&returned(&format!("code=c0de&state={state}")), NOW).unwrap();
    let narrow = |value: &mut Value| drop(value.as_object_mut().unwrap().remove("scope"));
    let portal = Portal::default()
        .on(TOKEN, [ok(&granted(narrow))])
        .on("https://portal.example/fhir/Patient/*", [alice()]);
    let (connected, asked) = finish(&mut connect, &mut { portal });
    assert_eq!(connected.unwrap().tokens.scopes().to_string(), READING);
    // The verifier is the one whose challenge was shown (RFC 7636, section 4.6).
    let verifier = asked[0].body.split('&').find_map(|pair| pair.strip_prefix("code_verifier=")).unwrap();
    let digest = ring::digest::digest(&ring::digest::SHA256, verifier.as_bytes());
    assert_eq!(BASE64URL_NOPAD.encode(digest.as_ref()), parameter(&second, "code_challenge"));

    // Where nothing but reading was asked for, and the second time, it is over.
    let mut connect = at_the_browser(|_| {});
    assert!(matches!(connect.redirected(&refused(STATE), NOW), Err(Error::Denied { .. })));
    assert!(matches!(connect.poll(), Step::Failed(Error::Denied { .. })));
}

#[test]
fn an_answer_that_is_not_ours_changes_nothing() {
    let mut connect = at_the_browser(|_| {});
    let wrong = [
        (returned("code=evil&state=guess"), Error::WrongState),
        (returned("code=evil"), Error::WrongState),
        (returned("error=access_denied"), Error::WrongState),
        (returned(&format!("code=evil&state={STATE}&state=x")), Error::WrongState),
        (returned(&format!("code=evil&code=c0de&state={STATE}")), Error::WrongState),
        (returned(&format!("code=evil&state={}", STATE.to_lowercase())), Error::WrongState),
        (returned(&format!("code=evil&state={STATE}%00")), Error::WrongState),
        (format!("org.wellkept.app:/callback/?code=c&state={STATE}"), Error::NotForUs),
        (format!("org.wellkept.app2:/callback?code=c&state={STATE}"), Error::NotForUs),
        (format!("org.wellkept.app://host/callback?code=c&state={STATE}"), Error::NotForUs),
        (format!("https://wellkept.example/callback?code=c&state={STATE}"), Error::NotForUs),
        ("not an address".to_owned(), Error::NotForUs),
        ("x".repeat(1 << 20), Error::NotForUs),
    ];
    for (address, error) in wrong {
        assert_eq!(connect.redirected(&address, NOW).unwrap_err(), error, "{address}");
        assert!(matches!(connect.poll(), Step::Waiting), "no token call after {address}");
    }
    connect.redirected(&good(), NOW).unwrap();
    assert!(matches!(connect.poll(), Step::Send(_)));
}

#[test]
fn the_return_address_is_compared_with_its_port() {
    let mut own = options();
    own.redirect_uri = "http://127.0.0.1:4711/cb".to_owned();
    let (mut connect, url, _) = discover(own, Portal::default().on(WELL_KNOWN, [ok(&configuration(|_| {}))]));
    url.unwrap();
    for host in ["127.0.0.1", "127.0.0.1:4712", "localhost:4711", "u@127.0.0.1:4711"] {
        let address = format!("http://{host}/cb?code=c&state={STATE}");
        assert_eq!(connect.redirected(&address, NOW).unwrap_err(), Error::NotForUs, "{host}");
    }
    connect.redirected(&format!("http://127.0.0.1:4711/cb?code=c&state={STATE}"), NOW).unwrap();
}

#[test]
fn a_state_and_a_code_are_good_once() {
    let mut early = Connect::start(BASE, options(), [7; 64]).unwrap();
    assert_eq!(early.redirected(&good(), NOW).unwrap_err(), Error::NotExpected);

    let mut connect = at_the_browser(|_| {});
    connect.redirected(&good(), NOW).unwrap();
    assert_eq!(connect.redirected(&good(), NOW).unwrap_err(), Error::NotExpected);
    let (connected, asked) =
        finish(&mut connect, &mut Portal::default().on(TOKEN, [ok(&granted(|_| {}))]).on(PATIENT, [alice()]));
    connected.unwrap();
    assert_eq!(asked.iter().filter(|request| request.url == TOKEN).count(), 1, "one token call for one code");
    assert_eq!(connect.redirected(&good(), NOW).unwrap_err(), Error::NotExpected);
    assert!(matches!(connect.poll(), Step::Failed(Error::NotExpected)), "done is said once");
}

#[test]
fn the_issuer_must_be_the_one_that_was_discovered() {
    let tried = |iss: &str, change: &dyn Fn(&mut Value)| {
        let mut connect = at_the_browser(|value| change(value));
        let result = connect.redirected(&format!("{}{iss}", good()), NOW);
        let sent = matches!(connect.poll(), Step::Send(_));
        assert_eq!(result.is_ok(), sent, "no token call when refused");
        result
    };
    let promised = |value: &mut Value| value["authorization_response_iss_parameter_supported"] = json!(true);
    let nameless = |value: &mut Value| value["issuer"] = Value::Null;
    assert_eq!(tried("&iss=https%3A%2F%2Flogin.example", &promised), Ok(()));
    assert_eq!(tried("&iss=https%3A%2F%2Flogin.example", &|_| {}), Ok(()));
    assert_eq!(tried("", &|_| {}), Ok(()));
    assert_eq!(tried("&iss=https%3A%2F%2Flogin.example%2Frealm", &nameless), Ok(()));
    for (iss, change) in [
        ("", &promised as &dyn Fn(&mut Value)),
        ("&iss=https%3A%2F%2Fevil.example", &promised),
        ("&iss=https%3A%2F%2Fevil.example", &|_| {}),
        ("&iss=https%3A%2F%2Flogin.example%2F", &|_| {}),
        ("&iss=https%3A%2F%2Fevil.example", &nameless),
        ("&iss=", &nameless),
    ] {
        assert_eq!(tried(iss, change), Err(Error::WrongIssuer), "{iss}");
    }
}

#[test]
fn a_no_is_told_in_words() {
    let mut connect = at_the_browser(|_| {});
    let no =
        returned(&format!("error=access_denied&error_description=You%20said%0Ano%E2%80%AE&state={STATE}"));
    let error = connect.redirected(&no, NOW).unwrap_err();
    assert_eq!(error.reason(), Some("access was not allowed: You said no"));
    assert_eq!(error.to_string(), "the portal did not give access");
    assert!(matches!(connect.poll(), Step::Failed(Error::Denied { .. })));
    assert_eq!(connect.redirected(&good(), NOW).unwrap_err(), Error::NotExpected);

    let body = json!({"error": "invalid_client", "error_description": "unknown-tenant"}).to_string();
    let error = sign_in(Reply::Is(401, vec![], body), alice()).0.err().unwrap();
    assert_eq!(
        error,
        Error::NotThisClient {
            status: 401,
            reason: "the portal does not know this app: unknown-tenant".to_owned()
        }
    );
    let error = sign_in(Reply::Is(500, vec![], "<html>".to_owned()), alice()).0.err().unwrap();
    assert_eq!(error, Error::Refused { status: 500, reason: String::new() });
    let mut connect = at_the_browser(|_| {});
    assert_eq!(
        connect.redirected(&returned(&format!("state={STATE}")), NOW).unwrap_err(),
        Error::Malformed("the sign-in answer")
    );
}

#[test]
fn what_a_token_answer_leaves_out_is_filled_in_or_said() {
    let without = |key: &'static str| with(|value| drop(value.as_object_mut().unwrap().remove(key)));
    assert!(!without("refresh_token").unwrap().tokens.can_refresh());
    assert_eq!(without("expires_in").unwrap().tokens.expires_at(), None);
    assert!(without("scope").unwrap().tokens.scopes().contains("patient/*.rs"), "then it is what was asked");
    assert_eq!(without("patient").err(), Some(Error::NoPatient));
    for odd in [json!(""), json!(7), Value::Null] {
        assert_eq!(with(|value| value["patient"] = odd).err(), Some(Error::NoPatient));
    }
    for bad in ["../Observation", "p1?x", "..", "a b"] {
        assert_eq!(
            with(|value| value["patient"] = json!(bad)).err(),
            Some(Error::Malformed("the patient's id")),
            "{bad}"
        );
    }
    for no_token in ["access_token", "token_type"] {
        assert!(with(|value| value[no_token] = json!(1)).is_err());
    }
    assert_eq!(with(|value| value["expires_in"] = json!(-5)).unwrap().tokens.expires_at(), None);
    let huge = with(|value| value["expires_in"] = json!(u64::MAX)).unwrap().tokens.expires_at().unwrap();
    assert!(huge > NOW && huge < NOW + 11 * 366 * 86_400);
}

#[test]
fn the_patient_may_be_named_by_the_user() {
    let user = |user: &str| {
        let claims = BASE64URL_NOPAD.encode(json!({"fhirUser": user}).to_string().as_bytes());
        let by_claim = with(|value| {
            value["patient"] = Value::Null;
            value["id_token"] = json!(format!("e30.{claims}.c2ln"));
        });
        let plain = with(|value| {
            value["patient"] = Value::Null;
            value["fhirUser"] = json!(user);
        });
        let (by_claim, plain) =
            (by_claim.map(|c| c.tokens.patient().to_owned()), plain.map(|c| c.tokens.patient().to_owned()));
        assert_eq!(by_claim, plain);
        plain
    };
    assert_eq!(user("Patient/p1").unwrap(), "p1");
    assert_eq!(user("https://portal.example/fhir/Patient/p1").unwrap(), "p1");
    for other in ["https://other.example/fhir/Patient/p1", "RelatedPerson/r1", "Practitioner/1", ""] {
        assert_eq!(user(other).unwrap_err(), Error::NoPatient, "{other}");
    }
}

#[test]
fn another_patient_or_none_ends_it() {
    let other = ok(&json!({"resourceType": "Patient", "id": "p2"}));
    assert_eq!(sign_in(ok(&granted(|_| {})), other).0.err(), Some(Error::WrongPatient));
    let outcome = says(200, "later");
    assert_eq!(sign_in(ok(&granted(|_| {})), outcome).0.err(), Some(Error::WrongPatient));
    let html = Reply::Is(200, vec![], "<html>".to_owned());
    assert_eq!(sign_in(ok(&granted(|_| {})), html).0.err(), Some(Error::Malformed("the patient")));
    let refused = sign_in(ok(&granted(|_| {})), says(403, "not yours")).0.err().unwrap();
    assert_eq!(refused, Error::Refused { status: 403, reason: "not yours".to_owned() });
    assert!(matches!(sign_in(ok(&granted(|_| {})), offline()).0.err(), Some(Error::Unreachable { .. })));
    assert!(
        matches!(sign_in(offline(), alice()).0.err(), Some(Error::Unreachable { .. })),
        "a code is not tried twice"
    );
}

#[test]
fn tokens_do_not_follow_a_redirect() {
    let moved = |status| Reply::Is(status, vec![("location", "https://evil.example/")], String::new());
    for code in [301, 302, 303, 307, 308] {
        let (result, asked) = sign_in(moved(code), alice());
        assert_eq!((result.err(), asked.len()), (Some(Error::Redirected), 1));
        let (result, asked) = sign_in(ok(&granted(|_| {})), moved(code));
        assert_eq!((result.err(), asked.len()), (Some(Error::Redirected), 2));
    }
}

#[test]
fn answers_that_nobody_asked_for_are_ignored() {
    let mut connect = at_the_browser(|_| {});
    connect.receive(
        Portal::default().on(TOKEN, [status(500)]).answer(&portal::Request {
            method: portal::Method::Get,
            url: TOKEN.parse().unwrap(),
            headers: vec![],
            body: None,
            max_bytes: 1,
        }),
        NOW,
    );
    connect.redirected(&good(), NOW).unwrap();
}

#[test]
fn nothing_secret_is_in_a_debug_text() {
    let mut connect = at_the_browser(|_| {});
    connect.redirected(&good(), NOW).unwrap();
    let Step::Send(request) = connect.poll() else { panic!() };
    assert_eq!(format!("{request:?}"), "Request(Post https://login.example)");
    let answer =
        portal::Response { status: 200, headers: vec![], body: granted(|_| {}).to_string().into_bytes() };
    assert!(!format!("{answer:?}").contains("access-0"));
}
