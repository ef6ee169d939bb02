use crate::{Digest, Error, Payload, limits};
use std::fmt;

/// Put before the payload, for the signature and for the digest.
pub const DOMAIN: &[u8] = b"wellkept/statement/1\0";
/// An Ed25519 signature, in bytes.
pub const SIGNATURE_LENGTH: usize = 64;

/// A statement as it is stored and sent: the payload's exact bytes and a signature that nobody has checked yet. Checking is `vault::verify`.
#[derive(Clone, PartialEq, Eq)]
pub struct Signed {
    signature: [u8; SIGNATURE_LENGTH],
    payload: Vec<u8>,
}

impl Signed {
    /// Joins a payload's bytes and their signature.
    ///
    /// # Errors
    /// [`Error::TooLarge`] over [`limits::STATEMENT`].
    pub fn new(payload: Vec<u8>, signature: [u8; SIGNATURE_LENGTH]) -> Result<Self, Error> {
        let length = payload.len().saturating_add(SIGNATURE_LENGTH);
        limits::at_most(length, limits::STATEMENT, "statement")?;
        Ok(Self { signature, payload })
    }

    /// The same payload with another signature: whoever signs needs the bytes first.
    pub fn with_signature(self, signature: [u8; SIGNATURE_LENGTH]) -> Self {
        Self { signature, ..self }
    }

    /// Splits `signature ‖ payload`. The payload is not read yet.
    ///
    /// # Errors
    /// [`Error::Malformed`] when too short for a signature, [`Error::TooLarge`] over [`limits::STATEMENT`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        limits::at_most(bytes.len(), limits::STATEMENT, "statement")?;
        let (signature, payload) = bytes.split_first_chunk().ok_or(Error::Malformed("statement"))?;
        Self::new(payload.to_vec(), *signature)
    }

    /// `signature ‖ payload`.
    pub fn to_bytes(&self) -> Vec<u8> {
        [self.signature.as_slice(), &self.payload].concat()
    }

    /// The payload's bytes as they were signed.
    pub fn payload_bytes(&self) -> &[u8] {
        &self.payload
    }

    /// The signature, not checked.
    pub fn signature(&self) -> &[u8; SIGNATURE_LENGTH] {
        &self.signature
    }

    /// The payload, decoded at each call. Says nothing about the signature.
    ///
    /// # Errors
    /// As [`Payload::decode`].
    pub fn payload(&self) -> Result<Payload, Error> {
        Payload::decode(&self.payload)
    }

    /// The bytes that the signature is over: [`DOMAIN`] and the payload.
    pub fn to_sign(&self) -> Vec<u8> {
        [DOMAIN, &self.payload].concat()
    }

    /// The statement's name: SHA-256 of [`DOMAIN`] and the payload.
    pub fn digest(&self) -> Digest {
        Digest::of(&[DOMAIN, &self.payload])
    }
}

impl fmt::Debug for Signed {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "Signed({})", self.digest())
    }
}
