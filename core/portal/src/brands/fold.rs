//! Words as they are compared: without case, accents and punctuation.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// The most words of one text, and the most characters of one word.
const MOST: usize = 40;
const LONGEST: usize = 64;

/// The words of a text, in its order.
pub(super) fn words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for c in text.nfkd().filter(|c| !is_combining_mark(*c) && !apostrophe(*c)) {
        for c in c.to_lowercase() {
            match words.last_mut() {
                Some(word) if c.is_alphanumeric() => push(word, c),
                Some(word) if !word.is_empty() => words.push(String::new()),
                _ => {}
            }
        }
        if words.len() > MOST {
            break;
        }
    }
    words.retain(|word| !word.is_empty());
    words.truncate(MOST);
    words
}

/// The other way in which a word is commonly written.
pub(super) fn twin(word: &str) -> Option<&'static str> {
    let pair = TWINS.iter().find(|(short, long)| *short == word || *long == word)?;
    Some(if pair.0 == word { pair.1 } else { pair.0 })
}

const TWINS: [(&str, &str); 5] =
    [("st", "saint"), ("ste", "sainte"), ("mt", "mount"), ("ft", "fort"), ("dr", "doctor")];

/// What taking letters apart (Unicode, NFKD) does not reach.
fn push(word: &mut String, c: char) {
    if word.chars().count() >= LONGEST {
        return;
    }
    match c {
        'ß' => word.push_str("ss"),
        'æ' => word.push_str("ae"),
        'œ' => word.push_str("oe"),
        'ø' => word.push('o'),
        'đ' | 'ð' => word.push('d'),
        'ł' => word.push('l'),
        'ı' => word.push('i'),
        'þ' => word.push_str("th"),
        c => word.push(c),
    }
}

fn apostrophe(c: char) -> bool {
    matches!(c, '\'' | '\u{2019}' | '\u{2018}' | '\u{2bc}' | '`' | '\u{b4}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_compared_without_case_accents_and_punctuation() {
        assert_eq!(words("St. Mary's  HÔPITAL–Zürich"), ["st", "marys", "hopital", "zurich"]);
        assert_eq!(words("Ærø Łódź Großstraße ﬁne"), ["aero", "lodz", "grossstrasse", "fine"]);
        assert_eq!(words("İzmir Ĳssel"), ["izmir", "ijssel"]);
        assert_eq!(words("mychart.example.org"), ["mychart", "example", "org"]);
        assert_eq!(words("東京 病院"), ["東京", "病院"]);
        assert_eq!(words(" \u{0}\u{202e}- '"), Vec::<String>::new());
        assert_eq!(words(&"a ".repeat(500)).len(), MOST);
        assert_eq!(words(&"é".repeat(500)), ["e".repeat(LONGEST)]);
    }
}
