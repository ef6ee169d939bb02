use serde_json::Value as Json;

use super::fields::Fields;
use super::{
    Code, Field, Flag, allergy, condition, immunization, medication, observation, other, patient, report,
};
use crate::lens::{CodeableConcept, When};
use crate::modifiers::{Effect, Reading};
use crate::time::FhirTime;

/// The most codes, ranges and the like that one row keeps.
const MANY: usize = 100;

/// A summary in the making.
#[derive(Default)]
pub(super) struct Draft {
    pub title: Option<String>,
    pub codes: Vec<Code>,
    pub when: Option<FhirTime>,
    pub value: Option<String>,
    pub flag: Flag,
    pub flag_text: Option<String>,
    pub ranges: Vec<String>,
    pub fields: Vec<Field>,
    pub asserts_absence: bool,
}

impl Draft {
    pub(super) fn of(resource_type: &str, value: &Json, reading: &Reading) -> Self {
        let mut fields = Fields::new(value);
        let mut draft = match resource_type {
            "Patient" => patient::draft(value, &mut fields),
            "Observation" => observation::draft(value, &mut fields),
            "DiagnosticReport" => report::draft(value, &mut fields),
            "MedicationRequest" => medication::request(value, reading, &mut fields),
            "Medication" => medication::medication(value, &mut fields),
            "AllergyIntolerance" => allergy::draft(value, &mut fields),
            "Condition" => condition::draft(value, &mut fields),
            "Immunization" => immunization::draft(value, &mut fields),
            _ => other::draft(resource_type, value),
        };
        draft.fields = fields.finish();
        draft.codes.truncate(MANY);
        draft.ranges.truncate(MANY);
        draft
    }

    /// Leaves only what a tombstone tells.
    pub(super) fn withdraw(&mut self, reading: &Reading) {
        let told = reading.notices.iter().filter(|notice| notice.effect == Effect::Retracted);
        self.fields =
            told.map(|notice| Field { label: "Note".to_owned(), text: notice.text.clone() }).collect();
        self.value = None;
        self.flag = Flag::NotStated;
        self.flag_text = None;
        self.ranges.clear();
        self.asserts_absence = false;
    }
}

/// The codes of a concept, as a row keeps them.
pub(super) fn codes(concept: Option<&CodeableConcept>) -> Vec<Code> {
    let codings = concept.into_iter().flat_map(|concept| &concept.codings);
    codings
        .filter_map(|coding| {
            Some(Code {
                system: coding.system.clone(),
                code: coding.code.clone()?,
                display: coding.display.clone(),
            })
        })
        .collect()
}

/// The first moment that can be sorted by, else the first that is stated at all.
pub(super) fn moment(choices: impl IntoIterator<Item = Option<FhirTime>>) -> Option<FhirTime> {
    let mut unreadable = None;
    for time in choices.into_iter().flatten() {
        if time.sort_key().is_some() {
            return Some(time);
        }
        unreadable = unreadable.or(Some(time));
    }
    unreadable
}

/// The moment of a choice element of time.
pub(super) fn moment_of(when: Option<&When>) -> Option<FhirTime> {
    when.and_then(When::moment)
}
