use fhir::{Digest, Resource, attachment};
use serde::{Deserialize, Serialize};

use super::State;

/// The longest address that is kept in a row; a longer one leads nowhere.
const LONGEST: usize = 8_192;

/// A file that a resource holds or points at. What is stated of it is the sender's word.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttachmentRef {
    /// Where it stands in the resource, as [`fhir::attachment`] names it.
    pub path: String,
    /// Its address, as it came. None when the file stands in the resource, or none was given.
    pub address: Option<String>,
    /// SHA-256 of its bytes, when it stands in the resource.
    pub digest: Option<Digest>,
    /// Media type, as stated.
    pub content_type: Option<String>,
    /// Bytes, as stated.
    pub size: Option<u64>,
    /// SHA-1 of the bytes in base64, as stated.
    pub hash: Option<String>,
    /// What it is called.
    pub title: Option<String>,
}

/// The files of a revision, in its order. What was recorded by mistake may be another person's: its files are not told.
pub(super) fn of(state: State, resource: Option<&Resource>) -> Vec<AttachmentRef> {
    let Some(resource) = resource.filter(|_| state == State::Current) else { return Vec::new() };
    let value = resource.value();
    let read = |file: attachment::Attachment| AttachmentRef {
        digest: attachment::data(value, &file.path).map(|bytes| Digest::of(&bytes)),
        address: file.url.filter(|address| !file.data && address.len() <= LONGEST),
        path: file.path,
        content_type: file.content_type,
        size: file.size,
        hash: file.hash,
        title: file.title,
    };
    attachment::all(value).into_iter().map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inline_files_have_a_digest_and_others_an_address() {
        let note = br#"{"resourceType":"DocumentReference","id":"n","content":[
            {"attachment":{"contentType":"text/plain","data":"SGVsbG8=","title":"a","url":"Binary/also"}},
            {"attachment":{"contentType":"application/pdf","url":"Binary/1","size":12,"hash":"h"}},
            {"attachment":{"contentType":"text/plain","data":"***"}}]}"#;
        let note = Resource::parse(note).unwrap();
        let files = of(State::Current, Some(&note));
        assert_eq!(files.len(), 3);
        assert_eq!((files[0].digest, &files[0].address), (Some(Digest::of(b"Hello")), &None));
        assert_eq!((files[1].digest, files[1].address.as_deref()), (None, Some("Binary/1")));
        assert_eq!((files[1].size, files[1].hash.as_deref()), (Some(12), Some("h")));
        assert_eq!((files[2].digest, &files[2].address), (None, &None), "no base64, and no address");
        assert_eq!(of(State::Retracted, Some(&note)), [], "h19: it may be another person's");
    }
}
