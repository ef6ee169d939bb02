//! What changes the meaning of an entry, and the heading that it stands under.

use std::collections::BTreeMap;

use client::views::{Filter, Standing};
use client::{Flag, Query};

use super::{Story, says};

#[tokio::test(flavor = "multi_thread")]
async fn h4_what_nobody_can_read_is_shown_with_a_warning_and_flagged_by_nobody() {
    let story = Story::begin().await;
    for reference in [
        "Observation/modifier-observation",
        "Observation/modifier-component",
        "Observation/modifier-rules",
        "MedicationRequest/modifier",
        "AllergyIntolerance/modifier",
        "Condition/modifier",
        "Immunization/modifier",
    ] {
        let line = story.line(reference);
        assert!(
            says(&line, "we do not know") || says(&line, "cannot read"),
            "{reference}: {:?}",
            line.notices
        );
        assert_eq!(line.flag, Flag::NotStated, "{reference}");
    }
    assert_eq!(story.lab("modifier-observation").value.as_deref(), Some("4.1 mmol/L"), "yet it is shown");
}

#[tokio::test(flavor = "multi_thread")]
async fn h4_h6_medicines_stand_where_their_state_puts_them() {
    let story = Story::begin().await;
    let headings = story.headings(&Query::Medications(Filter::default()));
    let wanted = [
        ("MedicationRequest/twin-hospital", "Listed as active, ordered in the last 12 months"),
        ("MedicationRequest/since-1949", "Listed as active, last ordered long ago: ask"),
        ("MedicationRequest/no-date", "Listed as active, date not stated: ask"),
        ("MedicationRequest/do-not-take", "Do NOT take"),
        ("MedicationRequest/on-hold", "Paused"),
        ("MedicationRequest/draft", "Not sent to the pharmacy yet"),
        ("MedicationRequest/proposal", "Suggested or planned, not a prescription"),
        ("MedicationRequest/reported", "Suggested or planned, not a prescription"),
        ("MedicationRequest/status-unknown", "State not known: ask"),
        ("MedicationRequest/no-intent", "State not known: ask"),
        ("MedicationRequest/modifier", "Carries a note that this app cannot read: ask the provider"),
        ("MedicationRequest/cancelled", "Finished, stopped or cancelled"),
        ("MedicationRequest/stopped", "Finished, stopped or cancelled"),
        ("MedicationStatement/not-taken", "Finished, stopped or cancelled"),
        ("MedicationDispense/dispensed", "Handed out by a pharmacy"),
        ("MedicationDispense/declined", "NOT handed out or NOT given"),
        ("MedicationAdministration/not-done", "NOT handed out or NOT given"),
        ("MedicationStatement/no-medicines", "Recorded as: no known medicines"),
        ("MedicationRequest/in-error", "Withdrawn: recorded by mistake"),
    ];
    for (reference, heading) in wanted {
        assert_eq!(headings.get(reference).map(String::as_str), Some(heading), "{reference}");
    }
    let medicines = story.view(&Query::Medications(Filter::default())).groups;
    let old =
        medicines.iter().flat_map(|group| &group.lines).find(|line| line.reference.ends_with("since-1949"));
    assert!(says(old.unwrap(), "last ordered 1949: ask"), "{old:?}");
    let refused = story.line("MedicationRequest/do-not-take");
    assert_eq!(refused.value, None, "no directions for what is not to be taken");
    for (id, dose) in [("half-tablet", "1/2 (0.5) tablet"), ("half-text", "1/2 tablet")] {
        assert!(story.line(&format!("MedicationRequest/{id}")).value.unwrap().contains(dose), "{id}");
    }
    let titles = [
        ("contained", "Acetaminophen 325 MG Oral Tablet"),
        ("by-reference", "Hospital eye drops no. 7"),
        ("unresolvable", "Eye ointment"),
        ("unnamed", "Medicine without a name"),
    ];
    for (id, title) in titles {
        assert_eq!(story.line(&format!("MedicationRequest/{id}")).title, title);
    }
    for id in ["cross-server", "contained-missing"] {
        let title = story.line(&format!("MedicationRequest/{id}")).title;
        assert!(title.starts_with("Medicine named elsewhere"), "{title}");
    }
    assert!(says(&story.line("MedicationRequest/unresolvable"), "not on this device"));
}

#[tokio::test(flavor = "multi_thread")]
async fn h4_h7_allergies_conditions_and_vaccines_are_not_read_the_other_way_round() {
    let story = Story::begin().await;
    let (warn, none) = ("Allergies and intolerances to warn about", "Recorded as: no known allergies");
    let out = "Withdrawn: recorded by mistake";
    let note = "Carries a note that this app cannot read: ask the provider";
    let wanted = [
        ("AllergyIntolerance/twin-hospital", warn),
        ("AllergyIntolerance/repeated", warn),
        ("AllergyIntolerance/no-states", warn),
        ("AllergyIntolerance/unconfirmed", warn),
        ("AllergyIntolerance/no-code", warn),
        ("AllergyIntolerance/no-known", none),
        ("AllergyIntolerance/no-known-drug-words", none),
        ("AllergyIntolerance/no-known-refuted", "Checked and ruled out"),
        ("AllergyIntolerance/refuted", "Checked and ruled out"),
        ("AllergyIntolerance/resolved", "Not thought to be a risk now"),
        ("AllergyIntolerance/modifier", note),
        ("AllergyIntolerance/in-error", out),
        ("Condition/no-problems", "Recorded as: no known problems"),
        ("Condition/current", "Current"),
        ("Condition/local", "Current"),
        ("Condition/differential", "Being considered, not confirmed"),
        ("Condition/provisional", "Being considered, not confirmed"),
        ("Condition/refuted", "Ruled out: you do not have this"),
        ("Condition/resolved", "Past or quiet at present"),
        ("Condition/no-states", "Whether it is current is not stated"),
        ("Condition/modifier", note),
        ("Condition/in-error", out),
        ("Immunization/no-known-info", "State not known: ask"),
        ("Immunization/given", "Given"),
        ("Immunization/refused", "NOT given"),
        ("Immunization/subpotent", "Given, but may not protect: ask"),
        ("Immunization/modifier", note),
        ("Immunization/in-error", out),
    ];
    let queries = [Query::Allergies, Query::Conditions, Query::Immunizations];
    let headings: BTreeMap<String, String> =
        queries.into_iter().flat_map(|query| story.headings(&query(Filter::default()))).collect();
    for (reference, heading) in wanted {
        assert_eq!(headings.get(reference).map(String::as_str), Some(heading), "{reference}");
    }
    assert!(says(&story.line("Immunization/refused"), "not given"));
    // The clinics' "no known allergies" takes nothing away from the hospital's penicillin, nor from their own.
    let allergies = story.view(&Query::Allergies(Filter::default()));
    let under = |heading: &str, title: &str| {
        let group = allergies.groups.iter().find(|group| group.heading == heading);
        group.is_some_and(|group| group.lines.iter().any(|line| line.title == title))
    };
    assert!(under(none, "No Known Allergies") && under(warn, "penicillin V") && under(warn, "PENICILLIN"));
    let evidence = story.alice.client().search("SECRET-SPUTUM", 10).unwrap();
    assert!(evidence.iter().all(|hit| hit.line.as_ref().is_some_and(|line| !line.notices.is_empty())));
}

#[tokio::test(flavor = "multi_thread")]
async fn h4_what_did_not_happen_says_so() {
    let story = Story::begin().await;
    for (reference, words) in [
        ("Observation/status-registered", "no result yet"),
        ("Observation/status-cancelled", "not measured"),
        ("Observation/status-unknown", "not known"),
        ("Observation/status-invented", "almost-final"),
        ("Observation/chain", "may change"),
        ("DiagnosticReport/report-form", "not checked yet"),
        ("DiagnosticReport/report-cancelled", "will not be made"),
        ("Encounter/cancelled", "did not take place"),
        ("Procedure/not-done", "not done"),
        ("ServiceRequest/do-not", "do not do this"),
        ("ServiceRequest/revoked", "cancelled"),
        ("Appointment/cancelled", "cancelled"),
        ("Appointment/no-show", "missed"),
        ("Communication/not-done", "not sent"),
        ("Task/in-error", "recorded by mistake"),
        ("Device/pump", "recorded by mistake"),
        ("Coverage/ended", "no longer in force"),
        ("Consent/refuses", "refuses"),
        ("DocumentReference/note-preliminary", "may change"),
        ("DocumentReference/note-no-content", "replaced"),
    ] {
        let line = story.line(reference);
        assert!(says(&line, words), "{reference}: {:?}", line.notices);
    }
    let in_error = story.lab("status-in-error");
    assert_eq!((in_error.value, in_error.flag, in_error.ranges.len()), (None, Flag::NotStated, 0));
    assert!(matches!(in_error.standing, Standing::Withdrawn { .. }));
    assert!(
        story.alice.client().search("bed beside", 10).unwrap().is_empty(),
        "it may be about another person"
    );
}
