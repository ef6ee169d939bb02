//! Asking for something in the record to be corrected, and what is refused before it waits.

use client::{ActState, Error, NewBooking, NewMessage, NewRequest};
use sandbox::{Acts, Answer};
use serde_json::Value;
use store::Store;

use super::booking::clinic;
use super::{alice_at, any, doctor, entry, hospital, item, made, pass};

#[tokio::test(flavor = "multi_thread")]
async fn a_correction_goes_out_once_about_the_very_entry_and_its_answer_is_told() {
    let hospital = hospital(&[]);
    let mut alice = alice_at(&hospital).await;
    let (result, to) = (entry(alice.client(), "Observation"), doctor(alice.client()));
    alice.wire.block(Some("http"));
    let asked = alice.client().ask_for_correction(&result, std::slice::from_ref(&to), "This is not mine");
    let id = asked.unwrap().id;
    alice.unlock();
    let waits = item(&alice, &id);
    assert_eq!((waits.state, waits.about), (ActState::Queued, vec![result.clone()]));
    alice.wire.block(None);
    alice.sync().await;
    let sent = item(&alice, &id);
    assert_eq!((sent.state, made(&hospital, &id)), (ActState::Sent, 1));
    let became = sent.became.unwrap();
    let there: Value = serde_json::from_slice(&alice.client().raw(&became).unwrap()).unwrap();
    assert_eq!(there["about"], serde_json::json!([{"reference": result}]));
    assert_eq!(there["recipient"], serde_json::json!([{"reference": to}]));
    assert_eq!(there["payload"][0]["contentString"], "This is not mine");
    hospital.answer(&became, Answer::Reply { text: "We have corrected it".to_owned() }).unwrap();
    pass(&alice, &hospital, 60);
    alice.sync().await;
    assert_eq!(item(&alice, &id).state, ActState::Answered);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_correction_goes_to_whom_the_entry_names_or_says_that_it_names_nobody() {
    let hospital = hospital(&[]);
    let alice = alice_at(&hospital).await;
    let client = alice.client();
    for resource_type in ["MedicationRequest", "Observation", "Condition"] {
        let about = entry(client, resource_type);
        let held: Value = serde_json::from_slice(&client.raw(&about).unwrap()).unwrap();
        let named = ["/performer/0/reference", "/recorder/reference", "/requester/reference"];
        let named = named.iter().find_map(|place| held.pointer(place)?.as_str());
        let queued = client.ask_for_correction(&about, &[], "This is not mine").unwrap();
        assert_eq!(
            item(&alice, &queued.id).to.len(),
            usize::from(named.is_some()),
            "{about} names {named:?}"
        );
        let told = queued.advice.iter().any(|advice| advice.contains("names nobody"));
        assert_eq!(told, named.is_none(), "{:?}", queued.advice);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_large_to_be_sent_is_said_before_it_waits() {
    let hospital = clinic(Acts::slots());
    let alice = alice_at(&hospital).await;
    let client = alice.client();
    let long = "x".repeat(client::LARGEST_ACT);
    let time = client.find_free_times(&any(1)).await.unwrap().times.remove(0);
    let message = NewMessage {
        portal: Some("Riverside".to_owned()),
        to: vec![doctor(client)],
        text: long.clone(),
        ..NewMessage::default()
    };
    let refill = entry(client, "MedicationRequest");
    let refused = [
        client.send_message(message),
        client.ask_for_correction(&entry(client, "Observation"), &[doctor(client)], &long),
        client.ask_for_refill(&refill, Some(&long)),
        client.book_appointment(NewBooking { time, reason: Some(long.clone()), moves: None }),
    ];
    for refused in refused {
        assert!(
            matches!(&refused, Err(Error::Invalid(words)) if words.contains("larger than")),
            "{refused:?}"
        );
    }
    assert!(client.outbox().unwrap().is_empty());
    let hospital = clinic(Acts::request());
    let alice = alice_at(&hospital).await;
    let request = NewRequest { portal: "Riverside".to_owned(), comment: Some(long), ..NewRequest::default() };
    assert!(matches!(alice.client().request_appointment(request), Err(Error::Invalid(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn h16_what_is_asked_about_something_withheld_is_withheld_too() {
    let hospital = hospital(&[]);
    let mut alice = alice_at(&hospital).await;
    let client = alice.client();
    let result = entry(client, "Observation");
    let open = client.ask_for_correction(&result, &[doctor(client)], "Before it was withheld").unwrap().id;
    client.withhold(std::slice::from_ref(&result)).unwrap();
    let withheld = client.ask_for_correction(&result, &[doctor(client)], "Since it is withheld").unwrap().id;
    alice.close();
    let store = Store::open(&alice.database(), alice.database_key().expose()).unwrap();
    let acts = store.acts().unwrap().into_iter();
    let held: Vec<(String, bool)> =
        acts.map(|(section, out)| (out.act.id.to_string(), section.is_withheld())).collect();
    assert_eq!(held, [(open, false), (withheld, true)]);
}
