//! Messages and appointments as they are typed for: what marks as read, what is written and what is not.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use sandbox::{Config, Sandbox, Source};
use serde_json::Value;

use crate::home::{Home, Said};

fn riverside() -> Config {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/data/correspondence/riverside.json");
    Config { patients: vec![Source::File(file)], ..Config::default() }
}

fn json(said: &Said) -> Value {
    assert_eq!(said.code, 0, "{}", said.err);
    serde_json::from_slice(&said.bytes).expect("one JSON document")
}

fn maya() -> (Home, sandbox::Running) {
    let portal = Sandbox::start(riverside()).unwrap();
    let home = Home::new();
    home.types(&["init", "--name", "Maya"]);
    assert_eq!(home.connects(&portal, &["--name", "Riverside"]).code, 0);
    assert_eq!(home.types(&["sync"]).code, 0);
    (home, portal)
}

#[test]
fn h15_maya_lists_reads_and_marks_her_threads() {
    let (home, _portal) = maya();
    let new = |words: &[&str]| json(&home.types(words))["unread"].as_u64().unwrap();
    let all = ["messages", "--json"];
    let before = new(&all);
    let listed = home.types(&["messages"]);
    assert!(listed.out.contains("Messages are not for emergencies"), "{}", listed.out);
    assert!(listed.out.contains("NOT sent: Is the infusion on Friday?"), "{}", listed.out);
    let told = json(&home.types(&["message", "show", "Communication/m2", "--json"]));
    assert_eq!(told["entries"][0]["source"], "record");
    assert_eq!(new(&all), before, "lists and JSON leave it new");
    let shown = home.types(&["message", "show", "Communication/m2"]);
    assert!(shown.code == 0 && shown.out.contains("six days"), "{}", shown.out);
    assert_eq!(new(&all), before - 2, "to look at it is to read it");
    let read = home.types(&["message", "read", "Communication/q1", "Communication/orphan"]);
    assert!(read.out.starts_with("2 threads are taken as read"), "{}", read.out);
    assert_eq!(new(&all), before - 4);
    assert_eq!(home.types(&["message", "read", "Communication/wrong", "Communication/nobody"]).code, 8);
    assert_eq!(new(&all), before - 4, "nothing is marked when one is not there");
    assert_eq!(
        json(&home.types(&["messages", "--unread", "--json"]))["threads"].as_array().unwrap().len(),
        1
    );
    assert_eq!(
        json(&home.types(&["messages", "--limit", "2", "--json"]))["threads"].as_array().unwrap().len(),
        2
    );
    let people = home.types(&["message", "recipients", "Riverside"]);
    assert!(people.out.contains("Dr. Ada Okafor   care team"), "{}", people.out);
    assert_eq!(home.types(&["message", "recipients", "Elsewhere"]).code, 8);
    assert_eq!(home.types(&["message", "show", "Appointment/done"]).code, 8);
}

#[test]
fn h16_maya_keeps_her_appointments_as_a_file_that_overwrites_nothing() {
    let (home, _portal) = maya();
    let shown = home.types(&["appointments", "show", "Appointment/stress", "--zone", "Europe/Berlin"]);
    assert!(
        shown.out.contains("10:00 to 10:45 at the clinic (17:00 to 17:45 where you are)"),
        "{}",
        shown.out
    );
    assert!(!home.types(&["appointments", "--unread"]).out.contains("Exercise stress test"), "it was read");
    assert_eq!(home.types(&["appointments", "--zone", "Nowhere/Town"]).code, 2);
    assert!(json(&home.types(&["appointments", "--json"]))["groups"].as_array().unwrap().len() > 1);

    let to = home.path("visit.ics");
    let save = |more: &[&str]| {
        let mut words = vec!["appointments", "export", "Appointment/stress", "--to", to.to_str().unwrap()];
        words.extend(more);
        home.types(&words)
    };
    let saved = save(&[]);
    assert!(saved.code == 0 && saved.out.contains("no longer encrypted"), "{}{}", saved.out, saved.err);
    let text = std::fs::read_to_string(&to).unwrap();
    assert!(text.contains("DTSTART:20270312T160000Z") && !text.contains("stress"), "{text}");
    assert_eq!(std::fs::metadata(&to).unwrap().permissions().mode() & 0o777, 0o600);
    let again = save(&["--details"]);
    assert_eq!(again.code, 2);
    assert!(again.err.contains("nothing was written"), "{}", again.err);
    assert_eq!(std::fs::read_to_string(&to).unwrap(), text);
    let printed = home.types(&["appointments", "export", "Appointment/stress", "--details"]);
    assert!(printed.bytes.starts_with(b"BEGIN:VCALENDAR\r\n"), "the very file and nothing else");
    assert!(printed.out.contains("SUMMARY:Exercise stress test"), "{}", printed.out);
    assert_eq!(json(&home.types(&["appointments", "export", "Appointment/stress", "--json"]))["events"], 1);
    assert_eq!(home.types(&["appointments", "export", "Communication/m1"]).code, 8);
}
