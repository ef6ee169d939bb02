//! A golden text per modifier element (hazard H4): every value of every modifier element of the eight types that have
//! a lens, as the reader meets it. `UPDATE_GOLDEN=1` writes the texts anew; a person reads the difference.
#![allow(clippy::disallowed_methods, reason = "golden texts are files")]

mod cases;
mod clinical;
mod office;

use std::path::PathBuf;

use cases::{LENSES, table, values};
use fhir::modifiers::{Reach, Usage, read, usage};
use serde_json::{Value, json};

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/h4").join(format!("{name}.txt"))
}

fn updating() -> bool {
    std::env::var_os("UPDATE_GOLDEN").is_some()
}

fn compare(name: &str, made: &str) {
    if updating() {
        std::fs::create_dir_all(file(name).parent().unwrap()).unwrap();
        return std::fs::write(file(name), made).unwrap();
    }
    let kept = std::fs::read_to_string(file(name)).unwrap_or_default();
    assert_eq!(kept, made, "{name}.txt differs: look at each line, then UPDATE_GOLDEN=1");
}

/// One case: what was received, the effect upon the whole, and every notice.
fn told(shown: &str, resource: &Value) -> String {
    let reading = read(resource);
    let out = if reading.unreadable { " (out of every rule)" } else { "" };
    let mut text = format!("{shown}\n    = {:?}{out}\n", reading.effect());
    for notice in &reading.notices {
        let reach = match notice.reach {
            Reach::Whole => "",
            Reach::Part => " (this part)",
            Reach::Held => " (carried inside)",
        };
        text += &format!("    - {:?}{reach} {}: {}\n", notice.effect, notice.element, notice.text);
    }
    text
}

fn golden(kind: &str) -> String {
    let mut text = format!("{kind}: what each value of each modifier element does to the reading\n");
    for row in table().filter(|row| row.resource == kind) {
        text += &format!("\n# {}\n", row.element);
        for (shown, resource) in cases::of(&row) {
            text += &told(&shown, &resource);
        }
    }
    text += "\n# together, and near modifiers\n";
    for (shown, resource) in cases::together(kind) {
        text += &told(&shown, &resource);
    }
    text
}

#[test]
fn h4_every_modifier_element_of_every_lens_reads_as_in_its_golden_text() {
    for kind in LENSES {
        compare(kind, &golden(kind));
    }
}

#[test]
fn h4_every_modifier_of_a_data_type_reads_as_in_its_golden_text() {
    let mut text = "Data types: what each value of each modifier element does\n".to_owned();
    for row in table().filter(|row| !row.resource_is_listed()) {
        text += &format!("\n# {}\n", row.element);
        let kind = match row.resource {
            "Identifier" => Some(Usage::Identifier),
            "HumanName" => Some(Usage::Name),
            "Address" => Some(Usage::Address),
            "ContactPoint" => Some(Usage::Contact),
            _ => None,
        };
        let Some(kind) = kind else {
            cases::of_data_type(&row).iter().for_each(|(shown, resource)| text += &told(shown, resource));
            continue;
        };
        let codes = values(row.element).into_iter().map(Value::from).chain([
            json!("some-new-code"),
            json!(7),
            Value::Null,
        ]);
        for code in codes {
            text += &match usage(kind, &json!({ "use": code })) {
                Some(notice) => format!("{code}\n    = {:?}: {}\n", notice.effect, notice.text),
                None => format!("{code}\n    = nothing said\n"),
            };
        }
    }
    compare("DataTypes", &text);
}

#[test]
fn h4_every_row_of_the_tables_has_its_golden_text() {
    if updating() {
        return;
    }
    for row in table().filter(|row| LENSES.contains(&row.resource) || !row.resource_is_listed()) {
        let name = if row.resource_is_listed() { row.resource } else { "DataTypes" };
        let text = std::fs::read_to_string(file(name)).unwrap_or_default();
        let heading = format!("\n# {}\n", row.element);
        let (_, after) =
            text.split_once(&heading).unwrap_or_else(|| panic!("{name}.txt has nothing on {}", row.element));
        let section = after.split("\n# ").next().unwrap();
        for code in values(row.element) {
            let first_line = cases::first_line(&row, code);
            let there = section
                .lines()
                .any(|line| line == first_line || (name == "DataTypes" && line.contains(code)));
            assert!(there, "{name}.txt: {} = {code} is missing", row.element);
        }
        assert!(
            section.lines().any(|line| line.starts_with("    = ")),
            "{name}.txt: {} says nothing",
            row.element
        );
    }
}

#[test]
fn h4_no_value_outside_the_tables_is_ever_read_as_in_order() {
    for row in
        table().filter(|row| row.kind != "extension" && row.kind != "rules" && row.resource_is_listed())
    {
        for odd in
            [json!("some-new-code"), json!(7), json!({"coding": [{"code": "some-new-code"}]}), json!(["x"])]
        {
            let reading = read(&cases::with(&row, odd.clone()));
            assert!(
                reading.notices.iter().any(|notice| format!("{:?}", notice.effect) == "Unknown"),
                "{} = {odd} was read as {reading:?}",
                row.element
            );
        }
    }
}

#[test]
fn h4_every_coded_near_modifier_of_an_administrative_type_has_its_golden_text() {
    if updating() {
        return;
    }
    for kind in office::KINDS {
        assert!(LENSES.contains(&kind), "{kind}");
        let text = std::fs::read_to_string(file(kind)).unwrap_or_default();
        for (element, shape) in office::near(kind) {
            for code in values(element) {
                let line = office::part(element, shape, &json!(code)).to_string();
                assert!(text.lines().any(|kept| kept == line), "{kind}.txt: {element} = {code} is missing");
            }
        }
    }
}

#[test]
fn h4_a_consent_permits_only_what_plainly_says_permit() {
    for (part, permits) in office::parts("Consent").into_iter().map(|part| {
        let permits =
            part.pointer("/provision/type") == Some(&json!("permit")) && part.get("scope").is_none();
        (part, permits)
    }) {
        let mut consent = office::ordinary("Consent");
        for (key, value) in part.as_object().unwrap() {
            consent[key.as_str()] = value.clone();
        }
        let directive = part.get("scope").is_some() || part.get("category").is_some();
        let reading = read(&consent);
        assert_eq!(reading.negated(), !permits && !directive, "{part}: {reading:?}");
    }
}
