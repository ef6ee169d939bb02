//! Acts at portals: composed without a network, sent once, never silently unknown (hazards H1 and H2).

mod allowed;
mod booking;
mod correcting;
mod elsewhere;
mod files;
mod frozen;
mod holding;
mod levels;
mod moments;
mod order;
mod sparing;
mod two_devices;

use client::{ActChoice, ActState, Client, Error, FreeTimesWanted, NewMessage, OutboxItem, Returned};
use harness::{ActFault, Device, portal};
use sandbox::{Acting, Acts, Answer, Config, Often, Quirk, Running, demo_data};

const HOUR: i64 = 3_600;

fn hospital(quirks: &[Quirk]) -> Running {
    let config = demo_data::hospital_of("Riverside", &[demo_data::ALESHA]);
    portal(Config { acts: Acts::slots(), quirks: quirks.iter().cloned().collect(), ..config })
}

async fn alice_at(hospital: &Running) -> Device {
    let alice = Device::new("alice's phone");
    assert!(matches!(alice.connect(hospital, "Riverside").await, Returned::Connected(_)));
    alice.sync().await;
    alice
}

/// Somebody who may be written to.
fn doctor(client: &Client) -> String {
    entry(client, "Practitioner")
}

/// Some entry of this type: the same each time.
fn entry(client: &Client, resource_type: &str) -> String {
    let all = harness::everything(client, &client::views::Filter::default());
    let first = all.into_iter().find(|line| line.resource_type == resource_type);
    first.expect("an entry of that type").reference
}

fn message(client: &Client, words: &str) -> String {
    let queued = client.send_message(NewMessage {
        portal: Some("Riverside".to_owned()),
        to: vec![doctor(client)],
        subject: Some("A question".to_owned()),
        text: words.to_owned(),
        ..NewMessage::default()
    });
    queued.expect("to be queued").id
}

/// Time passes for both.
fn pass(alice: &Device, hospital: &Running, seconds: i64) {
    alice.clock.turn(seconds);
    hospital.advance(seconds);
}

fn item(alice: &Device, id: &str) -> OutboxItem {
    alice.client().outbox_item(id).expect("an act")
}

/// Any free time at the hospital, so many at most.
fn any(most: usize) -> FreeTimesWanted {
    FreeTimesWanted { most, ..FreeTimesWanted::at("Riverside") }
}

/// How often the portal made what bears this act's identifier.
fn made(hospital: &Running, id: &str) -> usize {
    let hex = |value: &str| value.chars().filter(char::is_ascii_hexdigit).collect::<String>();
    let bears = |identifier: &String| identifier.rsplit(':').next().is_some_and(|uuid| hex(uuid) == id);
    hospital.created().iter().filter(|created| created.identifiers.iter().any(bears)).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_composed_offline_goes_out_once_and_its_answer_comes_in() {
    let hospital = hospital(&[]);
    let mut alice = alice_at(&hospital).await;
    alice.wire.block(Some("http"));
    let id = message(alice.client(), "May I take both pills together?");
    let shown = item(&alice, &id);
    assert_eq!((&shown.state, shown.tries), (&ActState::Queued, 0));
    assert_eq!(shown.words.as_deref(), Some("May I take both pills together?"));
    assert!(alice.client().send_outbox().await.unwrap().iter().all(|act| !act.sent));
    assert_eq!(item(&alice, &id).state, ActState::Queued, "surely not sent");
    assert!(item(&alice, &id).trouble.is_some());
    alice.reopen();
    alice.wire.block(None);
    assert_eq!(made(&hospital, &id), 0);
    let report = alice.sync().await;
    assert_eq!(report.portals[0].acts.iter().filter(|act| act.sent).count(), 1);
    let sent = item(&alice, &id);
    assert_eq!(sent.state, ActState::Sent);
    assert_eq!(made(&hospital, &id), 1);
    let became = sent.became.expect("an entry");
    assert!(alice.client().show(&became).is_ok(), "it is an entry like others");
    for _ in 0..3 {
        alice.clock.turn(HOUR);
        alice.sync().await;
    }
    assert_eq!(made(&hospital, &id), 1, "nothing sends it again");
    assert!(alice.client().verify().unwrap().sound);
}

#[tokio::test(flavor = "multi_thread")]
async fn h1_whatever_is_lost_nothing_is_sent_twice_and_nothing_is_said_that_is_not_known() {
    let faults = [
        ActFault::None,
        ActFault::Unsent,
        ActFault::RequestLost,
        ActFault::AnswerLost,
        ActFault::Late,
        ActFault::Twice,
        ActFault::Garbled,
    ];
    for quirks in [
        &[][..],
        &[Acting::IgnoresIfNoneExist.into()],
        &[Acting::NoIdentifierSearch("refused".to_owned()).into()],
    ] {
        let hospital = hospital(quirks);
        let mut alice = alice_at(&hospital).await;
        let pairs = faults.iter().flat_map(|one| faults.iter().map(move |other| (*one, *other)));
        // Each fault after each other at the portal that does as it should, each alone at the others. What comes twice to a portal that
        // creates twice is there twice, whoever sends it.
        let ignores = quirks.contains(&Acting::IgnoresIfNoneExist.into());
        let pairs = pairs.filter(|(one, other)| {
            quirks.is_empty() || (*other == ActFault::None && !(ignores && *one == ActFault::Twice))
        });
        for (first, second) in pairs {
            let id = message(alice.client(), &format!("{first:?} and then {second:?}"));
            alice.wire.act_faults(&[first, second]);
            for wait in [0, 31, 121, 601, 1_801] {
                pass(&alice, &hospital, wait);
                alice.client().send_outbox().await.unwrap();
                let (state, there) = (item(&alice, &id).state, made(&hospital, &id));
                let what =
                    format!("{quirks:?} {first:?} {second:?} after {wait} s: {state:?}, {there} there");
                assert!(there <= 1, "twice: {what}");
                match state {
                    ActState::Sent => assert_eq!(there, 1, "{what}"),
                    ActState::Queued => assert_eq!(there, 0, "{what}"),
                    ActState::Attempting | ActState::Unsure(_) => {}
                    _ => panic!("{what}"),
                }
                if wait == 31 {
                    alice.wire.arrive().await;
                    alice.unlock();
                }
            }
            alice.wire.act_faults(&[]);
            pass(&alice, &hospital, 1_801);
            alice.client().send_outbox().await.unwrap();
            let state = item(&alice, &id).state;
            let searched =
                !quirks.iter().any(|quirk| matches!(quirk, Quirk::Acting(Acting::NoIdentifierSearch(_))));
            assert!(
                matches!(state, ActState::Sent) || (matches!(state, ActState::Unsure(_)) && !searched),
                "{quirks:?} {first:?} {second:?}: {state:?}"
            );
            if !searched && made(&hospital, &id) == 1 {
                alice.sync().await;
                assert_eq!(item(&alice, &id).state, ActState::Sent, "a sync brings it: {first:?}");
            }
        }
    }
}

/// What a portal does to one message, and how that may end: never twice, and never said to be what it is not.
#[tokio::test(flavor = "multi_thread")]
async fn h1_whatever_a_portal_does_nothing_is_made_twice_and_nothing_is_said_that_is_not_known() {
    let odd = [
        Acting::NoWrite(405),
        Acting::IfNoneExist412,
        Acting::NoIdentifierSearch("ignored".to_owned()),
        Acting::LaggingSearch(300),
        Acting::OkWithOutcome,
        Acting::CreatedWithoutBody,
        Acting::CreatedWithoutLocation,
        Acting::AnswerLost(Often::Once),
        Acting::ConnectionLostBefore(Often::Once),
        Acting::SlowCommit(504),
        Acting::SlowCommit(202),
        Acting::StripsIdentifier,
        Acting::RateLimitedWrites(600),
        Acting::WriteNeedsOtherScope,
    ];
    for odd in odd {
        let hospital = hospital(&[odd.clone().into()]);
        let alice = alice_at(&hospital).await;
        for (nth, fault) in
            [ActFault::None, ActFault::AnswerLost, ActFault::RequestLost].into_iter().enumerate()
        {
            let id = message(alice.client(), &format!("Question {nth} of {odd:?}"));
            alice.wire.act_faults(&[fault]);
            for wait in [0, 31, 121, 601, 1_801] {
                pass(&alice, &hospital, wait);
                alice.sync().await;
                let (state, there) = (item(&alice, &id).state, made(&hospital, &id));
                let what = format!("{odd:?} {fault:?} after {wait} s: {state:?}, {there} there");
                assert!(there <= 1, "twice: {what}");
                match state {
                    ActState::Sent => assert_eq!(there, 1, "{what}"),
                    ActState::Queued | ActState::Failed(_) => assert_eq!(there, 0, "{what}"),
                    ActState::Attempting | ActState::Unsure(_) => {}
                    _ => panic!("{what}"),
                }
            }
            alice.wire.act_faults(&[]);
            let state = item(&alice, &id).state;
            assert!(!matches!(state, ActState::Attempting), "{odd:?} {fault:?} is left open: {state:?}");
        }
    }
}

/// What the answer to one message shows of a portal holds for the next one of the same run.
#[tokio::test(flavor = "multi_thread")]
async fn h1_a_portal_that_was_just_seen_to_drop_identifiers_is_not_asked_by_them() {
    let hospital = hospital(&[Acting::StripsIdentifier.into()]);
    let alice = alice_at(&hospital).await;
    let (first, second) =
        (message(alice.client(), "May I swim?"), message(alice.client(), "May I take the other pill too?"));
    alice.wire.act_faults(&[ActFault::None, ActFault::AnswerLost]);
    alice.client().send_outbox().await.unwrap();
    let asked = |sent: &harness::Sent| sent.method == "GET" && sent.url.contains("identifier=");
    for wait in [31, 601, 1_801] {
        pass(&alice, &hospital, wait);
        alice.client().send_outbox().await.unwrap();
        assert_eq!((made(&hospital, &first), made(&hospital, &second)), (1, 1), "after {wait} s");
    }
    assert_eq!(item(&alice, &first).state, ActState::Sent);
    assert!(matches!(item(&alice, &second).state, ActState::Sent | ActState::Unsure(_)));
    assert!(!alice.wire.sent().iter().any(asked), "what it has lost finds nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_comes_in_and_is_told_at_the_message() {
    let hospital = hospital(&[]);
    let alice = alice_at(&hospital).await;
    let id = message(alice.client(), "May I fly?");
    alice.sync().await;
    let became = item(&alice, &id).became.expect("an entry");
    for (answer, state) in [
        (Answer::Received, ActState::Delivered),
        (Answer::Reply { text: "Yes, you may".to_owned() }, ActState::Answered),
    ] {
        hospital.answer(&became, answer).unwrap();
        pass(&alice, &hospital, 60);
        alice.sync().await;
        assert_eq!(item(&alice, &id).state, state);
    }
    let hits = alice.client().search("you may", 5).unwrap();
    let reply = client::NewMessage {
        answers: hits
            .iter()
            .filter_map(|hit| Some(hit.line.as_ref()?.reference.clone()))
            .find(|r| r.starts_with("Communication/") && *r != became),
        text: "Thank you".to_owned(),
        ..NewMessage::default()
    };
    let thanks = alice.client().send_message(reply).unwrap().id;
    let waits = |client: &Client| {
        let thread = client.thread(&became).unwrap();
        thread.entries.iter().filter(|entry| entry.record().is_none()).count()
    };
    assert_eq!(
        (waits(alice.client()), alice.client().threads(&Default::default()).unwrap().waiting.len()),
        (1, 1)
    );
    alice.sync().await;
    let thanks = item(&alice, &thanks);
    assert_eq!((thanks.state, thanks.subject.as_deref()), (ActState::Sent, Some("A question")));
    assert!(thanks.answers.is_some());
    assert_eq!(waits(alice.client()), 0, "what was sent stands in the record");
}

#[tokio::test(flavor = "multi_thread")]
async fn h2_what_waits_says_call_after_four_hours_and_asks_again_after_a_day() {
    let hospital = hospital(&[]);
    let alice = alice_at(&hospital).await;
    alice.wire.block(Some("http"));
    let id = message(alice.client(), "Should I take tonight's dose?");
    alice.clock.turn(4 * HOUR);
    assert!(item(&alice, &id).advice.iter().any(|advice| advice.contains("call instead")));
    alice.clock.turn(20 * HOUR);
    let stale = item(&alice, &id);
    assert!(stale.may.contains(&ActChoice::Retry) && stale.advice.iter().any(|a| a.contains("say so again")));
    alice.wire.block(None);
    alice.sync().await;
    assert_eq!(
        (item(&alice, &id).state, made(&hospital, &id)),
        (ActState::Queued, 0),
        "nobody sends it in silence"
    );
    alice.client().retry_act(&id).unwrap();
    alice.sync().await;
    assert_eq!((item(&alice, &id).state, made(&hospital, &id)), (ActState::Sent, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_who_wants_it_sent_now_does_not_wait_for_the_pause_after_a_failed_try() {
    let hospital = hospital(&[Acting::RateLimitedWrites(600).into()]);
    let alice = alice_at(&hospital).await;
    let id = message(alice.client(), "May I drive?");
    alice.client().send_outbox().await.unwrap();
    let waits = item(&alice, &id);
    assert_eq!((&waits.state, waits.tries), (&ActState::Queued, 1));
    assert!(waits.next_try.is_some());
    alice.client().send_outbox().await.unwrap();
    assert_eq!(item(&alice, &id).tries, 1, "by itself it waits");
    alice.client().send_outbox_now().await.unwrap();
    let again = item(&alice, &id);
    assert_eq!((&again.state, again.tries), (&ActState::Queued, 2), "the portal was asked at once");
    hospital.set_quirks([]);
    alice.client().send_outbox_now().await.unwrap();
    assert_eq!((item(&alice, &id).state, made(&hospital, &id)), (ActState::Sent, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn h1_a_person_who_wants_it_sent_now_has_nothing_sent_of_which_it_is_not_known_whether_it_is_there() {
    let hospital = hospital(&[Acting::LaggingSearch(300).into()]);
    let alice = alice_at(&hospital).await;
    let id = message(alice.client(), "May I fly?");
    alice.wire.act_faults(&[ActFault::AnswerLost]);
    for wait in [0, 31, 121, 601] {
        pass(&alice, &hospital, wait);
        alice.client().send_outbox_now().await.unwrap();
        assert_eq!((item(&alice, &id).tries, made(&hospital, &id)), (1, 1), "after {wait} s");
    }
    assert_eq!(item(&alice, &id).state, ActState::Sent);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_person_says_of_an_act_holds() {
    let hospital = hospital(&[]);
    let alice = alice_at(&hospital).await;
    let client = alice.client();
    let first = message(client, "Never mind");
    client.delete_act(&first).unwrap();
    let second = message(client, "Wrong wrods");
    let third = client.edit_act(&second, "Right words").unwrap().id;
    alice.sync().await;
    assert_eq!((made(&hospital, &first), made(&hospital, &second), made(&hospital, &third)), (0, 0, 1));
    assert_eq!(item(&alice, &third).words.as_deref(), Some("Right words"));
    assert!(
        matches!(client.delete_act(&third), Err(Error::Invalid(_))),
        "what was sent is not taken back in silence"
    );
    assert!(client.outbox().unwrap().iter().all(|item| item.id != first && item.id != second));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_portal_that_refuses_is_heard_and_the_words_are_not_lost() {
    let mut alice_portal = Acts::slots();
    alice_portal.message_limit = 20;
    let config = demo_data::hospital_of("Riverside", &[demo_data::ALESHA]);
    let hospital = portal(Config { acts: alice_portal, ..config });
    let alice = alice_at(&hospital).await;
    let id = message(alice.client(), "This is longer than twenty letters");
    alice.sync().await;
    let failed = item(&alice, &id);
    assert!(matches!(&failed.state, ActState::Failed(reason) if !reason.is_empty()), "{:?}", failed.state);
    assert_eq!(failed.may, [ActChoice::Retry, ActChoice::Edit, ActChoice::Delete, ActChoice::DoneByHand]);
    let shorter = alice.client().edit_act(&id, "Shorter").unwrap().id;
    alice.sync().await;
    assert_eq!((item(&alice, &shorter).state, made(&hospital, &shorter)), (ActState::Sent, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_portal_that_takes_no_messages_leaves_it_to_the_person() {
    let config = demo_data::hospital_of("Riverside", &[demo_data::ALESHA]);
    let hospital = portal(Config { acts: Acts::phone(), ..config });
    let alice = alice_at(&hospital).await;
    let id = message(alice.client(), "Please call me back");
    alice.sync().await;
    assert_eq!(item(&alice, &id).state, ActState::ByHand);
    assert!(hospital.created().is_empty());
    alice.client().act_was_done(&id).unwrap();
    assert_eq!(item(&alice, &id).state, ActState::DoneByHand);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refill_is_asked_for_by_the_portals_own_way() {
    for (acts, resource_type) in [(Acts::slots(), "Task"), (Acts::find_hold_book(), "MedicationRequest")] {
        let config = demo_data::hospital_of("Riverside", &[demo_data::ALESHA]);
        let hospital = portal(Config { acts, ..config });
        let alice = alice_at(&hospital).await;
        let id =
            alice.client().ask_for_refill("MedicationRequest/refillable-1", Some("Two boxes")).unwrap().id;
        alice.sync().await;
        let asked = item(&alice, &id);
        assert_eq!((asked.state, made(&hospital, &id)), (ActState::Sent, 1));
        assert!(asked.became.unwrap().starts_with(resource_type));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_survives_a_kill_and_is_gone_when_it_is_queued() {
    let hospital = hospital(&[]);
    let mut alice = alice_at(&hospital).await;
    let draft = alice.client().keep_draft(None, "{\"text\":\"Dear doc\"}").unwrap();
    alice.reopen();
    assert_eq!(alice.client().keep_draft(Some(&draft), "{\"text\":\"Dear doctor\"}").unwrap(), draft);
    let kept = alice.client().drafts().unwrap();
    assert_eq!(
        kept.iter().map(|draft| draft.body.as_str()).collect::<Vec<_>>(),
        ["{\"text\":\"Dear doctor\"}"]
    );
    let to = vec![doctor(alice.client())];
    let message = NewMessage {
        portal: Some("Riverside".to_owned()),
        to,
        text: "Dear doctor".to_owned(),
        draft: Some(draft),
        ..NewMessage::default()
    };
    alice.client().send_message(message).unwrap();
    assert!(alice.client().drafts().unwrap().is_empty());
}
