use std::collections::BTreeSet;

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
fn a_busy_portal_is_waited_for_as_long_as_it_says() {
    let waits = |code: u16, after: Vec<(&'static str, &'static str)>| {
        let run = lab(vec![Reply::Is(code, after, String::new()), good()]);
        assert_eq!(run.outcome(LAB), &Outcome::Ok { count: 1, complete: true });
        let at: Vec<i64> = run.requests.iter().filter(|r| r.url == first(LAB)).map(|r| r.at).collect();
        assert_eq!(at.len(), 2);
        at[1] - at[0]
    };
    for code in [429, 503] {
        assert_eq!(waits(code, vec![("Retry-After", "7")]), 7);
        assert_eq!(waits(code, vec![("retry-after", "60")]), 60);
        assert_eq!(waits(code, vec![("Retry-After", "99999999999999999999")]), 2, "not a number of seconds");
        assert_eq!(waits(code, vec![("Retry-After", "0")]), 1);
        assert_eq!(waits(code, vec![("Retry-After", "-5")]), 2);
        assert_eq!(waits(code, vec![("Retry-After", "Sun, 01 Mar 2026 12:00:20 GMT")]), 20);
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
fn a_portal_that_asks_for_a_long_rest_gets_it_also_from_later_runs() {
    for after in ["3600", "Sun, 01 Mar 2026 13:00:00 GMT"] {
        let slots = only(&[LAB, "Condition", "Goal", "Device", "Procedure", "Task"]);
        let busy = Reply::Is(429, vec![("retry-after", after)], String::new());
        let mut portal = Portal::default().on(&first(LAB), [busy, good()]);
        let run = Driver::default().run(&mut portal, tokens(|_| {}), slots.clone(), vec![]);
        assert!(run.requests.len() <= 5 && run.now == NOW, "only what was under way: {:?}", run.urls());
        let words = "the portal is busy: it asks to be left alone for 60 minutes";
        let busy = Outcome::Failed { fault: Fault::Busy, reason: words.to_owned() };
        assert_eq!((run.outcome(LAB), run.outcome("Task")), (&busy, &busy));

        let early = Driver { now: NOW + 3_599, full: true, ..Driver::default() };
        let run = early.run(&mut portal, tokens(|_| {}), slots.clone(), run.cursors());
        assert_eq!((run.urls(), run.outcomes.len()), (Vec::new(), slots.len()));
        let late = Driver { now: NOW + 3_600, ..Driver::default() };
        let run = late.run(&mut portal, tokens(|_| {}), slots.clone(), run.cursors());
        assert!(run.outcomes.values().all(|outcome| matches!(outcome, Outcome::Ok { .. })));
        let back = Driver { now: NOW - 7 * 86_400, full: true, ..Driver::default() };
        assert!(!back.run(&mut portal, tokens(|_| {}), slots, run.cursors()).requests.is_empty());
    }
}

/// Maintenance of one kind of data is no reason to leave the others.
#[test]
fn a_long_503_ends_one_slot_and_no_more() {
    let run = lab(vec![Reply::Is(503, vec![("retry-after", "86400000")], String::new())]);
    assert_eq!((fault(&run), run.asked(&first(LAB))), (Fault::Busy, 1));
    assert_eq!(run.outcome("Condition"), &Outcome::Ok { count: 0, complete: true });
}

#[test]
fn waits_are_spread_when_random_bytes_are_given() {
    let mut ends = BTreeSet::new();
    for seed in 0..20 {
        let mut portal = Portal::default()
            .on(&first(LAB), [Reply::Is(429, vec![("retry-after", "20")], String::new()), good()]);
        let driver = Driver { seed: Some(seed), ..Driver::default() };
        let run = driver.run(&mut portal, tokens(|_| {}), only(&[LAB]), vec![]);
        assert!((NOW + 20..=NOW + 30).contains(&run.now), "{}", run.now - NOW);
        ends.insert(run.now);
    }
    assert!(ends.len() > 4, "{ends:?}");
}

#[test]
fn a_portal_with_an_error_for_everything_is_asked_slowly_and_then_left() {
    let slots = plan::slots(tokens(|_| {}).scopes(), "p1");
    let mut portal = Portal::default().on("https://portal.example/*", [status(500)]);
    let run = Driver::default().run(&mut portal, tokens(|_| {}), slots.clone(), vec![]);
    assert!(run.finished && run.outcomes.len() == slots.len());
    assert!(run.requests.len() < 30, "{} requests", run.requests.len());
    let busiest =
        run.requests.iter().map(|one| run.requests.iter().filter(|other| other.at == one.at).count());
    assert!(busiest.max() <= Some(8), "no storm");
    assert!((NOW + 30..NOW + 600).contains(&run.now), "{} s", run.now - NOW);
}

#[test]
fn a_gateway_with_nothing_behind_it_is_left_alone() {
    let slots = plan::slots(tokens(|_| {}).scopes(), "p1");
    for code in [502, 503, 504] {
        let mut portal = Portal::default().on("https://portal.example/*", [status(code)]);
        let run = Driver::default().run(&mut portal, tokens(|_| {}), slots.clone(), vec![]);
        assert!(run.finished && run.requests.len() <= 16, "{code}: {} requests", run.requests.len());
        assert!(run.now < NOW + 60, "{code}: {} s", run.now - NOW);
        assert_eq!(run.outcomes.len(), slots.len());
        let is =
            |outcome: &Outcome| matches!(outcome, Outcome::Failed { fault: Fault::Server | Fault::Busy, .. });
        assert!(run.outcomes.values().all(is), "{code}: {:?}", run.outcomes);
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
fn c30_pages_that_are_too_large_are_asked_for_in_smaller_ones() {
    let sized = |count: &str| first(LAB).replace("_count=100", count);
    let large = || [Reply::Fails(Failure::TooLarge)];
    let mut portal = Portal::default().on(&first(LAB), large()).on(&sized("_count=10"), [good()]);
    let run = Driver::default().run(&mut portal, tokens(|_| {}), only(&[LAB]), vec![]);
    assert_eq!(run.outcome(LAB), &Outcome::Ok { count: 1, complete: true });
    let again = Driver { full: true, ..Driver::default() }.run(
        &mut portal,
        tokens(|_| {}),
        only(&[LAB]),
        run.cursors(),
    );
    assert_eq!(again.asked(&first(LAB)), 0, "remembered");

    let mut portal = Portal::default()
        .on(&first(LAB), large())
        .on(&sized("_count=10"), large())
        .on(&sized("_count=1"), [good()]);
    let run = Driver::default().run(&mut portal, tokens(|_| {}), only(&[LAB]), vec![]);
    assert_eq!(run.outcome(LAB), &Outcome::Ok { count: 1, complete: true });
    let most = |address: &str| run.requests.iter().find(|one| one.url == address).unwrap().max_bytes;
    assert_eq!(
        (most(&first(LAB)), most(&sized("_count=10")), most(&sized("_count=1"))),
        (8 << 20, 8 << 20, 16 << 20)
    );

    let mut portal = Portal::default().on("https://portal.example/fhir/Observation*", large());
    let run = Driver::default().run(&mut portal, tokens(|_| {}), only(&[LAB]), vec![]);
    assert_eq!((fault(&run), run.asked("https://portal.example/fhir/Observation")), (Fault::TooLarge, 3));
}

/// Eight MiB a try on a person's mobile contract.
#[test]
fn c30_a_portal_that_sends_nothing_but_too_much_is_left_alone() {
    let slots = plan::slots(tokens(|_| {}).scopes(), "p1");
    let mut portal = Portal::default().on("https://portal.example/*", [Reply::Fails(Failure::TooLarge)]);
    let run = Driver::default().run(&mut portal, tokens(|_| {}), slots.clone(), vec![]);
    assert!(run.finished && run.requests.len() <= 16, "{} requests", run.requests.len());
    assert_eq!(run.outcomes.len(), slots.len());
    let worded = |outcome: &Outcome| matches!(outcome, Outcome::Failed { fault: Fault::TooLarge | Fault::Stopped, reason } if reason.contains("too large"));
    assert!(run.outcomes.values().all(worded), "{:?}", run.outcomes);

    // The same, a little below the most bytes, and more than can be held.
    let members = format!(r#"{{"resourceType":"Bundle",{}"x":0}}"#, "\"\":0,".repeat(300_000));
    let mut portal = Portal::default().on("https://portal.example/*", [Reply::Is(200, vec![], members)]);
    let run = Driver::default().run(&mut portal, tokens(|_| {}), slots, vec![]);
    assert!(run.finished && run.requests.len() <= 16, "{} requests", run.requests.len());
    assert!(run.outcomes.values().all(worded), "{:?}", run.outcomes);
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
