use serde_json::Value as Json;

use super::draft::{Draft, codes};
use super::fields::Fields;
use super::tell::title;
use crate::json;
use crate::lens::{Device, Udi};
use crate::modifiers::Reading;

/// When it was made is no moment of the patient's: it has none.
pub(super) fn draft<'a>(value: &'a Json, reading: &Reading, fields: &mut Fields<'a>) -> Draft {
    let device = Device::read(value);
    fill(&device, fields);
    let model = device.model.as_ref().map(|model| format!("model {model}"));
    let serial = device.serial.as_ref().map(|serial| format!("serial number {serial}"));
    let distinct = device.distinct_identifier.as_ref().map(|number| format!("number {number}"));
    let named = device.name().map(str::to_owned).or_else(|| title(device.kind.as_ref()));
    let told_model = model.clone().filter(|_| named.is_some());
    let told = device.manufacturer.clone().into_iter().chain(told_model).chain(serial.or(distinct));
    Draft {
        title: named
            .or_else(|| model.map(|model| format!("Device, {model}")))
            .or_else(|| Some("Device without a name".to_owned())),
        codes: codes(device.kind.as_ref()),
        value: json::joined(told, ", ").filter(|_| !reading.negated()),
        ..Draft::default()
    }
}

fn fill(device: &Device, fields: &mut Fields<'_>) {
    fields.tell_each("deviceName", "Name", device.names.iter().filter_map(|name| name.name.clone()));
    fields.tell_concept("type", "Device", device.kind.as_ref());
    fields.tell("status", "Status", device.status.clone());
    fields.tell_concepts("statusReason", "Why this status", &device.status_reasons);
    fields.tell_concepts("safety", "Safety", &device.safety);
    fields.tell("manufacturer", "Made by", device.manufacturer.clone());
    fields.tell("modelNumber", "Model", device.model.clone());
    fields.tell("partNumber", "Part number", device.part.clone());
    fields.tell("serialNumber", "Serial number", device.serial.clone());
    fields.tell("lotNumber", "Lot", device.lot.clone());
    fields.tell("distinctIdentifier", "Number", device.distinct_identifier.clone());
    fields.tell_each("udiCarrier", "Device number (UDI)", device.udis.iter().filter_map(Udi::display));
    fields.tell_time("manufactureDate", "Made on", device.manufactured.as_ref());
    fields.tell_time("expirationDate", "Use by", device.expiration.as_ref());
    fields.tell_each("version", "Version", device.versions.iter().cloned());
    fields.tell_one("owner", "Owner", device.owner.as_ref());
    fields.tell_one("location", "Place", device.location.as_ref());
    fields.tell_notes(&device.notes);
}
