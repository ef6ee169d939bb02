//! Appointments: the list, one for its day, and as a file for a calendar.
#![allow(clippy::disallowed_methods, reason = "the person names the file to save to")]

use std::fs;
use std::num::NonZeroUsize;
use std::path::Path;

use client::{AppointmentFilter, Zone};

use super::{acts, documents, say};
use crate::args::{AppointmentCommand, AppointmentList, Appointments, Global};
use crate::error::Error;
use crate::exit::Exit;
use crate::out::{Out, aside};
use crate::text::words::counted;
use crate::{home, text};

/// Lists appointments, shows one, or writes a calendar file.
pub fn run(global: &Global, out: &Out, asked: &Appointments) -> Result<Exit, Error> {
    match &asked.what {
        None => list(global, out, &asked.list),
        Some(AppointmentCommand::Appoint(wanted)) => acts::appoint(global, out, wanted),
        Some(AppointmentCommand::Show { reference, reveal, zone }) => {
            show(global, out, reference, *reveal, own_zone(zone.as_deref())?)
        }
        Some(AppointmentCommand::Export { reference, to, details }) => {
            export(global, out, reference.as_deref(), to.as_deref(), *details)
        }
    }
}

fn list(global: &Global, out: &Out, asked: &AppointmentList) -> Result<Exit, Error> {
    let zone = own_zone(asked.zone.as_deref())?;
    let client = home::open(global)?;
    let view = client.appointments(&AppointmentFilter {
        zone,
        portal: asked.portal.clone(),
        unread: asked.unread,
        since: asked.since,
        limit: asked.limit.map(NonZeroUsize::get),
        reveal: asked.reveal,
    })?;
    let narrowed = asked.since.is_some() || asked.unread || asked.portal.is_some();
    out.put(&view, |page| text::appointments::list(page, &view, narrowed))?;
    Ok(Exit::Done)
}

/// What is covered, or revealed this once, is not taken as read.
fn show(
    global: &Global,
    out: &Out,
    reference: &str,
    reveal: bool,
    zone: Option<Zone>,
) -> Result<Exit, Error> {
    let client = home::open(global)?;
    let card = match reveal {
        true => client.appointment_revealed(reference, zone)?,
        false => client.appointment(reference, zone)?,
    };
    out.put(&card, |page| text::appointments::card(page, &card))?;
    if !out.is_json() && !reveal && card.appointment.line.covered.is_none() {
        client.mark_read(&[text::line::key(&card.appointment.line)])?;
    }
    Ok(Exit::Done)
}

fn export(
    global: &Global,
    out: &Out,
    reference: Option<&str>,
    to: Option<&Path>,
    details: bool,
) -> Result<Exit, Error> {
    let taken = |to: &Path| {
        Error::Usage(format!("There is already something at {}: nothing was written", to.display()))
    };
    if let Some(to) = to.filter(|to| fs::symlink_metadata(to).is_ok()) {
        return Err(taken(to));
    }
    let calendar = home::open(global)?.calendar(reference, details)?;
    for left_out in &calendar.left_out {
        aside(&format!("{left_out}."));
    }
    let Some(to) = to else {
        if out.is_json() {
            out.put(&calendar, |_| {})?;
        } else {
            out.bytes(calendar.text.as_bytes())?;
        }
        return Ok(Exit::Done);
    };
    documents::write(to, calendar.text.as_bytes()).map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => taken(to),
        _ => home::cannot("write", to, &error),
    })?;
    let events = counted(calendar.events, "appointment", "appointments");
    say(out, &format!("Saved {events} as {}. There it is no longer encrypted.", to.display()))?;
    Ok(Exit::Done)
}

/// The zone that was named, else that of this device where it can be told.
fn own_zone(named: Option<&str>) -> Result<Option<Zone>, Error> {
    if let Some(name) = named {
        return Ok(Some(Zone::named(name)?));
    }
    let stated = std::env::var("TZ").ok().and_then(|name| Zone::named(name.trim_start_matches(':')).ok());
    let device = || iana_time_zone::get_timezone().ok().and_then(|name| Zone::named(&name).ok());
    Ok(stated.or_else(device))
}
