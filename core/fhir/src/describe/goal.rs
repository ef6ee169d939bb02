use serde_json::Value as Json;

use super::draft::{Draft, codes, moment, moment_of};
use super::fields::Fields;
use super::tell::title;
use crate::json;
use crate::lens::{Goal, GoalTarget};
use crate::modifiers::Reading;

pub(super) fn draft<'a>(value: &'a Json, reading: &Reading, fields: &mut Fields<'a>) -> Draft {
    let goal = Goal::read(value);
    // Whether it is met, in the words of the table of modifiers.
    let met = reading.notices.iter().find(|notice| notice.element == "Goal.achievementStatus");
    let met = met.map(|notice| notice.text.clone());
    fill(&goal, met.as_ref(), fields);
    let targets = goal.targets.iter().filter_map(GoalTarget::display);
    let what = title(goal.description.as_ref());
    Draft {
        title: Some(what.map_or_else(|| "Goal without a name".to_owned(), |what| format!("Goal: {what}"))),
        codes: codes(goal.description.as_ref()),
        when: moment([moment_of(goal.start.as_ref()), goal.status_date.clone()]),
        value: json::joined(targets.chain(met), "; ").filter(|_| !reading.negated()),
        ..Draft::default()
    }
}

fn fill(goal: &Goal, met: Option<&String>, fields: &mut Fields<'_>) {
    fields.tell_concept("description", "Goal", goal.description.as_ref());
    fields.tell_each("target", "Target", goal.targets.iter().filter_map(GoalTarget::display));
    fields.tell("lifecycleStatus", "Status", goal.lifecycle_status.clone());
    fields.put("Whether it is met", met.cloned());
    fields.tell_concept("achievementStatus", "Progress as stated", goal.achievement.as_ref());
    fields.tell("statusReason", "Why this status", goal.status_reason.clone());
    fields.tell_time("statusDate", "Status since", goal.status_date.as_ref());
    fields.tell_when("start", "Start", goal.start.as_ref());
    fields.tell_concept("priority", "Priority", goal.priority.as_ref());
    fields.tell_many("addresses", "For", &goal.addresses);
    fields.tell_concepts("outcomeCode", "What came of it", &goal.outcomes);
    fields.tell_many("outcomeReference", "What came of it", &goal.outcome_references);
    fields.tell_one("expressedBy", "Set by", goal.expressed_by.as_ref());
    fields.tell_concepts("category", "Kind", &goal.categories);
    fields.tell_notes(&goal.notes);
}
