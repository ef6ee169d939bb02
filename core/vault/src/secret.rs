use crate::Error;
use ring::hkdf;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// A 256-bit secret: a database key, a wrapping key, a signing key's seed. On the heap, so that moving it leaves no copy; overwritten
/// when dropped. It has no `Debug`, `Display` or `Clone`, and nothing writes it anywhere.
pub struct SecretKey32(Box<[u8; 32]>);

/// Secret bytes of any length, likewise.
pub struct SecretBytes(Vec<u8>);

impl SecretKey32 {
    /// Takes the bytes in and overwrites the array passed here. A caller that keeps another copy overwrites that itself.
    pub fn new(mut bytes: [u8; 32]) -> Self {
        let key = Self(Box::new(bytes));
        bytes.zeroize();
        key
    }

    /// The bytes, for the one who needs them: SQLCipher, a keychain, a cipher.
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// HKDF-SHA256 (RFC 5869) without salt: this key is uniform already, and `info` keeps one use from another.
    pub(crate) fn derive(&self, info: &[u8]) -> Result<Self, Error> {
        let mut derived = Self(Box::new([0; 32]));
        let extracted = hkdf::Salt::new(hkdf::HKDF_SHA256, &[]).extract(self.0.as_slice());
        extracted
            .expand(&[info], hkdf::HKDF_SHA256)
            .and_then(|output| output.fill(derived.0.as_mut_slice()))
            .map_err(|_| Error::BadKey)?;
        Ok(derived)
    }
}

impl TryFrom<&[u8]> for SecretKey32 {
    type Error = Error;

    /// # Errors
    /// [`Error::Damaged`] for any other length than 32.
    fn try_from(bytes: &[u8]) -> Result<Self, Error> {
        let bytes: &[u8; 32] = bytes.try_into().map_err(|_| Error::Damaged("key"))?;
        Ok(Self(Box::new(*bytes)))
    }
}

impl Drop for SecretKey32 {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl ZeroizeOnDrop for SecretKey32 {}

impl SecretBytes {
    /// Takes the bytes in.
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The bytes, for the one who needs them.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}

impl Drop for SecretBytes {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl ZeroizeOnDrop for SecretBytes {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{RecoveryKit, SigningKey};
    use std::fmt::{Debug, Display};

    /// For a type with one of these traits more than one implementation fits, and naming `Poor<_>` for it does not compile.
    trait Poor<Which> {
        fn in_traits() {}
    }

    impl<T> Poor<[(); 0]> for T {}
    impl<T: Debug> Poor<[(); 1]> for T {}
    impl<T: Display> Poor<[(); 2]> for T {}
    impl<T: Clone> Poor<[(); 3]> for T {}
    impl<T: AsRef<[u8]>> Poor<[(); 4]> for T {}

    fn overwrites<T: ZeroizeOnDrop>() {}

    #[test]
    fn secrets_cannot_be_printed_or_copied() {
        <SecretKey32 as Poor<_>>::in_traits();
        <SecretBytes as Poor<_>>::in_traits();
        <RecoveryKit as Poor<_>>::in_traits();
        <SigningKey as Poor<_>>::in_traits();
    }

    #[test]
    fn secrets_overwrite_themselves() {
        overwrites::<SecretKey32>();
        overwrites::<SecretBytes>();
        assert!(std::mem::needs_drop::<RecoveryKit>());
        assert!(std::mem::needs_drop::<SigningKey>());
    }

    #[test]
    fn a_key_has_32_bytes() {
        assert!(SecretKey32::try_from([1; 32].as_slice()).is_ok());
        assert!(SecretKey32::try_from([1; 31].as_slice()).is_err());
        assert!(SecretKey32::try_from([1; 33].as_slice()).is_err());
    }
}
