//! Messages, drafts and appointments, as they are typed.

use sandbox::{Acting, Acts, Config, Running, Sandbox, demo_data};
use serde_json::Value;

use crate::home::{Home, Said};

fn clinic(acts: Acts) -> (Home, Running) {
    let config = demo_data::hospital_of("Riverside", &[demo_data::ALESHA]);
    let portal = Sandbox::start(Config { acts, ..config }).unwrap();
    let home = Home::new();
    home.types(&["init", "--name", "Alesha"]);
    assert_eq!(home.connects(&portal, &["--name", "Riverside"]).code, 0);
    assert_eq!(home.types(&["sync"]).code, 0);
    (home, portal)
}

fn json(said: &Said) -> Value {
    assert_eq!(said.code, 0, "{}", said.err);
    serde_json::from_slice(&said.bytes).expect("one JSON document")
}

fn doctor(home: &Home) -> String {
    let people = json(&home.types(&["message", "recipients", "Riverside", "--json"]));
    people["people"][0]["reference"].as_str().unwrap().to_owned()
}

#[test]
fn a_draft_is_kept_shown_changed_sent_and_never_sent_unasked() {
    let (home, portal) = clinic(Acts::slots());
    let to = doctor(&home);
    let write = ["draft", "write", "Riverside", "Dear doctor", "--to", &to, "--subject", "Fever", "--json"];
    let id = json(&home.types(&write))["id"].as_str().unwrap().to_owned();
    let start: String = id.chars().take(12).collect();
    let start = start.as_str();
    assert_eq!(home.types(&["sync"]).code, 0);
    assert!(portal.created().is_empty(), "a sync sends no draft");
    let listed = home.types(&["draft"]);
    assert!(listed.out.contains("Draft, not sent") && listed.out.contains("Dear doctor"), "{}", listed.out);
    let again =
        ["draft", "write", "Riverside", "Dear", "doctor,", "thank", "you", "--to", &to, "--over", start];
    assert_eq!(home.types(&again).code, 0);
    let shown = home.types(&["draft", "show", start]);
    assert!(shown.out.contains("Dear doctor, thank you"), "{}", shown.out);
    assert_eq!(json(&home.types(&["draft", "list", "--json"])).as_array().unwrap().len(), 1);
    let other = json(&home.types(&["draft", "write", "Riverside", "Never mind", "--json"]));
    assert_eq!(home.types(&["draft", "delete", other["id"].as_str().unwrap()]).code, 0);
    assert_eq!(home.types(&["draft", "show", "ffff"]).code, 8);
    let sent = json(&home.types(&["draft", "send", start, "--json"]));
    assert_eq!((&sent["state"], &sent["words"]), (&"sent".into(), &"Dear doctor, thank you".into()));
    assert_eq!(
        (json(&home.types(&["draft", "--json"])), portal.created().len()),
        (Value::Array(Vec::new()), 1)
    );
}

#[test]
fn h2_a_message_past_the_moment_that_it_speaks_of_is_not_sent_unasked() {
    let (home, portal) = clinic(Acts::slots());
    let to = doctor(&home);
    let send = |until: &str| {
        home.types(&[
            "message",
            "send",
            "Riverside",
            "Tonight?",
            "--to",
            &to,
            "--later",
            "--good-until",
            until,
            "--json",
        ])
    };
    for wrong in ["tomorrow", "2026-13-01", "2026-12", "2026-12-01T09:00"] {
        assert_eq!(send(wrong).code, 2, "{wrong}");
    }
    let past = json(&send("2099-12-01T09:30:00+01:00"));
    assert_eq!(past["state"], "queued");
    assert_eq!(json(&send("2099-12-01"))["state"], "queued");
    assert_eq!(home.types(&["sync"]).code, 0);
    assert_eq!(portal.created().len(), 2);
}

#[test]
fn h2_who_was_too_late_for_a_time_is_shown_the_next_ones() {
    let (home, portal) = clinic(Acts::find_hold_book());
    let found = home.types(&["appointments", "find", "Riverside", "--limit", "3"]);
    assert!(found.out.contains("Take one: `"), "{}", found.out);
    let refused = home.types(&["appointments", "request", "Riverside", "--reason", "Knee pain"]);
    assert_eq!(refused.code, 2, "{}", refused.out);
    assert!(refused.err.contains("shows its free times"), "{}", refused.err);
    portal.set_quirks([Acting::SlotGone.into()]);
    let lost = home.types(&["appointments", "book", "1", "--reason", "Knee pain"]);
    assert!(lost.out.contains("! Failed") && lost.out.contains("Free times at Riverside"), "{}", lost.out);
    let booked = home.types(&["appointments", "book", "1", "--reason", "Knee pain"]);
    assert!(booked.out.contains("Booked"), "{}", booked.out);
    let nobody = home.types(&["appointments", "find", "Riverside", "--service", "astrology"]);
    assert!(nobody.out.contains("no such free time"), "{}", nobody.out);
}
