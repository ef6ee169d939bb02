//! The results that a report or a group of results holds, as a table.

use client::views::Line;
use client::{Flag, NamedResult, Shown, ShownResult};

use super::page::{Ink, Page, Piece};
use super::words::{counted, unread};
use super::{flag, line};

/// So much deeper stands what a group holds.
const STEP: usize = 2;
const DEEP: usize = 6;

/// What an entry holds: test, value, the lab's flag and range; under each how it stands, and the name to give to `show`.
pub fn results(page: &mut Page, shown: &Shown) {
    if shown.results.is_empty() {
        return;
    }
    page.heading("Results in it");
    let rows: Vec<Vec<Piece>> = shown.results.iter().map(row).collect();
    page.table_with(2, &rows, |page, at| {
        if let Some(result) = shown.results.get(at) {
            under(page, &result.named, &shown.line);
        }
    });
    if shown.results_left_out > 0 {
        let left_out = u64::try_from(shown.results_left_out).unwrap_or(u64::MAX);
        let more = counted(left_out, "more is named", "more are named");
        page.line(2, Ink::Plain, &format!("{more} in it, and not listed here."));
    }
    if shown.results.iter().any(|result| is_critical(&result.named)) {
        page.line(2, Ink::Critical, flag::NO_ALARM);
    }
}

fn row(result: &ShownResult) -> Vec<Piece> {
    let title = |title: &str| format!("{}{title}", " ".repeat(STEP * result.depth));
    match &result.named {
        NamedResult::Entry { line } => {
            let name = match line.unread {
                true => format!("{} {}", line.title, unread(line.changed_since_read)),
                false => line.title.clone(),
            };
            let mut row = vec![(Ink::Strong, title(&name))];
            if !flag::hidden(line) {
                row.push((Ink::Plain, line.value.clone().unwrap_or_default()));
                let group = line.value.is_none() && line.covered.is_none() && line.flag == Flag::NotStated;
                row.push(flag::piece(line).filter(|_| !group).unwrap_or((Ink::Plain, String::new())));
                row.push(ranges(&line.ranges));
            }
            row
        }
        NamedResult::Within { title: name, value, ranges: stated, flag, flag_text, .. } => vec![
            (Ink::Strong, title(name)),
            (Ink::Plain, value.clone().unwrap_or_default()),
            flag::words(*flag, flag_text.as_deref()),
            ranges(stated),
        ],
        NamedResult::NotHere { title: name, .. } => vec![(Ink::Strong, title(name))],
    }
}

fn ranges(stated: &[String]) -> Piece {
    let words = if stated.is_empty() { String::new() } else { format!("range: {}", stated.join("; ")) };
    (Ink::Plain, words)
}

/// What a row has no room for. The date only where it is another one than the report's.
fn under(page: &mut Page, named: &NamedResult, report: &Line) {
    match named {
        NamedResult::Entry { line } => {
            let mut pieces = vec![(Ink::Faint, line.reference.clone())];
            pieces.extend(
                line.when.iter().filter(|_| line.when != report.when).map(|w| (Ink::Plain, w.clone())),
            );
            page.pieces(DEEP, &pieces);
            if let Some(compared) = &line.compared {
                page.line(DEEP, Ink::Plain, compared);
            }
            line::about(page, line);
        }
        NamedResult::Within { notices, .. } => {
            notices.iter().for_each(|notice| page.line(DEEP, Ink::Plain, notice));
        }
        NamedResult::NotHere { because, .. } => page.line(DEEP, Ink::Warning, &format!("? {because}")),
    }
}

fn is_critical(named: &NamedResult) -> bool {
    match named {
        NamedResult::Entry { line } => flag::is_critical(line),
        NamedResult::Within { flag, .. } => *flag == Flag::Critical,
        NamedResult::NotHere { .. } => false,
    }
}
