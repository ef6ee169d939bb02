//! Keeping access alive: refresh with rotation, and revocation.
//!
//! A refresh token may be good for one use. So the answer to a refresh is stored before it is used: after
//! [`Turn::Store`] nothing is sent until [`Session::stored`].

use zeroize::Zeroizing;

use crate::{
    ClientAuth, Error, Failure, Request, Response, Signer, Tokens, clean,
    granted::{Granted, Rejection},
};

/// Refresh this many seconds ahead of the end of the access token.
const AHEAD: i64 = 60;
/// The access token is not refreshed ahead of its end sooner than this many seconds after it came.
const REST: i64 = 30;
/// Tries of one refresh.
const TRIES: u32 = 3;

/// Access to one portal. [`crate::fetch::Fetch`] drives it by itself.
pub struct Session {
    tokens: Tokens,
    /// How often the tokens were replaced.
    generation: u64,
    state: State,
    /// No refresh ahead of the end before this instant.
    rested: i64,
    signer: Option<Signer>,
    /// How far the portal's clock is ahead of the device's, in seconds, once that mattered.
    ahead: i64,
}

/// What the session needs.
// Turns are few and short-lived.
#[allow(clippy::large_enum_variant)]
pub enum Turn {
    /// Requests may be sent.
    Ready,
    /// Perform this and call [`Session::receive`]. Given once.
    Send(Request),
    /// Seal and store these durably, then call [`Session::stored`]. Given once.
    Store(Tokens),
    /// Nothing until [`Session::receive`] or [`Session::stored`].
    Busy,
    /// Nothing before this instant (Unix seconds).
    Wait(i64),
    /// The portal no longer accepts this sign-in: the person signs in again.
    SignInAgain,
    /// A refresh is needed and could not be had, by no fault of the sign-in: try another time.
    Unavailable(String),
}

impl Session {
    /// From tokens that are already stored.
    pub fn new(tokens: Tokens) -> Self {
        let state = State::Ready;
        Self { tokens, generation: 0, state, rested: i64::MIN, signer: None, ahead: 0 }
    }

    /// With the device's key, for tokens that it belongs to ([`Tokens::key`]). Another key is as good as none.
    #[must_use]
    pub fn signing(mut self, signer: Signer) -> Self {
        self.signer = Some(signer).filter(|signer| self.tokens.key() == Some(signer.kid()));
        self
    }

    /// The tokens in use.
    pub fn tokens(&self) -> &Tokens {
        &self.tokens
    }

    /// Counts replacements: what was sent under an older number may be sent again.
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// What is needed before a request may be sent.
    pub fn poll(&mut self, now: i64) -> Turn {
        if matches!(self.state, State::Ready) && self.due(now) {
            self.state = State::Due { tries: 0, at: now, forced: false };
        }
        match std::mem::replace(&mut self.state, State::Ready) {
            State::Ready => Turn::Ready,
            State::Due { tries, at, forced } if at <= now => {
                if !self.tokens.can_refresh() {
                    self.state = State::Rejected;
                    return Turn::SignInAgain;
                }
                match self.refresh(now) {
                    Ok(request) => {
                        self.state = State::Sent { tries, forced };
                        Turn::Send(request)
                    }
                    Err(error) => {
                        self.state = self.without(forced, now, error.to_string());
                        if forced { self.poll(now) } else { Turn::Ready }
                    }
                }
            }
            State::Due { tries, at, forced } => {
                self.state = State::Due { tries, at, forced };
                Turn::Wait(at)
            }
            State::Store(tokens) => {
                let copy = tokens.copy();
                self.state = State::Unstored(tokens);
                Turn::Store(copy)
            }
            State::Rejected => {
                self.state = State::Rejected;
                Turn::SignInAgain
            }
            State::Unavailable(reason) => {
                self.state = State::Unavailable(reason.clone());
                Turn::Unavailable(reason)
            }
            busy => {
                self.state = busy;
                Turn::Busy
            }
        }
    }

    /// What came of the refresh. Anything else is ignored.
    pub fn receive(&mut self, result: Result<Response, Failure>, now: i64) {
        let State::Sent { tries, forced } = self.state else { return };
        self.state = match result {
            Ok(answer) => match Rejection::of(&answer, self.tokens.about.auth) {
                Some(rejection) => self.rejected(&answer, rejection, tries, forced, now),
                None => match self.renewed(&answer, now) {
                    Ok(tokens) => State::Store(Box::new(tokens)),
                    Err(error) => self.without(forced, now, clean(&error.to_string())),
                },
            },
            Err(_) if tries + 1 < TRIES => {
                State::Due { tries: tries + 1, at: now.saturating_add(2 << tries), forced }
            }
            Err(failure) => self.without(forced, now, failure.words()),
        };
    }

    /// The tokens of [`Turn::Store`] are stored durably: from here on they are used.
    pub fn stored(&mut self) {
        match std::mem::replace(&mut self.state, State::Ready) {
            State::Unstored(tokens) => {
                self.rested = tokens.obtained_at().saturating_add(REST);
                self.tokens = *tokens;
                self.generation += 1;
            }
            other => self.state = other,
        }
    }

    /// A request sent under `generation` was answered with 401. One refresh follows, however often this is said.
    pub fn refused(&mut self, generation: u64, now: i64) {
        if generation == self.generation && matches!(self.state, State::Ready) {
            self.state = State::Due { tries: 0, at: now, forced: true };
        }
    }

    /// Whether a refresh is under way or its answer is not stored yet.
    pub fn pending(&self) -> bool {
        matches!(self.state, State::Sent { .. } | State::Store(_) | State::Unstored(_))
    }

    /// The portal does not accept even new tokens.
    pub fn reject(&mut self) {
        self.state = State::Rejected;
    }

    /// Adds the token. Errors: [`Error::BadBase`] when the request goes anywhere but to the portal's own origin.
    pub fn authorise(&self, request: Request) -> Result<Request, Error> {
        self.tokens.authorise(request)
    }

    fn due(&self, now: i64) -> bool {
        let ends = self.tokens.expires_at().is_some_and(|end| now >= end.saturating_sub(AHEAD));
        ends && self.tokens.can_refresh() && now >= self.rested
    }

    /// RFC 6749, section 6, or RFC 7523, section 2.1.
    fn refresh(&self, now: i64) -> Result<Request, Error> {
        let about = &self.tokens.about;
        let (signer, at) = (self.signer.as_ref(), now.saturating_add(self.ahead));
        let proof = self.tokens.proof(signer, at)?;
        let send = |grant: &str, name: &str, secret: &str| {
            let fields = [("grant_type", grant), (name, secret), ("client_id", &about.client_id)];
            let proof = proof.as_deref().map(String::as_str);
            Request::signed_form(about.token_endpoint.clone(), &fields, proof)
        };
        if about.by_signature {
            return Ok(send(BY_SIGNATURE, "assertion", &self.tokens.word(signer, at)?));
        }
        let refresh = self.tokens.refresh.as_deref().ok_or(Error::BadTokens)?;
        Ok(send("refresh_token", "refresh_token", refresh))
    }

    fn rejected(
        &mut self,
        answer: &Response,
        rejection: Rejection,
        tries: u32,
        forced: bool,
        now: i64,
    ) -> State {
        let drift = answer.ahead(now.saturating_add(self.ahead));
        let busy = answer.status == 429 || answer.status >= 500;
        let signed = rejection.client || (self.tokens.about.by_signature && rejection.credentials);
        match tries + 1 {
            // What the portal did not accept may be no more than the time in the signature.
            tries if self.signer.is_some() && signed && drift != 0 && tries < TRIES => {
                self.ahead = self.ahead.saturating_add(drift);
                State::Due { tries, at: now, forced }
            }
            _ if rejection.credentials => State::Rejected,
            tries if busy && tries < TRIES => {
                let at = answer.retry_at(now, 60).unwrap_or_else(|| now.saturating_add(1 << tries));
                State::Due { tries, at, forced }
            }
            _ => self.without(forced, now, rejection.reason),
        }
    }

    /// What the answer leaves out stays as it was; another patient than before is refused.
    fn renewed(&self, answer: &Response, now: i64) -> Result<Tokens, Error> {
        let granted = Granted::read(&answer.body)?;
        if granted.patient.as_deref().is_some_and(|patient| patient != self.tokens.patient()) {
            return Err(Error::WrongPatient);
        }
        let until = granted.renewable_until(now);
        let mut tokens = self.tokens.copy();
        tokens.access = granted.access.to_string();
        if let Some(refresh) = &granted.refresh {
            tokens.refresh = Some(refresh.to_string());
        }
        if let Some(scopes) = granted.scopes {
            tokens.about.scopes = scopes;
        }
        tokens.about.obtained_at = now;
        tokens.about.expires_at = granted.lives.map(|lives| now.saturating_add(lives));
        tokens.about.renewable_until = until.or(tokens.about.renewable_until);
        Ok(tokens)
    }

    /// No new tokens: the old ones serve on unless the portal refused them.
    fn without(&mut self, forced: bool, now: i64, reason: String) -> State {
        if forced {
            return State::Unavailable(reason);
        }
        self.rested = now.saturating_add(AHEAD);
        State::Ready
    }
}

/// The requests that end access at the portal, best effort (RFC 7009): refresh token first. Empty when the portal has no
/// revocation endpoint. Whatever comes of them, forget the tokens. `signer`: the device's key, where the tokens have one
/// ([`Tokens::key`]); without it the portal will refuse to forget them. `now`: Unix seconds.
pub fn revoke(tokens: &Tokens, signer: Option<&Signer>, now: i64) -> Vec<Request> {
    let Some(url) = &tokens.about.revocation_endpoint else { return Vec::new() };
    let one = |token: &str, hint: &str| {
        let fields = [("token", token), ("token_type_hint", hint), ("client_id", &tokens.about.client_id)];
        let proof = tokens.proof(signer, now).ok().flatten();
        Request::signed_form(url.clone(), &fields, proof.as_deref().map(String::as_str))
    };
    let refresh = tokens.refresh.as_deref().map(|token| one(token, "refresh_token"));
    refresh.into_iter().chain([one(&tokens.access, "access_token")]).collect()
}

/// `grant_type` (RFC 7523, section 2.1).
const BY_SIGNATURE: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

impl Tokens {
    pub(crate) fn authorise(&self, request: Request) -> Result<Request, Error> {
        if !self.about.base.same_origin(&request.url) {
            return Err(Error::BadBase);
        }
        Ok(request.bearing(&self.access))
    }

    /// What shows who the client is, where its name is not enough. `now`: by the portal's clock.
    fn proof(&self, signer: Option<&Signer>, now: i64) -> Result<Option<Zeroizing<String>>, Error> {
        match self.about.auth {
            ClientAuth::None => Ok(None),
            ClientAuth::PrivateKeyJwt => self.word(signer, now).map(Some),
        }
    }

    fn word(&self, signer: Option<&Signer>, now: i64) -> Result<Zeroizing<String>, Error> {
        let signer = signer.filter(|signer| self.key() == Some(signer.kid())).ok_or(Error::CannotSign)?;
        signer.assertion(&self.about.client_id, &self.about.token_endpoint, now)
    }
}

enum State {
    Ready,
    /// `forced`: by a 401, as opposed to ahead of the end.
    Due {
        tries: u32,
        at: i64,
        forced: bool,
    },
    Sent {
        tries: u32,
        forced: bool,
    },
    Store(Box<Tokens>),
    Unstored(Box<Tokens>),
    Rejected,
    Unavailable(String),
}
