use serde_json::Value as Json;

use super::fields::Fields;
use super::{
    Code, Field, Flag, Measured, allergy, condition, immunization, medication, observation, other, patient,
    report,
};
use super::{
    appointment, benefit, binary, claim, communication, consent, coverage, document, location, media,
    organization, practitioner, provenance, relative, role, schedule, slot, task, warning,
};
use super::{
    care_plan, care_team, device, encounter, family_history, goal, imaging_study, medication_administration,
    medication_dispense, medication_statement, procedure, questionnaire, service_request,
};
use crate::lens::{CodeableConcept, When};
use crate::modifiers::{Effect, Reading};
use crate::reference::Reference;
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
    pub measured: Option<Measured>,
    pub deceased: Option<String>,
    pub subject: Option<Reference>,
}

impl Draft {
    pub(super) fn of(resource_type: &str, value: &Json, reading: &Reading) -> Self {
        let mut fields = Fields::new(value);
        let mut draft = match resource_type {
            "Patient" => patient::draft(value, &mut fields),
            "Observation" => observation::draft(value, reading, &mut fields),
            "DiagnosticReport" => report::draft(value, reading, &mut fields),
            "MedicationRequest" => medication::request(value, reading, &mut fields),
            "Medication" => medication::medication(value, &mut fields),
            "AllergyIntolerance" => allergy::draft(value, &mut fields),
            "Condition" => condition::draft(value, &mut fields),
            "Immunization" => immunization::draft(value, &mut fields),
            "CarePlan" => care_plan::draft(value, reading, &mut fields),
            "CareTeam" => care_team::draft(value, reading, &mut fields),
            "Device" => device::draft(value, reading, &mut fields),
            "Encounter" => encounter::draft(value, reading, &mut fields),
            "FamilyMemberHistory" => family_history::draft(value, reading, &mut fields),
            "Goal" => goal::draft(value, reading, &mut fields),
            "ImagingStudy" => imaging_study::draft(value, reading, &mut fields),
            "MedicationAdministration" => medication_administration::draft(value, reading, &mut fields),
            "MedicationDispense" => medication_dispense::draft(value, reading, &mut fields),
            "MedicationStatement" => medication_statement::draft(value, reading, &mut fields),
            "Procedure" => procedure::draft(value, reading, &mut fields),
            "QuestionnaireResponse" => questionnaire::draft(value, reading, &mut fields),
            "ServiceRequest" => service_request::draft(value, reading, &mut fields),
            "DocumentReference" => document::draft(value, &mut fields),
            "Binary" => binary::draft(value, &mut fields),
            "Media" => media::draft(value, &mut fields),
            "Appointment" => appointment::draft(value, &mut fields),
            "Slot" => slot::draft(value, &mut fields),
            "Schedule" => schedule::draft(value, &mut fields),
            "Communication" => communication::draft(value, &mut fields),
            "Coverage" => coverage::draft(value, &mut fields),
            "Claim" => claim::draft(value, &mut fields),
            "ExplanationOfBenefit" => benefit::draft(value, &mut fields),
            "Practitioner" => practitioner::draft(value, &mut fields),
            "PractitionerRole" => role::draft(value, &mut fields),
            "Organization" => organization::draft(value, &mut fields),
            "Location" => location::draft(value, &mut fields),
            "RelatedPerson" => relative::draft(value, &mut fields),
            "Consent" => consent::draft(value, &mut fields),
            "Provenance" => provenance::draft(value, &mut fields),
            "Flag" => warning::draft(value, &mut fields),
            "Task" => task::draft(value, &mut fields),
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
        self.measured = None;
        self.deceased = None;
        self.subject = None;
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
