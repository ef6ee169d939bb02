//! Portals as data, and a driver that does what the client does.

use std::collections::{BTreeMap, VecDeque};

use portal::{
    Failure, Method, Request, Response, Tokens,
    fetch::{Action, Cursor, Fetch, Options, Outcome},
    plan::{self, Slot},
    session::Session,
};
use serde_json::{Value, json};

pub const BASE: &str = "https://portal.example/fhir";
/// 2026-03-01T12:00:00Z
pub const NOW: i64 = 1_772_366_400;
pub const NOW_DATE: &str = "Sun, 01 Mar 2026 12:00:00 GMT";

#[derive(Clone)]
pub enum Reply {
    Is(u16, Vec<(&'static str, &'static str)>, String),
    /// As [`Reply::Is`], of bytes that may be no text.
    Bytes(Vec<(&'static str, &'static str)>, Vec<u8>),
    Fails(Failure),
}

pub fn ok(body: &Value) -> Reply {
    Reply::Is(200, vec![], body.to_string())
}

pub fn status(status: u16) -> Reply {
    Reply::Is(status, vec![], String::new())
}

pub fn says(status: u16, words: &str) -> Reply {
    let body = json!({"resourceType": "OperationOutcome", "issue": [{"diagnostics": words}]});
    Reply::Is(status, vec![], body.to_string())
}

pub fn offline() -> Reply {
    Reply::Fails(Failure::Network("no route to host".to_owned()))
}

/// A page of Observations with these ids, and the address of the next.
pub fn page(ids: &[&str], next: Option<&str>) -> Value {
    page_of("Observation", ids, next)
}

pub fn page_of(on: &str, ids: &[&str], next: Option<&str>) -> Value {
    let entry: Vec<Value> =
        ids.iter().map(|id| json!({"resource": {"resourceType": on, "id": id}})).collect();
    let link: Vec<Value> = next.map(|url| json!({"relation": "next", "url": url})).into_iter().collect();
    json!({"resourceType": "Bundle", "type": "searchset", "link": link, "entry": entry})
}

pub fn tokens(change: impl FnOnce(&mut Value)) -> Tokens {
    let mut value = json!({
        "version": 1, "base": BASE, "client_id": "wellkept", "token_endpoint": "https://login.example/token",
        "revocation_endpoint": "https://login.example/revoke", "patient": "p1", "scopes": "patient/*.rs offline_access",
        "obtained_at": NOW, "expires_at": null, "access": "access-0", "refresh": "refresh-0",
    });
    change(&mut value);
    Tokens::decode(value.to_string().as_bytes()).expect("these tokens are sound")
}

/// The slots of these names.
pub fn only(names: &[&str]) -> Vec<Slot> {
    let all = plan::slots(tokens(|_| {}).scopes(), "p1");
    names
        .iter()
        .map(|name| all.iter().find(|slot| slot.name == *name).expect("a slot of the plan").clone())
        .collect()
}

/// The address of the first page of a slot.
pub fn first(name: &str) -> String {
    format!("{BASE}/{}", only(&[name])[0].path)
}

#[derive(Clone, Debug)]
pub struct Logged {
    pub at: i64,
    pub url: String,
    pub token: Option<String>,
    pub body: String,
    pub max_bytes: usize,
}

/// A portal: the first rule whose address fits answers, each reply once, the last one for ever. An address ending in
/// `*` fits all that begin so. What no rule knows is an empty searchset.
#[derive(Default)]
pub struct Portal {
    rules: Vec<(String, VecDeque<Reply>)>,
    accepts: Option<&'static str>,
}

impl Portal {
    pub fn on(mut self, address: &str, replies: impl Into<VecDeque<Reply>>) -> Self {
        self.rules.push((address.to_owned(), replies.into()));
        self
    }

    /// Any other token is answered with 401.
    pub fn accepting(mut self, token: &'static str) -> Self {
        self.accepts = Some(token);
        self
    }

    pub fn answer(&mut self, request: &Request) -> Result<Response, Failure> {
        let url = request.url.as_str();
        let token =
            request.headers.iter().find(|(name, _)| name == "authorization").map(|(_, value)| value.as_str());
        if let (Some(token), Some(accepts)) = (token, self.accepts)
            && token.strip_prefix("Bearer ") != Some(accepts)
        {
            return Ok(Response { status: 401, headers: vec![], body: vec![] });
        }
        let fits = |rule: &str| rule.strip_suffix('*').map_or(rule == url, |start| url.starts_with(start));
        let reply = match self.rules.iter_mut().find(|(rule, _)| fits(rule)) {
            Some((_, replies)) if replies.len() > 1 => replies.pop_front().unwrap(),
            Some((_, replies)) => replies.front().expect("a rule has replies").clone(),
            None => ok(&page(&[], None)),
        };
        let (status, headers, body) = match reply {
            Reply::Fails(failure) => return Err(failure),
            Reply::Is(status, headers, body) => (status, headers, body.into_bytes()),
            Reply::Bytes(headers, body) => (200, headers, body),
        };
        let headers = headers.into_iter().map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
        Ok(Response { status, headers, body })
    }
}

/// What the client would hold after a run.
#[derive(Default)]
pub struct Run {
    pub requests: Vec<Logged>,
    /// Slot, number of the listing, ids.
    pub pages: Vec<(String, u64, Vec<String>)>,
    /// The bytes of what could be read.
    pub bodies: Vec<String>,
    pub said: Vec<String>,
    pub outcomes: BTreeMap<String, Outcome>,
    pub cursors: BTreeMap<String, Cursor>,
    pub chased: BTreeMap<String, Result<Vec<u8>, Outcome>>,
    pub kept: Option<Tokens>,
    pub stores: usize,
    pub sign_in_again: usize,
    pub postponed: usize,
    pub finished: bool,
    pub most_in_flight: usize,
    /// Requests under way and pages that are not committed, at most.
    pub most_at_once: usize,
    pub now: i64,
}

pub struct Driver {
    pub now: i64,
    pub full: bool,
    pub metered: bool,
    /// Stops without a word after so many committed pages.
    pub kill_after: usize,
    /// Answers the newest request first.
    pub newest_first: bool,
    /// Commits a page only when no answer is left to come.
    pub slow: bool,
    pub wanted: Vec<(String, String)>,
    /// What waits are spread by.
    pub seed: Option<u64>,
}

impl Default for Driver {
    fn default() -> Self {
        Self {
            now: NOW,
            full: false,
            metered: false,
            kill_after: usize::MAX,
            newest_first: false,
            slow: false,
            wanted: Vec::new(),
            seed: None,
        }
    }
}

impl Driver {
    pub fn run(&self, portal: &mut Portal, tokens: Tokens, slots: Vec<Slot>, cursors: Vec<Cursor>) -> Run {
        let mut run = Run { now: self.now, ..Run::default() };
        run.cursors = cursors.iter().map(|cursor| (cursor.slot.clone(), cursor.clone())).collect();
        let options = Options { full: self.full, metered: self.metered, now: self.now };
        let mut fetch = Fetch::new(Session::new(tokens), slots, cursors, options);
        if let Some(seed) = self.seed {
            fetch = fetch.jitter(seed);
        }
        run.postponed = fetch.postponed();
        fetch.chase(self.wanted.clone());
        let mut flying: VecDeque<(u64, Request)> = VecDeque::new();
        let mut uncommitted: VecDeque<String> = VecDeque::new();
        for _ in 0..200_000 {
            let actions = fetch.poll(run.now);
            run.most_at_once = run.most_at_once.max(flying.len() + uncommitted.len());
            if actions.is_empty() {
                let next = if self.newest_first { flying.pop_back() } else { flying.pop_front() };
                match (next, uncommitted.pop_front()) {
                    (Some((id, request)), waits) => {
                        fetch.receive(id, portal.answer(&request), run.now);
                        waits.into_iter().for_each(|slot| uncommitted.push_front(slot));
                    }
                    (None, Some(slot)) => fetch.committed(&slot),
                    (None, None) => panic!("the machine waits for an answer that nobody owes it"),
                }
                continue;
            }
            for action in actions {
                match action {
                    Action::Send { id, request } => {
                        run.requests.push(logged(&request, run.now));
                        flying.push_back((id, request));
                        run.most_in_flight = run.most_in_flight.max(flying.len());
                    }
                    Action::StoreTokens(tokens) => {
                        assert!(fetch.poll(run.now).is_empty(), "nothing before the tokens are stored");
                        run.kept = Some(tokens);
                        run.stores += 1;
                        fetch.stored();
                    }
                    Action::Page { slot, entries, said, cursor_after, .. } => {
                        let ids = entries.iter().filter_map(|entry| Some(entry.resource.as_ref().ok()?.id()));
                        run.pages.push((slot.clone(), cursor_after.run, ids.collect()));
                        let sound = entries.iter().filter(|entry| entry.resource.is_ok());
                        run.bodies.extend(sound.map(|entry| String::from_utf8(entry.raw.clone()).unwrap()));
                        run.said.extend(said);
                        run.cursors.insert(slot.clone(), cursor_after);
                        if run.pages.len() >= self.kill_after {
                            return run;
                        }
                        assert!(
                            !uncommitted.contains(&slot),
                            "a page of {slot} before the last one is committed"
                        );
                        match self.slow {
                            true => uncommitted.push_back(slot),
                            false => fetch.committed(&slot),
                        }
                    }
                    Action::SlotDone { slot, outcome, cursor, .. } => {
                        assert!(
                            !uncommitted.contains(&slot),
                            "{slot} ended before its last page is committed"
                        );
                        assert!(run.outcomes.insert(slot.clone(), outcome).is_none(), "{slot} ended twice");
                        run.cursors.extend(cursor.map(|cursor| (slot, cursor)));
                    }
                    Action::Chased { resource_type, id, found, .. } => {
                        let found = found.map(|entry| entry.raw);
                        assert!(run.chased.insert(format!("{resource_type}/{id}"), found).is_none());
                    }
                    Action::SignInAgain => run.sign_in_again += 1,
                    Action::Wait { until } => {
                        assert!(until > run.now, "a wait for the past is a busy loop");
                        match flying.pop_front() {
                            Some((id, request)) => fetch.receive(id, portal.answer(&request), run.now),
                            None => run.now = until,
                        }
                    }
                    Action::Finished => {
                        run.finished = true;
                        return run;
                    }
                }
            }
        }
        panic!("it does not end");
    }
}

impl Run {
    pub fn ids(&self, slot: &str) -> Vec<&str> {
        let pages = self.pages.iter().filter(|(name, ..)| name == slot);
        pages.flat_map(|(_, _, ids)| ids.iter().map(String::as_str)).collect()
    }

    pub fn urls(&self) -> Vec<&str> {
        self.requests.iter().map(|request| request.url.as_str()).collect()
    }

    pub fn asked(&self, start: &str) -> usize {
        self.requests.iter().filter(|request| request.url.starts_with(start)).count()
    }

    pub fn cursors(&self) -> Vec<Cursor> {
        self.cursors.values().cloned().collect()
    }

    pub fn outcome(&self, slot: &str) -> &Outcome {
        self.outcomes.get(slot).unwrap_or_else(|| panic!("{slot} has not ended"))
    }
}

pub fn logged(request: &Request, at: i64) -> Logged {
    let header =
        |name: &str| request.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
    assert_eq!(matches!(request.method, Method::Post | Method::Put), request.body.is_some());
    assert!(request.max_bytes > 0);
    Logged {
        at,
        url: request.url.to_string(),
        max_bytes: request.max_bytes,
        token: header("authorization"),
        body: request.body.clone().map(|body| String::from_utf8(body).unwrap()).unwrap_or_default(),
    }
}
