//! Finding names and words in a text, in one pass over it.

use std::collections::BTreeMap;

use super::tables::Says;

/// Names or beginnings of words, by their first two letters.
#[derive(Default)]
pub(super) struct Needles(BTreeMap<[u8; 2], Vec<(String, Says)>>);

impl Needles {
    pub(super) fn add(&mut self, text: &str, says: Says) {
        let text = text.to_ascii_lowercase();
        if let Some([one, two, ..]) = text.as_bytes().get(..2) {
            self.0.entry([*one, *two]).or_default().push((text, says));
        }
    }

    /// Tells of each one that a word of the text begins with; `whole`: and ends with.
    pub(super) fn find(&self, text: &str, whole: bool, mut each: impl FnMut(&Says)) {
        let bytes = text.as_bytes();
        let mut before = b' ';
        for (at, byte) in bytes.iter().enumerate() {
            let begins = !before.is_ascii_alphanumeric() && before.is_ascii();
            before = *byte;
            if !begins || !byte.is_ascii_alphabetic() {
                continue;
            }
            let Some(rest) = bytes.get(at..) else { continue };
            let Some([one, two]) = rest.get(..2).and_then(|two| <[u8; 2]>::try_from(two).ok()) else {
                continue;
            };
            let key = [one.to_ascii_lowercase(), two.to_ascii_lowercase()];
            for (needle, says) in self.0.get(&key).into_iter().flatten() {
                let Some(found) = rest.get(..needle.len()) else { continue };
                let ends = || rest.get(needle.len()).is_none_or(|next| !next.is_ascii_alphanumeric());
                if found.eq_ignore_ascii_case(needle.as_bytes()) && (!whole || ends()) {
                    each(says);
                }
            }
        }
    }
}
