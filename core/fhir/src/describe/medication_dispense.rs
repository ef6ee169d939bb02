use serde_json::Value as Json;

use super::draft::{Draft, moment};
use super::fields::Fields;
use super::medication::{all_directions, elsewhere, medicated_codes, named, unnamed};
use super::tell::label;
use crate::json;
use crate::lens::{MedicationDispense, Quantity, Substitution, Value, labels};
use crate::modifiers::Reading;

pub(super) fn draft<'a>(value: &'a Json, reading: &Reading, fields: &mut Fields<'a>) -> Draft {
    let handed = MedicationDispense::read(value);
    let out = !reading.negated();
    fill(&handed, out, fields);
    let amount = handed.quantity.as_ref().and_then(Quantity::display);
    Draft {
        title: Some(handed.medication.title().unwrap_or_else(|| unnamed(&handed.medication, &handed.absent))),
        codes: medicated_codes(&handed.medication),
        when: moment([handed.handed_over.clone(), handed.prepared.clone()]),
        value: if out { json::joined(amount.into_iter().chain(handed.directions()), "; ") } else { None },
        subject: elsewhere(&handed.medication),
        ..Draft::default()
    }
}

fn fill(handed: &MedicationDispense, out: bool, fields: &mut Fields<'_>) {
    named(&handed.medication, fields);
    if !handed.dosages.is_empty() {
        fields.told(&["dosageInstruction"]);
    }
    let how = if out { "How to take" } else { "Directions as written" };
    all_directions(handed.rendered.as_ref(), &handed.dosages, how, fields);
    fields.tell(
        "quantity",
        if out { "Amount" } else { "Amount as written" },
        handed.quantity.as_ref().and_then(Quantity::display),
    );
    fields.tell("daysSupply", "Lasts", handed.supply.as_ref().and_then(Quantity::display));
    fields.tell("status", "Status", handed.status.clone());
    fields.tell_choice(
        "statusReason",
        "Why this status",
        handed.status_reason.as_ref().and_then(Value::display),
    );
    fields.tell_time("whenPrepared", "Date made ready", handed.prepared.as_ref());
    fields.tell_time("whenHandedOver", "Date handed out", handed.handed_over.as_ref());
    fields.tell_concept("type", "Kind", handed.kind.as_ref());
    fields.tell_involved("performer", "Who", &handed.performers);
    fields.tell_one("location", "Place", handed.location.as_ref());
    fields.tell_many("receiver", "Taken by", &handed.receivers);
    fields.tell_one("destination", "Sent to", handed.destination.as_ref());
    fields.tell_many("authorizingPrescription", "Ordered in", &handed.prescriptions);
    fields.tell(
        "substitution",
        "Other product given",
        handed.substitution.as_ref().and_then(|s| swap(s, fields)),
    );
    fields.tell_concept("category", "Setting", handed.category.as_ref());
    fields.tell_notes(&handed.notes);
}

fn swap(swap: &Substitution, fields: &Fields<'_>) -> Option<String> {
    let was = swap.was.map(|was| if was { "Yes" } else { "No" }.to_owned());
    let deciders = swap.deciders.iter().filter_map(|who| fields.name(who));
    let parts = was.into_iter().chain(label(swap.kind.as_ref())).chain(labels(&swap.reasons)).chain(deciders);
    json::joined(parts, ", ")
}
