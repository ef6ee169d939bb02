//! One entry in full.

use client::views::Standing;
use client::{Shown, ShownRevision};

use super::page::{Ink, Page};
use super::words::{moment, short_id};
use super::{files, flag, line, notes, panel};

/// Draws an entry: as lists show it, then all that it holds, its notes, and its history where asked for.
pub fn entry(page: &mut Page, shown: &Shown, history: bool) {
    line::line(page, &shown.line);
    if flag::is_critical(&shown.line) {
        page.line(6, Ink::Critical, flag::NO_ALARM);
    }
    if shown.line.covered.is_some() {
        let how =
            "You covered this: `wellkept show --reveal` shows it this once, `wellkept reveal` for good.";
        return page.line(6, Ink::Plain, how);
    }
    if !flag::hidden(&shown.line) && !shown.line.fields.is_empty() {
        page.heading("In short");
        shown.line.fields.iter().for_each(|field| page.labelled(2, &field.label, &field.text));
    }
    panel::results(page, shown);
    if !shown.everything.is_empty() {
        page.heading("All that it holds");
        for element in &shown.everything {
            page.labelled(2 + 2 * element.depth.min(DEEPEST), &element.label, &element.text);
        }
    }
    let open = format!("wellkept documents open {} N", shown.line.reference);
    files::list(page, &shown.attachments, &open);
    if !shown.notes.is_empty() {
        page.heading("Notes");
        shown.notes.iter().for_each(|note| notes::note(page, note));
    }
    referrers(page, shown);
    if history {
        page.heading("History, newest first");
        let removed = shown.line.standing == Standing::Removed;
        shown.history.iter().for_each(|revision| one(page, revision, removed));
    } else if shown.history.len() > 1 {
        page.blank();
        let versions = shown.history.len();
        page.line(0, Ink::Plain, &format!("{versions} versions of it were seen: `--history` lists them."));
    }
}

const DEEPEST: usize = 12;

fn referrers(page: &mut Page, shown: &Shown) {
    if shown.referred_to_by.is_empty() {
        return;
    }
    let relied = matches!(shown.line.standing, Standing::Withdrawn { .. } | Standing::Removed);
    page.heading(if relied { "What relied on it" } else { "Referred to by" });
    for (reference, title) in &shown.referred_to_by {
        page.pieces(2, &[(Ink::Plain, title.clone()), (Ink::Faint, reference.clone())]);
    }
}

fn one(page: &mut Page, revision: &ShownRevision, removed: bool) {
    let mut pieces = vec![(Ink::Plain, moment(revision.seen))];
    let value = revision.value.clone().unwrap_or_else(|| "no value".to_owned());
    pieces.push((
        Ink::Plain,
        match (revision.held, removed) {
            (true, _) => value,
            (false, true) => "its content was removed at your wish".to_owned(),
            (false, false) => "its content is not on this device".to_owned(),
        },
    ));
    pieces.extend(revision.status.iter().map(|status| (Ink::Plain, format!("status {status}"))));
    pieces.push((Ink::Plain, revision.portals.join(", ")));
    if revision.current {
        pieces.push((Ink::Strong, "current".to_owned()));
    }
    pieces.push((Ink::Faint, format!("bytes {}", short_id(&revision.digest))));
    page.pieces(2, &pieces);
}
