use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::absence;
use crate::json;

/// A Quantity (also Age, Count, Distance, Duration, Money): digits, comparator and unit as they came.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quantity {
    /// The number with its digits: `1.0` is not `1.00`.
    pub value: Option<String>,
    /// How the sender wants the number shown: `1/2`.
    pub rendered: Option<String>,
    /// `<`, `<=`, `>=`, `>`, as it came.
    pub comparator: Option<String>,
    /// The unit for people, as it came; may be `null` in words.
    pub unit: Option<String>,
    /// Address of the system of units.
    pub system: Option<String>,
    /// The unit's code.
    pub code: Option<String>,
    /// Why there is no number.
    pub absent: Option<String>,
}

impl Quantity {
    /// Reads a Quantity; a bare number or text is taken as its value.
    pub fn read(value: &Json) -> Option<Self> {
        if !value.is_object() {
            return json::primitive(value).map(|number| Self { value: Some(number), ..Self::default() });
        }
        let quantity = Self {
            value: json::text(value, "value"),
            rendered: absence::rendered(value, "value"),
            comparator: json::text(value, "comparator"),
            unit: json::said(value, "unit").or_else(|| json::text(value, "currency")),
            system: json::text(value, "system"),
            code: json::text(value, "code"),
            absent: absence::of_primitive(value, "value").or_else(|| absence::of(value)),
        };
        (quantity != Self::default()).then_some(quantity)
    }

    /// Reads the member `key` of `parent`.
    pub fn member(parent: &Json, key: &str) -> Option<Self> {
        parent.get(key).and_then(Self::read)
    }

    /// For people: comparator, number and unit. A unit without a number is not a value.
    pub fn display(&self) -> Option<String> {
        let number = self.number()?;
        Some(match self.shown_unit() {
            Some(unit) if unit.starts_with(|c: char| c.is_ascii_digit()) => format!("{number} x {unit}"),
            Some(unit) => format!("{number} {unit}"),
            None => number,
        })
    }

    /// As an age: the units of time of UCUM in words.
    pub(crate) fn aged(mut self) -> Self {
        let words = match self.shown_unit() {
            Some("a" | "yr") => "years",
            Some("mo") => "months",
            Some("wk") => "weeks",
            Some("d") => "days",
            Some("h") => "hours",
            _ => return self,
        };
        self.unit = Some(words.to_owned());
        self
    }

    /// Comparator and number, without the unit.
    pub fn number(&self) -> Option<String> {
        let number = match (&self.rendered, &self.value) {
            (Some(rendered), Some(value)) if rendered != value => format!("{rendered} ({value})"),
            (Some(rendered), _) => rendered.clone(),
            (None, value) => value.clone()?,
        };
        Some(format!("{}{number}", self.comparator.as_deref().unwrap_or("")))
    }

    /// The unit for people: its text, else its code; nothing for `null` in words and for the code `1` (no unit).
    pub fn shown_unit(&self) -> Option<&str> {
        let usable = |unit: &&str| !unit.eq_ignore_ascii_case("null") && *unit != "1";
        self.unit.as_deref().filter(usable).or_else(|| self.code.as_deref().filter(usable))
    }
}
