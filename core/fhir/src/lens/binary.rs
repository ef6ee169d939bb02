use serde_json::Value as Json;

use crate::json;
use crate::reference::{self, Reference};

/// Binary: a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Binary {
    /// Media type: `application/pdf`.
    pub content_type: Option<String>,
    /// What it belongs to; whoever may read that may read this.
    pub belongs_to: Option<Reference>,
    /// Bytes of the file, as far as the base64 in the resource tells.
    pub bytes: Option<usize>,
}

impl Binary {
    /// Reads a Binary. Total: what is not there or not usable is empty. The older `content` is tolerated.
    pub fn read(value: &Json) -> Self {
        let data = ["data", "content"].iter().find_map(|key| value.get(*key).and_then(Json::as_str));
        let letters = |data: &str| data.bytes().filter(|b| !b.is_ascii_whitespace() && *b != b'=').count();
        Self {
            content_type: json::text(value, "contentType"),
            belongs_to: reference::member(value, "securityContext"),
            bytes: data
                .map(|data| letters(data) / 4 * 3 + letters(data) % 4 * 3 / 4)
                .filter(|bytes| *bytes > 0),
        }
    }
}
