use serde_json::Value as Json;

use super::absence::{Absence, absences};
use super::coded::CodeableConcept;
use super::person::{Address, ContactPoint, Identifier};
use super::zone;
use crate::json;
use crate::reference::{self, Reference};

/// Location: a place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Location {
    /// Its numbers.
    pub identifiers: Vec<Identifier>,
    /// Status, as it came.
    pub status: Option<String>,
    /// Of a bed or a room: free, being cleaned ...
    pub operational: Option<CodeableConcept>,
    /// Name.
    pub name: Option<String>,
    /// Other names.
    pub aliases: Vec<String>,
    /// What it is, in words.
    pub description: Option<String>,
    /// `instance` for one place, `kind` for a kind of place, as it came.
    pub mode: Option<String>,
    /// What is done there.
    pub kinds: Vec<CodeableConcept>,
    /// Telephone numbers and the like.
    pub telecom: Vec<ContactPoint>,
    /// Address.
    pub addresses: Vec<Address>,
    /// Building, room, bed ...
    pub form: Option<CodeableConcept>,
    /// Where it is on the map.
    pub position: Option<MapPosition>,
    /// Its IANA time zone, as it came.
    pub zone: Option<String>,
    /// Who runs it.
    pub organization: Option<Reference>,
    /// What it is part of.
    pub part_of: Option<Reference>,
    /// When it is open.
    pub hours: Vec<OpenHours>,
    /// When it is not so, in words.
    pub exceptions: Option<String>,
    /// What was left out with a reason.
    pub absent: Vec<Absence>,
}

/// Where a place is on the map.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MapPosition {
    /// Degrees north, with its digits.
    pub latitude: Option<String>,
    /// Degrees east, with its digits.
    pub longitude: Option<String>,
}

/// When a place is open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OpenHours {
    /// `mon`, `tue` ... as they came.
    pub days: Vec<String>,
    /// All day.
    pub all_day: Option<bool>,
    /// From this time of day, as it came.
    pub opens: Option<String>,
    /// To this time of day, as it came.
    pub closes: Option<String>,
}

impl Location {
    /// Reads a Location. Total: what is not there or not usable is empty.
    pub fn read(value: &Json) -> Self {
        Self {
            identifiers: Identifier::members(value),
            status: json::text(value, "status"),
            operational: CodeableConcept::member(value, "operationalStatus"),
            name: json::said(value, "name"),
            aliases: json::texts(value, "alias"),
            description: json::said(value, "description"),
            mode: json::text(value, "mode"),
            kinds: CodeableConcept::members(value, "type"),
            telecom: json::list(value, "telecom").filter_map(ContactPoint::read).collect(),
            addresses: json::list(value, "address").filter_map(Address::read).collect(),
            form: CodeableConcept::member(value, "physicalType"),
            position: value.get("position").filter(|held| held.is_object()).map(MapPosition::read),
            zone: zone::of(value),
            organization: reference::member(value, "managingOrganization"),
            part_of: reference::member(value, "partOf"),
            hours: json::list(value, "hoursOfOperation").map(OpenHours::read).collect(),
            exceptions: json::said(value, "availabilityExceptions"),
            absent: absences(value),
        }
    }
}

impl MapPosition {
    fn read(value: &Json) -> Self {
        Self { latitude: json::text(value, "latitude"), longitude: json::text(value, "longitude") }
    }
}

impl OpenHours {
    fn read(value: &Json) -> Self {
        Self {
            days: json::texts(value, "daysOfWeek"),
            all_day: json::boolean(value, "allDay"),
            opens: json::text(value, "openingTime"),
            closes: json::text(value, "closingTime"),
        }
    }
}
