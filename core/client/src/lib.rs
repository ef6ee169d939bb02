//! The facade of a record: one [`Client`] behind clock, random bytes, HTTP and keychain.
//!
//! Everything below is pure or knows only one thing; this crate joins them. It takes what a portal answers, has it split
//! (`fhir`), compared with what is known (`record`), signed (`vault`) and committed in one transaction (`store`), and
//! builds the views that screens show. It holds no merge rule, no cryptography and no SQL of its own.
//!
//! - [`Client::init`], [`Client::open`]: a new record with its recovery kit; an existing one.
//! - [`Client::connect`], [`Client::disconnect`]: portals.
//! - [`Client::sync`]: one bounded call that fetches what is new and says what came of it.
//! - [`Client::view`], [`Client::search`], [`Client::show`], [`Client::status`]: reading. Never waits for the network or for a sign-in.
//! - [`Client::observe`]: the current view, then the newest after each change (ADR 0004).
//! - [`Client::write_note`] and its kin: what people write.
//! - [`Client::verify`], [`Client::rebuild`].

mod client;
mod connect;
mod connections;
mod error;
mod ingest;
mod listing;
mod notes;
mod observe;
pub mod platform;
mod query;
mod read;
mod search;
mod show;
mod status;
mod sync;
mod unlock;
mod verify;
pub mod views;
mod write;

pub use client::Client;
pub use connect::{Connecting, NewConnection, Returned, SignIn};
pub use error::Error;
pub use fhir::describe::{Field, Flag};
pub use observe::Subscription;
pub use platform::Platform;
pub use portal::fetch::Outcome;
pub use query::Query;
pub use search::SearchHit;
pub use show::{Shown, ShownLine, ShownRevision};
pub use status::{PortalStatus, SectionStatus, SlotStatus, Status};
pub use sync::{Progress, Reason, SlotReport, SyncReport, SyncedPortal};
pub use unlock::Unlock;
pub use vault::RecoveryKit;
pub use verify::Verified;
