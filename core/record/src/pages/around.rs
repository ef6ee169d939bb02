use std::collections::BTreeSet;

use fhir::{Digest, ResourceKey};
use statement::{ConnectionId, Section};

use crate::parts::{Part, Targets};
use crate::sensitive::Finding;

/// What is held of the portal that answered, as far as a plan asks. The answers must be those of one moment.
pub trait Around {
    /// Why it could not be told.
    type Error;

    /// What the row of a resource says of its place; `None` when it has none.
    ///
    /// # Errors
    /// When it cannot be read.
    fn known(&self, key: &ResourceKey) -> Result<Option<Known>, Self::Error>;

    /// What pages show of a resource; `None` when no page names it.
    ///
    /// # Errors
    /// When it cannot be read.
    fn shown(&self, key: &ResourceKey) -> Result<Option<Shown>, Self::Error>;

    /// What any revision of a resource refers to.
    ///
    /// # Errors
    /// When it cannot be read.
    fn targets(&self, key: &ResourceKey) -> Result<Targets, Self::Error>;

    /// One of a resource's targets that is held in the withheld part and is neither a supporting resource nor the Patient, where that
    /// is quick to say. `None` says nothing: look at all [`Self::targets`]. A Provenance may be about a whole record.
    ///
    /// # Errors
    /// What cannot be read.
    fn withheld_target(&self, _key: &ResourceKey) -> Result<Option<ResourceKey>, Self::Error> {
        Ok(None)
    }

    /// The resources any revision of which refers to this one, each with its own [`Around::known`].
    ///
    /// # Errors
    /// When it cannot be read.
    fn referrers(&self, key: &ResourceKey) -> Result<Vec<(ResourceKey, Known)>, Self::Error>;

    /// The Provenances that tell the origin of this resource.
    ///
    /// # Errors
    /// When it cannot be read.
    fn provenances(&self, key: &ResourceKey) -> Result<Vec<ResourceKey>, Self::Error>;
}

/// Where a resource belongs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Its section, without its part.
    pub section: Section,
    /// Its part.
    pub part: Part,
    /// It is copied to where it is referred to ([`crate::sections::supports`]).
    pub supporting: bool,
    /// What of it, in any revision, speaks of sensitive care.
    pub findings: Vec<Finding>,
}

impl Known {
    /// Its section and part.
    #[must_use]
    pub fn place(&self) -> Section {
        self.part.of(&self.section)
    }
}

/// What pages show of a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The current revision.
    pub current: Current,
    /// The sections and parts that hold what the current revision says.
    pub places: BTreeSet<Section>,
    /// The sections and parts that hold any revision.
    pub held_in: BTreeSet<Section>,
    /// What the connection that answered showed last, if it has shown the resource.
    pub own: Option<Own>,
}

/// A revision as the page says that brought it first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Current {
    /// The connection.
    pub connection: ConnectionId,
    /// Of the exact bytes.
    pub digest: Digest,
    /// Equal for revisions that say the same.
    pub comparison: Digest,
    /// Sighting in Unix seconds.
    pub at: i64,
}

/// What a connection showed last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Own {
    /// Equal for revisions that say the same.
    pub comparison: Digest,
    /// Sighting in Unix seconds.
    pub at: i64,
    /// The section and part of the page that counts.
    pub section: Section,
}
