use serde_json::Value as Json;

use super::absence;
use super::draft::{Draft, codes, moment, moment_of};
use super::fields::Fields;
use crate::json;
use crate::lens::{CodeableConcept, Immunization, ImmunizationReaction, Protocol, Quantity, When};
use crate::time::FhirTime;

pub(super) fn draft(value: &Json, fields: &mut Fields<'_>) -> Draft {
    let given = Immunization::read(value);
    fill(&given, fields);
    // What was not given has no dose.
    let done = given.status.as_deref() != Some("not-done");
    let doses = given.protocols.iter().filter_map(Protocol::display);
    // A moment in words cannot be sorted by, but is better than none.
    let words = match &given.occurrence {
        Some(When::Words(words)) => Some(FhirTime::new(words.clone())),
        _ => None,
    };
    Draft {
        title: given.vaccine.as_ref().and_then(CodeableConcept::title),
        codes: codes(given.vaccine.as_ref()),
        when: moment([moment_of(given.occurrence.as_ref()), given.recorded.clone(), words]),
        value: if done { json::joined(doses, "; ") } else { None },
        asserts_absence: absence::asserted(given.vaccine.as_ref()),
        ..Draft::default()
    }
}

fn fill(given: &Immunization, fields: &mut Fields<'_>) {
    fields.told(&[
        "vaccineCode",
        "status",
        "statusReason",
        "occurrenceDateTime",
        "occurrenceString",
        "recorded",
        "primarySource",
        "reportOrigin",
        "location",
        "manufacturer",
        "lotNumber",
        "expirationDate",
        "site",
        "route",
        "doseQuantity",
        "performer",
        "note",
        "reasonCode",
        "isSubpotent",
        "subpotentReason",
        "reaction",
        "protocolApplied",
    ]);
    fields.concept("Vaccine", given.vaccine.as_ref());
    fields.put("Status", given.status.clone());
    fields.concept("Why this status", given.status_reason.as_ref());
    let label = if given.status.as_deref() == Some("not-done") { "Date of this entry" } else { "Given" };
    fields.when(label, given.occurrence.as_ref());
    fields.each("Series", given.protocols.iter().map(Protocol::display));
    fields.put("Dose size", given.dose.as_ref().and_then(Quantity::display));
    fields.concept("Where on the body", given.site.as_ref());
    fields.concept("How", given.route.as_ref());
    for performer in &given.performers {
        let actor = performer.actor.as_ref().and_then(|actor| fields.name(actor));
        let function = performer.function.as_ref().and_then(CodeableConcept::label);
        fields.put("Who", json::joined(actor.into_iter().chain(function), ", "));
    }
    fields.reference("Place", given.location.as_ref());
    fields.reference("Made by", given.manufacturer.as_ref());
    fields.put("Lot", given.lot.clone());
    fields.time("Use by", given.expiration.as_ref());
    fields.yes_no("May not count (weak dose)", given.subpotent);
    fields.concepts("Why it may not count", &given.subpotent_reasons);
    fields.concepts("Reason", &given.reasons);
    fields.each("Reaction", given.reactions.iter().map(ImmunizationReaction::display));
    fields.yes_no("Told by those who gave it", given.primary_source);
    fields.concept("Told by", given.report_origin.as_ref());
    fields.time("Recorded", given.recorded.as_ref());
    fields.notes(&given.notes);
}
