//! Acts: what is to be done at a portal, at most once, and never silently unknown (ADR 0005, hazards H1 and H2).
//!
//! An act is one fact, frozen when it is composed: whom it goes to, which device does it, and, as its droppable text, the very
//! FHIR resource that is sent. What becomes of it are further facts that stand in the place of those before. The outbox is read
//! from them ([`outgoing`]), the same in any order of arrival; what its device does next is decided by [`next`].

mod act;
mod event;
mod files;
mod next;
mod outgoing;
pub mod resource;
mod told;

pub use act::{Act, ActId, Kind, Way, named, urn};
pub use event::{Event, Happened};
pub use files::{FilePiece, GoingFile, KIND_FILE, PIECE, beside, files, pieces, transaction};
pub use next::{AGAIN_AFTER, Attempts, CALL_AFTER, LOOKS, Next, Portal, looked, next};
pub use outgoing::{Outgoing, Standing, outgoing};
pub use told::{Told, told};

/// An act: what is to be done. The fact's text is the FHIR resource to be sent, as JSON.
pub const KIND_ACT: &str = "act";
/// Something happened to an act.
pub const KIND_EVENT: &str = "act-event";
/// The system of the identifier by which a portal knows an act again: a UUID as URN (FHIR R4, datatypes, Identifier).
pub const IDENTIFIER_SYSTEM: &str = "urn:ietf:rfc:3986";
