//! How the bytes of a shown string are read: by the font's own table, once a font.

use std::collections::BTreeMap;

use lopdf::{Dictionary, Document, Encoding, Object};

/// What one font's table may unpack to.
const TABLE: usize = 2 * 1024 * 1024;
/// Fonts that are read of one file.
const FONTS: usize = 512;

/// The fonts of a document, by where their dictionaries lie.
#[derive(Default)]
pub(super) struct Fonts<'a> {
    read: BTreeMap<usize, Option<Encoding<'a>>>,
}

impl<'a> Fonts<'a> {
    /// Reads the font `name` of these resources, if it has not been read, and tells where it lies.
    pub(super) fn find(
        &mut self,
        document: &'a Document,
        resources: &[&'a Dictionary],
        name: &[u8],
    ) -> Option<usize> {
        let font = resources.iter().find_map(|resources| {
            let fonts = dictionary(document, resources.get(b"Font").ok()?)?;
            dictionary(document, fonts.get(name).ok()?)
        })?;
        let place = std::ptr::from_ref(font).addr();
        if !self.read.contains_key(&place) {
            if self.read.len() >= FONTS {
                return None;
            }
            self.read.insert(place, font.get_font_encoding_with_limit(document, TABLE).ok());
        }
        Some(place)
    }

    /// The letters of a shown string.
    pub(super) fn letters(&self, place: Option<usize>, bytes: &[u8]) -> Option<String> {
        let encoding = self.read.get(&place?)?.as_ref()?;
        encoding.bytes_to_string(bytes).ok()
    }
}

/// The dictionary that an object is or leads to.
pub(super) fn dictionary<'a>(document: &'a Document, object: &'a Object) -> Option<&'a Dictionary> {
    match object {
        Object::Reference(id) => document.get_object(*id).ok()?.as_dict().ok(),
        other => other.as_dict().ok(),
    }
}
