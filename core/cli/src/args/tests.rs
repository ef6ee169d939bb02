use clap::CommandFactory;

use super::*;

fn parsed(words: &str) -> Result<Arguments, String> {
    let line = std::iter::once("wellkept").chain(words.split_whitespace());
    Arguments::try_parse_from(line).map_err(|error| error.to_string())
}

fn list(words: &str) -> List {
    match parsed(words).unwrap().command {
        Command::Results(list) => list,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_command_line_holds_together() {
    Arguments::command().debug_assert();
}

#[test]
fn help_lists_every_exit_code() {
    let help = Arguments::command().render_long_help().to_string();
    for code in (0..=8).chain([130]) {
        assert!(
            help.lines().any(|line| line.trim_start().starts_with(&format!("{code}  "))),
            "{code} in {help}"
        );
    }
}

#[test]
fn a_day_a_month_or_a_year_is_a_date_and_nothing_else_is() {
    let at = |date: &str| list(&format!("results --since {date}")).since;
    assert_eq!(at("2026-11-22"), Some(1_795_305_600));
    assert_eq!(at("2026-11"), Some(1_793_491_200));
    assert_eq!(at("2026"), Some(1_767_225_600));
    for wrong in
        ["26", "2026-13", "2026-02-30", "2026-1-1", "yesterday", "2026-11-22-01", "2026-11-22T00:00", "+026"]
    {
        assert!(parsed(&format!("results --since {wrong}")).is_err(), "{wrong}");
    }
}

#[test]
fn a_record_name_cannot_lead_out_of_the_folder() {
    assert_eq!(parsed("--record mother-2 status").unwrap().global.record, "mother-2");
    for wrong in ["../me", "a/b", ".", "Mother", "", "-x", "a b"] {
        let line = ["wellkept", "status", &format!("--record={wrong}")].map(str::to_owned);
        assert!(Arguments::try_parse_from(line).is_err(), "{wrong}");
    }
}

#[test]
fn what_contradicts_itself_is_refused() {
    for wrong in [
        "show Observation/1 --raw --history",
        "note --delete abcd words",
        "note --edit abcd",
        "read",
        "read --all Observation/1",
        "status --passphrase-file a --kit-file b",
        "results --limit 0",
        "search",
    ] {
        assert!(parsed(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn options_may_stand_before_and_after_the_command() {
    for words in ["--json --record bob results --abnormal", "results --abnormal --record bob --json"] {
        let arguments = parsed(words).unwrap();
        assert!(arguments.global.json && arguments.global.record == "bob");
        assert!(matches!(arguments.command, Command::Results(list) if list.abnormal));
    }
}

#[test]
fn documents_are_listed_and_one_of_their_files_is_opened_or_saved() {
    let documents = |words: &str| match parsed(words).map(|arguments| arguments.command) {
        Ok(Command::Documents(documents)) => documents,
        other => panic!("{other:?}"),
    };
    assert!(documents("documents --unread --limit 3").file.is_none());
    let Some(FileCommand::Open(file)) = documents("documents open DocumentReference/1 2 --reveal").file
    else {
        panic!()
    };
    assert_eq!((file.reference.as_str(), file.n, file.reveal), ("DocumentReference/1", Some(2), true));
    let Some(FileCommand::Save { file, to }) = documents("documents save 1a2b --to note.pdf").file else {
        panic!()
    };
    assert_eq!((file.n, to), (None, PathBuf::from("note.pdf")));
    for wrong in
        ["documents save 1a2b", "documents open", "documents --limit 3 open 1a2b", "documents open 1a2b two"]
    {
        assert!(parsed(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn h18_what_is_covered_or_revealed_is_named() {
    let Command::Hide(what) =
        parsed("hide Observation/1 1a2b --category hiv --section visits").unwrap().command
    else {
        panic!()
    };
    assert_eq!((what.references.len(), what.categories.len(), what.sections.len()), (2, 1, 1));
    assert!(matches!(parsed("reveal --all").unwrap().command, Command::Reveal { all: true, .. }));
    assert!(list("results --reveal").reveal && !list("results").reveal);
    for wrong in
        ["reveal --all Observation/1", "reveal --all --category hiv", "purge", "hidden Observation/1"]
    {
        assert!(parsed(wrong).is_err(), "{wrong}");
    }
    let help = |name: &str| {
        let mut all = Arguments::command();
        let found = all.find_subcommand_mut(name).unwrap();
        found.render_long_help().to_string().split_whitespace().collect::<Vec<_>>().join(" ")
    };
    assert!(help("hide").contains("your own screens") && help("hide").contains("withhold"));
}

#[test]
fn h16_what_is_withheld_or_shared_is_named() {
    let Command::Withhold(what) = parsed("withhold Observation/1 1a2b").unwrap().command else { panic!() };
    assert_eq!((what.references.len(), what.category, what.screening), (2, None, false));
    let Command::Share(what) = parsed("share --category hiv").unwrap().command else { panic!() };
    assert_eq!(what.category.as_deref(), Some("hiv"));
    assert!(matches!(parsed("share --screening").unwrap().command, Command::Share(what) if what.screening));
    for wrong in [
        "withhold",
        "share",
        "share --screening Observation/1",
        "share --category hiv Observation/1",
        "share --category hiv --screening",
        "withheld Observation/1",
    ] {
        assert!(parsed(wrong).is_err(), "{wrong}");
    }
}
