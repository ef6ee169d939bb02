//! Alice's phone and her tablet: each with keys and connections of its own, each doing its own acts, and each telling the truth of
//! both, whatever is lost and wherever one of them dies (hazard H1).

use client::{ActState, Returned};
use harness::{ActFault, Device};
use sandbox::{Acting, Quirk, Running};
use statement::{Payload, Section, Signed};
use store::{Commit, Store};

use super::{alice_at, hospital, made, message, pass};

const FAULTS: [ActFault; 9] = [
    ActFault::None,
    ActFault::Twice,
    ActFault::Unsent,
    ActFault::RequestLost,
    ActFault::AnswerLost,
    ActFault::Garbled,
    ActFault::DiesBefore,
    ActFault::DiesAfter,
    ActFault::Late,
];

async fn phone_and_tablet(hospital: &Running) -> (Device, Device) {
    let mut phone = alice_at(hospital).await;
    let tablet = phone.another("alice's tablet");
    assert!(matches!(tablet.connect(hospital, "Riverside").await, Returned::Connected(_)));
    tablet.sync().await;
    (phone, tablet)
}

/// It sends what is its own, or dies at it and is opened again.
async fn sends(device: &mut Device) {
    tokio::select! {
        sent = device.client().send_outbox() => { sent.unwrap(); }
        () = device.wire.died() => device.unlock(),
    }
}

/// Neither says what it cannot know.
fn are_honest(hospital: &Running, devices: [&Device; 2], id: &str, what: &str) {
    let there = made(hospital, id);
    assert!(there <= 1, "twice: {what}");
    for device in devices {
        let Ok(item) = device.client().outbox_item(id) else { continue };
        let what = format!("{}: {:?}, {there} there; {what}", device.name, item.state);
        match item.state {
            ActState::Sent => assert_eq!(there, 1, "{what}"),
            ActState::Failed(_) => assert_eq!(there, 0, "{what}"),
            // What one device has heard the other hears when they meet.
            ActState::Queued | ActState::Attempting | ActState::Unsure(_) => {}
            _ => panic!("{what}"),
        }
    }
}

fn portals() -> Vec<Vec<Quirk>> {
    vec![
        Vec::new(),
        vec![Acting::IgnoresIfNoneExist.into()],
        vec![Acting::IfNoneExist412.into(), Acting::LaggingSearch(100).into()],
        vec![Acting::NoIdentifierSearch("refused".to_owned()).into()],
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn h1_two_devices_send_each_message_once_and_both_tell_the_truth_whatever_is_lost() {
    for quirks in portals() {
        let hospital = hospital(&quirks);
        let (mut phone, mut tablet) = phone_and_tablet(&hospital).await;
        // All of them at the portal that does as it should, and those that leave a doubt at the others.
        let doubts = |fault: &ActFault| {
            let twice = *fault == ActFault::Twice && !quirks.contains(&Acting::IgnoresIfNoneExist.into());
            let doubt = matches!(fault, ActFault::AnswerLost | ActFault::DiesBefore | ActFault::Late);
            quirks.is_empty() || doubt || twice
        };
        for (nth, fault) in FAULTS.into_iter().enumerate().filter(|(_, fault)| doubts(fault)) {
            let other = FAULTS[(nth + 3) % FAULTS.len()];
            let of_phone = message(phone.client(), &format!("From the phone: {fault:?}"));
            let of_tablet = message(tablet.client(), &format!("From the tablet: {other:?}"));
            phone.meet(&mut tablet);
            phone.wire.act_faults(&[fault]);
            tablet.wire.act_faults(&[other]);
            for wait in [0, 31, 121, 601] {
                pass(&phone, &hospital, wait);
                tablet.clock.turn(wait);
                let what = format!("{quirks:?} {fault:?} and {other:?} after {wait} s");
                // The tablet comes first at times: it does nothing for the phone.
                if wait % 2 == 0 {
                    sends(&mut phone).await;
                }
                sends(&mut tablet).await;
                if wait % 2 == 1 {
                    sends(&mut phone).await;
                }
                for id in [&of_phone, &of_tablet] {
                    are_honest(&hospital, [&phone, &tablet], id, &what);
                }
                phone.meet(&mut tablet);
                for id in [&of_phone, &of_tablet] {
                    are_honest(&hospital, [&phone, &tablet], id, &format!("{what}, and they met"));
                }
                if wait == 31 {
                    phone.wire.arrive().await;
                    tablet.wire.arrive().await;
                }
            }
            let searched =
                quirks.iter().all(|quirk| !matches!(quirk, Quirk::Acting(Acting::NoIdentifierSearch(_))));
            for id in [&of_phone, &of_tablet] {
                let states = [&phone, &tablet].map(|device| device.client().outbox_item(id).unwrap().state);
                assert_eq!(states[0], states[1], "both say the same: {quirks:?} {fault:?} {other:?}");
                let settled = matches!(states[0], ActState::Sent | ActState::Unsure(_));
                assert!(settled, "{quirks:?} {fault:?} {other:?}: {:?}", states[0]);
                assert!(!searched || made(&hospital, id) <= 1);
            }
        }
    }
}

/// What verify finds wrong, and whether anything is not genuine.
fn verified(device: &Device) -> (Vec<String>, bool) {
    let problems = device.client().verify().unwrap().problems;
    let forged = problems.iter().any(|problem| problem.contains("not genuine"));
    (problems, forged)
}

#[tokio::test(flavor = "multi_thread")]
async fn verify_tells_what_another_device_signed_from_what_nobody_did() {
    let hospital = hospital(&[]);
    let (mut phone, mut tablet) = phone_and_tablet(&hospital).await;
    assert_eq!(verified(&phone), (Vec::new(), false), "it holds what the record's first device said");
    message(tablet.client(), "From the tablet");
    phone.meet(&mut tablet);
    for device in [&phone, &tablet] {
        let (problems, forged) = verified(device);
        assert!(!forged && problems.len() == 1, "{}: {problems:?}", device.name);
        assert!(problems[0].contains("rightly signed, by devices that nothing in this record admits"));
    }
    // A statement of the phone's whose words were changed afterwards.
    phone.close();
    let store = Store::open(&phone.database(), phone.database_key().expose()).unwrap();
    let all = store.statements_after(0, 10_000).unwrap();
    let (_, last) = all.last().unwrap();
    let payload = Payload { section: Section::JOURNAL, ..last.payload().unwrap() };
    let forged = Signed::new(payload.encode().unwrap(), *last.signature()).unwrap();
    store.commit(Commit { statements: vec![(forged, payload)], ..Commit::default() }).unwrap();
    drop(store);
    phone.unlock();
    assert!(verified(&phone).1, "{:?}", verified(&phone));
}

#[tokio::test(flavor = "multi_thread")]
async fn h1_an_act_of_a_device_that_died_is_shown_on_the_other_and_never_sent_by_it() {
    let hospital = hospital(&[]);
    let (mut phone, mut tablet) = phone_and_tablet(&hospital).await;
    let id = message(phone.client(), "Then the phone fell into the lake");
    let never_begun = message(phone.client(), "This one too");
    phone.wire.act_faults(&[ActFault::DiesBefore]);
    sends(&mut phone).await;
    phone.meet(&mut tablet);
    phone.close();
    for wait in [0, 31, 121, 601, 90_000] {
        tablet.clock.turn(wait);
        hospital.advance(wait);
        sends(&mut tablet).await;
        tablet.sync().await;
        let shown = tablet.client().outbox_item(&id).unwrap();
        assert_eq!((shown.state, made(&hospital, &id)), (ActState::Attempting, 0));
        let shown = tablet.client().outbox_item(&never_begun).unwrap();
        assert_eq!((shown.state, made(&hospital, &never_begun)), (ActState::Queued, 0));
        for item in tablet.client().outbox().unwrap() {
            assert!(item.advice.iter().any(|one| one.contains("nother device")), "{:?}", item.advice);
        }
    }
    assert!(tablet.client().delete_act(&id).is_err(), "it may be there");
    assert!(tablet.client().retry_act(&id).is_err(), "the phone alone sends it");
    tablet.client().act_was_done(&id).unwrap();
    tablet.client().delete_act(&never_begun).unwrap();
    phone.unlock();
    phone.meet(&mut tablet);
    phone.clock.turn(90_753);
    sends(&mut phone).await;
    assert_eq!(made(&hospital, &never_begun), 0, "it was taken back on the tablet");
    assert_eq!(phone.client().outbox_item(&id).unwrap().state, ActState::DoneByHand, "as its person says");
    assert_eq!(made(&hospital, &id), 0, "what is said to be done is not sent");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_device_sent_settles_on_the_other_by_a_sync_of_its_own() {
    let hospital = hospital(&[]);
    let (mut phone, mut tablet) = phone_and_tablet(&hospital).await;
    let id = message(phone.client(), "Is anybody there?");
    phone.wire.act_faults(&[ActFault::DiesAfter]);
    sends(&mut phone).await;
    phone.meet(&mut tablet);
    let shown = tablet.client().outbox_item(&id).unwrap().state;
    assert_eq!((shown, made(&hospital, &id)), (ActState::Attempting, 1), "nobody knows yet");
    hospital.advance(60);
    tablet.clock.turn(60);
    tablet.sync().await;
    assert_eq!(tablet.client().outbox_item(&id).unwrap().state, ActState::Sent, "its own portal shows it");
    phone.meet(&mut tablet);
    assert_eq!(phone.client().outbox_item(&id).unwrap().state, ActState::Sent, "and so the phone knows");
}
