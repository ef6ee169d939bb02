//! What search found.

use client::{PortalStatus, SearchHit};

use super::page::{Ink, Page};
use super::words::{counted, short_id};
use super::{flag, line, portals};

/// Draws the hits, best match first, each match of the words in brackets, and what was searched.
pub fn hits(page: &mut Page, hits: &[SearchHit], asked: Asked<'_>) {
    page.heading(&format!("Search: {}", asked.words));
    if hits.is_empty() {
        page.line(
            0,
            Ink::Plain,
            "Nothing that is held has all of these words. That does not mean that there is nothing.",
        );
        covered(page, asked);
        return portals::as_of(page, asked.portals);
    }
    let mut critical = false;
    for hit in hits {
        match &hit.line {
            Some(entry) => line::line(page, entry),
            None => note(page, hit),
        }
        let hides = hit.line.as_ref().is_some_and(flag::hidden);
        if let Some(file) = hit.file.as_ref().filter(|_| !hides) {
            page.line(6, Ink::Plain, &format!("in the file {file}"));
        }
        if !hit.snippet.trim().is_empty() && !hides {
            page.line(6, Ink::Faint, &marked(&hit.snippet));
        }
        critical |= hit.line.as_ref().is_some_and(flag::is_critical);
    }
    page.blank();
    if critical {
        page.line(0, Ink::Critical, flag::NO_ALARM);
    }
    let found = counted(hits.len(), "match", "matches");
    let more = if hits.len() >= asked.limit { "; there may be more: `--limit`" } else { "" };
    page.line(0, Ink::Plain, &format!("{found}{more}."));
    covered(page, asked);
    portals::as_of(page, asked.portals);
}

/// The same words whatever was searched for: a number of matches would tell what is covered.
fn covered(page: &mut Page, asked: Asked<'_>) {
    if asked.covered {
        page.line(0, Ink::Plain, "What you covered is not searched: `--reveal` searches it too.");
    }
}

/// What was searched for, and in what.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    /// The words.
    pub words: &'a str,
    /// At most this many were wanted.
    pub limit: usize,
    /// The portals that what is held came from.
    pub portals: &'a [PortalStatus],
    /// Something is covered, and was not searched.
    pub covered: bool,
}

fn note(page: &mut Page, hit: &SearchHit) {
    page.line(2, Ink::Strong, &hit.title);
    let id = hit.note.as_deref().map(short_id).unwrap_or_default();
    let mut pieces = vec![(Ink::Plain, format!("your note {id}"))];
    if !hit.about.is_empty() {
        pieces.push((Ink::Faint, format!("about {}", hit.about.join(", "))));
    }
    page.pieces(6, &pieces);
}

fn marked(snippet: &str) -> String {
    snippet.replace(SearchHit::START, "[").replace(SearchHit::END, "]")
}
