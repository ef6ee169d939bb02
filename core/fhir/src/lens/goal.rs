use serde_json::Value as Json;

use super::absence::{Absence, absences};
use super::coded::CodeableConcept;
use super::spans::Annotation;
use super::value::Value;
use super::when::When;
use crate::json;
use crate::reference::{self, Reference};
use crate::time::FhirTime;

/// Goal: what is to be reached.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Goal {
    /// Where it stands in its life, as it came. An end does not say that it was met.
    pub lifecycle_status: Option<String>,
    /// Whether it is met.
    pub achievement: Option<CodeableConcept>,
    /// What kind of goal.
    pub categories: Vec<CodeableConcept>,
    /// How important.
    pub priority: Option<CodeableConcept>,
    /// What is to be reached.
    pub description: Option<CodeableConcept>,
    /// For whom.
    pub subject: Option<Reference>,
    /// Since when.
    pub start: Option<When>,
    /// How it is measured.
    pub targets: Vec<GoalTarget>,
    /// Since when it has that status.
    pub status_date: Option<FhirTime>,
    /// Why it has that status, as it came.
    pub status_reason: Option<String>,
    /// Whose goal it is.
    pub expressed_by: Option<Reference>,
    /// What it is against.
    pub addresses: Vec<Reference>,
    /// What came of it.
    pub outcomes: Vec<CodeableConcept>,
    /// What came of it, elsewhere.
    pub outcome_references: Vec<Reference>,
    /// Notes.
    pub notes: Vec<Annotation>,
    /// What was left out with a reason.
    pub absent: Vec<Absence>,
}

/// How a goal is measured.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GoalTarget {
    /// What is measured.
    pub measure: Option<CodeableConcept>,
    /// What it should be, with comparator and unit.
    pub detail: Option<Value>,
    /// By when.
    pub due: Option<Value>,
}

impl Goal {
    /// Reads a Goal. Total: what is not there or not usable is empty.
    pub fn read(value: &Json) -> Self {
        Self {
            lifecycle_status: json::text(value, "lifecycleStatus"),
            achievement: CodeableConcept::member(value, "achievementStatus"),
            categories: CodeableConcept::members(value, "category"),
            priority: CodeableConcept::member(value, "priority"),
            description: CodeableConcept::member(value, "description"),
            subject: reference::member(value, "subject"),
            start: When::read(value, "start"),
            targets: json::list(value, "target").filter_map(GoalTarget::read).collect(),
            status_date: json::time(value, "statusDate"),
            status_reason: json::said(value, "statusReason"),
            expressed_by: reference::member(value, "expressedBy"),
            addresses: reference::members(value, "addresses"),
            outcomes: CodeableConcept::members(value, "outcomeCode"),
            outcome_references: reference::members(value, "outcomeReference"),
            notes: Annotation::members(value),
            absent: absences(value),
        }
    }
}

impl GoalTarget {
    fn read(value: &Json) -> Option<Self> {
        let read = Self {
            measure: CodeableConcept::member(value, "measure"),
            detail: Value::read(value, "detail"),
            due: Value::read(value, "due"),
        };
        (read != Self::default()).then_some(read)
    }

    /// For people: `Blood sugar: <=7 %, by June 2025`.
    pub fn display(&self) -> Option<String> {
        let measure = self.measure.as_ref().and_then(CodeableConcept::label);
        let detail = self.detail.as_ref().and_then(Value::display);
        let what = match (measure, detail) {
            (Some(measure), Some(detail)) => Some(format!("{measure}: {detail}")),
            (measure, detail) => measure.or(detail),
        };
        let due = self.due.as_ref().and_then(|due| Some((due, due.display()?)));
        let due = due.map(|(due, text)| match due {
            Value::Quantity(_) => format!("within {text}"),
            _ => format!("by {text}"),
        });
        json::joined(what.into_iter().chain(due), ", ")
    }
}
