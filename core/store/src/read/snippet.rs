//! The words around what was found, cut as the text index itself would cut them, without making an index of each text.
//!
//! Words are told apart and folded by the index's own rules (`unicode61 remove_diacritics 2`): of each letter beyond ASCII that
//! is met, SQLite is asked once. Which words are shown follows FTS5's `snippet()`, and a test holds one against the other.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Range;

use rusqlite::{Connection, params};

use super::search::Asked;
use crate::error::Result;
use crate::query::Hit;

/// Words of a snippet.
const AROUND: usize = 16;
/// Letters of a text in which nothing fits.
const START: usize = 80;
/// Tokens of one search that are looked for here; a search with more is left to the index.
const MOST_TOKENS: usize = 64;
/// Letters that are remembered.
const MOST_LETTERS: usize = 4_096;
/// What a place is worth that has a word which none before it had, and one that has it again.
const NEW_WORD: u64 = 1_000;
const WORD_AGAIN: u64 = 1;
/// What is added where a text or a sentence begins.
const TEXT_BEGINS: u64 = 120;
const SENTENCE_BEGINS: u64 = 100;

/// Cuts snippets. It asks a text index in memory that holds one text at a time.
pub(crate) struct Snippets {
    db: Connection,
    letters: RefCell<BTreeMap<char, Letter>>,
}

/// What the index makes of a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Letter {
    /// Part of a word, as this.
    Word(String),
    /// Nothing within a word; begins none.
    Mark,
    /// Not part of a word.
    Apart,
}

/// A word of a text.
struct Token {
    at: Range<usize>,
    /// Which of the tokens that are looked for it is, a bit each.
    fits: u64,
}

/// Words that stand after each other.
struct Phrase {
    /// The place of its first one among all tokens that are looked for.
    first: usize,
    tokens: Vec<String>,
    /// The last one may go on.
    open: bool,
}

/// A phrase in a text, by the number of its first token.
#[derive(Clone, Copy)]
struct Place {
    at: usize,
    phrase: usize,
}

/// One text with what was found in it.
struct Column<'t> {
    text: &'t str,
    tokens: Vec<Token>,
    places: Vec<Place>,
}

impl Snippets {
    pub(crate) fn new() -> Result<Self> {
        let db = Connection::open_in_memory()?;
        db.execute_batch(
            "CREATE VIRTUAL TABLE shown USING fts5(title, text, tokenize = 'unicode61 remove_diacritics 2'); \
             CREATE VIRTUAL TABLE term USING fts5vocab(shown, row);",
        )?;
        Ok(Self { db, letters: RefCell::default() })
    }

    /// The words around the matches in a text; the start of the text when nothing matches.
    pub(crate) fn cut(&self, title: &str, text: &str, asked: &Asked) -> Result<String> {
        let (title, text) = (plain(title), plain(text));
        let phrases = self.phrases(asked)?;
        if phrases.iter().map(|phrase| phrase.tokens.len()).sum::<usize>() > MOST_TOKENS {
            return self.cut_by_index(&title, &text, asked);
        }
        let columns = [self.column(&title, &phrases)?, self.column(&text, &phrases)?];
        let found = |n| columns.iter().any(|column| column.places.iter().any(|place| place.phrase == n));
        Ok(match best(&columns, &phrases).filter(|_| (0..phrases.len()).all(found)) {
            Some((column, start)) => marked(column, &phrases, start),
            None => first(&text, START),
        })
    }

    fn cut_by_index(&self, title: &str, text: &str, asked: &Asked) -> Result<String> {
        self.db.prepare_cached("DELETE FROM shown")?.execute([])?;
        self.db.prepare_cached("INSERT INTO shown (title, text) VALUES (?1, ?2)")?.execute([title, text])?;
        let mut statement = self
            .db
            .prepare_cached("SELECT snippet(shown, -1, ?2, ?3, '…', ?4) FROM shown WHERE shown MATCH ?1")?;
        let (start, end) = (Hit::START.to_string(), Hit::END.to_string());
        let around = i64::try_from(AROUND).unwrap_or(i64::MAX);
        let mut rows = statement.query(params![asked.expression, start, end, around])?;
        let snippet = rows.next()?.map(|row| row.get(0)).transpose()?;
        Ok(snippet.unwrap_or_else(|| first(text, START)))
    }

    fn phrases(&self, asked: &Asked) -> Result<Vec<Phrase>> {
        let mut phrases = Vec::new();
        let mut before = 0;
        for (n, word) in asked.words.iter().enumerate() {
            let mut tokens = Vec::new();
            self.tokens(word, |_, folded| tokens.push(folded.to_owned()))?;
            if !tokens.is_empty() {
                let (first, open) = (before, n + 1 == asked.words.len());
                before += tokens.len();
                phrases.push(Phrase { first, tokens, open });
            }
        }
        Ok(phrases)
    }

    fn column<'t>(&self, text: &'t str, phrases: &[Phrase]) -> Result<Column<'t>> {
        let mut tokens = Vec::with_capacity(text.len() / 6);
        self.tokens(text, |at, folded| tokens.push(Token { at, fits: fits(folded, phrases) }))?;
        let mut places = Vec::new();
        for at in 0..tokens.len() {
            let stands = |phrase: &Phrase| {
                let here = tokens.get(at..at + phrase.tokens.len());
                here.is_some_and(|here| {
                    here.iter().zip(phrase.first..).all(|(token, bit)| token.fits & (1 << bit) != 0)
                })
            };
            places.extend(
                phrases.iter().enumerate().filter(|(_, p)| stands(p)).map(|(phrase, _)| Place { at, phrase }),
            );
        }
        Ok(Column { text, tokens, places })
    }

    /// Gives each word of a text: where it stands, and folded.
    fn tokens(&self, text: &str, mut each: impl FnMut(Range<usize>, &str)) -> Result<()> {
        let (mut folded, mut start, mut end) = (String::new(), None, 0);
        for (at, letter) in text.char_indices() {
            let next = at + letter.len_utf8();
            let part = if letter.is_ascii_alphanumeric() {
                folded.push(letter.to_ascii_lowercase());
                true
            } else if letter.is_ascii() {
                false
            } else {
                match self.letter(letter)? {
                    Letter::Word(letters) => {
                        folded.push_str(&letters);
                        true
                    }
                    Letter::Mark => start.is_some(),
                    Letter::Apart => false,
                }
            };
            if part {
                start.get_or_insert(at);
                end = next;
            } else if let Some(start) = start.take() {
                each(start..end, &folded);
                folded.clear();
            }
        }
        if let Some(start) = start {
            each(start..end, &folded);
        }
        Ok(())
    }

    fn letter(&self, letter: char) -> Result<Letter> {
        if let Some(known) = self.letters.borrow().get(&letter) {
            return Ok(known.clone());
        }
        let asked = self.ask(letter)?;
        let mut letters = self.letters.borrow_mut();
        if letters.len() >= MOST_LETTERS {
            letters.clear();
        }
        letters.insert(letter, asked.clone());
        Ok(asked)
    }

    /// What the index makes of a letter between two others.
    fn ask(&self, letter: char) -> Result<Letter> {
        self.db.prepare_cached("DELETE FROM shown")?.execute([])?;
        self.db
            .prepare_cached("INSERT INTO shown (title, text) VALUES ('', ?1)")?
            .execute([format!("x{letter}y")])?;
        let mut terms = self.db.prepare_cached("SELECT term FROM term ORDER BY term")?;
        let terms = terms.query_map([], |row| row.get::<_, String>(0))?;
        let terms: Vec<String> = terms.collect::<rusqlite::Result<_>>()?;
        let [term] = terms.as_slice() else { return Ok(Letter::Apart) };
        Ok(match term.strip_prefix('x').and_then(|rest| rest.strip_suffix('y')) {
            Some("") => Letter::Mark,
            Some(letters) => Letter::Word(letters.to_owned()),
            None => Letter::Apart,
        })
    }
}

/// Without the signs that mark matches, and any other that is no letter.
pub(super) fn plain(text: &str) -> Cow<'_, str> {
    // Control characters beyond ASCII are two bytes that begin with this one.
    if !text.bytes().any(|byte| byte.is_ascii_control() || byte == 0xc2) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect())
}

pub(super) fn first(text: &str, letters: usize) -> String {
    text.chars().take(letters).collect()
}

fn fits(folded: &str, phrases: &[Phrase]) -> u64 {
    let mut fits = 0;
    for phrase in phrases {
        for (n, token) in phrase.tokens.iter().enumerate() {
            let goes_on = phrase.open && n + 1 == phrase.tokens.len();
            if if goes_on { folded.starts_with(token.as_str()) } else { folded == token } {
                fits |= 1 << (phrase.first + n);
            }
        }
    }
    fits
}

/// The text to show and the token at which to begin: where most of the words are, rather at the start of a sentence.
fn best<'c, 't>(columns: &'c [Column<'t>], phrases: &[Phrase]) -> Option<(&'c Column<'t>, usize)> {
    let mut best = None;
    let mut most = 0;
    for column in columns {
        let sentences = if column.tokens.len() > AROUND { column.sentences() } else { Vec::new() };
        for place in &column.places {
            let (worth, begins) = column.worth(place.at, phrases);
            if worth > most {
                (most, best) = (worth, Some((column, begins)));
            }
            let after = sentences.partition_point(|start| *start <= place.at);
            let Some(start) = after.checked_sub(1).and_then(|at| sentences.get(at)) else { continue };
            if *start < place.at {
                let better = if *start == 0 { TEXT_BEGINS } else { SENTENCE_BEGINS };
                let worth = column.worth(*start, phrases).0 + better;
                if worth > most {
                    (most, best) = (worth, Some((column, *start)));
                }
            }
        }
    }
    best
}

impl Column<'_> {
    /// The tokens with which a sentence begins.
    fn sentences(&self) -> Vec<usize> {
        let begins = |(n, token): (usize, &Token)| {
            let before = self.text.get(..token.at.start).unwrap_or_default();
            let said = before.trim_end_matches([' ', '\t', '\n', '\r']);
            (n == 0 || (said.len() < before.len() && said.ends_with(['.', ':']))).then_some(n)
        };
        self.tokens.iter().enumerate().filter_map(begins).collect()
    }

    /// What the words from this token on are worth; and where to begin to have those that fit in the middle.
    fn worth(&self, from: usize, phrases: &[Phrase]) -> (u64, usize) {
        let begin = self.places.partition_point(|place| place.at < from);
        let near = self.places.get(begin..).unwrap_or_default();
        let near = near.iter().take_while(|place| place.at < from + AROUND);
        let (mut worth, mut seen, mut first, mut last) = (0, 0_u64, None, 0);
        for place in near {
            let bit = 1_u64 << place.phrase;
            worth += if seen & bit == 0 { NEW_WORD } else { WORD_AGAIN };
            seen |= bit;
            first.get_or_insert(place.at);
            last = place.at + phrases.get(place.phrase).map_or(0, |phrase| phrase.tokens.len());
        }
        let first = first.unwrap_or(from);
        // Half of the room that is left goes before the first one; a phrase may be longer than the whole snippet.
        let room = (signed(AROUND) - (signed(last) - signed(first))) / 2;
        let begins = (signed(first) - room).min(signed(self.tokens.len()) - signed(AROUND)).max(0);
        (worth, usize::try_from(begins).unwrap_or_default())
    }
}

fn signed(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// The words from `start` on, each run of matches between its marks, with a sign where something was left out.
fn marked(column: &Column<'_>, phrases: &[Phrase], start: usize) -> String {
    let end = (start + AROUND).min(column.tokens.len());
    let at = |token: usize| column.tokens.get(token).map(|token| token.at.clone()).unwrap_or_default();
    let mut out = String::new();
    let mut told = 0;
    if start > 0 {
        out.push('…');
        told = at(start).start;
    }
    let mut tell = |out: &mut String, until: usize| {
        out.push_str(column.text.get(told..until).unwrap_or_default());
        told = told.max(until);
    };
    for run in runs(column, phrases) {
        if run.start < start || run.start >= end {
            continue;
        }
        tell(&mut out, at(run.start).start);
        out.push(Hit::START);
        tell(&mut out, at(run.end.min(end) - 1).end);
        out.push(Hit::END);
    }
    if end < column.tokens.len() {
        tell(&mut out, at(end - 1).end);
        out.push('…');
    } else {
        tell(&mut out, column.text.len());
    }
    out
}

/// Matches by their tokens, those that share one joined.
fn runs(column: &Column<'_>, phrases: &[Phrase]) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for place in &column.places {
        let end = place.at + phrases.get(place.phrase).map_or(1, |phrase| phrase.tokens.len());
        match runs.last_mut() {
            Some(run) if place.at < run.end => run.end = run.end.max(end),
            _ => runs.push(place.at..end),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_snippet_marks_the_match_and_carries_no_other_signs() {
        let snippets = Snippets::new().unwrap();
        let asked = Asked::of("glucose").unwrap();
        let cut = snippets.cut("Report", "the \u{2}fasting\u{3} Glúcose was <b>high</b>", &asked).unwrap();
        assert_eq!(cut, "the  fasting  \u{2}Glúcose\u{3} was <b>high</b>");
    }

    /// The reference: FTS5 itself.
    fn both(snippets: &Snippets, title: &str, text: &str, words: &str) -> Option<(String, String)> {
        let asked = Asked::of(words)?;
        let by_index = snippets.cut_by_index(&plain(title), &plain(text), &asked).unwrap();
        Some((snippets.cut(title, text, &asked).unwrap(), by_index))
    }

    #[test]
    fn every_letter_is_taken_as_the_index_takes_it() {
        let snippets = Snippets::new().unwrap();
        for letter in ('\u{a0}'..='\u{33ff}').chain(['\u{fb01}', '\u{1f600}', '\u{10330}', '\u{e000}']) {
            for text in [format!("a{letter}b ab"), format!("{letter}b b{letter} ab")] {
                for words in ["ab", "b", &format!("a{letter}b")] {
                    if let Some((own, index)) = both(&snippets, "", &text, words) {
                        assert_eq!(own, index, "{letter:?} {text:?} {words:?}");
                    }
                }
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]
        #[test]
        fn a_snippet_is_the_one_that_the_index_would_cut(
            title in "([ab][ .]){0,4}", text in "((a|b|ab|bÄ|c|é\u{301}|d-e|f|gg)(\\. | |: |/|\u{a0}|, ?)){0,60}",
            words in "(a|b|a-b|d-e|É|c c|f) ?(ab|b a|g|g-gg-a|ä|)",
        ) {
            let snippets = Snippets::new().unwrap();
            if let Some((own, index)) = both(&snippets, &title, &text, &words) {
                prop_assert_eq!(own, index);
            }
        }
    }
}
