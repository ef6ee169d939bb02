//! Keeping what came: sealed under a key of its own, with its words.

use data_encoding::BASE64;
use exchange::document;
use fhir::Digest;
use portal::fetch::Fault;
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use store::{Address, Came, ConnectionRow, PutFile, SealedFile};
use vault::{SecretKey32, seal};
use zeroize::Zeroizing;

use super::download::Asked;
use super::{EAGER, File, Miss, state};
use crate::{Client, Error};

/// What files are sealed for.
const PURPOSE: &str = "file/1";

impl Client {
    /// Seals a file and keeps it, and gives its bytes back.
    pub(super) fn keep_file(
        &self,
        connection: &ConnectionRow,
        asked: &Asked,
        file: File,
    ) -> Result<Vec<u8>, Error> {
        let declared = asked.content_type.as_deref().or(file.content_type.as_deref());
        let address = address(connection, asked, Came::Held, self.now());
        self.keep_bytes(&file.bytes, declared, Address { reason: doubt(asked, &file.bytes), ..address })?;
        Ok(file.bytes)
    }

    /// Seals bytes that came from an address and keeps them.
    pub(crate) fn keep_bytes(
        &self,
        bytes: &[u8],
        declared: Option<&str>,
        address: Address,
    ) -> Result<(), Error> {
        let platform = &self.inner.platform;
        let kind = document::sniff(bytes, declared);
        let name = Digest::of(bytes);
        let key = SecretKey32::new(platform.random()?);
        let sealed = seal::seal_about(&key, PURPOSE, name.as_bytes(), platform.random()?, bytes)?;
        let sealed =
            SealedFile { name: platform.random()?, key: Zeroizing::new(*key.expose()), bytes: sealed };
        Ok(self.inner.store.put_file(&PutFile {
            digest: name,
            kind: document::extension(kind).to_owned(),
            length: u64::try_from(bytes.len()).unwrap_or(u64::MAX),
            text: document::text(bytes, kind).ok().flatten(),
            used: self.now(),
            sealed: Some(sealed),
            address: Some(Address { digest: Some(name), ..address }),
        })?)
    }

    /// Remembers why there is no file. What passes by itself is asked for again with the next sync.
    pub(super) fn keep_miss(
        &self,
        connection: &ConnectionRow,
        asked: &Asked,
        miss: Miss,
    ) -> Result<(Came, String), Error> {
        let (came, reason) = match miss {
            Miss::TooLarge { max_bytes } if max_bytes <= EAGER => (Came::Large, String::new()),
            Miss::TooLarge { .. } => (Came::TooLarge, state::TOO_LARGE.to_owned()),
            Miss::Elsewhere { host } => (Came::Refused(None), state::elsewhere(&host)),
            Miss::Unreadable => (Came::Refused(None), state::UNREADABLE.to_owned()),
            Miss::Refused { status, reason } => (Came::Refused(Some(status)), refusal(status, &reason)),
            Miss::Failed { fault: Fault::Redirect | Fault::NotFhir | Fault::OtherHost, reason } => {
                (Came::Refused(None), reason)
            }
            Miss::Failed { fault: Fault::Stopped | Fault::SignIn, reason } => {
                return Ok((Came::Failed, reason));
            }
            Miss::Failed { reason, .. } => (Came::Failed, reason),
        };
        let row = address(connection, asked, came, self.now());
        let said = Some(reason.clone()).filter(|reason| !reason.is_empty());
        self.inner.store.put_address(&Address { reason: said, ..row })?;
        Ok((came, reason))
    }

    /// The bytes of a file that is kept. One that does not unseal to what it was counts as not kept.
    pub(crate) fn unsealed(&self, name: &Digest) -> Result<Option<Vec<u8>>, Error> {
        let store = &self.inner.store;
        let Some(held) = store.file_bytes(name)? else { return Ok(None) };
        let plain = seal::open_about(&SecretKey32::new(*held.key), PURPOSE, name.as_bytes(), &held.bytes);
        match plain {
            Ok(plain) if Digest::of(plain.expose()) == *name => Ok(Some(plain.expose().to_vec())),
            _ => {
                store.lose_file(name)?;
                Ok(None)
            }
        }
    }
}

fn address(connection: &ConnectionRow, asked: &Asked, came: Came, at: i64) -> Address {
    Address {
        connection: connection.id,
        address: asked.address.clone(),
        digest: None,
        came,
        reason: None,
        at,
        seen: asked.seen,
    }
}

fn refusal(status: u16, reason: &str) -> String {
    match reason {
        "" => format!("the portal answered with status {status}"),
        reason => format!("the portal answered with status {status}: {reason}"),
    }
}

/// What does not fit what the resource says of the file. It is kept all the same, and told.
fn doubt(asked: &Asked, bytes: &[u8]) -> Option<String> {
    let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    if let Some(size) = asked.size.filter(|size| *size != length) {
        return Some(format!("it has {length} bytes, and {size} were stated"));
    }
    // R4: SHA-1 in base64. What is of another length is another kind of sum, and says nothing here.
    let stated =
        BASE64.decode(asked.hash.as_deref()?.trim().as_bytes()).ok().filter(|sum| sum.len() == 20)?;
    let differs = digest(&SHA1_FOR_LEGACY_USE_ONLY, bytes).as_ref() != stated;
    differs.then(|| "its checksum is not the one that was stated: it may be another version".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(size: Option<u64>, hash: Option<&str>) -> Asked {
        Asked {
            address: "Binary/1".to_owned(),
            content_type: None,
            size,
            hash: hash.map(str::to_owned),
            seen: 0,
            max_bytes: 9,
        }
    }

    #[test]
    fn a_file_that_is_not_what_was_stated_is_doubted() {
        let doubt = |size, hash| doubt(&asked(size, hash), b"Hello").unwrap_or_default();
        assert_eq!(doubt(None, None), "");
        assert_eq!(doubt(Some(5), Some("9/+ei3uy4Jtwk1pdeF4MxdnQq/A=")), "");
        assert!(doubt(Some(6), None).contains("it has 5 bytes, and 6 were stated"));
        assert!(doubt(Some(5), Some("2jmj7l5rSw0yVb/vlWAYkK/YBwk=")).contains("checksum"));
        assert_eq!(doubt(None, Some("not base64")), "");
        assert_eq!(doubt(None, Some("AAAA")), "", "another kind of sum");
    }
}
