//! The outbox goes out: by the one device that does an act, one after the other, each at most once (ADR 0005, hazard H1).

use fhir::ResourceKey;
use fhir::bundle::Entry;
use portal::act::{Action, By, Came, Deed, Identifier, Perform, Step, Why};
use portal::{Failure, Response};
use record::acts::{
    Attempts, Happened, IDENTIFIER_SYSTEM, Kind, Next, Outgoing, Portal, Standing, Way, looked, next, urn,
};
use serde::Serialize;
use statement::Section;
use store::{Attempt, Commit, ConnectionRow};

use super::state;
use crate::connections::Settings;
use crate::ingest::Answer;
use crate::{Client, Error};

/// The most bytes of a portal's answer to an act.
const LARGEST_ANSWER: usize = 8 << 20;
/// Seconds before the next try after the first, second ... that was surely not done; the last holds for all further ones.
const BACK_OFF: &[i64] = &[0, 60, 300, 1_800];
/// Seconds before the portal is searched again when it could not be reached.
const LOOK_AGAIN: i64 = 60;
/// What is done for one act in one go, at most.
const STEPS: usize = 8;

/// What came of an act in one run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ActSent {
    /// Its name.
    pub id: String,
    /// What it does, in words.
    pub title: String,
    /// What happened, in words: "sent", "not sent: ...".
    pub words: String,
    /// Whether the portal has it now.
    pub sent: bool,
    /// Whether a person has to look at it.
    pub look: bool,
}

/// What is known of one act while it is being worked on.
struct Work<'a> {
    connection: &'a ConnectionRow,
    section: Section,
    out: Outgoing,
    attempt: Attempt,
}

/// Where the work on one act goes on.
enum Then {
    Go,
    End,
}

impl Client {
    /// Sends what waits, to every portal; asks portals for what may have been sent. A sync does the same first.
    ///
    /// # Errors
    /// Only what stops all of it: the keychain, the disk, the database. A portal's trouble stands at the act.
    pub async fn send_outbox(&self) -> Result<Vec<ActSent>, Error> {
        let _one_at_a_time = self.inner.syncing.lock().await;
        let mut sent = Vec::new();
        for connection in self.inner.store.connections()?.into_iter().filter(|row| row.ended.is_none()) {
            self.learn_abilities(&connection).await?;
            let connection = self.connection_row(&connection.id)?.unwrap_or(connection);
            sent.extend(self.send_acts(&connection, None).await?);
        }
        Ok(sent)
    }

    /// Sends what waits for one portal. Nothing is begun after the deadline.
    pub(crate) async fn send_acts(
        &self,
        connection: &ConnectionRow,
        deadline: Option<i64>,
    ) -> Result<Vec<ActSent>, Error> {
        let mut report = Vec::new();
        self.see_what_came(connection, &mut report)?;
        let mut attempts = self.inner.store.attempts()?;
        let mut waiting = self.acts_for(connection)?;
        waiting.retain(|(_, out)| matches!(out.standing, Standing::Queued | Standing::Attempting));
        for (section, out) in waiting {
            let is_over = deadline.is_some_and(|deadline| self.now() >= deadline);
            if is_over || self.is_stopped() {
                break;
            }
            let attempt = attempts.remove(&out.act.id).unwrap_or_else(|| Attempt::none(out.act.id));
            let mut work = Work { connection, section, out, attempt };
            for _ in 0..STEPS {
                match self.step(&mut work, &mut report).await? {
                    Then::Go => {}
                    Then::End => break,
                }
            }
        }
        Ok(report)
    }

    /// The earliest moment at which the portal is to be asked for what may have been sent (Unix seconds). What only waits goes
    /// out with the next sync.
    pub(crate) fn acts_due(&self, connection: &ConnectionRow) -> Result<Option<i64>, Error> {
        let attempts = self.inner.store.attempts()?;
        let now = self.now();
        let mut earliest = None;
        for (_, out) in self.acts_for(connection)? {
            if out.standing != Standing::Attempting {
                continue;
            }
            let known = attempts.get(&out.act.id).map(|attempt| attempt.known.clone()).unwrap_or_default();
            let rules = self.rules(connection, &out.act.resource_type);
            let at = match next(&out, &self.inner.author.device, &known, rules, now) {
                Next::Rest | Next::Ask => continue,
                Next::Wait { until } => until,
                Next::Send | Next::Look | Next::NotSent | Next::Unsure => now,
            };
            earliest = Some(earliest.map_or(at, |earliest: i64| earliest.min(at)));
        }
        Ok(earliest)
    }

    /// The acts that this device does at a portal.
    fn acts_for(&self, connection: &ConnectionRow) -> Result<Vec<(Section, Outgoing)>, Error> {
        let mut acts = self.inner.store.acts()?;
        acts.retain(|(_, out)| {
            out.act.executor == self.inner.author.device && out.act.issuer == connection.issuer
        });
        Ok(acts)
    }

    /// What may have been sent and stands among the portal's entries by now was sent.
    fn see_what_came(&self, connection: &ConnectionRow, report: &mut Vec<ActSent>) -> Result<(), Error> {
        for (section, out) in self.acts_for(connection)? {
            let open = matches!(out.standing, Standing::Attempting | Standing::Unsure { .. });
            if !open || !matches!(out.act.way, Way::Create) {
                continue;
            }
            if let Some(key) = self.became(&out)? {
                let mut work = Work { connection, section, attempt: self.attempt_of(&out)?, out };
                self.sent(&mut work, Some(key), report)?;
            }
        }
        Ok(())
    }

    async fn step(&self, work: &mut Work<'_>, report: &mut Vec<ActSent>) -> Result<Then, Error> {
        let rules = self.rules(work.connection, &work.out.act.resource_type);
        match next(&work.out, &self.inner.author.device, &work.attempt.known, rules, self.now()) {
            Next::Rest | Next::Wait { .. } | Next::Ask => Ok(Then::End),
            Next::Send => match self.cannot_take(work.connection, &work.out.act) {
                Some(reason) => {
                    self.came_to(work, Happened::Failed { reason: reason.to_owned() }, report)?;
                    Ok(Then::End)
                }
                None => self.send(work, report).await,
            },
            Next::Look => {
                let came = self.perform(work, Step::Look, rules).await?;
                self.looked(work, came, report)
            }
            Next::NotSent => {
                self.came_to(work, Happened::NotSent, report)?;
                Ok(Then::Go)
            }
            Next::Unsure => {
                let reason = work.attempt.trouble.clone().unwrap_or_else(|| NO_ANSWER.to_owned());
                self.came_to(work, Happened::Unsure { reason }, report)?;
                Ok(Then::End)
            }
        }
    }

    /// It is counted and said to be under way before the first byte leaves, so that no kill makes it look unsent.
    async fn send(&self, work: &mut Work<'_>, report: &mut Vec<ActSent>) -> Result<Then, Error> {
        let now = self.now();
        let known = Attempts {
            tries: work.attempt.known.tries.saturating_add(1),
            looks: 0,
            last_try: now,
            not_before: now,
        };
        let attempt = Attempt { act: work.out.act.id, known, trouble: None };
        let replaces = work.out.replaced_by_the_device();
        let event = self.act_event(&work.out.act.id, Happened::Attempting, replaces)?;
        let commit = Commit { attempts: vec![attempt.clone()], ..Commit::default() };
        let still = |held: &Outgoing| held.standing == Standing::Queued;
        if !self.say_while((&work.section, &work.out.act.id), still, &[event], commit)? {
            return Ok(Then::End);
        }
        work.attempt = attempt;
        self.reload(work)?;
        let rules = self.rules(work.connection, &work.out.act.resource_type);
        let came = self.perform(work, Step::Try, rules).await?;
        self.tried(work, came, report)
    }

    async fn perform(&self, work: &Work<'_>, step: Step, rules: Portal) -> Result<Came, Error> {
        let Some(resource) = self.resource_of(&work.out)? else {
            return Ok(unfit(step, self.now(), "its words are not held here"));
        };
        let Some(session) = self.session(&work.connection.id)? else {
            self.must_sign_in(work.connection)?;
            return Ok(unfit(step, self.now(), "it asks you to sign in again"));
        };
        let act = &work.out.act;
        let deed = Deed {
            resource_type: act.resource_type.clone(),
            identifier: Identifier { system: IDENTIFIER_SYSTEM.to_owned(), value: urn(&act.id) },
            way: way(&act.way),
            body: resource.to_string().into_bytes(),
            max_bytes: LARGEST_ANSWER,
        };
        let mut perform = Perform::new(session, deed, step).searched_by_identifier(rules.finds);
        let mut came = None;
        loop {
            let mut flying: Option<(u64, Result<Response, Failure>)> = None;
            for action in perform.poll(self.now()) {
                match action {
                    Action::Send { id, request } => {
                        flying = Some((id, self.inner.platform.http.send(request).await));
                    }
                    Action::StoreTokens(tokens) => {
                        self.keep_tokens(&work.connection.id, &tokens)?;
                        perform.stored();
                    }
                    Action::SignInAgain => self.must_sign_in(work.connection)?,
                    Action::Done(what) => came = Some(what),
                    Action::Wait { until } => self.inner.platform.clock.sleep_until(until).await,
                    Action::Finished => return came.ok_or(Error::Bug("an act that came to nothing")),
                }
            }
            if let Some((id, answer)) = flying {
                perform.receive(id, answer, self.now());
            }
        }
    }

    fn tried(&self, work: &mut Work<'_>, came: Came, report: &mut Vec<ActSent>) -> Result<Then, Error> {
        match came {
            Came::Accepted { resource, id, date, kept_identifier, .. } => {
                self.act_taken(work, (resource, kept_identifier), id, date, report)?;
                Ok(Then::End)
            }
            Came::Refused { status, reason } => {
                let reason = match reason.is_empty() {
                    true => format!("the portal answered with status {status}"),
                    false => reason,
                };
                self.came_to(work, Happened::Failed { reason }, report)?;
                Ok(Then::End)
            }
            Came::NotDone { not_before, why, words } => {
                let tries = usize::try_from(work.attempt.known.tries).unwrap_or(usize::MAX);
                let wait = BACK_OFF.get(tries.saturating_sub(1)).or(BACK_OFF.last()).copied().unwrap_or(0);
                // A device without a network goes on as soon as it has one.
                let wait = if why == Why::Offline { 0 } else { wait };
                work.attempt.known.not_before = not_before.max(self.now().saturating_add(wait));
                work.attempt.trouble = Some(words);
                self.came_to(work, Happened::NotSent, report)?;
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

    fn looked(&self, work: &mut Work<'_>, came: Came, report: &mut Vec<ActSent>) -> Result<Then, Error> {
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
        let Some(row) = self.connection_row(&work.connection.id)? else { return Ok(()) };
        let mut settings = Settings::of(&row);
        match settings.drops_identifiers.insert(work.out.act.resource_type.clone()) {
            true => self.keep_settings(&row, &settings),
            false => Ok(()),
        }
    }

    fn sent(
        &self,
        work: &mut Work<'_>,
        key: Option<ResourceKey>,
        report: &mut Vec<ActSent>,
    ) -> Result<(), Error> {
        work.attempt.trouble = None;
        self.came_to(work, Happened::Sent { resource: key.map(|key| key.to_string()) }, report)
    }

    fn came_to(
        &self,
        work: &mut Work<'_>,
        happened: Happened,
        report: &mut Vec<ActSent>,
    ) -> Result<(), Error> {
        report.push(told(&work.out, &happened, work.attempt.trouble.as_deref()));
        let replaces = work.out.replaced_by_the_device();
        let event = self.act_event(&work.out.act.id, happened, replaces)?;
        let commit = Commit { attempts: vec![work.attempt.clone()], ..Commit::default() };
        self.say_acts(&work.section, &[event], commit)?;
        self.reload(work)
    }

    fn remember_attempt(&self, work: &Work<'_>) -> Result<(), Error> {
        self.say(|_| Ok((Vec::new(), Commit { attempts: vec![work.attempt.clone()], ..Commit::default() })))?;
        Ok(())
    }

    fn reload(&self, work: &mut Work<'_>) -> Result<(), Error> {
        let held = self.inner.store.acts()?.into_iter().find(|(_, out)| out.act.id == work.out.act.id);
        work.out = held.map(|(_, out)| out).ok_or(Error::Bug("an act that is gone"))?;
        Ok(())
    }
}

/// The slot under which what an act became is taken in.
const SLOT: &str = "act";
const NO_ANSWER: &str = "no answer came, and the portal cannot be asked whether it has it";

/// What no request was made for.
fn unfit(step: Step, now: i64, words: &str) -> Came {
    let words = words.to_owned();
    match step {
        Step::Try => Came::NotDone { not_before: now, why: Why::SignIn, words },
        Step::Look => Came::CannotLook { passing: true, words },
    }
}

fn way(way: &Way) -> portal::act::Way {
    match way {
        Way::Create | Way::ByHand => portal::act::Way::Create,
        Way::Update { id, version } => portal::act::Way::Update { id: id.clone(), if_match: version.clone() },
        Way::Operation { path } => portal::act::Way::Operation { path: path.clone() },
    }
}

fn told(out: &Outgoing, happened: &Happened, trouble: Option<&str>) -> ActSent {
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
