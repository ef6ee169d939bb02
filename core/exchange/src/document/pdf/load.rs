//! Opening a PDF, within a budget for all that is unpacked while it opens.

use std::cell::Cell;

use lopdf::{Document, LoadOptions, Object, ObjectId};

use crate::Error;

/// The largest file that is opened; its parsed form is several times as large.
const FILE: usize = 32 * 1024 * 1024;
/// What one stream may unpack to.
const STREAM: usize = 8 * 1024 * 1024;
/// What all streams that hold objects may unpack to.
const OBJECTS: usize = 32 * 1024 * 1024;

thread_local! {
    /// What is left of [`OBJECTS`] for the file that this thread opens: the library takes a plain function to ask.
    static LEFT: Cell<usize> = const { Cell::new(0) };
}

/// The document. Nothing when it is encrypted.
pub(super) fn load(bytes: &[u8]) -> Result<Option<Document>, Error> {
    if bytes.len() > FILE {
        return Err(Error::TooLarge { limit: FILE });
    }
    if is_encrypted(bytes) {
        return Ok(None);
    }
    LEFT.set(OBJECTS);
    let options = LoadOptions { filter: Some(frugal), ..LoadOptions::with_max_decompressed_size(STREAM) };
    let document = Document::load_mem_with_options(bytes, options).map_err(|_| Error::Unreadable)?;
    Ok((!document.is_encrypted()).then_some(document))
}

/// Leaves out pictures, and streams of objects once the budget is spent. The library keeps what it asks about where that is a
/// stream, and what it is given back where that came out of a stream.
fn frugal(id: ObjectId, object: &mut Object) -> Option<(ObjectId, Object)> {
    if let Ok(stream) = object.as_stream() {
        if stream.dict.get(b"Subtype").and_then(Object::as_name).is_ok_and(|name| name == b"Image") {
            return None;
        }
        if stream.dict.has_type(b"ObjStm") {
            let left = LEFT.get();
            let unpacked = stream.get_plain_content_with_limit(left.min(STREAM)).ok()?.len();
            LEFT.set(left.saturating_sub(unpacked));
        }
        return Some((id, Object::Null));
    }
    Some((id, object.clone()))
}

/// Whether any name in the file says `Encrypt`, however it is written. The library opens some encrypted files without asking
/// for what they unpack to.
fn is_encrypted(bytes: &[u8]) -> bool {
    let names = bytes.split(|byte| *byte == b'/').skip(1);
    names.filter(|name| matches!(name.first(), Some(b'E' | b'#'))).any(|name| unescaped(name) == b"Encrypt")
}

/// The first letters of a name, with `#hh` read.
fn unescaped(name: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = name;
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        let escaped = (*byte == b'#').then(|| after.split_at_checked(2)).flatten();
        let hex = escaped.and_then(|(digits, tail)| Some((std::str::from_utf8(digits).ok()?, tail)));
        match hex.and_then(|(digits, tail)| Some((u8::from_str_radix(digits, 16).ok()?, tail))) {
            Some((letter, tail)) => {
                out.push(letter);
                rest = tail;
            }
            None if byte.is_ascii_alphanumeric() => out.push(*byte),
            None => break,
        }
        if out.len() > 7 {
            break;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_encrypted_file_is_known_by_any_spelling() {
        assert!(is_encrypted(b"trailer <</Encrypt 5 0 R>>"));
        assert!(is_encrypted(b"trailer <</#45ncr#79pt 5 0 R>>"));
        assert!(!is_encrypted(b"trailer <</EncryptMetadata true /Root 1 0 R>>"));
        assert!(!is_encrypted(b"/E"));
    }
}
