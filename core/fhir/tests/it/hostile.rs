use fhir::describe::describe;
use fhir::{Error, Resource, attachment, bundle, lens, reference};
use proptest::prelude::*;
use serde_json::{Map, Value};

const TYPES: [&str; 14] = [
    "Patient",
    "Observation",
    "DiagnosticReport",
    "MedicationRequest",
    "Medication",
    "AllergyIntolerance",
    "Condition",
    "Immunization",
    "Encounter",
    "DocumentReference",
    "ExplanationOfBenefit",
    "CarePlan",
    "Provenance",
    "Nonsense",
];

/// Element names of many types, so that arbitrary values land where lenses look.
const KEYS: [&str; 48] = [
    "id",
    "status",
    "code",
    "text",
    "coding",
    "display",
    "system",
    "value",
    "unit",
    "comparator",
    "valueQuantity",
    "valueString",
    "valueCodeableConcept",
    "valueRange",
    "valueRatio",
    "valueSampledData",
    "component",
    "referenceRange",
    "low",
    "high",
    "interpretation",
    "dataAbsentReason",
    "effectiveDateTime",
    "effectivePeriod",
    "start",
    "end",
    "name",
    "family",
    "given",
    "identifier",
    "telecom",
    "address",
    "line",
    "contact",
    "medicationReference",
    "contained",
    "reference",
    "dosageInstruction",
    "timing",
    "repeat",
    "doseAndRate",
    "doseQuantity",
    "extension",
    "url",
    "_value",
    "_birthDate",
    "meta",
    "div",
];

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<f64>().prop_map(|n| serde_json::Number::from_f64(n).map_or(Value::Null, Value::Number)),
        any::<i64>().prop_map(Value::from),
        ".{0,20}".prop_map(Value::String),
        prop::sample::select(vec![
            "#a",
            "Patient/1",
            "null",
            "2024-03",
            "entered-in-error",
            "<p>&#xD800;",
            "<",
            "http://loinc.org"
        ])
        .prop_map(|text| Value::String(text.to_owned())),
    ];
    leaf.prop_recursive(6, 96, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            prop::collection::vec((prop::sample::select(KEYS.to_vec()), inner), 0..8).prop_map(|members| {
                Value::Object(members.into_iter().map(|(k, v)| (k.to_owned(), v)).collect())
            }),
        ]
    })
}

fn resource() -> impl Strategy<Value = Value> {
    let members = prop::collection::vec((prop::sample::select(KEYS.to_vec()), json()), 0..12);
    (prop::sample::select(TYPES.to_vec()), members).prop_map(|(kind, members)| {
        let mut object = Map::new();
        object.insert("resourceType".into(), kind.into());
        object.extend(members.into_iter().map(|(k, v)| (k.to_owned(), v)));
        Value::Object(object)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_bytes_are_taken_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Resource::parse(&bytes);
        let _ = bundle::split(&bytes);
    }

    #[test]
    fn any_resource_is_described_and_nothing_of_it_is_out_of_reach(value in resource()) {
        let bytes = serde_json::to_vec(&value).unwrap();
        let resource = Resource::parse(&bytes).unwrap();
        prop_assert_eq!(resource.bytes(), &bytes);
        let summary = describe(&resource);
        prop_assert!(!summary.title.trim().is_empty());
        prop_assert!(summary.search.len() <= 64 * 1024);
        let stored = serde_json::to_string(&summary).unwrap();
        prop_assert_eq!(&serde_json::from_str::<fhir::describe::Summary>(&stored).unwrap(), &summary);
        prop_assert_eq!(&describe(&resource), &summary);
        let _ = resource.comparison();
        prop_assert_eq!(lens::generic::lines(&value).is_empty(), value.as_object().unwrap().is_empty());
    }

    #[test]
    fn every_lens_reads_any_json(value in json()) {
        let _ = lens::Patient::read(&value);
        let _ = lens::Observation::read(&value);
        let _ = lens::DiagnosticReport::read(&value);
        let _ = lens::MedicationRequest::read(&value);
        let _ = lens::Medication::read(&value);
        let _ = lens::AllergyIntolerance::read(&value);
        let _ = lens::Condition::read(&value);
        let _ = lens::Immunization::read(&value);
        let _ = lens::generic::lines(&value);
        let mut texts = Vec::new();
        reference::texts(&value, &mut |text| texts.extend(reference::literal(text, "").map(|_| text.trim())));
        let all = reference::all(&value);
        let literals = all.iter().filter_map(|one| one.reference.as_deref());
        let mut literals: Vec<&str> = literals.filter(|text| reference::literal(text, "").is_some()).collect();
        texts.sort_unstable();
        literals.sort_unstable();
        prop_assert_eq!(texts, literals);
        for file in attachment::all(&value) {
            let _ = attachment::data(&value, &file.path);
        }
    }

    #[test]
    fn digits_are_never_changed(whole in 0u64.., fraction in "[0-9]{1,20}", comparator in prop::sample::select(vec!["", "<", ">="])) {
        let text = format!(r#"{{"resourceType":"Observation","valueQuantity":{{"comparator":"{comparator}","value":{whole}.{fraction},"unit":"g"}}}}"#);
        let summary = describe(&Resource::parse(text.as_bytes()).unwrap());
        prop_assert_eq!(summary.value.unwrap(), format!("{comparator}{whole}.{fraction} g"));
    }
}

#[test]
fn what_is_not_a_resource_is_refused() {
    assert_eq!(Resource::parse(b"[]").unwrap_err(), Error::NotAnObject);
    assert_eq!(Resource::parse(b"{}").unwrap_err(), Error::NoResourceType);
    assert_eq!(Resource::parse(br#"{"resourceType":1}"#).unwrap_err(), Error::NoResourceType);
    assert!(matches!(Resource::parse(br#"{"resourceType":"A"} x"#).unwrap_err(), Error::NotJson { .. }));
    let deep =
        |levels: usize| format!(r#"{{"resourceType":"A","x":{}{}}}"#, "[".repeat(levels), "]".repeat(levels));
    assert!(Resource::parse(deep(99).as_bytes()).is_ok());
    assert_eq!(Resource::parse(deep(100).as_bytes()).unwrap_err(), Error::TooDeep { limit: 100 });
    assert_eq!(Resource::parse(deep(1_000_000).as_bytes()).unwrap_err(), Error::TooDeep { limit: 100 });
    assert_eq!(
        Resource::parse(&vec![b' '; 32 * 1024 * 1024 + 1]).unwrap_err(),
        Error::TooLarge { limit: 33_554_432 }
    );
}

#[test]
fn h19_what_was_recorded_by_mistake_is_not_searched() {
    let text = br#"{"resourceType":"Condition","id":"c","code":{"text":"Gout"},"verificationStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-ver-status","code":"entered-in-error"}]}}"#;
    let summary = describe(&Resource::parse(text).unwrap());
    assert!(summary.reading.retracted());
    assert_eq!(summary.search, "Condition c");
}

#[test]
fn a_huge_text_does_not_make_a_huge_row() {
    let text = format!(
        r#"{{"resourceType":"Observation","code":{{"text":"{0}"}},"valueString":"{0}"}}"#,
        "w ".repeat(200_000)
    );
    let summary = describe(&Resource::parse(text.as_bytes()).unwrap());
    assert!(summary.title.len() < 400 && summary.value.unwrap().len() < 2_100);
    assert!(summary.fields.iter().all(|field| field.text.len() < 4_100));
}

/// Hazards H3 and H4: which copy counts is not ours to say.
#[test]
fn h3_h4_members_that_come_twice_are_shown_with_a_warning_and_are_in_no_rule() {
    let text = br#"{"resourceType":"Observation","id":"o","status":"entered-in-error","status":"final",
        "code":{"text":"Potassium"},"valueQuantity":{"value":4.1,"unit":"mmol/L","value":9.9}}"#;
    let resource = Resource::parse(text).unwrap();
    assert_eq!(resource.doubled(), ["status", "valueQuantity.value"]);
    assert_eq!(resource.bytes(), text);
    let summary = describe(&resource);
    assert!(summary.reading.unreadable && summary.measured.is_none());
    let notice = summary.reading.notices.iter().find(|notice| notice.element == "Observation.status");
    let doubled: Vec<_> =
        summary.reading.notices.iter().filter(|n| n.text.contains("more than once")).collect();
    assert_eq!(doubled.len(), 2);
    assert!(notice.is_some() && doubled.iter().any(|n| n.value == "entered-in-error / final"), "{doubled:?}");
    assert!(doubled.iter().any(|n| n.value == "4.1 / 9.9"));

    let none = br#"{"resourceType":"AllergyIntolerance","id":"a","code":{"coding":[{"system":"http://snomed.info/sct",
        "code":"91936005","code":"716186003"}]},"patient":{"reference":"Patient/p"}}"#;
    assert!(!describe(&Resource::parse(none).unwrap()).asserts_absence);
}

/// Nothing received is lost: an entry with two resources has two.
#[test]
fn an_entry_with_two_resources_gives_both() {
    let text = br#"{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Observation","id":"1"},
        "resource":{"resourceType":"Observation","id":"2"}},{"fullUrl":"x"}]}"#;
    let bundle = fhir::bundle::split(text).unwrap();
    let ids: Vec<_> =
        bundle.entries.iter().map(|entry| entry.resource.as_ref().map(Resource::id).ok()).collect();
    assert_eq!(ids, [Some("1".to_owned()), Some("2".to_owned()), None]);
}
