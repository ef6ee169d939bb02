//! Removing what had been recorded by mistake.

use super::say;
use crate::args::Global;
use crate::error::Error;
use crate::exit::Exit;
use crate::home;
use crate::out::Out;

/// Removes a withdrawn entry's content, after a question.
pub fn run(global: &Global, out: &Out, reference: &str, yes: bool) -> Result<Exit, Error> {
    let client = home::open(global)?;
    client.check_purge(reference)?;
    let question = "Its content will be gone from this device for good, and from your others when they hear of it. \
        That it was here, and was withdrawn, stays known. Remove it?";
    if !yes && !home::confirmed(question)? {
        say(out, "Nothing was removed.")?;
        return Ok(Exit::Done);
    }
    client.purge(reference)?;
    say(out, "Removed. A later sync does not bring it back.")?;
    Ok(Exit::Done)
}
