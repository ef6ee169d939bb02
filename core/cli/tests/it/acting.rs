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
fn h2_the_moment_that_a_message_speaks_of_is_typed_as_a_day_or_with_its_zone() {
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

/// The state of an act after these words.
fn state(home: &Home, words: &[&str]) -> (String, Value) {
    let said = json(&home.types(&[words, &["--json"]].concat()));
    (said["state"].as_str().unwrap_or_default().to_owned(), said)
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_default().to_owned()
}

#[test]
fn every_act_is_typed_and_goes_out_once() {
    let (home, portal) = clinic(Acts::slots());
    let to = doctor(&home);
    assert_eq!(home.types(&["appointments", "find", "Riverside", "--limit", "5"]).code, 0);
    let (booked, item) = state(&home, &["appointments", "book", "1", "--reason", "Knee pain"]);
    let appointment = text(&item, "became");
    let (moved, item) = state(&home, &["appointments", "reschedule", &appointment, "2"]);
    assert_eq!((booked.as_str(), moved.as_str()), ("booked", "booked"));
    assert_eq!(text(&item, "became"), appointment);
    let file = home.types(&["appointments", "export", &appointment]);
    assert!(file.bytes.starts_with(b"BEGIN:VCALENDAR"), "{}", file.err);
    let (cancelled, _) = state(&home, &["appointments", "cancel", &appointment, "--reason", "It is better"]);
    let (refill, _) = state(&home, &["refill", "MedicationRequest/refillable-1", "--note", "Two boxes"]);
    let results = json(&home.types(&["results", "--json"]));
    let result = text(&results["groups"][0]["lines"][0], "reference");
    let (correction, item) = state(&home, &["correct", &result, "This is not mine", "--to", &to]);
    assert_eq!(item["about"], serde_json::json!([result]));
    assert_eq!((cancelled.as_str(), refill.as_str(), correction.as_str()), ("cancelled", "sent", "sent"));
    let (sent, item) = state(&home, &["message", "send", "Riverside", "May I fly?", "--to", &to]);
    let (reply, _) = state(&home, &["message", "reply", &text(&item, "became"), "And swim?"]);
    assert_eq!((sent.as_str(), reply.as_str()), ("sent", "sent"));
    assert_eq!(portal.created().len(), 5, "a booking, a refill, a correction and two messages");
}

#[test]
fn what_waits_is_changed_taken_back_sent_again_or_said_to_be_done() {
    let (home, portal) = clinic(Acts::slots());
    let to = doctor(&home);
    let later = |words: &str| {
        text(&state(&home, &["message", "send", "Riverside", words, "--to", &to, "--later"]).1, "id")
    };
    let (wrong, never, called) = (later("Wrong wrods"), later("Never mind"), later("I have called"));
    let (_, right) = state(&home, &["outbox", "edit", &wrong, "Right", "words"]);
    assert_eq!(text(&right, "words"), "Right words");
    assert_eq!(home.types(&["outbox", "delete", &never]).code, 0);
    for gone in [&wrong, &never] {
        assert_eq!(home.types(&["outbox", "show", gone]).code, 8, "it waits no longer");
    }
    assert_eq!(home.types(&["outbox", "done", &called]).code, 0);
    assert_eq!(state(&home, &["outbox", "show", &called]).0, "done-by-hand");
    portal.set_quirks([Acting::MessageLimit(5).into()]);
    assert_eq!(home.types(&["outbox", "send"]).code, 0);
    let (refused, _) = state(&home, &["outbox", "show", &text(&right, "id")]);
    portal.set_quirks([]);
    assert_eq!((refused.as_str(), portal.created().len()), ("failed", 0));
    assert_eq!(home.types(&["outbox", "retry", &text(&right, "id")]).code, 0);
    assert_eq!(home.types(&["sync"]).code, 0);
    assert_eq!(
        (state(&home, &["outbox", "show", &text(&right, "id")]).0.as_str(), portal.created().len()),
        ("sent", 1)
    );
    assert_eq!(
        home.types(&["outbox", "delete", &text(&right, "id")]).code,
        2,
        "what was sent is not taken back"
    );
}
