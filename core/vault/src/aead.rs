use crate::{Error, SecretBytes, SecretKey32};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};

/// AES-256-GCM (NIST SP 800-38D): ciphertext followed by the tag of 16 bytes.
pub fn seal(
    key: &SecretKey32,
    nonce: [u8; 12],
    additional: &[u8],
    plaintext: &[u8],
) -> Result<Vec<u8>, Error> {
    // Room for the tag at once: a Vec that grows would leave a copy of the plaintext behind.
    let mut bytes = Vec::with_capacity(plaintext.len().saturating_add(AES_256_GCM.tag_len()));
    bytes.extend_from_slice(plaintext);
    cipher(key)?
        .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(additional), &mut bytes)
        .map_err(|_| Error::Sealed)?;
    Ok(bytes)
}

/// The plaintext, or [`Error::Sealed`].
pub fn open(
    key: &SecretKey32,
    nonce: [u8; 12],
    additional: &[u8],
    sealed: &[u8],
) -> Result<SecretBytes, Error> {
    let mut bytes = zeroize::Zeroizing::new(sealed.to_vec());
    let plaintext = cipher(key)?
        .open_in_place(Nonce::assume_unique_for_key(nonce), Aad::from(additional), &mut bytes)
        .map_err(|_| Error::Sealed)?;
    Ok(SecretBytes::new(plaintext.to_vec()))
}

fn cipher(key: &SecretKey32) -> Result<LessSafeKey, Error> {
    let key = UnboundKey::new(&AES_256_GCM, key.expose()).map_err(|_| Error::Sealed)?;
    Ok(LessSafeKey::new(key))
}
