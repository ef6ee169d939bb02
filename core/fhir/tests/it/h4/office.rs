//! The administrative types: what is ordinary of them, and each value of each near modifier that the tables code.

use serde_json::{Value, json};

use super::cases::values;

const NEAR: &str = include_str!("../../../data/near-modifiers.tsv");

/// Administrative types with a lens.
pub const KINDS: [&str; 19] = [
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
pub const SINGLE: [&str; 6] = ["provision", "restriction", "context", "position", "payee", "payment"];

pub fn ordinary(kind: &str) -> Value {
    let concept = |system: &str, code: &str| json!({"coding": [{"system": format!("http://terminology.hl7.org/CodeSystem/{system}"), "code": code}]});
    match kind {
        "Appointment" => json!({"resourceType": kind, "status": "booked"}),
        "Slot" => json!({"resourceType": kind, "status": "free"}),
        "Claim" => json!({"resourceType": kind, "status": "active", "use": "claim"}),
        "ExplanationOfBenefit" => {
            json!({"resourceType": kind, "status": "active", "use": "claim", "outcome": "complete"})
        }
        "Consent" => {
            json!({"resourceType": kind, "status": "active", "scope": concept("consentscope", "patient-privacy"), "provision": {"type": "permit"}})
        }
        "Communication" | "Media" | "Task" => json!({"resourceType": kind, "status": "completed"}),
        "DocumentReference" => json!({"resourceType": kind, "status": "current"}),
        "Coverage" | "Flag" => json!({"resourceType": kind, "status": "active"}),
        _ => json!({"resourceType": kind}),
    }
}

/// Near modifiers of a type that are read by their code: the element and its JSON type.
pub fn near(kind: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let rows = NEAR.lines().map(|line| line.split('\t').collect::<Vec<_>>());
    rows.filter(move |row| row[0] == kind && row[3] == "coded").map(|row| (row[1], row[2]))
}

/// What is put into an ordinary one for a code of a near modifier.
pub fn part(element: &str, shape: &str, code: &Value) -> Value {
    let value = match code.as_str() {
        Some(yes) if shape == "boolean" => json!(yes == "true"),
        _ => code.clone(),
    };
    match element.split('.').skip(1).collect::<Vec<_>>().as_slice() {
        [key] => json!({ *key: value }),
        ["provision", key] => json!({"provision": { *key: value }}),
        [list, key] => json!({ *list: [{ *key: value }] }),
        _ => unreachable!("{element}"),
    }
}

pub fn parts(kind: &str) -> Vec<Value> {
    let mut parts = Vec::new();
    for (element, shape) in near(kind) {
        let odd = [json!("some-new-code"), json!(7), json!(["x"]), Value::Null];
        for code in values(element).into_iter().map(Value::from).chain(odd) {
            parts.push(part(element, shape, &code));
        }
    }
    parts.extend(match kind {
        "Consent" => consent(),
        "DocumentReference" => vec![
            json!({"type": {"text": "Living will"}}),
            json!({"docStatus": "entered-in-error", "type": {"text": "Living will"}}),
        ],
        "Slot" => vec![json!({"status": "free", "overbooked": true}), json!({"status": null})],
        "Appointment" => vec![json!({"status": "cancelled", "participant": [{"status": "accepted"}]})],
        "ExplanationOfBenefit" => vec![json!({"payment": {"amount": {"value": 5, "currency": "USD"}}})],
        _ => vec![],
    });
    parts
}

fn consent() -> Vec<Value> {
    let adr =
        json!({"coding": [{"system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "adr"}]});
    vec![
        json!({"provision": null}),
        json!({"provision": {}}),
        json!({"provision": "permit"}),
        json!({"provision": [{"type": "permit"}]}),
        json!({"provision": {"type": "permit", "provision": [{"type": "deny"}]}}),
        json!({"scope": adr, "provision": {"type": "permit"}}),
        json!({"scope": adr, "provision": {"type": "deny"}}),
        json!({"category": [{"text": "DNR"}], "provision": null}),
    ]
}
