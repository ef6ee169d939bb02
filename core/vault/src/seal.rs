//! Seals for a device's own secrets: its signing key, a portal's tokens. What the keychain or a file holds is sealed once more under a
//! key that only an unlocked record gives, and bound to a purpose, so that one secret cannot be put in another's place. Files beside
//! the record are sealed likewise, each under a key of its own, for the purpose `file/1` and about the digest of their bytes.
//!
//! Form: CBOR map {0: format 1, 1: nonce (12 bytes), 2: AES-256-GCM ciphertext and tag}.

use crate::{Error, SecretBytes, SecretKey32, aead, cbor, domain};
use minicbor::{Decode, Encode};

const FORMAT: u16 = 1;

#[derive(Encode, Decode)]
#[cbor(map)]
struct Sealed {
    #[n(0)]
    format: u16,
    #[cbor(n(1), with = "minicbor::bytes")]
    nonce: [u8; 12],
    #[cbor(n(2), with = "minicbor::bytes")]
    sealed: Vec<u8>,
}

/// The key that seals a device's secrets, derived from the database key.
///
/// # Errors
/// [`Error::BadKey`], which a 32-byte key never causes.
pub fn derive_device_key(database: &SecretKey32) -> Result<SecretKey32, Error> {
    database.derive(domain::DATABASE_DEVICE)
}

/// Seals `plaintext` for `purpose`. The nonce is random and never used twice with one key.
///
/// # Errors
/// [`Error::Sealed`] when there is more than AES-GCM can hold (64 GiB).
pub fn seal(key: &SecretKey32, purpose: &str, nonce: [u8; 12], plaintext: &[u8]) -> Result<Vec<u8>, Error> {
    let sealed = aead::seal(key, nonce, &additional(purpose), plaintext)?;
    let sealed = Sealed { format: FORMAT, nonce, sealed };
    cbor::write(&sealed, "seal")
}

/// Opens what was sealed for `purpose`.
///
/// # Errors
/// [`Error::Damaged`] when the bytes are no seal, [`Error::UnknownFormat`], or [`Error::Sealed`] for another key, another purpose or
/// changed bytes.
pub fn open(key: &SecretKey32, purpose: &str, bytes: &[u8]) -> Result<SecretBytes, Error> {
    let sealed: Sealed = cbor::read(bytes, FORMAT, "seal")?;
    aead::open(key, sealed.nonce, &additional(purpose), &sealed.sealed)
}

/// As [`seal`], and bound to what it is `about` as well: a seal about one thing does not open as one about another.
///
/// # Errors
/// As [`seal`].
pub fn seal_about(
    key: &SecretKey32,
    purpose: &str,
    about: &[u8],
    nonce: [u8; 12],
    plaintext: &[u8],
) -> Result<Vec<u8>, Error> {
    let sealed = aead::seal(key, nonce, &additional_about(purpose, about), plaintext)?;
    let sealed = Sealed { format: FORMAT, nonce, sealed };
    cbor::write(&sealed, "seal")
}

/// Opens what [`seal_about`] sealed for `purpose` about the same thing.
///
/// # Errors
/// As [`open`].
pub fn open_about(
    key: &SecretKey32,
    purpose: &str,
    about: &[u8],
    bytes: &[u8],
) -> Result<SecretBytes, Error> {
    let sealed: Sealed = cbor::read(bytes, FORMAT, "seal")?;
    aead::open(key, sealed.nonce, &additional_about(purpose, about), &sealed.sealed)
}

fn additional(purpose: &str) -> Vec<u8> {
    [domain::SEAL, purpose.as_bytes()].concat()
}

/// No purpose holds the byte 0, so what stands after it is never part of one.
fn additional_about(purpose: &str, about: &[u8]) -> Vec<u8> {
    [domain::SEAL, purpose.as_bytes(), &[0], about].concat()
}
