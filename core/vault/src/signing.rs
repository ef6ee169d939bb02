use crate::{Error, SecretKey32};
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use statement::{DeviceId, Payload, SIGNATURE_LENGTH, SUITE, Signed};

/// The y coordinates, little-endian and without the sign, of the points of order 8 or less, canonical or not. Under such a key a
/// signature can verify for many messages (Chalkias, Garillot and Nikolaenko, "Taming the many EdDSAs", 2020, section 2).
const SMALL_ORDER: [[u8; 32]; 7] = [
    y(0x00, 0x00, 0x00),
    y(0x01, 0x00, 0x00),
    [
        0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5,
        0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05,
    ],
    [
        0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a,
        0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a,
    ],
    y(0xec, 0xff, 0x7f),
    y(0xed, 0xff, 0x7f),
    y(0xee, 0xff, 0x7f),
];

/// A device's Ed25519 key (RFC 8032), or the root's. It stays on its device.
pub struct SigningKey {
    seed: SecretKey32,
    device: DeviceId,
}

impl SigningKey {
    /// The key of this seed.
    ///
    /// # Errors
    /// [`Error::BadKey`], which a random seed never causes.
    pub fn from_seed(seed: SecretKey32) -> Result<Self, Error> {
        let public = pair(&seed)?;
        let device = DeviceId::try_from(public.public_key().as_ref()).map_err(|_| Error::BadKey)?;
        Ok(Self { seed, device })
    }

    /// The seed, for sealing it into the keychain.
    pub fn seed(&self) -> &SecretKey32 {
        &self.seed
    }

    /// The public key, which is the device's name.
    pub fn device_id(&self) -> DeviceId {
        self.device
    }

    /// Signs a payload of this device. The same payload always gives the same bytes.
    ///
    /// # Errors
    /// [`Error::OtherDevice`] when the payload names another device, [`Error::UnknownSuite`], or [`Error::Statement`] over a cap.
    pub fn sign(&self, payload: &Payload) -> Result<Signed, Error> {
        if payload.device != self.device {
            return Err(Error::OtherDevice);
        }
        check_suite(payload)?;
        let bytes = payload.encode()?;
        let unsigned = Signed::new(bytes, [0; SIGNATURE_LENGTH])?;
        let signature = pair(&self.seed)?.sign(&unsigned.to_sign());
        let signature = signature.as_ref().try_into().map_err(|_| Error::BadSignature)?;
        Ok(unsigned.with_signature(signature))
    }
}

/// The payload, if the signature is by its own device. Whether that device had the right to say it is [`crate::Authority`]'s.
///
/// # Errors
/// [`Error::BadSignature`], [`Error::BadKey`], [`Error::UnknownSuite`], or [`Error::Statement`] for an unreadable payload.
pub fn verify(signed: &Signed) -> Result<Payload, Error> {
    let payload = signed.payload()?;
    check_suite(&payload)?;
    if is_of_small_order(&payload.device) {
        return Err(Error::BadKey);
    }
    UnparsedPublicKey::new(&ED25519, payload.device)
        .verify(&signed.to_sign(), signed.signature())
        .map_err(|_| Error::BadSignature)?;
    Ok(payload)
}

/// Made anew at each use: a kept pair would be a copy of the secret that nobody overwrites.
fn pair(seed: &SecretKey32) -> Result<Ed25519KeyPair, Error> {
    Ed25519KeyPair::from_seed_unchecked(seed.expose()).map_err(|_| Error::BadKey)
}

fn check_suite(payload: &Payload) -> Result<(), Error> {
    match payload.suite {
        SUITE => Ok(()),
        other => Err(Error::UnknownSuite(other)),
    }
}

fn is_of_small_order(device: &DeviceId) -> bool {
    let mut point = *device.as_bytes();
    if let Some(last) = point.last_mut() {
        *last &= 0x7f;
    }
    SMALL_ORDER.contains(&point)
}

/// A little-endian number whose inner bytes are all `middle`.
const fn y(first: u8, middle: u8, last: u8) -> [u8; 32] {
    let [mut bytes] = [[middle; 32]];
    bytes[0] = first;
    bytes[31] = last;
    bytes
}
