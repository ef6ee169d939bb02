//! The typed views on whatever JSON says that it is a resource.

use fhir::lens::*;
use fhir::{Resource, attachment, describe, modifiers, reference};
use serde_json::Value as Json;

use crate::feed::target;

/// Every lens, whatever the type: none rejects, none panics, and no number of it is rounded.
const LENSES: &[fn(&Json) -> String] = &[
    |v| format!("{:?}", AllergyIntolerance::read(v)),
    |v| format!("{:?}", Appointment::read(v)),
    |v| format!("{:?}", ExplanationOfBenefit::read(v)),
    |v| format!("{:?}", Binary::read(v)),
    |v| format!("{:?}", CarePlan::read(v)),
    |v| format!("{:?}", CareTeam::read(v)),
    |v| format!("{:?}", Claim::read(v)),
    |v| format!("{:?}", Communication::read(v)),
    |v| format!("{:?}", Condition::read(v)),
    |v| format!("{:?}", Consent::read(v)),
    |v| format!("{:?}", Coverage::read(v)),
    |v| format!("{:?}", Device::read(v)),
    |v| format!("{:?}", DocumentReference::read(v)),
    |v| format!("{:?}", Encounter::read(v)),
    |v| format!("{:?}", FamilyMemberHistory::read(v)),
    |v| format!("{:?}", Flag::read(v)),
    |v| format!("{:?}", Goal::read(v)),
    |v| format!("{:?}", ImagingStudy::read(v)),
    |v| format!("{:?}", Immunization::read(v)),
    |v| format!("{:?}", Location::read(v)),
    |v| format!("{:?}", Media::read(v)),
    |v| format!("{:?}", Medication::read(v)),
    |v| format!("{:?}", MedicationRequest::read(v)),
    |v| format!("{:?}", MedicationAdministration::read(v)),
    |v| format!("{:?}", MedicationDispense::read(v)),
    |v| format!("{:?}", MedicationStatement::read(v)),
    |v| format!("{:?}", Observation::read(v)),
    |v| format!("{:?}", Organization::read(v)),
    |v| format!("{:?}", Patient::read(v)),
    |v| format!("{:?}", Practitioner::read(v)),
    |v| format!("{:?}", PractitionerRole::read(v)),
    |v| format!("{:?}", Procedure::read(v)),
    |v| format!("{:?}", Provenance::read(v)),
    |v| format!("{:?}", QuestionnaireResponse::read(v)),
    |v| format!("{:?}", RelatedPerson::read(v)),
    |v| format!("{:?}", DiagnosticReport::read(v)),
    |v| format!("{:?}", Schedule::read(v)),
    |v| format!("{:?}", ServiceRequest::read(v)),
    |v| format!("{:?}", Slot::read(v)),
    |v| format!("{:?}", Task::read(v)),
];

fn read(bytes: &[u8]) {
    let Ok(resource) = Resource::parse(bytes) else { return };
    let before = resource.value().clone();
    assert_eq!(resource.bytes(), bytes, "the bytes are those that came");
    for lens in LENSES {
        lens(resource.value());
    }
    let lines = generic::lines(resource.value());
    assert!(lines.iter().all(|line| line.depth <= 200));
    for reference in reference::all(resource.value()) {
        let _ = reference.reference.map(|text| reference::target(&text, "https://portal.example/fhir"));
    }
    for file in attachment::all(resource.value()) {
        let _ = attachment::data(resource.value(), &file.path);
    }
    summarised(&resource);
    assert_eq!(resource.value(), &before);
    let again = Resource::parse(resource.bytes()).unwrap();
    assert_eq!((again.id(), again.comparison()), (resource.id(), resource.comparison()));
    assert!(!resource.id().is_empty() && !resource.resource_type().is_empty());
}

fn summarised(resource: &Resource) {
    let reading = modifiers::read(resource.value());
    let summary = describe::describe(resource);
    assert!(!summary.title.trim().is_empty());
    assert!(summary.search.len() <= 64 * 1024 && summary.identifiers.len() <= 8);
    assert!(summary.reading.notices.len() <= 200);
    if reading.retracted() {
        let told = (&summary.value, &summary.flag_text, summary.ranges.len(), &summary.measured);
        assert_eq!(told, (&None, &None, 0, &None), "what was withdrawn keeps no value");
    }
    if reading.unreadable {
        assert_eq!((&summary.measured, summary.asserts_absence), (&None, false), "in no rule");
    }
    assert_eq!(summary, describe::describe(resource), "the same every time");
}

#[test]
fn c38_lenses_read_what_they_can_and_reject_nothing() {
    target("lenses", read);
}
