//! A damaged record, and an older copy of one, as a person meets them in the terminal.

use std::fs;

use crate::home::Home;

/// Without the ends of lines.
fn unwrapped(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn alice() -> Home {
    let home = Home::new();
    assert_eq!(home.types(&["init", "--name", "Alice"]).code, 0);
    assert_eq!(home.types(&["note", "Ask", "about", "iron"]).code, 0);
    home
}

#[test]
fn c2_alice_salvages_a_damaged_record_and_the_damaged_file_stays() {
    let home = alice();
    let none = home.types(&["--record", "none", "salvage"]);
    assert_eq!(none.code, 7, "{}", none.err);
    let file = home.path("records/me/record.db");
    let whole = fs::read(&file).unwrap();
    let needless = home.types(&["salvage"]);
    assert_eq!(needless.code, 0, "{}", needless.err);
    assert!(needless.out.contains("nothing to salvage"), "{}", needless.out);

    let mut damaged = whole.clone();
    damaged[..4096].fill(0);
    fs::write(&file, &damaged).unwrap();
    let refused = home.types(&["note"]);
    assert_eq!(refused.code, 6);
    assert!(refused.err.contains("damaged") && refused.err.contains("`wellkept salvage`"), "{}", refused.err);
    let wrong = home.with("wrong", &["salvage"]);
    assert_eq!(wrong.code, 3, "{}", wrong.err);
    assert_eq!(fs::read(&file).unwrap(), damaged, "nothing was touched");

    let salvaged = home.types(&["salvage"]);
    assert_eq!(salvaged.code, 0, "{}{}", salvaged.out, salvaged.err);
    for words in [
        "1 text that people wrote",
        "Lost: nothing that is known of",
        "record.db.damaged-1",
        "wellkept sync --full",
    ] {
        assert!(unwrapped(&salvaged.out).contains(words), "{words}: {}", salvaged.out);
    }
    assert!(
        salvaged.err.contains("looking ...") && salvaged.err.contains("statements ..."),
        "{}",
        salvaged.err
    );
    assert_eq!(fs::read(home.path("records/me/record.db.damaged-1")).unwrap(), damaged);
    assert!(home.types(&["note"]).out.contains("Ask about iron"));
    assert_eq!(home.types(&["note", "and", "more"]).code, 0);
    assert_eq!(home.types(&["verify"]).code, 0);

    fs::write(&file, vec![9; whole.len()]).unwrap();
    let nothing = home.types(&["salvage", "--json"]);
    assert_eq!((nothing.code, nothing.out.as_str()), (6, ""));
    assert!(
        nothing.err.contains("nothing of it can be read") && nothing.err.contains("import an export"),
        "{}",
        nothing.err
    );
    assert_eq!(fs::read(&file).unwrap(), vec![9; whole.len()]);
}

#[test]
fn c2_alice_goes_on_from_an_older_copy_by_what_the_error_tells_her() {
    let home = alice();
    let file = home.path("records/me/record.db");
    let older = fs::read(&file).unwrap();
    assert_eq!(home.types(&["note", "later"]).code, 0);
    fs::write(&file, older).unwrap();
    let refused = home.types(&["note", "more"]);
    assert_eq!(refused.code, 6, "{}", refused.err);
    for words in [
        "older copy",
        "wellkept export DIR",
        "wellkept --record NAME init",
        "wellkept --record NAME import DIR",
    ] {
        assert!(refused.err.contains(words), "{words}: {}", refused.err);
    }
    let folder = home.path("leaving");
    let folder = folder.to_str().unwrap();
    assert_eq!(home.types(&["export", folder]).code, 0);
    assert_eq!(home.types(&["--record", "new", "init"]).code, 0);
    assert_eq!(home.types(&["--record", "new", "import", folder]).code, 0);
    assert_eq!(home.types(&["--record", "new", "note", "more"]).code, 0);
    let notes = home.types(&["--record", "new", "note"]).out;
    assert!(
        notes.contains("Ask about iron") && notes.contains("more") && !notes.contains("later"),
        "{notes}"
    );
    assert_eq!(home.types(&["--record", "new", "verify"]).code, 0);
    let unsalvageable = home.types(&["salvage"]);
    assert!(
        unsalvageable.out.contains("nothing to salvage"),
        "an older copy is whole: {}",
        unsalvageable.out
    );
}
