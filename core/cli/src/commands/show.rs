//! One entry in full.

use crate::args::Global;
use crate::error::Error;
use crate::exit::Exit;
use crate::out::Out;
use crate::{home, text};

/// What of an entry is wanted.
pub struct Wanted {
    /// Which.
    pub reference: String,
    /// Its exact bytes.
    pub raw: bool,
    /// With its history.
    pub history: bool,
    /// Although it is covered.
    pub reveal: bool,
}

/// Shows an entry and takes it as read, or writes its exact bytes. What is covered, or revealed this once, is not taken as
/// read.
pub fn run(global: &Global, out: &Out, wanted: &Wanted) -> Result<Exit, Error> {
    let client = home::open(global)?;
    let Wanted { reference, raw, history, reveal } = wanted;
    if *raw {
        out.bytes(&if *reveal { client.raw_revealed(reference)? } else { client.raw(reference)? })?;
        return Ok(Exit::Done);
    }
    let shown = if *reveal { client.show_revealed(reference)? } else { client.show(reference)? };
    out.put(&shown, |page| text::entry::entry(page, &shown, *history))?;
    if !out.is_json() && !reveal && shown.line.covered.is_none() {
        client.mark_read(&[text::line::key(&shown.line)])?;
    }
    Ok(Exit::Done)
}
