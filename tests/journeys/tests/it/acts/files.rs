//! Files of messages: within the message, beside it in one transaction, or refused before anything is sent.

use std::collections::BTreeMap;

use client::{ActState, Client, Error, NewFile, NewMessage};
use harness::{ActFault, Device, portal};
use record::facts::TextId;
use sandbox::{Acting, Acts, Config, Quirk, Running, demo_data};
use store::Store;

use super::{alice_at, doctor, item, made, pass};

/// More than one message takes within itself.
const LARGE: usize = 2_500_000;

pub fn hospital(files: bool, quirks: &[Quirk]) -> Running {
    let config = demo_data::hospital_of("Riverside", &[demo_data::ALESHA]);
    let acts = Acts { files, ..Acts::slots() };
    portal(Config { acts, quirks: quirks.iter().cloned().collect(), ..config })
}

/// Bytes that repeat nowhere.
fn file(name: &str, length: usize) -> NewFile {
    let mut seed = 1_u64;
    let mut next = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        seed.to_be_bytes()[0]
    };
    NewFile { name: name.to_owned(), bytes: (0..length).map(|_| next()).collect() }
}

fn send(client: &Client, words: &str, files: Vec<NewFile>) -> Result<String, Error> {
    let message = NewMessage {
        portal: Some("Riverside".to_owned()),
        to: vec![doctor(client)],
        text: words.to_owned(),
        files,
        ..NewMessage::default()
    };
    client.send_message(message).map(|queued| queued.id)
}

fn documents(hospital: &Running) -> Vec<String> {
    let made = hospital.created().into_iter();
    made.filter(|one| one.resource_type == "DocumentReference").map(|one| one.id).collect()
}

/// The files of a message, as a later sync brings them back from the portal.
async fn bytes_there(alice: &Device, hospital: &Running) -> Vec<Vec<u8>> {
    alice.sync().await;
    let documents = documents(hospital).into_iter();
    let bytes = documents.map(|id| {
        let raw = alice.client().raw(&format!("DocumentReference/{id}")).expect("it is held");
        let value: serde_json::Value = serde_json::from_slice(&raw).unwrap();
        let data = value["content"][0]["attachment"]["data"].as_str().unwrap();
        data_encoding::BASE64.decode(data.as_bytes()).unwrap()
    });
    bytes.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_are_too_large_for_a_message_go_beside_it_all_or_none_and_once() {
    let hospital = hospital(true, &[]);
    let mut alice = alice_at(&hospital).await;
    alice.wire.block(Some("http"));
    let files = vec![file("scan.bin", LARGE), file("page.txt", 1_000)];
    let id = send(alice.client(), "Here is the scan", files.clone()).unwrap();
    alice.reopen();
    assert_eq!(item(&alice, &id).files, ["scan.bin", "page.txt"]);
    let id = alice.client().edit_act(&id, "Here are the scan and a page").unwrap().id;
    alice.wire.block(None);
    alice.sync().await;
    let sent = item(&alice, &id);
    assert_eq!((sent.state, made(&hospital, &id)), (ActState::Sent, 1));
    assert_eq!(
        (sent.files, documents(&hospital).len()),
        (vec!["scan.bin".to_owned(), "page.txt".to_owned()], 2)
    );
    assert_eq!(sent.words.as_deref(), Some("Here are the scan and a page"));
    let there = bytes_there(&alice, &hospital).await;
    assert_eq!(there, files.iter().map(|file| file.bytes.clone()).collect::<Vec<_>>(), "byte for byte");
    assert!(alice.client().verify().unwrap().sound);
    let small = send(alice.client(), "A small one", vec![file("small.bin", 1_000)]).unwrap();
    alice.sync().await;
    assert_eq!(
        (item(&alice, &small).state, documents(&hospital).len()),
        (ActState::Sent, 2),
        "within the message"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn h1_a_message_with_files_beside_it_is_there_once_whatever_is_lost() {
    for quirks in
        [&[][..], &[Acting::IgnoresIfNoneExist.into()], &[Acting::AnswerLost(sandbox::Often::Once).into()]]
    {
        let hospital = hospital(true, quirks);
        let mut alice = alice_at(&hospital).await;
        let faults = [
            ActFault::AnswerLost,
            ActFault::RequestLost,
            ActFault::Garbled,
            ActFault::DiesBefore,
            ActFault::DiesAfter,
            ActFault::Late,
        ];
        for fault in faults {
            let id = send(alice.client(), &format!("{fault:?}"), vec![file("scan.bin", 1_200_000)]).unwrap();
            let before = documents(&hospital).len();
            alice.wire.act_faults(&[fault]);
            for wait in [0, 31, 121, 601] {
                pass(&alice, &hospital, wait);
                tokio::select! {
                    sent = alice.client().send_outbox() => { sent.unwrap(); }
                    () = alice.wire.died() => {}
                }
                alice.unlock();
                let (state, there) = (item(&alice, &id).state, made(&hospital, &id));
                let what = format!("{quirks:?} {fault:?} after {wait} s: {state:?}, {there} there");
                assert!(there <= 1, "twice: {what}");
                assert_eq!(documents(&hospital).len() - before, there, "all or none: {what}");
                if wait == 31 {
                    alice.wire.arrive().await;
                }
                match state {
                    ActState::Sent => assert_eq!(there, 1, "{what}"),
                    ActState::Attempting | ActState::Unsure(_) => {}
                    _ => panic!("{what}"),
                }
            }
            assert_eq!(item(&alice, &id).state, ActState::Sent, "{quirks:?} {fault:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_that_is_refused_is_heard_and_nothing_of_it_is_there() {
    let hospital = hospital(true, &[Acting::NoTransaction.into()]);
    let alice = alice_at(&hospital).await;
    let id = send(alice.client(), "Here is the scan", vec![file("scan.bin", LARGE)]).unwrap();
    alice.sync().await;
    let state = item(&alice, &id).state;
    assert!(
        matches!(&state, ActState::Failed(reason) if reason.contains("transactions are not done")),
        "{state:?}"
    );
    assert!(hospital.created().is_empty());
    alice.client().delete_act(&id).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn h2_files_that_a_portal_cannot_take_are_refused_before_anything_is_sent() {
    let without = hospital(false, &[]);
    let alice = alice_at(&without).await;
    let refused = send(alice.client(), "Here is the scan", vec![file("scan.bin", LARGE)]);
    assert!(matches!(&refused, Err(Error::Invalid(words)) if words.contains("larger than")), "{refused:?}");
    let with = hospital(true, &[]);
    let alice = alice_at(&with).await;
    let refused = send(alice.client(), "A film", vec![file("film.bin", 9 << 20)]);
    assert!(matches!(&refused, Err(Error::Invalid(words)) if words.contains("8 MiB")), "{refused:?}");
    let refused = send(alice.client(), "Many", vec![file("page.txt", 10); 21]);
    assert!(
        matches!(&refused, Err(Error::Invalid(words)) if words.contains("at most 20 files")),
        "{refused:?}"
    );
    let refused = send(alice.client(), "Nothing", vec![file("nothing.txt", 0)]);
    assert!(matches!(&refused, Err(Error::Invalid(words)) if words.contains("is empty")), "{refused:?}");
    assert!(alice.client().outbox().unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_taken_back_leaves_neither_its_words_nor_its_files_behind() {
    let hospital = hospital(true, &[]);
    let mut alice = alice_at(&hospital).await;
    alice.wire.block(Some("http"));
    let ids = ["Never mind", "Wrong wrods", "It stays"]
        .map(|words| send(alice.client(), words, vec![file("scan.bin", LARGE)]).unwrap());
    alice.client().delete_act(&ids[0]).unwrap();
    alice.client().edit_act(&ids[1], "Right words").unwrap();
    let kept = held(&mut alice);
    assert_eq!(kept[&ids[0]], (false, 0), "taken back: its words, its files");
    assert!(!kept[&ids[1]].0, "other words stand in their place");
    assert!(kept[&ids[2]].0 && kept[&ids[2]].1 > 1, "{kept:?}");
}

/// Whether the words of each act are held, and how many pieces of its files.
fn held(alice: &mut Device) -> BTreeMap<String, (bool, usize)> {
    alice.close();
    let store = Store::open(&alice.database(), alice.database_key().expose()).unwrap();
    let there = |id: &TextId| store.text(id).unwrap().is_some();
    let acts = store.acts().unwrap().into_iter();
    let held = acts.map(|(section, out)| {
        let words = out.composed.fact.text.as_ref().is_some_and(there);
        let going = record::acts::files(&store.facts_of(&section, record::acts::KIND_FILE).unwrap(), &out);
        let pieces = going.iter().flat_map(|file| &file.pieces).filter(|id| there(id)).count();
        (out.act.id.to_string(), (words, pieces))
    });
    let held = held.collect();
    drop(store);
    alice.unlock();
    held
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_portal_refused_as_too_large_once_is_not_tried_again_within_a_message() {
    for files in [false, true] {
        let hospital = hospital(files, &[Acting::AttachmentLimit(10_000).into()]);
        let alice = alice_at(&hospital).await;
        let first = send(alice.client(), "First", vec![file("scan.bin", 20_000)]).unwrap();
        alice.sync().await;
        assert!(matches!(item(&alice, &first).state, ActState::Failed(_)));
        let small = send(alice.client(), "Smaller", vec![file("scan.bin", 9_000)]).unwrap();
        alice.sync().await;
        assert_eq!(item(&alice, &small).state, ActState::Sent, "what is smaller still goes");
        let again = send(alice.client(), "Again", vec![file("scan.bin", 20_000)]);
        match files {
            true => {
                let again = again.unwrap();
                alice.sync().await;
                assert_eq!(
                    (item(&alice, &again).state, documents(&hospital).len()),
                    (ActState::Sent, 1),
                    "beside it"
                );
            }
            false => assert!(
                matches!(&again, Err(Error::Invalid(words)) if words.contains("refused files of this size"))
            ),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn how_large_files_may_be_is_known_before_any_is_chosen() {
    for files in [false, true] {
        let hospital = hospital(files, &[]);
        let alice = alice_at(&hospital).await;
        let most = alice.client().largest_files("Riverside").unwrap();
        assert_eq!(most > LARGE, files, "{most}");
        // Of the words, the names and the form of the message a little is taken.
        send(alice.client(), "It fits", vec![file("fits.bin", most - 2_000)]).unwrap();
        assert!(matches!(
            send(alice.client(), "It does not", vec![file("not.bin", most + 1_000)]),
            Err(Error::Invalid(_))
        ));
        assert!(matches!(alice.client().largest_files("Nowhere"), Err(Error::NotFound)));
    }
}
