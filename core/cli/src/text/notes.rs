//! Notes.

use client::views::NoteView;

use super::page::{Ink, Page};
use super::words::{moment, short_id};

/// Draws notes, newest first.
pub fn list(page: &mut Page, notes: &[&NoteView]) {
    page.heading("Notes");
    if notes.is_empty() {
        page.line(0, Ink::Plain, "Nothing was noted on this device yet. Write with `wellkept note WORDS`.");
    }
    notes.iter().for_each(|view| note(page, view));
}

/// Draws one note with all versions that stand.
pub fn note(page: &mut Page, note: &NoteView) {
    let mut head = vec![(Ink::Strong, short_id(&note.id))];
    if let [version] = note.versions.as_slice() {
        head.push((Ink::Plain, moment(version.written)));
    }
    if !note.about.is_empty() {
        head.push((Ink::Faint, format!("about {}", note.about.join(", "))));
    }
    page.pieces(2, &head);
    let several = note.versions.len() > 1;
    if several {
        page.line(6, Ink::Warning, "It was changed in two places at once. Both are kept:");
    }
    if note.covered {
        let how = "(about an entry that you covered: `wellkept show --reveal` tells it)";
        return page.line(6, Ink::Plain, how);
    }
    for version in &note.versions {
        if several {
            page.line(6, Ink::Plain, &format!("written {}", moment(version.written)));
        }
        match &version.text {
            Some(text) => page.prose(6, text),
            None => page.line(6, Ink::Warning, "(its words are not on this device)"),
        }
    }
}
