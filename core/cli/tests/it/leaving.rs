//! Leaving: export, import, erase, as a person types them.

use std::process::Stdio;

use crate::home::{Home, said};

fn alice() -> Home {
    let home = Home::new();
    assert_eq!(home.types(&["init", "--name", "Alice"]).code, 0);
    assert_eq!(home.types(&["note", "Ask", "about", "iron"]).code, 0);
    home
}

#[test]
fn c10_alice_exports_everything_and_makes_another_record_of_it() {
    let home = alice();
    let folder = home.path("leaving");
    let folder = folder.to_str().unwrap();
    let exported = home.types(&["export", folder]);
    assert_eq!(exported.code, 0, "{}", exported.err);
    for words in ["NOT encrypted", "1 note", "wellkept --record NAME import", "index.html"] {
        assert!(exported.out.contains(words), "{words}: {}", exported.out);
    }
    let again = home.types(&["export", folder]);
    assert_eq!((again.code, again.out.as_str()), (2, ""));
    assert!(again.err.contains("is not empty"), "{}", again.err);

    let none = home.types(&["--record", "new", "import", folder]);
    assert_eq!(none.code, 2, "{}", none.err);
    assert!(
        none.err.contains("wellkept --record new init") && none.err.contains("--record new import"),
        "{}",
        none.err
    );
    assert_eq!(home.types(&["--record", "new", "init", "--name", "Alice again"]).code, 0);
    let imported = home.types(&["--record", "new", "import", folder]);
    assert_eq!(imported.code, 0, "{}", imported.err);
    assert!(imported.out.contains("has the digest that the export names"), "{}", imported.out);
    assert!(home.types(&["--record", "new", "note"]).out.contains("Ask about iron"));
    let digest = |record: &str| home.types(&["--record", record, "verify", "--json"]).out;
    let of = |said: String| said.lines().find(|line| line.contains("\"digest\"")).unwrap().to_owned();
    assert_eq!(of(digest("new")), of(digest("me")));

    let full = home.types(&["import", folder]);
    assert_eq!(full.code, 2, "{}", full.err);
    assert!(
        full.err.contains("not new and empty") && full.err.contains("wellkept --record imported init"),
        "{}",
        full.err
    );
    std::fs::write(home.path("leaving/README.txt"), "changed").unwrap();
    assert_eq!(home.types(&["--record", "third", "init"]).code, 0);
    let changed = home.types(&["--record", "third", "import", folder]);
    assert_eq!(changed.code, 6, "{}", changed.err);
    assert!(
        changed.err.contains("README.txt is not as it was") && changed.err.contains("Nothing was written"),
        "{}",
        changed.err
    );
}

#[test]
fn c10_alice_erases_her_record_by_its_name_and_nothing_is_left() {
    let home = alice();
    let unasked = home.types(&["erase"]);
    assert_eq!(unasked.code, 2, "nobody can be asked: {}", unasked.err);
    let other = home.types(&["erase", "--yes", "yes"]);
    assert_eq!(other.code, 2);
    assert!(other.err.contains("That is not the record's name, which is me"), "{}", other.err);
    assert!(home.types(&["note"]).out.contains("Ask about iron"), "nothing was erased");
    let wrong = home.with("wrong", &["erase", "--yes", "me"]);
    assert_eq!(wrong.code, 3, "portals cannot be told without the passphrase");
    assert!(wrong.err.contains("--keep-access"), "{}", wrong.err);

    let erased = home.types(&["erase", "--yes", "me"]);
    assert_eq!(erased.code, 0, "{}", erased.err);
    assert!(
        erased.out.contains("gone for good") && erased.out.contains("and the record's folder"),
        "{}",
        erased.out
    );
    assert!(!home.path("records/me").exists());
    assert_eq!(home.types(&["note"]).code, 7);
    assert_eq!(home.types(&["erase", "--yes", "me"]).code, 7, "there is nothing any more");
    assert_eq!(home.types(&["init"]).code, 0, "a new one can be made");
}

#[test]
fn a_lost_passphrase_is_no_reason_to_keep_a_record_and_a_stranger_s_file_is_left() {
    let home = alice();
    std::fs::write(home.path("records/me/letter.txt"), "mine").unwrap();
    let mut command = home.bare(&["erase", "--yes", "me", "--keep-access"]);
    let erased = said(command.stdin(Stdio::null()).output().unwrap());
    assert_eq!(erased.code, 0, "{}", erased.err);
    assert!(erased.out.contains("holds something else"), "{}", erased.out);
    let left: Vec<_> =
        std::fs::read_dir(home.path("records/me")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["letter.txt"]);
}
