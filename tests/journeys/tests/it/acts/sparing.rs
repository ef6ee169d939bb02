//! What is refused before it waits, what is not asked too often, and what the outbox shows first and for how long.

use client::{ActState, Error, NewMessage};
use harness::ActFault;
use sandbox::{Acting, demo_data};

use super::{HOUR, alice_at, hospital, item, made, message, pass};

const DAY: i64 = 24 * HOUR;

#[tokio::test(flavor = "multi_thread")]
async fn h3_a_message_goes_to_somebody_of_its_own_portal_while_that_is_connected() {
    let hospital = hospital(&[]);
    let clinic = harness::portal(demo_data::hospital_of("Hillside", &[demo_data::ALESHA]));
    let alice = alice_at(&hospital).await;
    alice.connect(&clinic, "Hillside").await;
    alice.sync().await;
    let client = alice.client();
    let to = |base: String| format!("{base}|{}", doctor_of(client, &base).replacen('/', "|", 1));
    let (own, other) = (to(hospital.base_url()), to(clinic.base_url()));
    let write = |to: Vec<String>| {
        let text = "May I fly?".to_owned();
        let portal = Some("Riverside".to_owned());
        client.send_message(NewMessage { portal, to, text, ..NewMessage::default() })
    };
    let refused = |to: Vec<String>, why: &str| {
        let told = write(to);
        assert!(matches!(&told, Err(Error::Invalid(words)) if words.contains(why)), "{told:?}");
    };
    refused(Vec::new(), "to whom");
    refused(vec![other], "not an entry of Riverside");
    write(vec![own.clone()]).unwrap();
    client.disconnect("Riverside").await.unwrap();
    refused(vec![own], "was ended");
    assert_eq!(client.outbox().unwrap().len(), 1);
}

fn doctor_of(client: &client::Client, base: &str) -> String {
    let all = harness::everything(client, &client::views::Filter::default());
    let found = all.into_iter().find(|line| line.resource_type == "Practitioner" && line.issuer == base);
    found.expect("a practitioner").reference
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_person_has_to_look_at_comes_first_and_what_is_settled_goes_after_a_week() {
    let hospital = hospital(&[]);
    let alice = alice_at(&hospital).await;
    let sent = message(alice.client(), "May I fly?");
    alice.sync().await;
    hospital.set_quirks([Acting::MessageLimit(5).into()]);
    let failed = message(alice.client(), "This is too long");
    alice.sync().await;
    alice.wire.block(Some("http"));
    pass(&alice, &hospital, 1);
    let waits = message(alice.client(), "Short");
    let shown = || alice.client().outbox().unwrap().into_iter().map(|item| item.id).collect::<Vec<_>>();
    assert_eq!(shown(), [failed.clone(), waits.clone(), sent.clone()]);
    pass(&alice, &hospital, 7 * DAY);
    assert_eq!(shown(), [failed, waits], "it is an entry like others");
    assert_eq!(item(&alice, &sent).state, ActState::Sent);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_portal_that_asks_to_wait_is_left_alone_for_so_long() {
    let hospital = hospital(&[Acting::RateLimitedWrites(600).into()]);
    let alice = alice_at(&hospital).await;
    let id = message(alice.client(), "May I fly?");
    for (wait, tries) in [(0, 1), (31, 1), (301, 1), (601, 2)] {
        pass(&alice, &hospital, wait);
        alice.client().send_outbox().await.unwrap();
        assert_eq!(alice.wire.written().len(), tries, "after {wait} s more");
    }
    assert_eq!((item(&alice, &id).state, made(&hospital, &id)), (ActState::Sent, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_portal_takes_is_asked_for_once_a_day() {
    let hospital = hospital(&[]);
    let alice = alice_at(&hospital).await;
    let asked = || alice.wire.sent().iter().filter(|sent| sent.url.ends_with("/metadata")).count();
    let before = asked();
    for (wait, more) in [(60, 0), (DAY, 1), (60, 1)] {
        pass(&alice, &hospital, wait);
        alice.client().send_outbox().await.unwrap();
        assert_eq!(asked() - before, more, "after {wait} s more");
    }
}

/// It could not be told whether it had come; then a sync showed it.
#[tokio::test(flavor = "multi_thread")]
async fn h1_what_a_sync_has_brought_is_not_offered_to_be_sent_again() {
    let hospital = hospital(&[Acting::NoIdentifierSearch("refused".to_owned()).into()]);
    let alice = alice_at(&hospital).await;
    let id = message(alice.client(), "May I fly?");
    alice.wire.act_faults(&[ActFault::Late]);
    alice.client().send_outbox().await.unwrap();
    assert!(matches!(item(&alice, &id).state, ActState::Unsure(_)), "{:?}", item(&alice, &id).state);
    alice.wire.arrive().await;
    for _ in 0..2 {
        pass(&alice, &hospital, 60);
        alice.sync().await;
    }
    let sent = item(&alice, &id);
    assert_eq!((sent.state, sent.may.len(), made(&hospital, &id)), (ActState::Sent, 0, 1));
    assert!(alice.client().retry_act(&id).is_err());
}
