//! Search over every text of every entry, and over people's notes.

use serde::Serialize;
use store::{Found, Hit};

use crate::look::Look;
use crate::views::{Line, WINDOW, plain};
use crate::{Client, Error};

/// One thing that search found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SearchHit {
    /// The entry; `None` for a note.
    pub line: Option<Line>,
    /// The note's id, for `note`; `None` for an entry.
    pub note: Option<String>,
    /// What the note is about (`Type/id`); empty for an entry, and for a note on the record as a whole.
    pub about: Vec<String>,
    /// The entry's title, or the first words of the note.
    pub title: String,
    /// The entry's file in which the words are, where they are not in the entry itself.
    pub file: Option<String>,
    /// The words around the match, each match between [`SearchHit::START`] and [`SearchHit::END`].
    pub snippet: String,
}

impl SearchHit {
    /// Stands before a match in [`SearchHit::snippet`].
    pub const START: char = Hit::START;
    /// Stands after a match in [`SearchHit::snippet`].
    pub const END: char = Hit::END;
}

impl Client {
    /// What holds all these words (the last one may be the start of a word), best match first; at most a window of 200. What
    /// this member wants covered is not searched, nor the notes about it: not even how much of it would match is told.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn search(&self, words: &str, limit: usize) -> Result<Vec<SearchHit>, Error> {
        self.found(words, limit, &*self.look(false)?)
    }

    /// The same, lifting this member's covers for this one look. Marks nothing as read.
    ///
    /// # Errors
    /// As [`Client::search`].
    pub fn search_revealed(&self, words: &str, limit: usize) -> Result<Vec<SearchHit>, Error> {
        self.found(words, limit, &*self.look(true)?)
    }

    fn found(&self, words: &str, limit: usize, look: &Look) -> Result<Vec<SearchHit>, Error> {
        let limit = limit.min(WINDOW);
        let mut asked = limit;
        loop {
            let hits = self.inner.store.search_for(Some(&self.member()), words, asked)?;
            let all = hits.len() < asked || asked >= MOST;
            let mut found = Vec::new();
            for hit in hits {
                found.extend(self.hit(hit, look)?);
            }
            if all || found.len() >= limit {
                found.truncate(limit);
                return Ok(found);
            }
            asked = asked.saturating_mul(2);
        }
    }

    /// `None` for what is covered.
    fn hit(&self, hit: Hit, look: &Look) -> Result<Option<SearchHit>, Error> {
        let (title, snippet) = (plain(&hit.title), marked(&hit.snippet));
        Ok(match hit.found {
            Found::Resource(_) => {
                let line = hit.row.map(|stored| self.line(look, stored)).transpose()?.map(|(line, _)| line);
                let covered = line.as_ref().is_some_and(|line| line.covered.is_some());
                let file = hit.file.map(|file| file_name(&file));
                let about = Vec::new();
                (!covered).then_some(SearchHit { line, note: None, about, title, file, snippet })
            }
            Found::Note { subjects, .. } if self.covers_any(look, &subjects)? => None,
            Found::Note { root, subjects } => Some(SearchHit {
                line: None,
                note: Some(root.to_string()),
                about: subjects.iter().map(|subject| crate::notes::short(subject)).collect(),
                title,
                file: None,
                snippet,
            }),
        })
    }
}

/// The most hits that are looked at for those that are not covered.
const MOST: usize = 4_000;

/// Fit to be shown, with the signs that mark the matches.
fn marked(snippet: &str) -> String {
    let mut out = String::with_capacity(snippet.len());
    let mut rest = snippet;
    while let Some(at) = rest.find([Hit::START, Hit::END]) {
        let (before, mark) = rest.split_at(at);
        out.push_str(&plain(before));
        let mut letters = mark.chars();
        out.extend(letters.next());
        rest = letters.as_str();
    }
    out.push_str(&plain(rest));
    out
}

/// What a file is called, or its number.
fn file_name(file: &store::FileHit) -> String {
    let title = file.title.as_deref().map(portal::clean).filter(|title| !title.is_empty());
    title.unwrap_or_else(|| format!("number {}", file.n.saturating_add(1)))
}
