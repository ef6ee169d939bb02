//! The demo's two portals.

use std::path::Path;

use sandbox::{Acts, Answer, Change, Config, Running, Sandbox, Source, Step, demo_data, lab_chain_of};

use crate::error::Error;

/// A hospital and a laboratory chain that know the same person.
pub fn start(patient: Option<&Path>) -> Result<(Running, Running), Error> {
    let (hospital, chain) = configs(patient).map_err(|error| failed(&error))?;
    let start = |config| Sandbox::start(config).map_err(|error| failed(&error));
    Ok((start(hospital)?, start(chain)?))
}

fn configs(patient: Option<&Path>) -> Result<(Config, Config), sandbox::Error> {
    let Some(file) = patient else {
        return Ok((demo_data::hospital_that_acts(), demo_data::lab_chain_that_acts()?));
    };
    let bundle = Source::File(file.to_owned()).bytes()?;
    let twin = lab_chain_of(&bundle)?;
    let chain = Config {
        name: "Quick Lab Chain".to_owned(),
        patients: vec![Source::Bytes(twin)],
        acts: Acts::request(),
        ..Config::default()
    };
    let hospital = demo_data::hospital_of("Riverside Hospital", &[&bundle]);
    Ok((Config { acts: Acts::slots(), ..hospital }, chain))
}

/// Makes time pass; what a record has nothing for is left out.
pub fn time_passes(hospital: &Running) -> Result<Vec<Change>, Error> {
    let mut changes = Vec::new();
    for step in Step::ALL {
        match hospital.evolve(&[*step]) {
            Ok(done) => changes.extend(done),
            Err(sandbox::Error::NothingLeft(_)) => {}
            Err(error) => return Err(failed(&error)),
        }
    }
    Ok(changes)
}

/// Somebody at the hospital who may be written to.
pub fn doctor(hospital: &Running) -> String {
    let served = hospital.served(&hospital.patient());
    let ids = |kind: &str| {
        let of_kind = served.iter().filter(move |one| one.resource_type == kind);
        of_kind.map(|one| format!("{}/{}", one.resource_type, one.id)).collect::<Vec<_>>()
    };
    ids("Practitioner").into_iter().next().unwrap_or_else(|| "Practitioner/none".to_owned())
}

/// The message that was sent there last.
pub fn sent_message(hospital: &Running) -> String {
    let created = hospital.created();
    let sent = created.iter().rev().find(|one| one.resource_type == "Communication");
    sent.map(|one| format!("Communication/{}", one.id)).unwrap_or_default()
}

/// The clinic answers.
pub fn answer(hospital: &Running, message: &str, answer: Answer) -> Result<(), Error> {
    hospital.answer(message, answer).map_err(|error| failed(&error))?;
    Ok(())
}

/// The portal can be reached again.
pub fn again(portal: &Running) -> Result<(), Error> {
    portal.start_again().map_err(|error| failed(&error))
}

/// What happened, in one line.
pub fn told(change: &Change) -> String {
    let Change { title, before, after, flag, .. } = change;
    let value = |value: &Option<String>| value.clone().unwrap_or_default();
    match change.step {
        Step::Results => {
            let flag = flag.as_ref().map_or("no flag".to_owned(), |code| format!("flag {code}"));
            match after {
                Some(after) => format!("new: {title}, {after}, {flag}"),
                None => format!("new: {title}"),
            }
        }
        Step::Correction => format!("corrected: {title}, {} instead of {}", value(after), value(before)),
        Step::Retraction => format!("withdrawn: {title}, which had said {}", value(before)),
        Step::Disappearance => format!("no longer returned: {title}"),
    }
}

fn failed(error: &sandbox::Error) -> Error {
    Error::System(format!("The demo's portal: {error}"))
}
