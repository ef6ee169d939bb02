//! What a body can be besides well-formed UTF-8 of the expected kind.

use portal::fetch::{Fault, Outcome};
use serde_json::{Value, json};

use crate::script::{Driver, Portal, Reply, Run, first, ok, only, page, tokens};

const LAB: &str = "Observation/laboratory";
const PATIENT: &str = "https://portal.example/fhir/Patient/p1";

fn lab(reply: Reply) -> Run {
    let mut portal = Portal::default().on(&first(LAB), [reply]);
    Driver::default().run(&mut portal, tokens(|_| {}), only(&[LAB]), vec![])
}

fn bytes(content_type: &'static str, body: Vec<u8>) -> Reply {
    Reply::Bytes(vec![("Content-Type", content_type)], body)
}

fn raw(body: &str) -> Reply {
    bytes("application/fhir+json", body.as_bytes().to_vec())
}

/// The same for every size of page.
fn always(body: &str) -> Run {
    let mut portal = Portal::default().on("https://portal.example/fhir/Observation*", [raw(body)]);
    Driver::default().run(&mut portal, tokens(|_| {}), only(&[LAB]), vec![])
}

fn fault(run: &Run) -> Fault {
    let Outcome::Failed { fault, .. } = run.outcome(LAB) else { panic!("{:?}", run.outcome(LAB)) };
    *fault
}

fn named(words: &str) -> Value {
    let mut body = page(&["a"], None);
    body["entry"][0]["resource"]["code"] = json!({"text": words});
    body
}

#[test]
fn a_portal_that_says_how_it_writes_is_understood() {
    let words = "Hæmoglobin, 5 µmol";
    let latin: Vec<u8> =
        named(words).to_string().chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let wide: Vec<u8> = [0xfeff]
        .into_iter()
        .chain(named(words).to_string().encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    let mut marked = b"\xef\xbb\xbf".to_vec();
    marked.extend_from_slice(named(words).to_string().as_bytes());
    for (said, body) in [
        ("application/fhir+json; charset=ISO-8859-1", latin.clone()),
        ("application/json;fhirVersion=4.0; charset=\"windows-1252\"", latin.clone()),
        ("application/fhir+json", wide),
        ("application/fhir+json; charset=utf-8", marked),
        // UTF-8, whatever is said of it.
        ("application/fhir+json; charset=iso-8859-1", named(words).to_string().into_bytes()),
        ("text/plain; charset=no-such-thing", named(words).to_string().into_bytes()),
    ] {
        let run = lab(bytes(said, body));
        assert_eq!(run.outcome(LAB), &Outcome::Ok { count: 1, complete: true }, "{said}");
        assert!(run.bodies.iter().any(|held| held.contains(words)), "{said}: {:?}", run.bodies);
    }
}

/// The mark says how the answer is written; it is no part of the resource.
#[test]
fn a_byte_order_mark_is_not_kept_with_the_resource() {
    let patient = r#"{"resourceType":"Patient","id":"p1"}"#;
    let mut portal = Portal::default().on(PATIENT, [raw(&format!("\u{feff}{patient}"))]);
    let run = Driver::default().run(&mut portal, tokens(|_| {}), only(&["Patient"]), vec![]);
    assert_eq!(run.bodies, [patient]);
}

/// Bytes that are no text spoil the resource in which they stand and no other.
#[test]
fn c30_invalid_utf_8_spoils_only_its_own_entry() {
    let mut body = page(&["a", "b", "c"], None).to_string().into_bytes();
    let at = body.windows(3).position(|part| part == b"\"b\"").unwrap();
    body[at + 1] = 0xff;
    let run = lab(bytes("application/fhir+json; charset=utf-8", body.clone()));
    assert_eq!(run.ids(LAB), ["a", "c"]);
    assert_eq!(run.outcome(LAB), &Outcome::Ok { count: 3, complete: false }, "absence means nothing");
    assert_eq!(lab(bytes("application/fhir+json", body)).ids(LAB), ["a", "c"]);

    let mut portal = Portal::default().on(
        PATIENT,
        [bytes(
            "application/fhir+json",
            b"{\"resourceType\":\"Patient\",\"id\":\"p1\",\"x\":\"\xff\"}".to_vec(),
        )],
    );
    let run = Driver::default().run(&mut portal, tokens(|_| {}), only(&["Patient"]), vec![]);
    assert!(matches!(run.outcome("Patient"), Outcome::Failed { fault: Fault::NotFhir, .. }));
}

#[test]
fn c30_more_values_than_can_be_held_are_refused_before_they_are_read() {
    let million = format!(r#"{{"resourceType":"Bundle","entry":[{}{{}}]}}"#, "{},".repeat(1_000_000));
    let members = format!(r#"{{"resourceType":"Bundle",{}"x":0}}"#, "\"\":0,".repeat(1_000_000));
    let numbers = format!(
        r#"{{"resourceType":"Bundle","entry":[{{"resource":{{"a":[{}0]}}}}]}}"#,
        "0,".repeat(1_000_000)
    );
    for body in [million, members, numbers] {
        let run = always(&body);
        assert_eq!((fault(&run), run.pages.len()), (Fault::TooLarge, 0));
    }
    // Ten thousand and one small entries.
    let entries = format!(r#"{{"resourceType":"Bundle","entry":[{}{{}}]}}"#, "{},".repeat(10_000));
    assert_eq!(fault(&always(&entries)), Fault::TooLarge);
    // Commas in words are no values.
    let words = "\\\",[{".repeat(300_000);
    assert_eq!(
        lab(raw(&page(&["a"], None).to_string().replace("\"a\"", &format!("\"a\",\"text\":\"{words}\""))))
            .ids(LAB),
        ["a"]
    );
    let statement = format!(r#"{{"rest":[{{"resource":[{}{{}}]}}]}}"#, "{},".repeat(1_000_000));
    let mut portal = Portal::default().on("https://portal.example/fhir/metadata", [raw(&statement)]);
    let run = Driver::default().run(&mut portal, tokens(|_| {}), only(&[LAB]), vec![]);
    assert_eq!(run.outcomes.len(), 1);
}

#[test]
fn c30_deep_json_spoils_only_its_own_entry() {
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let body = page(&["a", "b"], None).to_string().replace(r#""id":"a""#, &format!(r#""id":"a","x":{deep}"#));
    let run = lab(raw(&body));
    assert_eq!((run.ids(LAB), run.outcome(LAB)), (vec!["b"], &Outcome::Ok { count: 2, complete: false }));
    let top = format!(r#"{{"resourceType":"Bundle","x":{deep},"entry":[]}}"#);
    assert!(lab(raw(&top)).finished, "and deep JSON around the entries stops nothing");
    let refused = Reply::Is(403, vec![], format!(r#"{{"resourceType":"OperationOutcome","issue":{deep}}}"#));
    assert_eq!(lab(refused).outcome(LAB), &Outcome::Refused { status: 403, reason: String::new() });
}

/// Another patient's result in a bundle in the bundle is looked at by itself.
#[test]
fn h3_a_bundle_in_a_bundle_is_taken_apart() {
    let inner = json!({"resourceType": "Bundle", "id": "inner", "type": "document", "entry": [
        {"resource": {"resourceType": "Observation", "id": "x", "subject": {"reference": "Patient/other"}}},
        {"resource": {"resourceType": "Bundle", "id": "innermost", "entry": []}},
    ]});
    let mut body = page(&["a"], None);
    body["entry"].as_array_mut().unwrap().push(json!({"resource": inner}));
    let run = lab(ok(&body));
    assert_eq!(
        (run.ids(LAB), run.outcome(LAB)),
        (vec!["a", "x"], &Outcome::Ok { count: 3, complete: false })
    );
}

/// As a portal that hard-codes it into its own next links does.
#[test]
fn a_next_link_for_xml_is_asked_for_json() {
    let next = "https://portal.example/fhir?_getpages=1&_format=xml&_bundletype=searchset";
    let json = "https://portal.example/fhir?_getpages=1&_bundletype=searchset";
    let mut portal = Portal::default()
        .on(&first(LAB), [ok(&page(&["a"], Some(next)))])
        .on(next, [raw("<Bundle xmlns=\"http://hl7.org/fhir\"/>")])
        .on(json, [ok(&page(&["b"], None))]);
    let run = Driver::default().run(&mut portal, tokens(|_| {}), only(&[LAB]), vec![]);
    assert_eq!(run.ids(LAB), ["a", "b"]);
}

#[test]
fn c31_members_that_come_twice_and_numbers_beyond_any_float_keep_their_bytes() {
    for odd in [
        r#"{"resourceType":"Observation","id":"a","valueQuantity":{"value":1e999}}"#,
        r#"{"resourceType":"Observation","id":"a","valueQuantity":{"value":0.000000000000000000000000000000000000000000000000001}}"#,
        r#"{"resourceType":"Observation","id":"z","id":"a","status":"final","status":"final"}"#,
    ] {
        let run = lab(raw(&format!(r#"{{"resourceType":"Bundle","entry":[{{"resource":{odd}}}]}}"#)));
        assert_eq!((run.ids(LAB), run.bodies.as_slice()), (vec!["a"], [odd.to_owned()].as_slice()));
    }
}
