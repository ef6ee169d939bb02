//! The outbox goes out: by the one device that does an act, one after the other, each at most once (ADR 0005, hazard H1).

use portal::act::{Came, Deed, Identifier, Perform, Step, Why};
use record::acts::{
    Attempts, Happened, IDENTIFIER_SYSTEM, Next, Outgoing, Portal, Standing, Way, next, resource, urn,
};
use serde::Serialize;
use statement::Section;
use store::{Attempt, Commit, ConnectionRow};

use super::came::told;
use crate::{Client, Error};

/// The most bytes of a portal's answer to an act.
pub(super) const LARGEST_ANSWER: usize = 8 << 20;
/// Seconds before the next try after the first, second ... that was surely not done; the last holds for all further ones.
pub(super) const BACK_OFF: &[i64] = &[0, 60, 300, 1_800];
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
pub(super) struct Work<'a> {
    pub connection: &'a ConnectionRow,
    pub section: Section,
    pub out: Outgoing,
    pub attempt: Attempt,
    /// The portal is not asked to keep the time: it was found that it does not do so.
    pub at_once: bool,
}

/// Where the work on one act goes on.
pub(super) enum Then {
    Go,
    End,
}

impl Work<'_> {
    pub(super) fn book_at_once(&mut self) -> Then {
        self.at_once = true;
        Then::Go
    }
}

impl Client {
    /// Sends what waits, to every portal; asks portals for what may have been sent. A sync does the same first.
    ///
    /// # Errors
    /// Only what stops all of it: the keychain, the disk, the database. A portal's trouble stands at the act.
    pub async fn send_outbox(&self) -> Result<Vec<ActSent>, Error> {
        let _one_at_a_time = self.inner.syncing.lock().await;
        self.send_to_all().await
    }

    /// The same for a person who wants it now: what was put off after a try that failed is put off no longer. What may be at its
    /// portal already is asked after at its own times all the same, and sent no sooner.
    ///
    /// # Errors
    /// As [`Client::send_outbox`].
    pub async fn send_outbox_now(&self) -> Result<Vec<ActSent>, Error> {
        let _one_at_a_time = self.inner.syncing.lock().await;
        self.put_off_no_longer()?;
        self.send_to_all().await
    }

    fn put_off_no_longer(&self) -> Result<(), Error> {
        let now = self.now();
        let mut attempts = self.inner.store.attempts()?;
        attempts.retain(|_, attempt| attempt.known.not_before > now);
        if attempts.is_empty() {
            return Ok(());
        }
        for attempt in attempts.values_mut() {
            attempt.known.not_before = now;
        }
        let attempts = attempts.into_values().collect();
        self.inner.store.commit(Commit { attempts, ..Commit::default() })?;
        Ok(())
    }

    async fn send_to_all(&self) -> Result<Vec<ActSent>, Error> {
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
        waiting.retain(|(_, out)| {
            matches!(out.standing, Standing::Queued | Standing::Held { .. } | Standing::Attempting)
        });
        for (section, out) in waiting {
            let is_over = deadline.is_some_and(|deadline| self.now() >= deadline);
            if is_over || self.is_stopped() {
                break;
            }
            let attempt = attempts.remove(&out.act.id).unwrap_or_else(|| Attempt::none(out.act.id));
            let mut work = Work { connection, section, out, attempt, at_once: false };
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
            if !matches!(out.standing, Standing::Attempting | Standing::Held { .. }) {
                continue;
            }
            let known = attempts.get(&out.act.id).map(|attempt| attempt.known.clone()).unwrap_or_default();
            let rules = self.rules(connection, &out)?;
            let at = match next(&out, &self.inner.author.device, &known, rules, now) {
                Next::Rest | Next::Ask => continue,
                Next::Wait { until } => until,
                Next::Send | Next::Hold | Next::Look | Next::NotSent | Next::Unsure => now,
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
            if !open || !matches!(out.act.way, Way::Create | Way::Transaction) {
                continue;
            }
            if let Some(key) = self.became(&out)? {
                let attempt = self.attempt_of(&out)?;
                let mut work = Work { connection, section, attempt, out, at_once: false };
                self.sent(&mut work, Some(key), report)?;
            }
        }
        Ok(())
    }

    async fn step(&self, work: &mut Work<'_>, report: &mut Vec<ActSent>) -> Result<Then, Error> {
        let rules = self.rules(work.connection, &work.out)?;
        let rules = Portal { holds: rules.holds && !work.at_once, ..rules };
        match next(&work.out, &self.inner.author.device, &work.attempt.known, rules, self.now()) {
            Next::Rest | Next::Wait { .. } | Next::Ask => Ok(Then::End),
            Next::Hold => match self.proposed(&work.out)? {
                Some(proposed) => self.hold(work, &proposed, report).await,
                None => Ok(work.book_at_once()),
            },
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
        let seen = work.out.standing.clone();
        let still = |held: &Outgoing| held.standing == seen;
        if !self.say_while((&work.section, &work.out.act.id), still, &[event], commit)? {
            return Ok(Then::End);
        }
        work.attempt = attempt;
        self.reload(work)?;
        let rules = self.rules(work.connection, &work.out)?;
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
        let body = match work.out.kept().filter(|_| !work.at_once) {
            _ if act.way == Way::Transaction => {
                let whole = self.with_files(work.connection, &work.section, (&work.out, &resource))?;
                let Some(whole) = whole else {
                    return Ok(unfit(step, self.now(), "its files are not held here"));
                };
                whole
            }
            Some((appointment, _)) => resource::kept(resource, appointment),
            None => resource,
        };
        let deed = Deed {
            resource_type: act.resource_type.clone(),
            identifier: Identifier { system: IDENTIFIER_SYSTEM.to_owned(), value: urn(&act.id) },
            way: way(&act.way),
            body: body.to_string().into_bytes(),
            max_bytes: LARGEST_ANSWER,
        };
        let perform = Perform::new(session, deed, step).searched_by_identifier(rules.finds);
        self.drive(work.connection, perform).await
    }

    pub(super) fn came_to(
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

    pub(super) fn remember_attempt(&self, work: &Work<'_>) -> Result<(), Error> {
        self.say(|_| Ok((Vec::new(), Commit { attempts: vec![work.attempt.clone()], ..Commit::default() })))?;
        Ok(())
    }

    pub(super) fn reload(&self, work: &mut Work<'_>) -> Result<(), Error> {
        let held = self.inner.store.acts()?.into_iter().find(|(_, out)| out.act.id == work.out.act.id);
        work.out = held.map(|(_, out)| out).ok_or(Error::Bug("an act that is gone"))?;
        Ok(())
    }
}

/// The slot under which what an act became is taken in.
pub(super) const SLOT: &str = "act";
pub(super) const NO_ANSWER: &str = "no answer came, and the portal cannot be asked whether it has it";

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
        Way::Transaction => portal::act::Way::Transaction,
    }
}
