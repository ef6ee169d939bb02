//! Words as they are collected: bounded, with spaces and line breaks folded.

use super::TEXT_LIMIT;

/// A text that grows to [`TEXT_LIMIT`] and no further.
#[derive(Default)]
pub(super) struct Words {
    out: String,
    gap: Gap,
    full: bool,
}

#[derive(Clone, Copy, Default, PartialEq, PartialOrd)]
enum Gap {
    #[default]
    None,
    Space,
    Line,
}

impl Words {
    /// Letters as they stand; runs of blanks become one space, line breaks too.
    pub(super) fn push(&mut self, text: &str) {
        for letter in text.chars() {
            if letter.is_whitespace() || letter == '\u{0}' {
                self.space();
            } else {
                self.letter(letter);
            }
        }
    }

    /// A gap between words.
    pub(super) fn space(&mut self) {
        self.widen(Gap::Space);
    }

    /// The end of a line.
    pub(super) fn line(&mut self) {
        self.widen(Gap::Line);
    }

    pub(super) fn is_full(&self) -> bool {
        self.full
    }

    pub(super) fn into_text(self) -> String {
        self.out
    }

    fn letter(&mut self, letter: char) {
        self.full |= self.out.len() + 1 + letter.len_utf8() > TEXT_LIMIT;
        if self.full {
            return;
        }
        match std::mem::take(&mut self.gap) {
            Gap::Space if !self.out.is_empty() => self.out.push(' '),
            Gap::Line if !self.out.is_empty() => self.out.push('\n'),
            _ => {}
        }
        self.out.push(letter);
    }

    fn widen(&mut self, gap: Gap) {
        if gap > self.gap {
            self.gap = gap;
        }
    }
}

/// A plain text with its lines kept, within the cap.
pub(super) fn tidied(text: &str) -> String {
    let mut words = Words::default();
    for line in text.lines() {
        if words.is_full() {
            break;
        }
        words.push(line);
        words.line();
    }
    words.into_text()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_fold_and_lines_stay() {
        assert_eq!(tidied("  a \t b\r\n\r\n\n c\u{0}d  \n"), "a b\nc d");
    }

    #[test]
    fn a_text_is_cut_between_letters_at_the_cap() {
        let long = tidied(&"é ".repeat(TEXT_LIMIT));
        assert!(long.len() <= TEXT_LIMIT && long.len() > TEXT_LIMIT - 8);
        assert!(long.starts_with("é é é"));
    }
}
