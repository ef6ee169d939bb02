//! The encrypted database of one record: log, projections, search.
//!
//! One SQLCipher file holds two kinds of tables (`core/docs/schema.sql` comments each of them). The *log* is what was said and
//! what this device must remember: it has additive, numbered migrations and a newer one is refused untouched. The
//! *projections* are made from the log by `record`, carry a version of their own each and are dropped and rebuilt when it differs.
//!
//! [`Store::commit`] writes statements, bytes, cursors and the rows that follow from them in one transaction: a kill leaves all of
//! it or none. Files that resources point to lie sealed in a folder beside the record ([`Store::put_file`]); their keys are in the
//! database alone. Reads go through a connection of their own, so that a screen never waits for a sync.
//!
//! The store decides nothing: it does not verify, authorise, merge or seal.

mod check;
mod cipher;
mod commit;
mod content;
mod erase;
mod error;
mod file;
mod files;
mod query;
mod read;
mod rebuild;
mod salvage;
mod schema;
mod store;
mod write;
mod zip;

pub use cipher::wipe_memory;
pub use commit::{
    Attempt, Commit, ConnectionRow, Cursor, Draft, ListingForgotten, ListingSeen, Quarantined, Refusal,
    SlotOutcome, Touched, Unfollowed, Wanted,
};
pub use erase::Doomed;
pub use error::{Error, Result};
pub use file::{Address, Came, Evicted, FileRow, HeldFile, PutFile, SealedFile, UnreadFile, WantedFile};
pub use query::{
    ChainReport, CheckReport, FileHit, Found, Hit, Phase, Position, Progress, QuarantineCount, Query,
    SectionCount, StoredNote, StoredRow,
};
pub use read::parts::View;
pub use read::threads::MessageLinks;
pub use salvage::{Salvage, Salvaged, Taking};
pub use store::Store;
