//! What a search looks through: every word of a person or a code, no file and no address of a definition.

use std::collections::BTreeSet;

use fhir::Resource;
use fhir::describe::describe;
use serde_json::Value;

const RESULT: &str = r#"{"resourceType":"Observation","id":"obs-7","status":"final",
    "meta":{"profile":["http://hl7.org/fhir/StructureDefinition/observation-profile"],"source":"urn:uuid:observation-source","versionId":"v9"},
    "implicitRules":"http://example.org/observation-rules",
    "text":{"status":"generated","div":"<div title='a>b'>Tom &amp; <b>Ann</b></div>"},
    "code":{"coding":[{"system":"http://loinc.org/observation-system","code":"2160-0","display":"Creatinine"}]},
    "interpretation":[{"coding":[{"system":"urn:oid:2.16.840.1.113883.5.83","code":"N"}]}],
    "valueQuantity":{"value":1.00,"unit":"mg/dL"},
    "identifier":[{"system":"urn:oid:1.2.3.observation","value":"urn:uuid:ACC-1"}],
    "performer":[{"reference":"Practitioner/p-1","display":"Dr. Fir"}],
    "extension":[{"url":"http://x/observation-deep","valueAttachment":{"contentType":"text/plain","title":"Scan","data":"QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo="}},
        {"url":"relativeName","valueUrl":"https://clinic.example/help"}],
    "note":[{"text":"zwölf Bären; see https://clinic.example/notes for more"}]}"#;

#[test]
fn search_holds_every_word_of_a_person_and_every_code_but_no_file_and_no_tags() {
    let search = searched(RESULT);
    for word in [
        "Observation",
        "obs-7",
        "v9",
        "2160-0",
        "Creatinine",
        "N",
        "1.00",
        "mg/dL",
        "urn:uuid:ACC-1",
        "Practitioner/p-1",
        "Dr. Fir",
        "Tom & Ann",
        "Scan",
        "zwölf Bären; see https://clinic.example/notes for more",
        "https://clinic.example/help",
    ] {
        assert!(search.contains(word), "{word} in {search}");
    }
    for word in ["QUJDREVG", "<b>", "title"] {
        assert!(!search.contains(word), "{word} in {search}");
    }
}

#[test]
fn no_address_of_a_system_or_a_profile_makes_everything_a_match() {
    let search = searched(RESULT);
    for word in ["loinc.org", "observation-", "StructureDefinition", "urn:oid", "http://"] {
        assert!(!search.contains(word), "{word} in {search}");
    }
}

#[test]
fn a_file_is_in_no_search_wherever_it_hides() {
    let long = "QWxsIHRoYXQgSXMgMQ5".repeat(20);
    for resource in [
        r#"{"resourceType":"Binary","contentType":"text/plain","data":"QUJD"}"#.to_owned(),
        r#"{"resourceType":"Binary","contentType":"text/plain","content":"QUJD"}"#.to_owned(),
        r#"{"resourceType":"DocumentReference","content":[{"attachment":{"data":"QUJD"}}]}"#.to_owned(),
        r#"{"resourceType":"Media","content":{"contentType":"a/b","data":"QUJD\r\nQUJD"}}"#.to_owned(),
        r#"{"resourceType":"Basic","contained":[{"resourceType":"Binary","data":"QUJD"}]}"#.to_owned(),
        r#"{"resourceType":"Basic","x":{"url":"data:text/plain;base64,QUJD"}}"#.to_owned(),
        format!(r#"{{"resourceType":"Basic","x":"see {long} there"}}"#).replace("QWxs", "QUJD"),
        r#"{"resourceType":"Basic","extension":[{"url":"u","valueBase64Binary":"QUJDQUJDQUJDQUJDQUJDQUJD"}]}"#.to_owned(),
    ] {
        let search = searched(&resource);
        assert!(!search.contains("QUJD"), "{resource}: {search}");
    }
    assert!(searched(r#"{"resourceType":"Basic","x":"the word QUJD"}"#).contains("QUJD"));
}

#[test]
fn every_string_that_a_person_wrote_is_searched_in_every_case_that_the_golden_texts_hold() {
    let quiet = ["system", "url", "profile", "source", "implicitRules", "data", "content", "hash", "div"];
    for (name, resource) in cases() {
        let summary = describe(&resource);
        if summary.reading.retracted() {
            continue;
        }
        let mut texts = BTreeSet::new();
        strings("", resource.value(), &mut texts);
        for (key, text) in texts {
            let address = text.starts_with("http") || text.starts_with("urn:");
            if quiet.contains(&key.as_str()) && (address || !text.contains(' ')) {
                continue;
            }
            assert!(key == "div" || summary.search.contains(text.trim()), "{name}: {key} {text}");
        }
    }
}

#[test]
fn search_is_capped_between_letters() {
    let text = format!(r#"{{"resourceType":"Basic","x":"{}"}}"#, "é".repeat(50_000));
    let search = searched(&text);
    assert!(search.len() <= 64 * 1024 && search.len() > 64 * 1024 - 4);
}

fn searched(resource: &str) -> String {
    describe(&Resource::parse(resource.as_bytes()).unwrap()).search
}

fn strings(key: &str, value: &Value, found: &mut BTreeSet<(String, String)>) {
    match value {
        Value::Object(members) => members.iter().for_each(|(key, member)| strings(key, member, found)),
        Value::Array(items) => items.iter().for_each(|item| strings(key, item, found)),
        Value::String(text) => {
            found.insert((key.to_owned(), text.clone()));
        }
        _ => {}
    }
}

#[allow(clippy::disallowed_methods)]
fn cases() -> Vec<(String, Resource)> {
    let folder = format!("{}/tests/cases", env!("CARGO_MANIFEST_DIR"));
    let mut cases = Vec::new();
    for file in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        let list: Vec<Value> = serde_json::from_str(&text).unwrap();
        cases.extend(list.into_iter().map(|case| {
            let bytes = case.get("resource").unwrap().to_string();
            (case.get("case").unwrap().to_string(), Resource::parse(bytes.as_bytes()).unwrap())
        }));
    }
    assert!(cases.len() > 150);
    cases
}
