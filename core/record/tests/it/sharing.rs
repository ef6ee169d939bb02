//! What the patient chooses: withheld, shared, and what goes along; and what a carer who has only the open part can tell.

use record::parts::{Choice, KIND_SHARE, KIND_WITHHOLD, Part, Subject, released};
use record::sensitive::Category;
use serde_json::{Value, json};
use statement::Section;

use crate::world::*;

fn refers(kind: &str, id: &str, to: &[&str]) -> Value {
    let refers: Vec<Value> = to.iter().map(|to| json!({"reference": to})).collect();
    json!({"resourceType": kind, "id": id, "code": {"text": id}, "basedOn": refers})
}

fn coded(kind: &str, id: &str, icd: &str) -> Value {
    json!({"resourceType": kind, "id": id,
        "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": icd}]}})
}

/// A phone with a pregnancy, a depression, and what refers to one, to the other and to both.
fn phone() -> Device {
    let mut phone = Device::new(PHONE, ALICE);
    let seen = [
        coded("Condition", "pregnancy", "O09.9"),
        coded("Condition", "depression", "F32.9"),
        refers("Encounter", "check", &["Condition/pregnancy"]),
        refers("Claim", "check-claim", &["Encounter/check", "Organization/clinic"]),
        refers("Claim", "both", &["Condition/pregnancy", "Condition/depression"]),
        json!({"resourceType": "Organization", "id": "clinic"}),
    ];
    phone.see(100, &seen.map(resource));
    phone
}

fn parts(phone: &Device) -> Vec<(String, Part)> {
    let rows = phone.record.rows().into_values().filter(|row| !row.supporting);
    rows.map(|row| (row.key.id, row.part)).collect()
}

fn open(phone: &Device) -> Vec<String> {
    parts(phone).into_iter().filter(|(_, part)| *part == Part::Open).map(|(id, _)| id).collect()
}

/// The patient shares by name; gives what went along.
fn share(phone: &mut Device, kind: &str, id: &str) -> Vec<String> {
    let key = key(kind, id);
    let mut choices = phone.record.choices();
    choices.resources.insert(key.clone(), Choice::Share);
    let released = released(&phone.around(), &choices, &[key.clone()].into()).unwrap();
    let along: Vec<_> = released.follow.iter().chain(&released.along).cloned().collect();
    let mut subjects = vec![Subject::Resource(key.clone())];
    subjects.extend(along.iter().cloned().map(Subject::Follower));
    phone.choose(KIND_SHARE, &subjects);
    phone.settle(&[], &[along.clone(), vec![key]].concat());
    along.into_iter().map(|key| key.id).collect()
}

#[test]
fn h16_sharing_an_entry_opens_what_was_withheld_only_for_it() {
    let mut phone = phone();
    assert_eq!(open(&phone), Vec::<String>::new());
    assert_eq!(share(&mut phone, "Condition", "pregnancy"), ["check-claim", "check"]);
    assert_eq!(open(&phone), ["check-claim", "pregnancy", "check"], "\"both\" refers to a depression too");
    let clinic = phone.record.row(&key("Organization", "clinic"));
    assert_eq!(clinic.held_in, [Section::COVERAGE, Section::COVERAGE.withheld()], "the clinic came along");
    assert_eq!(share(&mut phone, "Condition", "depression"), ["both"]);
    assert_eq!(parts(&phone).iter().filter(|(_, part)| *part == Part::Withheld).count(), 0);
}

#[test]
fn h16_withholding_again_takes_back_what_went_along() {
    let mut phone = phone();
    share(&mut phone, "Condition", "pregnancy");
    phone.choose(KIND_WITHHOLD, &[Subject::Resource(key("Condition", "pregnancy"))]);
    phone.settle(&[key("Condition", "pregnancy")], &[]);
    assert_eq!(open(&phone), Vec::<String>::new());
}

#[test]
fn h16_what_went_along_is_withheld_again_when_it_refers_to_something_else() {
    let mut phone = phone();
    share(&mut phone, "Condition", "pregnancy");
    let more = refers("Encounter", "check", &["Condition/pregnancy", "Condition/depression"]);
    phone.see(200, &[resource(more.clone())]);
    assert_eq!(open(&phone), ["pregnancy"], "and what refers to it with it");
    assert_eq!(phone.see(200, &[resource(more)]), 0);
    share(&mut phone, "Encounter", "check");
    assert!(open(&phone).contains(&"check".to_owned()), "what is shared by name stays open");
    let mut later = refers("Encounter", "check", &["Condition/depression"]);
    later["status"] = json!("finished");
    phone.see(300, &[resource(later)]);
    assert!(open(&phone).contains(&"check".to_owned()));
}

#[test]
fn h16_a_category_that_is_shared_opens_what_it_alone_withheld() {
    let mut phone = phone();
    let category = Subject::Category(Category::Reproductive);
    let mut choices = phone.record.choices();
    choices.settings.open.insert(Category::Reproductive);
    let from = [key("Condition", "pregnancy")].into();
    let released = released(&phone.around(), &choices, &from).unwrap();
    let mut subjects = vec![category.clone()];
    subjects.extend(released.follow.iter().cloned().map(Subject::Follower));
    phone.choose(KIND_SHARE, &subjects);
    phone.settle(&[], &released.follow.iter().cloned().collect::<Vec<_>>());
    assert_eq!(open(&phone), ["check-claim", "pregnancy", "check"]);
    phone.see(200, &[resource(coded("Condition", "later", "O10.0"))]);
    assert!(open(&phone).contains(&"later".to_owned()), "what comes later too");
    let opened: Vec<_> = phone.record.choices().resources.into_keys().collect();
    phone.choose(KIND_WITHHOLD, &[category]);
    phone.settle(&[opened, vec![key("Condition", "later")]].concat(), &[]);
    assert_eq!(open(&phone), Vec::<String>::new());
}

#[test]
fn h16_a_shared_prescription_brings_the_name_of_its_medicine() {
    let mut phone = Device::new(PHONE, ALICE);
    let medicine = json!({"resourceType": "Medication", "id": "m", "code": {"text": "sertraline"}});
    let request = json!({"resourceType": "MedicationRequest", "id": "r", "medicationReference": {"reference": "Medication/m"}});
    phone.see(100, &[resource(medicine), resource(request)]);
    assert_eq!(share(&mut phone, "MedicationRequest", "r"), ["m"]);
    let held = phone.record.row(&key("Medication", "m")).held_in;
    assert_eq!(held, [Section::MEDICATIONS, Section::MEDICATIONS.withheld()]);
}

#[test]
fn h16_the_patient_may_withhold_anything_and_what_refers_to_it_follows() {
    let mut phone = Device::new(PHONE, ALICE);
    let doctor = json!({"resourceType": "Practitioner", "id": "dr"});
    let visit = |id: &str| refers("Encounter", id, &["Practitioner/dr"]);
    phone.see(100, &[resource(doctor), resource(visit("one")), resource(coded("Condition", "flu", "J10.1"))]);
    phone.choose(KIND_WITHHOLD, &[Subject::Resource(key("Practitioner", "dr"))]);
    let planned = phone.settle(&[key("Practitioner", "dr")], &[]);
    assert_eq!(planned.moved, [key("Encounter", "one")].into());
    phone.see(200, &[resource(visit("two"))]);
    assert_eq!(open(&phone), ["flu"]);
    assert!(phone.record.row(&key("Practitioner", "dr")).held_in.contains(&Section::VISITS.withheld()));
}

/// The statements of the open parts.
fn open_statements(phone: &Device) -> Vec<Vec<u8>> {
    let open = phone.record.statements.iter().filter(|s| !s.payload().unwrap().section.is_withheld());
    open.map(|signed| signed.payload_bytes().to_vec()).collect()
}

#[test]
fn h17_the_open_part_is_the_same_byte_for_byte_whether_or_not_something_is_withheld() {
    let harmless = |n: u8| {
        let mut value = json!({"resourceType": "Observation", "id": format!("hb{n}"), "performer": [{"reference": "Practitioner/dr"}],
            "category": [{"coding": [{"code": "laboratory"}]}], "encounter": {"reference": "Encounter/plain"}});
        value["valueString"] = json!(n.to_string());
        value
    };
    let secret = |n: u8| {
        [
            coded("Condition", &format!("secret{n}"), "F32.9"),
            refers(
                "Encounter",
                &format!("secret{n}"),
                &[&format!("Condition/secret{n}"), "Practitioner/dr", "Practitioner/psychiatrist"],
            ),
            refers("Claim", &format!("secret{n}"), &[&format!("Encounter/secret{n}"), "Encounter/plain"]),
        ]
    };
    let plain = [
        refers("Encounter", "plain", &["Practitioner/dr"]),
        json!({"resourceType": "Practitioner", "id": "dr"}),
        json!({"resourceType": "Patient", "id": "alice"}),
    ];
    let psychiatrist = json!({"resourceType": "Practitioner", "id": "psychiatrist"});
    let (mut with, mut without) = (Device::new(PHONE, ALICE), Device::new(PHONE, ALICE));
    for n in 0..4_u8 {
        let mut open: Vec<Value> = vec![harmless(n)];
        if n == 1 {
            open.extend(plain.clone());
        }
        let mut all: Vec<Value> = secret(n).to_vec();
        all.extend(open.clone());
        if n == 2 {
            all.push(psychiatrist.clone());
        }
        let date = 100 + i64::from(n);
        with.see(date, &all.into_iter().map(resource).collect::<Vec<_>>());
        without.see(date, &open.into_iter().map(resource).collect::<Vec<_>>());
        let note = without.fact(record::facts::KIND_NOTE);
        with.fact(record::facts::KIND_NOTE);
        with.write(&Section::RESULTS, note.clone());
        without.write(&Section::RESULTS, note);
    }
    assert!(with.record.statements.len() > without.record.statements.len() + 8);
    assert_eq!(open_statements(&with), open_statements(&without));
}

/// What the open part tells all the same: a page was written there before it could be known.
#[test]
fn h17_what_was_open_before_its_target_came_stays_in_the_log_of_the_open_part() {
    let mut phone = Device::new(PHONE, ALICE);
    phone.see(100, &[resource(refers("Claim", "c", &["Condition/later"]))]);
    phone.see(200, &[resource(coded("Condition", "later", "F32.9"))]);
    assert_eq!(open(&phone), Vec::<String>::new());
    assert_eq!(open_statements(&phone).len(), 1, "which sharing has to leave out");
}
