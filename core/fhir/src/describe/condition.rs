use serde_json::Value as Json;

use super::absence;
use super::draft::{Draft, codes, moment, moment_of};
use super::fields::Fields;
use crate::json;
use crate::lens::{CodeableConcept, Condition, Stage};

pub(super) fn draft(value: &Json, fields: &mut Fields<'_>) -> Draft {
    let condition = Condition::read(value);
    fields.told(&[
        "code",
        "clinicalStatus",
        "verificationStatus",
        "category",
        "severity",
        "bodySite",
        "onsetDateTime",
        "onsetAge",
        "onsetPeriod",
        "onsetRange",
        "onsetString",
        "abatementDateTime",
        "abatementAge",
        "abatementPeriod",
        "abatementRange",
        "abatementString",
        "abatementBoolean",
        "recordedDate",
        "assertedDate",
        "recorder",
        "asserter",
        "stage",
        "note",
    ]);
    fields.concept("Condition", condition.code.as_ref());
    fields.concept("Status", condition.clinical_status.as_ref());
    fields.concept("How sure", condition.verification.as_ref());
    fields.concept("How severe", condition.severity.as_ref());
    fields.concepts("Where on the body", &condition.body_sites);
    fields.when("Since", condition.onset.as_ref());
    fields.when("Until", condition.abatement.as_ref());
    fields.yes_no("Is it over", condition.abated);
    fields.each("Stage", condition.stages.iter().map(Stage::display));
    fields.concepts("Kind", &condition.categories);
    fields.time("Recorded", condition.recorded.as_ref());
    fields.reference("Recorded by", condition.recorder.as_ref());
    fields.reference("Told by", condition.asserter.as_ref());
    fields.notes(&condition.notes);
    let severity = condition.severity.as_ref().and_then(CodeableConcept::label);
    let stages = condition.stages.iter().filter_map(Stage::display);
    Draft {
        title: condition.code.as_ref().and_then(CodeableConcept::title),
        codes: codes(condition.code.as_ref()),
        when: moment([moment_of(condition.onset.as_ref()), condition.recorded.clone()]),
        value: json::joined(severity.into_iter().chain(stages), ", "),
        asserts_absence: absence::asserted(condition.code.as_ref()),
        ..Draft::default()
    }
}
