//! HTTP through `reqwest`, with rustls on ring and the system's own certificates.

use std::time::Duration;

use async_trait::async_trait;
use portal::{Failure, Method, Request, Response};

use super::Http;

/// How long a connection may take to open.
const CONNECT: Duration = Duration::from_secs(15);
/// How long a whole answer may take.
const WHOLE: Duration = Duration::from_secs(90);

/// A client that follows no redirect, keeps no cookie and sends no referrer.
pub struct ReqwestHttp {
    client: reqwest::Client,
}

impl ReqwestHttp {
    /// Makes the client.
    ///
    /// # Errors
    /// When TLS cannot be set up on this device.
    pub fn new() -> Result<Self, Failure> {
        // A second install in one process fails harmlessly: the first stays.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .connect_timeout(CONNECT)
            .timeout(WHOLE)
            .min_tls_version(reqwest::tls::Version::TLS_1_2)
            .user_agent(concat!("Wellkept/", env!("CARGO_PKG_VERSION")))
            .no_proxy()
            .build()
            .map_err(|_| Failure::Network("TLS could not be set up".to_owned()))?;
        Ok(Self { client })
    }
}

#[async_trait]
impl Http for ReqwestHttp {
    async fn send(&self, request: Request) -> Result<Response, Failure> {
        let mut builder = match request.method {
            Method::Get => self.client.get(request.url.clone()),
            Method::Post => self.client.post(request.url.clone()),
        };
        for (name, value) in &request.headers {
            builder = builder.header(name, value);
        }
        if let Some(body) = request.body {
            builder = builder.body(body);
        }
        let answer = builder.send().await.map_err(|error| failure(&error))?;
        read(answer, request.max_bytes).await
    }
}

async fn read(mut answer: reqwest::Response, max_bytes: usize) -> Result<Response, Failure> {
    let status = answer.status().as_u16();
    let headers = answer
        .headers()
        .iter()
        .filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())))
        .collect();
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|error| failure(&error))? {
        if body.len() + chunk.len() > max_bytes {
            return Err(Failure::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Response { status, headers, body })
}

/// Words for a person; the address, which may hold a patient's id, is left out.
fn failure(error: &reqwest::Error) -> Failure {
    if error.is_timeout() {
        return Failure::Timeout;
    }
    let words = if error.is_connect() {
        "no connection to it"
    } else if error.is_body() || error.is_decode() {
        "the answer broke off"
    } else {
        "the connection failed"
    };
    Failure::Network(words.to_owned())
}
