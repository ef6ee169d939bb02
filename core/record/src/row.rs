//! The row of a resource: what lists and search need, from all its revisions.

mod attachments;
mod history;
mod purged;
mod says;
mod words;

use std::panic::{AssertUnwindSafe, catch_unwind};

use fhir::describe::Summary;
use fhir::{Resource, ResourceKey};
use serde::{Deserialize, Serialize};
use statement::{ConnectionId, MemberId, Section};

use crate::parts::{Choice, Part};
use crate::sensitive::Finding;
use crate::{Revision, Sighting};
pub use attachments::AttachmentRef;

/// What a listing's register says of one resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListingState {
    /// The connection that was listed.
    pub connection: ConnectionId,
    /// The slot of the fetch plan.
    pub slot: String,
    /// The greatest counts, for a connection and slot.
    pub seen: Sighting,
    /// Whether the resource is among the missing.
    pub missing: bool,
}

/// One resource as lists, search and its own screen show it. Made by [`row`] only.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// What the resource is known by.
    pub key: ResourceKey,
    /// The section that it belongs to, without its part. Of a supporting resource the first of those that hold it.
    pub section: Section,
    /// Its part of the section: not shared with carers when it is withheld.
    #[serde(default)]
    pub part: Part,
    /// The sections and parts whose pages show it, sorted.
    #[serde(default)]
    pub held_in: Vec<Section>,
    /// It is copied to where it is referred to.
    #[serde(default)]
    pub supporting: bool,
    /// What of it, in any revision, speaks of sensitive care, once a category.
    #[serde(default)]
    pub findings: Vec<Finding>,
    /// What it refers to at its own portal beside the references of its summary: in earlier revisions, and as files.
    #[serde(default)]
    pub links: Vec<ResourceKey>,
    /// Digest of the current revision's bytes.
    pub current: fhir::Digest,
    /// What the current revision says. When retracted: title, time, codes and references only. When not held or
    /// unreadable: the title of the prior revision if there is one.
    pub summary: Summary,
    /// `status` as it came.
    pub status: Option<String>,
    /// Whether the current revision can be shown, and how.
    pub state: State,
    /// The revision before, when there was another one.
    pub prior: Option<Prior>,
    /// What changed since the prior revision, or why the value is not shown. Plain words; may hold values.
    pub changed: Option<String>,
    /// How many times it was shown differently: 1 for a resource that never changed.
    pub revisions: u32,
    /// When the current revision was last shown anew. Unix seconds, by the portal's clock.
    pub sighting: i64,
    /// When the resource was first shown. Unix seconds.
    pub first_seen: i64,
    /// Connections that showed it, sorted.
    pub connections: Vec<ConnectionId>,
    /// Connections that showed it and no longer return it, sorted.
    pub missing_from: Vec<ConnectionId>,
    /// Every connection that showed it misses it now. Never a reason to take it out of view.
    pub no_longer_returned: bool,
    /// The members whose devices brought in the current revision, sorted.
    pub brought_in_by: Vec<MemberId>,
    /// The files of the current revision. None of what cannot be shown.
    #[serde(default)]
    pub attachments: Vec<AttachmentRef>,
}

impl Row {
    /// Its section and part: where what people write of it belongs.
    #[must_use]
    pub fn place(&self) -> Section {
        self.part.of(&self.section)
    }
}

/// Whether the current revision can be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum State {
    /// It is shown.
    Current,
    /// Recorded by mistake (`entered-in-error`): its value is hidden (hazards H5, H19).
    Retracted,
    /// A page names it, and its bytes have not come.
    NotHeld,
    /// Its bytes cannot be read, or are not those of this resource.
    Unreadable,
    /// It had been recorded by mistake, and a member wanted its bytes gone (hazard H19).
    Purged,
}

/// The revision before. It is shown as what was said earlier, never as what is so.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Prior {
    /// Digest of its bytes.
    pub digest: fhir::Digest,
    /// When it was last shown anew. Unix seconds.
    pub when_seen: i64,
    /// Its title; none when its bytes are not held.
    pub title: Option<String>,
    /// Its value as it came.
    pub value: Option<String>,
    /// `status` as it came.
    pub status: Option<String>,
    /// It had itself been retracted.
    pub retracted: bool,
}

/// What is held of a revision.
#[derive(Clone, Debug)]
pub enum Held<'r> {
    /// Its bytes.
    Bytes(Vec<u8>),
    /// Its bytes, read already.
    Read(&'r Resource),
}

/// The row of a resource from all its revisions, in any order and number: the one function, called both when statements
/// arrive and when projections are rebuilt. `held` gives what is held under a digest; `listings` what the
/// listings of the portal say of this resource, `choice` what the patient chose for it. `None` when there is no revision.
///
/// The bytes of the current revision are parsed once, unless they were read already; earlier ones only when there are any. When
/// reading them panics, the resource is [`State::Unreadable`]: its bytes stay as they came, nothing else is lost by it, and the next
/// version of the projection tries again.
pub fn row<'r>(
    revisions: &[Revision],
    held: impl Fn(&fhir::Digest) -> Option<Held<'r>>,
    listings: &[ListingState],
    choice: Option<Choice>,
) -> Option<Row> {
    let history = history::History::new(revisions)?;
    let read = catch_unwind(AssertUnwindSafe(|| history.row(&held, listings, choice)));
    Some(read.unwrap_or_else(|_| history.row(&|_| Some(Held::Bytes(Vec::new())), listings, choice)))
}
