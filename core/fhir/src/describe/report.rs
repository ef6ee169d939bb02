use serde_json::Value as Json;

use super::draft::{Draft, codes, moment, moment_of};
use super::fields::Fields;
use super::narrative;
use crate::json;
use crate::lens::{Attachment, CodeableConcept, DiagnosticReport, labels};
use crate::modifiers::Reading;

pub(super) fn draft(value: &Json, reading: &Reading, fields: &mut Fields<'_>) -> Draft {
    let report = DiagnosticReport::read(value);
    fields.told(&[
        "code",
        "status",
        "category",
        "effectiveDateTime",
        "effectivePeriod",
        "issued",
        "performer",
        "resultsInterpreter",
        "specimen",
        "result",
        "imagingStudy",
        "conclusion",
        "conclusionCode",
        "presentedForm",
    ]);
    fields.concept("Report", report.code.as_ref());
    fields.put("What it found", report.conclusion.clone());
    fields.concepts("Findings", &report.conclusion_codes);
    fields.references("Results", &report.results);
    fields.references("Images", &report.imaging);
    fields.each("File", report.files.iter().map(|file| Some(Attachment::display(file))));
    fields.put("Status", report.status.clone());
    fields.when("When", report.effective.as_ref());
    fields.time("Given out", report.issued.as_ref());
    fields.concepts("Kind", &report.categories);
    fields.references("Sample", &report.specimens);
    fields.references("Done by", &report.performers);
    fields.references("Read by", &report.interpreters);
    fields.put(
        "In words",
        narrative::whole(value).filter(|_| found(&report).is_none() && report.results.is_empty()),
    );
    let category = || report.categories.iter().find_map(CodeableConcept::title);
    Draft {
        title: report.code.as_ref().and_then(CodeableConcept::title).or_else(category),
        codes: codes(report.code.as_ref()),
        when: moment([moment_of(report.effective.as_ref()), report.issued.clone()]),
        value: found(&report).or_else(|| in_words(&report, value, reading)),
        ..Draft::default()
    }
}

fn found(report: &DiagnosticReport) -> Option<String> {
    json::joined(report.conclusion.clone().into_iter().chain(labels(&report.conclusion_codes)), "; ")
}

/// The first words of a report that is told in words only. One that has results or did not take place needs none.
fn in_words(report: &DiagnosticReport, value: &Json, reading: &Reading) -> Option<String> {
    if !report.results.is_empty() || narrative::is_told_by(reading) {
        return None;
    }
    let words =
        narrative::words(value).or_else(|| narrative::of_files(value, "presentedForm", &report.files));
    let images = !report.imaging.is_empty() || value.get("media").is_some();
    words.or_else(|| (!images).then(|| narrative::NO_RESULT.to_owned()))
}
