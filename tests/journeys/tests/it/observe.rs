//! A screen follows the record: the current view first, then the newest after each change that touches it.

use std::time::Duration;

use client::views::{Filter, Screen};
use client::{Client, Query, Returned, Subscription};
use harness::{BEGINNING, Device, portal};
use sandbox::{Running, Step, demo_data};
use tokio::time::timeout;

const SOON: Duration = Duration::from_secs(5);
const A_WHILE: Duration = Duration::from_millis(150);

#[tokio::test(flavor = "multi_thread")]
async fn a_subscription_gives_what_is_and_then_what_changes() {
    let (alice, hospital) = connected().await;
    let mut results = alice.client().observe(query(Query::Results));
    let first = next(&mut results).await;
    assert_eq!(first, view(&alice, Query::Results), "the current view comes first");
    assert_eq!(first.shown(), 0);
    quiet(&mut results).await;

    let client = alice.client().clone();
    let follower = tokio::spawn(async move {
        let mut seen = vec![next(&mut results).await];
        while seen.last().unwrap().rests_on[0].as_of.is_none() {
            seen.push(next(&mut results).await);
        }
        (seen, results)
    });
    alice.sync().await;
    let (seen, mut results) = timeout(SOON, follower).await.expect("the sync's end is heard of").unwrap();
    assert!(seen.windows(2).all(|pair| pair[0] != pair[1]), "no view is given twice");
    assert!(seen.windows(2).all(|pair| pair[0].shown() <= pair[1].shown()), "a list that fills only grows");
    assert_eq!(
        settled(&mut results).await.unwrap_or(seen.last().unwrap().clone()),
        client.view(&query(Query::Results)).unwrap()
    );

    alice.sync_full().await;
    quiet(&mut results).await; // Everything was asked again, and nothing reads differently.

    alice.clock.turn(60);
    alice.sync().await;
    let screen = settled(&mut results).await.expect("a later reading");
    assert_eq!(screen.rests_on[0].as_of, Some(BEGINNING + 60));

    hospital.evolve(&[Step::Results]).unwrap();
    alice.sync().await;
    let screen = settled(&mut results).await.expect("new results");
    assert_eq!(screen, view(&alice, Query::Results));
    let new = &screen.groups[0].lines[0];
    alice.client().mark_read(std::slice::from_ref(&new.reference)).unwrap();
    assert_eq!(next(&mut results).await.unread, screen.unread - 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_screen_sleeps_while_other_sections_change() {
    let (alice, _hospital) = connected().await;
    alice.sync().await;
    let mut vaccines = alice.client().observe(query(Query::Immunizations));
    let mut results = alice.client().observe(query(Query::Results));
    let mut timeline = alice.client().observe(query(Query::Timeline));
    let before = next(&mut results).await;
    next(&mut vaccines).await;
    next(&mut timeline).await;

    let about = before.groups[0].lines[0].reference.clone();
    alice.client().write_note("ask about this one", Some(&about)).unwrap();
    let after = next(&mut results).await;
    assert_eq!(after.groups[0].lines[0].notes, 1);
    quiet(&mut vaccines).await;
    let everything = next(&mut timeline).await;
    assert_eq!(everything.groups[0].lines.iter().map(|line| line.notes).sum::<u64>(), 1);

    alice.client().write_note("about nothing that is in a list", None).unwrap();
    quiet(&mut results).await;
    quiet(&mut vaccines).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn giving_up_waiting_loses_nothing() {
    let (alice, _hospital) = connected().await;
    alice.sync().await;
    let mut results = alice.client().observe(query(Query::Results));
    let about = next(&mut results).await.groups[0].lines[0].reference.clone();
    for round in 1..=3 {
        // Dropped while it waits, and dropped just as something comes.
        quiet(&mut results).await;
        let _ = timeout(Duration::ZERO, results.next()).await;
        alice.client().write_note(&format!("note {round}"), Some(&about)).unwrap();
        assert_eq!(next(&mut results).await.groups[0].lines[0].notes, round);
    }
    // Two changes while nobody looks are one new view: the newest.
    alice.client().write_note("note 4", Some(&about)).unwrap();
    alice.client().write_note("note 5", Some(&about)).unwrap();
    assert_eq!(next(&mut results).await.groups[0].lines[0].notes, 5);
    quiet(&mut results).await;
    // What is taken back before anyone looks is no change.
    let id = alice.client().write_note("note 6", Some(&about)).unwrap();
    alice.client().delete_note(&id).unwrap();
    quiet(&mut results).await;
    // Another hold on the same record is heard as well.
    let other: Client = alice.client().clone();
    std::thread::spawn(move || other.write_note("from elsewhere", Some(&about)).unwrap()).join().unwrap();
    assert_eq!(next(&mut results).await.groups[0].lines[0].notes, 6);
}

async fn connected() -> (Device, Running) {
    let hospital = portal(demo_data::hospital_of("Riverside", &[demo_data::ALESHA]));
    let alice = Device::new("alice's phone");
    assert!(matches!(alice.connect(&hospital, "Riverside").await, Returned::Connected(_)));
    (alice, hospital)
}

fn query(query: fn(Filter) -> Query) -> Query {
    query(Filter::default())
}

fn view(alice: &Device, of: fn(Filter) -> Query) -> Screen {
    alice.client().view(&query(of)).unwrap()
}

async fn next(subscription: &mut Subscription) -> Screen {
    timeout(SOON, subscription.next()).await.expect("a view soon").unwrap()
}

/// Nothing is given.
async fn quiet(subscription: &mut Subscription) {
    let given = timeout(A_WHILE, subscription.next()).await;
    assert!(
        given.is_err(),
        "an unchanged view was given: {:?}",
        given.map(|screen| screen.map(|s| s.shown()))
    );
}

/// The last of the views that come before it is quiet.
async fn settled(subscription: &mut Subscription) -> Option<Screen> {
    let mut last = None;
    while let Ok(screen) = timeout(A_WHILE, subscription.next()).await {
        last = Some(screen.unwrap());
    }
    last
}
