//! Taking entries as read.

use client::views::{Filter, Line, Screen};
use client::{Client, Query};

use super::say;
use crate::args::Global;
use crate::error::Error;
use crate::exit::Exit;
use crate::home;
use crate::out::Out;
use crate::text::{line, words};

/// Takes the named entries, or all, as read by this member.
pub fn run(global: &Global, out: &Out, references: &[String], all: bool) -> Result<Exit, Error> {
    let client = home::open(global)?;
    let count = if all {
        everything(&client)?
    } else {
        client.mark_read(references)?;
        references.len()
    };
    say(
        out,
        &format!(
            "{} taken as read, for you and nobody else.",
            words::counted(count, "entry is", "entries are")
        ),
    )?;
    Ok(Exit::Done)
}

fn everything(client: &Client) -> Result<usize, Error> {
    Ok(all_of(client, Query::Timeline)?.saturating_add(all_of(client, Query::Other)?))
}

fn all_of(client: &Client, query: fn(Filter) -> Query) -> Result<usize, Error> {
    let mut count = 0_usize;
    let mut after = None;
    loop {
        let window = Filter { unread: true, after, ..Filter::default() };
        let screen = client.view(&query(window))?;
        let keys: Vec<String> = lines(&screen).map(line::key).collect();
        count = count.saturating_add(keys.len());
        client.mark_read(&keys)?;
        after = screen.more;
        if after.is_none() {
            return Ok(count);
        }
    }
}

fn lines(screen: &Screen) -> impl Iterator<Item = &Line> {
    screen.groups.iter().flat_map(|group| &group.lines)
}
