use minicbor::{Decode, Encode};
use statement::{DeviceId, Id};

use crate::Error;

/// What an [`ActId`] names.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tag {}

/// An act's name: random, and the UUID by which the portal knows it again.
pub type ActId = Id<Tag, 16>;

/// What an act does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
#[cbor(index_only)]
pub enum Kind {
    /// A message: a new thread or an answer.
    #[n(0)]
    Message,
    /// Asking for an appointment.
    #[n(1)]
    Request,
    /// Taking a free time.
    #[n(2)]
    Book,
    /// Moving an appointment to another free time.
    #[n(3)]
    Reschedule,
    /// Giving an appointment up.
    #[n(4)]
    Cancel,
    /// Asking for a medicine again.
    #[n(5)]
    Refill,
    /// Asking for something in the record to be corrected.
    #[n(6)]
    Correction,
}

/// How it is done.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Way {
    /// A new resource.
    #[n(0)]
    Create,
    /// A change of one that is there, if it is still in that version.
    #[n(1)]
    Update {
        /// Its id.
        #[n(0)]
        id: String,
        /// The version that was seen, as an entity tag.
        #[n(1)]
        version: Option<String>,
    },
    /// An operation, below the portal's base: `Appointment/$book`.
    #[n(2)]
    Operation {
        /// Its path.
        #[n(0)]
        path: String,
    },
    /// By the person: the portal takes no such act from an app.
    #[n(3)]
    ByHand,
    /// A new resource together with the files that go with it, all or none.
    #[n(4)]
    Transaction,
}

/// What is to be done. In CBOR a map with the integer keys shown; unknown keys are skipped, an unknown kind or way is no act
/// that this version does.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Act {
    /// Its name.
    #[n(0)]
    pub id: ActId,
    /// The portal's FHIR base address.
    #[n(1)]
    pub issuer: String,
    /// The one device that does it.
    #[n(2)]
    pub executor: DeviceId,
    /// What it does.
    #[n(3)]
    pub kind: Kind,
    /// The type of the resource that is sent.
    #[n(4)]
    pub resource_type: String,
    /// How.
    #[n(5)]
    pub way: Way,
    /// The moment that it speaks of (Unix seconds): past it, nobody sends it without asking again.
    #[n(6)]
    pub good_until: Option<i64>,
    /// Its place in the order of composing: one more than that of every act that its device held then. Acts of an earlier
    /// version have none, and come before all others.
    #[n(7)]
    pub place: Option<u64>,
}

impl Act {
    /// The act's bytes: the body of its fact.
    ///
    /// # Errors
    /// [`Error::Fact`].
    pub fn encode(&self) -> Result<Vec<u8>, Error> {
        minicbor::to_vec(self).map_err(|_| Error::Fact)
    }

    /// Reads an act.
    ///
    /// # Errors
    /// [`Error::Fact`]: also for a kind or a way that this version does not know.
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        minicbor::decode(bytes).map_err(|_| Error::Fact)
    }
}

/// The value of the act's identifier: `urn:uuid:` and its name in the form of RFC 4122, section 3.
#[must_use]
pub fn urn(id: &ActId) -> String {
    uuid::Uuid::from_bytes(*id.as_bytes()).urn().to_string()
}

/// The name that random bytes give: a version 4 UUID (RFC 4122, section 4.4).
#[must_use]
pub fn named(random: [u8; 16]) -> ActId {
    ActId::new(uuid::Builder::from_random_bytes(random).into_uuid().into_bytes())
}
