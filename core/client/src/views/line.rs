//! One line of a list: a resource as it stands now.

use fhir::describe::{Field, Flag};
use fhir::modifiers::{Effect, Notice, Reach};
use record::row::{Row, State};
use serde::Serialize;
use statement::ConnectionId;

/// One resource, ready to draw.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// The name to give to `show`: `Type/id`.
    pub reference: String,
    /// The FHIR base address of the portal that it came from.
    pub issuer: String,
    /// The resource type.
    pub resource_type: String,
    /// What it is. Never empty.
    pub title: String,
    /// When, in words, with the precision that it came with.
    pub when: Option<String>,
    /// The value as it came, with comparator and unit. Absent when withdrawn.
    pub value: Option<String>,
    /// Reference ranges as they came.
    pub ranges: Vec<String>,
    /// The laboratory's own flag.
    pub flag: Flag,
    /// The laboratory's own words for it.
    pub flag_text: Option<String>,
    /// Whether it stands, was corrected, withdrawn, or is no longer returned.
    pub standing: Standing,
    /// What changes its meaning, one sentence each. What only confirms it ("final") is not among them.
    pub notices: Vec<String>,
    /// Whether this member has not read this revision.
    pub unread: bool,
    /// How many notes are about it.
    pub notes: u64,
    /// The portals that show it.
    pub portals: Vec<String>,
    /// Portals that no longer return it. It stays.
    pub no_longer_returned_by: Vec<String>,
    /// More of it, in reading order.
    pub fields: Vec<Field>,
}

impl Line {
    /// A row as a line. `unread` and `notes` are the asking member's; `name_of` names a portal.
    #[must_use]
    pub fn of(row: &Row, unread: bool, notes: u64, name_of: &dyn Fn(&ConnectionId) -> String) -> Self {
        let portals = |ids: &[ConnectionId]| ids.iter().map(name_of).collect();
        let retracted = row.state == State::Retracted;
        let summary = &row.summary;
        Self {
            reference: format!("{}/{}", row.key.resource_type, row.key.id),
            issuer: row.key.issuer.clone(),
            resource_type: row.key.resource_type.clone(),
            title: summary.title.clone(),
            when: summary.when.as_ref().map(|when| when.display()),
            value: if retracted { None } else { summary.value.clone() },
            ranges: if retracted { Vec::new() } else { summary.ranges.clone() },
            flag: if retracted { Flag::NotStated } else { summary.flag },
            flag_text: if retracted { None } else { summary.flag_text.clone() },
            standing: standing(row),
            notices: notices(row),
            unread,
            notes,
            portals: portals(&row.connections),
            no_longer_returned_by: portals(&row.missing_from),
            fields: summary.fields.clone(),
        }
    }
}

/// How an entry stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// As first seen.
    AsGiven,
    /// Changed since it was first seen.
    Changed {
        /// What changed, in words.
        what: Option<String>,
        /// The value before, in words.
        from: Option<String>,
        /// When the earlier one was first seen (UTC seconds).
        seen: i64,
    },
    /// Withdrawn by the provider: recorded by mistake.
    Withdrawn {
        /// When that was seen (UTC seconds).
        seen: i64,
    },
    /// Named by a device, but its content is not on this one.
    NotHeld,
    /// Held, but it cannot be read as FHIR. Its bytes are kept.
    Unreadable,
}

/// A note with all versions that stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NoteView {
    /// The name to give to `note --edit`.
    pub id: String,
    /// What it is about: `Type/id`, or empty for the record.
    pub about: Vec<String>,
    /// More than one: two people edited it at once, and both are kept.
    pub versions: Vec<NoteVersion>,
}

/// One version of a note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NoteVersion {
    /// The text; `None` when it is not on this device.
    pub text: Option<String>,
    /// When it was written, by the writing device's clock (UTC seconds).
    pub written: i64,
}

/// What changes the entry's meaning, each sentence once. That a part of it (an activity of a plan, a line of a claim) is over
/// changes nothing of the whole; `show` tells it.
fn notices(row: &Row) -> Vec<String> {
    let part_is_over = |notice: &Notice| notice.reach == Reach::Part && notice.effect == Effect::Past;
    let telling = row.summary.reading.notices.iter();
    let mut sentences: Vec<String> = Vec::new();
    for notice in telling.filter(|notice| notice.effect != Effect::Ok && !part_is_over(notice)) {
        let sentence = match notice.reach {
            Reach::Whole => notice.text.clone(),
            Reach::Part => format!("One part of it: {}", notice.text),
            Reach::Held => format!("An entry inside it: {}", notice.text),
        };
        if !sentences.contains(&sentence) {
            sentences.push(sentence);
        }
    }
    sentences
}

fn standing(row: &Row) -> Standing {
    match (row.state, &row.prior) {
        (State::Retracted, _) => Standing::Withdrawn { seen: row.sighting },
        (State::NotHeld, _) => Standing::NotHeld,
        (State::Unreadable, _) => Standing::Unreadable,
        (State::Current, None) => Standing::AsGiven,
        (State::Current, Some(prior)) => Standing::Changed {
            what: row.changed.clone(),
            from: if prior.retracted { None } else { prior.value.clone() },
            seen: prior.when_seen,
        },
    }
}
