use serde_json::Value as Json;

use super::absence;
use super::coded::CodeableConcept;
use super::spans::Period;
use crate::json;

/// A HumanName.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HumanName {
    /// `usual`, `official`, `temp`, `nickname`, `anonymous`, `old`, `maiden`.
    pub kind: Option<String>,
    /// The whole name as it is written.
    pub text: Option<String>,
    /// Family name.
    pub family: Option<String>,
    /// Given names, in order.
    pub given: Vec<String>,
    /// Before the name.
    pub prefix: Vec<String>,
    /// After the name.
    pub suffix: Vec<String>,
    /// When it was in use.
    pub period: Option<Period>,
}

/// An Identifier.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identifier {
    /// `usual`, `official`, `temp`, `secondary`, `old`.
    pub usage: Option<String>,
    /// What kind of number it is: a medical record number ...
    pub kind: Option<CodeableConcept>,
    /// Address of whoever gives these numbers.
    pub system: Option<String>,
    /// The number, as it came.
    pub value: Option<String>,
    /// Why it is not given.
    pub absent: Option<String>,
    /// Who gave it.
    pub assigner: Option<String>,
    /// When it was in use.
    pub period: Option<Period>,
}

/// An Address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Address {
    /// `home`, `work`, `temp`, `old`, `billing`.
    pub usage: Option<String>,
    /// The whole address as it is written.
    pub text: Option<String>,
    /// Street lines.
    pub lines: Vec<String>,
    /// City.
    pub city: Option<String>,
    /// District or county.
    pub district: Option<String>,
    /// State or region.
    pub state: Option<String>,
    /// Postal code.
    pub postal_code: Option<String>,
    /// Country.
    pub country: Option<String>,
    /// When it was in use.
    pub period: Option<Period>,
}

/// A ContactPoint: a telephone number, an e-mail address ...
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ContactPoint {
    /// `phone`, `fax`, `email`, `pager`, `url`, `sms`, `other`.
    pub system: Option<String>,
    /// The number or address.
    pub value: Option<String>,
    /// Why it is not given.
    pub absent: Option<String>,
    /// `home`, `work`, `temp`, `old`, `mobile`.
    pub usage: Option<String>,
    /// When it was in use.
    pub period: Option<Period>,
}

impl HumanName {
    /// Reads a HumanName; a bare text is taken as its text.
    pub fn read(value: &Json) -> Option<Self> {
        if !value.is_object() {
            return json::primitive(value).map(|text| Self { text: Some(text), ..Self::default() });
        }
        let name = Self {
            kind: json::text(value, "use"),
            text: json::said(value, "text"),
            family: json::said(value, "family"),
            given: json::texts(value, "given"),
            prefix: json::texts(value, "prefix"),
            suffix: json::texts(value, "suffix"),
            period: value.get("period").and_then(Period::read),
        };
        name.display().is_some().then_some(name)
    }

    /// Every name of a person, a bare object tolerated.
    pub fn members(parent: &Json) -> Vec<Self> {
        json::list(parent, "name").filter_map(Self::read).collect()
    }

    /// The name to call a person by: usual, then official, then an unlabelled one; never an old one while there is
    /// another, and of two alike the one without an end.
    pub fn best(names: &[Self]) -> Option<&Self> {
        let place = |name: &Self| match name.kind.as_deref() {
            Some("usual") => 0,
            Some("official") => 1,
            None => 2,
            Some("nickname") => 4,
            Some("anonymous") => 5,
            Some("temp") => 6,
            Some("maiden") => 7,
            Some("old") => 8,
            Some(_) => 3,
        };
        let ends = |name: &Self| name.period.as_ref().is_some_and(|period| period.end.is_some());
        names.iter().min_by_key(|name| (place(name), ends(name)))
    }

    /// For people, and until when it was in use.
    pub(crate) fn dated(&self) -> Option<String> {
        Some(match used_until(self.period.as_ref()) {
            Some(until) => format!("{} ({until})", self.display()?),
            None => self.display()?,
        })
    }

    /// For people: the text, else the parts in Western order.
    pub fn display(&self) -> Option<String> {
        if self.text.is_some() {
            return self.text.clone();
        }
        let parts = self.prefix.iter().chain(&self.given).chain(&self.family).chain(&self.suffix);
        json::joined(parts.cloned(), " ")
    }
}

impl Identifier {
    /// Reads an Identifier; a bare text is taken as its value.
    pub fn read(value: &Json) -> Option<Self> {
        if !value.is_object() {
            return json::primitive(value).map(|number| Self { value: Some(number), ..Self::default() });
        }
        let identifier = Self {
            usage: json::text(value, "use"),
            kind: CodeableConcept::member(value, "type"),
            system: json::text(value, "system"),
            value: json::said(value, "value"),
            absent: absence::of_primitive(value, "value"),
            assigner: value.get("assigner").and_then(|who| json::text(who, "display")),
            period: value.get("period").and_then(Period::read),
        };
        (identifier != Self::default()).then_some(identifier)
    }

    /// Every identifier of a resource.
    pub fn members(parent: &Json) -> Vec<Self> {
        json::list(parent, "identifier").filter_map(Self::read).collect()
    }

    /// For people: kind, number, and whether it is old or temporary.
    pub fn display(&self) -> Option<String> {
        let number = self.value.clone().or_else(|| not_given(self.absent.as_ref()))?;
        let kind = self.kind.as_ref().and_then(CodeableConcept::label).or_else(|| self.assigner.clone());
        let number = match kind {
            Some(kind) => format!("{kind}: {number}"),
            None => number,
        };
        Some(noted(number, self.usage.as_deref(), self.period.as_ref()))
    }
}

impl Address {
    /// Reads an Address; a bare text is taken as its text.
    pub fn read(value: &Json) -> Option<Self> {
        if !value.is_object() {
            return json::primitive(value).map(|text| Self { text: Some(text), ..Self::default() });
        }
        let address = Self {
            usage: json::text(value, "use"),
            text: json::said(value, "text"),
            lines: json::texts(value, "line"),
            city: json::text(value, "city"),
            district: json::text(value, "district"),
            state: json::text(value, "state"),
            postal_code: json::text(value, "postalCode"),
            country: json::text(value, "country"),
            period: value.get("period").and_then(Period::read),
        };
        (address != Self::default()).then_some(address)
    }

    /// For people, on one line, and whether it is old or temporary.
    pub fn display(&self) -> Option<String> {
        let place = [&self.city, &self.district, &self.state, &self.postal_code, &self.country];
        let parts = || self.lines.iter().chain(place.into_iter().flatten()).cloned();
        let whole = match &self.text {
            Some(text) => text.split_whitespace().collect::<Vec<_>>().join(" "),
            None => json::joined(parts(), ", ")?,
        };
        Some(noted(whole, self.usage.as_deref(), self.period.as_ref()))
    }
}

impl ContactPoint {
    /// Reads a ContactPoint; a bare text is taken as its value.
    pub fn read(value: &Json) -> Option<Self> {
        if !value.is_object() {
            return json::primitive(value).map(|text| Self { value: Some(text), ..Self::default() });
        }
        let point = Self {
            system: json::text(value, "system"),
            value: json::said(value, "value"),
            absent: absence::of_primitive(value, "value"),
            usage: json::text(value, "use"),
            period: value.get("period").and_then(Period::read),
        };
        (point != Self::default()).then_some(point)
    }

    /// For people: the number, and what it is for.
    pub fn display(&self) -> Option<String> {
        let value = self.value.clone().or_else(|| not_given(self.absent.as_ref()))?;
        Some(noted(value, self.usage.as_deref(), self.period.as_ref()))
    }
}

fn not_given(reason: Option<&String>) -> Option<String> {
    reason.map(|reason| format!("not given ({reason})"))
}

/// What it is for, and the day after which it is old: whoever reads it sees that it is.
fn noted(text: String, usage: Option<&str>, period: Option<&Period>) -> String {
    let usage = match usage {
        Some("usual" | "official" | "home") | None => None,
        Some("old") => Some("no longer in use".to_owned()),
        Some("temp") => Some("for a time only".to_owned()),
        Some(usage) => Some(usage.to_owned()),
    };
    match json::joined(usage.into_iter().chain(used_until(period)), "; ") {
        Some(notes) => format!("{text} ({notes})"),
        None => text,
    }
}

/// `in use until March 2015`.
fn used_until(period: Option<&Period>) -> Option<String> {
    period.and_then(|period| period.end.as_ref()).map(|end| format!("in use until {}", end.display()))
}
