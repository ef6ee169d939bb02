//! Search over every text of every entry, and over people's notes.

use serde::Serialize;
use store::{Found, Hit};

use crate::read::line;
use crate::views::{Line, WINDOW};
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
    /// What holds all these words (the last one may be the start of a word), best match first; at most a window of 200.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn search(&self, words: &str, limit: usize) -> Result<Vec<SearchHit>, Error> {
        let names = self.portal_names()?;
        let mut found = Vec::new();
        for hit in self.inner.store.search(words, limit.min(WINDOW))? {
            found.push(match hit.found {
                Found::Resource(key) => SearchHit {
                    line: self
                        .inner
                        .store
                        .row(&key, Some(&self.member()))?
                        .map(|stored| line(&stored, &names)),
                    note: None,
                    about: Vec::new(),
                    title: hit.title,
                    snippet: hit.snippet,
                },
                Found::Note { root, subjects } => SearchHit {
                    line: None,
                    note: Some(root.to_string()),
                    about: subjects.iter().map(|subject| crate::notes::short(subject)).collect(),
                    title: hit.title,
                    snippet: hit.snippet,
                },
            });
        }
        Ok(found)
    }
}
