//! The synthetic people of the demo and of the tests, embedded. Made with Synthea: see `tests/data/README.md`.

use crate::{Acts, Config, Error, Source, lab_chain_of};

/// The organizations and locations that the patients' bundles refer to (gzipped JSON).
pub const HOSPITALS: &[u8] = include_bytes!("../../data/hospitalInformation.json.gz");
/// The practitioners that the patients' bundles refer to (gzipped JSON).
pub const PRACTITIONERS: &[u8] = include_bytes!("../../data/practitionerInformation.json.gz");
/// Rosalinda, the demo's patient: 960 resources (gzipped JSON).
pub const ROSALINDA: &[u8] = include_bytes!("../../data/Rosalinda_Kuhn.json.gz");
/// Alesha: 299 resources (gzipped JSON).
pub const ALESHA: &[u8] = include_bytes!("../../data/Alesha_Grant.json.gz");
/// Josiah: 447 resources (gzipped JSON).
pub const JOSIAH: &[u8] = include_bytes!("../../data/Josiah_Schaden.json.gz");

/// Rosalinda's hospital.
pub fn hospital() -> Config {
    hospital_of("Riverside Hospital", &[ROSALINDA])
}

/// The lab chain that Rosalinda also goes to: the same person under another id, some of the same results.
///
/// # Errors
/// None as long as the embedded bundle is whole.
pub fn lab_chain() -> Result<Config, Error> {
    let bundle = lab_chain_of(ROSALINDA)?;
    Ok(Config {
        name: "Quick Lab Chain".to_owned(),
        patients: vec![Source::Bytes(bundle)],
        ..Config::default()
    })
}

/// A hospital with these patients, in this order, and everything they refer to.
pub fn hospital_of(name: &str, patients: &[&[u8]]) -> Config {
    Config {
        name: name.to_owned(),
        patients: patients.iter().map(|bytes| Source::from(*bytes)).collect(),
        shared: vec![Source::from(HOSPITALS), Source::from(PRACTITIONERS)],
        ..Config::default()
    }
}

/// The hospital that also takes messages, books by slots, and takes requests for refills.
pub fn hospital_that_acts() -> Config {
    Config { acts: Acts::slots(), ..hospital() }
}

/// The lab chain at which appointments are asked for, and which is called for everything else.
///
/// # Errors
/// As [`lab_chain`].
pub fn lab_chain_that_acts() -> Result<Config, Error> {
    Ok(Config { acts: Acts::request(), ..lab_chain()? })
}
