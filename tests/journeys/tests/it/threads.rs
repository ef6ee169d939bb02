//! Messages as threads: what belongs together, what is new to whom, who may be written to.

use std::collections::BTreeSet;

use client::views::{Filter, Standing};
use client::{
    Client, Delivery, Error, Hide, Message, Query, Thread, ThreadEntry, ThreadFilter, ThreadView, ThreadsView,
};
use harness::{Correspondence, Device, lines, portal};
use sandbox::{Config, Running, Source};
use serde_json::{Value, json};

use crate::maren::{Maren, key};

fn threads(client: &Client) -> ThreadsView {
    client.threads(&ThreadFilter::default()).unwrap()
}

fn of(maya: &Correspondence, portal: &Running, name: &str) -> ThreadView {
    maya.phone.client().thread(&key(portal, &format!("Communication/{name}"))).unwrap()
}

fn messages(view: &ThreadView) -> Vec<&Message> {
    view.entries.iter().filter_map(ThreadEntry::record).collect()
}

fn ids(view: &ThreadView) -> Vec<&str> {
    messages(view)
        .iter()
        .map(|message| message.line.reference.strip_prefix("Communication/").unwrap())
        .collect()
}

fn message<'v>(view: &'v ThreadView, id: &str) -> &'v Message {
    let reference = format!("Communication/{id}");
    messages(view).into_iter().find(|message| message.line.reference == reference).unwrap()
}

fn unread(maya: &Correspondence, portal: &Running, name: &str) -> u64 {
    of(maya, portal, name).thread.unread
}

#[tokio::test(flavor = "multi_thread")]
async fn h3_threads_are_told_by_references_of_one_portal_and_by_nothing_else() {
    let maya = Correspondence::begin().await;
    let headed = of(&maya, &maya.riverside, "m2");
    assert_eq!(ids(&headed), ["m1", "m2", "m3"], "the oldest first");
    assert_eq!(headed.head.as_ref().map(|head| head.reference.as_str()), Some("Communication/head"));
    assert_eq!(headed.thread.subject, "Refill of the blood pressure tablets");
    assert_eq!(headed.thread.category.as_deref(), Some("Medication question"));
    assert_eq!(headed.thread.count, 3, "what holds the thread together is no message");
    assert_eq!(ids(&of(&maya, &maya.riverside, "q1")), ["q1", "q2"]);
    assert_eq!(ids(&of(&maya, &maya.riverside, "q9")), ["q9"], "the same topic is another thread");
    // The hospital uses the same ids, for other messages; what they name is not at the hospital.
    for (id, part) in [("m1", true), ("q2", false)] {
        let there = of(&maya, &maya.harbour, id);
        assert_eq!(ids(&there), [id]);
        let [answered] = &message(&there, id).answers[..] else { panic!("{there:?}") };
        assert_eq!((answered.held, answered.part), (false, part));
        assert!(there.thread.lacks_a_message);
    }
    let names: BTreeSet<&str> = headed.thread.with.iter().map(|party| party.name.as_str()).collect();
    assert_eq!(
        names,
        BTreeSet::from(["Dr. Ada Okafor"]),
        "of the role and of herself; Dr. Ben Okafor is at the hospital"
    );
    let orphan = of(&maya, &maya.riverside, "orphan");
    let [answered] = &message(&orphan, "orphan").answers[..] else { panic!("{orphan:?}") };
    assert_eq!((answered.reference.as_str(), answered.held), ("Communication/gone", false));
}

/// Every message that a list shows is in one thread, and in one only.
fn each_in_one_thread(client: &Client) {
    let mut seen = BTreeSet::new();
    let listed = lines(client, Query::Messages, &Filter::default());
    let threads = threads(client).threads;
    for Thread { name, .. } in &threads {
        let view = client.thread(name).unwrap();
        let inside = messages(&view).into_iter().map(|message| &message.line).chain(&view.head);
        for line in inside {
            assert!(seen.insert((line.issuer.clone(), line.reference.clone())), "{} twice", line.reference);
        }
    }
    let listed: BTreeSet<_> = listed.into_iter().map(|line| (line.issuer, line.reference)).collect();
    assert_eq!(seen, listed);
    let newest: Vec<Option<i64>> = threads.iter().map(|thread| thread.last.at).collect();
    assert!(newest.is_sorted_by(|one, other| one >= other), "the newest first: {newest:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_message_is_in_one_thread_and_one_only() {
    let maya = Correspondence::begin().await;
    each_in_one_thread(maya.phone.client());
    maya.a_day_later().await;
    each_in_one_thread(maya.phone.client());
    let maren = Maren::begin().await;
    each_in_one_thread(maren.alice.client());
}

#[tokio::test(flavor = "multi_thread")]
async fn h15_what_is_unread_is_right_and_a_correction_is_new_again() {
    let maya = Correspondence::begin().await;
    let client = maya.phone.client();
    assert_eq!(
        unread(&maya, &maya.riverside, "m1"),
        2,
        "her own messages are no news: the answer and the head are"
    );
    assert_eq!(unread(&maya, &maya.riverside, "q9"), 0, "only she has written");
    let first = of(&maya, &maya.riverside, "m2");
    assert_eq!(unread(&maya, &maya.riverside, "m2"), 2, "looking at a view marks nothing");
    client.mark_read(&first.readable()).unwrap();
    assert_eq!(unread(&maya, &maya.riverside, "m2"), 0);
    let all = threads(client);
    assert_eq!(all.unread, all.threads.iter().map(|thread| thread.unread).sum::<u64>());
    let fresh = client.threads(&ThreadFilter { unread: true, ..ThreadFilter::default() }).unwrap();
    assert!(fresh.threads.iter().all(|thread| thread.unread > 0) && fresh.unread == all.unread);

    maya.a_day_later().await;
    let later = of(&maya, &maya.riverside, "m2");
    assert_eq!(later.thread.unread, 1, "the answer was corrected; that her own one arrived is no news");
    let corrected = message(&later, "m2");
    assert!(corrected.line.unread && corrected.line.changed_since_read);
    assert!(corrected.text[0].contains("HALF a tablet"));
    assert!(
        matches!(&corrected.line.standing, Standing::Changed { from: Some(from), .. } if from.contains("Yes. Please read")),
        "h5: what it said before: {:?}",
        corrected.line.standing
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn h5_h19_a_withdrawn_message_is_behind_its_tombstone_wherever_it_stands() {
    let maya = Correspondence::begin().await;
    let client = maya.phone.client();
    client.mark_read(&of(&maya, &maya.riverside, "wrong").readable()).unwrap();
    maya.a_day_later().await;
    let view = of(&maya, &maya.riverside, "wrong");
    assert_eq!((view.thread.unread, view.thread.withdrawn), (1, 1), "that it was withdrawn is new");
    let told = serde_json::to_string(&view).unwrap() + &serde_json::to_string(&threads(client)).unwrap();
    assert!(!told.contains("knee"), "{told}");
    assert!(matches!(message(&view, "wrong").line.standing, Standing::Withdrawn { .. }));
}

#[tokio::test(flavor = "multi_thread")]
async fn h2_a_sent_message_has_come_as_far_as_its_portal_says() {
    let maya = Correspondence::begin().await;
    let far = |id: &str| message(&of(&maya, &maya.riverside, id), id).delivery;
    assert_eq!(
        [far("m1"), far("m3"), far("unsent")],
        [Delivery::Delivered, Delivery::Sent, Delivery::NotSent]
    );
    let view = of(&maya, &maya.riverside, "m1");
    assert_eq!(message(&view, "m1").answered_by, ["Communication/m2"]);
    assert!(message(&view, "m3").answered_by.is_empty());
    let unsent = of(&maya, &maya.riverside, "unsent");
    assert_eq!(unsent.thread.last.delivery, Delivery::NotSent, "the list says so too");
    maya.a_day_later().await;
    assert_eq!(message(&of(&maya, &maya.riverside, "m3"), "m3").delivery, Delivery::Delivered);
    for view in [threads(maya.phone.client()).messaging, view.messaging.clone()] {
        assert!(view.iter().all(|portal| portal.answers_within.is_none()), "no portal has said so");
    }
    assert!(view.notices[0].starts_with("Messages are not for emergencies"));
    let [file] = &message(&view, "m2").attachments[..] else { panic!("{view:?}") };
    assert_eq!(file.title.as_deref(), Some("letter.txt"));
}

#[tokio::test(flavor = "multi_thread")]
async fn h18_covered_messages_tell_neither_words_nor_names_nor_topics() {
    let maya = Correspondence::begin().await;
    let client = maya.phone.client();
    let entry = key(&maya.riverside, "Communication/m2");
    client.hide(&[Hide::Entry(entry)]).unwrap();
    // What answers it goes along; what it answers stays.
    let view = of(&maya, &maya.riverside, "m1");
    let covered: Vec<bool> = messages(&view).iter().map(|message| message.line.covered.is_some()).collect();
    assert_eq!((covered, view.thread.covered), (vec![false, true, true], 2));
    let told = serde_json::to_string(&view).unwrap();
    assert!(!told.contains("letter") && !told.contains("I will"), "{told}");
    assert!(told.contains("six days"));
    assert!(!view.readable().iter().any(|name| name.ends_with("|m2")), "it is not taken as read");
    let shown = client.thread_revealed(&key(&maya.riverside, "Communication/m1")).unwrap();
    assert!(messages(&shown).iter().all(|message| message.line.covered.is_none()));

    client.hide(&[Hide::Section("messages".to_owned())]).unwrap();
    let told = serde_json::to_string(&threads(client)).unwrap();
    for word in ["Refill", "Okafor", "front desk", "Medication question", "letter", "six days"] {
        assert!(!told.contains(word), "{word}");
    }
    let reveal = ThreadFilter { reveal: true, ..ThreadFilter::default() };
    assert!(serde_json::to_string(&client.threads(&reveal).unwrap()).unwrap().contains("Refill"));
}

#[tokio::test(flavor = "multi_thread")]
async fn threads_of_one_portal_and_windows_of_threads() {
    let maya = Correspondence::begin().await;
    let client = maya.phone.client();
    let at = |name: &str| ThreadFilter { portal: Some(name.to_owned()), ..ThreadFilter::default() };
    let harbour = client.threads(&at("Harbour")).unwrap();
    assert_eq!((harbour.count, harbour.rests_on.len(), harbour.messaging.len()), (2, 1, 1));
    assert!(matches!(client.threads(&at("Nowhere")), Err(Error::NotFound)));
    assert!(matches!(client.thread(&key(&maya.riverside, "Appointment/done")), Err(Error::NotFound)));
    let all = threads(client);
    let mut joined = Vec::new();
    for skip in (0..all.count).step_by(3) {
        let window = ThreadFilter { skip, limit: Some(3), ..ThreadFilter::default() };
        joined.extend(client.threads(&window).unwrap().threads);
    }
    assert_eq!(joined, all.threads);
}

#[tokio::test(flavor = "multi_thread")]
async fn h3_one_may_write_to_whom_a_portal_itself_names_and_to_nobody_of_another() {
    let maya = Correspondence::begin().await;
    let client = maya.phone.client();
    let riverside = client.recipients("Riverside").unwrap();
    let names: Vec<&str> = riverside.people.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["Dr. Ada Okafor", "Per Lindqvist", "Riverside front desk", "Dr. June Bell"]);
    let okafor = &riverside.people[0];
    let names = [okafor.reference.as_str(), okafor.also[0].as_str()];
    assert_eq!(
        names,
        ["PractitionerRole/okafor-cardiology", "Practitioner/okafor"],
        "one person by the role's reference"
    );
    assert!(okafor.in_care_team && okafor.last_thread.is_some());
    assert_eq!(okafor.roles, ["Cardiologist", "Heart doctor", "for Riverside Clinic"]);
    assert!(!riverside.people[3].in_care_team && !riverside.people[3].doubts.is_empty(), "she has left");
    let harbour = client.recipients("Harbour").unwrap();
    assert_eq!(harbour.people.len(), 1);
    assert_eq!(harbour.people[0].name, "Dr. Ben Okafor");
    assert!(matches!(client.recipients("Nowhere"), Err(Error::NotFound)));
    // What is covered names nobody.
    client.hide(&[Hide::Section("messages".to_owned()), Hide::Section("plans".to_owned())]).unwrap();
    let covered = client.recipients("Riverside").unwrap();
    assert!(covered.people.iter().all(|one| !one.in_care_team && one.last_thread.is_none()));
    assert_eq!(covered.lacks.len(), 1);
}

/// 2,000 messages in 500 threads beside as many entries of other kinds: the list reads what it shows.
#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_many_threads_is_quick_and_a_long_thread_is_cut_with_words() {
    let many = portal(Config { patients: vec![many()], ..Config::default() });
    let phone = Device::new("alice's phone");
    phone.connect(&many, "Riverside").await;
    phone.sync().await;
    let client = phone.client();
    let begun = std::time::Instant::now();
    let view = threads(client);
    let took = begun.elapsed();
    assert_eq!((view.count, view.threads.len()), (500, client::THREADS));
    assert!(took.as_millis() < 1_500, "{took:?}");
    let long = client.thread("Communication/n0").unwrap();
    assert_eq!(
        (long.thread.count, long.entries.len(), long.left_out),
        (503, 201, 303),
        "the newest, and the first"
    );
    assert!(long.thread.perhaps_more);
}

fn many() -> Source {
    let me = json!({"reference": "Patient/p"});
    let mut resources = vec![
        json!({"resourceType": "Patient", "id": "p", "birthDate": "1961-05-14", "name": [{"family": "Ames"}]}),
    ];
    let one = |n: usize, answers: Option<usize>| -> Value {
        let minute =
            format!("2026-{:02}-{:02}T{:02}:{:02}:00Z", 1 + n / 280, 1 + n / 10 % 28, n / 60 % 24, n % 60);
        let mut message = json!({"resourceType": "Communication", "id": format!("n{n}"), "status": "completed", "subject": me,
            "sender": {"display": "Front desk"}, "sent": minute, "payload": [{"contentString": "word ".repeat(40)}]});
        if let Some(parent) = answers {
            message["inResponseTo"] = json!([{"reference": format!("Communication/n{parent}")}]);
        }
        message
    };
    for n in 0..2_000 {
        // The first 500 begin threads; of the rest a third goes on in the first thread.
        let answers = (n >= 500).then_some(if n % 3 == 0 { 0 } else { n % 500 });
        resources.push(one(n, answers));
    }
    let entries: Vec<Value> = resources.into_iter().map(|resource| json!({"resource": resource})).collect();
    let bundle = json!({"resourceType": "Bundle", "type": "collection", "entry": entries});
    Source::Bytes(bundle.to_string().into_bytes())
}
