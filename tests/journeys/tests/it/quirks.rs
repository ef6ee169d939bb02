//! Portals as they are: each misbehaviour, what the report says of it and what the screens say.

use std::collections::BTreeSet;

use client::platform::Clock;
use client::views::{Filter, Screen};
use client::{PortalStatus, Query, Reason, Returned, SyncReport, SyncedPortal};
use harness::{BEGINNING, Device, everything, lines, portal};
use portal::fetch::{Fault, Outcome};
use sandbox::{Config, Logged, Quirk, Running, Step, demo_data};

/// The 100 of a page and some more: what makes a second page.
const PAGE: u64 = 100;

#[tokio::test(flavor = "multi_thread")]
async fn h7_h17_a_refused_type_is_named_and_its_empty_list_says_so() {
    let (alice, hospital, synced) = first_sync(Quirk::RefusedType("AllergyIntolerance".to_owned())).await;
    let refused: Vec<_> =
        synced.slots.iter().filter(|slot| !is_ok(&slot.outcome)).map(|slot| slot.what.as_str()).collect();
    assert_eq!(refused, ["AllergyIntolerance"], "one type is refused, all others come");
    let reason = "this app may not use AllergyIntolerance";
    assert_eq!(
        outcome(&synced, "AllergyIntolerance"),
        &Outcome::Refused { status: 403, reason: reason.to_owned() }
    );
    assert_eq!((synced.trouble.as_deref(), synced.offline, synced.sign_in_again), (None, false, false));

    let allergies = view(&alice, Query::Allergies);
    assert_eq!(allergies.groups, []);
    let basis = &allergies.rests_on[0];
    assert_eq!((basis.portal.as_str(), basis.as_of), ("Riverside", None), "never read");
    let said: Vec<_> = basis.refused.iter().map(|r| (r.what.as_str(), r.reason.as_str())).collect();
    assert_eq!(said, [("AllergyIntolerance", reason)]);
    let text = serde_json::to_string(&allergies).unwrap().to_lowercase();
    for word in ["no known", "\"none", "no allerg", "normal"] {
        assert!(!text.contains(word), "an empty list says {word:?}: {text}");
    }
    assert_eq!(view(&alice, Query::Conditions).rests_on[0].refused, [], "others do not suffer");
    assert_eq!(view(&alice, Query::Conditions).rests_on[0].as_of, Some(BEGINNING));
    assert_eq!(
        view(&alice, Query::Timeline).rests_on[0].refused.len(),
        1,
        "what shows everything lacks it too"
    );
    let slots = alice.client().portals().unwrap().remove(0).slots;
    let slot = slots.iter().find(|slot| slot.what == "AllergyIntolerance").unwrap();
    assert_eq!((slot.refused.as_deref(), slot.last_success, slot.last_try), (Some(reason), None, BEGINNING));

    // Once the portal gives it, the list says what it rests on.
    hospital.set_quirks([]);
    alice.sync().await;
    let basis = view(&alice, Query::Allergies).rests_on.remove(0);
    assert_eq!((basis.as_of, basis.refused), (Some(BEGINNING), Vec::new()));
}

/// A type that is refused later keeps what was read before, and says as of when.
#[tokio::test(flavor = "multi_thread")]
async fn h7_what_is_only_referred_to_and_refused_is_named_too() {
    let (alice, hospital, synced) = first_sync(Quirk::RefusedType("Practitioner".to_owned())).await;
    let refused = |synced: &SyncedPortal| -> Vec<String> {
        synced.slots.iter().filter(|slot| !is_ok(&slot.outcome)).map(|slot| slot.what.clone()).collect()
    };
    assert_eq!(refused(&synced), ["Practitioner/referred to"]);
    let portal = || alice.client().portals().unwrap().remove(0);
    let named = |portal: &PortalStatus| -> Vec<String> {
        portal.slots.iter().filter(|slot| slot.refused.is_some()).map(|slot| slot.what.clone()).collect()
    };
    assert_eq!((named(&portal()), portal().as_of), (refused(&synced), Some(BEGINNING)));
    let others = portal().slots;
    assert!(others.iter().all(|slot| !slot.what.ends_with("/referred to") || slot.refused.is_some()));

    later(&alice, &hospital, 86_400);
    alice.sync().await;
    assert_eq!(named(&portal()), ["Practitioner/referred to"], "it is still said");
    assert_eq!(portal().as_of, Some(BEGINNING + 86_400), "and ages nothing else");
}

#[tokio::test(flavor = "multi_thread")]
async fn h7_a_type_that_is_refused_later_keeps_its_list_and_its_date() {
    let (alice, hospital, _) = first_sync(Quirk::Gone).await;
    let before = view(&alice, Query::Conditions);
    assert!(before.shown() > 0);
    hospital.set_quirks([Quirk::RefusedType("Condition".to_owned())]);
    later(&alice, &hospital, 86_400);
    alice.sync().await;
    let after = view(&alice, Query::Conditions);
    assert_eq!(after.groups, before.groups);
    assert_eq!(after.rests_on[0].as_of, Some(BEGINNING), "as of the day on which it was read");
    let refused = &after.rests_on[0].refused;
    assert!(!refused.is_empty() && refused.iter().all(|r| r.what.starts_with("Condition")), "{refused:?}");
    assert_eq!(view(&alice, Query::Immunizations).rests_on[0].as_of, Some(BEGINNING + 86_400));
    assert!(
        view(&alice, Query::Conditions)
            .groups
            .iter()
            .flat_map(|g| &g.lines)
            .all(|line| line.no_longer_returned_by.is_empty())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn without_last_updated_everything_is_listed_again_and_that_is_remembered() {
    let (alice, hospital, synced) = first_sync(Quirk::NoLastUpdated).await;
    all_well(&synced);
    let since = |log: &[Logged]| log.iter().filter(|one| one.path.contains("_lastUpdated")).count();
    hospital.forget_requests();
    let changes = hospital.evolve(&[Step::Results]).unwrap();
    let report = alice.sync().await;
    all_well(&report.portals[0]);
    assert_eq!(report.portals[0].new, u64::try_from(changes.len()).unwrap());
    let (log, asked) = (hospital.requests(), since(&hospital.requests()));
    assert!(
        asked > 40 && log.iter().filter(|one| one.status == 400).count() == asked,
        "{asked} were refused"
    );

    hospital.forget_requests();
    let report = alice.sync().await;
    all_well(&report.portals[0]);
    assert_eq!(since(&hospital.requests()), 0, "it does not ask again for what is not given");
    assert_eq!((report.portals[0].new, report.portals[0].changed), (0, 0));
}

/// The quirk's other host is the same portal under another name, so what is sent there is seen.
#[tokio::test(flavor = "multi_thread")]
async fn a_next_link_to_another_host_gets_no_request_and_no_token() {
    let config = Config { quirks: [Quirk::NextOtherHost].into(), ..demo_data::hospital() };
    let (alice, hospital, synced) = synced_with(config).await;
    let own = hospital.origin().replace("http://", "");
    let hosts: BTreeSet<String> = hospital.requests().into_iter().map(|one| one.host).collect();
    assert_eq!(hosts, BTreeSet::from([own]), "no request, so no token, went to the other name");
    assert!(alice.wire.sent().iter().all(|sent| sent.url.starts_with(&hospital.origin())));

    let failed: Vec<_> = synced.slots.iter().filter(|slot| !is_ok(&slot.outcome)).collect();
    assert!(!failed.is_empty());
    for slot in &failed {
        let Outcome::Failed { fault: Fault::OtherHost, reason } = &slot.outcome else { panic!("{slot:?}") };
        assert_eq!(reason, "next link to another host");
    }
    let long: BTreeSet<&str> = failed.iter().map(|slot| slot.what.as_str()).collect();
    for slot in synced.slots.iter().filter(|slot| !long.contains(slot.what.as_str())) {
        let Outcome::Ok { count, complete: true } = slot.outcome else { panic!("{slot:?}") };
        assert!(count <= PAGE, "{slot:?} had a second page");
    }
    // The first page is kept, and the screen says that it is not all.
    let results = view(&alice, Query::Results);
    assert!(results.shown() > 0);
    assert_eq!(results.rests_on[0].as_of, None);
    assert!(results.rests_on[0].refused.iter().any(|refusal| refusal.reason == "next link to another host"));
    assert_eq!(view(&alice, Query::Immunizations).rests_on[0].as_of, Some(BEGINNING));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_refused_in_the_middle_is_renewed_once_and_all_completes() {
    let (alice, hospital, synced) = first_sync(Quirk::UnauthorizedMidSync).await;
    all_well(&synced);
    assert!(!synced.sign_in_again);
    let tokens = hospital.requests().iter().filter(|one| one.path == "/auth/token").count();
    assert_eq!(tokens, 2, "the code, and one renewal");
    let refused = hospital.requests().iter().filter(|one| one.status == 401).count();
    assert!((1..=4).contains(&refused), "no more than were under way: {refused}");
    assert_eq!(alice.wire.tokens(&hospital.base_url()).len(), 2);
    holds_everything(&alice, &hospital);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_category_is_required_nothing_is_lost_and_nothing_is_complained_of() {
    let (alice, hospital, synced) = first_sync(Quirk::CategoryRequired).await;
    let not_ok: Vec<_> = synced.slots.iter().filter(|slot| !is_ok(&slot.outcome)).collect();
    assert_eq!(not_ok.len(), 1);
    assert!(not_ok[0].catch_all && not_ok[0].what == "Observation", "{not_ok:?}");
    assert!(matches!(not_ok[0].outcome, Outcome::Refused { status: 400, .. }));
    assert_eq!(synced.trouble, None);
    holds_everything(&alice, &hospital);
    let basis = view(&alice, Query::Results).rests_on.remove(0);
    assert_eq!((basis.as_of, basis.refused, basis.trouble), (Some(BEGINNING), Vec::new(), None));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_portal_that_asks_to_wait_is_waited_for() {
    let config = Config { quirks: [Quirk::Throttled].into(), ..demo_data::hospital() };
    let (alice, hospital, synced) = synced_with(config).await;
    all_well(&synced);
    assert!(hospital.requests().iter().any(|one| one.status == 429));
    holds_everything(&alice, &hospital);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_last_page_that_fails_is_told_and_taken_up_again() {
    let (alice, hospital, synced) = first_sync(Quirk::NextFails).await;
    let failed: Vec<_> = synced.slots.iter().filter(|slot| !is_ok(&slot.outcome)).collect();
    assert!(!failed.is_empty());
    assert!(
        failed.iter().all(|slot| matches!(&slot.outcome, Outcome::Failed { fault: Fault::Server, .. })),
        "{failed:?}"
    );
    holds_everything(&alice, &hospital);
    let basis = view(&alice, Query::Results).rests_on.remove(0);
    assert_eq!(basis.as_of, None, "not read to its end");
    assert!(
        basis.refused.iter().any(|refusal| refusal.reason.contains("the portal had an error")),
        "{basis:?}"
    );

    hospital.set_quirks([]);
    later(&alice, &hospital, 600);
    let report = alice.sync().await;
    assert!(report.portals[0].slots.iter().all(|slot| is_ok(&slot.outcome)), "{report:?}");
    let basis = view(&alice, Query::Results).rests_on.remove(0);
    assert!(basis.as_of.is_some() && basis.refused.is_empty(), "{basis:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn h19_a_next_link_in_a_circle_ends_and_nothing_is_called_missing() {
    let (alice, hospital, _) = first_sync(Quirk::Gone).await;
    hospital.set_quirks([Quirk::NextLoops]);
    hospital.forget_requests();
    let report = alice.sync_full().await;
    let failed: Vec<_> = report.portals[0].slots.iter().filter(|slot| !is_ok(&slot.outcome)).collect();
    assert!(!failed.is_empty());
    assert!(
        failed.iter().all(|slot| matches!(slot.outcome, Outcome::Failed { fault: Fault::Loop, .. })),
        "{failed:?}"
    );
    assert!(hospital.requests().len() < 200, "{}", hospital.requests().len());
    let all = everything(alice.client(), &Filter::default());
    assert!(all.iter().all(|line| line.no_longer_returned_by.is_empty()));
    holds_everything(&alice, &hospital);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renewal_that_names_neither_patient_nor_scopes_changes_neither() {
    let (alice, hospital, synced) = first_sync(Quirk::RefreshOmitsPatient).await;
    all_well(&synced);
    let scopes = alice.client().portals().unwrap().remove(0).scopes;
    assert!(scopes.contains("patient/*.rs"), "{scopes}");
    later(&alice, &hospital, 7_200);
    let changes = hospital.evolve(&[Step::Results]).unwrap();
    let report = alice.sync().await;
    assert_eq!((report.portals[0].sign_in_again, report.portals[0].trouble.clone()), (false, None));
    assert_eq!(report.portals[0].new, u64::try_from(changes.len()).unwrap());
    assert_eq!(alice.client().portals().unwrap().remove(0).scopes, scopes);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_gone_and_still_referred_to_stops_nothing() {
    let hospital = portal(Config {
        quirks: [Quirk::Gone].into(),
        ..demo_data::hospital_of("Riverside", &[demo_data::ALESHA])
    });
    let change = hospital.evolve(&[Step::Disappearance]).unwrap().remove(0);
    let alice = Device::new("alice's phone");
    alice.connect(&hospital, "Riverside").await;
    let report = alice.sync().await;
    all_well(&report.portals[0]);
    let asked = hospital.requests().into_iter().filter(|one| one.path.contains(&change.id));
    assert_eq!(
        asked.map(|one| one.status).collect::<Vec<_>>(),
        [410],
        "asked for once, as something refers to it"
    );
    assert!(alice.client().show(&format!("{}/{}", change.resource_type, change.id)).is_err());
    holds_everything(&alice, &hospital);
}

/// The system gave a moment in the background, and took it back before all was read.
#[tokio::test(flavor = "multi_thread")]
async fn h7_a_first_sync_that_was_cut_short_is_not_as_of_now() {
    let hospital = portal(demo_data::hospital_of("Riverside", &[demo_data::ALESHA]));
    let alice = Device::new("alice's phone");
    alice.connect(&hospital, "Riverside").await;
    let deadline = BEGINNING + 60;
    let clock = alice.clock.clone();
    let cut = alice.client().sync(Reason::Background { deadline }, move |progress| {
        if progress.slots_done >= 4 && clock.now() < deadline {
            clock.turn(60);
        }
    });
    let slots = cut.await.unwrap().portals.remove(0).slots;
    let read = slots.iter().filter(|slot| is_ok(&slot.outcome)).count();
    assert!((4..20).contains(&read), "cut short: {read}");
    not_as_of_now(&alice);
    let status = alice.client().portals().unwrap().remove(0);
    assert_eq!(status.as_of, None);

    alice.sync().await;
    holds_everything(&alice, &hospital);
    assert_eq!(view(&alice, Query::Timeline).rests_on[0].as_of, Some(deadline));
}

/// The app was ended while it read for the first time: what was never asked for is not "as of".
#[tokio::test(flavor = "multi_thread")]
async fn h7_a_first_sync_that_was_killed_is_not_as_of_now() {
    let hospital = portal(demo_data::hospital_of("Riverside", &[demo_data::ALESHA]));
    let mut alice = Device::new("alice's phone");
    alice.connect(&hospital, "Riverside").await;
    // Before long nothing but Observations is under way: there the sync waits, and there it is killed.
    alice.wire.slow(Some("/fhir/Observation"));
    let enough = tokio::sync::Notify::new();
    let sync = alice.client().sync(Reason::Asked { full: false }, |progress| {
        if progress.slots_done >= 4 {
            enough.notify_one();
        }
    });
    tokio::select! {
        biased;
        () = enough.notified() => {}
        _ = sync => panic!("it was not cut short"),
    }
    alice.wire.slow(None);
    alice.reopen();
    let read = alice.client().portals().unwrap().remove(0).slots.len();
    assert!((4..20).contains(&read), "cut short: {read}");
    not_as_of_now(&alice);
    assert_eq!(alice.client().portals().unwrap()[0].as_of, None);

    alice.sync().await;
    holds_everything(&alice, &hospital);
    assert_eq!(view(&alice, Query::Timeline).rests_on[0].as_of, Some(BEGINNING));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reference_that_could_not_be_followed_is_said_and_followed_the_next_time() {
    let hospital = portal(demo_data::hospital_of("Riverside", &[demo_data::ALESHA]));
    let alice = Device::new("alice's phone");
    alice.connect(&hospital, "Riverside").await;
    alice.wire.block(Some("/fhir/Medication/"));
    alice.sync().await;
    let missing = "The medicine's own entry is not on this device";
    let lacking = |alice: &Device| {
        let medicines = lines(alice.client(), Query::Medications, &Filter::default());
        medicines.iter().filter(|line| line.notices.iter().any(|notice| notice == missing)).count()
    };
    assert!(lacking(&alice) > 0, "a medicine without its name says so");
    alice.wire.block(None);
    later(&alice, &hospital, 600);
    alice.sync().await;
    assert_eq!(lacking(&alice), 0);
    holds_everything(&alice, &hospital);
}

/// The portal lets the person choose, and she leaves the conditions out: that is no refusal by the portal.
#[tokio::test(flavor = "multi_thread")]
async fn h17_what_was_not_granted_is_not_asked_for_and_is_said() {
    let hospital = portal(demo_data::hospital_of("Riverside", &[demo_data::ALESHA]));
    let alice = Device::new("alice's phone");
    let mut connecting = alice.begin(&hospital, "Riverside").await.unwrap();
    let chosen = ["Patient", "Immunization", "Observation"].map(|on| format!("patient%2F{on}.rs")).join("+");
    let address = connecting.address().replace("patient%2F*.rs", &chosen);
    assert!(address.contains(&chosen), "{address}");
    let back = sandbox::driver::sign_in(&address, "alice", sandbox::ALICE_PASSWORD, None).await.unwrap();
    let returned = connecting.redirected(&back).await.unwrap();
    assert!(matches!(returned, Returned::Connected(_)), "{returned:?}");
    let report = alice.sync().await;
    assert_eq!(outcome(&report.portals[0], "Condition"), &Outcome::NotGranted);
    assert!(!hospital.requests().iter().any(|one| one.path.starts_with("/fhir/Condition")));
    let conditions = view(&alice, Query::Conditions);
    assert_eq!((conditions.shown(), conditions.rests_on[0].as_of), (0, None));
    assert!(!conditions.rests_on[0].refused.is_empty());
    for refusal in &conditions.rests_on[0].refused {
        assert_eq!(refusal.reason, "you did not grant this");
    }
    assert!(view(&alice, Query::Immunizations).shown() > 0);
    assert_eq!(view(&alice, Query::Immunizations).rests_on[0].as_of, Some(BEGINNING));
}

async fn first_sync(quirk: Quirk) -> (Device, Running, SyncedPortal) {
    let config = demo_data::hospital_of("Riverside", &[demo_data::ALESHA]);
    synced_with(Config { quirks: [quirk].into(), ..config }).await
}

async fn synced_with(config: Config) -> (Device, Running, SyncedPortal) {
    let hospital = portal(config);
    let alice = Device::new("alice's phone");
    let returned = alice.connect(&hospital, "Riverside").await;
    assert!(matches!(returned, Returned::Connected(_)), "{returned:?}");
    let SyncReport { mut portals } = alice.sync().await;
    (alice, hospital, portals.remove(0))
}

fn later(alice: &Device, hospital: &Running, seconds: i64) {
    alice.clock.turn(seconds);
    hospital.advance(seconds);
}

fn view(alice: &Device, query: fn(Filter) -> Query) -> Screen {
    alice.client().view(&query(Filter::default())).unwrap()
}

fn outcome<'a>(synced: &'a SyncedPortal, what: &str) -> &'a Outcome {
    &synced.slots.iter().find(|slot| slot.what == what).unwrap().outcome
}

/// After a first sync that was cut short: a list is dated only when all that it rests on was read. Immunizations are one slot,
/// which may have been among the first.
fn not_as_of_now(alice: &Device) {
    for query in [Query::Timeline, Query::Results] {
        let screen = view(alice, query);
        assert_eq!(screen.rests_on[0].as_of, None, "{} was not read to its end", screen.title);
    }
    let slots = alice.client().portals().unwrap().remove(0).slots;
    let read = slots.iter().any(|slot| slot.what == "Immunization" && slot.last_success.is_some());
    assert_eq!(view(alice, Query::Immunizations).rests_on[0].as_of.is_some(), read);
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
        assert_eq!(raw, resource.bytes, "{reference}");
    }
}
