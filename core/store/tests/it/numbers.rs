//! Entries that share a number (hazard H10), entries that refer to others, and lists by what they leave out.

use std::collections::BTreeSet;

use statement::Section;
use store::Query;

use crate::world::{Device, glucose, key};

const DRAWN: &str = "2026-10-01T07:00:00Z";

fn numbered(id: &str, value: &str, number: &str) -> String {
    let stated =
        format!(r#""identifier":[{{"system":"urn:oid:1.2.3","value":"{number}"}},{{"value":"x"}}],"status""#);
    glucose(id, value, DRAWN).replace("\"status\"", &stated)
}

#[test]
fn h10_entries_of_one_number_find_each_other() {
    let phone = Device::phone();
    let long = "9".repeat(600);
    phone.sees(
        1_000,
        &[
            &numbered("a", "1", "A-1"),
            &numbered("b", "2", "A-1"),
            &numbered("c", "3", "A-2"),
            &numbered("d", "4", &long),
        ],
    );
    let of = |id: &str| {
        let keys = [key("Observation", id)];
        let twins = phone.store.twins(&keys).unwrap().into_values().flatten();
        twins.map(|twin| twin.id).collect::<Vec<_>>()
    };
    assert_eq!(
        (of("a"), of("b"), of("c"), of("d")),
        (vec!["b".to_owned()], vec!["a".to_owned()], vec![], vec![])
    );
    phone.sees(2_000, &[&numbered("b", "2", "A-2")]);
    assert_eq!((of("a"), of("b")), (vec![], vec!["c".to_owned()]), "a corrected number links anew");
    assert!(phone.store.check().unwrap().is_sound());
}

#[test]
fn what_refers_to_an_entry_is_reached_and_the_patient_is_no_way() {
    let phone = Device::phone();
    let report = r#"{"resourceType":"DiagnosticReport","id":"r","code":{"text":"Panel"},"subject":{"reference":"Patient/p1"},"result":[{"reference":"Observation/a"}]}"#;
    let letter = r#"{"resourceType":"DocumentReference","id":"l","subject":{"reference":"Patient/p1"},"context":{"related":[{"reference":"DiagnosticReport/r"}]}}"#;
    let patient = r#"{"resourceType":"Patient","id":"p1","name":[{"text":"Alice"}],"link":[{"other":{"reference":"Observation/a"}}]}"#;
    phone.sees(1_000, &[&glucose("a", "1", DRAWN), &glucose("b", "2", DRAWN), report, letter, patient]);
    let reached = phone.store.reaching(&BTreeSet::from([key("Observation", "a")])).unwrap();
    let wanted = BTreeSet::from([key("DiagnosticReport", "r"), key("DocumentReference", "l")]);
    assert_eq!(reached, wanted);
}

#[test]
fn a_list_leaves_out_what_others_list() {
    let phone = Device::phone();
    let report = r#"{"resourceType":"DiagnosticReport","id":"r","code":{"text":"Panel"},"subject":{"reference":"Patient/p1"},"result":[{"reference":"Observation/a"}]}"#;
    phone.sees(1_000, &[&glucose("a", "1", DRAWN), report]);
    let ids = |query: Query| {
        let rows = phone.store.rows(&query).unwrap();
        rows.into_iter().map(|stored| stored.row.key.id).collect::<Vec<_>>()
    };
    let types = |name: &str| BTreeSet::from([name.to_owned()]);
    assert_eq!(ids(Query { not_types: types("Observation"), ..Query::default() }), ["r"]);
    let listed = |types| Query { not_listed: vec![(Section::RESULTS, types)], ..Query::default() };
    assert_eq!(ids(listed(types("DiagnosticReport"))), ["a"]);
    assert_eq!(ids(listed(BTreeSet::new())), Vec::<String>::new());
    let elsewhere = Query { not_listed: vec![(Section::VITALS, types("Observation"))], ..Query::default() };
    assert_eq!(ids(elsewhere).len(), 2);
}

#[test]
fn h15_what_was_read_when_it_said_something_else_is_told() {
    let mut phone = Device::phone();
    phone.sees(1_000, &[&glucose("a", "1", DRAWN), &glucose("b", "2", DRAWN)]);
    phone.reads(&key("Observation", "a"));
    phone.sees(2_000, &[&glucose("a", "7", DRAWN), &glucose("b", "8", DRAWN)]);
    let marks = |device: &Device, id: &str, member| {
        let stored = device.store.row(&key("Observation", id), Some(&member)).unwrap().unwrap();
        (stored.new, stored.read_before)
    };
    let alice = phone.author.member;
    assert_eq!(marks(&phone, "a", alice), (true, true));
    assert_eq!(marks(&phone, "b", alice), (true, false), "she had never read it");
    assert_eq!(marks(&phone, "a", crate::world::BOB), (true, false), "nor had he");
    phone.sees(3_000, &[&glucose("a", "1", DRAWN)]);
    assert_eq!(marks(&phone, "a", alice), (false, false), "it says again what she has read");
}
