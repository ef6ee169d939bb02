use clinical::twins::{self, Agreement, Difference, Entry, Which};
use fhir::describe::{Summary, describe};
use fhir::{Resource, ResourceKey};
use serde_json::{Value, json};

const HOSPITAL: &str = "https://hospital.example/r4";
const CLINICS: &str = "https://clinics.example/r4";

struct Told {
    key: ResourceKey,
    summary: Summary,
    retracted: bool,
    corrected: bool,
}

impl Told {
    fn entry(&self) -> Entry<'_> {
        Entry { key: &self.key, summary: &self.summary, retracted: self.retracted, corrected: self.corrected }
    }
}

/// A glucose under one accession number, changed.
fn glucose(issuer: &str, id: &str, change: Value) -> Told {
    let mut value = json!({
        "resourceType": "Observation", "id": id, "status": "final", "subject": {"reference": "Patient/p"},
        "identifier": [{"system": "urn:oid:1.2.3", "value": "A-1001"}],
        "code": {"coding": [{"system": "http://loinc.org", "code": "2345-7"}], "text": "Glucose"},
        "effectiveDateTime": "2026-10-30T07:15:00-05:00",
        "valueQuantity": {"value": 104, "unit": "mg/dL"}
    });
    for (key, change) in change.as_object().expect("an object") {
        value[key] = change.clone();
    }
    let resource = Resource::parse(value.to_string().as_bytes()).expect("a resource");
    let status = value["status"].as_str();
    Told {
        key: resource.key(issuer),
        summary: describe(&resource),
        retracted: status == Some("entered-in-error"),
        corrected: status == Some("corrected"),
    }
}

fn twins_of(this: &Told, others: &[&Told]) -> Vec<(String, Agreement)> {
    let others: Vec<Entry<'_>> = others.iter().map(|other| other.entry()).collect();
    let found = twins::of(&this.entry(), &others).into_iter();
    found.map(|(at, agreement)| (others[at].key.id.clone(), agreement)).collect()
}

fn agreement(here: Value, there: Value) -> Option<Agreement> {
    let (here, there) = (glucose(HOSPITAL, "here", here), glucose(CLINICS, "there", there));
    twins_of(&here, &[&there]).pop().map(|(_, agreement)| agreement)
}

#[test]
fn h10_one_number_of_one_giver_links_and_a_date_does_not() {
    assert_eq!(agreement(json!({}), json!({})), Some(Agreement::Same));
    let same_instant = json!({"effectiveDateTime": "2026-10-30T12:15:00Z", "code": {"text": "GLUCOSE (SERUM)",
        "coding": [{"system": "http://loinc.org", "code": "2345-7"}]}});
    assert_eq!(agreement(json!({}), same_instant), Some(Agreement::Same));
    for unlinked in [
        json!({"identifier": null}),
        json!({"identifier": [{"system": "urn:oid:1.2.3", "value": "A-1002"}]}),
        json!({"identifier": [{"system": "urn:oid:9.9.9", "value": "A-1001"}]}),
        json!({"identifier": [{"value": "A-1001"}]}),
        json!({"code": {"coding": [{"system": "http://loinc.org", "code": "2823-3"}], "text": "Glucose"}}),
        json!({"code": {"text": "Potassium"}}),
        json!({"effectiveDateTime": "2026-10-30T09:15:00-05:00"}),
    ] {
        assert_eq!(agreement(json!({}), unlinked.clone()), None, "{unlinked}");
    }
    for bare in ["unknown", "7", "n/a"] {
        let number = json!({"identifier": [{"system": "urn:oid:1.2.3", "value": bare}]});
        assert_eq!(agreement(number.clone(), number), None, "{bare} is no number");
    }
}

#[test]
fn h10_nothing_is_linked_within_one_portal() {
    let (one, again) = (glucose(HOSPITAL, "one", json!({})), glucose(HOSPITAL, "again", json!({})));
    assert_eq!(twins_of(&one, &[&again]), []);
}

#[test]
fn h10_where_two_could_be_meant_none_is() {
    let here = glucose(HOSPITAL, "here", json!({"effectiveDateTime": "2026-10-30"}));
    let fasting = glucose(CLINICS, "fasting", json!({"effectiveDateTime": "2026-10-30T07:15:00-05:00"}));
    let after = glucose(CLINICS, "after", json!({"effectiveDateTime": "2026-10-30T09:15:00-05:00"}));
    assert_eq!(twins_of(&here, &[&fasting, &after]), []);
    assert_eq!(twins_of(&fasting, &[&here, &after]), [], "nor from the other side");
    let exact = glucose(HOSPITAL, "exact", json!({}));
    assert_eq!(twins_of(&exact, &[&fasting, &after]), [("fasting".to_owned(), Agreement::Same)]);
}

#[test]
fn h10_a_correction_or_a_retraction_that_did_not_reach_the_twin_is_told_of_both() {
    let corrected = json!({"status": "corrected", "valueQuantity": {"value": 210, "unit": "mg/dL"}});
    let one = |which| Some(Agreement::OneCorrected(which));
    assert_eq!(agreement(corrected.clone(), json!({})), one(Which::This));
    assert_eq!(agreement(json!({}), corrected.clone()), one(Which::Other));
    assert_eq!(agreement(corrected.clone(), corrected.clone()), Some(Agreement::Same), "it has reached both");
    let retracted = json!({"status": "entered-in-error"});
    assert_eq!(agreement(retracted.clone(), json!({})), Some(Agreement::OneRetracted(Which::This)));
    assert_eq!(agreement(corrected, retracted.clone()), Some(Agreement::OneRetracted(Which::Other)));
    assert_eq!(agreement(retracted.clone(), retracted), Some(Agreement::Same));
}

#[test]
fn h10_twins_that_differ_say_in_what() {
    let differs = |what: &[Difference]| Some(Agreement::Differs { what: what.to_vec() });
    let value = |number: Value| json!({"valueQuantity": {"value": number, "unit": "mg/dL"}});
    let precise: Value = serde_json::from_str("104.0").expect("a number");
    assert_eq!(agreement(json!({}), value(precise)), Some(Agreement::Same), "one number, other digits");
    assert_eq!(agreement(json!({}), value(json!(105))), differs(&[Difference::Value]));
    let unit = json!({"valueQuantity": {"value": 104, "unit": "mg/L"}});
    assert_eq!(agreement(json!({}), unit), differs(&[Difference::Value]));
    let flag = |code: &str| json!({"interpretation": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation", "code": code}]}]});
    assert_eq!(agreement(flag("H"), json!({})), Some(Agreement::Same), "only one of them says anything");
    assert_eq!(agreement(flag("H"), flag("N")), differs(&[Difference::Flag]));
}
