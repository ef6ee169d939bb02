//! Standalone patient launch (SMART App Launch 2.2): discovery, sign-in in the person's own browser, tokens, Patient.
//!
//! ```text
//! loop { match connect.poll() {
//!     Step::Send(request)    => { let answer = perform(request); connect.receive(answer, now) }
//!     Step::OpenBrowser(url) => open it, then wait for the app's return address to be called
//!     Step::Waiting          => wait: for the answer, or for the return address -> connect.redirected(address)
//!     Step::Done(connected)  => compare the patient, then seal and store connected.tokens.encode()
//!     Step::Failed(error)    => say so; to try again, start anew with new random bytes
//! }}
//! ```

pub(crate) mod authorize;

use fhir::Resource;
use url::Url;
use zeroize::Zeroizing;

use crate::{
    Base, ClientAuth, Error, Failure, Request, Response, Scopes, Signer, Tokens, base,
    discovery::{self, Configuration},
    granted::{Granted, Rejection},
    http, scopes, text,
    tokens::About,
};
use authorize::Attempt;

/// How this app signs in.
#[derive(Clone, Debug)]
pub struct Options {
    /// The app's registered name at this portal. There is no secret that two devices share.
    pub client_id: String,
    /// The device's own key, where the portal knows the client by it; else it is a public client.
    pub key: Option<Signer>,
    /// Where the browser returns to: https, http on this machine, or a scheme with a dot (RFC 8252). No query.
    pub redirect_uri: String,
    /// The scopes to ask for, in place of what discovery suggests.
    pub scopes: Option<String>,
    /// What to do about a portal that does not say whether it knows PKCE.
    pub pkce: Pkce,
}

impl Options {
    /// A public client that asks for what discovery suggests.
    pub fn new(client_id: impl Into<String>, redirect_uri: impl Into<String>) -> Self {
        Self {
            client_id: client_id.into(),
            key: None,
            redirect_uri: redirect_uri.into(),
            scopes: None,
            pkce: Pkce::default(),
        }
    }

    fn auth(&self) -> ClientAuth {
        if self.key.is_some() { ClientAuth::PrivateKeyJwt } else { ClientAuth::None }
    }
}

/// Whether a portal must announce PKCE. S256 is always used, and a portal that lists methods without S256 is always
/// refused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pkce {
    /// A portal without a list is refused (the default).
    #[default]
    Announced,
    /// A portal without a list, such as one that has only the OAuth addresses of SMART 1.0, is tried.
    SentAnyway,
}

/// What to do next.
// Steps are few and short-lived.
#[allow(clippy::large_enum_variant)]
pub enum Step {
    /// Perform this without following redirects, then call [`Connect::receive`]. Given once.
    Send(Request),
    /// Open this in the person's own browser (no web view). Given once. When the app's return address is called, call
    /// [`Connect::redirected`]. To give up, drop the machine.
    OpenBrowser(Url),
    /// Nothing to do until [`Connect::receive`] or [`Connect::redirected`].
    Waiting,
    /// Connected. Given once.
    Done(Connected),
    /// It ends here. Nothing was kept.
    Failed(Error),
}

/// A portal connected, and the patient that access was given to.
pub struct Connected {
    /// To be sealed and stored before anything else.
    pub tokens: Tokens,
    /// The Patient, to be compared with the record's before anything is taken in.
    pub patient: Resource,
    /// `Date` of the Patient's answer, Unix seconds.
    pub date: Option<i64>,
}

/// One sign-in at one portal.
pub struct Connect {
    base: Base,
    options: Options,
    attempt: Attempt,
    state: State,
    /// How far the portal's clock is ahead of the device's, in seconds, once it was seen.
    ahead: i64,
}

impl Connect {
    /// Begins. `base`: the portal's FHIR base address. `random`: 64 fresh random bytes, 32 for the PKCE verifier and 32
    /// for `state`; never used twice. Errors: [`Error::BadBase`], [`Error::BadRedirectUri`].
    pub fn start(base: &str, options: Options, random: [u8; 64]) -> Result<Self, Error> {
        let random = Zeroizing::new(random);
        let base = Base::parse(base)?;
        let attempt = Attempt::new(&options.redirect_uri, &random)?;
        let url = base.at(".well-known/smart-configuration")?;
        let state = State::Send(Request::get(url, "application/json", http::SMALL), Wait::Smart);
        Ok(Self { base, options, attempt, state, ahead: 0 })
    }

    /// What to do next. Never blocks; each request, address and result is given once.
    pub fn poll(&mut self) -> Step {
        match std::mem::replace(&mut self.state, State::Over) {
            State::Send(request, wait) => {
                self.state = State::Sent(wait);
                Step::Send(request)
            }
            State::Open(configuration) => {
                let (url, scopes) = self.attempt.address(&self.base, &self.options, &configuration);
                self.state = State::Browser(configuration, scopes);
                Step::OpenBrowser(url)
            }
            State::Finished(connected) => Step::Done(*connected),
            State::Failed(error) => {
                self.state = State::Failed(error.clone());
                Step::Failed(error)
            }
            State::Over => Step::Failed(Error::NotExpected),
            waiting => {
                self.state = waiting;
                Step::Waiting
            }
        }
    }

    /// What came of the request last given. Anything else is ignored. `now`: Unix seconds.
    pub fn receive(&mut self, result: Result<Response, Failure>, now: i64) {
        let wait = match std::mem::replace(&mut self.state, State::Over) {
            State::Sent(wait) => wait,
            other => {
                self.state = other;
                return;
            }
        };
        if let (Wait::Smart | Wait::Metadata, Ok(answer)) = (&wait, &result) {
            self.ahead = answer.ahead(now);
        }
        self.state = self.answer(wait, result, now).unwrap_or_else(State::Failed);
    }

    /// The address with which the browser returned. Errors: it is not accepted. After [`Error::NotForUs`],
    /// [`Error::WrongState`] and [`Error::NotExpected`] nothing has changed, so another app that calls the return
    /// address can neither answer nor end this sign-in; after any other error it has failed. A right `state` is
    /// accepted once.
    ///
    /// After [`Error::AskedTooMuch`] the machine goes on, too: [`Connect::poll`] gives another address to open, which asks for
    /// reading alone, so that a portal that lets nobody write is still read.
    /// `now`: Unix seconds.
    pub fn redirected(&mut self, address: &str, now: i64) -> Result<(), Error> {
        let State::Browser(configuration, _) = &self.state else { return Err(Error::NotExpected) };
        let answer = self.attempt.answer(address)?;
        let too_much = answer.asked_too_much();
        let checked = answer.code(configuration);
        let State::Browser(configuration, scopes) = std::mem::replace(&mut self.state, State::Over) else {
            return Err(Error::NotExpected);
        };
        let reading = scopes::reading(&scopes.to_string());
        if let Err(Error::Denied { reason }) = &checked
            && too_much
            && reading != scopes.to_string()
        {
            self.options.scopes = Some(reading);
            self.attempt = self.attempt.another();
            self.state = State::Open(configuration);
            return Err(Error::AskedTooMuch { reason: reason.clone() });
        }
        let exchange =
            |code| Box::new(Exchange { configuration: *configuration, scopes, code, again: false });
        match checked.and_then(|code| self.exchange(exchange(code), now)) {
            Ok(state) => {
                self.state = state;
                Ok(())
            }
            Err(error) => {
                self.state = State::Failed(error.clone());
                Err(error)
            }
        }
    }

    fn exchange(&self, exchange: Box<Exchange>, now: i64) -> Result<State, Error> {
        let at = now.saturating_add(self.ahead);
        let request =
            self.attempt.token_request(&exchange.configuration, &self.options, &exchange.code, at)?;
        Ok(State::Send(request, Wait::Token(exchange)))
    }

    fn answer(&mut self, wait: Wait, result: Result<Response, Failure>, now: i64) -> Result<State, Error> {
        let answer = result.map_err(|failure| Error::Unreachable { reason: failure.words() })?;
        if answer.redirect() {
            return Err(Error::Redirected);
        }
        match wait {
            Wait::Smart => self.smart(&answer),
            Wait::Metadata => self.metadata(&answer),
            Wait::Token(exchange) => self.token(&answer, exchange, now),
            Wait::Patient(tokens) => patient(&answer, *tokens),
        }
    }

    fn smart(&self, answer: &Response) -> Result<State, Error> {
        let found = if answer.ok() { discovery::smart(&self.base, &answer.body) } else { None };
        match found {
            Some(configuration) => self.open(configuration?),
            None => Ok(State::Send(Request::fhir(self.base.at("metadata")?, http::METADATA), Wait::Metadata)),
        }
    }

    fn metadata(&self, answer: &Response) -> Result<State, Error> {
        let found = if answer.ok() { discovery::metadata(&self.base, &answer.body) } else { None };
        self.open(found.ok_or(Error::NotSmart)??)
    }

    fn open(&self, configuration: Configuration) -> Result<State, Error> {
        let enough = match &configuration.pkce {
            Some(methods) => methods.contains("S256"),
            None => self.options.pkce == Pkce::SentAnyway,
        };
        if enough { Ok(State::Open(Box::new(configuration))) } else { Err(Error::NoPkce) }
    }

    fn token(&mut self, answer: &Response, mut exchange: Box<Exchange>, now: i64) -> Result<State, Error> {
        if let Some(rejection) = Rejection::of(answer, self.options.auth()) {
            // Told apart by the portal's own clock: what it did not accept may be no more than the time in the signature.
            let drift = answer.ahead(now.saturating_add(self.ahead));
            if self.options.key.is_some() && rejection.client && !exchange.again && drift != 0 {
                self.ahead = self.ahead.saturating_add(drift);
                exchange.again = true;
                return self.exchange(exchange, now);
            }
            let (status, reason) = (answer.status, rejection.reason);
            return Err(match rejection.client {
                true => Error::NotThisClient { status, reason },
                false => Error::Refused { status, reason },
            });
        }
        let Exchange { configuration, scopes: asked, .. } = *exchange;
        let granted = Granted::read(&answer.body)?;
        let patient = granted.patient.clone().or_else(|| self.patient_of_user(granted.user.as_deref()?));
        let patient = patient.ok_or(Error::NoPatient)?;
        if !base::valid_id(&patient) {
            return Err(Error::Malformed("the patient's id"));
        }
        let request = Request::fhir(self.base.at(&format!("Patient/{patient}"))?, http::PAGE);
        let about = About {
            base: self.base.clone(),
            client_id: self.options.client_id.clone(),
            auth: self.options.auth(),
            kid: self.options.key.as_ref().map(|key| key.kid().to_owned()),
            by_signature: false,
            token_endpoint: configuration.token_endpoint,
            revocation_endpoint: configuration.revocation_endpoint,
            patient,
            scopes: granted.scopes.clone().unwrap_or(asked),
            obtained_at: now,
            expires_at: granted.lives.map(|lives| now.saturating_add(lives)),
            renewable_until: granted.renewable_until(now),
        };
        let tokens = Tokens {
            access: granted.access.to_string(),
            refresh: granted.refresh.as_ref().map(|token| token.to_string()),
            about,
        };
        let request = tokens.authorise(request)?;
        Ok(State::Send(request, Wait::Patient(Box::new(tokens))))
    }

    /// `Patient/1`, or the same below this base.
    fn patient_of_user(&self, user: &str) -> Option<String> {
        let path = user.strip_prefix(self.base.as_str()).map_or(user, |rest| rest.trim_start_matches('/'));
        path.strip_prefix("Patient/").map(str::to_owned)
    }
}

enum State {
    Send(Request, Wait),
    Sent(Wait),
    Open(Box<Configuration>),
    Browser(Box<Configuration>, Scopes),
    Finished(Box<Connected>),
    Failed(Error),
    Over,
}

enum Wait {
    Smart,
    Metadata,
    Token(Box<Exchange>),
    Patient(Box<Tokens>),
}

/// A code on its way to become tokens.
struct Exchange {
    configuration: Configuration,
    scopes: Scopes,
    code: Zeroizing<String>,
    /// It is sent a second time, with the portal's own time in the signature.
    again: bool,
}

fn patient(answer: &Response, tokens: Tokens) -> Result<State, Error> {
    if !answer.ok() {
        return Err(Error::Refused { status: answer.status, reason: text::outcome(&answer.body) });
    }
    let patient = Resource::parse(&answer.body).map_err(|_| Error::Malformed("the patient"))?;
    if patient.resource_type() != "Patient" || patient.id() != tokens.patient() {
        return Err(Error::WrongPatient);
    }
    Ok(State::Finished(Box::new(Connected { tokens, patient, date: answer.date() })))
}
