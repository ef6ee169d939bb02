//! What is kept of how a portal knows this device: sealed, one entry of the keychain each, under a name that tells nothing.

use data_encoding::HEXLOWER;
use minicbor::{Decode, Encode};
use portal::register::Registered;
use portal::{Base, Tokens};
use vault::seal;
use zeroize::Zeroizing;

use super::Key;
use crate::{Client, Error};

/// How one portal knows this device.
pub(crate) struct KeptApp {
    /// Its name in the keychain; empty where it is not kept.
    pub(super) name: String,
    pub(super) base: Base,
    /// The client id.
    pub(crate) client_id: String,
    /// What signs, where the name is not enough.
    pub(super) key: Option<Key>,
    /// Where this device registered itself.
    pub(super) registered: Option<Registered>,
}

impl KeptApp {
    /// A public client of this name.
    pub(super) fn named(base: &Base, client_id: &str) -> Self {
        let (name, client_id) = (String::new(), client_id.to_owned());
        Self { name, base: base.clone(), client_id, key: None, registered: None }
    }

    /// Whether these tokens were given to it.
    pub(super) fn is_of(&self, tokens: &Tokens) -> bool {
        let key = self.key.as_ref().map(|key| key.id.as_str());
        self.base == *tokens.base() && self.client_id == tokens.client_id() && key == tokens.key()
    }

    /// Whether it signs with a key of this device.
    pub(crate) fn signs(&self) -> bool {
        self.key.is_some()
    }

    /// Whether this device registered itself.
    pub(crate) fn is_registered(&self) -> bool {
        self.registered.is_some()
    }

    fn is_the_same_as(&self, other: &Self) -> bool {
        let key = |app: &Self| app.key.as_ref().map(|key| key.id.clone());
        self.base == other.base && self.client_id == other.client_id && key(self) == key(other)
    }

    fn encode(&self) -> Result<Zeroizing<Vec<u8>>, Error> {
        let kept = Kept {
            format: FORMAT,
            base: self.base.as_str().to_owned(),
            client_id: self.client_id.clone(),
            key_id: self.key.as_ref().map(|key| key.id.clone()),
            key: self.key.as_ref().map(|key| Bytes(key.kept.clone())),
            registered: self.registered.as_ref().map(|registered| Bytes(registered.encode())),
        };
        // Room enough that writing does not move the secret about in memory.
        let mut bytes = Zeroizing::new(Vec::with_capacity(64 << 10));
        minicbor::encode(&kept, &mut *bytes).map_err(|_| Error::Bug("a portal's key"))?;
        Ok(bytes)
    }

    fn decode(name: String, bytes: &[u8]) -> Option<Self> {
        let kept: Kept = minicbor::decode(bytes).ok().filter(|kept: &Kept| kept.format == FORMAT)?;
        let base = Base::parse(&kept.base).ok().filter(|base| base.as_str() == kept.base)?;
        let key = match (kept.key_id, kept.key) {
            (Some(id), Some(Bytes(kept))) => Some(Key { id, kept }),
            (None, None) => None,
            _ => return None,
        };
        let registered = match kept.registered {
            Some(Bytes(bytes)) => {
                Some(Registered::decode(&bytes).ok().filter(|registered| *registered.base() == base)?)
            }
            None => None,
        };
        Some(Self { name, base, client_id: kept.client_id, key, registered })
    }
}

impl Client {
    /// Everything of this kind that this device keeps. What cannot be read is passed over.
    pub(super) fn kept_apps(&self) -> Result<Vec<KeptApp>, Error> {
        let keychain = &self.inner.platform.keychain;
        let mut apps = Vec::new();
        for name in keychain.names()?.into_iter().filter(|name| name.starts_with(PREFIX)) {
            let Some(sealed) = keychain.load(&name)? else { continue };
            let Ok(plain) = seal::open(&self.inner.device_key, &name, &sealed) else { continue };
            apps.extend(KeptApp::decode(name, plain.expose()));
        }
        Ok(apps)
    }

    /// The portals that this device keeps anything of this kind for.
    pub(crate) fn bases_of_apps(&self) -> Result<Vec<Base>, Error> {
        Ok(self.kept_apps()?.into_iter().map(|app| app.base).collect())
    }

    /// Keeps it, in the place of the one that is the same at the portal. A mere name needs no keeping.
    pub(crate) fn keep_app(&self, app: &mut KeptApp) -> Result<(), Error> {
        if !app.signs() && !app.is_registered() {
            return Ok(());
        }
        if app.name.is_empty() {
            let same = self.kept_apps()?.into_iter().find(|held| held.is_the_same_as(app));
            app.name = match same {
                Some(held) => held.name,
                None => format!("{PREFIX}{}", HEXLOWER.encode(&self.inner.platform.random::<16>()?)),
            };
        }
        let plain = app.encode()?;
        let sealed = seal::seal(&self.inner.device_key, &app.name, self.inner.platform.random()?, &plain)?;
        Ok(self.inner.platform.keychain.store(&app.name, &sealed)?)
    }

    pub(super) fn forget_app(&self, app: &KeptApp) -> Result<(), Error> {
        Ok(self.inner.platform.keychain.remove(&app.name)?)
    }
}

const PREFIX: &str = "app.";
const FORMAT: u16 = 1;

#[derive(Encode, Decode)]
#[cbor(map)]
struct Kept {
    #[n(0)]
    format: u16,
    #[n(1)]
    base: String,
    #[n(2)]
    client_id: String,
    #[n(3)]
    key_id: Option<String>,
    #[n(4)]
    key: Option<Bytes>,
    #[n(5)]
    registered: Option<Bytes>,
}

/// Secret bytes, overwritten when dropped.
struct Bytes(Zeroizing<Vec<u8>>);

impl<C> Encode<C> for Bytes {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut minicbor::Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.bytes(&self.0).map(drop)
    }
}

impl<'b, C> Decode<'b, C> for Bytes {
    fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        Ok(Self(Zeroizing::new(d.bytes()?.to_vec())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kept_key_of_a_portal_is_read_for_ever() {
        let frozen = include_str!("../../../../tests/vectors/client/portal-app.hex").trim();
        let bytes = HEXLOWER.decode(frozen.as_bytes()).unwrap();
        let app = KeptApp::decode("app.00".to_owned(), &bytes).unwrap();
        assert_eq!(app.base.as_str(), "https://portal.example/fhir");
        assert_eq!((app.client_id.as_str(), app.is_registered()), ("c-0001", true));
        let key = app.key.as_ref().unwrap();
        assert_eq!((key.id.as_str(), key.kept.as_slice()), ("alices-phone", [0x33; 8].as_slice()));
        assert_eq!(app.registered.as_ref().unwrap().client_id(), "c-0001");
        assert_eq!(*app.encode().unwrap(), bytes);
        for end in 0..bytes.len() {
            assert!(KeptApp::decode(String::new(), bytes.get(..end).unwrap()).is_none(), "cut off at {end}");
        }
    }
}
