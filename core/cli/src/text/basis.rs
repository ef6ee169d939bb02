//! What a view rests on: each portal, as of when, and what it did not give.

use client::views::Basis;

use super::page::{Ink, Page};
use super::words::{by_reason, moment};

/// One row a portal, and what it refused under it.
pub fn portals(page: &mut Page, rests_on: &[Basis]) {
    for basis in rests_on {
        page.labelled(2, &basis.portal, &state(basis));
        let refused = basis.refused.iter().map(|refusal| (refusal.what.clone(), refusal.reason.clone()));
        refusals(page, 6, by_reason(refused), Naming::Short);
    }
}

/// How many kinds of data are named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Naming {
    /// Each one.
    Each,
    /// A few; of more, the types and their number.
    Short,
}

/// The most kinds, or types, that a list names at its foot.
const FEW: usize = 6;

/// What was refused, by reason.
pub fn refusals(page: &mut Page, indent: usize, refused: Vec<(String, Vec<String>)>, naming: Naming) {
    for (reason, whats) in refused {
        page.line(indent, Ink::Warning, &format!("did not give {}: {reason}", named(&whats, naming)));
    }
}

/// Kinds of data by their types: `Observation (laboratory, survey)`.
pub fn named(whats: &[String], naming: Naming) -> String {
    let split = |what: &String| {
        let (of, category) = what.split_once('/').unwrap_or((what, ""));
        (category.to_owned(), of.to_owned())
    };
    let types = by_reason(whats.iter().map(split));
    let short = naming == Naming::Short && whats.len() > FEW;
    if short && types.len() > FEW {
        return format!("{} kinds of data (`wellkept status` names them)", whats.len());
    }
    let categories =
        |list: &[String]| list.iter().filter(|category| !category.is_empty()).cloned().collect::<Vec<_>>();
    let of = |(of, list): &(String, Vec<String>)| match categories(list).as_slice() {
        [] => of.clone(),
        several if short && several.len() > 1 => format!("{of} ({} kinds)", list.len()),
        named => format!("{of} ({})", named.join(", ")),
    };
    types.iter().map(of).collect::<Vec<_>>().join(", ")
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
