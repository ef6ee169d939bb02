//! What came of a sync.

use client::{FilesReport, Outcome, SlotReport, SyncReport, SyncedPortal, Unfollowed, Waits};

use super::page::{Ink, Page};
use super::words::{by_reason, counted, type_of};
use super::{acts, basis};

/// Draws what came of a sync at each portal. `next` is what to type to see what is new.
pub fn report(page: &mut Page, report: &SyncReport, next: &str) {
    page.heading("Sync");
    if report.portals.is_empty() {
        return basis::no_portal(page);
    }
    report.portals.iter().for_each(|synced| portal(page, synced));
    if report.portals.iter().any(|portal| portal.new + portal.changed > 0) {
        page.blank();
        page.line(0, Ink::Plain, &format!("What is new: `{next}`"));
    }
}

fn portal(page: &mut Page, synced: &SyncedPortal) {
    let came = match (synced.offline, synced.down) {
        (true, _) => (Ink::Warning, "! not reached".to_owned()),
        (_, true) => (Ink::Warning, "! gave nothing".to_owned()),
        _ => (Ink::Plain, format!("{} new, {} changed", synced.new, synced.changed)),
    };
    page.pieces(2, &[(Ink::Strong, synced.portal.clone()), came]);
    if let Some(trouble) = &synced.trouble {
        page.line(6, Ink::Warning, &format!("{trouble}. What is held stays, and can be read."));
    }
    for differs in &synced.another_person {
        page.line(6, Ink::Plain, differs);
    }
    if !synced.another_person.is_empty() {
        let name = &synced.portal;
        let same = format!("If it is the same person: `wellkept sync --same-person \"{name}\"`.");
        let other =
            format!("If not, tell the provider, and end the connection: `wellkept disconnect \"{name}\"`.");
        page.line(6, Ink::Plain, &same);
        page.line(6, Ink::Plain, &other);
    }
    if synced.sign_in_again {
        page.line(
            6,
            Ink::Plain,
            "Sign in with `wellkept connect` and its address, which `wellkept portals` shows.",
        );
    }
    acts::acts(page, 6, &synced.acts, "wellkept outbox");
    if synced.set_aside > 0 {
        let aside = counted(synced.set_aside, "entry was set aside", "entries were set aside");
        page.line(6, Ink::Warning, &format!("{aside} and not kept: `wellkept status` says why"));
    }
    files(page, &synced.files);
    // One sentence says it all when nothing was given.
    if !synced.offline && !synced.down {
        not_given(page, &synced.slots);
    }
    unfollowed(page, &synced.unfollowed);
    for said in &synced.said {
        page.line(6, Ink::Plain, &format!("It says: {said}"));
    }
    if let Some(waits) = waits(synced) {
        page.line(6, Ink::Plain, &format!("{waits}: `wellkept sync` fetches it"));
    }
}

/// What entries refer to and could not be followed, a line for each reason.
pub fn unfollowed(page: &mut Page, unfollowed: &[Unfollowed]) {
    let named = unfollowed.iter().map(|one| {
        let what = if one.count == 1 { one.what.clone() } else { format!("{} ({})", one.what, one.count) };
        (what, one.reason.clone())
    });
    for (reason, whats) in by_reason(named) {
        let line = format!("references not followed: {}: {reason}", whats.join(", "));
        page.line(6, Ink::Plain, &line);
    }
}

/// What was left to a sync over a network that costs nothing.
pub fn waits(synced: &SyncedPortal) -> Option<String> {
    let Waits { listings, files } = synced.waits;
    let told = [
        (listings, "kind of data to compare again", "kinds of data to compare again"),
        (files, "file", "files"),
    ];
    let told: Vec<String> = told
        .into_iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, one, many)| counted(count, one, many))
        .collect();
    (!told.is_empty()).then(|| format!("waits for a network that is not metered: {}", told.join(", ")))
}

fn files(page: &mut Page, files: &FilesReport) {
    let FilesReport { fetched, refused, failed, on_demand } = *files;
    let told = [
        (fetched, "file fetched", "files fetched"),
        (on_demand, "is fetched when you open it", "are fetched when you open them"),
        (refused, "could not be had", "could not be had"),
        (failed, "could not be fetched this time", "could not be fetched this time"),
    ];
    let told: Vec<String> = told
        .into_iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, one, many)| counted(count, one, many))
        .collect();
    if !told.is_empty() {
        page.line(6, Ink::Plain, &format!("Files: {}", told.join("; ")));
    }
}

fn not_given(page: &mut Page, slots: &[SlotReport]) {
    let given = |of: &str| {
        slots.iter().any(|slot| matches!(slot.outcome, Outcome::Ok { .. }) && type_of(&slot.what) == of)
    };
    let lost = slots.iter().filter(|slot| !(slot.catch_all && given(type_of(&slot.what))));
    let lost = lost.filter_map(|slot| Some((slot.what.clone(), reason(&slot.outcome)?)));
    basis::refusals(page, 6, by_reason(lost), basis::Naming::Each);
}

fn reason(outcome: &Outcome) -> Option<String> {
    match outcome {
        Outcome::Ok { .. } => None,
        Outcome::NotGranted => Some("you did not grant it".to_owned()),
        Outcome::Refused { status, reason } if reason.is_empty() => {
            Some(format!("refused with status {status}"))
        }
        Outcome::Refused { status, reason } => Some(format!("refused with status {status}, {reason}")),
        Outcome::Failed { reason, .. } => Some(reason.clone()),
    }
}
