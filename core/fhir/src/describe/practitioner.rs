use serde_json::Value as Json;

use super::draft::{Draft, codes};
use super::fields::Fields;
use super::wording::{contacts, label, numbers, readable};
use crate::json;
use crate::lens::{CodeableConcept, ContactPoint, HumanName, Period, Practitioner, Qualification};
use crate::modifiers;

pub(super) fn draft(value: &Json, fields: &mut Fields<'_>) -> Draft {
    let person = Practitioner::read(value);
    fields.told(&[
        "identifier",
        "active",
        "name",
        "telecom",
        "address",
        "gender",
        "birthDate",
        "qualification",
        "communication",
    ]);
    let best = HumanName::best(&person.names);
    fields.each("Name", person.names.iter().map(HumanName::display));
    let left = (person.active == Some(false)).then(|| modifiers::plain("Practitioner.active", Some("false")));
    fields.put("Status", left.clone());
    for one in &person.qualifications {
        let issuer = one.issuer.as_ref().and_then(|issuer| fields.name(issuer));
        fields.put("Learned", qualification(one, issuer));
    }
    contacts(fields, &person.telecom, &person.addresses);
    fields.concepts("Language", &person.languages);
    fields.put("Sex in the records", person.gender.clone());
    fields.time("Date of birth", person.birth_date.as_ref());
    numbers(fields, &person.identifiers);
    let learned = person.qualifications.iter().find_map(|one| label(one.code.as_ref()));
    let contact = || readable(person.telecom.iter().find_map(ContactPoint::display));
    Draft {
        title: readable(best.and_then(HumanName::display))
            .or_else(|| Some("Care giver not named".to_owned())),
        codes: codes(person.qualifications.first().and_then(|one| one.code.as_ref())),
        value: json::joined(left.into_iter().chain(learned.or_else(contact)), "; "),
        ..Draft::default()
    }
}

fn qualification(one: &Qualification, issuer: Option<String>) -> Option<String> {
    let what = one.code.as_ref().and_then(CodeableConcept::label);
    let when = one.period.as_ref().and_then(Period::display);
    json::joined(what.into_iter().chain(issuer).chain(when), ", ")
}
