use serde_json::Value as Json;

use super::coded::CodeableConcept;
use super::quantity::Quantity;
use super::range::Range;
use super::spans::Period;
use super::{generic, value::Value};
use crate::json;
use crate::time::FhirTime;

/// Elements of `Timing.repeat` that [`Timing`] puts into words; others are told by name.
const KNOWN: [&str; 19] = [
    "boundsDuration",
    "boundsRange",
    "boundsPeriod",
    "count",
    "countMax",
    "duration",
    "durationMax",
    "durationUnit",
    "frequency",
    "frequencyMax",
    "period",
    "periodMax",
    "periodUnit",
    "dayOfWeek",
    "timeOfDay",
    "when",
    "offset",
    "id",
    "_period",
];

/// A Timing: when and how often something is to happen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Timing {
    /// The schedule as a name or code: twice a day ...
    pub code: Option<CodeableConcept>,
    /// Stated moments.
    pub events: Vec<FhirTime>,
    /// The rules of repeating in plain words, each as stated.
    pub repeat: Vec<String>,
}

impl Timing {
    /// Reads a Timing; a bare text is taken as its name.
    pub fn read(value: &Json) -> Option<Self> {
        let timing = if value.is_object() {
            Self {
                code: CodeableConcept::member(value, "code"),
                events: json::texts(value, "event").into_iter().map(FhirTime::new).collect(),
                repeat: value.get("repeat").map(repeat).unwrap_or_default(),
            }
        } else {
            Self { code: CodeableConcept::read(value), ..Self::default() }
        };
        (timing != Self::default()).then_some(timing)
    }

    /// For people: the name, then the rules, then the moments.
    pub fn display(&self) -> Option<String> {
        let name = self.code.as_ref().and_then(CodeableConcept::label);
        let events = self.events.iter().map(FhirTime::display);
        json::joined(name.into_iter().chain(self.repeat.iter().cloned()).chain(events), ", ")
    }
}

fn repeat(value: &Json) -> Vec<String> {
    let mut out = Vec::new();
    out.extend(how_often(value));
    out.extend(json::joined(json::texts(value, "dayOfWeek").iter().map(|day| day_name(day)), ", "));
    out.extend(json::joined(json::texts(value, "timeOfDay"), ", ").map(|times| format!("at {times}")));
    let offset = json::text(value, "offset").map(|minutes| format!("{minutes} minutes "));
    let when = json::joined(json::texts(value, "when").iter().map(|code| moment_name(code)), ", ");
    out.extend(when.map(|when| format!("{}{when}", offset.unwrap_or_default())));
    out.extend(span(value, "count").map(|count| format!("{count} times in all")));
    if let Some(duration) = span(value, "duration") {
        out.push(format!(
            "for {} each time",
            unit_words(&duration, json::text(value, "durationUnit").as_deref())
        ));
    }
    out.extend(bounds(value));
    let members = value.as_object().into_iter().flatten();
    let unknown = members.filter(|(key, _)| !KNOWN.contains(&key.as_str()) && !key.starts_with('_'));
    out.extend(
        unknown.filter_map(|(key, held)| Some(format!("{}: {}", generic::label(key), generic::brief(held)?))),
    );
    out
}

fn how_often(value: &Json) -> Option<String> {
    let frequency = span(value, "frequency");
    let period = span(value, "period");
    let unit = json::text(value, "periodUnit");
    let times = frequency.as_deref().map(|n| if n == "1" { "once".to_owned() } else { format!("{n} times") });
    match (times, period) {
        (times, Some(period)) => {
            let every = match (period.as_str(), times.is_some()) {
                ("1", true) => format!("a {}", unit_name(unit.as_deref().unwrap_or("?"))),
                ("1", false) => format!("every {}", unit_name(unit.as_deref().unwrap_or("?"))),
                _ => format!("every {}", unit_words(&period, unit.as_deref())),
            };
            Some(match times {
                Some(times) if frequency.as_deref() != Some("1") || period == "1" => {
                    format!("{times} {every}")
                }
                _ => every,
            })
        }
        (Some(times), None) => Some(times),
        (None, None) => unit.map(|unit| format!("each {}", unit_name(&unit))),
    }
}

/// `n`, or `n to m` with the element's `Max`.
fn span(value: &Json, key: &str) -> Option<String> {
    let said = |key: &str| json::said(value, key).map(whole);
    let (from, to) = (said(key), said(&format!("{key}Max")));
    match (from, to) {
        (Some(from), Some(to)) if from != to => Some(format!("{from} to {to}")),
        (Some(from), _) => Some(from),
        (None, to) => to.map(|to| format!("up to {to}")),
    }
}

/// `1.0` as `1`: in how often and how long, a zero after the point says nothing.
fn whole(number: String) -> String {
    match number.split_once('.') {
        Some((whole, rest)) if !rest.is_empty() && rest.bytes().all(|digit| digit == b'0') => {
            whole.to_owned()
        }
        _ => number,
    }
}

fn bounds(value: &Json) -> Option<String> {
    match Value::read(value, "bounds")? {
        Value::Period(period) => Period::display(&period),
        Value::Quantity(duration) => Quantity::display(&duration).map(|text| format!("for {text}")),
        Value::Range(range) => Range::display(&range).map(|text| format!("for {text}")),
        other => other.display(),
    }
}

fn unit_words(number: &str, unit: Option<&str>) -> String {
    let name = unit_name(unit.unwrap_or(""));
    match name {
        "" => number.to_owned(),
        name if number == "1" || unit == Some(name) => format!("{number} {name}"),
        name => format!("{number} {name}s"),
    }
}

/// Units of time (UCUM) in words; others as they came.
fn unit_name(code: &str) -> &str {
    match code {
        "s" => "second",
        "min" => "minute",
        "h" => "hour",
        "d" => "day",
        "wk" => "week",
        "mo" => "month",
        "a" => "year",
        other => other,
    }
}

fn day_name(code: &str) -> String {
    match code {
        "mon" => "Monday",
        "tue" => "Tuesday",
        "wed" => "Wednesday",
        "thu" => "Thursday",
        "fri" => "Friday",
        "sat" => "Saturday",
        "sun" => "Sunday",
        other => other,
    }
    .to_owned()
}

/// Event codes (FHIR R4 code system `event-timing`, HL7 v3 `TimingEvent`) in words; others as they came.
fn moment_name(code: &str) -> String {
    match code {
        "MORN" => "in the morning",
        "MORN.early" => "early in the morning",
        "MORN.late" => "late in the morning",
        "NOON" => "at noon",
        "AFT" => "in the afternoon",
        "AFT.early" => "early in the afternoon",
        "AFT.late" => "late in the afternoon",
        "EVE" => "in the evening",
        "EVE.early" => "early in the evening",
        "EVE.late" => "late in the evening",
        "NIGHT" => "at night",
        "PHS" => "after going to sleep",
        "HS" => "before going to sleep",
        "WAKE" => "after waking",
        "C" => "with a meal",
        "CM" => "with breakfast",
        "CD" => "with lunch",
        "CV" => "with dinner",
        "AC" => "before a meal",
        "ACM" => "before breakfast",
        "ACD" => "before lunch",
        "ACV" => "before dinner",
        "PC" => "after a meal",
        "PCM" => "after breakfast",
        "PCD" => "after lunch",
        "PCV" => "after dinner",
        other => other,
    }
    .to_owned()
}
