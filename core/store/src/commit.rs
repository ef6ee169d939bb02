//! What a commit takes and gives.

use std::collections::BTreeSet;

use fhir::{Resource, ResourceKey};
use record::acts::{ActId, Attempts};
use record::facts::{Text, TextId};
use statement::{ConnectionId, MemberId, Payload, Section, Signed};

/// What is written in one transaction. All parts may be empty; all may be given again without effect.
#[derive(Clone, Default)]
pub struct Commit {
    /// Statements, verified and authorised by the caller, each with its decoded payload. One that is held is skipped.
    pub statements: Vec<(Signed, Payload)>,
    /// Bytes that pages name. One that is held is skipped.
    pub resources: Vec<Resource>,
    /// Droppable texts that facts name.
    pub texts: Vec<Text>,
    /// Texts to drop: salt, text and what search knows of it go.
    pub dropped_texts: Vec<TextId>,
    /// A connection's own data on this device: put in the place of what is held under its id.
    pub connection: Option<ConnectionRow>,
    /// How far a slot of a connection has been read: put in the place of the one before.
    pub cursors: Vec<Cursor>,
    /// What became of a slot.
    pub outcomes: Vec<SlotOutcome>,
    /// What a listing that is going on has shown: added to what the same run has shown already.
    pub listing_seen: Vec<ListingSeen>,
    /// Runs of listings that are not needed any more.
    pub listing_forgotten: Vec<ListingForgotten>,
    /// What is referred to and not held. What is there already stays as it is.
    pub wanted: Vec<Wanted>,
    /// Connection, type and id of what need not be asked for any more.
    pub not_wanted: Vec<(ConnectionId, String, String)>,
    /// References that could not be followed: put in the place of what was known of them.
    pub unfollowed: Vec<Unfollowed>,
    /// Resources that were refused, without their bytes.
    pub quarantined: Vec<Quarantined>,
    /// Settings of this device: name and value; `None` removes it.
    pub settings: Vec<(String, Option<Vec<u8>>)>,
    /// What this device knows of its tries of an act: put in the place of what was known.
    pub attempts: Vec<Attempt>,
    /// What is being composed: put in the place of what is held under its id.
    pub drafts: Vec<Draft>,
    /// Drafts that are gone.
    pub dropped_drafts: Vec<[u8; 16]>,
}

/// What a commit changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Touched {
    /// Sections with a row or a note that is new or changed; when a row changes its section, both.
    pub sections: BTreeSet<Section>,
    /// Resources that had no row before.
    pub new_rows: BTreeSet<ResourceKey>,
    /// Resources whose row reads differently than before.
    pub changed_rows: BTreeSet<ResourceKey>,
    /// Sections in which a note is new, changed or gone.
    pub notes: BTreeSet<Section>,
    /// Sections in which a member has read something.
    pub read_marks: BTreeSet<Section>,
    /// Sections in which an act is new or something happened to one.
    pub acts: BTreeSet<Section>,
    /// Whether a member covered or uncovered something: that may concern every section.
    pub covers: bool,
    /// Whether a connection, cursor, outcome, listing or quarantine entry was written.
    pub connections: bool,
    /// Statements that were not held before.
    pub new_statements: u64,
    /// Resource bytes that were not held before.
    pub new_resources: u64,
    /// New statements whose body could not be applied: kept, set aside, tried again when the projections are rebuilt.
    pub set_aside: u64,
}

impl Touched {
    /// Whether nothing that a screen shows has changed.
    pub fn is_empty(&self) -> bool {
        let sections = [&self.sections, &self.notes, &self.read_marks, &self.acts];
        sections.iter().all(|sections| sections.is_empty()) && !self.covers && !self.connections
    }

    /// Joins what another commit changed, for one wake-up after several commits.
    pub fn absorb(&mut self, mut other: Self) {
        self.sections.append(&mut other.sections);
        self.new_rows.append(&mut other.new_rows);
        self.changed_rows.append(&mut other.changed_rows);
        self.notes.append(&mut other.notes);
        self.read_marks.append(&mut other.read_marks);
        self.acts.append(&mut other.acts);
        self.covers |= other.covers;
        self.connections |= other.connections;
        self.new_statements = self.new_statements.saturating_add(other.new_statements);
        self.new_resources = self.new_resources.saturating_add(other.new_resources);
        self.set_aside = self.set_aside.saturating_add(other.set_aside);
    }
}

/// What this device knows of a connection. Never a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectionRow {
    /// The connection.
    pub id: ConnectionId,
    /// The portal's FHIR base address, without a slash at its end.
    pub issuer: String,
    /// The portal's name.
    pub name: String,
    /// The patient's id at the portal.
    pub patient: String,
    /// Whose connection it is.
    pub member: MemberId,
    /// What the client needs to go on with it, in a form of the client's own (JSON). Opaque here.
    pub settings: String,
    /// When it was made, in Unix seconds.
    pub created: i64,
    /// When it ended, in Unix seconds; `None` while it is in use.
    pub ended: Option<i64>,
}

/// How far a slot has been read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The connection.
    pub connection: ConnectionId,
    /// The slot of the fetch plan.
    pub slot: String,
    /// The portal machine's cursor (JSON). Opaque here.
    pub state: String,
}

/// What became of a slot at its last try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlotOutcome {
    /// The connection.
    pub connection: ConnectionId,
    /// The slot of the fetch plan.
    pub slot: String,
    /// When it was last tried, in Unix seconds.
    pub last_try: i64,
    /// When it last succeeded, in Unix seconds. Committed as `None`, it keeps what is held.
    pub last_success: Option<i64>,
    /// How many resources the last success showed. Committed as `None`, it keeps what is held.
    pub count: Option<u64>,
    /// Why the last try gave nothing; `None` after a success.
    pub refused: Option<Refusal>,
}

/// Why a slot gave nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// HTTP status; `None` when there was no answer.
    pub status: Option<u16>,
    /// In words, made safe by the caller.
    pub reason: String,
}

/// What this device knows of its tries of an act. Counted before each try, so that a kill forgets none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// The act.
    pub act: ActId,
    /// Its tries.
    pub known: Attempts,
    /// What came of the last one, in words made safe by the caller; `None` while it is not known.
    pub trouble: Option<String>,
}

impl Attempt {
    /// Of an act that this device never tried.
    #[must_use]
    pub fn none(act: ActId) -> Self {
        Self { act, known: Attempts::default(), trouble: None }
    }
}

/// Something that is being composed, on this device only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// Random.
    pub id: [u8; 16],
    /// When it was last changed, in Unix seconds.
    pub changed: i64,
    /// What has been written so far, in a form of the client's own (JSON). Opaque here.
    pub body: String,
}

/// What one run of a listing has shown so far, kept so that a complete listing survives a kill.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListingSeen {
    /// The connection.
    pub connection: ConnectionId,
    /// The slot of the fetch plan.
    pub slot: String,
    /// The run of the slot; runs count upwards.
    pub run: u64,
    /// Type and id of what an answer showed.
    pub resources: Vec<(String, String)>,
}

/// Runs of a slot before this one are forgotten.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListingForgotten {
    /// The connection.
    pub connection: ConnectionId,
    /// The slot of the fetch plan.
    pub slot: String,
    /// The first run that stays.
    pub before_run: u64,
}

/// A resource that is referred to at a connection's portal and is not held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The connection.
    pub connection: ConnectionId,
    /// Its type.
    pub resource_type: String,
    /// Its id.
    pub id: String,
    /// The section of what refers to it.
    pub section: Section,
}

/// What was referred to at a connection's portal and could not be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfollowed {
    /// The connection.
    pub connection: ConnectionId,
    /// Its type; empty for another server, which is not asked.
    pub resource_type: String,
    /// Its id; of another server its name.
    pub id: String,
    /// HTTP status, where the portal answered with one.
    pub status: Option<u16>,
    /// In words, made safe by the caller.
    pub reason: String,
    /// When it was last asked for, or first met, in Unix seconds.
    pub at: i64,
}

/// A resource that was refused: what it was and why, never its bytes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Quarantined {
    /// The connection that showed it.
    pub connection: ConnectionId,
    /// What it is known by.
    pub key: ResourceKey,
    /// SHA-256 of its bytes.
    pub digest: fhir::Digest,
    /// Why it was refused.
    pub reason: String,
    /// When it was first refused, in Unix seconds.
    pub at: i64,
}
