//! Everything of one patient from one portal, page by page.
//!
//! ```text
//! loop {
//!     let actions = fetch.poll(now);
//!     if actions.is_empty() { wait for an answer, then fetch.receive(id, answer, now) }
//!     for action in actions { match action {
//!         Action::Send { id, request }       => start it at once; when it ends: fetch.receive(id, result, now)
//!         Action::StoreTokens(tokens)        => seal and store durably, then fetch.stored()
//!         Action::Page { slot, .. }          => one transaction: entries, cursor_after; then fetch.committed(&slot)
//!         Action::SlotDone { .. }            => store outcome and cursor
//!         Action::Chased { .. }              => store the entry, or why there is none
//!         Action::SignInAgain                => remember it for the person
//!         Action::Wait { until }             => wait for an answer, but no longer than until
//!         Action::Finished                   => done; fetch.chase(..) may follow, else drop it
//!     }}
//! }
//! ```
//! After a kill, a new `Fetch` with the stored cursors goes on where the last committed page ended.

mod along;
pub(crate) mod attempt;
mod chase;
mod drive;
pub(crate) mod link;
mod listing;
mod mark;
mod outcome;
mod pace;
pub(crate) mod page;

use std::collections::{BTreeMap, BTreeSet};

use fhir::bundle::Entry;

pub use crate::cursor::Cursor;
use crate::cursor::How;
use crate::{
    Failure, Request, Response, Tokens,
    line::{Line, Say},
    plan::{self, Slot},
    session::Session,
};
use chase::Chase;
use listing::Listing;
use mark::Mark;
pub use outcome::{Fault, Outcome};
use pace::Pace;
pub(crate) use pace::{SILENT, silence};

/// Requests under way at once.
pub const IN_FLIGHT: usize = 4;
/// Requests under way and pages that are not committed yet.
const AT_ONCE: usize = 6;
/// References followed in one run.
pub const MAX_CHASED: usize = 2_000;
/// Pages of one listing; of small pages, ten times as many.
pub const MAX_PAGES: u32 = 1_000;
/// Resources that one run takes in; what is left comes with the next.
pub const MOST_RESOURCES: usize = 200_000;

/// How to fetch.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Ask every slot for everything, whatever was fetched before. Only a full listing tells what is no longer returned.
    pub full: bool,
    /// The network costs the person money: what was read before is not listed again, whatever `full` says or is due, and what
    /// changed is asked for alone. What waits for another run is told by [`Fetch::postponed`].
    pub metered: bool,
    /// Unix seconds.
    pub now: i64,
}

/// What to do.
// Actions are few and short-lived.
#[allow(clippy::large_enum_variant)]
pub enum Action {
    /// Perform this without following redirects, then call [`Fetch::receive`] with the id. Given once.
    Send {
        /// Names the request.
        id: u64,
        /// May hold a token.
        request: Request,
    },
    /// Store these durably, then call [`Fetch::stored`]. Nothing is sent before.
    StoreTokens(Tokens),
    /// A page has come. Commit it with `cursor_after` in one transaction, then call [`Fetch::committed`]; the slot gives
    /// nothing more out before. The page after it may be asked for meanwhile: requests are best begun first.
    Page {
        /// The name of the slot.
        slot: String,
        /// In the portal's order, exact bytes, without OperationOutcomes. Entries that could not be read are among them.
        entries: Vec<Entry>,
        /// What OperationOutcomes in the page say.
        said: Vec<String>,
        /// `Date` of the answer, Unix seconds.
        date: Option<i64>,
        /// The listing that this page is of is `(slot, cursor_after.run)`.
        cursor_after: Cursor,
    },
    /// A slot has ended, after all its pages were committed. Once a slot.
    SlotDone {
        /// The name of the slot.
        slot: String,
        /// [`Slot::catch_all`]: a refusal is no loss when the slots by category worked.
        catch_all: bool,
        /// How it ended.
        outcome: Outcome,
        /// To be stored in place of the slot's earlier one. Absent when nothing was asked.
        cursor: Option<Cursor>,
    },
    /// A reference given to [`Fetch::chase`] was followed. Once a reference.
    Chased {
        /// Type asked for.
        resource_type: String,
        /// Id asked for.
        id: String,
        /// The resource, or why there is none ([`Outcome::NotGranted`], [`Outcome::Refused`], [`Outcome::Failed`]).
        found: Result<Box<Entry>, Outcome>,
        /// `Date` of the answer, Unix seconds.
        date: Option<i64>,
    },
    /// The portal no longer accepts this sign-in. Said once; the slots that are open end as failed and keep their place.
    SignInAgain,
    /// Nothing to do but receive answers until this instant (Unix seconds). Only ever alone.
    Wait {
        /// Call [`Fetch::poll`] again then, or earlier when an answer comes.
        until: i64,
    },
    /// Nothing is left to do. Only ever alone, and again at each call until [`Fetch::chase`] gives more to do.
    Finished,
}

/// One run of fetching.
pub struct Fetch {
    line: Line<What>,
    options: Options,
    listings: Vec<Listing>,
    chases: Vec<Chase>,
    /// Cursors of slots that the capability statement may yet add.
    kept: BTreeMap<String, Cursor>,
    /// What was received or chased in this run.
    known: BTreeSet<Mark>,
    /// The capability statement is still to be asked for.
    asks_capabilities: bool,
    pace: Pace,
    stopped: Option<Outcome>,
    /// Listings of everything that wait for a network that is not metered.
    postponed: usize,
}

enum What {
    Capabilities,
    Listing(usize),
    Chase(usize),
}

impl Fetch {
    /// Prepares a run. `slots`: [`plan::slots`] of the session's scopes and patient. `cursors`: all that earlier runs
    /// left. A run that is full, that follows one that was broken off before it had asked for every slot, or in which a full
    /// listing is due, also asks for the capability statement and adds the types that it lists. Any other run leaves out what
    /// gave nothing a short while ago ([`Slot::may_rest`]), and what another slot reads along.
    pub fn new(session: Session, slots: Vec<Slot>, cursors: Vec<Cursor>, options: Options) -> Self {
        let options = Options { full: options.full && !options.metered, ..options };
        let begun = |slot: &Slot| !slot.granted || cursors.iter().any(|cursor| cursor.slot == slot.name);
        let due = |cursor: &Cursor| cursor.full_is_due(options.now) && !options.metered;
        let whole = slots.iter().all(begun) && !cursors.iter().any(due);
        let paused = cursors.iter().filter_map(|cursor| cursor.paused(options.now)).max();
        let mut fetch = Self {
            asks_capabilities: options.full || !whole,
            kept: cursors.into_iter().map(|cursor| (cursor.slot.clone(), cursor)).collect(),
            line: Line::new(session),
            options,
            listings: Vec::new(),
            chases: Vec::new(),
            known: BTreeSet::new(),
            pace: Pace::new(options.now),
            stopped: None,
            postponed: 0,
        };
        fetch.postponed = fetch.left_for_later();
        fetch.stopped = paused.map(|until| attempt::away(until, options.now));
        let tokens = fetch.line.session.tokens();
        let again = |name: &String| plan::earlier(name, tokens.scopes(), tokens.patient());
        let earlier: Vec<Slot> = fetch.kept.keys().filter_map(again).collect();
        let slots = slots.into_iter().chain(earlier).collect();
        fetch.add(fetch.awake(slots), options.now);
        fetch.stand_by();
        fetch
    }

    /// Spreads waits by chance: they get longer by up to half of themselves. `seed`: random, so that the devices of many
    /// people do not come back to a portal at the same moment.
    #[must_use]
    pub fn jitter(mut self, seed: u64) -> Self {
        self.pace.jitter(seed);
        self
    }

    /// What to do now (`now`: Unix seconds). Each action is given once. Empty: wait for an answer.
    pub fn poll(&mut self, now: i64) -> Vec<Action> {
        self.drive(now)
    }

    /// What came of the request `id`. An unknown id is ignored.
    pub fn receive(&mut self, id: u64, result: Result<Response, Failure>, now: i64) {
        let Some(flight) = self.line.landed(id) else { return };
        self.take(flight, result, now);
    }

    /// The tokens of [`Action::StoreTokens`] are stored. A narrower grant holds from here on.
    pub fn stored(&mut self) {
        self.line.session.stored();
        let tokens = self.line.session.tokens();
        for slot in plan::slots(tokens.scopes(), tokens.patient()) {
            if let Some(listing) = self.listings.iter_mut().find(|listing| listing.slot.name == slot.name) {
                listing.slot.granted = slot.granted;
            }
        }
        for listing in &mut self.listings {
            if plan::earlier(&listing.slot.name, tokens.scopes(), tokens.patient())
                .is_some_and(|slot| !slot.granted)
            {
                listing.slot.granted = false;
            }
        }
    }

    /// The page of this slot is committed.
    pub fn committed(&mut self, slot: &str) {
        if let Some(listing) = self.listings.iter_mut().find(|listing| listing.slot.name == slot) {
            listing.committed();
        }
    }

    /// Follows references: (type, id) of resources at this portal's own base address that are not held. Those that this
    /// run has had or chased already are left out, and no more than [`MAX_CHASED`] are followed in one run. Returns how
    /// many were left out for that reason; another run will take them.
    pub fn chase(&mut self, wanted: impl IntoIterator<Item = (String, String)>) -> usize {
        let mut over = 0;
        for pair in wanted {
            let mark = Mark::of(&pair.0, &pair.1);
            if self.known.contains(&mark) {
                continue;
            }
            if self.chases.len() >= MAX_CHASED {
                over += 1;
                continue;
            }
            self.known.insert(mark);
            self.chases.push(Chase::new(pair.0, pair.1));
        }
        over
    }

    /// Ends the run early: nothing more is asked, and what is open ends with [`Fault::Stopped`] and keeps its place. Go on
    /// until [`Action::Finished`]; only a refresh under way is waited for, because its answer must be stored. (To drop a
    /// run in the middle of a refresh may cost the sign-in.)
    pub fn stop(&mut self) {
        self.stopped.get_or_insert_with(|| Fault::Stopped.outcome(""));
    }

    /// The slots of this run; the capability statement may have added to them.
    pub fn slots(&self) -> impl Iterator<Item = &Slot> {
        self.listings.iter().map(|listing| &listing.slot)
    }

    /// How many kinds of data wait to be listed again until a network is not metered.
    pub fn postponed(&self) -> usize {
        self.postponed
    }

    /// The tokens in use.
    pub fn tokens(&self) -> &Tokens {
        self.line.session.tokens()
    }

    fn add(&mut self, slots: Vec<Slot>, now: i64) {
        for slot in slots {
            if self.listings.iter().any(|listing| listing.slot.name == slot.name) {
                continue;
            }
            let kept = self.kept.remove(&slot.name);
            let away = kept.as_ref().and_then(|kept| kept.away(now));
            let how = How { full: self.options.full, metered: self.options.metered, now };
            let mut listing = Listing::new(slot, self.line.session.tokens().base(), kept, how);
            if let Some(until) = away {
                listing.give_up(attempt::away(until, now));
            }
            self.listings.push(listing);
        }
    }
}

impl From<Say> for Action {
    fn from(say: Say) -> Self {
        match say {
            Say::Send { id, request } => Self::Send { id, request },
            Say::StoreTokens(tokens) => Self::StoreTokens(tokens),
            Say::SignInAgain => Self::SignInAgain,
        }
    }
}
