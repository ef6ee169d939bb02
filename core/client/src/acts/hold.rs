//! A free time that the portal keeps until it is booked (IHE ITI Scheduling, ITI-116). Nothing is booked by that: what is lost on
//! the way is asked for again, and a time that is kept already is known again by what it says.

use fhir::bundle::Entry;
use fhir::time::FhirTime;
use portal::act::{By, Came, Deed, Identifier, Perform, Step, Way};
use portal::slots;
use record::acts::{Happened, IDENTIFIER_SYSTEM, Outgoing, Standing, resource, urn};
use serde_json::Value;
use store::Commit;

use super::send::{ActSent, BACK_OFF, LARGEST_ANSWER, SLOT, Then, Work};
use crate::ingest::Answer;
use crate::{Client, Error};

const HOLD: &str = "Appointment/$hold";
/// Of an operation that is not there after all.
const NO_HOLDS: [u16; 3] = [404, 405, 501];

impl Client {
    /// The proposal that an act books, where the portal can be asked to keep it: `Appointment/1`.
    pub(super) fn proposed(&self, out: &Outgoing) -> Result<Option<String>, Error> {
        if !matches!(&out.act.way, record::acts::Way::Operation { path } if path == "Appointment/$book") {
            return Ok(None);
        }
        let Some(sent) = self.resource_of(out)? else { return Ok(None) };
        let id = resource::inner(&sent).get("id").and_then(Value::as_str);
        Ok(id.map(|id| format!("Appointment/{id}")))
    }

    /// Asks the portal to keep the time.
    pub(super) async fn hold(
        &self,
        work: &mut Work<'_>,
        proposed: &str,
        report: &mut Vec<ActSent>,
    ) -> Result<Then, Error> {
        let Some(came) = self.ask_about_hold(work, slots::hold(proposed), Step::Try).await? else {
            return Ok(Then::End);
        };
        match came {
            Came::Accepted { resource: Some(entry), id: Some(id), said, date, .. }
                if self.keeps(&work.out, &entry)? =>
            {
                let until = until(&said).map(|until| by_own_clock(until, date, self.now()));
                self.kept(work, (entry, id, date), until)
            }
            Came::Accepted { .. } => Ok(work.book_at_once()),
            Came::Refused { status, .. } if NO_HOLDS.contains(&status) => Ok(work.book_at_once()),
            Came::Refused { reason, status } => match self.held_already(work).await? {
                Some(held) => self.kept(work, held, None),
                None => {
                    let reason = if reason.is_empty() { format!("status {status}") } else { reason };
                    self.came_to(work, Happened::Failed { reason }, report)?;
                    Ok(Then::End)
                }
            },
            Came::NotDone { not_before, words, .. } => self.later(work, not_before, words),
            Came::Unknown { words } => self.later(work, self.now(), words),
            Came::Found { .. } | Came::NotThere { .. } | Came::CannotLook { .. } => {
                Err(Error::Bug("a hold that only looked"))
            }
        }
    }

    /// An earlier request whose answer was lost may keep it: then it is not free, and it is ours.
    async fn held_already(&self, work: &Work<'_>) -> Result<Option<(Entry, String, Option<i64>)>, Error> {
        let Some(sent) = self.resource_of(&work.out)? else { return Ok(None) };
        let mut wanted = resource::inner(&sent).clone();
        if let Some(members) = wanted.as_object_mut() {
            members.remove("id");
        }
        let body = wanted.to_string().into_bytes();
        match self.ask_about_hold(work, body, Step::Look).await? {
            Some(Came::Found { resource, by: By::Likeness, date }) if self.keeps(&work.out, &resource)? => {
                let id = resource.resource.as_ref().ok().map(fhir::Resource::id);
                Ok(id.map(|id| (*resource, id, date)))
            }
            _ => Ok(None),
        }
    }

    async fn ask_about_hold(
        &self,
        work: &Work<'_>,
        body: Vec<u8>,
        step: Step,
    ) -> Result<Option<Came>, Error> {
        let Some(session) = self.session(&work.connection.id)? else {
            self.must_sign_in(work.connection)?;
            return Ok(None);
        };
        let deed = Deed {
            resource_type: "Appointment".to_owned(),
            identifier: Identifier { system: IDENTIFIER_SYSTEM.to_owned(), value: urn(&work.out.act.id) },
            way: Way::Operation { path: HOLD.to_owned() },
            body,
            max_bytes: LARGEST_ANSWER,
        };
        self.drive(work.connection, Perform::new(session, deed, step)).await.map(Some)
    }

    /// It is taken in, so that it stands among the appointments, and noted as kept.
    fn kept(
        &self,
        work: &mut Work<'_>,
        (entry, id, date): (Entry, String, Option<i64>),
        until: Option<i64>,
    ) -> Result<Then, Error> {
        let answer = Answer { slot: SLOT.to_owned(), entries: vec![entry], date, ..Answer::default() };
        self.ingest(work.connection, answer)?;
        let seen = work.out.standing.clone();
        let held = Happened::Held { appointment: id, until };
        let event = self.act_event(&work.out.act.id, held, work.out.replaced_by_the_device())?;
        work.attempt.trouble = None;
        let commit = Commit { attempts: vec![work.attempt.clone()], ..Commit::default() };
        let still = |held: &Outgoing| held.standing == seen;
        if !self.say_while((&work.section, &work.out.act.id), still, &[event], commit)? {
            return Ok(Then::End);
        }
        self.reload(work)?;
        // One that is over at once would be asked for for ever.
        match &work.out.standing {
            Standing::Held { until: Some(until), .. } if *until <= self.now() => Ok(work.book_at_once()),
            _ => Ok(Then::Go),
        }
    }

    /// Whether it is kept, and is the very time that the person saw.
    fn keeps(&self, out: &Outgoing, entry: &Entry) -> Result<bool, Error> {
        let Some(sent) = self.resource_of(out)? else { return Ok(false) };
        let Some(it) = entry.resource.as_ref().ok().map(fhir::Resource::value) else { return Ok(false) };
        let start = |one: &Value| FhirTime::new(one.get("start")?.as_str()?).instant();
        let seen = start(resource::inner(&sent));
        let pending = it.get("status").and_then(Value::as_str) == Some("pending");
        Ok(pending && seen.is_some() && start(it) == seen)
    }

    fn later(&self, work: &mut Work<'_>, not_before: i64, words: String) -> Result<Then, Error> {
        let wait = BACK_OFF.get(1).copied().unwrap_or(0);
        work.attempt.known.not_before = not_before.max(self.now().saturating_add(wait));
        work.attempt.trouble = Some(words);
        self.remember_attempt(work)?;
        Ok(Then::End)
    }
}

/// The portal's clock may be another one than this device's: what counts is how long it says from its own moment on.
fn by_own_clock(until: i64, said_at: Option<i64>, now: i64) -> i64 {
    let ahead = said_at.map_or(0, |said_at| said_at.saturating_sub(now));
    until.saturating_sub(ahead)
}

/// The instant that the portal's words name, where they name exactly one. Where the end of a hold stands is defined nowhere.
fn until(said: &str) -> Option<i64> {
    let words = said.split_whitespace().map(|word| word.trim_end_matches(['.', ',', ';']));
    let mut instants =
        words.filter(|word| word.contains('T')).filter_map(|word| FhirTime::new(word).instant());
    let first = instants.next()?;
    instants.next().is_none().then_some(first)
}

#[cfg(test)]
mod tests {
    use super::{by_own_clock, until};

    #[test]
    fn how_long_a_time_is_kept_is_told_by_ones_own_clock() {
        assert_eq!(by_own_clock(1_300, None, 900), 1_300);
        assert_eq!(by_own_clock(1_300, Some(1_000), 900), 1_200, "the portal's clock is ahead");
        assert_eq!(by_own_clock(1_300, Some(1_000), 5_000), 5_300, "behind");
    }

    #[test]
    fn the_end_of_a_hold_is_only_what_the_portal_names_as_one_instant() {
        assert_eq!(until("held until 2026-11-01T09:05:00Z."), Some(1_793_523_900));
        for words in [
            "",
            "held for 5 minutes",
            "held until Tuesday",
            "from 2026-11-01T09:00:00Z to 2026-11-01T09:05:00Z",
            "held until 2026-11-01",
        ] {
            assert_eq!(until(words), None, "{words}");
        }
    }
}
