use serde_json::Value as Json;

use super::absence::{Absence, absences};
use super::coded::CodeableConcept;
use super::quantity::Quantity;
use super::spans::{Annotation, Period};
use super::value::Value;
use super::when::When;
use crate::json;
use crate::reference::{self, Reference};
use crate::time::FhirTime;

/// CarePlan: what is to be done for a person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CarePlan {
    /// Status, as it came.
    pub status: Option<String>,
    /// Plan, order, proposal ..., as it came.
    pub intent: Option<String>,
    /// What it is called.
    pub title: Option<String>,
    /// What it is.
    pub description: Option<String>,
    /// What kind of plan.
    pub categories: Vec<CodeableConcept>,
    /// For whom.
    pub subject: Option<Reference>,
    /// The visit.
    pub encounter: Option<Reference>,
    /// From when until when.
    pub period: Option<Period>,
    /// When it was made.
    pub created: Option<FhirTime>,
    /// Who answers for it.
    pub author: Option<Reference>,
    /// Who had a part in it.
    pub contributors: Vec<Reference>,
    /// Who carries it out.
    pub care_teams: Vec<Reference>,
    /// What it is against.
    pub addresses: Vec<Reference>,
    /// What it is to reach.
    pub goals: Vec<Reference>,
    /// What is to be done.
    pub activities: Vec<PlanActivity>,
    /// Notes.
    pub notes: Vec<Annotation>,
    /// What was left out with a reason.
    pub absent: Vec<Absence>,
}

/// One thing that a plan asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlanActivity {
    /// Where it stands: `activity[0]`, as in the elements of `modifiers::Notice`.
    pub place: String,
    /// What came of it.
    pub outcomes: Vec<CodeableConcept>,
    /// What came of it, elsewhere.
    pub outcome_references: Vec<Reference>,
    /// How it goes.
    pub progress: Vec<Annotation>,
    /// Told elsewhere.
    pub reference: Option<Reference>,
    /// Told here.
    pub detail: Option<PlanActivityDetail>,
}

/// An activity told within the plan. Its status and `do_not_perform` are modifiers of their own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlanActivityDetail {
    /// Appointment, ServiceRequest ..., as it came.
    pub kind: Option<String>,
    /// What.
    pub code: Option<CodeableConcept>,
    /// Why.
    pub reasons: Vec<CodeableConcept>,
    /// Why, elsewhere.
    pub reason_references: Vec<Reference>,
    /// What it is to reach.
    pub goals: Vec<Reference>,
    /// Status, as it came.
    pub status: Option<String>,
    /// Why it has that status.
    pub status_reason: Option<CodeableConcept>,
    /// It says not to do it.
    pub do_not_perform: Option<bool>,
    /// When.
    pub scheduled: Option<When>,
    /// Where.
    pub location: Option<Reference>,
    /// Who.
    pub performers: Vec<Reference>,
    /// With what.
    pub product: Option<Value>,
    /// How much a day.
    pub daily: Option<Quantity>,
    /// How much.
    pub quantity: Option<Quantity>,
    /// More about it.
    pub description: Option<String>,
}

impl CarePlan {
    /// Reads a CarePlan. Total: what is not there or not usable is empty.
    pub fn read(value: &Json) -> Self {
        Self {
            status: json::text(value, "status"),
            intent: json::text(value, "intent"),
            title: json::said(value, "title"),
            description: json::said(value, "description"),
            categories: CodeableConcept::members(value, "category"),
            subject: reference::member(value, "subject"),
            encounter: reference::member(value, "encounter"),
            period: value.get("period").and_then(Period::read),
            created: json::time(value, "created"),
            author: reference::member(value, "author"),
            contributors: reference::members(value, "contributor"),
            care_teams: reference::members(value, "careTeam"),
            addresses: reference::members(value, "addresses"),
            goals: reference::members(value, "goal"),
            activities: activities(value),
            notes: Annotation::members(value),
            absent: absences(value),
        }
    }
}

fn activities(value: &Json) -> Vec<PlanActivity> {
    match value.get("activity") {
        Some(Json::Array(items)) => {
            let items = items.iter().enumerate().filter(|(_, item)| item.is_object());
            items.map(|(n, item)| PlanActivity::read(item, format!("activity[{n}]"))).collect()
        }
        Some(item @ Json::Object(_)) => vec![PlanActivity::read(item, "activity".to_owned())],
        _ => Vec::new(),
    }
}

impl PlanActivity {
    fn read(value: &Json, place: String) -> Self {
        Self {
            place,
            outcomes: CodeableConcept::members(value, "outcomeCodeableConcept"),
            outcome_references: reference::members(value, "outcomeReference"),
            progress: json::list(value, "progress").filter_map(Annotation::read).collect(),
            reference: reference::member(value, "reference"),
            detail: value.get("detail").filter(|detail| detail.is_object()).map(PlanActivityDetail::read),
        }
    }
}

impl PlanActivityDetail {
    fn read(value: &Json) -> Self {
        Self {
            kind: json::text(value, "kind"),
            code: CodeableConcept::member(value, "code"),
            reasons: CodeableConcept::members(value, "reasonCode"),
            reason_references: reference::members(value, "reasonReference"),
            goals: reference::members(value, "goal"),
            status: json::text(value, "status"),
            status_reason: CodeableConcept::member(value, "statusReason"),
            do_not_perform: json::boolean(value, "doNotPerform"),
            scheduled: When::read(value, "scheduled"),
            location: reference::member(value, "location"),
            performers: reference::members(value, "performer"),
            product: Value::read(value, "product"),
            daily: Quantity::member(value, "dailyAmount"),
            quantity: Quantity::member(value, "quantity"),
            description: json::said(value, "description"),
        }
    }
}
