//! Whose data it is, and who may fetch it: another person's portal, another person's result, ended connections.

use std::fs;

use client::views::Filter;
use client::{Error, NewConnection, Query, Returned};
use fhir::Digest;
use harness::{BEGINNING, Device, everything, portal};
use sandbox::{BOB_PASSWORD, Config, Quirk, Running, Source, Step, demo_data, driver};
use serde_json::Value;
use store::Store;

const BOB: (&str, &str) = ("bob", BOB_PASSWORD);

#[tokio::test(flavor = "multi_thread")]
async fn h3_another_persons_portal_is_refused_and_leaves_nothing_behind() {
    let riverside = portal(demo_data::hospital());
    let hillside = portal(demo_data::hospital_of("Hillside", &[demo_data::ALESHA]));
    let record = Device::new("rosalinda's phone");
    assert!(matches!(record.connect(&riverside, "Riverside").await, Returned::Connected(_)));
    let before = (kept(&record), record.client().verify().unwrap(), record.client().portals().unwrap());

    let returned = record.connect(&hillside, "Hillside").await;
    let Returned::AnotherPerson { because } = returned else { panic!("{returned:?}") };
    assert!(because.iter().any(|said| said.contains("birth date differs")), "{because:?}");
    let after = (kept(&record), record.client().verify().unwrap(), record.client().portals().unwrap());
    assert_eq!(after, before, "no token, no statement, no entry, no connection");
    assert_eq!(of_issuer(&record, &hillside), 0);
    tokens_are_dead(&record, &hillside).await;

    // Saying "it is the same" decides a doubt, never a difference.
    let asked = NewConnection { same_person: true, ..Device::new_connection(&hillside, "Hillside") };
    let returned = record.finish(record.client().connect(asked).await.unwrap(), None).await.unwrap();
    assert!(matches!(returned, Returned::AnotherPerson { .. }), "{returned:?}");
    tokens_are_dead(&record, &hillside).await;

    // A sync asks only the portal that is connected.
    hillside.forget_requests();
    let report = record.sync().await;
    assert_eq!(report.portals.len(), 1);
    assert_eq!(hillside.requests(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn h3_another_patient_of_the_same_portal_is_refused() {
    let hospital = portal(demo_data::hospital_of("Riverside", &[demo_data::ALESHA, demo_data::ROSALINDA]));
    let alice = Device::new("alice's phone");
    assert!(matches!(alice.connect(&hospital, "Riverside").await, Returned::Connected(_)));
    let before = alice.client().verify().unwrap();
    let connecting = alice.begin(&hospital, "Riverside again").await.unwrap();
    let rosalinda = hospital.patients().remove(1);
    let returned = alice.finish_as(connecting, BOB, Some(&rosalinda)).await.unwrap();
    assert!(matches!(returned, Returned::AnotherPerson { .. }), "{returned:?}");
    assert_eq!(alice.client().verify().unwrap(), before);
    assert!(alice.client().show(&format!("Patient/{rosalinda}")).is_err());
    // The first connection still works: giving back bob's tokens did not end alice's.
    let report = alice.sync().await;
    assert!(
        !report.portals[0].sign_in_again && report.portals[0].new > 200,
        "{:?}",
        report.portals[0].trouble
    );
    assert_eq!(report.portals[0].set_aside, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn h3_a_doubt_is_asked_and_nothing_is_taken_in_before_the_answer() {
    let hospital = portal(demo_data::hospital());
    let labs = portal(without_birth_date());
    let record = Device::new("rosalinda's phone");
    assert!(matches!(record.connect(&hospital, "Riverside").await, Returned::Connected(_)));
    let before = (kept(&record), record.client().verify().unwrap());
    let returned = record.connect(&labs, "Quick Lab").await;
    let Returned::Unsure { because } = returned else { panic!("{returned:?}") };
    assert!(because.iter().any(|said| said.contains("birth date is not stated")), "{because:?}");
    assert_eq!((kept(&record), record.client().verify().unwrap()), before);
    tokens_are_dead(&record, &labs).await;

    let asked = NewConnection { same_person: true, ..Device::new_connection(&labs, "Quick Lab") };
    let returned = record.finish(record.client().connect(asked).await.unwrap(), None).await.unwrap();
    assert!(
        matches!(&returned, Returned::Connected(signed_in) if signed_in.portal == "Quick Lab"),
        "{returned:?}"
    );
    assert_eq!(record.client().portals().unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn h3_another_persons_result_is_set_aside_and_its_bytes_are_nowhere() {
    let config = demo_data::hospital_of("Riverside", &[demo_data::ALESHA, demo_data::ROSALINDA]);
    let hospital = portal(Config { quirks: [Quirk::OtherPerson].into(), ..config });
    let mut alice = Device::new("alice's phone");
    alice.connect(&hospital, "Riverside").await;
    let report = alice.sync().await;
    assert!(report.portals[0].set_aside > 0);
    assert_eq!(report.portals[0].trouble, None, "one stranger's result spoils nothing else");
    let set_aside = alice.client().portals().unwrap().remove(0).set_aside;
    let counted: u64 = set_aside.iter().map(|(_, count)| count).sum();
    assert_eq!(counted, 1, "one resource, however often it was shown: {set_aside:?}");
    assert!(set_aside[0].0.contains("another patient"), "{set_aside:?}");

    let patients = hospital.patients();
    let (alesha, rosalinda) = (hospital.served(&patients[0]), hospital.served(&patients[1]));
    for resource in &alesha {
        let reference = format!("{}/{}", resource.resource_type, resource.id);
        assert_eq!(alice.client().raw(&reference).unwrap(), resource.bytes, "{reference}");
    }
    let strange: Vec<_> = rosalinda.iter().filter(|resource| !alesha.contains(resource)).collect();
    assert!(strange.len() > 900);
    for resource in &strange {
        let reference = format!("{}/{}", resource.resource_type, resource.id);
        assert!(matches!(alice.client().raw(&reference), Err(Error::NotFound)), "{reference}");
    }
    assert!(alice.client().search(&patients[1], 200).unwrap().is_empty(), "nothing names her");
    assert!(alice.client().search("Rosalinda", 200).unwrap().is_empty());
    alice.close();
    let store = Store::open(&alice.database(), alice.database_key().expose()).unwrap();
    for resource in strange {
        assert_eq!(store.bytes(&Digest::of(&resource.bytes)).unwrap(), None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ending_a_connection_revokes_it_and_keeps_the_data() {
    let (alice, hospital) = connected_and_synced().await;
    let (before, said) = (timeline(&alice), alice.client().verify().unwrap());
    assert!(alice.client().disconnect("Riverside").await.unwrap(), "the portal confirms");
    tokens_are_dead(&alice, &hospital).await;
    assert!(!kept(&alice).iter().any(|name| name.starts_with("tokens.")), "{:?}", kept(&alice));
    assert_eq!(timeline(&alice), before);
    let status = alice.client().portals().unwrap().remove(0);
    assert_eq!((status.ended, status.sign_in_again, status.as_of), (Some(BEGINNING), false, Some(BEGINNING)));
    let basis = alice.client().view(&Query::Profile).unwrap().rests_on.remove(0);
    assert_eq!(basis.trouble.as_deref(), Some("connection ended"));
    assert_eq!(basis.as_of, Some(BEGINNING), "as of when it was last read");

    hospital.forget_requests();
    assert_eq!(alice.sync().await.portals, []);
    assert_eq!(hospital.requests(), [], "an ended connection is left alone");

    alice.clock.turn(3_600);
    assert!(matches!(alice.connect(&hospital, "Riverside").await, Returned::Connected(_)));
    let report = alice.sync().await;
    assert_eq!((report.portals[0].new, report.portals[0].changed), (0, 0));
    let portals = alice.client().portals().unwrap();
    assert_eq!(portals.len(), 1, "the same connection again, not a second one");
    assert_eq!(
        (portals[0].ended, portals[0].connected, portals[0].name.as_str()),
        (None, BEGINNING, "Riverside")
    );
    assert_eq!(alice.client().verify().unwrap(), said, "nothing new was said, so nothing new is signed");
    assert_eq!(timeline(&alice), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_ends_once() {
    let (alice, hospital) = connected_and_synced().await;
    assert!(alice.client().disconnect("Riverside").await.unwrap());
    alice.clock.turn(3_600);
    hospital.forget_requests();
    assert!(
        !alice.client().disconnect("Riverside").await.is_ok_and(|confirmed| confirmed),
        "nobody was asked"
    );
    assert_eq!(hospital.requests(), []);
    assert_eq!(alice.client().portals().unwrap()[0].ended, Some(BEGINNING), "it ended when it ended");
}

#[tokio::test(flavor = "multi_thread")]
async fn ending_a_connection_needs_no_network() {
    let (alice, hospital) = connected_and_synced().await;
    let before = timeline(&alice);
    hospital.stop();
    assert!(!alice.client().disconnect("Riverside").await.unwrap(), "not confirmed, and said so");
    assert!(alice.client().portals().unwrap()[0].ended.is_some());
    assert!(!kept(&alice).iter().any(|name| name.starts_with("tokens.")));
    assert_eq!(timeline(&alice), before);
    assert!(matches!(alice.client().disconnect("Nowhere").await, Err(Error::NotFound)));
}

#[tokio::test(flavor = "multi_thread")]
async fn to_sign_in_again_is_a_normal_state() {
    let (mut alice, hospital) = connected_and_synced().await;
    let (before, said) = (timeline(&alice), alice.client().verify().unwrap());
    hospital.revoke_all();
    hospital.evolve(&[Step::Results]).unwrap();
    for round in ["first", "second"] {
        hospital.forget_requests();
        let report = alice.sync().await;
        let synced = &report.portals[0];
        assert!(synced.sign_in_again && !synced.offline, "{round}: {synced:?}");
        assert_eq!(synced.trouble.as_deref(), Some("asks you to sign in again"));
        assert!(hospital.requests().len() < 12, "{round}: it does not knock at every door");
        assert!(alice.client().portals().unwrap()[0].sign_in_again);
        let rests_on = alice.client().view(&Query::Results(Filter::default())).unwrap().rests_on;
        assert_eq!(rests_on[0].trouble.as_deref(), Some("asks you to sign in again"));
        assert_eq!(rests_on[0].as_of, Some(BEGINNING));
        assert_eq!(timeline(&alice), before, "{round}: reading goes on");
        assert!(!alice.client().search("hemoglobin", 5).unwrap().is_empty());
        assert_eq!(alice.client().verify().unwrap(), said);
        alice.reopen();
    }
    alice.client().write_note("The portal wants me to sign in", None).unwrap();

    assert!(matches!(alice.connect(&hospital, "Riverside").await, Returned::Connected(_)));
    let portals = alice.client().portals().unwrap();
    assert_eq!((portals.len(), portals[0].sign_in_again), (1, false));
    let report = alice.sync().await;
    assert_eq!(
        (report.portals[0].new, report.portals[0].trouble.clone()),
        (5, None),
        "it goes on where it stopped"
    );
}

/// What a portal grants to last for an hour lasts by being renewed; the old tokens are then worth nothing.
#[tokio::test(flavor = "multi_thread")]
async fn access_is_renewed_and_every_token_used_once() {
    let (mut alice, hospital) = connected_and_synced().await;
    for _ in 0..3 {
        alice.clock.turn(7_200);
        hospital.advance(7_200);
        let report = alice.sync().await;
        assert_eq!(report.portals[0].trouble, None);
        alice.reopen();
    }
    let tokens = alice.wire.tokens(&hospital.base_url());
    assert_eq!(tokens.len(), 4, "the first, and one for each renewal");
    for old in &tokens[..3] {
        assert_eq!(knock(&hospital, old).await, 401);
    }
    assert_eq!(knock(&hospital, &tokens[3]).await, 200);
}

async fn connected_and_synced() -> (Device, Running) {
    let hospital = portal(demo_data::hospital_of("Riverside", &[demo_data::ALESHA]));
    let alice = Device::new("alice's phone");
    assert!(matches!(alice.connect(&hospital, "Riverside").await, Returned::Connected(_)));
    assert_eq!(alice.sync().await.portals[0].trouble, None);
    (alice, hospital)
}

/// The lab chain's Rosalinda, whose birth date it does not state.
fn without_birth_date() -> Config {
    let config = demo_data::lab_chain().unwrap();
    let mut bundle: Value = serde_json::from_slice(&config.patients[0].bytes().unwrap()).unwrap();
    for entry in bundle["entry"].as_array_mut().unwrap() {
        if entry["resource"]["resourceType"] == "Patient" {
            entry["resource"].as_object_mut().unwrap().shift_remove("birthDate").unwrap();
        }
    }
    Config { patients: vec![Source::Bytes(serde_json::to_vec(&bundle).unwrap())], ..config }
}

/// No token that this device ever sent there opens anything.
async fn tokens_are_dead(device: &Device, portal: &Running) {
    let tokens = device.wire.tokens(&portal.base_url());
    assert!(!tokens.is_empty(), "the Patient was read with a token");
    for token in tokens {
        assert_eq!(knock(portal, &token).await, 401, "a token still works");
    }
}

async fn knock(portal: &Running, authorization: &str) -> u16 {
    let address = format!("{}/Observation?_count=1", portal.base_url());
    driver::request("GET", &address, &[("Authorization", authorization)], b"").await.unwrap().status
}

/// The names in the device's keychain.
fn kept(device: &Device) -> Vec<String> {
    let files = fs::read_dir(device.home().join("keychain")).unwrap();
    let mut names: Vec<String> = files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn of_issuer(device: &Device, portal: &Running) -> usize {
    let lines = timeline(device);
    lines.iter().filter(|line| line.issuer == portal.base_url()).count()
}

fn timeline(device: &Device) -> Vec<client::views::Line> {
    everything(device.client(), &Filter::default())
}
