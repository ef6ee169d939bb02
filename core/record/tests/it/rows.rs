use record::row::{Held, Row, State, row};
use record::{Revision, order};
use serde_json::{Value, json};
use statement::Section;

use crate::world::*;

fn haemoglobin(status: &str, value: Option<&str>) -> Value {
    let mut hb = json!({
        "resourceType": "Observation", "id": "hb", "status": status,
        "category": [{"coding": [{"code": "laboratory"}]}],
        "code": {"text": "Haemoglobin"}, "subject": {"reference": "Patient/alice"},
        "effectiveDateTime": "2024-03-14",
    });
    if let Some(value) = value {
        let number: Value = serde_json::from_str(value).unwrap();
        hb["valueQuantity"] = json!({"value": number, "unit": "g/dL"});
    }
    hb
}

fn hb(record: &Record) -> Row {
    record.row(&key("Observation", "hb"))
}

#[test]
fn a_result_is_one_row_with_all_that_a_list_needs() {
    let mut phone = Device::new(PHONE, ALICE);
    assert_eq!(phone.see(100, &[resource(haemoglobin("final", Some("13.50")))]), 1);
    let row = hb(&phone.record);
    assert_eq!((row.state, row.section.clone(), row.revisions), (State::Current, Section::RESULTS, 1));
    assert_eq!(row.summary.title, "Haemoglobin");
    assert!(row.summary.value.as_deref().unwrap().contains("13.50"));
    assert_eq!((row.prior.clone(), row.changed.clone()), (None, None));
    assert_eq!((row.sighting, row.first_seen), (100, 100));
    assert_eq!((row.connections.clone(), row.brought_in_by.clone()), (vec![connection(0x11)], vec![ALICE]));
    assert!(row.missing_from.is_empty() && !row.no_longer_returned);
    let text = serde_json::to_string(&row).unwrap();
    assert_eq!(serde_json::from_str::<Row>(&text).unwrap(), row);
}

#[test]
fn reading_again_writes_nothing_even_when_the_portal_restamps() {
    let mut phone = Device::new(PHONE, ALICE);
    let mut stamped = haemoglobin("final", Some("13.5"));
    stamped["meta"] = json!({"versionId": "1", "lastUpdated": "2024-03-01T00:00:00Z"});
    phone.see(100, &[resource(stamped.clone())]);
    stamped["meta"] = json!({"versionId": "7", "lastUpdated": "2024-04-01T00:00:00Z"});
    assert_eq!(phone.see(200, &[resource(stamped)]), 0);
    assert_eq!(hb(&phone.record).revisions, 1);
}

#[test]
fn h5_retracted_or_older_correction_shows_the_prior_value() {
    let mut phone = Device::new(PHONE, ALICE);
    phone.see(100, &[resource(haemoglobin("preliminary", Some("13.5")))]);
    phone.see(200, &[resource(haemoglobin("final", Some("13.5")))]);
    let row = hb(&phone.record);
    let prior = row.prior.unwrap();
    assert_eq!((prior.status.as_deref(), prior.when_seen), (Some("preliminary"), 100));
    let changed = row.changed.unwrap();
    assert_eq!(changed, "The status changed from preliminary to final. The value is the same.");
    phone.see(300, &[resource(haemoglobin("corrected", Some("15.3")))]);
    let row = hb(&phone.record);
    let prior = row.prior.unwrap();
    assert!(
        prior.value.as_deref().unwrap().contains("13.5") && prior.title.as_deref() == Some("Haemoglobin")
    );
    let changed = row.changed.unwrap();
    assert!(changed.contains("from 13.5") && changed.contains("from final to corrected"), "{changed}");
    assert_eq!(row.revisions, 3);
}

#[test]
fn h5_what_returns_to_an_earlier_value_is_that_value() {
    let mut phone = Device::new(PHONE, ALICE);
    for (date, value) in [(100, "13.5"), (200, "15.3"), (300, "13.5")] {
        phone.see(date, &[resource(haemoglobin("final", Some(value)))]);
    }
    let row = hb(&phone.record);
    assert!(row.summary.value.unwrap().contains("13.5"));
    assert!(row.prior.unwrap().value.unwrap().contains("15.3"));
    assert_eq!(row.revisions, 3);
}

#[test]
fn h5_version_and_last_updated_decide_nothing() {
    let mut phone = Device::new(PHONE, ALICE);
    let mut first = haemoglobin("final", Some("13.5"));
    first["meta"] = json!({"versionId": "9", "lastUpdated": "2030-01-01T00:00:00Z"});
    phone.see(100, &[resource(first)]);
    let mut second = haemoglobin("final", Some("15.3"));
    second["meta"] = json!({"versionId": "1", "lastUpdated": "1990-01-01T00:00:00Z"});
    phone.see(200, &[resource(second)]);
    assert!(hb(&phone.record).summary.value.unwrap().contains("15.3"));
}

#[test]
fn h5_a_date_that_runs_backwards_never_makes_the_newest_answer_older() {
    assert_eq!(order::sighting(Some(50), Some(100), 7), 100);
    assert_eq!(order::sighting(None, None, 7), 7);
    let mut phone = Device::new(PHONE, ALICE);
    phone.see(100, &[resource(haemoglobin("final", Some("13.5")))]);
    phone.see(50, &[resource(haemoglobin("final", Some("15.3")))]);
    let row = hb(&phone.record);
    assert!(row.summary.value.unwrap().contains("15.3"));
    assert_eq!(row.sighting, 100);
}

#[test]
fn h5_two_revisions_of_one_second_are_ordered_the_same_everywhere() {
    let mut phone = Device::new(PHONE, ALICE);
    let mut tablet = Device::new(TABLET, ALICE);
    phone.see(100, &[resource(haemoglobin("final", Some("13.5")))]);
    tablet.see(100, &[resource(haemoglobin("final", Some("15.3")))]);
    let sent = std::mem::take(&mut phone.record);
    tablet.receive(&sent);
    phone.record = sent;
    phone.receive(&tablet.record);
    assert_eq!(phone.record.shown(), tablet.record.shown());
    assert_eq!(hb(&phone.record).prior.map(|p| p.when_seen), Some(100));
}

#[test]
fn h5_h19_a_stripped_retraction_hides_the_value_and_follows_its_original() {
    let mut phone = Device::new(PHONE, ALICE);
    phone.see(100, &[resource(haemoglobin("final", Some("13.5")))]);
    let stripped = json!({"resourceType": "Observation", "id": "hb", "status": "entered-in-error"});
    phone.see(200, &[resource(stripped)]);
    let row = hb(&phone.record);
    assert_eq!((row.state, row.section.clone()), (State::Retracted, Section::RESULTS));
    assert_eq!(row.summary.title, "Haemoglobin");
    assert_eq!((row.summary.value.clone(), row.summary.search.as_str()), (None, ""));
    assert!(row.summary.fields.is_empty() && row.summary.ranges.is_empty());
    assert!(row.summary.references.iter().any(|r| r.reference.as_deref() == Some("Patient/alice")));
    assert!(row.changed.unwrap().contains("recorded by mistake"));
    assert!(row.prior.unwrap().value.unwrap().contains("13.5"), "reachable as history");
}

#[test]
fn h19_a_full_retraction_keeps_nothing_in_lists_and_search_and_a_second_one_changes_nothing() {
    let mut phone = Device::new(PHONE, ALICE);
    phone.see(100, &[resource(haemoglobin("final", Some("13.5")))]);
    phone.see(200, &[resource(haemoglobin("entered-in-error", Some("13.5")))]);
    phone.see(
        300,
        &[resource(json!({"resourceType": "Observation", "id": "hb", "status": "entered-in-error"}))],
    );
    let row = hb(&phone.record);
    assert_eq!((row.state, row.summary.title.as_str()), (State::Retracted, "Haemoglobin"));
    assert!(row.summary.value.is_none() && row.summary.search.is_empty());
    assert_eq!(row.prior.unwrap().status.as_deref(), Some("final"), "the last that was not a retraction");
}

#[test]
fn h5_what_was_withdrawn_and_is_stated_again_says_so() {
    let mut phone = Device::new(PHONE, ALICE);
    phone.see(100, &[resource(haemoglobin("final", Some("13.5")))]);
    phone.see(
        200,
        &[resource(json!({"resourceType": "Observation", "id": "hb", "status": "entered-in-error"}))],
    );
    phone.see(300, &[resource(haemoglobin("final", Some("13.5")))]);
    let row = hb(&phone.record);
    assert_eq!(row.state, State::Current);
    assert!(row.changed.unwrap().contains("withdrawn"));
    assert!(row.prior.unwrap().retracted);
}

#[test]
fn h5_bytes_that_are_not_here_are_said_to_be_missing_and_the_prior_is_shown_as_prior() {
    let mut phone = Device::new(PHONE, ALICE);
    let first = resource(haemoglobin("final", Some("13.5")));
    let second = resource(haemoglobin("corrected", Some("15.3")));
    phone.see(100, std::slice::from_ref(&first));
    phone.see(200, std::slice::from_ref(&second));
    phone.record.bytes.remove(&second.digest());
    let row = hb(&phone.record);
    assert_eq!((row.state, row.section.clone()), (State::NotHeld, Section::RESULTS));
    assert_eq!((row.summary.value.clone(), row.summary.title.as_str()), (None, "Haemoglobin"));
    assert!(row.prior.unwrap().value.unwrap().contains("13.5"));
    assert!(row.changed.unwrap().contains("not arrived"));
    phone.record.bytes.remove(&first.digest());
    let row = hb(&phone.record);
    assert_eq!((row.state, row.section.clone()), (State::NotHeld, Section::RESULTS));
    assert_eq!(row.prior.unwrap().title, None);
    assert!(!row.summary.title.is_empty());
}

#[test]
fn bytes_that_are_broken_or_of_another_resource_are_not_shown_as_this_one() {
    let mut phone = Device::new(PHONE, ALICE);
    let one = resource(haemoglobin("final", Some("13.5")));
    phone.see(100, std::slice::from_ref(&one));
    let other = json!({"resourceType": "Observation", "id": "eve", "status": "final", "valueString": "bad"});
    for bytes in [other.to_string().into_bytes(), b"{\"resourceType\":".to_vec(), Vec::new()] {
        phone.record.bytes.insert(one.digest(), bytes);
        let row = hb(&phone.record);
        assert_eq!((row.state, row.summary.value), (State::Unreadable, None));
        assert_eq!(row.changed.as_deref(), Some("What arrived cannot be read."));
    }
}

#[test]
fn h19_no_longer_returned_is_per_connection_and_removes_nothing() {
    let mut phone = Device::new(PHONE, ALICE);
    let mut bob = Device::new(TABLET, BOB);
    let penicillin = json!({"resourceType": "AllergyIntolerance", "id": "a", "code": {"text": "Penicillin"}});
    phone.see(100, &[resource(penicillin.clone())]);
    bob.see(110, &[resource(penicillin.clone())]);
    phone.receive(&bob.record);
    phone.list_missing(200, &[("AllergyIntolerance", "a")]);
    let row = |record: &Record| record.row(&key("AllergyIntolerance", "a"));
    let one = row(&phone.record);
    assert_eq!((one.missing_from.clone(), one.no_longer_returned), (vec![phone.connection], false));
    bob.list_missing(210, &[("AllergyIntolerance", "a")]);
    phone.receive(&bob.record);
    let both = row(&phone.record);
    assert!(both.no_longer_returned && both.missing_from.len() == 2);
    assert_eq!((both.state, both.summary.title.as_str()), (State::Current, "Penicillin"));
    assert_eq!(both.brought_in_by, [ALICE, BOB]);
    phone.list_missing(300, &[]);
    assert!(!row(&phone.record).no_longer_returned, "returned again");
    let mut changed = penicillin;
    changed["criticality"] = json!("high");
    bob.see(400, &[resource(changed)]);
    phone.receive(&bob.record);
    assert!(row(&phone.record).missing_from.is_empty(), "a page after the listing counts more");
}

#[test]
fn a_resource_moves_to_another_section_only_on_evidence() {
    let mut phone = Device::new(PHONE, ALICE);
    let mut bare = haemoglobin("final", Some("13.5"));
    bare.as_object_mut().unwrap().remove("category");
    phone.see(100, &[resource(bare.clone())]);
    assert_eq!(hb(&phone.record).section, Section::UNSORTED);
    phone.see(200, &[resource(haemoglobin("final", Some("13.5")))]);
    assert_eq!(hb(&phone.record).section, Section::RESULTS);
    phone.see(300, &[resource(bare)]);
    assert_eq!(hb(&phone.record).section, Section::RESULTS);
    let mut vital = haemoglobin("final", Some("13.5"));
    vital["category"] = json!([{"coding": [{"code": "vital-signs"}]}]);
    phone.see(400, &[resource(vital)]);
    assert_eq!(hb(&phone.record).section, Section::VITALS);
}

#[test]
fn no_revision_gives_no_row_and_another_keys_revisions_are_not_mixed_in() {
    assert!(row(&[], |_| None, &[], None).is_none());
    let revision = |id: &str, at| Revision {
        key: key("Observation", id),
        digest: fhir::Digest([1; 32]),
        comparison: fhir::Digest([at as u8; 32]),
        at,
        clock: 1,
        statement: statement::Digest::new([2; 32]),
        connection: connection(1),
        member: ALICE,
        section: Section::RESULTS,
    };
    let row = row(&[revision("a", 1), revision("b", 2)], |_| None, &[], None).unwrap();
    assert_eq!((row.key.id.as_str(), row.revisions, row.prior), ("b", 1, None));
}

#[test]
fn c15_a_resource_whose_reading_panics_is_kept_and_shown_as_unreadable() {
    let mut phone = Device::new(PHONE, ALICE);
    phone.see(100, &[resource(haemoglobin("final", Some("13.5")))]);
    let revisions = phone.record.revisions().to_vec();
    let sound = row(&revisions, |digest| phone.record.bytes.get(digest).cloned().map(Held::Bytes), &[], None)
        .unwrap();
    assert_eq!(sound.state, State::Current);
    let broken = row(&revisions, |_| panic!("a bug in a lens"), &[], None).unwrap();
    assert_eq!((broken.state, broken.current), (State::Unreadable, sound.current));
    assert_eq!((broken.section, broken.summary.value), (Section::RESULTS, None));
    assert_eq!(broken.key, sound.key);
}
