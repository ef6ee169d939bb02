//! One bounded call that fetches what is new from every portal, and says what came of it.

mod references;

use std::collections::{BTreeMap, BTreeSet};

use fhir::bundle::Entry;
use futures_util::future::{Either, join_all, select};
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt, StreamExt};
use portal::fetch::{Action, Cursor, Fault, Fetch, Options, Outcome};
use portal::plan;
use serde::Serialize;
use statement::Section;
use store::{Commit, ConnectionRow, Refusal, SlotOutcome};

use crate::attachments::FilesReport;
use crate::connections::Settings;
use crate::ingest::{Answer, Ingested, stored};
use crate::listing::ReadSlot;
use crate::replaced::ANOTHER_PERSON;
use crate::{Client, Error};
use references::References;

/// Why a sync is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// A person asked for it.
    Asked {
        /// List everything again and compare, which alone tells what is no longer returned.
        full: bool,
    },
    /// The system gave a moment in the background.
    Background {
        /// Stop by then (Unix seconds); what is left is taken up the next time.
        deadline: i64,
    },
}

/// How far one portal's sync has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// The portal's name.
    pub portal: String,
    /// Kinds of data that are done.
    pub slots_done: usize,
    /// Kinds of data in all, as far as known.
    pub slots_total: usize,
    /// Entries that came so far.
    pub entries: u64,
    /// Files that were asked for.
    pub files_done: usize,
    /// Files in all; none before all kinds of data are done.
    pub files_total: usize,
}

/// What came of a sync.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SyncReport {
    /// Per portal, by name.
    pub portals: Vec<SyncedPortal>,
}

/// What came of a sync at one portal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SyncedPortal {
    /// Its name.
    pub portal: String,
    /// Entries that the record did not have.
    pub new: u64,
    /// Entries that read differently now.
    pub changed: u64,
    /// Entries that were not taken in: another person's, or unreadable.
    pub set_aside: u64,
    /// The portal now shows another person than before: what differs, for a screen. Nothing was taken in since; the person
    /// says that it is the same ([`Client::same_person`]), or disconnects. Empty when it is the same.
    pub another_person: Vec<String>,
    /// Each kind of data.
    pub slots: Vec<SlotReport>,
    /// The files that entries point to.
    pub files: FilesReport,
    /// What kept the portal from being read, in words.
    pub trouble: Option<String>,
    /// The portal asks for a new sign-in.
    pub sign_in_again: bool,
    /// The portal could not be reached at all.
    pub offline: bool,
}

/// What came of one kind of data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SlotReport {
    /// Its name, such as `Observation/laboratory`.
    pub what: String,
    /// Asks for all of a type that others ask by category: when those worked, a refusal here is no loss.
    pub catch_all: bool,
    /// How it ended.
    pub outcome: Outcome,
}

impl SyncedPortal {
    /// Whether nothing at all could be read: the portal was not reached, or failed at everything.
    pub fn gave_nothing(&self) -> bool {
        let none = self.slots.iter().all(|slot| !matches!(slot.outcome, Outcome::Ok { .. }));
        self.offline || (self.trouble.is_some() && none)
    }
}

impl Client {
    /// Fetches what is new from every connected portal, all at once. One portal's trouble stops no other. A second sync
    /// waits for the first.
    ///
    /// # Errors
    /// Only what stops all of it: the keychain, the disk, the database. A portal's trouble is in the report.
    pub async fn sync(&self, reason: Reason, progress: impl Fn(Progress)) -> Result<SyncReport, Error> {
        let _one_at_a_time = self.inner.syncing.lock().await;
        // What a connection has shown is known only when the projections are whole.
        if self.is_rebuilding()? {
            self.finish_rebuild(|_| {})?;
        }
        self.settle_parts()?;
        let mut rows = self.inner.store.connections()?;
        rows.sort_by(|one, other| one.name.cmp(&other.name));
        let live = rows.into_iter().filter(|row| row.ended.is_none());
        let runs = live.map(|row| Run::new(self, row, reason).go(&progress));
        let portals = join_all(runs).await.into_iter().collect::<Result<_, _>>()?;
        self.settle_parts()?;
        self.purge_again()?;
        self.read_inline_files()?;
        Ok(SyncReport { portals })
    }
}

/// One portal's sync.
struct Run<'a> {
    client: &'a Client,
    connection: ConnectionRow,
    reason: Reason,
    report: SyncedPortal,
    entries: u64,
    read: Vec<ReadSlot>,
    wanted: BTreeMap<(String, String), Section>,
    chased: BTreeSet<(String, String)>,
    references: References,
}

/// What the machine waits for, after all that it asked for was begun.
enum Pause {
    Answer,
    Until(i64),
    Finished,
}

impl<'a> Run<'a> {
    fn new(client: &'a Client, connection: ConnectionRow, reason: Reason) -> Self {
        let report = SyncedPortal {
            portal: connection.name.clone(),
            new: 0,
            changed: 0,
            set_aside: 0,
            another_person: Vec::new(),
            slots: Vec::new(),
            files: FilesReport::default(),
            trouble: None,
            sign_in_again: false,
            offline: false,
        };
        Self {
            client,
            connection,
            reason,
            report,
            entries: 0,
            read: Vec::new(),
            wanted: BTreeMap::new(),
            chased: BTreeSet::new(),
            references: References::default(),
        }
    }

    async fn go(mut self, progress: &impl Fn(Progress)) -> Result<SyncedPortal, Error> {
        let Some(mut fetch) = self.fetch()? else {
            self.ask_to_sign_in()?;
            return Ok(self.report);
        };
        let http = &self.client.inner.platform.http;
        let clock = &self.client.inner.platform.clock;
        let mut flying = FuturesUnordered::new();
        let mut stopping = false;
        loop {
            let mut sent = Vec::new();
            let pause = self.act(&mut fetch, &mut sent)?;
            let began = !sent.is_empty();
            for (id, request) in sent {
                flying.push(http.send(request).map(move |answer| (id, answer)));
            }
            progress(self.progress(&fetch));
            if !stopping && self.is_over() {
                // What is under way is brought to an end: tokens that are being renewed must not be lost.
                stopping = true;
                fetch.stop();
                continue;
            }
            match pause {
                Pause::Finished if stopping => break,
                Pause::Finished if self.chase(&mut fetch)? => {}
                Pause::Finished => {
                    self.client.note_missing(&self.connection, &self.read)?;
                    break;
                }
                Pause::Until(at) if flying.is_empty() => clock.sleep_until(at).await,
                Pause::Until(at)
                    if self.deadline().is_some_and(|deadline| deadline < at) && flying.is_empty() =>
                {
                    stopping = true;
                    fetch.stop();
                }
                Pause::Until(at) => match select(flying.select_next_some(), clock.sleep_until(at)).await {
                    Either::Left(((id, answer), _)) => fetch.receive(id, answer, clock.now()),
                    Either::Right(_) => {}
                },
                Pause::Answer if flying.is_empty() && !began => {
                    return Err(Error::Bug("a sync that waits for nothing"));
                }
                Pause::Answer => {
                    if let Some((id, answer)) = flying.next().await {
                        fetch.receive(id, answer, clock.now());
                    }
                }
            }
        }
        drop(flying);
        self.references()?;
        self.settle(&fetch)?;
        if !stopping && !self.report.offline && !self.report.sign_in_again {
            self.files(&fetch, progress).await?;
        }
        Ok(self.report)
    }

    fn fetch(&self) -> Result<Option<Fetch>, Error> {
        let Some(session) = self.client.session(&self.connection.id)? else { return Ok(None) };
        let slots = plan::slots(session.tokens().scopes(), session.tokens().patient());
        let cursors = self.client.inner.store.cursors(&self.connection.id)?;
        let cursors: Vec<Cursor> =
            cursors.iter().filter_map(|kept| serde_json::from_str(&kept.state).ok()).collect();
        let full = matches!(self.reason, Reason::Asked { full: true });
        let options = Options { full, now: self.client.now() };
        Ok(Some(Fetch::new(session, slots, cursors, options)))
    }

    /// Does what the machine asks for now. Requests are left in `sent`.
    fn act(&mut self, fetch: &mut Fetch, sent: &mut Vec<(u64, portal::Request)>) -> Result<Pause, Error> {
        let mut pause = Pause::Answer;
        loop {
            let actions = fetch.poll(self.client.now());
            if actions.is_empty() {
                return Ok(pause);
            }
            for action in actions {
                match action {
                    Action::Send { id, request } => sent.push((id, request)),
                    Action::StoreTokens(tokens) => {
                        self.client.keep_tokens(&self.connection.id, &tokens)?;
                        fetch.stored();
                    }
                    Action::Page { slot, entries, said: _, date, cursor_after } => {
                        let answer = Answer {
                            slot: slot.clone(),
                            entries,
                            date,
                            cursor: Some(cursor_after),
                            wanted: None,
                        };
                        self.take(answer)?;
                        if self.is_somebody_else() {
                            fetch.stop();
                        }
                        fetch.committed(&slot);
                    }
                    Action::SlotDone { slot, catch_all, outcome, cursor } => {
                        self.slot_done(slot, catch_all, outcome, cursor)?;
                    }
                    Action::Chased { resource_type, id, found, date } => {
                        self.chased((resource_type, id), found, date)?;
                    }
                    Action::SignInAgain => self.ask_to_sign_in()?,
                    Action::Wait { until } => {
                        pause = Pause::Until(until);
                        return Ok(pause);
                    }
                    Action::Finished => return Ok(Pause::Finished),
                }
            }
        }
    }

    fn take(&mut self, answer: Answer) -> Result<(), Error> {
        self.entries += u64::try_from(answer.entries.len()).unwrap_or_default();
        let Ingested { touched, set_aside, another_person } = self.client.ingest(&self.connection, answer)?;
        if let Some(because) = another_person {
            self.report.trouble = Some(ANOTHER_PERSON.to_owned());
            self.report.another_person = because;
        }
        self.report.new += u64::try_from(touched.new_rows.len()).unwrap_or_default();
        self.report.changed += u64::try_from(touched.changed_rows.len()).unwrap_or_default();
        self.report.set_aside += set_aside;
        Ok(())
    }

    fn slot_done(
        &mut self,
        slot: String,
        catch_all: bool,
        outcome: Outcome,
        cursor: Option<Cursor>,
    ) -> Result<(), Error> {
        // What was not taken in is asked for again.
        let (outcome, cursor) = match outcome {
            Outcome::Ok { .. } if self.is_somebody_else() => {
                (Outcome::Failed { fault: Fault::Stopped, reason: ANOTHER_PERSON.to_owned() }, None)
            }
            other => (other, cursor.filter(|_| !self.is_somebody_else())),
        };
        let now = self.client.now();
        let whole = cursor.as_ref().is_some_and(|cursor| cursor.full);
        if let Some(cursor) = &cursor {
            let resource_type = slot.split('/').next().unwrap_or_default().to_owned();
            self.read.push(ReadSlot {
                slot: slot.clone(),
                resource_type,
                run: cursor.run,
                complete: matches!(outcome, Outcome::Ok { complete: true, .. }),
                sound: !matches!(outcome, Outcome::Failed { .. }),
            });
        }
        let (success, count) = match &outcome {
            Outcome::Ok { count, .. } => (Some(now), whole.then_some(*count)),
            _ => (None, None),
        };
        let row = SlotOutcome {
            connection: self.connection.id,
            slot: slot.clone(),
            last_try: now,
            last_success: success,
            count,
            refused: refusal(&outcome),
        };
        let cursors = cursor.map(|cursor| stored(&self.connection, &cursor)).into_iter().collect();
        let commit = Commit { outcomes: vec![row], cursors, ..Commit::default() };
        let touched = self.client.inner.store.commit(commit)?;
        self.client.wake(&touched);
        self.report.slots.push(SlotReport { what: slot, catch_all, outcome });
        Ok(())
    }

    /// Asks for what was referred to and is not held, in this run or in one that was broken off. Whether there was any.
    fn chase(&mut self, fetch: &mut Fetch) -> Result<bool, Error> {
        self.wanted = self.client.inner.store.wanted(&self.connection.id)?;
        let fresh: Vec<_> = self.wanted.keys().filter(|pair| !self.chased.contains(*pair)).cloned().collect();
        self.chased.extend(fresh.iter().cloned());
        let any = !fresh.is_empty();
        fetch.chase(fresh);
        Ok(any)
    }

    /// A reference was followed. Only a portal's own no settles it: what failed is asked for again another time.
    fn chased(
        &mut self,
        (resource_type, id): (String, String),
        found: Result<Box<Entry>, Outcome>,
        date: Option<i64>,
    ) -> Result<(), Error> {
        let Some(section) = self.wanted.get(&(resource_type.clone(), id.clone())).cloned() else {
            return Ok(());
        };
        self.references.count(&resource_type, found.as_ref().err());
        let entries = match found {
            Ok(entry) => vec![*entry],
            Err(Outcome::Failed { .. }) => return Ok(()),
            Err(_) => Vec::new(),
        };
        let wanted = Some((resource_type, id, section));
        self.take(Answer { slot: "reference".to_owned(), entries, date, cursor: None, wanted })
    }

    /// Names what is only referred to and was refused; not again where the same kind of data was refused as a whole.
    fn references(&mut self) -> Result<(), Error> {
        let slots = self.references.slots(&self.report.slots);
        if slots.is_empty() {
            return Ok(());
        }
        let now = self.client.now();
        let row = |slot: &SlotReport| SlotOutcome {
            connection: self.connection.id,
            slot: slot.what.clone(),
            last_try: now,
            last_success: matches!(slot.outcome, Outcome::Ok { .. }).then_some(now),
            count: None,
            refused: refusal(&slot.outcome),
        };
        let commit = Commit { outcomes: slots.iter().map(row).collect(), ..Commit::default() };
        let touched = self.client.inner.store.commit(commit)?;
        self.client.wake(&touched);
        let refused = slots.into_iter().filter(|slot| !matches!(slot.outcome, Outcome::Ok { .. }));
        self.report.slots.extend(refused);
        Ok(())
    }

    fn ask_to_sign_in(&mut self) -> Result<(), Error> {
        self.report.sign_in_again = true;
        self.report.trouble = Some("asks you to sign in again".to_owned());
        let settings = Settings { sign_in_again: true, ..Settings::of(&self.connection) };
        self.remember(&settings)
    }

    fn remember(&mut self, settings: &Settings) -> Result<(), Error> {
        self.connection.settings = settings.encode();
        let commit = Commit { connection: Some(self.connection.clone()), ..Commit::default() };
        let touched = self.client.inner.store.commit(commit)?;
        self.client.wake(&touched);
        Ok(())
    }

    /// After the last action: what the whole run says of the portal.
    fn settle(&mut self, fetch: &Fetch) -> Result<(), Error> {
        let slots = &self.report.slots;
        let failure = |wanted: fn(Fault) -> bool| {
            slots.iter().find_map(|slot| match &slot.outcome {
                Outcome::Failed { fault, reason } if wanted(*fault) => Some(reason.clone()),
                _ => None,
            })
        };
        let nothing = slots.iter().all(|slot| !matches!(slot.outcome, Outcome::Ok { .. }));
        let unreachable = failure(|fault| fault == Fault::Unreachable);
        let failed = failure(|fault| fault != Fault::Stopped).filter(|_| nothing);
        self.report.offline = unreachable.is_some() && nothing;
        self.report.trouble = self.report.trouble.take().or(unreachable).or(failed);
        let tokens = fetch.tokens();
        let held = Settings::of(&self.connection);
        let settings = Settings {
            scopes: tokens.scopes().to_string(),
            ends: tokens.ends(),
            sign_in_again: self.report.sign_in_again,
            ..held.clone()
        };
        if settings != held { self.remember(&settings) } else { Ok(()) }
    }

    /// Small files are fetched along with what points at them.
    async fn files(&mut self, fetch: &Fetch, progress: &impl Fn(Progress)) -> Result<(), Error> {
        let so_far = self.progress(fetch);
        let tell = |files_done, files_total| progress(Progress { files_done, files_total, ..so_far.clone() });
        let again = matches!(self.reason, Reason::Asked { full: true });
        let deadline = self.deadline();
        self.report.files = self.client.fetch_files(&self.connection, again, deadline, &tell).await?;
        Ok(())
    }

    fn progress(&self, fetch: &Fetch) -> Progress {
        Progress {
            portal: self.connection.name.clone(),
            slots_done: self.report.slots.len(),
            slots_total: fetch.slots().count(),
            entries: self.entries,
            files_done: 0,
            files_total: 0,
        }
    }

    fn deadline(&self) -> Option<i64> {
        match self.reason {
            Reason::Background { deadline } => Some(deadline),
            Reason::Asked { .. } => None,
        }
    }

    fn is_somebody_else(&self) -> bool {
        !self.report.another_person.is_empty()
    }

    fn is_over(&self) -> bool {
        self.is_somebody_else() || self.deadline().is_some_and(|deadline| self.client.now() >= deadline)
    }
}

fn refusal(outcome: &Outcome) -> Option<Refusal> {
    match outcome {
        Outcome::Ok { .. } => None,
        Outcome::NotGranted => {
            Some(Refusal { status: Some(403), reason: "you did not grant this".to_owned() })
        }
        Outcome::Refused { status, reason } if reason.is_empty() => Some(Refusal {
            status: Some(*status),
            reason: format!("the portal answered with status {status}"),
        }),
        Outcome::Refused { status, reason } => {
            Some(Refusal { status: Some(*status), reason: reason.clone() })
        }
        Outcome::Failed { reason, .. } => Some(Refusal { status: None, reason: reason.clone() }),
    }
}
