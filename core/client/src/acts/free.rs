//! Free times: looked for at a portal, and kept as the person saw them, so that only such a time is ever booked (hazard H2).

use chrono::{DateTime, Days, NaiveDate};
use fhir::time::FhirTime;
use portal::abilities::{Appointments, No};
use portal::fetch::Outcome;
use portal::slots::{Find, Found, Free, Level, Query, Who};
use record::acts::{Kind, resource};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::{Commit, ConnectionRow};

use super::compose::local;
use crate::threads::here;
use crate::views::plain;
use crate::{Client, Error};

/// The setting that holds what was shown last.
const SEEN: &str = "free-times";
/// Days that are looked through when nothing else is asked for.
const USUAL: u64 = 28;

/// A free time that the person saw.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FreeTime {
    /// The portal's FHIR base address.
    pub issuer: String,
    /// Its slots: `Slot/id`.
    pub slots: Vec<String>,
    /// Its start, as the portal wrote it.
    pub start: String,
    /// Its end.
    pub end: String,
    /// When, for people.
    pub words: String,
    /// With whom and where: references of the portal.
    pub with: Vec<String>,
    /// The same in words, and what for.
    pub shown: Vec<String>,
    /// What the portal proposed, where it books by an operation.
    pub operation: Option<Value>,
}

/// Free times, as a portal showed them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FreeTimes {
    /// The portal's name.
    pub portal: String,
    /// The times, by when they begin.
    pub times: Vec<FreeTime>,
    /// What the person is to know.
    pub notices: Vec<String>,
    /// Whether an appointment may be asked for instead.
    pub may_ask: bool,
    /// When they were shown (Unix seconds).
    pub seen: i64,
}

/// Which free times are looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FreeTimesWanted {
    /// The portal's name.
    pub portal: String,
    /// From this day on (`2026-12-01`); without it, from today.
    pub from: Option<String>,
    /// Until this day; without it, for four weeks.
    pub until: Option<String>,
    /// With any of these people, and at any of these places: entries of that portal (`Practitioner/7`, `Location/1`).
    pub with: Vec<String>,
    /// What for: words that the portal's own name of the service holds, in upper or lower case.
    pub service: Option<String>,
    /// At most this many.
    pub most: usize,
}

impl FreeTimesWanted {
    /// Any free time of a portal, from today on and for four weeks; at most 50.
    #[must_use]
    pub fn at(portal: &str) -> Self {
        let portal = portal.to_owned();
        Self { portal, from: None, until: None, with: Vec::new(), service: None, most: 50 }
    }
}

/// The same, as it is asked for.
#[derive(Default)]
struct Asked {
    from: Option<String>,
    until: Option<String>,
    practitioners: Vec<String>,
    locations: Vec<String>,
    service: Option<String>,
    most: usize,
}

impl Client {
    /// Looks for free times. What is found is kept, the first `most` of it, so that one of them can be booked.
    ///
    /// # Errors
    /// [`Error::Offline`], [`Error::Refused`], [`Error::SignInAgain`] as the portal answers; [`Error::Invalid`] for days that
    /// cannot be read, or people and places of another portal; [`Error::NotFound`].
    pub async fn find_free_times(&self, wanted: &FreeTimesWanted) -> Result<FreeTimes, Error> {
        let connection = self.connection_named(&wanted.portal)?;
        let mut asked = Asked {
            from: wanted.from.clone(),
            until: wanted.until.clone(),
            service: wanted.service.clone(),
            most: wanted.most,
            ..Asked::default()
        };
        for entry in &wanted.with {
            let entry = local(&self.entry_of(&connection, entry)?.row.key);
            let places = entry.starts_with("Location/");
            if places { &mut asked.locations } else { &mut asked.practitioners }.push(entry);
        }
        self.look_for_times(&connection, &asked).await
    }

    /// The next free times where somebody else was quicker: from the day of the lost one on, with the same people where those have
    /// one, else with anybody. Nothing is booked; they are kept like those of [`Client::find_free_times`].
    ///
    /// # Errors
    /// As [`Client::find_free_times`]; [`Error::Invalid`] for an act that takes no time.
    pub async fn free_times_after(&self, act: &str, most: usize) -> Result<FreeTimes, Error> {
        let (_, out) = self.act(act)?;
        let sent = self.resource_of(&out)?.unwrap_or_default();
        let lost = resource::inner(&sent);
        let start = lost.get("start").and_then(Value::as_str).and_then(|text| FhirTime::new(text).instant());
        let (Kind::Book | Kind::Reschedule, Some(start)) = (out.act.kind, start) else {
            return Err(Error::Invalid("This takes no free time".to_owned()));
        };
        let connection = self.live_at(&out.act.issuer)?;
        let day = DateTime::from_timestamp(start.max(self.now()), 0).unwrap_or_default().date_naive();
        let from = Some(day.to_string());
        let all = lost.get("participant").and_then(Value::as_array).into_iter().flatten();
        let actors = all.filter_map(|one| one.pointer("/actor/reference")?.as_str());
        let people = actors.filter(|one| one.starts_with("Practitioner")).map(str::to_owned);
        let asked = Asked { from: from.clone(), practitioners: people.collect(), most, ..Asked::default() };
        let found = self.look_for_times(&connection, &asked).await?;
        if !found.times.is_empty() || asked.practitioners.is_empty() {
            return Ok(found);
        }
        self.look_for_times(&connection, &Asked { from, most, ..Asked::default() }).await
    }

    async fn look_for_times(&self, connection: &ConnectionRow, asked: &Asked) -> Result<FreeTimes, Error> {
        self.learn_abilities(connection).await?;
        let connection = self.connection_row(&connection.id)?.ok_or(Error::NotFound)?;
        let now = self.now();
        let mut found = FreeTimes {
            portal: plain(&connection.name),
            times: Vec::new(),
            notices: Vec::new(),
            may_ask: false,
            seen: now,
        };
        let level = match self.appointment_level(&connection) {
            Some(Appointments::FindHoldBook) => Level::FindHoldBook,
            Some(Appointments::Slots) => Level::Slots,
            Some(Appointments::Request) => {
                found.may_ask = true;
                found
                    .notices
                    .push(format!("{} shows no free times: it chooses the time itself", found.portal));
                return Ok(found);
            }
            Some(Appointments::None) | None => {
                found.notices.push(self.no_times(&connection));
                return Ok(found);
            }
        };
        let (from, until) = span(now, asked.from.as_deref(), asked.until.as_deref())?;
        let searchable = self.abilities(&connection).map(|known| known.slot_search).unwrap_or_default();
        let query = Query {
            level,
            from,
            until,
            practitioners: asked.practitioners.clone(),
            locations: asked.locations.clone(),
            service: None,
            searchable,
        };
        let came = self.look_for(&connection, query).await;
        if matches!(came, Err(Error::Refused { .. })) {
            self.keep_seen(&found)?;
        }
        let mut came = came?;
        came.free.retain(|free| is_for(free, asked.service.as_deref()));
        if came.left_out > 0 {
            found.notices.push(format!(
                "{} more do not say when they begin or end, or whose they are, and are left out",
                came.left_out
            ));
        }
        if came.more || came.free.len() > asked.most {
            found.notices.push("There are more than are shown: ask for fewer days".to_owned());
        }
        found.notices.extend(came.said.iter().map(|said| format!("{} says: {}", found.portal, plain(said))));
        if came.free.is_empty() {
            found.notices.push(format!("{} has no such free time in these days", found.portal));
            found.may_ask = level == Level::Slots;
        }
        for free in came.free.iter().take(asked.most) {
            found.times.push(self.free_shown(&connection, free)?);
        }
        self.keep_seen(&found)?;
        Ok(found)
    }

    fn keep_seen(&self, found: &FreeTimes) -> Result<(), Error> {
        let kept = serde_json::to_vec(found).map_err(|_| Error::Bug("free times that cannot be kept"))?;
        let settings = vec![(SEEN.to_owned(), Some(kept))];
        self.inner.store.commit(Commit { settings, ..Commit::default() })?;
        Ok(())
    }

    fn seen(&self) -> Result<Option<FreeTimes>, Error> {
        Ok(self.inner.store.setting(SEEN)?.and_then(|kept| serde_json::from_slice(&kept).ok()))
    }

    /// Whether the last look at this portal showed no free time.
    pub(super) fn saw_no_time(&self, connection: &ConnectionRow) -> Result<bool, Error> {
        let seen = self.seen()?.filter(|seen| seen.portal == plain(&connection.name));
        Ok(seen.is_some_and(|seen| seen.times.is_empty()))
    }

    /// Whether this very time is among those that were shown last.
    pub(super) fn was_shown(&self, time: &FreeTime) -> Result<bool, Error> {
        let is_it = |shown: &FreeTime| {
            let same = (&shown.issuer, &shown.slots, &shown.operation)
                == (&time.issuer, &time.slots, &time.operation);
            same && (&shown.start, &shown.end) == (&time.start, &time.end)
        };
        Ok(self.seen()?.is_some_and(|seen| seen.times.iter().any(is_it)))
    }

    fn no_times(&self, connection: &ConnectionRow) -> String {
        let portal = plain(&connection.name);
        match self.why_not(connection, Kind::Book) {
            Some(No::NotGranted) => format!(
                "You have not allowed this app to make appointments at {portal}: sign in there again and allow it, or call"
            ),
            _ => format!("{portal} takes no appointments from apps: call, or use its own page"),
        }
    }

    /// A free time by its place among those that were shown last, from 1.
    ///
    /// # Errors
    /// [`Error::Invalid`] when none of that number was shown, in words.
    pub fn free_time(&self, number: usize) -> Result<FreeTime, Error> {
        let Some(kept) = self.seen()? else {
            return Err(Error::Invalid("No free times were shown yet. Look for some first".to_owned()));
        };
        let count = kept.times.len();
        let time = number.checked_sub(1).and_then(|index| kept.times.into_iter().nth(index));
        time.ok_or_else(|| {
            Error::Invalid(format!("There is no free time of that number: {count} were shown"))
        })
    }

    async fn look_for(&self, connection: &ConnectionRow, query: Query) -> Result<Found, Error> {
        let portal = || plain(&connection.name);
        let Some(session) = self.session(&connection.id)? else {
            self.must_sign_in(connection)?;
            return Err(Error::SignInAgain { portal: portal() });
        };
        let came = self.drive(connection, Find::new(session, query)).await?;
        came.map_err(|outcome| refused(portal(), outcome))
    }

    fn free_shown(&self, connection: &ConnectionRow, free: &Free) -> Result<FreeTime, Error> {
        let who = [&free.practitioner, &free.location];
        let mut shown = Vec::new();
        for one in who.iter().copied().flatten() {
            shown.extend(self.who(connection, one)?);
        }
        shown.extend(free.service.as_deref().map(plain));
        let proposed = match free.level {
            Level::FindHoldBook => serde_json::from_slice(&free.raw.raw).ok(),
            Level::Slots => None,
        };
        Ok(FreeTime {
            issuer: connection.issuer.clone(),
            slots: free.slots.clone(),
            words: lasting(&free.start.text, free.end.at.saturating_sub(free.start.at)),
            start: free.start.text.clone(),
            end: free.end.text.clone(),
            with: who.iter().copied().flatten().filter_map(|one| one.reference.clone()).collect(),
            shown,
            operation: proposed,
        })
    }

    /// What the portal calls somebody, or what the record does.
    fn who(&self, connection: &ConnectionRow, who: &Who) -> Result<Option<String>, Error> {
        if let Some(display) = &who.display {
            return Ok(Some(plain(display)));
        }
        match who.reference.as_deref().and_then(|reference| here(reference, &connection.issuer)) {
            Some(key) => Ok(Some(self.title_or_name(&key)?)),
            None => Ok(None),
        }
    }
}

/// Whether the portal's own name of the service holds these words. One that names none is for nothing in particular.
fn is_for(free: &Free, service: Option<&str>) -> bool {
    let Some(wanted) = service.map(|words| words.trim().to_lowercase()) else { return true };
    free.service.as_ref().is_some_and(|service| service.to_lowercase().contains(&wanted))
}

/// `14 March 2026 09:30 (+01:00), 20 minutes`.
fn lasting(start: &str, seconds: i64) -> String {
    let minutes = seconds / 60;
    format!("{}, {minutes} minutes", FhirTime::new(start).display())
}

fn refused(portal: String, outcome: Outcome) -> Error {
    match outcome {
        Outcome::Failed { fault: portal::fetch::Fault::SignIn, .. } => Error::SignInAgain { portal },
        Outcome::Failed { reason, .. } => Error::Offline { portal, reason },
        Outcome::Refused { status, reason } if reason.is_empty() => {
            Error::Refused { portal, reason: format!("status {status}") }
        }
        Outcome::Refused { reason, .. } => Error::Refused { portal, reason },
        Outcome::NotGranted | Outcome::Ok { .. } => {
            Error::Refused { portal, reason: "you did not give this app the right to it".to_owned() }
        }
    }
}

/// From the beginning of one day, and no earlier than now, to the end of another.
fn span(now: i64, from: Option<&str>, until: Option<&str>) -> Result<(i64, i64), Error> {
    let day = |text: &str| {
        let day = NaiveDate::parse_from_str(text.trim(), "%Y-%m-%d");
        day.map_err(|_| Error::Invalid("A day is written like 2026-12-01".to_owned()))
    };
    let start = |day: NaiveDate| day.and_time(chrono::NaiveTime::MIN).and_utc().timestamp();
    let today = DateTime::from_timestamp(now, 0).map(|now| now.date_naive()).unwrap_or_default();
    let first = from.map(day).transpose()?.unwrap_or(today);
    let last = until.map(day).transpose()?;
    let last = last.or_else(|| first.checked_add_days(Days::new(USUAL))).unwrap_or(first);
    if last < first {
        return Err(Error::Invalid("The last day is before the first".to_owned()));
    }
    let after = last.checked_add_days(Days::new(1)).unwrap_or(last);
    Ok((start(first).max(now), start(after)))
}
