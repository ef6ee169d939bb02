//! What the known kinds of statement say: CBOR maps with the integer keys shown at the fields; unknown keys are skipped.

use crate::limits::{self, at_most, decode_all, encode_all};
use crate::{ConnectionId, DeviceId, Digest, Error, MemberId};
use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};

/// The first statement of a record, signed by the root key that only the recovery kit holds. Section `circle`, number 0 of the root
/// key's chain. It makes the first device the holder's; that device needs no statement of its own.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Genesis {
    /// The root's Ed25519 public key.
    #[n(0)]
    pub root: DeviceId,
    /// The first holder.
    #[n(1)]
    pub holder: MemberId,
    /// The holder's first device.
    #[n(2)]
    pub device: DeviceId,
    /// Random: two records of one kit and one person still differ.
    #[cbor(n(3), with = "minicbor::bytes")]
    pub nonce: [u8; 16],
    /// The member's name as the holder gave it.
    #[n(4)]
    pub name: String,
}

/// A connection to a portal, in section `circle`. No token, and no address of one.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Connection {
    /// The connection.
    #[n(0)]
    pub connection: ConnectionId,
    /// The portal's FHIR base address.
    #[n(1)]
    pub issuer: String,
    /// The portal's name.
    #[n(2)]
    pub name: String,
    /// The patient's id at the portal.
    #[n(3)]
    pub patient: String,
    /// Whose connection it is.
    #[n(4)]
    pub member: MemberId,
}

/// A connection showed these resources at this moment, and they differ from what it showed before.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Page {
    /// The connection.
    #[n(0)]
    pub connection: ConnectionId,
    /// The portal's FHIR base address.
    #[n(1)]
    pub issuer: String,
    /// The slot of the fetch plan.
    #[n(2)]
    pub slot: String,
    /// The later of the answer's HTTP `Date` and the connection's last sighting, in Unix seconds.
    #[n(3)]
    pub sighting: i64,
    /// The resources.
    #[cbor(n(4), decode_with = "limits::entries")]
    pub entries: Vec<PageEntry>,
}

/// One resource of a page. The bytes are kept elsewhere, by digest.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
#[cbor(map)]
pub struct PageEntry {
    /// `resourceType`.
    #[n(0)]
    pub resource_type: String,
    /// `id`, or `~` and 32 hexadecimal digits of the digest for a resource without one.
    #[n(1)]
    pub id: String,
    /// SHA-256 of the resource's exact bytes.
    #[n(2)]
    pub digest: Digest,
    /// SHA-256 of what counts as a change.
    #[n(3)]
    pub comparison: Digest,
}

/// What a complete listing no longer returned: a register for each connection and slot.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Listing {
    /// The connection.
    #[n(0)]
    pub connection: ConnectionId,
    /// The portal's FHIR base address.
    #[n(1)]
    pub issuer: String,
    /// The slot of the fetch plan.
    #[n(2)]
    pub slot: String,
    /// As in [`Page`], in Unix seconds.
    #[n(3)]
    pub sighting: i64,
    /// The ids that are missing now: the whole set, not a change to it.
    #[cbor(n(4), decode_with = "limits::entries")]
    pub missing: Vec<MissingEntry>,
}

/// One resource that is no longer returned.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
#[cbor(map)]
pub struct MissingEntry {
    /// `resourceType`.
    #[n(0)]
    pub resource_type: String,
    /// `id`.
    #[n(1)]
    pub id: String,
}

/// What people wrote: change chunks of the section's document, opaque here. In CBOR an array of byte strings.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(transparent)]
pub struct Facts {
    #[cbor(n(0), decode_with = "limits::entries")]
    changes: Vec<ByteVec>,
}

impl Genesis {
    /// The body's bytes.
    ///
    /// # Errors
    /// [`Error::TooLarge`] over a cap of [`limits`].
    pub fn encode(&self) -> Result<Vec<u8>, Error> {
        self.check()?;
        encode_all(self, "genesis")
    }

    /// Reads a body.
    ///
    /// # Errors
    /// [`Error::Malformed`], or [`Error::TooLarge`] over a cap of [`limits`].
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        let body: Self = decode_all(bytes, "genesis")?;
        body.check()?;
        Ok(body)
    }

    fn check(&self) -> Result<(), Error> {
        at_most(self.name.len(), limits::NAME, "name")
    }
}

impl Connection {
    /// The body's bytes.
    ///
    /// # Errors
    /// [`Error::TooLarge`] over a cap of [`limits`].
    pub fn encode(&self) -> Result<Vec<u8>, Error> {
        self.check()?;
        encode_all(self, "connection")
    }

    /// Reads a body.
    ///
    /// # Errors
    /// [`Error::Malformed`], or [`Error::TooLarge`] over a cap of [`limits`].
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        let body: Self = decode_all(bytes, "connection")?;
        body.check()?;
        Ok(body)
    }

    fn check(&self) -> Result<(), Error> {
        at_most(self.issuer.len(), limits::ISSUER, "issuer")?;
        at_most(self.name.len(), limits::NAME, "name")?;
        at_most(self.patient.len(), limits::ID, "id")
    }
}

impl Page {
    /// The body's bytes.
    ///
    /// # Errors
    /// [`Error::TooLarge`] over a cap of [`limits`].
    pub fn encode(&self) -> Result<Vec<u8>, Error> {
        self.check()?;
        encode_all(self, "page")
    }

    /// Reads a body.
    ///
    /// # Errors
    /// [`Error::Malformed`], or [`Error::TooLarge`] over a cap of [`limits`].
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        let body: Self = decode_all(bytes, "page")?;
        body.check()?;
        Ok(body)
    }

    fn check(&self) -> Result<(), Error> {
        check_source(&self.issuer, &self.slot)?;
        at_most(self.entries.len(), limits::ENTRIES, "entries")?;
        self.entries.iter().try_for_each(|entry| check_key(&entry.resource_type, &entry.id))
    }
}

impl Listing {
    /// The body's bytes.
    ///
    /// # Errors
    /// [`Error::TooLarge`] over a cap of [`limits`].
    pub fn encode(&self) -> Result<Vec<u8>, Error> {
        self.check()?;
        encode_all(self, "listing")
    }

    /// Reads a body.
    ///
    /// # Errors
    /// [`Error::Malformed`], or [`Error::TooLarge`] over a cap of [`limits`].
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        let body: Self = decode_all(bytes, "listing")?;
        body.check()?;
        Ok(body)
    }

    fn check(&self) -> Result<(), Error> {
        check_source(&self.issuer, &self.slot)?;
        at_most(self.missing.len(), limits::ENTRIES, "entries")?;
        self.missing.iter().try_for_each(|entry| check_key(&entry.resource_type, &entry.id))
    }
}

impl Facts {
    /// A body of these changes, in this order.
    pub fn new(changes: Vec<Vec<u8>>) -> Self {
        let changes = changes.into_iter().map(ByteVec::from).collect();
        Self { changes }
    }

    /// The changes.
    pub fn changes(&self) -> impl Iterator<Item = &[u8]> {
        self.changes.iter().map(|change| change.as_slice())
    }

    /// The body's bytes.
    ///
    /// # Errors
    /// [`Error::TooLarge`] over a cap of [`limits`].
    pub fn encode(&self) -> Result<Vec<u8>, Error> {
        at_most(self.changes.len(), limits::ENTRIES, "changes")?;
        encode_all(self, "facts")
    }

    /// Reads a body. The changes themselves are not looked at.
    ///
    /// # Errors
    /// [`Error::Malformed`], or [`Error::TooLarge`] over a cap of [`limits`].
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        decode_all(bytes, "facts")
    }
}

fn check_source(issuer: &str, slot: &str) -> Result<(), Error> {
    at_most(issuer.len(), limits::ISSUER, "issuer")?;
    at_most(slot.len(), limits::SLOT, "slot")
}

fn check_key(resource_type: &str, id: &str) -> Result<(), Error> {
    at_most(resource_type.len(), limits::TYPE, "type")?;
    at_most(id.len(), limits::ID, "id")
}
