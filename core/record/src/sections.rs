//! Which section a resource belongs to: a first-match table over its bytes.
//!
//! Types that always belong to one section are evidence by their type alone. An Observation is evidence only by its
//! category, so one that was stripped to id and status (as retractions often are) gives none and stays with the section
//! that its earlier revisions chose. A DiagnosticReport that is nothing but a written note (no result, no images, a file) is a
//! document: among the results it would bury them. Stripped, it stays where it was. What the table does not name is `unsorted`, which only holders see.
//!
//! | types | when | section |
//! | --- | --- | --- |
//! | Patient, RelatedPerson, Person |  | profile |
//! | Observation | category vital-signs, activity | vitals |
//! | Observation | category laboratory, imaging, procedure, exam, clinical-test, lab, rad, path, card | results |
//! | DiagnosticReport | category lab, rad, path, card, laboratory, LP29684-5, LP29708-2, LP7839-6 | results |
//! | DiagnosticReport | has result | results |
//! | DiagnosticReport | has imagingStudy | results |
//! | DiagnosticReport | has presentedForm | documents |
//! | DiagnosticReport | has code | results |
//! | ImagingStudy, Specimen, MolecularSequence |  | results |
//! | Condition |  | conditions |
//! | MedicationRequest, MedicationDispense, MedicationStatement, MedicationAdministration, Medication |  | medications |
//! | AllergyIntolerance |  | allergies |
//! | Immunization, ImmunizationRecommendation, ImmunizationEvaluation |  | immunizations |
//! | Procedure, DeviceUseStatement |  | procedures |
//! | Device | has patient | procedures |
//! | Encounter, EpisodeOfCare |  | visits |
//! | CarePlan, CareTeam, Goal, ServiceRequest, DeviceRequest, NutritionOrder, RequestGroup, Task |  | plans |
//! | DocumentReference, DocumentManifest, Composition, Binary, Media |  | documents |
//! | Appointment, AppointmentResponse |  | appointments |
//! | Communication, CommunicationRequest |  | messages |
//! | Coverage, Claim, ClaimResponse, ExplanationOfBenefit, CoverageEligibilityRequest, CoverageEligibilityResponse, Account, Invoice, ChargeItem, PaymentNotice, EnrollmentRequest |  | coverage |
//!
//! *Supporting* resources (Practitioner, PractitionerRole, Organization, Location, Medication, Binary, Provenance, and a Device that
//! names no patient) are copied to each section and part that refers to them, a Provenance to those of what it is about. Where
//! nothing does, the table decides, else they are `unsorted`.

use serde_json::Value;
use statement::Section;

/// One line of [`TABLE`].
pub struct Rule {
    /// Resource types.
    pub types: &'static [&'static str],
    /// Codes of `category`, in whatever system and case; empty when the type alone is enough.
    pub categories: &'static [&'static str],
    /// An element that must be there.
    pub element: Option<&'static str>,
    /// The section.
    pub section: Section,
}

/// The first line that matches gives the section. Sources: FHIR R4 resource list; HL7 code system
/// `observation-category`; US Core categories; the short codes that portals put in their place.
pub const TABLE: &[Rule] = &[
    by_type(&["Patient", "RelatedPerson", "Person"], Section::PROFILE),
    by_category(&["Observation"], &["vital-signs", "activity"], Section::VITALS),
    by_category(
        &["Observation"],
        &["laboratory", "imaging", "procedure", "exam", "clinical-test", "lab", "rad", "path", "card"],
        Section::RESULTS,
    ),
    by_category(
        &["DiagnosticReport"],
        &["lab", "rad", "path", "card", "laboratory", "LP29684-5", "LP29708-2", "LP7839-6"],
        Section::RESULTS,
    ),
    by_element(&["DiagnosticReport"], "result", Section::RESULTS),
    by_element(&["DiagnosticReport"], "imagingStudy", Section::RESULTS),
    by_element(&["DiagnosticReport"], "presentedForm", Section::DOCUMENTS),
    by_element(&["DiagnosticReport"], "code", Section::RESULTS),
    by_type(&["ImagingStudy", "Specimen", "MolecularSequence"], Section::RESULTS),
    by_type(&["Condition"], Section::CONDITIONS),
    by_type(
        &[
            "MedicationRequest",
            "MedicationDispense",
            "MedicationStatement",
            "MedicationAdministration",
            "Medication",
        ],
        Section::MEDICATIONS,
    ),
    by_type(&["AllergyIntolerance"], Section::ALLERGIES),
    by_type(
        &["Immunization", "ImmunizationRecommendation", "ImmunizationEvaluation"],
        Section::IMMUNIZATIONS,
    ),
    by_type(&["Procedure", "DeviceUseStatement"], Section::PROCEDURES),
    by_element(&["Device"], "patient", Section::PROCEDURES),
    by_type(&["Encounter", "EpisodeOfCare"], Section::VISITS),
    by_type(
        &[
            "CarePlan",
            "CareTeam",
            "Goal",
            "ServiceRequest",
            "DeviceRequest",
            "NutritionOrder",
            "RequestGroup",
            "Task",
        ],
        Section::PLANS,
    ),
    by_type(&["DocumentReference", "DocumentManifest", "Composition", "Binary", "Media"], Section::DOCUMENTS),
    by_type(&["Appointment", "AppointmentResponse"], Section::APPOINTMENTS),
    by_type(&["Communication", "CommunicationRequest"], Section::MESSAGES),
    by_type(
        &[
            "Coverage",
            "Claim",
            "ClaimResponse",
            "ExplanationOfBenefit",
            "CoverageEligibilityRequest",
            "CoverageEligibilityResponse",
            "Account",
            "Invoice",
            "ChargeItem",
            "PaymentNotice",
            "EnrollmentRequest",
        ],
        Section::COVERAGE,
    ),
];

const SUPPORTING: &[&str] = &[
    "Practitioner",
    "PractitionerRole",
    "Organization",
    "Location",
    "Medication",
    "Binary",
    "Device",
    "Provenance",
];

const DEVICE: &str = "Device";

/// The section that the bytes give positive evidence for, or `None`.
pub fn evidence(resource: &fhir::Resource) -> Option<Section> {
    let (kind, value) = (resource.resource_type(), resource.value());
    let rule = TABLE.iter().find(|rule| {
        rule.types.contains(&kind)
            && (rule.categories.is_empty() || has_category(value, rule.categories))
            && rule.element.is_none_or(|name| value.get(name).is_some())
    })?;
    Some(rule.section.clone())
}

/// The section of a type that always belongs to one. `None` for Observation: only its category says.
pub fn default_for_type(resource_type: &str) -> Option<Section> {
    let always = |rule: &&Rule| rule.categories.is_empty() && rule.element.is_none();
    TABLE
        .iter()
        .filter(always)
        .find(|rule| rule.types.contains(&resource_type))
        .map(|rule| rule.section.clone())
}

/// Whether resources of the type may be supporting ones. Of a Device only its bytes tell: [`supports`].
pub fn supporting(resource_type: &str) -> bool {
    SUPPORTING.contains(&resource_type)
}

/// Whether a resource is copied to where it is referred to. A Device that once named its patient does not support, even when a later
/// revision was stripped: `before` says what it was.
pub fn supports(resource: &fhir::Resource, before: Option<bool>) -> bool {
    let kind = resource.resource_type();
    supporting(kind) && (kind != DEVICE || (evidence(resource).is_none() && before != Some(false)))
}

const fn by_element(types: &'static [&'static str], element: &'static str, section: Section) -> Rule {
    Rule { types, categories: &[], element: Some(element), section }
}

const fn by_type(types: &'static [&'static str], section: Section) -> Rule {
    Rule { types, categories: &[], element: None, section }
}

const fn by_category(
    types: &'static [&'static str],
    categories: &'static [&'static str],
    section: Section,
) -> Rule {
    Rule { types, categories, element: None, section }
}

fn has_category(resource: &Value, wanted: &[&str]) -> bool {
    let categories = resource.get("category").map(one_or_many).unwrap_or_default();
    categories.iter().filter_map(|c| c.get("coding")).flat_map(one_or_many).any(|coding| {
        let code = coding.get("code").and_then(Value::as_str).unwrap_or_default();
        wanted.iter().any(|w| w.eq_ignore_ascii_case(code.trim()))
    })
}

fn one_or_many(value: &Value) -> &[Value] {
    match value {
        Value::Array(items) => items,
        one => std::slice::from_ref(one),
    }
}
