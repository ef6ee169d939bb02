use serde_json::Value as Json;

use super::draft::{Draft, codes, moment, moment_of};
use super::fields::Fields;
use super::tell::title;
use crate::json;
use crate::lens::{AsNeeded, CodeableConcept, ServiceRequest, Value, labels};
use crate::modifiers::Reading;

/// What is asked for. There is never a result here, and the value never looks like one.
pub(super) fn draft<'a>(value: &'a Json, reading: &Reading, fields: &mut Fields<'a>) -> Draft {
    let request = ServiceRequest::read(value);
    fill(&request, fields);
    let reason = request.why().or_else(|| fields.all_called(&request.reason_references));
    let reason = reason.map(|reason| format!("Reason: {reason}"));
    let needed = request.as_needed.as_ref().and_then(AsNeeded::display);
    let told = labels(&request.details).into_iter().chain(needed).chain(reason);
    let category = || request.categories.iter().find_map(CodeableConcept::label);
    Draft {
        title: title(request.code.as_ref())
            .or_else(|| labels(&request.details))
            .or_else(|| unnamed(category())),
        codes: codes(request.code.as_ref()),
        when: moment([moment_of(request.occurrence.as_ref()), request.authored_on.clone()]),
        value: json::joined(told, "; ").filter(|_| !reading.negated()),
        ..Draft::default()
    }
}

fn unnamed(category: Option<String>) -> Option<String> {
    Some(match category {
        Some(category) => format!("Request without a name ({category})"),
        None => "Request without a name".to_owned(),
    })
}

fn fill(request: &ServiceRequest, fields: &mut Fields<'_>) {
    fields.tell_concept("code", "Asked for", request.code.as_ref());
    fields.tell_yes_no("doNotPerform", "Do not do", request.do_not_perform);
    fields.tell_concepts("orderDetail", "Details", &request.details);
    fields.tell_choice("quantity", "Amount", request.quantity.as_ref().and_then(Value::display));
    let needed = request.as_needed.as_ref().and_then(|needed| match needed {
        AsNeeded::Stated(false) => Some("No".to_owned()),
        needed => needed.display(),
    });
    fields.tell_choice("asNeeded", "Only if needed", needed);
    fields.tell("patientInstruction", "Told to the patient", request.instruction.clone());
    fields.tell_concepts("reasonCode", "Reason", &request.reasons);
    fields.tell_many("reasonReference", "Reason", &request.reason_references);
    fields.tell("status", "Status", request.status.clone());
    fields.tell("intent", "Kind of entry", request.intent.clone());
    fields.tell("priority", "Priority", request.priority.clone());
    fields.tell_when("occurrence", "Due", request.occurrence.as_ref());
    fields.tell_time("authoredOn", "Asked for on", request.authored_on.as_ref());
    fields.tell_one("requester", "Asked for by", request.requester.as_ref());
    fields.tell_many("performer", "To be done by", &request.performers);
    fields.tell_concept("performerType", "To be done by", request.performer_type.as_ref());
    fields.tell_concepts("locationCode", "Place", &request.locations);
    fields.tell_many("locationReference", "Place", &request.location_references);
    fields.tell_concepts("bodySite", "Where on the body", &request.body_sites);
    fields.tell_many("specimen", "Sample", &request.specimens);
    fields.tell_concepts("category", "Kind", &request.categories);
    fields.tell_many("basedOn", "Follows from", &request.based_on);
    fields.tell_many("replaces", "Takes the place of", &request.replaces);
    fields.tell_notes(&request.notes);
}
