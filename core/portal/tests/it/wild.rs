//! The machines at a portal that misbehaves: over loopback, through its real pages, one switch at a time.

mod registering;
mod renewing;
mod scopes;
mod signing_in;

use std::collections::{BTreeMap, BTreeSet};

use portal::{
    Error, Failure, Method, Request, Response, Signer, Tokens,
    connect::{Connect, Connected, Options, Step},
    fetch::{self, Action, Fetch, Outcome},
    plan,
    session::Session,
};
use sandbox::{ALICE_PASSWORD, Config, Quirk, Running, Sandbox, demo_data, driver::SignIn};

const RETURN: &str = "http://127.0.0.1:54321/callback";
/// 2026-11-01, after everything in the bundles.
const START: i64 = 1_793_491_200;

/// A hospital with these switches on.
fn hospital(quirks: impl IntoIterator<Item = Quirk>) -> Running {
    start(Config {
        quirks: quirks.into_iter().collect(),
        ..demo_data::hospital_of("Riverside", &[demo_data::ALESHA])
    })
}

fn start(config: Config) -> Running {
    Sandbox::start(Config { now: Some(START), ..config }).unwrap()
}

fn public() -> Options {
    Options::new(sandbox::CLIENT_ID, RETURN)
}

/// Alice's phone: what it sent, and its clock, which is as far ahead of the portal's as `ahead` says.
#[derive(Default)]
struct Phone {
    ahead: i64,
    sent: Vec<String>,
    /// The words that came back with the browser.
    back: String,
    deny: bool,
}

/// What came of a run of fetching.
struct Fetched {
    outcomes: BTreeMap<String, Outcome>,
    tokens: Tokens,
    stores: usize,
    sign_in_again: usize,
}

impl Phone {
    fn now(&self, portal: &Running) -> i64 {
        portal.now() + self.ahead
    }

    async fn send(&mut self, request: &Request) -> Result<Response, Failure> {
        self.sent.push(request.url.to_string());
        let method = match request.method {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Delete => "DELETE",
        };
        let headers: Vec<(&str, &str)> =
            request.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let body = request.body.clone().unwrap_or_default();
        let answer = sandbox::driver::request(method, request.url.as_str(), &headers, &body).await;
        let answer = answer.map_err(|error| Failure::Network(error.to_string()))?;
        Ok(Response { status: answer.status, headers: answer.headers, body: answer.body })
    }

    /// Up to the address that the browser opens.
    async fn begin(&mut self, portal: &Running, options: Options) -> (Connect, Result<String, Error>) {
        let mut connect = Connect::start(&portal.base_url(), options, random()).unwrap();
        loop {
            match connect.poll() {
                Step::Send(request) => {
                    let answer = self.send(&request).await;
                    connect.receive(answer, self.now(portal));
                }
                Step::OpenBrowser(url) => return (connect, Ok(url.to_string())),
                Step::Failed(error) => return (connect, Err(error)),
                Step::Waiting | Step::Done(_) => panic!("neither waits nor is done"),
            }
        }
    }

    /// Through the browser and to the end.
    async fn connect(&mut self, portal: &Running, options: Options) -> Result<Connected, Error> {
        let (mut connect, address) = self.begin(portal, options).await;
        let alice = SignIn {
            user: "alice".to_owned(),
            password: ALICE_PASSWORD.to_owned(),
            deny: self.deny,
            ..SignIn::default()
        };
        self.back = alice.run(&address?).await.expect("the browser comes back");
        connect.redirected(&self.back, self.now(portal))?;
        self.end(portal, &mut connect).await
    }

    async fn end(&mut self, portal: &Running, connect: &mut Connect) -> Result<Connected, Error> {
        loop {
            match connect.poll() {
                Step::Send(request) => {
                    let answer = self.send(&request).await;
                    connect.receive(answer, self.now(portal));
                }
                Step::Done(connected) => return Ok(connected),
                Step::Failed(error) => return Err(error),
                Step::Waiting | Step::OpenBrowser(_) => panic!("nothing to wait for"),
            }
        }
    }

    /// Everything, as the client does it. Waits are skipped: the portal's clock moves on instead.
    async fn fetch(&mut self, portal: &Running, tokens: Tokens, signer: Option<Signer>) -> Fetched {
        let session = Session::new(tokens);
        let session = signer.into_iter().fold(session, Session::signing);
        let slots = plan::slots(session.tokens().scopes(), session.tokens().patient());
        let options = fetch::Options { full: false, metered: false, now: self.now(portal) };
        let mut fetch = Fetch::new(session, slots, vec![], options);
        let (mut outcomes, mut stores, mut sign_in_again) = (BTreeMap::new(), 0, 0);
        let mut flying = Vec::new();
        loop {
            let actions = fetch.poll(self.now(portal));
            if actions.is_empty() {
                let (id, request): (u64, Request) = flying.remove(0);
                let answer = self.send(&request).await;
                fetch.receive(id, answer, self.now(portal));
            }
            for action in actions {
                match action {
                    Action::Send { id, request } => flying.push((id, request)),
                    Action::StoreTokens(_) => {
                        stores += 1;
                        fetch.stored();
                    }
                    Action::Page { slot, .. } => fetch.committed(&slot),
                    Action::SlotDone { slot, outcome, .. } => drop(outcomes.insert(slot, outcome)),
                    Action::SignInAgain => sign_in_again += 1,
                    Action::Wait { until } if flying.is_empty() => portal.set_now(until - self.ahead),
                    Action::Wait { .. } => {
                        let (id, request) = flying.remove(0);
                        let answer = self.send(&request).await;
                        fetch.receive(id, answer, self.now(portal));
                    }
                    Action::Finished => {
                        let tokens = Tokens::decode(&fetch.tokens().encode()).unwrap();
                        return Fetched { outcomes, tokens, stores, sign_in_again };
                    }
                    _ => {}
                }
            }
        }
    }

    fn token_requests(&self) -> usize {
        self.sent.iter().filter(|url| url.ends_with("/auth/token")).count()
    }

    /// Every origin that was asked.
    fn origins(&self) -> BTreeSet<String> {
        self.sent.iter().map(|url| url.parse::<url::Url>().unwrap().origin().ascii_serialization()).collect()
    }
}

impl Fetched {
    fn is_ok(&self, slot: &str) -> bool {
        matches!(self.outcomes.get(slot), Some(Outcome::Ok { .. }))
    }
}

#[allow(clippy::disallowed_methods)]
fn random() -> [u8; 64] {
    let mut bytes = [0; 64];
    ring::rand::SecureRandom::fill(&ring::rand::SystemRandom::new(), &mut bytes).unwrap();
    bytes
}
