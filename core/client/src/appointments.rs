//! Appointments: by the clock of the place and by one's own, and what each was before it was moved or cancelled.

mod calendar;
mod clock;
mod day;
mod place;

use std::collections::BTreeMap;

use fhir::lens::{Appointment, Period};
use fhir::{Resource, ResourceKey};
use record::acts::Standing;
use record::row::{Row, State};
use serde::Serialize;

pub use calendar::Calendar;
use clock::Stated;
pub use clock::{When, Zone};
pub use day::{DayCard, Linked, Prepared};
pub use place::PlaceView;

use crate::look::Look;
use crate::views::{self, Basis, Filter, Line, Missing, Moment, Place, placed, plain};
use crate::{Client, Error, Query};

/// Which appointments are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AppointmentFilter {
    /// The zone in which the person is: times are told by this clock too where it differs.
    pub zone: Option<Zone>,
    /// Only what this portal (by name or connection) showed.
    pub portal: Option<String>,
    /// Only what this member has not read.
    pub unread: bool,
    /// Only those dated on or after this moment (UTC seconds).
    pub since: Option<i64>,
    /// At most this many, in reading order.
    pub limit: Option<usize>,
    /// Shows in this view what this member wants covered. It marks nothing as read.
    pub reveal: bool,
}

/// The list of appointments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AppointmentsView {
    /// What stands above everything else, one sentence each: that the person has died.
    pub notices: Vec<String>,
    /// The groups, in reading order: what is coming first, and of that the next one first.
    pub groups: Vec<AppointmentGroup>,
    /// How many of the shown ones this member has not read.
    pub unread: u64,
    /// How many of the shown ones this member wants covered.
    pub covered: u64,
    /// How many the asked limit left out.
    pub left_out: usize,
    /// Per portal: as of when, what was refused. Empty: no portal is connected.
    pub rests_on: Vec<Basis>,
    /// What is missing, in words.
    pub lacks: Vec<String>,
}

/// Appointments under one heading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AppointmentGroup {
    /// The heading.
    pub heading: String,
    /// One sentence that explains it, where one is needed.
    pub note: Option<String>,
    /// The appointments.
    pub appointments: Vec<AppointmentView>,
}

/// One appointment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AppointmentView {
    /// As lists show it: its name, how it stands, what changes its meaning. Of a covered one nothing but this is told.
    pub line: Line,
    /// Its state in plain words; `None` where nothing of it is to be told.
    pub state: Option<String>,
    /// That the portal keeps the time and it is not booked yet.
    pub held: Option<HeldTime>,
    /// When.
    pub when: Option<When>,
    /// Why it was cancelled.
    pub why_cancelled: Option<String>,
    /// What it was before, where it was moved, cancelled, or changed its state.
    pub before: Option<Before>,
    /// Where, by the names of the places.
    pub places: Vec<String>,
    /// With whom, beside the patient: each with their answer.
    pub with: Vec<String>,
}

/// What an appointment was before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Before {
    /// Its state then, in plain words.
    pub state: Option<String>,
    /// When it was to be, where that differs.
    pub when: Option<When>,
    /// When that was last seen (UTC seconds, by the portal's clock).
    pub seen: i64,
}

/// A time that a portal keeps until it is booked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HeldTime {
    /// Until when (Unix seconds), where the portal said so.
    pub until: Option<i64>,
}

/// Until when portals keep times for acts that are to book them, where they said so; by the appointment.
type KeptTimes = BTreeMap<ResourceKey, Option<i64>>;

/// An appointment that was read.
struct ReadAppointment {
    line: Line,
    row: Row,
    /// None of one that is covered, withdrawn, not held or not readable.
    lens: Option<Appointment>,
}

impl Client {
    /// The appointments, under the headings of [`views::appointments`]. Never waits for the network.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the filter names a portal that is not there; [`Error::Damaged`].
    pub fn appointments(&self, filter: &AppointmentFilter) -> Result<AppointmentsView, Error> {
        let look = self.look(filter.reveal)?;
        let moment = Moment { now: self.now(), died: look.people.died() };
        let (covered, open): (Vec<_>, Vec<_>) = self
            .read_appointments(&look, filter)?
            .into_iter()
            .partition(|appointment| appointment.line.covered.is_some());
        let mut missing = Missing { rebuilding: self.is_rebuilding()?, ..Missing::default() };
        for appointment in &open {
            missing.not_held += u64::from(appointment.row.state == State::NotHeld);
            missing.unreadable += u64::from(appointment.row.state == State::Unreadable);
        }
        let kept = self.kept_times(open.iter().map(|one| &one.row))?;
        let mut room = filter.limit.unwrap_or(usize::MAX);
        let mut left_out = 0;
        let mut groups = Vec::new();
        for (heading, note, mut entries) in placed(open, moment, |one| (one.place(moment), &one.row)) {
            left_out += entries.len().saturating_sub(room);
            entries.truncate(room);
            room -= entries.len();
            let shown = entries.into_iter().map(|one| self.appointment_view(&look, one, filter.zone, &kept));
            let appointments: Vec<AppointmentView> = shown.collect::<Result<_, _>>()?;
            if !appointments.is_empty() {
                groups.push(AppointmentGroup { heading, note, appointments });
            }
        }
        let hidden = views::covered(covered.into_iter().map(|one| one.line).take(room).collect());
        groups.extend(hidden.map(|group| AppointmentGroup {
            heading: group.heading,
            note: group.note,
            appointments: group.lines.into_iter().map(AppointmentView::bare).collect(),
        }));
        let all = || groups.iter().flat_map(|group| &group.appointments);
        let counted = |counts: &dyn Fn(&Line) -> bool| {
            u64::try_from(all().filter(|one| counts(&one.line)).count()).unwrap_or(u64::MAX)
        };
        Ok(AppointmentsView {
            notices: look.people.death(),
            unread: counted(&|line| line.unread),
            covered: counted(&|line| line.covered.is_some()),
            left_out,
            rests_on: self.basis(&Query::Appointments(Filter::default()))?,
            lacks: missing.words(),
            groups,
        })
    }

    fn read_appointments(
        &self,
        look: &Look,
        filter: &AppointmentFilter,
    ) -> Result<Vec<ReadAppointment>, Error> {
        let portal = filter.portal.as_deref().map(|name| self.connection_named(name)).transpose()?;
        let mut rows = self.every("Appointment")?;
        rows.retain(|stored| {
            let shown = portal.as_ref().is_none_or(|portal| stored.row.connections.contains(&portal.id));
            let dated = filter.since.is_none_or(|since| stored.when.is_some_and(|when| when >= since));
            shown && dated && (!filter.unread || stored.new)
        });
        let lines = self.lines(look, rows)?.into_iter();
        lines.map(|(line, row)| self.read_appointment(line, row)).collect()
    }

    fn read_appointment(&self, line: Line, row: Row) -> Result<ReadAppointment, Error> {
        let shown = row.state == State::Current && line.covered.is_none();
        let resource = if shown { self.resource(&row)? } else { None };
        let lens = resource.map(|resource| Appointment::read(resource.value()));
        Ok(ReadAppointment { line, row, lens })
    }

    fn appointment_view(
        &self,
        look: &Look,
        read: ReadAppointment,
        own: Option<Zone>,
        kept: &KeptTimes,
    ) -> Result<AppointmentView, Error> {
        let ReadAppointment { line, row, lens } = read;
        let Some(lens) = lens else { return Ok(AppointmentView::bare(line)) };
        let places = self.places(look, &row, &lens)?;
        let zone = place::zone(&lens, &places);
        let state = state(&line);
        let when = when(&lens, zone, own);
        Ok(AppointmentView {
            why_cancelled: lens.cancel_reason.as_ref().and_then(|why| why.label()).map(|why| plain(&why)),
            before: self.before(&row, state.as_deref(), &when, zone, own)?,
            places: places.iter().map(|place| place.view.name.clone()).collect(),
            with: self.attending(look, &row, &lens)?,
            held: kept.get(&row.key).filter(|_| may_be_kept(&row)).map(|until| HeldTime { until: *until }),
            state,
            when: Some(when),
            line,
        })
    }

    /// What the revision before said, where its state or its time was another one.
    fn before(
        &self,
        row: &Row,
        state: Option<&str>,
        when: &When,
        zone: Option<Zone>,
        own: Option<Zone>,
    ) -> Result<Option<Before>, Error> {
        let Some(prior) = row.prior.as_ref().filter(|prior| !prior.retracted) else { return Ok(None) };
        let bytes = self.inner.store.bytes(&prior.digest)?;
        let Some(resource) = bytes.and_then(|bytes| Resource::parse(&bytes).ok()) else { return Ok(None) };
        let lens = Appointment::read(resource.value());
        let zone = lens.zone.as_deref().and_then(Zone::known).or(zone);
        let was = self::when(&lens, zone, own);
        let was = Some(was)
            .filter(|was| was.text != when.text && (lens.start.is_some() || !lens.requested.is_empty()));
        // A value begins with the state, in words of ours (`describe::appointment`).
        let value = prior.value.as_deref().and_then(|value| value.split("; ").next()).map(plain);
        let then = value.filter(|then| Some(then.as_str()) != state);
        let changed = was.is_some() || then.is_some();
        Ok(changed.then_some(Before { state: then, when: was, seen: prior.when_seen }))
    }

    /// The acts are read once for all of these, and only where one of them may be kept.
    fn kept_times<'a>(&self, mut rows: impl Iterator<Item = &'a Row>) -> Result<KeptTimes, Error> {
        if !rows.any(may_be_kept) {
            return Ok(KeptTimes::new());
        }
        let now = self.now();
        let kept = self.inner.store.acts()?.into_iter().filter_map(|(_, out)| match out.standing {
            Standing::Held { appointment: id, until } if until.is_none_or(|until| until > now) => {
                let (issuer, resource_type) = (out.act.issuer, "Appointment".to_owned());
                Some((ResourceKey { issuer, resource_type, id }, until))
            }
            _ => None,
        });
        Ok(kept.collect())
    }
}

impl ReadAppointment {
    fn place(&self, moment: Moment) -> Place {
        Place::of(&self.row, self.lens.as_ref().and_then(|lens| lens.end.as_ref()), moment)
    }
}

impl AppointmentView {
    fn bare(line: Line) -> Self {
        Self {
            line,
            state: None,
            held: None,
            when: None,
            why_cancelled: None,
            before: None,
            places: Vec::new(),
            with: Vec::new(),
        }
    }
}

fn may_be_kept(row: &Row) -> bool {
    row.status.as_deref() == Some("pending")
}

/// When it is, or for when it was asked.
fn when(lens: &Appointment, zone: Option<Zone>, own: Option<Zone>) -> When {
    let minutes = lens.minutes.as_deref().and_then(|minutes| minutes.parse().ok());
    let stated = Stated { start: lens.start.as_ref(), end: lens.end.as_ref(), minutes, place: zone };
    let asked = lens.requested.first();
    match (stated.start, asked) {
        (None, Some(Period { start, end })) => {
            let when = When::of(Stated { start: start.as_ref(), end: end.as_ref(), ..stated }, own);
            When { text: format!("asked for: {}", when.text), ..when }
        }
        _ => When::of(stated, own),
    }
}

fn state(line: &Line) -> Option<String> {
    line.fields.iter().find(|field| field.label == "Status").map(|field| field.text.clone())
}
