//! Listings that move while they are read, and counts that do not agree.

use portal::fetch::{Fault, Outcome};
use serde_json::{Value, json};

use crate::script::{Driver, NOW, Portal, Reply, Run, first, ok, only, page, page_of, tokens};

const LAB: &str = "Observation/laboratory";
const TWO: &str = "https://portal.example/fhir?page=2";
const DAY: i64 = 86_400;

fn lab(portal: &mut Portal) -> Run {
    Driver::default().run(portal, tokens(|_| {}), only(&[LAB]), vec![])
}

fn counted(ids: &[&str], next: Option<&str>, total: u64) -> Reply {
    let mut page = page(ids, next);
    page["total"] = json!(total);
    ok(&page)
}

fn whole(count: u64) -> Outcome {
    Outcome::Ok { count, complete: true }
}

/// By offset: while the first page is read a result is added in front, so the second begins with one already seen.
#[test]
fn a_listing_that_moves_between_two_pages_is_read_again() {
    let mut portal = Portal::default()
        .on(&first(LAB), [counted(&["a", "b"], Some(TWO), 3), counted(&["new", "a"], Some(TWO), 4)])
        .on(TWO, [counted(&["b", "c"], None, 4), counted(&["b", "c"], None, 4)]);
    let run = lab(&mut portal);
    assert_eq!(run.ids(LAB), ["a", "b", "b", "c", "new", "a", "b", "c"]);
    assert_eq!(run.outcome(LAB), &whole(4));
    assert_eq!(run.cursors[LAB].run, 2, "what is missing is told by the second listing alone");
}

/// One is taken away, so one slips to the page already read. The total tells.
#[test]
fn h19_a_result_that_slips_between_two_pages_is_not_called_missing() {
    let mut portal = Portal::default()
        .on(&first(LAB), [counted(&["a", "b"], Some(TWO), 5), counted(&["b", "c"], Some(TWO), 4)])
        .on(TWO, [counted(&["d", "e"], None, 4), counted(&["d", "e"], None, 4)]);
    let run = lab(&mut portal);
    assert!(run.ids(LAB).contains(&"c"));
    assert_eq!(run.outcome(LAB), &whole(4));

    // It never comes to rest.
    let mut portal = Portal::default()
        .on(&first(LAB), [counted(&["a", "b"], Some(TWO), 5), counted(&["a", "b"], Some(TWO), 4)])
        .on(TWO, [counted(&["d", "e"], None, 4), counted(&["d"], None, 3)]);
    let run = lab(&mut portal);
    assert_eq!(run.outcome(LAB), &Outcome::Ok { count: 3, complete: false });
    assert_eq!(run.pages.len(), 4, "twice and no more");
}

#[test]
fn without_a_total_a_repeated_result_alone_says_that_a_listing_moved() {
    let mut portal = Portal::default()
        .on(&first(LAB), [ok(&page(&["a", "b"], Some(TWO))), ok(&page(&["new", "a"], Some(TWO)))])
        .on(TWO, [ok(&page(&["b"], None)), ok(&page(&["b"], None))]);
    let run = lab(&mut portal);
    assert_eq!((run.outcome(LAB), run.pages.len()), (&whole(3), 4));

    // A portal that always repeats itself is read twice and then taken as it is; nothing is told from absence.
    let mut portal = Portal::default()
        .on(&first(LAB), [ok(&page(&["a", "b"], Some(TWO)))])
        .on(TWO, [ok(&page(&["b", "c"], None))]);
    let run = lab(&mut portal);
    assert_eq!(run.outcome(LAB), &Outcome::Ok { count: 3, complete: false });
    assert_eq!(run.cursors[LAB].last_full, Some(NOW), "and not read twice the next time");
}

/// The Patient on every page, as an include or as a match, and the same entry twice in one page.
#[test]
fn what_comes_along_on_every_page_neither_counts_nor_worries() {
    for mode in ["include", "match"] {
        let with_patient = |ids: &[&str], next: Option<&str>| {
            let mut page = page(ids, next);
            page["total"] = json!(3);
            let patient =
                json!({"resource": {"resourceType": "Patient", "id": "p1"}, "search": {"mode": mode}});
            page["entry"].as_array_mut().unwrap().push(patient.clone());
            page["entry"].as_array_mut().unwrap().push(patient);
            ok(&page)
        };
        let mut portal = Portal::default()
            .on(&first(LAB), [with_patient(&["a", "b"], Some(TWO))])
            .on(TWO, [with_patient(&["c"], None)]);
        let run = lab(&mut portal);
        assert_eq!(run.ids(LAB), ["a", "b", "p1", "c", "p1"], "the same bytes twice in one page come once");
        assert_eq!(run.outcome(LAB), &whole(4), "{mode}");
    }
    // Two of four matches lacking is not hidden by what came along.
    let mut short = page(&["a", "b"], None);
    short["total"] = json!(4);
    for id in ["x", "y"] {
        let included =
            json!({"resource": {"resourceType": "Practitioner", "id": id}, "search": {"mode": "include"}});
        short["entry"].as_array_mut().unwrap().push(included);
    }
    let run = lab(&mut Portal::default().on(&first(LAB), [ok(&short)]));
    assert_eq!(run.outcome(LAB), &Outcome::Ok { count: 4, complete: false });
}

#[test]
fn the_same_id_twice_with_different_words_is_not_decided_here() {
    let mut body = page(&["a"], None);
    body["entry"]
        .as_array_mut()
        .unwrap()
        .push(json!({"resource": {"resourceType": "Observation", "id": "a", "status": "entered-in-error"}}));
    let run = lab(&mut Portal::default().on(&first(LAB), [ok(&body)]));
    assert_eq!((run.ids(LAB), run.outcome(LAB)), (vec!["a", "a"], &whole(1)));
}

#[test]
fn a_total_that_counts_the_page_says_nothing_of_the_listing() {
    let three = "https://portal.example/fhir?page=3";
    let mut portal = Portal::default()
        .on(&first(LAB), [counted(&["a", "b"], Some(TWO), 2)])
        .on(TWO, [counted(&["c", "d"], Some(three), 2)])
        .on(three, [counted(&["e"], None, 1)]);
    let run = lab(&mut portal);
    assert_eq!((run.outcome(LAB), run.pages.len()), (&whole(5), 3));
}

/// The phone slept between two pages; the count tells that the listing is another by now.
#[test]
fn a_listing_that_moved_while_the_app_was_away_is_read_again() {
    let two = |ids: &[&str], total| counted(ids, None, total);
    let mut portal =
        Portal::default().on(&first(LAB), [counted(&["a", "b"], Some(TWO), 3)]).on(TWO, [two(&["c"], 3)]);
    let driver = Driver { kill_after: 1, ..Driver::default() };
    let killed = driver.run(&mut portal, tokens(|_| {}), only(&[LAB]), vec![]);
    let mut portal = Portal::default()
        .on(&first(LAB), [counted(&["new", "a"], Some(TWO), 4)])
        .on(TWO, [two(&["b", "c"], 4)]);
    let later = Driver { now: NOW + 3_600, ..Driver::default() };
    let run = later.run(&mut portal, tokens(|_| {}), only(&[LAB]), killed.cursors());
    assert_eq!(run.outcome(LAB), &whole(4));
    assert!(run.ids(LAB).contains(&"new"));
}

fn warning(severity: &str, code: &str) -> Value {
    let issue = json!({"severity": severity, "code": code, "diagnostics": "two sites did not answer"});
    json!({"resource": {"resourceType": "OperationOutcome", "issue": [issue]}, "search": {"mode": "outcome"}})
}

#[test]
fn h7_what_the_portal_itself_calls_incomplete_is_kept_and_not_called_read() {
    for (severity, code) in [("warning", "incomplete"), ("warning", "timeout"), ("error", "processing")] {
        let mut body = page(&["a"], None);
        body["entry"].as_array_mut().unwrap().push(warning(severity, code));
        let run = lab(&mut Portal::default().on(&first(LAB), [ok(&body)]));
        assert_eq!(run.ids(LAB), ["a"], "what came is kept");
        let reason = "the portal says that this is not all: two sites did not answer".to_owned();
        assert_eq!(run.outcome(LAB), &Outcome::Failed { fault: Fault::Partial, reason });
        assert_eq!(run.said, ["two sites did not answer"]);
        let later = Driver { now: NOW + DAY, ..Driver::default() };
        let mut well = Portal::default().on(&first(LAB), [ok(&page(&["a", "b"], None))]);
        let run = later.run(&mut well, tokens(|_| {}), only(&[LAB]), run.cursors());
        assert_eq!(run.outcome(LAB), &whole(2), "the next time everything is asked for");
    }
    // What some portals add to every answer.
    for (severity, code) in [("warning", "suppressed"), ("information", "informational")] {
        let mut body = page(&["a"], None);
        body["entry"].as_array_mut().unwrap().push(warning(severity, code));
        let run = lab(&mut Portal::default().on(&first(LAB), [ok(&body)]));
        assert_eq!((run.outcome(LAB), run.said.len()), (&whole(1), 1));
    }
    // Said on the first page, true to the end.
    let mut body = page(&["a"], Some(TWO));
    body["entry"].as_array_mut().unwrap().push(warning("warning", "incomplete"));
    let run = lab(&mut Portal::default().on(&first(LAB), [ok(&body)]).on(TWO, [ok(&page(&["b"], None))]));
    assert!(matches!(run.outcome(LAB), Outcome::Failed { fault: Fault::Partial, .. }));
    assert_eq!(run.ids(LAB), ["a", "b"]);
}

/// A link that drops the search's own parameters, or leads to another operation: what it gives is taken for what it is.
#[test]
fn a_next_link_that_leads_astray_within_the_portal_gives_what_it_gives() {
    let everything = "https://portal.example/fhir/Patient/p1/$everything?page=2";
    let mut mixed = page_of("Condition", &["c"], None);
    let other = json!({"resource": {"resourceType": "Observation", "id": "vital"}});
    mixed["entry"].as_array_mut().unwrap().push(other);
    let mut portal =
        Portal::default().on(&first(LAB), [ok(&page(&["a"], Some(everything)))]).on(everything, [ok(&mixed)]);
    let run = lab(&mut portal);
    assert_eq!((run.ids(LAB), run.outcome(LAB)), (vec!["a", "c", "vital"], &whole(3)));
}
