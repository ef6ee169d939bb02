use serde_json::Value as Json;

use super::draft::{Draft, codes, moment};
use super::fields::{Fields, RENDERED};
use super::tell::pointer;
use super::{Code, absence};
use crate::lens::{
    Absence, CodeableConcept, Dosage, Identifier, Ingredient, Medicated, Medication, MedicationRequest,
    Period, Quantity, Ratio, says_the_same,
};
use crate::modifiers::Reading;
use crate::reference::Reference;

pub(super) fn request(value: &Json, reading: &Reading, fields: &mut Fields<'_>) -> Draft {
    let request = MedicationRequest::read(value);
    let medication = &request.medication;
    // What is not to be taken has no directions.
    let taken = request.do_not_perform != Some(true) && !reading.negated();
    fill(&request, taken, fields);
    Draft {
        title: Some(medication.title().unwrap_or_else(|| unnamed(medication, &request.absent))),
        codes: medicated_codes(medication),
        when: moment([request.authored_on.clone()]),
        value: taken.then(|| request.directions()).flatten(),
        asserts_absence: absence::asserted(medication.concept.as_ref()),
        subject: elsewhere(medication),
        ..Draft::default()
    }
}

pub(super) fn medication(value: &Json, fields: &mut Fields<'_>) -> Draft {
    let medication = Medication::read(value);
    fields.told(&["code", "status", "form", "amount", "ingredient", "manufacturer", "batch", "identifier"]);
    fields.put("Medicine", medication.label());
    fields.concept("Form", medication.form.as_ref());
    for ingredient in &medication.ingredients {
        let label = if ingredient.active == Some(false) { "Other ingredient" } else { "Ingredient" };
        fields.put(label, ingredient.display());
    }
    fields.put("Pack", medication.amount.as_ref().and_then(Ratio::display));
    fields.reference("Made by", medication.manufacturer.as_ref());
    fields.put("Lot", medication.lot.clone());
    fields.time("Use by", medication.expiration.as_ref());
    fields.put("Status", medication.status.clone());
    fields.each("Number", medication.identifiers.iter().map(Identifier::display));
    let first =
        medication.ingredients.iter().find_map(Ingredient::display).filter(|_| medication.code.is_some());
    Draft {
        title: medication.title(),
        codes: codes(medication.code.as_ref()),
        value: first,
        ..Draft::default()
    }
}

fn fill(request: &MedicationRequest, taken: bool, fields: &mut Fields<'_>) {
    fields.told(&[
        "medicationCodeableConcept",
        "medicationReference",
        "dosageInstruction",
        "dispenseRequest",
        "status",
        "statusReason",
        "intent",
        "priority",
        "doNotPerform",
        "authoredOn",
        "requester",
        "reasonCode",
        "reasonReference",
        "courseOfTherapyType",
        "note",
        "category",
        "reportedBoolean",
    ]);
    let medication = &request.medication;
    fields.put("Medicine", medication.label().or_else(|| fields.name(medication.reference.as_ref()?)));
    fields.yes_no("Do not take", request.do_not_perform);
    let how = if taken { "How to take" } else { "Directions as written" };
    all_directions(request.rendered.as_ref(), &request.dosages, how, fields);
    fields.put("Reason", request.why());
    fields.references("Reason", &request.reason_references);
    fields.put("Status", request.status.clone());
    fields.concept("Why this status", request.status_reason.as_ref());
    fields.put("Kind of entry", request.intent.clone());
    fields.put("Priority", request.priority.clone());
    fields.time("Ordered", request.authored_on.as_ref());
    fields.reference("Ordered by", request.requester.as_ref());
    fields.yes_no("Reported, not ordered here", request.reported);
    fields.concepts("Setting", &request.categories);
    fields.concept("Course", request.course.as_ref());
    if let Some(dispense) = &request.dispense {
        fields.put("Amount", dispense.quantity.as_ref().and_then(Quantity::display));
        fields.put("Refills", dispense.repeats.clone());
        fields.put("One supply lasts", dispense.supply.as_ref().and_then(Quantity::display));
        fields.put("May be filled", dispense.validity.as_ref().and_then(Period::display));
        fields.reference("Pharmacy", dispense.performer.as_ref());
    }
    fields.notes(&request.notes);
}

/// As the sender renders the whole first; then each as written, as written for the patient and in its coded parts, so that a
/// difference shows.
pub(super) fn all_directions(
    rendered: Option<&String>,
    dosages: &[Dosage],
    how: &str,
    fields: &mut Fields<'_>,
) {
    if rendered.is_some() {
        fields.told(&[RENDERED]);
    }
    fields.put(how, rendered.cloned());
    for dosage in dosages {
        directions(dosage, rendered, how, fields);
    }
}

/// As [`all_directions`], of one.
pub(super) fn directions(dosage: &Dosage, rendered: Option<&String>, how: &str, fields: &mut Fields<'_>) {
    let new = |text: &String| rendered.is_none_or(|rendered| !says_the_same(rendered, text));
    let written = dosage.text.clone().filter(new);
    fields.put(if rendered.is_some() { "Also written as" } else { how }, written);
    let told_patient = dosage.patient_instruction.clone().filter(|text| dosage.text.as_ref() != Some(text));
    fields.put("Told to the patient", told_patient.filter(new));
    let first = dosage.text.is_none() && rendered.is_none();
    fields.put(if first { how } else { "In coded form" }, dosage.rendered().filter(new));
}

/// The medicine of any entry about one.
pub(super) fn named(medication: &Medicated, fields: &mut Fields<'_>) {
    let elsewhere = medication.reference.as_ref().and_then(|reference| fields.name(reference));
    let here = medication.concept.is_some();
    let name = medication.label().or(elsewhere);
    if !here {
        fields.tell("medicationCodeableConcept", "Medicine", None);
    }
    fields.tell(if here { "medicationCodeableConcept" } else { "medicationReference" }, "Medicine", name);
}

pub(super) fn unnamed(medication: &Medicated, absent: &[Absence]) -> String {
    let absent = absent.iter().find(|absence| absence.element.starts_with("medication"));
    match (&medication.reference, absent) {
        (Some(reference), _) => match pointer(reference) {
            Some(pointer) => format!("Medicine named elsewhere ({pointer})"),
            None => "Medicine named elsewhere".to_owned(),
        },
        (None, Some(absence)) => format!("Medicine not named ({})", absence.reason),
        (None, None) => "Medicine without a name".to_owned(),
    }
}

/// What names the medicine, when only a reference does and it is not held within.
pub(super) fn elsewhere(medication: &Medicated) -> Option<Reference> {
    let here = medication.concept.is_some() || medication.contained.is_some();
    medication.reference.clone().filter(|_| !here)
}

pub(super) fn medicated_codes(medication: &Medicated) -> Vec<Code> {
    let within = medication.contained.as_ref().and_then(|held| held.code.as_ref());
    let concept: Option<&CodeableConcept> = medication.concept.as_ref().or(within);
    codes(concept)
}
