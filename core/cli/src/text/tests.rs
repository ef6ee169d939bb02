//! Golden pages. `UPDATE_GOLDEN=1` writes them anew.
#![allow(clippy::disallowed_methods, reason = "tests read and write their golden files")]

mod correspondence;
pub mod made;
mod panels;
pub mod synced;

use client::Flag;
use client::views::{Line, Standing};
use client::{Returned, SyncReport, Verified};

use super::page::Page;
use super::*;
use made::*;
use synced::*;

const WIDTH: usize = 80;

fn golden(name: &str, draw: impl FnOnce(&mut Page)) {
    let mut page = Page::new(WIDTH, false);
    draw(&mut page);
    let path =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(format!("{name}.txt"));
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, page.text()).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(page.text(), expected, "{name}: UPDATE_GOLDEN=1 writes it anew");
}

fn screen_of(name: &str, made: &client::views::Screen, asked: screen::Asked) -> String {
    golden(name, |page| screen::screen(page, made, asked));
    let mut page = Page::new(WIDTH, false);
    screen::screen(&mut page, made, asked);
    page.text().to_owned()
}

#[test]
fn h7_results_show_four_states_of_flag_and_never_say_normal_of_none() {
    let text = screen_of("results", &results(), screen::Asked::default());
    assert!(text.contains("!! CRITICAL (Critical high)") && text.contains("! outside (High)"));
    assert!(text.contains("not flagged") && text.contains("that does not mean normal"));
}

#[test]
fn h5_a_corrected_result_shows_what_it_was_and_when_and_a_withdrawn_one_no_value() {
    let text = screen_of("corrected_and_withdrawn", &changed(), screen::Asked::default());
    assert!(text.contains("~ changed: was 4.5 mmol/L, seen 2026-11-20 05:40 UTC"));
    assert!(!text.contains("99.9"), "what was withdrawn is not told");
}

#[test]
fn h7_an_empty_list_never_says_none() {
    let text = screen_of("empty", &empty("Allergies", portals()), screen::Asked::default());
    assert!(text.contains("That does not mean that there are none"));
    let narrowed = screen::Asked { narrowed: true, ..screen::Asked::default() };
    screen_of("empty_narrowed", &empty("Results", portals()), narrowed);
    let text = screen_of("empty_no_portal", &empty("Allergies", Vec::new()), screen::Asked::default());
    assert_eq!(text, "Allergies\nNo portal is connected yet. Start with `wellkept connect <address>`.\n");
}

#[test]
fn h17_a_list_names_what_a_portal_did_not_give() {
    screen_of("refused", &medicines(), screen::Asked::default());
}

#[test]
fn a_portal_s_words_cannot_steer_the_terminal_nor_turn_the_text_around() {
    let text = screen_of("hostile", &hostile(), screen::Asked { in_full: true, ..screen::Asked::default() });
    assert!(text.chars().all(|letter| letter == '\n' || !letter.is_control()));
    assert!(!text.contains('\u{202e}') && text.contains(r"\u{202e}"));
}

#[test]
fn h16_what_is_withheld_says_why_and_how_to_undo_it() {
    golden("withheld", |page| parts::parts(page, &what_is_withheld(), false));
    let nothing = client::PartsView { withheld: Vec::new(), choices: Vec::new(), perhaps: Vec::new() };
    golden("withheld_nothing", |page| parts::parts(page, &nothing, false));
    golden("withhold", |page| {
        parts::withheld(page, &client::PartChange { moved: 1, following: 3 });
        parts::withheld(page, &client::PartChange { moved: 0, following: 0 });
        parts::shared(page, &client::PartChange { moved: 2, following: 1 });
    });
}

#[test]
fn colour_only_repeats_what_the_words_say() {
    let mut coloured = Page::new(WIDTH, true);
    screen::screen(&mut coloured, &results(), screen::Asked::default());
    let mut plain = Page::new(WIDTH, false);
    screen::screen(&mut plain, &results(), screen::Asked::default());
    let mut stripped = String::new();
    for (at, part) in coloured.text().split('\u{1b}').enumerate() {
        stripped.push_str(if at == 0 { part } else { part.split_once('m').unwrap().1 });
    }
    assert_eq!(stripped, plain.text());
    assert!(coloured.text().contains("\u{1b}[1;31m!! CRITICAL"));
}

#[test]
fn a_critical_result_says_that_nobody_is_alerted() {
    for (name, made) in [("results", results()), ("one", one(line("K", "6.8 mmol/L", Flag::Critical)))] {
        let mut page = Page::new(WIDTH, false);
        screen::screen(&mut page, &made, screen::Asked::default());
        assert!(page.text().contains("does not alert your clinic"), "{name}");
    }
    let mut withdrawn = line("K", "6.8 mmol/L", Flag::Critical);
    withdrawn.standing = Standing::Withdrawn { seen: NOON };
    let mut page = Page::new(WIDTH, false);
    screen::screen(&mut page, &one(withdrawn), screen::Asked::default());
    assert!(!page.text().contains("CRITICAL") && !page.text().contains("clinic"), "{}", page.text());
}

#[test]
fn h8_h10_what_we_compare_and_what_another_portal_says_stands_beside_the_labs_own_words() {
    let text = screen_of("beside_each_other", &beside_each_other(), screen::Asked::default());
    assert!(
        text.contains("not flagged") && text.contains("compared by Wellkept"),
        "our comparison is no flag"
    );
    assert!(text.contains("also at Valley Clinics   104 mg/dL") && text.contains("both are shown"));
    assert!(text.contains("[changed since you read it]"));
}

#[test]
fn h18_what_is_covered_tells_only_that_it_waits() {
    let text = screen_of("covered", &covered(), screen::Asked::default());
    assert_eq!(text.matches("!! CRITICAL").count(), 1, "{text}");
    assert!(!text.contains("not flagged"), "whether the other one carries a flag is not told");
    golden("entry_covered", |page| {
        let line = covered().groups.remove(0).lines.remove(0);
        entry::entry(page, &client::Shown { line, ..shown_withdrawn() }, true);
    });
    golden("hidden", |page| hidden::list(page, &what_is_hidden()));
    golden("hidden_nothing", |page| hidden::list(page, &[]));
}

#[test]
fn h4_that_the_person_has_died_stands_above_everything_else() {
    let text = screen_of("after_death", &after_death(), screen::Asked::default());
    assert!(text.starts_with("Medications\n! Riverside Hospital says that this person died"), "{text}");
}

#[test]
fn h19_what_was_removed_says_so_and_is_counted_by_the_check() {
    let line = Line { standing: Standing::Removed, value: None, ..line("Observation", "", Flag::NotStated) };
    let text = screen_of("removed", &one(line), screen::Asked::default());
    assert!(text.contains("removed at your wish; it had been recorded by mistake"), "{text}");
    let sound = Verified {
        sound: true,
        digest: "ab".repeat(32),
        statements: 111,
        entries: 1,
        purged: 2,
        problems: Vec::new(),
    };
    golden("verify_purged", |page| verify::verified(page, &sound));
}

#[test]
fn status_says_what_is_held_and_what_is_not() {
    golden("status", |page| status::status(page, &held()));
    golden("portals", |page| portals::list(page, &held().portals));
    golden("portals_found", |page| finding::found(page, "riverbend", &found()));
    golden("portals_meant", |page| found().ways.iter().take(1).for_each(|way| finding::meant(page, way)));
    golden("portals_choose", |page| finding::choose(page, "riverbend", &found()));
    let none = client::Found { ways: Vec::new(), more: false, ..found() };
    golden("portals_found_none", |page| finding::found(page, "unicorn", &none));
    golden("portals_imported", |page| finding::taken(page, &list_taken()));
}

#[test]
fn an_entry_in_full_shows_its_history_and_its_notes() {
    golden("entry", |page| entry::entry(page, &shown(), true));
    golden("entry_withdrawn", |page| entry::entry(page, &shown_withdrawn(), false));
}

#[test]
fn notes_changed_in_two_places_are_both_kept() {
    let notes = notes_held();
    golden("notes", |page| notes::list(page, &notes.iter().collect::<Vec<_>>()));
    golden("notes_empty", |page| notes::list(page, &[]));
}

#[test]
fn search_marks_the_words_and_hides_what_was_withdrawn() {
    let portals = held().portals;
    let asked = search::Asked { words: "potassium", limit: 3, portals: &portals, covered: false };
    golden("search", |page| search::hits(page, &hits(), asked));
    let asked = search::Asked { words: "unicorn", limit: 50, portals: &portals, covered: true };
    golden("search_empty", |page| search::hits(page, &[], asked));
}

#[test]
fn a_sync_says_what_each_portal_did_not_give() {
    golden("sync", |page| sync::report(page, &synced(), "wellkept timeline --unread"));
    golden("sync_no_portal", |page| {
        sync::report(page, &SyncReport { portals: Vec::new() }, "wellkept timeline")
    });
}

#[test]
fn h3_an_unsure_person_is_asked_about_and_another_one_is_refused() {
    let again = connect::Again {
        same: "wellkept connect https://a.example/r4 --same-person".to_owned(),
        make: "wellkept --record NAME init".to_owned(),
        connect: "wellkept --record NAME connect https://a.example/r4".to_owned(),
    };
    let because = vec!["The birth date is the same.".to_owned(), "The given name differs.".to_owned()];
    let unsure = Returned::Unsure { because: because.clone() };
    golden("connect_unsure", |page| connect::returned(page, &unsure, &again, "wellkept sync"));
    let other = Returned::AnotherPerson { because };
    golden("connect_other", |page| connect::returned(page, &other, &again, "wellkept sync"));
    golden("connect", |page| connect::returned(page, &connected(), &again, "wellkept sync"));
}

#[test]
fn verify_names_what_is_wrong() {
    let sound = Verified {
        sound: true,
        digest: "ab".repeat(32),
        statements: 111,
        entries: 1,
        purged: 0,
        problems: Vec::new(),
    };
    golden("verify", |page| verify::verified(page, &sound));
    let problems = vec!["1 statements are not genuine".to_owned(), "the file: page 3 is torn".to_owned()];
    golden("verify_unsound", |page| verify::verified(page, &Verified { sound: false, problems, ..sound }));
}
