//! One bounded call that fetches what is new from every portal, and says what came of it.

mod chase;
pub(crate) mod references;
mod refusals;
mod report;
mod settle;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use futures_util::future::{join_all, pending};
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt, StreamExt};
use portal::fetch::{Action, Cursor, Fault, Fetch, Options, Outcome};
use portal::plan;
use statement::{ConnectionId, Section};
use store::{Commit, ConnectionRow, SlotOutcome};

use crate::ingest::{Answer, Aside, Ingested, stored};
use crate::listing::ReadSlot;
use crate::replaced::ANOTHER_PERSON;
use crate::{Client, Error};
use chase::Found;
use refusals::{Refusals, refusal};
pub use report::{Progress, SlotReport, SyncReport, SyncedPortal, Unfollowed, Waits};

/// What a portal says beside its answers: so many different words are kept.
const MOST_SAID: usize = 3;
/// Files that nobody asked for may leave so much room when there were too many: what comes next finds some.
const LEAVES: (u64, u64) = (3, 4);

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
    /// The network is there again: what was missed meanwhile is fetched.
    NetworkReturned,
}

/// What the network costs the person. The host knows or asks; nothing is guessed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Network {
    /// Nothing to speak of.
    #[default]
    Free,
    /// By the byte: what changed is fetched; listing again what was read before and files wait ([`SyncedPortal::waits`]). What
    /// was never read is read.
    Metered,
}

impl Client {
    /// Fetches what is new from every connected portal, all at once. One portal's trouble stops no other. A second sync
    /// waits for the first.
    ///
    /// # Errors
    /// Only what stops all of it: the keychain, the disk, the database. A portal's trouble is in the report.
    pub async fn sync(&self, reason: Reason, progress: impl Fn(Progress)) -> Result<SyncReport, Error> {
        self.sync_on(Network::Free, reason, progress).await
    }

    /// The same, over a network that may cost money.
    ///
    /// # Errors
    /// As [`Client::sync`].
    pub async fn sync_on(
        &self,
        network: Network,
        reason: Reason,
        progress: impl Fn(Progress),
    ) -> Result<SyncReport, Error> {
        self.go_on();
        let synced = self.sync_with(network, reason, None, &progress).await?;
        Ok(SyncReport { portals: synced.into_iter().map(|(_, portal)| portal).collect() })
    }

    /// Syncs with these connections, or with all.
    pub(crate) async fn sync_with(
        &self,
        network: Network,
        reason: Reason,
        only: Option<&BTreeSet<ConnectionId>>,
        progress: &impl Fn(Progress),
    ) -> Result<Vec<(ConnectionId, SyncedPortal)>, Error> {
        let _one_at_a_time = self.inner.syncing.lock().await;
        self.must_be_current()?;
        let synced = self.sync_alone(network, reason, only, progress).await;
        self.keep_heads();
        synced
    }

    async fn sync_alone(
        &self,
        network: Network,
        reason: Reason,
        only: Option<&BTreeSet<ConnectionId>>,
        progress: &impl Fn(Progress),
    ) -> Result<Vec<(ConnectionId, SyncedPortal)>, Error> {
        // What a connection has shown is known only when the projections are whole.
        if self.is_rebuilding()? {
            self.finish_rebuild(|_| {})?;
        }
        self.settle_parts()?;
        let mut rows = self.inner.store.connections()?;
        rows.sort_by(|one, other| one.name.cmp(&other.name));
        let wanted =
            |row: &ConnectionRow| row.ended.is_none() && only.is_none_or(|only| only.contains(&row.id));
        let live = rows.into_iter().filter(wanted);
        let runs = live.map(async |row| {
            let id = row.id;
            let run = Run::new(self, row, reason, network);
            Ok::<_, Error>((id, run.go(progress).await?))
        });
        let synced = join_all(runs).await.into_iter().collect::<Result<_, _>>()?;
        self.settle_parts()?;
        self.purge_again()?;
        self.read_inline_files()?;
        self.make_room()?;
        Ok(synced)
    }

    /// When files have filled their room, those that were not looked at for longest make some, so that new ones find it.
    fn make_room(&self) -> Result<(), Error> {
        let budget = self.file_budget();
        if self.inner.store.files_length()? >= budget {
            self.sweep(budget / LEAVES.1 * LEAVES.0)?;
        }
        Ok(())
    }
}

/// One portal's sync.
struct Run<'a> {
    client: &'a Client,
    connection: ConnectionRow,
    reason: Reason,
    network: Network,
    began: i64,
    report: SyncedPortal,
    entries: u64,
    read: Vec<ReadSlot>,
    wanted: BTreeMap<(String, String), Section>,
    chased: BTreeSet<(String, String)>,
    found: Found,
    /// What is known of the slots and not written yet.
    aside: Aside,
    refusals: Refusals,
    /// What was asked for in vain a short while ago.
    settled: BTreeSet<(String, String)>,
    /// What came and is still to be kept, in the order in which it came.
    came: VecDeque<Action>,
}

/// What the machine waits for, after all that it asked for was begun.
enum Pause {
    Answer,
    Until(i64),
    Finished,
}

impl<'a> Run<'a> {
    fn new(client: &'a Client, connection: ConnectionRow, reason: Reason, network: Network) -> Self {
        Self {
            began: client.now(),
            report: SyncedPortal::begin(&connection.name),
            client,
            connection,
            reason,
            network,
            entries: 0,
            read: Vec::new(),
            wanted: BTreeMap::new(),
            chased: BTreeSet::new(),
            found: Found::default(),
            aside: Aside::default(),
            refusals: Refusals::default(),
            settled: BTreeSet::new(),
            came: VecDeque::new(),
        }
    }

    async fn go(mut self, progress: &impl Fn(Progress)) -> Result<SyncedPortal, Error> {
        self.act_first().await?;
        let Some(mut fetch) = self.fetch()? else {
            self.ask_to_sign_in()?;
            return Ok(self.report);
        };
        self.settled = self.client.settled_references(&self.connection.id, self.is_full())?;
        let http = &self.client.inner.platform.http;
        let clock = &self.client.inner.platform.clock;
        let mut flying = FuturesUnordered::new();
        let mut landed = VecDeque::new();
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
            if let Some(came) = self.came.pop_front() {
                // What is asked for is under way before the processor is busy with what came; answers wait as they came, so
                // that one page at a time is taken apart.
                while let Some(Some(answer)) = flying.next().now_or_never() {
                    landed.push_back(answer);
                }
                self.keep(came, &mut fetch)?;
                continue;
            }
            if let Some((id, answer)) = landed.pop_front() {
                fetch.receive(id, answer, clock.now());
                continue;
            }
            match pause {
                Pause::Finished => {
                    self.write_rest()?;
                    if stopping {
                        break;
                    }
                    if !self.chase(&mut fetch)? {
                        self.client.note_missing(&self.connection, &self.read)?;
                        break;
                    }
                }
                Pause::Until(at)
                    if self.deadline().is_some_and(|deadline| deadline < at) && flying.is_empty() =>
                {
                    stopping = true;
                    fetch.stop();
                }
                Pause::Answer if flying.is_empty() && !began => {
                    return Err(Error::Bug("a sync that waits for nothing"));
                }
                Pause::Answer | Pause::Until(_) => {
                    if flying.is_empty() {
                        self.write_rest()?;
                    }
                    let until = if let Pause::Until(at) = pause { Some(at) } else { None };
                    let waited = async {
                        match until {
                            Some(at) => clock.sleep_until(at).await,
                            None => pending().await,
                        }
                    };
                    tokio::select! {
                        Some((id, answer)) = flying.next() => fetch.receive(id, answer, clock.now()),
                        () = waited => {}
                        () = self.client.stopped(), if !stopping => {}
                    }
                }
            }
        }
        drop(flying);
        self.note_refusals()?;
        self.settle(&fetch)?;
        if !stopping && self.report.was_read() {
            self.files(&fetch, progress).await?;
        }
        self.report.unfollowed = self.client.unfollowed(&self.connection.id, Some(self.began))?;
        Ok(self.report)
    }

    /// What waits in the outbox goes out before anything is fetched, so that what it became is fetched with the rest.
    async fn act_first(&mut self) -> Result<(), Error> {
        self.client.learn_abilities(&self.connection).await?;
        self.reload()?;
        self.report.acts = self.client.send_acts(&self.connection, self.deadline()).await?;
        self.reload()
    }

    /// What is kept of the connection by now.
    fn reload(&mut self) -> Result<(), Error> {
        if let Some(row) = self.client.connection_row(&self.connection.id)? {
            self.connection = row;
        }
        Ok(())
    }

    fn fetch(&self) -> Result<Option<Fetch>, Error> {
        let Some(session) = self.client.session(&self.connection.id)? else { return Ok(None) };
        let slots = plan::slots(session.tokens().scopes(), session.tokens().patient());
        let cursors = self.client.inner.store.cursors(&self.connection.id)?;
        let cursors: Vec<Cursor> = cursors.iter().filter_map(|kept| Cursor::kept(&kept.state)).collect();
        let metered = self.network == Network::Metered;
        let options = Options { full: self.is_full(), metered, now: self.client.now() };
        let chance = u64::from_le_bytes(self.client.inner.platform.random()?);
        Ok(Some(Fetch::new(session, slots, cursors, options).jitter(chance)))
    }

    /// Hears what the machine asks for now. Requests are left in `sent`, what came in `came`.
    fn act(&mut self, fetch: &mut Fetch, sent: &mut Vec<(u64, portal::Request)>) -> Result<Pause, Error> {
        loop {
            let actions = fetch.poll(self.client.now());
            if actions.is_empty() {
                return Ok(Pause::Answer);
            }
            for action in actions {
                match action {
                    Action::Send { id, request } => sent.push((id, request)),
                    Action::StoreTokens(tokens) => {
                        self.client.keep_tokens(&self.connection.id, &tokens)?;
                        fetch.stored();
                    }
                    Action::SignInAgain => self.ask_to_sign_in()?,
                    Action::Wait { until } => return Ok(Pause::Until(until)),
                    Action::Finished => return Ok(Pause::Finished),
                    came => self.came.push_back(came),
                }
            }
        }
    }

    /// Keeps one thing that came.
    fn keep(&mut self, came: Action, fetch: &mut Fetch) -> Result<(), Error> {
        match came {
            Action::Page { slot, entries, said, date, cursor_after } => {
                self.hear(said);
                let cursor = Some(cursor_after);
                // A page may have been under way when another one showed that this is somebody else.
                if !self.is_somebody_else() {
                    self.take(Answer { slot: slot.clone(), entries, date, cursor, ..Answer::default() })?;
                }
                if self.is_somebody_else() {
                    fetch.stop();
                }
                fetch.committed(&slot);
                Ok(())
            }
            Action::SlotDone { slot, catch_all, outcome, cursor } => {
                self.slot_done(slot, catch_all, outcome, cursor)
            }
            Action::Chased { resource_type, id, found, date } => {
                self.chased((resource_type, id), found, date)
            }
            _ => Ok(()),
        }
    }

    fn hear(&mut self, said: Vec<String>) {
        for words in said {
            if self.report.said.len() < MOST_SAID && !self.report.said.contains(&words) {
                self.report.said.push(words);
            }
        }
    }

    fn take(&mut self, answer: Answer) -> Result<(), Error> {
        if answer.is_empty() {
            self.aside.cursors.extend(answer.cursor.map(|cursor| stored(&self.connection, &cursor)));
            return Ok(());
        }
        self.entries += u64::try_from(answer.entries.len()).unwrap_or_default();
        let Ingested { touched, set_aside, another_person } =
            self.client.ingest_beside(&self.connection, answer, &mut self.aside)?;
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
        self.aside.outcomes.push(row);
        self.aside.cursors.extend(cursor.map(|cursor| stored(&self.connection, &cursor)));
        self.report.slots.push(SlotReport { what: slot, catch_all, outcome });
        Ok(())
    }

    /// Writes what has come and is not written yet: nothing is written with it soon.
    fn write_rest(&mut self) -> Result<(), Error> {
        self.take_found()?;
        if self.aside.is_empty() {
            return Ok(());
        }
        let Aside { cursors, outcomes } = std::mem::take(&mut self.aside);
        let touched = self.client.inner.store.commit(Commit { cursors, outcomes, ..Commit::default() })?;
        self.client.wake(&touched);
        Ok(())
    }

    /// Small files are fetched along with what points at them.
    async fn files(&mut self, fetch: &Fetch, progress: &impl Fn(Progress)) -> Result<(), Error> {
        let so_far = self.progress(fetch);
        let tell = |files_done, files_total| progress(Progress { files_done, files_total, ..so_far.clone() });
        let deadline = self.deadline();
        let client = self.client;
        if self.network == Network::Metered {
            self.report.waits.files = client.waiting_files(&self.connection)?;
        } else {
            self.report.files = client.fetch_files(&self.connection, self.is_full(), deadline, &tell).await?;
        }
        Ok(())
    }

    /// Whether a person asked for everything.
    fn is_full(&self) -> bool {
        matches!(self.reason, Reason::Asked { full: true }) && self.network == Network::Free
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
            Reason::Asked { .. } | Reason::NetworkReturned => None,
        }
    }

    fn is_somebody_else(&self) -> bool {
        !self.report.another_person.is_empty()
    }

    fn is_over(&self) -> bool {
        self.is_somebody_else()
            || self.client.is_stopped()
            || self.deadline().is_some_and(|deadline| self.client.now() >= deadline)
    }
}
