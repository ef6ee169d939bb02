//! Many patients hold, book, move and cancel in few slots while holds run out. A model that knows nothing of FHIR says after
//! every step whether it may have succeeded.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::desk::status_of;
use super::{Acts, Author, Created, Desk, Refusal, book, hold, slots};
use crate::Source;
use crate::world::World;

const PATIENTS: usize = 40;
const STEPS: usize = 10_000;
/// 2026-11-01.
const START: i64 = 1_793_491_200;

/// Who has a slot, and until when where it is only held.
#[derive(Clone, Debug)]
struct Has {
    appointment: String,
    patient: usize,
    until: Option<i64>,
}

struct Run {
    world: World,
    desk: Desk,
    now: i64,
    draws: u64,
    slots: Vec<String>,
    model: BTreeMap<String, Has>,
    refused: usize,
}

fn run(seed: u64, steps: usize) -> Run {
    let patient = |number: usize| {
        let patient = json!({"resourceType": "Patient", "id": format!("crowd-{number}")});
        let bundle = json!({"resourceType": "Bundle", "entry": [{"resource": patient}]});
        Source::from(bundle.to_string().into_bytes())
    };
    let people: Vec<Source> = (0..PATIENTS).map(patient).collect();
    let mut world = World::load(&people, &[]).unwrap();
    let acts = Acts { days: 7, ..Acts::find_hold_book() };
    let desk = Desk::open(acts, "Crowd", &mut world, START);
    let slots = world.of_type("Slot", "").into_iter().map(|stored| stored.key.1.clone());
    let slots = slots.filter(|id| id.starts_with("slot-okafor-2026110")).collect();
    let mut run = Run { world, desk, now: START, draws: seed, slots, model: BTreeMap::new(), refused: 0 };
    for _ in 0..steps {
        run.step();
    }
    run.check();
    run
}

impl Run {
    fn below(&mut self, most: usize) -> usize {
        self.draws =
            self.draws.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.draws >> 33).unwrap() % most
    }

    fn any_slot(&mut self) -> String {
        let at = self.below(self.slots.len());
        self.slots[at].clone()
    }

    fn step(&mut self) {
        let patient = self.below(PATIENTS);
        let slot = self.any_slot();
        // Mostly it is the one who has a slot who does something with it.
        let stranger = self.below(4) == 0;
        let owner = self.model.get(&slot).filter(|_| !stranger).map_or(patient, |has| has.patient);
        match self.below(12) {
            0..=2 => self.taken(patient, &slot, false),
            3..=5 => self.taken(patient, &slot, true),
            6 | 7 => self.book_held(owner, &slot),
            8 | 9 => self.cancel(owner, &slot),
            10 => self.shift(owner, &slot),
            _ => {
                self.now += i64::try_from(self.below(120)).unwrap();
                let now = self.now;
                self.model.retain(|_, has| has.until.is_none_or(|until| until > now));
            }
        }
    }

    /// Holds or books what is proposed for a slot: it works exactly where the model has it free.
    fn taken(&mut self, patient: usize, slot: &str, held: bool) {
        let done = if held {
            let parameters = referring(&format!("proposed-{slot}"));
            let author = author(patient);
            hold(&mut self.desk, &mut self.world, &author, &parameters, self.now).map(|(value, _)| value)
        } else {
            self.ask(patient, &referring(&format!("proposed-{slot}")))
        };
        let Some(appointment) = self.judged(done, !self.model.contains_key(slot)) else { return };
        let until = held.then_some(self.now + 300);
        self.model.insert(slot.to_owned(), Has { appointment, patient, until });
    }

    /// Books what is held in a slot, by this patient or by whoever it may be.
    fn book_held(&mut self, patient: usize, slot: &str) {
        let Some(has) = self.model.get(slot).cloned() else { return };
        let may = has.patient == patient && has.until.is_some();
        let done = self.ask(patient, &referring(&has.appointment));
        self.judged(done, may);
        if let Some(has) = self.model.get_mut(slot).filter(|_| may) {
            has.until = None;
        }
    }

    fn cancel(&mut self, patient: usize, slot: &str) {
        let Some(has) = self.model.get(slot).cloned() else { return };
        let mut value = self.appointment(&has.appointment);
        value["status"] = json!("cancelled");
        let done = self.ask(patient, &sending(value));
        if self.judged(done, has.patient == patient).is_some() {
            self.model.remove(slot);
        }
    }

    fn shift(&mut self, patient: usize, slot: &str) {
        let Some(has) = self.model.get(slot).cloned().filter(|has| has.until.is_none()) else { return };
        let to = self.any_slot();
        let mut value = self.appointment(&has.appointment);
        value["slot"] = json!([{"reference": format!("Slot/{to}")}]);
        let free = !self.model.contains_key(&to) || to == slot;
        let done = self.ask(patient, &sending(value));
        if self.judged(done, has.patient == patient && free).is_some() {
            self.model.remove(slot);
            self.model.insert(to, has);
        }
    }

    fn ask(&mut self, patient: usize, parameters: &Value) -> Result<Value, Refusal> {
        book(&mut self.desk, &mut self.world, &author(patient), parameters, self.now)
    }

    /// The id of what was done, which must be done exactly where it may be.
    fn judged(&mut self, done: Result<Value, Refusal>, may: bool) -> Option<String> {
        assert_eq!(done.is_ok(), may, "{done:?} at {}", self.now);
        self.refused += usize::from(!may);
        done.ok().map(|value| value["id"].as_str().unwrap().to_owned())
    }

    fn appointment(&self, id: &str) -> Value {
        self.world.get("Appointment", id).unwrap().value()
    }

    /// The world is as the model has it.
    fn check(&mut self) {
        self.desk.settle(&mut self.world, self.now);
        for slot in &self.slots {
            let shown = match self.model.get(slot) {
                None => "free",
                Some(Has { until: None, .. }) => "busy",
                Some(_) => "busy-tentative",
            };
            assert_eq!(status_of(&self.world, "Slot", slot), shown, "{slot}");
        }
        let mut found: BTreeMap<String, String> = BTreeMap::new();
        for patient in 0..PATIENTS {
            for stored in self.world.of_type("Appointment", &format!("crowd-{patient}")) {
                let value = stored.value();
                if ["booked", "pending"].contains(&value["status"].as_str().unwrap()) {
                    for slot in slots::of(&value) {
                        let double = found.insert(slot, stored.key.1.clone());
                        assert_eq!(double, None, "booked twice");
                    }
                }
            }
        }
        let model: BTreeMap<String, String> =
            self.model.iter().map(|(slot, has)| (slot.clone(), has.appointment.clone())).collect();
        assert_eq!(found, model);
    }
}

fn author(patient: usize) -> Author {
    let patient = format!("crowd-{patient}");
    Author {
        user: patient.clone(),
        patient,
        client: "app".into(),
        base: "http://a/fhir".into(),
        direct: false,
    }
}

fn referring(id: &str) -> Value {
    let reference = json!({"reference": format!("Appointment/{id}")});
    json!({"resourceType": "Parameters", "parameter": [
        {"name": "appointment-reference", "valueReference": reference}
    ]})
}

fn sending(appointment: Value) -> Value {
    json!({"resourceType": "Parameters", "parameter": [
        {"name": "appointment-resource", "resource": appointment}
    ]})
}

#[test]
fn h2_nobody_is_booked_twice_however_it_comes_and_the_same_seed_gives_the_same() {
    let journal = |run: &Run| run.desk.created().to_vec();
    let first = run(1, STEPS);
    let made: Vec<Created> = journal(&first);
    assert!(made.len() > 500 && first.refused > 2000, "{} made, {} refused", made.len(), first.refused);
    let few = journal(&run(2, STEPS / 10));
    assert_eq!(few, journal(&run(2, STEPS / 10)));
    assert_ne!(few, journal(&run(3, STEPS / 10)));
}
