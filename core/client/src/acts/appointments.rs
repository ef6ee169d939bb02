//! Appointments: asked for, booked, moved, given up. Only a time that the person saw is ever booked (hazard H2).

use portal::abilities::Appointments;
use portal::act::Identifier;
use portal::slots::{self, Booking};
use record::acts::resource::{Appointment, appointment, cancelled, moved};
use record::acts::{IDENTIFIER_SYSTEM, Kind, Way, urn};
use serde_json::Value;
use statement::Section;
use store::{ConnectionRow, StoredRow};

use super::Queued;
use super::compose::{Making, local};
use super::free::FreeTime;
use crate::views::plain;
use crate::{Client, Error};

/// An appointment to be asked for: the clinic chooses the time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewRequest {
    /// The portal's name.
    pub portal: String,
    /// With whom, and where: entries of that portal.
    pub with: Vec<String>,
    /// What for, in the person's words.
    pub reason: Option<String>,
    /// What else the clinic is to know.
    pub comment: Option<String>,
    /// The days that suit, from and until (`2026-12-01`, or instants).
    pub suits: Vec<(String, String)>,
}

/// A free time to be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewBooking {
    /// The time, as the person saw it.
    pub time: FreeTime,
    /// What for, in the person's words.
    pub reason: Option<String>,
    /// The appointment that is moved there, as `Type/id`.
    pub moves: Option<String>,
}

impl Client {
    /// Asks for an appointment.
    ///
    /// # Errors
    /// [`Error::Invalid`] at a portal where one chooses a free time oneself, as long as it was not seen that none suits, or when a time cannot be read, in words; [`Error::NotFound`], [`Error::OutOfSpace`].
    pub fn request_appointment(&self, request: NewRequest) -> Result<Queued, Error> {
        let connection = self.connection_named(&request.portal)?;
        let mut making = self.make(connection, Kind::Request, "Appointment", Section::APPOINTMENTS)?;
        match self.appointment_level(&making.connection) {
            Some(Appointments::None) => making.act.way = Way::ByHand,
            Some(Appointments::Slots) if self.saw_no_time(&making.connection)? => {}
            Some(Appointments::Slots | Appointments::FindHoldBook) => {
                let portal = plain(&making.connection.name);
                return Err(Error::Invalid(format!(
                    "{portal} shows its free times: look for one and take it. Where there is none, write or call"
                )));
            }
            Some(Appointments::Request) | None => {}
        }
        let with = request.with.iter().map(|who| {
            let stored = self.entry_of(&making.connection, who)?;
            Ok(local(&stored.row.key))
        });
        let with = with.collect::<Result<_, Error>>()?;
        let suits: Vec<_> = request
            .suits
            .iter()
            .map(|(from, until)| Ok((beginning(from)?, end(until)?)))
            .collect::<Result<_, Error>>()?;
        making.act.good_until = suits.iter().filter_map(|(_, until)| moment(until)).max();
        let wanted = Appointment {
            patient: making.patient(),
            with,
            reason: said(request.reason),
            comment: said(request.comment),
            suits,
            created: self.instant()?,
            ..Appointment::default()
        };
        let resource = appointment(&making.act.id, &wanted);
        self.put_in_outbox(making, &resource, None)
    }

    /// Takes a free time, or moves an appointment to it: one of those that were shown last.
    ///
    /// # Errors
    /// [`Error::Invalid`] when the time is past or was not shown, or the portal moves no appointments, in words; [`Error::NotFound`],
    /// [`Error::OutOfSpace`].
    pub fn book_appointment(&self, booking: NewBooking) -> Result<Queued, Error> {
        let time = &booking.time;
        let connection = self.live_at(&time.issuer)?;
        let starts =
            moment(&time.start).ok_or_else(|| Error::Invalid("That time cannot be read".to_owned()))?;
        if starts <= self.now() {
            return Err(Error::Invalid("That time is past. Look for free times again".to_owned()));
        }
        if !self.was_shown(time)? {
            let words = "That time is not among those that were shown last. Look for free times again";
            return Err(Error::Invalid(words.to_owned()));
        }
        let moves = booking.moves.as_deref().map(|one| self.appointment_of(&connection, one)).transpose()?;
        let kind = if moves.is_some() { Kind::Reschedule } else { Kind::Book };
        let mut making = self.make(connection, kind, "Appointment", Section::APPOINTMENTS)?;
        making.act.good_until = Some(starts);
        let resource = match moves {
            Some(held) => {
                self.change_of(&mut making, &held)?;
                let bytes = self.inner.store.bytes(&held.row.current)?.ok_or(Error::NotFound)?;
                moved(&bytes, &time.slots, &time.start, &time.end)?
            }
            None => self.booked(&mut making, &booking)?,
        };
        self.put_in_outbox(making, &resource, None)
    }

    /// Gives an appointment up.
    ///
    /// # Errors
    /// [`Error::Invalid`] for anything but an appointment that is to come, in words; [`Error::NotFound`], [`Error::Ambiguous`].
    pub fn cancel_appointment(&self, reference: &str, reason: Option<&str>) -> Result<Queued, Error> {
        let stored = self.find(reference)?;
        let connection = self.portal_of(&stored)?;
        let held = self.appointment_of(&connection, reference)?;
        let mut making = self.make(connection, Kind::Cancel, "Appointment", Section::APPOINTMENTS)?;
        self.change_of(&mut making, &held)?;
        making.act.good_until = held.when;
        let bytes = self.inner.store.bytes(&held.row.current)?.ok_or(Error::NotFound)?;
        let reason = reason.map(str::trim).filter(|reason| !reason.is_empty());
        let resource = cancelled(&bytes, reason)?;
        self.put_in_outbox(making, &resource, None)
    }

    fn booked(&self, making: &mut Making, booking: &NewBooking) -> Result<Value, Error> {
        let time = &booking.time;
        if let Some(body) = &time.operation {
            making.act.way = Way::Operation { path: "Appointment/$book".to_owned() };
            let identifier = Identifier { system: IDENTIFIER_SYSTEM.to_owned(), value: urn(&making.act.id) };
            let said = Booking {
                identifier: &identifier,
                patient: &making.connection.patient,
                reason: booking.reason.as_deref().unwrap_or_default(),
                comment: "",
            };
            let body = slots::book(body.to_string().as_bytes(), &said);
            let body = body.and_then(|body| serde_json::from_slice(&body).ok());
            return body.ok_or_else(|| {
                Error::Invalid("That time cannot be booked. Look for free times again".to_owned())
            });
        }
        let wanted = Appointment {
            patient: making.patient(),
            with: time.with.clone(),
            reason: said(booking.reason.clone()),
            slots: time.slots.clone(),
            start: Some(time.start.clone()),
            end: Some(time.end.clone()),
            created: self.instant()?,
            ..Appointment::default()
        };
        Ok(appointment(&making.act.id, &wanted))
    }

    /// An act that changes an appointment: by the portal's way of doing so, and only in the version that is held.
    fn change_of(&self, making: &mut Making, held: &StoredRow) -> Result<(), Error> {
        making.about(held);
        let can =
            self.abilities(&making.connection).map(|abilities| abilities.update.contains("Appointment"));
        making.act.way = match can {
            Some(false) => Way::ByHand,
            Some(true) | None => Way::Update { id: held.row.key.id.clone(), version: self.version_of(held)? },
        };
        Ok(())
    }

    /// The portal's own version of what is held (`meta.versionId`), as a weak entity tag (FHIR R4, http.html, "Managing resource
    /// contention").
    fn version_of(&self, held: &StoredRow) -> Result<Option<String>, Error> {
        let bytes = self.inner.store.bytes(&held.row.current)?.unwrap_or_default();
        let value: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        let version = value.pointer("/meta/versionId").and_then(Value::as_str);
        Ok(version.filter(|version| !version.contains('"')).map(|version| format!("W/\"{version}\"")))
    }

    fn appointment_of(&self, connection: &ConnectionRow, reference: &str) -> Result<StoredRow, Error> {
        let stored = self.entry_of(connection, reference)?;
        if stored.row.key.resource_type != "Appointment" {
            return Err(Error::Invalid("This entry is no appointment".to_owned()));
        }
        if stored.when.is_some_and(|when| when <= self.now()) {
            return Err(Error::Invalid("This appointment is past".to_owned()));
        }
        Ok(stored)
    }

    pub(super) fn live_at(&self, issuer: &str) -> Result<ConnectionRow, Error> {
        let rows = self.inner.store.connections()?.into_iter();
        let mut live = rows.filter(|row| row.issuer == issuer && row.ended.is_none());
        live.next().ok_or(Error::NotFound)
    }
}

fn said(words: Option<String>) -> Option<String> {
    words.map(|words| words.trim().to_owned()).filter(|words| !words.is_empty())
}

/// Unix seconds of an instant.
fn moment(text: &str) -> Option<i64> {
    fhir::time::FhirTime::new(text).instant()
}

/// An instant as it is, or the first of a day (in UTC: where the clinic is, is not known here, so the day is meant whole).
fn beginning(text: &str) -> Result<String, Error> {
    day_or_instant(text, "T00:00:00Z")
}

fn end(text: &str) -> Result<String, Error> {
    day_or_instant(text, "T23:59:59Z")
}

fn day_or_instant(text: &str, time_of_day: &str) -> Result<String, Error> {
    let text = text.trim();
    if moment(text).is_some() {
        return Ok(text.to_owned());
    }
    let whole = format!("{text}{time_of_day}");
    match text.len() == 10 && moment(&whole).is_some() {
        true => Ok(whole),
        false => Err(Error::Invalid("A day is written like 2026-12-01".to_owned())),
    }
}
