//! Following a view: the current one first, then the newest whole one after each change.

use std::sync::Arc;

use client::{Changes, Client, Error};
use tokio::sync::{Mutex, watch};

use crate::client::Held;
use crate::give::Give;
use crate::records::zone;
use crate::runtime::on_thread;
use crate::{Given, HealthError, Next, Wanted};

/// One screen's hold on the record. Ended by `end`, by freeing it, or when the record is locked; costs next to nothing while
/// nobody waits for it.
#[derive(uniffi::Object)]
pub struct Subscription {
    held: Arc<Held>,
    wanted: Wanted,
    state: Mutex<State>,
    ended: watch::Sender<bool>,
}

#[derive(Default)]
struct State {
    changes: Option<Changes>,
    /// Something changed since the view was read that was given last.
    due: bool,
    given: Option<Arc<Given>>,
    /// How many views were given.
    version: u64,
}

#[uniffi::export]
impl Subscription {
    /// The current view at the first call; after that the newest view that differs from the one given last, as soon as there is
    /// one. Versions in between are skipped. `seen` is the version of the view that the caller has, 0 when it has none: a view that was given
    /// and never arrived, as `next` was cancelled in that moment, is given again, so that giving up loses nothing.
    ///
    /// Errors: `Busy` while another `next` of this subscription waits; `Ended` after `end`; `Locked` when the record is locked; those of
    /// the view, such as `NotFound`: the next call then tries again.
    pub async fn next(&self, seen: u64) -> Result<Next, HealthError> {
        let mut state = self.state.try_lock().map_err(|_| HealthError::busy())?;
        state.saw(seen);
        let mut ended = self.ended.subscribe();
        tokio::select! {
            biased;
            _ = ended.wait_for(|ended| *ended) => Err(HealthError::ended()),
            next = self.newest(&mut state) => next,
        }
    }

    /// Ends it: who waits for it is told so. Quick.
    pub fn end(&self) {
        self.ended.send_replace(true);
    }
}

impl Subscription {
    pub(crate) fn of(held: Arc<Held>, wanted: Wanted) -> Arc<Self> {
        let (state, ended) = (Mutex::default(), watch::Sender::new(false));
        Arc::new(Self { held, wanted, state, ended })
    }

    async fn newest(&self, state: &mut State) -> Result<Next, HealthError> {
        loop {
            if state.changes.is_none() {
                state.changes = Some(self.changes().await?);
            }
            let changes = state.changes.as_mut().ok_or_else(|| HealthError::bug("no word of changes"))?;
            if !state.due {
                changes.next().await?;
                state.due = true;
            }
            // A change that comes while the view is read is told by the next round.
            let newest = self.read(state.given.clone()).await?;
            state.due = false;
            if let Some(newest) = newest {
                state.given = Some(newest.clone());
                state.version = state.version.saturating_add(1);
                return Ok(Next { version: state.version, given: Arc::unwrap_or_clone(newest) });
            }
        }
    }

    async fn changes(&self) -> Result<Changes, HealthError> {
        match &self.wanted {
            Wanted::Lines { query } => self.held.changes(Some(&query.clone().take()?)).await,
            _ => self.held.changes(None).await,
        }
    }

    /// The view, when it differs from `before`.
    async fn read(&self, before: Option<Arc<Given>>) -> Result<Option<Arc<Given>>, HealthError> {
        let (open, wanted) = (self.held.open().await?, self.wanted.clone());
        on_thread(move || {
            let newest = wanted.of(open.client())?;
            Ok((before.as_deref() != Some(&newest)).then(|| Arc::new(newest)))
        })
        .await
    }
}

impl State {
    /// What was given last and is not what the caller has did not arrive.
    fn saw(&mut self, version: u64) {
        if self.version != version {
            self.given = None;
            self.due = true;
        }
    }
}

impl Wanted {
    fn of(self, client: &Client) -> Result<Given, Error> {
        Ok(match self {
            Self::Lines { query } => Given::Lines { screen: client.view(&query.take()?)?.give() },
            Self::Entry { reference, reveal: false } => {
                Given::Entry { entry: client.show(&reference)?.give() }
            }
            Self::Entry { reference, reveal: true } => {
                Given::Entry { entry: client.show_revealed(&reference)?.give() }
            }
            Self::Threads { filter } => Given::Threads { threads: client.threads(&filter.take())?.give() },
            Self::Thread { reference, reveal: false } => {
                Given::Thread { thread: client.thread(&reference)?.give() }
            }
            Self::Thread { reference, reveal: true } => {
                Given::Thread { thread: client.thread_revealed(&reference)?.give() }
            }
            Self::Outbox => Given::Outbox { items: client.outbox()?.give() },
            Self::Appointments { filter } => {
                Given::Appointments { appointments: client.appointments(&filter.take()?)?.give() }
            }
            Self::Appointment { reference, zone: named, reveal: false } => {
                Given::Appointment { card: client.appointment(&reference, zone(named)?)?.give() }
            }
            Self::Appointment { reference, zone: named, reveal: true } => {
                Given::Appointment { card: client.appointment_revealed(&reference, zone(named)?)?.give() }
            }
            Self::Status => Given::Status { status: client.status()?.give() },
            Self::Notes => Given::Notes { notes: client.notes()?.give() },
            Self::Hidden => Given::Hidden { hidden: client.hidden()?.give() },
            Self::Parts => Given::Parts { parts: client.parts()?.give() },
        })
    }
}
