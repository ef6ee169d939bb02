//! An idle sync asks little: what another slot reads along, and what gave nothing a short while ago, is not asked for.

use portal::{
    fetch::Outcome,
    plan::{self, Slot},
};
use serde_json::json;

use crate::script::{Driver, NOW, Portal, Run, first, ok, only, page, page_of, status, tokens};

const HOUR: i64 = 3_600;
const DAY: i64 = 86_400;
const LAB: &str = "Observation/laboratory";
const VITALS: &str = "Observation/vital-signs";
const ALL: &str = "Observation";

/// Two results and a blood pressure.
fn hospital() -> Portal {
    Portal::default()
        .on(&first(LAB), [ok(&page(&["lab-1", "lab-2"], None))])
        .on(&first(VITALS), [ok(&page(&["vital"], None))])
        .on(&first(ALL), [ok(&page(&["lab-1", "vital", "lab-2"], None))])
}

fn slots() -> Vec<Slot> {
    only(&[LAB, VITALS, "Observation/survey", ALL])
}

fn sync(now: i64, portal: &mut Portal, slots: Vec<Slot>, before: Option<&Run>) -> Run {
    let cursors = before.map(Run::cursors).unwrap_or_default();
    let run = Driver { now, ..Driver::default() }.run(portal, tokens(|_| {}), slots, cursors);
    assert!(run.finished);
    run
}

#[test]
fn a_catch_all_that_held_everything_reads_the_categories_along() {
    let run = sync(NOW, &mut hospital(), slots(), None);
    assert_eq!(run.asked("https://portal.example/fhir/Observation"), 4, "the first time each is asked");
    assert!(run.cursors[ALL].covers);

    let since = format!("{}&_lastUpdated=gt2026-03-01T11:55:00Z", first(ALL));
    let mut portal = Portal::default().on(&since, [ok(&page(&["lab-3"], None))]);
    let run = sync(NOW + DAY, &mut portal, slots(), Some(&run));
    assert_eq!(run.urls(), [since.as_str()]);
    assert_eq!(run.ids(ALL), ["lab-3"]);
    for name in [LAB, VITALS, "Observation/survey"] {
        assert_eq!(run.outcome(name), &Outcome::Ok { count: 0, complete: false }, "{name} was read along");
        let cursor = &run.cursors[name];
        assert_eq!((cursor.complete, cursor.last_full, cursor.run), (Some(NOW + DAY), Some(NOW), 2));
    }

    // A week later everything is asked for again, and what the catch-all holds is looked at anew.
    let run = sync(
        NOW + 9 * DAY,
        &mut Portal::default().on(&first(LAB), [ok(&page(&["lab-1"], None))]),
        slots(),
        Some(&run),
    );
    assert_eq!(run.asked("https://portal.example/fhir/Observation"), 4);
    assert!(!run.cursors[ALL].covers);
}

/// Some portals answer a search without a category with less than they hold.
#[test]
fn h7_a_catch_all_that_lacked_something_stands_in_for_nothing() {
    let mut portal = hospital().on(&first("Observation/survey"), [ok(&page(&["asked-elsewhere"], None))]);
    let run = sync(NOW, &mut portal, slots(), None);
    assert!(!run.cursors[ALL].covers);
    let run = sync(NOW + DAY, &mut Portal::default(), slots(), Some(&run));
    assert_eq!(run.requests.len(), 4);

    // Nothing to compare is no proof.
    let run = sync(NOW, &mut Portal::default(), slots(), None);
    assert!(!run.cursors[ALL].covers);
    // Nor is a listing by category that failed; one that is refused holds nothing.
    let run = sync(NOW, &mut hospital_with(VITALS, 500), slots(), None);
    assert!(!run.cursors[ALL].covers);
    let run = sync(NOW, &mut hospital_with(VITALS, 404), slots(), None);
    assert!(run.cursors[ALL].covers);
}

fn hospital_with(slot: &str, code: u16) -> Portal {
    Portal::default()
        .on(&first(slot), [status(code)])
        .on(&first(LAB), [ok(&page(&["lab-1", "lab-2"], None))])
        .on(&first(ALL), [ok(&page(&["lab-1", "vital", "lab-2"], None))])
}

#[test]
fn when_the_catch_all_fails_the_categories_are_asked_after_all() {
    let run = sync(NOW, &mut hospital(), slots(), None);
    for code in [403, 500] {
        let since = format!("{}&_lastUpdated=gt2026-03-01T11:55:00Z", first(ALL));
        let run = sync(NOW + DAY, &mut Portal::default().on(&since, [status(code)]), slots(), Some(&run));
        for name in [LAB, VITALS, "Observation/survey"] {
            assert_eq!(run.asked(&first(name)), 1, "{code}: {name}");
        }
        assert!(!matches!(run.outcome(ALL), Outcome::Ok { .. }));
        assert!(matches!(run.outcome(LAB), Outcome::Ok { .. }));
    }
    // It does not know `_lastUpdated`: everything is listed, the categories too, and absence means what it meant.
    let since = format!("{}&_lastUpdated=gt2026-03-01T11:55:00Z", first(ALL));
    let mut portal = hospital().on(&since, [status(400)]);
    let run = sync(NOW + DAY, &mut portal, slots(), Some(&run));
    assert_eq!(run.outcome(ALL), &Outcome::Ok { count: 3, complete: true });
    assert_eq!(run.asked(&first(LAB)), 1);
}

#[test]
fn a_run_that_is_cut_short_leaves_no_slot_without_an_end() {
    let run = sync(NOW, &mut hospital(), slots(), None);
    let mut offline = Portal::default().on("https://portal.example/*", [crate::script::offline()]);
    let run = sync(NOW + DAY, &mut offline, slots(), Some(&run));
    assert_eq!(run.outcomes.len(), 4);
    assert!(run.outcomes.values().all(|outcome| matches!(outcome, Outcome::Failed { .. })));
    assert_eq!(run.cursors[LAB].complete, Some(NOW), "what was not read is not called read");
}

/// A listing by category that was broken off goes on by itself.
#[test]
fn a_listing_that_is_open_does_not_stand_by() {
    let mut run = sync(NOW, &mut hospital(), slots(), None);
    let two = "https://portal.example/fhir?page=2";
    run.cursors.get_mut(LAB).unwrap().next = Some(two.to_owned());
    let run = sync(NOW + HOUR, &mut Portal::default(), slots(), Some(&run));
    assert_eq!(run.asked(two), 1);
}

#[test]
fn what_gave_nothing_rests_for_six_hours_and_what_matters_never_does() {
    let names = ["AllergyIntolerance", "NutritionOrder", "Consent", "Coverage", "MedicationRequest"];
    let mut portal = Portal::default()
        .on(&first("Consent"), [status(403)])
        .on(&first("Coverage"), [ok(&page_of("Coverage", &["c"], None))]);
    let run = sync(NOW, &mut portal, only(&names), None);
    let again = |now: i64| {
        let run = sync(now, &mut Portal::default(), only(&names), Some(&run));
        run.outcomes.keys().cloned().collect::<Vec<_>>()
    };
    let awake = ["AllergyIntolerance", "Coverage", "MedicationRequest"];
    assert_eq!(again(NOW + 60), awake, "one had something, two are always asked");
    assert_eq!(again(NOW + 6 * HOUR - 1), awake);
    assert_eq!(again(NOW + 6 * HOUR).len(), 5);
    assert_eq!(again(NOW - HOUR).len(), 5, "a clock that was set back hides nothing");
    let full = Driver { now: NOW + 60, full: true, ..Driver::default() };
    let all = full.run(&mut Portal::default(), tokens(|_| {}), only(&names), run.cursors());
    assert_eq!(all.outcomes.len(), 5, "nor does anything rest when all is asked for");

    // Something came: it is asked again each time.
    let since = format!("{}&_lastUpdated=gt2026-03-01T11:55:00Z", first("NutritionOrder"));
    let mut portal = Portal::default().on(&since, [ok(&page_of("NutritionOrder", &["n"], None))]);
    let woken = sync(NOW + 7 * HOUR, &mut portal, only(&names), Some(&run));
    let run = sync(NOW + 8 * HOUR, &mut Portal::default(), only(&names), Some(&woken));
    assert!(run.outcomes.contains_key("NutritionOrder"));
}

/// Once rested they are all asked: "as of" on a list is then that of the sync.
#[test]
fn what_rested_long_enough_is_asked_again_all_of_it() {
    let names = ["NutritionOrder", "Consent", "Task", "Goal", "Specimen", "Device", "Claim", "Coverage"];
    let mut run = sync(NOW, &mut Portal::default(), only(&names), None);
    for day in 1..=3 {
        run = sync(NOW + day * DAY, &mut Portal::default(), only(&names), Some(&run));
        assert_eq!(run.outcomes.len(), names.len());
    }
}

#[test]
fn an_idle_sync_of_a_whole_plan_makes_at_most_thirty_requests() {
    let all = plan::slots(tokens(|_| {}).scopes(), "p1");
    let mut portal = Portal::default()
        .on("https://portal.example/fhir/Patient/p1", [ok(&json!({"resourceType": "Patient", "id": "p1"}))]);
    // Something of every type, and of one category each.
    for slot in all.iter().filter(|slot| slot.name != "Patient") {
        let first_part = all.iter().find(|one| one.resource_type == slot.resource_type && !one.catch_all);
        if slot.catch_all || first_part == Some(slot) {
            portal = portal.on(&first(&slot.name), [ok(&page_of(&slot.resource_type, &["x"], None))]);
        }
    }
    let types: std::collections::BTreeSet<_> = all.iter().map(|slot| &slot.resource_type).collect();
    let run = sync(NOW, &mut portal, all.clone(), None);
    assert!(run.requests.len() > all.len());
    let run = sync(NOW + HOUR, &mut portal, all.clone(), Some(&run));
    assert_eq!(run.requests.len(), types.len(), "one for each type: {:?}", run.urls());
    assert_eq!(run.outcomes.len(), all.len(), "and each slot has its end");

    // A person of whom a portal knows what most do.
    let usual =
        ["Patient", "Observation", "DiagnosticReport", "Condition", "MedicationRequest", "Immunization"];
    let mut portal = Portal::default()
        .on("https://portal.example/fhir/Patient/p1", [ok(&json!({"resourceType": "Patient", "id": "p1"}))]);
    for slot in
        all.iter().filter(|slot| usual.contains(&slot.resource_type.as_str()) && slot.name != "Patient")
    {
        portal = portal.on(&first(&slot.name), [ok(&page_of(&slot.resource_type, &["x"], None))]);
    }
    let run = sync(NOW, &mut portal, all.clone(), None);
    let run = sync(NOW + HOUR, &mut portal, all, Some(&run));
    assert!(run.requests.len() <= 20, "{}: {:?}", run.requests.len(), run.urls());
}
