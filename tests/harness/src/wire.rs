use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use client::platform::Http;
use client::platform::http::ReqwestHttp;
use portal::{Failure, Method, Request, Response};

/// Real HTTP whose every request is written down, with its token.
pub struct Wire {
    http: ReqwestHttp,
    sent: Mutex<Vec<Sent>>,
    blocked: Mutex<Option<String>>,
    slow: Mutex<Option<String>>,
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
            sent: Mutex::default(),
            blocked: Mutex::default(),
            slow: Mutex::default(),
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
            method: if request.method == Method::Get { "GET" } else { "POST" },
            url: request.url.to_string(),
            authorization: header.map(|(_, value)| value.clone()),
            status: None,
        };
        if among(&self.slow, &sent.url) {
            tokio::time::sleep(LATER).await;
        }
        let answer = match among(&self.blocked, &sent.url) {
            true => Err(Failure::Network("no connection to it".to_owned())),
            false => self.http.send(request).await,
        };
        sent.status = answer.as_ref().ok().map(|answer| answer.status);
        self.lock().push(sent);
        answer
    }
}
