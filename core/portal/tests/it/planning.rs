use std::collections::BTreeSet;

use portal::{Scopes, fetch::Outcome, plan};
use serde_json::{Value, json};

use crate::script::{Driver, NOW, Portal, Reply, first, ok, only, page_of, status, tokens};

const METADATA: &str = "https://portal.example/fhir/metadata";

fn capable(types: &[(&str, &[&str])]) -> Value {
    let resources: Vec<Value> = types
        .iter()
        .map(|(on, names)| json!({"type": on, "searchParam": names.iter().map(|name| json!({"name": name})).collect::<Vec<_>>()}))
        .collect();
    json!({"resourceType": "CapabilityStatement", "rest": [{"mode": "server", "resource": resources}]})
}

/// Compares with a text beside the tests, which UPDATE_GOLDEN=1 rewrites.
#[allow(clippy::disallowed_methods)]
fn expected(name: &str, text: &str) {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
    }
    assert_eq!(text, std::fs::read_to_string(&path).unwrap(), "{name}");
}

#[test]
fn the_plan_is_this_list() {
    let slots = plan::slots(&Scopes::parse("patient/*.rs"), "p1");
    let mut text = String::new();
    for slot in &slots {
        text.push_str(&format!(
            "{}{} = {}\n",
            slot.name,
            if slot.catch_all { " (catch-all)" } else { "" },
            slot.path
        ));
        assert!(slot.granted && slot.path.starts_with(&slot.resource_type));
        assert!(!slot.path.contains("_lastUpdated"));
    }
    let names: BTreeSet<&str> = slots.iter().map(|slot| slot.name.as_str()).collect();
    assert_eq!(names.len(), slots.len(), "names are names");
    assert_eq!(slots[0].path, "Patient/p1");
    expected("plan.txt", &text);
}

#[test]
fn what_the_portal_lists_besides_is_asked_too_and_stays_asked() {
    let listed = capable(&[
        ("Flag", &["_id", "patient"]),
        ("AdverseEvent", &["subject"]),
        ("SupplyRequest", &["subject"]),
        ("Group", &["member"]),
        ("EpisodeOfCare", &["status"]),
        ("Practitioner", &["patient"]),
        ("Observation", &["patient"]),
    ]);
    let flag = "https://portal.example/fhir/Flag?patient=p1&_count=100";
    let mut portal =
        Portal::default().on(METADATA, [ok(&listed)]).on(flag, [ok(&page_of("Flag", &["f"], None))]);
    let run = Driver::default().run(&mut portal, tokens(|_| {}), only(&["Goal"]), vec![]);
    let names: Vec<&str> = run.outcomes.keys().map(String::as_str).collect();
    assert_eq!(names, ["AdverseEvent", "Flag", "Goal", "Group", "SupplyRequest"]);
    assert_eq!(run.ids("Flag"), ["f"]);
    assert!(run.urls().contains(&"https://portal.example/fhir/AdverseEvent?subject=p1&_count=100"));
    let metadata = run.requests.iter().find(|request| request.url == METADATA).unwrap();
    assert_eq!(metadata.token, None, "the capability statement is public");

    let later = Driver { now: NOW + 86_400, ..Driver::default() };
    let run = later.run(&mut Portal::default(), tokens(|_| {}), only(&["Goal"]), run.cursors());
    assert!(run.outcomes.contains_key("Flag"), "known from its cursor");
}

#[test]
fn without_a_capability_statement_the_list_is_still_asked() {
    for reply in [
        status(404),
        status(500),
        ok(&json!(["x"])),
        ok(&json!({"rest": [{"resource": [{"type": 3, "searchParam": {}}, 4]}, null]})),
        Reply::Is(200, vec![], "<".to_owned()),
        status(401),
    ] {
        let mut portal = Portal::default().on(METADATA, [reply]);
        let run = Driver::default().run(&mut portal, tokens(|_| {}), only(&["Goal", "Condition"]), vec![]);
        assert!(run.outcomes.values().all(|outcome| matches!(outcome, Outcome::Ok { .. })));
        assert_eq!((run.outcomes.len(), run.asked(METADATA), run.sign_in_again), (2, 1, 0));
    }
}

#[test]
fn scopes_decide_what_is_asked_and_never_the_names() {
    let all = plan::slots(&Scopes::parse("patient/*.rs"), "p1");
    let few = plan::slots(
        &Scopes::parse("patient/Observation.rs?category=laboratory patient/Patient.r patient/Goal.r"),
        "p1",
    );
    assert!(all.iter().map(|slot| &slot.name).eq(few.iter().map(|slot| &slot.name)));
    let granted: Vec<&str> = few.iter().filter(|slot| slot.granted).map(|slot| slot.name.as_str()).collect();
    assert_eq!(granted, ["Patient", "Observation/laboratory", "Observation"]);
    assert!(first("Goal").ends_with("/Goal?patient=p1&_count=100"));
}
