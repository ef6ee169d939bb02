use serde_json::Value as Json;

use super::draft::{Draft, codes, moment, moment_of};
use super::fields::Fields;
use crate::json;
use crate::lens::{Attachment, CodeableConcept, DiagnosticReport, labels};

pub(super) fn draft(value: &Json, fields: &mut Fields<'_>) -> Draft {
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
    let category = || report.categories.iter().find_map(CodeableConcept::label);
    Draft {
        title: report.code.as_ref().and_then(CodeableConcept::label).or_else(category),
        codes: codes(report.code.as_ref()),
        when: moment([moment_of(report.effective.as_ref()), report.issued.clone()]),
        value: json::joined(
            report.conclusion.clone().into_iter().chain(labels(&report.conclusion_codes)),
            "; ",
        ),
        ..Draft::default()
    }
}
