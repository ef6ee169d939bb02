//! The portals: what each gave, and for how long.

use client::PortalStatus;

use super::basis;
use super::page::{Ink, Page};
use super::words::{by_reason, counted, moment, type_of};

/// Draws the portals with what was granted.
pub fn list(page: &mut Page, portals: &[PortalStatus]) {
    page.heading("Portals");
    if portals.is_empty() {
        return basis::no_portal(page);
    }
    for held in portals {
        portal(page, held);
        page.line(6, Ink::Faint, &format!("granted: {}", held.scopes));
    }
}

/// Draws one portal.
pub fn portal(page: &mut Page, portal: &PortalStatus) {
    page.pieces(2, &[(Ink::Strong, portal.name.clone()), (Ink::Faint, portal.issuer.clone())]);
    let read = match portal.as_of {
        Some(at) => format!("read in full as of {}", moment(at)),
        None => "never read to the end".to_owned(),
    };
    page.pieces(6, &[(Ink::Plain, read), (Ink::Plain, access(portal))]);
    if portal.sign_in_again && portal.ended.is_none() {
        let again = format!("asks you to sign in again: `wellkept connect {}`", portal.issuer);
        page.line(6, Ink::Warning, &again);
    }
    let kinds: Vec<Kind<'_>> = portal
        .slots
        .iter()
        .map(|slot| Kind {
            what: &slot.what,
            last_success: slot.last_success,
            refused: slot.refused.as_deref(),
        })
        .collect();
    not_given(page, &kinds);
    for (reason, count) in &portal.set_aside {
        let aside =
            counted(*count, "entry was set aside and not kept", "entries were set aside and not kept");
        page.line(6, Ink::Warning, &format!("{aside}: {reason}"));
    }
}

/// One kind of data, as much of it as is told here.
pub struct Kind<'a> {
    /// Its name.
    pub what: &'a str,
    /// When it was last read to its end.
    pub last_success: Option<i64>,
    /// Why the last try gave nothing.
    pub refused: Option<&'a str>,
}

/// What was refused, and what failed although it was read before. A catch-all whose categories were given is no loss.
pub fn not_given(page: &mut Page, kinds: &[Kind<'_>]) {
    let given = |of: &str| kinds.iter().any(|kind| type_of(kind.what) == of && kind.last_success.is_some());
    let lost = |kind: &&Kind<'_>| kind.what.contains('/') || !given(kind.what);
    let never = kinds.iter().filter(|kind| kind.last_success.is_none()).filter(lost);
    let never = never.filter_map(|kind| Some((kind.what.to_owned(), kind.refused?.to_owned())));
    basis::refusals(page, 6, by_reason(never), basis::Naming::Each);
    let failed = kinds.iter().filter_map(|kind| {
        let read = moment(kind.last_success?);
        Some((kind.what.to_owned(), format!("{}; what was read {read} stays", kind.refused?)))
    });
    for (reason, whats) in by_reason(failed) {
        page.line(
            6,
            Ink::Warning,
            &format!("the last try failed for {}: {reason}", basis::named(&whats, basis::Naming::Each)),
        );
    }
}

fn access(portal: &PortalStatus) -> String {
    match (portal.ended, portal.ends) {
        (Some(ended), _) => format!("connection ended {}", moment(ended)),
        (None, Some(ends)) => format!("connection ends {}", moment(ends)),
        (None, None) => format!("connected {}", moment(portal.connected)),
    }
}
