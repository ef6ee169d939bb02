//! A lab result comes in: from a portal's answer to a screen, read offline; corrected, withdrawn, no longer returned.

use std::collections::BTreeSet;

use client::views::{Filter, Line, Screen, Standing};
use client::{Query, Returned, SearchHit, SyncReport};
use fhir::describe::Flag;
use harness::{BEGINNING, Device, lines, portal};
use portal::fetch::Outcome;
use sandbox::{Change, Running, Served, Step, demo_data};

const DAY: i64 = 86_400;

#[tokio::test(flavor = "multi_thread")]
async fn h5_two_portals_from_the_first_sync_to_aeroplane_mode() {
    let hospital = portal(demo_data::hospital());
    let labs = portal(demo_data::lab_chain().unwrap());
    let alice = Device::new("alice's phone");
    connected(&alice, &hospital, "Riverside").await;
    connected(&alice, &labs, "Quick Lab").await;
    let report = alice.sync().await;
    assert_eq!(troubles(&report), Vec::<String>::new());

    let everything: Vec<(String, Served)> =
        [&hospital, &labs].iter().flat_map(|portal| served(portal)).collect();
    assert!(everything.len() > 950, "both portals: {}", everything.len());
    let new: u64 = report.portals.iter().map(|portal| portal.new).sum();
    // The two Patients came with the sign-in.
    assert_eq!(usize::try_from(new).unwrap() + 2, everything.len());
    held_found_and_listed(&alice, &everything, 1);

    a_second_sync_writes_nothing(&alice, &[&hospital, &labs]).await;
    a_rebuild_shows_the_same(&alice);

    let before = screens(&alice);
    hospital.stop();
    let half = alice.sync().await;
    for portal in &half.portals {
        let stopped = portal.portal == "Riverside";
        assert_eq!(
            (portal.offline, portal.trouble.is_some()),
            (stopped, stopped),
            "one stops no other: {portal:?}"
        );
    }
    labs.stop();
    let offline = alice.sync().await;
    for portal in &offline.portals {
        assert!(portal.offline, "{portal:?}");
        assert_eq!(portal.trouble.as_deref(), Some("the portal could not be reached: no connection to it"));
        assert!(!portal.sign_in_again, "no network is no reason to sign in again");
        assert_eq!((portal.new, portal.changed, portal.set_aside), (0, 0, 0));
        assert!(!portal.slots.iter().any(|slot| matches!(slot.outcome, Outcome::Ok { .. })));
    }
    for status in alice.client().portals().unwrap() {
        assert_eq!(status.as_of, Some(BEGINNING), "what was read stays as of when it was read");
        assert!(status.slots.iter().any(|slot| slot.refused.is_some() && slot.last_success.is_some()));
    }
    assert_eq!(unrested(screens(&alice)), unrested(before), "offline everything reads as before");
    held_found_and_listed(&alice, &everything, 25);
    let verified = alice.client().verify().unwrap();
    assert!(verified.sound, "{:?}", verified.problems);
}

/// Raw bytes and the timeline of all, search by id of one in so many.
fn held_found_and_listed(alice: &Device, everything: &[(String, Served)], one_in: usize) {
    let client = alice.client();
    for (base, resource) in everything {
        let key = format!("{base}|{}|{}", resource.resource_type, resource.id);
        let raw = client.raw(&key).unwrap_or_else(|error| panic!("{key}: {error}"));
        assert_eq!(raw, resource.bytes, "{key}");
    }
    let mut lost = Vec::new();
    for (base, resource) in everything.iter().step_by(one_in) {
        let hits = client.search(&resource.id, 200).unwrap();
        if !hits.iter().any(|hit| is_of(hit, base, resource)) {
            lost.push(format!("{}/{} among {} hits", resource.resource_type, resource.id, hits.len()));
        }
    }
    assert_eq!(lost, Vec::<String>::new(), "not found by its own id");
    let all = harness::everything(client, &Filter::default());
    let listed: Vec<String> = all.iter().map(|line| format!("{}|{}", line.issuer, line.reference)).collect();
    let served: BTreeSet<String> =
        everything.iter().map(|(base, r)| format!("{base}|{}/{}", r.resource_type, r.id)).collect();
    assert_eq!(listed.iter().cloned().collect::<BTreeSet<_>>(), served);
    assert_eq!(listed.len(), served.len(), "nothing twice");
}

/// The order in which a portal answers decides nothing.
#[tokio::test(flavor = "multi_thread")]
async fn h5_two_phones_that_are_answered_in_another_order_show_the_same() {
    let hospital = portal(demo_data::hospital_of("Riverside", &[demo_data::ALESHA]));
    let mut first = None;
    for slow in ["/fhir/DiagnosticReport", "/fhir/Encounter", "/fhir/Procedure", "/fhir/Observation"] {
        let phone = Device::new("alice's phone");
        connected(&phone, &hospital, "Riverside").await;
        phone.wire.slow(Some(slow));
        assert_eq!(troubles(&phone.sync().await), Vec::<String>::new());
        let results = lines(phone.client(), Query::Results, &Filter::default());
        let types: BTreeSet<String> = results.into_iter().map(|line| line.resource_type).collect();
        let wanted = ["DiagnosticReport", "ImagingStudy", "Observation"].map(str::to_owned);
        assert_eq!(types, BTreeSet::from(wanted), "results are results, with {slow} last");
        let shown = (screens(&phone), phone.client().verify().unwrap().digest);
        let (screens, digest) = first.get_or_insert_with(|| shown.clone());
        assert!(shown.0 == *screens, "other screens with {slow} last");
        assert_eq!(shown.1, *digest, "another digest with {slow} last");
    }
}

/// What bears a name comes before what only mentions it.
#[tokio::test(flavor = "multi_thread")]
async fn a_patient_is_found_by_its_own_id() {
    let hospital = portal(demo_data::hospital());
    let alice = Device::new("alice's phone");
    connected(&alice, &hospital, "Riverside").await;
    alice.sync().await;
    let id = hospital.patient();
    let hits = alice.client().search(&id, 200).unwrap();
    let first = hits[0].line.as_ref().unwrap();
    assert_eq!(first.reference, format!("Patient/{id}"), "what bears the id comes before what refers to it");
}

/// A list read in small windows is the list.
#[tokio::test(flavor = "multi_thread")]
async fn windows_of_any_size_give_the_same_list() {
    let (alice, hospital) = synced().await;
    evolved(&alice, &hospital, Step::ALL).await;
    alice.sync_full().await;
    let filters = [
        Filter::default(),
        Filter { abnormal: true, ..Filter::default() },
        Filter { code: Some("2823-3".to_owned()), ..Filter::default() },
        Filter { code: Some("hemoglobin".to_owned()), ..Filter::default() },
        Filter { since: Some(BEGINNING - 365 * DAY), ..Filter::default() },
        Filter { portal: Some("river".to_owned()), ..Filter::default() },
    ];
    for filter in filters {
        let whole = lines(alice.client(), Query::Results, &filter);
        assert!(!whole.is_empty(), "{filter:?}");
        for limit in [1, 3, whole.len()] {
            let windows = Filter { limit: Some(limit), ..filter.clone() };
            assert_eq!(lines(alice.client(), Query::Results, &windows), whole, "{windows:?}");
        }
    }
    let critical = Filter { code: Some("http://loinc.org|2823-3".to_owned()), ..Filter::default() };
    let potassium = lines(alice.client(), Query::Results, &critical);
    assert!(potassium.len() == 1 && potassium[0].flag == Flag::Critical, "{potassium:?}");
}

async fn a_second_sync_writes_nothing(alice: &Device, portals: &[&Running]) {
    let first: Vec<usize> = portals.iter().map(|portal| portal.requests().len()).collect();
    let (screens_before, said) = (screens(alice), alice.client().verify().unwrap());
    portals.iter().for_each(|portal| portal.forget_requests());
    let report = alice.sync().await;
    let names = alice.client().portals().unwrap();
    for (portal, first) in portals.iter().zip(first) {
        let name = &names.iter().find(|status| status.issuer == portal.base_url()).unwrap().name;
        let synced = report.portals.iter().find(|synced| synced.portal == *name).unwrap();
        assert_eq!((synced.new, synced.changed, synced.set_aside), (0, 0, 0));
        assert_eq!(synced.trouble, None);
        let requests = portal.requests();
        // One question a slot: no second page, nothing chased.
        assert!(requests.len() <= synced.slots.len(), "{} for {}", requests.len(), synced.slots.len());
        assert!(requests.len() < first);
        let whole =
            requests.iter().filter(|r| r.path.starts_with("/fhir/") && !r.path.contains("_lastUpdated"));
        assert_eq!(whole.count(), 1, "only the Patient is read whole");
    }
    assert_eq!(screens(alice), screens_before);
    let full = alice.sync_full().await;
    assert!(full.portals.iter().all(|portal| (portal.new, portal.changed) == (0, 0)));
    let now = alice.client().verify().unwrap();
    assert_eq!(now.statements, said.statements, "the same answers are no new statement");
    assert_eq!(now, said);
}

fn a_rebuild_shows_the_same(alice: &Device) {
    let (before, said) = (screens(alice), alice.client().verify().unwrap());
    assert!(said.sound, "{:?}", said.problems);
    let mut steps = 0;
    alice.client().rebuild(|_| steps += 1).unwrap();
    assert!(steps > 0);
    assert_eq!(screens(alice), before);
    assert_eq!(alice.client().verify().unwrap(), said, "digest and counts");
}

#[tokio::test(flavor = "multi_thread")]
async fn h7_new_results_carry_the_labs_flags_and_nothing_else_is_normal() {
    let (alice, hospital) = synced().await;
    let before = alice.client().status().unwrap();
    let without_flag = results(&alice, &Filter::default()).without_flag;
    let changes = a_day_later(&alice, &hospital, Step::Results).await;

    let report = alice.sync().await;
    assert_eq!((report.portals[0].new, report.portals[0].changed), (5, 0), "four results and their report");
    let wanted = [
        ("H", Flag::Outside, "118 mg/dL", "70 to 99 mg/dL"),
        ("HH", Flag::Critical, "6.8 mmol/L", "3.5 to 5.1 mmol/L"),
        ("N", Flag::Inside, "<0.1 mg/dL", "0.5 mg/dL"),
        ("", Flag::NotStated, "139 mmol/L", "136 to 145 mmol/L"),
    ];
    for (code, flag, value, range) in wanted {
        let change = changes
            .iter()
            .find(|c| c.resource_type == "Observation" && c.flag.as_deref().unwrap_or_default() == code)
            .unwrap();
        let line = line_of(&alice, change);
        assert_eq!(line.title, change.title);
        assert_eq!(line.flag, flag, "{code}");
        assert_eq!(line.value.as_deref(), Some(value));
        assert_eq!(line.value, change.after);
        assert!(line.ranges.len() == 1 && line.ranges[0].contains(range), "{:?}", line.ranges);
        assert!(line.unread && line.standing == Standing::AsGiven, "{line:?}");
        assert!(line.when.is_some());
    }
    let screen = results(&alice, &Filter::default());
    assert_eq!(screen.without_flag, without_flag + 1, "what has no flag is counted");
    let abnormal = results(&alice, &Filter { abnormal: true, ..Filter::default() });
    let flags: Vec<Flag> = all(&abnormal).iter().map(|line| line.flag).collect();
    assert!(flags.contains(&Flag::Critical) && flags.contains(&Flag::Outside));
    assert!(flags.iter().all(|flag| matches!(flag, Flag::Critical | Flag::Outside)));
    let section = |status: &client::Status| {
        let results = status.sections.iter().find(|section| section.section == "results").cloned();
        results.map(|section| (section.entries, section.critical)).unwrap()
    };
    let (entries, critical) = section(&before);
    assert_eq!(section(&alice.client().status().unwrap()), (entries + 5, critical + 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn h5_a_correction_shows_the_prior_value_and_when_it_was_seen() {
    let (alice, hospital) = synced().await;
    let change = a_day_later(&alice, &hospital, Step::Correction).await.remove(0);
    let (before, after) = (as_shown(change.before.as_ref()), as_shown(change.after.as_ref()));
    assert_eq!(line_of(&alice, &change).value.as_deref(), Some(before.as_str()));
    let counted = results(&alice, &Filter::default()).shown();

    let report = alice.sync().await;
    assert_eq!((report.portals[0].new, report.portals[0].changed), (0, 1));
    let line = line_of(&alice, &change);
    assert_eq!(line.value.as_deref(), Some(after.as_str()));
    let Standing::Changed { what, from, seen } = &line.standing else { panic!("{:?}", line.standing) };
    assert_eq!(from.as_deref(), Some(before.as_str()));
    assert!(BEGINNING <= *seen && *seen < BEGINNING + 600, "seen at the first sync, not at {seen}");
    let what = what.as_deref().unwrap();
    assert!(what.contains(&before) && what.contains(&after) && what.contains("corrected"), "{what}");
    assert_eq!(results(&alice, &Filter::default()).shown(), counted, "a correction is no second result");

    let shown = alice.client().show(&reference(&change)).unwrap();
    let history: Vec<_> =
        shown.history.iter().map(|r| (r.value.as_deref(), r.status.as_deref(), r.held, r.current)).collect();
    assert_eq!(
        history,
        [
            (Some(after.as_str()), Some("corrected"), true, true),
            (Some(before.as_str()), Some("final"), true, false)
        ]
    );
    assert!(shown.history[0].seen >= BEGINNING + DAY);
    let served = served(&hospital).into_iter().find(|(_, served)| served.id == change.id).unwrap().1;
    assert_eq!(alice.client().raw(&reference(&change)).unwrap(), served.bytes);
    a_rebuild_shows_the_same(&alice);
}

#[tokio::test(flavor = "multi_thread")]
async fn h5_h19_a_stripped_retraction_hides_the_value_everywhere() {
    let (alice, hospital) = synced().await;
    let change = a_day_later(&alice, &hospital, Step::Retraction).await.remove(0);
    let value = as_shown(change.before.as_ref());
    let held = line_of(&alice, &change);
    assert_eq!(held.value.as_deref(), Some(value.as_str()));
    assert!(found(&alice, &value, &change).is_some(), "before, it is found by its value");

    let report = alice.sync().await;
    assert_eq!((report.portals[0].new, report.portals[0].changed), (0, 1));
    let line = line_of(&alice, &change);
    assert!(matches!(line.standing, Standing::Withdrawn { seen } if seen >= BEGINNING + DAY), "{line:?}");
    assert_eq!(
        (line.title.as_str(), &line.when),
        (held.title.as_str(), &held.when),
        "what it was is still told"
    );
    assert_eq!(line.value, None);
    assert!(line.fields.is_empty() && line.ranges.is_empty() && line.flag == Flag::NotStated);
    for query in [Query::Results, Query::Timeline] {
        let all = lines(alice.client(), query, &Filter::default());
        let listed: Vec<_> = all.iter().filter(|line| line.reference == reference(&change)).collect();
        assert_eq!(listed, [&line], "it stays in the list, without its value");
    }
    assert_eq!(found(&alice, &value, &change), None, "not found by its value");
    for words in [change.title.clone(), change.id.clone()] {
        let hit = found(&alice, &words, &change).unwrap_or_else(|| panic!("{words}"));
        assert!(!hit.snippet.contains(&value) && hit.line.as_ref() == Some(&line), "{hit:?}");
    }
    let shown = alice.client().show(&reference(&change)).unwrap();
    assert_eq!((shown.everything.len(), &shown.line), (0, &line));
    assert!(
        shown.referred_to_by.iter().any(|(reference, _)| reference.starts_with("DiagnosticReport/")),
        "what relied on it: {:?}",
        shown.referred_to_by
    );
    let withdrawn: u64 =
        alice.client().status().unwrap().sections.iter().map(|section| section.withdrawn).sum();
    assert_eq!(withdrawn, 1);
    a_rebuild_shows_the_same(&alice);
}

#[tokio::test(flavor = "multi_thread")]
async fn h19_no_longer_returned_is_told_per_portal_and_removes_nothing() {
    let (alice, hospital) = synced().await;
    let change = a_day_later(&alice, &hospital, Step::Disappearance).await.remove(0);
    let bytes = alice.client().raw(&reference(&change)).unwrap();
    let held = line_of(&alice, &change);

    alice.sync().await;
    assert_eq!(line_of(&alice, &change), held, "what was only not asked for is not missing");
    let report = alice.sync_full().await;
    assert_eq!((report.portals[0].new, report.portals[0].trouble.clone()), (0, None));
    let line = line_of(&alice, &change);
    assert_eq!(line.no_longer_returned_by, ["Riverside"]);
    let as_before = Line { no_longer_returned_by: Vec::new(), ..line.clone() };
    assert_eq!(as_before, held, "value and all stay in view");
    assert_eq!(alice.client().raw(&reference(&change)).unwrap(), bytes);
    assert!(found(&alice, &change.id, &change).is_some());
    let missing = harness::everything(alice.client(), &Filter::default());
    let missing = missing.iter().filter(|line| !line.no_longer_returned_by.is_empty());
    let missing: Vec<&str> = missing.map(|line| line.reference.as_str()).collect();
    assert_eq!(missing, [line.reference], "and nothing else is missing");

    let said = alice.client().verify().unwrap();
    alice.sync_full().await;
    assert_eq!(alice.client().verify().unwrap(), said, "that it is still missing is not said twice");
    a_rebuild_shows_the_same(&alice);
}

#[tokio::test(flavor = "multi_thread")]
async fn h15_reading_clears_new_and_a_correction_is_new_again() {
    let (mut alice, hospital) = synced().await;
    let screen = results(&alice, &Filter::default());
    assert_eq!((screen.shown(), screen.unread), (RESULTS, RESULTS as u64), "all is new at first");
    assert!(alice.client().show(&all(&screen)[0].reference).unwrap().line.unread, "looking is not saying so");
    let references: Vec<String> = all(&screen).iter().map(|line| line.reference.clone()).collect();
    alice.client().mark_read(&references).unwrap();
    let said = alice.client().verify().unwrap().statements;
    alice.client().mark_read(&references).unwrap();
    assert_eq!(alice.client().verify().unwrap().statements, said, "read is read");

    let unread = Filter { unread: true, ..Filter::default() };
    assert_eq!(results(&alice, &unread).shown(), 0);
    assert_eq!(results(&alice, &Filter::default()).unread, 0);
    let vitals = alice.client().status().unwrap().sections;
    assert!(vitals.iter().any(|section| section.section != "results" && section.unread > 0), "{vitals:?}");
    alice.sync_full().await;
    alice.reopen();
    assert_eq!(results(&alice, &unread).shown(), 0, "the same answers are not new");

    let changes = evolved(&alice, &hospital, &[Step::Results, Step::Correction, Step::Retraction]).await;
    alice.sync().await;
    let new: BTreeSet<String> =
        all(&results(&alice, &unread)).iter().map(|line| line.reference.clone()).collect();
    assert_eq!(new, changes.iter().map(reference).collect(), "new, corrected and withdrawn alike");
    let corrected = changes.iter().find(|change| change.step == Step::Correction).map(reference).unwrap();
    alice.client().mark_read(std::slice::from_ref(&corrected)).unwrap();
    let new = results(&alice, &unread);
    assert_eq!(new.shown() + 1, changes.len());
    assert!(all(&new).iter().all(|line| line.reference != corrected));
    a_rebuild_shows_the_same(&alice);
}

/// Alice's phone after its first sync with Alesha's hospital.
/// Entries among Alesha's results: a blood count with its report, and an X-ray. Her visit notes are documents.
const RESULTS: usize = 13;

async fn synced() -> (Device, Running) {
    let hospital = portal(demo_data::hospital_of("Riverside", &[demo_data::ALESHA]));
    let alice = Device::new("alice's phone");
    connected(&alice, &hospital, "Riverside").await;
    assert_eq!(troubles(&alice.sync().await), Vec::<String>::new());
    (alice, hospital)
}

async fn connected(alice: &Device, portal: &Running, name: &str) {
    let returned = alice.connect(portal, name).await;
    assert!(matches!(returned, Returned::Connected(_)), "{returned:?}");
}

async fn a_day_later(alice: &Device, hospital: &Running, step: Step) -> Vec<Change> {
    evolved(alice, hospital, &[step]).await
}

async fn evolved(alice: &Device, hospital: &Running, steps: &[Step]) -> Vec<Change> {
    alice.clock.turn(DAY);
    hospital.set_now(BEGINNING + DAY);
    hospital.evolve(steps).unwrap()
}

fn served(portal: &Running) -> Vec<(String, Served)> {
    portal.served(&portal.patient()).into_iter().map(|served| (portal.base_url(), served)).collect()
}

/// Everything that did not end well, in words.
fn troubles(report: &SyncReport) -> Vec<String> {
    let of = |portal: &client::SyncedPortal| {
        let slots =
            portal.slots.iter().filter(|slot| !matches!(slot.outcome, Outcome::Ok { complete: true, .. }));
        let slots = slots.map(|slot| format!("{slot:?}")).collect::<Vec<_>>();
        slots.into_iter().chain(portal.trouble.clone()).collect::<Vec<_>>()
    };
    report.portals.iter().flat_map(of).collect()
}

fn results(alice: &Device, filter: &Filter) -> Screen {
    alice.client().view(&Query::Results(filter.clone())).unwrap()
}

/// Every list, whole windows at the most.
fn screens(alice: &Device) -> Vec<Screen> {
    let all = Filter::default;
    let queries = [
        Query::Results(all()),
        Query::Medications(all()),
        Query::Allergies(all()),
        Query::Conditions(all()),
        Query::Immunizations(all()),
        Query::Profile,
        Query::Timeline(all()),
        Query::Other(all()),
    ];
    let view = |query: &Query| Screen { more: None, ..alice.client().view(query).unwrap() };
    queries.iter().map(view).collect()
}

fn unrested(screens: Vec<Screen>) -> Vec<Screen> {
    screens.into_iter().map(|screen| Screen { rests_on: Vec::new(), ..screen }).collect()
}

fn all(screen: &Screen) -> Vec<&Line> {
    screen.groups.iter().flat_map(|group| &group.lines).collect()
}

fn reference(change: &Change) -> String {
    format!("{}/{}", change.resource_type, change.id)
}

/// A unit that is a power of ten is shown as one: 5.2 x 10*6/uL.
fn as_shown(value: Option<&String>) -> String {
    value.unwrap().replace(" 10*", " x 10*")
}

fn line_of(alice: &Device, change: &Change) -> Line {
    alice.client().show(&reference(change)).unwrap().line
}

fn found(alice: &Device, words: &str, change: &Change) -> Option<SearchHit> {
    let hits = alice.client().search(words, 200).unwrap();
    hits.into_iter().find(|hit| hit.line.as_ref().is_some_and(|line| line.reference == reference(change)))
}

fn is_of(hit: &SearchHit, base: &str, resource: &Served) -> bool {
    let wanted = format!("{}/{}", resource.resource_type, resource.id);
    hit.line.as_ref().is_some_and(|line| line.issuer == base && line.reference == wanted)
}
