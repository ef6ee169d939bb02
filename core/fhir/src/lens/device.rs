use serde_json::Value as Json;

use super::absence::{Absence, absences};
use super::coded::CodeableConcept;
use super::spans::Annotation;
use crate::json;
use crate::reference::{self, Reference};
use crate::time::FhirTime;

/// Device: an implant, a machine, a program.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Device {
    /// What it is called.
    pub names: Vec<DeviceName>,
    /// What it is.
    pub kind: Option<CodeableConcept>,
    /// Status, as it came.
    pub status: Option<String>,
    /// Why it has that status.
    pub status_reasons: Vec<CodeableConcept>,
    /// Its numbers by the rules of Unique Device Identification.
    pub udis: Vec<Udi>,
    /// The number that tells it from others of its kind.
    pub distinct_identifier: Option<String>,
    /// Who makes it.
    pub manufacturer: Option<String>,
    /// When it was made.
    pub manufactured: Option<FhirTime>,
    /// Use by.
    pub expiration: Option<FhirTime>,
    /// Lot number.
    pub lot: Option<String>,
    /// Serial number.
    pub serial: Option<String>,
    /// Model number.
    pub model: Option<String>,
    /// Part number.
    pub part: Option<String>,
    /// Versions, each with its kind.
    pub versions: Vec<String>,
    /// What to heed, as for magnetic resonance imaging.
    pub safety: Vec<CodeableConcept>,
    /// In or on whom.
    pub patient: Option<Reference>,
    /// Whose it is.
    pub owner: Option<Reference>,
    /// Where it is.
    pub location: Option<Reference>,
    /// Notes.
    pub notes: Vec<Annotation>,
    /// What was left out with a reason.
    pub absent: Vec<Absence>,
}

/// One name of a Device.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeviceName {
    /// The name.
    pub name: Option<String>,
    /// What kind of name (R4 `device-nametype`), as it came.
    pub kind: Option<String>,
}

/// A number by the rules of Unique Device Identification.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Udi {
    /// The part that names the model.
    pub device: Option<String>,
    /// The whole as it is printed.
    pub printed: Option<String>,
}

impl Device {
    /// Reads a Device. Total: what is not there or not usable is empty.
    pub fn read(value: &Json) -> Self {
        Self {
            names: json::list(value, "deviceName").filter_map(DeviceName::read).collect(),
            kind: CodeableConcept::member(value, "type"),
            status: json::text(value, "status"),
            status_reasons: CodeableConcept::members(value, "statusReason"),
            udis: json::list(value, "udiCarrier").filter_map(Udi::read).collect(),
            distinct_identifier: json::text(value, "distinctIdentifier"),
            manufacturer: json::said(value, "manufacturer"),
            manufactured: json::time(value, "manufactureDate"),
            expiration: json::time(value, "expirationDate"),
            lot: json::text(value, "lotNumber"),
            serial: json::text(value, "serialNumber"),
            model: json::text(value, "modelNumber"),
            part: json::text(value, "partNumber"),
            versions: json::list(value, "version").filter_map(version).collect(),
            safety: CodeableConcept::members(value, "safety"),
            patient: reference::member(value, "patient"),
            owner: reference::member(value, "owner"),
            location: reference::member(value, "location"),
            notes: Annotation::members(value),
            absent: absences(value),
        }
    }

    /// The name for people: one made for them, else one of the maker.
    pub fn name(&self) -> Option<&str> {
        let named = self.names.iter().filter(|name| name.name.is_some());
        let best = named.min_by_key(|name| match name.kind.as_deref() {
            Some("user-friendly-name") => 0,
            Some("patient-reported-name") => 1,
            Some("udi-label-name") => 2,
            Some("manufacturer-name") => 3,
            Some("model-name") => 5,
            _ => 4,
        });
        best?.name.as_deref()
    }
}

fn version(value: &Json) -> Option<String> {
    let kind = CodeableConcept::member(value, "type").and_then(|kind| kind.label());
    let number = json::text(value, "value").or_else(|| json::primitive(value))?;
    json::joined(kind.into_iter().chain([number]), " ")
}

impl DeviceName {
    fn read(value: &Json) -> Option<Self> {
        let name = json::said(value, "name").or_else(|| json::primitive(value))?;
        Some(Self { name: Some(name), kind: json::text(value, "type") })
    }
}

impl Udi {
    fn read(value: &Json) -> Option<Self> {
        let printed = json::text(value, "carrierHRF").or_else(|| json::primitive(value));
        let read = Self { device: json::text(value, "deviceIdentifier"), printed };
        (read != Self::default()).then_some(read)
    }

    /// For people: the whole as printed, else the part that names the model.
    pub fn display(&self) -> Option<String> {
        self.printed.clone().or_else(|| self.device.clone())
    }
}
