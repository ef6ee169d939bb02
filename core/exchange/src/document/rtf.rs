//! The words of a Rich Text file.
//!
//! There is a crate that parses RTF; it reads neither code pages nor files of every origin, and it is not made for hostile
//! ones. Search needs the words only, so this reduction reads the grammar (groups, control words, symbols, binary runs) in
//! one pass and keeps text: `\par`, `\line`, `\row` end a line, `\tab`, `\cell` part words, `\'hh` and `\u` are letters.
//! Fonts, colours, styles, pictures, embedded objects, field instructions, everything after `\*`, and hidden text (`\v`) are left out. Struck text is kept.

use encoding_rs::{Encoding, WINDOWS_1252};

use super::plain::Words;
use crate::Error;

/// Groups within each other; a file with more is refused.
const DEPTH: usize = 1_000;

/// Groups that hold no words of the document.
const ASIDE: &[&str] = &[
    "bin",
    "blipuid",
    "colorschememapping",
    "colortbl",
    "datastore",
    "filetbl",
    "fldinst",
    "fonttbl",
    "generator",
    "info",
    "latentstyles",
    "listoverridetable",
    "listtable",
    "nonshppict",
    "objdata",
    "pict",
    "private",
    "revtbl",
    "rsidtbl",
    "stylesheet",
    "template",
    "themedata",
    "xmlnstbl",
];

/// The words, in order.
pub(super) fn words(bytes: &[u8]) -> Result<String, Error> {
    let mut reader = Reduction::new(bytes);
    while let Some((byte, rest)) = reader.rest.split_first() {
        reader.rest = rest;
        match byte {
            b'{' => reader.begin()?,
            b'}' => reader.end(),
            b'\\' => reader.control(),
            b'\r' | b'\n' => {}
            other => reader.letter(*other),
        }
        if reader.words.is_full() {
            break;
        }
    }
    reader.flush();
    Ok(reader.words.into_text())
}

/// What holds until the group ends.
#[derive(Clone, Copy)]
struct State {
    aside: bool,
    hidden: bool,
    /// Letters after a `\u` that stand for it in an older reader.
    stand_ins: usize,
}

struct Reduction<'a> {
    rest: &'a [u8],
    words: Words,
    state: State,
    outer: Vec<State>,
    /// Letters to leave out: stand-ins of the last `\u`.
    skip: usize,
    /// Bytes of the code page that are not yet letters: one letter may have two.
    pending: Vec<u8>,
    /// The first half of a letter that `\u` gave in two.
    half: Option<u16>,
    page: &'static Encoding,
}

impl<'a> Reduction<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self {
            rest: bytes,
            words: Words::default(),
            state: State { aside: false, hidden: false, stand_ins: 1 },
            outer: Vec::new(),
            skip: 0,
            pending: Vec::new(),
            half: None,
            page: WINDOWS_1252,
        }
    }

    fn begin(&mut self) -> Result<(), Error> {
        self.flush();
        self.skip = 0;
        if self.outer.len() >= DEPTH {
            return Err(Error::Unreadable);
        }
        self.outer.push(self.state);
        Ok(())
    }

    fn end(&mut self) {
        self.flush();
        self.skip = 0;
        if let Some(state) = self.outer.pop() {
            self.state = state;
        }
    }

    fn control(&mut self) {
        let Some((byte, after)) = self.rest.split_first() else { return };
        if !byte.is_ascii_alphabetic() {
            self.rest = after;
            return self.symbol(*byte);
        }
        let end = self.rest.iter().position(|b| !b.is_ascii_alphabetic()).unwrap_or(self.rest.len());
        let (word, after) = self.rest.split_at_checked(end).unwrap_or((self.rest, &[]));
        let (number, after) = parameter(after);
        self.rest = after.strip_prefix(b" ").unwrap_or(after);
        let word: String = word.iter().take(32).map(|byte| char::from(*byte)).collect();
        self.word(&word, number);
    }

    fn symbol(&mut self, byte: u8) {
        match byte {
            b'\'' => {
                let (digits, after) = self.rest.split_at_checked(2).unwrap_or((self.rest, &[]));
                self.rest = after;
                let hex = std::str::from_utf8(digits).ok().and_then(|text| u8::from_str_radix(text, 16).ok());
                hex.into_iter().for_each(|byte| self.letter(byte));
            }
            b'*' => self.state.aside = true,
            b'\\' | b'{' | b'}' => self.letter(byte),
            b'~' => self.letter(b' '),
            b'_' => self.letter(b'-'),
            b'\r' | b'\n' => self.line(),
            _ => {}
        }
    }

    fn word(&mut self, word: &str, number: Option<i32>) {
        match word {
            "par" | "line" | "row" | "sect" | "page" | "column" => self.line(),
            "tab" | "cell" | "nestcell" | "emspace" | "enspace" => self.letter(b' '),
            "u" => self.wide(number.unwrap_or_default()),
            "uc" => self.state.stand_ins = usize::try_from(number.unwrap_or(1)).unwrap_or(1).min(16),
            "bin" => {
                let length = usize::try_from(number.unwrap_or_default()).unwrap_or_default();
                self.rest = self.rest.get(length..).unwrap_or_default();
            }
            "v" => {
                self.flush();
                self.state.hidden = number != Some(0);
            }
            "ansicpg" => self.page = page(number.unwrap_or_default()),
            "mac" => self.page = encoding_rs::MACINTOSH,
            "emdash" => self.said("\u{2014}"),
            "endash" => self.said("\u{2013}"),
            "bullet" => self.said("\u{2022}"),
            "lquote" => self.said("\u{2018}"),
            "rquote" => self.said("\u{2019}"),
            "ldblquote" => self.said("\u{201c}"),
            "rdblquote" => self.said("\u{201d}"),
            aside if ASIDE.contains(&aside) => self.state.aside = true,
            _ => {}
        }
    }

    fn letter(&mut self, byte: u8) {
        if self.skip > 0 {
            self.skip -= 1;
        } else if self.is_shown() {
            self.pending.push(byte);
        }
    }

    /// A letter by its number in UTF-16, as `\u` gives it: signed, and in two halves beyond the first plane.
    fn wide(&mut self, number: i32) {
        self.flush();
        self.skip = self.state.stand_ins;
        if !self.is_shown() {
            return;
        }
        let Ok(unit) = u16::try_from(number.rem_euclid(0x1_0000)) else { return };
        let units: Vec<u16> = self.half.take().into_iter().chain([unit]).collect();
        match char::decode_utf16(units).next() {
            Some(Ok(letter)) => self.words.push(letter.encode_utf8(&mut [0; 4])),
            _ => self.half = (0xd800..0xdc00).contains(&unit).then_some(unit),
        }
    }

    fn said(&mut self, text: &str) {
        self.flush();
        if self.skip > 0 {
            self.skip -= 1;
        } else if self.is_shown() {
            self.words.push(text);
        }
    }

    fn line(&mut self) {
        self.flush();
        if self.is_shown() {
            self.words.line();
        }
    }

    fn flush(&mut self) {
        if !self.pending.is_empty() {
            let bytes = std::mem::take(&mut self.pending);
            self.words.push(&self.page.decode_without_bom_handling(&bytes).0);
        }
    }

    fn is_shown(&self) -> bool {
        !self.state.aside && !self.state.hidden
    }
}

/// The number after a control word.
fn parameter(text: &[u8]) -> (Option<i32>, &[u8]) {
    let signed = usize::from(text.starts_with(b"-"));
    let digits = text.iter().skip(signed).take(10).take_while(|byte| byte.is_ascii_digit()).count();
    if digits == 0 {
        return (None, text);
    }
    let (number, rest) = text.split_at_checked(signed + digits).unwrap_or((text, &[]));
    (std::str::from_utf8(number).ok().and_then(|text| text.parse().ok()), rest)
}

fn page(number: i32) -> &'static Encoding {
    let label = match number {
        65001 => "utf-8".to_owned(),
        932 => "shift_jis".to_owned(),
        936 => "gbk".to_owned(),
        949 => "euc-kr".to_owned(),
        950 => "big5".to_owned(),
        10000 => "macintosh".to_owned(),
        other => format!("windows-{other}"),
    };
    Encoding::for_label(label.as_bytes()).unwrap_or(WINDOWS_1252)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(rtf: &str) -> String {
        words(rtf.as_bytes()).unwrap()
    }

    #[test]
    fn words_lines_and_cells() {
        let rtf = r"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}}{\colortbl;\red1;}\f0\fs20 Take {\b 5} mg\par
daily{\*\generator Word 11;}\cell K\cell 5.1\row End}";
        assert_eq!(read(rtf), "Take 5 mg\ndaily K 5.1\nEnd");
    }

    #[test]
    fn letters_by_code_page_and_by_number() {
        assert_eq!(
            read(r"{\rtf1\ansi 37 \'b0C \u8364?5 \u-10179?\u-8704? \{x\} a\~b\_c}"),
            "37 °C €5 😀 {x} a b-c"
        );
        assert_eq!(read(r"{\rtf1\ansi\ansicpg1251 \'cf\'f0}"), "Пр");
        assert_eq!(read(r"{\rtf1\ansi\ansicpg932 \'93\'8c\'8b\'9e}"), "東京");
        assert_eq!(read(r"{\rtf1\uc2 \u223??x}"), "ßx");
    }

    #[test]
    fn pictures_objects_and_hidden_text_say_nothing() {
        let rtf = "{\\rtf1 a{\\pict 89504e47}{\\object{\\*\\objdata 0105}}{\\v secret}{\\field{\\*\\fldinst HYPERLINK x}{\\fldrslt b}}\\bin4 \u{1}}{}c}";
        assert_eq!(read(rtf), "abc");
    }

    #[test]
    fn an_end_too_many_or_too_few_loses_nothing() {
        assert_eq!(read(r"{\rtf1 a}} b"), "a b");
        assert_eq!(read(r"{\rtf1 a{{ b\'"), "a b");
        assert_eq!(read("\\"), "");
    }

    #[test]
    fn nesting_has_an_end() {
        let deep = format!("{{\\rtf1 {}", "{".repeat(DEPTH + 1));
        assert_eq!(words(deep.as_bytes()), Err(Error::Unreadable));
    }
}
