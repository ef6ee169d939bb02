//! Many patients, few slots: nobody is booked where somebody else is.

use std::collections::BTreeMap;

use sandbox::{Acts, Config, Running};
use serde_json::Value;

use crate::acts::person;
use crate::app::start;
use crate::scheduling::booking;

const PATIENTS: usize = 40;
const TRIES: usize = 10_000;

/// A portal with so many patients of whom nothing else is known.
fn crowd() -> Running {
    let patients = (0..PATIENTS).map(|number| person(&format!("crowd-{number}"))).collect();
    let acts = Acts { days: 7, ..Acts::slots() };
    start(Config { acts, patients, ..Config::default() })
}

/// Draws that are the same each time.
struct Draws(u64);

impl Draws {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % most
    }
}

fn slots() -> Vec<String> {
    let monday = ["1400", "1430", "1500", "1530", "1600", "1630", "1800", "1830", "1900", "1930", "2000"];
    let days = ["20261102", "20261103", "20261104", "20261105", "20261106"];
    days.iter().flat_map(|day| monday.map(|time| format!("slot-okafor-{day}T{time}"))).collect()
}

#[test]
fn ten_thousand_tries_for_few_slots_book_each_slot_once() {
    let portal = crowd();
    let slots = slots();
    let tries = |seed: u64| {
        let (portal, slots) = (&portal, &slots);
        move || {
            let mut draws = Draws(seed);
            let mut won = Vec::new();
            for _ in 0..TRIES / 4 {
                let patient = format!("crowd-{}", draws.below(PATIENTS));
                let slot = slots[draws.below(slots.len())].clone();
                match portal.act(&patient, booking(&patient, &slot)) {
                    Ok(made) => won.push((slot, made["id"].as_str().unwrap().to_owned())),
                    Err(sandbox::Error::Refused(why)) => assert!(why.starts_with("409"), "{why}"),
                    Err(other) => panic!("{other}"),
                }
            }
            won
        }
    };
    let won: Vec<(String, String)> = std::thread::scope(|scope| {
        let threads: Vec<_> = (1..=4).map(|seed| scope.spawn(tries(seed))).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    let by_slot: BTreeMap<&String, &String> = won.iter().map(|(slot, id)| (slot, id)).collect();
    assert_eq!((by_slot.len(), won.len()), (slots.len(), slots.len()), "each slot went to one");
    assert_eq!(portal.created().len(), slots.len());
    let mut stored: BTreeMap<String, usize> = BTreeMap::new();
    for patient in portal.patients() {
        for served in portal.served(&patient).iter().filter(|served| served.resource_type == "Appointment") {
            let value: Value = serde_json::from_slice(&served.bytes).unwrap();
            *stored.entry(value["slot"][0]["reference"].as_str().unwrap().to_owned()).or_default() += 1;
        }
    }
    assert!(stored.len() == slots.len() && stored.values().all(|times| *times == 1));
}
