//! Making a record, and opening it with either of its two keys' wraps.

use std::path::Path;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex};

use minicbor::{Decode, Encode};
use statement::{Author, MemberId, Signed, kind};
use store::{Commit, Store};
use tokio::sync::watch;
use vault::{Authority, RecoveryKit, SecretKey32, SigningKey, seal, throttle::Attempts, wrap};
use zeroize::Zeroize;

use crate::client::Inner;
use crate::heads::Heads;
use crate::observe::Wakes;
use crate::platform::files;
use crate::stop::Stop;
use crate::{Client, Error, Platform};

const WRAP_PASSPHRASE: &str = "wrap.passphrase";
const WRAP_KIT: &str = "wrap.kit";
const ATTEMPTS: &str = "attempts";
const DEVICE: &str = "device";
/// Stands while a record is being made or erased, so that a kill in between leaves nothing that passes for a record.
pub(crate) const UNFINISHED: &str = "unfinished";

/// What opens a record.
pub enum Unlock<'a> {
    /// The passphrase.
    Passphrase(&'a str),
    /// The 24 words of the recovery kit.
    Kit(&'a str),
}

/// What this device keeps of itself, sealed in the keychain.
#[derive(Encode, Decode)]
#[cbor(map)]
struct DeviceSecret {
    #[cbor(n(0), with = "minicbor::bytes")]
    seed: [u8; 32],
    #[n(1)]
    member: MemberId,
}

impl Client {
    /// Makes a new record in the file `database` and opens it. The recovery kit is given here and never again.
    ///
    /// # Errors
    /// [`Error::AlreadyThere`] when there is one; [`Error::Damaged`] when keys of a record are in the keychain but its file
    /// is not; [`Error::Locked`] when the keychain does not answer. In each case nothing was changed.
    pub fn init(
        platform: Platform,
        database: &Path,
        holder: &str,
        passphrase: &str,
    ) -> Result<(Self, RecoveryKit), Error> {
        let keychain = &platform.keychain;
        if keychain.load(UNFINISHED)?.is_some() {
            // Nobody was ever shown that record's kit, and nothing was ever put into it.
            files::remove_database(database)?;
        } else if files::exists(database) {
            return Err(Error::AlreadyThere);
        } else if keychain.load(WRAP_PASSPHRASE)?.is_some() {
            return Err(Error::Damaged("its file is missing, though its keys are here".to_owned()));
        }
        keychain.store(UNFINISHED, &[])?;
        let key = SecretKey32::new(platform.random()?);
        let kit = RecoveryKit::new(SecretKey32::new(platform.random()?));
        let device = SigningKey::from_seed(SecretKey32::new(platform.random()?))?;
        let member = MemberId::new(platform.random()?);
        keep_keys(&platform, &key, &kit, &device, member, passphrase)?;
        let genesis = vault::genesis(&kit, member, device.device_id(), platform.random()?, holder)?;
        let payload = vault::verify(&genesis)?;
        let store = Store::create(database, key.expose())?;
        store.commit(Commit { statements: vec![(genesis, payload)], ..Commit::default() })?;
        keychain.remove(UNFINISHED)?;
        Ok((Self::with_store(platform, store, &key)?, kit))
    }

    /// Whether a record was made there to its end. One whose making was broken off is made anew by [`Client::init`].
    ///
    /// # Errors
    /// [`Error::Locked`] when the keychain does not answer.
    pub fn is_finished(platform: &Platform, database: &Path) -> Result<bool, Error> {
        Ok(files::exists(database) && platform.keychain.load(UNFINISHED)?.is_none())
    }

    /// Opens the record in the file `database`.
    ///
    /// # Errors
    /// [`Error::WrongPassphrase`], [`Error::WrongKit`], [`Error::TryAgainIn`] from the fifth wrong passphrase on,
    /// [`Error::Locked`] when the keychain does not answer, [`Error::NoRecord`], [`Error::InUse`], [`Error::NewerData`],
    /// [`Error::Damaged`]. None of them changes the record. An older copy opens, to be read ([`Client::is_older_copy`]).
    pub fn open(platform: Platform, database: &Path, unlock: &Unlock<'_>) -> Result<Self, Error> {
        if !Self::is_finished(&platform, database)? {
            return Err(Error::NoRecord);
        }
        let key = key_of(&platform, unlock)?;
        let store = Store::open(database, key.expose())?;
        Self::with_store(platform, store, &key)
    }

    /// Sets another passphrase. The old one, or the kit, is asked for; the record itself is not opened.
    ///
    /// # Errors
    /// As [`Client::open`]; [`Error::Invalid`] for an empty passphrase. The old passphrase then still holds.
    pub fn set_passphrase(platform: &Platform, unlock: &Unlock<'_>, passphrase: &str) -> Result<(), Error> {
        let key = key_of(platform, unlock)?;
        let wrapped = wrap::with_passphrase(
            &key,
            passphrase,
            platform.random()?,
            platform.random()?,
            wrap::Cost::default(),
        )?;
        platform.keychain.store(WRAP_PASSPHRASE, &wrapped)?;
        platform.keychain.store(ATTEMPTS, &Attempts::cleared().encode())?;
        Ok(())
    }

    fn with_store(platform: Platform, store: Store, key: &SecretKey32) -> Result<Self, Error> {
        let genesis =
            genesis_of(&store)?.ok_or_else(|| Error::Damaged("its first statement is missing".to_owned()))?;
        let authority = Authority::new(&genesis)?;
        let device_key = seal::derive_device_key(key)?;
        let (device, member) = own_device(&platform, &device_key)?;
        let author = Author { record: authority.record(), device: device.device_id(), member };
        let heads = Heads::read(&platform, &store, &device_key, &author)?;
        if !heads.is_older() {
            // Best effort: the next opening does it again. An older copy does not know of newer files.
            let _ = store.tidy_files();
        }
        let inner = Inner {
            heads: Mutex::new(heads),
            platform,
            store,
            authority,
            author,
            device: Mutex::new(device),
            device_key,
            wakes: watch::Sender::new(Wakes::default()),
            syncing: tokio::sync::Mutex::new(()),
            same_person: Mutex::default(),
            look: Mutex::default(),
            stop: Stop::new(),
            returned: tokio::sync::Notify::new(),
            file_budget: AtomicU64::new(crate::attachments::FILE_BUDGET),
        };
        let client = Self { inner: Arc::new(inner) };
        client.keep_heads();
        Ok(client)
    }
}

fn genesis_of(store: &Store) -> Result<Option<Signed>, Error> {
    let found = store.statements_of_kind(kind::GENESIS)?;
    Ok(found.into_iter().next().map(|(_, signed)| signed))
}

fn keep_keys(
    platform: &Platform,
    key: &SecretKey32,
    kit: &RecoveryKit,
    device: &SigningKey,
    member: MemberId,
    passphrase: &str,
) -> Result<(), Error> {
    let keychain = &platform.keychain;
    let by_passphrase = wrap::with_passphrase(
        key,
        passphrase,
        platform.random()?,
        platform.random()?,
        wrap::Cost::default(),
    )?;
    let mut secret = DeviceSecret { seed: *device.seed().expose(), member };
    let plain = minicbor::to_vec(&secret);
    secret.seed.zeroize();
    let mut plain = plain.map_err(|_| Error::Bug("device secret"))?;
    let sealed = seal::seal(&seal::derive_device_key(key)?, DEVICE, platform.random()?, &plain);
    plain.zeroize();
    keychain.store(DEVICE, &sealed?)?;
    keychain.store(WRAP_KIT, &wrap::with_kit(key, kit, platform.random()?)?)?;
    keychain.store(WRAP_PASSPHRASE, &by_passphrase)?;
    Ok(())
}

pub(crate) fn key_of(platform: &Platform, unlock: &Unlock<'_>) -> Result<SecretKey32, Error> {
    match unlock {
        Unlock::Passphrase(passphrase) => open_with_passphrase(platform, passphrase),
        Unlock::Kit(words) => {
            let kit = RecoveryKit::parse(words)?;
            Ok(wrap::open_kit(&wrap_named(platform, WRAP_KIT)?, &kit)?)
        }
    }
}

/// The try is counted before it is made, so that a kill does not uncount it.
fn open_with_passphrase(platform: &Platform, passphrase: &str) -> Result<SecretKey32, Error> {
    let now = platform.clock.now();
    let stored = platform.keychain.load(ATTEMPTS)?;
    let attempts = match &stored {
        None => Attempts::default(),
        Some(bytes) => Attempts::decode(bytes).unwrap_or_else(|_| Attempts::unreadable(now)),
    };
    let wait = attempts.wait(now);
    if wait.seconds > 0 {
        platform.keychain.store(ATTEMPTS, &wait.attempts.encode())?;
        return Err(Error::TryAgainIn { seconds: wait.seconds });
    }
    let wrapped = wrap_named(platform, WRAP_PASSPHRASE)?;
    platform.keychain.store(ATTEMPTS, &attempts.failed(now).encode())?;
    let key = wrap::open_passphrase(&wrapped, passphrase)?;
    platform.keychain.store(ATTEMPTS, &Attempts::cleared().encode())?;
    Ok(key)
}

fn wrap_named(platform: &Platform, name: &str) -> Result<Vec<u8>, Error> {
    platform.keychain.load(name)?.ok_or(Error::KeysLost)
}

fn own_device(platform: &Platform, device_key: &SecretKey32) -> Result<(SigningKey, MemberId), Error> {
    let missing = || Error::Damaged("this device's own key is missing from the keychain".to_owned());
    let sealed = platform.keychain.load(DEVICE)?.ok_or_else(missing)?;
    let plain = seal::open(device_key, DEVICE, &sealed)?;
    let secret: DeviceSecret = minicbor::decode(plain.expose()).map_err(|_| missing())?;
    Ok((SigningKey::from_seed(SecretKey32::new(secret.seed))?, secret.member))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kept_device_secret_is_read_for_ever() {
        let frozen = include_str!("../../../tests/vectors/client/device-secret.hex").trim();
        let bytes = data_encoding::HEXLOWER.decode(frozen.as_bytes()).unwrap();
        let secret: DeviceSecret = minicbor::decode(&bytes).unwrap();
        assert_eq!(secret.seed, [0x11; 32]);
        assert_eq!(secret.member, MemberId::new([0x22; 16]));
        assert_eq!(minicbor::to_vec(&secret).unwrap(), bytes);
    }
}
