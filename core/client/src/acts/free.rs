//! Free times: looked for at a portal, and kept as the person saw them, so that only such a time is ever booked (hazard H2).

use chrono::{DateTime, Days, NaiveDate};
use fhir::time::FhirTime;
use portal::abilities::Appointments;
use portal::fetch::Outcome;
use portal::slots::{Action, Find, Found, Free, Level, Query, Who};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::{Commit, ConnectionRow};

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

impl Client {
    /// Looks for free times between two days (`2026-12-01`), from today on and for four weeks unless it is said. What is found is
    /// kept, the first `most` of it, so that one of them can be booked.
    ///
    /// # Errors
    /// [`Error::Offline`], [`Error::Refused`], [`Error::SignInAgain`] as the portal answers; [`Error::Invalid`] for days that
    /// cannot be read; [`Error::NotFound`].
    pub async fn find_free_times(
        &self,
        portal: &str,
        from: Option<&str>,
        until: Option<&str>,
        most: usize,
    ) -> Result<FreeTimes, Error> {
        let connection = self.connection_named(portal)?;
        self.learn_abilities(&connection).await?;
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
                found.notices.push(format!(
                    "{} takes no appointments from apps: call, or use its own page",
                    found.portal
                ));
                return Ok(found);
            }
        };
        let (from, until) = span(now, from, until)?;
        let searchable = self.abilities(&connection).map(|known| known.slot_search).unwrap_or_default();
        let query = Query {
            level,
            from,
            until,
            practitioners: Vec::new(),
            locations: Vec::new(),
            service: None,
            searchable,
        };
        let came = self.look_for(&connection, query).await?;
        if came.left_out > 0 {
            found
                .notices
                .push(format!("{} more do not say when they begin or end, and are left out", came.left_out));
        }
        if came.more || came.free.len() > most {
            found.notices.push("There are more than are shown: ask for fewer days".to_owned());
        }
        found.notices.extend(came.said.iter().map(|said| format!("{} says: {}", found.portal, plain(said))));
        if came.free.is_empty() {
            found.notices.push(format!("{} has no free time in these days", found.portal));
        }
        for free in came.free.iter().take(most) {
            found.times.push(self.free_shown(&connection, free)?);
        }
        let kept = serde_json::to_vec(&found).map_err(|_| Error::Bug("free times that cannot be kept"))?;
        self.inner
            .store
            .commit(Commit { settings: vec![(SEEN.to_owned(), Some(kept))], ..Commit::default() })?;
        Ok(found)
    }

    /// A free time by its place among those that were shown last, from 1.
    ///
    /// # Errors
    /// [`Error::Invalid`] when none of that number was shown, in words.
    pub fn free_time(&self, number: usize) -> Result<FreeTime, Error> {
        let kept =
            self.inner.store.setting(SEEN)?.and_then(|kept| serde_json::from_slice::<FreeTimes>(&kept).ok());
        let Some(kept) = kept else {
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
        let mut find = Find::new(session, query);
        let mut came = None;
        loop {
            let mut flying = None;
            for action in find.poll(self.now()) {
                match action {
                    Action::Send { id, request } => {
                        flying = Some((id, self.inner.platform.http.send(request).await));
                    }
                    Action::StoreTokens(tokens) => {
                        self.keep_tokens(&connection.id, &tokens)?;
                        find.stored();
                    }
                    Action::SignInAgain => self.must_sign_in(connection)?,
                    Action::Done(what) => came = Some(what),
                    Action::Wait { until } => self.inner.platform.clock.sleep_until(until).await,
                    Action::Finished => {
                        let came = came.ok_or(Error::Bug("a search that came to nothing"))?;
                        return came.map_err(|outcome| refused(portal(), outcome));
                    }
                }
            }
            if let Some((id, answer)) = flying {
                find.receive(id, answer, self.now());
            }
        }
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
