//! A report with its results.

use client::views::{Line, Standing};
use client::{Flag, NamedResult, Shown, ShownResult};

use super::made::{NOON, line, results, shown};
use super::{Page, WIDTH, entry, golden};

fn at(depth: usize, named: NamedResult) -> ShownResult {
    ShownResult { depth, named }
}

fn held(depth: usize, line: Line) -> ShownResult {
    at(depth, NamedResult::Entry { line: Box::new(Line { notices: Vec::new(), ..line }) })
}

/// A report by itself: nothing else is in it.
fn panel(results: Vec<ShownResult>, results_left_out: usize) -> Shown {
    let report = super::made::results().groups.remove(0).lines.remove(5);
    let report =
        Line { when: Some("22 November 2026 03:40 (+00:00)".to_owned()), notices: Vec::new(), ..report };
    Shown {
        line: report,
        everything: Vec::new(),
        results,
        results_left_out,
        attachments: Vec::new(),
        notes: Vec::new(),
        referred_to_by: Vec::new(),
        history: Vec::new(),
    }
}

fn corrected() -> Line {
    let standing = Standing::Changed { what: None, from: Some("4.5 mmol/L".to_owned()), seen: NOON };
    Line { standing, changed_since_read: true, unread: true, ..shown().line }
}

fn blank(title: &str) -> Line {
    Line { value: None, ..line(title, "", Flag::NotStated) }
}

fn text(shown: &Shown) -> String {
    let mut page = Page::new(WIDTH, false);
    entry::entry(&mut page, shown, false);
    page.text().to_owned()
}

#[test]
fn h7_a_panel_is_a_table_of_its_results_and_never_says_normal_of_none() {
    let lines = results().groups.remove(0).lines.into_iter().take(4);
    let whole = panel(lines.map(|line| held(0, line)).collect(), 0);
    golden("panel", |page| entry::entry(page, &whole, false));
    let text = text(&whole);
    let rows: Vec<&str> = text.lines().filter(|line| line.contains("range:")).collect();
    let columns = rows.iter().map(|row| row.find("range:")).collect::<std::collections::BTreeSet<_>>();
    assert_eq!((rows.len(), columns.len()), (4, 1), "ranges stand below one another: {rows:?}");
    assert!(text.contains("not flagged") && text.contains("does not alert your clinic"));
}

#[test]
fn h5_h18_a_panel_says_what_changed_what_is_covered_and_what_is_not_here() {
    let withdrawn = Line {
        standing: Standing::Withdrawn { seen: NOON },
        ..line("Lactate", "99.9 mmol/L", Flag::Outside)
    };
    let covered = Line { covered: Some("HIV".to_owned()), ..blank("Covered: HIV") };
    let within = NamedResult::Within {
        title: "Chloride [Moles/volume] in Serum or Plasma by Ion selective electrode".to_owned(),
        value: Some("101 mmol/L".to_owned()),
        ranges: vec!["98 to 107 mmol/L".to_owned()],
        flag: Flag::Inside,
        flag_text: Some("Normal".to_owned()),
        notices: vec!["Preliminary: it may change".to_owned()],
    };
    let not_here = NamedResult::NotHere {
        title: "Observation/platelets".to_owned(),
        because: "Named here, and not in this record yet".to_owned(),
    };
    let made = vec![
        held(0, corrected()),
        held(0, withdrawn),
        held(0, blank("Blood count")),
        held(1, Line { when: Some("1998".to_owned()), ..line("Ferritin", "12 ug/L", Flag::NotStated) }),
        at(1, not_here),
        held(0, covered),
        at(0, within),
    ];
    let some = panel(made, 3);
    golden("panel_lacking", |page| entry::entry(page, &some, false));
    let text = text(&some);
    assert!(text.contains("~ changed: was 4.5 mmol/L") && text.contains("x withdrawn by the provider"));
    assert!(!text.contains("99.9"), "what was withdrawn is not told");
    assert!(text.contains("? Named here, and not in this record yet") && text.contains("3 more are named"));
    let group = text.lines().find(|line| line.contains("Blood count")).unwrap();
    assert!(!group.contains("flagged"), "a group has no value to be flagged: {group}");
}
