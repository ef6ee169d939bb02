//! The messy patient: what real portals send and Synthea's people lack, at two portals that know the same person.
//!
//! Every resource is written out in `tests/data/messy`; a number in it may be drawn from the seed, and so is the order
//! of the resources. `MESSY.md` beside this crate says which lesson or hazard each of them is for. The people, numbers
//! and words are invented.

mod template;

use serde_json::{Value, json};

use crate::{Config, Error, Source};
use template::Draws;

/// The id of the messy patient at the hospital.
pub const AT_HOSPITAL: &str = "maren-at-the-hospital";
/// The id of the messy patient at the clinics.
pub const AT_CLINICS: &str = "maren-at-the-clinics";
/// A second patient of the hospital: he has died.
pub const DECEASED: &str = "anselm-who-has-died";
/// A third patient of the hospital: a child.
pub const CHILD: &str = "pia-who-is-a-child";

const HOSPITAL: &[&str] = &[
    include_str!("../../data/messy/hospital/person.json"),
    include_str!("../../data/messy/hospital/flags_ranges_units.json"),
    include_str!("../../data/messy/hospital/values_states_texts.json"),
    include_str!("../../data/messy/hospital/medicines.json"),
    include_str!("../../data/messy/hospital/allergies_conditions_vaccines.json"),
    include_str!("../../data/messy/hospital/documents_visits_others.json"),
];
const HOSPITAL_LATER: &str = include_str!("../../data/messy/hospital/later.json");
const HIS: &[&str] = &[include_str!("../../data/messy/hospital/deceased.json")];
const HERS: &[&str] = &[include_str!("../../data/messy/hospital/child.json")];
const CLINICS: &[&str] = &[include_str!("../../data/messy/clinic/record.json")];
const CLINICS_LATER: &str = include_str!("../../data/messy/clinic/later.json");

/// The hospital: the messy patient (`alice` signs in as her), the one who has died and the child (`bob` sees all three).
///
/// # Errors
/// None as long as the embedded templates are whole.
pub fn hospital(seed: u64) -> Result<Config, Error> {
    let main = bundle(HOSPITAL, AT_HOSPITAL, seed)?;
    let patients = vec![main, bundle(HIS, DECEASED, seed)?, bundle(HERS, CHILD, seed)?];
    let later = later(HOSPITAL_LATER, AT_HOSPITAL, seed)?;
    Ok(Config { name: "Riverbend General Hospital".to_owned(), patients, later, ..Config::default() })
}

/// The clinics that know the same person under another id: some of the same facts, said otherwise, and the same ids for
/// other facts.
///
/// # Errors
/// None as long as the embedded templates are whole.
pub fn clinics(seed: u64) -> Result<Config, Error> {
    let patients = vec![bundle(CLINICS, AT_CLINICS, seed)?];
    let later = later(CLINICS_LATER, AT_CLINICS, seed)?;
    Ok(Config { name: "Valley Clinics".to_owned(), patients, later, ..Config::default() })
}

fn bundle(templates: &[&str], patient: &str, seed: u64) -> Result<Source, Error> {
    let mut draws = Draws::new(seed, patient);
    let mut resources = Vec::new();
    for template in templates {
        resources.extend(list(read(template)?));
    }
    draws.shuffle(&mut resources);
    collection(resources, &draws)
}

fn later(template: &str, patient: &str, seed: u64) -> Result<Vec<Source>, Error> {
    let draws = Draws::new(seed, patient);
    list(read(template)?).into_iter().map(|stage| collection(list(stage), &draws)).collect()
}

fn collection(resources: Vec<Value>, draws: &Draws) -> Result<Source, Error> {
    let entries: Vec<Value> =
        resources.into_iter().map(|resource| json!({"resource": draws.fill(resource)})).collect();
    let bundle = json!({"resourceType": "Bundle", "type": "collection", "entry": entries});
    let bytes = serde_json::to_vec(&bundle).map_err(|error| Error::NotABundle(error.to_string()))?;
    Ok(Source::Bytes(bytes))
}

fn read(template: &str) -> Result<Value, Error> {
    serde_json::from_str(template).map_err(|error| Error::NotABundle(error.to_string()))
}

fn list(value: Value) -> Vec<Value> {
    match value {
        Value::Array(items) => items,
        _ => Vec::new(),
    }
}
