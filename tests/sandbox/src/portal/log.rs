use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use axum::body::HttpBody;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use serde::{Deserialize, Serialize};

use super::Portal;
use super::acts::Lost;
use crate::cut::Scissors;

/// One request that the portal got.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Logged {
    /// `GET`, `POST` or `PUT`.
    pub method: String,
    /// The path with its query.
    pub path: String,
    /// The `Host` header: shows who followed a link to another origin.
    pub host: String,
    /// Whether it carried an `Authorization` header.
    pub token: bool,
    /// The status it was answered with; 0 where the connection broke off.
    pub status: u16,
    /// Bytes of the answer's body; 0 where that is not known before it is sent.
    #[serde(default)]
    pub bytes: u64,
}

/// Writes each request into the log, and the portal's own time into each answer.
pub(crate) async fn record(State(portal): State<Arc<Portal>>, request: Request, next: Next) -> Response {
    let scissors = request.extensions().get::<ConnectInfo<Scissors>>().cloned();
    let headers = request.headers();
    let mut logged = Logged {
        method: request.method().to_string(),
        path: request.uri().path_and_query().map(ToString::to_string).unwrap_or_default(),
        host: text(headers, &header::HOST),
        token: headers.contains_key(header::AUTHORIZATION),
        status: 0,
        bytes: 0,
    };
    let mut response = next.run(request).await;
    logged.status = response.status().as_u16();
    if let (Some(Lost), Some(ConnectInfo(scissors))) = (response.extensions().get(), scissors) {
        scissors.cut();
        logged.status = 0;
    }
    logged.bytes = response.body().size_hint().exact().unwrap_or(0);
    if !logged.path.starts_with("/_sandbox/") {
        portal.lock().log.push(logged);
    }
    let now = Duration::from_secs(u64::try_from(portal.clock().now()).unwrap_or(0));
    if let Ok(date) = HeaderValue::from_str(&httpdate::fmt_http_date(UNIX_EPOCH + now)) {
        response.headers_mut().insert(header::DATE, date);
    }
    response
}

pub(super) fn text(headers: &HeaderMap, name: &header::HeaderName) -> String {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
}
