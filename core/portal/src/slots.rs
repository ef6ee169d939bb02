//! Free times at a portal, and what holds and books one.
//!
//! ```text
//! loop {
//!     let actions = find.poll(now);
//!     if actions.is_empty() { wait for an answer, then find.receive(id, answer, now) }
//!     for action in actions { match action {
//!         Action::Send { id, request } => start it; when it ends: find.receive(id, result, now)
//!         Action::StoreTokens(tokens)  => seal and store durably, then find.stored()
//!         Action::Done(found)          => show what is free, or why nothing can be shown
//!         Action::SignInAgain          => remember it for the person
//!         Action::Wait { until }       => wait for an answer, but no longer than until
//!         Action::Finished             => done
//!     }}
//! }
//! ```
//! No time is made up: what does not state its start and its end as instants is left out and counted. Nothing is done at the
//! portal; what is free now may be taken a moment later. Holding and booking are acts ([`crate::act`]), of the bodies that
//! [`hold`] and [`book`] make.

mod bodies;
mod drive;
mod read;

use std::collections::BTreeSet;

use fhir::bundle::Entry;

pub use bodies::{Booking, book, hold};

use crate::{
    Failure, Request, Response, Tokens,
    fetch::Outcome,
    line::{Line, Say},
    session::Session,
};
use drive::Phase;
use read::Held;

/// Free times that are given out.
pub const MOST: usize = 500;
/// Pages that are read.
pub const PAGES: u32 = 20;
/// Schedules that are read one by one, to tell whose times they are.
pub const SCHEDULES: usize = 20;

/// How free times are searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// `Appointment/$find` (IHE ITI Scheduling, ITI-115): proposed appointments.
    FindHoldBook,
    /// `Slot?status=free`.
    Slots,
}

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Query {
    /// How.
    pub level: Level,
    /// Starting from then (Unix seconds).
    pub from: i64,
    /// Starting before then (Unix seconds).
    pub until: i64,
    /// With any of these: `Practitioner/1`.
    pub practitioners: Vec<String>,
    /// At any of these: `Location/1`.
    pub locations: Vec<String>,
    /// Of this kind: system and code.
    pub service: Option<(String, String)>,
    /// By what the portal says that Slot can be searched ([`crate::abilities::Abilities::slot_search`]).
    pub searchable: BTreeSet<String>,
}

/// What to do.
#[allow(clippy::large_enum_variant, reason = "few and short-lived")]
pub enum Action {
    /// Perform this without following redirects, then call [`Find::receive`] with the id. Given once.
    Send {
        /// Names the request.
        id: u64,
        /// Holds a token.
        request: Request,
    },
    /// Store these durably, then call [`Find::stored`]. Nothing is sent before.
    StoreTokens(Tokens),
    /// The portal no longer accepts this sign-in. Said once.
    SignInAgain,
    /// What is free, or why that cannot be told ([`Outcome::NotGranted`], [`Outcome::Refused`], [`Outcome::Failed`]). Once.
    Done(Result<Found, Outcome>),
    /// Nothing to do but receive answers until this instant (Unix seconds). Only ever alone.
    Wait {
        /// Call [`Find::poll`] again then, or earlier when an answer comes.
        until: i64,
    },
    /// Nothing is left to do. Only ever alone.
    Finished,
}

/// What is free.
#[derive(Clone, Default)]
pub struct Found {
    /// By start, at most [`MOST`].
    pub free: Vec<Free>,
    /// Entries left out because they do not state when they start or end, or cannot be read, or do not say whose they are
    /// where that was asked for.
    pub left_out: usize,
    /// There is more than is given here.
    pub more: bool,
    /// What the portal says to it.
    pub said: Vec<String>,
    /// `Date` of the answer, Unix seconds.
    pub date: Option<i64>,
}

/// A free time.
#[derive(Clone)]
pub struct Free {
    /// The slots: `Slot/1`.
    pub slots: Vec<String>,
    /// The proposed appointment: `Appointment/1`, where it has an id.
    pub proposed: Option<String>,
    /// When it starts.
    pub start: Moment,
    /// When it ends.
    pub end: Moment,
    /// What for, in the portal's words.
    pub service: Option<String>,
    /// With whom.
    pub practitioner: Option<Who>,
    /// Where.
    pub location: Option<Who>,
    /// How it was found, and so how it is booked.
    pub level: Level,
    /// The Slot, or the proposed Appointment, verbatim.
    pub raw: Entry,
}

/// A moment as the portal states it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Its text, with the offset of the place.
    pub text: String,
    /// Unix seconds.
    pub at: i64,
}

/// Who or where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Who {
    /// `Practitioner/1`, as it came.
    pub reference: Option<String>,
    /// What the portal calls it.
    pub display: Option<String>,
}

/// One search for free times.
pub struct Find {
    line: Line<()>,
    query: Query,
    phase: Phase,
    held: Held,
}

impl Find {
    /// Prepares a run.
    pub fn new(session: Session, query: Query) -> Self {
        let line = Line::new(session);
        let phase = Phase::begin(&query, line.session.tokens());
        Self { line, query, phase, held: Held::default() }
    }

    /// What to do now (`now`: Unix seconds). Each action is given once. Empty: wait for an answer.
    pub fn poll(&mut self, now: i64) -> Vec<Action> {
        self.drive(now)
    }

    /// What came of the request `id`. An unknown id is ignored.
    pub fn receive(&mut self, id: u64, result: Result<Response, Failure>, now: i64) {
        let Some(flight) = self.line.landed(id) else { return };
        match flight.job {
            None => self.line.session.receive(result, now),
            Some(()) => self.take(flight.generation, result, now),
        }
    }

    /// The tokens of [`Action::StoreTokens`] are stored.
    pub fn stored(&mut self) {
        self.line.session.stored();
    }

    /// The tokens in use.
    pub fn tokens(&self) -> &Tokens {
        self.line.session.tokens()
    }

    /// Ends the run early, with what came. Go on until [`Action::Finished`]; only a renewal under way is waited for, because
    /// its answer must be stored.
    pub fn stop(&mut self) {
        self.halt();
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
