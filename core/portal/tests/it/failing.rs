use portal::{
    Failure,
    fetch::{Fault, Outcome},
    plan,
};
use serde_json::json;

use crate::script::{Driver, NOW, Portal, Reply, Run, first, offline, ok, only, page, says, status, tokens};

const LAB: &str = "Observation/laboratory";

fn lab(replies: Vec<Reply>) -> Run {
    Driver::default().run(
        &mut Portal::default().on(&first(LAB), replies),
        tokens(|_| {}),
        only(&[LAB, "Condition"]),
        vec![],
    )
}

fn good() -> Reply {
    ok(&page(&["a"], None))
}

fn fault(run: &Run) -> Fault {
    let Outcome::Failed { fault, .. } = run.outcome(LAB) else { panic!("{:?}", run.outcome(LAB)) };
    *fault
}

#[test]
fn a_refusal_is_named_and_the_rest_goes_on() {
    for code in [400, 403, 404, 405, 410, 422, 501] {
        let run = lab(vec![says(code, "not\u{0}for \u{1b}you")]);
        assert_eq!(run.outcome(LAB), &Outcome::Refused { status: code, reason: "not for you".to_owned() });
        assert_eq!(run.outcome("Condition"), &Outcome::Ok { count: 0, complete: true });
        assert_eq!((run.asked(&first(LAB)), run.sign_in_again), (1, 0));
    }
    let run = lab(vec![says(403, &"long ".repeat(1_000))]);
    let Outcome::Refused { reason, .. } = run.outcome(LAB) else { panic!() };
    assert!(reason.chars().count() <= 300);
}

#[test]
fn a_catch_all_that_is_refused_is_marked_as_one() {
    let catch_alls: Vec<String> = plan::slots(tokens(|_| {}).scopes(), "p1")
        .into_iter()
        .filter(|slot| slot.catch_all)
        .map(|slot| slot.name)
        .collect();
    assert_eq!(
        catch_alls,
        [
            "MedicationRequest",
            "Observation",
            "Condition",
            "DiagnosticReport",
            "DocumentReference",
            "CarePlan",
            "CareTeam"
        ]
    );
}

#[test]
fn a_redirect_is_a_named_failure() {
    for code in [301, 302, 303, 307, 308] {
        let run =
            lab(vec![Reply::Is(code, vec![("location", "https://portal.example/elsewhere")], String::new())]);
        assert_eq!(fault(&run), Fault::Redirect);
        assert_eq!(run.asked("https://portal.example/elsewhere"), 0);
    }
}

#[test]
fn a_busy_portal_is_waited_for_as_long_as_it_says_but_no_longer_than_a_minute() {
    let waits = |code: u16, after: Vec<(&'static str, &'static str)>| {
        let run = lab(vec![Reply::Is(code, after, String::new()), good()]);
        assert_eq!(run.outcome(LAB), &Outcome::Ok { count: 1, complete: true });
        let at: Vec<i64> = run.requests.iter().filter(|r| r.url == first(LAB)).map(|r| r.at).collect();
        assert_eq!(at.len(), 2);
        at[1] - at[0]
    };
    for code in [429, 503] {
        assert_eq!(waits(code, vec![("Retry-After", "7")]), 7);
        assert_eq!(waits(code, vec![("retry-after", "86400")]), 60);
        assert_eq!(waits(code, vec![("Retry-After", "99999999999999999999")]), 2, "not a number of seconds");
        assert_eq!(waits(code, vec![("Retry-After", "0")]), 1);
        assert_eq!(waits(code, vec![("Retry-After", "-5")]), 2);
        assert_eq!(waits(code, vec![("Retry-After", "Sun, 01 Mar 2026 12:00:20 GMT")]), 20);
        assert_eq!(waits(code, vec![("Retry-After", "Sun, 01 Mar 2099 12:00:20 GMT")]), 60);
        assert_eq!(waits(code, vec![("Retry-After", "Mon, 01 Mar 1999 12:00:20 GMT")]), 1);
        assert_eq!(
            waits(
                code,
                vec![
                    ("Date", "Sun, 01 Mar 2026 15:00:00 GMT"),
                    ("Retry-After", "Sun, 01 Mar 2026 15:00:20 GMT")
                ]
            ),
            20,
            "by its own clock"
        );
        assert_eq!(waits(code, vec![]), 2);
    }
}

#[test]
fn three_tries_and_no_more() {
    for (reply, expected) in [
        (Reply::Is(429, vec![("retry-after", "1")], String::new()), Fault::Busy),
        (status(503), Fault::Busy),
        (status(500), Fault::Server),
        (status(502), Fault::Server),
        (status(504), Fault::Server),
        (status(599), Fault::Server),
        (Reply::Fails(Failure::Timeout), Fault::Timeout),
        (offline(), Fault::Unreachable),
    ] {
        let run = lab(vec![reply.clone()]);
        assert_eq!((fault(&run), run.asked(&first(LAB))), (expected, 3));
        let run = lab(vec![reply.clone(), reply, good()]);
        assert_eq!(run.outcome(LAB), &Outcome::Ok { count: 1, complete: true });
    }
    let run = lab(vec![status(500)]);
    assert_eq!(
        run.outcome(LAB),
        &Outcome::Failed { fault: Fault::Server, reason: "the portal had an error: status 500".to_owned() }
    );
}

#[test]
fn while_one_is_told_to_wait_nobody_asks() {
    let many = [
        "Observation/laboratory",
        "Condition",
        "Procedure",
        "Encounter",
        "Goal",
        "Device",
        "Coverage",
        "Task",
    ];
    let mut portal = Portal::default()
        .on(&first(many[0]), [Reply::Is(429, vec![("retry-after", "30")], String::new()), good()]);
    let run = Driver::default().run(&mut portal, tokens(|_| {}), only(&many), vec![]);
    let told = run.requests.iter().position(|request| request.at > NOW).unwrap();
    assert!(told <= 5, "only those under way: {told}");
    assert!(run.requests[told..].iter().all(|request| request.at >= NOW + 30));
    assert!(run.outcomes.values().all(|outcome| matches!(outcome, Outcome::Ok { .. })));
}

#[test]
fn with_no_network_the_run_ends_soon_and_keeps_its_place() {
    let slots = plan::slots(tokens(|_| {}).scopes(), "p1");
    let mut portal = Portal::default().on("https://portal.example/*", [offline()]);
    let run = Driver::default().run(&mut portal, tokens(|_| {}), slots.clone(), vec![]);
    assert!(run.finished && run.sign_in_again == 0);
    assert!(run.requests.len() <= 16 && run.now < NOW + 60, "{} requests", run.requests.len());
    assert_eq!(run.outcomes.len(), slots.len());
    assert!(
        run.outcomes
            .values()
            .all(|outcome| matches!(outcome, Outcome::Failed { fault: Fault::Unreachable, .. }))
    );

    let next = "https://portal.example/fhir?page=2";
    let mut portal = Portal::default().on(&first(LAB), [ok(&page(&["a"], Some(next)))]).on(next, [offline()]);
    let run = Driver::default().run(&mut portal, tokens(|_| {}), only(&[LAB]), vec![]);
    assert_eq!(run.cursors[LAB].next.as_deref(), Some(next));
}

#[test]
fn a_portal_that_is_busy_for_everyone_is_left_alone() {
    let slots = plan::slots(tokens(|_| {}).scopes(), "p1");
    let busy = Reply::Is(429, vec![("retry-after", "60")], String::new());
    let mut portal = Portal::default().on("https://portal.example/*", [busy]);
    let run = Driver::default().run(&mut portal, tokens(|_| {}), slots.clone(), vec![]);
    assert!(run.finished && run.now <= NOW + 180 && run.requests.len() <= 16);
    assert_eq!(run.outcomes.len(), slots.len());
    assert!(
        run.outcomes.values().all(|outcome| matches!(outcome, Outcome::Failed { fault: Fault::Busy, .. }))
    );
}

#[test]
fn pages_that_are_too_large_are_asked_for_in_smaller_ones() {
    let small = first(LAB).replace("_count=100", "_count=10");
    let mut portal =
        Portal::default().on(&first(LAB), [Reply::Fails(Failure::TooLarge)]).on(&small, [good()]);
    let run = Driver::default().run(&mut portal, tokens(|_| {}), only(&[LAB]), vec![]);
    assert_eq!(run.outcome(LAB), &Outcome::Ok { count: 1, complete: true });
    let again = Driver { full: true, ..Driver::default() }.run(
        &mut portal,
        tokens(|_| {}),
        only(&[LAB]),
        run.cursors(),
    );
    assert_eq!(again.asked(&first(LAB)), 0, "remembered");

    let run = lab(vec![Reply::Fails(Failure::TooLarge)]);
    assert!(matches!(run.outcome(LAB), Outcome::Ok { .. }));
    let mut portal =
        Portal::default().on("https://portal.example/fhir/Observation*", [Reply::Fails(Failure::TooLarge)]);
    let run = Driver::default().run(&mut portal, tokens(|_| {}), only(&[LAB]), vec![]);
    assert_eq!((fault(&run), run.asked("https://portal.example/fhir/Observation")), (Fault::TooLarge, 2));
}

#[test]
fn what_is_not_granted_is_said_and_not_asked() {
    let few = tokens(|value| value["scopes"] = json!("patient/Observation.rs patient/Patient.read"));
    let slots = plan::slots(few.scopes(), "p1");
    let run = Driver::default().run(&mut Portal::default(), few, slots, vec![]);
    assert_eq!(run.outcome("Condition"), &Outcome::NotGranted);
    assert!(matches!(run.outcome(LAB), Outcome::Ok { .. }));
    assert!(run.urls().iter().all(|url| url.contains("/Observation?")
        || url.ends_with("/Patient/p1")
        || url.ends_with("/metadata")));
    assert!(!run.cursors.contains_key("Condition"), "nothing was asked, so nothing is complete");
}
