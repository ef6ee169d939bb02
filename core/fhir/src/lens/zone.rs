//! The time zone that an entry names for itself.

use serde_json::Value as Json;

use crate::json;

/// IANA zone of a place or an appointment (HL7 extension `timezone`, on Location, Appointment and others).
const TIMEZONE: &str = "http://hl7.org/fhir/StructureDefinition/timezone";
/// IANA zone of one moment (HL7 extension `tz-code`, on a date or time).
const TZ_CODE: &str = "http://hl7.org/fhir/StructureDefinition/tz-code";

/// The zone as it came, of an entry as a whole.
pub(super) fn of(value: &Json) -> Option<String> {
    named(value, TIMEZONE)
}

/// The zone as it came, of the entry's member `key`.
pub(super) fn of_time(value: &Json, key: &str) -> Option<String> {
    let beside = value.get(format!("_{key}"))?;
    named(beside, TZ_CODE).or_else(|| named(beside, TIMEZONE))
}

fn named(value: &Json, url: &str) -> Option<String> {
    let found =
        json::list(value, "extension").find(|held| json::text(held, "url").as_deref() == Some(url))?;
    json::choice(found, "value").and_then(|(_, zone)| json::primitive(zone))
}
