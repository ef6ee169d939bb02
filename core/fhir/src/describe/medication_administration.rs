use serde_json::Value as Json;

use super::draft::{Draft, moment, moment_of};
use super::fields::Fields;
use super::medication::{directions, elsewhere, medicated_codes, named, unnamed};
use crate::lens::MedicationAdministration;
use crate::modifiers::Reading;

pub(super) fn draft<'a>(value: &'a Json, reading: &Reading, fields: &mut Fields<'a>) -> Draft {
    let given = MedicationAdministration::read(value);
    let done = !reading.negated();
    fill(&given, done, fields);
    Draft {
        title: Some(given.medication.title().unwrap_or_else(|| unnamed(&given.medication, &given.absent))),
        codes: medicated_codes(&given.medication),
        when: moment([moment_of(given.effective.as_ref())]),
        value: if done { given.given() } else { None },
        subject: elsewhere(&given.medication),
        ..Draft::default()
    }
}

fn fill(given: &MedicationAdministration, done: bool, fields: &mut Fields<'_>) {
    named(&given.medication, fields);
    for dosage in &given.dosages {
        fields.told(&["dosage"]);
        directions(dosage, None, if done { "Dose" } else { "Dose as written" }, fields);
    }
    fields.tell("status", "Status", given.status.clone());
    fields.tell_concepts("statusReason", "Why this status", &given.status_reasons);
    fields.tell_when("effective", if done { "When" } else { "Date of this entry" }, given.effective.as_ref());
    fields.tell_concepts("reasonCode", "Reason", &given.reasons);
    fields.tell_many("reasonReference", "Reason", &given.reason_references);
    fields.tell_involved("performer", "Who", &given.performers);
    fields.tell_many("device", "With", &given.devices);
    fields.tell_one("request", "Ordered in", given.request.as_ref());
    fields.tell_concept("category", "Setting", given.category.as_ref());
    fields.tell_notes(&given.notes);
}
