use serde_json::Value as Json;

use super::draft::Draft;
use super::fields::Fields;
use crate::json;
use crate::lens::{
    Address, CodeableConcept, Contact, ContactPoint, Deceased, HumanName, Identifier, Language, Patient,
    Period,
};
use crate::time::Precision;

pub(super) fn draft(value: &Json, fields: &mut Fields<'_>) -> Draft {
    let patient = Patient::read(value);
    let best = HumanName::best(&patient.names);
    fields.told(&[
        "name",
        "birthDate",
        "gender",
        "deceasedBoolean",
        "deceasedDateTime",
        "telecom",
        "address",
        "identifier",
        "maritalStatus",
        "communication",
        "contact",
        "generalPractitioner",
        "managingOrganization",
        "active",
    ]);
    for name in &patient.names {
        fields.put(&name_label(name, best), name.dated());
    }
    fields.time("Date of birth", patient.birth_date.as_ref());
    fields.put("Sex in the clinic's records", patient.gender.clone());
    fields.put("Died", patient.deceased.as_ref().map(died));
    for point in &patient.telecom {
        fields.put(contact_label(point), point.display());
    }
    fields.each("Address", patient.addresses.iter().map(Address::display));
    fields.each("Number", patient.identifiers.iter().map(Identifier::display));
    fields.concept("Marital status", patient.marital_status.as_ref());
    fields.each("Language", patient.languages.iter().map(language));
    for contact in &patient.contacts {
        let organization = contact.organization.as_ref().and_then(|o| fields.name(o));
        fields.put("Contact person", contact_text(contact, organization));
    }
    fields.references("Own doctor", &patient.general_practitioners);
    fields.reference("Kept by", patient.managing_organization.as_ref());
    fields.yes_no("In use", patient.active);
    Draft {
        title: best.and_then(HumanName::display),
        deceased: patient.deceased.as_ref().and_then(in_words),
        ..Draft::default()
    }
}

/// A telephone number, an e-mail address ... by what it is.
pub(super) fn contact_label(point: &ContactPoint) -> &'static str {
    match point.system.as_deref() {
        Some("phone") => "Phone",
        Some("sms") => "Text messages",
        Some("email") => "E-mail",
        Some("fax") => "Fax",
        Some("pager") => "Pager",
        Some("url") => "Web page",
        _ => "Contact",
    }
}

fn name_label(name: &HumanName, best: Option<&HumanName>) -> String {
    match name.kind.as_deref() {
        _ if best == Some(name) => "Name".to_owned(),
        Some("old" | "maiden") => "Earlier name".to_owned(),
        Some(kind) => format!("Name ({kind})"),
        None => "Other name".to_owned(),
    }
}

fn died(deceased: &Deceased) -> String {
    match deceased {
        Deceased::Stated(true) => "Yes".to_owned(),
        Deceased::Stated(false) => "No".to_owned(),
        Deceased::At(time) => time.display(),
    }
}

fn in_words(deceased: &Deceased) -> Option<String> {
    match deceased {
        Deceased::Stated(true) => Some("died (no date is stated)".to_owned()),
        Deceased::Stated(false) => None,
        Deceased::At(time) if time.precision() >= Some(Precision::Day) => {
            Some(format!("died on {}", time.display()))
        }
        Deceased::At(time) if time.precision().is_some() => Some(format!("died in {}", time.display())),
        Deceased::At(time) => Some(format!("died (date as written: {})", time.text())),
    }
}

fn language(language: &Language) -> Option<String> {
    let name = language.language.as_ref().and_then(CodeableConcept::label)?;
    Some(if language.preferred { format!("{name} (preferred)") } else { name })
}

fn contact_text(contact: &Contact, organization: Option<String>) -> Option<String> {
    let name = contact.name.as_ref().and_then(HumanName::display).or(organization);
    let relationship = json::joined(contact.relationship.iter().filter_map(CodeableConcept::label), ", ");
    let telecom = contact.telecom.iter().filter_map(ContactPoint::display);
    let address = contact.address.as_ref().and_then(Address::display);
    let when = contact.period.as_ref().and_then(Period::display);
    json::joined(name.into_iter().chain(relationship).chain(telecom).chain(address).chain(when), ", ")
}
