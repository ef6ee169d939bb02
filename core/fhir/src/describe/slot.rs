use serde_json::Value as Json;

use super::draft::{Draft, codes, moment};
use super::fields::Fields;
use super::wording::{all, label, numbers, state, titled};
use crate::json;
use crate::lens::{Period, Slot};

pub(super) fn draft(value: &Json, fields: &mut Fields<'_>) -> Draft {
    let slot = Slot::read(value);
    fields.told(&[
        "identifier",
        "serviceCategory",
        "serviceType",
        "specialty",
        "appointmentType",
        "schedule",
        "status",
        "start",
        "end",
        "overbooked",
        "comment",
    ]);
    // Anything but a plain "no" is not offered.
    let stated = value.get("overbooked").filter(|stated| !stated.is_null() && slot.overbooked != Some(false));
    let overbooked = stated.map(|stated| match slot.overbooked {
        Some(_) => state("Slot.overbooked", Some(&"true".to_owned())),
        None => state(
            "Slot.overbooked",
            Some(&json::primitive(stated).unwrap_or_else(|| "an odd form".to_owned())),
        ),
    });
    let status = overbooked.unwrap_or_else(|| state("Slot.status", slot.status.as_ref()));
    let span = Period { start: slot.start.clone(), end: slot.end.clone() }.display();
    fields.put("Status", Some(status.clone()));
    fields.time("Begins", slot.start.as_ref());
    fields.time("Ends", slot.end.as_ref());
    fields.concepts("Service", &slot.service_types);
    fields.concept("Kind", slot.kind.as_ref());
    fields.concepts("Field of care", &slot.specialties);
    fields.concepts("Broad kind", &slot.service_categories);
    fields.reference("Schedule", slot.schedule.as_ref());
    fields.put("Comment", slot.comment.clone());
    numbers(fields, &slot.identifiers);
    let service = all(&slot.service_types)
        .or_else(|| label(slot.kind.as_ref()))
        .or_else(|| all(&slot.specialties))
        .or_else(|| all(&slot.service_categories));
    Draft {
        title: titled("Time slot", service),
        codes: codes(slot.service_types.first()),
        when: moment([slot.start.clone(), slot.end.clone()]),
        value: json::joined([status].into_iter().chain(span), "; "),
        ..Draft::default()
    }
}
