use client::views::{self, Group, Line, Moment, Standing};
use fhir::Resource;
use record::Revision;
use record::row::{Held, Row, row};
use serde_json::{Value, json};
use statement::{ConnectionId, Digest, MemberId, Section};

/// 2026-11-22.
const NOW: i64 = 1_795_305_600;
const TODAY: Moment = Moment { now: NOW, died: false };
/// A portal says that the person has died.
const AFTER_DEATH: Moment = Moment { now: NOW, died: true };

fn entry(value: &Value) -> (Line, Row) {
    let bytes = value.to_string().into_bytes();
    let resource = Resource::parse(&bytes).expect("a resource");
    let revision = Revision {
        key: resource.key("https://portal.example"),
        digest: resource.digest(),
        comparison: resource.comparison(),
        at: NOW,
        clock: 1,
        statement: Digest::new([1; 32]),
        connection: ConnectionId::new([2; 16]),
        member: MemberId::new([3; 16]),
        section: Section::UNSORTED,
    };
    let made = row(&[revision], |_| Some(Held::Bytes(bytes.clone())), &[], None).expect("a row");
    let line = views::Line::of(&made, false, 0, &|_| "Riverside".to_owned());
    (line, made)
}

/// Headings with how many lines each has.
fn headings(groups: &[Group]) -> Vec<(&str, usize)> {
    groups.iter().map(|group| (group.heading.as_str(), group.lines.len())).collect()
}

fn prescription(change: Value) -> Value {
    let mut value = json!({
        "resourceType": "MedicationRequest", "id": "m1", "status": "active", "intent": "order",
        "medicationCodeableConcept": {"text": "Example tablet"}, "subject": {"reference": "Patient/p"},
        "authoredOn": "2026-10-01"
    });
    for (key, change) in change.as_object().expect("an object") {
        value[key] = change.clone();
    }
    value
}

fn medicine_heading(change: Value) -> String {
    let groups = views::medications(vec![entry(&prescription(change))], TODAY);
    let [(heading, 1)] = headings(&groups)[..] else { panic!("one line under one heading") };
    heading.to_owned()
}

#[test]
fn h6_active_is_not_current() {
    assert_eq!(medicine_heading(json!({})), "Listed as active, ordered in the last 12 months");
    assert_eq!(
        medicine_heading(json!({"authoredOn": "1949"})),
        "Listed as active, last ordered long ago: ask"
    );
    assert_eq!(medicine_heading(json!({"authoredOn": null})), "Listed as active, date not stated: ask");
    let groups = views::medications(vec![entry(&prescription(json!({"authoredOn": "1949"})))], TODAY);
    let notices = &groups.first().and_then(|group| group.lines.first()).expect("a line").notices;
    assert!(notices.contains(&"Listed as active, last ordered 1949: ask".to_owned()), "{notices:?}");
}

#[test]
fn h4_a_prescription_that_is_none_is_not_listed_as_taken() {
    assert_eq!(medicine_heading(json!({"doNotPerform": true})), "Do NOT take");
    assert_eq!(medicine_heading(json!({"intent": "proposal"})), "Suggested or planned, not a prescription");
    assert_eq!(medicine_heading(json!({"status": "stopped"})), "Finished, stopped or cancelled");
    assert_eq!(medicine_heading(json!({"status": "cancelled"})), "Finished, stopped or cancelled");
    assert_eq!(medicine_heading(json!({"status": "on-hold"})), "Paused");
    assert_eq!(medicine_heading(json!({"status": "draft"})), "Not sent to the pharmacy yet");
    assert_eq!(medicine_heading(json!({"status": "unheard-of"})), "State not known: ask");
    assert_eq!(medicine_heading(json!({"status": "entered-in-error"})), "Withdrawn: recorded by mistake");
    let unknown =
        json!({"modifierExtension": [{"url": "https://example.org/unheard-of", "valueBoolean": true}]});
    assert_eq!(medicine_heading(unknown), "Carries a note that this app cannot read: ask the provider");
}

#[test]
fn h6_what_was_given_once_is_not_listed_as_taken() {
    let event = |kind: &str, status: &str| {
        let value = json!({"resourceType": kind, "id": "e1", "status": status, "effectiveDateTime": "2026-11-01",
            "medicationCodeableConcept": {"text": "Example gel"}, "subject": {"reference": "Patient/p"}});
        let groups = views::medications(vec![entry(&value)], TODAY);
        headings(&groups).first().expect("a heading").0.to_owned()
    };
    assert_eq!(event("MedicationAdministration", "completed"), "Given to you at a visit");
    assert_eq!(event("MedicationAdministration", "not-done"), "NOT handed out or NOT given");
    assert_eq!(event("MedicationDispense", "completed"), "Handed out by a pharmacy");
    assert_eq!(event("MedicationDispense", "declined"), "NOT handed out or NOT given");
}

#[test]
fn h4_a_refuted_allergy_is_kept_apart_and_a_missing_state_still_warns() {
    let allergy = |clinical: &str, verification: &str| {
        let mut value = json!({"resourceType": "AllergyIntolerance", "id": "a1", "code": {"text": "Peanut"},
            "patient": {"reference": "Patient/p"}});
        let coded = |system: &str, code: &str| json!({"coding": [{"system": format!("http://terminology.hl7.org/CodeSystem/{system}"), "code": code}]});
        if !clinical.is_empty() {
            value["clinicalStatus"] = coded("allergyintolerance-clinical", clinical);
        }
        if !verification.is_empty() {
            value["verificationStatus"] = coded("allergyintolerance-verification", verification);
        }
        let groups = views::allergies(vec![entry(&value)]);
        headings(&groups).first().expect("a heading").0.to_owned()
    };
    let warn = "Allergies and intolerances to warn about";
    assert_eq!(allergy("active", "confirmed"), warn);
    assert_eq!(allergy("active", "unconfirmed"), warn);
    assert_eq!(allergy("", ""), warn);
    assert_eq!(allergy("active", "refuted"), "Checked and ruled out");
    assert_eq!(allergy("resolved", "confirmed"), "Not thought to be a risk now");
    assert_eq!(allergy("", "entered-in-error"), "Withdrawn: recorded by mistake");
}

#[test]
fn h7_no_known_allergy_is_an_entry_that_says_so() {
    let value = json!({"resourceType": "AllergyIntolerance", "id": "a1", "code": {"text": "No known allergies"},
        "clinicalStatus": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical", "code": "active"}]},
        "verificationStatus": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification", "code": "confirmed"}]}});
    assert_eq!(headings(&views::allergies(vec![entry(&value)])), [("Recorded as: no known allergies", 1)]);
    assert_eq!(headings(&views::allergies(Vec::new())), []);
}

#[test]
fn h7_what_is_recorded_as_none_is_not_one_of_them() {
    let snomed = |code: &str| json!({"coding": [{"system": "http://snomed.info/sct", "code": code}]});
    let clinical = |system: &str, code: &str| json!({"coding": [{"system": format!("http://terminology.hl7.org/CodeSystem/{system}"), "code": code}]});
    let condition = json!({"resourceType": "Condition", "id": "c1", "code": snomed("160245001"),
        "clinicalStatus": clinical("condition-clinical", "active"),
        "verificationStatus": clinical("condition-ver-status", "confirmed")});
    assert_eq!(
        headings(&views::conditions(vec![entry(&condition)])),
        [("Recorded as: no known problems", 1)]
    );
    let medicine = prescription(json!({"medicationCodeableConcept": {"text": "No current medications"}}));
    assert_eq!(
        headings(&views::medications(vec![entry(&medicine)], TODAY)),
        [("Recorded as: no known medicines", 1)]
    );
    let vaccine = json!({"resourceType": "Immunization", "id": "i1", "status": "completed",
        "vaccineCode": snomed("787482006"), "occurrenceDateTime": "2025-10-01"});
    let recorded = [("Recorded as: no known immunizations", 1)];
    assert_eq!(headings(&views::immunizations(vec![entry(&vaccine)])), recorded);
    let ips = "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips";
    let unknown = json!({"resourceType": "Immunization", "id": "i2", "status": "completed",
        "vaccineCode": {"coding": [{"system": ips, "code": "no-immunization-info"}]}});
    assert_eq!(headings(&views::immunizations(vec![entry(&unknown)])), [("State not known: ask", 1)]);
    let unknown = json!({"resourceType": "AllergyIntolerance", "id": "a2", "code": {"text": "No information about allergies"}});
    let recorded = [("Recorded as: nothing is known about allergies", 1)];
    assert_eq!(headings(&views::allergies(vec![entry(&unknown)])), recorded);
}

#[test]
fn h4_a_condition_is_current_only_when_it_says_so() {
    let condition = |clinical: Option<&str>, verification: &str| {
        let coded = |system: &str, code: &str| json!({"coding": [{"system": format!("http://terminology.hl7.org/CodeSystem/{system}"), "code": code}]});
        let mut value = json!({"resourceType": "Condition", "id": "c1", "code": {"text": "Asthma"}});
        if !verification.is_empty() {
            value["verificationStatus"] = coded("condition-ver-status", verification);
        }
        if let Some(clinical) = clinical {
            value["clinicalStatus"] = coded("condition-clinical", clinical);
        }
        let groups = views::conditions(vec![entry(&value)]);
        headings(&groups).first().expect("a heading").0.to_owned()
    };
    assert_eq!(condition(Some("active"), "confirmed"), "Current");
    assert_eq!(condition(Some("active"), ""), "Current");
    assert_eq!(condition(Some("active"), "unheard-of"), "Whether it is current is not stated");
    assert_eq!(condition(None, "confirmed"), "Whether it is current is not stated");
    assert_eq!(condition(Some("active"), "provisional"), "Being considered, not confirmed");
    assert_eq!(condition(Some("resolved"), "confirmed"), "Past or quiet at present");
    assert_eq!(condition(Some("active"), "refuted"), "Ruled out: you do not have this");
}

#[test]
fn h4_a_refused_vaccine_is_not_given() {
    let vaccine = |change: Value| {
        let mut value = json!({"resourceType": "Immunization", "id": "i1", "status": "completed",
            "vaccineCode": {"text": "Influenza"}, "occurrenceDateTime": "2025-10-01"});
        for (key, change) in change.as_object().expect("an object") {
            value[key] = change.clone();
        }
        let groups = views::immunizations(vec![entry(&value)]);
        headings(&groups).first().expect("a heading").0.to_owned()
    };
    assert_eq!(vaccine(json!({})), "Given");
    assert_eq!(vaccine(json!({"status": "not-done"})), "NOT given");
    assert_eq!(vaccine(json!({"isSubpotent": true})), "Given, but may not protect: ask");
    assert_eq!(vaccine(json!({"status": null})), "State not known: ask");
}

#[test]
fn h4_an_appointment_is_coming_only_when_it_is_booked() {
    let appointment = |status: &str, start: &str| {
        let value = json!({"resourceType": "Appointment", "id": "p1", "status": status, "start": start,
            "description": "Check-up", "participant": [{"actor": {"reference": "Patient/p"}, "status": "accepted"}]});
        let groups = views::appointments(vec![entry(&value)], TODAY);
        headings(&groups).first().expect("a heading").0.to_owned()
    };
    let (later, earlier) = ("2026-12-01T09:00:00Z", "2026-10-01T09:00:00Z");
    assert_eq!(appointment("booked", later), "Coming");
    assert_eq!(appointment("booked", earlier), "Past");
    assert_eq!(appointment("proposed", later), "Requested, not confirmed: NOT booked yet");
    assert_eq!(appointment("pending", later), "Requested, not confirmed: NOT booked yet");
    assert_eq!(appointment("waitlist", later), "Requested, not confirmed: NOT booked yet");
    assert_eq!(appointment("cancelled", later), "Cancelled: do not go");
    assert_eq!(appointment("noshow", earlier), "Cancelled or did not take place");
    assert_eq!(appointment("unheard-of", later), "State or time not known: ask");
    assert_eq!(appointment("booked", "soon"), "State or time not known: ask");
    assert_eq!(appointment("entered-in-error", later), "Withdrawn: recorded by mistake");
}

#[test]
fn h4_what_was_not_done_stands_apart_from_what_was() {
    let procedure = |status: &str| {
        let value = json!({"resourceType": "Procedure", "id": "x1", "status": status, "code": {"text": "Example"},
            "subject": {"reference": "Patient/p"}, "performedDateTime": "2026-01-01"});
        let groups = views::by_state(vec![entry(&value)], "Done");
        headings(&groups).first().expect("a heading").0.to_owned()
    };
    assert_eq!(procedure("completed"), "Done");
    assert_eq!(procedure("not-done"), "Not done, cancelled, or not to be done");
    assert_eq!(procedure("preparation"), "Planned, suggested or not begun");
    assert_eq!(procedure("in-progress"), "Under way, not complete or paused");
    assert_eq!(procedure("unheard-of"), "State not known: ask");
    assert_eq!(procedure("entered-in-error"), "Withdrawn: recorded by mistake");
}

#[test]
fn h4_nothing_is_called_current_or_coming_of_somebody_who_has_died() {
    let medicine = |change: Value| {
        let groups = views::medications(vec![entry(&prescription(change))], AFTER_DEATH);
        headings(&groups).first().expect("a heading").0.to_owned()
    };
    let listed = "Listed as active when the record says that this person has died";
    for change in [json!({}), json!({"authoredOn": "1949"}), json!({"authoredOn": null})] {
        assert_eq!(medicine(change), listed);
    }
    assert_eq!(medicine(json!({"status": "stopped"})), "Finished, stopped or cancelled");
    assert_eq!(medicine(json!({"doNotPerform": true})), "Do NOT take");
    let value = json!({"resourceType": "Appointment", "id": "p1", "status": "booked", "start": "2026-12-01T09:00:00Z",
        "participant": [{"actor": {"reference": "Patient/p"}, "status": "accepted"}]});
    let groups = views::appointments(vec![entry(&value)], AFTER_DEATH);
    assert_eq!(headings(&groups), [("Listed as booked when the record says that this person has died", 1)]);
    assert!(groups.iter().all(|group| group.note.is_some()));
    assert_eq!(
        AFTER_DEATH.heading("In force"),
        "Listed as in force when the record says that this person has died"
    );
    assert_eq!(TODAY.heading("In force"), "In force");
}

#[test]
fn h19_what_was_removed_says_so_and_stands_with_what_was_withdrawn() {
    let (_, row) = entry(&prescription(json!({"status": "entered-in-error"})));
    let row = row.purged();
    let line = Line::of(&row, false, 0, &|_| "Riverside".to_owned());
    assert_eq!((line.title.as_str(), &line.standing), ("MedicationRequest", &Standing::Removed));
    assert_eq!(row.changed.as_deref(), Some("Removed at your wish; it had been recorded by mistake."));
    assert_eq!(
        headings(&views::medications(vec![(line, row)], TODAY)),
        [("Withdrawn: recorded by mistake", 1)]
    );
}

#[test]
fn no_letter_of_a_portal_steers_a_screen() {
    let hostile = "Example\u{202e}\u{1b}[2J\u{200b} tablet";
    let change = json!({"medicationCodeableConcept": {"text": hostile}, "dosageInstruction": [{"text": hostile}],
        "note": [{"text": format!("one\n{hostile}")}], "status": hostile, "id": "m\u{202e}1"});
    let (line, _) = entry(&prescription(change));
    let acts = |text: &str| text.chars().any(|letter| letter != '\n' && !fhir::text::is_inert(letter));
    let told = serde_json::to_string(&line).expect("JSON");
    let texts: Value = serde_json::from_str(&told).expect("JSON");
    let mut open = vec![&texts];
    while let Some(value) = open.pop() {
        match value {
            Value::String(text) => assert!(!acts(text), "{text:?}"),
            Value::Array(items) => open.extend(items),
            Value::Object(members) => open.extend(members.values()),
            _ => {}
        }
    }
    assert!(line.title.starts_with("Example\u{fffd}"), "{:?}", line.title);
    assert!(
        line.fields.iter().any(|field| field.text.contains("one\nExample")),
        "lines stay lines: {:?}",
        line.fields
    );
}
