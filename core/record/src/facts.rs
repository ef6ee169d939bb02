//! What people wrote: one Automerge document a section, holding insert-only facts (ADR 0001).
//!
//! Each fact is one scalar put at the root, under the digest of its own value: nothing can be overwritten, equal puts are
//! equal, and any order of arrival gives the same set. A change is looked over before Automerge sees it ([`Document::apply`]).

mod change;
mod cover;
mod document;
mod fact;
mod guard;
mod later;
mod marks;
mod notes;
mod purge;
mod text;

pub use cover::{Cover, KIND_COVER, KIND_UNCOVER, covers};
pub use document::{Document, Written};
pub use fact::{Fact, FactDigest, KIND_NOTE, KIND_READ, tag};
pub use later::Later;
pub use marks::{Mark, marks, standing};
pub use notes::{Note, Version, notes, of_their_own, read_marks};
pub use purge::{KIND_PURGE, Purge, Purged, purged};
pub use text::{Text, TextId};

/// A change, in bytes: 4 MiB.
pub const MAX_CHANGE: usize = 4 * 1024 * 1024;
/// A fact, in bytes: 1 MiB.
pub const MAX_FACT: usize = 1024 * 1024;
/// A droppable text, in bytes: 1 MiB.
pub const MAX_TEXT: usize = 1024 * 1024;
/// Facts of one change.
pub const MAX_FACTS: usize = 10_000;
