use serde_json::Value as Json;

use super::absence;
use super::draft::{Draft, codes, moment, moment_of};
use super::fields::Fields;
use crate::json;
use crate::lens::{AllergyIntolerance, CodeableConcept, Reaction};

pub(super) fn draft(value: &Json, fields: &mut Fields<'_>) -> Draft {
    let allergy = AllergyIntolerance::read(value);
    fields.told(&[
        "code",
        "clinicalStatus",
        "verificationStatus",
        "type",
        "category",
        "criticality",
        "onsetDateTime",
        "onsetAge",
        "onsetPeriod",
        "onsetRange",
        "onsetString",
        "recordedDate",
        "lastOccurrence",
        "recorder",
        "asserter",
        "note",
        "reaction",
    ]);
    fields.concept("Allergy", allergy.code.as_ref());
    fields.each("Reaction", allergy.reactions.iter().map(Reaction::display));
    fields.put("How bad it could be", allergy.criticality.as_deref().map(criticality));
    fields
        .put("Kind", json::joined(allergy.kind.clone().into_iter().chain(allergy.categories.clone()), ", "));
    fields.concept("Status", allergy.clinical_status.as_ref());
    fields.concept("How sure", allergy.verification.as_ref());
    fields.when("Since", allergy.onset.as_ref());
    fields.time("Last happened", allergy.last_occurrence.as_ref());
    fields.time("Recorded", allergy.recorded.as_ref());
    fields.reference("Recorded by", allergy.recorder.as_ref());
    fields.reference("Told by", allergy.asserter.as_ref());
    fields.notes(&allergy.notes);
    let reactions = allergy.reactions.iter().filter_map(Reaction::display);
    let risk = allergy.criticality.as_deref().filter(|level| *level == "high").map(criticality);
    let code = allergy.code.as_ref();
    let substance =
        || allergy.reactions.iter().find_map(|r| r.substance.as_ref()).and_then(CodeableConcept::title);
    Draft {
        title: code.and_then(CodeableConcept::title).or_else(substance),
        codes: codes(code),
        when: moment([moment_of(allergy.onset.as_ref()), allergy.recorded.clone()]),
        value: json::joined(reactions.chain(risk), "; "),
        asserts_absence: absence::asserted(code),
        ..Draft::default()
    }
}

/// FHIR R4 code system `allergy-intolerance-criticality` in plain words; others as they came.
fn criticality(code: &str) -> String {
    match code {
        "high" => "could be severe",
        "low" => "not likely to be severe",
        "unable-to-assess" => "not assessed",
        other => other,
    }
    .to_owned()
}
