//! Checking the record, and building its lists again.

use super::say;
use crate::args::Global;
use crate::error::Error;
use crate::exit::Exit;
use crate::out::{Out, aside};
use crate::{home, text};

/// Checks everything.
pub fn verify(global: &Global, out: &Out) -> Result<Exit, Error> {
    let verified = home::open(global)?.verify()?;
    out.put(&verified, |page| text::verify::verified(page, &verified))?;
    Ok(if verified.sound { Exit::Done } else { Exit::Unsound })
}

/// Builds all lists and the search again.
pub fn rebuild(global: &Global, out: &Out) -> Result<Exit, Error> {
    let client = home::open(global)?;
    let mut told = 0;
    client.rebuild(|left| {
        if told == 0 || left == 0 || told - left >= STEP {
            told = left;
            aside(&format!("{left} left"));
        }
    })?;
    say(out, "All lists and the search were built again from what is held.")?;
    Ok(Exit::Done)
}

/// How much is done between two lines about it.
const STEP: u64 = 2_000;
