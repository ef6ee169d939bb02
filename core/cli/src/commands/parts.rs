//! What carers do not see unless the patient says so.

use client::PartChange;

use crate::args::{Choose, Global};
use crate::error::Error;
use crate::exit::Exit;
use crate::home;
use crate::out::Out;
use crate::text::parts as draw;

/// Withholds what is named.
pub fn withhold(global: &Global, out: &Out, what: &Choose) -> Result<Exit, Error> {
    let client = home::open(global)?;
    let change = match &what.category {
        Some(category) => client.withhold_category(category)?,
        None if what.screening => client.withhold_screening()?,
        None => client.withhold(&what.references)?,
    };
    told(out, &change, draw::withheld)
}

/// Shares what is named.
pub fn share(global: &Global, out: &Out, what: &Choose) -> Result<Exit, Error> {
    let client = home::open(global)?;
    let change = match &what.category {
        Some(category) => client.share_category(category)?,
        None if what.screening => client.share_screening()?,
        None => client.share(&what.references)?,
    };
    told(out, &change, draw::shared)
}

/// Lists what is withheld, and what was chosen.
pub fn withheld(global: &Global, out: &Out, all: bool) -> Result<Exit, Error> {
    let parts = home::open(global)?.parts()?;
    out.put(&parts, |page| draw::parts(page, &parts, all))?;
    Ok(Exit::Done)
}

fn told(
    out: &Out,
    change: &PartChange,
    draw: fn(&mut crate::text::page::Page, &PartChange),
) -> Result<Exit, Error> {
    out.put(change, |page| draw(page, change))?;
    Ok(Exit::Done)
}
