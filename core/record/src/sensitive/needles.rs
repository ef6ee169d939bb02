//! Finding names and words in a text, in one pass over it.

use super::tables::Says;

/// Names or beginnings of words, by [`place`].
#[derive(Default)]
pub(super) struct Needles(Vec<Vec<(String, Says)>>);

impl Needles {
    pub(super) fn add(&mut self, text: &str, says: Says) {
        let text = text.to_ascii_lowercase();
        if let Some([one, two, ..]) = text.as_bytes().get(..2) {
            let place = place(*one, *two);
            if self.0.len() <= place {
                self.0.resize_with(place + 1, Vec::new);
            }
            if let Some(alike) = self.0.get_mut(place) {
                alike.push((text, says));
            }
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
            let [one, two, ..] = rest else { continue };
            for (needle, says) in self.0.get(place(*one, *two)).into_iter().flatten() {
                let Some(found) = rest.get(..needle.len()) else { continue };
                let ends = || rest.get(needle.len()).is_none_or(|next| !next.is_ascii_alphanumeric());
                if found.eq_ignore_ascii_case(needle.as_bytes()) && (!whole || ends()) {
                    each(says);
                }
            }
        }
    }
}

/// By what two letters have in common in either case; other pairs may share it.
fn place(one: u8, two: u8) -> usize {
    usize::from(one & 31) * 32 + usize::from(two & 31)
}
