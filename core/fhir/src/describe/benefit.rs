use serde_json::Value as Json;

use super::claim::{
    SHARED, adjudication, diagnoses, information, insurance, item, payee, procedures, start, team,
};
use super::draft::{Draft, codes, moment};
use super::fields::Fields;
use super::wording::{label, numbers, state, titled, unless};
use crate::json;
use crate::lens::{CodeableConcept, ExplanationOfBenefit, Money, Period};
use crate::modifiers;

pub(super) fn draft(value: &Json, fields: &mut Fields<'_>) -> Draft {
    let benefit = ExplanationOfBenefit::read(value);
    fill(&benefit, fields);
    let kind = label(benefit.kind.as_ref()).or_else(|| label(benefit.sub_type.as_ref()));
    let paid = benefit.payment.as_ref().and_then(|payment| payment.amount.as_ref()).and_then(Money::display);
    let active = benefit.status.as_deref() == Some("active") && benefit.usage.as_deref() == Some("claim");
    let told = if active { "paid by the insurer" } else { "worked out by the insurer" };
    let paid = paid.map(|paid| format!("{paid} {told}"));
    let totals = || json::joined(benefit.totals.iter().filter_map(adjudication), "; ");
    let amount = paid.or_else(totals).map(|amount| format!("{amount} (not a bill)"));
    let status = unless("active", "ExplanationOfBenefit.status", benefit.status.as_ref());
    let outcome = unless("complete", "ExplanationOfBenefit.outcome", benefit.outcome.as_ref());
    Draft {
        title: titled("Explanation of benefits (not a bill)", kind),
        codes: codes(benefit.kind.as_ref()),
        when: moment([start(benefit.billable.as_ref()), benefit.created.clone()]),
        value: json::joined(status.into_iter().chain(amount).chain(outcome), "; "),
        ..Draft::default()
    }
}

fn fill(benefit: &ExplanationOfBenefit, fields: &mut Fields<'_>) {
    fields.told(&SHARED);
    fields.told(&[
        "claim",
        "claimResponse",
        "outcome",
        "disposition",
        "adjudication",
        "payment",
        "processNote",
    ]);
    fields.put("Note", Some(modifiers::plain("ExplanationOfBenefit.payment", Some("(any)"))));
    fields.put("Worked out", Some(state("ExplanationOfBenefit.outcome", benefit.outcome.as_ref())));
    fields.put("In words", benefit.disposition.clone());
    fields.put("For what", Some(state("ExplanationOfBenefit.use", benefit.usage.as_ref())));
    fields.put("Status", Some(state("ExplanationOfBenefit.status", benefit.status.as_ref())));
    payment(benefit, fields);
    fields.each("In all", benefit.totals.iter().map(adjudication));
    fields.each("For the whole", benefit.adjudication.iter().map(adjudication));
    fields.put("Time of care", benefit.billable.as_ref().and_then(Period::display));
    fields.each("Line", benefit.items.iter().map(item));
    fields.reference("Care by", benefit.provider.as_ref());
    fields.reference("Insurer", benefit.insurer.as_ref());
    insurance(&benefit.insurance, fields);
    payee(benefit.payee.as_ref(), fields);
    fields.reference("Place", benefit.facility.as_ref());
    team(&benefit.team, fields);
    diagnoses(&benefit.diagnoses, fields);
    procedures(&benefit.procedures, fields);
    information(&benefit.information, fields);
    fields.each("Insurer's note", benefit.notes.iter().map(|note| note.text.clone()));
    fields.concept("Kind", benefit.kind.as_ref());
    fields.concept("Finer kind", benefit.sub_type.as_ref());
    fields.reference("Claim", benefit.claim.as_ref());
    fields.reference("Answer to the claim", benefit.claim_response.as_ref());
    fields.reference("Prescription", benefit.prescription.as_ref());
    fields.reference("Referral", benefit.referral.as_ref());
    fields.time("Written", benefit.created.as_ref());
    numbers(fields, &benefit.identifiers);
}

fn payment(benefit: &ExplanationOfBenefit, fields: &mut Fields<'_>) {
    let Some(payment) = &benefit.payment else { return };
    let amount = payment.amount.as_ref().and_then(Money::display);
    let kind = payment.kind.as_ref().and_then(CodeableConcept::label);
    let when = payment.date.as_ref().map(|date| date.display());
    let label = if benefit.usage.as_deref() == Some("claim") { "Paid by the insurer" } else { "Worked out" };
    fields.put(label, json::joined(amount.into_iter().chain(kind).chain(when), ", "));
    let change = payment.adjustment.as_ref().and_then(Money::display);
    let why = payment.reason.as_ref().and_then(CodeableConcept::label);
    fields.put("Payment changed by", json::joined(change.into_iter().chain(why), ", "));
}
