//! What every machine that asks a portal with a session has in common: what is under way, and what the session itself needs.

use std::collections::BTreeMap;

use crate::{
    Error, Request, Tokens,
    fetch::{Fault, Outcome},
    session::{Session, Turn},
};

/// A session and what is under way with it. `J`: what a request was for.
pub(crate) struct Line<J> {
    pub session: Session,
    flying: BTreeMap<u64, Flight<J>>,
    last_id: u64,
    sign_in_said: bool,
}

/// A request that is under way.
pub(crate) struct Flight<J> {
    /// What it is for; none for a renewal.
    pub job: Option<J>,
    /// The tokens that it was sent with.
    pub generation: u64,
}

/// What a session has to say to whoever drives the machine. Each machine has its own actions for it.
#[allow(clippy::large_enum_variant, reason = "few and short-lived")]
pub(crate) enum Say {
    Send { id: u64, request: Request },
    StoreTokens(Tokens),
    SignInAgain,
}

/// Whether requests may go.
pub(crate) enum May {
    Go,
    /// Not before this instant.
    NotBefore(i64),
    /// Not until something that is under way has ended.
    NotNow,
    /// Not any more, and why.
    End(Outcome),
}

impl<J> Line<J> {
    pub fn new(session: Session) -> Self {
        Self { session, flying: BTreeMap::new(), last_id: 0, sign_in_said: false }
    }

    /// Deals with what the session needs, and tells whether requests may go.
    pub fn may<A: From<Say>>(&mut self, now: i64, actions: &mut Vec<A>) -> May {
        match self.session.poll(now) {
            Turn::Ready => May::Go,
            Turn::Busy => May::NotNow,
            Turn::Wait(at) => May::NotBefore(at),
            Turn::Send(request) => {
                self.start(None, request, actions);
                May::NotNow
            }
            Turn::Store(tokens) => {
                actions.push(Say::StoreTokens(tokens).into());
                May::NotNow
            }
            Turn::SignInAgain => {
                if !std::mem::replace(&mut self.sign_in_said, true) {
                    actions.push(Say::SignInAgain.into());
                }
                May::End(Fault::SignIn.outcome(""))
            }
            Turn::Unavailable(reason) => May::End(Fault::Refresh.outcome(&reason)),
        }
    }

    /// Sends with the token. Errors: it goes anywhere but to the portal's own origin, and stays unsent.
    pub fn send<A: From<Say>>(
        &mut self,
        job: J,
        request: Request,
        actions: &mut Vec<A>,
    ) -> Result<(), Error> {
        let request = self.session.authorise(request)?;
        self.start(Some(job), request, actions);
        Ok(())
    }

    /// What the request of this id was for. Once.
    pub fn landed(&mut self, id: u64) -> Option<Flight<J>> {
        self.flying.remove(&id)
    }

    /// How many requests are under way, renewals among them.
    pub fn under_way(&self) -> usize {
        self.flying.len()
    }

    /// Whether nothing is under way, not even a renewal.
    pub fn idle(&self) -> bool {
        self.flying.is_empty() && !self.session.pending()
    }

    /// Sends what needs no token.
    pub fn send_openly<A: From<Say>>(&mut self, job: J, request: Request, actions: &mut Vec<A>) {
        self.start(Some(job), request, actions);
    }

    /// Waits for nothing but a renewal, whose answer must be stored.
    pub fn drop_jobs(&mut self) {
        self.flying.retain(|_, flight| flight.job.is_none());
    }

    fn start<A: From<Say>>(&mut self, job: Option<J>, request: Request, actions: &mut Vec<A>) {
        self.last_id += 1;
        self.flying.insert(self.last_id, Flight { job, generation: self.session.generation() });
        actions.push(Say::Send { id: self.last_id, request }.into());
    }
}
