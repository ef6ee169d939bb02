use serde_json::Value as Json;

use super::draft::{Draft, codes, moment};
use super::fields::Fields;
use super::wording::{all, called_all, numbers, titled};
use crate::json;
use crate::lens::{Period, Schedule};
use crate::modifiers;

pub(super) fn draft(value: &Json, fields: &mut Fields<'_>) -> Draft {
    let schedule = Schedule::read(value);
    fields.told(&[
        "identifier",
        "active",
        "serviceCategory",
        "serviceType",
        "specialty",
        "actor",
        "planningHorizon",
        "comment",
    ]);
    let span = schedule.horizon.as_ref().and_then(Period::display);
    let closed = (schedule.active == Some(false)).then(|| modifiers::plain("Schedule.active", Some("false")));
    fields.references("Whose times", &schedule.actors);
    fields.concepts("Service", &schedule.service_types);
    fields.put("Covers", span.clone());
    fields.yes_no("In use", schedule.active);
    fields.concepts("Field of care", &schedule.specialties);
    fields.concepts("Broad kind", &schedule.service_categories);
    fields.put("Comment", schedule.comment.clone());
    numbers(fields, &schedule.identifiers);
    let service = all(&schedule.service_types).or_else(|| all(&schedule.specialties));
    let whose = called_all(fields, &schedule.actors).or(service);
    let start = schedule.horizon.as_ref().map(|span| span.start.clone().or_else(|| span.end.clone()));
    Draft {
        title: titled("Schedule", whose),
        codes: codes(schedule.service_types.first()),
        when: moment([start.flatten()]),
        value: json::joined(closed.into_iter().chain(span), "; "),
        ..Draft::default()
    }
}
