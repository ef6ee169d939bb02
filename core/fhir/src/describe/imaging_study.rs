use serde_json::Value as Json;

use super::draft::{Draft, codes, moment};
use super::fields::Fields;
use super::tell::label;
use crate::json;
use crate::lens::{CodeableConcept, ImagingSeries, ImagingStudy, labels};
use crate::modifiers::Reading;
use crate::time::FhirTime;

pub(super) fn draft<'a>(value: &'a Json, reading: &Reading, fields: &mut Fields<'a>) -> Draft {
    let study = ImagingStudy::read(value);
    fill(&study, fields);
    let first = || study.series.iter().find_map(|series| series.description.clone());
    let machine = || machines(&study).map(|machines| format!("Imaging: {machines}"));
    let named =
        study.description.clone().or_else(|| study.procedures.iter().find_map(CodeableConcept::title));
    let named = named.or_else(|| fields.called(study.procedure.as_ref()?)).or_else(first).or_else(machine);
    let machine_code =
        study.modalities.first().or_else(|| study.series.iter().find_map(|s| s.modality.as_ref()));
    let coded = study.procedures.iter().find(|procedure| procedure.code().is_some()).or(machine_code);
    let start = study.series.iter().find_map(|series| series.started.clone());
    Draft {
        title: Some(named.unwrap_or_else(|| "Imaging study".to_owned())),
        codes: codes(coded),
        when: moment([study.started.clone(), start]),
        value: summed(&study).filter(|_| !reading.negated()),
        ..Draft::default()
    }
}

fn fill(study: &ImagingStudy, fields: &mut Fields<'_>) {
    fields.tell("description", "Images", study.description.clone());
    fields.tell_concepts("procedureCode", "What was done", &study.procedures);
    fields.tell_one("procedureReference", "What was done", study.procedure.as_ref());
    fields.tell_concepts("modality", "Kind of machine", &study.modalities);
    fields.tell("status", "Status", study.status.clone());
    fields.tell_time("started", "When", study.started.as_ref());
    fields.tell("numberOfSeries", "Number of series", study.series_count.clone());
    fields.tell("numberOfInstances", "Number of images or files", study.instance_count.clone());
    for series in &study.series {
        fields.tell("series", "Series", self::series(series, fields));
    }
    fields.tell_concepts("reasonCode", "Reason", &study.reasons);
    fields.tell_many("reasonReference", "Reason", &study.reason_references);
    fields.tell_one("referrer", "Asked for by", study.referrer.as_ref());
    fields.tell_many("interpreter", "Read by", &study.interpreters);
    fields.tell_one("location", "Place", study.location.as_ref());
    fields.tell_many("basedOn", "Ordered in", &study.based_on);
    fields.tell_notes(&study.notes);
}

/// By which machine, of which part of the body, how much: as stated.
fn summed(study: &ImagingStudy) -> Option<String> {
    let mut sites: Vec<String> = study.series.iter().filter_map(site).collect();
    sites.dedup();
    let sites = json::joined(sites, ", ");
    let count = study.instance_count.as_ref().map(|count| format!("{count} images or files"));
    json::joined(machines(study).into_iter().chain(sites).chain(count), "; ")
}

fn machines(study: &ImagingStudy) -> Option<String> {
    labels(&study.modalities).or_else(|| {
        let mut found: Vec<String> =
            study.series.iter().filter_map(|series| label(series.modality.as_ref())).collect();
        found.dedup();
        json::joined(found, ", ")
    })
}

fn site(series: &ImagingSeries) -> Option<String> {
    let side = label(series.laterality.as_ref());
    json::joined(label(series.body_site.as_ref()).into_iter().chain(side), ", ")
}

fn series(series: &ImagingSeries, fields: &Fields<'_>) -> Option<String> {
    let number = series.number.as_ref().map(|number| format!("number {number}"));
    let mut parts: Vec<String> = series.description.clone().into_iter().collect();
    parts.extend(label(series.modality.as_ref()));
    parts.extend(site(series));
    parts.extend(series.count.as_ref().map(|count| format!("{count} images or files")));
    parts.extend(series.started.as_ref().map(FhirTime::display));
    parts.extend(
        series
            .performers
            .iter()
            .filter_map(|one| fields.name(one.who.as_ref()?))
            .map(|who| format!("by {who}")),
    );
    json::joined(parts.into_iter().chain(number), ", ")
}
