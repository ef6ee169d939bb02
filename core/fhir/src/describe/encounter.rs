use serde_json::Value as Json;

use super::Code;
use super::draft::{Draft, codes, moment};
use super::fields::Fields;
use super::tell::{label, title};
use crate::json;
use crate::lens::{CodeableConcept, Coding, Encounter, Hospitalization, Period, Quantity, labels};
use crate::modifiers::Reading;

/// HL7 v3 ActCode, by its address in R4, its OID, and its address in STU3.
const ACT_CODES: [&str; 3] = [
    "http://terminology.hl7.org/CodeSystem/v3-ActCode",
    "urn:oid:2.16.840.1.113883.5.4",
    "http://hl7.org/fhir/v3/ActCode",
];

/// Codes of its value set ActEncounterCode, in plain words.
const CLASSES: [(&str, &str); 11] = [
    ("AMB", "Outpatient visit"),
    ("EMER", "Emergency visit"),
    ("FLD", "Visit in the field"),
    ("HH", "Visit at home"),
    ("IMP", "Hospital stay"),
    ("ACUTE", "Hospital stay (acute)"),
    ("NONAC", "Hospital stay (not acute)"),
    ("OBSENC", "Stay for observation"),
    ("PRENC", "Before a hospital stay"),
    ("SS", "Short stay"),
    ("VR", "Visit by phone or video"),
];

pub(super) fn draft<'a>(value: &'a Json, reading: &Reading, fields: &mut Fields<'a>) -> Draft {
    let visit = Encounter::read(value);
    fill(&visit, fields);
    let class = visit.class.as_ref();
    let kind =
        visit.types.iter().find_map(CodeableConcept::title).or_else(|| title(visit.service_type.as_ref()));
    let diagnoses = visit.diagnoses.iter().filter_map(|found| fields.called(found.condition.as_ref()?));
    let reason = visit.why().or_else(|| fields.all_called(&visit.reason_references));
    let why = reason.or_else(|| json::joined(diagnoses, ", "));
    Draft {
        title: Some(kind.unwrap_or_else(|| class.map_or_else(|| "Visit".to_owned(), titled))),
        codes: visit_codes(&visit),
        when: visit.period.as_ref().and_then(|period| moment([period.start.clone(), period.end.clone()])),
        value: why.filter(|_| !reading.negated()),
        ..Draft::default()
    }
}

fn fill(visit: &Encounter, fields: &mut Fields<'_>) {
    fields.tell_concepts("type", "Visit", &visit.types);
    fields.tell("class", "Kind of visit", visit.class.as_ref().and_then(class_words));
    fields.tell_concept("serviceType", "Service", visit.service_type.as_ref());
    fields.tell("status", "Status", visit.status.clone());
    fields.tell_period("period", "When", visit.period.as_ref());
    fields.tell("length", "How long", visit.length.as_ref().and_then(Quantity::display));
    fields.tell_concepts("reasonCode", "Reason", &visit.reasons);
    fields.tell_many("reasonReference", "Reason", &visit.reason_references);
    for found in &visit.diagnoses {
        let name = found.condition.as_ref().and_then(|condition| fields.name(condition));
        let rank = found.rank.as_ref().map(|rank| format!("rank {rank}"));
        let text = json::joined(name.into_iter().chain(label(found.usage.as_ref())).chain(rank), ", ");
        fields.tell("diagnosis", "Diagnosis", text);
    }
    fields.tell_involved("participant", "Who", &visit.participants);
    for place in &visit.locations {
        let mut parts: Vec<String> = place.location.iter().filter_map(|place| fields.name(place)).collect();
        parts.extend(label(place.kind.as_ref()));
        parts.extend(place.status.clone());
        parts.extend(place.period.as_ref().and_then(Period::display));
        fields.tell("location", "Place", json::joined(parts, ", "));
    }
    if let Some(stay) = &visit.hospitalization {
        hospital(stay, fields);
    }
    fields.tell_one("serviceProvider", "Provider", visit.provider.as_ref());
    fields.tell_concept("priority", "Priority", visit.priority.as_ref());
    fields.tell_many("appointment", "Appointment", &visit.appointments);
    fields.tell_one("partOf", "Part of", visit.part_of.as_ref());
}

fn hospital(stay: &Hospitalization, fields: &mut Fields<'_>) {
    fields.told(&["hospitalization"]);
    fields.reference("Came from", stay.origin.as_ref());
    fields.concept("Came from", stay.admit_source.as_ref());
    fields.concept("Came back", stay.readmission.as_ref());
    fields.put("Food", labels(&stay.diets));
    fields.put("Needs", labels(&stay.arrangements));
    fields.concept("Left for", stay.discharge.as_ref());
    fields.reference("Left for", stay.destination.as_ref());
}

fn titled(class: &Coding) -> String {
    let known = known(class).map(str::to_owned);
    known
        .or_else(|| class.label().map(|label| format!("Visit ({label})")))
        .unwrap_or_else(|| "Visit".to_owned())
}

/// The sender's word for the class, a bare code of HL7 with its meaning.
fn class_words(class: &Coding) -> Option<String> {
    let said = class.label()?;
    Some(match known(class) {
        Some(words) => format!("{words} ({said})"),
        None => said.to_owned(),
    })
}

fn known(class: &Coding) -> Option<&'static str> {
    let standard = class.system.as_deref().is_some_and(|system| ACT_CODES.contains(&system));
    let code = class.code.as_deref().filter(|_| standard)?;
    CLASSES.iter().find(|(known, _)| *known == code).map(|(_, words)| *words)
}

fn visit_codes(visit: &Encounter) -> Vec<Code> {
    let found = visit.types.iter().chain(&visit.service_type).find(|concept| concept.code().is_some());
    if found.is_some() {
        return codes(found);
    }
    let class = visit.class.clone().map(|class| CodeableConcept { text: None, codings: vec![class] });
    codes(class.as_ref())
}
