//! One entry in full.

use crate::args::Global;
use crate::error::Error;
use crate::exit::Exit;
use crate::out::Out;
use crate::{home, text};

/// Shows an entry and takes it as read, or writes its exact bytes.
pub fn run(global: &Global, out: &Out, reference: &str, raw: bool, history: bool) -> Result<Exit, Error> {
    let client = home::open(global)?;
    if raw {
        out.bytes(&client.raw(reference)?)?;
        return Ok(Exit::Done);
    }
    let shown = client.show(reference)?;
    out.put(&shown, |page| text::entry::entry(page, &shown, history))?;
    if !out.is_json() {
        client.mark_read(&[text::line::key(&shown.line)])?;
    }
    Ok(Exit::Done)
}
