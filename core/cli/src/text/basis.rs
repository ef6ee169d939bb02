//! What a view rests on: each portal, as of when, and what it did not give.

use client::views::Basis;

use super::page::{Ink, Page};
use super::words::{by_reason, moment};

/// One row a portal, and what it refused under it.
pub fn portals(page: &mut Page, rests_on: &[Basis]) {
    for basis in rests_on {
        page.line(2, Ink::Plain, &format!("{}: {}", basis.portal, state(basis)));
        let refused = basis.refused.iter().map(|refusal| (refusal.what.clone(), refusal.reason.clone()));
        refusals(page, 6, by_reason(refused));
    }
}

/// What was refused, by reason.
pub fn refusals(page: &mut Page, indent: usize, refused: Vec<(String, Vec<String>)>) {
    for (reason, whats) in refused {
        page.line(indent, Ink::Warning, &format!("did not give {}: {reason}", whats.join(", ")));
    }
}

/// Where to begin.
pub fn no_portal(page: &mut Page) {
    page.line(0, Ink::Plain, "No portal is connected yet. Start with `wellkept connect <address>`.");
}

fn state(basis: &Basis) -> String {
    let mut state = match basis.as_of {
        Some(at) => format!("as of {}", moment(at)),
        None => "never read to the end".to_owned(),
    };
    if let Some(trouble) = &basis.trouble {
        state.push_str("; ");
        state.push_str(trouble);
    }
    state
}
