//! Keys, signatures, seals and the recovery kit.
//!
//! This crate knows secrets and no meaning: it signs payloads that it does not read and seals bytes that it does not understand. It is
//! pure. Random bytes and the time come in as arguments; files, keychains and databases are somebody else's.
//!
//! **Three ways to one key.** A record's database is encrypted under a random 256-bit key. Daily use takes it from the platform's
//! keychain. When that fails, two [`wrap`]s open it, independently of each other and of the keychain: one under a passphrase
//! (Argon2id, so that guessing costs memory and time), one under the [`RecoveryKit`]. Losing one way is repaired by another and is
//! never a reason to make a new database. A wrong passphrase is told apart from a damaged wrap, because the person must act differently.
//!
//! **The kit is the root.** 32 random bytes, written down once as 24 words. The record's root key is derived from them, signs the
//! [`genesis`] and is held nowhere else: whoever has the words can prove whose record it is, and no device can.
//!
//! **Devices sign, people decide.** A [`SigningKey`] never leaves its device, nor enters a backup. [`verify`] says which device said
//! something; [`Authority`] says whether that device had the right to. The two are kept apart because a statement without right is
//! still kept: authority decides what is shown, not what is stored.
//!
//! **Guessing is slowed.** [`throttle`] counts failures in a form that survives a killed process and a clock that is set back.
//!
//! **Secrets are poor in traits.** They have no `Debug`, no `Display`, no `Clone` and no serialisation, live on the heap, and are
//! overwritten when dropped. What `ring` makes of them for a moment on the stack is not.
//!
//! Primitives: Ed25519, HKDF-SHA256, AES-256-GCM and SHA-256 of `ring`, Argon2id of `argon2`, the word list and checksum of `bip39`.
//! There is none of our own. One suite: nothing is negotiated, and a wrap that claims a cheap cost is refused.
//!
//! # Domain separation
//! Every string by which keys and ciphertexts for one use are kept from another:
//!
//! | string | use |
//! | --- | --- |
//! | `wellkept/kit/root/1` | HKDF info: kit to the root key's Ed25519 seed |
//! | `wellkept/kit/wrap/1` | HKDF info: kit to the key that wraps the database key |
//! | `wellkept/database/device/1` | HKDF info: database key to the key that seals a device's secrets |
//! | `wellkept/seal/1\0` | additional data of a seal, followed by the purpose, and where it is about something by a 0 byte and that |
//! | `wellkept/wrap/passphrase/1` | additional data of a wrap under a passphrase |
//! | `wellkept/wrap/kit/1` | additional data of a wrap under the kit |
//! | `wellkept/wrap/check/1\0` | put before what a wrap's checksum covers |
//!
//! Statements are signed behind [`statement::DOMAIN`].

mod aead;
mod authority;
mod cbor;
mod domain;
mod error;
mod kit;
pub mod seal;
mod secret;
mod signing;
pub mod throttle;
pub mod wrap;

pub use authority::{Authority, check_genesis, genesis};
pub use error::Error;
pub use kit::RecoveryKit;
pub use seal::derive_device_key;
pub use secret::{SecretBytes, SecretKey32};
pub use signing::{SigningKey, verify};
