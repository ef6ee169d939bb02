use serde_json::Value as Json;

use super::draft::{Draft, codes, moment};
use super::fields::Fields;
use super::wording::{called, label, name_of, numbers, readable, state, titled};
use crate::json;
use crate::lens::{CodeableConcept, Period, Task, TaskPart, Value};

pub(super) fn draft(value: &Json, fields: &mut Fields<'_>) -> Draft {
    let task = Task::read(value);
    let status = state("Task.status", task.status.as_ref());
    fill(&task, &status, fields);
    let title = name_of(task.code.as_ref())
        .or_else(|| readable(task.description.clone()))
        .or_else(|| called(fields, task.focus.as_ref()));
    let business = label(task.business_status.as_ref());
    let due = task.restriction.as_ref().and_then(|limit| limit.period.as_ref()?.end.clone());
    let due = due.map(|due| format!("to be done by {}", due.display()));
    let done = task.execution.as_ref().map(|span| span.start.clone().or_else(|| span.end.clone()));
    Draft {
        title: titled("Task", title),
        codes: codes(task.code.as_ref()),
        when: moment([done.flatten(), task.authored.clone(), task.modified.clone()]),
        value: json::joined([status].into_iter().chain(business).chain(due), "; "),
        ..Draft::default()
    }
}

fn fill(task: &Task, status: &str, fields: &mut Fields<'_>) {
    fields.told(&[
        "identifier",
        "basedOn",
        "partOf",
        "status",
        "statusReason",
        "businessStatus",
        "intent",
        "priority",
        "code",
        "description",
        "focus",
        "executionPeriod",
        "authoredOn",
        "lastModified",
        "requester",
        "performerType",
        "owner",
        "location",
        "reasonCode",
        "reasonReference",
        "note",
        "restriction",
        "input",
        "output",
    ]);
    fields.concept("Task", task.code.as_ref());
    fields.put("About", task.description.clone());
    fields.put("Status", Some(status.to_owned()));
    fields.concept("Why this status", task.status_reason.as_ref());
    fields.concept("State at the provider", task.business_status.as_ref());
    fields.reference("Works on", task.focus.as_ref());
    if let Some(limit) = &task.restriction {
        fields.put("To be done", limit.period.as_ref().and_then(Period::display));
        fields.put("How often", limit.repetitions.clone());
        fields.references("For", &limit.recipients);
    }
    fields.put("Done", task.execution.as_ref().and_then(Period::display));
    fields.reference("Asked for by", task.requester.as_ref());
    fields.reference("To be done by", task.owner.as_ref());
    fields.concepts("Done by people who are", &task.performers);
    fields.concept("Reason", task.reason.as_ref());
    fields.reference("Reason", task.reason_reference.as_ref());
    fields.put("Priority", task.priority.clone());
    fields.put("How firm", task.intent.clone());
    fields.reference("Place", task.location.as_ref());
    fields.each("Needs", task.inputs.iter().map(part));
    fields.each("Came out", task.outputs.iter().map(part));
    fields.references("Comes from", &task.based_on);
    fields.references("Part of", &task.part_of);
    fields.time("Written down", task.authored.as_ref());
    fields.time("Last changed", task.modified.as_ref());
    fields.notes(&task.notes);
    numbers(fields, &task.identifiers);
}

fn part(part: &TaskPart) -> Option<String> {
    let kind = part.kind.as_ref().and_then(CodeableConcept::label);
    json::joined(kind.into_iter().chain(part.value.as_ref().and_then(Value::display)), ": ")
}
