use serde_json::Value as Json;

use super::absence;
use super::coded::CodeableConcept;
use super::quantity::Quantity;
use super::range::{Range, Ratio};
use super::spans::{Attachment, Period, SampledData};
use crate::json;
use crate::reference::{self, Reference};
use crate::time::FhirTime;

/// What any `value[x]` (or `onset[x]`, `dose[x]` ...) holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A number with comparator and unit.
    Quantity(Quantity),
    /// A coded answer.
    Concept(CodeableConcept),
    /// Words.
    Text(String),
    /// Yes or no.
    Boolean(bool),
    /// A whole or decimal number, with its digits.
    Number(String),
    /// From a low to a high.
    Range(Range),
    /// One to another.
    Ratio(Ratio),
    /// A series.
    SampledData(SampledData),
    /// A time of day, as it came.
    Time(String),
    /// A moment.
    DateTime(FhirTime),
    /// A span of time.
    Period(Period),
    /// A file.
    Attachment(Attachment),
    /// Another resource.
    Reference(Reference),
    /// A type that this lens does not know, as readable text.
    Other(String),
}

impl Value {
    /// Reads the choice element `prefix[x]` of `parent`. Nothing when it is absent or holds nothing usable.
    pub fn read(parent: &Json, prefix: &str) -> Option<Self> {
        json::choices(parent, prefix).find_map(|(key, value)| Self::typed(key.strip_prefix(prefix)?, value))
    }

    /// For people. Nothing only for a quantity, range or ratio without any number.
    pub fn display(&self) -> Option<String> {
        match self {
            Self::Quantity(quantity) => quantity.display(),
            Self::Concept(concept) => concept.label(),
            Self::Text(text) | Self::Number(text) | Self::Time(text) | Self::Other(text) => {
                Some(text.clone())
            }
            Self::Boolean(yes) => Some(if *yes { "Yes" } else { "No" }.to_owned()),
            Self::Range(range) => range.display(),
            Self::Ratio(ratio) => ratio.display(),
            Self::SampledData(sampled) => Some(sampled.display()),
            Self::DateTime(time) => Some(time.display()),
            Self::Period(period) => period.display(),
            Self::Attachment(attachment) => Some(attachment.display()),
            Self::Reference(reference) => reference.label(),
        }
    }

    /// Why a value that is there holds no number.
    pub fn absent(&self) -> Option<&str> {
        match self {
            Self::Quantity(Quantity { value: None, rendered: None, absent, .. }) => absent.as_deref(),
            _ => None,
        }
    }

    fn typed(kind: &str, value: &Json) -> Option<Self> {
        let text = || json::primitive(value);
        let known = match kind {
            "Quantity" | "Age" | "Duration" | "Count" | "Distance" | "Money" | "SimpleQuantity" => {
                Quantity::read(value).map(Self::Quantity)
            }
            "CodeableConcept" | "Coding" | "Code" => CodeableConcept::read(value).map(Self::Concept),
            "String" | "Markdown" | "Uri" | "Url" | "Canonical" | "Id" | "Oid" | "Uuid" => {
                text().map(Self::Text)
            }
            "Boolean" => match value {
                Json::Bool(yes) => Some(Self::Boolean(*yes)),
                _ => text().map(|text| text.parse().map_or(Self::Text(text), Self::Boolean)),
            },
            "Integer" | "Decimal" | "PositiveInt" | "UnsignedInt" | "Integer64" => text().map(Self::Number),
            "Range" => Range::read(value).map(Self::Range),
            "Ratio" => Ratio::read(value).map(Self::Ratio),
            "SampledData" => SampledData::read(value).map(Self::SampledData),
            "Time" => text().map(Self::Time),
            "DateTime" | "Date" | "Instant" => text().map(|text| Self::DateTime(FhirTime::new(text))),
            "Period" => Period::read(value).map(Self::Period),
            "Attachment" => Attachment::read(value).map(Self::Attachment),
            "Reference" if value.is_object() => Some(Self::Reference(reference::read_one(value, ""))),
            _ => None,
        };
        known.or_else(|| Self::unknown(value))
    }

    /// A type that is not what its name says, or that no lens knows: nothing of it is dropped.
    fn unknown(value: &Json) -> Option<Self> {
        if absence::of(value).is_some() {
            return None;
        }
        super::generic::brief(value).map(Self::Other)
    }
}
