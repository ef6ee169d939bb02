//! The outbox: what waits, what nobody can tell, and what a person says of it.

use super::acts::words;
use super::{runtime, say, typed};
use crate::args::{Global, Outbox, OutboxCommand};
use crate::error::Error;
use crate::exit::Exit;
use crate::out::Out;
use crate::progress::Waiting;
use crate::{home, text};

/// Shows the outbox, or does something about what stands in it.
pub fn run(global: &Global, out: &Out, outbox: &Outbox) -> Result<Exit, Error> {
    let client = home::open(global)?;
    let how = typed(global, "outbox");
    match &outbox.act {
        None => {
            let items = client.outbox()?;
            out.put(&items, |page| text::acts::outbox(page, &items, &how))?;
        }
        Some(OutboxCommand::Send) => {
            let waiting = Waiting::begin("Sending");
            let sent = runtime()?.block_on(client.send_outbox());
            drop(waiting);
            let sent = sent?;
            out.put(&sent, |page| text::acts::sent(page, &sent, &how))?;
        }
        Some(OutboxCommand::Show { id }) => {
            let item = client.outbox_item(id)?;
            out.put(&item, |page| text::acts::item(page, &item, &how))?;
        }
        Some(OutboxCommand::Retry { id }) => {
            client.retry_act(id)?;
            say(out, "It is sent again with the next `sync`, or at once with `outbox send`.")?;
        }
        Some(OutboxCommand::Edit { id, text }) => {
            let queued = client.edit_act(id, &words(text)?)?;
            let item = client.outbox_item(&queued.id)?;
            out.put(&item, |page| text::acts::item(page, &item, &how))?;
        }
        Some(OutboxCommand::Delete { id }) => {
            client.delete_act(id)?;
            say(out, "It was taken back: nothing of it is sent.")?;
        }
        Some(OutboxCommand::Done { id }) => {
            client.act_was_done(id)?;
            say(out, "Noted that it was done.")?;
        }
    }
    Ok(Exit::Done)
}
