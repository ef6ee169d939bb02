//! The portals: what each gave, and for how long.

use client::{PortalStatus, SlotStatus};

use super::basis::{self, Naming};
use super::page::{Ink, Page};
use super::sync;
use super::words::{by_reason, counted, moment, type_of};

/// Draws the portals with what was granted.
pub fn list(page: &mut Page, portals: &[PortalStatus]) {
    page.heading("Portals");
    if portals.is_empty() {
        return basis::no_portal(page);
    }
    for held in portals {
        portal(page, held);
        if held.signs {
            page.line(6, Ink::Faint, "signs in with a key of this device");
        }
        page.line(6, Ink::Faint, &format!("granted: {}", held.scopes));
    }
}

/// Draws one portal.
pub fn portal(page: &mut Page, portal: &PortalStatus) {
    page.pieces(2, &[(Ink::Strong, portal.name.clone()), (Ink::Faint, portal.issuer.clone())]);
    page.pieces(6, &[(Ink::Plain, read(portal)), (Ink::Plain, access(portal))]);
    if portal.sign_in_again && portal.ended.is_none() {
        let again =
            format!("sign in again to go on: `wellkept connect {}`. What is held stays", portal.issuer);
        page.line(6, Ink::Warning, &again);
    }
    not_given(page, portal, Naming::Each);
    for (reason, count) in &portal.set_aside {
        let aside =
            counted(*count, "entry was set aside and not kept", "entries were set aside and not kept");
        page.line(6, Ink::Warning, &format!("{aside}: {reason}"));
    }
    sync::unfollowed(page, &portal.unfollowed);
}

/// One row a portal, as of when it was read, for the foot of what is drawn from all of them.
pub fn as_of(page: &mut Page, portals: &[PortalStatus]) {
    if portals.is_empty() {
        return basis::no_portal(page);
    }
    page.line(0, Ink::Plain, "As of, by portal:");
    let mut portals: Vec<&PortalStatus> = portals.iter().collect();
    portals.sort_by(|one, other| (one.ended.is_some(), &one.name).cmp(&(other.ended.is_some(), &other.name)));
    for portal in portals {
        let mut state = read(portal);
        if let Some(ended) = portal.ended {
            state.push_str(&format!("; connection ended {}", moment(ended)));
        } else if portal.sign_in_again {
            state.push_str("; asks you to sign in again");
        }
        page.labelled(2, &portal.name, &state);
        not_given(page, portal, Naming::Short);
    }
}

/// What was refused, and what failed although it was read before. A catch-all whose categories were given is no loss.
fn not_given(page: &mut Page, portal: &PortalStatus, naming: Naming) {
    let slots = &portal.slots;
    let given = |of: &str| slots.iter().any(|slot| type_of(&slot.what) == of && slot.last_success.is_some());
    let lost = |slot: &&SlotStatus| !slot.catch_all || !given(&slot.what);
    let never = slots.iter().filter(|slot| slot.last_success.is_none()).filter(lost);
    let never = never.filter_map(|slot| Some((slot.what.clone(), slot.refused.clone()?)));
    basis::refusals(page, 6, by_reason(never), naming);
    let failed = slots.iter().filter_map(|slot| {
        slot.last_success?;
        Some((slot.what.clone(), slot.refused.clone()?))
    });
    for (reason, whats) in by_reason(failed) {
        // What gives nothing is not asked for each time.
        let gives = |slot: &&SlotStatus| slot.last_success.is_some() && slot.count != Some(0);
        let all = whats.len() > 1 && slots.iter().filter(gives).all(|slot| whats.contains(&slot.what));
        let whats = if all { "all of it".to_owned() } else { basis::named(&whats, naming) };
        page.line(
            6,
            Ink::Warning,
            &format!("the last try failed for {whats}: {reason}; what was read stays"),
        );
    }
}

fn read(portal: &PortalStatus) -> String {
    match portal.as_of {
        Some(at) => format!("read in full as of {}", moment(at)),
        None => "never read to the end".to_owned(),
    }
}

fn access(portal: &PortalStatus) -> String {
    match (portal.ended, portal.ends) {
        (Some(ended), _) => format!("connection ended {}", moment(ended)),
        (None, Some(ends)) if portal.sign_in_again => format!("connection was good until {}", moment(ends)),
        (None, Some(ends)) => format!("connection ends {}", moment(ends)),
        (None, None) => format!("connected {}", moment(portal.connected)),
    }
}
