use minicbor::{Decode, Encode};
use statement::{Digest, Id};

use super::{MAX_TEXT, tag};
use crate::Error;

const DOMAIN: &[u8] = b"wellkept/text/1\0";

/// A droppable text's name: SHA-256 of `wellkept/text/1\0`, the salt and the text.
pub type TextId = Id<tag::Text, 32>;

/// Free text, kept outside the fact that names it: when it is dropped, the name tells nothing, as the salt is gone too.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Text {
    /// Random.
    #[cbor(n(0), with = "minicbor::bytes")]
    pub salt: [u8; 16],
    /// The text.
    #[n(1)]
    pub text: String,
}

impl Text {
    /// Its name.
    pub fn id(&self) -> TextId {
        TextId::new(*Digest::of(&[DOMAIN, &self.salt, self.text.as_bytes()]).as_bytes())
    }

    /// CBOR: {0: salt, 1: text}.
    ///
    /// # Errors
    /// [`Error::TooLarge`] over [`MAX_TEXT`].
    pub fn encode(&self) -> Result<Vec<u8>, Error> {
        if self.text.len() > MAX_TEXT {
            return Err(Error::TooLarge { limit: MAX_TEXT });
        }
        minicbor::to_vec(self).map_err(|_| Error::Fact)
    }

    /// Reads what [`Text::encode`] wrote.
    ///
    /// # Errors
    /// [`Error::Fact`], or [`Error::TooLarge`] over [`MAX_TEXT`].
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        if bytes.len() > MAX_TEXT + 64 {
            return Err(Error::TooLarge { limit: MAX_TEXT });
        }
        minicbor::decode(bytes).map_err(|_| Error::Fact)
    }
}

impl std::fmt::Debug for Text {
    /// The name only.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Text({})", self.id())
    }
}
