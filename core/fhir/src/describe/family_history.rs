use serde_json::Value as Json;

use super::draft::{Draft, codes, moment};
use super::fields::Fields;
use super::tell::label;
use crate::json;
use crate::lens::{Annotation, FamilyMemberHistory, RelativeCondition, RelativeDeath};
use crate::modifiers::Reading;

/// The codes are those of the relationship: a condition of a relative must not be found among the patient's.
pub(super) fn draft<'a>(value: &'a Json, reading: &Reading, fields: &mut Fields<'a>) -> Draft {
    let relative = FamilyMemberHistory::read(value);
    fill(&relative, fields);
    let who = label(relative.relationship.as_ref()).or_else(|| relative.name.clone());
    let who = who.unwrap_or_else(|| "relative not named".to_owned());
    let conditions = relative.conditions.iter().filter_map(RelativeCondition::display);
    let absent = || relative.absent_reason.as_ref().map(|why| format!("Not told: {why}"));
    Draft {
        title: Some(format!("Family history: {who}")),
        codes: codes(relative.relationship.as_ref()),
        when: moment([relative.date.clone()]),
        value: json::joined(conditions, "; ").or_else(absent).filter(|_| !reading.negated()),
        ..Draft::default()
    }
}

fn fill(relative: &FamilyMemberHistory, fields: &mut Fields<'_>) {
    fields.tell_concept("relationship", "Relative", relative.relationship.as_ref());
    fields.tell("name", "Name of the relative", relative.name.clone());
    fields.tell_concept("sex", "Sex of the relative", relative.sex.as_ref());
    for condition in &relative.conditions {
        fields.tell("condition", "The relative's condition", condition.display());
        fields.each("Note on this condition", condition.notes.iter().map(Annotation::display).map(Some));
    }
    fields.tell("status", "Status", relative.status.clone());
    fields.tell("dataAbsentReason", "Why not told", relative.absent_reason.clone());
    fields.tell_when("born", "Relative born", relative.born.as_ref());
    fields.tell_choice("age", "Age of the relative", relative.age.clone());
    fields.tell_yes_no("estimatedAge", "Age is a guess", relative.estimated);
    let died = relative.deceased.as_ref().map(|died| match died {
        RelativeDeath::Stated(true) => "Yes".to_owned(),
        RelativeDeath::Stated(false) => "No".to_owned(),
        RelativeDeath::Told(when) => when.clone(),
    });
    fields.tell_choice("deceased", "The relative has died", died);
    fields.tell_time("date", "Told on", relative.date.as_ref());
    fields.tell_concepts("reasonCode", "Why it was asked", &relative.reasons);
    fields.tell_many("reasonReference", "Why it was asked", &relative.reason_references);
    fields.tell_notes(&relative.notes);
}
