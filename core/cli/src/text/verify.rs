//! What a check of the whole record found.

use client::Verified;

use super::page::{Ink, Page};
use super::words::counted;

/// Draws the findings, and the digest by which two devices can be compared.
pub fn verified(page: &mut Page, verified: &Verified) {
    let checked = counted(verified.statements, "statement", "statements");
    let entries = counted(verified.entries, "entry", "entries");
    if verified.sound {
        page.line(0, Ink::Strong, "The record is sound.");
        page.line(
            0,
            Ink::Plain,
            &format!(
                "Checked: {checked} (signature, right to say it, place in the chain), {entries} (content as signed, \
                 equal to a rebuild), and the file itself."
            ),
        );
    } else {
        page.line(0, Ink::Critical, "!! The record is NOT sound:");
        verified.problems.iter().for_each(|problem| page.line(2, Ink::Plain, &format!("- {problem}")));
        page.line(0, Ink::Plain, &format!("{checked} and {entries} were checked."));
    }
    if verified.purged > 0 {
        let removed = counted(verified.purged, "content was removed", "contents were removed");
        page.line(0, Ink::Plain, &format!("{removed} at your wish: it had been recorded by mistake."));
    }
    page.line(0, Ink::Plain, "The same content has the same digest on every device:");
    page.verbatim(2, &verified.digest);
}
