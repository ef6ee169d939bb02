use crate::limits::{self, at_most, decode_all, encode_all, number_at_most};
use crate::{DeviceId, Digest, Error, MemberId, RecordId, Section};
use minicbor::{Decode, Encode};

/// Ed25519 and SHA-256: the only suite there is. Any other is refused, so that none can be negotiated down.
pub const SUITE: u16 = 1;
/// The rules by which this version reads bodies.
pub const RULES: u16 = 1;

/// The kinds of statement that this version knows. Another kind is kept, passed on and not shown.
pub mod kind {
    /// The first statement of a record: [`crate::body::Genesis`].
    pub const GENESIS: &str = "genesis";
    /// A connection to a portal: [`crate::body::Connection`].
    pub const CONNECTION: &str = "connection";
    /// A connection showed these resources: [`crate::body::Page`].
    pub const PAGE: &str = "page";
    /// What a complete listing no longer returned: [`crate::body::Listing`].
    pub const LISTING: &str = "listing";
    /// What people wrote: [`crate::body::Facts`].
    pub const FACTS: &str = "facts";
}

/// What is signed. In CBOR a map with the integer keys shown at the fields; unknown keys are skipped.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Payload {
    /// [`SUITE`].
    #[n(0)]
    pub suite: u16,
    /// The version of the rules by which the body is read, now [`RULES`].
    #[n(1)]
    pub rules: u16,
    /// The record; [`RecordId::ZERO`] in the genesis itself.
    #[n(2)]
    pub record: RecordId,
    /// Who signs; the root key in the genesis.
    #[n(3)]
    pub device: DeviceId,
    /// The person whose device it is.
    #[n(4)]
    pub member: MemberId,
    /// The section, part of the chain's name.
    #[n(5)]
    pub section: Section,
    /// From 0 in each chain.
    #[n(6)]
    pub number: u64,
    /// The statement before in this chain; absent at number 0.
    #[n(7)]
    pub previous: Option<Digest>,
    /// The newest statements of other chains of this section that the device had seen, sorted by device.
    #[cbor(n(8), decode_with = "limits::heads")]
    pub heads: Vec<Head>,
    /// Lamport clock: 1 + the largest among all statements of this section that the device had seen.
    #[n(9)]
    pub clock: u64,
    /// See [`kind`].
    #[n(10)]
    pub kind: String,
    /// CBOR by the kind, opaque to the envelope.
    #[cbor(n(11), with = "minicbor::bytes")]
    pub body: Vec<u8>,
}

/// The newest statement of another chain that a device had seen.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
#[cbor(map)]
pub struct Head {
    /// The other chain's device.
    #[n(0)]
    pub device: DeviceId,
    /// The statement's number.
    #[n(1)]
    pub number: u64,
    /// The statement's digest.
    #[n(2)]
    pub digest: Digest,
}

/// Who speaks, and in which record: what all of a device's statements have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Author {
    /// The record.
    pub record: RecordId,
    /// The device that signs.
    pub device: DeviceId,
    /// The person whose device it is.
    pub member: MemberId,
}

impl Payload {
    /// The bytes that are signed (behind [`crate::DOMAIN`]).
    ///
    /// # Errors
    /// [`Error::TooLarge`] over a cap of [`limits`].
    pub fn encode(&self) -> Result<Vec<u8>, Error> {
        self.check()?;
        encode_all(self, "statement")
    }

    /// Reads a payload, skipping unknown keys. Says nothing about who signed it.
    ///
    /// # Errors
    /// [`Error::Malformed`], or [`Error::TooLarge`] over a cap of [`limits`].
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        let payload: Self = decode_all(bytes, "statement")?;
        payload.check()?;
        Ok(payload)
    }

    /// Whether this version knows the suite and the rules: if not, the statement is kept and passed on, and its body is not read.
    pub fn is_understood(&self) -> bool {
        self.suite == SUITE && self.rules == RULES
    }

    fn check(&self) -> Result<(), Error> {
        at_most(self.heads.len(), limits::HEADS, "heads")?;
        at_most(self.kind.len(), limits::KIND, "kind")?;
        number_at_most(self.number, "number")?;
        number_at_most(self.clock, "clock")?;
        self.heads.iter().try_for_each(|head| number_at_most(head.number, "number"))
    }
}
