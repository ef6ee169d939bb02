//! The portals that are connected, and the list of all that there are.

use std::num::NonZeroUsize;
use std::path::Path;

use client::{LARGEST_LIST, WayIn};

use crate::args::Global;
use crate::error::Error;
use crate::exit::Exit;
use crate::home;
use crate::out::Out;
use crate::text::{finding, portals};

/// The most organisations to choose from.
const CHOICES: usize = 20;

/// The portals that are connected.
pub fn held(global: &Global, out: &Out) -> Result<Exit, Error> {
    let held = home::open(global)?.portals()?;
    out.put(&held, |page| portals::list(page, &held))?;
    Ok(Exit::Done)
}

/// Searches the list of all portals.
pub fn find(global: &Global, out: &Out, words: &str, limit: NonZeroUsize) -> Result<Exit, Error> {
    let found = home::portal_list(global)?.find(words, limit.get())?;
    out.put(&found, |page| finding::found(page, words, &found))?;
    Ok(if found.ways.is_empty() { Exit::NotFound } else { Exit::Done })
}

/// Takes a list in.
pub fn import(global: &Global, out: &Out, file: &Path, add: bool) -> Result<Exit, Error> {
    let bundle = home::bytes_of(file, LARGEST_LIST)?;
    let taken = home::portal_list(global)?.import(&bundle, add)?;
    out.put(&taken, |page| finding::taken(page, &taken))?;
    Ok(Exit::Done)
}

/// The one portal that is meant by these words; who is at a terminal chooses where there are several.
pub fn meant(global: &Global, out: &Out, words: &str) -> Result<WayIn, Error> {
    let found = home::portal_list(global)?.meant(words, CHOICES)?;
    match found.ways.as_slice() {
        [] => Err(Error::Unfound(format!(
            "No portal in the list on this device fits {words}. Try fewer words, or its address, which begins with https://"
        ))),
        [one] if !found.more => Ok(one.clone()),
        ways => {
            if !out.is_json() {
                out.page(|page| finding::choose(page, words, &found))?;
            }
            let chosen = home::number(ways.len())?.and_then(|nth| ways.get(nth.get() - 1));
            chosen.cloned().ok_or_else(|| {
                Error::Unfound(format!(
                    "{words} fits more than one portal: give more words of its name or place, or connect one by its address"
                ))
            })
        }
    }
}
