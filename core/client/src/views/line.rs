//! One line of a list: a resource as it stands now.

use std::borrow::Cow;

use fhir::describe::{Field, Flag};
use fhir::modifiers::{Effect, Notice, Reach};
use record::parts::Part;
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
    /// Where the value lies in the laboratory's range, by our own comparison: only of a result without a flag, and never a
    /// flag itself.
    pub compared: Option<String>,
    /// Whether it stands, was corrected, withdrawn, or is no longer returned.
    pub standing: Standing,
    /// What changes its meaning, one sentence each. What only confirms it ("final") is not among them.
    pub notices: Vec<String>,
    /// Whether this member has not read this revision.
    pub unread: bool,
    /// Whether this member has read it when it said something else.
    pub changed_since_read: bool,
    /// How many notes are about it.
    pub notes: u64,
    /// The portals that show it.
    pub portals: Vec<String>,
    /// Portals that no longer return it. It stays.
    pub no_longer_returned_by: Vec<String>,
    /// The same entry at other portals.
    pub twins: Vec<Twin>,
    /// It is not shared with carers unless the patient says so. For holders only.
    pub withheld: bool,
    /// This member wants it covered: as what. Then nothing of what it says is in this line, but that a critical result
    /// waits.
    pub covered: Option<String>,
    /// More of it, in reading order.
    pub fields: Vec<Field>,
}

/// The same entry as another portal tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Twin {
    /// The other portal.
    pub portal: String,
    /// Its FHIR base address.
    pub issuer: String,
    /// The name to give to `show`: `Type/id`.
    pub reference: String,
    /// What it says there.
    pub value: Option<String>,
    /// Whether both say the same.
    pub agrees: bool,
}

impl Line {
    /// A row as a line. `unread` and `notes` are the asking member's; `name_of` names a portal.
    #[must_use]
    pub fn of(row: &Row, unread: bool, notes: u64, name_of: &dyn Fn(&ConnectionId) -> String) -> Self {
        let portals = |ids: &[ConnectionId]| ids.iter().map(|id| plain(&name_of(id))).collect();
        let retracted = matches!(row.state, State::Retracted | State::Purged);
        let summary = &row.summary;
        let fields = summary.fields.iter();
        Self {
            reference: plain(&format!("{}/{}", row.key.resource_type, row.key.id)),
            issuer: plain(&row.key.issuer),
            resource_type: plain(&row.key.resource_type),
            title: named(&summary.title, &row.key.resource_type),
            when: summary.when.as_ref().map(|when| plain(&when.display())),
            value: summary.value.as_deref().filter(|_| !retracted).map(plain),
            ranges: if retracted {
                Vec::new()
            } else {
                summary.ranges.iter().map(|range| plain(range)).collect()
            },
            flag: if retracted { Flag::NotStated } else { summary.flag },
            flag_text: summary.flag_text.as_deref().filter(|_| !retracted).map(plain),
            compared: None,
            standing: standing(row),
            notices: notices(row),
            unread,
            changed_since_read: false,
            notes,
            portals: portals(&row.connections),
            no_longer_returned_by: portals(&row.missing_from),
            twins: Vec::new(),
            withheld: row.part == Part::Withheld,
            covered: None,
            fields: fields
                .map(|field| Field { label: plain(&field.label), text: prose(&field.text) })
                .collect(),
        }
    }
}

impl Line {
    /// A row that a member wants covered, as `what`: its date and where it is, and that a critical result waits.
    pub(crate) fn covered(
        row: &Row,
        what: String,
        unread: bool,
        name_of: &dyn Fn(&ConnectionId) -> String,
    ) -> Self {
        let critical = row.state == State::Current && row.summary.flag == Flag::Critical;
        let waits = "A critical result waits here: reveal to see it, or call your provider";
        Self {
            title: format!("Covered: {what}"),
            value: None,
            ranges: Vec::new(),
            flag: if critical { Flag::Critical } else { Flag::NotStated },
            flag_text: None,
            standing: Standing::AsGiven,
            notices: critical.then(|| waits.to_owned()).into_iter().collect(),
            no_longer_returned_by: Vec::new(),
            fields: Vec::new(),
            withheld: false,
            covered: Some(what),
            ..Self::of(row, unread, 0, name_of)
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
    /// Recorded by mistake, and removed at the wish of a member.
    Removed,
}

/// A note with all versions that stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NoteView {
    /// The name to give to `note --edit`.
    pub id: String,
    /// What it is about: `Type/id`, or empty for the record.
    pub about: Vec<String>,
    /// It is about an entry that this member wants covered: its words are not told here.
    pub covered: bool,
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
        let sentence = plain(&sentence);
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
        (State::Purged, _) => Standing::Removed,
        (State::Current, None) => Standing::AsGiven,
        (State::Current, Some(prior)) => Standing::Changed {
            what: row.changed.as_deref().map(plain),
            from: prior.value.as_deref().filter(|_| !prior.retracted).map(plain),
            seen: prior.when_seen,
        },
    }
}

/// Text of others on one line, without what would act instead of being read. The record keeps it as it came.
pub(crate) fn plain(text: &str) -> String {
    fhir::text::inert(text).into_owned()
}

/// The same on as many lines as it has.
pub(crate) fn prose(text: &str) -> String {
    text.lines().map(fhir::text::inert).collect::<Vec<Cow<'_, str>>>().join("\n")
}

/// A title that is nothing but invisible letters is none.
fn named(title: &str, resource_type: &str) -> String {
    let title = plain(title);
    if title.trim().is_empty() { plain(resource_type) } else { title }
}
