//! Staying in step with the portals, and sparing them, the network and the person: outages, portals that are down, metered
//! networks, what cannot be followed, what comes again, and files that fill their room.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::sync::Mutex;
use std::time::Duration;

use client::views::Filter;
use client::{Network, Query, Reason, SyncReport, Unfollowed, WatchEvent};
use harness::{Device, lines, portal};
use sandbox::{Fetching, Quirk, Running, Step, demo_data};

const HOUR: i64 = 3_600;
const DAY: i64 = 86_400;

/// The network goes while she is away from it; a result comes to the portal; the network returns. Time is the device's.
#[tokio::test(flavor = "multi_thread")]
async fn a_result_is_there_within_a_minute_of_the_networks_return() {
    let (alice, hospital) = connected("Riverside").await;
    let now = || client::platform::Clock::now(&*alice.clock);
    let heard: Mutex<Vec<WatchEvent>> = Mutex::default();
    let tell = |event: &WatchEvent| heard.lock().unwrap().push(event.clone());
    let story = async {
        outage(&hospital, &heard).await;
        let before = titles(&alice);
        hospital.evolve(&[Step::Results]).unwrap();
        hospital.start_again().unwrap();
        let back = now();
        until("the result is there", || titles(&alice) != before).await;
        let seen = now() - back;
        assert!(seen <= 60, "after {seen} s");
        until("it goes on", || {
            let heard = heard.lock().unwrap();
            let returned = heard.iter().position(|event| *event == WatchEvent::NetworkReturned);
            returned.is_some_and(|at| matches!(heard.get(at + 2), Some(WatchEvent::Next(_))))
        })
        .await;
        alice.client().stop();
    };
    let both = async { tokio::join!(alice.client().watch(Network::Free, tell), story) };
    let (ended, ()) = tokio::time::timeout(Duration::from_secs(60), both).await.expect("it ends");
    ended.unwrap();
    assert!(alice.client().verify().unwrap().sound);
}

/// A watch that was asked for a moment before the record is locked begins a moment after: it ends, and does not keep the record open.
#[tokio::test(flavor = "multi_thread")]
async fn c4_what_begins_while_the_record_is_being_locked_ends_at_once() {
    let (alice, _hospital) = connected("Riverside").await;
    alice.client().stop();
    let synced = alice.client().sync(Reason::Asked { full: false }, |_| {}).await.unwrap();
    assert!(synced.portals.iter().all(|portal| portal.trouble.is_none()), "a stop is for what is under way");
    alice.client().stop_for_good();
    let watched = alice.client().watch(Network::Free, |_| {});
    tokio::time::timeout(Duration::from_secs(60), watched).await.expect("it ends").unwrap();
}

/// What was written while the network was away goes out when it returns, and nobody has to do anything for it.
#[tokio::test(flavor = "multi_thread")]
async fn what_waits_goes_out_by_itself_within_a_minute_of_the_networks_return() {
    let hospital = demo_data::hospital_of("Riverside", &[demo_data::ALESHA]);
    let hospital = portal(sandbox::Config { acts: sandbox::Acts::slots(), ..hospital });
    let alice = Device::new("alice's phone");
    alice.connect(&hospital, "Riverside").await;
    let now = || client::platform::Clock::now(&*alice.clock);
    let heard: Mutex<Vec<WatchEvent>> = Mutex::default();
    let tell = |event: &WatchEvent| heard.lock().unwrap().push(event.clone());
    let story = async {
        outage(&hospital, &heard).await;
        let all = harness::everything(alice.client(), &Filter::default());
        let to = all.into_iter().find(|line| line.resource_type == "Practitioner").unwrap().reference;
        let message = client::NewMessage {
            portal: Some("Riverside".to_owned()),
            to: vec![to],
            text: "May I fly?".to_owned(),
            ..client::NewMessage::default()
        };
        let id = alice.client().send_message(message).unwrap().id;
        let state = || alice.client().outbox_item(&id).unwrap().state;
        assert_eq!(state(), client::ActState::Queued);
        hospital.start_again().unwrap();
        let back = now();
        until("it is sent", || state() == client::ActState::Sent).await;
        assert!(now() - back <= 60, "after {} s", now() - back);
        assert_eq!(hospital.created().len(), 1);
        alice.client().stop();
    };
    let both = async { tokio::join!(alice.client().watch(Network::Free, tell), story) };
    let (ended, ()) = tokio::time::timeout(Duration::from_secs(60), both).await.expect("it ends");
    ended.unwrap();
}

/// It stays up for a day: a portal that is well is asked about every half an hour, one that is down ever less often.
#[tokio::test(flavor = "multi_thread")]
async fn who_watches_asks_a_portal_that_is_down_ever_less_often_and_the_other_as_usual() {
    let (alice, hospital) = connected("Riverside").await;
    let clinic = portal(demo_data::hospital_of("Hillside", &[demo_data::ALESHA]));
    alice.connect(&clinic, "Hillside").await;
    clinic.set_quirks([Quirk::from(Fetching::Down(502))]);
    let began = client::platform::Clock::now(&*alice.clock);
    let synced: Mutex<Vec<(i64, String)>> = Mutex::default();
    let client = alice.client().clone();
    let tell = |event: &WatchEvent| {
        let now = client::platform::Clock::now(&*alice.clock);
        if let WatchEvent::Synced(report) = event {
            synced.lock().unwrap().extend(report.portals.iter().map(|one| (now, one.portal.clone())));
        }
        assert!(!matches!(event, WatchEvent::NetworkLost), "the other portal answers");
        if now - began > 2 * HOUR {
            client.stop();
        }
    };
    alice.client().watch(Network::Free, tell).await.unwrap();
    let of = |name: &str| -> Vec<i64> {
        let synced = synced.lock().unwrap();
        synced.iter().filter(|(_, portal)| portal == name).map(|(at, _)| at - began).collect()
    };
    let (well, down) = (of("Riverside"), of("Hillside"));
    assert!((3..=6).contains(&well.len()), "{well:?}");
    assert!((4..=10).contains(&down.len()), "{down:?}");
    let first = down[1] - down[0];
    let last = down[down.len() - 1] - down[down.len() - 2];
    assert!((60..=300).contains(&first) && last > 3 * first, "{down:?}");
    drop(hospital);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_portal_that_is_down_is_left_and_the_other_is_read() {
    let (alice, hospital) = connected("Riverside").await;
    let clinic = portal(demo_data::hospital_of("Hillside", &[demo_data::ALESHA]));
    alice.connect(&clinic, "Hillside").await;
    hospital.set_quirks([Quirk::from(Fetching::Down(502))]);
    hospital.forget_requests();
    let report = alice.sync().await;
    let of = |name: &str| report.portals.iter().find(|one| one.portal == name).unwrap();
    let down = of("Riverside");
    assert!((down.down, down.offline, down.was_read()) == (true, false, false), "{down:?}");
    let words = "the portal had an error: status 502, whatever was asked for";
    assert_eq!(down.trouble.as_deref(), Some(words));
    assert!(hospital.requests().len() <= 20, "{} requests", hospital.requests().len());
    assert!(of("Hillside").was_read() && of("Hillside").new > 100);
    hospital.set_quirks([]);
    assert!(alice.sync().await.portals.iter().all(client::SyncedPortal::was_read));
}

/// Something answers, and not in HTTP: the network is there, and nobody is told to look for it.
#[tokio::test(flavor = "multi_thread")]
async fn c30_answers_with_broken_headers_are_not_called_offline() {
    let (alice, hospital) = connected("Riverside").await;
    hospital.stop();
    let listener = std::net::TcpListener::bind(("127.0.0.1", hospital.port())).unwrap();
    let answering = std::thread::spawn(move || {
        for stream in listener.incoming().map(Result::unwrap) {
            let mut stream = stream;
            let mut head = [0; 4_096];
            let read = stream.read(&mut head).unwrap_or(0);
            if head[..read].starts_with(b"QUIT") {
                return;
            }
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nthis is no header\r\n\r\n{}");
        }
    });
    let synced = alice.sync().await.portals.remove(0);
    std::net::TcpStream::connect(("127.0.0.1", hospital.port())).unwrap().write_all(b"QUIT").unwrap();
    answering.join().unwrap();
    assert_eq!((synced.offline, synced.down), (false, true), "{:?}", synced.trouble);
    assert_eq!(synced.trouble.as_deref(), Some("the portal had an error: its answer cannot be read"));
    let offline = alice.sync().await.portals.remove(0);
    assert_eq!((offline.offline, offline.down), (true, false), "and now nobody answers");
}

#[tokio::test(flavor = "multi_thread")]
async fn references_that_cannot_be_followed_are_named_and_asked_for_again_after_days() {
    let (alice, hospital) = connected("Riverside").await;
    hospital.set_quirks([Quirk::from(Fetching::StrangeReferences)]);
    let asked = || hospital.requests().iter().filter(|one| one.path.contains("not-there")).count();
    let gone = "the portal has no such entry (status 404)";
    let one =
        |what: &str, reason: &str| Unfollowed { what: what.to_owned(), reason: reason.to_owned(), count: 1 };
    let elsewhere = one("localhost", "another server, which is not asked");
    let all = [elsewhere, one("DocumentReference", gone), one("NoSuchType", gone), one("Organization", gone)];
    let first = alice.sync().await.portals.remove(0);
    assert_eq!(first.unfollowed, all);
    assert_eq!(asked(), 1);
    // The same Observation comes with every search: what it refers to is not asked for each time, and not told each time.
    later(&alice, &hospital, DAY);
    let second = alice.sync().await.portals.remove(0);
    assert_eq!((asked(), second.unfollowed), (1, vec![]));
    assert_eq!(alice.client().portals().unwrap().remove(0).unfollowed, all, "but it stays named");
    later(&alice, &hospital, 7 * DAY);
    let week = alice.sync().await.portals.remove(0);
    assert_eq!((asked(), week.unfollowed.len()), (2, 3));
    alice.sync_full().await;
    assert_eq!(asked(), 3, "who asks for everything gets another try");
}

/// They are seen again one by one, as they change: each is no longer called missing then, not a week later.
#[tokio::test(flavor = "multi_thread")]
async fn h19_what_comes_again_is_no_longer_called_missing_at_once() {
    let (alice, hospital) = connected("Riverside").await;
    alice.sync().await;
    hospital.set_quirks([Quirk::from(Fetching::StopsReturning("Observation".to_owned()))]);
    later(&alice, &hospital, 8 * DAY);
    alice.sync().await;
    let before = missing(&alice);
    assert!(before.len() > 10);
    hospital.set_quirks([]);
    later(&alice, &hospital, HOUR);
    let changed = hospital.evolve(&[Step::Correction]).unwrap().remove(0);
    alice.sync().await;
    let reference = format!("Observation/{}", changed.id);
    assert!(before.contains(&reference));
    let after = missing(&alice);
    assert_eq!(before.difference(&after).collect::<Vec<_>>(), [&reference]);
    alice.sync_full().await;
    assert_eq!(missing(&alice), BTreeSet::new());
    let client = alice.client();
    client.rebuild(|_| {}).unwrap();
    assert_eq!(missing(&alice), BTreeSet::new(), "the statements say so, not this device alone");
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_that_name_the_patient_only_as_sender_or_recipient_are_held() {
    let (alice, hospital) = connected("Riverside").await;
    hospital.set_quirks([Quirk::from(Fetching::Messages)]);
    let synced = alice.sync().await.portals.remove(0);
    assert_eq!(synced.set_aside, 0);
    let held: BTreeSet<String> = lines(alice.client(), Query::Messages, &Filter::default())
        .into_iter()
        .map(|line| line.reference)
        .collect();
    for by in ["subject", "sender", "recipient"] {
        assert!(held.contains(&format!("Communication/by-{by}")), "{by}: {held:?}");
    }
}

/// Over a network that costs money what changed comes, and nothing large; what waits is said, and comes later.
#[tokio::test(flavor = "multi_thread")]
async fn a_metered_sync_brings_what_changed_and_says_what_waits() {
    let (alice, hospital) = connected("Riverside").await;
    let first = metered(&alice).await.portals.remove(0);
    assert!(first.new > 100, "what was never read is read");
    assert_eq!((first.files.fetched, first.waits.listings), (0, 0));
    later(&alice, &hospital, 8 * DAY);
    let news = hospital.evolve(&[Step::Results]).unwrap();
    hospital.forget_requests();
    let cheap = metered(&alice).await.portals.remove(0);
    assert_eq!(cheap.new, u64::try_from(news.len()).unwrap());
    assert!(cheap.waits.listings > 30, "{:?}", cheap.waits);
    assert_eq!(cheap.files.fetched, 0);
    let bytes: u64 = hospital.requests().iter().map(|one| one.bytes).sum();
    assert!(bytes < 60_000, "{bytes} bytes");
    let all = alice.sync().await.portals.remove(0);
    assert_eq!(all.waits, client::Waits::default());
    later(&alice, &hospital, HOUR);
    assert_eq!(metered(&alice).await.portals.remove(0).waits, client::Waits::default());
}

/// After the first sync the portal goes, and that is noticed.
async fn outage(hospital: &Running, heard: &Mutex<Vec<WatchEvent>>) {
    until("the first sync", || met(heard, |event| matches!(event, WatchEvent::Next(_)))).await;
    hospital.stop();
    until("the outage is noticed", || met(heard, |event| *event == WatchEvent::NetworkLost)).await;
}

async fn metered(alice: &Device) -> SyncReport {
    alice.client().sync_on(Network::Metered, Reason::Asked { full: false }, |_| {}).await.unwrap()
}

async fn connected(name: &str) -> (Device, Running) {
    let hospital = portal(demo_data::hospital_of(name, &[demo_data::ALESHA]));
    let alice = Device::new("alice's phone");
    alice.connect(&hospital, name).await;
    (alice, hospital)
}

fn later(alice: &Device, hospital: &Running, seconds: i64) {
    alice.clock.turn(seconds);
    hospital.advance(seconds);
}

fn missing(alice: &Device) -> BTreeSet<String> {
    let all = lines(alice.client(), Query::Timeline, &Filter::default()).into_iter();
    all.filter(|line| !line.no_longer_returned_by.is_empty()).map(|line| line.reference).collect()
}

fn titles(alice: &Device) -> Vec<String> {
    lines(alice.client(), Query::Results, &Filter::default()).into_iter().map(|line| line.reference).collect()
}

fn met(heard: &Mutex<Vec<WatchEvent>>, what: impl Fn(&WatchEvent) -> bool) -> bool {
    heard.lock().unwrap().iter().any(what)
}

async fn until(what: &str, mut there: impl FnMut() -> bool) {
    for _ in 0..1_500 {
        if there() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("it never came to it: {what}");
}
