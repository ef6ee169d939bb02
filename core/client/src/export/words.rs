//! Small words of an export.

use chrono::DateTime;
use exchange::archive::page;
use fhir::describe::Flag;

use crate::views::{Line, Standing};

/// A moment (Unix seconds) as `2026-11-22 05:40 UTC`.
pub(crate) fn moment(at: i64) -> String {
    match DateTime::from_timestamp(at, 0) {
        Some(time) => time.format("%Y-%m-%d %H:%M UTC").to_string(),
        None => "a moment that cannot be read".to_owned(),
    }
}

/// A kind of data: `Observation (laboratory)`.
pub(super) fn kind(what: &str) -> String {
    match what.split_once('/') {
        Some((of, part)) => format!("{of} ({part})"),
        None => what.to_owned(),
    }
}

/// The laboratory's own flag and range. A result that has none says so (hazard H7).
pub(super) fn flag(line: &Line) -> Option<page::Flag> {
    let shown = matches!(line.standing, Standing::AsGiven | Standing::Changed { .. });
    let could_have_one = line.resource_type == "Observation" && shown;
    let word = match line.flag {
        Flag::Critical => "CRITICAL",
        Flag::Outside => "outside",
        Flag::Inside => "inside",
        Flag::NotStated if could_have_one => "not flagged",
        Flag::NotStated => return None,
    };
    let said = line.flag_text.as_ref().map(|text| format!(" ({text})")).unwrap_or_default();
    let range =
        if line.ranges.is_empty() { String::new() } else { format!(", range: {}", line.ranges.join("; ")) };
    let stands_out = matches!(line.flag, Flag::Critical | Flag::Outside);
    Some(page::Flag { words: format!("{word}{said}{range}"), stands_out })
}
