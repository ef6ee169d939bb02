//! What a person allowed an app to do, and what is told where they did not.

use client::{ActState, Returned};
use harness::{Device, portal};
use sandbox::{ALICE_PASSWORD, Acting, Acts, Config, demo_data, driver};

use super::{alice_at, any, hospital, item, made, message};

#[tokio::test(flavor = "multi_thread")]
async fn a_portal_that_grants_no_app_the_right_to_act_is_read_all_the_same_and_acts_later() {
    let hospital = hospital(&[Acting::WriteScopesRefused.into()]);
    let alice = Device::new("alice's phone");
    let mut connecting = alice.begin(&hospital, "Riverside").await.unwrap();
    let first = connecting.address().to_owned();
    assert!(first.contains("Communication"), "the right to act is asked for where it is listed");
    let back = driver::sign_in(&first, "alice", ALICE_PASSWORD, None).await.unwrap();
    let returned = connecting.redirected(&back).await.unwrap();
    assert!(matches!(returned, Returned::ReadingOnly { .. }));
    assert!(!connecting.address().contains("Communication.c"), "the second page asks for reading alone");
    let back = driver::sign_in(connecting.address(), "alice", ALICE_PASSWORD, None).await.unwrap();
    assert!(matches!(connecting.redirected(&back).await.unwrap(), Returned::Connected(_)));
    alice.sync().await;
    let id = message(alice.client(), "May I fly?");
    alice.sync().await;
    let left = item(&alice, &id);
    assert_eq!((&left.state, made(&hospital, &id)), (&ActState::ByHand, 0));
    let told = |advice: &[String]| advice.iter().any(|one| one.contains("Sign in there again and allow it"));
    assert!(told(&left.advice), "{:?}", left.advice);
    // The portal lets apps act from now on; the person signs in again, as they were told.
    hospital.set_quirks([]);
    assert!(matches!(alice.connect(&hospital, "Riverside").await, Returned::Connected(_)));
    let id = message(alice.client(), "May I fly now?");
    alice.sync().await;
    assert_eq!((item(&alice, &id).state, made(&hospital, &id)), (ActState::Sent, 1));
    assert_eq!(alice.client().status().unwrap().portals.len(), 1, "the same connection");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_of_before_without_the_right_to_act_says_what_to_do() {
    let config = demo_data::hospital_of("Riverside", &[demo_data::ALESHA]);
    let hospital = portal(Config { acts: Acts::slots(), ..config });
    let alice = Device::new("alice's phone");
    let mut connecting = alice.begin(&hospital, "Riverside").await.unwrap();
    let without =
        ["Appointment.cu", "Communication.c", "Task.cu"].map(|scope| format!("patient/{scope}")).to_vec();
    let sign_in = driver::SignIn {
        user: "alice".to_owned(),
        password: ALICE_PASSWORD.to_owned(),
        without,
        ..driver::SignIn::default()
    };
    let back = sign_in.run(connecting.address()).await.unwrap();
    assert!(matches!(connecting.redirected(&back).await.unwrap(), Returned::Connected(_)));
    alice.sync().await;
    let queued = message(alice.client(), "May I fly?");
    let refill = alice.client().ask_for_refill("MedicationRequest/refillable-1", None).unwrap();
    assert!(
        refill.advice.iter().any(|one| one.contains("Sign in there again and allow it")),
        "{:?}",
        refill.advice
    );
    let times = alice.client().find_free_times(&any(5)).await.unwrap();
    assert!(
        times.notices.iter().any(|one| one.contains("sign in there again and allow it")),
        "{:?}",
        times.notices
    );
    alice.sync().await;
    assert_eq!(item(&alice, &queued).state, ActState::ByHand);
    assert!(hospital.created().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn h2_that_a_message_was_read_is_said_by_nothing_that_portals_say() {
    let hospital = hospital(&[]);
    let alice = alice_at(&hospital).await;
    let id = message(alice.client(), "May I fly?");
    alice.sync().await;
    let became = item(&alice, &id).became.unwrap();
    hospital.answer(&became, sandbox::Answer::Read).unwrap();
    super::pass(&alice, &hospital, 60);
    alice.sync().await;
    assert_eq!(item(&alice, &id).state, ActState::Delivered, "an extension of one portal's own is not read");
}
