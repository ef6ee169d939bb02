//! Messages: the list of threads, one thread, and whom one may write to.

use std::num::NonZeroUsize;

use client::{Client, ThreadFilter, ThreadsView};

use super::{acts, say};
use crate::args::{Global, Message, MessageCommand, Threads};
use crate::error::Error;
use crate::exit::Exit;
use crate::out::Out;
use crate::text::words::counted;
use crate::{home, text};

/// Lists the threads that fit, window after window.
pub fn list(global: &Global, out: &Out, asked: &Threads) -> Result<Exit, Error> {
    let client = home::open(global)?;
    let view = all(&client, asked)?;
    let narrowed = asked.since.is_some() || asked.unread || asked.portal.is_some();
    out.put(&view, |page| text::threads::list(page, &view, narrowed))?;
    Ok(Exit::Done)
}

/// Shows a thread, takes threads as read, or lists whom one may write to.
pub fn run(global: &Global, out: &Out, message: &Message) -> Result<Exit, Error> {
    match &message.what {
        MessageCommand::Show { thread, reveal } => show(global, out, thread, *reveal),
        MessageCommand::Read { threads } => read(global, out, threads),
        MessageCommand::Send(message) => acts::send(global, out, message),
        MessageCommand::Reply(answer) => acts::reply(global, out, answer),
        MessageCommand::Recipients { portal } => {
            let recipients = home::open(global)?.recipients(portal)?;
            out.put(&recipients, |page| text::threads::recipients(page, &recipients))?;
            Ok(Exit::Done)
        }
    }
}

/// What is covered, or revealed this once, is not taken as read.
fn show(global: &Global, out: &Out, thread: &str, reveal: bool) -> Result<Exit, Error> {
    let client = home::open(global)?;
    let view = if reveal { client.thread_revealed(thread)? } else { client.thread(thread)? };
    out.put(&view, |page| text::threads::thread(page, &view))?;
    if !out.is_json() && !reveal {
        client.mark_read(&view.readable())?;
    }
    Ok(Exit::Done)
}

fn read(global: &Global, out: &Out, threads: &[String]) -> Result<Exit, Error> {
    let client = home::open(global)?;
    // All are looked for before anything is written.
    let views = threads.iter().map(|thread| client.thread(thread)).collect::<Result<Vec<_>, _>>()?;
    for view in &views {
        client.mark_read(&view.readable())?;
    }
    let read = counted(views.len(), "thread is", "threads are");
    say(out, &format!("{read} taken as read, for you and nobody else."))?;
    Ok(Exit::Done)
}

/// All windows joined, up to the limit.
fn all(client: &Client, asked: &Threads) -> Result<ThreadsView, Error> {
    let limit = asked.limit.map_or(usize::MAX, NonZeroUsize::get);
    let window = |skip: usize| ThreadFilter {
        portal: asked.portal.clone(),
        unread: asked.unread,
        since: asked.since,
        skip,
        limit: Some(limit.saturating_sub(skip)),
        reveal: asked.reveal,
    };
    let mut view = client.threads(&window(0))?;
    while view.threads.len() < view.count.min(limit) {
        let next = client.threads(&window(view.threads.len()))?;
        if next.threads.is_empty() {
            break;
        }
        view.threads.extend(next.threads);
        view.lacks.extend(next.lacks);
    }
    Ok(view)
}
