//! Messages, appointments and refills: queued, and sent when that is possible.

use std::path::Path;

use client::{
    Client, FreeTimes, FreeTimesWanted, LARGEST_FILES, NewBooking, NewFile, NewMessage, NewRequest, Queued,
};

use super::{runtime, typed};
use crate::args::{Appoint, Correct, Global, Refill, ReplyMessage, SendMessage, When};
use crate::error::Error;
use crate::exit::Exit;
use crate::out::Out;
use crate::progress::Waiting;
use crate::{home, text};

/// So many free times are shown where one was lost.
const NEXT: usize = 5;

/// Sends a new message.
pub fn send(global: &Global, out: &Out, message: &SendMessage) -> Result<Exit, Error> {
    let client = home::open(global)?;
    let queued = client.send_message(NewMessage {
        portal: Some(message.portal.clone()),
        to: message.to.clone(),
        about: message.about.clone(),
        subject: message.subject.clone(),
        text: words(&message.text)?,
        files: files(&message.attach)?,
        good_until: message.good_until,
        ..NewMessage::default()
    })?;
    queued_and_sent(global, out, &client, &queued, &message.when)
}

/// Answers a message.
pub fn reply(global: &Global, out: &Out, reply: &ReplyMessage) -> Result<Exit, Error> {
    let client = home::open(global)?;
    let queued = client.send_message(NewMessage {
        answers: Some(reply.message.clone()),
        text: words(&reply.text)?,
        files: files(&reply.attach)?,
        good_until: reply.good_until,
        ..NewMessage::default()
    })?;
    queued_and_sent(global, out, &client, &queued, &reply.when)
}

/// Asks for a correction of the record.
pub fn correct(global: &Global, out: &Out, wanted: &Correct) -> Result<Exit, Error> {
    let client = home::open(global)?;
    let queued = client.ask_for_correction(&wanted.entry, &wanted.to, &words(&wanted.text)?)?;
    queued_and_sent(global, out, &client, &queued, &wanted.when)
}

/// Asks for a medicine again.
pub fn refill(global: &Global, out: &Out, wanted: &Refill) -> Result<Exit, Error> {
    let client = home::open(global)?;
    let queued = client.ask_for_refill(&wanted.prescription, wanted.note.as_deref())?;
    queued_and_sent(global, out, &client, &queued, &wanted.when)
}

/// Finds free times, and books, asks for, moves and gives up appointments.
pub fn appoint(global: &Global, out: &Out, wanted: &Appoint) -> Result<Exit, Error> {
    let client = home::open(global)?;
    let mut taken = false;
    let (queued, when) = match wanted {
        Appoint::Find { portal, from, until, with, service, limit } => {
            let wanted = FreeTimesWanted {
                portal: portal.clone(),
                from: from.clone(),
                until: until.clone(),
                with: with.clone(),
                service: service.clone(),
                most: limit.get(),
            };
            return free(global, out, client.find_free_times(&wanted));
        }
        Appoint::Book { number, reason, when } => {
            let time = client.free_time(*number)?;
            taken = true;
            let booking = NewBooking { time, reason: reason.clone(), moves: None };
            (client.book_appointment(booking)?, when)
        }
        Appoint::Request { portal, reason, with, from, until, comment, when } => {
            let request = NewRequest {
                portal: portal.clone(),
                with: with.clone(),
                reason: reason.clone(),
                comment: comment.clone(),
                suits: from.clone().zip(until.clone()).into_iter().collect(),
            };
            (client.request_appointment(request)?, when)
        }
        Appoint::Reschedule { appointment, number, when } => {
            let time = client.free_time(*number)?;
            taken = true;
            let booking = NewBooking { time, reason: None, moves: Some(appointment.clone()) };
            (client.book_appointment(booking)?, when)
        }
        Appoint::Cancel { appointment, reason, when } => {
            (client.cancel_appointment(appointment, reason.as_deref())?, when)
        }
    };
    let done = queued_and_sent(global, out, &client, &queued, when)?;
    // Somebody was quicker: the next ones, to be chosen by the person.
    let lost = |item: client::OutboxItem| matches!(item.state, client::ActState::Failed(_));
    match taken && !out.is_json() && lost(client.outbox_item(&queued.id)?) {
        true => free(global, out, client.free_times_after(&queued.id, NEXT)),
        false => Ok(done),
    }
}

fn free(
    global: &Global,
    out: &Out,
    looking: impl Future<Output = Result<FreeTimes, client::Error>>,
) -> Result<Exit, Error> {
    let waiting = Waiting::begin("Looking for free times");
    let found = runtime()?.block_on(looking);
    drop(waiting);
    let found = found?;
    let book = typed(global, "appointments book NUMBER");
    let ask = typed(global, &format!("appointments request \"{}\"", found.portal));
    out.put(&found, |page| text::acts::free(page, &found, &book, &ask))?;
    Ok(Exit::Done)
}

/// What was queued goes out at once where that is possible; how it stands then is shown.
pub(super) fn queued_and_sent(
    global: &Global,
    out: &Out,
    client: &Client,
    queued: &Queued,
    when: &When,
) -> Result<Exit, Error> {
    if !when.later {
        let waiting = Waiting::begin("Sending");
        let sent = runtime()?.block_on(client.send_outbox());
        drop(waiting);
        sent?;
    }
    let item = client.outbox_item(&queued.id)?;
    let outbox = typed(global, "outbox");
    out.put(&item, |page| text::acts::queued(page, &item, &queued.advice, &outbox))?;
    Ok(Exit::Done)
}

pub(super) fn words(typed: &[String]) -> Result<String, Error> {
    if typed == ["-"] { home::stdin_words() } else { Ok(typed.join(" ")) }
}

pub(super) fn files(paths: &[impl AsRef<Path>]) -> Result<Vec<NewFile>, Error> {
    let file = |path: &Path| {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        let bytes = home::bytes_of(path, LARGEST_FILES)?;
        Ok(NewFile { name: name.unwrap_or_else(|| "file".to_owned()), bytes })
    };
    paths.iter().map(|path| file(path.as_ref())).collect()
}
