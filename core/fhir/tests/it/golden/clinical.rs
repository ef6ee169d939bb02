//! Care that was planned, given or told.

use super::check;

#[test]
fn medication_statement_reads_as_written() {
    check("medication-statement", include_str!("../../cases/medication-statement.json"));
}

#[test]
fn medication_dispense_reads_as_written() {
    check("medication-dispense", include_str!("../../cases/medication-dispense.json"));
}

#[test]
fn medication_administration_reads_as_written() {
    check("medication-administration", include_str!("../../cases/medication-administration.json"));
}

#[test]
fn procedure_reads_as_written() {
    check("procedure", include_str!("../../cases/procedure.json"));
}

#[test]
fn encounter_reads_as_written() {
    check("encounter", include_str!("../../cases/encounter.json"));
}

#[test]
fn service_request_reads_as_written() {
    check("service-request", include_str!("../../cases/service-request.json"));
}

#[test]
fn care_plan_reads_as_written() {
    check("care-plan", include_str!("../../cases/care-plan.json"));
}

#[test]
fn care_team_reads_as_written() {
    check("care-team", include_str!("../../cases/care-team.json"));
}

#[test]
fn goal_reads_as_written() {
    check("goal", include_str!("../../cases/goal.json"));
}

#[test]
fn imaging_study_reads_as_written() {
    check("imaging-study", include_str!("../../cases/imaging-study.json"));
}

#[test]
fn device_reads_as_written() {
    check("device", include_str!("../../cases/device.json"));
}

#[test]
fn family_history_reads_as_written() {
    check("family-history", include_str!("../../cases/family-history.json"));
}

#[test]
fn questionnaire_reads_as_written() {
    check("questionnaire", include_str!("../../cases/questionnaire.json"));
}

#[test]
fn hidden_bounds_reads_as_written() {
    check("hidden-bounds", include_str!("../../cases/hidden-bounds.json"));
}
