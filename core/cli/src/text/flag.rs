//! The laboratory's own flag, as word and sign (hazard H7): no flag is never "normal".

use client::Flag;
use client::views::{Line, Screen, Standing};

use super::page::{Ink, Piece};

/// Stands wherever a critical result does (hazard H23).
pub const NO_ALARM: &str = "A critical result is held. Wellkept does not alert your clinic: if nobody there has spoken \
    with you about it, call them.";

/// The flag of a line; `None` where a flag would mean nothing.
pub fn piece(line: &Line) -> Option<Piece> {
    let said = said(line);
    if said == Flag::NotStated && !could_have_one(line) {
        return None;
    }
    Some(words(said, line.flag_text.as_deref()))
}

/// A flag by its sign, its word and the laboratory's own words.
pub fn words(flag: Flag, own: Option<&str>) -> Piece {
    let (ink, word) = match flag {
        Flag::Critical => (Ink::Critical, "!! CRITICAL"),
        Flag::Outside => (Ink::Warning, "! outside"),
        Flag::Inside => (Ink::Plain, "inside"),
        Flag::NotStated => (Ink::Plain, "not flagged"),
    };
    let text = own.map_or_else(|| word.to_owned(), |own| format!("{word} ({own})"));
    (ink, text)
}

/// Whether a critical result is among the lines.
pub fn holds_critical(screen: &Screen) -> bool {
    screen.groups.iter().flat_map(|group| &group.lines).any(is_critical)
}

/// Whether the laboratory said that it is critical.
pub fn is_critical(line: &Line) -> bool {
    said(line) == Flag::Critical
}

fn said(line: &Line) -> Flag {
    if hidden(line) { Flag::NotStated } else { line.flag }
}

fn could_have_one(line: &Line) -> bool {
    line.resource_type == "Observation" && !hidden(line) && line.covered.is_none()
}

/// Whether there is no value to speak of.
pub fn hidden(line: &Line) -> bool {
    match &line.standing {
        Standing::Withdrawn { .. } | Standing::Removed | Standing::NotHeld | Standing::Unreadable => true,
        Standing::AsGiven | Standing::Changed { .. } => false,
    }
}
