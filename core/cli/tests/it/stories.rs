use std::process::Stdio;

use serde_json::Value;

use crate::home::{Home, Said, said};

fn json(said: &Said) -> Value {
    assert_eq!(said.code, 0, "{}", said.err);
    serde_json::from_slice(&said.bytes).expect("one JSON document")
}

fn alice() -> Home {
    let home = Home::new();
    let made = home.types(&["init", "--name", "Alice"]);
    assert_eq!(made.code, 0, "{}", made.err);
    home
}

/// The words of the kit, as they stand on the screen.
fn kit(screen: &str) -> Vec<String> {
    let mut words: Vec<(u32, String)> = Vec::new();
    for line in screen.lines() {
        let parts: Vec<&str> = line.split_whitespace().collect();
        for pair in parts.windows(2) {
            if let Some(number) = pair[0].strip_suffix('.').and_then(|number| number.parse().ok()) {
                words.push((number, pair[1].to_owned()));
            }
        }
    }
    words.sort();
    words.into_iter().map(|(_, word)| word).collect()
}

#[test]
fn alice_makes_a_record_and_opens_it_with_passphrase_or_kit() {
    let home = Home::new();
    assert_eq!(home.types(&["status"]).code, 7, "there is none yet");
    let made = home.types(&["init", "--name", "Alice"]);
    assert_eq!(made.code, 0, "{}", made.err);
    assert!(made.out.contains("never shown again"), "{}", made.out);
    let words = kit(&made.out);
    assert_eq!(words.len(), 24, "{}", made.out);

    let again = home.types(&["init"]);
    assert_eq!((again.code, again.out.as_str()), (7, ""));
    assert!(again.err.starts_with("wellkept: There is already a record"), "{}", again.err);
    assert_eq!(home.types(&["init", "--record", "bob"]).code, 0, "another one beside it");

    let status = home.types(&["status"]);
    assert!(status.out.starts_with("Record of Alice\n"), "{}", status.out);
    assert!(status.out.contains("No portal is connected yet"), "{}", status.out);

    let wrong = home.with("wrong", &["status"]);
    assert_eq!((wrong.code, wrong.out.as_str()), (3, ""));
    assert!(wrong.err.contains("Nothing was changed") && wrong.err.contains("--kit-file"), "{}", wrong.err);

    home.file("kit", &words.join("\n"));
    let by_kit = home.bare(&["status", "--kit-file"]).arg(home.path("kit")).output().unwrap();
    assert_eq!(said(by_kit).code, 0);
    home.file("kit", &words[1..].join(" "));
    let short = home.bare(&["status", "--kit-file"]).arg(home.path("kit")).output().unwrap();
    assert_eq!(said(short).code, 3);
}

#[test]
fn too_many_wrong_tries_have_to_wait_even_with_the_right_words() {
    let home = alice();
    for _ in 0..5 {
        assert!(home.with("wrong", &["status"]).err.contains("does not open"));
    }
    let waits = home.types(&["status"]);
    assert_eq!(waits.code, 3);
    assert!(waits.err.contains("Try again in"), "{}", waits.err);
}

#[test]
fn alice_writes_changes_finds_and_removes_a_note() {
    let home = alice();
    let noted = home.types(&["note", "Ask", "about", "iron"]);
    assert_eq!(noted.code, 0, "{}", noted.err);
    let id = noted.out.trim().trim_start_matches("Noted, as ").trim_end_matches('.').to_owned();
    assert!(home.types(&["note"]).out.contains("Ask about iron"));
    let notes = json(&home.types(&["note", "--json"]));
    assert_eq!(notes[0]["versions"][0]["text"], "Ask about iron");
    assert!(notes[0]["id"].as_str().unwrap().starts_with(&id));

    assert_eq!(home.types(&["note", "--edit", &id, "Ask about ferritin"]).code, 0);
    let found = home.types(&["search", "ferritin"]);
    assert!(found.out.contains("Ask about [ferritin]") && !found.out.contains("iron\n"), "{}", found.out);

    assert_eq!(home.types(&["note", "--delete", &id]).code, 0);
    assert!(!home.types(&["note"]).out.contains("ferritin"));
    assert_eq!(home.types(&["note", "--delete", &id]).code, 8, "it is not there any more");
    assert_eq!(json(&home.types(&["search", "ferritin", "--json"])), Value::Array(Vec::new()));
}

#[test]
fn passphrase_and_note_may_both_come_from_standard_input() {
    let home = alice();
    let input = "several words of alice\nfirst line\nsecond \u{202e}line\n";
    let noted = home.pipes(input, &["--passphrase-file", "-", "note", "-"]);
    assert_eq!(noted.code, 0, "{}", noted.err);
    let listed = home.types(&["note"]);
    assert!(
        listed.out.contains("first line\n") && listed.out.contains("second \u{fffd}line"),
        "{}",
        listed.out
    );
    let notes = home.types(&["note", "--json"]);
    assert!(!notes.out.contains('\u{202e}'), "inert in JSON too");
    assert_eq!(json(&notes)[0]["versions"][0]["text"], "first line\nsecond \u{fffd}line", "its lines stay");
}

#[test]
fn nobody_to_ask_is_a_mistake_in_what_was_typed() {
    let home = alice();
    let asked = said(home.bare(&["status"]).output().unwrap());
    assert_eq!(asked.code, 2);
    assert!(asked.err.contains("--passphrase-file"), "{}", asked.err);
    home.file("empty", "\n");
    assert_eq!(home.with("empty", &["--record", "new", "init"]).code, 2, "an empty passphrase");
    assert_eq!(home.with("missing", &["status"]).code, 1, "a file that is not there");
    assert_eq!(home.types(&["results", "--since", "soon"]).code, 2);
    assert_eq!(home.types(&["--record", "../x", "status"]).code, 2);
}

#[test]
fn every_list_of_an_empty_record_says_where_to_begin_and_never_none() {
    let home = alice();
    for list in ["results", "medications", "allergies", "conditions", "immunizations", "profile", "timeline"]
    {
        let shown = home.types(&[list]);
        assert_eq!(shown.code, 0, "{list}: {}", shown.err);
        assert!(shown.out.contains("No portal is connected yet"), "{list}: {}", shown.out);
        let screen = json(&home.types(&[list, "--json"]));
        assert_eq!((&screen["groups"], &screen["rests_on"]), (&Value::Array(vec![]), &Value::Array(vec![])));
    }
    assert!(home.types(&["sync"]).out.contains("No portal is connected yet"));
}

#[test]
fn what_is_not_there_is_said_and_nothing_else_is_written() {
    let home = alice();
    for words in [
        &["show", "Observation/1"] as &[&str],
        &["show", "Observation/1", "--raw"],
        &["disconnect", "Riverside"],
    ] {
        let missing = home.types(words);
        assert_eq!((missing.code, missing.out.as_str()), (8, ""), "{words:?}");
        assert!(missing.err.starts_with("wellkept: Nothing found"), "{}", missing.err);
    }
    assert_eq!(home.types(&["results", "--portal", "Riverside"]).code, 8);
}

#[test]
fn a_portal_that_is_not_there_is_offline_and_one_that_is_none_is_a_mistake() {
    let home = alice();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/fhir", listener.local_addr().unwrap());
    drop(listener);
    let gone = home.types(&["connect", &address]);
    assert_eq!(gone.code, 4, "{}", gone.err);
    assert!(gone.err.contains("could not be reached"), "{}", gone.err);
    for wrong in ["http://riverside.example/fhir", "file:///tmp"] {
        assert_eq!(home.types(&["connect", wrong]).code, 2, "{wrong}");
    }
    let by_name = home.types(&["connect", "riverside"]);
    assert_eq!(by_name.code, 8, "a name is looked for in the list of portals");
    assert!(by_name.err.contains("wellkept portals import FILE"), "{}", by_name.err);
}

#[test]
fn a_record_in_use_is_said_to_be() {
    let home = alice();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/fhir", listener.local_addr().unwrap());
    let mut connecting = home.bare(&["connect", &address, "--passphrase-file"]);
    let mut connecting =
        connecting.arg(home.path("right")).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    // It holds the record from before its first request on.
    let _request = listener.accept().unwrap();
    let second = home.types(&["status"]);
    connecting.kill().unwrap();
    connecting.wait().unwrap();
    assert_eq!(second.code, 7, "{}", second.err);
    assert!(second.err.contains("in use"), "{}", second.err);
    assert_eq!(home.types(&["status"]).code, 0, "once the other one is gone");
}

#[test]
fn verify_gives_one_digest_and_finds_a_damaged_file() {
    let home = alice();
    home.types(&["note", "Ask about iron"]);
    let sound = home.types(&["verify"]);
    assert_eq!(sound.code, 0, "{}", sound.err);
    assert!(sound.out.starts_with("The record is sound."), "{}", sound.out);
    let digest = json(&home.types(&["verify", "--json"]))["digest"].as_str().unwrap().to_owned();
    assert!(sound.out.contains(&digest));
    assert_eq!(home.types(&["rebuild"]).code, 0);
    assert!(home.types(&["verify"]).out.contains(&digest), "a rebuild changes nothing");

    let file = home.path("records/me/record.db");
    let mut bytes = std::fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&file, bytes).unwrap();
    assert_eq!(home.types(&["verify"]).code, 6);
}

#[test]
fn a_reader_who_leaves_early_is_no_failure() {
    let home = Home::new();
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let ended = home.bare(&["completions", "bash"]).stdout(writer).output().unwrap();
    let ended = said(ended);
    assert_eq!((ended.code, ended.err.as_str()), (0, ""));
}

#[test]
fn completions_know_the_commands() {
    let home = Home::new();
    for shell in ["bash", "zsh", "fish"] {
        let script = said(home.bare(&["completions", shell]).output().unwrap());
        assert!(script.code == 0 && script.out.contains("immunizations"), "{shell}");
    }
}

#[test]
fn files_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let home = alice();
    let mode = |path: &str| std::fs::metadata(home.path(path)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("records/me"), 0o700);
    assert_eq!(mode("records/me/record.db"), 0o600);
    assert_eq!(mode("records/me/keychain"), 0o700);
}

/// The demo is a story of its own: it stops at the first command that does not end as it should.
#[cfg(feature = "demo")]
#[test]
fn the_demo_runs_from_beginning_to_end_and_its_record_stays() {
    let home = Home::new();
    let demo = said(home.bare(&["demo"]).env("TMPDIR", home.path("")).output().unwrap());
    assert_eq!(demo.code, 0, "{}\n{}", demo.out, demo.err);
    for shown in [
        "!! CRITICAL",
        "! outside",
        "inside (Normal)",
        "not flagged",
        "~ changed: was",
        "x withdrawn",
        "The record is sound.",
        "No longer returned by Riverside Hospital",
        "(exit code 4)",
    ] {
        assert!(demo.out.contains(shown), "{shown} in\n{}", demo.out);
    }
    let next = demo
        .out
        .lines()
        .find_map(|line| line.trim().strip_prefix("export WELLKEPT_HOME="))
        .unwrap()
        .to_owned();
    let passphrase = std::path::Path::new(&next).join("passphrase");
    let types = |words: &[&str]| {
        let mut command = home.bare(&[]);
        said(
            command
                .args(words)
                .arg("--home")
                .arg(&next)
                .arg("--passphrase-file")
                .arg(&passphrase)
                .output()
                .unwrap(),
        )
    };
    let timeline = json(&types(&["timeline", "--json"]));
    let lines: usize = timeline["groups"]
        .as_array()
        .unwrap()
        .iter()
        .map(|group| group["lines"].as_array().unwrap().len())
        .sum();
    assert!(lines > 900, "all windows are joined: {lines}");

    let raw = types(&["show", "Observation/lab-1-potassium", "--raw"]);
    assert!(raw.bytes.starts_with(b"{") && raw.bytes.ends_with(b"}"), "the very bytes and nothing else");
    let resource: Value = serde_json::from_slice(&raw.bytes).unwrap();
    assert_eq!((&resource["id"], raw.code), (&Value::from("lab-1-potassium"), 0));
    let unread = |title: &str| types(&["timeline", "--unread", "--code", title]).out.contains("[new]");
    assert!(unread("Sodium [Moles"), "raw bytes and lists leave it new");
    types(&["show", "Observation/lab-1-sodium", "--json"]);
    assert!(unread("Sodium [Moles"), "so does JSON");
    let shown = types(&["show", "Observation/lab-1-sodium"]);
    assert!(shown.code == 0 && shown.out.contains("139 mmol/L   not flagged"), "{}", shown.out);
    assert!(!unread("Sodium [Moles"), "to look at it is to read it");
}
