//! What one row of a list needs to know of a resource, for any type.

mod absence;
mod allergy;
mod appointment;
mod benefit;
mod binary;
mod care_plan;
mod care_team;
mod claim;
mod communication;
mod condition;
mod consent;
mod coverage;
mod device;
mod document;
mod draft;
mod encounter;
mod family_history;
mod fields;
mod flag;
mod goal;
mod imaging_study;
mod immunization;
mod location;
mod measured;
mod media;
mod medication;
mod medication_administration;
mod medication_dispense;
mod medication_statement;
mod narrative;
mod observation;
mod organization;
mod other;
mod patient;
mod practitioner;
mod privacy;
mod procedure;
mod provenance;
mod questionnaire;
mod relative;
mod report;
mod role;
mod schedule;
mod search;
mod service_request;
mod slot;
mod task;
mod tell;
mod warning;
mod wording;

pub(crate) use absence::coded as absence_is_coded;
use draft::Draft;
pub(crate) use flag::{direction as lab_direction, of as lab_flag};
pub use measured::{Measured, MeasuredRange};
pub use narrative::NO_RESULT;
use serde::{Deserialize, Serialize};

use crate::lens::generic;
use crate::modifiers::{self, Reading};
use crate::reference::{self, Reference};
use crate::time::FhirTime;
use crate::{Resource, json, text};

/// One resource as a row of a list shows it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// What it is about. Never empty.
    pub title: String,
    /// What it is about, as codes, in the sender's order.
    pub codes: Vec<Code>,
    /// When it happened, or was recorded where nothing else is stated.
    pub when: Option<FhirTime>,
    /// The value as it came, with comparator and unit; components joined; or `No result: ` and the reason.
    pub value: Option<String>,
    /// What the lab said of the value.
    pub flag: Flag,
    /// The lab's own words or codes for the flag.
    pub flag_text: Option<String>,
    /// Reference ranges as stated, each with whom it is for.
    pub ranges: Vec<String>,
    /// The readable whole, in reading order.
    pub fields: Vec<Field>,
    /// Every reference in it.
    pub references: Vec<Reference>,
    /// Text to be searched: every string of the resource but base64 data; at most 64 KiB.
    pub search: String,
    /// It says that there is none: "no known allergy".
    pub asserts_absence: bool,
    /// It says that nothing is known ("no information about immunizations"), or no longer that there is none: neither one
    /// nor none.
    #[serde(default)]
    pub nothing_known: bool,
    /// What changes its meaning.
    pub reading: Reading,
    /// The numbers by which other systems know a result, an order, a prescription, a visit and the like: what duplicates
    /// are linked by. At most 8; of no other types. A retracted entry keeps them.
    #[serde(default)]
    pub identifiers: Vec<Identifier>,
    /// The number of a result to which the lab gave no flag, when it is exactly one number. Of nothing that was
    /// retracted, did not happen, or cannot be understood.
    #[serde(default)]
    pub measured: Option<Measured>,
    /// That the patient has died, in words that begin with `died`.
    #[serde(default)]
    pub deceased: Option<String>,
    /// What the title speaks of, when only a reference names it (a medicine told elsewhere) and it is not held within
    /// the resource. [`reference::target`] says where to look; where it can point at nothing of the same portal, it is
    /// not in this record.
    #[serde(default)]
    pub subject_of_title: Option<Reference>,
}

/// A number by which a system knows an entry.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Identifier {
    /// Address of whoever gives these numbers, as it came.
    pub system: Option<String>,
    /// The number, as it came.
    pub value: String,
}

/// What the lab said of a value. No flag is never "normal".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Flag {
    /// Critically high, low or abnormal.
    Critical,
    /// High, low or abnormal.
    Outside,
    /// Stated to be within the range.
    Inside,
    /// Nothing that can be relied on was stated.
    #[default]
    NotStated,
}

/// One code.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Code {
    /// Address of the code system, as it came.
    pub system: Option<String>,
    /// The code, as it came.
    pub code: String,
    /// What the sender calls it.
    pub display: Option<String>,
}

/// One line of the readable whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// What the line is about, in plain words.
    pub label: String,
    /// What is said.
    pub text: String,
}

/// Describes a resource of any type. Total: never fails.
///
/// Of a resource recorded by mistake only the title, the moment and the notice are told, and only its type and id are
/// searched: it may be about somebody else. A medicine that is not to be taken and a vaccine that was not given have no
/// value.
pub fn describe(resource: &Resource) -> Summary {
    let value = resource.value();
    let reading = modifiers::of(resource);
    let mut draft = Draft::of(resource.resource_type(), value, &reading);
    let retracted = reading.retracted();
    if retracted {
        draft.withdraw(&reading);
    }
    // "No known allergy", refuted, over or not to be understood, asserts nothing.
    let over = draft.asserts_absence && reading.over();
    draft.asserts_absence &= !reading.negated() && !reading.unreadable && !over;
    let search = if retracted { search::identity(resource) } else { search::text(resource, &draft) };
    let title = draft.title.filter(|title| !text::inert(title).trim().is_empty());
    let title = title.unwrap_or_else(|| generic::split_words(resource.resource_type()));
    let nothing_known = !draft.asserts_absence && (over || absence::nothing_known(&title, &draft.codes));
    Summary {
        title: json::clipped(&title, 300),
        codes: draft.codes,
        when: draft.when,
        value: draft.value.map(|value| json::clipped(&value, 2_000)),
        flag: draft.flag,
        flag_text: draft.flag_text.map(|text| json::clipped(&text, 500)),
        ranges: draft.ranges,
        fields: draft.fields,
        references: reference::all(value),
        search,
        asserts_absence: draft.asserts_absence,
        nothing_known,
        identifiers: identifiers(resource),
        measured: draft.measured.filter(|_| !reading.negated() && !reading.unreadable),
        deceased: draft.deceased,
        subject_of_title: draft.subject,
        reading,
    }
}

/// The results that an Observation has as parts of itself (`component`), in its order, each with its title, value, ranges and the
/// lab's flag; nothing else of them is told. None of another type, nor of what was recorded by mistake.
pub fn components(resource: &Resource) -> Vec<Summary> {
    let reading = modifiers::of(resource);
    if resource.resource_type() != "Observation" || reading.retracted() {
        return Vec::new();
    }
    observation::components(resource.value(), &reading)
}

/// Types of which other systems hold the same entry under the same number, and those that acts make: an act is known again by its
/// number.
const NUMBERED: [&str; 12] = [
    "Appointment",
    "Communication",
    "Task",
    "Observation",
    "DiagnosticReport",
    "Specimen",
    "ServiceRequest",
    "Immunization",
    "MedicationRequest",
    "AllergyIntolerance",
    "Condition",
    "Encounter",
];

fn identifiers(resource: &Resource) -> Vec<Identifier> {
    if !NUMBERED.contains(&resource.resource_type()) {
        return Vec::new();
    }
    let value = resource.value();
    let mut numbers: Vec<Identifier> = Vec::new();
    let read = |one: &serde_json::Value| match one.is_object() {
        true => Some(Identifier { system: json::text(one, "system"), value: json::text(one, "value")? }),
        false => Some(Identifier { system: None, value: json::primitive(one)? }),
    };
    let stated = json::list(value, "accessionIdentifier").chain(json::list(value, "identifier"));
    for number in stated.filter_map(read) {
        if numbers.len() < 8 && !numbers.contains(&number) {
            numbers.push(number);
        }
    }
    numbers
}
