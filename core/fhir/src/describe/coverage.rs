use serde_json::Value as Json;

use super::draft::{Draft, codes, moment};
use super::fields::Fields;
use super::wording::{called_all, label, numbers, readable, state, titled};
use crate::json;
use crate::lens::{CodeableConcept, Coverage, CoverageClass, CoverageCost, Money, Period, Quantity};

pub(super) fn draft(value: &Json, fields: &mut Fields<'_>) -> Draft {
    let cover = Coverage::read(value);
    let status = state("Coverage.status", cover.status.as_ref());
    fill(&cover, &status, fields);
    let class = |named: fn(&CoverageClass) -> Option<String>| readable(cover.classes.iter().find_map(named));
    let payor = called_all(fields, &cover.payors);
    let plan = class(|class| class.name.clone()).or_else(|| label(cover.kind.as_ref()));
    let span = cover.period.as_ref().and_then(Period::display);
    let start = cover.period.as_ref().map(|span| span.start.clone().or_else(|| span.end.clone()));
    let named = plan.or_else(|| payor.clone()).or_else(|| class(|class| class.value.clone()));
    let payor = payor.filter(|payor| named.as_ref() != Some(payor));
    Draft {
        title: titled("Insurance", named),
        codes: codes(cover.kind.as_ref()),
        when: moment([start.flatten()]),
        value: json::joined(payor.into_iter().chain([status]).chain(span), "; "),
        ..Draft::default()
    }
}

fn fill(cover: &Coverage, status: &str, fields: &mut Fields<'_>) {
    fields.told(&[
        "identifier",
        "status",
        "type",
        "policyHolder",
        "subscriber",
        "subscriberId",
        "dependent",
        "relationship",
        "period",
        "payor",
        "class",
        "order",
        "network",
        "costToBeneficiary",
        "subrogation",
        "contract",
    ]);
    fields.references("Who pays", &cover.payors);
    fields.concept("Kind of plan", cover.kind.as_ref());
    fields.put("Status", Some(status.to_owned()));
    let dates = cover.period.as_ref().and_then(Period::display);
    fields.put("In force", dates.or_else(|| Some("dates not stated".to_owned())));
    for class in &cover.classes {
        let name = class.kind.as_ref().and_then(CodeableConcept::label);
        let text = json::joined(class.name.clone().into_iter().chain(class.value.clone()), ", ");
        fields.put(&name.map_or_else(|| "Plan".to_owned(), |name| format!("Plan ({name})")), text);
    }
    fields.put("Member number", cover.subscriber_id.clone());
    fields.reference("Signed up by", cover.subscriber.as_ref());
    fields.reference("Policy held by", cover.policy_holder.as_ref());
    fields.concept("Relation to the member", cover.relationship.as_ref());
    fields.put("Dependent number", cover.dependent.clone());
    fields.each("You pay", cover.costs.iter().map(cost));
    fields.put("Asked in turn as number", cover.order.clone());
    fields.put("Network", cover.network.clone());
    fields.yes_no("May be asked back from others", cover.subrogation);
    fields.references("Papers", &cover.contracts);
    numbers(fields, &cover.identifiers);
}

fn cost(cost: &CoverageCost) -> Option<String> {
    let kind = cost.kind.as_ref().and_then(CodeableConcept::label);
    let much = cost.money.as_ref().and_then(Money::display);
    let much = much.or_else(|| cost.quantity.as_ref().and_then(Quantity::display));
    let except = cost.exceptions.iter().filter_map(|except| {
        let why = except.kind.as_ref().and_then(CodeableConcept::label);
        let when = except.period.as_ref().and_then(Period::display);
        json::joined(why.into_iter().chain(when), ", ").map(|text| format!("but not: {text}"))
    });
    json::joined(kind.into_iter().chain(much).chain(except), ", ")
}
