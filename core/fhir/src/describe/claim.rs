use serde_json::Value as Json;

use super::draft::{Draft, codes, moment};
use super::fields::Fields;
use super::wording::{label, numbers, state, titled, unless};
use crate::json;
use crate::lens::{
    Adjudication, Claim, ClaimDiagnosis, ClaimInsurance, ClaimItem, ClaimMember, ClaimPayee, ClaimProcedure,
    CodeableConcept, Money, Period, Quantity, SupportingInfo, Value, When,
};
use crate::time::FhirTime;

/// Elements that a claim and an explanation of benefits have alike, and that are told alike.
pub(super) const SHARED: [&str; 20] = [
    "identifier",
    "status",
    "type",
    "subType",
    "use",
    "billablePeriod",
    "created",
    "insurer",
    "provider",
    "prescription",
    "payee",
    "referral",
    "facility",
    "careTeam",
    "supportingInfo",
    "diagnosis",
    "procedure",
    "insurance",
    "item",
    "total",
];

pub(super) fn draft(value: &Json, fields: &mut Fields<'_>) -> Draft {
    let claim = Claim::read(value);
    fill(&claim, fields);
    let kind = match claim.usage.as_deref() {
        Some("preauthorization") => "Request for approval",
        Some("predetermination") => "Request for an estimate",
        _ => "Claim",
    };
    let total = claim.total.as_ref().and_then(Money::display);
    let total = total.map(|total| format!("{total} asked of the insurer"));
    let status = unless("active", "Claim.status", claim.status.as_ref());
    Draft {
        title: titled(kind, label(claim.kind.as_ref()).or_else(|| label(claim.sub_type.as_ref()))),
        codes: codes(claim.kind.as_ref()),
        when: moment([start(claim.billable.as_ref()), claim.created.clone()]),
        value: json::joined(status.into_iter().chain(total), "; "),
        ..Draft::default()
    }
}

/// The start of a span, else its end.
pub(super) fn start(period: Option<&Period>) -> Option<FhirTime> {
    period.and_then(|period| period.start.clone().or_else(|| period.end.clone()))
}

fn fill(claim: &Claim, fields: &mut Fields<'_>) {
    fields.told(&SHARED);
    fields.told(&["enterer", "priority"]);
    fields.concept("Kind", claim.kind.as_ref());
    fields.concept("Finer kind", claim.sub_type.as_ref());
    fields.put("For what", Some(state("Claim.use", claim.usage.as_ref())));
    fields.put("Status", Some(state("Claim.status", claim.status.as_ref())));
    fields.put("Asked of the insurer in all", claim.total.as_ref().and_then(Money::display));
    fields.put("Time of care", claim.billable.as_ref().and_then(Period::display));
    fields.each("Line", claim.items.iter().map(item));
    fields.reference("Asked by", claim.provider.as_ref());
    fields.reference("Insurer", claim.insurer.as_ref());
    insurance(&claim.insurance, fields);
    payee(claim.payee.as_ref(), fields);
    fields.reference("Place", claim.facility.as_ref());
    team(&claim.team, fields);
    diagnoses(&claim.diagnoses, fields);
    procedures(&claim.procedures, fields);
    information(&claim.information, fields);
    fields.reference("Prescription", claim.prescription.as_ref());
    fields.reference("Referral", claim.referral.as_ref());
    fields.concept("How soon", claim.priority.as_ref());
    fields.reference("Entered by", claim.enterer.as_ref());
    fields.time("Written", claim.created.as_ref());
    numbers(fields, &claim.identifiers);
}

/// `Simvastatin, 2 tablets, 5 January 2024, 129.10 USD`, and what the insurer worked out for it.
pub(super) fn item(item: &ClaimItem) -> Option<String> {
    let what = item.what.as_ref().or(item.category.as_ref()).and_then(CodeableConcept::label);
    let what = what.or_else(|| item.sequence.as_ref().map(|number| format!("number {number}")));
    let many = item.quantity.as_ref().and_then(Quantity::display).map(|many| format!("{many} times"));
    let when = item.serviced.as_ref().and_then(When::display);
    let each = item.unit_price.as_ref().and_then(Money::display).map(|price| format!("{price} each"));
    let net = item.net.as_ref().and_then(Money::display);
    let marks = item.modifiers.iter().filter_map(CodeableConcept::label).map(|mark| format!("marked {mark}"));
    let worked = item.adjudication.iter().filter_map(adjudication);
    let parts = what.into_iter().chain(marks).chain(many).chain(when).chain(each).chain(net).chain(worked);
    json::joined(parts, ", ")
}

/// `Paid: 55.50 USD (reason)`.
pub(super) fn adjudication(one: &Adjudication) -> Option<String> {
    let amount = one.amount.as_ref().and_then(Money::display).or_else(|| one.value.clone());
    let reason = one.reason.as_ref().and_then(CodeableConcept::label).map(|why| format!("({why})"));
    let amount = json::joined(amount.into_iter().chain(reason), " ")?;
    let category = one.category.as_ref().and_then(CodeableConcept::label);
    Some(format!("{}: {amount}", category.unwrap_or_else(|| "Amount of a kind not stated".to_owned())))
}

pub(super) fn insurance(all: &[ClaimInsurance], fields: &mut Fields<'_>) {
    for one in all {
        let name = one.coverage.as_ref().and_then(|cover| fields.name(cover));
        let label = if one.focal == Some(false) { "Other insurance" } else { "Insurance" };
        fields.put(label, name);
    }
}

pub(super) fn payee(payee: Option<&ClaimPayee>, fields: &mut Fields<'_>) {
    let Some(payee) = payee else { return };
    let who = payee.party.as_ref().and_then(|party| fields.name(party));
    fields.put("To be paid", who.or_else(|| payee.kind.as_ref().and_then(CodeableConcept::label)));
}

pub(super) fn team(team: &[ClaimMember], fields: &mut Fields<'_>) {
    for member in team {
        let who = member.provider.as_ref().and_then(|who| fields.name(who));
        let role = member.role.as_ref().or(member.qualification.as_ref()).and_then(CodeableConcept::label);
        fields.put("Care by", json::joined(who.into_iter().chain(role), ", "));
    }
}

pub(super) fn diagnoses(all: &[ClaimDiagnosis], fields: &mut Fields<'_>) {
    for one in all {
        let held = one.reference.as_ref().and_then(|entry| fields.name(entry));
        let name = one.concept.as_ref().and_then(CodeableConcept::label).or(held);
        let kinds = json::joined(one.kinds.iter().filter_map(CodeableConcept::label), ", ");
        fields.put("Diagnosis given to the insurer", json::joined(name.into_iter().chain(kinds), ", "));
    }
}

pub(super) fn procedures(all: &[ClaimProcedure], fields: &mut Fields<'_>) {
    for one in all {
        let held = one.reference.as_ref().and_then(|entry| fields.name(entry));
        let name = one.concept.as_ref().and_then(CodeableConcept::label).or(held);
        let when = one.date.as_ref().map(FhirTime::display);
        fields.put("Procedure given to the insurer", json::joined(name.into_iter().chain(when), ", "));
    }
}

pub(super) fn information(all: &[SupportingInfo], fields: &mut Fields<'_>) {
    for one in all {
        let category = one.category.as_ref().and_then(CodeableConcept::label);
        let code = one.code.as_ref().and_then(CodeableConcept::label);
        let value = one.value.as_ref().and_then(Value::display);
        let when = one.timing.as_ref().and_then(When::display);
        fields
            .put("Goes with", json::joined(category.into_iter().chain(code).chain(value).chain(when), ", "));
    }
}
