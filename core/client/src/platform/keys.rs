//! Keys in software, for a device without hardware that keeps them: P-384 and RSA, through `ring`.
#![allow(clippy::disallowed_methods, reason = "this is the door itself")]

use std::sync::Arc;

use portal::{Alg, CannotSign, ClientKey, PublicJwk};
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA384, RsaKeyPair,
    RsaPublicKeyComponents,
};
use rustls::pki_types::{PrivateKeyDer, pem::PemObject};
use zeroize::Zeroizing;

use super::{ClientKeys, KeyFailure};

/// The most bytes of a supplied key.
const LONGEST: usize = 64 << 10;

/// Keys that are kept as their own bytes (PKCS #8, or PKCS #1 as supplied): whoever keeps them seals them.
pub struct SoftwareKeys {
    random: SystemRandom,
}

impl SoftwareKeys {
    /// With the system's random numbers.
    #[must_use]
    pub fn new() -> Self {
        Self { random: SystemRandom::new() }
    }
}

impl Default for SoftwareKeys {
    fn default() -> Self {
        Self::new()
    }
}

impl ClientKeys for SoftwareKeys {
    fn make(&self) -> Result<Zeroizing<Vec<u8>>, KeyFailure> {
        let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P384_SHA384_FIXED_SIGNING, &self.random);
        made.map(|made| Zeroizing::new(made.as_ref().to_vec())).map_err(|_| KeyFailure::Unavailable)
    }

    fn take(&self, supplied: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyFailure> {
        if supplied.len() > LONGEST {
            return Err(KeyFailure::Unusable);
        }
        let der = match PrivateKeyDer::from_pem_slice(supplied) {
            Ok(mut key) => {
                let der = Zeroizing::new(key.secret_der().to_vec());
                zeroize::Zeroize::zeroize(&mut key);
                der
            }
            Err(_) => Zeroizing::new(supplied.to_vec()),
        };
        Pair::read(&der, &self.random).ok_or(KeyFailure::Unusable)?;
        Ok(der)
    }

    fn open(&self, kept: &[u8], kid: &str) -> Result<Arc<dyn ClientKey>, KeyFailure> {
        let pair = Pair::read(kept, &self.random).ok_or(KeyFailure::Unusable)?;
        let public = pair.public().ok_or(KeyFailure::Unusable)?;
        Ok(Arc::new(SoftwareKey { kid: kid.to_owned(), pair, public, random: self.random.clone() }))
    }
}

struct SoftwareKey {
    kid: String,
    pair: Pair,
    public: PublicJwk,
    random: SystemRandom,
}

enum Pair {
    P384(Box<EcdsaKeyPair>),
    Rsa(Box<RsaKeyPair>),
}

impl Pair {
    fn read(der: &[u8], random: &SystemRandom) -> Option<Self> {
        let p384 = EcdsaKeyPair::from_pkcs8(&ECDSA_P384_SHA384_FIXED_SIGNING, der, random);
        let rsa = || RsaKeyPair::from_pkcs8(der).or_else(|_| RsaKeyPair::from_der(der));
        match p384 {
            Ok(pair) => Some(Self::P384(Box::new(pair))),
            Err(_) => rsa().ok().map(|pair| Self::Rsa(Box::new(pair))),
        }
    }

    fn public(&self) -> Option<PublicJwk> {
        match self {
            Self::P384(pair) => PublicJwk::from_point(pair.public_key().as_ref()),
            Self::Rsa(pair) => {
                let parts = RsaPublicKeyComponents::<Vec<u8>>::from(pair.public());
                Some(PublicJwk::Rsa { n: parts.n, e: parts.e })
            }
        }
    }
}

impl ClientKey for SoftwareKey {
    fn alg(&self) -> Alg {
        match self.pair {
            Pair::P384(_) => Alg::Es384,
            Pair::Rsa(_) => Alg::Rs384,
        }
    }

    fn kid(&self) -> &str {
        &self.kid
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, CannotSign> {
        match &self.pair {
            Pair::P384(pair) => pair
                .sign(&self.random, message)
                .map(|signed| signed.as_ref().to_vec())
                .map_err(|_| CannotSign),
            Pair::Rsa(pair) => {
                let mut signed = vec![0; pair.public().modulus_len()];
                let done = pair.sign(&RSA_PKCS1_SHA384, &self.random, message, &mut signed);
                done.map(|()| signed).map_err(|_| CannotSign)
            }
        }
    }

    fn public_jwk(&self) -> PublicJwk {
        self.public.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// PKCS #1; made for tests, nothing else knows it.
    const RSA: &[u8] = include_bytes!("../../../portal/tests/data/rsa-2048-for-tests.der");

    fn pem(label: &str, der: &[u8]) -> Vec<u8> {
        let text = data_encoding::BASE64.encode(der);
        format!("-----BEGIN {label}-----\n{text}\n-----END {label}-----\n").into_bytes()
    }

    #[test]
    fn a_key_is_found_again_by_what_was_kept_of_it() {
        let keys = SoftwareKeys::new();
        let kept = keys.make().unwrap();
        let (one, again) = (keys.open(&kept, "a").unwrap(), keys.open(&kept, "a").unwrap());
        assert_eq!((one.alg(), one.kid()), (Alg::Es384, "a"));
        assert_eq!(one.public_jwk(), again.public_jwk());
        assert_eq!(one.sign(b"word").unwrap().len(), 96);
        assert_ne!(*keys.make().unwrap(), *kept, "each key is another");
    }

    #[test]
    fn a_supplied_key_comes_as_pem_or_der() {
        let keys = SoftwareKeys::new();
        let signed = |kept: &[u8]| keys.open(kept, "b").unwrap().sign(b"word").unwrap();
        let der = keys.take(RSA).unwrap();
        assert_eq!(signed(&der).len(), 256);
        assert_eq!(signed(&keys.take(&pem("RSA PRIVATE KEY", RSA)).unwrap()), signed(&der));
        let own = keys.make().unwrap();
        assert_eq!(*keys.take(&pem("PRIVATE KEY", &own)).unwrap(), *own);
        for wrong in
            [b"".as_slice(), b"secret", &pem("PRIVATE KEY", b"secret"), &pem("CERTIFICATE", RSA), &RSA[1..]]
        {
            assert_eq!(keys.take(wrong).err(), Some(KeyFailure::Unusable));
        }
        assert!(keys.open(b"lost", "b").is_err());
    }
}
