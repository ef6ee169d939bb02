use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use client::platform::Http;
use client::platform::http::ReqwestHttp;
use portal::{Failure, Method, Request, Response};

/// Real HTTP whose every request is written down, with its token.
pub struct Wire {
    http: Arc<ReqwestHttp>,
    acts: Mutex<VecDeque<ActFault>>,
    sent: Mutex<Vec<Sent>>,
    blocked: Mutex<Option<String>>,
    slow: Mutex<Option<String>>,
    died: tokio::sync::Notify,
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
    /// No answer in time; it arrives that much later.
    Late(std::time::Duration),
    /// It arrives, and the answer cannot be read.
    Garbled,
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
            http: Arc::new(ReqwestHttp::new().expect("HTTP")),
            acts: Mutex::default(),
            sent: Mutex::default(),
            blocked: Mutex::default(),
            slow: Mutex::default(),
            died: tokio::sync::Notify::new(),
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
        match fault.unwrap_or(ActFault::None) {
            ActFault::None => self.http.send(request).await,
            ActFault::Unsent => Err(Failure::Unsent("no connection to it".to_owned())),
            ActFault::RequestLost => Err(lost()),
            ActFault::AnswerLost => {
                let _ = self.http.send(request).await;
                Err(lost())
            }
            ActFault::Late(by) => {
                let http = self.http.clone();
                tokio::spawn(async move {
                    tokio::time::sleep(by).await;
                    let _ = http.send(request).await;
                });
                Err(Failure::Timeout)
            }
            ActFault::Garbled => {
                let _ = self.http.send(request).await;
                Err(Failure::Garbled)
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
        let header = request.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("authorization"));
        let mut sent = Sent {
            method: match request.method {
                Method::Get => "GET",
                Method::Put => "PUT",
                Method::Post | Method::Delete => "POST",
            },
            url: request.url.to_string(),
            authorization: header.map(|(_, value)| value.clone()),
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
