//! How far this device's own chains had come: kept in the keychain, outside the database, so that an older copy of the database
//! put in its place is noticed (control C2).
//!
//! The word is written after what it speaks of: once an act of a person, once a sync. So the database may be ahead of it, after a
//! kill, and is never behind it unless it was put back.

use std::collections::BTreeMap;

use minicbor::bytes::ByteArray;
use minicbor::{Decode, Encode};
use statement::{Author, Digest, Payload, RecordId, Section, Signed};
use store::Store;
use vault::{SecretKey32, seal};

use crate::client::lock;
use crate::{Client, Error, Platform};

const HEADS: &str = "heads";
/// More chains than one device can have.
const MOST: usize = 256;

/// What is kept, sealed.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
struct Kept {
    #[n(0)]
    record: RecordId,
    #[n(1)]
    heads: Vec<Head>,
    /// What the database file begins with. It is needed where the beginning of the file is damaged.
    #[n(2)]
    salt: Option<ByteArray<16>>,
}

/// The newest statement of one chain.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
struct Head {
    #[n(0)]
    section: Section,
    #[n(1)]
    number: u64,
    #[n(2)]
    digest: Digest,
}

/// This device's chains, as far as they have come.
#[derive(Default)]
pub(crate) struct Heads {
    newest: BTreeMap<Section, (u64, Digest)>,
    /// Whether the database lacks what the keychain speaks of.
    older: bool,
}

impl Heads {
    /// Reads how far the chains are, and holds it against the keychain's word. Without one there is nothing to hold it against.
    pub(crate) fn read(
        platform: &Platform,
        store: &Store,
        device_key: &SecretKey32,
        author: &Author,
    ) -> Result<Self, Error> {
        let newest = store.chains_of(&author.device)?;
        let kept = platform.keychain.load(HEADS)?.and_then(|sealed| open(device_key, &sealed));
        let older = match &kept {
            Some(kept) => kept.record != author.record || lacks(store, kept)?,
            None => false,
        };
        Ok(Self { newest, older })
    }

    /// Whether the database lacks what this device has said.
    pub(crate) fn is_older(&self) -> bool {
        self.older
    }

    fn kept(&self, record: RecordId, salt: Option<[u8; 16]>) -> Kept {
        let head = |(section, (number, digest)): (&Section, &(u64, Digest))| Head {
            section: section.clone(),
            number: *number,
            digest: *digest,
        };
        let salt = salt.map(ByteArray::from);
        Kept { record, heads: self.newest.iter().map(head).collect(), salt }
    }
}

impl Client {
    /// Whether this record's file is an older copy, which lacks what this device has said since. It can be read and exported.
    /// Nothing is added to it: this device would sign under numbers that it has given already.
    #[must_use]
    pub fn is_older_copy(&self) -> bool {
        lock(&self.inner.heads).older
    }

    pub(crate) fn must_be_current(&self) -> Result<(), Error> {
        if self.is_older_copy() { Err(Error::OlderCopy) } else { Ok(()) }
    }

    /// What was said is in the database. The keychain is told now, or at the end of the sync that goes on.
    pub(crate) fn have_said(&self, signed: &[(Signed, Payload)]) {
        let mut heads = lock(&self.inner.heads);
        let own = signed.iter().filter(|(_, payload)| payload.device == self.inner.author.device);
        let mut any = false;
        for (statement, payload) in own {
            heads.newest.insert(payload.section.clone(), (payload.number, statement.digest()));
            any = true;
        }
        drop(heads);
        if any && self.inner.syncing.try_lock().is_ok() {
            self.keep_heads();
        }
    }

    /// Best effort: what was said is safe in the database, and the next word holds this one too.
    pub(crate) fn keep_heads(&self) {
        let heads = lock(&self.inner.heads);
        if heads.older {
            return;
        }
        let inner = &self.inner;
        let kept = heads.kept(inner.author.record, inner.store.salt().ok());
        let held = inner.platform.keychain.load(HEADS).ok().flatten();
        if held.and_then(|sealed| open(&inner.device_key, &sealed)).as_ref() == Some(&kept) {
            return;
        }
        let Ok(plain) = minicbor::to_vec(&kept) else { return };
        let Ok(nonce) = inner.platform.random() else { return };
        if let Ok(sealed) = seal::seal(&inner.device_key, HEADS, nonce, &plain) {
            let _ = inner.platform.keychain.store(HEADS, &sealed);
        }
    }
}

/// What the database file began with when the word was kept.
pub(crate) fn salt(platform: &Platform, device_key: &SecretKey32) -> Result<Option<[u8; 16]>, Error> {
    let kept = platform.keychain.load(HEADS)?.and_then(|sealed| open(device_key, &sealed));
    Ok(kept.and_then(|kept| kept.salt).map(Into::into))
}

/// What cannot be opened says nothing.
fn open(device_key: &SecretKey32, sealed: &[u8]) -> Option<Kept> {
    let plain = seal::open(device_key, HEADS, sealed).ok()?;
    minicbor::decode::<Kept>(plain.expose()).ok().filter(|kept| kept.heads.len() <= MOST)
}

/// A statement's name speaks of its number and of all that came before it in its chain.
fn lacks(store: &Store, kept: &Kept) -> Result<bool, Error> {
    for head in &kept.heads {
        if store.statement(&head.digest)?.is_none() {
            return Ok(true);
        }
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c15_heads_that_only_declare_their_number_say_nothing() {
        let key = SecretKey32::new([7; 32]);
        let head = |number| Head { section: Section::RESULTS, number, digest: Digest::new([0x22; 32]) };
        let kept = |heads| Kept { record: RecordId::new([0x11; 32]), heads, salt: None };
        let sealed = |plain: &[u8]| seal::seal(&key, HEADS, [0; 12], plain).unwrap();
        let none = minicbor::to_vec(kept(Vec::new())).unwrap();
        assert_eq!(open(&key, &sealed(&none)), Some(kept(Vec::new())));
        // The array at the end declares four billion.
        let mut hostile = none;
        assert_eq!(hostile.pop(), Some(0x80));
        hostile.extend([0x9b, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff]);
        assert_eq!(open(&key, &sealed(&hostile)), None);
        let many = minicbor::to_vec(kept((0..=256).map(head).collect())).unwrap();
        assert_eq!(open(&key, &sealed(&many)), None, "more than one device can have");
    }

    #[test]
    fn the_kept_heads_are_read_for_ever() {
        let frozen = [
            (include_str!("../../../tests/vectors/client/heads.hex"), None),
            (include_str!("../../../tests/vectors/client/heads-salt.hex"), Some(ByteArray::from([0x33; 16]))),
        ];
        for (frozen, salt) in frozen {
            let bytes = data_encoding::HEXLOWER.decode(frozen.trim().as_bytes()).unwrap();
            let head = Head { section: Section::RESULTS, number: 300, digest: Digest::new([0x22; 32]) };
            let kept = Kept { record: RecordId::new([0x11; 32]), heads: vec![head], salt };
            assert_eq!(minicbor::to_vec(&kept).unwrap(), bytes);
            assert_eq!(minicbor::decode::<Kept>(&bytes).unwrap(), kept);
        }
    }
}
