//! Files that resources point to: asked for one by one, at the portal's own origin only.
//!
//! ```text
//! loop {
//!     let actions = download.poll(now);
//!     if actions.is_empty() { wait for an answer, then download.receive(id, answer, now) }
//!     for action in actions { match action {
//!         Action::Send { id, request } => start it; when it ends: download.receive(id, result, now)
//!         Action::StoreTokens(tokens)  => seal and store durably, then download.stored()
//!         Action::Done { want, came }  => store the file, or why there is none
//!         Action::SignInAgain          => remember it for the person
//!         Action::Wait { until }       => wait for an answer, but no longer than until
//!         Action::Finished             => done
//!     }}
//! }
//! ```

mod accept;
mod drive;
mod place;
mod unwrap;

use crate::{
    Base, Failure, Request, Response, Tokens,
    fetch::{Fault, Outcome, attempt::Attempt},
    line::{Line, Say},
    session::Session,
};
pub use place::{Place, place};

/// Files under way at once.
pub const IN_FLIGHT: usize = 4;

/// A file that is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Want {
    /// Names it to who asks.
    pub id: u64,
    /// Its address, as the resource says it.
    pub url: String,
    /// What the resource says it is: `application/pdf`.
    pub content_type: Option<String>,
    /// The most bytes that are taken.
    pub max_bytes: usize,
}

/// A file that came.
#[derive(Clone, PartialEq, Eq)]
pub struct File {
    /// Its bytes, never none.
    pub bytes: Vec<u8>,
    /// What the portal says it is, if it does.
    pub content_type: Option<String>,
}

/// Why there is no file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Miss {
    /// It lies at another host, which is never asked.
    Elsewhere {
        /// The host, with its port where it is not the usual one.
        host: String,
    },
    /// No request can be made of the address.
    Unreadable,
    /// It has more bytes than are taken.
    TooLarge {
        /// The most that are taken.
        max_bytes: usize,
    },
    /// The portal said no.
    Refused {
        /// The HTTP status.
        status: u16,
        /// The portal's words, made safe; may be empty.
        reason: String,
    },
    /// It did not work.
    Failed {
        /// What kind of failure.
        fault: Fault,
        /// In words, made safe.
        reason: String,
    },
}

/// What to do.
#[allow(clippy::large_enum_variant, reason = "few and short-lived")]
pub enum Action {
    /// Perform this without following redirects, then call [`Download::receive`] with the id. Given once.
    Send {
        /// Names the request.
        id: u64,
        /// Holds a token.
        request: Request,
    },
    /// Store these durably, then call [`Download::stored`]. Nothing is sent before.
    StoreTokens(Tokens),
    /// What became of a file. Once a [`Want`].
    Done {
        /// [`Want::id`].
        want: u64,
        /// The file, or why there is none.
        came: Result<File, Miss>,
    },
    /// The portal no longer accepts this sign-in. Said once; what is open ends as failed.
    SignInAgain,
    /// Nothing to do but receive answers until this instant (Unix seconds). Only ever alone.
    Wait {
        /// Call [`Download::poll`] again then, or earlier when an answer comes.
        until: i64,
    },
    /// Nothing is left to do. Only ever alone.
    Finished,
}

/// One run of fetching files.
pub struct Download {
    /// Which of the files a request is for.
    line: Line<usize>,
    files: Vec<Wanted>,
    /// Nothing is sent before this instant.
    hold: i64,
    /// Failures to get anything from the portal since it last gave something.
    silent: u32,
    stopped: Option<Outcome>,
    /// A file was refused with 401 even after the tokens were renewed: others are not worth another renewal.
    renewed_in_vain: bool,
}

struct Wanted {
    want: Want,
    attempt: Attempt,
    state: State,
}

#[derive(Default)]
enum State {
    #[default]
    Ready,
    Flying,
    Ending(Result<File, Miss>),
    Done,
}

impl Download {
    /// Prepares a run. Addresses are read as seen from the session's base address.
    pub fn new(session: Session, wants: Vec<Want>) -> Self {
        let wanted = |want| Wanted { want, attempt: Attempt::default(), state: State::Ready };
        Self {
            line: Line::new(session),
            files: wants.into_iter().map(wanted).collect(),
            hold: i64::MIN,
            silent: 0,
            stopped: None,
            renewed_in_vain: false,
        }
    }

    /// What to do now (`now`: Unix seconds). Each action is given once. Empty: wait for an answer.
    pub fn poll(&mut self, now: i64) -> Vec<Action> {
        self.drive(now)
    }

    /// What came of the request `id`. An unknown id is ignored.
    pub fn receive(&mut self, id: u64, result: Result<Response, Failure>, now: i64) {
        let Some(flight) = self.line.landed(id) else { return };
        self.take(&flight, result, now);
    }

    /// The tokens of [`Action::StoreTokens`] are stored.
    pub fn stored(&mut self) {
        self.line.session.stored();
    }

    /// Ends the run early: nothing more is asked, and what is open ends with [`Fault::Stopped`]. Go on until
    /// [`Action::Finished`]; only a refresh under way is waited for, because its answer must be stored.
    pub fn stop(&mut self) {
        self.stopped.get_or_insert_with(|| Fault::Stopped.outcome(""));
    }

    /// The tokens in use.
    pub fn tokens(&self) -> &Tokens {
        self.line.session.tokens()
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

impl Wanted {
    /// The request, or nothing and the end of it.
    fn request(&mut self, base: &Base) -> Option<Request> {
        let url = match place(base, &self.want.url) {
            Place::Here(url) => url,
            Place::Elsewhere { host } => return self.end(Miss::Elsewhere { host }),
            Place::Inline | Place::Unreadable => return self.end(Miss::Unreadable),
        };
        let accept = accept::header(self.want.content_type.as_deref());
        self.state = State::Flying;
        Some(Request::get(url, &accept, unwrap::room(self.want.max_bytes)))
    }

    fn end<T>(&mut self, miss: Miss) -> Option<T> {
        self.state = State::Ending(Err(miss));
        None
    }

    fn fail(&mut self, outcome: Outcome) {
        let max_bytes = self.want.max_bytes;
        self.end::<()>(match outcome {
            Outcome::Failed { fault: Fault::TooLarge, .. } => Miss::TooLarge { max_bytes },
            Outcome::Failed { fault, reason } => Miss::Failed { fault, reason },
            Outcome::Refused { status, reason } => Miss::Refused { status, reason },
            Outcome::Ok { .. } | Outcome::NotGranted => Miss::Unreadable,
        });
    }
}

impl std::fmt::Debug for File {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "File({} bytes)", self.bytes.len())
    }
}
