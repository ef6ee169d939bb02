//! Drafts of messages.

use super::page::{Ink, Page};
use super::words::{moment, short_id};
use crate::commands::Listed;

/// Draws all of them.
pub fn list(page: &mut Page, drafts: &[Listed], how: &str) {
    page.heading("Drafts: on this device only, not sent");
    if drafts.is_empty() {
        page.line(0, Ink::Plain, "There is none.");
    }
    drafts.iter().for_each(|draft| one(page, draft, how));
}

/// Draws one.
pub fn one(page: &mut Page, draft: &Listed, how: &str) {
    let id = short_id(&draft.id);
    let changed = format!("changed {}", moment(draft.changed));
    page.pieces(
        2,
        &[(Ink::Warning, "Draft, not sent".to_owned()), (Ink::Faint, id.clone()), (Ink::Faint, changed)],
    );
    let Some(written) = &draft.written else {
        return page.line(6, Ink::Plain, "It was begun in another app: go on with it there.");
    };
    page.labelled(6, "For", &written.portal);
    for (label, names) in [("To", &written.to), ("About", &written.about)] {
        if !names.is_empty() {
            page.labelled(6, label, &names.join(", "));
        }
    }
    if let Some(subject) = &written.subject {
        page.labelled(6, "Subject", subject);
    }
    page.prose(6, &written.text);
    page.line(6, Ink::Faint, &format!("`{how} send {id}`  `{how} delete {id}`"));
}
