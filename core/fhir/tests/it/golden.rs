//! Each file in `cases/` is a list of `{"case": name, "resource": {...}}`; what each becomes stands in `golden/`.

mod clinical;

use fhir::describe::{Flag, Summary, describe};
use fhir::modifiers::Effect;
use fhir::{Resource, lens};

#[test]
fn patients_read_as_written() {
    check("patient", include_str!("../cases/patient.json"));
}

#[test]
fn observations_read_as_written() {
    check("observation", include_str!("../cases/observation.json"));
}

#[test]
fn h7_flags_are_the_labs_own_and_nothing_else_is_normal() {
    check("flags", include_str!("../cases/flags.json"));
}

#[test]
fn reports_read_as_written() {
    check("report", include_str!("../cases/report.json"));
}

#[test]
fn medication_requests_read_as_written() {
    check("medication-request", include_str!("../cases/medication-request.json"));
}

#[test]
fn medications_read_as_written() {
    check("medication", include_str!("../cases/medication.json"));
}

#[test]
fn allergies_read_as_written() {
    check("allergy", include_str!("../cases/allergy.json"));
}

#[test]
fn conditions_read_as_written() {
    check("condition", include_str!("../cases/condition.json"));
}

#[test]
fn immunizations_read_as_written() {
    check("immunization", include_str!("../cases/immunization.json"));
}

#[test]
fn administrative_entries_read_as_written() {
    check("document-reference", include_str!("../cases/document-reference.json"));
    check("binary", include_str!("../cases/binary.json"));
    check("media", include_str!("../cases/media.json"));
    check("appointment", include_str!("../cases/appointment.json"));
    check("slot", include_str!("../cases/slot.json"));
    check("schedule", include_str!("../cases/schedule.json"));
    check("communication", include_str!("../cases/communication.json"));
    check("coverage", include_str!("../cases/coverage.json"));
    check("claim", include_str!("../cases/claim.json"));
    check("explanation-of-benefit", include_str!("../cases/explanation-of-benefit.json"));
    check("practitioner", include_str!("../cases/practitioner.json"));
    check("practitioner-role", include_str!("../cases/practitioner-role.json"));
    check("organization", include_str!("../cases/organization.json"));
    check("location", include_str!("../cases/location.json"));
    check("related-person", include_str!("../cases/related-person.json"));
    check("consent", include_str!("../cases/consent.json"));
    check("provenance", include_str!("../cases/provenance.json"));
    check("flag", include_str!("../cases/flag.json"));
    check("task", include_str!("../cases/task.json"));
}

#[test]
fn every_other_type_has_a_title_a_moment_and_a_value() {
    check("other", include_str!("../cases/other.json"));
}

#[test]
fn the_generic_lens_reaches_everything() {
    let mut out = String::new();
    for (name, resource) in cases(include_str!("../cases/generic.json")) {
        out.push_str(&format!("## {name}\n"));
        for line in lens::generic::lines(resource.value()) {
            out.push_str(&format!("{}{}: {}\n", "  ".repeat(line.depth), line.label, line.text));
        }
        out.push('\n');
    }
    compare("generic", &out);
}

fn check(name: &str, text: &str) {
    let mut out = String::new();
    for (case, resource) in cases(text) {
        let summary = describe(&resource);
        assert!(!summary.title.trim().is_empty(), "{case}: a row without a title");
        out.push_str(&format!("## {case}\n{}\n", written(&summary)));
    }
    compare(name, &out);
}

fn cases(text: &str) -> Vec<(String, Resource)> {
    #[derive(serde::Deserialize)]
    struct Case<'a> {
        case: String,
        #[serde(borrow)]
        resource: &'a serde_json::value::RawValue,
    }
    let cases: Vec<Case<'_>> = serde_json::from_str(text).unwrap();
    cases.into_iter().map(|c| (c.case, Resource::parse(c.resource.get().as_bytes()).unwrap())).collect()
}

fn written(summary: &Summary) -> String {
    let mut lines = vec![format!("title: {}", summary.title)];
    lines.extend(summary.value.iter().map(|value| format!("value: {value}")));
    lines.extend(summary.when.iter().map(|when| format!("when:  {}", when.display())));
    if summary.flag != Flag::NotStated {
        lines.push(format!("flag:  {:?}", summary.flag));
    }
    lines.extend(summary.flag_text.iter().map(|text| format!("lab:   {text}")));
    lines.extend(summary.ranges.iter().map(|range| format!("range: {range}")));
    if summary.asserts_absence {
        lines.push("asserts that there is none".to_owned());
    }
    if summary.reading.retracted() || summary.reading.negated() || summary.reading.unreadable {
        lines.push(format!(
            "reads as: {:?}, unreadable: {}",
            summary.reading.effect(),
            summary.reading.unreadable
        ));
    }
    let telling = summary.reading.notices.iter().filter(|notice| notice.effect != Effect::Ok);
    lines.extend(telling.map(|notice| format!("says:  {}", notice.text)));
    for code in &summary.codes {
        lines.push(format!("code:  {} {}", code.system.as_deref().unwrap_or("-"), code.code));
    }
    lines.extend(summary.fields.iter().map(|field| format!("  {}: {}", field.label, field.text)));
    lines.join("\n") + "\n"
}

#[allow(clippy::disallowed_methods)]
fn compare(name: &str, found: &str) {
    let path = format!("{}/tests/golden/{name}.txt", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, found).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    for (number, (expected, found)) in expected.lines().zip(found.lines()).enumerate() {
        assert_eq!(expected, found, "{name}.txt, line {}", number + 1);
    }
    assert_eq!(expected, found, "{name}.txt");
}
