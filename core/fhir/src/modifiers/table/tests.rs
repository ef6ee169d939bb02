use std::collections::BTreeSet;

use super::*;

const MODIFIER_COLUMNS: [&str; 8] =
    ["resource", "element", "type", "card", "value_set", "kind", "source", "certainty"];
const VALUE_COLUMNS: [&str; 7] = ["element", "value_set", "code", "effect", "text", "source", "certainty"];
const NEAR_COLUMNS: [&str; 8] =
    ["resource", "element", "type", "how", "why_it_matters", "plain", "source", "certainty"];
const KINDS: [&str; 12] = [
    "status",
    "negation",
    "intent",
    "identity",
    "person",
    "quality",
    "value",
    "use",
    "scope",
    "rules",
    "extension",
    "",
];

fn header(text: &'static str) -> Vec<&'static str> {
    text.lines().find(|line| !line.starts_with('#')).unwrap().split('\t').collect()
}

#[test]
fn h4_every_table_names_its_edition_its_review_date_and_that_no_clinician_has_signed() {
    for text in [MODIFIERS, VALUES, NEAR] {
        let comments: Vec<_> = text.lines().take(4).collect();
        assert!(comments[1].starts_with("# version 20"), "{comments:?}");
        assert_eq!(comments[2], "# review-by 2027-11-22");
        assert_eq!(comments[3], "# not signed off by a clinician");
    }
    assert_eq!(
        edition(),
        Edition { version: "2026-11-22", review_by: "2027-11-22", sign_off: "not signed off by a clinician" }
    );
}

#[test]
fn h4_every_row_has_every_column_a_source_and_a_certainty() {
    for (text, columns) in
        [(MODIFIERS, &MODIFIER_COLUMNS[..]), (VALUES, &VALUE_COLUMNS), (NEAR, &NEAR_COLUMNS)]
    {
        assert_eq!(header(text), columns);
        for row in rows(text) {
            assert_eq!(row.len(), columns.len(), "{row:?}");
            let [.., source, certainty] = row.as_slice() else { unreachable!() };
            assert!(source.starts_with("FHIR 4.0.1"), "{row:?}");
            assert!(["read", "judged"].contains(certainty), "{row:?}");
        }
    }
}

#[test]
fn h4_effects_and_kinds_are_known_and_no_row_stands_twice() {
    let mut seen = BTreeSet::new();
    for row in rows(VALUES) {
        assert!(effect_named(row[3]).is_some(), "{row:?}");
        assert!(!row[4].is_empty(), "{row:?}");
        assert!(seen.insert((row[0], row[2])), "twice: {row:?}");
    }
    let mut seen = BTreeSet::new();
    for row in rows(MODIFIERS) {
        assert!(KINDS.contains(&row[5]) && !row[5].is_empty(), "{row:?}");
        assert!(row[1].starts_with(&format!("{}.", row[0])), "{row:?}");
        assert!(seen.insert(row[1]), "twice: {row:?}");
    }
    for row in rows(NEAR) {
        assert!(["coded", "read", "shown", "elsewhere", "later"].contains(&row[3]), "{row:?}");
        assert!(seen.insert(row[1]), "a near modifier that is a modifier, or twice: {row:?}");
    }
}

#[test]
fn h4_every_bound_value_set_has_rows_and_every_value_belongs_to_an_element() {
    let values: Vec<_> = rows(VALUES).collect();
    let elements: BTreeSet<_> = rows(MODIFIERS).chain(rows(NEAR)).map(|row| row[1]).collect();
    for row in rows(MODIFIERS).filter(|row| row[5] != "extension" && row[5] != "rules") {
        let own = values.iter().filter(|value| value[0] == row[1] && value[1] == row[4]).count();
        assert!(own > 0, "no values for {row:?}");
    }
    for row in rows(NEAR).filter(|row| row[3] == "coded") {
        assert!(values.iter().any(|value| value[0] == row[1]), "no values for {row:?}");
    }
    for value in &values {
        let shared = ["*", "*.modifierExtension", "*.implicitRules"].contains(&value[0]);
        assert!(shared || elements.contains(value[0]), "{value:?}");
    }
}

#[test]
fn h4_all_forty_resource_types_and_the_data_types_are_there() {
    let types: BTreeSet<_> = rows(MODIFIERS).map(|row| row[0]).collect();
    assert_eq!(types.len(), 40 + 11);
    assert_eq!(rows(MODIFIERS).count(), 239);
}

#[test]
fn h4_every_retracted_row_says_so_in_the_same_words() {
    for row in rows(VALUES).filter(|row| row[3] == "retracted") {
        assert_eq!(
            (row[2], row[4]),
            ("entered-in-error", "Recorded by mistake - do not rely on this"),
            "{row:?}"
        );
    }
    for row in rows(VALUES).filter(|row| row[2] == "entered-in-error") {
        assert_eq!(row[3], "retracted", "{row:?}");
    }
}

#[test]
fn h4_a_flagged_element_that_is_not_walked_for_has_a_shape() {
    let data_types = ["Dosage", "Timing"];
    for row in rows(MODIFIERS)
        .filter(|row| row[5] != "extension" && row[5] != "rules" && !data_types.contains(&row[0]))
    {
        let steps: Vec<_> = row[1].split('.').skip(1).collect();
        assert!(get().of(row[0]).iter().any(|element| element.steps == steps), "not read: {row:?}");
    }
}
