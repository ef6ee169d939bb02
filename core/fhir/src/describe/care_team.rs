use serde_json::Value as Json;

use super::draft::{Draft, codes, moment};
use super::fields::Fields;
use crate::lens::{CareTeam, CodeableConcept, ContactPoint, labels};
use crate::modifiers::Reading;

pub(super) fn draft<'a>(value: &'a Json, reading: &Reading, fields: &mut Fields<'a>) -> Draft {
    let team = CareTeam::read(value);
    fill(&team, fields);
    let reasons = labels(&team.reasons).or_else(|| fields.all_called(&team.reason_references));
    let name = team.name.clone().or_else(|| team.categories.iter().find_map(CodeableConcept::label));
    let period = team.period.as_ref();
    Draft {
        title: Some(name.map_or_else(|| "Care team".to_owned(), |name| format!("Care team: {name}"))),
        codes: codes(team.categories.iter().find(|category| category.code().is_some())),
        when: period.and_then(|period| moment([period.start.clone(), period.end.clone()])),
        value: reasons.map(|reasons| format!("For: {reasons}")).filter(|_| !reading.negated()),
        ..Draft::default()
    }
}

fn fill(team: &CareTeam, fields: &mut Fields<'_>) {
    fields.tell("name", "Team", team.name.clone());
    fields.tell("status", "Status", team.status.clone());
    fields.tell_involved("participant", "Member", &team.members);
    fields.tell_period("period", "When", team.period.as_ref());
    fields.tell_concepts("reasonCode", "For", &team.reasons);
    fields.tell_many("reasonReference", "For", &team.reason_references);
    fields.tell_many("managingOrganization", "Run by", &team.organizations);
    fields.tell_each("telecom", "Contact", team.contacts.iter().filter_map(ContactPoint::display));
    fields.tell_concepts("category", "Kind", &team.categories);
    fields.tell_notes(&team.notes);
}
