//! Whether a resource is about this record's patient (hazard H3).
//!
//! Source of the elements: FHIR R4, CompartmentDefinition for Patient, without those that name an author or a performer:
//! a patient who wrote something is not therefore its subject.

use fhir::Resource;
use fhir::reference::{self, Target};
use serde_json::Value;

/// Whose a resource is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Belongs {
    /// It names this patient.
    Yes,
    /// It names no patient that could be told: its type has no subject, or it was stripped, or the subject is contained,
    /// a `urn:`, a group, a device, or only named in words. Nothing speaks against it.
    NoSubject,
    /// It names another patient and not this one: to be kept out of the record.
    Other {
        /// In plain words, without identifying anyone.
        reason: String,
    },
}

/// Elements that name the subject, by type; the first that names a patient decides.
const ELEMENTS: &[(&[&str], &[&str])] = &[
    (
        &[
            "AllergyIntolerance",
            "Immunization",
            "ImmunizationRecommendation",
            "ImmunizationEvaluation",
            "Claim",
            "ClaimResponse",
            "ExplanationOfBenefit",
            "CoverageEligibilityRequest",
            "CoverageEligibilityResponse",
            "RelatedPerson",
            "Consent",
            "FamilyMemberHistory",
            "DetectedIssue",
            "EpisodeOfCare",
            "NutritionOrder",
            "BodyStructure",
            "VisionPrescription",
            "Device",
            "SupplyDelivery",
            "MolecularSequence",
        ],
        &["patient"],
    ),
    (&["Coverage"], &["beneficiary"]),
    (&["Appointment"], &["participant.actor"]),
    (&["AppointmentResponse"], &["actor"]),
    (&["CareTeam"], &["subject", "participant.member"]),
    (&["Communication", "CommunicationRequest"], &["subject", "recipient", "sender"]),
    (&["Task"], &["for"]),
    (&["ResearchSubject"], &["individual"]),
    (&["EnrollmentRequest"], &["candidate"]),
    (&["Person"], &["link.target"]),
    (
        &[
            "Practitioner",
            "PractitionerRole",
            "Organization",
            "Location",
            "Medication",
            "Binary",
            "Provenance",
            "Slot",
            "Schedule",
            "HealthcareService",
            "Endpoint",
            "Substance",
        ],
        &[],
    ),
];
const ANY_OTHER_TYPE: &[&str] = &["subject", "patient", "beneficiary", "individual"];

/// Whether a resource that the portal at `base` gave is about its patient `patient_id`.
///
/// Of a list of participants the patient must be one. A reference with the patient's id at another address is taken as the
/// patient: portals name themselves by inner addresses.
pub fn belongs(resource: &Resource, patient_id: &str, base: &str) -> Belongs {
    let (kind, value) = (resource.resource_type(), resource.value());
    if kind == "Patient" {
        return patient(resource, patient_id, base);
    }
    let elements =
        ELEMENTS.iter().find(|(types, _)| types.contains(&kind)).map_or(ANY_OTHER_TYPE, |(_, e)| e);
    for element in elements {
        let named = patients(value, element, base);
        if named.iter().any(|id| id == patient_id) {
            return Belongs::Yes;
        }
        if !named.is_empty() {
            return other("The portal sent it with another patient's data: it names someone else.");
        }
    }
    Belongs::NoSubject
}

/// The patient's own resource, or one that the portal links with it (merged records).
fn patient(resource: &Resource, patient_id: &str, base: &str) -> Belongs {
    if resource.id() == patient_id {
        return Belongs::Yes;
    }
    let linked = at(resource.value(), "link").into_iter().any(|link| {
        let merged = matches!(link.get("type").and_then(Value::as_str), Some("replaced-by" | "replaces"));
        merged && patients(link, "other", base).iter().any(|id| id == patient_id)
    });
    if linked { Belongs::Yes } else { other("It is the entry of another patient of the portal.") }
}

fn other(reason: &str) -> Belongs {
    Belongs::Other { reason: reason.to_owned() }
}

/// The ids of the patients that an element refers to.
fn patients(value: &Value, element: &str, base: &str) -> Vec<String> {
    let references = at(value, element).into_iter().filter_map(|r| r.get("reference")?.as_str());
    references.filter_map(|text| patient_of(reference::target(text, base))).collect()
}

fn patient_of(target: Target) -> Option<String> {
    match target {
        Target::Relative { resource_type, id } | Target::Absolute { resource_type, id, .. } => {
            (resource_type == "Patient").then_some(id)
        }
        _ => None,
    }
}

/// What stands at a path, lists spread out.
fn at<'v>(value: &'v Value, path: &str) -> Vec<&'v Value> {
    let mut here = vec![value];
    for name in path.split('.') {
        here = here.into_iter().filter_map(|value| value.get(name)).flat_map(spread).collect();
    }
    here
}

fn spread(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(items) => items.iter().collect(),
        one => vec![one],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const BASE: &str = "https://portal.example/fhir";

    fn of(value: Value) -> Belongs {
        belongs(&Resource::parse(value.to_string().as_bytes()).unwrap(), "alice", BASE)
    }

    fn is_other(value: Value) -> bool {
        matches!(of(value), Belongs::Other { .. })
    }

    #[test]
    fn h3_wrong_subject_is_told_by_the_element_of_its_type() {
        for (kind, element) in [
            ("Observation", "subject"),
            ("AllergyIntolerance", "patient"),
            ("Coverage", "beneficiary"),
            ("Task", "for"),
            ("ResearchSubject", "individual"),
            ("SomethingNew", "subject"),
        ] {
            let about = |id: &str| json!({"resourceType": kind, "id": "1", element: {"reference": format!("Patient/{id}")}});
            assert_eq!(of(about("alice")), Belongs::Yes, "{kind}");
            assert!(is_other(about("eve")), "{kind}");
            assert_eq!(of(json!({"resourceType": kind, "id": "1"})), Belongs::NoSubject, "{kind}");
        }
    }

    #[test]
    fn h3_an_author_is_not_a_subject() {
        let allergy = json!({"resourceType": "AllergyIntolerance", "id": "1",
            "patient": {"reference": "Patient/eve"}, "recorder": {"reference": "Patient/alice"}});
        assert!(is_other(allergy));
        let coverage = json!({"resourceType": "Coverage", "id": "1", "policyHolder": {"reference": "Patient/eve"},
            "beneficiary": {"reference": "Patient/alice"}});
        assert_eq!(of(coverage), Belongs::Yes);
    }

    #[test]
    fn h3_among_participants_the_patient_must_be_one() {
        let with = |people: &[&str]| {
            let participants: Vec<_> =
                people.iter().map(|who| json!({"actor": {"reference": who}})).collect();
            json!({"resourceType": "Appointment", "id": "1", "participant": participants})
        };
        assert_eq!(of(with(&["Practitioner/1", "Patient/eve", "Patient/alice"])), Belongs::Yes);
        assert!(is_other(with(&["Practitioner/1", "Patient/eve"])));
        assert_eq!(of(with(&["Practitioner/1"])), Belongs::NoSubject);
        let message = json!({"resourceType": "Communication", "id": "1", "sender": {"reference": "Practitioner/2"},
            "recipient": [{"reference": "Patient/alice"}]});
        assert_eq!(of(message), Belongs::Yes);
    }

    #[test]
    fn references_are_read_in_every_form_that_portals_send() {
        let about =
            |text: &str| json!({"resourceType": "Condition", "id": "1", "subject": {"reference": text}});
        for own in [
            "Patient/alice",
            "Patient/alice/_history/3",
            "https://portal.example/fhir/Patient/alice",
            "http://inside.local:8080/fhir/Patient/alice",
        ] {
            assert_eq!(of(about(own)), Belongs::Yes, "{own}");
        }
        for untold in ["urn:uuid:0c5b", "#p", "Group/7", "Patient?identifier=1", ""] {
            assert_eq!(of(about(untold)), Belongs::NoSubject, "{untold}");
        }
        assert!(is_other(about("https://portal.example/fhir/Patient/alice2")));
    }

    #[test]
    fn h3_the_patient_by_id_or_merged_with_it() {
        assert_eq!(of(json!({"resourceType": "Patient", "id": "alice"})), Belongs::Yes);
        let linked = |how: &str| {
            json!({"resourceType": "Patient", "id": "old", "link":
            [{"type": how, "other": {"reference": "Patient/alice"}}]})
        };
        assert_eq!(of(linked("replaced-by")), Belongs::Yes);
        assert!(is_other(linked("seealso")));
        assert!(is_other(json!({"resourceType": "Patient", "id": "eve"})));
    }
}
