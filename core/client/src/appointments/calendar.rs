//! Appointments for another calendar: those to come, and those that were to come and do not.

use chrono::NaiveDate;
use exchange::calendar::{Event, Span, Status, uid, write};
use serde::Serialize;

use super::{AppointmentFilter, AppointmentView, KeptTimes, ReadAppointment, place};
use crate::look::Look;
use crate::views::{Moment, Place, plain};
use crate::{Client, Error};

/// A calendar file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Calendar {
    /// The file (iCalendar, RFC 5545).
    pub text: String,
    /// How many events it holds.
    pub events: usize,
    /// What was left out and why, one sentence each.
    pub left_out: Vec<String>,
}

impl Client {
    /// One appointment, or all that are coming, requested, or cancelled before they came, as a calendar file: so that a calendar
    /// that took in an earlier one takes out what is cancelled. Calendars are shared: without `details` an event says that it is
    /// an appointment, when and where, and nothing of why or with whom.
    ///
    /// # Errors
    /// As [`Client::show`]; [`Error::Covered`]; [`Error::Invalid`] when one is asked for whose time no calendar can hold.
    pub fn calendar(&self, reference: Option<&str>, details: bool) -> Result<Calendar, Error> {
        let look = self.look(false)?;
        let moment = Moment { now: self.now(), died: look.people.died() };
        let read = match reference {
            Some(reference) => vec![self.asked_for(&look, reference)?],
            None => self.read_appointments(&look, &AppointmentFilter::default())?,
        };
        let mut events = Vec::new();
        let (mut untimed, mut covered) = (0_usize, 0_usize);
        for one in read {
            if one.line.covered.is_some() {
                covered += 1;
                continue;
            }
            let place = one.place(moment);
            if reference.is_none() && !is_to_come(&one, place, moment) {
                continue;
            }
            match self.event(&look, one, place, details)? {
                Some(event) => events.push(event),
                None if reference.is_some() => {
                    let said = "The portal does not say clearly when this is: write it into your calendar yourself, after asking";
                    return Err(Error::Invalid(said.to_owned()));
                }
                None => untimed += 1,
            }
        }
        events.sort_by_key(|event| match event.when {
            Span::Moments { begins, .. } => (Some(begins), None, event.uid.clone()),
            Span::Day(day) => (None, Some(day), event.uid.clone()),
        });
        let left_out = [
            counted(
                untimed,
                "appointment is",
                "appointments are",
                "not in it: the portal does not say clearly when",
            ),
            counted(
                covered,
                "appointment that you covered is",
                "appointments that you covered are",
                "not in it",
            ),
        ];
        Ok(Calendar {
            text: write(&events, self.now()),
            events: events.len(),
            left_out: left_out.into_iter().flatten().collect(),
        })
    }

    fn asked_for(&self, look: &Look, reference: &str) -> Result<ReadAppointment, Error> {
        let stored = self.find(reference)?;
        if stored.row.key.resource_type != "Appointment" {
            return Err(Error::NotFound);
        }
        let (line, row) = self.line(look, stored)?;
        if line.covered.is_some() {
            return Err(Error::Covered);
        }
        self.read_appointment(line, row)
    }

    /// `None` where it is not clear when it is.
    fn event(
        &self,
        look: &Look,
        read: ReadAppointment,
        stands: Place,
        details: bool,
    ) -> Result<Option<Event>, Error> {
        let row = read.row.clone();
        let withdrawn = stands == Place::Withdrawn;
        let status = match stands {
            Place::Withdrawn | Place::CancelledToCome | Place::DidNotHappen => Status::Cancelled,
            Place::Coming | Place::Past => Status::Confirmed,
            Place::Requested | Place::Unclear | Place::CannotRead => Status::Tentative,
        };
        // Of a withdrawn one only when it was to be is known still.
        let when = match (&read.lens, &row.summary.when) {
            (Some(lens), _) => {
                let zone = place::zone(lens, &self.places(look, &row, lens)?);
                Some(super::when(lens, zone, None))
            }
            (None, Some(when)) if withdrawn => {
                let stated = super::Stated { start: Some(when), ..Default::default() };
                Some(super::When::of(stated, None))
            }
            _ => None,
        };
        let span = when.as_ref().and_then(|when| match (when.begins, when.day.as_deref()) {
            (Some(begins), _) => Some(Span::Moments { begins, ends: when.ends }),
            (None, Some(day)) => NaiveDate::parse_from_str(day, "%Y-%m-%d").ok().map(Span::Day),
            (None, None) => None,
        });
        let Some(span) = span else { return Ok(None) };
        let view = self.appointment_view(look, read, None, &KeptTimes::new())?;
        let title = match (status, details && !withdrawn) {
            (Status::Tentative, false) => "Appointment (not confirmed)".to_owned(),
            (Status::Cancelled, false) => "Appointment (cancelled)".to_owned(),
            (Status::Confirmed, false) => "Appointment".to_owned(),
            (_, true) => view.line.title.clone(),
        };
        let addresses = self.addresses(look, &row)?;
        Ok(Some(Event {
            uid: uid(&row.key.issuer, &row.key.id),
            sequence: row.revisions.saturating_sub(1),
            status,
            when: span,
            title,
            place: (!addresses.is_empty()).then(|| addresses.join("; ")),
            details: if details { words(&view) } else { None },
        }))
    }

    /// The places of an appointment, each with its address.
    fn addresses(&self, look: &Look, row: &record::row::Row) -> Result<Vec<String>, Error> {
        let resource = self.resource(row)?.filter(|_| row.state == record::row::State::Current);
        let Some(resource) = resource else { return Ok(Vec::new()) };
        let lens = fhir::lens::Appointment::read(resource.value());
        let places = self.places(look, row, &lens)?.into_iter();
        Ok(places
            .map(|place| {
                let told = [Some(place.view.name), place.view.addresses.into_iter().next()];
                told.into_iter().flatten().collect::<Vec<_>>().join(", ")
            })
            .collect())
    }
}

/// Whether a calendar is to hear of it: it is to come, or was to come when it was cancelled or withdrawn.
fn is_to_come(one: &ReadAppointment, place: Place, moment: Moment) -> bool {
    let later =
        one.row.summary.when.as_ref().and_then(|when| when.end_key()).is_some_and(|at| at >= moment.now);
    match place {
        Place::Coming | Place::CancelledToCome => !moment.died,
        Place::Requested | Place::Unclear | Place::CannotRead | Place::Withdrawn => later && !moment.died,
        Place::Past | Place::DidNotHappen => false,
    }
}

/// What is told of an appointment where details are asked for.
fn words(view: &AppointmentView) -> Option<String> {
    let mut lines: Vec<String> = view.state.iter().cloned().collect();
    lines.extend(view.when.iter().map(|when| when.text.clone()));
    lines.extend(view.with.iter().map(|who| format!("With: {who}")));
    lines.extend(view.why_cancelled.iter().map(|why| format!("Why cancelled: {why}")));
    lines.extend(
        view.line.fields.iter().filter(|field| field.label == "What to do").map(|field| field.text.clone()),
    );
    lines.extend(
        view.line
            .portals
            .first()
            .map(|portal| format!("As {} says it; ask there before you rely on it.", plain(portal))),
    );
    (!lines.is_empty()).then(|| lines.join("\n"))
}

fn counted(count: usize, one: &str, more: &str, said: &str) -> Option<String> {
    match count {
        0 => None,
        1 => Some(format!("1 {one} {said}")),
        _ => Some(format!("{count} {more} {said}")),
    }
}
