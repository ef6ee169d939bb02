//! Following: the first view, the newest one after a change, one waiter at a time, and cancelling that loses nothing.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use wellkept::{Given, HealthError, NewMessage, Subscription, Wanted};

use crate::device::Phone;

async fn notes(subscription: &Subscription) -> usize {
    match subscription.next().await.unwrap() {
        Given::Notes { notes } => notes.len(),
        other => panic!("{other:?}"),
    }
}

/// Polls a `next` once and drops it. It waited, or, where the view was read by then, this was given.
fn begun_and_given_up(subscription: &Subscription) -> Option<usize> {
    match pin!(subscription.next()).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Pending => None,
        Poll::Ready(Ok(Given::Notes { notes })) => Some(notes.len()),
        Poll::Ready(other) => panic!("{other:?}"),
    }
}

/// The newest view, asked for again where it was given up.
async fn newest(subscription: &Subscription) -> usize {
    match begun_and_given_up(subscription) {
        Some(given) => given,
        None => notes(subscription).await,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_view_comes_at_once_and_then_each_change() {
    let phone = Phone::new().await;
    let subscription = phone.client.observe(Wanted::Notes);
    assert_eq!(notes(&subscription).await, 0);
    phone.client.write_note("one".to_owned(), None).await.unwrap();
    assert_eq!(notes(&subscription).await, 1);
    phone.client.write_note("two".to_owned(), None).await.unwrap();
    phone.client.write_note("three".to_owned(), None).await.unwrap();
    assert_eq!(notes(&subscription).await, 3, "versions in between are skipped");
}

#[tokio::test(flavor = "multi_thread")]
async fn giving_up_at_any_point_loses_nothing() {
    let phone = Phone::new().await;
    let subscription = phone.client.observe(Wanted::Notes);
    // Given up before the first view was read, and while it waits for a change.
    assert_eq!(newest(&subscription).await, 0);
    assert_eq!(begun_and_given_up(&subscription), None);
    phone.client.write_note("one".to_owned(), None).await.unwrap();
    // Given up while the change is being read.
    assert_eq!(newest(&subscription).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_next_is_refused_and_the_first_goes_on() {
    let phone = Phone::new().await;
    let subscription = phone.client.observe(Wanted::Notes);
    assert_eq!(notes(&subscription).await, 0);
    let mut first = pin!(subscription.next());
    assert!(first.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    assert!(matches!(subscription.next().await, Err(HealthError::Busy { .. })));
    phone.client.write_note("one".to_owned(), None).await.unwrap();
    assert!(matches!(first.await, Ok(Given::Notes { notes }) if notes.len() == 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn ending_tells_who_waits() {
    let phone = Phone::new().await;
    let subscription = phone.client.observe(Wanted::Notes);
    assert_eq!(notes(&subscription).await, 0);
    let waiter = subscription.clone();
    let waits = tokio::spawn(async move { waiter.next().await });
    subscription.end();
    assert!(matches!(waits.await.unwrap(), Err(HealthError::Ended { .. })));
    assert!(matches!(subscription.next().await, Err(HealthError::Ended { .. })));
}

/// Each of these follows what it shows.
#[tokio::test(flavor = "multi_thread")]
async fn status_threads_and_the_outbox_are_followed_too() {
    let portal = harness::portal(sandbox::demo_data::hospital());
    let phone = Phone::new().await;
    let (status, outbox) = (phone.client.observe(Wanted::Status), phone.client.observe(Wanted::Outbox));
    let threads = phone.client.observe(Wanted::Threads { filter: wellkept::ThreadFilter::default() });
    for followed in [&status, &outbox, &threads] {
        followed.next().await.unwrap();
    }
    phone.connect(&portal).await;
    assert!(matches!(status.next().await.unwrap(), Given::Status { status } if status.portals.len() == 1));
    phone.client.sync(wellkept::Reason::Asked { full: false }, None).await.unwrap();
    let to = phone.client.recipients("River Clinic".to_owned()).await.unwrap().people;
    let message = NewMessage {
        text: "When is my next visit?".to_owned(),
        portal: Some("River Clinic".to_owned()),
        to: to.into_iter().take(1).map(|person| person.reference).collect(),
        answers: None,
        about: Vec::new(),
        subject: None,
        files: Vec::new(),
        good_until: None,
        draft: None,
    };
    phone.client.send_message(message).await.unwrap();
    assert!(matches!(outbox.next().await.unwrap(), Given::Outbox { items } if items.len() == 1));
    assert!(
        matches!(threads.next().await.unwrap(), Given::Threads { threads } if threads.waiting.len() == 1)
    );
}
