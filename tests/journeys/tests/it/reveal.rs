//! What a member wants to wait behind a tap on their own screens (hazard H18).

use std::time::Duration;

use client::views::{Filter, Line};
use client::{Client, Error, Flag, HiddenKind, Hide, Query};
use harness::{everything, lines};

use crate::maren::{Maren, all, entries, key};
use crate::screens::golden;

const TEST: &str = "Observation/label-hiv";

fn category(name: &str) -> Vec<Hide> {
    vec![Hide::Category(name.to_owned())]
}

fn section(name: &str) -> Vec<Hide> {
    vec![Hide::Section(name.to_owned())]
}

/// Everything that any screen tells of this record without revealing, as JSON: what is listed, shown and found.
fn told(client: &Client, words: &[&str]) -> String {
    let mut all = String::new();
    for line in everything(client, &Filter::default()) {
        all.push_str(&serde_json::to_string(&line).unwrap());
        let shown = client.show(&crate::reveal::name(&line)).unwrap();
        all.push_str(&serde_json::to_string(&shown).unwrap());
    }
    for list in [Query::Results, Query::Medications, Query::Conditions, Query::Visits, Query::Coverage] {
        all.push_str(&serde_json::to_string(&client.view(&list(Filter::default())).unwrap()).unwrap());
    }
    for word in words {
        all.push_str(&serde_json::to_string(&client.search(word, 50).unwrap()).unwrap());
    }
    all.push_str(&serde_json::to_string(&client.notes().unwrap()).unwrap());
    all
}

pub fn name(line: &Line) -> String {
    format!("{}|{}", line.issuer, line.reference.replacen('/', "|", 1))
}

fn covered(client: &Client) -> Vec<String> {
    let lines = everything(client, &Filter::default()).into_iter().filter(|line| line.covered.is_some());
    lines.map(|line| line.reference).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn h18_a_covered_category_is_on_no_screen_and_in_no_search() {
    let maren = Maren::begin().await;
    let client = maren.alice.client();
    let key = maren.key(TEST);
    client.write_note("the gooseberry appointment", Some(&key)).unwrap();
    let words = ["HIV test", "Nonreactive", "75622", "gooseberry", "label-hiv"];
    let secret = ["Nonreactive", "75622-1", "gooseberry", "HIV test"];
    let before = told(client, &words);
    assert!(secret.iter().all(|word| before.contains(word)), "all of it is there to be covered");

    client.hide(&category("hiv")).unwrap();
    let after = told(client, &words);
    for word in secret {
        assert!(!after.contains(word), "{word} is still told");
    }
    assert_eq!(covered(client), [TEST]);
    let shown = client.show(&key).unwrap();
    assert_eq!(shown.line.title, "Covered: HIV");
    assert_eq!(shown.line.when.as_deref(), Some("20 June 2026"), "its date stays");
    let Line { value, flag_text, ranges, fields, notices, notes, twins, flag, .. } = &shown.line;
    assert_eq!(
        (value, flag_text, ranges.len(), fields.len(), notes, twins.len()),
        (&None, &None, 0, 0, &0, 0)
    );
    assert_eq!((flag, notices.len()), (&Flag::NotStated, 0));
    let parts = (shown.everything.len(), shown.notes.len(), shown.referred_to_by.len(), shown.history.len());
    assert_eq!(parts, (0, 0, 0, 0));
    assert!(matches!(client.raw(&key), Err(Error::Covered)));
    assert!(words.iter().all(|word| client.search(word, 50).unwrap().is_empty()), "not even how many");
    let note = client.notes().unwrap().remove(0);
    assert_eq!((note.covered, &note.versions[0].text), (true, &None));
    let chosen = client.view(&Query::Results(Filter { code: Some("75622-1".to_owned()), ..all() })).unwrap();
    assert_eq!(chosen.shown(), 0);
    assert!(
        chosen.lacks.iter().any(|lack| lack.contains("What you covered is not looked through")),
        "{:?}",
        chosen.lacks
    );
    golden(
        "reveal",
        "a_covered_category.txt",
        &maren.told(&Query::Results(Filter { limit: Some(12), ..all() })),
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn h18_revealing_once_shows_it_once_and_marks_nothing_as_read() {
    let maren = Maren::begin().await;
    let client = maren.alice.client();
    let key = maren.key(TEST);
    client.hide(&category("hiv")).unwrap();
    let revealed = client.show_revealed(&key).unwrap();
    assert_eq!(
        (revealed.line.value.as_deref(), revealed.line.covered.as_deref()),
        (Some("Nonreactive"), None)
    );
    assert!(!client.raw_revealed(&key).unwrap().is_empty());
    assert_eq!(client.search_revealed("Nonreactive", 10).unwrap().len(), 1);
    let reveal = Filter { reveal: true, ..all() };
    assert!(
        lines(client, Query::Results, &reveal)
            .iter()
            .any(|line| line.value.as_deref() == Some("Nonreactive"))
    );
    let unread = |line: &Line| line.reference == TEST && line.unread;
    assert!(lines(client, Query::Results, &all()).iter().any(unread), "seeing it once is not reading it");
    assert_eq!(covered(client), [TEST], "and the cover is still there");

    client.reveal(&category("hiv")).unwrap();
    assert_eq!(covered(client), Vec::<String>::new());
    assert_eq!(client.show(&key).unwrap().line.value.as_deref(), Some("Nonreactive"));
    assert!(lines(client, Query::Results, &all()).iter().any(unread));
    for nothing in [category("hiv"), vec![Hide::Entry(key.clone())]] {
        assert!(
            matches!(client.reveal(&nothing), Err(Error::Invalid(_))),
            "not covered by itself: {nothing:?}"
        );
    }
    client.hide(&category("hiv")).unwrap();
    assert_eq!(covered(client), [TEST], "and covered again");
}

#[tokio::test(flavor = "multi_thread")]
async fn h18_that_a_critical_result_waits_is_never_covered() {
    let maren = Maren::begin().await;
    let client = maren.alice.client();
    let critical = |client: &Client| {
        let lines = lines(client, Query::Results, &Filter { abnormal: true, ..all() }).into_iter();
        lines.filter(|line| line.flag == Flag::Critical).map(|line| line.reference).collect::<Vec<_>>()
    };
    let counted = |client: &Client| -> u64 {
        client.status().unwrap().sections.iter().map(|section| section.critical).sum()
    };
    let (before, count) = (critical(client), counted(client));
    assert!(before.len() >= 2, "{before:?}");
    client.hide(&section("results")).unwrap();
    assert_eq!((critical(client), counted(client)), (before.clone(), count), "still listed, still counted");
    let screen = client.view(&Query::Results(Filter { abnormal: true, ..all() })).unwrap();
    assert_eq!(entries(&screen).count(), before.len(), "what is only outside is not told");
    for line in entries(&screen) {
        assert_eq!((line.title.as_str(), &line.value, &line.flag_text), ("Covered: results", &None, &None));
        assert_eq!(line.notices, ["A critical result waits here: reveal to see it, or call your provider"]);
    }
    let whole = client.view(&Query::Results(all())).unwrap();
    assert_eq!((whole.covered, whole.without_flag), (u64::try_from(whole.shown()).unwrap(), 0));
    let flags: std::collections::BTreeSet<_> = entries(&whole).map(|line| line.flag).collect();
    assert_eq!(flags, [Flag::Critical, Flag::NotStated].into(), "no other flag is told");
    golden("reveal", "a_covered_section.txt", &crate::screens::told(&screen));
    golden(
        "reveal",
        "a_covered_section_in_the_timeline.txt",
        &maren.told(&Query::Timeline(Filter { limit: Some(20), ..all() })),
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn h18_what_refers_to_it_and_its_twin_are_covered_with_it() {
    let maren = Maren::begin().await;
    let client = maren.alice.client();
    let entry = |name: String| vec![Hide::Entry(name)];
    client.hide(&entry(maren.key("Observation/range-report-only"))).unwrap();
    let mut names = covered(client);
    names.sort();
    assert_eq!(
        names,
        ["DiagnosticReport/range-report", "Observation/range-report-only"],
        "the report tells it"
    );
    assert_eq!(maren.line("DiagnosticReport/range-report").title, "Covered: results");
    client.reveal_all().unwrap();

    client.hide(&entry(maren.key("Observation/twin-hospital"))).unwrap();
    let twin = client.show(&key(&maren.clinics, "Observation/twin-clinic")).unwrap();
    assert_eq!((twin.line.title.as_str(), twin.everything.len()), ("Covered: results", 0));
    client.reveal_all().unwrap();

    // A pharmacy's claim and a prescription speak of the same medicine.
    client.hide(&category("reproductive")).unwrap();
    let names = covered(client);
    for wanted in ["MedicationRequest/labelled", "Claim/pills"] {
        assert!(names.iter().any(|name| name == wanted), "{names:?}");
    }
    let medicines = client.view(&Query::Medications(all())).unwrap();
    let last = medicines.groups.last().unwrap();
    assert_eq!(last.heading, "Covered", "its state is not told either");
    assert!(last.lines.iter().any(|line| line.reference == "MedicationRequest/labelled"));
    assert!(client.search("Natazia", 50).unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn h18_covers_are_kept_listed_and_heard_of_by_who_looks_on() {
    let mut maren = Maren::begin().await;
    let client = maren.alice.client().clone();
    let mut looking = client.observe(Query::Results(all()));
    assert_eq!(looking.next().await.unwrap().covered, 0);
    maren.alice.clock.turn(60);
    client.hide(&[Hide::Category("hiv".to_owned()), Hide::Entry(maren.key("Observation/flag-n"))]).unwrap();
    client.hide(&section("visits")).unwrap();
    let next =
        tokio::time::timeout(Duration::from_secs(5), looking.next()).await.expect("to be woken").unwrap();
    assert_eq!(next.covered, 2);
    assert!(!serde_json::to_string(&next).unwrap().contains("Nonreactive"));

    let names = |client: &Client| -> Vec<(HiddenKind, String)> {
        client.hidden().unwrap().into_iter().map(|hidden| (hidden.kind, hidden.name)).collect()
    };
    let wanted = [
        (HiddenKind::Category, "hiv".to_owned()),
        (HiddenKind::Section, "visits".to_owned()),
        (HiddenKind::Entry, "Observation/flag-n".to_owned()),
    ];
    assert_eq!(names(&client), wanted);
    client.hide(&section("visits")).unwrap();
    assert_eq!(names(&client), wanted, "twice is once");
    for unknown in [category("weather"), section("no-such"), section("circle")] {
        assert!(matches!(client.hide(&unknown), Err(Error::Invalid(_))), "{unknown:?}");
    }
    let held = covered(&client);
    drop((client, looking));
    maren.alice.reopen();
    maren.alice.client().rebuild(|_| {}).unwrap();
    assert_eq!((names(maren.alice.client()), covered(maren.alice.client())), (wanted.to_vec(), held));
    let verified = maren.alice.client().verify().unwrap();
    assert!(verified.sound, "{:?}", verified.problems);
    assert_eq!(maren.alice.client().reveal_all().unwrap(), 3);
    assert_eq!(covered(maren.alice.client()), Vec::<String>::new());
}
