//! What waited on a device that is gone, in the new record that its export became: told, never sent, and the person's to settle.

use client::{ActChoice, ActState, Returned};
use harness::{ActFault, Device};

use super::{alice_at, hospital, item, made, message, pass};
use crate::export::{Folder, import};

#[tokio::test(flavor = "multi_thread")]
async fn h1_acts_of_a_device_that_is_gone_are_told_in_the_record_that_follows_it_and_never_sent() {
    let hospital = hospital(&[]);
    let mut old = alice_at(&hospital).await;
    let begun = message(old.client(), "Nobody knows whether this came");
    let waiting = message(old.client(), "This one never left");
    old.wire.act_faults(&[ActFault::DiesBefore]);
    tokio::select! {
        _ = old.client().send_outbox() => panic!("it dies"),
        () = old.wire.died() => old.unlock(),
    }
    let leaving = Folder::of(&old);
    drop(old);

    let new = Device::new("alice's new phone");
    import(&new, &leaving.path()).unwrap();
    assert!(matches!(new.connect(&hospital, "Riverside").await, Returned::Connected(_)));
    for wait in [0, 601, 3_600] {
        pass(&new, &hospital, wait);
        new.sync().await;
    }
    assert_eq!([&begun, &waiting].map(|id| made(&hospital, id)), [0, 0]);
    let (unknown, unsent) = (item(&new, &begun), item(&new, &waiting));
    assert_eq!((&unknown.state, &unsent.state), (&ActState::Attempting, &ActState::Queued));
    assert_eq!((unknown.may.as_slice(), unknown.words.is_some()), (&[ActChoice::DoneByHand][..], true));
    for item in [&unknown, &unsent] {
        assert!(item.advice.iter().any(|one| one.contains("If that device is gone")), "{:?}", item.advice);
    }
    new.client().act_was_done(&begun).unwrap();
    new.client().delete_act(&waiting).unwrap();
    let left = new.client().outbox().unwrap();
    assert_eq!(
        left.iter().map(|item| (&item.id, &item.state)).collect::<Vec<_>>(),
        [(&begun, &ActState::DoneByHand)]
    );
    let anew = message(new.client(), "This one never left");
    new.sync().await;
    assert_eq!((item(&new, &anew).state, made(&hospital, &anew)), (ActState::Sent, 1));
}
