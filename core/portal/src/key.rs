//! The device's own key at a portal (SMART App Launch 2.2, "Client Authentication: Asymmetric"; RFC 7523, section 2.2).
//!
//! The key itself stays with the caller, who may have it in hardware: here there is only what it signs.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use data_encoding::BASE64URL_NOPAD;
use serde::Serialize;
use serde_json::{Value, json};
use url::Url;
use zeroize::Zeroizing;

use crate::Error;

/// A key that the caller holds. Use one for each portal: a key that is known at two of them links the two.
pub trait ClientKey: Send + Sync {
    /// How it signs.
    fn alg(&self) -> Alg;
    /// The name under which it is registered at the portal.
    fn kid(&self) -> &str;
    /// The signature in the form of RFC 7518: with [`Alg::Es384`] `r` and `s` of 48 bytes each (section 3.4; not DER),
    /// with [`Alg::Rs384`] PKCS #1 v1.5 (section 3.3).
    ///
    /// # Errors
    /// When the key cannot be used now.
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, CannotSign>;
    /// The public half.
    fn public_jwk(&self) -> PublicJwk;
}

/// The key cannot be used now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this device's key for the portal cannot be used now")]
pub struct CannotSign;

/// A way to sign. A SMART portal understands at least one of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alg {
    /// ECDSA on P-384 with SHA-384.
    Es384,
    /// RSA with SHA-384.
    Rs384,
}

/// A public key. It has no room for anything private.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PublicJwk {
    /// A point of P-384.
    P384 {
        /// Its first coordinate, big-endian.
        x: [u8; 48],
        /// Its second coordinate, big-endian.
        y: [u8; 48],
    },
    /// An RSA key.
    Rsa {
        /// The modulus, big-endian, without leading zeros.
        n: Vec<u8>,
        /// The exponent, big-endian, without leading zeros.
        e: Vec<u8>,
    },
}

/// How the app shows at the token address who it is (RFC 7591, section 2: `token_endpoint_auth_method`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ClientAuth {
    /// By its name only.
    #[default]
    None,
    /// By a signature of the device's own key.
    PrivateKeyJwt,
}

/// Signs for one machine ([`crate::connect::Connect`], [`crate::session::Session`]); copies count together.
#[derive(Clone)]
pub struct Signer {
    key: Arc<dyn ClientKey>,
    seed: [u8; 32],
    count: Arc<AtomicU64>,
}

impl Alg {
    /// As JOSE calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Es384 => "ES384",
            Self::Rs384 => "RS384",
        }
    }

    fn fits(self, signature: &[u8]) -> bool {
        match self {
            Self::Es384 => signature.len() == 96,
            Self::Rs384 => (256..=1024).contains(&signature.len()),
        }
    }
}

impl PublicJwk {
    /// From an uncompressed point of P-384 (SEC 1, section 2.3.3): 4, x, y.
    pub fn from_point(point: &[u8]) -> Option<Self> {
        let (&4, rest) = point.split_first()? else { return None };
        let (x, y) = rest.split_at_checked(48)?;
        Some(Self::P384 { x: x.try_into().ok()?, y: y.try_into().ok()? })
    }
}

impl ClientAuth {
    /// Its registered name.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::PrivateKeyJwt => "private_key_jwt",
        }
    }

    /// The one of this name; without a name [`Self::None`].
    pub(crate) fn named(name: Option<&str>) -> Option<Self> {
        match name {
            None => Some(Self::None),
            Some(name) => [Self::None, Self::PrivateKeyJwt].into_iter().find(|auth| auth.name() == name),
        }
    }
}

impl Signer {
    /// `random`: fresh for each machine. The identifiers of what is signed are made of it.
    pub fn new(key: Arc<dyn ClientKey>, random: [u8; 32]) -> Self {
        Self { key, seed: random, count: Arc::default() }
    }

    /// The key's name.
    pub fn kid(&self) -> &str {
        self.key.kid()
    }

    /// A signed word that this client asks this address, good once and for a short time (RFC 7523, section 3).
    pub(crate) fn assertion(
        &self,
        client_id: &str,
        audience: &Url,
        now: i64,
    ) -> Result<Zeroizing<String>, Error> {
        let alg = self.key.alg();
        let header = Header { alg: alg.name(), kid: self.key.kid(), typ: "JWT" };
        let claims = Claims {
            iss: client_id,
            sub: client_id,
            aud: audience.as_str(),
            exp: now.saturating_add(LIVES),
            jti: self.identifier(),
        };
        let message = format!("{}.{}", part(&header)?, part(&claims)?);
        let signature = self.key.sign(message.as_bytes()).map_err(|_| Error::CannotSign)?;
        if !alg.fits(&signature) {
            return Err(Error::CannotSign);
        }
        Ok(Zeroizing::new(format!("{message}.{}", BASE64URL_NOPAD.encode(&signature))))
    }

    fn identifier(&self) -> String {
        let count = self.count.fetch_add(1, Ordering::Relaxed);
        format!("{}.{count}", BASE64URL_NOPAD.encode(&self.seed))
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({} {})", self.key.alg().name(), self.key.kid())
    }
}

/// The set of public keys that is registered at a portal (RFC 7517, section 5).
pub(crate) fn jwks(key: &dyn ClientKey) -> Value {
    let number = |bytes: &[u8]| BASE64URL_NOPAD.encode(bytes);
    let mut jwk = match key.public_jwk() {
        PublicJwk::P384 { x, y } => {
            json!({"kty": "EC", "crv": "P-384", "x": number(&x), "y": number(&y)})
        }
        PublicJwk::Rsa { n, e } => json!({"kty": "RSA", "n": number(&n), "e": number(&e)}),
    };
    for (name, value) in [("kid", key.kid()), ("alg", key.alg().name()), ("use", "sig")] {
        if let Some(members) = jwk.as_object_mut() {
            members.insert(name.to_owned(), Value::from(value));
        }
    }
    json!({"keys": [jwk]})
}

/// `client_assertion_type` (RFC 7523, section 2.2).
pub(crate) const BY_SIGNATURE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Seconds. SMART allows five minutes; one less lets the device's clock be ahead by that much.
const LIVES: i64 = 240;

#[derive(Serialize)]
struct Header<'a> {
    alg: &'a str,
    kid: &'a str,
    typ: &'a str,
}

// No `iat` and no `nbf`: both are optional, and a portal whose clock is behind refuses what comes from the future.
#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    exp: i64,
    jti: String,
}

fn part(part: &impl Serialize) -> Result<String, Error> {
    Ok(BASE64URL_NOPAD.encode(&serde_json::to_vec(part).map_err(|_| Error::CannotSign)?))
}
