//! Text of others, made fit to be shown: it neither steers a screen nor changes the order in which it is read, and hides
//! nothing between its letters. The bytes in the record stay as they came.

use std::borrow::Cow;

/// Stands where a character was that would act instead of being read.
pub const MARK: char = '\u{fffd}';

/// The text as it may be shown on one line.
///
/// Line ends and tabs become spaces, and so do letters that are blank. Control characters and the embeddings, overrides
/// and isolates of direction become [`MARK`]. Invisible characters are left out, but for joiners between letters or
/// pictures that need them, and variation selectors after what they select. All other letters stay.
pub fn inert(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|letter| fate(letter) != Fate::Stays) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match fate(letter) {
            Fate::Stays => out.push(letter),
            Fate::Space => out.push(' '),
            Fate::Mark => out.push(MARK),
            Fate::Gone => {}
            Fate::Joins if joins(&out, letter, letters.peek().copied()) => out.push(letter),
            Fate::Selects if out.chars().next_back().is_some_and(is_ideograph) => out.push(letter),
            Fate::Joins | Fate::Selects => {}
        }
    }
    Cow::Owned(out)
}

/// Whether [`inert`] keeps this character wherever it stands.
pub fn is_inert(letter: char) -> bool {
    fate(letter) == Fate::Stays
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Stays,
    Space,
    Mark,
    Gone,
    Joins,
    Selects,
}

/// By the general categories of Unicode 16: Cc, Cf, Zl and Zp, and the letters and marks that are default-ignorable or
/// blank. Signs of Cf that are seen (Arabic number signs, Kaithi, hieroglyph joiners) stay.
fn fate(letter: char) -> Fate {
    match letter {
        '\t' | '\n' | '\u{b}' | '\u{c}' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => Fate::Space,
        letter if letter.is_control() => Fate::Mark,
        // Hangul fillers, the blank Braille pattern.
        '\u{115f}' | '\u{1160}' | '\u{2800}' | '\u{3164}' | '\u{ffa0}' => Fate::Space,
        // Embeddings, overrides and isolates of direction; annotations between lines; what is no character.
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{fff9}'..='\u{fffb}' => Fate::Mark,
        '\u{fdd0}'..='\u{fdef}' | '\u{fffe}' | '\u{ffff}' => Fate::Mark,
        '\u{200c}' | '\u{200d}' => Fate::Joins,
        '\u{e0100}'..='\u{e01ef}' => Fate::Selects,
        // Soft hyphen, combining grapheme joiner, marks of direction, Khmer inherent vowels, Mongolian separators.
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' => Fate::Gone,
        // Spaces without a width, word joiner, invisible operators, older format characters, byte order mark.
        '\u{200b}'
        | '\u{200e}'
        | '\u{200f}'
        | '\u{2060}'..='\u{2065}'
        | '\u{206a}'..='\u{206f}'
        | '\u{feff}' => Fate::Gone,
        // Shorthand and musical format characters, tags, and what is reserved for the like.
        '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' => Fate::Gone,
        '\u{fff0}'..='\u{fff8}' | '\u{e0000}'..='\u{e00ff}' | '\u{e01f0}'..='\u{e0fff}' => Fate::Gone,
        _ => Fate::Stays,
    }
}

/// A joiner changes how letters of these scripts look, and what they mean: Persian "می‌خواهم", Sinhala "ශ්‍රී".
/// The other one also makes one picture of several.
fn joins(before: &str, joiner: char, after: Option<char>) -> bool {
    let Some(after) = after else { return false };
    let Some(before) = before.chars().next_back() else { return false };
    let letters = is_joined_script(before) && is_joined_script(after);
    letters || (joiner == '\u{200d}' && is_picture(before) && is_picture(after))
}

/// Arabic, Syriac, Thaana, N'Ko, Mandaic, the scripts of India, Sri Lanka and Tibet, Myanmar, Khmer, Mongolian, Javanese
/// and others of South-East Asia.
fn is_joined_script(letter: char) -> bool {
    matches!(
        letter,
        '\u{600}'..='\u{8ff}'
            | '\u{900}'..='\u{dff}'
            | '\u{f00}'..='\u{109f}'
            | '\u{1780}'..='\u{17ff}'
            | '\u{1800}'..='\u{18af}'
            | '\u{1a20}'..='\u{1aaf}'
            | '\u{1b00}'..='\u{1c4f}'
            | '\u{a840}'..='\u{a8df}'
            | '\u{a930}'..='\u{a9df}'
            | '\u{aa60}'..='\u{aa7f}'
            | '\u{abc0}'..='\u{abff}'
            | '\u{fb50}'..='\u{fdcf}'
            | '\u{fdf0}'..='\u{fdff}'
            | '\u{fe70}'..='\u{fefc}'
            | '\u{11000}'..='\u{11fff}'
            | '\u{1e900}'..='\u{1e95f}'
    )
}

fn is_picture(letter: char) -> bool {
    matches!(letter, '\u{2190}'..='\u{2bff}' | '\u{fe0f}' | '\u{1f000}'..='\u{1faff}')
}

fn is_ideograph(letter: char) -> bool {
    matches!(letter, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Every Cf of Unicode 16 that has no shape of its own.
    const UNSEEN: [(u32, u32); 20] = [
        (0xad, 0xad),
        (0x61c, 0x61c),
        (0x180e, 0x180e),
        (0x200b, 0x200f),
        (0x202a, 0x202e),
        (0x2060, 0x2064),
        (0x2066, 0x206f),
        (0xfeff, 0xfeff),
        (0xfff9, 0xfffb),
        (0x1bca0, 0x1bca3),
        (0x1d173, 0x1d17a),
        (0xe0001, 0xe0001),
        (0xe0020, 0xe007f),
        // Default-ignorable, and no Cf.
        (0x34f, 0x34f),
        (0x115f, 0x1160),
        (0x17b4, 0x17b5),
        (0x3164, 0x3164),
        (0xffa0, 0xffa0),
        (0x180b, 0x180d),
        (0xe0100, 0xe01ef),
    ];

    #[test]
    fn no_character_that_acts_or_hides_is_left() {
        let control = (0..=0x1f).chain(0x7f..=0x9f).chain(0x2028..=0x2029);
        let unseen = UNSEEN.iter().flat_map(|(first, last)| *first..=*last);
        for number in control.chain(unseen) {
            let letter = char::from_u32(number).unwrap();
            let shown = inert(&format!("5{letter}0")).into_owned();
            assert!(["5 0", "50", "5\u{fffd}0"].contains(&shown.as_str()), "{number:x}: {shown:?}");
            assert!(!is_inert(letter), "{number:x}");
        }
    }

    #[test]
    fn what_steers_or_turns_a_text_leaves_a_mark() {
        assert_eq!(inert("a\u{1b}[31mb\u{7}\u{9b}2J"), "a\u{fffd}[31mb\u{fffd}\u{fffd}2J");
        assert_eq!(
            inert("Result \u{202e})evitagen( \u{2066}hidden\u{2069}\u{200b} of test"),
            "Result \u{fffd})evitagen( \u{fffd}hidden\u{fffd} of test"
        );
        assert_eq!(inert("one\r\ntwo\tthree\u{2028}four"), "one  two three four");
        assert_eq!(inert("posi\u{ad}tive"), "positive");
        assert_eq!(inert("\u{3164}\u{200b}").trim(), "");
    }

    #[test]
    fn letters_of_every_script_stay_with_their_joiners() {
        for text in [
            "Grüße, 東京, שלום, 37 °C, ½, µg, 5 mg",
            "می\u{200c}خواهم",
            "ශ්\u{200d}රී",
            "क्\u{200d}ष र्\u{200d}य",
            "👩\u{200d}⚕\u{fe0f} 👨\u{200d}👩\u{200d}👧 ❤\u{fe0f}",
            "葛\u{e0100}城",
            "\u{600}١٢ \u{6dd}",
            "e\u{301}",
        ] {
            assert_eq!(inert(text), text);
            assert!(matches!(inert("plain"), Cow::Borrowed(_)));
        }
        for hidden in ["pa\u{200d}ss", "no\u{200c}", "\u{200d}x", "5\u{200d}0", "a\u{e0100}b"] {
            assert_eq!(
                inert(hidden),
                hidden.replace(['\u{200c}', '\u{200d}', '\u{e0100}'], ""),
                "{hidden:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn made_inert_twice_is_made_inert_once(text in "\\PC*|[\\u0000-\\u{10ffff}]{0,40}") {
            let once = inert(&text).into_owned();
            prop_assert_eq!(inert(&once).into_owned(), once.clone());
            prop_assert!(once.chars().all(|letter| !letter.is_control()));
        }
    }
}
