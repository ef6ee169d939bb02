//! What speaks of a moment is not sent past it without being asked for again, and a time that is past is not booked at all (hazard H2).

use client::platform::Clock as _;
use client::{ActChoice, ActState, Error, NewBooking, NewMessage, NewRequest};
use harness::Device;
use sandbox::{Acts, Running};

use super::booking::clinic;
use super::{HOUR, alice_at, any, doctor, item, made, pass};

/// The device has a network again, and syncs.
async fn online(alice: &Device) {
    alice.wire.block(None);
    alice.sync().await;
}

fn waits_unsent(alice: &Device, hospital: &Running, id: &str) {
    assert_eq!(
        (item(alice, id).state, made(hospital, id)),
        (ActState::Queued, 0),
        "nobody sends it in silence"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn h2_a_message_past_the_moment_that_it_speaks_of_is_sent_only_when_it_is_asked_for_again() {
    let hospital = clinic(Acts::slots());
    let alice = alice_at(&hospital).await;
    alice.wire.block(Some("http"));
    let message = NewMessage {
        portal: Some("Riverside".to_owned()),
        to: vec![doctor(alice.client())],
        text: "Shall I come at noon?".to_owned(),
        good_until: Some(alice.clock.now() + 2 * HOUR),
        ..NewMessage::default()
    };
    let id = alice.client().send_message(message).unwrap().id;
    pass(&alice, &hospital, 2 * HOUR - 1);
    assert!(!item(&alice, &id).may.contains(&ActChoice::Retry));
    pass(&alice, &hospital, 1);
    let stale = item(&alice, &id);
    assert!(stale.may.contains(&ActChoice::Retry), "{:?}", stale.may);
    assert!(stale.advice[0].contains("The moment that it speaks of has passed"), "{:?}", stale.advice);
    online(&alice).await;
    waits_unsent(&alice, &hospital, &id);
    alice.client().retry_act(&id).unwrap();
    alice.sync().await;
    assert_eq!((item(&alice, &id).state, made(&hospital, &id)), (ActState::Sent, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn h2_a_time_that_is_past_is_not_booked_even_when_it_is_asked_for_again() {
    for acts in [Acts::slots(), Acts::find_hold_book()] {
        let hospital = clinic(acts);
        let alice = alice_at(&hospital).await;
        let time = alice.client().find_free_times(&any(1)).await.unwrap().times.remove(0);
        let begins = fhir::time::FhirTime::new(&time.start).instant().unwrap();
        alice.wire.block(Some("http"));
        let booking = NewBooking { time, reason: None, moves: None };
        let id = alice.client().book_appointment(booking.clone()).unwrap().id;
        pass(&alice, &hospital, begins - alice.clock.now());
        let over = item(&alice, &id);
        assert_eq!(over.may, [ActChoice::Delete, ActChoice::DoneByHand]);
        assert!(over.advice[0].contains("the time of the appointment is past"), "{:?}", over.advice);
        online(&alice).await;
        waits_unsent(&alice, &hospital, &id);
        let again = alice.client().retry_act(&id);
        assert!(matches!(&again, Err(Error::Invalid(words)) if words.contains("is past")), "{again:?}");
        assert!(matches!(alice.client().book_appointment(booking), Err(Error::Invalid(_))));
        alice.client().delete_act(&id).unwrap();
        assert!(hospital.created().is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn h2_days_that_suited_and_are_over_are_not_asked_for_in_silence() {
    let hospital = clinic(Acts::request());
    let alice = alice_at(&hospital).await;
    alice.wire.block(Some("http"));
    let request = NewRequest {
        portal: "Riverside".to_owned(),
        reason: Some("Knee pain".to_owned()),
        suits: vec![("2026-11-01".to_owned(), "2026-11-01".to_owned())],
        ..NewRequest::default()
    };
    let id = alice.client().request_appointment(request).unwrap().id;
    // The day ends; where the clinic is, it may have ended a little earlier or later.
    pass(&alice, &hospital, 1_793_577_600 - alice.clock.now());
    online(&alice).await;
    waits_unsent(&alice, &hospital, &id);
    alice.client().retry_act(&id).unwrap();
    alice.sync().await;
    assert_eq!((item(&alice, &id).state, made(&hospital, &id)), (ActState::Requested, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn h2_an_appointment_that_is_past_is_not_given_up_afterwards() {
    let hospital = clinic(Acts::slots());
    let alice = alice_at(&hospital).await;
    let time = alice.client().find_free_times(&any(1)).await.unwrap().times.remove(0);
    let begins = fhir::time::FhirTime::new(&time.start).instant().unwrap();
    let booked = alice.client().book_appointment(NewBooking { time, reason: None, moves: None }).unwrap().id;
    alice.sync().await;
    let appointment = item(&alice, &booked).became.unwrap();
    alice.wire.block(Some("http"));
    let cancel = alice.client().cancel_appointment(&appointment, None).unwrap().id;
    pass(&alice, &hospital, begins - alice.clock.now());
    online(&alice).await;
    assert_eq!(item(&alice, &cancel).may, [ActChoice::Delete, ActChoice::DoneByHand]);
    assert_eq!(item(&alice, &booked).state, ActState::Booked, "it took place");
    assert!(matches!(alice.client().cancel_appointment(&appointment, None), Err(Error::Invalid(_))));
}
