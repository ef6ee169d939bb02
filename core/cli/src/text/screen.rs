//! A list, with what it rests on. An empty one never says "none" (hazards H7, H17).

use client::views::Screen;

use super::page::{Ink, Page};
use super::words::counted;
use super::{basis, flag, line};

/// How a list was asked for.
#[derive(Debug, Clone, Copy, Default)]
pub struct Asked {
    /// Only for some of what is held.
    pub narrowed: bool,
    /// With all that is readable of each entry.
    pub in_full: bool,
}

/// Draws a list.
pub fn screen(page: &mut Page, screen: &Screen, asked: Asked) {
    page.heading(&screen.title);
    for notice in &screen.notices {
        page.line(0, Ink::Warning, &format!("! {notice}."));
    }
    if screen.shown() == 0 {
        return empty(page, screen, asked);
    }
    for group in &screen.groups {
        if group.heading != screen.title {
            page.heading(&format!("{} ({})", group.heading, group.lines.len()));
        }
        if let Some(note) = &group.note {
            page.line(0, Ink::Plain, note);
        }
        for entry in &group.lines {
            line::line(page, entry);
            if asked.in_full {
                entry.fields.iter().for_each(|field| page.labelled(6, &field.label, &field.text));
            }
        }
    }
    foot(page, screen);
}

fn foot(page: &mut Page, screen: &Screen) {
    page.blank();
    if flag::holds_critical(screen) {
        page.line(0, Ink::Critical, flag::NO_ALARM);
    }
    if screen.without_flag > 0 {
        let carry = counted(screen.without_flag, "of these results carries", "of these results carry");
        let said = format!("{carry} no flag from the laboratory: that does not mean normal.");
        page.line(0, Ink::Plain, &said);
    }
    if screen.unread > 0 {
        let new = counted(screen.unread, "of these is new to you.", "of these are new to you.");
        page.line(0, Ink::Plain, &new);
    }
    if screen.covered > 0 {
        let covered = counted(screen.covered, "of these is covered", "of these are covered");
        page.line(0, Ink::Plain, &format!("{covered}: `--reveal` shows what you covered, this once."));
    }
    for lack in &screen.lacks {
        page.line(0, Ink::Warning, &format!("{lack}."));
    }
    if screen.more.is_some() || screen.left_out > 0 {
        let shown = counted(screen.shown(), "is shown", "are shown");
        page.line(0, Ink::Plain, &format!("{shown}, more are held: leave out --limit to see them."));
    }
    if screen.rests_on.is_empty() {
        return basis::no_portal(page);
    }
    page.line(0, Ink::Plain, "As of, by portal:");
    basis::portals(page, &screen.rests_on);
}

fn empty(page: &mut Page, screen: &Screen, asked: Asked) {
    if screen.rests_on.is_empty() {
        basis::no_portal(page);
    } else {
        let things = things(&screen.title);
        let said = match asked.narrowed {
            true => format!(
                "No {things} that are held fit what you asked for. Others may be held, and more may exist:"
            ),
            false => format!("No {things} are held. That does not mean that there are none:"),
        };
        page.line(0, Ink::Plain, &said);
        basis::portals(page, &screen.rests_on);
    }
    for lack in &screen.lacks {
        page.line(0, Ink::Warning, &format!("{lack}."));
    }
}

fn things(title: &str) -> &'static str {
    match title {
        "Results" => "results",
        "Medications" => "medicines",
        "Allergies" => "allergies",
        "Conditions" => "conditions",
        "Immunizations" => "immunizations",
        "Vitals" => "measurements",
        "Procedures" => "procedures",
        "Visits" => "visits",
        "Care plans and goals" => "care plans or goals",
        "Care team" => "care teams",
        "Orders" => "orders",
        "Documents" => "documents",
        "Appointments" => "appointments",
        "Messages" => "messages",
        "Coverage and claims" => "coverage or claims",
        "Profile" => "details about you",
        _ => "entries",
    }
}
