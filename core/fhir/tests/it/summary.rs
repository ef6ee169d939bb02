//! What a summary holds for those who link, compare and join: nothing of it is shown as it is.

use fhir::Resource;
use fhir::describe::{Summary, describe};
use serde_json::{Value, json};

#[test]
fn h10_the_numbers_that_duplicates_are_linked_by_are_kept_even_of_a_retracted_result() {
    let numbers = |summary: &Summary| -> Vec<(Option<String>, String)> {
        summary.identifiers.iter().map(|n| (n.system.clone(), n.value.clone())).collect()
    };
    let many: Vec<Value> = (0..12).map(|n| json!({"system": "urn:lab", "value": format!("A-{n}")})).collect();
    let report = told(json!({"resourceType": "DiagnosticReport", "identifier": many}));
    assert_eq!(report.identifiers.len(), 8);
    let specimen = told(json!({"resourceType": "Specimen", "accessionIdentifier": {"value": "ACC"},
        "identifier": [{"system": "urn:s", "value": "S-1"}, {"system": "urn:s"}, {"system": "urn:s", "value": "S-1"}]}));
    assert_eq!(numbers(&specimen), [(None, "ACC".to_owned()), (Some("urn:s".to_owned()), "S-1".to_owned())]);
    let error = told(json!({"resourceType": "Observation", "status": "entered-in-error",
        "identifier": [{"value": "ACC"}], "valueQuantity": {"value": 5}}));
    assert_eq!((error.identifiers.len(), error.measured), (1, None));
    assert_eq!(told(json!({"resourceType": "Patient", "identifier": [{"value": "MRN"}]})).identifiers, []);
}

#[test]
fn h1_what_an_act_made_is_known_again_by_its_number() {
    for resource_type in ["Appointment", "Communication", "MedicationRequest", "Task"] {
        let made = told(
            json!({"resourceType": resource_type, "identifier": [{"system": "urn:ietf:rfc:3986", "value": "urn:uuid:1"}]}),
        );
        assert_eq!(made.identifiers.len(), 1, "{resource_type}");
    }
}

#[test]
fn h8_only_an_unflagged_plain_number_is_there_to_be_compared() {
    let potassium = json!({"resourceType": "Observation", "status": "final", "code": {"text": "Potassium"},
        "effectivePeriod": {"start": "2024-03-14"},
        "valueQuantity": {"value": 5.4, "unit": "mmol/L", "system": "http://unitsofmeasure.org", "code": "mmol/L"},
        "referenceRange": [{"low": {"value": 3.5, "unit": "mmol/L"}, "high": {"value": 5.1, "unit": "mmol/L"},
            "type": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/referencerange-meaning", "code": "normal"}]},
            "appliesTo": [{"coding": [{"system": "http://snomed.info/sct", "code": "248152002", "display": "Female"}]}],
            "age": {"low": {"value": 18, "unit": "a"}}, "text": "3.5-5.1"}]});
    let measured = told(potassium.clone()).measured.unwrap();
    assert_eq!(
        (measured.value.as_str(), measured.code.as_deref(), measured.comparator),
        ("5.4", Some("mmol/L"), None)
    );
    assert_eq!(measured.effective.as_ref().map(|time| time.text()), Some("2024-03-14"));
    let range = measured.ranges.first().unwrap();
    assert_eq!(range.low.as_ref().and_then(|low| low.value.as_deref()), Some("3.5"));
    assert_eq!(
        (range.kind.as_deref(), range.applies_to.as_slice()),
        (Some("normal"), &["Female".to_owned()][..])
    );
    assert_eq!(range.applies_to_codes.first().map(|code| code.code.as_str()), Some("248152002"));
    assert_eq!(
        range.age.as_ref().and_then(|age| age.low.clone()).and_then(|low| low.value).as_deref(),
        Some("18")
    );
    assert_eq!(
        told(json!({"resourceType": "Observation", "valueInteger": 7})).measured.map(|m| m.value).as_deref(),
        Some("7")
    );

    let without = |change: Value| {
        let mut other = potassium.clone();
        other.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        told(other).measured
    };
    for change in [
        json!({"interpretation": [{"text": "a local word"}]}),
        json!({"status": "entered-in-error"}),
        json!({"status": "cancelled"}),
        json!({"modifierExtension": [{"url": "http://x", "valueBoolean": true}]}),
        json!({"dataAbsentReason": {"text": "unclear"}}),
        json!({"valueString": "5.4"}),
        json!({"component": [{"code": {"text": "part"}, "valueQuantity": {"value": 1}}]}),
        json!({"valueQuantity": {"value": "5,4", "unit": "mmol/L"}}),
        json!({"valueQuantity": {"unit": "mmol/L"}}),
        json!({"valueQuantity": null, "valueString": "5.4"}),
    ] {
        assert_eq!(without(change.clone()), None, "{change}");
    }
    let bound = without(json!({"valueQuantity": {"value": 5.4, "comparator": "<", "unit": "mmol/L"}}));
    assert_eq!(bound.and_then(|measured| measured.comparator).as_deref(), Some("<"));
}

#[test]
fn h4_that_a_patient_has_died_is_told_with_what_is_known_of_the_date() {
    let died = |key: &str, value: Value| told(json!({"resourceType": "Patient", key: value})).deceased;
    assert_eq!(died("deceasedBoolean", json!(true)).as_deref(), Some("died (no date is stated)"));
    assert_eq!(died("deceasedDateTime", json!("2025-03-02")).as_deref(), Some("died on 2 March 2025"));
    assert_eq!(died("deceasedDateTime", json!("2025-03")).as_deref(), Some("died in March 2025"));
    assert_eq!(
        died("deceasedDateTime", json!("last spring")).as_deref(),
        Some("died (date as written: last spring)")
    );
    assert_eq!(died("deceasedBoolean", json!(false)), None);
    assert_eq!(died("active", json!(true)), None);
}

#[test]
fn what_a_title_rests_on_is_told_when_only_a_reference_names_it() {
    let subject = |change: Value| {
        let mut request = json!({"resourceType": "MedicationRequest", "status": "active", "intent": "order"});
        request.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        told(request).subject_of_title
    };
    for literal in ["Medication/1", "https://other.example/Medication/1", "urn:uuid:5", "#gone", "5"] {
        let found = subject(json!({"medicationReference": {"reference": literal}}));
        assert_eq!(found.and_then(|found| found.reference).as_deref(), Some(literal));
    }
    let logical = subject(json!({"medicationReference": {"identifier": {"value": "M-1"}}})).unwrap();
    assert_eq!((logical.reference, logical.identifier.as_deref()), (None, Some("M-1")));
    assert_eq!(subject(json!({"medicationCodeableConcept": {"text": "Aspirin"}})), None);
    let within = json!({"contained": [{"resourceType": "Medication", "id": "m", "code": {"text": "Aspirin"}}],
        "medicationReference": {"reference": "#m"}});
    assert_eq!(subject(within), None);
}

#[test]
fn a_summary_of_before_is_read_without_what_was_added() {
    let mut stored =
        serde_json::to_value(told(json!({"resourceType": "Observation", "valueInteger": 1}))).unwrap();
    for added in ["identifiers", "measured", "deceased", "subject_of_title"] {
        assert!(stored.as_object_mut().unwrap().remove(added).is_some(), "{added}");
    }
    assert_eq!(serde_json::from_value::<Summary>(stored).unwrap().measured, None);
}

fn told(resource: Value) -> Summary {
    describe(&Resource::parse(resource.to_string().as_bytes()).unwrap())
}
