//! Covering what is on one's own screens, and removing what had been recorded by mistake.

use sandbox::{Sandbox, messy};

use crate::home::Home;

#[test]
fn h18_alice_covers_reveals_once_and_reveals_for_good() {
    let portal = Sandbox::start(messy::hospital(1).unwrap()).unwrap();
    let home = Home::new();
    home.types(&["init", "--name", "Maren"]);
    assert_eq!(home.connects(&portal, &["--name", "Riverbend"]).code, 0);
    assert_eq!(home.types(&["sync"]).code, 0);
    let test = "Observation/label-hiv";
    assert!(home.types(&["results"]).out.contains("Nonreactive"));

    let hidden = home.types(&["hide", "--category", "hiv"]);
    assert_eq!(hidden.code, 0, "{}", hidden.err);
    assert!(hidden.out.contains("withhold"), "the two are kept apart: {}", hidden.out);
    for words in [
        &["results"] as &[&str],
        &["results", "--json"],
        &["timeline"],
        &["show", test],
        &["show", test, "--json"],
    ] {
        let said = home.types(words);
        assert_eq!(said.code, 0, "{words:?} {}", said.err);
        assert!(
            said.out.contains("Covered: HIV") && !said.out.contains("Nonreactive"),
            "{words:?}: {}",
            said.out
        );
    }
    let found = home.types(&["search", "Nonreactive"]).out;
    assert!(found.contains("What you covered is not searched") && !found.contains("label-hiv"), "{found}");
    let raw = home.types(&["show", test, "--raw"]);
    assert_eq!((raw.code, raw.out.as_str()), (2, ""));
    assert!(raw.err.contains("--reveal"), "{}", raw.err);
    let listed = home.types(&["hidden"]).out;
    assert!(listed.contains("wellkept reveal --category hiv") && !listed.contains("Nonreactive"), "{listed}");

    for words in [
        &["results", "--reveal"] as &[&str],
        &["show", test, "--reveal"],
        &["show", test, "--raw", "--reveal"],
        &["search", "Nonreactive", "--reveal"],
    ] {
        assert!(home.types(words).out.contains("Nonreactive"), "{words:?}");
    }
    let unread = home.types(&["results", "--unread", "--reveal"]).out;
    assert!(unread.contains("Nonreactive"), "seeing it once took nothing as read");
    assert_eq!(home.types(&["reveal", test]).code, 2, "the category covers it");
    assert_eq!(home.types(&["reveal", "--category", "hiv"]).code, 0);
    assert!(home.types(&["results"]).out.contains("Nonreactive"));
    assert!(home.types(&["hidden"]).out.contains("You cover nothing"));
}

#[test]
fn h19_alice_removes_what_was_recorded_by_mistake_and_nothing_else() {
    let portal = Sandbox::start(messy::hospital(1).unwrap()).unwrap();
    let home = Home::new();
    home.types(&["init", "--name", "Maren"]);
    assert_eq!(home.connects(&portal, &["--name", "Riverbend"]).code, 0);
    assert_eq!(home.types(&["sync"]).code, 0);
    let refused = home.types(&["purge", "Observation/flag-n", "--yes"]);
    assert_eq!(refused.code, 2);
    assert!(refused.err.contains("withdrew as recorded by mistake"), "{}", refused.err);

    let mistake = "Observation/status-in-error";
    let unasked = home.types(&["purge", mistake]);
    assert_eq!(unasked.code, 2, "nobody is there to be asked: {}", unasked.out);
    assert_eq!(home.types(&["show", mistake, "--raw"]).code, 0, "and it is still here");
    assert_eq!(home.types(&["purge", mistake, "--yes"]).code, 0);
    assert_eq!(home.types(&["show", mistake, "--raw"]).code, 8);
    assert!(
        home.types(&["show", mistake]).out.contains("removed at your wish; it had been recorded by mistake")
    );
    assert_eq!(home.types(&["sync", "--full"]).code, 0);
    assert_eq!(home.types(&["show", mistake, "--raw"]).code, 8);
    let verified = home.types(&["verify"]);
    assert_eq!(verified.code, 0, "{}", verified.out);
    assert!(verified.out.contains("1 content was removed at your wish"), "{}", verified.out);
}
