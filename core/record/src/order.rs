//! Which revision of a resource is the current one (ADR 0001).

use fhir::ResourceKey;
use statement::{ConnectionId, MemberId, Section};

/// When something was seen, and the ties: the greatest one counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sighting {
    /// Unix seconds, by the portal's own clock.
    pub at: i64,
    /// Lamport clock of the statement in its section.
    pub clock: u64,
    /// Of the resource's bytes (a page) or of the statement (a listing).
    pub digest: [u8; 32],
}

/// One entry of one page: a connection showed these bytes under this key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    /// What the resource is known by.
    pub key: ResourceKey,
    /// SHA-256 of the exact bytes.
    pub digest: fhir::Digest,
    /// Equal for revisions that say the same.
    pub comparison: fhir::Digest,
    /// Sighting in Unix seconds.
    pub at: i64,
    /// Lamport clock of the page.
    pub clock: u64,
    /// The page.
    pub statement: statement::Digest,
    /// The connection that showed it.
    pub connection: ConnectionId,
    /// The member whose device signed the page: who brought it in.
    pub member: MemberId,
    /// The section of the page.
    pub section: Section,
}

impl Revision {
    /// Its place in the order of all revisions of its key.
    pub fn sighting(&self) -> Sighting {
        Sighting { at: self.at, clock: self.clock, digest: self.digest.0 }
    }
}

/// The sighting of an answer: the later of its HTTP `Date` and the connection's last sighting, so that a portal whose
/// clock runs backwards never makes its newest answer look older. Without a `Date`, the device's clock. Unix seconds.
pub fn sighting(date: Option<i64>, last: Option<i64>, device_clock: i64) -> i64 {
    let seen = date.unwrap_or(device_clock);
    last.map_or(seen, |last| seen.max(last))
}
