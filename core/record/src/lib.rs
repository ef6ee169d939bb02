//! The record as a CRDT: what portals said (pages), what people wrote (facts), and the rows that screens read.
//!
//! Pure: time, random bytes and keys stay outside. Every function here gives the same answer for the same set of
//! statements, in whatever order, number and split they arrived.
//!
//! - [`sections`] chooses the section a resource belongs to, [`sensitive`] finds what of it speaks of sensitive care, [`parts`] says
//!   what the patient chose, and [`pages`] what a device writes for an answer.
//! - [`order`] says which revision of a resource is the current one.
//! - [`row`](mod@row) makes a resource's row from all its revisions: the one function, for arriving and for rebuilding.
//! - [`facts`] is the Automerge document of a section; [`facts::notes`] resolves the edits of notes.
//! - [`acts`] is what is to be done at portals, and what became of it.
//! - [`subject`] and [`identity`] guard against another person's data.

pub mod acts;
mod error;
pub mod facts;
pub mod identity;
pub mod order;
pub mod pages;
pub mod parts;
pub mod row;
pub mod sections;
pub mod sensitive;
pub mod subject;

pub use error::Error;
pub use order::{Revision, Sighting};
