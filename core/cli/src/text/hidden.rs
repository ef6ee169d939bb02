//! What a member covered on their own screens.

use client::{Hidden, HiddenKind};

use super::page::{Ink, Page};
use super::words::moment;

/// Draws what is covered, and how to reveal it.
pub fn list(page: &mut Page, hidden: &[Hidden]) {
    page.heading("Covered on your own screens");
    if hidden.is_empty() {
        return page.line(0, Ink::Plain, "You cover nothing. `wellkept hide` covers.");
    }
    for one in hidden {
        let option = match one.kind {
            HiddenKind::Category => format!("--category {}", one.name),
            HiddenKind::Section => format!("--section {}", one.name),
            HiddenKind::Entry => one.name.clone(),
        };
        page.pieces(
            2,
            &[(Ink::Strong, one.words.clone()), (Ink::Plain, format!("since {}", moment(one.since)))],
        );
        page.verbatim(6, &format!("wellkept reveal {option}"));
    }
    page.blank();
    page.line(0, Ink::Plain, "Carers see what they saw: `wellkept withhold` keeps things from them.");
}
