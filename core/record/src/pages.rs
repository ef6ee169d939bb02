//! Pages and listings: what connections showed, and what a device writes of an answer (ADR 0001, ADR 0007).

mod around;
mod copies;
mod linked;
mod plan;
mod spread;

use std::collections::BTreeSet;

use fhir::ResourceKey;
use statement::body::{Listing, MissingEntry, Page, PageEntry};
use statement::{Digest, Payload, kind};

pub use around::{Around, Current, Known, Own, Shown};
pub use plan::{Answer, Change, Place, Planned, plan, settle};

use crate::row::ListingState;
use crate::{Error, Revision, Sighting};

/// What a page says, one revision an entry, in the page's order. `statement` is the digest of the signed statement.
///
/// # Errors
/// [`Error::OtherKind`] for another kind or rules that this version does not know, [`Error::Body`] for an unreadable body.
pub fn revisions(statement: Digest, payload: &Payload) -> Result<Vec<Revision>, Error> {
    check_kind(payload, kind::PAGE)?;
    let page = Page::decode(&payload.body).map_err(|_| Error::Body)?;
    let revision = |entry: PageEntry| Revision {
        key: ResourceKey { issuer: page.issuer.clone(), resource_type: entry.resource_type, id: entry.id },
        digest: fhir::Digest(*entry.digest.as_bytes()),
        comparison: fhir::Digest(*entry.comparison.as_bytes()),
        at: page.sighting,
        clock: payload.clock,
        statement,
        connection: page.connection,
        member: payload.member,
        section: payload.section.clone(),
    };
    Ok(page.entries.into_iter().map(revision).collect())
}

/// What a listing says. Of all listings of one connection and slot the one with the greatest [`ListingSays::seen`] counts, as a
/// whole: a key that it does not miss is there.
///
/// # Errors
/// As [`revisions`].
pub fn listing(statement: Digest, payload: &Payload) -> Result<ListingSays, Error> {
    check_kind(payload, kind::LISTING)?;
    let listing = Listing::decode(&payload.body).map_err(|_| Error::Body)?;
    let seen = Sighting { at: listing.sighting, clock: payload.clock, digest: *statement.as_bytes() };
    Ok(ListingSays { listing, seen })
}

/// A listing and its place in the order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListingSays {
    /// The statement's body.
    pub listing: Listing,
    /// The greatest of these counts for a connection and slot.
    pub seen: Sighting,
}

impl ListingSays {
    /// The keys that it misses.
    pub fn missing(&self) -> BTreeSet<ResourceKey> {
        let key = |entry: &MissingEntry| ResourceKey {
            issuer: self.listing.issuer.clone(),
            resource_type: entry.resource_type.clone(),
            id: entry.id.clone(),
        };
        self.listing.missing.iter().map(key).collect()
    }

    /// What it says of one resource.
    pub fn state(&self, missing: bool) -> ListingState {
        let Listing { connection, slot, .. } = &self.listing;
        ListingState { connection: *connection, slot: slot.clone(), seen: self.seen, missing }
    }
}

/// The ids that a complete listing misses: those that this connection showed in the slot before, and that no slot of the
/// run returned. `None` when the set is the one that the register already holds: then nothing is written.
pub fn missing(
    shown_before: &BTreeSet<ResourceKey>,
    returned_in_any_slot: &BTreeSet<ResourceKey>,
    register: Option<&BTreeSet<ResourceKey>>,
) -> Option<Vec<MissingEntry>> {
    let gone: BTreeSet<_> = shown_before.difference(returned_in_any_slot).cloned().collect();
    let unchanged = register.map_or(gone.is_empty(), |held| *held == gone);
    let entry = |key: ResourceKey| MissingEntry { resource_type: key.resource_type, id: key.id };
    (!unchanged).then(|| gone.into_iter().map(entry).collect())
}

fn check_kind(payload: &Payload, kind: &str) -> Result<(), Error> {
    if payload.kind == kind && payload.is_understood() { Ok(()) } else { Err(Error::OtherKind) }
}
