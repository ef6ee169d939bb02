//! Erasing a record for good.

use client::Revoked;
use serde_json::json;

use super::runtime;
use crate::args::Global;
use crate::error::Error;
use crate::exit::Exit;
use crate::home::{self, Place};
use crate::out::{Out, aside};
use crate::text;

/// Erases the record, once its name was typed.
pub fn run(global: &Global, out: &Out, yes: Option<&str>, keep_access: bool) -> Result<Exit, Error> {
    let place = Place::of(global)?;
    if !place.holds_anything() {
        return Err(client::Error::NoRecord.into());
    }
    let name = global.record.as_str();
    let typed = match yes {
        Some(typed) => typed.to_owned(),
        None => home::typed_line(&format!(
            "This erases the record \"{name}\" for good: nobody can bring it back, not with the passphrase and not with \
             the recovery kit. Type its name to erase it: "
        ))?,
    };
    if typed != name {
        return Err(Error::Usage(format!(
            "That is not the record's name, which is {name}. Nothing was erased"
        )));
    }
    let revoked = if keep_access { Vec::new() } else { revoked(global)? };
    let erased = place.erase()?;
    let folder = place.remove_folder();
    let told = json!({"keys": erased.keys, "files": erased.files, "folder": folder, "portals": revoked});
    out.put(&told, |page| text::export::erased(page, &erased, folder, &revoked))?;
    Ok(Exit::Done)
}

/// Asks every portal to forget this device. What cannot be reached is told and is no reason to keep the record.
fn revoked(global: &Global) -> Result<Vec<Revoked>, Error> {
    let opened = home::open(global);
    let client = match opened {
        Ok(client) => client,
        // What a kill left behind has no keys any more.
        Err(Error::Client(client::Error::NoRecord | client::Error::KeysLost | client::Error::Damaged(_))) => {
            return Ok(Vec::new());
        }
        Err(error) => {
            aside("To erase it without its passphrase, leave its access to portals as it is: --keep-access");
            return Err(error);
        }
    };
    Ok(runtime()?.block_on(client.end_connections())?)
}
