//! A portal that shows another person where it showed alice, or only a correction of her; a portal that has moved; and one that
//! gives few files in a day.

use std::collections::BTreeMap;

use client::views::Filter;
use client::{AttachmentState as State, Outcome, Query, SyncedPortal};
use data_encoding::BASE64;
use fhir::Digest;
use harness::{Device, everything, portal};
use sandbox::{Config, Fetching, Quirk, Running, Step, demo_data};
use serde_json::{Value, json};

const DAY: i64 = 86_400;

async fn alice(config: Config) -> (Device, Running) {
    let hospital = portal(config);
    let phone = Device::new("alice's phone");
    phone.connect(&hospital, "Riverside").await;
    (phone, hospital)
}

async fn at_riverside() -> (Device, Running) {
    let (phone, hospital) = alice(demo_data::hospital_of("Riverside", &[demo_data::ALESHA])).await;
    assert!(sync(&phone, false).await.new > 100);
    (phone, hospital)
}

async fn sync(phone: &Device, full: bool) -> SyncedPortal {
    let mut report = if full { phone.sync_full().await } else { phone.sync().await };
    let at = report.portals.iter().position(|one| one.portal == "Riverside").unwrap();
    report.portals.remove(at)
}

fn becomes(hospital: &Running, how: &str) {
    hospital.set_quirks([Quirk::from(Fetching::PatientReplaced(how.to_owned()))]);
}

/// The entries that are held, by the digest of their bytes.
fn held(phone: &Device) -> BTreeMap<String, Digest> {
    let lines = everything(phone.client(), &Filter::default()).into_iter();
    let named = lines.map(|line| format!("{}|{}", line.issuer, line.reference.replacen('/', "|", 1)));
    named.map(|name| (name.clone(), Digest::of(&phone.client().raw(&name).unwrap()))).collect()
}

fn has_all(phone: &Device, hospital: &Running) {
    for one in hospital.served(&hospital.patient()).into_iter().filter(|one| one.resource_type != "Patient") {
        let name = format!("{}|{}|{}", hospital.base_url(), one.resource_type, one.id);
        assert_eq!(phone.client().raw(&name).unwrap(), one.bytes, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn h3_a_patient_replaced_under_the_same_id_stops_that_portal_until_the_person_has_looked() {
    let (phone, hospital) = at_riverside().await;
    let labs = portal(Config {
        name: "Quick Lab".to_owned(),
        patients: vec![sandbox::lab_chain_of(demo_data::ALESHA).unwrap().into()],
        ..Config::default()
    });
    phone.connect(&labs, "Quick Lab").await;
    phone.sync().await;
    let before = held(&phone);
    let made = hospital.evolve(&[Step::Results]).unwrap();
    let elsewhere = labs.evolve(&[Step::Results]).unwrap();
    becomes(&hospital, "person");
    hospital.forget_requests();

    // Nothing comes in, what was held stays, and it says so; the other portal goes on.
    for _ in 0..2 {
        let portals = phone.sync().await.portals;
        let stopped = portals.iter().find(|one| one.portal == "Riverside").unwrap();
        assert_eq!((stopped.new, stopped.changed, stopped.set_aside), (0, 0, 0));
        assert!(stopped.trouble.as_ref().unwrap().contains("another person"), "{:?}", stopped.trouble);
        assert!(stopped.another_person.iter().any(|said| said.contains("birth date differs")));
        assert!(stopped.another_person.iter().any(|said| said.contains("name differs")));
        assert!(!stopped.sign_in_again && !stopped.offline);
    }
    let asked = hospital.requests();
    let others = asked.iter().filter(|one| one.path.starts_with("/fhir/Observation"));
    assert_eq!(others.count(), 0, "whose it is comes first: {asked:#?}");
    let now = held(&phone);
    for (reference, digest) in &before {
        assert_eq!(now.get(reference), Some(digest), "{reference}");
    }
    assert_eq!(now.len(), before.len() + elsewhere.len(), "only the other portal's news");
    let profile = phone.client().view(&Query::Profile).unwrap();
    assert!(!format!("{profile:?}").contains("Stranger"));

    // The portal mends it: it goes on by itself, and nothing was lost.
    hospital.set_quirks([]);
    let mended = sync(&phone, false).await;
    assert_eq!((mended.new, mended.another_person.len()), (made.len() as u64, 0));
    has_all(&phone, &hospital);
}

#[tokio::test(flavor = "multi_thread")]
async fn h3_who_says_that_it_is_the_same_person_goes_on_and_loses_nothing() {
    let (phone, hospital) = at_riverside().await;
    becomes(&hospital, "person");
    let made = hospital.evolve(&[Step::Results]).unwrap();
    assert_eq!(sync(&phone, true).await.new, 0);
    phone.client().same_person("Riverside").unwrap();
    let taken = sync(&phone, false).await;
    assert_eq!((taken.new, taken.another_person.len()), (made.len() as u64, 0), "{:?}", taken.trouble);
    has_all(&phone, &hospital);
    let shown = phone.client().show(&format!("Patient/{}", hospital.patient())).unwrap();
    assert!(shown.line.title.contains("Stranger") && shown.history.len() == 2, "what it was stays");
    assert!(phone.client().same_person("Nowhere").is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn h3_a_married_name_or_a_correction_stops_nothing() {
    for how in ["married", "spelling", "birth-date"] {
        let (phone, hospital) = at_riverside().await;
        becomes(&hospital, how);
        let made = hospital.evolve(&[Step::Results]).unwrap();
        let synced = sync(&phone, false).await;
        assert_eq!((synced.another_person.len(), synced.trouble.as_deref()), (0, None), "{how}");
        assert_eq!((synced.new, synced.changed), (made.len() as u64, 1), "{how}: the Patient alone changed");
    }
}

/// The third way to be gone: neither withdrawn nor no longer returned, but the whole portal.
#[tokio::test(flavor = "multi_thread")]
async fn h19_a_portal_that_has_moved_says_why_and_nothing_of_it_is_called_missing() {
    let (phone, hospital) = at_riverside().await;
    let before = held(&phone);
    hospital.set_quirks([Quirk::from(Fetching::EndpointGone)]);
    let gone = sync(&phone, true).await;
    assert!(gone.slots.iter().all(|slot| !matches!(slot.outcome, Outcome::Ok { .. })), "{:?}", gone.slots);
    assert!(!gone.sign_in_again);
    assert_eq!(held(&phone), before);
    let lines = everything(phone.client(), &Filter::default());
    assert!(lines.iter().all(|line| line.no_longer_returned_by.is_empty()));
    hospital.set_quirks([]);
    let back = sync(&phone, true).await;
    assert_eq!((back.new, back.changed), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn relative_next_links_lead_through_all_pages() {
    let (phone, hospital) = alice(demo_data::hospital()).await;
    hospital.set_quirks([Quirk::from(Fetching::NextRelative)]);
    let synced = sync(&phone, false).await;
    let failed = synced.slots.iter().filter(|slot| matches!(slot.outcome, Outcome::Failed { .. }));
    assert_eq!(failed.count(), 0);
    has_all(&phone, &hospital);
}

#[tokio::test(flavor = "multi_thread")]
async fn few_files_in_a_day_are_fetched_over_the_days_and_the_entries_come_at_once() {
    let mut resources = vec![
        json!({"resourceType": "Patient", "id": "p", "birthDate": "1961-05-14", "name": [{"family": "Ames"}]}),
    ];
    for n in 0..5 {
        resources.push(json!({"resourceType": "Binary", "id": format!("b{n}"), "contentType": "text/plain",
            "securityContext": {"reference": "Patient/p"}, "data": BASE64.encode(format!("note {n}").as_bytes())}));
        resources.push(json!({"resourceType": "DocumentReference", "id": format!("n{n}"), "status": "current",
            "type": {"text": "Note"}, "subject": {"reference": "Patient/p"},
            "category": [{"coding": [{"system": "http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category", "code": "clinical-note"}]}],
            "content": [{"attachment": {"contentType": "text/plain", "url": format!("Binary/b{n}")}}]}));
    }
    let entry: Vec<Value> = resources.iter().map(|one| json!({"resource": one})).collect();
    let bundle = json!({"resourceType": "Bundle", "type": "collection", "entry": entry});
    let patients = vec![bundle.to_string().into_bytes().into()];
    let (phone, hospital) = alice(Config { patients, ..Config::default() }).await;
    hospital.set_quirks([Quirk::Binary("limited".to_owned())]);
    let first = sync(&phone, false).await;
    assert_eq!((first.files.fetched, first.files.failed), (3, 2), "{:?}", first.files);
    let on_device = |phone: &Device| {
        let views =
            (0..5).map(|n| phone.client().attachments(&format!("DocumentReference/n{n}")).unwrap().remove(0));
        views.filter(|view| matches!(view.state, State::Held)).count()
    };
    assert_eq!(on_device(&phone), 3);
    hospital.set_quirks([]);
    phone.clock.turn(DAY + 60);
    hospital.advance(DAY + 60);
    sync(&phone, false).await;
    assert_eq!(on_device(&phone), 5);
}

/// A note whose own date is when it was put on file shows when the care was.
#[tokio::test(flavor = "multi_thread")]
async fn a_note_that_names_only_its_visit_is_dated_by_the_visit() {
    let note = |id: &str, visit: &str| {
        json!({"resourceType": "DocumentReference", "id": id, "status": "current", "type": {"text": format!("Note {id}")},
            "subject": {"reference": "Patient/p"}, "date": "2026-10-12T08:00:00Z",
            "contained": [{"resourceType": "Encounter", "id": "within", "status": "finished", "period": {"start": "2020-02-02"}}],
            "context": {"encounter": [{"reference": visit}]}, "content": [{"attachment": {"title": "x"}}]})
    };
    let resources = [
        json!({"resourceType": "Patient", "id": "p", "birthDate": "1961-05-14", "name": [{"family": "Ames"}]}),
        json!({"resourceType": "Encounter", "id": "visit", "status": "finished", "subject": {"reference": "Patient/p"},
            "class": {"code": "AMB"}, "period": {"start": "2021-03-04"}}),
        note("held", "Encounter/visit"),
        note("lost", "Encounter/nowhere"),
        note("inside", "#within"),
    ];
    let entry: Vec<Value> = resources.iter().map(|one| json!({"resource": one})).collect();
    let bundle = json!({"resourceType": "Bundle", "type": "collection", "entry": entry});
    let patients = vec![bundle.to_string().into_bytes().into()];
    let (phone, _hospital) = alice(Config { patients, ..Config::default() }).await;
    sync(&phone, false).await;
    let line = |id: &str| phone.client().show(&format!("DocumentReference/{id}")).unwrap().line;
    let told = line("held");
    assert_eq!(told.when.as_deref(), Some("4 March 2021"));
    assert!(
        told.notices.iter().any(|said| said.contains("put on file on 12 October 2026")),
        "{:?}",
        told.notices
    );
    assert!(line("lost").notices.iter().any(|said| said.contains("not on this device")));
    assert_eq!(line("inside").when.as_deref(), Some("2 February 2020"));
}

/// Bookkeeping is no event of care, whatever its date; it stays within reach.
#[tokio::test(flavor = "multi_thread")]
async fn a_provenance_of_tomorrow_does_not_head_the_timeline_and_is_found() {
    let resources = [
        json!({"resourceType": "Patient", "id": "p", "birthDate": "1961-05-14", "name": [{"family": "Ames"}]}),
        json!({"resourceType": "Observation", "id": "o", "status": "final", "code": {"text": "Potassium"},
            "category": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "laboratory"}]}],
            "subject": {"reference": "Patient/p"}, "effectiveDateTime": "2026-10-01", "valueString": "4.1"}),
        json!({"resourceType": "Provenance", "id": "v", "target": [{"reference": "Observation/o"}, {"reference": "Patient/p"}],
            "recorded": "2099-01-01T00:00:00Z", "agent": [{"who": {"display": "Kingfisher Archive"}}]}),
    ];
    let entry: Vec<Value> = resources.iter().map(|one| json!({"resource": one})).collect();
    let bundle = json!({"resourceType": "Bundle", "type": "collection", "entry": entry});
    let patients = vec![bundle.to_string().into_bytes().into()];
    let (phone, _hospital) = alice(Config { patients, ..Config::default() }).await;
    sync(&phone, false).await;
    let list = |query: fn(Filter) -> Query| -> Vec<String> {
        harness::lines(phone.client(), query, &Filter::default())
            .into_iter()
            .map(|line| line.reference)
            .collect()
    };
    assert_eq!(list(Query::Timeline).first().map(String::as_str), Some("Observation/o"));
    assert!(!list(Query::Timeline).contains(&"Provenance/v".to_owned()));
    assert!(list(Query::Other).contains(&"Provenance/v".to_owned()));
    let found = phone.client().search("Kingfisher", 10).unwrap();
    assert!(format!("{found:?}").contains("Provenance/v"));
}
