use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use client::platform::Http;
use client::platform::http::ReqwestHttp;
use portal::{Failure, Method, Request, Response};

/// Real HTTP whose every request is written down, with its token.
pub struct Wire {
    http: ReqwestHttp,
    acts: Mutex<VecDeque<ActFault>>,
    sent: Mutex<Vec<Sent>>,
    blocked: Mutex<Option<String>>,
    slow: Mutex<Option<String>>,
    late: Mutex<Vec<Request>>,
    died: tokio::sync::Notify,
    waits: tokio::sync::Notify,
    goes_on: tokio::sync::Notify,
    written: Mutex<Vec<Written>>,
}

/// A request that wrote FHIR, as it left the device.
#[derive(Clone, PartialEq, Eq)]
pub struct Written {
    /// The whole address.
    pub url: String,
    /// Its condition (`If-None-Exist`), if it had one.
    pub unless: Option<String>,
    /// What it said.
    pub body: Vec<u8>,
}

/// What becomes of a request that writes FHIR at a portal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActFault {
    /// Nothing.
    None,
    /// No connection can be made: surely nothing arrives.
    Unsent,
    /// The connection is lost before it arrives.
    RequestLost,
    /// It arrives, and the answer is lost.
    AnswerLost,
    /// No answer in time; it arrives with [`Wire::arrive`].
    Late,
    /// Something on the way sends it a second time: both arrive, and the second answer is the one that comes.
    Twice,
    /// It arrives, and the answer cannot be read.
    Garbled,
    /// It waits on its way until [`Wire::go_on`]; [`Wire::waits`] ends when it does.
    Waits,
    /// The device dies before it arrives: [`Wire::died`], and nothing more comes of it.
    DiesBefore,
    /// The device dies when it has arrived.
    DiesAfter,
}

/// How much later the answers of slow addresses come: later than all others under way.
const LATER: std::time::Duration = std::time::Duration::from_millis(400);

/// One request as it left the device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// The whole address.
    pub url: String,
    /// The `Authorization` header, if it had one.
    pub authorization: Option<String>,
    /// The answer's status; none when there was no answer.
    pub status: Option<u16>,
}

impl Wire {
    /// A wire that nothing has gone over.
    ///
    /// # Panics
    /// When TLS cannot be set up.
    #[must_use]
    pub fn new() -> Self {
        Self {
            http: ReqwestHttp::new().expect("HTTP"),
            acts: Mutex::default(),
            sent: Mutex::default(),
            blocked: Mutex::default(),
            slow: Mutex::default(),
            late: Mutex::default(),
            died: tokio::sync::Notify::new(),
            waits: tokio::sync::Notify::new(),
            goes_on: tokio::sync::Notify::new(),
            written: Mutex::default(),
        }
    }

    /// Every request so far, in the order of the answers.
    #[must_use]
    pub fn sent(&self) -> Vec<Sent> {
        self.lock().clone()
    }

    /// Starts anew.
    pub fn forget(&self) {
        self.lock().clear();
    }

    /// From now on the network is lost for addresses that hold this text; with `None`, for none.
    pub fn block(&self, part: Option<&str>) {
        *self.blocked.lock().unwrap_or_else(PoisonError::into_inner) = part.map(str::to_owned);
    }

    /// From now on answers from addresses that hold this text come late; with `None`, none.
    pub fn slow(&self, part: Option<&str>) {
        *self.slow.lock().unwrap_or_else(PoisonError::into_inner) = part.map(str::to_owned);
    }

    /// What becomes of the next requests that write FHIR, one after the other; after them, nothing.
    pub fn act_faults(&self, faults: &[ActFault]) {
        *self.acts.lock().unwrap_or_else(PoisonError::into_inner) = faults.iter().copied().collect();
    }

    /// Faults that nothing has run into yet.
    #[must_use]
    pub fn faults_left(&self) -> usize {
        self.acts.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Every request so far that wrote FHIR, in the order of sending.
    #[must_use]
    pub fn written(&self) -> Vec<Written> {
        self.written.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Ends when a request waits on its way.
    pub async fn waits(&self) {
        self.waits.notified().await;
    }

    /// It goes on.
    pub fn go_on(&self) {
        self.goes_on.notify_one();
    }

    /// What was held up on its way arrives now.
    pub async fn arrive(&self) {
        let late = std::mem::take(&mut *self.late.lock().unwrap_or_else(PoisonError::into_inner));
        for request in late {
            let _ = self.http.send(request).await;
        }
    }

    /// Ends when the device is to die: whoever drives it then drops it with what it was doing.
    pub async fn died(&self) {
        self.died.notified().await;
    }

    async fn dies(&self) -> Result<Response, Failure> {
        self.died.notify_one();
        std::future::pending().await
    }

    async fn act(&self, request: Request) -> Result<Response, Failure> {
        let fault = self.acts.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        let lost = || Failure::Network("the connection failed".to_owned());
        self.written.lock().unwrap_or_else(PoisonError::into_inner).push(Written {
            url: request.url.to_string(),
            unless: header(&request, "if-none-exist"),
            body: request.body.clone().unwrap_or_default(),
        });
        match fault.unwrap_or(ActFault::None) {
            ActFault::None => self.http.send(request).await,
            ActFault::Unsent => Err(Failure::Unsent("no connection to it".to_owned())),
            ActFault::RequestLost => Err(lost()),
            ActFault::AnswerLost => {
                let _ = self.http.send(request).await;
                Err(lost())
            }
            ActFault::Late => {
                self.late.lock().unwrap_or_else(PoisonError::into_inner).push(request);
                Err(Failure::Timeout)
            }
            ActFault::Twice => {
                let _ = self.http.send(request.clone()).await;
                self.http.send(request).await
            }
            ActFault::Garbled => {
                let _ = self.http.send(request).await;
                Err(Failure::Garbled)
            }
            ActFault::Waits => {
                self.waits.notify_one();
                self.goes_on.notified().await;
                self.http.send(request).await
            }
            ActFault::DiesBefore => self.dies().await,
            ActFault::DiesAfter => {
                let _ = self.http.send(request).await;
                self.dies().await
            }
        }
    }

    /// Every token that was sent to addresses that begin so, each once, oldest first.
    #[must_use]
    pub fn tokens(&self, address: &str) -> Vec<String> {
        let mut tokens = Vec::new();
        for sent in self.lock().iter().filter(|sent| sent.url.starts_with(address)) {
            if let Some(token) = sent.authorization.as_ref().filter(|token| !tokens.contains(*token)) {
                tokens.push(token.clone());
            }
        }
        tokens
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Sent>> {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn header(request: &Request, name: &str) -> Option<String> {
    let found = request.headers.iter().find(|(one, _)| one.eq_ignore_ascii_case(name));
    found.map(|(_, value)| value.clone())
}

fn among(parts: &Mutex<Option<String>>, url: &str) -> bool {
    parts.lock().unwrap_or_else(PoisonError::into_inner).as_ref().is_some_and(|part| url.contains(part))
}

fn writes_fhir(request: &Request) -> bool {
    let fhir = |(name, value): &(String, String)| {
        name.eq_ignore_ascii_case("content-type") && value.starts_with("application/fhir+json")
    };
    request.method != Method::Get && request.headers.iter().any(fhir)
}

impl Default for Wire {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl Http for Wire {
    async fn send(&self, request: Request) -> Result<Response, Failure> {
        let mut sent = Sent {
            method: match request.method {
                Method::Get => "GET",
                Method::Put => "PUT",
                Method::Post | Method::Delete => "POST",
            },
            url: request.url.to_string(),
            authorization: header(&request, "authorization"),
            status: None,
        };
        if among(&self.slow, &sent.url) {
            tokio::time::sleep(LATER).await;
        }
        let answer = match among(&self.blocked, &sent.url) {
            true => Err(Failure::Unsent("no connection to it".to_owned())),
            false if writes_fhir(&request) => self.act(request).await,
            false => self.http.send(request).await,
        };
        sent.status = answer.as_ref().ok().map(|answer| answer.status);
        self.lock().push(sent);
        answer
    }
}
