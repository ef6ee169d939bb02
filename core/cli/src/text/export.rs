//! What an export, an import and an erasure did.

use std::path::Path;

use client::{Erased, Exported, Imported, Revoked};

use super::files::size;
use super::page::{Ink, Page};
use super::words::counted;

/// Draws what was written and what to do with it.
pub fn exported(page: &mut Page, exported: &Exported, folder: &Path, again: &str) {
    page.line(0, Ink::Strong, "Everything was exported into");
    page.verbatim(2, &folder.display().to_string());
    let parts = [
        counted(exported.entries, "entry", "entries"),
        counted(exported.earlier, "earlier version", "earlier versions"),
        counted(exported.attachments, "attachment", "attachments"),
        counted(exported.notes, "note", "notes"),
    ];
    let files = counted(exported.files, "file", "files");
    page.line(0, Ink::Plain, &format!("{}; {files}, {}.", parts.join(", "), size(exported.bytes)));
    if exported.not_held > 0 {
        let missing = counted(exported.not_held, "entry is", "entries are");
        page.line(0, Ink::Warning, &format!("{missing} known of but not held, and so not in it."));
    }
    page.blank();
    page.line(
        0,
        Ink::Warning,
        "! This folder is NOT encrypted, and holds everything: also what was withdrawn, withheld or covered. Keep it on an \
         encrypted disk, give it only to those who may read all of it, and remove it when you do not need it any more.",
    );
    page.line(
        0,
        Ink::Plain,
        "Open index.html in it with a browser to read it. To make a record of it again:",
    );
    page.verbatim(2, again);
    page.line(0, Ink::Plain, "The record's digest, which an import gives again:");
    page.verbatim(2, &exported.digest);
}

/// Draws what was taken in.
pub fn imported(page: &mut Page, imported: &Imported, holder: &str) {
    let parts = [
        counted(imported.contents, "content", "contents"),
        counted(imported.attachments, "attachment", "attachments"),
        counted(imported.facts, "thing", "things"),
        counted(imported.portals, "portal", "portals"),
    ];
    let [contents, attachments, facts, portals] = parts;
    page.line(
        0,
        Ink::Strong,
        &format!("Imported: {contents} of {portals}, {attachments}, {facts} that people wrote or chose."),
    );
    page.line(
        0,
        Ink::Plain,
        &format!("What people wrote now stands under {holder}, at the times at which it was written. Every connection is \
         ended: connect a portal again to fetch what is new."),
    );
    if imported.digest == imported.expected {
        page.line(0, Ink::Plain, "The record has the digest that the export names:");
        page.verbatim(2, &imported.digest);
    } else {
        page.line(
            0,
            Ink::Critical,
            "!! The record does NOT have the digest that the export names. It was made with another \
            version of Wellkept, or does not say everything:",
        );
        page.verbatim(2, &imported.digest);
        page.verbatim(2, &imported.expected);
    }
}

/// Draws what is gone, and what portals were told.
pub fn erased(page: &mut Page, erased: &Erased, folder: bool, revoked: &[Revoked]) {
    page.line(0, Ink::Strong, "The record is gone for good.");
    let keys = counted(erased.keys, "key", "keys");
    let files = counted(erased.files, "file", "files");
    let rest =
        if folder { ", and the record's folder" } else { ". Its folder holds something else, and was left" };
    page.line(0, Ink::Plain, &format!("Removed: {keys}, {files}{rest}."));
    for Revoked { portal, confirmed } in revoked {
        let said = match confirmed {
            true => format!("{portal} confirmed that it forgot this device."),
            false => format!(
                "{portal} did not confirm that it forgot this device: see to it in the portal's own settings."
            ),
        };
        page.line(0, Ink::Plain, &said);
    }
    page.line(
        0,
        Ink::Plain,
        "Copies of the encrypted file elsewhere open no more, unless the keys were copied with it. Exports are not touched.",
    );
}
