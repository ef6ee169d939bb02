//! The signed unit of the record and its chains: types, bytes, order.
//!
//! A record is never edited. It grows by *statements*: a device says something once, signs it, and from then on everybody keeps those
//! exact bytes. This crate is the envelope. It knows who speaks, in which section, as the how-manieth statement of which chain and with
//! what in view; it knows no keys, so that it can be read by code that must not hold any, and no meaning, so that what is said may grow
//! without the envelope changing.
//!
//! **Bytes come first.** A statement travels and is stored as `signature (64 bytes) ‖ payload`, and its name, the [`Digest`], is taken
//! from the payload bytes as they came. Nothing here re-serialises what somebody else signed; a field that a later version adds is
//! skipped by this one and survives. The signature is not part of the name: a second valid signature cannot make a second statement.
//!
//! **Chains show what is missing.** The statements of one device in one section are numbered from 0 and each names the one before, and
//! the heads of the other chains that the device had seen. So a statement that is withheld leaves a gap, a device that speaks with two
//! tongues leaves a fork, and [`chain::check`] names both.
//!
//! **A clock without time.** Each statement carries a Lamport clock: one more than the largest that its device had seen in the section.
//! What was known comes before what was said in knowledge of it, whatever the devices' clocks show.
//!
//! Everything read here may come from a stranger: sizes are capped before decoding, nothing panics, nothing is trusted.
//!
//! | domain separation string | where |
//! | --- | --- |
//! | [`DOMAIN`] `wellkept/statement/1\0` | put before the payload, for the signature and for the digest |

pub mod body;
pub mod chain;
mod error;
mod id;
pub mod limits;
mod payload;
mod section;
mod signed;

pub use error::Error;
pub use id::{ConnectionId, DeviceId, Digest, Id, MemberId, RecordId, tag};
pub use payload::{Author, Head, Payload, RULES, SUITE, kind};
pub use section::Section;
pub use signed::{DOMAIN, SIGNATURE_LENGTH, Signed};
