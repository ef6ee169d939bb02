use portal::{
    fetch::{Action, Fault, Fetch, MAX_CHASED, Options, Outcome},
    session::Session,
};
use serde_json::json;

use crate::script::{Driver, NOW, Portal, Reply, Run, first, ok, only, page, says, status, tokens};

const PRACTITIONER: &str = "https://portal.example/fhir/Practitioner/d1";

fn chase(wanted: &[(&str, &str)], portal: Portal) -> Run {
    let mut portal = portal;
    let wanted = wanted.iter().map(|(on, id)| ((*on).to_owned(), (*id).to_owned())).collect();
    Driver { wanted, ..Driver::default() }.run(&mut portal, tokens(|_| {}), only(&["Goal"]), vec![])
}

fn doctor() -> Reply {
    Reply::Is(200, vec![], r#"{ "resourceType": "Practitioner", "id" : "d1" }"#.to_owned())
}

#[test]
fn a_reference_is_read_once_with_its_exact_bytes() {
    let run = chase(
        &[("Practitioner", "d1"), ("Practitioner", "d1")],
        Portal::default().on(PRACTITIONER, [doctor()]),
    );
    assert_eq!(
        run.chased["Practitioner/d1"].as_deref().unwrap(),
        br#"{ "resourceType": "Practitioner", "id" : "d1" }"#
    );
    assert_eq!(run.asked(PRACTITIONER), 1);
    assert!(run.finished);
}

#[test]
fn what_is_not_there_is_recorded_and_no_error() {
    for code in [403, 404, 410] {
        let run = chase(&[("Practitioner", "d1")], Portal::default().on(PRACTITIONER, [says(code, "gone")]));
        assert_eq!(
            run.chased["Practitioner/d1"],
            Err(Outcome::Refused { status: code, reason: "gone".to_owned() })
        );
        assert_eq!(run.outcome("Goal"), &Outcome::Ok { count: 0, complete: true });
    }
    let other = ok(&json!({"resourceType": "Practitioner", "id": "d2"}));
    for (reply, fault) in [
        (other, Fault::WrongResource),
        (says(200, ""), Fault::NotFhir),
        (status(302), Fault::Redirect),
        (status(500), Fault::Server),
    ] {
        let run = chase(&[("Practitioner", "d1")], Portal::default().on(PRACTITIONER, [reply]));
        assert!(
            matches!(run.chased["Practitioner/d1"], Err(Outcome::Failed { fault: found, .. }) if found == fault)
        );
    }
}

#[test]
fn a_reference_cannot_walk_elsewhere() {
    let bad = [
        ("Practitioner", "../Patient/p2"),
        ("Practitioner", ".."),
        ("https://evil.example", "x"),
        ("", "x"),
        ("Practitioner", ""),
        ("Practitioner", "a?b"),
        ("A/B", "x"),
    ];
    let run = chase(&bad, Portal::default());
    assert_eq!(run.chased.len(), bad.len());
    assert!(
        run.chased
            .values()
            .all(|found| matches!(found, Err(Outcome::Failed { fault: Fault::BadReference, .. })))
    );
    assert!(run.urls().iter().all(|url| *url == first("Goal") || url.ends_with("/metadata")));
}

#[test]
fn scopes_hold_for_references_too() {
    let few = tokens(|value| value["scopes"] = json!("patient/Goal.rs"));
    let driver = Driver { wanted: vec![("Practitioner".to_owned(), "d1".to_owned())], ..Driver::default() };
    let run = driver.run(&mut Portal::default(), few, only(&["Goal"]), vec![]);
    assert_eq!(run.chased["Practitioner/d1"], Err(Outcome::NotGranted));
    assert_eq!(run.asked(PRACTITIONER), 0);
}

#[test]
fn what_came_in_a_page_is_not_chased_and_no_more_than_the_most() {
    let options = Options { full: false, metered: false, now: NOW };
    let mut fetch = Fetch::new(Session::new(tokens(|_| {})), only(&["Goal"]), vec![], options);
    let mut portal =
        Portal::default().on(&first("Goal"), [ok(&page(&["a"], None))]).on(PRACTITIONER, [doctor()]);
    let drive = |fetch: &mut Fetch, portal: &mut Portal| {
        let mut asked = 0;
        loop {
            for action in fetch.poll(NOW) {
                match action {
                    Action::Send { id, request } => {
                        asked += 1;
                        fetch.receive(id, portal.answer(&request), NOW);
                    }
                    Action::Page { slot, .. } => fetch.committed(&slot),
                    Action::Finished => return asked,
                    _ => {}
                }
            }
        }
    };
    drive(&mut fetch, &mut portal);
    let pair = |on: &str, id: &str| (on.to_owned(), id.to_owned());
    assert_eq!(fetch.chase([pair("Observation", "a")]), 0);
    assert_eq!(drive(&mut fetch, &mut portal), 0, "it is held already");
    assert_eq!(fetch.chase([pair("Practitioner", "d1")]), 0);
    assert_eq!(drive(&mut fetch, &mut portal), 1, "a finished run can be given more");
    assert_eq!(fetch.chase((0..MAX_CHASED + 5).map(|n| pair("Location", &n.to_string()))), 6);
    assert_eq!(drive(&mut fetch, &mut portal), MAX_CHASED - 1);
}

#[test]
fn references_share_the_four_places_and_the_refresh() {
    let wanted: Vec<String> = (0..20).map(|n| n.to_string()).collect();
    let wanted: Vec<(&str, &str)> = wanted.iter().map(|id| ("Location", id.as_str())).collect();
    let token = json!({"access_token": "access-1", "token_type": "Bearer"});
    let portal = Portal::default()
        .on("https://login.example/token", [ok(&token)])
        .on("https://portal.example/fhir/Location/*", [status(401), status(401), status(401), status(404)]);
    let run = chase(&wanted, portal);
    assert_eq!((run.most_in_flight, run.asked("https://login.example/token"), run.chased.len()), (4, 1, 20));
}
