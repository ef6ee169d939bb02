//! Keys as a device would hold them. The RSA key is made for these tests; nothing else knows it.

use std::sync::Arc;

use portal::{Alg, CannotSign, ClientKey, PublicJwk, Signer};
use ring::{
    rand::SystemRandom,
    signature::{
        ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA384, RsaKeyPair,
        RsaPublicKeyComponents,
    },
};

pub struct DeviceKey {
    kid: &'static str,
    pair: Pair,
    random: SystemRandom,
}

enum Pair {
    P384(Box<EcdsaKeyPair>),
    Rsa(Box<RsaKeyPair>),
}

/// A key of its own, made now.
#[allow(clippy::disallowed_methods)]
pub fn made() -> Arc<DeviceKey> {
    let random = SystemRandom::new();
    let bytes = EcdsaKeyPair::generate_pkcs8(&ECDSA_P384_SHA384_FIXED_SIGNING, &random).unwrap();
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P384_SHA384_FIXED_SIGNING, bytes.as_ref(), &random).unwrap();
    Arc::new(DeviceKey { kid: "alices-phone", pair: Pair::P384(Box::new(pair)), random })
}

/// The key that was supplied with the app.
#[allow(clippy::disallowed_methods)]
pub fn supplied() -> Arc<DeviceKey> {
    let pair = RsaKeyPair::from_der(include_bytes!("../data/rsa-2048-for-tests.der")).unwrap();
    Arc::new(DeviceKey { kid: "supplied", pair: Pair::Rsa(Box::new(pair)), random: SystemRandom::new() })
}

pub fn signer(key: &Arc<DeviceKey>) -> Signer {
    Signer::new(key.clone(), [5; 32])
}

impl ClientKey for DeviceKey {
    fn alg(&self) -> Alg {
        match self.pair {
            Pair::P384(_) => Alg::Es384,
            Pair::Rsa(_) => Alg::Rs384,
        }
    }

    fn kid(&self) -> &str {
        self.kid
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, CannotSign> {
        match &self.pair {
            Pair::P384(pair) => {
                Ok(pair.sign(&self.random, message).map_err(|_| CannotSign)?.as_ref().to_vec())
            }
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(&RSA_PKCS1_SHA384, &self.random, message, &mut signature)
                    .map_err(|_| CannotSign)?;
                Ok(signature)
            }
        }
    }

    fn public_jwk(&self) -> PublicJwk {
        match &self.pair {
            Pair::P384(pair) => PublicJwk::from_point(pair.public_key().as_ref()).unwrap(),
            Pair::Rsa(pair) => {
                let parts = RsaPublicKeyComponents::<Vec<u8>>::from(pair.public());
                PublicJwk::Rsa { n: parts.n, e: parts.e }
            }
        }
    }
}

/// A key whose signatures are not of the right form, as those of some hardware: DER.
pub struct DerKey;

impl ClientKey for DerKey {
    fn alg(&self) -> Alg {
        Alg::Es384
    }

    fn kid(&self) -> &str {
        "der"
    }

    fn sign(&self, _: &[u8]) -> Result<Vec<u8>, CannotSign> {
        Ok(vec![0x30; 103])
    }

    fn public_jwk(&self) -> PublicJwk {
        PublicJwk::P384 { x: [1; 48], y: [2; 48] }
    }
}

/// A key that hardware does not give out now.
pub struct LockedKey;

impl ClientKey for LockedKey {
    fn sign(&self, _: &[u8]) -> Result<Vec<u8>, CannotSign> {
        Err(CannotSign)
    }

    fn alg(&self) -> Alg {
        DerKey.alg()
    }

    fn kid(&self) -> &str {
        DerKey.kid()
    }

    fn public_jwk(&self) -> PublicJwk {
        DerKey.public_jwk()
    }
}
