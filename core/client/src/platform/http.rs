//! HTTP through `reqwest`, with rustls on ring and the system's own certificates.

use std::error::Error;
use std::time::Duration;

use async_trait::async_trait;
use portal::{Failure, Method, Request, Response};
use tokio::time::{Instant, timeout};

use super::Http;

/// How long a portal is waited for. An answer may take its time on a slow line, as long as it comes.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// For a connection to open.
    pub connect: Duration,
    /// For an answer to begin.
    pub answer: Duration,
    /// For the next bytes of it.
    pub pause: Duration,
    /// After the first pause's time an answer must have come at so many bytes a second.
    pub floor: u32,
    /// For the whole of it.
    pub whole: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(15),
            answer: Duration::from_secs(60),
            pause: Duration::from_secs(30),
            floor: 1_024,
            whole: Duration::from_secs(600),
        }
    }
}

/// A client that follows no redirect, keeps no cookie and sends no referrer.
pub struct ReqwestHttp {
    client: reqwest::Client,
    patience: Patience,
}

impl ReqwestHttp {
    /// Makes the client.
    ///
    /// # Errors
    /// When TLS cannot be set up on this device.
    pub fn new() -> Result<Self, Failure> {
        Self::with(Patience::default())
    }

    /// As [`ReqwestHttp::new`], with another patience.
    ///
    /// # Errors
    /// When TLS cannot be set up on this device.
    pub fn with(patience: Patience) -> Result<Self, Failure> {
        // A second install in one process fails harmlessly: the first stays.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .connect_timeout(patience.connect)
            .timeout(patience.whole)
            .min_tls_version(reqwest::tls::Version::TLS_1_2)
            .user_agent(concat!("Wellkept/", env!("CARGO_PKG_VERSION")))
            .no_proxy()
            .build()
            .map_err(|_| Failure::Network("TLS could not be set up".to_owned()))?;
        Ok(Self { client, patience })
    }
}

#[async_trait]
impl Http for ReqwestHttp {
    async fn send(&self, request: Request) -> Result<Response, Failure> {
        let mut builder = match request.method {
            Method::Get => self.client.get(request.url.clone()),
            Method::Post => self.client.post(request.url.clone()),
            Method::Put => self.client.put(request.url.clone()),
            Method::Delete => self.client.delete(request.url.clone()),
        };
        for (name, value) in &request.headers {
            builder = builder.header(name, value);
        }
        if let Some(body) = request.body {
            builder = builder.body(body);
        }
        let answer = timeout(self.patience.answer, builder.send()).await.map_err(|_| Failure::Timeout)?;
        let answer = answer.map_err(|error| failure(&error))?;
        read(answer, request.max_bytes, self.patience).await
    }
}

async fn read(
    mut answer: reqwest::Response,
    max_bytes: usize,
    patience: Patience,
) -> Result<Response, Failure> {
    let status = answer.status().as_u16();
    let headers = answer
        .headers()
        .iter()
        .filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())))
        .collect();
    let mut body = Vec::new();
    let began = Instant::now();
    loop {
        let chunk = timeout(patience.pause, answer.chunk()).await.map_err(|_| Failure::Timeout)?;
        let Some(chunk) = chunk.map_err(|error| failure(&error))? else { break };
        if body.len() + chunk.len() > max_bytes {
            return Err(Failure::TooLarge);
        }
        body.extend_from_slice(&chunk);
        let took = began.elapsed();
        if took > patience.pause && (body.len() as f64) < took.as_secs_f64() * f64::from(patience.floor) {
            return Err(Failure::Timeout);
        }
    }
    Ok(Response { status, headers, body })
}

/// Words for a person; the address, which may hold a patient's id, is left out.
fn failure(error: &reqwest::Error) -> Failure {
    // No connection could be made, so nothing was sent. One that was kept and turns out closed is no such case.
    if error.is_connect() {
        return Failure::Unsent("no connection to it".to_owned());
    }
    if error.is_timeout() {
        return Failure::Timeout;
    }
    if is_garbled(error) {
        return Failure::Garbled;
    }
    let words =
        if error.is_body() || error.is_decode() { "the answer broke off" } else { "the connection failed" };
    Failure::Network(words.to_owned())
}

/// Whether something answered, and not in HTTP.
fn is_garbled(error: &reqwest::Error) -> bool {
    let mut cause: Option<&(dyn Error + 'static)> = error.source();
    while let Some(error) = cause {
        if error.downcast_ref::<hyper::Error>().is_some_and(|error| error.is_parse()) {
            return true;
        }
        cause = error.source();
    }
    false
}
