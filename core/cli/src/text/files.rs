//! The files of an entry.

use client::{AttachmentState, AttachmentView, Opened};

use super::page::{Ink, Page};
use super::words::counted;

/// Draws the files of an entry and how each stands, and what to type to open one.
pub fn list(page: &mut Page, files: &[AttachmentView], open: &str) {
    if files.is_empty() {
        return;
    }
    page.heading("Files");
    for file in files {
        one(page, file);
    }
    page.line(0, Ink::Plain, &format!("To read one: `{open}`"));
}

/// Draws one file in a row or two.
pub fn one(page: &mut Page, file: &AttachmentView) {
    one_at(page, 2, file);
}

/// The same, so deep.
pub fn one_at(page: &mut Page, indent: usize, file: &AttachmentView) {
    let mut pieces = vec![(Ink::Plain, format!("{}. {}", file.n, name(file)))];
    let kind = file.kind.clone().or_else(|| file.content_type.clone());
    pieces.extend(kind.map(|kind| (Ink::Plain, kind)));
    pieces.extend(file.size.map(|bytes| (Ink::Plain, size(bytes))));
    pieces.extend(here(&file.state).map(|here| (Ink::Plain, here.to_owned())));
    page.pieces(indent, &pieces);
    if let Some(why) = not_had(&file.state) {
        page.line(indent + 4, Ink::Warning, &format!("! {why}"));
    }
    if !file.renditions.is_empty() {
        let others: Vec<String> = file.renditions.iter().map(usize::to_string).collect();
        page.line(indent + 4, Ink::Faint, &format!("the same document as {}", others.join(", ")));
    }
    if let Some(notice) = &file.notice {
        page.line(indent + 4, Ink::Warning, &format!("! {notice}"));
    }
}

/// Draws the words of a file, or why there are none and what to do instead.
pub fn opened(page: &mut Page, opened: &Opened, save: &str) {
    one(page, &opened.attachment);
    page.blank();
    match opened.text() {
        Some(words) => page.prose(0, &words),
        None => {
            let said = format!(
                "A file of this kind ({}) is not shown in a terminal, or no words could be got out of it.",
                opened.kind
            );
            page.line(0, Ink::Plain, &said);
            page.line(0, Ink::Plain, &format!("To keep it as a file of your own: `{save}`"));
        }
    }
}

/// What it is called: by the portal, else by its number.
pub fn name(file: &AttachmentView) -> String {
    file.title.clone().unwrap_or_else(|| "without a name".to_owned())
}

/// Bytes in words.
pub fn size(bytes: u64) -> String {
    match bytes {
        0..=999 => counted(bytes, "byte", "bytes"),
        1_000..=999_999 => format!("{} kB", bytes / 1_000),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}

fn here(state: &AttachmentState) -> Option<&'static str> {
    match state {
        AttachmentState::Held => Some("on this device"),
        AttachmentState::Inline => Some("in the entry itself"),
        AttachmentState::OnDemand => Some("fetched when you open it"),
        _ => None,
    }
}

fn not_had(state: &AttachmentState) -> Option<String> {
    match state {
        AttachmentState::Held | AttachmentState::Inline | AttachmentState::OnDemand => None,
        AttachmentState::Refused { reason } => Some(format!("not had: {reason}")),
        AttachmentState::Elsewhere { host } => {
            Some(format!("lies at {host}, not at the portal: it is not fetched from there"))
        }
        AttachmentState::TooLarge => Some("larger than 64 MiB: not fetched".to_owned()),
        AttachmentState::Failed { reason } => Some(format!("not fetched yet: {reason}")),
    }
}
