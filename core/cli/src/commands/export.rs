//! Leaving with everything, and making a record of it again.

use std::path::Path;

use client::Client;
use client::platform::folder::{FolderSink, FolderSource};

use super::typed;
use crate::args::Global;
use crate::error::Error;
use crate::exit::Exit;
use crate::home;
use crate::out::{Out, aside};
use crate::progress::Steps;
use crate::text;

/// Writes the whole record into an empty folder.
pub fn export(global: &Global, out: &Out, folder: &Path) -> Result<Exit, Error> {
    let client = home::open(global)?;
    let mut sink = FolderSink::new(folder).map_err(|error| match error.kind() {
        std::io::ErrorKind::DirectoryNotEmpty => {
            Error::Usage(format!("{} is not empty: name a new folder. Nothing was written", folder.display()))
        }
        _ => home::cannot("write", folder, &error),
    })?;
    let steps = Steps::new();
    let exported = client.export(&mut sink, |step| steps.show(&step));
    steps.done();
    let exported = exported.inspect_err(|_| {
        aside(&format!("What was written is still in {} and is NOT encrypted: remove it.", folder.display()));
    })?;
    let again = format!("wellkept --record NAME import {}", folder.display());
    out.put(&exported, |page| text::export::exported(page, &exported, folder, &again))?;
    Ok(Exit::Done)
}

/// Makes a record of an export, in the record that is named and must be new.
pub fn import(global: &Global, out: &Out, folder: &Path) -> Result<Exit, Error> {
    let client = home::open(global).map_err(|error| first_init(global, folder, error))?;
    let steps = Steps::new();
    let imported = client.import(&mut FolderSource::new(folder), |step| steps.show(&step));
    steps.done();
    let imported = imported.map_err(|error| elsewhere(folder, error))?;
    let sound = imported.digest == imported.expected;
    out.put(&imported, |page| text::export::imported(page, &imported, &holder(&client)))?;
    Ok(if sound { Exit::Done } else { Exit::Unsound })
}

fn holder(client: &Client) -> String {
    client.holder_name().to_owned()
}

fn first_init(global: &Global, folder: &Path, error: Error) -> Error {
    match error {
        Error::Client(client::Error::NoRecord) => Error::Usage(format!(
            "There is no record of that name yet. Make one, then import into it:\n  {}\n  {}",
            typed(global, "init"),
            typed(global, &format!("import {}", folder.display()))
        )),
        other => other,
    }
}

fn elsewhere(folder: &Path, error: client::Error) -> Error {
    match error {
        client::Error::NotEmpty => Error::Usage(format!(
            "This record is not new and empty: nothing was written. Make another one beside it:\n  \
             wellkept --record imported init\n  wellkept --record imported import {}",
            folder.display()
        )),
        other => other.into(),
    }
}
