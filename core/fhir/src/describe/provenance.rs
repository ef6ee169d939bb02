use serde_json::Value as Json;

use super::draft::{Draft, codes, moment, moment_of};
use super::fields::Fields;
use super::wording::{all, called, label, titled};
use crate::json;
use crate::lens::{CodeableConcept, Provenance, ProvenanceEntity};

/// Lines for what it speaks of; the rest is counted.
const MOST: usize = 25;

pub(super) fn draft(value: &Json, fields: &mut Fields<'_>) -> Draft {
    let origin = Provenance::read(value);
    fill(&origin, fields);
    let who = origin.agents.iter().find_map(|agent| called(fields, agent.who.as_ref()));
    let house = origin.agents.iter().find_map(|agent| called(fields, agent.on_behalf_of.as_ref()));
    let done = label(origin.activity.as_ref());
    let title = done.or_else(|| who.clone()).or_else(|| house.clone());
    let by = who.or(house).filter(|by| Some(by) != title.as_ref());
    Draft {
        title: titled("Where entries came from", title),
        codes: codes(origin.activity.as_ref()),
        when: moment([moment_of(origin.occurred.as_ref()), origin.recorded.clone()]),
        value: by,
        ..Draft::default()
    }
}

fn fill(origin: &Provenance, fields: &mut Fields<'_>) {
    fields.told(&[
        "target",
        "occurredDateTime",
        "occurredPeriod",
        "recorded",
        "policy",
        "location",
        "reason",
        "activity",
        "agent",
        "entity",
        "signature",
    ]);
    fields.concept("What was done", origin.activity.as_ref());
    for agent in origin.agents.iter().take(MOST) {
        let who = agent.who.as_ref().and_then(|who| fields.name(who));
        let role = agent.kind.as_ref().and_then(CodeableConcept::label).or_else(|| all(&agent.roles));
        let house = agent.on_behalf_of.as_ref().and_then(|house| fields.name(house));
        let house = house.map(|house| format!("for {house}"));
        fields.put("By", json::joined(who.into_iter().chain(role).chain(house), ", "));
    }
    fields.when("When", origin.occurred.as_ref());
    fields.time("Written down", origin.recorded.as_ref());
    for target in origin.targets.iter().take(MOST) {
        fields.reference("Speaks of", Some(target));
    }
    let more = origin.targets.len().saturating_sub(MOST);
    fields.put("Speaks of", (more > 0).then(|| format!("{more} more in the full record")));
    for entity in origin.entities.iter().take(MOST) {
        fields.reference(entity_label(entity), entity.what.as_ref());
    }
    fields.concepts("Reason", &origin.reasons);
    fields.reference("Place", origin.location.as_ref());
    fields.each("Policy", origin.policies.iter().cloned().map(Some));
    for signature in origin.signatures.iter().take(MOST) {
        let who = signature.who.as_ref().and_then(|who| fields.name(who));
        let when = signature.when.as_ref().map(|when| when.display());
        let told = json::joined(who.into_iter().chain(when), ", ");
        fields.put("Signature, not checked", told.or_else(|| Some("by someone not named".to_owned())));
    }
}

fn entity_label(entity: &ProvenanceEntity) -> &'static str {
    match entity.role.as_deref() {
        Some("revision") => "Changed from",
        Some("quotation") => "Quoted from",
        Some("removal") => "Removed",
        _ => "Made from",
    }
}
