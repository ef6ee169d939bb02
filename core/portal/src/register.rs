//! A client id of this device's own (RFC 7591, "OAuth 2.0 Dynamic Client Registration"; RFC 7592 to give it back).
//!
//! ```text
//! loop { match register.poll() {
//!     Step::Send(request)    => { let answer = perform(request); register.receive(answer) }
//!     Step::Waiting          => wait for the answer
//!     Step::Done(registered) => seal and store registered.encode(), then connect with registered.options(..)
//!     Step::Failed(error)    => say so; where the app has a name of its own at the portal, connect with that
//! }}
//! ```
//! Two ways: [`Register::open`] for portals where any app may register itself before anybody signed in, and
//! [`Register::within`] for portals where the access of a first sign-in pays for it ("SMART Protected Dynamic Client
//! Registration"): that access is used up, and what follows is renewed by the device's key ([`Registered::take_over`]).

mod registered;

use std::sync::Arc;

use serde_json::{Value, json};
use url::Url;
use zeroize::Zeroizing;

use crate::{
    Base, ClientAuth, ClientKey, Error, Failure, Request, Response, Tokens, clean,
    connect::authorize::{return_address, wanted},
    discovery::{self, Configuration},
    granted::Rejection,
    http, key, scopes,
};
use registered::Asked;
pub use registered::Registered;

/// What the app says of itself.
#[derive(Clone)]
pub struct Options {
    /// The name that the portal shows to the person.
    pub name: String,
    /// Where the browser returns to, as at [`crate::connect::Options::redirect_uri`].
    pub redirect_uri: String,
    /// Names the software to the portal, the same on all devices; its version.
    pub software: Option<(String, String)>,
    /// The device's own key. Registered where the portal takes its kind of signature; [`Register::within`] needs it.
    pub key: Option<Arc<dyn ClientKey>>,
}

/// What to do next.
// Steps are few and short-lived.
#[allow(clippy::large_enum_variant)]
pub enum Step {
    /// Perform this without following redirects, then call [`Register::receive`]. Given once.
    Send(Request),
    /// Nothing to do until [`Register::receive`].
    Waiting,
    /// Registered. Given once.
    Done(Registered),
    /// It ends here.
    Failed(Error),
}

/// One registration at one portal.
pub struct Register {
    base: Base,
    options: Options,
    initial: Option<Initial>,
    state: State,
}

impl Register {
    /// Begins where nobody has signed in yet. `base`: the portal's FHIR base address. Errors: [`Error::BadBase`],
    /// [`Error::BadRedirectUri`].
    pub fn open(base: &str, options: Options) -> Result<Self, Error> {
        Self::start(Base::parse(base)?, options, None)
    }

    /// Begins with the access of a sign-in that was made for this. Errors: [`Error::BadRedirectUri`],
    /// [`Error::CannotSign`] without a key.
    pub fn within(tokens: &Tokens, options: Options) -> Result<Self, Error> {
        if options.key.is_none() {
            return Err(Error::CannotSign);
        }
        let initial = Initial {
            access: Zeroizing::new(tokens.access.clone()),
            from: tokens.about.token_endpoint.clone(),
        };
        Self::start(tokens.base().clone(), options, Some(initial))
    }

    /// What to do next. Never blocks; each request and result is given once.
    pub fn poll(&mut self) -> Step {
        match std::mem::replace(&mut self.state, State::Over) {
            State::Send(request, wait) => {
                self.state = State::Sent(wait);
                Step::Send(request)
            }
            State::Finished(registered) => Step::Done(*registered),
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

    /// What came of the request last given. Anything else is ignored.
    pub fn receive(&mut self, result: Result<Response, Failure>) {
        let wait = match std::mem::replace(&mut self.state, State::Over) {
            State::Sent(wait) => wait,
            other => {
                self.state = other;
                return;
            }
        };
        self.state = self.answer(wait, result).unwrap_or_else(State::Failed);
    }

    fn start(base: Base, options: Options, initial: Option<Initial>) -> Result<Self, Error> {
        return_address(&options.redirect_uri)?;
        let url = base.at(".well-known/smart-configuration")?;
        let state = State::Send(Request::get(url, "application/json", http::SMALL), Wait::Smart);
        Ok(Self { base, options, initial, state })
    }

    fn answer(&self, wait: Wait, result: Result<Response, Failure>) -> Result<State, Error> {
        if let Wait::GivenBack(error) = wait {
            return Err(error);
        }
        let answer = result.map_err(|failure| Error::Unreachable { reason: failure.words() })?;
        if answer.redirect() {
            return Err(Error::Redirected);
        }
        match wait {
            Wait::Smart => self.smart(&answer),
            Wait::Metadata => self.metadata(&answer),
            Wait::Registered(asked) => match registered(&answer, &asked) {
                Err(Error::NotRegistered { status: 400..=499, .. }) if self.may_ask_less(&asked) => {
                    self.register(Asked { scopes: scopes::reading(&asked.scopes), ..*asked })
                }
                state => state,
            },
            Wait::GivenBack(error) => Err(error),
        }
    }

    fn smart(&self, answer: &Response) -> Result<State, Error> {
        let found = if answer.ok() { discovery::smart(&self.base, &answer.body) } else { None };
        match found {
            Some(configuration) => self.ask(&configuration?),
            None => Ok(State::Send(Request::fhir(self.base.at("metadata")?, http::METADATA), Wait::Metadata)),
        }
    }

    fn metadata(&self, answer: &Response) -> Result<State, Error> {
        let found = if answer.ok() { discovery::metadata(&self.base, &answer.body) } else { None };
        self.ask(&found.ok_or(Error::NotSmart)??)
    }

    fn ask(&self, configuration: &Configuration) -> Result<State, Error> {
        let url = configuration.registration(&self.base)?;
        let key = self.options.key.as_deref();
        // Who pays with a first access registers a key whatever the portal lists: it is what the access is given for.
        let key = key.filter(|key| self.initial.is_some() || configuration.takes(key.alg()));
        let asked = Asked {
            base: self.base.clone(),
            endpoint: url.clone(),
            redirect_uri: self.options.redirect_uri.clone(),
            auth: if key.is_some() { ClientAuth::PrivateKeyJwt } else { ClientAuth::None },
            kid: key.map(|key| key.kid().to_owned()),
            scopes: wanted(configuration),
            by_signature: self.initial.is_some(),
        };
        self.register(asked)
    }

    /// A portal that registers nobody who wants to write may register who wants to read.
    fn may_ask_less(&self, asked: &Asked) -> bool {
        self.initial.is_none() && scopes::reading(&asked.scopes) != asked.scopes
    }

    fn register(&self, asked: Asked) -> Result<State, Error> {
        let (url, key) =
            (asked.endpoint.clone(), self.options.key.as_deref().filter(|_| asked.kid.is_some()));
        let request = match &self.initial {
            None => Request::json(url, &self.metadata_of(&asked, key)),
            Some(initial) => {
                if url.origin() != initial.from.origin() && !self.base.same_origin(&url) {
                    return Err(Error::InsecureEndpoint("registration address"));
                }
                Request::json(url, &self.least(key)).bearing(&initial.access)
            }
        };
        Ok(State::Send(request, Wait::Registered(Box::new(asked))))
    }

    /// RFC 7591, section 2.
    fn metadata_of(&self, asked: &Asked, key: Option<&dyn ClientKey>) -> Value {
        let mut value = json!({
            "client_name": self.options.name,
            "application_type": "native",
            "redirect_uris": [asked.redirect_uri],
            "grant_types": ["authorization_code", "refresh_token"],
            "response_types": ["code"],
            "token_endpoint_auth_method": asked.auth.name(),
            "scope": asked.scopes,
        });
        if let Some(key) = key {
            set(&mut value, "token_endpoint_auth_signing_alg", json!(key.alg().name()));
            set(&mut value, "jwks", key::jwks(key));
        }
        if let Some((id, version)) = &self.options.software {
            set(&mut value, "software_id", json!(id));
            set(&mut value, "software_version", json!(version));
        }
        value
    }

    /// What the protected way takes: the portal knows the software already.
    fn least(&self, key: Option<&dyn ClientKey>) -> Value {
        let mut value = json!({});
        if let Some((id, _)) = &self.options.software {
            set(&mut value, "software_id", json!(id));
        }
        if let Some(key) = key {
            set(&mut value, "jwks", key::jwks(key));
        }
        value
    }
}

/// The request that gives a registration back, best effort (RFC 7592, section 2.3). None when the portal said no way to.
/// Whatever comes of it, forget the registration and its key.
pub fn give_back(registered: &Registered) -> Option<Request> {
    let (url, token) = registered.management.as_ref()?;
    Some(Request::delete(url.clone()).bearing(token))
}

/// The access that a first sign-in gave, and where it came from: it goes to no other host.
struct Initial {
    access: Zeroizing<String>,
    from: Url,
}

enum State {
    Send(Request, Wait),
    Sent(Wait),
    Finished(Box<Registered>),
    Failed(Error),
    Over,
}

enum Wait {
    Smart,
    Metadata,
    Registered(Box<Asked>),
    GivenBack(Error),
}

fn registered(answer: &Response, asked: &Asked) -> Result<State, Error> {
    if matches!(answer.status, 404 | 405 | 410 | 501) {
        return Err(Error::NoRegistration);
    }
    if let Some(rejection) = Rejection::of(answer, ClientAuth::None) {
        return Err(Error::NotRegistered { status: answer.status, reason: clean(&rejection.reason) });
    }
    let registered = Registered::read(&answer.body, asked)?;
    let Err(error) = registered.usable(asked) else { return Ok(State::Finished(Box::new(registered))) };
    match give_back(&registered) {
        Some(request) => Ok(State::Send(request, Wait::GivenBack(error))),
        None => Err(error),
    }
}

fn set(value: &mut Value, name: &str, to: Value) {
    if let Some(members) = value.as_object_mut() {
        members.insert(name.to_owned(), to);
    }
}
