//! What reads ask for and give.

use std::collections::{BTreeMap, BTreeSet};

use fhir::ResourceKey;
use record::facts::{FactDigest, Note, TextId};
use record::row::Row;
use serde::{Deserialize, Serialize};
use statement::{DeviceId, MemberId, Section};

/// Which rows, newest first. Empty sets and `None` do not restrict.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// In one of these sections.
    pub sections: BTreeSet<Section>,
    /// Of one of these FHIR types.
    pub types: BTreeSet<String>,
    /// Of none of these FHIR types.
    pub not_types: BTreeSet<String>,
    /// Not both in this section and of one of these types (of any type, when there are none).
    pub not_listed: Vec<(Section, BTreeSet<String>)>,
    /// With one of these codes, whatever the code system.
    pub codes: BTreeSet<String>,
    /// Dated at or after this moment (Unix seconds). Undated rows are then left out.
    pub since: Option<i64>,
    /// Dated before this moment (Unix seconds). Undated rows are then left out.
    pub until: Option<i64>,
    /// Holding these words; see [`Store::search`](crate::Store::search).
    pub text: Option<String>,
    /// Whose reading [`StoredRow::new`] tells of. `None`: nothing is new.
    pub member: Option<MemberId>,
    /// Only what is new to [`Query::member`].
    pub only_new: bool,
    /// Only rows after this place, for the next page.
    pub after: Option<Position>,
    /// At most this many; 0 means [`Query::MOST`], which is also the most there can be.
    pub limit: usize,
}

impl Query {
    /// The most rows that one query gives.
    pub const MOST: usize = 1_000;

    /// Rows of one section.
    pub fn section(section: Section) -> Self {
        Self { sections: BTreeSet::from([section]), ..Self::default() }
    }
}

/// A place in the order of rows: newest first, undated last, then by type and id. Holds until the next rebuild, and may be kept
/// as text by a host until then.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Position {
    pub(crate) sort: i64,
    pub(crate) resource_type: String,
    pub(crate) id: String,
    pub(crate) ordinal: i64,
}

/// One resource, ready to draw.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredRow {
    /// The row. Its `summary.search` is empty: that text is in the search index only.
    pub row: Row,
    /// Its date as Unix seconds of its start; `None` for an undated one.
    pub when: Option<i64>,
    /// Whether the asking member has not read its current revision.
    pub new: bool,
    /// Whether the asking member has read it when it said something else, and nothing that says what it says now.
    pub read_before: bool,
    /// How many notes are about it.
    pub notes: u64,
    /// Its place, to go on from.
    pub position: Position,
}

/// A note that is not deleted, with the texts of its versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredNote {
    /// The section whose document holds it.
    pub section: Section,
    /// Its versions: more than one when edits were made without knowledge of each other.
    pub note: Note,
    /// The texts that its versions name, as far as they are held.
    pub texts: BTreeMap<TextId, String>,
}

/// Something that search found.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// What was found.
    pub found: Found,
    /// Its section.
    pub section: Section,
    /// What it is about: a row's title, or the first words of a note.
    pub title: String,
    /// The words around the match, each match between [`Hit::START`] and [`Hit::END`]; no other markup, no control characters.
    pub snippet: String,
    /// For a resource whose file has the words: which of its files.
    pub file: Option<FileHit>,
    /// The row of a resource; `None` for a note.
    pub row: Option<StoredRow>,
}

/// The file in which words were found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileHit {
    /// Its place in the resource, from 0.
    pub n: u64,
    /// What the resource calls it.
    pub title: Option<String>,
}

impl Hit {
    /// Stands before a match in [`Hit::snippet`].
    pub const START: char = '\u{2}';
    /// Stands after a match in [`Hit::snippet`].
    pub const END: char = '\u{3}';
}

/// What a [`Hit`] is.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// A resource.
    Resource(ResourceKey),
    /// A note.
    Note {
        /// The note: the digest of its first fact.
        root: FactDigest,
        /// What it is about: `issuer|type|id` each, or empty for the record as a whole.
        subjects: Vec<String>,
    },
}

/// How many rows a section has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SectionCount {
    /// The section.
    pub section: Section,
    /// All rows.
    pub rows: u64,
    /// Rows that are new to the member who asks.
    pub new: u64,
    /// Rows that were retracted.
    pub retracted: u64,
    /// Rows whose bytes are named and not held here.
    pub not_held: u64,
    /// Rows whose bytes are held and cannot be read.
    pub unreadable: u64,
    /// Current rows that the lab flagged critical.
    pub critical: u64,
    /// Current rows that the lab flagged outside.
    pub outside: u64,
    /// Current rows that the lab flagged inside.
    pub inside: u64,
    /// Current rows without a flag that can be relied on: never to be taken for "normal".
    pub not_stated: u64,
}

/// How many resources of a connection were refused, by reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuarantineCount {
    /// The connection.
    pub connection: statement::ConnectionId,
    /// Why.
    pub reason: String,
    /// How many.
    pub count: u64,
}

/// How far a rebuild has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What is being rebuilt.
    pub phase: Phase,
    /// Statements or rows still to do in this phase.
    pub left: u64,
}

/// What a rebuild is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// What people wrote.
    Facts,
    /// What portals said. Until this phase is over, nothing new should be fetched: what is known of a connection is not whole.
    Pages,
    /// Rows, newest first.
    Rows,
    /// Nothing is left to do.
    Done,
}

/// What [`Store::check`](crate::Store::check) found. All counts zero and all lists empty: nothing is wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CheckReport {
    /// Projected entries (revisions, rows, references, codes, facts, notes, listings) that differ from a fresh rebuild.
    pub different: u64,
    /// Rows without their entry in the search index, or entries without a row.
    pub search_different: u64,
    /// Resource digests that pages name and whose bytes are not held.
    pub missing_resources: u64,
    /// Resource digests whose bytes were dropped because a member wanted them gone. Nothing is wrong with that.
    pub purged: u64,
    /// Resource digests whose bytes are held although a member wanted them gone.
    pub not_purged: u64,
    /// Resources held whose bytes do not have the digest they are kept under.
    pub false_resources: u64,
    /// Texts that visible notes name and that are not held, beside deleted ones.
    pub missing_texts: u64,
    /// Statements whose payload does not have the digest it is kept under.
    pub false_statements: u64,
    /// Statements set aside because their body could not be applied.
    pub set_aside: u64,
    /// Chains that are not whole.
    pub chains: Vec<ChainReport>,
    /// What SQLite's own check says; empty when it says "ok".
    pub integrity: Vec<String>,
    /// What SQLCipher's check of every page says; empty when all pages are authentic.
    pub cipher: Vec<String>,
    /// Whether a rebuild was going on: then `different` counts nothing.
    pub rebuilding: bool,
}

impl CheckReport {
    /// Whether the record is whole: the file sound, the projections equal to a rebuild, every named digest held, every chain whole.
    /// What was set aside does not make it unsound: it is a statement that this version cannot apply.
    pub fn is_sound(&self) -> bool {
        let zero = [
            self.different,
            self.search_different,
            self.missing_resources,
            self.not_purged,
            self.false_resources,
            self.missing_texts,
            self.false_statements,
        ];
        zero.iter().all(|count| *count == 0)
            && self.chains.is_empty()
            && self.integrity.is_empty()
            && self.cipher.is_empty()
            && !self.rebuilding
    }
}

/// A chain that is not whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainReport {
    /// Its device.
    pub device: DeviceId,
    /// Its section.
    pub section: Section,
    /// What is wrong with it.
    pub report: statement::chain::Report,
}
