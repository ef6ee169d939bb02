//! What spares a portal and a person's money: a stamp far ahead is not fetched again at each sync, a portal that is down is
//! left, one that names an hour is given it, and a metered network carries what is small.

use portal::{
    fetch::{Fault, Outcome},
    plan::Slot,
};
use serde_json::{Value, json};

use crate::script::{BASE, Driver, NOW, Portal, Reply, Run, first, ok, only, page, status, tokens};

const HOUR: i64 = 3_600;
const DAY: i64 = 86_400;
const LAB: &str = "Observation/laboratory";
const VITALS: &str = "Observation/vital-signs";
/// 200 days after [`NOW`].
const AHEAD: &str = "2026-09-17T12:00:00Z";

fn stamped(ids: &[(&str, &str)]) -> Value {
    let entry: Vec<Value> = ids
        .iter()
        .map(|(id, at)| json!({"resource": {"resourceType": "Observation", "id": id, "meta": {"lastUpdated": at}}}))
        .collect();
    json!({"resourceType": "Bundle", "type": "searchset", "total": ids.len(), "entry": entry})
}

fn sync(now: i64, portal: &mut Portal, before: Option<&Run>) -> Run {
    run(&Driver { now, ..Driver::default() }, portal, only(&[LAB]), before)
}

fn run(driver: &Driver, portal: &mut Portal, slots: Vec<Slot>, before: Option<&Run>) -> Run {
    let run = driver.run(portal, tokens(|_| {}), slots, before.map(Run::cursors).unwrap_or_default());
    assert!(run.finished);
    run
}

fn holding_one_ahead() -> Run {
    let all = stamped(&[("old", "2020-01-01T00:00:00Z"), ("ahead", AHEAD)]);
    sync(NOW, &mut Portal::default().on(&first(LAB), [ok(&all)]), None)
}

fn around(since: &str) -> [String; 2] {
    let before = format!("{}&_lastUpdated=gt{since}&_lastUpdated=lt{AHEAD}", first(LAB));
    [before, format!("{}&_lastUpdated=gt{AHEAD}", first(LAB))]
}

/// Only what bears that very second is not asked for again; what is older, newer or further ahead still is.
#[test]
fn h5_a_stamp_far_ahead_is_stepped_around_and_nothing_on_either_side_is_missed() {
    let held = holding_one_ahead();
    let [before, after] = around("2026-03-01T11:55:00Z");
    let further = "2027-01-01T00:00:00Z";
    let mut portal = Portal::default()
        .on(&before, [ok(&stamped(&[("new", "2026-03-01T13:00:00Z"), ("skewed", "2026-03-02T00:00:00Z")]))])
        .on(&after, [ok(&stamped(&[("further", further)]))]);
    let run = sync(NOW + HOUR, &mut portal, Some(&held));
    assert_eq!(run.urls(), [before.as_str(), after.as_str()]);
    assert_eq!(run.ids(LAB), ["new", "skewed", "further"]);
    assert_eq!(run.outcome(LAB), &Outcome::Ok { count: 3, complete: false });
    assert_eq!(run.cursors[LAB].complete, Some(NOW + HOUR));

    // The next time both seconds are stepped around.
    let run = sync(NOW + 2 * HOUR, &mut Portal::default(), Some(&run));
    let between = format!("{}&_lastUpdated=gt{AHEAD}&_lastUpdated=lt{further}", first(LAB));
    let last = format!("{}&_lastUpdated=gt{further}", first(LAB));
    assert_eq!(run.urls()[1..], [between.as_str(), last.as_str()]);
}

#[test]
fn h5_when_its_time_comes_and_in_every_full_listing_it_is_asked_for_again() {
    let held = holding_one_ahead();
    let mut run = sync(NOW + HOUR, &mut Portal::default(), Some(&held));
    assert_eq!(run.requests.len(), 2);
    run = sync(NOW + 8 * DAY, &mut Portal::default(), Some(&run));
    assert!(run.urls().contains(&first(LAB).as_str()), "a week later: everything");
    // Within a day of it nothing is left out any more.
    let mut late = held.cursors[LAB].clone();
    late.last_full = Some(NOW + 199 * DAY);
    late.complete = Some(NOW + 199 * DAY);
    let driver = Driver { now: NOW + 199 * DAY + HOUR, ..Driver::default() };
    let run = driver.run(&mut Portal::default(), tokens(|_| {}), only(&[LAB]), vec![late]);
    assert_eq!(run.urls(), [format!("{}&_lastUpdated=gt2026-09-16T11:55:00Z", first(LAB))]);
}

#[test]
fn a_portal_that_refuses_it_or_stamps_everything_ahead_is_asked_as_before() {
    let since = format!("{}&_lastUpdated=gt2026-03-01T11:55:00Z", first(LAB));
    let [before, after] = around("2026-03-01T11:55:00Z");
    for refusing in [&before, &after] {
        let mut portal =
            Portal::default().on(refusing, [status(400)]).on(&since, [ok(&page(&["new"], None))]);
        let run = sync(NOW + HOUR, &mut portal, Some(&holding_one_ahead()));
        assert_eq!(*run.urls().last().unwrap(), since, "{refusing}");
        assert_eq!(run.ids(LAB), ["new"]);
        assert!(!run.cursors[LAB].no_last_updated, "what changed since is still asked for");
        assert_eq!(sync(NOW + 2 * HOUR, &mut Portal::default(), Some(&run)).requests.len(), 1);
    }
    let many = stamped(&[("a", AHEAD), ("b", "2026-10-01T00:00:00Z"), ("c", "2026-11-01T00:00:00Z")]);
    let held = sync(NOW, &mut Portal::default().on(&first(LAB), [ok(&many)]), None);
    assert_eq!(sync(NOW + HOUR, &mut Portal::default(), Some(&held)).urls(), [since]);
}

#[test]
fn a_portal_that_answers_everything_with_502_is_left_after_a_few_requests() {
    let slots = || portal::plan::slots(tokens(|_| {}).scopes(), "p1");
    let mut down = Portal::default().on("https://portal.example/*", [status(502)]);
    let gone = run(&Driver::default(), &mut down, slots(), None);
    assert!(gone.requests.len() <= 16, "{} requests", gone.requests.len());
    let reason = "the portal had an error: status 502, whatever was asked for".to_owned();
    let down =
        |outcome: &&Outcome| **outcome == Outcome::Failed { fault: Fault::Server, reason: reason.clone() };
    assert!(gone.outcomes.values().filter(down).count() > 40);
    assert_eq!(gone.outcomes.len(), slots().len());
}

#[test]
fn a_kind_of_data_that_is_away_for_an_hour_is_given_it_and_the_others_go_on() {
    let away = Reply::Is(503, vec![("retry-after", "3600")], String::new());
    let mut portal = Portal::default().on(&first(LAB), [away]);
    let both = || only(&[LAB, VITALS]);
    let before = run(&Driver::default(), &mut portal, both(), None);
    assert!(matches!(before.outcome(LAB), Outcome::Failed { fault: Fault::Busy, .. }));
    assert!(matches!(before.outcome(VITALS), Outcome::Ok { .. }));
    let soon = Driver { now: NOW + HOUR - 1, ..Driver::default() };
    let soon = run(&soon, &mut Portal::default(), both(), Some(&before));
    assert_eq!(soon.asked(&first(LAB)), 0);
    assert!(matches!(soon.outcome(LAB), Outcome::Failed { fault: Fault::Busy, .. }), "and it is told");
    assert_eq!(soon.asked(&first(VITALS)), 1);
    let later = Driver { now: NOW + HOUR, ..Driver::default() };
    assert_eq!(run(&later, &mut Portal::default(), both(), Some(&soon)).asked(&first(LAB)), 1);
}

#[test]
fn a_metered_network_carries_what_changed_and_leaves_whole_listings_for_later() {
    let metered = |now| Driver { now, metered: true, full: true, ..Driver::default() };
    let both = || only(&[LAB, VITALS]);
    // What was never read is read.
    let before = run(&metered(NOW), &mut Portal::default(), both(), None);
    assert_eq!((before.asked(&first(LAB)), before.postponed), (1, 0));
    // What is due waits, and what changed comes.
    let week = NOW + 8 * DAY;
    let cheap = run(&metered(week), &mut Portal::default(), both(), Some(&before));
    assert!(cheap.requests.iter().all(|one| one.url.contains("_lastUpdated=gt")), "{:?}", cheap.urls());
    assert_eq!((cheap.requests.len(), cheap.postponed), (2, 2));
    let whole = run(&Driver { now: week, ..Driver::default() }, &mut Portal::default(), both(), Some(&cheap));
    assert_eq!((whole.asked(&first(LAB)), whole.cursors[LAB].last_full), (1, Some(week)));
    // A portal that can only list all of it is not asked.
    let mut deaf = before;
    deaf.cursors.get_mut(LAB).unwrap().no_last_updated = true;
    let cheap = run(&metered(NOW + DAY), &mut Portal::default(), both(), Some(&deaf));
    assert_eq!((cheap.asked(&first(LAB)), cheap.asked(&first(VITALS)), cheap.postponed), (0, 1, 1));
}

/// FHIR R4: `patient` finds the messages about a patient alone.
#[test]
fn messages_from_and_to_the_patient_are_asked_for_where_the_portal_says_it_knows_how() {
    let parameters = |names: &[&str]| {
        let names: Vec<Value> = names.iter().map(|name| json!({"name": name})).collect();
        ok(&json!({"resourceType": "CapabilityStatement", "rest": [{"resource": [
            {"type": "Communication", "searchParam": names}]}]}))
    };
    let metadata = format!("{BASE}/metadata");
    let mut portal = Portal::default().on(&metadata, [parameters(&["patient", "sender", "recipient"])]);
    let before = run(&Driver::default(), &mut portal, only(&["Communication"]), None);
    for name in ["sender", "recipient"] {
        let url = format!("{BASE}/Communication?{name}=Patient/p1&_count=100");
        assert_eq!(before.asked(&url), 1, "{url}");
    }
    // From then on without asking what the portal knows; where there was nothing from the patient, after some hours.
    for (hours, requests) in [(1, 2), (7, 3)] {
        let later = Driver { now: NOW + hours * HOUR, ..Driver::default() };
        let later = run(&later, &mut Portal::default(), only(&["Communication"]), Some(&before));
        assert_eq!((later.requests.len(), later.asked(&metadata)), (requests, 0));
    }
    assert!(!portal::plan::is_catch_all("Communication") && portal::plan::is_catch_all("Observation"));

    let mut portal = Portal::default().on(&metadata, [parameters(&["patient"])]);
    assert_eq!(run(&Driver::default(), &mut portal, only(&["Communication"]), None).requests.len(), 2);
}
