//! Following: the first view, the newest one after a change, one waiter at a time, and cancelling that loses nothing.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use wellkept::{Client, Given, HealthError, NewMessage, Next, Subscription, Wanted};

use crate::device::Phone;

/// A screen of notes: what it follows, and which version it shows.
struct Notes {
    subscription: Arc<Subscription>,
    seen: u64,
}

impl Notes {
    fn of(client: &Client) -> Self {
        Self { subscription: client.observe(Wanted::Notes), seen: 0 }
    }

    async fn next(&mut self) -> usize {
        let next = self.subscription.next(self.seen).await.unwrap();
        self.take(next)
    }

    /// Polls a `next` once and drops it. It waited, or, where the view was read by then, this was given.
    fn begun_and_given_up(&mut self) -> Option<usize> {
        let polled = pin!(self.subscription.next(self.seen)).poll(&mut Context::from_waker(Waker::noop()));
        match polled {
            Poll::Pending => None,
            Poll::Ready(next) => Some(self.take(next.unwrap())),
        }
    }

    /// The newest view, asked for again where it was given up.
    async fn newest(&mut self) -> usize {
        match self.begun_and_given_up() {
            Some(given) => given,
            None => self.next().await,
        }
    }

    fn take(&mut self, next: Next) -> usize {
        self.seen = next.version;
        match next.given {
            Given::Notes { notes } => notes.len(),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_view_comes_at_once_and_then_each_change() {
    let phone = Phone::new().await;
    let mut screen = Notes::of(&phone.client);
    assert_eq!(screen.next().await, 0);
    phone.client.write_note("one".to_owned(), None).await.unwrap();
    assert_eq!(screen.next().await, 1);
    phone.client.write_note("two".to_owned(), None).await.unwrap();
    phone.client.write_note("three".to_owned(), None).await.unwrap();
    assert_eq!(screen.next().await, 3, "versions in between are skipped");
}

#[tokio::test(flavor = "multi_thread")]
async fn giving_up_at_any_point_loses_nothing() {
    let phone = Phone::new().await;
    let mut screen = Notes::of(&phone.client);
    // Given up before the first view was read, and while it waits for a change.
    assert_eq!(screen.newest().await, 0);
    assert_eq!(screen.begun_and_given_up(), None);
    phone.client.write_note("one".to_owned(), None).await.unwrap();
    // Given up while the change is being read.
    assert_eq!(screen.newest().await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_next_is_refused_and_the_first_goes_on() {
    let phone = Phone::new().await;
    let mut screen = Notes::of(&phone.client);
    assert_eq!(screen.next().await, 0);
    let mut first = pin!(screen.subscription.next(screen.seen));
    assert!(first.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    assert!(matches!(screen.subscription.next(screen.seen).await, Err(HealthError::Busy { .. })));
    phone.client.write_note("one".to_owned(), None).await.unwrap();
    assert!(matches!(first.await, Ok(Next { given: Given::Notes { notes }, .. }) if notes.len() == 1));
}

/// As when the waiting is cancelled in the moment in which the view was ready, on its way to the other language.
#[tokio::test(flavor = "multi_thread")]
async fn a_view_that_never_arrived_is_given_again() {
    let phone = Phone::new().await;
    let mut screen = Notes::of(&phone.client);
    drop(screen.subscription.next(0).await.unwrap());
    assert_eq!(screen.next().await, 0);
    phone.client.write_note("one".to_owned(), None).await.unwrap();
    drop(screen.subscription.next(screen.seen).await.unwrap());
    drop(screen.subscription.next(screen.seen).await.unwrap());
    assert_eq!(screen.next().await, 1);
    assert_eq!(screen.begun_and_given_up(), None, "what arrived is not given again");
}

#[tokio::test(flavor = "multi_thread")]
async fn ending_tells_who_waits() {
    let phone = Phone::new().await;
    let mut screen = Notes::of(&phone.client);
    assert_eq!(screen.next().await, 0);
    let (waiter, seen) = (screen.subscription.clone(), screen.seen);
    let waits = tokio::spawn(async move { waiter.next(seen).await });
    screen.subscription.end();
    assert!(matches!(waits.await.unwrap(), Err(HealthError::Ended { .. })));
    assert!(matches!(screen.subscription.next(seen).await, Err(HealthError::Ended { .. })));
}

/// Each of these follows what it shows.
#[tokio::test(flavor = "multi_thread")]
async fn status_threads_and_the_outbox_are_followed_too() {
    let portal = harness::portal(sandbox::demo_data::hospital());
    let phone = Phone::new().await;
    let (status, outbox) = (phone.client.observe(Wanted::Status), phone.client.observe(Wanted::Outbox));
    let threads = phone.client.observe(Wanted::Threads { filter: wellkept::ThreadFilter::default() });
    for followed in [&status, &outbox, &threads] {
        assert_eq!(followed.next(0).await.unwrap().version, 1);
    }
    phone.connect(&portal).await;
    assert!(
        matches!(status.next(1).await.unwrap().given, Given::Status { status } if status.portals.len() == 1)
    );
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
    assert!(matches!(outbox.next(1).await.unwrap().given, Given::Outbox { items } if items.len() == 1));
    assert!(
        matches!(threads.next(1).await.unwrap().given, Given::Threads { threads } if threads.waiting.len() == 1)
    );
}
