//! Files of entries: read in the terminal, and saved where the person says.

use std::os::unix::fs::PermissionsExt;

use sandbox::{Config, Sandbox};
use serde_json::{Value, json};

use crate::home::Home;

fn base64(bytes: &[u8]) -> String {
    data_encoding::BASE64.encode(bytes)
}

/// A note with a file in it, a small one, a large one, a picture, and one at another host.
fn hospital(large: &[u8]) -> Config {
    let file = |id: &str, content_type: &str, bytes: &[u8]| {
        json!({ "resourceType": "Binary", "id": id, "contentType": content_type,
            "securityContext": { "reference": "Patient/p" }, "data": base64(bytes) })
    };
    let at = |id: &str, content_type: &str| json!({ "attachment": { "contentType": content_type, "url": format!("Binary/{id}"), "title": id } });
    let inline = json!({ "attachment": { "contentType": "text/html", "title": "../../evil\u{1b}[2J.html",
        "data": base64("<p>Keep taking \u{1b}]0;x the \u{202e}tablets</p><script>alert(1)</script>".as_bytes()) } });
    let elsewhere = json!({ "attachment": { "contentType": "application/pdf", "url": "https://files.other-host.example/n.pdf" } });
    let note = json!({
        "resourceType": "DocumentReference", "id": "note", "status": "current", "type": { "text": "Visit note" },
        "subject": { "reference": "Patient/p" }, "content": [
            inline, at("small", "text/plain"), at("large", "text/plain"), at("picture", "image/png"), elsewhere,
        ],
    });
    let resources = [
        json!({ "resourceType": "Patient", "id": "p", "birthDate": "1961-05-14", "name": [{ "family": "Ames" }] }),
        note,
        file("small", "text/plain", b"The heron stands in the reeds.\n"),
        file("large", "text/plain", large),
        file("picture", "image/png", b"\x89PNG\r\n\x1a\n and more"),
    ];
    let entries: Vec<Value> = resources.into_iter().map(|resource| json!({ "resource": resource })).collect();
    let bundle = json!({ "resourceType": "Bundle", "type": "collection", "entry": entries });
    Config { patients: vec![bundle.to_string().into_bytes().into()], ..Config::default() }
}

#[test]
fn alice_reads_and_saves_the_files_of_a_note_and_hears_which_are_not_here() {
    let large: Vec<u8> = b"a long letter about the river\n".iter().copied().cycle().take(2 << 20).collect();
    let portal = Sandbox::start(hospital(&large)).unwrap();
    let home = Home::new();
    home.types(&["init", "--name", "Alice"]);
    assert_eq!(home.connects(&portal, &["--name", "Riverside"]).code, 0);
    let synced = home.types(&["sync"]);
    assert!(synced.out.contains("Files: 2 files fetched"), "{}", synced.out);

    let shown = home.types(&["show", "DocumentReference/note"]).out;
    for said in
        ["in the entry itself", "on this device", "fetched when you open it", "files.other-host.example"]
    {
        assert!(shown.contains(said), "{said} in {shown}");
    }
    assert!(shown.contains("`wellkept documents open DocumentReference/note N`"), "{shown}");
    let read = home.types(&["documents", "open", "DocumentReference/note"]);
    assert_eq!(read.code, 0, "{}", read.err);
    assert!(read.out.contains("Keep taking") && read.out.contains("tablets"), "{}", read.out);
    assert!(!read.out.contains("alert") && !read.out.contains(['\u{1b}', '\u{202e}']), "{}", read.out);
    assert!(
        home.types(&["documents", "open", "DocumentReference/note", "2"]).out.contains("The heron stands")
    );
    let told = home.types(&["documents", "open", "DocumentReference/note", "2", "--json"]);
    let told: Value = serde_json::from_slice(&told.bytes).unwrap();
    assert_eq!((&told["kind"], &told["text"]), (&json!("txt"), &json!("The heron stands in the reeds.")));
    let picture = home.types(&["documents", "open", "DocumentReference/note", "4"]).out;
    assert!(
        picture.contains("(png)") && picture.contains("documents save DocumentReference/note 4 --to FILE"),
        "{picture}"
    );
    let elsewhere = home.types(&["documents", "open", "DocumentReference/note", "5"]);
    assert_eq!(elsewhere.code, 5, "{}", elsewhere.err);
    assert_eq!(home.types(&["documents", "open", "DocumentReference/note", "6"]).code, 2);
    let found = home.types(&["search", "heron"]).out;
    assert!(found.contains("in the file small") && found.contains("[heron]"), "{found}");

    let save = |n: &str, to: &str| {
        let to = home.path(to);
        home.types(&["documents", "save", "DocumentReference/note", n, "--to", to.to_str().unwrap()])
    };
    let saved = save("3", "letter.txt");
    assert_eq!(saved.code, 0, "{}", saved.err);
    assert!(saved.out.contains("no longer encrypted"), "{}", saved.out);
    assert_eq!(std::fs::read(home.path("letter.txt")).unwrap(), large);
    let mode = std::fs::metadata(home.path("letter.txt")).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, 0o600);
    let again = save("2", "letter.txt");
    assert_eq!(again.code, 2);
    assert!(again.err.contains("nothing was written"), "{}", again.err);
    assert_eq!(std::fs::read(home.path("letter.txt")).unwrap(), large);
    assert!(save("1", "page.html").out.contains("may run programs"));
    assert_eq!(save("2", "no/such/folder").code, 1);
}

#[test]
fn a_file_that_is_not_on_the_device_asks_to_connect_and_the_rest_is_read_offline() {
    let portal = Sandbox::start(hospital(&vec![b'x'; 2 << 20])).unwrap();
    let home = Home::new();
    home.types(&["init", "--name", "Alice"]);
    assert_eq!(home.connects(&portal, &["--name", "Riverside"]).code, 0);
    home.types(&["sync"]);
    portal.stop();
    let away = home.types(&["documents", "open", "DocumentReference/note", "3"]);
    assert_eq!(away.code, 4, "{}", away.err);
    assert!(away.err.contains("not on this device yet: connect and try again"), "{}", away.err);
    assert!(away.err.contains("Fetching the file"), "{}", away.err);
    assert!(
        home.types(&["documents", "open", "DocumentReference/note", "2"]).out.contains("The heron stands")
    );
    let to = home.path("letter.txt");
    let save = ["documents", "save", "DocumentReference/note", "3", "--to", to.to_str().unwrap()];
    assert_eq!(home.types(&save).code, 4);
    assert!(!to.exists(), "nothing half is left");
}
