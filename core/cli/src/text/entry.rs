//! One entry in full.

use client::{Shown, ShownRevision};

use super::page::{Ink, Page};
use super::words::{moment, short_id};
use super::{flag, line, notes};

/// Draws an entry: as lists show it, then all that it holds, its notes, and its history where asked for.
pub fn entry(page: &mut Page, shown: &Shown, history: bool) {
    line::line(page, &shown.line);
    if flag::is_critical(&shown.line) {
        page.line(6, Ink::Critical, flag::NO_ALARM);
    }
    if !flag::hidden(&shown.line) && !shown.line.fields.is_empty() {
        page.heading("In short");
        shown.line.fields.iter().for_each(|field| page.labelled(2, &field.label, &field.text));
    }
    if !shown.everything.is_empty() {
        page.heading("All that it holds");
        for element in &shown.everything {
            page.labelled(2 + 2 * element.depth.min(DEEPEST), &element.label, &element.text);
        }
    }
    if !shown.notes.is_empty() {
        page.heading("Notes");
        shown.notes.iter().for_each(|note| notes::note(page, note));
    }
    referrers(page, shown);
    if history {
        page.heading("History, newest first");
        shown.history.iter().for_each(|revision| one(page, revision));
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
    let relied = matches!(shown.line.standing, client::views::Standing::Withdrawn { .. });
    page.heading(if relied { "What relied on it" } else { "Referred to by" });
    for (reference, title) in &shown.referred_to_by {
        page.pieces(2, &[(Ink::Plain, title.clone()), (Ink::Faint, reference.clone())]);
    }
}

fn one(page: &mut Page, revision: &ShownRevision) {
    let mut pieces = vec![(Ink::Plain, moment(revision.seen))];
    let value = revision.value.clone().unwrap_or_else(|| "no value".to_owned());
    pieces.push((
        Ink::Plain,
        if revision.held { value } else { "its content is not on this device".to_owned() },
    ));
    pieces.extend(revision.status.iter().map(|status| (Ink::Plain, format!("status {status}"))));
    pieces.push((Ink::Plain, revision.portals.join(", ")));
    if revision.current {
        pieces.push((Ink::Strong, "current".to_owned()));
    }
    pieces.push((Ink::Faint, format!("bytes {}", short_id(&revision.digest))));
    page.pieces(2, &pieces);
}
