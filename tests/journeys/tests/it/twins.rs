//! One result at two portals, our own comparison with the lab's range, and lists that leave nothing out of reach.

use std::collections::BTreeSet;

use client::views::{Filter, Line};
use client::{Flag, Query};
use harness::lines;
use sandbox::messy;
use serde_json::json;

use crate::maren::{LISTS, Maren, all, as_bob, entries, hospital, key};
use crate::screens::golden;

const HERE: &str = "Observation/twin-hospital";
const THERE: &str = "Observation/twin-clinic";

fn both(maren: &Maren) -> (Line, Line) {
    let there = maren.alice.client().show(&key(&maren.clinics, THERE)).unwrap().line;
    (maren.line(HERE), there)
}

fn notices(line: &Line) -> Vec<&str> {
    line.notices.iter().map(String::as_str).filter(|notice| notice.contains("both are shown")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn h10_a_correction_at_one_portal_is_told_on_both_entries() {
    let maren = Maren::begin().await;
    let (here, there) = both(&maren);
    assert_eq!((here.twins.len(), there.twins.len()), (1, 1));
    assert_eq!((here.twins[0].portal.as_str(), here.twins[0].reference.as_str()), ("Valley", THERE));
    assert_eq!((&here.twins[0].value, here.twins[0].agrees), (&there.value, true));
    assert_eq!((notices(&here), notices(&there)), (vec![], vec![]));
    let others: Vec<&str> = vec!["AllergyIntolerance/twin-hospital", "MedicationRequest/twin-hospital"];
    assert!(others.iter().all(|reference| maren.line(reference).twins.is_empty()), "they share no number");

    maren.a_day_later(1).await;
    let (here, there) = both(&maren);
    let old = there.value.clone().unwrap();
    let said = format!("Riverbend corrected this result; Valley still shows {old}: both are shown");
    assert_eq!((notices(&here), notices(&there)), (vec![said.as_str()], vec![said.as_str()]));
    assert_eq!((here.twins[0].agrees, there.twins[0].agrees), (false, false));
    assert_eq!(there.twins[0].value, here.value);
    let listed = lines(maren.alice.client(), Query::Results, &all());
    assert!([&here, &there].iter().all(|line| listed.iter().any(|other| notices(other) == notices(line))));
    golden("twins", "a_correction.txt", &pair(&maren));
}

#[tokio::test(flavor = "multi_thread")]
async fn h10_a_retraction_at_one_portal_is_told_on_both_entries() {
    let maren = Maren::with(vec![Maren::changed(HERE, &json!({"status": "entered-in-error"}))]).await;
    maren.a_day_later(1).await;
    let (here, there) = both(&maren);
    assert_eq!(here.value, None);
    let still = there.value.clone().unwrap();
    let said = format!(
        "Riverbend withdrew this result as recorded by mistake; Valley still shows {still}: both are shown"
    );
    assert_eq!((notices(&here), notices(&there)), (vec![said.as_str()], vec![said.as_str()]));
    assert_eq!(there.twins[0].value, None, "what was withdrawn is not told");
    golden("twins", "a_retraction.txt", &pair(&maren));
}

/// The two entries as the list of results shows them.
fn pair(maren: &Maren) -> String {
    let mut screen = maren.view(&Query::Results(Filter { code: Some("2345-7".to_owned()), ..all() }));
    for group in &mut screen.groups {
        group.lines.retain(|line| line.reference == HERE || line.reference == THERE);
    }
    crate::screens::told(&screen)
}

#[tokio::test(flavor = "multi_thread")]
async fn h8_a_result_without_a_flag_is_compared_with_the_labs_range_and_stays_without_one() {
    let maren = Maren::begin().await;
    let compared = |id: &str| maren.line(&format!("Observation/{id}")).compared;
    let says = |word: &str| {
        Some(format!("{word} the lab's stated range (compared by Wellkept; the lab did not flag it)"))
    };
    assert_eq!(compared("range-low"), says("Below"));
    assert_eq!(compared("range-high"), says("Within"));
    // Words only, ranges for women and for pregnant ones, a sign that leaves it open, another one's flag, no range.
    let untold = ["range-text", "range-several", "bound-straddles", "range-report-only", "flag-h", "flag-n"];
    assert!(untold.iter().all(|id| compared(id).is_none()), "{:?}", untold.map(compared));
    assert_eq!(compared("flag-contradicts-n"), None, "the lab's word, not ours");
    assert_eq!(compared("status-in-error"), None);
    let screen = maren.view(&Query::Results(all()));
    for line in entries(&screen).filter(|line| line.compared.is_some()) {
        assert_eq!(line.flag, Flag::NotStated, "{}", line.reference);
    }
    let unflagged =
        entries(&screen).filter(|line| line.resource_type == "Observation" && line.flag == Flag::NotStated);
    let standing =
        unflagged.filter(|line| !matches!(line.standing, client::views::Standing::Withdrawn { .. }));
    assert_eq!(screen.without_flag, u64::try_from(standing.count()).unwrap(), "compared is not flagged");
    let abnormal = maren.view(&Query::Results(Filter { abnormal: true, ..all() }));
    assert!(entries(&abnormal).all(|line| line.compared.is_none()), "only the lab's flags choose");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_entry_is_in_a_list_and_what_did_not_happen_is_not_on_the_timeline() {
    let maren = Maren::begin().await;
    let name = |line: &Line| (line.issuer.clone(), line.reference.clone());
    let mut listed = BTreeSet::new();
    for list in LISTS {
        for line in lines(maren.alice.client(), list, &all()) {
            assert!(listed.insert(name(&line)), "{} is in two lists", line.reference);
        }
    }
    listed.extend(entries(&maren.view(&Query::Profile)).map(name));
    let held: u64 =
        maren.alice.client().status().unwrap().sections.iter().map(|section| section.entries).sum();
    assert_eq!(u64::try_from(listed.len()).unwrap(), held);
    let timeline = lines(maren.alice.client(), Query::Timeline, &all());
    assert!(timeline.iter().all(|line| listed.contains(&name(line))));
    let who = ["Practitioner/dr-finch", "Organization/riverbend"];
    let on = |reference: &str| timeline.iter().any(|line| line.reference == reference);
    assert!(who.iter().all(|reference| !on(reference)), "who did it is no event");
    let other = lines(maren.alice.client(), Query::Other, &all());
    assert!(who.iter().all(|reference| other.iter().any(|line| line.reference == *reference)));
}

/// No screen says "none" or "normal", in whatever words of ours, unless the entry itself does.
#[tokio::test(flavor = "multi_thread")]
async fn h7_nothing_that_a_screen_says_beside_its_entries_reassures() {
    let maren = Maren::begin().await;
    maren.a_day_later(1).await;
    let (anselm, _hospital) = as_bob(hospital(), messy::DECEASED).await;
    for client in [maren.alice.client(), anselm.client()] {
        for list in LISTS.into_iter().chain([Query::Timeline as fn(Filter) -> Query]) {
            for reveal in [false, true] {
                let screen = client.view(&list(Filter { reveal, ..all() })).unwrap();
                let mut said: Vec<String> = vec![screen.title.clone()];
                said.extend(screen.notices.iter().chain(&screen.lacks).cloned());
                said.extend(screen.groups.iter().filter_map(|group| group.note.clone()));
                for line in entries(&screen) {
                    said.extend(line.compared.clone());
                    said.extend(line.covered.clone());
                    said.extend(
                        line.notices.iter().filter(|notice| notice.contains("both are shown")).cloned(),
                    );
                }
                for said in said {
                    let words: Vec<String> =
                        said.split(|c: char| !c.is_alphabetic()).map(str::to_lowercase).collect();
                    for word in ["none", "normal", "negative", "healthy", "fine"] {
                        assert!(!words.iter().any(|found| found == word), "{said}");
                    }
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_medicine_that_only_a_reference_names_says_what_became_of_it() {
    let maren = Maren::begin().await;
    let says = |id: &str, words: &str| {
        let line = maren.line(&format!("MedicationRequest/{id}"));
        assert!(line.notices.iter().any(|notice| notice.contains(words)), "{id}: {:?}", line.notices);
    };
    assert_eq!(
        maren.line("MedicationRequest/contained").notices.iter().filter(|n| n.contains("named")).count(),
        0
    );
    assert!(maren.line("MedicationRequest/by-reference").title.contains("drops"));
    says("contained-missing", "named inside it, and it is not");
    says("unresolvable", "not on this device");
    says("cross-server", "named at another server");
}
