//! Care that was planned, given or told: ordinary resources, and elements together.

use serde_json::{Value, json};

/// Elements that hold one object and not a list.
pub const SINGLE: [&str; 2] = ["dosage", "hospitalization"];

/// An ordinary resource of the type.
pub fn ordinary(kind: &str) -> Option<Value> {
    Some(match kind {
        "MedicationStatement" | "CareTeam" | "Device" => json!({"resourceType": kind, "status": "active"}),
        "MedicationDispense"
        | "MedicationAdministration"
        | "Procedure"
        | "FamilyMemberHistory"
        | "QuestionnaireResponse" => json!({"resourceType": kind, "status": "completed"}),
        "Encounter" => json!({"resourceType": kind, "status": "finished"}),
        "ServiceRequest" => json!({"resourceType": kind, "status": "active", "intent": "order"}),
        "CarePlan" => json!({"resourceType": kind, "status": "active", "intent": "plan"}),
        "Goal" => json!({"resourceType": kind, "lifecycleStatus": "active"}),
        "ImagingStudy" => json!({"resourceType": kind, "status": "available"}),
        _ => return None,
    })
}

/// Elements together upon an ordinary resource.
pub fn together(kind: &str) -> Option<Vec<Value>> {
    Some(match kind {
        "MedicationStatement" => vec![json!({"status": "stopped", "statusReason": [{"text": "Rash"}]})],
        "MedicationDispense" => vec![
            json!({"status": "declined", "statusReasonCodeableConcept": {"text": "Out of stock"}}),
            json!({"contained": [{"resourceType": "Medication", "id": "m", "status": "entered-in-error"}]}),
        ],
        "MedicationAdministration" => {
            vec![json!({"status": "not-done", "statusReason": [{"text": "Patient asleep"}]})]
        }
        "Procedure" => vec![json!({"status": "not-done", "statusReason": {"text": "Refused"}})],
        "Encounter" => vec![json!({"status": "cancelled", "period": {"start": "2024-03-14"}})],
        "ServiceRequest" => vec![
            json!({"doNotPerform": true, "asNeededBoolean": true}),
            json!({"asNeededBoolean": true}),
            json!({"asNeededBoolean": false}),
            json!({"asNeededBoolean": "yes"}),
            json!({"asNeededCodeableConcept": {"text": "if the cough stays"}}),
            json!({"doNotPerform": true, "intent": "proposal", "status": "completed"}),
        ],
        "CarePlan" => care_plan(),
        "CareTeam" => vec![json!({"participant": [{"period": {"end": "2019"}}]})],
        "Goal" => goal(),
        "ImagingStudy" => vec![json!({"status": "cancelled", "numberOfInstances": 12})],
        "Device" => vec![json!({"status": "inactive", "statusReason": [{"text": "Taken out"}]})],
        "FamilyMemberHistory" => {
            vec![json!({"deceasedBoolean": true, "condition": [{"code": {"text": "Stroke"}}]})]
        }
        "QuestionnaireResponse" => vec![
            json!({"source": {"reference": "RelatedPerson/1", "display": "Bob Rivers"}}),
            json!({"source": {"reference": "Patient/1"}, "subject": {"reference": "Patient/1"}}),
            json!({"source": {"display": "Alice Rivers"}}),
        ],
        _ => return None,
    })
}

fn care_plan() -> Vec<Value> {
    vec![
        json!({"activity": [{"detail": {"status": "in-progress", "doNotPerform": true}}]}),
        json!({"activity": [{"detail": {"status": "in-progress"}}, {"detail": {"status": "cancelled", "statusReason": {"text": "Moved"}}}]}),
        json!({"activity": [{"detail": {}}]}),
        json!({"activity": [{"reference": {"reference": "ServiceRequest/1"}}]}),
        json!({"activity": {"detail": {"status": "entered-in-error"}}}),
        json!({"status": "revoked", "activity": [{"detail": {"status": "in-progress"}}]}),
    ]
}

fn goal() -> Vec<Value> {
    let states = [
        "in-progress",
        "improving",
        "worsening",
        "no-change",
        "achieved",
        "sustaining",
        "not-achieved",
        "no-progress",
        "not-attainable",
        "some-new-code",
    ];
    let state = |code: &str| json!({"achievementStatus": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/goal-achievement", "code": code}]}});
    let mut parts: Vec<Value> = states.into_iter().map(state).collect();
    parts.push(json!({"achievementStatus": {"text": "Nearly there"}}));
    parts.push(
        json!({"lifecycleStatus": "completed", "achievementStatus": {"coding": [{"code": "not-achieved"}]}}),
    );
    parts
}
