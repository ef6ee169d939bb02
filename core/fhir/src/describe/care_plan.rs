use serde_json::Value as Json;

use super::draft::{Draft, codes, moment};
use super::fields::Fields;
use super::tell::label;
use crate::json;
use crate::lens::{
    Annotation, CarePlan, CodeableConcept, PlanActivity, PlanActivityDetail, Quantity, Value, When, labels,
};
use crate::modifiers::{Effect, Notice, Reach, Reading};

pub(super) fn draft<'a>(value: &'a Json, reading: &Reading, fields: &mut Fields<'a>) -> Draft {
    let plan = CarePlan::read(value);
    fill(&plan, reading, fields);
    let addresses = fields.all_called(&plan.addresses);
    let name =
        plan.title.clone().or_else(|| plan.description.clone()).or_else(|| kind(&plan)).or(addresses.clone());
    let told = plan.description.clone().filter(|text| name.as_ref() != Some(text));
    let told = told
        .or_else(|| addresses.filter(|text| name.as_ref() != Some(text)).map(|text| format!("For: {text}")));
    let period = plan.period.as_ref();
    let about = plan.categories.iter().find(|category| category.code().is_some());
    Draft {
        title: Some(name.map_or_else(|| "Care plan".to_owned(), |name| format!("Care plan: {name}"))),
        codes: codes(about),
        when: moment([
            period.and_then(|period| period.start.clone()),
            plan.created.clone(),
            period.and_then(|period| period.end.clone()),
        ]),
        value: told.filter(|_| !reading.negated()),
        ..Draft::default()
    }
}

/// The kind of plan in words; a bare code says nothing to people.
fn kind(plan: &CarePlan) -> Option<String> {
    let worded = |concept: &&CodeableConcept| {
        concept.text.is_some() || concept.codings.iter().any(|coding| coding.display.is_some())
    };
    plan.categories.iter().find(worded).and_then(CodeableConcept::label)
}

fn fill(plan: &CarePlan, reading: &Reading, fields: &mut Fields<'_>) {
    fields.tell("title", "Plan", plan.title.clone());
    fields.tell("description", "What it is", plan.description.clone());
    fields.tell("status", "Status", plan.status.clone());
    fields.tell("intent", "Kind of entry", plan.intent.clone());
    fields.tell_period("period", "When", plan.period.as_ref());
    fields.tell_many("addresses", "For", &plan.addresses);
    fields.tell_many("goal", "Goals", &plan.goals);
    for activity in &plan.activities {
        fields.told(&["activity"]);
        self::activity(activity, reading, fields);
    }
    fields.tell_concepts("category", "Kind", &plan.categories);
    fields.tell_time("created", "Made on", plan.created.as_ref());
    fields.tell_one("author", "Made by", plan.author.as_ref());
    fields.tell_many("contributor", "Helped to make it", &plan.contributors);
    fields.tell_many("careTeam", "Care team", &plan.care_teams);
    fields.tell_notes(&plan.notes);
}

/// Its state comes first: what must not be done is never read as what is to be done, and of one recorded by mistake
/// nothing else is told.
fn activity(activity: &PlanActivity, reading: &Reading, fields: &mut Fields<'_>) {
    let within = format!("CarePlan.{}.detail.", activity.place);
    let mut states: Vec<&Notice> = reading
        .notices
        .iter()
        .filter(|notice| notice.element.starts_with(&within) && is_state(notice))
        .collect();
    states.sort_by_key(|notice| std::cmp::Reverse(notice.effect));
    if let Some(mistake) = states.iter().find(|notice| notice.effect == Effect::Retracted) {
        return fields.put("Activity", Some(mistake.text.clone()));
    }
    // Nothing in order is told beside a prohibition.
    if states.iter().any(|notice| notice.effect == Effect::Negated) {
        states.retain(|notice| notice.effect != Effect::Ok);
    }
    let state = json::joined(states.iter().map(|notice| notice.text.clone()), "; ");
    let state = state.or_else(|| untold(activity.detail.as_ref()?, reading));
    let what = activity.detail.as_ref().map(|detail| what(detail, fields));
    let elsewhere = activity.reference.as_ref().and_then(|reference| fields.name(reference));
    let what = json::joined(what.into_iter().chain(elsewhere), ", ");
    let what = what.unwrap_or_else(|| "without a name".to_owned());
    fields.put(
        "Activity",
        Some(match state {
            Some(state) => format!("{state}: {what}"),
            None => what,
        }),
    );
    let outcomes = labels(&activity.outcomes).into_iter();
    let outcomes = outcomes.chain(activity.outcome_references.iter().filter_map(|r| fields.name(r)));
    fields.put("What came of it", json::joined(outcomes, ", "));
    fields.each("How it goes", activity.progress.iter().map(Annotation::display).map(Some));
}

fn is_state(notice: &Notice) -> bool {
    notice.element.ends_with(".status") || notice.element.ends_with(".doNotPerform")
}

/// Of a withdrawn plan, whose reading has no words for what is in order, the state of the whole; else that of the
/// activity by the table, as a reading keeps a limited number of notices.
fn untold(detail: &PlanActivityDetail, reading: &Reading) -> Option<String> {
    if let Some(notice) =
        reading.notices.iter().find(|n| n.effect == Effect::Negated && n.reach == Reach::Whole)
    {
        return Some(notice.text.clone());
    }
    let forbidden = (detail.do_not_perform == Some(true))
        .then(|| crate::modifiers::plain("CarePlan.activity.detail.doNotPerform", Some("true")));
    let status = crate::modifiers::plain("CarePlan.activity.detail.status", detail.status.as_deref());
    json::joined(forbidden.into_iter().chain([status]), "; ")
}

fn what(detail: &PlanActivityDetail, fields: &Fields<'_>) -> String {
    let mut parts: Vec<String> = label(detail.code.as_ref()).into_iter().collect();
    parts.extend(detail.product.as_ref().and_then(|product| match product {
        Value::Reference(reference) => fields.name(reference),
        other => other.display(),
    }));
    parts.extend(detail.description.clone());
    parts.extend(detail.quantity.as_ref().and_then(Quantity::display));
    parts.extend(detail.daily.as_ref().and_then(Quantity::display).map(|amount| format!("{amount} a day")));
    parts.extend(detail.scheduled.as_ref().and_then(When::display));
    parts.extend(detail.performers.iter().filter_map(|who| fields.name(who)).map(|who| format!("by {who}")));
    parts.extend(
        detail.location.as_ref().and_then(|place| fields.name(place)).map(|place| format!("at {place}")),
    );
    let reasons = labels(&detail.reasons).into_iter();
    let reasons = reasons.chain(detail.reason_references.iter().filter_map(|r| fields.name(r)));
    parts.extend(json::joined(reasons, ", ").map(|why| format!("reason: {why}")));
    parts.extend(label(detail.status_reason.as_ref()).map(|why| format!("why this state: {why}")));
    let goals = detail.goals.iter().filter_map(|goal| fields.name(goal));
    parts.extend(json::joined(goals, ", ").map(|goals| format!("goal: {goals}")));
    if parts.is_empty() {
        parts.extend(detail.kind.clone());
    }
    json::joined(parts, ", ").unwrap_or_else(|| "without a name".to_owned())
}
