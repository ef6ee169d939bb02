//! One try of one act at a portal (a message, a booking, a change), or a look whether an earlier try was done after all.
//!
//! ```text
//! loop {
//!     let actions = perform.poll(now);
//!     if actions.is_empty() { wait for an answer, then perform.receive(id, answer, now) }
//!     for action in actions { match action {
//!         Action::Send { id, request } => start it; when it ends: perform.receive(id, result, now)
//!         Action::StoreTokens(tokens)  => seal and store durably, then perform.stored()
//!         Action::Done(came)           => store what came of it
//!         Action::SignInAgain          => remember it for the person
//!         Action::Wait { until }       => wait for an answer, but no longer than until
//!         Action::Finished             => done
//!     }}
//! }
//! ```
//! Hazard H1: whatever happens, the act itself goes out at most once in one run, not counting what was answered with 401,
//! which says that it was not looked at. What was sent and not surely answered ends as [`Came::Unknown`].

mod answer;
mod ask;
mod drive;
mod likeness;
mod ours;
mod verdict;

use fhir::bundle::Entry;

use crate::{
    Failure, Request, Response, Tokens,
    line::{Line, Say},
    session::Session,
};
use drive::Phase;
pub(crate) use ours::about_another as is_about_another;

/// What is to be done once.
#[derive(Clone)]
pub struct Deed {
    /// The type of the resource that is made or changed: `Communication`.
    pub resource_type: String,
    /// By which it is known again, whatever id the portal gives it. Its value is unique and never used for anything else.
    pub identifier: Identifier,
    /// How.
    pub way: Way,
    /// FHIR JSON: the resource, the `Parameters` of an operation, or the bundle of a transaction.
    pub body: Vec<u8>,
    /// The most bytes of an answer.
    pub max_bytes: usize,
}

/// A FHIR Identifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identifier {
    /// A URI.
    pub system: String,
    /// Unique within the system.
    pub value: String,
}

/// How something is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    /// `POST Type`, and only if nothing bears the identifier there (`If-None-Exist`).
    Create,
    /// `PUT Type/id`.
    Update {
        /// The portal's id.
        id: String,
        /// The version that is to be changed, as `meta.versionId` says it, or a whole ETag: another one is not changed.
        if_match: Option<String>,
    },
    /// `POST` to an operation.
    Operation {
        /// Below the base: `Appointment/$book`.
        path: String,
    },
    /// `POST` of a transaction bundle to the base.
    Transaction,
}

/// What is wanted of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The act itself, once.
    Try,
    /// Nothing is done: the portal is searched by the identifier, then for what looks like it.
    Look,
}

/// What to do.
#[allow(clippy::large_enum_variant, reason = "few and short-lived")]
pub enum Action {
    /// Perform this without following redirects, then call [`Perform::receive`] with the id. Given once.
    Send {
        /// Names the request.
        id: u64,
        /// May hold a token.
        request: Request,
    },
    /// Store these durably, then call [`Perform::stored`]. Nothing is sent before.
    StoreTokens(Tokens),
    /// The portal no longer accepts this sign-in. Said once. A 401 to the act alone, after a renewal that went well, is not
    /// said here: some portals mean by it that they do not allow this.
    SignInAgain,
    /// What came of it. Once.
    Done(Came),
    /// Nothing to do but receive answers until this instant (Unix seconds). Only ever alone.
    Wait {
        /// Call [`Perform::poll`] again then, or earlier when an answer comes.
        until: i64,
    },
    /// Nothing is left to do. Only ever alone.
    Finished,
}

/// What came of it. Words are in the portal's or in plain words, made safe; they may be empty.
#[derive(Clone)]
#[allow(clippy::large_enum_variant, reason = "one a run")]
pub enum Came {
    /// [`Step::Try`]: the portal did it.
    Accepted {
        /// What it holds now, verbatim, where it showed that. It may say something else than what was sent: it is what counts.
        resource: Option<Entry>,
        /// Its id there.
        id: Option<String>,
        /// Its version there.
        version: Option<String>,
        /// It was there already: an earlier try had been done.
        existed: bool,
        /// The portal was seen to keep the identifier, so that it can be found again by it. Not so where it showed nothing.
        kept_identifier: bool,
        /// What the portal said to it, in its own words.
        said: String,
        /// `Date` of the answer that showed it, Unix seconds.
        date: Option<i64>,
    },
    /// [`Step::Try`]: the portal's own no. It did not do it.
    Refused {
        /// The HTTP status.
        status: u16,
        /// The portal's words.
        reason: String,
    },
    /// [`Step::Try`]: certain that nothing was done.
    NotDone {
        /// May be tried again from then on (Unix seconds).
        not_before: i64,
        /// Why.
        why: Why,
        /// In words.
        words: String,
    },
    /// [`Step::Try`]: it cannot be told whether it was done. Not to be tried again before a look.
    Unknown {
        /// In words.
        words: String,
    },
    /// [`Step::Look`]: exactly one that is ours is there. For a [`Way::Update`]: what was put is what stands there.
    Found {
        /// Verbatim.
        resource: Box<Entry>,
        /// How it was known again.
        by: By,
        /// `Date` of the answer, Unix seconds.
        date: Option<i64>,
    },
    /// [`Step::Look`]: none that is ours was shown.
    NotThere {
        /// What was sent bears the identifier, the portal did search by it, everything that it showed could be read, and nothing there looks like it
        /// under another name. Even so it says nothing where a portal is known to drop identifiers
        /// (`kept_identifier` of an earlier act), nor soon after a try: searches lag, and a gateway may give up on what is done
        /// a while later. For a [`Way::Update`]: the version is still the one that was to be changed.
        sure: bool,
    },
    /// [`Step::Look`]: it could not be looked up, or more than one could be it.
    CannotLook {
        /// In words.
        words: String,
        /// By no fault of the portal's abilities: another time it may be looked up.
        passing: bool,
    },
}

/// Why nothing was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// No connection could be made.
    Offline,
    /// The portal asks to come back later (429).
    Busy,
    /// The sign-in is no longer accepted, or not for this.
    SignIn,
    /// Access could not be renewed, by no fault of the sign-in.
    Renewal,
    /// [`Perform::stop`].
    Stopped,
    /// No request can be made of it. Another try would end the same.
    Unfit,
}

/// How something was known again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// It bears the identifier.
    Identifier,
    /// It says the same as what was sent, and bears no other identifier of ours.
    Likeness,
}

/// One try, or one look.
pub struct Perform {
    line: Line<()>,
    deed: Deed,
    step: Step,
    /// The portal's capability statement lists the identifier among what it searches by.
    listed: bool,
    phase: Phase,
    /// The act was answered with 401.
    unauthorised: bool,
}

impl Perform {
    /// Prepares a run.
    pub fn new(session: Session, deed: Deed, step: Step) -> Self {
        let mut perform = Self {
            line: Line::new(session),
            deed,
            step,
            listed: false,
            phase: Phase::Over,
            unauthorised: false,
        };
        perform.phase = perform.begin();
        perform
    }

    /// The portal's capability statement lists `identifier` as a search parameter of this type. What is not said in an answer
    /// itself is believed of it then.
    #[must_use]
    pub fn searched_by_identifier(mut self, listed: bool) -> Self {
        self.listed = listed;
        self
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

    /// Ends the run early. What was sent and not answered ends as unknown. Go on until [`Action::Finished`]; only a renewal
    /// under way is waited for, because its answer must be stored.
    pub fn stop(&mut self, now: i64) {
        self.halt(now);
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
