//! Acts go out in the order in which they were composed.

use client::{ActState, NewBooking};

use super::{alice_at, any, hospital, item, message};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_composed_within_one_second_goes_out_in_that_order() {
    let hospital = hospital(&[]);
    let mut alice = alice_at(&hospital).await;
    alice.client().find_free_times(&any(20)).await.unwrap();
    alice.wire.block(Some("http"));
    // The clock stands still; messages and appointments lie in sections of their own.
    let mut composed = Vec::new();
    for nth in 1..=4 {
        composed.push(message(alice.client(), &format!("Question {nth}")));
        let time = alice.client().free_time(nth).unwrap();
        let booking = NewBooking { time, reason: None, moves: None };
        composed.push(alice.client().book_appointment(booking).unwrap().id);
    }
    let edited = alice.client().edit_act(&composed[2], "Question 2, put better").unwrap().id;
    composed[2] = edited;
    alice.reopen();
    let mut shown: Vec<String> = alice.client().outbox().unwrap().into_iter().map(|item| item.id).collect();
    shown.reverse();
    assert_eq!(shown, composed, "the newest is shown first");
    alice.wire.block(None);
    let sent = alice.client().send_outbox().await.unwrap();
    assert_eq!(sent.iter().map(|act| act.id.clone()).collect::<Vec<_>>(), composed);
    let there: Vec<String> = hospital.created().into_iter().flat_map(|created| created.identifiers).collect();
    let hex = |value: &str| value.chars().filter(char::is_ascii_hexdigit).collect::<String>();
    let there: Vec<String> = there.iter().filter_map(|one| one.rsplit(':').next()).map(hex).collect();
    assert_eq!(there, composed, "the portal got them so");
    assert!(composed.iter().all(|id| matches!(item(&alice, id).state, ActState::Sent | ActState::Booked)));
}
