use portal::fetch::Outcome;

use crate::script::{Driver, NOW, Portal, Reply, Run, first, ok, only, page, status, tokens};

const LAB: &str = "Observation/laboratory";
const DAY: i64 = 86_400;

fn since(instant: &str) -> String {
    format!("{}&_lastUpdated=gt{instant}", first(LAB))
}

fn at(now: i64, full: bool, portal: Portal, before: Option<&Run>) -> Run {
    let mut portal = portal;
    let cursors = before.map(Run::cursors).unwrap_or_default();
    Driver { now, full, ..Driver::default() }.run(&mut portal, tokens(|_| {}), only(&[LAB]), cursors)
}

#[test]
fn after_a_complete_listing_only_what_changed_is_asked_for_with_five_minutes_to_spare() {
    let run = at(NOW, false, Portal::default(), None);
    let run = at(
        NOW + DAY,
        false,
        Portal::default().on(&since("2026-03-01T11:55:00Z"), [ok(&page(&["b"], None))]),
        Some(&run),
    );
    assert_eq!((run.ids(LAB), run.outcome(LAB)), (vec!["b"], &Outcome::Ok { count: 1, complete: false }));
    assert_eq!(
        run.asked("https://portal.example/fhir/metadata"),
        0,
        "capabilities are asked on first and full runs"
    );
    let cursor = &run.cursors[LAB];
    assert_eq!((cursor.complete, cursor.last_full), (Some(NOW + DAY), Some(NOW)));
    let run = at(NOW + 2 * DAY, false, Portal::default(), Some(&run));
    assert!(run.urls().contains(&since("2026-03-02T11:55:00Z").as_str()));
}

#[test]
fn a_week_after_the_last_full_listing_everything_is_asked_for_again() {
    let first_run = at(NOW, false, Portal::default(), None);
    let everything = || Portal::default().on(&first(LAB), [ok(&page(&["a"], None))]);
    let run = at(NOW + 7 * DAY, false, Portal::default(), Some(&first_run));
    assert_eq!(run.cursors[LAB].last_full, Some(NOW), "not before a week is over");
    let run = at(NOW + 8 * DAY, false, everything(), Some(&run));
    assert_eq!(run.cursors[LAB].last_full, Some(NOW + 8 * DAY));
    assert_eq!(run.outcome(LAB), &Outcome::Ok { count: 1, complete: true });
    assert_eq!(
        run.asked("https://portal.example/fhir/metadata"),
        1,
        "what the portal offers may have grown too"
    );
    let run = at(NOW - DAY, false, everything(), Some(&first_run));
    assert_eq!(run.outcome(LAB), &Outcome::Ok { count: 1, complete: true }, "a clock set back hides nothing");
}

#[test]
fn a_run_that_never_came_to_a_slot_leaves_the_capabilities_to_the_next() {
    let run = at(NOW, false, Portal::default(), None);
    let both = only(&[LAB, "Observation/vital-signs"]);
    let mut portal = Portal::default();
    let run =
        Driver { now: NOW + DAY, ..Driver::default() }.run(&mut portal, tokens(|_| {}), both, run.cursors());
    assert_eq!(run.asked("https://portal.example/fhir/metadata"), 1);
}

#[test]
fn a_full_run_asks_for_everything() {
    let run = at(NOW, false, Portal::default(), None);
    let run = at(NOW + DAY, true, Portal::default().on(&first(LAB), [ok(&page(&["a"], None))]), Some(&run));
    assert_eq!(run.outcome(LAB), &Outcome::Ok { count: 1, complete: true });
    assert_eq!(run.cursors[LAB].last_full, Some(NOW + DAY));
    assert_eq!(run.asked("https://portal.example/fhir/metadata"), 1);
}

#[test]
fn a_full_run_does_not_go_on_with_an_incremental_listing() {
    let run = at(NOW, false, Portal::default(), None);
    let next = "https://portal.example/fhir?page=2";
    let mut portal = Portal::default().on(&since("2026-03-01T11:55:00Z"), [ok(&page(&["a"], Some(next)))]);
    let killed = Driver { now: NOW + 60, kill_after: 1, ..Driver::default() }.run(
        &mut portal,
        tokens(|_| {}),
        only(&[LAB]),
        run.cursors(),
    );
    let run = at(NOW + 120, true, Portal::default(), Some(&killed));
    assert_eq!((run.asked(&first(LAB)), run.asked(next)), (1, 0));
    assert_eq!(run.cursors[LAB].run, 3);
    let run = at(NOW + 120, false, Portal::default(), Some(&killed));
    assert_eq!(run.asked(next), 1, "an incremental run does");
}

#[test]
fn a_portal_that_refuses_last_updated_is_asked_for_everything_and_that_is_remembered() {
    let full = || Portal::default().on(&first(LAB), [ok(&page(&["a"], None))]);
    for code in [400, 422, 501] {
        let run = at(NOW, false, full(), None);
        let run = at(NOW + DAY, false, full().on(&since("2026-03-01T11:55:00Z"), [status(code)]), Some(&run));
        assert_eq!(run.outcome(LAB), &Outcome::Ok { count: 1, complete: true });
        assert!(run.cursors[LAB].no_last_updated);
        let run = at(NOW + 2 * DAY, false, full(), Some(&run));
        assert!(run.urls().iter().all(|url| !url.contains("_lastUpdated")));
    }
    let run = at(NOW, false, full(), None);
    let run =
        at(NOW + DAY, false, Portal::default().on(&since("2026-03-01T11:55:00Z"), [status(403)]), Some(&run));
    assert_eq!(
        run.outcome(LAB),
        &Outcome::Refused { status: 403, reason: String::new() },
        "another refusal is a refusal"
    );
    assert_eq!(run.cursors[LAB].complete, Some(NOW), "and what was complete stays so");
}

#[test]
fn the_earlier_of_the_two_clocks_counts() {
    let dated = |date: &'static str| {
        Portal::default().on(&first(LAB), [Reply::Is(200, vec![("Date", date)], page(&[], None).to_string())])
    };
    assert_eq!(
        at(NOW, false, dated("Sun, 01 Mar 2026 11:00:00 GMT"), None).cursors[LAB].complete,
        Some(NOW - 3600)
    );
    assert_eq!(at(NOW, false, dated("Sun, 01 Mar 2099 12:00:00 GMT"), None).cursors[LAB].complete, Some(NOW));
    assert_eq!(at(NOW, false, dated("yesterday"), None).cursors[LAB].complete, Some(NOW));
}

#[test]
fn the_patient_is_always_read_whole() {
    let patient = || {
        Portal::default().on(
            "https://portal.example/fhir/Patient/p1",
            [ok(&serde_json::json!({"resourceType": "Patient", "id": "p1"}))],
        )
    };
    let one = only(&["Patient"]);
    let run = Driver::default().run(&mut patient(), tokens(|_| {}), one.clone(), vec![]);
    let run = Driver { now: NOW + DAY, ..Driver::default() }.run(
        &mut patient(),
        tokens(|_| {}),
        one,
        run.cursors(),
    );
    assert_eq!(run.outcome("Patient"), &Outcome::Ok { count: 1, complete: true });
}

#[test]
fn a_listing_that_failed_half_way_is_not_complete() {
    let next = "https://portal.example/fhir?page=2";
    let portal = Portal::default().on(&first(LAB), [ok(&page(&["a"], Some(next)))]).on(next, [status(403)]);
    let run = at(NOW, false, portal, None);
    assert_eq!(run.outcome(LAB), &Outcome::Refused { status: 403, reason: String::new() });
    let run = at(NOW + DAY, false, Portal::default(), Some(&run));
    assert_eq!(run.asked(&first(LAB)), 1);
    assert!(run.urls().iter().all(|url| !url.contains("_lastUpdated")));
}
