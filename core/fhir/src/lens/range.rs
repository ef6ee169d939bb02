use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::coded::{CodeableConcept, labels};
use super::quantity::Quantity;
use crate::json;

/// A Range: from low to high, either of which may be open.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Range {
    /// The lowest value that is within.
    pub low: Option<Quantity>,
    /// The highest value that is within.
    pub high: Option<Quantity>,
}

/// A Ratio: `1:128`, `5 mg per 1 mL`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ratio {
    /// The first part.
    pub numerator: Option<Quantity>,
    /// The second part.
    pub denominator: Option<Quantity>,
}

/// A reference range, with what it is and whom it is for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReferenceRange {
    /// The limits.
    pub range: Range,
    /// What kind of range: normal, therapeutic, target ...
    pub kind: Option<CodeableConcept>,
    /// Whom it is for: a sex, a group, a time of pregnancy.
    pub applies_to: Vec<CodeableConcept>,
    /// The ages that it is for.
    pub age: Option<Range>,
    /// The range in words.
    pub text: Option<String>,
}

impl Range {
    /// Reads a Range; a bare number is not one.
    pub fn read(value: &Json) -> Option<Self> {
        let range = Self { low: Quantity::member(value, "low"), high: Quantity::member(value, "high") };
        (range != Self::default()).then_some(range)
    }

    /// As ages: the units of time in words.
    pub(crate) fn aged(self) -> Self {
        Self { low: self.low.map(Quantity::aged), high: self.high.map(Quantity::aged) }
    }

    /// For people: `3.5 to 5.1 mmol/L`, `3.5 mmol/L or more`, `5.1 mmol/L or less`.
    pub fn display(&self) -> Option<String> {
        let low = self.low.as_ref().and_then(|q| Some((q, q.display()?)));
        let high = self.high.as_ref().and_then(|q| Some((q, q.display()?)));
        match (low, high) {
            (Some((low, _)), Some((high, text))) if low.shown_unit() == high.shown_unit() => {
                Some(format!("{} to {text}", low.number()?))
            }
            (Some((_, low)), Some((_, high))) => Some(format!("{low} to {high}")),
            (Some((q, low)), None) => Some(open(q, &low, "or more")),
            (None, Some((q, high))) => Some(open(q, &high, "or less")),
            (None, None) => None,
        }
    }
}

impl Ratio {
    /// Reads a Ratio.
    pub fn read(value: &Json) -> Option<Self> {
        let ratio = Self {
            numerator: Quantity::member(value, "numerator"),
            denominator: Quantity::member(value, "denominator"),
        };
        (ratio != Self::default()).then_some(ratio)
    }

    /// For people: `1:128` without units, else `5 mg per 1 mL`; a part that is missing as `?`.
    pub fn display(&self) -> Option<String> {
        let part = |q: &Option<Quantity>| q.as_ref().and_then(Quantity::display);
        let (over, under) = (part(&self.numerator), part(&self.denominator));
        if over.is_none() && under.is_none() {
            return None;
        }
        let unit = |q: &Option<Quantity>| q.as_ref().and_then(|q| q.shown_unit().map(str::to_owned));
        let bare = unit(&self.numerator).is_none() && unit(&self.denominator).is_none();
        let (over, under) = (over.unwrap_or_else(|| "?".into()), under.unwrap_or_else(|| "?".into()));
        Some(if bare { format!("{over}:{under}") } else { format!("{over} per {under}") })
    }
}

impl ReferenceRange {
    /// Reads one reference range; a bare text is taken as its text.
    pub fn read(value: &Json) -> Option<Self> {
        if !value.is_object() {
            return json::primitive(value).map(|text| Self { text: Some(text), ..Self::default() });
        }
        let range = Self {
            range: Range::read(value).unwrap_or_default(),
            kind: CodeableConcept::member(value, "type"),
            applies_to: CodeableConcept::members(value, "appliesTo"),
            age: value.get("age").and_then(Range::read).map(Range::aged),
            text: json::said(value, "text"),
        };
        (range != Self::default()).then_some(range)
    }

    /// For everybody, of the ordinary kind, and with no words that could narrow it.
    pub fn is_plain(&self) -> bool {
        let ordinary = |kind: &CodeableConcept| kind.code() == Some("normal");
        let limits = self.range.display();
        let bare =
            self.text.as_ref().is_none_or(|text| limits.as_ref().is_some_and(|limits| same(limits, text)));
        self.applies_to.is_empty() && self.age.is_none() && bare && self.kind.as_ref().is_none_or(ordinary)
    }

    /// Every reference range of an Observation or component.
    pub fn members(parent: &Json) -> Vec<Self> {
        json::list(parent, "referenceRange").filter_map(Self::read).collect()
    }

    /// For people: limits and words, then what it is and whom it is for.
    pub fn display(&self) -> Option<String> {
        let limits = match (self.range.display(), &self.text) {
            (Some(limits), Some(text)) if !same(&limits, text) => format!("{text} ({limits})"),
            (Some(limits), _) => limits,
            (None, Some(text)) => text.clone(),
            (None, None) => "no limits stated".to_owned(),
        };
        let mut notes: Vec<String> = self.kind.iter().filter_map(CodeableConcept::label).collect();
        notes.extend(labels(&self.applies_to).map(|who| format!("for {who}")));
        notes.extend(self.age.as_ref().and_then(Range::display).map(|age| format!("age {age}")));
        Some(match json::joined(notes, "; ") {
            Some(notes) => format!("{limits} [{notes}]"),
            None => limits,
        })
    }
}

/// A limit that already carries a comparator says enough.
fn open(quantity: &Quantity, text: &str, words: &str) -> String {
    if quantity.comparator.is_some() { text.to_owned() } else { format!("{text} {words}") }
}

/// `3.5-5.1 mmol/L` says the same as `3.5 to 5.1 mmol/L`.
fn same(limits: &str, text: &str) -> bool {
    let bare =
        |text: &str| text.replace(" to ", "-").chars().filter(|c| !c.is_whitespace()).collect::<String>();
    bare(limits) == bare(text)
}
