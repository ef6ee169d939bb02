use serde_json::Value as Json;

use super::draft::{Draft, codes, moment};
use super::fields::Fields;
use super::wording::{all, contacts, numbers, readable};
use crate::json;
use crate::lens::{CodeableConcept, HumanName, Period, RelatedPerson, RelativeLanguage};
use crate::modifiers;

pub(super) fn draft(value: &Json, fields: &mut Fields<'_>) -> Draft {
    let person = RelatedPerson::read(value);
    fields.told(&[
        "identifier",
        "active",
        "patient",
        "relationship",
        "name",
        "telecom",
        "gender",
        "birthDate",
        "address",
        "period",
        "communication",
    ]);
    let left =
        (person.active == Some(false)).then(|| modifiers::plain("RelatedPerson.active", Some("false")));
    let span = person.period.as_ref().and_then(Period::display);
    fields.each("Name", person.names.iter().map(HumanName::display));
    fields.concepts("Is to the patient", &person.relationships);
    fields.reference("The patient", person.patient.as_ref());
    fields.put("Status", left.clone());
    fields.put("When", span.clone());
    contacts(fields, &person.telecom, &person.addresses);
    fields.each("Language", person.languages.iter().map(language));
    fields.put("Sex in the records", person.gender.clone());
    fields.time("Date of birth", person.birth_date.as_ref());
    numbers(fields, &person.identifiers);
    let name = readable(HumanName::best(&person.names).and_then(HumanName::display));
    let relation = all(&person.relationships);
    let title = name.or_else(|| relation.clone());
    let relation = relation.filter(|text| Some(text) != title.as_ref());
    let start = person.period.as_ref().map(|span| span.start.clone().or_else(|| span.end.clone()));
    Draft {
        title: title.or_else(|| Some("Related person, not named".to_owned())),
        codes: codes(person.relationships.first()),
        when: moment([start.flatten()]),
        value: json::joined(left.into_iter().chain(relation).chain(span), "; "),
        ..Draft::default()
    }
}

fn language(language: &RelativeLanguage) -> Option<String> {
    let name = language.language.as_ref().and_then(CodeableConcept::label)?;
    Some(if language.preferred == Some(true) { format!("{name} (preferred)") } else { name })
}
