//! Appointments: asked for, booked at a time that was seen, moved, given up.

use client::{ActState, Error, FreeTime, FreeTimesWanted, NewBooking, NewRequest};
use harness::{Device, portal};
use sandbox::{Acting, Acts, Answer, Config, Running, demo_data};

use super::{alice_at, any, hospital, item, made, pass};

pub fn clinic(acts: Acts) -> Running {
    let config = demo_data::hospital_of("Riverside", &[demo_data::ALESHA]);
    portal(Config { acts, ..config })
}

async fn book(alice: &Device, number: usize) -> String {
    let time = alice.client().free_time(number).unwrap();
    let booking = NewBooking { time, reason: Some("Knee pain".to_owned()), moves: None };
    let id = alice.client().book_appointment(booking).unwrap().id;
    alice.client().send_outbox().await.unwrap();
    id
}

#[tokio::test(flavor = "multi_thread")]
async fn an_appointment_is_asked_for_and_given_up() {
    let config = demo_data::hospital_of("Riverside", &[demo_data::ALESHA]);
    let hospital = portal(Config { acts: Acts::request(), ..config });
    let alice = alice_at(&hospital).await;
    let client = alice.client();
    let request = NewRequest {
        portal: "Riverside".to_owned(),
        reason: Some("Knee pain".to_owned()),
        suits: vec![("2026-12-01".to_owned(), "2026-12-05".to_owned())],
        ..NewRequest::default()
    };
    let id = client.request_appointment(request).unwrap().id;
    alice.sync().await;
    let asked = item(&alice, &id);
    assert_eq!(asked.state, ActState::Requested, "{asked:?}");
    let cancel = client.cancel_appointment(&asked.became.unwrap(), Some("It is better")).unwrap().id;
    alice.sync().await;
    assert_eq!(item(&alice, &cancel).state, ActState::Cancelled);
}

#[tokio::test(flavor = "multi_thread")]
async fn h2_only_a_time_that_was_seen_is_booked_and_a_lost_one_is_told() {
    for acts in [Acts::slots(), Acts::find_hold_book()] {
        let hospital = clinic(acts);
        let alice = alice_at(&hospital).await;
        assert!(matches!(alice.client().free_time(1), Err(Error::Invalid(_))), "none was seen yet");
        let seen = alice.client().find_free_times(&any(500)).await.unwrap();
        assert!(seen.times.len() > 3, "{:?}", seen.notices);
        assert!(matches!(alice.client().free_time(0), Err(Error::Invalid(_))));
        assert!(matches!(alice.client().free_time(seen.times.len() + 1), Err(Error::Invalid(_))));
        let (first, other) = (&seen.times[0], &seen.times[1]);
        let unseen =
            FreeTime { slots: other.slots.clone(), operation: other.operation.clone(), ..first.clone() };
        for time in [unseen, FreeTime { start: first.end.clone(), ..first.clone() }] {
            let refused = alice.client().book_appointment(NewBooking { time, reason: None, moves: None });
            assert!(
                matches!(&refused, Err(Error::Invalid(words)) if words.contains("were shown last")),
                "{refused:?}"
            );
        }
        let booked = book(&alice, 1).await;
        let shown = item(&alice, &booked);
        assert_eq!((shown.state, made(&hospital, &booked)), (ActState::Booked, 1));
        assert!(seen.times[0].words.starts_with(shown.when.as_deref().unwrap()), "{:?}", shown.when);
        let again = book(&alice, 1).await;
        let lost = item(&alice, &again);
        assert!(matches!(&lost.state, ActState::Failed(reason) if !reason.is_empty()), "{:?}", lost.state);
        assert_eq!(made(&hospital, &again), 0, "another time is not chosen in silence");
        let left = alice.client().find_free_times(&any(500)).await.unwrap();
        assert!(
            left.times
                .iter()
                .all(|time| time.start != seen.times[0].start || time.with != seen.times[0].with)
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_appointment_is_booked_offline_moved_and_given_up() {
    let hospital = clinic(Acts::slots());
    let alice = alice_at(&hospital).await;
    let client = alice.client();
    client.find_free_times(&any(500)).await.unwrap();
    alice.wire.block(Some("http"));
    let booked = book(&alice, 2).await;
    assert_eq!(item(&alice, &booked).state, ActState::Queued);
    alice.wire.block(None);
    alice.sync().await;
    let shown = item(&alice, &booked);
    assert_eq!(shown.state, ActState::Booked);
    let appointment = shown.became.unwrap();
    client.find_free_times(&any(500)).await.unwrap();
    let time = client.free_time(3).unwrap();
    let moves = NewBooking { time: time.clone(), reason: None, moves: Some(appointment.clone()) };
    let moved = client.book_appointment(moves).unwrap().id;
    pass(&alice, &hospital, 60);
    alice.sync().await;
    let moved = item(&alice, &moved);
    assert_eq!(moved.state, ActState::Booked);
    assert!(time.words.starts_with(moved.when.as_deref().unwrap()), "{:?}", moved.when);
    let cancel = client.cancel_appointment(&appointment, Some("It is better")).unwrap().id;
    pass(&alice, &hospital, 60);
    alice.sync().await;
    assert_eq!(item(&alice, &cancel).state, ActState::Cancelled);
    assert!(client.verify().unwrap().sound);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_clinic_makes_of_a_request_is_told() {
    let hospital = clinic(Acts::request());
    let alice = alice_at(&hospital).await;
    let ask = |reason: &str| {
        let request = NewRequest {
            portal: "Riverside".to_owned(),
            reason: Some(reason.to_owned()),
            suits: vec![("2026-12-01".to_owned(), "2026-12-05".to_owned())],
            ..NewRequest::default()
        };
        alice.client().request_appointment(request).unwrap().id
    };
    let (wanted, refused) = (ask("Knee pain"), ask("A cough"));
    alice.sync().await;
    let became = |id: &str| item(&alice, id).became.expect("an entry");
    hospital.answer(&became(&wanted), Answer::Accept { start: None }).unwrap();
    hospital.answer(&became(&refused), Answer::Refuse { reason: "Please call".to_owned() }).unwrap();
    pass(&alice, &hospital, 60);
    alice.sync().await;
    assert_eq!(item(&alice, &wanted).state, ActState::Booked);
    assert_eq!(item(&alice, &refused).state, ActState::Refused("Please call".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_booking_that_is_only_a_request_is_never_called_booked() {
    for status in ["proposed", "pending"] {
        let hospital = hospital(&[Acting::SilentlyRequests(status.to_owned()).into()]);
        let alice = alice_at(&hospital).await;
        alice.client().find_free_times(&any(500)).await.unwrap();
        let id = book(&alice, 1).await;
        assert_eq!(item(&alice, &id).state, ActState::Requested);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_portal_without_free_times_says_what_to_do() {
    for (acts, may_ask) in [(Acts::request(), true), (Acts::phone(), false)] {
        let hospital = clinic(acts);
        let alice = alice_at(&hospital).await;
        let found = alice.client().find_free_times(&any(500)).await.unwrap();
        assert!(found.times.is_empty() && !found.notices.is_empty());
        assert_eq!(found.may_ask, may_ask);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn free_times_are_found_by_who_where_and_what_for() {
    for acts in [Acts::slots(), Acts::find_hold_book()] {
        let hospital = clinic(acts);
        let alice = alice_at(&hospital).await;
        let few = alice.client().find_free_times(&any(1)).await.unwrap();
        let told = few.notices.iter().any(|notice| notice.contains("more than are shown"));
        assert!(told && few.times.len() == 1, "{:?}", few.notices);
        let wanted = FreeTimesWanted { until: Some("2026-11-04".to_owned()), ..any(500) };
        let all = alice.client().find_free_times(&wanted).await.unwrap().times;
        let person = |time: &FreeTime| time.with.iter().find(|one| one.starts_with("Practitioner/")).cloned();
        let place = |time: &FreeTime| time.with.iter().find(|one| one.starts_with("Location/")).cloned();
        let (someone, somewhere) = (person(&all[0]).unwrap(), place(&all[0]).unwrap());
        assert!(all.iter().any(|time| person(time).as_ref() != Some(&someone)), "there are others");
        // They are known from an earlier appointment there.
        let time = all[0].clone();
        alice.client().book_appointment(NewBooking { time, reason: None, moves: None }).unwrap();
        alice.sync().await;
        for with in [vec![someone.clone()], vec![somewhere.clone()], vec![someone.clone(), somewhere.clone()]]
        {
            let wanted = FreeTimesWanted { with: with.clone(), ..wanted.clone() };
            let found = alice.client().find_free_times(&wanted).await.unwrap().times;
            assert!(!found.is_empty() && found.len() < all.len(), "{with:?}");
            let fits = |time: &FreeTime| with.iter().all(|one| time.with.contains(one));
            assert!(found.iter().all(fits), "{with:?}");
        }
        let service = all[0].shown.last().cloned().unwrap().to_uppercase();
        let wanted = FreeTimesWanted { service: Some(service.clone()), ..wanted };
        let found = alice.client().find_free_times(&wanted).await.unwrap().times;
        assert!(!found.is_empty(), "{service}");
        let names = |time: &FreeTime| time.shown.iter().any(|one| one.to_uppercase().contains(&service));
        assert!(found.iter().all(names), "{service}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn h2_a_request_where_one_chooses_a_time_oneself_is_told_before_it_is_begun() {
    for acts in [Acts::slots(), Acts::find_hold_book()] {
        let hospital = clinic(acts);
        let alice = alice_at(&hospital).await;
        let request = NewRequest {
            portal: "Riverside".to_owned(),
            suits: vec![("2026-12-01".to_owned(), "2026-12-05".to_owned())],
            ..NewRequest::default()
        };
        let told = alice.client().request_appointment(request);
        assert!(
            matches!(&told, Err(Error::Invalid(words)) if words.contains("shows its free times")),
            "{told:?}"
        );
        assert!(alice.client().outbox().unwrap().is_empty());
    }
    // Where a look showed that there is none, one may ask.
    let hospital = clinic(Acts { days: 0, ..Acts::slots() });
    let alice = alice_at(&hospital).await;
    let none = alice.client().find_free_times(&any(5)).await.unwrap();
    assert!(none.times.is_empty() && none.may_ask, "{:?}", none.notices);
    let request = NewRequest { portal: "Riverside".to_owned(), ..NewRequest::default() };
    alice.client().request_appointment(request).unwrap();
}
