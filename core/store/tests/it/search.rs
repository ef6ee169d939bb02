//! Finding things.

use std::collections::BTreeSet;

use statement::Section;
use store::{Found, Hit, Query};

use crate::world::{ALICE, Device, ISSUER, allergy, glucose, key, retracted};

fn found(device: &Device, text: &str) -> Vec<String> {
    let hits = device.store.search(text, 50).unwrap();
    let id = |hit: Hit| match hit.found {
        Found::Resource(key) => key.id,
        Found::Note { .. } => "note".to_owned(),
    };
    hits.into_iter().map(id).collect()
}

#[test]
fn every_resource_is_found_by_id_type_title_and_a_word_in_the_middle() {
    let phone = Device::phone();
    let other = r#"{"resourceType":"SupplyDelivery","id":"7a0f-11.b","status":"completed","suppliedItem":{"itemCodeableConcept":{"text":"Teststreifen"}},"x":[{"y":"deep below"}]}"#;
    phone.sees(1, &[&glucose("glu-2024-a", "98", "2024-03-14"), &allergy("a1", "Penicillin"), other]);
    assert_eq!(found(&phone, "glu-2024-a"), ["glu-2024-a"]);
    assert_eq!(found(&phone, "7a0f-11.b"), ["7a0f-11.b"]);
    assert_eq!(found(&phone, "Observation"), ["glu-2024-a"]);
    assert_eq!(found(&phone, "supplydel"), ["7a0f-11.b"], "the start of the last word is enough");
    assert_eq!(found(&phone, "penicillin"), ["a1"]);
    assert_eq!(found(&phone, "wanderfalke"), ["glu-2024-a"], "a word in the middle");
    assert_eq!(found(&phone, "FRUHSTUCK clinic"), ["glu-2024-a"], "case and accents aside, in any order");
    assert_eq!(found(&phone, "deep"), ["7a0f-11.b"]);
    assert_eq!(found(&phone, "2339-0"), ["glu-2024-a"]);
    assert!(found(&phone, "penicillin wanderfalke").is_empty(), "all words, in one");
    let hit = &phone.store.search("wanderf", 1).unwrap()[0];
    assert!(hit.snippet.contains("\u{2}Wanderfalke\u{3}"), "{:?}", hit.snippet);
    assert_eq!(hit.section, Section::RESULTS);
}

#[test]
fn h19_a_retracted_result_is_found_by_what_it_is_and_not_by_what_it_said() {
    let phone = Device::phone();
    phone.sees(1, &[&glucose("g1", "98", "2024-03-14")]);
    phone.sees(2, &[&retracted("g1")]);
    assert!(found(&phone, "wanderfalke").is_empty());
    assert_eq!(found(&phone, "g1"), ["g1"]);
    assert_eq!(found(&phone, "observation"), ["g1"]);
    assert!(!phone.store.search("g1", 1).unwrap()[0].snippet.contains("Wander"));
}

#[test]
fn c31_nothing_that_is_typed_is_a_command() {
    let phone = Device::phone();
    phone.sees(1, &[&glucose("g1", "98", "2024-03-14"), &allergy("a1", "Penicillin")]);
    let before = phone.store.content_digest().unwrap();
    for hostile in [
        "\"",
        "\"\"\"",
        "'",
        "') OR 1=1 --",
        "glucose OR penicillin",
        "glucose NOT blood",
        "NEAR(glucose blood, 2)",
        "title:glucose",
        "{title text}:x",
        "-glucose",
        "^glucose",
        "*",
        "gluc*ose",
        "a AND",
        "(",
        "a\u{0}b",
        "\u{0}",
        "; DROP TABLE row;",
        "\\",
        "%",
        "_",
        "??1",
        "\u{202e}",
        "🧪",
        &"a ".repeat(5_000),
        &"x".repeat(100_000),
        "",
        "   ",
    ] {
        for query in [hostile.to_owned(), format!("glucose {hostile}"), format!("{hostile} glucose")] {
            phone.store.search(&query, 10).unwrap();
            phone.store.rows(&Query { text: Some(query.clone()), ..Query::default() }).unwrap();
        }
    }
    assert!(found(&phone, "glucose OR penicillin").is_empty(), "OR is a word");
    assert_eq!(found(&phone, "glucose * - \""), ["g1"], "signs alone are no words");
    assert_eq!(phone.store.content_digest().unwrap(), before);
}

#[test]
fn rows_come_newest_first_page_by_page_and_undated_last() {
    let phone = Device::phone();
    let results: Vec<String> =
        (10..28).map(|day| glucose(&format!("g{day}"), "98", &format!("2024-03-{day}"))).collect();
    let mut shown: Vec<&str> = results.iter().map(String::as_str).collect();
    let undated = allergy("a1", "Penicillin");
    shown.push(&undated);
    phone.sees(1, &shown);
    let mut all = Vec::new();
    let mut query = Query { limit: 5, ..Query::default() };
    loop {
        let page = phone.store.rows(&query).unwrap();
        let Some(last) = page.last() else { break };
        query.after = Some(last.position.clone());
        all.extend(page.into_iter().map(|stored| stored.row.key.id));
    }
    let mut expected: Vec<String> = (10..28).rev().map(|day| format!("g{day}")).collect();
    expected.push("a1".to_owned());
    assert_eq!(all, expected);
    assert_eq!(phone.store.count(&query).unwrap(), 19);
}

#[test]
fn rows_are_chosen_by_section_type_code_date_and_text() {
    let phone = Device::phone();
    phone.sees(
        1,
        &[
            &glucose("g1", "98", "2024-03-14"),
            &glucose("g2", "99", "2024-05-01"),
            &allergy("a1", "Penicillin"),
        ],
    );
    let ids = |query: Query| {
        let rows = phone.store.rows(&query).unwrap();
        assert_eq!(phone.store.count(&query).unwrap(), rows.len() as u64);
        rows.into_iter().map(|stored| stored.row.key.id).collect::<Vec<_>>()
    };
    let one = |text: &str| BTreeSet::from([text.to_owned()]);
    assert_eq!(ids(Query::section(Section::RESULTS)), ["g2", "g1"]);
    let two = BTreeSet::from([Section::RESULTS, Section::ALLERGIES]);
    assert_eq!(ids(Query { sections: two, ..Query::default() }), ["g2", "g1", "a1"]);
    assert_eq!(ids(Query { types: one("AllergyIntolerance"), ..Query::default() }), ["a1"]);
    assert_eq!(ids(Query { codes: one("2339-0"), ..Query::default() }), ["g2", "g1"]);
    // 2024-04-01T00:00:00Z
    assert_eq!(ids(Query { since: Some(1_711_929_600), ..Query::default() }), ["g2"]);
    assert_eq!(
        ids(Query { until: Some(1_711_929_600), ..Query::default() }),
        ["g1"],
        "undated ones are left out"
    );
    assert_eq!(ids(Query { text: Some("penic".to_owned()), ..Query::default() }), ["a1"]);
    assert!(ids(Query { text: Some("--".to_owned()), ..Query::default() }).is_empty());
    assert!(ids(Query { only_new: true, ..Query::default() }).is_empty(), "new to nobody");
    assert_eq!(ids(Query { only_new: true, member: Some(ALICE), ..Query::default() }).len(), 3);
}

#[test]
fn keys_are_found_by_the_start_of_an_id_and_referrers_by_their_target() {
    let phone = Device::phone();
    phone.sees(
        1,
        &[&glucose("ab1", "98", "2024-03-14"), &glucose("ab2", "99", "2024-05-01"), &allergy("abc", "x")],
    );
    assert_eq!(phone.store.keys("ab", None, 9).unwrap().len(), 3);
    assert_eq!(phone.store.keys("ab", Some("Observation"), 9).unwrap().len(), 2);
    assert_eq!(phone.store.keys("abc", None, 9).unwrap(), [key("AllergyIntolerance", "abc")]);
    assert_eq!(phone.store.keys("b", None, 9).unwrap(), []);
    let who: Vec<String> = phone
        .store
        .referrers(&key("Patient", "p1"))
        .unwrap()
        .into_iter()
        .map(|(key, path)| format!("{} {path}", key.id))
        .collect();
    assert_eq!(who, ["abc patient", "ab1 subject", "ab2 subject"]);
    assert!(
        phone.store.rows(&Query::default()).unwrap().iter().all(|stored| stored.row.key.issuer == ISSUER)
    );
}
