//! The open and the withheld part, as a store keeps and tells them.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use record::facts::{Fact, KIND_NOTE};
use record::pages::Around;
use record::parts::{Choice, KIND_SHARE, KIND_WITHHOLD, Part, Subject};
use record::sensitive::Category;
use statement::Section;
use store::{Commit, Query};

use crate::world::{Device, ISSUER, Piece, allergy, glucose, key, receive};

fn depression() -> String {
    r#"{"resourceType":"Condition","id":"c1","code":{"coding":[{"system":"http://hl7.org/fhir/sid/icd-10-cm","code":"F32.9"}],"text":"Depression"},"subject":{"reference":"Patient/p1"}}"#.to_owned()
}

fn claim(id: &str, to: &str) -> String {
    format!(
        r#"{{"resourceType":"Claim","id":"{id}","diagnosis":[{{"diagnosisReference":{{"reference":"{to}"}}}}],"provider":{{"reference":"Organization/o1"}}}}"#
    )
}

fn clinic() -> String {
    r#"{"resourceType":"Organization","id":"o1","name":"Hillside"}"#.to_owned()
}

/// Alice's phone: a claim before its condition, and a result that has nothing to do with it.
fn phone() -> Device {
    let mut phone = Device::phone();
    phone.sees(1_000, &[&claim("k1", "Condition/c1"), &clinic(), &glucose("g1", "98", "2024-03-14")]);
    phone.sees(2_000, &[&depression(), &claim("k2", "Condition/c1")]);
    phone.notes(&key("Observation", "g1").to_string(), "Was ill that week", &[]);
    phone
}

fn part(device: &Device, kind: &str, id: &str) -> Part {
    device.store.row(&key(kind, id), None).unwrap().unwrap().row.part
}

#[test]
fn h16_rows_tell_their_part_and_where_they_are_held() {
    let phone = phone();
    for (kind, id) in [("Condition", "c1"), ("Claim", "k1"), ("Claim", "k2")] {
        assert_eq!(part(&phone, kind, id), Part::Withheld, "{kind}/{id}");
    }
    assert_eq!(part(&phone, "Observation", "g1"), Part::Open);
    let row = phone.store.row(&key("Claim", "k1"), None).unwrap().unwrap().row;
    assert_eq!(
        (row.held_in, row.revisions, row.sighting),
        (vec![Section::COVERAGE, Section::COVERAGE.withheld()], 1, 1_000)
    );
    let row = phone.store.row(&key("Organization", "o1"), None).unwrap().unwrap().row;
    assert_eq!(row.held_in, [Section::COVERAGE, Section::COVERAGE.withheld()]);
    assert!(row.supporting && row.part == Part::Open);
    let withheld: Vec<String> = phone.store.withheld().unwrap().into_iter().map(|(key, _)| key.id).collect();
    assert_eq!(withheld, ["k1", "k2", "c1"]);
    assert_eq!(phone.store.with_findings().unwrap().len(), 1);
    assert_eq!(phone.store.supporting().unwrap().len(), 1);
    assert_eq!(phone.store.revisions(&key("Claim", "k1")).unwrap().len(), 1, "moved, and no second version");
    assert_eq!(phone.store.counts(None).unwrap().iter().map(|count| count.rows).sum::<u64>(), 5);
    let again = phone
        .sees(9_000, &[&depression(), &claim("k1", "Condition/c1"), &clinic(), &claim("k2", "Condition/c1")]);
    assert!(again.is_empty(), "reading again writes nothing: {again:?}");
    assert!(phone.store.check().unwrap().is_sound());
}

#[test]
fn h16_what_refers_is_known_in_any_revision() {
    let phone = Device::phone();
    phone.sees(1_000, &[&claim("k1", "Condition/c1")]);
    phone.sees(2_000, &[&claim("k1", "Condition/other")]);
    let referrers = phone.store.around(None).referrers(&key("Condition", "c1")).unwrap();
    assert_eq!(referrers.iter().map(|(key, _)| key.id.as_str()).collect::<Vec<_>>(), ["k1"]);
    phone.sees(3_000, &[&depression()]);
    assert_eq!(part(&phone, "Claim", "k1"), Part::Withheld);
    assert!(phone.store.open_referrers().unwrap().is_empty());
}

#[test]
fn a_choice_remakes_the_rows_that_it_names_whichever_comes_first() {
    let mut phone = phone();
    let (c1, k1, k2) = (key("Condition", "c1"), key("Claim", "k1"), key("Claim", "k2"));
    let along = [Subject::Resource(c1.clone()), Subject::Follower(k1.clone()), Subject::Follower(k2.clone())];
    let before = phone.store.content_digest().unwrap();
    let touched = phone.chooses(KIND_SHARE, &along, &[], &[c1.clone(), k1.clone(), k2.clone()]);
    assert_eq!(touched.changed_rows, [c1.clone(), k1.clone(), k2].into());
    assert_eq!((part(&phone, "Condition", "c1"), part(&phone, "Claim", "k2")), (Part::Open, Part::Open));
    assert_ne!(phone.store.content_digest().unwrap(), before);
    assert_eq!(phone.store.choices().unwrap().resources[&k1], Choice::Follow);
    assert!(phone.store.check().unwrap().is_sound());

    let pieces = phone.sends();
    let tablet = Device::tablet();
    let (facts, others): (Vec<Piece>, Vec<Piece>) = pieces
        .into_iter()
        .partition(|piece| matches!(piece, Piece::Statement(s) if s.payload().unwrap().kind == "facts"));
    receive(&tablet.store, &facts);
    receive(&tablet.store, &others);
    assert_eq!(tablet.store.content_digest().unwrap(), phone.store.content_digest().unwrap());

    phone.chooses(KIND_WITHHOLD, &[Subject::Resource(c1.clone())], &[c1.clone(), k1], &[]);
    assert_eq!(
        (part(&phone, "Condition", "c1"), part(&phone, "Claim", "k1")),
        (Part::Withheld, Part::Withheld)
    );
    phone.chooses(KIND_SHARE, &[Subject::Category(Category::Mental)], &[], &[]);
    assert!(phone.store.choices().unwrap().settings.open.contains(&Category::Mental));
    let report = phone.store.check().unwrap();
    assert!(report.is_sound(), "{report:?}");
    phone.store.start_rebuild().unwrap();
    let grown = tablet.store.content_digest().unwrap();
    phone.store.rebuild(|_| true).unwrap();
    assert!(phone.store.check().unwrap().is_sound() && phone.store.content_digest().unwrap() != grown);
}

#[test]
fn any_order_of_arrival_gives_the_same_parts() {
    let mut phone = phone();
    let c1 = key("Condition", "c1");
    phone.chooses(KIND_SHARE, &[Subject::Resource(c1.clone())], &[], std::slice::from_ref(&c1));
    phone.sees(3_000, &[&claim("k3", "Claim/k1"), &allergy("a1", "Penicillin")]);
    let pieces = phone.sends();
    let expected = phone.store.content_digest().unwrap();
    let mut runner = TestRunner::new(Config { cases: 12, failure_persistence: None, ..Config::default() });
    let order: Vec<usize> = (0..pieces.len()).collect();
    runner
        .run(&(Just(order).prop_shuffle(), 1..6usize), |(order, size)| {
            let tablet = Device::tablet();
            for batch in order.chunks(size) {
                receive(&tablet.store, &batch.iter().map(|index| pieces[*index].clone()).collect::<Vec<_>>());
            }
            prop_assert_eq!(tablet.store.content_digest().unwrap(), expected);
            prop_assert!(tablet.store.check().unwrap().is_sound());
            prop_assert_eq!(part(&tablet, "Claim", "k3"), Part::Withheld);
            Ok(())
        })
        .unwrap();
}

#[test]
fn h17_with_only_the_open_statements_nothing_tells_that_something_is_withheld() {
    let carer = |withheld: bool| {
        let mut phone = Device::phone();
        for n in 0..3_i64 {
            let mut shown =
                vec![glucose(&format!("g{n}"), "98", "2024-03-14"), clinic(), allergy("a1", "Penicillin")];
            if withheld {
                shown.extend([
                    depression(),
                    claim(&format!("k{n}"), "Condition/c1"),
                    claim(&format!("q{n}"), &format!("Claim/k{n}")),
                ]);
            }
            shown.push(claim(&format!("plain{n}"), "Condition/none"));
            phone.sees(1_000 * (n + 1), &shown.iter().map(String::as_str).collect::<Vec<_>>());
        }
        if withheld {
            let about = key("Condition", "c1").to_string();
            let note = Fact { subjects: vec![about], nonce: [99; 16], ..phone.fact(KIND_NOTE, "") };
            let written = phone.writes_in(&Section::CONDITIONS.withheld(), &[note]);
            phone.store.commit(Commit { statements: vec![written], ..Commit::default() }).unwrap();
        } else {
            phone.fact(KIND_NOTE, "");
        }
        phone.notes(&key("Observation", "g1").to_string(), "Was ill that week", &[]);
        let open = |piece: &Piece| match piece {
            Piece::Statement(signed) => !signed.payload().unwrap().section.is_withheld(),
            _ => true,
        };
        let named = |bytes: &[u8], statements: &[Piece]| {
            let digest = fhir::Digest::of(bytes);
            statements.iter().any(|piece| match piece {
                Piece::Statement(signed) => {
                    signed.payload_bytes().windows(32).any(|window| window == digest.0)
                }
                _ => false,
            })
        };
        let pieces: Vec<Piece> = phone.sends().into_iter().filter(open).collect();
        let pieces: Vec<Piece> = pieces
            .iter()
            .filter(|piece| if let Piece::Bytes(bytes) = piece { named(bytes, &pieces) } else { true })
            .cloned()
            .collect();
        let bob = Device::bobs();
        receive(&bob.store, &pieces);
        bob
    };
    let (one, other) = (carer(true), carer(false));
    let told = |bob: &Device| {
        let store = &bob.store;
        let rows: Vec<String> = store
            .rows(&Query::default())
            .unwrap()
            .into_iter()
            .map(|stored| serde_json::to_string(&stored.row).unwrap())
            .collect();
        let words = ["depression", "penicillin", "claim", "ill", "F32.9", "k1"];
        let hits: Vec<String> =
            words.iter().map(|word| format!("{:?}", store.search(word, 50).unwrap())).collect();
        let heads: Vec<String> = Section::both_parts()
            .map(|section| {
                format!(
                    "{section} {:?} {}",
                    store.chain_heads(&section).unwrap(),
                    store.max_clock(&section).unwrap()
                )
            })
            .collect();
        let counts = format!("{:?}", store.counts(None).unwrap());
        let around = store.around(None);
        let referrers = around.referrers(&key("Condition", "c1")).unwrap().len()
            + around.referrers(&key("Organization", "o1")).unwrap().len();
        (
            rows,
            hits,
            heads,
            counts,
            referrers,
            store.content_digest().unwrap(),
            store.missing_resources(9).unwrap(),
        )
    };
    assert_eq!(told(&one), told(&other));
    assert!(one.store.check().unwrap().is_sound());
    assert!(one.store.withheld().unwrap().is_empty() && !told(&one).0.is_empty());
    assert!(one.store.keys("c1", None, 9).unwrap().is_empty(), "{ISSUER}");
}
