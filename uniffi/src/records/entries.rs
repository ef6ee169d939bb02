//! Lists and entries.

use client::Position;

use super::AttachmentView;
use crate::give::Give;

mirror_enum! {
    /// What the lab said of a value. No flag is never "normal".
    enum Flag = client::Flag {
        /// Critically high, low or abnormal.
        Critical,
        /// High, low or abnormal.
        Outside,
        /// Stated to be within the range.
        Inside,
        /// Nothing that can be relied on was stated.
        NotStated,
    }
}

mirror! {
    /// One line of the readable whole.
    struct Field = client::Field {
        /// What the line is about, in plain words.
        label: String,
        /// What is said.
        text: String,
    }
}

mirror! {
    /// One screen: headed groups of lines, and what they rest on.
    struct Screen = client::views::Screen {
        /// The heading.
        title: String,
        /// What stands above everything else, one sentence each: that the person has died.
        notices: Vec<String>,
        /// The groups, in reading order. A group without lines is left out.
        groups: Vec<LineGroup>,
        /// How many of the shown lines are results that no laboratory flagged either way. Never read as normal.
        without_flag: u64,
        /// How many of the shown lines this member has not read.
        unread: u64,
        /// How many of the shown lines this member wants covered.
        covered: u64,
        /// Per portal: as of when, what was refused. Empty: no portal is connected.
        rests_on: Vec<Basis>,
        /// What is missing or not shared, in words. The same words for everyone with the same access.
        lacks: Vec<String>,
        /// How many lines the asked limit left out of a list that is always read whole.
        left_out: u64,
        /// Where the next window begins, when there is one.
        more: Option<String>,
    }
}

mirror! {
    /// Lines under one heading.
    struct LineGroup = client::views::Group {
        /// The heading, such as "Listed as active, last ordered long ago: ask".
        heading: String,
        /// One sentence that explains it, where one is needed.
        note: Option<String>,
        /// The lines.
        lines: Vec<Line>,
    }
}

mirror! {
    /// One resource, ready to draw.
    struct Line = client::views::Line {
        /// The name to give to `show`: `Type/id`.
        reference: String,
        /// The FHIR base address of the portal that it came from.
        issuer: String,
        /// The resource type.
        resource_type: String,
        /// What it is. Never empty.
        title: String,
        /// When, in words, with the precision that it came with.
        when: Option<String>,
        /// The value as it came, with comparator and unit. Absent when withdrawn.
        value: Option<String>,
        /// Reference ranges as they came.
        ranges: Vec<String>,
        /// The laboratory's own flag.
        flag: Flag,
        /// The laboratory's own words for it.
        flag_text: Option<String>,
        /// Where the value lies in the laboratory's range, by our own comparison: only of a result without a flag, and never a
        /// flag itself.
        compared: Option<String>,
        /// Whether it stands, was corrected, withdrawn, or is no longer returned.
        standing: Standing,
        /// What changes its meaning, one sentence each. What only confirms it ("final") is not among them.
        notices: Vec<String>,
        /// Whether this member has not read this revision.
        unread: bool,
        /// Whether this member has read it when it said something else.
        changed_since_read: bool,
        /// How many notes are about it.
        notes: u64,
        /// The portals that show it.
        portals: Vec<String>,
        /// Portals that no longer return it. It stays.
        no_longer_returned_by: Vec<String>,
        /// The same entry at other portals.
        twins: Vec<Twin>,
        /// It is not shared with carers unless the patient says so. For holders only.
        withheld: bool,
        /// This member wants it covered: as what. Then nothing of what it says is in this line, but that a critical result
        /// waits.
        covered: Option<String>,
        /// More of it, in reading order.
        fields: Vec<Field>,
    }
}

mirror! {
    /// The same entry as another portal tells it.
    struct Twin = client::views::Twin {
        /// The other portal.
        portal: String,
        /// Its FHIR base address.
        issuer: String,
        /// The name to give to `show`: `Type/id`.
        reference: String,
        /// What it says there.
        value: Option<String>,
        /// Whether both say the same.
        agrees: bool,
    }
}

mirror_enum! {
    /// How an entry stands.
    enum Standing = client::views::Standing {
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
}

mirror! {
    /// One portal's part in a view.
    struct Basis = client::views::Basis {
        /// The portal's name.
        portal: String,
        /// The last moment (UTC seconds) at which everything that this view needs was read from the portal; `None`: never.
        as_of: Option<i64>,
        /// What the portal refused of it, and what was never read.
        refused: Vec<Refusal>,
        /// Whether the connection has ended, or the last try to read what had been read before failed, in words.
        trouble: Option<String>,
    }
}

mirror! {
    /// One kind of data that a portal did not give.
    struct Refusal = client::views::Refusal {
        /// The kind, such as `Observation (laboratory)`.
        what: String,
        /// The portal's reason, made safe.
        reason: String,
    }
}

mirror! {
    /// A note with all versions that stand.
    struct NoteView = client::views::NoteView {
        /// The name to give to `note --edit`.
        id: String,
        /// What it is about: `Type/id`, or empty for the record.
        about: Vec<String>,
        /// It is about an entry that this member wants covered: its words are not told here.
        covered: bool,
        /// More than one: two people edited it at once, and both are kept.
        versions: Vec<NoteVersion>,
    }
}

mirror! {
    /// One version of a note.
    struct NoteVersion = client::views::NoteVersion {
        /// The text; `None` when it is not on this device.
        text: Option<String>,
        /// When it was written, by the writing device's clock (UTC seconds).
        written: i64,
    }
}

mirror! {
    /// One entry, readable.
    struct Shown = client::Shown {
        /// The entry as lists show it.
        line: Line,
        /// Everything in it, in reading order, so that nothing is out of reach. Absent when it was withdrawn or is not held.
        everything: Vec<ShownLine>,
        /// The results that it holds: of a report those that it names, of a group its members and its parts. At most 200. Instead
        /// of among the line's fields they are told here.
        results: Vec<ShownResult>,
        /// How many more it names.
        results_left_out: u64,
        /// Its files, and how each stands.
        attachments: Vec<AttachmentView>,
        /// The notes about it.
        notes: Vec<NoteView>,
        /// What refers to it (`Type/id` and title): for a withdrawn entry, what relied on it.
        referred_to_by: Vec<Referrer>,
        /// Every revision that was seen, newest first.
        history: Vec<ShownRevision>,
    }
}

mirror! {
    /// One result that a report or a group holds.
    struct ShownResult = client::ShownResult {
        /// How deep it stands: 0 for what the entry itself holds. What a group among them holds follows it, one deeper.
        depth: u64,
        /// The result.
        named: NamedResult,
    }
}

mirror_enum! {
    /// A result, by where it is.
    #[expect(clippy::large_enum_variant, reason = "each is copied out at once, and UniFFI takes no boxes")]
    enum NamedResult = client::NamedResult {
        /// An entry of its own, as lists show it: corrected, withdrawn, covered.
        Entry {
            /// The entry, without more of it: that is on its own page.
            line: Line,
        },
        /// A part of the entry that holds it, without a page of its own.
        Within {
            /// What it is.
            title: String,
            /// The value as it came.
            value: Option<String>,
            /// Reference ranges as they came.
            ranges: Vec<String>,
            /// The laboratory's own flag.
            flag: Flag,
            /// The laboratory's own words for it.
            flag_text: Option<String>,
            /// What changes its meaning, one sentence each.
            notices: Vec<String>,
        },
        /// Named, and not in this record.
        NotHere {
            /// What the portal calls it.
            title: String,
            /// Why, in one sentence: the same for whoever does not have it.
            because: String,
        },
    }
}

mirror! {
    /// One line of everything that is in an entry.
    struct ShownLine = client::ShownLine {
        /// How deep it stands: 0 for the entry's own elements.
        depth: u64,
        /// The element in plain words.
        label: String,
        /// What it holds; empty for a heading.
        text: String,
    }
}

mirror! {
    /// One revision of an entry.
    struct ShownRevision = client::ShownRevision {
        /// SHA-256 of its bytes, in hex.
        digest: String,
        /// When it was seen (UTC seconds, by the portal's clock).
        seen: i64,
        /// The portals that showed it.
        portals: Vec<String>,
        /// Its value as it came.
        value: Option<String>,
        /// Its status as it came.
        status: Option<String>,
        /// Whether its bytes are on this device.
        held: bool,
        /// Whether it is the current one.
        current: bool,
    }
}

mirror! {
    /// One thing that search found.
    struct SearchHit = client::SearchHit {
        /// The entry; `None` for a note.
        line: Option<Line>,
        /// The note's id, for `note`; `None` for an entry.
        note: Option<String>,
        /// What the note is about (`Type/id`); empty for an entry, and for a note on the record as a whole.
        about: Vec<String>,
        /// The entry's title, or the first words of the note.
        title: String,
        /// The entry's file in which the words are, where they are not in the entry itself.
        file: Option<String>,
        /// The words around the match, each match between `SearchHit.START` and `SearchHit.END`.
        snippet: String,
    }
}

/// What refers to an entry.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Referrer {
    /// `Type/id`.
    pub reference: String,
    /// What it is.
    pub title: String,
}

impl Give<Referrer> for (String, String) {
    fn give(self) -> Referrer {
        let (reference, title) = self;
        Referrer { reference, title }
    }
}

/// Where a window ends, as text that means nothing to anybody else.
impl Give<String> for Position {
    fn give(self) -> String {
        serde_json::to_string(&self).unwrap_or_default()
    }
}

/// What stands around each match in `SearchHit.snippet`.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct SnippetMarks {
    /// Before it.
    pub start: String,
    /// After it.
    pub end: String,
}
