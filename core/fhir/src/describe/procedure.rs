use serde_json::Value as Json;

use super::absence;
use super::draft::{Draft, codes, moment, moment_of};
use super::fields::Fields;
use super::tell::{label, title};
use crate::json;
use crate::lens::Procedure;
use crate::lens::When;
use crate::modifiers::Reading;
use crate::time::FhirTime;

pub(super) fn draft<'a>(value: &'a Json, reading: &Reading, fields: &mut Fields<'a>) -> Draft {
    let procedure = Procedure::read(value);
    let done = !reading.negated();
    fill(&procedure, done, fields);
    let reason = procedure.why().or_else(|| fields.all_called(&procedure.reason_references));
    let reason = reason.map(|reason| format!("Reason: {reason}"));
    // A moment in words cannot be sorted by, but is better than none.
    let in_words =
        ["performedString", "performedAge", "performedRange"].iter().any(|key| value.get(key).is_some());
    let words = match &procedure.performed {
        Some(When::Words(words)) if in_words => Some(FhirTime::new(words.clone())),
        _ => None,
    };
    Draft {
        title: title(procedure.code.as_ref()).or_else(|| unnamed(&procedure)),
        codes: codes(procedure.code.as_ref()),
        when: moment([moment_of(procedure.performed.as_ref()), words]),
        value: label(procedure.outcome.as_ref()).or(reason).filter(|_| done),
        asserts_absence: absence::asserted(procedure.code.as_ref()),
        ..Draft::default()
    }
}

fn fill(procedure: &Procedure, done: bool, fields: &mut Fields<'_>) {
    fields.tell_concept("code", "Procedure", procedure.code.as_ref());
    fields.tell("status", "Status", procedure.status.clone());
    fields.tell_concept("statusReason", "Why this status", procedure.status_reason.as_ref());
    fields.tell_when(
        "performed",
        if done { "When" } else { "Date of this entry" },
        procedure.performed.as_ref(),
    );
    fields.tell_concepts("bodySite", "Where on the body", &procedure.body_sites);
    fields.tell_concepts("reasonCode", "Reason", &procedure.reasons);
    fields.tell_many("reasonReference", "Reason", &procedure.reason_references);
    fields.tell_concept(
        "outcome",
        if done { "How it went" } else { "Outcome as written" },
        procedure.outcome.as_ref(),
    );
    fields.tell_concepts("complication", "Problem with it", &procedure.complications);
    fields.tell_many("complicationDetail", "Problem with it", &procedure.complication_details);
    fields.tell_concepts("followUp", "What is to follow", &procedure.follow_ups);
    fields.tell_involved("performer", "Who", &procedure.performers);
    fields.tell_one("location", "Place", procedure.location.as_ref());
    for device in &procedure.focal_devices {
        let name = device.device.as_ref().and_then(|device| fields.name(device));
        let text = json::joined(name.into_iter().chain(label(device.action.as_ref())), ", ");
        fields.tell("focalDevice", "Device", text);
    }
    fields.tell_concepts("usedCode", "Used", &procedure.used);
    fields.tell_many("usedReference", "Used", &procedure.used_references);
    fields.tell_many("report", "Report", &procedure.reports);
    fields.tell_many("basedOn", "Ordered in", &procedure.based_on);
    fields.tell_one("recorder", "Written down by", procedure.recorder.as_ref());
    fields.tell_one("asserter", "Told by", procedure.asserter.as_ref());
    fields.tell_concept("category", "Kind", procedure.category.as_ref());
    fields.tell_notes(&procedure.notes);
}

fn unnamed(procedure: &Procedure) -> Option<String> {
    let absent = procedure.absent.iter().find(|absence| absence.element == "code");
    let absent = absent.map(|absence| format!("Procedure not named ({})", absence.reason));
    let kind = || label(procedure.category.as_ref()).map(|kind| format!("Procedure without a name ({kind})"));
    absent.or_else(kind).or_else(|| Some("Procedure without a name".to_owned()))
}
