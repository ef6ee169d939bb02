//! A free time is kept by the portal before it is booked, where it offers that: nothing is booked by keeping it, and what is lost is
//! told with the next free times.

use client::platform::Clock as _;
use client::{ActChoice, ActState, AppointmentFilter, FreeTime, NewBooking};
use harness::{ActFault, Device};
use sandbox::{Acting, Acts, Running, Way};

use super::booking::clinic;
use super::{alice_at, any, item, made, pass};

async fn alice_sees_times(hospital: &Running) -> Device {
    let alice = alice_at(hospital).await;
    alice.client().find_free_times(&any(20)).await.unwrap();
    alice
}

fn compose(alice: &Device, number: usize) -> String {
    let time = alice.client().free_time(number).unwrap();
    let booking = NewBooking { time, reason: Some("Knee pain".to_owned()), moves: None };
    alice.client().book_appointment(booking).unwrap().id
}

/// Appointments that the portal has made, held ones among them.
fn appointments(hospital: &Running) -> Vec<Way> {
    let made = hospital.created().into_iter();
    made.filter(|one| one.resource_type == "Appointment").map(|one| one.way).collect()
}

fn held_among_appointments(alice: &Device) -> Vec<Option<i64>> {
    let view = alice.client().appointments(&AppointmentFilter::default()).unwrap();
    let all = view.groups.into_iter().flat_map(|group| group.appointments);
    all.filter_map(|one| one.held).map(|held| held.until).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn h2_a_time_is_kept_before_it_is_booked_and_is_not_called_booked_until_it_is() {
    let hospital = clinic(Acts::find_hold_book());
    let mut alice = alice_sees_times(&hospital).await;
    let id = compose(&alice, 1);
    // It is kept; then the network is gone.
    alice.wire.act_faults(&[ActFault::None, ActFault::Unsent]);
    alice.client().send_outbox().await.unwrap();
    let until = item(&alice, &id).held_until;
    // What the portal's words name, by this device's clock, give or take the second in which they were written.
    assert!((298..=300).contains(&(until.unwrap() - alice.clock.now())), "{until:?}");
    for _ in 0..2 {
        let held = item(&alice, &id);
        assert_eq!((&held.state, held.held_until), (&ActState::Held, until));
        assert!(held.advice.iter().any(|advice| advice.starts_with("Not booked yet")), "{:?}", held.advice);
        assert_eq!(held.may, [ActChoice::Delete, ActChoice::DoneByHand]);
        assert_eq!(held_among_appointments(&alice), [until]);
        assert_eq!((appointments(&hospital), made(&hospital, &id)), (vec![Way::Hold], 0));
        alice.reopen();
    }
    pass(&alice, &hospital, 61);
    alice.sync().await;
    let booked = item(&alice, &id);
    assert_eq!((booked.state, booked.held_until), (ActState::Booked, None));
    assert_eq!(
        (appointments(&hospital), made(&hospital, &id)),
        (vec![Way::Hold], 1),
        "the very one that was kept"
    );
    assert!(held_among_appointments(&alice).is_empty());
    assert!(alice.client().verify().unwrap().sound);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_time_that_is_kept_no_longer_is_kept_again_while_it_is_free() {
    let hospital = clinic(Acts::find_hold_book());
    let alice = alice_sees_times(&hospital).await;
    let id = compose(&alice, 1);
    alice.wire.act_faults(&[ActFault::None, ActFault::Unsent]);
    alice.client().send_outbox().await.unwrap();
    assert_eq!(item(&alice, &id).state, ActState::Held);
    pass(&alice, &hospital, 301);
    assert!(held_among_appointments(&alice).is_empty(), "it is over");
    alice.client().send_outbox().await.unwrap();
    assert_eq!(item(&alice, &id).state, ActState::Booked);
    assert_eq!((appointments(&hospital), made(&hospital, &id)), (vec![Way::Hold, Way::Hold], 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn h2_where_a_kept_time_was_lost_it_is_told_and_the_next_ones_are_shown() {
    let hospital = clinic(Acts::find_hold_book());
    let alice = alice_at(&hospital).await;
    let all = alice.client().find_free_times(&any(200)).await.unwrap().times;
    // One on a day that begins with times of others too.
    let who = |time: &FreeTime| time.with.iter().find(|one| one.starts_with("Practitioner/")).cloned();
    let day = |time: &FreeTime| time.start.split('T').next().unwrap().to_owned();
    let first =
        |time: &FreeTime| all.iter().filter(|other| day(other) >= day(time)).take(5).collect::<Vec<_>>();
    let other = |time: &&FreeTime| first(time).iter().any(|near| who(near) != who(time));
    let number = 1 + all.iter().position(|time| other(&time)).expect("several at a time");
    let seen = alice.client().free_time(number).unwrap();
    let id = compose(&alice, number);
    alice.wire.act_faults(&[ActFault::None, ActFault::Unsent]);
    alice.client().send_outbox().await.unwrap();
    pass(&alice, &hospital, 301);
    hospital.set_quirks([Acting::SlotGone.into()]);
    alice.client().send_outbox().await.unwrap();
    let lost = item(&alice, &id);
    assert!(
        matches!(&lost.state, ActState::Failed(reason) if reason.contains("no longer free")),
        "{:?}",
        lost.state
    );
    assert_eq!(made(&hospital, &id), 0, "another time is not taken in silence");
    let next = alice.client().free_times_after(&id, 5).await.unwrap();
    assert!(next.times.len() > 1, "{:?}", next.notices);
    assert!(next.times.iter().all(|time| time.start != seen.start || time.with != seen.with));
    let practitioner = |with: &[String]| with.iter().find(|one| one.starts_with("Practitioner/")).cloned();
    assert!(
        next.times.iter().all(|time| practitioner(&time.with) == practitioner(&seen.with)),
        "with the same person"
    );
    let id = compose(&alice, 1);
    alice.client().send_outbox().await.unwrap();
    assert_eq!(item(&alice, &id).state, ActState::Booked);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_portal_that_keeps_nothing_although_it_says_so_is_heard() {
    let hospital = clinic(Acts::find_hold_book());
    hospital.set_quirks([Acting::HoldExpires.into()]);
    let alice = alice_sees_times(&hospital).await;
    let id = compose(&alice, 1);
    alice.client().send_outbox().await.unwrap();
    let lost = item(&alice, &id);
    assert!(
        matches!(&lost.state, ActState::Failed(reason) if reason.starts_with("the time was kept for you and is no longer")),
        "{:?}",
        lost.state
    );
    assert_eq!(made(&hospital, &id), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn h1_whatever_is_lost_while_a_time_is_kept_and_booked_it_is_booked_once_and_never_said_to_be_what_it_is_not()
 {
    let faults = [
        ActFault::None,
        ActFault::Unsent,
        ActFault::RequestLost,
        ActFault::AnswerLost,
        ActFault::Garbled,
        ActFault::DiesBefore,
        ActFault::DiesAfter,
        ActFault::Late,
        ActFault::Twice,
    ];
    let hospital = clinic(Acts::find_hold_book());
    let mut alice = alice_sees_times(&hospital).await;
    let mut number = 0;
    let pairs = faults.iter().flat_map(|one| faults.iter().map(move |other| (*one, *other)));
    // What comes late or twice comes alone.
    let alone = |one: ActFault, other: ActFault| {
        !matches!(one, ActFault::Late | ActFault::Twice) || other == ActFault::None
    };
    for (holding, booking) in pairs.filter(|(one, other)| alone(*one, *other) && alone(*other, *one)) {
        if number % 18 == 0 {
            alice.client().find_free_times(&any(20)).await.unwrap();
            number = 0;
        }
        number += 1;
        // What was booked before has left its place among those that were shown.
        let id = compose(&alice, number);
        let before = appointments(&hospital).len();
        alice.wire.act_faults(&[holding, booking]);
        for wait in [0, 61, 601] {
            pass(&alice, &hospital, wait);
            tokio::select! {
                sent = alice.client().send_outbox() => { sent.unwrap(); }
                () = alice.wire.died() => {}
            }
            alice.unlock();
            if wait == 0 {
                alice.wire.arrive().await;
            }
            let (state, there) = (item(&alice, &id).state, made(&hospital, &id));
            let what = format!("{holding:?} {booking:?} after {wait} s: {state:?}, {there} there");
            assert!(there <= 1, "twice: {what}");
            match state {
                ActState::Booked => assert_eq!(there, 1, "{what}"),
                ActState::Queued | ActState::Held | ActState::Failed(_) => assert_eq!(there, 0, "{what}"),
                ActState::Attempting | ActState::Unsure(_) => {}
                _ => panic!("{what}"),
            }
        }
        alice.wire.act_faults(&[]);
        let state = item(&alice, &id).state;
        assert!(
            matches!(state, ActState::Booked | ActState::Unsure(_)),
            "{holding:?} {booking:?}: {state:?}"
        );
        assert!(appointments(&hospital).len() - before <= 2, "kept once, and once more after its end");
    }
}
