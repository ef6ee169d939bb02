//! Whose a resource is: the Patient compartment of FHIR R4 (<https://hl7.org/fhir/R4/compartmentdefinition-patient.html>),
//! narrowed to the elements that say about whom a resource is.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Key;
use super::index::at;
use super::load::{key, relative};

/// Types that are of no patient and readable by every token that has their scope.
pub(crate) const SUPPORTING: &[&str] =
    &["Location", "Medication", "Organization", "Practitioner", "PractitionerRole"];

/// The types the portal knows; a search of another one is 404.
pub(crate) const TYPES: &[&str] = &[
    "AdverseEvent",
    "AllergyIntolerance",
    "Appointment",
    "Binary",
    "CarePlan",
    "CareTeam",
    "Claim",
    "Communication",
    "Condition",
    "Consent",
    "Coverage",
    "Device",
    "DeviceUseStatement",
    "DiagnosticReport",
    "DocumentReference",
    "Encounter",
    "ExplanationOfBenefit",
    "FamilyMemberHistory",
    "Flag",
    "Goal",
    "ImagingStudy",
    "Immunization",
    "List",
    "Location",
    "Media",
    "Medication",
    "MedicationAdministration",
    "MedicationDispense",
    "MedicationRequest",
    "MedicationStatement",
    "NutritionOrder",
    "Observation",
    "Organization",
    "Patient",
    "Practitioner",
    "PractitionerRole",
    "Procedure",
    "Provenance",
    "Questionnaire",
    "QuestionnaireResponse",
    "RelatedPerson",
    "RequestGroup",
    "ServiceRequest",
    "Specimen",
    "SupplyDelivery",
    "Task",
    "VisionPrescription",
];

/// The ids of the patients in whose compartment the resource is. A Provenance has none here: see [`targets`].
pub(super) fn patients(resource: &Value) -> BTreeSet<String> {
    let Some((resource_type, id)) = key(resource) else { return BTreeSet::new() };
    if resource_type == "Patient" {
        return BTreeSet::from([id]);
    }
    let named = elements(&resource_type).iter().flat_map(|path| at(resource, path));
    let keys = named.filter_map(|reference| relative(reference.get("reference")?.as_str()?));
    keys.filter(|(resource_type, _)| resource_type == "Patient").map(|(_, id)| id).collect()
}

/// What a Provenance is about.
pub(super) fn targets(resource: &Value) -> BTreeSet<Key> {
    let named = at(resource, "target");
    named.into_iter().filter_map(|reference| relative(reference.get("reference")?.as_str()?)).collect()
}

fn elements(resource_type: &str) -> &'static [&'static str] {
    match resource_type {
        "Appointment" => &["participant.actor"],
        "Binary" => &["securityContext"],
        "Communication" => &["subject", "sender", "recipient"],
        "Coverage" => &["beneficiary", "policyHolder", "subscriber"],
        "Task" => &["for"],
        "HealthcareService" | "Location" | "Medication" | "Organization" | "Practitioner"
        | "PractitionerRole" | "Provenance" | "Schedule" | "Slot" => &[],
        _ => &["subject", "patient"],
    }
}
