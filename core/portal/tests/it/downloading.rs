//! Files: alice's notes and reports, at her portal and elsewhere.

use std::collections::{BTreeMap, VecDeque};

use data_encoding::BASE64;
use portal::{
    Failure, Request,
    download::{Action, Download, File, IN_FLIGHT, Miss, Want},
    fetch::Fault,
    session::Session,
};
use proptest::prelude::*;
use serde_json::json;

use crate::script::{NOW, Portal, Reply, offline, ok, says, status, tokens};

const CDA: &str = "https://portal.example/fhir/Binary/cda";
const TOKEN: &str = "https://login.example/token";

fn want(id: u64, url: &str, content_type: &str) -> Want {
    Want { id, url: url.to_owned(), content_type: Some(content_type.to_owned()), max_bytes: 1_000 }
}

fn is(content_type: &'static str, body: &str) -> Reply {
    Reply::Is(200, vec![("Content-Type", content_type)], body.to_owned())
}

/// What came of a run.
#[derive(Default)]
struct Told {
    sent: Vec<Request>,
    came: BTreeMap<u64, Result<File, Miss>>,
    stores: usize,
    sign_in_again: usize,
    most_in_flight: usize,
    now: i64,
}

impl Told {
    fn bytes(&self, want: u64) -> &str {
        std::str::from_utf8(&self.came[&want].as_ref().expect("a file").bytes).unwrap()
    }

    fn miss(&self, want: u64) -> &Miss {
        self.came[&want].as_ref().expect_err("no file")
    }

    fn fault(&self, want: u64) -> Fault {
        match self.miss(want) {
            Miss::Failed { fault, .. } => *fault,
            other => panic!("{other:?}"),
        }
    }

    fn asked(&self, url: &str) -> usize {
        self.sent.iter().filter(|request| request.url.as_str() == url).count()
    }
}

fn run(wants: Vec<Want>, portal: Portal) -> Told {
    run_with(wants, portal, |_| {})
}

fn run_with(wants: Vec<Want>, mut portal: Portal, change: impl FnOnce(&mut serde_json::Value)) -> Told {
    let mut download = Download::new(Session::new(tokens(change)), wants);
    let mut told = Told { now: NOW, ..Told::default() };
    let mut flying: VecDeque<(u64, Request)> = VecDeque::new();
    for _ in 0..10_000 {
        let actions = download.poll(told.now);
        if actions.is_empty() {
            let (id, request) =
                flying.pop_front().expect("the machine waits for an answer that nobody owes it");
            download.receive(id, portal.answer(&request), told.now);
        }
        for action in actions {
            match action {
                Action::Send { id, request } => {
                    told.sent.push(request.clone());
                    flying.push_back((id, request));
                    told.most_in_flight = told.most_in_flight.max(flying.len());
                }
                Action::StoreTokens(_) => {
                    assert!(download.poll(told.now).is_empty(), "nothing before the tokens are stored");
                    told.stores += 1;
                    download.stored();
                }
                Action::Done { want, came } => {
                    assert!(told.came.insert(want, came).is_none(), "{want} ended twice");
                }
                Action::SignInAgain => told.sign_in_again += 1,
                Action::Wait { until } => match flying.pop_front() {
                    Some((id, request)) => download.receive(id, portal.answer(&request), told.now),
                    None => told.now = until.max(told.now + 1),
                },
                Action::Finished => return told,
            }
        }
    }
    panic!("it does not end");
}

fn header<'r>(request: &'r Request, name: &str) -> Option<&'r str> {
    request.headers.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
}

#[test]
fn a_cda_is_asked_for_as_itself_and_comes_as_itself() {
    let portal = Portal::default().on(CDA, [is("application/xml", "<ClinicalDocument/>")]);
    let told = run(vec![want(7, "Binary/cda", "application/xml")], portal);
    assert_eq!(told.bytes(7), "<ClinicalDocument/>");
    assert_eq!(told.came[&7].as_ref().unwrap().content_type.as_deref(), Some("application/xml"));
    assert_eq!(header(&told.sent[0], "accept"), Some("application/xml, */*;q=0.1"));
    assert_eq!(header(&told.sent[0], "authorization"), Some("Bearer access-0"));
}

#[test]
fn a_portal_that_gives_fhir_all_the_same_is_unwrapped() {
    let binary =
        |data: &str| json!({"resourceType": "Binary", "contentType": "application/pdf", "data": data});
    let lines = BASE64.encode(b"%PDF-1.4 invented").replace("MS", "M\nS");
    let portal = Portal::default()
        .on("https://portal.example/fhir/Binary/1", [ok(&binary(&lines))])
        .on("https://portal.example/fhir/Binary/2", [ok(&binary("not base64"))])
        .on("https://portal.example/fhir/Binary/3", [ok(&json!({"resourceType": "Binary"}))])
        .on("https://portal.example/fhir/Binary/4", [ok(&json!({"resourceType": "Bundle"}))])
        .on("https://portal.example/fhir/Binary/5", [says(200, "not today")]);
    let wants = (1..=5).map(|n| want(n, &format!("Binary/{n}"), "application/pdf")).collect();
    let told = run(wants, portal);
    assert_eq!(told.bytes(1), "%PDF-1.4 invented");
    assert_eq!(told.came[&1].as_ref().unwrap().content_type.as_deref(), Some("application/pdf"));
    assert_eq!((told.fault(2), told.fault(3)), (Fault::NotFhir, Fault::NotFhir));
    assert_eq!(told.bytes(4), r#"{"resourceType":"Bundle"}"#, "what is no Binary is the file itself");
    let Miss::Failed { reason, .. } = told.miss(5) else { panic!() };
    assert!(reason.contains("not today"), "{reason}");
}

#[test]
fn c31_the_token_goes_to_the_portal_alone_and_another_host_is_not_asked() {
    let elsewhere = ["https://files.example/1", "//evil.example/x", "http://portal.example/fhir/Binary/x"];
    let nowhere = ["../Patient/p2", "urn:uuid:1", "", "data:text/plain,hi"];
    let all = elsewhere.iter().chain(&nowhere).enumerate();
    let wants = all.map(|(n, url)| want(n as u64, url, "application/pdf")).collect();
    let told = run(wants, Portal::default());
    assert!(told.sent.is_empty());
    for (n, host) in ["files.example", "evil.example", "portal.example"].iter().enumerate() {
        assert_eq!(told.miss(n as u64), &Miss::Elsewhere { host: (*host).to_owned() });
    }
    for n in 3..7 {
        assert_eq!(told.miss(n), &Miss::Unreadable);
    }
}

#[test]
fn too_large_is_too_large_in_either_form() {
    let long = "x".repeat(1_001);
    let wrapped = json!({"resourceType": "Binary", "data": BASE64.encode(long.as_bytes())});
    let portal = Portal::default()
        .on("https://portal.example/fhir/Binary/1", [is("text/plain", &long)])
        .on("https://portal.example/fhir/Binary/2", [ok(&wrapped)])
        .on("https://portal.example/fhir/Binary/3", [Reply::Fails(Failure::TooLarge)])
        .on("https://portal.example/fhir/Binary/4", [is("text/plain", &"x".repeat(1_000))]);
    let told = run((1..=4).map(|n| want(n, &format!("Binary/{n}"), "text/plain")).collect(), portal);
    for n in 1..=3 {
        assert_eq!(told.miss(n), &Miss::TooLarge { max_bytes: 1_000 });
    }
    assert_eq!(told.bytes(4).len(), 1_000);
    assert!(told.sent.iter().all(|request| request.max_bytes > 1_336), "room for base64");
}

#[test]
fn what_is_refused_gone_redirected_or_empty_is_told_and_the_rest_goes_on() {
    let binary = |n: u64| format!("https://portal.example/fhir/Binary/{n}");
    let portal = Portal::default()
        .on(&binary(1), [says(403, "not for this app")])
        .on(&binary(2), [status(404)])
        .on(&binary(3), [status(406)])
        .on(&binary(4), [Reply::Is(302, vec![("Location", "https://evil.example/")], String::new())])
        .on(&binary(5), [status(200)])
        .on(&binary(6), [status(500)])
        .on(&binary(7), [is("text/plain", "here")]);
    let told = run((1..=7).map(|n| want(n, &format!("Binary/{n}"), "text/plain")).collect(), portal);
    assert_eq!(told.miss(1), &Miss::Refused { status: 403, reason: "not for this app".to_owned() });
    assert!(matches!(told.miss(2), Miss::Refused { status: 404, .. }));
    assert!(matches!(told.miss(3), Miss::Refused { status: 406, .. }));
    assert_eq!(
        (told.fault(4), told.fault(5), told.fault(6)),
        (Fault::Redirect, Fault::NotFhir, Fault::Server)
    );
    assert_eq!(told.bytes(7), "here");
    assert_eq!(told.asked(&binary(6)), 3, "a server's own failure is tried again");
    assert!(told.sent.iter().all(|request| request.url.host_str() == Some("portal.example")));
}

#[test]
fn one_renewal_serves_all_files_and_is_stored_before_it_is_used() {
    let token = json!({"access_token": "access-1", "token_type": "Bearer", "refresh_token": "refresh-1"});
    let portal = Portal::default()
        .on(TOKEN, [ok(&token)])
        .on("https://portal.example/fhir/Binary/*", [is("text/plain", "here")])
        .accepting("access-1");
    let told = run((0..20).map(|n| want(n, &format!("Binary/{n}"), "text/plain")).collect(), portal);
    assert_eq!((told.asked(TOKEN), told.stores, told.sign_in_again), (1, 1, 0));
    assert!((0..20).all(|n| told.bytes(n) == "here"));
    assert_eq!(told.most_in_flight, IN_FLIGHT);
}

#[test]
fn a_file_that_is_401_even_after_a_renewal_ends_neither_the_sign_in_nor_the_other_files() {
    let token = |n: u32| ok(&json!({"access_token": format!("access-{n}"), "token_type": "Bearer"}));
    let portal = Portal::default()
        .on(TOKEN, [token(1), token(2), token(3)])
        .on("https://portal.example/fhir/Binary/mine", [is("text/plain", "here")])
        .on("https://portal.example/fhir/Binary/*", [status(401)]);
    let mut wants: Vec<Want> = (0..8).map(|n| want(n, &format!("Binary/{n}"), "text/plain")).collect();
    wants.push(want(9, "Binary/mine", "text/plain"));
    let told = run(wants, portal);
    assert!((0..8).all(|n| matches!(told.miss(n), Miss::Refused { status: 401, .. })));
    assert_eq!(told.bytes(9), "here");
    assert_eq!((told.asked(TOKEN), told.sign_in_again), (1, 0));
}

#[test]
fn a_sign_in_that_ended_is_said_once_and_nothing_more_is_asked() {
    let ended = Reply::Is(400, vec![], json!({"error": "invalid_grant"}).to_string());
    let portal = Portal::default().on(TOKEN, [ended]).accepting("another");
    let told = run((0..9).map(|n| want(n, &format!("Binary/{n}"), "text/plain")).collect(), portal);
    assert_eq!((told.sign_in_again, told.asked(TOKEN)), (1, 1));
    assert!((0..9).all(|n| told.fault(n) == Fault::SignIn));
    assert!(told.sent.len() <= IN_FLIGHT + 1);
}

#[test]
fn a_busy_portal_is_given_time_and_a_silent_one_is_left_alone() {
    let busy = Reply::Is(429, vec![("Retry-After", "7")], String::new());
    let portal = Portal::default().on(CDA, [busy, is("application/xml", "<x/>")]);
    let told = run(vec![want(1, "Binary/cda", "application/xml")], portal);
    assert_eq!((told.bytes(1), told.now), ("<x/>", NOW + 7));

    let portal = Portal::default().on("https://portal.example/fhir/Binary/*", [offline()]);
    let told = run((0..200).map(|n| want(n, &format!("Binary/{n}"), "text/plain")).collect(), portal);
    assert!((0..200).all(|n| told.fault(n) == Fault::Unreachable));
    assert!(told.sent.len() < 20, "{}", told.sent.len());
}

#[test]
fn a_run_that_is_stopped_ends_what_is_open() {
    let mut download = Download::new(
        Session::new(tokens(|_| {})),
        (0..9).map(|n| want(n, "Binary/x", "text/plain")).collect(),
    );
    assert_eq!(download.poll(NOW).len(), IN_FLIGHT);
    download.stop();
    let ended = download.poll(NOW);
    assert_eq!(ended.len(), 9);
    assert!(ended.iter().all(|action| matches!(
        action,
        Action::Done { came: Err(Miss::Failed { fault: Fault::Stopped, .. }), .. }
    )));
    assert!(matches!(download.poll(NOW)[..], [Action::Finished]));
}

proptest! {
    /// Whatever an address says, a request goes to the portal's own origin or nowhere.
    #[test]
    fn c31_no_address_leads_the_token_away(address in "(https?:)?[/\\\\]{0,3}[a-z@:.%/\\\\ #?]{0,40}") {
        for request in run(vec![want(1, &address, "text/plain")], Portal::default()).sent {
            prop_assert_eq!(request.url.origin().ascii_serialization(), "https://portal.example");
            prop_assert_eq!(request.url.username(), "");
        }
    }

    /// No answer is too strange to be told.
    #[test]
    fn any_answer_is_a_file_or_told(code in 100u16..600, kind in prop::sample::select(vec!["text/plain", "application/fhir+json", ""]), body in ".{0,200}") {
        let portal = Portal::default().on(CDA, [Reply::Is(code, vec![("content-type", kind)], body)]);
        let token = json!({"access_token": "access-1", "token_type": "Bearer"});
        let portal = portal.on(TOKEN, [ok(&token)]);
        prop_assert_eq!(run(vec![want(1, "Binary/cda", "text/plain")], portal).came.len(), 1);
    }
}
