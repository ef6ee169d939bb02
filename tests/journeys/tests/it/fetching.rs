//! Searches, pages and references as portals really give them: each a switch of the sandbox, and nothing lost, hidden or
//! called missing by it.

use std::collections::BTreeSet;

use client::views::{Filter, Line};
use client::{Query, SyncedPortal};
use fhir::Digest;
use harness::{BEGINNING, Device, lines, portal};
use portal::fetch::{Fault, Outcome};
use sandbox::{Config, Fetching, Quirk, Running, Step, demo_data};

const HOUR: i64 = 3_600;
const DAY: i64 = 86_400;

#[tokio::test(flavor = "multi_thread")]
async fn what_only_looks_odd_is_read_whole() {
    for quirk in [
        Fetching::NextXml,
        Fetching::PatientOnEveryPage,
        Fetching::NoTotal,
        Fetching::TwiceInABundle,
        Fetching::Disclaimed,
        Fetching::ThrottledUntil,
        Fetching::Gzip,
        Fetching::Latin1,
        Fetching::ByteOrderMark,
    ] {
        let (alice, hospital, synced) = first_sync(Some(quirk.clone())).await;
        all_well(&synced);
        assert_eq!(synced.set_aside, 0, "{quirk:?}");
        holds_everything(&alice, &hospital);
        let again = sync(&alice, true).await;
        all_well(&again);
        assert_eq!((again.new, again.changed), (0, 0), "{quirk:?}: the same again is nothing new");
        assert_eq!(missing(&alice), BTreeSet::new(), "{quirk:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_type_that_is_refused_with_any_status_stops_no_other() {
    for status in [400, 403, 404, 501] {
        let quirk = Fetching::Answers("Condition".to_owned(), status);
        let (alice, hospital, synced) = first_sync(Some(quirk)).await;
        let refused: BTreeSet<&str> =
            synced.slots.iter().filter(|slot| !is_ok(&slot.outcome)).map(|slot| slot.what.as_str()).collect();
        assert!(
            refused.len() == 4 && refused.iter().all(|what| what.starts_with("Condition")),
            "{refused:?}"
        );
        for slot in synced.slots.iter().filter(|slot| !is_ok(&slot.outcome)) {
            let reason = "no Condition here".to_owned();
            assert_eq!(slot.outcome, Outcome::Refused { status, reason });
        }
        hospital.set_quirks([]);
        // What was refused rests for some hours.
        later(&alice, &hospital, 7 * 3_600);
        all_well(&sync(&alice, false).await);
        holds_everything(&alice, &hospital);
    }
}

/// What changed is left out, what did not change comes. The listing of a week later is the truth.
#[tokio::test(flavor = "multi_thread")]
async fn h5_a_last_updated_that_lies_both_ways_is_found_out_within_a_week() {
    let (alice, hospital, _) = first_sync(Some(Fetching::LastUpdatedLies)).await;
    later(&alice, &hospital, DAY);
    let changes = hospital.evolve(&[Step::Results, Step::Correction]).unwrap();
    let soon = sync(&alice, false).await;
    all_well(&soon);
    assert_eq!((soon.new, soon.changed), (0, 0), "it was told of nothing, and of old things as if new");
    later(&alice, &hospital, 7 * DAY);
    let week = sync(&alice, false).await;
    all_well(&week);
    assert_eq!(week.new + week.changed, u64::try_from(changes.len()).unwrap());
    holds_everything(&alice, &hospital);
}

#[tokio::test(flavor = "multi_thread")]
async fn h19_a_next_link_without_its_search_loses_nothing_and_calls_nothing_missing() {
    let (alice, hospital, _) = rosalinda(Some(Fetching::NextDrops)).await;
    holds_everything(&alice, &hospital);
    hospital.set_quirks([]);
    sync(&alice, true).await;
    assert_eq!(missing(&alice), BTreeSet::new());
    holds_everything(&alice, &hospital);
}

#[tokio::test(flavor = "multi_thread")]
async fn h19_a_next_link_to_another_operation_ends_the_slot_and_calls_nothing_missing() {
    let (alice, hospital, _) = rosalinda(None).await;
    hospital.set_quirks([Quirk::from(Fetching::NextOtherOperation)]);
    let synced = sync(&alice, true).await;
    let failed: Vec<_> = synced.slots.iter().filter(|slot| !is_ok(&slot.outcome)).collect();
    assert!(!failed.is_empty());
    for slot in failed {
        assert!(matches!(&slot.outcome, Outcome::Failed { fault: Fault::NextGone, .. }), "{slot:?}");
    }
    assert_eq!(missing(&alice), BTreeSet::new());
    holds_everything(&alice, &hospital);
}

/// While a list is read a resource is changed and moves to its front, past the page already read.
#[tokio::test(flavor = "multi_thread")]
async fn a_listing_that_moves_while_it_is_read_loses_nothing() {
    let (alice, hospital, synced) = rosalinda(Some(Fetching::Shifts)).await;
    all_well(&synced);
    holds_everything(&alice, &hospital);
    let asked =
        hospital.requests().into_iter().filter(|one| one.path.starts_with("/fhir/Procedure?")).count();
    assert_eq!(asked, 4, "two pages, twice");
}

/// A whole kind of data is gone from one day to the next: nothing leaves the screen.
#[tokio::test(flavor = "multi_thread")]
async fn h19_a_portal_that_stops_returning_a_kind_of_data_hides_none_of_it() {
    let (alice, hospital, _) = first_sync(None).await;
    let before = references(&alice, Query::Immunizations);
    hospital.set_quirks([Quirk::from(Fetching::StopsReturning("Immunization".to_owned()))]);
    later(&alice, &hospital, DAY);
    all_well(&sync(&alice, false).await);
    assert_eq!(missing(&alice), BTreeSet::new(), "what changed since tells nothing of what is gone");
    later(&alice, &hospital, 7 * DAY);
    all_well(&sync(&alice, false).await);
    assert_eq!(references(&alice, Query::Immunizations), before);
    assert_eq!(missing(&alice), before, "each says that the portal no longer returns it");
    hospital.set_quirks([]);
    sync(&alice, true).await;
    assert_eq!(missing(&alice), BTreeSet::new(), "and no longer says so when it does");
}

/// What the portal returns again is not said to be gone until the next full listing.
#[tokio::test(flavor = "multi_thread")]
async fn h19_what_comes_back_in_a_listing_of_changes_is_seen_to_be_back() {
    let (alice, hospital, _) = first_sync(None).await;
    let results = hospital.evolve(&[Step::Results]).unwrap();
    let results: BTreeSet<String> =
        results.iter().map(|change| format!("{}/{}", change.resource_type, change.id)).collect();
    all_well(&sync(&alice, false).await);
    hospital.set_quirks(
        ["Observation", "DiagnosticReport"].map(|on| Quirk::from(Fetching::StopsReturning(on.to_owned()))),
    );
    later(&alice, &hospital, 60);
    all_well(&sync(&alice, true).await);
    let gone = missing(&alice);
    assert!(results.is_subset(&gone) && gone.len() > results.len(), "{gone:?}");

    hospital.set_quirks([]);
    later(&alice, &hospital, 60);
    let synced = sync(&alice, false).await;
    all_well(&synced);
    let back = u64::try_from(results.len()).unwrap();
    assert_eq!((synced.new, synced.changed), (0, back), "held already, and no longer told to be gone");
    assert_eq!(missing(&alice), &gone - &results, "only what came back is back");
    let said = alice.client().verify().unwrap();
    assert!(said.sound, "{:?}", said.problems);
    sync(&alice, false).await;
    assert_eq!(alice.client().verify().unwrap(), said, "and that is not said twice");
    sync(&alice, true).await;
    assert_eq!(missing(&alice), BTreeSet::new());
}

/// After a migration everything has another id. The old ones stay, and say that they are no longer returned.
#[tokio::test(flavor = "multi_thread")]
async fn h10_h19_a_migration_that_renumbers_everything_keeps_both() {
    let (alice, hospital, _) = first_sync(None).await;
    let before: BTreeSet<String> =
        lines_of(&alice, Query::Timeline).into_iter().map(|line| line.reference).collect();
    hospital.set_quirks([Quirk::from(Fetching::Renumbered)]);
    later(&alice, &hospital, 8 * DAY);
    let synced = sync(&alice, false).await;
    all_well(&synced);
    assert_eq!(synced.set_aside, 0);
    let after = lines_of(&alice, Query::Timeline);
    let renumbered = |reference: &String| {
        let (on, id) = reference.split_once('/').unwrap();
        if on == "Patient" { reference.clone() } else { format!("{on}/n-{id}") }
    };
    let held: BTreeSet<&String> = after.iter().map(|line| &line.reference).collect();
    for reference in &before {
        assert!(held.contains(reference) && held.contains(&renumbered(reference)), "{reference}");
    }
    for line in after.iter().filter(|line| before.contains(&line.reference)) {
        let on = line.reference.split('/').next().unwrap();
        // The Patient is the same, and what is only referred to is in no listing.
        let listed =
            !["Patient", "Location", "Medication", "Organization", "Practitioner", "PractitionerRole"]
                .contains(&on);
        assert_eq!(!line.no_longer_returned_by.is_empty(), listed, "{}", line.reference);
    }
    assert!(alice.client().verify().unwrap().sound);
}

#[tokio::test(flavor = "multi_thread")]
async fn h7_what_the_portal_itself_calls_incomplete_has_no_date_and_says_why() {
    let (alice, hospital, _) = first_sync(None).await;
    hospital.set_quirks([Quirk::from(Fetching::Incomplete)]);
    later(&alice, &hospital, DAY);
    let synced = sync(&alice, true).await;
    let words = "the portal says that this is not all: one of our systems did not answer";
    let partial = |slot: &&client::SlotReport| matches!(&slot.outcome, Outcome::Failed { fault: Fault::Partial, reason } if reason == words);
    assert!(synced.slots.iter().filter(partial).count() > 10);
    assert_eq!(missing(&alice), BTreeSet::new());
    let basis = alice.client().view(&Query::Results(Filter::default())).unwrap().rests_on.remove(0);
    assert_eq!(basis.as_of, Some(BEGINNING), "as of when it was last read whole");
    assert_eq!(basis.trouble, Some(format!("the last try failed: {words}")));
    holds_everything(&alice, &hospital);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_portal_that_asks_for_an_hour_gets_an_hour() {
    let (alice, hospital, synced) = first_sync(Some(Fetching::ThrottledForLong)).await;
    let words = "the portal is busy: it asks to be left alone for 60 minutes";
    let busy: Vec<_> = synced.slots.iter().filter(|slot| !is_ok(&slot.outcome)).collect();
    assert!(busy.len() > 40);
    for slot in busy {
        assert_eq!(slot.outcome, Outcome::Failed { fault: Fault::Busy, reason: words.to_owned() });
    }
    hospital.set_quirks([]);
    hospital.forget_requests();
    later(&alice, &hospital, HOUR - 10);
    assert!(sync(&alice, false).await.slots.iter().all(|slot| !is_ok(&slot.outcome)));
    assert_eq!(hospital.requests(), [], "not one request before the hour is over");
    later(&alice, &hospital, 10);
    all_well(&sync(&alice, false).await);
    holds_everything(&alice, &hospital);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_for_people_in_place_of_data_is_named_and_stops_no_other() {
    let (alice, hospital, synced) = first_sync(Some(Fetching::HtmlPage)).await;
    let failed: Vec<_> = synced.slots.iter().filter(|slot| !is_ok(&slot.outcome)).collect();
    let reason = "the answer is not what was asked for: it is a web page".to_owned();
    assert_eq!((failed.len(), failed[0].what.as_str()), (1, "Procedure"));
    assert_eq!(failed[0].outcome, Outcome::Failed { fault: Fault::NotFhir, reason });
    hospital.set_quirks([]);
    all_well(&sync(&alice, false).await);
    holds_everything(&alice, &hospital);
}

/// Contained, at another server, in a search, refused, or nowhere: the entry is whole, nobody else is asked, and what cannot
/// be had is asked for once.
#[tokio::test(flavor = "multi_thread")]
async fn c36_references_lead_to_no_other_host_and_are_asked_for_once() {
    let (alice, hospital, synced) = first_sync(Some(Fetching::StrangeReferences)).await;
    all_well(&synced);
    let asked = |part: &str| hospital.requests().iter().filter(|one| one.path.contains(part)).count();
    assert_eq!((asked("Organization/not-there"), asked("DocumentReference/not-yours")), (1, 1));
    assert_eq!((asked("elsewhere"), asked(".."), asked("urn"), asked("NoSuchType")), (0, 0, 0, 1));
    assert!(
        alice.wire.sent().iter().all(|sent| sent.url.starts_with(&hospital.origin())),
        "C36: no other host"
    );
    let shown = alice.client().show("Observation/strange-references").unwrap();
    let text = serde_json::to_string(&shown).unwrap();
    for kept in ["Serum held within", "Dr Elsewhere", "Organization/not-there", "9999999999"] {
        assert!(text.contains(kept), "{kept}");
    }
    hospital.forget_requests();
    hospital.set_quirks([]);
    all_well(&sync(&alice, false).await);
    assert_eq!(
        asked("not-there") + asked("not-yours") + asked("NoSuchType"),
        0,
        "what is not there was settled"
    );
}

/// Nothing changed: what that costs the portal and the person, an hour later, a day later, and the day after.
#[tokio::test(flavor = "multi_thread")]
async fn an_idle_sync_within_hours_makes_at_most_thirty_requests_and_moves_little() {
    let (alice, hospital, _) = rosalinda(None).await;
    for after in [60, 300, HOUR, HOUR, 60 * DAY, 300, HOUR, HOUR] {
        later(&alice, &hospital, after);
        hospital.forget_requests();
        let synced = sync(&alice, false).await;
        all_well(&synced);
        assert_eq!((synced.new, synced.changed), (0, 0));
        if after > HOUR {
            // Everything is listed again.
            continue;
        }
        let log = hospital.requests();
        let bytes: u64 = log.iter().map(|one| one.bytes).sum();
        crate::child::say(&format!("idle after {after} s: {} requests, {bytes} bytes of answers", log.len()));
        assert!(log.len() <= 30, "{} requests: {log:#?}", log.len());
        // Requests and headers add less than a thousand bytes to each.
        assert!(bytes + 1_000 * log.len() as u64 <= 50_000, "{bytes} bytes in {} answers", log.len());
    }
}

async fn first_sync(quirk: Option<Fetching>) -> (Device, Running, SyncedPortal) {
    synced_with(demo_data::hospital_of("Riverside", &[demo_data::ALESHA]), quirk).await
}

/// As [`first_sync`], with lists of more than one page.
async fn rosalinda(quirk: Option<Fetching>) -> (Device, Running, SyncedPortal) {
    synced_with(demo_data::hospital(), quirk).await
}

async fn synced_with(config: Config, quirk: Option<Fetching>) -> (Device, Running, SyncedPortal) {
    let hospital = portal(config);
    let alice = Device::new("alice's phone");
    alice.connect(&hospital, "Riverside").await;
    hospital.set_quirks(quirk.map(Quirk::from));
    hospital.forget_requests();
    let synced = sync(&alice, false).await;
    (alice, hospital, synced)
}

async fn sync(alice: &Device, full: bool) -> SyncedPortal {
    let mut report = if full { alice.sync_full().await } else { alice.sync().await };
    report.portals.remove(0)
}

fn later(alice: &Device, hospital: &Running, seconds: i64) {
    alice.clock.turn(seconds);
    hospital.advance(seconds);
}

fn lines_of(alice: &Device, query: fn(Filter) -> Query) -> Vec<Line> {
    lines(alice.client(), query, &Filter::default())
}

fn references(alice: &Device, query: fn(Filter) -> Query) -> BTreeSet<String> {
    lines_of(alice, query).into_iter().map(|line| line.reference).collect()
}

fn missing(alice: &Device) -> BTreeSet<String> {
    let all = lines_of(alice, Query::Timeline).into_iter();
    all.filter(|line| !line.no_longer_returned_by.is_empty()).map(|line| line.reference).collect()
}

fn is_ok(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Ok { .. })
}

fn all_well(synced: &SyncedPortal) {
    let not_ok: Vec<_> = synced.slots.iter().filter(|slot| !is_ok(&slot.outcome)).collect();
    assert!(not_ok.is_empty(), "{not_ok:?}");
    assert_eq!((synced.trouble.as_deref(), synced.sign_in_again, synced.offline), (None, false, false));
}

fn holds_everything(alice: &Device, hospital: &Running) {
    for resource in hospital.served(&hospital.patient()) {
        let reference = format!("{}/{}", resource.resource_type, resource.id);
        let raw = alice.client().raw(&reference).unwrap_or_else(|error| panic!("{reference}: {error}"));
        assert_eq!(Digest::of(&raw), Digest::of(&resource.bytes), "{reference}");
    }
}
