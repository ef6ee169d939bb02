//! One entry of a list.

use client::views::{Line, Standing, Twin, WITHHELD};

use super::page::{Ink, Page, Piece};
use super::words::{counted, moment, unread};
use super::{flag, words};

const DEEP: usize = 6;

/// Draws an entry: what it is, its value with flag and range, when and from where, how it stands.
pub fn line(page: &mut Page, line: &Line) {
    let mut title = vec![(Ink::Strong, line.title.clone())];
    if line.unread {
        title.push((Ink::New, unread(line.changed_since_read).to_owned()));
    }
    page.pieces(2, &title);
    let value = value(line);
    if !value.is_empty() {
        page.pieces(DEEP, &value);
    }
    if let Some(compared) = &line.compared {
        page.line(DEEP, Ink::Plain, compared);
    }
    page.pieces(DEEP, &origin(line));
    about(page, line);
}

/// What stands under an entry: how it stands, what other portals say, what changes its meaning.
pub fn about(page: &mut Page, line: &Line) {
    standing(page, line);
    about_but_changes(page, line);
}

/// The same without how it stands, where that is told otherwise.
pub fn about_but_changes(page: &mut Page, line: &Line) {
    line.twins.iter().for_each(|other| twin(page, other));
    for notice in &line.notices {
        page.line(DEEP, Ink::Plain, notice);
    }
    if line.withheld {
        page.line(DEEP, Ink::Faint, WITHHELD);
    }
    if !line.no_longer_returned_by.is_empty() {
        let portals = line.no_longer_returned_by.join(", ");
        page.line(DEEP, Ink::Warning, &format!("No longer returned by {portals}. It stays here."));
    }
}

/// The full name to give to `show`: `issuer|type|id`.
pub fn key(line: &Line) -> String {
    let id = line.reference.split_once('/').map_or(line.reference.as_str(), |(_, id)| id);
    format!("{}|{}|{id}", line.issuer, line.resource_type)
}

fn value(line: &Line) -> Vec<Piece> {
    if flag::hidden(line) {
        return Vec::new();
    }
    let mut pieces: Vec<Piece> = line.value.iter().map(|value| (Ink::Plain, value.clone())).collect();
    pieces.extend(flag::piece(line));
    if !line.ranges.is_empty() {
        pieces.push((Ink::Plain, format!("range: {}", line.ranges.join("; "))));
    }
    pieces
}

fn origin(line: &Line) -> Vec<Piece> {
    let when = line.when.clone().unwrap_or_else(|| "date not stated".to_owned());
    let mut pieces = vec![(Ink::Plain, when)];
    if !line.portals.is_empty() {
        pieces.push((Ink::Plain, line.portals.join(", ")));
    }
    pieces.push((Ink::Faint, line.reference.clone()));
    if line.notes > 0 {
        pieces.push((Ink::Plain, counted(line.notes, "note", "notes")));
    }
    pieces
}

fn twin(page: &mut Page, twin: &Twin) {
    let mut pieces = vec![(Ink::Plain, format!("also at {}", twin.portal))];
    let value = twin.value.clone().map(|value| (Ink::Plain, value));
    pieces.extend(if twin.agrees { Some((Ink::Plain, "the same".to_owned())) } else { value });
    pieces.push((Ink::Faint, twin.reference.clone()));
    page.pieces(DEEP, &pieces);
}

fn standing(page: &mut Page, line: &Line) {
    match &line.standing {
        Standing::AsGiven => {}
        Standing::Changed { what, from, seen } => {
            let before = match from {
                Some(from) => format!("~ changed: was {from}, seen {}", moment(*seen)),
                None => format!("~ changed: the version before was seen {}", moment(*seen)),
            };
            page.line(DEEP, Ink::Warning, &before);
            if let Some(what) = what {
                page.line(DEEP + 2, Ink::Plain, what);
            }
        }
        Standing::Withdrawn { seen } => {
            let said =
                format!("x withdrawn by the provider: recorded by mistake, seen {}", words::moment(*seen));
            page.line(DEEP, Ink::Warning, &said);
        }
        Standing::Removed => {
            page.line(DEEP, Ink::Warning, "x removed at your wish; it had been recorded by mistake");
        }
        Standing::NotHeld => {
            page.line(DEEP, Ink::Warning, "? known of, but its content is not on this device");
        }
        Standing::Unreadable => {
            page.line(
                DEEP,
                Ink::Warning,
                "? cannot be read as FHIR; its bytes are kept: `wellkept show --raw`",
            );
        }
    }
}
