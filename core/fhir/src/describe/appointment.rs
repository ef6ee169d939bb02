use serde_json::Value as Json;

use super::draft::{Draft, codes, moment};
use super::fields::Fields;
use super::wording::{all, label, numbers, readable, state};
use crate::json;
use crate::lens::{Appointment, AppointmentParticipant, Period, labels};

pub(super) fn draft(value: &Json, fields: &mut Fields<'_>) -> Draft {
    let visit = Appointment::read(value);
    let title = readable(visit.description.clone())
        .or_else(|| all(&visit.service_types))
        .or_else(|| label(visit.kind.as_ref()))
        .or_else(|| all(&visit.service_categories))
        .or_else(|| all(&visit.specialties))
        .or_else(|| all(&visit.reasons));
    let status = state("Appointment.status", visit.status.as_ref());
    let span = Period { start: visit.start.clone(), end: visit.end.clone() };
    let asked = visit.requested.first();
    let time = match (visit.start.is_some(), asked.and_then(Period::display)) {
        (true, _) => span.display(),
        (false, Some(asked)) => Some(format!("asked for: {asked}")),
        (false, None) => Some("time not stated".to_owned()),
    };
    fill(&visit, &status, fields);
    Draft {
        title: title.or_else(|| Some("Appointment".to_owned())),
        codes: codes(visit.service_types.first().or(visit.kind.as_ref())),
        // Never the day on which it was written down: it would read as the day of the visit.
        when: moment([visit.start.clone(), asked.and_then(|period| period.start.clone()), visit.end.clone()]),
        value: json::joined([status].into_iter().chain(time), "; "),
        ..Draft::default()
    }
}

fn fill(visit: &Appointment, status: &str, fields: &mut Fields<'_>) {
    fields.told(&[
        "identifier",
        "status",
        "cancelationReason",
        "serviceCategory",
        "serviceType",
        "specialty",
        "appointmentType",
        "reasonCode",
        "reasonReference",
        "priority",
        "description",
        "supportingInformation",
        "start",
        "end",
        "minutesDuration",
        "slot",
        "created",
        "comment",
        "patientInstruction",
        "basedOn",
        "participant",
        "requestedPeriod",
    ]);
    fields.put("Status", Some(status.to_owned()));
    fields.concept("Why cancelled", visit.cancel_reason.as_ref());
    fields.put("About", visit.description.clone());
    fields.put("Service", labels(&visit.service_types));
    fields.concept("Kind", visit.kind.as_ref());
    fields.time("Begins", visit.start.as_ref());
    fields.time("Ends", visit.end.as_ref());
    fields.put("Length", visit.minutes.as_ref().map(|minutes| format!("{minutes} minutes")));
    fields.each("Time asked for", visit.requested.iter().map(Period::display));
    for one in &visit.participants {
        let who = one.actor.as_ref().and_then(|actor| fields.name(actor));
        fields.put("Who", Some(participant(one, who)));
    }
    fields.put("What to do", visit.instruction.clone());
    fields.put("Comment", visit.comment.clone());
    fields.concepts("Reason", &visit.reasons);
    fields.references("Reason", &visit.reason_references);
    fields.concepts("Field of care", &visit.specialties);
    fields.concepts("Broad kind", &visit.service_categories);
    fields.put("Priority", visit.priority.clone());
    fields.references("Asked for by", &visit.based_on);
    fields.references("Goes with", &visit.supporting);
    fields.references("Times it takes", &visit.slots);
    fields.time("Written down", visit.created.as_ref());
    numbers(fields, &visit.identifiers);
}

/// Who, as what, and their answer: "Dr. Fir (surgeon): Has accepted".
fn participant(one: &AppointmentParticipant, who: Option<String>) -> String {
    let role = all(&one.roles);
    let who = match (who, role) {
        (Some(who), Some(role)) => format!("{who} ({role})"),
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => "Someone not named".to_owned(),
    };
    let need = match one.required.as_deref() {
        Some("optional") => Some("need not come".to_owned()),
        Some("information-only") => Some("is only told of it".to_owned()),
        _ => None,
    };
    let answer = state("Appointment.participant.status", one.status.as_ref());
    let when = one.period.as_ref().and_then(Period::display);
    let said = json::joined([answer].into_iter().chain(need).chain(when), ", ");
    format!("{who}: {}", said.unwrap_or_default())
}
