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
    for code in 0..=8 {
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
