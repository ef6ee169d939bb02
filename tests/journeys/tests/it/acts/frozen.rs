//! What is sent was frozen when it was composed: each try is the same, and what was taken back meanwhile is not among them (hazard H1).

use client::{ActState, Error, NewFile, NewMessage};
use harness::{ActFault, Device};
use sandbox::Running;

use super::{alice_at, doctor, hospital, item, made, message, pass};

/// The first try of a message is lost on its way, and it is sent again.
async fn sent_twice(hospital: &Running, alice: &mut Device, message: NewMessage) -> String {
    let id = alice.client().send_message(message).unwrap().id;
    alice.wire.act_faults(&[ActFault::RequestLost]);
    for wait in [0, 31, 121, 601, 1] {
        pass(alice, hospital, wait);
        alice.client().send_outbox().await.unwrap();
        alice.unlock();
    }
    assert_eq!((item(alice, &id).state, item(alice, &id).tries), (ActState::Sent, 2));
    id
}

#[tokio::test(flavor = "multi_thread")]
async fn h1_each_try_is_the_same_bytes_under_the_same_condition() {
    let hospital = super::files::hospital(true, &[]);
    let mut alice = alice_at(&hospital).await;
    for files in [Vec::new(), vec![NewFile { name: "scan.bin".to_owned(), bytes: vec![7; 1_200_000] }]] {
        let before = alice.wire.written().len();
        let beside = !files.is_empty();
        let message = NewMessage {
            portal: Some("Riverside".to_owned()),
            to: vec![doctor(alice.client())],
            text: "May I fly?".to_owned(),
            files,
            ..NewMessage::default()
        };
        let id = sent_twice(&hospital, &mut alice, message).await;
        let written = alice.wire.written().split_off(before);
        assert!(written.len() == 2 && written[0] == written[1], "{} tries", written.len());
        let unless = match beside {
            // Of a transaction each part has its own.
            true => String::from_utf8(written[0].body.clone()).unwrap(),
            false => written[0].unless.clone().expect("a condition"),
        };
        let plain: String = unless.chars().filter(|one| *one != '-').collect();
        assert!(plain.contains(&format!("identifier=urn:ietf:rfc:3986|urn:uuid:{id}")), "under its own name");
        assert_eq!(made(&hospital, &id), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn h1_what_is_taken_back_or_changed_while_another_is_under_way_is_not_sent_as_it_was() {
    let hospital = hospital(&[]);
    let alice = alice_at(&hospital).await;
    let client = alice.client();
    let [first, second, third] =
        ["On its way", "Never mind", "Wrong wrods"].map(|words| message(client, words));
    alice.wire.act_faults(&[ActFault::Waits]);
    let person = async {
        alice.wire.waits().await;
        let late = client.delete_act(&first);
        assert!(matches!(&late, Err(Error::Invalid(words)) if words.contains("being sent")), "{late:?}");
        assert!(client.edit_act(&first, "Other words").is_err() && client.act_was_done(&first).is_err());
        client.delete_act(&second).unwrap();
        let right = client.edit_act(&third, "Right words").unwrap().id;
        alice.wire.go_on();
        right
    };
    let (sent, right) = tokio::join!(client.send_outbox(), person);
    assert_eq!(sent.unwrap().iter().filter(|act| act.sent).count(), 1);
    alice.sync().await;
    assert_eq!([&first, &second, &third, &right].map(|id| made(&hospital, id)), [1, 0, 0, 1]);
    assert_eq!(item(&alice, &right).words.as_deref(), Some("Right words"));
}
