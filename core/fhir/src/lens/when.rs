use serde_json::Value as Json;

use super::spans::Period;
use super::timing::Timing;
use super::value::Value;
use crate::time::FhirTime;

/// What a choice element of time holds: `effective[x]`, `onset[x]`, `occurrence[x]` ...
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum When {
    /// A moment.
    Moment(FhirTime),
    /// A span of time.
    Span(Period),
    /// Repeated.
    Timing(Timing),
    /// An age, a range of ages or words.
    Words(String),
}

impl When {
    /// Reads the choice element `prefix[x]` of `parent`.
    pub fn read(parent: &Json, prefix: &str) -> Option<Self> {
        if let Some(timing) = parent.get(format!("{prefix}Timing")).and_then(Timing::read) {
            return Some(Self::Timing(timing));
        }
        match Value::read(parent, prefix)? {
            Value::DateTime(time) => Some(Self::Moment(time)),
            Value::Period(period) => Some(Self::Span(period)),
            Value::Quantity(age) => age.aged().display().map(|age| Self::Words(format!("at age {age}"))),
            Value::Range(range) => range.aged().display().map(|range| Self::Words(format!("at age {range}"))),
            Value::Boolean(_) => None,
            other => other.display().map(Self::Words),
        }
    }

    /// The moment by which it is sorted: the start of a span, else its end.
    pub fn moment(&self) -> Option<FhirTime> {
        match self {
            Self::Moment(time) => Some(time.clone()),
            Self::Span(period) => period.start.clone().or_else(|| period.end.clone()),
            Self::Timing(timing) => timing.events.first().cloned(),
            Self::Words(_) => None,
        }
    }

    /// For people.
    pub fn display(&self) -> Option<String> {
        match self {
            Self::Moment(time) => Some(time.display()),
            Self::Span(period) => period.display(),
            Self::Timing(timing) => timing.display(),
            Self::Words(words) => Some(words.clone()),
        }
    }
}
