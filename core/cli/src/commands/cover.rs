//! What waits behind a tap on one's own screens.

use client::Hide;

use super::say;
use crate::args::{Cover, Global};
use crate::error::Error;
use crate::exit::Exit;
use crate::home;
use crate::out::Out;
use crate::text;

/// Covers what is named.
pub fn hide(global: &Global, out: &Out, what: &Cover) -> Result<Exit, Error> {
    let named = named(what)?;
    home::open(global)?.hide(&named)?;
    say(
        out,
        "Covered on your own screens. Nobody else's change: `wellkept withhold` keeps things from carers. `wellkept hidden` \
         lists what you covered.",
    )?;
    Ok(Exit::Done)
}

/// Takes covers away.
pub fn reveal(global: &Global, out: &Out, what: &Cover, all: bool) -> Result<Exit, Error> {
    let client = home::open(global)?;
    if all {
        let count = client.reveal_all()?;
        let covers = text::words::counted(count, "cover was", "covers were");
        say(out, &format!("{covers} taken away. Nothing was taken as read."))?;
    } else {
        client.reveal(&named(what)?)?;
        say(out, "Shown again from now on. Nothing was taken as read.")?;
    }
    Ok(Exit::Done)
}

/// Lists what is covered.
pub fn hidden(global: &Global, out: &Out) -> Result<Exit, Error> {
    let hidden = home::open(global)?.hidden()?;
    out.put(&hidden, |page| text::hidden::list(page, &hidden))?;
    Ok(Exit::Done)
}

fn named(what: &Cover) -> Result<Vec<Hide>, Error> {
    let entries = what.references.iter().cloned().map(Hide::Entry);
    let categories = what.categories.iter().cloned().map(Hide::Category);
    let named: Vec<Hide> =
        entries.chain(categories).chain(what.sections.iter().cloned().map(Hide::Section)).collect();
    if named.is_empty() {
        return Err(Error::Usage("Say what: an entry, --category NAME or --section NAME".to_owned()));
    }
    Ok(named)
}
