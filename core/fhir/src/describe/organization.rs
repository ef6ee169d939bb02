use serde_json::Value as Json;

use super::draft::{Draft, codes};
use super::fields::Fields;
use super::wording::{all, contacts, label, numbers, readable};
use crate::json;
use crate::lens::{Address, ContactPoint, HumanName, Organization, OrganizationContact};
use crate::modifiers;

pub(super) fn draft(value: &Json, fields: &mut Fields<'_>) -> Draft {
    let house = Organization::read(value);
    fields.told(&[
        "identifier",
        "active",
        "type",
        "name",
        "alias",
        "telecom",
        "address",
        "partOf",
        "contact",
    ]);
    let closed =
        (house.active == Some(false)).then(|| modifiers::plain("Organization.active", Some("false")));
    fields.put("Name", house.name.clone());
    fields.put("Also called", json::joined(house.aliases.clone(), ", "));
    fields.concepts("Kind", &house.kinds);
    fields.put("Status", closed.clone());
    contacts(fields, &house.telecom, &house.addresses);
    fields.reference("Part of", house.part_of.as_ref());
    fields.each("Whom to ask", house.contacts.iter().map(contact));
    numbers(fields, &house.identifiers);
    let title = readable(house.name.clone())
        .or_else(|| readable(house.aliases.first().cloned()))
        .or_else(|| all(&house.kinds));
    let kind = all(&house.kinds).filter(|kind| Some(kind) != title.as_ref());
    let call = || readable(house.telecom.iter().find_map(ContactPoint::display));
    Draft {
        title: title.or_else(|| Some("Organization not named".to_owned())),
        codes: codes(house.kinds.first()),
        value: json::joined(closed.into_iter().chain(kind.or_else(call)), "; "),
        ..Draft::default()
    }
}

fn contact(contact: &OrganizationContact) -> Option<String> {
    let purpose = label(contact.purpose.as_ref());
    let who = HumanName::best(&contact.names).and_then(HumanName::display);
    let telecom = contact.telecom.iter().filter_map(ContactPoint::display);
    let address = contact.addresses.iter().filter_map(Address::display);
    json::joined(purpose.into_iter().chain(who).chain(telecom).chain(address), ", ")
}
