//! The open and the withheld part: what is withheld, wherever it turns up and whatever comes first.

use std::collections::{BTreeMap, BTreeSet};

use fhir::{Resource, ResourceKey};
use proptest::prelude::*;
use record::parts::{Part, targets};
use record::sections;
use record::sensitive::{Settings, findings};
use serde_json::{Value, json};
use statement::Section;

use crate::world::*;

/// One of a handful of resources: what it is, whether it speaks of sensitive care itself, and what it refers to.
#[derive(Clone, Debug)]
struct Node {
    kind: usize,
    sensitive: bool,
    refers: Vec<usize>,
}

const KINDS: [&str; 12] = [
    "Observation",
    "Condition",
    "Encounter",
    "Claim",
    "DocumentReference",
    "MedicationRequest",
    "Medication",
    "Practitioner",
    "PractitionerRole",
    "Organization",
    "Provenance",
    "Basic",
];

fn nodes() -> impl Strategy<Value = Vec<Node>> {
    let node = (0..KINDS.len(), prop::bool::weighted(0.15), prop::collection::vec(0..8usize, 0..3))
        .prop_map(|(kind, sensitive, refers)| Node { kind, sensitive, refers });
    prop::collection::vec(node, 1..8)
}

fn made(nodes: &[Node]) -> Vec<Resource> {
    let name = |n: usize| nodes.get(n).map(|node| format!("{}/n{n}", KINDS[node.kind]));
    let one = |(n, node): (usize, &Node)| {
        let refers: Vec<Value> =
            node.refers.iter().filter_map(|to| name(*to)).map(|to| json!({"reference": to})).collect();
        let mut value = json!({"resourceType": KINDS[node.kind], "id": format!("n{n}"), "subject": {"reference": "Patient/alice"},
            "category": [{"coding": [{"code": "laboratory"}]}], "code": {"text": "plain"}});
        value[if KINDS[node.kind] == "Provenance" { "target" } else { "basedOn" }] = json!(refers);
        if node.sensitive {
            value["meta"] = json!({"security": [{"code": "R"}]});
        }
        resource(value)
    };
    nodes.iter().enumerate().map(one).collect()
}

fn key_of(resource: &Resource) -> ResourceKey {
    resource.key(ISSUER)
}

/// The rule, worked out over everything at once: which are withheld, and where supporting ones have to be.
struct Model {
    withheld: BTreeSet<ResourceKey>,
    places: BTreeMap<ResourceKey, BTreeSet<Section>>,
}

impl Model {
    fn of(all: &[Resource]) -> Self {
        let refers = |r: &Resource| targets(r.value(), ISSUER).all().collect::<BTreeSet<_>>();
        let own = |r: &&Resource| Settings::default().withhold(&findings(r));
        let mut withheld: BTreeSet<ResourceKey> = all.iter().filter(own).map(key_of).collect();
        let mut places: BTreeMap<ResourceKey, BTreeSet<Section>> = BTreeMap::new();
        for _ in 0..all.len() {
            let reached = all.iter().filter(|r| refers(r).iter().any(|target| withheld.contains(target)));
            withheld.extend(reached.map(key_of).collect::<Vec<_>>());
        }
        for _ in 0..=all.len() {
            for r in all {
                let key = key_of(r);
                let part = if withheld.contains(&key) { Part::Withheld } else { Part::Open };
                let mut here = BTreeSet::new();
                if sections::supports(r, None) {
                    let about: BTreeSet<ResourceKey> = targets(r.value(), ISSUER).about().collect();
                    for other in all {
                        let other_key = key_of(other);
                        if refers(other).contains(&key) || about.contains(&other_key) {
                            here.extend(places.get(&other_key).cloned().unwrap_or_default());
                        }
                    }
                    if part == Part::Withheld {
                        here = here.iter().map(Section::withheld).collect();
                    }
                } else {
                    here.insert(part.of(&sections::evidence(r).unwrap_or(Section::UNSORTED)));
                }
                places.insert(key, here);
            }
        }
        Self { withheld, places }
    }

    fn check(&self, record: &Record, all: &[Resource]) {
        for r in all {
            let key = key_of(r);
            let row = record.row(&key);
            let held: BTreeSet<Section> = row.held_in.iter().cloned().collect();
            assert!(!held.is_empty(), "{key} is in no section");
            let needed = &self.places[&key];
            assert!(needed.is_subset(&held), "{key} is held in {held:?} and needed in {needed:?}");
            if sections::supports(r, None) {
                let says_so_itself = Settings::default().withhold(&findings(r));
                assert!(
                    !says_so_itself || held.iter().all(Section::is_withheld),
                    "{key} has an open copy: {held:?}"
                );
                continue;
            }
            let part = if self.withheld.contains(&key) { Part::Withheld } else { Part::Open };
            assert_eq!(row.part, part, "{key}, held in {held:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn h16_whatever_the_order_of_answers_the_same_is_withheld_and_supporting_resources_are_where_they_are_needed(
        nodes in nodes(),
        order in prop::collection::vec(any::<prop::sample::Index>(), 8),
        size in 1..4usize,
        second in prop::bool::ANY,
        retracted in any::<prop::sample::Index>(),
        again in prop::bool::ANY,
    ) {
        let all = made(&nodes);
        let mut left = all.clone();
        let mut answers = Vec::new();
        for turn in order.iter().take(all.len()) {
            answers.push(left.remove(turn.index(left.len())));
        }
        let mut phone = Device::new(PHONE, ALICE);
        let mut tablet = Device::new(TABLET, ALICE);
        for (n, answer) in answers.chunks(size).enumerate() {
            let device = if second && n % 2 == 1 { &mut tablet } else { &mut phone };
            device.see(100 + i64::try_from(n / 2).unwrap(), answer);
            if again {
                prop_assert_eq!(device.see(100, answer), 0, "reading again writes nothing");
            }
            phone.receive(&tablet.record);
            tablet.receive(&phone.record);
        }
        let model = Model::of(&all);
        model.check(&phone.record, &all);
        prop_assert_eq!(phone.record.shown(), tablet.record.shown());
        let before: Vec<_> = all.iter().map(|r| phone.record.row(&key_of(r))).collect();
        phone.see(900, &all);
        prop_assert_eq!(phone.see(901, &all), 0);
        for (r, before) in all.iter().zip(&before) {
            let after = phone.record.row(&key_of(r));
            prop_assert_eq!((after.part, &after.section), (before.part, &before.section));
        }

        let original = retracted.get(&all);
        let stripped = json!({"resourceType": original.resource_type(), "id": original.id(), "status": "entered-in-error"});
        phone.see(950, &[resource(stripped)]);
        let row = phone.record.row(&key_of(original));
        let needed = &model.places[&key_of(original)];
        let new: BTreeSet<Section> =
            phone.record.revisions().iter().filter(|r| r.digest == row.current).map(|r| r.section.clone()).collect();
        if sections::supports(original, None) {
            prop_assert!(needed.is_subset(&new), "in {:?}, needed in {:?}", new, needed);
        } else {
            prop_assert_eq!(&new, needed, "a stripped retraction follows its original");
        }
    }
}

fn pill() -> Value {
    json!({"resourceType": "MedicationRequest", "id": "pill", "status": "active", "intent": "order",
        "medicationCodeableConcept": {"text": "norethindrone 0.35 MG Oral Tablet"}, "subject": {"reference": "Patient/alice"},
        "requester": {"reference": "Practitioner/dr"}})
}

fn claim() -> Value {
    json!({"resourceType": "Claim", "id": "claim", "prescription": {"reference": "MedicationRequest/pill"}})
}

fn visit() -> Value {
    json!({"resourceType": "Encounter", "id": "visit", "basedOn": [{"reference": "Claim/claim"}],
        "participant": [{"individual": {"reference": "Practitioner/dr"}}]})
}

fn document() -> Value {
    json!({"resourceType": "DocumentReference", "id": "letter", "context": {"encounter": [{"reference": "Encounter/visit"}]}})
}

fn harmless() -> Value {
    json!({"resourceType": "Observation", "id": "hb", "category": [{"coding": [{"code": "laboratory"}]}],
        "performer": [{"reference": "Practitioner/dr"}], "subject": {"reference": "Patient/alice"}})
}

fn doctor() -> Value {
    json!({"resourceType": "Practitioner", "id": "dr", "name": [{"text": "Dr Example"}]})
}

fn patient() -> Value {
    json!({"resourceType": "Patient", "id": "alice"})
}

fn part(record: &Record, kind: &str, id: &str) -> Part {
    record.row(&key(kind, id)).part
}

#[test]
fn h16_a_contraceptive_is_withheld_in_a_claim_a_visit_and_a_document_whichever_comes_first() {
    let everything = [pill(), claim(), visit(), document(), harmless(), doctor(), patient()].map(resource);
    let mut orders: Vec<Vec<usize>> = vec![Vec::new()];
    for _ in 0..4 {
        let longer = |order: Vec<usize>| {
            (0..4)
                .filter(|n| !order.contains(n))
                .map(|n| [order.clone(), vec![n]].concat())
                .collect::<Vec<_>>()
        };
        orders = orders.into_iter().flat_map(longer).collect();
    }
    assert_eq!(orders.len(), 24);
    for order in orders {
        let mut phone = Device::new(PHONE, ALICE);
        phone.see(100, &everything[4..]);
        for (n, which) in (1..).zip(&order) {
            phone.see(100 + n, std::slice::from_ref(&everything[*which]));
        }
        for (kind, id) in [
            ("MedicationRequest", "pill"),
            ("Claim", "claim"),
            ("Encounter", "visit"),
            ("DocumentReference", "letter"),
        ] {
            assert_eq!(part(&phone.record, kind, id), Part::Withheld, "{kind} after {order:?}");
        }
        for (kind, id) in [("Observation", "hb"), ("Patient", "alice"), ("Practitioner", "dr")] {
            assert_eq!(part(&phone.record, kind, id), Part::Open, "{kind} after {order:?}");
        }
        let held = phone.record.row(&key("Practitioner", "dr")).held_in;
        for section in [Section::RESULTS, Section::MEDICATIONS.withheld(), Section::VISITS.withheld()] {
            assert!(held.contains(&section), "{section}: {held:?} after {order:?}");
        }
        assert!(!held.contains(&Section::MEDICATIONS), "{held:?}");
    }
}

#[test]
fn h16_a_medicine_of_its_own_entry_withholds_the_prescription_and_is_never_open() {
    let medicine = json!({"resourceType": "Medication", "id": "m", "code": {"text": "levonorgestrel"}});
    let request = json!({"resourceType": "MedicationRequest", "id": "r", "medicationReference": {"reference": "Medication/m"}});
    for answers in [[&medicine, &request], [&request, &medicine]] {
        let mut phone = Device::new(PHONE, ALICE);
        for (n, value) in (0..).zip(answers) {
            phone.see(100 + n, &[resource(value.clone())]);
        }
        assert_eq!(part(&phone.record, "MedicationRequest", "r"), Part::Withheld);
        assert_eq!(phone.record.row(&key("Medication", "m")).held_in, [Section::MEDICATIONS.withheld()]);
    }
}

#[test]
fn h16_once_withheld_it_stays_so_when_the_label_is_gone_and_the_history_says_it_once() {
    let mut phone = Device::new(PHONE, ALICE);
    let mut labelled = harmless();
    phone.see(100, &[resource(labelled.clone())]);
    labelled["meta"] = json!({"security": [{"code": "PSY"}]});
    phone.see(200, &[resource(labelled)]);
    phone.see(300, &[resource(harmless())]);
    let row = phone.record.row(&key("Observation", "hb"));
    assert_eq!((row.part, row.revisions), (Part::Withheld, 3));
    assert_eq!(row.held_in, [Section::RESULTS, Section::RESULTS.withheld()]);
}

#[test]
fn h5_what_is_moved_keeps_its_sighting_and_is_no_new_revision() {
    let mut phone = Device::new(PHONE, ALICE);
    phone.see(100, &[resource(claim())]);
    let before = phone.record.row(&key("Claim", "claim"));
    phone.see(200, &[resource(pill())]);
    let after = phone.record.row(&key("Claim", "claim"));
    assert_eq!((before.part, after.part), (Part::Open, Part::Withheld));
    assert_eq!((after.revisions, after.sighting, after.prior.clone()), (1, 100, None));
    assert_eq!(
        (after.current, after.first_seen, after.brought_in_by),
        (before.current, 100, before.brought_in_by)
    );
    assert_eq!(
        phone.record.revisions().iter().filter(|r| r.key.id == "claim").count(),
        2,
        "two pages say it"
    );
    phone.list_missing(300, &[("Claim", "claim")]);
    assert!(phone.record.row(&key("Claim", "claim")).no_longer_returned);
}

#[test]
fn h5_a_later_revision_in_another_part_is_later_even_within_one_second() {
    let mut phone = Device::new(PHONE, ALICE);
    let of = |value: &str, label: bool| {
        let mut hb = harmless();
        hb["valueString"] = json!(value);
        if label {
            hb["meta"] = json!({"security": [{"code": "PSY"}]});
        }
        resource(hb)
    };
    for n in 0..5 {
        phone.see(100, &[of(&format!("before {n}"), true)]);
    }
    let subject = record::parts::Subject::Resource(key("Observation", "hb"));
    phone.choose(record::parts::KIND_SHARE, &[subject]);
    phone.settle(&[], &[key("Observation", "hb")]);
    phone.see(100, &[of("after", true)]);
    let row = phone.record.row(&key("Observation", "hb"));
    assert_eq!((row.part, row.summary.value.as_deref(), row.sighting), (Part::Open, Some("after"), 101));
    assert_eq!(phone.see(100, &[of("after", true)]), 0);
}

#[test]
fn h19_what_is_moved_stays_no_longer_returned() {
    let mut phone = Device::new(PHONE, ALICE);
    phone.see(100, &[resource(claim())]);
    phone.list_missing(100, &[]);
    phone.list_missing(100, &[("Claim", "claim")]);
    assert!(phone.record.row(&key("Claim", "claim")).no_longer_returned);
    phone.see(100, &[resource(pill())]);
    let moved = phone.record.row(&key("Claim", "claim"));
    assert_eq!((moved.part, moved.no_longer_returned), (Part::Withheld, true), "no portal showed it anew");
}

#[test]
fn h16_that_the_patient_is_withheld_says_nothing_of_what_refers_to_the_patient() {
    let mut labelled = patient();
    labelled["meta"] = json!({"security": [{"code": "R"}]});
    for order in [[0, 1], [1, 0]] {
        let both = [resource(labelled.clone()), resource(harmless())];
        let mut phone = Device::new(PHONE, ALICE);
        for which in order {
            phone.see(100, std::slice::from_ref(&both[which]));
        }
        assert_eq!(part(&phone.record, "Patient", "alice"), Part::Withheld);
        assert_eq!(part(&phone.record, "Observation", "hb"), Part::Open);
    }
}

/// Clocks count in each section and part apart, so copies of two versions interleave.
#[test]
fn h5_copies_in_several_sections_are_one_version_each() {
    let mut phone = Device::new(PHONE, ALICE);
    let doctor =
        |name: &str| resource(json!({"resourceType": "Practitioner", "id": "dr", "name": [{"text": name}]}));
    for n in 0..6 {
        let mut other = harmless();
        other["id"] = json!(format!("other{n}"));
        phone.see(90 + n, &[resource(other)]);
    }
    let visit = json!({"resourceType": "Encounter", "id": "v", "participant": [{"individual": {"reference": "Practitioner/dr"}}]});
    phone.see(100, &[resource(visit), resource(harmless()), doctor("one")]);
    phone.see(100, &[doctor("two")]);
    phone.see(100, &[doctor("one"), doctor("three")]);
    phone.see(100, &[doctor("four")]);
    let row = phone.record.row(&key("Practitioner", "dr"));
    assert_eq!(row.held_in, [Section::RESULTS, Section::VISITS]);
    assert_eq!(
        (row.summary.title.as_str(), row.revisions),
        ("four", 4),
        "the second \"one\" of that second counts"
    );
    assert_eq!(phone.see(100, &[doctor("four")]), 0);
}

#[test]
fn h16_a_record_that_was_sorted_by_fewer_tables_is_settled() {
    let mut phone = Device::new(PHONE, ALICE);
    // As an older version wrote it: everything open, the doctor in one section only.
    for value in [pill(), claim(), harmless(), doctor()] {
        let one = resource(value);
        let section = sections::evidence(&one).unwrap_or(Section::RESULTS);
        phone.write_page(&section, 100, &one);
    }
    assert_eq!(part(&phone.record, "MedicationRequest", "pill"), Part::Open);
    phone.settle(&[key("MedicationRequest", "pill")], &[]);
    assert_eq!(part(&phone.record, "Claim", "claim"), Part::Withheld);
    assert_eq!(part(&phone.record, "MedicationRequest", "pill"), Part::Withheld);
    let held = phone.record.row(&key("Practitioner", "dr")).held_in;
    assert_eq!(held, [Section::MEDICATIONS.withheld(), Section::RESULTS]);
    let again = phone.settle(&[key("MedicationRequest", "pill")], &[]);
    assert!(again.pages.is_empty() && again.moved.is_empty());
}
