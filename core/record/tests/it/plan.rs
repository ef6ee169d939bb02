use std::collections::{BTreeMap, BTreeSet};

use record::{pages, sections};
use serde_json::{Value, json};
use statement::Section;

use crate::world::*;

fn planned(phone: &Device, seen: &[Value]) -> BTreeMap<String, Vec<String>> {
    let seen: Vec<_> = seen.iter().cloned().map(resource).collect();
    let plan = phone.plan(500, &seen);
    let ids = |entries: Vec<statement::body::PageEntry>| entries.into_iter().map(|e| e.id).collect();
    plan.pages.into_iter().map(|(place, entries)| (place.section.to_string(), ids(entries))).collect()
}

fn phone() -> Device {
    Device::new(PHONE, ALICE)
}

#[test]
fn the_table_places_types_and_categories() {
    let of = |value: Value| sections::evidence(&resource(value)).map(|s| s.to_string());
    let observation =
        |category: Value| json!({"resourceType": "Observation", "id": "1", "category": category});
    for (category, section) in [("laboratory", "results"), ("LAB", "results"), ("vital-signs", "vitals")] {
        let coded = |code: &str| json!({"coding": [{"system": "http://local", "code": "x"}, {"code": code}]});
        assert_eq!(of(observation(json!([coded(category)]))).as_deref(), Some(section));
        assert_eq!(of(observation(coded(category))).as_deref(), Some(section), "a bare object");
    }
    for none in [
        json!([]),
        json!("laboratory"),
        json!([{"text": "laboratory"}]),
        json!([{"coding": [{"code": "social-history"}]}]),
    ] {
        assert_eq!(of(observation(none)), None);
    }
    for (kind, section) in [
        ("AllergyIntolerance", Some("allergies")),
        ("Condition", Some("conditions")),
        ("MedicationRequest", Some("medications")),
        ("Encounter", Some("visits")),
        ("Claim", Some("coverage")),
        ("Practitioner", None),
        ("Device", None),
        ("QuestionnaireResponse", None),
    ] {
        let stripped = json!({"resourceType": kind, "id": "1", "status": "entered-in-error"});
        assert_eq!(of(stripped).as_deref(), section, "{kind}");
        assert_eq!(sections::default_for_type(kind).map(|s| s.to_string()).as_deref(), section, "{kind}");
    }
    let pacemaker = json!({"resourceType": "Device", "id": "1", "patient": {"reference": "Patient/alice"}});
    assert_eq!(of(pacemaker).as_deref(), Some("procedures"));
    assert_eq!(sections::default_for_type("Observation"), None);
}

#[test]
fn a_report_that_is_only_a_written_note_is_a_document_and_stripped_it_stays_one() {
    let of = |value: Value| sections::evidence(&resource(value)).map(|s| s.to_string());
    let report = |more: Value| {
        let mut value = json!({"resourceType": "DiagnosticReport", "id": "1", "status": "final"});
        value.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        of(value)
    };
    let (file, result) = (json!([{"contentType": "text/plain"}]), json!([{"reference": "Observation/1"}]));
    let coded = |code: &str| json!([{"coding": [{"code": code}]}]);
    let note = json!({"category": coded("a-note"), "code": {"text": "Note"}, "presentedForm": file});
    assert_eq!(report(note).as_deref(), Some("documents"));
    let read_by_a_radiologist = json!({"category": coded("LP29684-5"), "presentedForm": file});
    assert_eq!(report(read_by_a_radiologist).as_deref(), Some("results"));
    assert_eq!(report(json!({"result": result, "presentedForm": file})).as_deref(), Some("results"));
    assert_eq!(
        report(json!({"code": {"text": "Blood count"}, "conclusion": "fine"})).as_deref(),
        Some("results")
    );
    assert_eq!(report(json!({})), None, "stripped, it says nothing of its section");
}

#[test]
fn the_documented_table_is_the_table() {
    let documented: Vec<_> =
        include_str!("../../src/sections.rs").lines().filter_map(|l| l.strip_prefix("//! | ")).collect();
    let line = |rule: &sections::Rule| {
        let when = match rule.element {
            Some(element) => format!("has {element}"),
            None if rule.categories.is_empty() => String::new(),
            None => format!("category {}", rule.categories.join(", ")),
        };
        format!("{} | {when} | {} |", rule.types.join(", "), rule.section)
    };
    assert_eq!(documented[2..], sections::TABLE.iter().map(line).collect::<Vec<_>>());
}

#[test]
fn every_type_stands_in_one_line_unless_its_category_or_an_element_tells() {
    let mut seen = BTreeSet::new();
    for rule in sections::TABLE.iter().filter(|rule| rule.categories.is_empty()) {
        for kind in rule.types {
            assert!(seen.insert((*kind, rule.element)), "{kind} is there twice");
        }
    }
}

#[test]
fn one_answer_gives_one_page_a_section_and_supporting_resources_go_with_what_refers_to_them() {
    let answer = [
        json!({"resourceType": "Observation", "id": "hb", "category": [{"coding": [{"code": "laboratory"}]}],
            "performer": [{"reference": "Practitioner/dr"}], "subject": {"reference": "Patient/alice"}}),
        json!({"resourceType": "Encounter", "id": "visit",
            "participant": [{"individual": {"reference": "PractitionerRole/role"}}], "subject": {"reference": "Patient/alice"}}),
        json!({"resourceType": "PractitionerRole", "id": "role", "practitioner": {"reference": "Practitioner/nurse"}}),
        json!({"resourceType": "Practitioner", "id": "dr"}),
        json!({"resourceType": "Practitioner", "id": "nurse"}),
        json!({"resourceType": "Organization", "id": "nobody"}),
        json!({"resourceType": "Patient", "id": "alice", "generalPractitioner": [{"reference": "Practitioner/nurse"}]}),
        json!({"resourceType": "Basic", "id": "odd"}),
    ];
    let plan = planned(&phone(), &answer);
    assert_eq!(plan["results"], ["hb", "dr"]);
    assert_eq!(plan["visits"], ["visit", "nurse", "role"]);
    assert_eq!(plan["profile"], ["alice", "nurse"], "the patient's own doctor belongs to the profile too");
    assert_eq!(plan["unsorted"], ["odd", "nobody"]);
}

#[test]
fn what_was_placed_stays_and_evidence_moves_it() {
    let mut phone = phone();
    let hb = json!({"resourceType": "Observation", "id": "hb", "category": [{"coding": [{"code": "laboratory"}]}]});
    phone.see(100, &[resource(hb)]);
    let stripped = json!({"resourceType": "Observation", "id": "hb", "status": "entered-in-error"});
    assert_eq!(planned(&phone, &[stripped])["results"], ["hb"]);
    let vital = json!({"resourceType": "Observation", "id": "hb", "category": [{"coding": [{"code": "vital-signs"}]}]});
    assert_eq!(planned(&phone, &[vital])["vitals"], ["hb"]);
}

#[test]
fn a_new_version_of_a_supporting_resource_goes_where_the_one_before_is() {
    let mut phone = phone();
    let visit = json!({"resourceType": "Encounter", "id": "visit",
        "participant": [{"individual": {"reference": "Practitioner/dr"}}]});
    let doctor =
        |name: &str| resource(json!({"resourceType": "Practitioner", "id": "dr", "name": [{"text": name}]}));
    phone.see(100, &[resource(visit), doctor("one")]);
    assert_eq!(phone.see(200, &[doctor("one")]), 0);
    assert_eq!(phone.see(200, &[doctor("two")]), 1);
    let row = phone.record.row(&key("Practitioner", "dr"));
    assert_eq!(
        (row.section.clone(), row.held_in.clone(), row.revisions),
        (Section::VISITS, vec![Section::VISITS], 2)
    );
    assert_eq!(row.summary.title, "two");
}

#[test]
fn one_key_twice_in_an_answer_loses_nothing() {
    let one = json!({"resourceType": "Condition", "id": "c", "code": {"text": "one"}});
    let two = json!({"resourceType": "Condition", "id": "c", "code": {"text": "two"}});
    assert_eq!(planned(&phone(), &[one.clone(), one.clone()])["conditions"].len(), 1);
    assert_eq!(planned(&phone(), &[one, two])["conditions"].len(), 2);
}

#[test]
fn a_listing_is_written_only_when_what_is_missing_changes() {
    let keys = |ids: &[&str]| ids.iter().map(|id| key("Condition", id)).collect::<BTreeSet<_>>();
    let ids = |missing: Option<Vec<statement::body::MissingEntry>>| {
        missing.map(|all| all.into_iter().map(|entry| entry.id).collect::<Vec<_>>())
    };
    let before = keys(&["a", "b", "c"]);
    assert_eq!(ids(pages::missing(&before, &keys(&["a", "b", "c", "d"]), None)), None);
    assert_eq!(ids(pages::missing(&before, &keys(&["a"]), None)), Some(vec!["b".to_owned(), "c".to_owned()]));
    assert_eq!(ids(pages::missing(&before, &keys(&["a"]), Some(&keys(&["b", "c"])))), None);
    assert_eq!(ids(pages::missing(&before, &before, Some(&keys(&["b"])))), Some(Vec::new()));
}
