use crate::Error;
use data_encoding::HEXLOWER;
use minicbor::{Decode, Decoder, Encode, Encoder, decode, encode};
use ring::digest;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

/// What an [`Id`] names. The types have no values; they keep a member's id from being taken for a connection's.
pub mod tag {
    /// A SHA-256 digest.
    #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum Digest {}
    /// A record: the digest of its genesis statement.
    #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum Record {}
    /// A device: its Ed25519 public key.
    #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum Device {}
    /// A person of the care circle: random bytes.
    #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum Member {}
    /// A portal together with the authorised user: random bytes.
    #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum Connection {}
}

/// SHA-256 of something; of a statement, its name.
pub type Digest = Id<tag::Digest, 32>;
/// The digest of a record's genesis statement.
pub type RecordId = Id<tag::Record, 32>;
/// A device's Ed25519 public key (RFC 8032, section 5.1.5).
pub type DeviceId = Id<tag::Device, 32>;
/// A person of the care circle.
pub type MemberId = Id<tag::Member, 16>;
/// A connection to a portal.
pub type ConnectionId = Id<tag::Connection, 16>;

/// `N` bytes that name something. Shown as lower-case hexadecimal, parsed from hexadecimal of either case; in CBOR a byte string.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String", bound = "K: Copy")]
pub struct Id<K, const N: usize>([u8; N], PhantomData<K>);

impl<K, const N: usize> Id<K, N> {
    /// The name that these bytes are.
    pub const fn new(bytes: [u8; N]) -> Self {
        Self(bytes, PhantomData)
    }

    /// The bytes.
    pub const fn as_bytes(&self) -> &[u8; N] {
        &self.0
    }
}

impl Digest {
    /// SHA-256 (FIPS 180-4) of the parts, one after the other with nothing between.
    pub fn of(parts: &[&[u8]]) -> Self {
        let mut context = digest::Context::new(&digest::SHA256);
        for part in parts {
            context.update(part);
        }
        let mut bytes = [0; 32];
        for (to, from) in bytes.iter_mut().zip(context.finish().as_ref()) {
            *to = *from;
        }
        Self::new(bytes)
    }
}

impl RecordId {
    /// What a genesis statement, which cannot name itself, carries as its record.
    pub const ZERO: Self = Self::new([0; 32]);
}

impl From<Digest> for RecordId {
    fn from(genesis: Digest) -> Self {
        Self::new(genesis.0)
    }
}

impl<K, const N: usize> From<[u8; N]> for Id<K, N> {
    fn from(bytes: [u8; N]) -> Self {
        Self::new(bytes)
    }
}

impl<K, const N: usize> TryFrom<&[u8]> for Id<K, N> {
    type Error = Error;

    fn try_from(bytes: &[u8]) -> Result<Self, Error> {
        let bytes = bytes.try_into().map_err(|_| Error::Malformed("id"))?;
        Ok(Self::new(bytes))
    }
}

impl<K, const N: usize> AsRef<[u8]> for Id<K, N> {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl<K, const N: usize> fmt::Display for Id<K, N> {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.pad(&HEXLOWER.encode(&self.0))
    }
}

impl<K, const N: usize> fmt::Debug for Id<K, N> {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, to)
    }
}

impl<K, const N: usize> FromStr for Id<K, N> {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let bytes =
            data_encoding::HEXLOWER_PERMISSIVE.decode(text.as_bytes()).map_err(|_| Error::NotHex(N))?;
        let bytes = bytes.try_into().map_err(|_| Error::NotHex(N))?;
        Ok(Self::new(bytes))
    }
}

impl<K, const N: usize> From<Id<K, N>> for String {
    fn from(id: Id<K, N>) -> Self {
        id.to_string()
    }
}

impl<K, const N: usize> TryFrom<String> for Id<K, N> {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        text.parse()
    }
}

impl<C, K, const N: usize> Encode<C> for Id<K, N> {
    fn encode<W: encode::Write>(
        &self,
        to: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), encode::Error<W::Error>> {
        to.bytes(&self.0)?.ok()
    }
}

impl<'b, C, K, const N: usize> Decode<'b, C> for Id<K, N> {
    fn decode(from: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
        Self::try_from(from.bytes()?).map_err(|_| decode::Error::message("wrong length"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digest_is_sha_256_of_the_parts_joined() {
        // FIPS 180-4 example: SHA-256("abc").
        let known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(Digest::of(&[b"a", b"", b"bc"]).to_string(), known);
    }

    #[test]
    fn hexadecimal_is_read_back_and_nothing_else_is() {
        let alice = MemberId::new([0xa1; 16]);
        assert_eq!(alice.to_string().parse(), Ok(alice));
        assert_eq!(alice.to_string().to_uppercase().parse(), Ok(alice));
        for bad in ["", "a1", "zz", &"a1".repeat(17), &"é".repeat(16)] {
            assert_eq!(bad.parse::<MemberId>(), Err(Error::NotHex(16)));
        }
    }

    #[test]
    fn cbor_is_a_byte_string_of_the_exact_length() {
        let bytes = minicbor::to_vec(MemberId::new([7; 16])).unwrap();
        assert_eq!(bytes[0], 0x50);
        assert_eq!(minicbor::decode::<MemberId>(&bytes).unwrap(), MemberId::new([7; 16]));
        assert!(minicbor::decode::<Digest>(&bytes).is_err());
    }

    #[test]
    fn json_is_hexadecimal_text() {
        let alice = MemberId::new([0xa1; 16]);
        let json = serde_json::to_string(&(alice, crate::Section::RESULTS)).unwrap();
        assert_eq!(json, format!("[\"{alice}\",\"results\"]"));
        let read: (MemberId, crate::Section) = serde_json::from_str(&json).unwrap();
        assert_eq!(read, (alice, crate::Section::RESULTS));
        assert!(serde_json::from_str::<MemberId>("\"a1\"").is_err());
        assert!(serde_json::from_str::<crate::Section>("\"Results\"").is_err());
    }
}
