//! Lists, and search.

use std::num::NonZeroUsize;

use client::views::{Filter, Screen};
use client::{Client, Query};

use crate::args::{Global, List};
use crate::error::Error;
use crate::exit::Exit;
use crate::home;
use crate::out::Out;
use crate::text;

/// Lists what fits, window after window.
pub fn run(global: &Global, out: &Out, list: &List, query: fn(Filter) -> Query) -> Result<Exit, Error> {
    let client = home::open(global)?;
    let screen = all(&client, list, query)?;
    out.put(&screen, |page| text::screen::screen(page, &screen, asked(list)))?;
    Ok(Exit::Done)
}

/// Who the portals say the person is.
pub fn profile(global: &Global, out: &Out) -> Result<Exit, Error> {
    let screen = home::open(global)?.view(&Query::Profile)?;
    let asked = text::screen::Asked { in_full: true, ..text::screen::Asked::default() };
    out.put(&screen, |page| text::screen::screen(page, &screen, asked))?;
    Ok(Exit::Done)
}

/// Lists what holds the words.
pub fn search(
    global: &Global,
    out: &Out,
    words: &str,
    limit: NonZeroUsize,
    reveal: bool,
) -> Result<Exit, Error> {
    let client = home::open(global)?;
    let hits = match reveal {
        true => client.search_revealed(words, limit.get())?,
        false => client.search(words, limit.get())?,
    };
    let portals = client.portals()?;
    let covered = !reveal && !client.hidden()?.is_empty();
    let asked = text::search::Asked { words, limit: limit.get(), portals: &portals, covered };
    out.put(&hits, |page| text::search::hits(page, &hits, asked))?;
    Ok(Exit::Done)
}

/// All windows joined, up to the limit.
fn all(client: &Client, list: &List, query: fn(Filter) -> Query) -> Result<Screen, Error> {
    let window = |after, limit| Filter {
        code: list.code.clone(),
        since: list.since,
        abnormal: list.abnormal,
        unread: list.unread,
        portal: list.portal.clone(),
        reveal: list.reveal,
        limit,
        after,
    };
    let limit = list.limit.map(NonZeroUsize::get);
    let mut screen = client.view(&query(window(None, limit)))?;
    while screen.more.is_some() {
        let left = limit.map(|limit| limit.saturating_sub(screen.shown()));
        if left == Some(0) {
            break;
        }
        screen.extend(client.view(&query(window(screen.more.clone(), left)))?);
    }
    Ok(screen)
}

fn asked(list: &List) -> text::screen::Asked {
    let List { code, since, abnormal, unread, portal, limit: _, reveal: _ } = list;
    let narrowed = code.is_some() || since.is_some() || *abnormal || *unread || portal.is_some();
    text::screen::Asked { narrowed, in_full: false }
}
