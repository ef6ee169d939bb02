//! What screens show: whole, in order, with what each view rests on and what it lacks.
//!
//! A view never says "none" or "normal" by itself. An empty list carries its [`Basis`]; the words for it are chosen from that.

mod appointments;
mod basis;
mod groups;
mod line;

pub use appointments::appointments;
pub(crate) use appointments::{Place, placed};
pub use basis::{Basis, Refusal};
pub use groups::{Moment, allergies, by_state, conditions, covered, immunizations, medications};
pub use line::{Line, NoteVersion, NoteView, Standing, Twin};
pub(crate) use line::{plain, prose};

use serde::Serialize;
use store::Position;

/// What every member who is not a holder reads under every list, always: it says nothing of whether anything is withheld (hazard H17).
pub const PARTS_MAY_BE_WITHHELD: &str = "Parts of this record may not be shared with you.";

/// What a holder reads beside an entry that carers do not see.
pub const WITHHELD: &str = "Not shared with carers unless you say so.";

/// One screen: headed groups of lines, and what they rest on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Screen {
    /// The heading.
    pub title: String,
    /// What stands above everything else, one sentence each: that the person has died.
    pub notices: Vec<String>,
    /// The groups, in reading order. A group without lines is left out.
    pub groups: Vec<Group>,
    /// How many of the shown lines are results that no laboratory flagged either way. Never read as normal.
    pub without_flag: u64,
    /// How many of the shown lines this member has not read.
    pub unread: u64,
    /// How many of the shown lines this member wants covered.
    pub covered: u64,
    /// Per portal: as of when, what was refused. Empty: no portal is connected.
    pub rests_on: Vec<Basis>,
    /// What is missing or not shared, in words. The same words for everyone with the same access.
    pub lacks: Vec<String>,
    /// How many lines the asked limit left out of a list that is always read whole.
    pub left_out: usize,
    /// Where the next window begins, when there is one.
    #[serde(skip)]
    pub more: Option<Position>,
    /// What [`Screen::lacks`] says in words.
    #[serde(skip)]
    pub missing: Missing,
}

/// How much of a screen cannot be shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Missing {
    /// Entries whose content is not on this device.
    pub not_held: u64,
    /// Entries that cannot be read as FHIR.
    pub unreadable: u64,
    /// The lists are being built again.
    pub rebuilding: bool,
    /// Entries that this member wants covered were left out, as the list is chosen by what entries say.
    pub not_chosen: bool,
}

impl Missing {
    /// In words, one sentence each.
    #[must_use]
    pub fn words(&self) -> Vec<String> {
        let these = |count: u64, one: &str, more: &str| match count {
            0 => None,
            1 => Some(format!("1 of these {one}")),
            _ => Some(format!("{count} of these {more}")),
        };
        let rebuilding = "The lists are being built again: this one may not be whole yet".to_owned();
        let not_chosen =
            "What you covered is not looked through for this list: reveal to look there too".to_owned();
        [
            self.rebuilding.then_some(rebuilding),
            self.not_chosen.then_some(not_chosen),
            these(
                self.not_held,
                "is known of, but its content is not on this device",
                "are known of, but their content is not on this device",
            ),
            these(
                self.unreadable,
                "cannot be read as FHIR; its bytes are kept",
                "cannot be read as FHIR; their bytes are kept",
            ),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

impl Screen {
    /// Adds the next window: lines under headings that are there already join them.
    pub fn extend(&mut self, next: Self) {
        for group in next.groups {
            match self.groups.iter_mut().find(|held| held.heading == group.heading) {
                Some(held) => held.lines.extend(group.lines),
                None => self.groups.push(group),
            }
        }
        self.without_flag += next.without_flag;
        self.unread += next.unread;
        self.covered += next.covered;
        self.more = next.more;
        self.missing.not_held += next.missing.not_held;
        self.missing.unreadable += next.missing.unreadable;
        self.missing.rebuilding |= next.missing.rebuilding;
        self.missing.not_chosen |= next.missing.not_chosen;
        self.lacks = self.missing.words();
    }

    /// Keeps the first `most` lines in reading order, and says how many that left out.
    pub(crate) fn cut(&mut self, most: usize) {
        let mut room = most;
        for group in &mut self.groups {
            self.left_out += group.lines.len().saturating_sub(room);
            group.lines.truncate(room);
            room -= group.lines.len();
        }
        self.groups.retain(|group| !group.lines.is_empty());
    }

    /// How many lines the screen holds.
    #[must_use]
    pub fn shown(&self) -> usize {
        self.groups.iter().map(|group| group.lines.len()).sum()
    }
}

/// Lines under one heading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Group {
    /// The heading, such as "Listed as active, last ordered long ago: ask".
    pub heading: String,
    /// One sentence that explains it, where one is needed.
    pub note: Option<String>,
    /// The lines.
    pub lines: Vec<Line>,
}

/// Which lines a list shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only entries with this code (`system|code` or the code alone) or with this word in the title.
    pub code: Option<String>,
    /// Only entries dated on or after this moment (UTC seconds).
    pub since: Option<i64>,
    /// Only results that a laboratory flagged as outside or critical.
    pub abnormal: bool,
    /// Only what this member has not read.
    pub unread: bool,
    /// Only what this portal (by name or connection) showed.
    pub portal: Option<String>,
    /// Shows in this view what this member wants covered. It marks nothing as read.
    pub reveal: bool,
    /// At most this many lines; 200 when absent, which is also the most that a window holds.
    pub limit: Option<usize>,
    /// Only what comes after this place: [`Screen::more`] of the window before.
    pub after: Option<Position>,
}

/// The most lines that one window holds.
pub const WINDOW: usize = 200;

/// The most lines of a list that is read whole: one where an old entry may matter more than a new one, such as a medicine
/// that was ordered long ago and is still listed as active.
pub const WHOLE: usize = 2_000;

impl Filter {
    /// Whether entries are chosen by what they say.
    pub(crate) fn chooses_by_content(&self) -> bool {
        self.abnormal || self.code.is_some()
    }

    /// The number of lines of this window.
    #[must_use]
    pub fn window(&self) -> usize {
        self.limit.unwrap_or(WINDOW).min(WINDOW)
    }
}

#[cfg(test)]
mod tests {
    /// A constant, made of nothing that is held: the same for every carer of every record, whatever is withheld or not.
    const SENTENCE: &str = super::PARTS_MAY_BE_WITHHELD;

    #[test]
    fn h17_the_sentence_for_carers_depends_on_nothing() {
        assert_eq!(SENTENCE, "Parts of this record may not be shared with you.");
        assert!(!SENTENCE.contains(|letter: char| letter.is_ascii_digit() || letter == '{'));
    }
}
