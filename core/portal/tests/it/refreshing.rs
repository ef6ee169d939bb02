use std::collections::VecDeque;

use portal::{
    fetch::{Action, Fault, Fetch, Options, Outcome},
    plan, session,
};
use serde_json::{Value, json};

use crate::script::{Driver, NOW, Portal, Reply, first, logged, offline, ok, only, page, status, tokens};

const TOKEN: &str = "https://login.example/token";

fn renewed(change: impl FnOnce(&mut Value)) -> Reply {
    let mut value = json!({"access_token": "access-1", "token_type": "bearer", "expires_in": 3600, "refresh_token": "refresh-1"});
    change(&mut value);
    ok(&value)
}

fn rejects(error: &str) -> Reply {
    Reply::Is(400, vec![], json!({"error": error}).to_string())
}

const FIVE: [&str; 5] = [
    "Observation/laboratory",
    "Observation/vital-signs",
    "Observation/survey",
    "Observation/exam",
    "Observation",
];

/// The first access token is no longer good.
fn expired() -> Portal {
    let portal = Portal::default().accepting("access-1");
    FIVE.iter().fold(portal, |portal, name| portal.on(&first(name), [ok(&page(&["a"], None))]))
}

#[test]
fn four_refusals_at_once_make_one_refresh_and_the_new_tokens_are_stored_before_they_are_used() {
    for newest_first in [false, true] {
        let mut portal = expired().on(TOKEN, [renewed(|_| {}), status(500)]);
        let driver = Driver { newest_first, ..Driver::default() };
        let run = driver.run(&mut portal, tokens(|_| {}), only(&FIVE), vec![]);
        assert!(run.finished);
        assert_eq!((run.asked(TOKEN), run.stores, run.sign_in_again), (1, 1, 0));
        let refresh = run.requests.iter().find(|request| request.url == TOKEN).unwrap();
        assert_eq!(refresh.body, "grant_type=refresh_token&refresh_token=refresh-0&client_id=wellkept");
        assert_eq!(refresh.token, None, "the access token does not go to the token address");
        let after = run.requests.iter().skip_while(|request| request.url != TOKEN).skip(1);
        assert!(after.map(|request| request.token.as_deref()).all(|token| token == Some("Bearer access-1")));
        assert!(run.outcomes.values().all(|outcome| matches!(outcome, Outcome::Ok { count: 1, .. })));
        assert_eq!(run.kept.unwrap().expires_at(), Some(NOW + 3600));
    }
}

#[test]
fn a_refresh_comes_a_minute_ahead_of_the_end() {
    let run = |left: i64| {
        let mut portal = Portal::default().on(TOKEN, [renewed(|_| {})]);
        let soon = tokens(|value| {
            value["obtained_at"] = json!(NOW - 3600);
            value["expires_at"] = json!(NOW + left);
        });
        Driver::default().run(&mut portal, soon, only(&FIVE), vec![])
    };
    let early = run(60);
    assert_eq!(early.asked(TOKEN), 1);
    let told = |run: &crate::script::Run| {
        run.requests.iter().filter(|r| r.token.as_deref() == Some("Bearer access-0")).count()
    };
    assert_eq!(told(&early), 0, "the old token is not used any more");
    assert_eq!(run(61).asked(TOKEN), 0);
}

#[test]
fn tokens_that_live_a_moment_do_not_make_a_hot_loop() {
    for lives in [json!(1), json!(0), json!(-3), json!("x")] {
        let mut portal = Portal::default().on(TOKEN, [renewed(|value| value["expires_in"] = lives)]);
        let soon = tokens(|value| value["expires_at"] = json!(NOW + 1));
        let run = Driver::default().run(&mut portal, soon, only(&FIVE), vec![]);
        assert!(run.finished && run.asked(TOKEN) <= 1);
    }
}

#[test]
fn what_a_refresh_leaves_out_stays() {
    let mut portal =
        expired().on(TOKEN, [renewed(|value| drop(value.as_object_mut().unwrap().remove("refresh_token")))]);
    let run = Driver::default().run(&mut portal, tokens(|_| {}), only(&FIVE), vec![]);
    let kept: Value = serde_json::from_slice(&run.kept.unwrap().encode()).unwrap();
    assert_eq!(
        (&kept["refresh"], &kept["access"], &kept["patient"]),
        (&json!("refresh-0"), &json!("access-1"), &json!("p1"))
    );
    assert_eq!(kept["scopes"], "offline_access patient/*.rs");

    let mut portal = expired().on(TOKEN, [renewed(|value| value["patient"] = json!("p2"))]);
    let run = Driver::default().run(&mut portal, tokens(|_| {}), only(&FIVE), vec![]);
    assert!(run.kept.is_none(), "another patient's tokens are not kept");
    assert!(
        run.outcomes.values().all(|outcome| matches!(outcome, Outcome::Failed { fault: Fault::Refresh, .. }))
    );
}

#[test]
fn a_narrower_grant_holds_from_then_on() {
    let mut portal = expired()
        .on(TOKEN, [renewed(|value| value["scope"] = json!("patient/Observation.rs?category=laboratory"))]);
    let slots = plan::slots(tokens(|_| {}).scopes(), "p1");
    let run = Driver::default().run(&mut portal, tokens(|_| {}), slots, vec![]);
    assert_eq!(run.outcome("Coverage"), &Outcome::NotGranted);
    assert_eq!(run.outcome("Observation/vital-signs"), &Outcome::NotGranted);
    assert!(matches!(run.outcome("Observation/laboratory"), Outcome::Ok { .. }));
    assert_eq!(run.asked("https://portal.example/fhir/Coverage"), 0);
}

#[test]
fn a_rejection_asks_to_sign_in_again_and_being_offline_does_not() {
    let refused = |reply: Reply| {
        Driver::default().run(&mut expired().on(TOKEN, [reply]), tokens(|_| {}), only(&FIVE), vec![])
    };
    for reply in
        [rejects("invalid_grant"), rejects("invalid_client"), rejects("unauthorized_client"), status(401)]
    {
        let run = refused(reply);
        assert_eq!((run.sign_in_again, run.asked(TOKEN), run.finished), (1, 1, true));
        assert!(
            run.outcomes
                .values()
                .all(|outcome| matches!(outcome, Outcome::Failed { fault: Fault::SignIn, .. }))
        );
    }
    for reply in [
        offline(),
        Reply::Fails(portal::Failure::Timeout),
        status(503),
        status(500),
        status(429),
        rejects("invalid_request"),
        status(302),
        ok(&json!({})),
        Reply::Is(200, vec![], "<html>".to_owned()),
    ] {
        let run = refused(reply);
        assert_eq!((run.sign_in_again, run.finished), (0, true));
        assert!(run.asked(TOKEN) <= 3);
        assert!(
            run.outcomes
                .values()
                .all(|outcome| matches!(outcome, Outcome::Failed { fault: Fault::Refresh, .. }))
        );
    }
}

#[test]
fn a_refresh_is_tried_again_after_a_passing_failure() {
    for passing in [offline(), status(503), status(500)] {
        let mut portal = expired().on(TOKEN, [passing, renewed(|_| {})]);
        let run = Driver::default().run(&mut portal, tokens(|_| {}), only(&FIVE), vec![]);
        assert_eq!((run.asked(TOKEN), run.stores), (2, 1));
        assert!(run.outcomes.values().all(|outcome| matches!(outcome, Outcome::Ok { .. })));
    }
}

#[test]
fn a_refresh_ahead_that_fails_leaves_the_old_token_in_use() {
    let mut portal = Portal::default().on(TOKEN, [offline()]);
    let soon = tokens(|value| value["expires_at"] = json!(NOW + 55));
    let run = Driver::default().run(&mut portal, soon, only(&FIVE), vec![]);
    assert!(run.outcomes.values().all(|outcome| matches!(outcome, Outcome::Ok { .. })));
    assert_eq!(run.sign_in_again, 0);
}

#[test]
fn a_portal_that_refuses_new_tokens_too_is_not_asked_for_ever() {
    let mut portal =
        Portal::default().on(TOKEN, [renewed(|_| {})]).on("https://portal.example/fhir/*", [status(401)]);
    let run = Driver::default().run(&mut portal, tokens(|_| {}), only(&FIVE), vec![]);
    assert_eq!((run.sign_in_again, run.asked(TOKEN), run.finished), (1, 1, true));
    assert!(run.requests.len() <= 12);
}

#[test]
fn without_a_refresh_token_a_401_asks_to_sign_in_again() {
    let none = tokens(|value| value["refresh"] = Value::Null);
    let run = Driver::default().run(&mut expired().on(TOKEN, [renewed(|_| {})]), none, only(&FIVE), vec![]);
    assert_eq!((run.sign_in_again, run.asked(TOKEN)), (1, 0));
}

#[test]
fn the_place_is_kept_when_the_sign_in_ends() {
    let next = "https://portal.example/fhir?page=2";
    let one = only(&["Condition"]);
    let mut portal = Portal::default()
        .on(&first("Condition"), [ok(&page(&["a"], Some(next)))])
        .on(next, [status(401)])
        .on(TOKEN, [rejects("invalid_grant")]);
    let run = Driver::default().run(&mut portal, tokens(|_| {}), one.clone(), vec![]);
    assert_eq!(run.sign_in_again, 1);
    let mut portal = Portal::default().on(next, [ok(&page(&["b"], None))]);
    let run = Driver::default().run(&mut portal, tokens(|_| {}), one, run.cursors());
    assert_eq!(run.outcome("Condition"), &Outcome::Ok { count: 2, complete: true });
    assert_eq!(run.asked(&first("Condition")), 0);
}

#[test]
fn disconnecting_revokes_both_tokens_where_the_portal_can() {
    let requests: Vec<_> =
        session::revoke(&tokens(|_| {}), None, NOW).iter().map(|request| logged(request, NOW)).collect();
    let bodies: Vec<&str> = requests.iter().map(|request| request.body.as_str()).collect();
    assert_eq!(
        bodies,
        [
            "token=refresh-0&token_type_hint=refresh_token&client_id=wellkept",
            "token=access-0&token_type_hint=access_token&client_id=wellkept",
        ]
    );
    assert!(
        requests
            .iter()
            .all(|request| request.url == "https://login.example/revoke" && request.token.is_none())
    );
    assert!(
        session::revoke(&tokens(|value| value["revocation_endpoint"] = Value::Null), None, NOW).is_empty()
    );
}

#[test]
fn a_session_waits_for_its_tokens_to_be_stored() {
    let mut session = session::Session::new(tokens(|_| {}));
    assert!(matches!(session.poll(NOW), session::Turn::Ready));
    session.refused(0, NOW);
    session.refused(0, NOW);
    let session::Turn::Send(request) = session.poll(NOW) else { panic!() };
    assert!(matches!(session.poll(NOW), session::Turn::Busy), "one refresh at a time");
    session.refused(0, NOW);
    let replies: VecDeque<Reply> = [renewed(|_| {})].into();
    session.receive(Portal::default().on(TOKEN, replies).answer(&request), NOW);
    assert!(matches!(session.poll(NOW), session::Turn::Store(_)));
    assert!(matches!(session.poll(NOW), session::Turn::Busy));
    assert_eq!(session.generation(), 0, "not used before they are stored");
    session.stored();
    assert!(matches!(session.poll(NOW), session::Turn::Ready));
    assert_eq!(session.generation(), 1);
    session.refused(0, NOW);
    assert!(matches!(session.poll(NOW), session::Turn::Ready), "an old refusal says nothing of new tokens");
}

#[test]
fn a_token_goes_to_its_own_portal_only() {
    let session = session::Session::new(tokens(|_| {}));
    let request = |url: &str| portal::Request {
        method: portal::Method::Get,
        url: url.parse().unwrap(),
        headers: vec![],
        body: None,
        max_bytes: 1,
    };
    assert!(session.authorise(request("https://portal.example/fhir/Patient/p1")).is_ok());
    for other in [
        "https://evil.example/",
        "http://portal.example/fhir",
        "https://portal.example:444/fhir",
        "https://portal.example@evil.example/",
    ] {
        assert!(session.authorise(request(other)).is_err(), "{other}");
    }
}

#[test]
fn a_run_that_is_stopped_still_stores_the_tokens_that_were_on_their_way() {
    let gone = tokens(|value| value["expires_at"] = json!(NOW));
    let mut fetch = Fetch::new(
        session::Session::new(gone),
        only(&FIVE),
        vec![],
        Options { full: false, metered: false, now: NOW },
    );
    let mut portal = Portal::default().on(TOKEN, [renewed(|_| {})]);
    let sent: Vec<_> = fetch
        .poll(NOW)
        .into_iter()
        .filter_map(
            |action| if let Action::Send { id, request } = action { Some((id, request)) } else { None },
        )
        .collect();
    let (id, refresh) = sent.iter().find(|(_, request)| request.url.as_str() == TOKEN).unwrap();
    fetch.stop();
    let ended = fetch.poll(NOW);
    assert_eq!(ended.len(), FIVE.len());
    assert!(ended.iter().all(|action| matches!(
        action,
        Action::SlotDone { outcome: Outcome::Failed { fault: Fault::Stopped, .. }, .. }
    )));
    assert!(fetch.poll(NOW).is_empty(), "the refresh is waited for");
    fetch.receive(*id, portal.answer(refresh), NOW);
    assert!(matches!(fetch.poll(NOW).as_slice(), [Action::StoreTokens(_)]));
    assert!(fetch.poll(NOW).is_empty(), "and its answer to be stored");
    fetch.stored();
    assert!(matches!(fetch.poll(NOW).as_slice(), [Action::Finished]));
}
