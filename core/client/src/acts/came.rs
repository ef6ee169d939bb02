//! What a try or a look brought, and what is said of it.

use fhir::ResourceKey;
use fhir::bundle::Entry;
use portal::act::{By, Came, Why};
use record::acts::{Happened, Kind, Outgoing, Way, looked};

use super::send::{ActSent, BACK_OFF, NO_ANSWER, SLOT, Then, Work};
use super::state;
use crate::ingest::Answer;
use crate::{Client, Error};

/// Seconds before the portal is searched again when it could not be reached.
const LOOK_AGAIN: i64 = 60;
/// "Content Too Large" (RFC 9110, section 15.5.14).
const TOO_LARGE: u16 = 413;

impl Client {
    pub(super) fn tried(
        &self,
        work: &mut Work<'_>,
        came: Came,
        report: &mut Vec<ActSent>,
    ) -> Result<Then, Error> {
        match came {
            Came::Accepted { resource, id, date, kept_identifier, .. } => {
                self.act_taken(work, (resource, kept_identifier), id, date, report)?;
                Ok(Then::End)
            }
            Came::Refused { status, reason } => {
                if status == TOO_LARGE && work.out.act.way == Way::Create {
                    let sent = self.resource_of(&work.out)?.unwrap_or_default();
                    self.refused_as_too_large(work.connection, &sent)?;
                }
                let reason = match reason.is_empty() {
                    true => format!("the portal answered with status {status}"),
                    false => reason,
                };
                let reason = match work.out.kept().filter(|_| !work.at_once) {
                    Some(_) => format!("the time was kept for you and is no longer: {reason}"),
                    None => reason,
                };
                self.came_to(work, Happened::Failed { reason }, report)?;
                Ok(Then::End)
            }
            Came::NotDone { not_before, why, words } => {
                let tries = usize::try_from(work.attempt.known.tries).unwrap_or(usize::MAX);
                let wait = BACK_OFF.get(tries.saturating_sub(1)).or(BACK_OFF.last()).copied().unwrap_or(0);
                // A device without a network goes on as soon as it has one; what a portal keeps for a while is not waited for by anybody
                // but the clock.
                let wait = match (why, work.out.kept()) {
                    (Why::Offline, None) => 0,
                    (Why::Offline, Some(_)) => LOOK_AGAIN,
                    _ => wait,
                };
                work.attempt.known.not_before = not_before.max(self.now().saturating_add(wait));
                work.attempt.trouble = Some(words);
                self.came_to(work, self.not_sent(&work.out), report)?;
                Ok(Then::End)
            }
            Came::Unknown { words } => {
                work.attempt.trouble = Some(words);
                self.remember_attempt(work)?;
                Ok(Then::Go)
            }
            Came::Found { .. } | Came::NotThere { .. } | Came::CannotLook { .. } => {
                Err(Error::Bug("a try that only looked"))
            }
        }
    }

    /// It waits again; where the portal still keeps the time for it, it says so.
    fn not_sent(&self, out: &Outgoing) -> Happened {
        match out.kept() {
            Some((appointment, Some(until))) if until > self.now() => {
                Happened::Held { appointment: appointment.to_owned(), until: Some(until) }
            }
            _ => Happened::NotSent,
        }
    }

    pub(super) fn looked(
        &self,
        work: &mut Work<'_>,
        came: Came,
        report: &mut Vec<ActSent>,
    ) -> Result<Then, Error> {
        let now = self.now();
        match came {
            Came::Found { resource, by, date } => {
                let id = resource.resource.as_ref().ok().map(|resource| resource.id().to_owned());
                self.act_taken(work, (Some(*resource), by == By::Identifier), id, date, report)?;
                Ok(Then::End)
            }
            Came::NotThere { sure: true } => {
                work.attempt.known.looks = looked(&work.attempt.known, now);
                self.remember_attempt(work)?;
                Ok(Then::Go)
            }
            Came::CannotLook { passing: true, words } => {
                work.attempt.known.not_before = now.saturating_add(LOOK_AGAIN);
                work.attempt.trouble = Some(words);
                self.remember_attempt(work)?;
                Ok(Then::End)
            }
            Came::NotThere { sure: false } => {
                self.came_to(work, Happened::Unsure { reason: NO_ANSWER.to_owned() }, report)?;
                Ok(Then::End)
            }
            Came::CannotLook { words: reason, .. } => {
                self.came_to(work, Happened::Unsure { reason }, report)?;
                Ok(Then::End)
            }
            _ => Err(Error::Bug("a look that did something")),
        }
    }

    /// The portal has it: what it showed of it is taken in first, so that a kill between finds it by its identifier.
    fn act_taken(
        &self,
        work: &mut Work<'_>,
        (resource, kept): (Option<Entry>, bool),
        id: Option<String>,
        date: Option<i64>,
        report: &mut Vec<ActSent>,
    ) -> Result<(), Error> {
        if let Some(entry) = resource {
            if !kept {
                self.drops_identifiers(work)?;
            }
            let answer = Answer { slot: SLOT.to_owned(), entries: vec![entry], date, ..Answer::default() };
            self.ingest(work.connection, answer)?;
        }
        let act = &work.out.act;
        let key = id.map(|id| ResourceKey {
            issuer: act.issuer.clone(),
            resource_type: if matches!(act.way, Way::Operation { .. }) {
                "Appointment"
            } else {
                &act.resource_type
            }
            .to_owned(),
            id,
        });
        self.sent(work, key, report)
    }

    /// A portal that shows what was made without our identifier cannot be asked by it another time.
    fn drops_identifiers(&self, work: &Work<'_>) -> Result<(), Error> {
        self.change_settings(&work.connection.id, |settings| {
            settings.drops_identifiers.insert(work.out.act.resource_type.clone());
        })
    }

    pub(super) fn sent(
        &self,
        work: &mut Work<'_>,
        key: Option<ResourceKey>,
        report: &mut Vec<ActSent>,
    ) -> Result<(), Error> {
        work.attempt.trouble = None;
        self.came_to(work, Happened::Sent { resource: key.map(|key| key.to_string()) }, report)
    }
}

pub(super) fn told(out: &Outgoing, happened: &Happened, trouble: Option<&str>) -> ActSent {
    let (words, sent, look) = match happened {
        Happened::Sent { .. } => (sent_words(out.act.kind).to_owned(), true, false),
        Happened::Unsure { reason } => (format!("may have been sent: {reason}"), false, true),
        Happened::Failed { reason } => (format!("refused: {reason}"), false, true),
        _ => (format!("not sent yet: {}", trouble.unwrap_or("it is tried again")), false, false),
    };
    ActSent { id: out.act.id.to_string(), title: state::title(out.act.kind).to_owned(), words, sent, look }
}

fn sent_words(kind: Kind) -> &'static str {
    match kind {
        Kind::Message | Kind::Correction | Kind::Refill | Kind::Request => "sent",
        Kind::Book => "sent: look whether it is booked",
        Kind::Reschedule | Kind::Cancel => "sent: look how it stands now",
    }
}
