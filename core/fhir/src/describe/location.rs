use serde_json::Value as Json;

use super::draft::{Draft, codes};
use super::fields::Fields;
use super::wording::{all, contacts, hours, label, numbers, readable, state};
use crate::json;
use crate::lens::{Address, ContactPoint, Location};

pub(super) fn draft(value: &Json, fields: &mut Fields<'_>) -> Draft {
    let place = Location::read(value);
    let status = place.status.as_ref().map(|status| state("Location.status", Some(status)));
    fill(&place, status.as_ref(), fields);
    let title = readable(place.name.clone())
        .or_else(|| readable(place.aliases.first().cloned()))
        .or_else(|| readable(place.description.clone()))
        .or_else(|| all(&place.kinds))
        .or_else(|| label(place.form.as_ref()));
    let closed = status.filter(|_| place.status.as_deref() != Some("active"));
    let address = readable(place.addresses.iter().find_map(Address::display));
    let call = || readable(place.telecom.iter().find_map(ContactPoint::display));
    Draft {
        title: title.or_else(|| Some("Place not named".to_owned())),
        codes: codes(place.kinds.first().or(place.form.as_ref())),
        value: json::joined(closed.into_iter().chain(address.or_else(call)), "; "),
        ..Draft::default()
    }
}

fn fill(place: &Location, status: Option<&String>, fields: &mut Fields<'_>) {
    fields.told(&[
        "identifier",
        "status",
        "operationalStatus",
        "name",
        "alias",
        "description",
        "mode",
        "type",
        "telecom",
        "address",
        "physicalType",
        "position",
        "managingOrganization",
        "partOf",
        "hoursOfOperation",
        "availabilityExceptions",
    ]);
    fields.put("Name", place.name.clone());
    fields.put("Also called", json::joined(place.aliases.clone(), ", "));
    fields.put("About", place.description.clone());
    fields.put("Status", status.cloned());
    fields.concept("State", place.operational.as_ref());
    let kind = (place.mode.as_deref() == Some("kind")).then(|| "a kind of place, not one place".to_owned());
    fields.put("Stands for", kind);
    fields.concepts("Kind", &place.kinds);
    fields.concept("Form", place.form.as_ref());
    contacts(fields, &place.telecom, &place.addresses);
    fields.reference("Run by", place.organization.as_ref());
    fields.reference("Part of", place.part_of.as_ref());
    for open in &place.hours {
        fields.put("Open", hours(&open.days, open.all_day, open.opens.as_ref(), open.closes.as_ref()));
    }
    fields.put("Other times", place.exceptions.clone());
    if let Some(position) = &place.position {
        let north = position.latitude.as_ref().map(|degrees| format!("latitude {degrees}"));
        let east = position.longitude.as_ref().map(|degrees| format!("longitude {degrees}"));
        fields.put("On the map", json::joined(north.into_iter().chain(east), ", "));
    }
    numbers(fields, &place.identifiers);
}
