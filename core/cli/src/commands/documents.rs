//! Files in entries: reading one in the terminal, and saving one where the person says.
#![allow(clippy::disallowed_methods, reason = "the person names the file to save to")]

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;

use client::{AttachmentState, AttachmentView, Client, Opened};
use serde_json::json;

use super::{runtime, say, typed};
use crate::args::{Global, OneFile};
use crate::error::Error;
use crate::exit::Exit;
use crate::out::Out;
use crate::progress::Waiting;
use crate::{home, text};

/// Prints the words of a file.
pub fn open(global: &Global, out: &Out, file: &OneFile) -> Result<Exit, Error> {
    let (opened, n) = fetch(global, file)?;
    let save = typed(global, &format!("documents save {} {n} --to FILE", file.reference));
    let told = json!({
        "attachment": opened.attachment,
        "kind": opened.kind,
        "safe": opened.safe,
        "suggested_name": opened.suggested_name,
        "text": if out.is_json() { opened.text() } else { None },
    });
    out.put(&told, |page| text::files::opened(page, &opened, &save))?;
    Ok(Exit::Done)
}

/// Writes the bytes of a file to one that the person names and that is not there yet.
pub fn save(global: &Global, out: &Out, file: &OneFile, to: &Path) -> Result<Exit, Error> {
    let taken =
        || Error::Usage(format!("There is already something at {}: nothing was written", to.display()));
    if fs::symlink_metadata(to).is_ok() {
        return Err(taken());
    }
    let (opened, _) = fetch(global, file)?;
    write(to, &opened.bytes).map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => taken(),
        _ => home::cannot("write", to, &error),
    })?;
    let size = text::files::size(u64::try_from(opened.bytes.len()).unwrap_or(u64::MAX));
    let mut said = format!("Saved as {}, {size}. There it is no longer encrypted.", to.display());
    if !opened.safe {
        said.push_str(
            " A file of this kind may run programs when it is opened: `documents open` only reads it.",
        );
    }
    say(out, &said)?;
    Ok(Exit::Done)
}

fn fetch(global: &Global, file: &OneFile) -> Result<(Opened, usize), Error> {
    let client = home::open(global)?;
    let OneFile { reference, n, reveal } = file;
    let files = match reveal {
        true => client.attachments_revealed(reference)?,
        false => client.attachments(reference)?,
    };
    let chosen = chosen(&files, *n)?;
    let here = matches!(chosen.state, AttachmentState::Held | AttachmentState::Inline);
    let waiting = (!here).then(|| Waiting::begin("Fetching the file"));
    let opened = open_at(&client, reference, chosen.n, *reveal);
    drop(waiting);
    Ok((opened?, chosen.n))
}

fn open_at(client: &Client, reference: &str, n: usize, reveal: bool) -> Result<Opened, Error> {
    let runtime = runtime()?;
    Ok(match reveal {
        true => runtime.block_on(client.open_attachment_revealed(reference, n))?,
        false => runtime.block_on(client.open_attachment(reference, n))?,
    })
}

/// The one that was asked for; else the first that can be had.
fn chosen(files: &[AttachmentView], n: Option<usize>) -> Result<&AttachmentView, Error> {
    let had = |file: &&AttachmentView| {
        matches!(file.state, AttachmentState::Held | AttachmentState::Inline | AttachmentState::OnDemand)
    };
    let found = match n {
        Some(n) => files.iter().find(|file| file.n == n),
        None => files.iter().find(had).or(files.first()),
    };
    found.ok_or_else(|| match files.len() {
        0 => Error::Usage("This entry has no file".to_owned()),
        1 => Error::Usage("This entry has one file: number 1".to_owned()),
        count => Error::Usage(format!("This entry has {count} files: numbers 1 to {count}")),
    })
}

/// Whole or not at all, for its owner alone.
pub fn write(to: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(to)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    if written.is_err() {
        // Best effort: half a file is worse than none.
        let _ = fs::remove_file(to);
    }
    written
}
