//! Any order, duplication and split of arrival gives the same record.

use proptest::prelude::*;
use record::facts::{Fact, KIND_NOTE, KIND_READ};
use serde_json::{Value, json};
use statement::{Section, Signed};

use crate::world::*;

/// What one of two devices does. Numbers choose among what there is.
#[derive(Clone, Debug)]
enum Act {
    /// A portal answers, at a date that may run backwards or stand still.
    See {
        resource: u8,
        version: u8,
        date: i64,
    },
    /// A complete listing misses some of the resources.
    Miss {
        which: u8,
        date: i64,
    },
    /// A note, an edit of what the device knows, a deletion, or a mark.
    Note,
    Edit {
        of: u8,
        also: Option<u8>,
        deleted: bool,
    },
    Read {
        revision: u8,
    },
    /// A statement of a kind that this version does not know.
    Strange,
    /// The other device receives all.
    Send,
}

fn acts() -> impl Strategy<Value = Vec<(bool, Act)>> {
    let act = prop_oneof![
        5 => (0..4u8, 0..5u8, 100..104i64).prop_map(|(resource, version, date)| Act::See { resource, version, date }),
        1 => (any::<u8>(), 100..104i64).prop_map(|(which, date)| Act::Miss { which, date }),
        1 => Just(Act::Note),
        3 => (any::<u8>(), any::<Option<u8>>(), any::<bool>()).prop_map(|(of, also, deleted)| Act::Edit { of, also, deleted }),
        1 => any::<u8>().prop_map(|revision| Act::Read { revision }),
        1 => Just(Act::Strange),
        3 => Just(Act::Send),
    ];
    prop::collection::vec((any::<bool>(), act), 1..40)
}

const NAMES: [(&str, &str); 4] =
    [("Observation", "hb"), ("Condition", "c"), ("Practitioner", "dr"), ("Basic", "b")];

/// Version 0 has a category, 1 none, 2 moves to the vitals, 3 is a stripped retraction, 4 is as 0 with another value.
fn shown(resource: u8, version: u8) -> Value {
    let (kind, id) = NAMES[usize::from(resource)];
    let category = |code: &str| json!([{"coding": [{"code": code}]}]);
    match version {
        1 => json!({"resourceType": kind, "id": id, "status": "final", "code": {"text": "bare"}}),
        2 => json!({"resourceType": kind, "id": id, "status": "final", "category": category("vital-signs")}),
        3 => json!({"resourceType": kind, "id": id, "status": "entered-in-error"}),
        n => json!({"resourceType": kind, "id": id, "status": "final", "category": category("laboratory"),
            "code": {"text": "title"}, "valueString": format!("value {n}"), "performer": [{"reference": "Practitioner/dr"}]}),
    }
}

/// Plays the acts and gives everything that was said, in the order in which it was said, and all bytes.
fn play(acts: &[(bool, Act)]) -> Record {
    let mut phone = Device::new(PHONE, ALICE);
    let mut tablet = Device::new(TABLET, BOB);
    for (on_tablet, act) in acts {
        let (device, other) = if *on_tablet { (&mut tablet, &mut phone) } else { (&mut phone, &mut tablet) };
        match act {
            Act::See { resource: n, version, date } => {
                device.see(*date, &[resource(shown(*n, *version))]);
            }
            Act::Miss { which, date } => {
                let missing: Vec<_> =
                    NAMES.iter().enumerate().filter(|(n, _)| which >> n & 1 == 1).map(|(_, k)| *k).collect();
                device.list_missing(*date, &missing);
            }
            Act::Note => {
                let fact = device.fact(KIND_NOTE);
                device.write(&Section::RESULTS, fact);
            }
            Act::Edit { of, also, deleted } => {
                let known = device.record.facts();
                let pick = |n: u8| known.get(usize::from(n) % known.len().max(1)).map(|w| w.digest);
                let replaces = [pick(*of), also.and_then(pick)].into_iter().flatten().collect();
                let fact = Fact { replaces, deleted: *deleted, ..device.fact(KIND_NOTE) };
                device.write(&Section::RESULTS, fact);
            }
            Act::Read { revision } => {
                let fact = Fact { revisions: vec![fhir::Digest([*revision; 32])], ..device.fact(KIND_READ) };
                device.write(&Section::RESULTS, fact);
            }
            Act::Strange => device.say(&Section::RESULTS, "from-2031", vec![0xa0]),
            Act::Send => other.receive(&device.record),
        }
    }
    phone.receive(&tablet.record);
    tablet.receive(&phone.record);
    assert_eq!(phone.record.shown(), tablet.record.shown());
    phone.record
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn h5_any_order_duplication_and_split_of_arrival_gives_the_same_rows_and_notes(
        acts in acts(),
        order in prop::collection::vec(any::<prop::sample::Index>(), 0..80),
        shuffle in any::<u64>(),
        restart_after in 1..9usize,
    ) {
        let played = play(&acts);
        let expected = played.shown();
        let mut sent: Vec<Signed> = played.statements.clone();
        sent.extend(order.iter().filter(|_| !played.statements.is_empty()).map(|n| n.get(&played.statements).clone()));
        let mut state = shuffle;
        for n in (1..sent.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            sent.swap(n, (state >> 33) as usize % (n + 1));
        }
        let mut arrived = Record::default();
        arrived.bytes.clone_from(&played.bytes);
        for batch in sent.chunks(restart_after) {
            batch.iter().for_each(|signed| arrived.arrive(signed));
            arrived.reopen();
        }
        prop_assert_eq!(arrived.shown(), expected);
        prop_assert!(arrived.not_understood >= played.not_understood, "kept and passed on");
    }
}
