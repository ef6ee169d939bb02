//! The resources of the golden texts.

use serde_json::{Value, json};

use super::{clinical, office};

const MODIFIERS: &str = include_str!("../../../data/modifiers.tsv");
const VALUES: &str = include_str!("../../../data/modifier-values.tsv");

/// The types that have a lens.
pub const LENSES: &[&str] = &[
    "Patient",
    "Observation",
    "DiagnosticReport",
    "MedicationRequest",
    "Medication",
    "AllergyIntolerance",
    "Condition",
    "Immunization",
    "MedicationStatement",
    "MedicationDispense",
    "MedicationAdministration",
    "Procedure",
    "Encounter",
    "ServiceRequest",
    "CarePlan",
    "CareTeam",
    "Goal",
    "ImagingStudy",
    "Device",
    "FamilyMemberHistory",
    "QuestionnaireResponse",
    "Appointment",
    "Binary",
    "Claim",
    "Communication",
    "Consent",
    "Coverage",
    "DocumentReference",
    "ExplanationOfBenefit",
    "Flag",
    "Location",
    "Media",
    "Organization",
    "Practitioner",
    "PractitionerRole",
    "Provenance",
    "RelatedPerson",
    "Schedule",
    "Slot",
    "Task",
];

/// Elements that hold one object and not a list.
const SINGLE: [&str; 5] = ["dispenseRequest", "initialFill", "substitution", "detail", "batch"];

/// One row of the table.
pub struct Row {
    pub resource: &'static str,
    pub element: &'static str,
    pub shape: &'static str,
    pub kind: &'static str,
}

impl Row {
    /// Whether it belongs to a resource type and not to a data type.
    pub fn resource_is_listed(&self) -> bool {
        MODIFIERS
            .lines()
            .any(|line| line.split('\t').nth(1) == Some(&format!("{}.implicitRules", self.resource)))
    }
}

pub fn table() -> impl Iterator<Item = Row> {
    MODIFIERS.lines().filter(|line| !line.starts_with('#')).skip(1).map(|line| {
        let columns: Vec<_> = line.split('\t').collect();
        Row { resource: columns[0], element: columns[1], shape: columns[2], kind: columns[5] }
    })
}

/// The codes that the table knows of an element.
pub fn values(element: &str) -> Vec<&'static str> {
    let rows = VALUES.lines().map(|line| line.split('\t').collect::<Vec<_>>());
    rows.filter(|row| row[0] == element && !row[2].starts_with('(')).map(|row| row[2]).collect()
}

/// The first line of the case of a code that the table knows.
pub fn first_line(row: &Row, code: &str) -> String {
    shown(&written(row.shape, code))
}

/// What was received in the element, and the resource that holds it.
pub fn of(row: &Row) -> Vec<(String, Value)> {
    let mut received: Vec<Value> =
        values(row.element).into_iter().map(|code| written(row.shape, code)).collect();
    received.extend(match row.shape {
        "code" => vec![json!("some-new-code"), json!(7), json!(["final"]), Value::Null],
        "CodeableConcept" => vec![
            json!({"coding": [{"code": "some-new-code"}]}),
            json!({"coding": [{"system": "urn:local", "code": "active"}], "text": "Active"}),
            json!({"coding": [{"system": "urn:local", "code": "refuted"}]}),
            json!({"text": "entered in error"}),
            json!({}),
            json!("active"),
            json!(7),
            Value::Null,
        ],
        "boolean" => vec![json!(true), json!(false), json!("true"), json!(1), Value::Null],
        "Extension" => vec![
            json!([{"url": "http://example.org/changes-it", "valueBoolean": true}]),
            json!("odd"),
            json!([]),
        ],
        "uri" => vec![json!("http://example.org/rules"), json!(7), Value::Null],
        "BackboneElement" => vec![json!([{"type": "some-new-code"}]), json!([{}]), json!("odd"), json!([])],
        _ => vec![],
    });
    if row.shape == "boolean" {
        received.remove(0);
    }
    let mut cases: Vec<_> = received.into_iter().map(|value| (shown(&value), with(row, value))).collect();
    if row.shape == "code" || row.shape == "boolean" || row.shape == "CodeableConcept" {
        let key = format!("_{}", row.element.split('.').next_back().unwrap());
        let masked = json!({"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "masked"}]});
        let mut resource = with(row, Value::Null);
        resource[key.as_str()] = masked;
        cases.push((format!("(missing, with {key})"), resource));
    }
    if row.element == "Patient.deceased[x]" {
        cases = deceased();
    }
    cases
}

/// An ordinary resource of the type, with this value in the element.
pub fn with(row: &Row, value: Value) -> Value {
    let mut resource = ordinary(row.resource);
    let steps: Vec<_> = row.element.split('.').skip(1).map(|step| step.replace("[x]", "Boolean")).collect();
    put(&mut resource, &steps, value);
    resource
}

fn put(holder: &mut Value, steps: &[String], value: Value) {
    match steps {
        [last] if value.is_null() => {
            holder.as_object_mut().unwrap().shift_remove(last);
        }
        [last] => holder[last.as_str()] = value,
        [first, rest @ ..] => {
            let mut inner = json!({});
            put(&mut inner, rest, value);
            holder[first.as_str()] = if SINGLE.contains(&first.as_str())
                || clinical::SINGLE.contains(&first.as_str())
                || office::SINGLE.contains(&first.as_str())
            {
                inner
            } else {
                json!([inner])
            };
        }
        [] => {}
    }
}

fn shown(value: &Value) -> String {
    if value.is_null() { "(missing)".to_owned() } else { value.to_string() }
}

fn written(shape: &str, code: &str) -> Value {
    match shape {
        "CodeableConcept" => {
            json!({"coding": [{"system": "http://terminology.hl7.org/CodeSystem/own", "code": code}]})
        }
        "BackboneElement" => json!([{"type": code, "other": {"reference": "Patient/2"}}]),
        "boolean" => json!(code == "true"),
        _ => json!(code),
    }
}

fn ordinary(kind: &str) -> Value {
    let own = |code: &str| json!({"coding": [{"system": "http://terminology.hl7.org/CodeSystem/own", "code": code}]});
    match kind {
        "Observation" | "DiagnosticReport" => json!({"resourceType": kind, "status": "final"}),
        "MedicationRequest" => json!({"resourceType": kind, "status": "active", "intent": "order"}),
        "AllergyIntolerance" | "Condition" => {
            json!({"resourceType": kind, "clinicalStatus": own("active"), "verificationStatus": own("confirmed")})
        }
        "Immunization" => json!({"resourceType": kind, "status": "completed"}),
        kind if office::KINDS.contains(&kind) => office::ordinary(kind),
        _ => clinical::ordinary(kind).unwrap_or_else(|| json!({"resourceType": kind})),
    }
}

fn deceased() -> Vec<(String, Value)> {
    merged(
        "Patient",
        &[
            json!({"deceasedBoolean": true}),
            json!({"deceasedDateTime": "2024-03"}),
            json!({"deceasedBoolean": false}),
            json!({"deceasedBoolean": false, "deceasedDateTime": "2024-03"}),
            json!({"deceasedBoolean": "true"}),
            json!({"deceasedDateTime": ""}),
            json!({"deceasedDateTime": 2024}),
            json!({"_deceasedBoolean": {"extension": [{"url": "http://example.org/masked"}]}}),
            json!({}),
        ],
    )
}

/// Elements of an ordinary resource, several at once.
pub fn together(kind: &str) -> Vec<(String, Value)> {
    let mistake = json!({"coding": [{"code": "entered-in-error"}]});
    let stripped =
        |fields: Value| (format!("only {fields}"), joined(json!({"resourceType": kind, "id": "1"}), &fields));
    let (parts, bare): (Vec<Value>, Vec<(String, Value)>) = match kind {
        "Patient" => (
            vec![
                json!({"active": false, "deceasedBoolean": true, "link": [{"type": "replaced-by", "other": {"display": "Ann Rivers"}}]}),
            ],
            vec![stripped(json!({}))],
        ),
        "Observation" => (observation(), vec![stripped(json!({"status": "entered-in-error"}))]),
        "DiagnosticReport" => (
            vec![json!({"contained": [{"resourceType": "Observation", "status": "entered-in-error"}]})],
            vec![stripped(json!({"status": "entered-in-error"}))],
        ),
        "MedicationRequest" => (medication_request(), vec![stripped(json!({"status": "entered-in-error"}))]),
        "Medication" => (vec![], vec![stripped(json!({})), stripped(json!({"status": "entered-in-error"}))]),
        "AllergyIntolerance" => (
            vec![
                json!({"criticality": "high"}),
                json!({"criticality": "low"}),
                json!({"criticality": "unable-to-assess"}),
                json!({"code": {"text": "No known drug allergies"}}),
                json!({"code": {"text": "Penicillin, no known reaction"}}),
            ],
            vec![stripped(json!({})), stripped(json!({"verificationStatus": mistake}))],
        ),
        "Condition" => {
            (condition(), vec![stripped(json!({})), stripped(json!({"verificationStatus": mistake}))])
        }
        kind if office::KINDS.contains(&kind) => {
            (office::parts(kind), vec![stripped(json!({})), stripped(json!({"status": "entered-in-error"}))])
        }
        kind if clinical::together(kind).is_some() => (
            clinical::together(kind).unwrap(),
            vec![stripped(json!({})), stripped(json!({"status": "entered-in-error"}))],
        ),
        _ => (immunization(), vec![stripped(json!({"status": "entered-in-error", "isSubpotent": true}))]),
    };
    merged(kind, &parts).into_iter().chain(bare).collect()
}

fn observation() -> Vec<Value> {
    vec![
        json!({"valueQuantity": {"comparator": "<", "value": 5, "unit": "ng/L"}}),
        json!({"dataAbsentReason": {"coding": [{"code": "not-performed"}]}}),
        json!({"dataAbsentReason": {"text": "Sample lost"}, "status": "cancelled"}),
        json!({"component": [{"dataAbsentReason": {"coding": [{"code": "error", "display": "Error"}]}}, {"valueQuantity": {"comparator": ">", "value": 300}}]}),
        json!({"focus": [{"reference": "Patient/9", "display": "Unborn child"}]}),
        json!({"referenceRange": [{"low": {"comparator": ">=", "value": 2, "code": "mmol/L"}}]}),
    ]
}

fn medication_request() -> Vec<Value> {
    vec![
        json!({"doNotPerform": true, "status": "on-hold"}),
        json!({"doNotPerform": true, "intent": "proposal"}),
        json!({"status": "stopped", "statusReason": {"text": "Nausea"}}),
        json!({"status": "cancelled", "intent": "plan"}),
        json!({"reportedBoolean": true}),
        json!({"reportedBoolean": false}),
        json!({"reportedReference": {"reference": "Patient/1", "display": "Bob Rivers"}}),
        json!({"contained": [{"resourceType": "Medication", "id": "m", "status": "entered-in-error"}]}),
        json!({"contained": [{"resourceType": "Medication", "id": "m", "modifierExtension": [{"url": "http://example.org/changes-it"}]}]}),
    ]
}

fn condition() -> Vec<Value> {
    let resolved = json!({"coding": [{"code": "resolved"}]});
    let refuted = json!({"coding": [{"code": "refuted"}]});
    vec![
        json!({"abatementDateTime": "2019-04-02"}),
        json!({"clinicalStatus": resolved, "abatementDateTime": "2019-04-02"}),
        json!({"clinicalStatus": null, "abatementAge": {"value": 45, "unit": "years"}}),
        json!({"clinicalStatus": resolved, "abatementPeriod": {"start": "2018", "end": "2019"}}),
        json!({"clinicalStatus": resolved, "abatementString": "in childhood"}),
        json!({"clinicalStatus": resolved, "abatementRange": {"low": {"value": 40}, "high": {"value": 45}}}),
        json!({"verificationStatus": refuted}),
    ]
}

fn immunization() -> Vec<Value> {
    vec![
        json!({"status": "not-done", "statusReason": {"coding": [{"code": "PATOBJ", "display": "Patient objection"}]}}),
        json!({"isSubpotent": true, "subpotentReason": [{"text": "Cold chain break"}]}),
        json!({"primarySource": false}),
        json!({"primarySource": true}),
        json!({"status": "not-done", "primarySource": false}),
    ]
}

fn merged(kind: &str, parts: &[Value]) -> Vec<(String, Value)> {
    parts.iter().map(|part| (part.to_string(), joined(ordinary(kind), part))).collect()
}

fn joined(mut resource: Value, part: &Value) -> Value {
    for (key, value) in part.as_object().unwrap() {
        resource[key.as_str()] = value.clone();
    }
    resource
}

/// A resource in which the data type stands.
pub fn of_data_type(row: &Row) -> Vec<(String, Value)> {
    let signs = values("Quantity.comparator")
        .into_iter()
        .chain(["~"])
        .map(Value::from)
        .chain([json!(7), Value::Null]);
    let quantities = signs.map(|sign| json!({"comparator": sign, "value": 5, "unit": "units"}));
    let changed = json!([{"url": "http://example.org/changes-it"}]);
    let parts: Vec<Value> = match row.resource {
        "Quantity" => quantities.map(|q| json!({ "valueQuantity": q })).collect(),
        "Dosage" => vec![json!({"dosageInstruction": [{"text": "one", "modifierExtension": changed}]})],
        "Timing" => vec![json!({"dosageInstruction": [{"timing": {"modifierExtension": changed}}]})],
        "Age" => quantities.map(|q| json!({ "onsetAge": q })).collect(),
        "Duration" => quantities.map(|q| json!({"dispenseRequest": {"expectedSupplyDuration": q}})).collect(),
        other => quantities
            .map(|q| json!({"extension": [{"url": "http://example.org/x", format!("value{other}"): q}]}))
            .collect(),
    };
    let kind = match row.resource {
        "Dosage" | "Timing" | "Duration" => "MedicationRequest",
        "Age" => "Condition",
        _ => "Observation",
    };
    merged(kind, &parts)
}
