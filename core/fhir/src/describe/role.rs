use serde_json::Value as Json;

use super::draft::{Draft, codes, moment};
use super::fields::Fields;
use super::wording::{all, called, contacts, hours, numbers};
use crate::json;
use crate::lens::{Period, PractitionerRole};
use crate::modifiers;

pub(super) fn draft(value: &Json, fields: &mut Fields<'_>) -> Draft {
    let role = PractitionerRole::read(value);
    let left =
        (role.active == Some(false)).then(|| modifiers::plain("PractitionerRole.active", Some("false")));
    fill(&role, left.as_ref(), fields);
    let who = called(fields, role.practitioner.as_ref());
    let house = called(fields, role.organization.as_ref());
    let field = all(&role.specialties).or_else(|| all(&role.codes));
    let title = who.or_else(|| all(&role.codes)).or_else(|| field.clone()).or_else(|| house.clone());
    let told = |text: &String| Some(text) != title.as_ref();
    let value = left.into_iter().chain(field.filter(told)).chain(house.filter(told));
    let value = json::joined(value, "; ");
    let start = role.period.as_ref().map(|span| span.start.clone().or_else(|| span.end.clone()));
    Draft {
        title: title.or_else(|| Some("Care giver not named".to_owned())),
        codes: codes(role.codes.first().or(role.specialties.first())),
        when: moment([start.flatten()]),
        value,
        ..Draft::default()
    }
}

fn fill(role: &PractitionerRole, left: Option<&String>, fields: &mut Fields<'_>) {
    fields.told(&[
        "identifier",
        "active",
        "period",
        "practitioner",
        "organization",
        "code",
        "specialty",
        "location",
        "healthcareService",
        "telecom",
        "availableTime",
        "notAvailable",
        "availabilityExceptions",
    ]);
    fields.reference("Who", role.practitioner.as_ref());
    fields.concepts("Does", &role.codes);
    fields.concepts("Field of care", &role.specialties);
    fields.reference("For", role.organization.as_ref());
    fields.references("Place", &role.locations);
    fields.references("Service", &role.services);
    fields.put("Status", left.cloned());
    fields.put("When", role.period.as_ref().and_then(Period::display));
    contacts(fields, &role.telecom, &[]);
    for open in &role.available {
        fields.put("There", hours(&open.days, open.all_day, open.opens.as_ref(), open.closes.as_ref()));
    }
    for away in &role.away {
        let during = away.during.as_ref().and_then(Period::display);
        fields.put("Not there", json::joined(away.reason.clone().into_iter().chain(during), ", "));
    }
    fields.put("Other times", role.exceptions.clone());
    numbers(fields, &role.identifiers);
}
