//! What is withheld from carers, and what came of a choice.

use client::{Chosen, PartChange, PartsView, Withheld, WithheldGroup};

use super::page::{Ink, Page};
use super::words::{counted, moment};

/// Entries of a group that are drawn unless all are asked for.
const FEW: usize = 10;

/// What came of withholding.
pub fn withheld(page: &mut Page, change: &PartChange) {
    let moved = match change.moved {
        0 => "Nothing had to be moved.".to_owned(),
        count => format!("{} withheld now.", counted(count, "entry is", "entries are")),
    };
    let following = match change.following {
        0 => String::new(),
        count => format!(" {} to it and went along.", counted(count, "entry refers", "entries refer")),
    };
    page.line(0, Ink::Plain, &format!("{moved}{following} Carers do not see it unless you share it. Nothing changes on your own screens."));
    page.line(
        0,
        Ink::Plain,
        "`wellkept share` takes it back. What a carer was shown before is not taken back.",
    );
}

/// What came of sharing.
pub fn shared(page: &mut Page, change: &PartChange) {
    let moved = match change.moved {
        0 => "Nothing had to be moved.".to_owned(),
        count => format!("{} open to carers now.", counted(count, "entry is", "entries are")),
    };
    let following = match change.following {
        0 => String::new(),
        count => {
            let refers = counted(
                count,
                "entry that was withheld only because it refers to it is",
                "entries that were withheld only because they refer to it are",
            );
            format!(" {refers} open too.")
        }
    };
    page.line(0, Ink::Plain, &format!("{moved}{following} Only carers to whom you give the section see it."));
    page.line(0, Ink::Plain, "`wellkept withhold` takes it back.");
}

/// Draws what is withheld and why, everything that was chosen, and how to undo it.
pub fn parts(page: &mut Page, parts: &PartsView, all: bool) {
    page.heading("Withheld from carers");
    if parts.withheld.is_empty() {
        page.line(0, Ink::Plain, "Nothing that is held here is withheld.");
    }
    for one in &parts.withheld {
        group(page, one, all);
    }
    if !parts.perhaps.is_empty() {
        page.heading("Perhaps sensitive, and not withheld");
        page.line(0, Ink::Plain, "Words or codes that often mean something else. Only you can tell.");
        entries(page, &parts.perhaps, all);
    }
    page.heading("What you chose");
    if parts.choices.is_empty() {
        page.line(0, Ink::Plain, "Nothing yet: what speaks of sensitive care is withheld, the rest is open.");
    }
    parts.choices.iter().for_each(|choice| chosen(page, choice));
    page.blank();
    page.line(
        0,
        Ink::Plain,
        "This is found by tables of codes and by your portals' labels, and can miss things: `wellkept withhold` keeps any entry from \
         carers. Nothing is hidden on your own screens: that is `wellkept hide`.",
    );
}

fn group(page: &mut Page, group: &WithheldGroup, all: bool) {
    let count = counted(group.entries.len(), "entry", "entries");
    page.heading(&format!("{} ({count})", group.words));
    entries(page, &group.entries, all);
}

fn entries(page: &mut Page, entries: &[Withheld], all: bool) {
    let shown = if all { entries.len() } else { FEW };
    for entry in entries.iter().take(shown) {
        let line = &entry.line;
        let when = line.when.clone().unwrap_or_else(|| "date not stated".to_owned());
        page.pieces(
            2,
            &[(Ink::Strong, line.title.clone()), (Ink::Plain, when), (Ink::Faint, line.reference.clone())],
        );
        if !entry.because.is_empty() {
            page.line(6, Ink::Plain, &format!("because of: {}", entry.because.join("; ")));
        }
    }
    let more = entries.len().saturating_sub(shown);
    if more > 0 {
        page.line(2, Ink::Plain, &format!("and {more} more: `wellkept withheld --all` lists them"));
    }
}

fn chosen(page: &mut Page, choice: &Chosen) {
    let (done, undo) = if choice.withheld { ("withheld", "share") } else { ("shared", "withhold") };
    let mut pieces = vec![
        (Ink::Strong, choice.words.clone()),
        (Ink::Plain, format!("{done} since {}", moment(choice.since))),
    ];
    if choice.following > 0 {
        pieces.push((Ink::Plain, format!("{} went along", counted(choice.following, "entry", "entries"))));
    }
    page.pieces(2, &pieces);
    let name = match choice.name.as_str() {
        "screening" => "--screening".to_owned(),
        entry if entry.contains('/') => entry.to_owned(),
        category => format!("--category {category}"),
    };
    page.verbatim(6, &format!("wellkept {undo} {name}"));
}
