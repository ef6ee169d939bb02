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
///
/// A Bundle that was read by itself is whose its entries are: of the patient when one names this patient and none another.
/// Where a member comes twice, every copy counts: an entry that in one copy names somebody else, or is something else, is not
/// taken for the patient's.
pub fn belongs(resource: &Resource, patient_id: &str, base: &str) -> Belongs {
    let whose = of_value(resource.value(), &resource.id(), patient_id, base);
    if resource.doubled().is_empty() || matches!(whose, Belongs::Other { .. }) {
        return whose;
    }
    doubled(resource, patient_id, base).map_or(whose, other)
}

/// Why an entry with doubled members is not taken for the patient's.
fn doubled(resource: &Resource, patient_id: &str, base: &str) -> Option<&'static str> {
    let differ = |path: &str| resource.copies(path).windows(2).any(|two| two.first() != two.last());
    if differ("resourceType") || differ("id") {
        return Some("It says twice, and differently, what it is.");
    }
    let kind = resource.resource_type();
    let merged = kind == "Patient" && resource.id() != patient_id;
    if merged || kind == "Bundle" {
        return Some("It says twice whose it is.");
    }
    let somebody_else = |element: &&str| {
        let path = format!("{element}.reference");
        let copies = resource.copies(&path);
        let read = at(resource.value(), &path).len();
        let ids = copies.iter().filter_map(|text| patient_of(reference::target(text.as_str()?, base)));
        copies.len() > read && ids.into_iter().any(|id| id != patient_id)
    };
    let smuggled = kind != "Patient" && elements(kind).iter().any(somebody_else);
    smuggled.then_some("It says twice whose it is, and once names someone else.")
}

fn elements(kind: &str) -> &'static [&'static str] {
    ELEMENTS.iter().find(|(types, _)| types.contains(&kind)).map_or(ANY_OTHER_TYPE, |(_, e)| e)
}

fn of_value(value: &Value, id: &str, patient_id: &str, base: &str) -> Belongs {
    let kind = value.get("resourceType").and_then(Value::as_str).unwrap_or_default();
    match kind {
        "Patient" => return patient(value, id, patient_id, base),
        "Bundle" => return bundle(value, patient_id, base),
        _ => {}
    }
    for element in elements(kind) {
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

/// By its entries. How deep bundles lie within each other was bounded when they were read.
fn bundle(value: &Value, patient_id: &str, base: &str) -> Belongs {
    let mut whose = Belongs::NoSubject;
    for entry in at(value, "entry.resource") {
        let id = entry.get("id").and_then(Value::as_str).unwrap_or_default();
        match of_value(entry, id, patient_id, base) {
            Belongs::Other { .. } => {
                return other("Something in it names someone else, or is the entry of another patient.");
            }
            Belongs::Yes => whose = Belongs::Yes,
            Belongs::NoSubject => {}
        }
    }
    whose
}

/// The patient's own resource, or one that the portal links with it (merged records).
fn patient(value: &Value, id: &str, patient_id: &str, base: &str) -> Belongs {
    if id == patient_id {
        return Belongs::Yes;
    }
    let linked = at(value, "link").into_iter().any(|link| {
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

    fn of_text(text: &str) -> Belongs {
        belongs(&Resource::parse(text.as_bytes()).unwrap(), "alice", BASE)
    }

    #[test]
    fn h3_a_bundle_is_whose_its_entries_are() {
        let about = |id: &str| json!({"resource": {"resourceType": "Observation", "id": "1", "subject": {"reference": format!("Patient/{id}")}}});
        let of_entries = |entry: Vec<Value>| of(json!({"resourceType": "Bundle", "id": "b", "entry": entry}));
        assert_eq!(of_entries(vec![about("alice"), about("alice")]), Belongs::Yes);
        let place = json!({"resource": {"resourceType": "Location", "id": "l"}});
        assert_eq!(of_entries(vec![place.clone(), about("alice")]), Belongs::Yes);
        assert_eq!(of_entries(vec![place]), Belongs::NoSubject);
        let inner = json!({"resource": {"resourceType": "Bundle", "id": "i", "entry": [about("eve")]}});
        let eve = json!({"resource": {"resourceType": "Patient", "id": "eve"}});
        for mixed in [vec![about("alice"), about("eve")], vec![about("alice"), inner], vec![eve]] {
            assert!(matches!(of_entries(mixed), Belongs::Other { .. }));
        }
    }

    #[test]
    fn h3_of_doubled_members_every_copy_must_be_the_patients() {
        let with =
            |members: &str| of_text(&format!("{{\"resourceType\":\"Observation\",\"id\":\"1\",{members}}}"));
        let (alice, eve) = (r#""reference":"Patient/alice""#, r#""reference":"Patient/eve""#);
        for smuggled in [
            format!(r#""subject":{{{eve}}},"subject":{{{alice}}}"#),
            format!(r#""subject":{{{alice}}},"subject":{{{eve}}}"#),
            format!(r#""subject":{{{eve},{alice}}}"#),
            format!(r#""subject":{{{alice}}},"\u0073ubject":{{{eve}}}"#),
            format!(r#""subject":{{{alice}}},"id":"2""#),
            format!(r#""subject":{{{alice}}},"resourceType":"Condition""#),
        ] {
            assert!(matches!(with(&smuggled), Belongs::Other { .. }), "{smuggled}");
        }
        let twice = format!(r#""subject":{{{alice}}},"subject":{{{alice}}},"id":"1""#);
        assert_eq!(with(&twice), Belongs::Yes, "both say the same");
        let value = format!(r#""subject":{{{alice}}},"valueString":"a","valueString":"b""#);
        assert_eq!(with(&value), Belongs::Yes, "it is hers, whatever it says");
        let people = r#"{"resourceType":"Appointment","id":"1","participant":[{"actor":{"reference":"Patient/eve"}}],
            "participant":[{"actor":{"reference":"Patient/alice"}}]}"#;
        assert!(matches!(of_text(people), Belongs::Other { .. }));
        let linked = r#"{"resourceType":"Patient","id":"old","link":[],"link":[{"type":"replaced-by","other":{"reference":"Patient/alice"}}]}"#;
        assert!(matches!(of_text(linked), Belongs::Other { .. }));
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
