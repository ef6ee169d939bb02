use portal::fetch::{Fault, MAX_PAGES, Outcome};
use serde_json::{Value, json};

use crate::script::{
    Driver, NOW, NOW_DATE, Portal, Reply, first, ok, only, page, page_of, says, status, tokens,
};

const LAB: &str = "Observation/laboratory";
const TWO: &str = "https://portal.example/fhir?page=2";
const THREE: &str = "https://portal.example/fhir?page=3";

fn three_pages() -> Portal {
    Portal::default()
        .on(&first(LAB), [ok(&page(&["a", "b"], Some(TWO)))])
        .on(TWO, [ok(&page(&["c"], Some(THREE)))])
        .on(THREE, [ok(&page(&["d"], None))])
}

fn lab(mut portal: Portal) -> crate::script::Run {
    Driver::default().run(&mut portal, tokens(|_| {}), only(&[LAB]), vec![])
}

fn fault(outcome: &Outcome) -> Fault {
    let Outcome::Failed { fault, .. } = outcome else { panic!("{outcome:?}") };
    *fault
}

#[test]
fn pages_are_read_to_the_end() {
    let run = lab(three_pages());
    assert_eq!(run.ids(LAB), ["a", "b", "c", "d"]);
    assert_eq!(run.outcome(LAB), &Outcome::Ok { count: 4, complete: true });
    assert!(run.requests.iter().filter(|r| !r.url.ends_with("/metadata")).all(|r| r.token.is_some()));
    let cursor = &run.cursors[LAB];
    assert_eq!(
        (cursor.complete, cursor.last_full, cursor.next.as_deref(), cursor.run),
        (Some(NOW), Some(NOW), None, 1)
    );
}

#[test]
fn a_run_killed_after_any_page_goes_on_where_it_was() {
    for kill_after in 1..=3 {
        let killed = Driver { kill_after, ..Driver::default() }.run(
            &mut three_pages(),
            tokens(|_| {}),
            only(&[LAB]),
            vec![],
        );
        assert!(!killed.finished);
        let kept = serde_json::to_vec(&killed.cursors()).unwrap();
        let run = Driver { now: NOW + 60, ..Driver::default() }.run(
            &mut three_pages(),
            tokens(|_| {}),
            only(&[LAB]),
            serde_json::from_slice(&kept).unwrap(),
        );
        let mut ids = killed.ids(LAB);
        if kill_after < 3 {
            ids.extend(run.ids(LAB));
            assert_eq!(ids, ["a", "b", "c", "d"], "nothing twice, nothing left out");
            assert_eq!(run.outcome(LAB), &Outcome::Ok { count: 4, complete: true });
            assert!(run.pages.iter().all(|(_, number, _)| *number == 1), "one listing, one number");
            assert_eq!(run.cursors[LAB].complete, Some(NOW), "it began before the kill");
        } else {
            assert!(
                run.urls().iter().any(|url| url.contains("_lastUpdated")),
                "it was complete with its last page"
            );
        }
    }
}

#[test]
fn four_requests_at_most_are_under_way_and_the_pages_of_a_slot_one_after_another() {
    let names = [LAB, "Condition", "Procedure", "Encounter", "Goal", "Device", "Coverage", "Task"];
    for newest_first in [false, true] {
        let mut portal = names.iter().fold(Portal::default(), |portal, name| {
            let next = format!("https://portal.example/fhir/next/{name}");
            portal.on(&first(name), [ok(&page(&["a"], Some(&next)))]).on(&next, [ok(&page(&["b"], None))])
        });
        let run = Driver { newest_first, ..Driver::default() }.run(
            &mut portal,
            tokens(|_| {}),
            only(&names),
            vec![],
        );
        assert_eq!(run.most_in_flight, 4);
        for name in names {
            assert_eq!(run.ids(name), ["a", "b"]);
        }
    }
}

#[test]
fn the_next_page_is_under_way_while_one_is_kept_and_no_more_than_fits_is_held() {
    let slow = Driver { slow: true, ..Driver::default() };
    let run = slow.run(&mut three_pages(), tokens(|_| {}), only(&[LAB]), vec![]);
    assert_eq!((run.ids(LAB), run.most_at_once), (vec!["a", "b", "c", "d"], 2));
    assert_eq!(run.outcome(LAB), &Outcome::Ok { count: 4, complete: true });

    let names = [LAB, "Condition", "Procedure", "Encounter", "Goal", "Device", "Coverage", "Task"];
    let next = |name: &str, number: u32| format!("https://portal.example/fhir/next/{name}/{number}");
    let mut portal = names.iter().fold(Portal::default(), |portal, name| {
        portal
            .on(&first(name), [ok(&page(&["a"], Some(&next(name, 2))))])
            .on(&next(name, 2), [ok(&page(&["b"], Some(&next(name, 3))))])
            .on(&next(name, 3), [ok(&page(&["c"], None))])
    });
    let run = slow.run(&mut portal, tokens(|_| {}), only(&names), vec![]);
    assert_eq!((run.most_in_flight, run.most_at_once), (4, 6));
    for name in names {
        assert_eq!(run.ids(name), ["a", "b", "c"]);
        assert_eq!(run.outcome(name), &Outcome::Ok { count: 3, complete: true });
    }
}

#[test]
fn a_next_link_that_has_expired_begins_the_slot_anew_once() {
    for gone in [400, 404, 410] {
        let mut killed = Driver { kill_after: 1, ..Driver::default() }.run(
            &mut three_pages(),
            tokens(|_| {}),
            only(&[LAB]),
            vec![],
        );
        killed.cursors.get_mut(LAB).unwrap().next = Some("https://portal.example/fhir?expired".to_owned());
        let mut portal = three_pages().on("https://portal.example/fhir?expired", [status(gone)]);
        let run = Driver::default().run(&mut portal, tokens(|_| {}), only(&[LAB]), killed.cursors());
        assert_eq!(run.ids(LAB), ["a", "b", "c", "d"]);
        assert_eq!(run.outcome(LAB), &Outcome::Ok { count: 4, complete: true });
        assert!(run.pages.iter().all(|(_, number, _)| *number == 2), "a new listing");

        let run =
            lab(Portal::default().on(&first(LAB), [ok(&page(&["a"], Some(TWO)))]).on(TWO, [status(gone)]));
        assert_eq!(fault(run.outcome(LAB)), Fault::NextGone);
        assert_eq!((run.asked(&first(LAB)), run.asked(TWO)), (2, 2));
        assert_eq!(run.cursors[LAB].next, None);
    }
}

#[test]
fn a_listing_broken_off_days_ago_begins_anew() {
    let killed = Driver { kill_after: 1, ..Driver::default() }.run(
        &mut three_pages(),
        tokens(|_| {}),
        only(&[LAB]),
        vec![],
    );
    let later = Driver { now: NOW + 2 * 86_400, ..Driver::default() };
    let run = later.run(&mut three_pages(), tokens(|_| {}), only(&[LAB]), killed.cursors());
    assert_eq!(run.ids(LAB), ["a", "b", "c", "d"]);
}

#[test]
fn a_token_is_never_sent_where_a_next_link_to_another_host_leads() {
    for other in [
        "https://evil.example/fhir?page=2",
        "http://portal.example/fhir?page=2",
        "https://portal.example:8443/fhir?page=2",
        "//evil.example/fhir?page=2",
        "https://portal.example@evil.example/",
        "https://user@portal.example/fhir?page=2",
        "\\\\evil.example\\x",
        "file:///etc/passwd",
    ] {
        let run = lab(Portal::default().on(&first(LAB), [ok(&page(&["a"], Some(other)))]));
        let outcome = run.outcome(LAB);
        assert_eq!(
            outcome,
            &Outcome::Failed { fault: Fault::OtherHost, reason: "next link to another host".to_owned() },
            "{other}"
        );
        assert_eq!(run.ids(LAB), ["a"], "the page itself is kept");
        assert!(run.urls().iter().all(|url| url.starts_with("https://portal.example/fhir/")));
        assert_eq!((run.cursors[LAB].complete, run.cursors[LAB].next.as_deref()), (None, None));
    }
    let mut killed = Driver { kill_after: 1, ..Driver::default() }.run(
        &mut three_pages(),
        tokens(|_| {}),
        only(&[LAB]),
        vec![],
    );
    killed.cursors.get_mut(LAB).unwrap().next = Some("https://evil.example/".to_owned());
    let run = Driver::default().run(&mut three_pages(), tokens(|_| {}), only(&[LAB]), killed.cursors());
    assert!(run.urls().iter().all(|url| !url.contains("evil")), "nor from a cursor");
}

#[test]
fn relative_next_links_are_resolved() {
    for (next, url) in [
        ("Observation?page=2", "https://portal.example/fhir/Observation?page=2"),
        ("/other/path?page=2", "https://portal.example/other/path?page=2"),
        ("?page=2", "https://portal.example/fhir/Observation?page=2"),
        ("https://PORTAL.example:443/fhir?page=2#top", "https://portal.example/fhir?page=2"),
    ] {
        let run = lab(Portal::default()
            .on(&first(LAB), [ok(&page(&["a"], Some(next)))])
            .on(url, [ok(&page(&["b"], None))]));
        assert_eq!(run.ids(LAB), ["a", "b"], "{next}");
    }
    let run = lab(Portal::default().on(&first(LAB), [ok(&page(&["a"], Some("https://[")))]));
    assert_eq!(fault(run.outcome(LAB)), Fault::BadNext);
    let run = lab(Portal::default().on(&first(LAB), [ok(&page(&["a"], Some("")))]));
    assert_eq!(run.outcome(LAB), &Outcome::Ok { count: 1, complete: true });
}

#[test]
fn loops_are_left() {
    let own = first(LAB);
    let run = lab(Portal::default().on(&own, [ok(&page(&["a"], Some(&own)))]));
    assert_eq!((fault(run.outcome(LAB)), run.asked(&own)), (Fault::Loop, 1));
    let run = lab(Portal::default()
        .on(&own, [ok(&page(&["a"], Some(TWO)))])
        .on(TWO, [ok(&page(&["b"], Some(THREE)))])
        .on(THREE, [ok(&page(&["c"], Some(TWO)))]));
    assert_eq!((fault(run.outcome(LAB)), run.asked(TWO)), (Fault::Loop, 1));
    assert_eq!(run.ids(LAB), ["a", "b", "c"]);
}

/// Pages without an end; `id` says what is on each.
fn endless(id: impl Fn(u32) -> Option<String>) -> Portal {
    let number = |n: u32| format!("https://portal.example/fhir?page={n}");
    (0..2_000).fold(Portal::default(), |portal, n| {
        let here = if n == 0 { first(LAB) } else { number(n) };
        let ids: Vec<String> = id(n).into_iter().collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        portal.on(&here, [ok(&page(&ids, Some(&number(n + 1))))])
    })
}

#[test]
fn c30_an_endless_listing_ends_at_a_thousand_pages() {
    let run = lab(endless(|n| Some(n.to_string())));
    assert_eq!(fault(run.outcome(LAB)), Fault::TooManyPages);
    assert_eq!(run.pages.len(), usize::try_from(MAX_PAGES).unwrap());
}

/// A loop whose links never repeat, and one that gives nothing at all.
#[test]
fn c30_pages_that_bring_nothing_new_lead_nowhere() {
    let run = lab(endless(|n| Some((n % 7).to_string())));
    assert_eq!((fault(run.outcome(LAB)), run.pages.len()), (Fault::Loop, 27));
    let run = lab(endless(|_| None));
    assert_eq!((fault(run.outcome(LAB)), run.pages.len()), (Fault::Loop, 20));
    let run = lab(endless(|n| (n % 15 == 0).then(|| n.to_string())));
    assert_eq!(fault(run.outcome(LAB)), Fault::TooManyPages, "empty pages in between are no loop");
}

#[test]
fn entries_of_other_types_come_along_and_outcomes_are_told() {
    let mut body = page_of("Medication", &["m"], None);
    let entries = body["entry"].as_array_mut().unwrap();
    entries.push(json!({"resource": {"resourceType": "OperationOutcome", "id": "o", "issue": [{"diagnostics": "some are\u{7}hidden"}]}, "search": {"mode": "outcome"}}));
    let run = lab(Portal::default().on(&first(LAB), [ok(&body)]));
    assert_eq!((run.ids(LAB), run.said.as_slice()), (vec!["m"], ["some are hidden".to_owned()].as_slice()));
    assert_eq!(run.outcomes[LAB], Outcome::Ok { count: 1, complete: true });
}

#[test]
fn absence_means_nothing_when_something_could_not_be_read() {
    let mut broken = page(&["a"], None);
    broken["entry"].as_array_mut().unwrap().push(json!({"resource": {"id": "no type"}}));
    let mut short = page(&["a"], None);
    short["total"] = json!(3);
    for body in [broken, short] {
        let run = lab(Portal::default().on(&first(LAB), [ok(&body)]));
        assert!(matches!(run.outcome(LAB), Outcome::Ok { complete: false, .. }), "{body}");
    }
    let mut exact = page(&["a"], None);
    exact["total"] = json!(1);
    assert_eq!(
        lab(Portal::default().on(&first(LAB), [ok(&exact)])).outcome(LAB),
        &Outcome::Ok { count: 1, complete: true }
    );
}

#[test]
fn an_answer_that_is_no_bundle_fails_with_a_reason() {
    let html = Reply::Is(200, vec![], "<html>maintenance</html>".to_owned());
    let xml = Reply::Is(200, vec![], "\n<Bundle xmlns=\"http://hl7.org/fhir\"/>".to_owned());
    for (reply, words) in [
        (says(200, "please come back"), "the answer is not what was asked for: please come back"),
        (html, "the answer is not what was asked for: it is a web page"),
        (xml, "the answer is not what was asked for: it is XML"),
        (status(204), "the answer is not what was asked for"),
        (ok(&json!({"resourceType": "Observation", "id": "a"})), "the answer is not what was asked for"),
        (ok(&json!([])), "the answer is not what was asked for"),
    ] {
        let run = lab(Portal::default().on(&first(LAB), [reply]));
        assert_eq!(run.outcome(LAB), &Outcome::Failed { fault: Fault::NotFhir, reason: words.to_owned() });
    }
    assert_eq!(
        lab(Portal::default().on(&first(LAB), [ok(&json!({"resourceType": "Bundle"}))])).outcome(LAB),
        &Outcome::Ok { count: 0, complete: true }
    );
}

#[test]
fn the_patient_is_read_by_id_and_must_be_the_patient() {
    let read = |body: Value| {
        let mut portal = Portal::default().on(
            "https://portal.example/fhir/Patient/p1",
            [Reply::Is(200, vec![("date", NOW_DATE)], body.to_string())],
        );
        Driver::default().run(&mut portal, tokens(|_| {}), only(&["Patient"]), vec![])
    };
    let run = read(json!({"resourceType": "Patient", "id": "p1"}));
    assert_eq!(
        (run.ids("Patient"), run.outcome("Patient")),
        (vec!["p1"], &Outcome::Ok { count: 1, complete: true })
    );
    assert_eq!(
        fault(read(json!({"resourceType": "Patient", "id": "p2"})).outcome("Patient")),
        Fault::WrongResource
    );
    assert_eq!(fault(read(json!({"resourceType": "Bundle"})).outcome("Patient")), Fault::WrongResource);
}
