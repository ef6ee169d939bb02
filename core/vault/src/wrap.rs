//! Wraps of the database key: small files or keychain entries that open it without the keychain's own key. There is one under a
//! passphrase and one under the recovery kit, and neither needs the other.
//!
//! Form: CBOR map {0: format 1, 1: kind `passphrase` or `kit`, 2: content, 3: check}. Content is CBOR in a byte string: {0: nonce (12),
//! 1: sealed key (48), and for a passphrase 2: salt (16), 3: memory in KiB, 4: passes, 5: lanes}. Check is SHA-256 over a domain string
//! and the other three; every later format keeps this envelope. The check proves nothing, anybody can compute it; it tells a file that rotted (check fails) from a secret that is
//! wrong (check holds, the seal does not open), because the person must act differently.

use crate::{Error, RecoveryKit, SecretKey32, aead, cbor, domain};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use minicbor::{Decode, Encode};
use statement::Digest;
use std::borrow::Cow;
use zeroize::{Zeroize, Zeroizing};

const FORMAT: u16 = 1;
const WHAT: &str = "wrap";
const PASSPHRASE: &str = "passphrase";
const KIT: &str = "kit";
/// Far above any wrap's true size.
const LONGEST: usize = 4_096;

/// What one guess at a passphrase costs (Argon2id, RFC 9106).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub passes: u32,
    /// Lanes. Computed one after the other here.
    pub lanes: u32,
}

impl Cost {
    /// The least that is written or opened: a wrap that claims less would make guessing cheap (OWASP's minimum for Argon2id).
    pub const LEAST: Self = Self::new(19 * 1024, 2, 1);
    /// The most: a wrap that claims more would stop the device.
    pub const MOST: Self = Self::new(1024 * 1024, 20, 8);

    const fn new(memory_kib: u32, passes: u32, lanes: u32) -> Self {
        Self { memory_kib, passes, lanes }
    }

    fn check(&self) -> Result<(), Error> {
        let (least, most) = (Self::LEAST, Self::MOST);
        if self.memory_kib < least.memory_kib || self.passes < least.passes || self.lanes < least.lanes {
            return Err(Error::CostTooLow);
        }
        if self.memory_kib > most.memory_kib || self.passes > most.passes || self.lanes > most.lanes {
            return Err(Error::CostTooHigh);
        }
        Ok(())
    }
}

impl Default for Cost {
    /// 64 MiB, 3 passes, 1 lane: RFC 9106's second recommended option with one lane.
    fn default() -> Self {
        Self::new(64 * 1024, 3, 1)
    }
}

/// Wraps `key` under a passphrase. Salt and nonce are random and used once.
///
/// # Errors
/// [`Error::EmptyPassphrase`], [`Error::CostTooLow`], [`Error::CostTooHigh`] or [`Error::OutOfMemory`].
pub fn with_passphrase(
    key: &SecretKey32,
    passphrase: &str,
    salt: [u8; 16],
    nonce: [u8; 12],
    cost: Cost,
) -> Result<Vec<u8>, Error> {
    if passphrase.is_empty() {
        return Err(Error::EmptyPassphrase);
    }
    let wrapping = stretch(passphrase, &salt, cost)?;
    let sealed = aead::seal(&wrapping, nonce, domain::WRAP_PASSPHRASE, key.expose())?;
    let content = PassphraseContent {
        nonce,
        sealed,
        salt,
        memory_kib: cost.memory_kib,
        passes: cost.passes,
        lanes: cost.lanes,
    };
    Envelope::write(PASSPHRASE, &content)
}

/// Opens a wrap under a passphrase. Takes the time and memory that its cost says.
///
/// # Errors
/// [`Error::WrongPassphrase`] when the wrap is whole; [`Error::Damaged`], [`Error::UnknownFormat`], [`Error::CostTooLow`],
/// [`Error::CostTooHigh`] or [`Error::OutOfMemory`] without having tried the passphrase.
pub fn open_passphrase(bytes: &[u8], passphrase: &str) -> Result<SecretKey32, Error> {
    let content: PassphraseContent = Envelope::read(PASSPHRASE, bytes)?;
    let cost = Cost::new(content.memory_kib, content.passes, content.lanes);
    let wrapping = stretch(passphrase, &content.salt, cost)?;
    let key = aead::open(&wrapping, content.nonce, domain::WRAP_PASSPHRASE, &content.sealed);
    SecretKey32::try_from(key.map_err(|_| Error::WrongPassphrase)?.expose())
}

/// Wraps `key` under the recovery kit. The nonce is random and used once.
///
/// # Errors
/// None that 32 bytes cause.
pub fn with_kit(key: &SecretKey32, kit: &RecoveryKit, nonce: [u8; 12]) -> Result<Vec<u8>, Error> {
    let sealed = aead::seal(&kit.wrap_key()?, nonce, domain::WRAP_UNDER_KIT, key.expose())?;
    Envelope::write(KIT, &KitContent { nonce, sealed })
}

/// Opens a wrap under the recovery kit.
///
/// # Errors
/// [`Error::WrongKit`] when the wrap is whole; [`Error::Damaged`] or [`Error::UnknownFormat`].
pub fn open_kit(bytes: &[u8], kit: &RecoveryKit) -> Result<SecretKey32, Error> {
    let content: KitContent = Envelope::read(KIT, bytes)?;
    let key = aead::open(&kit.wrap_key()?, content.nonce, domain::WRAP_UNDER_KIT, &content.sealed);
    SecretKey32::try_from(key.map_err(|_| Error::WrongKit)?.expose())
}

#[derive(Encode, Decode)]
#[cbor(map)]
struct Envelope {
    #[n(0)]
    format: u16,
    #[n(1)]
    kind: String,
    #[cbor(n(2), with = "minicbor::bytes")]
    content: Vec<u8>,
    #[n(3)]
    check: Digest,
}

#[derive(Encode, Decode)]
#[cbor(map)]
struct PassphraseContent {
    #[cbor(n(0), with = "minicbor::bytes")]
    nonce: [u8; 12],
    #[cbor(n(1), with = "minicbor::bytes")]
    sealed: Vec<u8>,
    #[cbor(n(2), with = "minicbor::bytes")]
    salt: [u8; 16],
    #[n(3)]
    memory_kib: u32,
    #[n(4)]
    passes: u32,
    #[n(5)]
    lanes: u32,
}

#[derive(Encode, Decode)]
#[cbor(map)]
struct KitContent {
    #[cbor(n(0), with = "minicbor::bytes")]
    nonce: [u8; 12],
    #[cbor(n(1), with = "minicbor::bytes")]
    sealed: Vec<u8>,
}

impl Envelope {
    fn write<T: Encode<()>>(kind: &str, content: &T) -> Result<Vec<u8>, Error> {
        let content = cbor::write(content, WHAT)?;
        let envelope =
            Self { format: FORMAT, check: check(FORMAT, kind, &content), kind: kind.to_owned(), content };
        cbor::write(&envelope, WHAT)
    }

    fn read<T: for<'b> Decode<'b, ()>>(kind: &str, bytes: &[u8]) -> Result<T, Error> {
        let damaged = Error::Damaged(WHAT);
        if bytes.len() > LONGEST {
            return Err(damaged);
        }
        let envelope: Self = cbor::read_any(bytes, WHAT)?;
        if envelope.check != check(envelope.format, &envelope.kind, &envelope.content) {
            return Err(damaged);
        }
        if envelope.format != FORMAT {
            return Err(Error::UnknownFormat { what: WHAT, found: envelope.format });
        }
        if envelope.kind != kind {
            return Err(damaged);
        }
        cbor::read_any(&envelope.content, WHAT)
    }
}

fn check(format: u16, kind: &str, content: &[u8]) -> Digest {
    let format = format.to_be_bytes();
    Digest::of(&[domain::WRAP_CHECK, &format, kind.as_bytes(), b"\0", content])
}

/// Argon2id of the passphrase in Unicode form NFKD, since keyboards differ in how they write one letter. The memory is overwritten.
fn stretch(passphrase: &str, salt: &[u8; 16], cost: Cost) -> Result<SecretKey32, Error> {
    cost.check()?;
    let params =
        Params::new(cost.memory_kib, cost.passes, cost.lanes, Some(32)).map_err(|_| Error::CostTooHigh)?;
    let mut memory = Memory::new(params.block_count())?;
    let passphrase = normal_form(passphrase);
    let mut output = Zeroizing::new([0; 32]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into_with_memory(passphrase.as_bytes(), salt, output.as_mut_slice(), &mut memory)
        .map_err(|_| Error::CostTooHigh)?;
    SecretKey32::try_from(output.as_slice())
}

fn normal_form(passphrase: &str) -> Zeroizing<String> {
    let mut text = Cow::Borrowed(passphrase);
    bip39::Mnemonic::normalize_utf8_cow(&mut text);
    Zeroizing::new(text.into_owned())
}

struct Memory(Vec<Block>);

impl Memory {
    fn new(blocks: usize) -> Result<Self, Error> {
        let mut memory = Vec::new();
        memory.try_reserve_exact(blocks).map_err(|_| Error::OutOfMemory)?;
        memory.resize(blocks, Block::default());
        Ok(Self(memory))
    }
}

impl AsMut<[Block]> for Memory {
    fn as_mut(&mut self) -> &mut [Block] {
        &mut self.0
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        self.0.iter_mut().for_each(Zeroize::zeroize);
    }
}
