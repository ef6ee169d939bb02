use std::fmt;
use std::str::FromStr;

use data_encoding::{HEXLOWER, HEXLOWER_PERMISSIVE};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::Error;

/// A SHA-256 digest. Shown, parsed and serialised as 64 hex digits, in lower case.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

/// What a resource is known by: the portal's base address, the type and the id. Shown as `issuer|type|id`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ResourceKey {
    /// The portal's FHIR base address, without a slash at its end.
    pub issuer: String,
    /// FHIR resource type, as in `resourceType`.
    pub resource_type: String,
    /// The portal's own id, or `~` and 32 hex digits of the digest when it gave none.
    pub id: String,
}

impl Digest {
    /// The SHA-256 digest of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        let digest = ring::digest::digest(&ring::digest::SHA256, bytes);
        let mut out = [0; 32];
        for (to, from) in out.iter_mut().zip(digest.as_ref()) {
            *to = *from;
        }
        Self(out)
    }

    /// The raw 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&HEXLOWER.encode(&self.0))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({self})")
    }
}

impl FromStr for Digest {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let bytes = HEXLOWER_PERMISSIVE.decode(text.as_bytes()).map_err(|_| Error::NotADigest)?;
        bytes.try_into().map(Self).map_err(|_| Error::NotADigest)
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl fmt::Display for ResourceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}|{}|{}", self.issuer, self.resource_type, self.id)
    }
}

impl FromStr for ResourceKey {
    type Err = Error;

    /// Splits at the last two `|`: an issuer may hold one, a type and an id may not.
    fn from_str(text: &str) -> Result<Self, Error> {
        let (rest, id) = text.rsplit_once('|').ok_or(Error::NotAKey)?;
        let (issuer, resource_type) = rest.rsplit_once('|').ok_or(Error::NotAKey)?;
        if resource_type.is_empty() || id.is_empty() {
            return Err(Error::NotAKey);
        }
        Ok(Self { issuer: issuer.to_owned(), resource_type: resource_type.to_owned(), id: id.to_owned() })
    }
}
