use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn whole(value: &Value) -> (Effect, Vec<String>) {
    let reading = read(value);
    (reading.effect(), reading.notices.into_iter().map(|notice| notice.text).collect())
}

#[test]
fn h4_a_prohibition_is_no_medicine_though_it_is_an_active_order() {
    let reading = read(
        &json!({"resourceType": "MedicationRequest", "status": "active", "intent": "order", "doNotPerform": true}),
    );
    assert!(reading.negated());
    assert_eq!(reading.effect(), Effect::Negated);
}

#[test]
fn h4_a_retraction_stripped_to_id_and_status_reads_as_retracted_and_as_nothing_else() {
    for (kind, element) in
        [("Observation", "status"), ("MedicationRequest", "status"), ("Composition", "status")]
    {
        let reading = read(&json!({"resourceType": kind, "id": "1", element: "entered-in-error"}));
        assert!(reading.retracted(), "{kind}");
        assert_eq!(reading.notices.len(), 1, "{kind}: {reading:?}");
    }
    for kind in ["AllergyIntolerance", "Condition"] {
        let status = json!({"coding": [{"code": "entered-in-error"}]});
        let reading = read(&json!({"resourceType": kind, "id": "1", "verificationStatus": status}));
        assert!(reading.retracted() && reading.notices.len() == 1, "{reading:?}");
    }
}

#[test]
fn h4_a_retracted_result_shows_neither_its_value_nor_its_parts() {
    let reading = read(&json!({"resourceType": "Observation", "status": "entered-in-error",
        "valueQuantity": {"comparator": "<", "value": 5}, "dataAbsentReason": {"text": "x"},
        "component": [{"valueQuantity": {"comparator": ">", "value": 7}}],
        "contained": [{"resourceType": "Medication", "status": "entered-in-error"}]}));
    assert_eq!(
        reading.notices.iter().map(|n| n.text.as_str()).collect::<Vec<_>>(),
        ["Recorded by mistake - do not rely on this"]
    );
    let request = json!({"resourceType": "MedicationRequest", "status": "active", "intent": "order", "doNotPerform": true});
    assert_eq!(whole(&request).1, ["Do NOT take or prescribe this"]);
}

#[test]
fn h4_a_part_decides_nothing_about_the_whole() {
    let plan = json!({"resourceType": "CarePlan", "status": "active", "intent": "plan", "activity": [
        {"detail": {"status": "entered-in-error"}}, {"detail": {"status": "scheduled", "doNotPerform": true}}]});
    let reading = read(&plan);
    assert!(!reading.retracted() && !reading.negated());
    assert_eq!(reading.effect(), Effect::Ok);
    let parts: Vec<_> = reading
        .notices
        .iter()
        .filter(|n| n.reach == Reach::Part)
        .map(|n| (n.element.as_str(), n.effect))
        .collect();
    assert!(parts.contains(&("CarePlan.activity[0].detail.status", Effect::Retracted)), "{parts:?}");
    assert!(parts.contains(&("CarePlan.activity[1].detail.doNotPerform", Effect::Negated)), "{parts:?}");
}

#[test]
fn h4_a_contained_medicine_recorded_by_mistake_leaves_the_prescription_unknown() {
    let request = json!({"resourceType": "MedicationRequest", "status": "active", "intent": "order",
        "contained": [{"resourceType": "Medication", "id": "m", "status": "entered-in-error"}]});
    let reading = read(&request);
    assert!(!reading.retracted());
    assert_eq!(reading.effect(), Effect::Unknown);
}

#[test]
fn h4_an_unknown_modifier_extension_anywhere_keeps_the_entry_out_of_every_rule() {
    let note = json!([{"url": "http://example.org/x", "valueBoolean": true}]);
    let places = [
        json!({"resourceType": "Observation", "status": "final", "modifierExtension": note}),
        json!({"resourceType": "Observation", "status": "final", "component": [{"modifierExtension": note}]}),
        json!({"resourceType": "Observation", "status": "final", "contained": [{"modifierExtension": note}]}),
        json!({"resourceType": "Observation", "status": "final", "modifierExtension": "odd"}),
        json!({"resourceType": "Observation", "status": "final", "implicitRules": "http://example.org/rules"}),
        json!({"resourceType": "Location", "contained": [{"resourceType": "Slot", "implicitRules": "x"}]}),
    ];
    for place in places {
        let reading = read(&place);
        assert!(reading.unreadable, "{place}");
        assert_eq!(reading.effect(), Effect::Unknown, "{place}");
    }
    let none =
        json!({"resourceType": "Observation", "status": "final", "modifierExtension": [], "extension": note});
    assert!(!read(&none).unreadable);
}

#[test]
fn h4_a_foreign_or_odd_spelling_can_only_make_the_reading_graver() {
    let condition = |status: Value| {
        let active = json!({"coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"}]});
        whole(&json!({"resourceType": "Condition", "clinicalStatus": active, "verificationStatus": status})).0
    };
    assert_eq!(condition(json!({"coding": [{"system": "urn:local", "code": "confirmed"}]})), Effect::Unknown);
    assert_eq!(condition(json!({"coding": [{"system": "urn:local", "code": "refuted"}]})), Effect::Negated);
    assert_eq!(condition(json!({"text": "Entered in Error"})), Effect::Retracted);
    assert_eq!(condition(json!("refuted")), Effect::Negated);
    assert_eq!(condition(json!("confirmed")), Effect::Unknown);
    assert_eq!(condition(json!({"coding": [{"code": "confirmed"}, {"code": "refuted"}]})), Effect::Negated);
    assert_eq!(
        condition(json!({"coding": [{"system": "urn:local", "code": "x7"}, {"code": "confirmed"}]})),
        Effect::Ok
    );
    assert_eq!(condition(json!({"coding": [{"code": "confirmed"}], "text": "Established"})), Effect::Ok);
}

#[test]
fn h4_a_comparator_is_told_in_words_with_the_digits_as_they_came() {
    let text = r#"{"resourceType":"Observation","status":"final",
        "valueQuantity":{"comparator":"<","value":5.0,"unit":"ng/L"},
        "component":[{"valueQuantity":{"comparator":">=","value":100,"code":"mg"}}]}"#;
    let reading = read(&serde_json::from_str(text).unwrap());
    let told: Vec<_> = reading.notices.iter().map(|n| (n.text.as_str(), n.reach)).collect();
    let (whole, part) = (Reach::Whole, Reach::Part);
    assert_eq!(told, [("less than 5.0 ng/L", whole), ("Final result", whole), ("at least 100 mg", part)]);
    assert_eq!(reading.effect(), Effect::Value);
    assert_eq!(comparator("<="), Some("at most"));
    assert_eq!(comparator("~"), None);
}

#[test]
fn h4_an_allergy_with_a_missing_state_is_never_read_as_settled() {
    let (effect, told) = whole(
        &json!({"resourceType": "AllergyIntolerance", "code": {"text": "Penicillin, no known reaction"}}),
    );
    assert_eq!(effect, Effect::Unknown);
    assert_eq!(told, ["State not stated: treat as active", "Not stated whether confirmed: still a warning"]);
}

#[test]
fn h4_a_use_speaks_of_one_name_or_number_only() {
    let patient = json!({"resourceType": "Patient", "name": [{"use": "old", "family": "Rivers"}]});
    assert!(read(&patient).notices.is_empty());
    let told = usage(Usage::Name, &patient["name"][0]).unwrap();
    assert_eq!((told.effect, told.text.as_str()), (Effect::Past, "Former name; do not show as the name"));
    assert_eq!(usage(Usage::Contact, &json!({"use": 7})).unwrap().effect, Effect::Unknown);
    assert_eq!(usage(Usage::Identifier, &json!({"value": "1"})), None);
}

#[test]
fn h4_a_hostile_resource_gives_a_short_reading() {
    let many = json!({"resourceType": "Observation", "status": "final",
        "component": vec![json!({"modifierExtension": [{"url": "x".repeat(1000)}]}); 5000]});
    let reading = read(&many);
    assert!(reading.unreadable && reading.notices.len() == 200);
    let odd = json!({"resourceType": "Observation", "status": format!("a\u{1b}[31m{}", "b".repeat(500))});
    let told = &read(&odd).notices[0];
    assert!(told.value.chars().count() <= 121 && !told.text.contains('\u{1b}'), "{told:?}");
}

fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        prop::sample::select(vec!["", "true", "active", "refuted", "entered-in-error", "<", "\u{0}é"])
            .prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        let keys = prop::sample::select(vec![
            "coding",
            "code",
            "text",
            "system",
            "detail",
            "type",
            "other",
            "comparator",
            "value",
            "contained",
            "resourceType",
            "modifierExtension",
            "status",
            "start",
            "low",
        ]);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((keys, inner), 0..5)
                .prop_map(|pairs| Value::Object(pairs.into_iter().map(|(k, v)| (k.to_owned(), v)).collect())),
        ]
    })
}

proptest! {
    #[test]
    fn h4_any_json_in_any_element_gives_a_reading(
        kind in prop::sample::select(vec!["Patient", "Observation", "MedicationRequest", "AllergyIntolerance", "Condition",
            "Immunization", "CarePlan", "Consent", "Location"]),
        fields in prop::collection::vec((prop::sample::select(vec!["status", "_status", "intent", "doNotPerform", "active",
            "clinicalStatus", "verificationStatus", "deceasedBoolean", "deceasedDateTime", "link", "activity", "statusReason",
            "isSubpotent", "subpotentReason", "abatementPeriod", "dataAbsentReason", "component", "focus", "contained",
            "valueQuantity", "reportedReference", "provision", "scope", "code"]), json_value()), 0..8),
    ) {
        let mut object = serde_json::Map::from_iter(fields.into_iter().map(|(k, v)| (k.to_owned(), v)));
        object.insert("resourceType".to_owned(), kind.into());
        let reading = read(&Value::Object(object));
        prop_assert!(reading.notices.iter().all(|notice| !notice.text.is_empty() && !notice.element.is_empty()));
    }

    #[test]
    fn h4_any_json_at_all_gives_a_reading(value in json_value()) {
        let is_resource = value.get("resourceType").is_some_and(Value::is_string);
        prop_assert!(is_resource || read(&value).unreadable);
    }
}
