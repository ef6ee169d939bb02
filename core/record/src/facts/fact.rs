use fhir::ResourceKey;
use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};
use statement::{Digest, Id, MemberId};

use super::later::Later;
use super::text::TextId;
use super::{MAX_FACT, tag as tags};
use crate::Error;

/// Put before a fact's bytes for its digest.
const DOMAIN: &[u8] = b"wellkept/fact/1\0";
/// A note of a member.
pub const KIND_NOTE: &str = "note";
/// A member has seen some revisions.
pub const KIND_READ: &str = "read";

/// What an [`Id`] of this crate names.
pub mod tag {
    /// A fact.
    #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum Fact {}
    /// A droppable text.
    #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum Text {}
}

/// A fact's name: SHA-256 of `wellkept/fact/1\0` and its bytes.
pub type FactDigest = Id<tags::Fact, 32>;

/// One thing that a person wrote. In CBOR a map with the integer keys shown; unknown keys are kept as they came.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Fact {
    /// [`KIND_NOTE`], [`KIND_READ`] and others of this crate; an unknown kind is kept and not shown.
    #[n(0)]
    pub kind: String,
    /// What it is about, as `issuer|type|id`; none for the record as a whole.
    #[cbor(n(1), default)]
    pub subjects: Vec<String>,
    /// Who says to have written it. Believed only when it is the member of the writing device: [`super::of_their_own`].
    #[n(2)]
    pub member: MemberId,
    /// Unix seconds by the device's clock. Shown only.
    #[n(3)]
    pub written_at: i64,
    /// Random: the same thing written twice is two facts.
    #[cbor(n(4), with = "minicbor::bytes")]
    pub nonce: [u8; 16],
    /// The facts that this one stands in the place of.
    #[cbor(n(5), default)]
    pub replaces: Vec<FactDigest>,
    /// The droppable text.
    #[n(6)]
    pub text: Option<TextId>,
    /// What it replaces is deleted.
    #[cbor(n(7), default)]
    pub deleted: bool,
    /// The revisions that a [`KIND_READ`] covers.
    #[cbor(n(8), default, with = "revisions")]
    pub revisions: Vec<fhir::Digest>,
    /// CBOR by the kind, for kinds that say more: [`crate::acts`].
    #[n(9)]
    pub body: Option<ByteVec>,
    /// What a later version says beside.
    #[cbor(skip)]
    pub later: Later,
}

impl Fact {
    /// The fact's bytes: the value that the document holds.
    ///
    /// # Errors
    /// [`Error::TooLarge`] over [`MAX_FACT`].
    pub fn encode(&self) -> Result<Vec<u8>, Error> {
        let bytes = self.later.beside(minicbor::to_vec(self).map_err(|_| Error::Fact)?);
        if bytes.len() > MAX_FACT {
            return Err(Error::TooLarge { limit: MAX_FACT });
        }
        Ok(bytes)
    }

    /// Reads a fact, with the keys that it does not know.
    ///
    /// # Errors
    /// [`Error::Fact`], or [`Error::TooLarge`] over [`MAX_FACT`].
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        if bytes.len() > MAX_FACT {
            return Err(Error::TooLarge { limit: MAX_FACT });
        }
        let mut decoder = minicbor::Decoder::new(bytes);
        let fact: Self = decoder.decode().map_err(|_| Error::Fact)?;
        if decoder.position() == bytes.len() {
            Ok(Self { later: Later::of(bytes)?, ..fact })
        } else {
            Err(Error::Fact)
        }
    }

    /// The digest of a fact that this device makes. Of one that was read, the digest goes with it.
    ///
    /// # Errors
    /// As [`Fact::encode`].
    pub fn digest(&self) -> Result<FactDigest, Error> {
        self.encode().map(|bytes| digest(&bytes))
    }

    /// Whether it is about this resource.
    pub fn is_about(&self, key: &ResourceKey) -> bool {
        let key = key.to_string();
        self.subjects.contains(&key)
    }
}

/// The name of a fact with these bytes.
pub(super) fn digest(value: &[u8]) -> FactDigest {
    FactDigest::new(*Digest::of(&[DOMAIN, value]).as_bytes())
}

/// Digests as CBOR byte strings.
mod revisions {
    use minicbor::decode::Error as DecodeError;
    use minicbor::encode::{Error as EncodeError, Write};
    use minicbor::{Decoder, Encoder};
    use statement::Digest;

    pub(super) fn encode<C, W: Write>(
        digests: &[fhir::Digest],
        to: &mut Encoder<W>,
        context: &mut C,
    ) -> Result<(), EncodeError<W::Error>> {
        to.array(digests.len() as u64)?;
        for digest in digests {
            to.encode_with(Digest::new(digest.0), context)?;
        }
        Ok(())
    }

    pub(super) fn decode<C>(
        from: &mut Decoder<'_>,
        context: &mut C,
    ) -> Result<Vec<fhir::Digest>, DecodeError> {
        let digests = from.array_iter_with::<C, Digest>(context)?;
        digests.map(|digest| digest.map(|d| fhir::Digest(*d.as_bytes()))).collect()
    }
}
