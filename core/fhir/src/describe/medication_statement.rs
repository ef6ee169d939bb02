use serde_json::Value as Json;

use super::absence;
use super::draft::{Draft, moment, moment_of};
use super::fields::Fields;
use super::medication::{all_directions, elsewhere, medicated_codes, unnamed};
use crate::lens::MedicationStatement;
use crate::modifiers::Reading;

pub(super) fn draft<'a>(value: &'a Json, reading: &Reading, fields: &mut Fields<'a>) -> Draft {
    let said = MedicationStatement::read(value);
    let taken = !reading.negated();
    fill(&said, taken, fields);
    Draft {
        title: Some(said.medication.title().unwrap_or_else(|| unnamed(&said.medication, &said.absent))),
        codes: medicated_codes(&said.medication),
        when: moment([moment_of(said.effective.as_ref()), said.asserted.clone()]),
        value: taken.then(|| said.directions()).flatten(),
        asserts_absence: absence::asserted(said.medication.concept.as_ref()),
        subject: elsewhere(&said.medication),
        ..Draft::default()
    }
}

fn fill(said: &MedicationStatement, taken: bool, fields: &mut Fields<'_>) {
    super::medication::named(&said.medication, fields);
    if !said.dosages.is_empty() {
        fields.told(&["dosage"]);
    }
    let how = if taken { "How it is taken" } else { "Directions as written" };
    all_directions(said.rendered.as_ref(), &said.dosages, how, fields);
    fields.tell_concepts("reasonCode", "Reason", &said.reasons);
    fields.tell_many("reasonReference", "Reason", &said.reason_references);
    fields.tell("status", "Status", said.status.clone());
    fields.tell_concepts("statusReason", "Why this status", &said.status_reasons);
    fields.tell_when("effective", "When", said.effective.as_ref());
    fields.tell_time("dateAsserted", "Told on", said.asserted.as_ref());
    fields.tell_one("informationSource", "Told by", said.source.as_ref());
    fields.tell_many("derivedFrom", "Taken from", &said.derived_from);
    fields.tell_many("basedOn", "Ordered in", &said.based_on);
    fields.tell_concept("category", "Setting", said.category.as_ref());
    fields.tell_notes(&said.notes);
}
