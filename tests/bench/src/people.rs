//! A person with as many entries as wanted: one synthetic person, again and again under new ids.

use std::collections::BTreeSet;
use std::io::{BufRead as _, stdin};
use std::path::{Path, PathBuf};

use sandbox::{Config, Sandbox, Source, demo_data};
use serde_json::{Value, json};

use crate::Any;

const PERSON: &str = "../data/large/Mariano_Tamez.json.gz";
const WRITTEN_DOWN: &str = "2026-01-01T00:00:00Z";
/// Letters of a UUID.
const UUID: usize = 36;

/// Serves until the input ends. Prints the base address; after each line of input the changed entries are there.
pub fn serve(entries: usize, changed: usize, stages: usize) -> Result<(), Any> {
    let entries = person(entries)?;
    let later = (1..=stages).map(|stage| Ok(Source::Bytes(bytes(&results(&entries, changed, stage))?)));
    let running = Sandbox::start(Config {
        name: "Bench Hospital".to_owned(),
        patients: vec![Source::Bytes(bytes(&entries)?)],
        shared: vec![Source::from(demo_data::HOSPITALS), Source::from(demo_data::PRACTITIONERS)],
        later: later.collect::<Result<_, Any>>()?,
        ..Config::default()
    })?;
    println!("{}", running.base_url());
    for line in stdin().lock().lines() {
        line?;
        println!("{}", running.later()?.len());
    }
    Ok(())
}

/// The entries of the person's bundle.
pub fn person(entries: usize) -> Result<Vec<Value>, Any> {
    let path: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join(PERSON);
    let bundle: Value = serde_json::from_slice(&Source::File(path).bytes()?)?;
    let all = bundle.get("entry").and_then(Value::as_array).ok_or("a bundle without entries")?;
    let (patient, rest): (Vec<&Value>, Vec<&Value>) =
        all.iter().partition(|entry| kind(entry) == Some("Patient"));
    let patient = *patient.first().ok_or("a bundle without a patient")?;
    let kept: BTreeSet<&str> = [id(patient)].into_iter().collect();
    let mut made = vec![patient.clone()];
    for copy in 0_u8.. {
        for entry in &rest {
            if made.len() == entries {
                return Ok(made);
            }
            made.push(written_down(serde_json::from_str(&renamed(&entry.to_string(), copy, &kept))?));
        }
    }
    Err("more than 256 copies of a person".into())
}

/// A Provenance of the synthetic person is of a day that may be still to come; a portal would give such a one at each sync.
fn written_down(mut entry: Value) -> Value {
    if let Some(recorded) = entry.pointer_mut("/resource/recorded") {
        *recorded = json!(WRITTEN_DOWN);
    }
    entry
}

fn kind(entry: &Value) -> Option<&str> {
    entry.get("resource")?.get("resourceType")?.as_str()
}

fn id(entry: &Value) -> &str {
    entry.pointer("/resource/id").and_then(Value::as_str).unwrap_or_default()
}

/// Every UUID of the text but those kept becomes another one of this copy.
fn renamed(text: &str, copy: u8, kept: &BTreeSet<&str>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        match rest.get(..UUID).filter(|word| is_uuid(word)) {
            Some(word) if !kept.contains(word) => {
                let (head, tail) = word.split_at(2);
                let head = u8::from_str_radix(head, 16).unwrap_or(0) ^ copy;
                out.push_str(&format!("{head:02x}{tail}"));
                rest = rest.get(UUID..).unwrap_or_default();
            }
            _ => {
                out.push(first);
                rest = rest.get(first.len_utf8()..).unwrap_or_default();
            }
        }
    }
    out
}

fn is_uuid(word: &str) -> bool {
    word.bytes().enumerate().all(|(at, byte)| match at {
        8 | 13 | 18 | 23 => byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    })
}

/// The first results with a number, each with another number in each stage.
fn results(entries: &[Value], most: usize, stage: usize) -> Vec<Value> {
    let numbers = entries.iter().filter(|entry| entry.pointer("/resource/valueQuantity/value").is_some());
    let changed = numbers.take(most).cloned().map(|mut entry| {
        if let Some(value) = entry.pointer_mut("/resource/valueQuantity/value") {
            *value = json!(stage);
        }
        entry
    });
    changed.collect()
}

fn bytes(entries: &[Value]) -> Result<Vec<u8>, Any> {
    let bundle = json!({"resourceType": "Bundle", "type": "collection", "entry": entries});
    Ok(serde_json::to_vec(&bundle)?)
}
