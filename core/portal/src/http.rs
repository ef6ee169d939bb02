use std::{fmt, time::UNIX_EPOCH};

use url::Url;

/// Discovery, token and revocation answers.
pub(crate) const SMALL: usize = 1 << 20;
/// A capability statement.
pub(crate) const METADATA: usize = 16 << 20;
/// A page of a listing, or one resource.
pub(crate) const PAGE: usize = 32 << 20;

/// HTTP method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// GET
    Get,
    /// POST
    Post,
}

/// A request to perform. Redirects must not be followed: hand back the 3xx. `Debug` shows the method and the host only.
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    /// GET or POST.
    pub method: Method,
    /// Where to.
    pub url: Url,
    /// Name and value of each header. May hold a token.
    pub headers: Vec<(String, String)>,
    /// The body of a POST. May hold a token.
    pub body: Option<Vec<u8>>,
    /// The most bytes of the answer's body, counted after decompression. When there are more, stop reading and hand
    /// back [`Failure::TooLarge`].
    pub max_bytes: usize,
}

/// What came back, whatever its status. `Debug` shows the status and the length only.
#[derive(Clone, PartialEq, Eq)]
pub struct Response {
    /// HTTP status.
    pub status: u16,
    /// Name and value of each header; names in any case.
    pub headers: Vec<(String, String)>,
    /// The body, decompressed.
    pub body: Vec<u8>,
}

/// Why nothing came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// Not reached: no network, no such host, TLS refused, connection lost. In plain words.
    Network(String),
    /// More than `max_bytes`.
    TooLarge,
    /// No whole answer in time.
    Timeout,
}

impl Request {
    pub(crate) fn get(url: Url, accept: &str, max_bytes: usize) -> Self {
        let headers = vec![("accept".to_owned(), accept.to_owned())];
        Self { method: Method::Get, url, headers, body: None, max_bytes }
    }

    pub(crate) fn fhir(url: Url, max_bytes: usize) -> Self {
        Self::get(url, "application/fhir+json", max_bytes)
    }

    /// An `application/x-www-form-urlencoded` POST (RFC 6749, section 4.1.3).
    pub(crate) fn form(url: Url, fields: &[(&str, &str)]) -> Self {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let headers = vec![
            ("accept".to_owned(), "application/json".to_owned()),
            ("content-type".to_owned(), "application/x-www-form-urlencoded".to_owned()),
        ];
        Self { method: Method::Post, url, headers, body: Some(body.into_bytes()), max_bytes: SMALL }
    }
}

impl Response {
    pub(crate) fn ok(&self) -> bool {
        (200..300).contains(&self.status)
    }

    pub(crate) fn redirect(&self) -> bool {
        (300..400).contains(&self.status)
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    }

    /// The `Date` header as Unix seconds.
    pub(crate) fn date(&self) -> Option<i64> {
        unix(self.header("date")?)
    }

    /// The instant that `Retry-After` names (RFC 9110, section 10.2.3), no more than `cap` seconds ahead and at least 1.
    pub(crate) fn retry_at(&self, now: i64, cap: i64) -> Option<i64> {
        let value = self.header("retry-after")?;
        let seconds = match value.parse::<u64>() {
            Ok(seconds) => i64::try_from(seconds).unwrap_or(i64::MAX),
            // Measured by the portal's own clock where it gives one.
            Err(_) => unix(value)?.saturating_sub(self.date().unwrap_or(now)),
        };
        Some(now.saturating_add(seconds.clamp(1, cap)))
    }
}

impl Failure {
    pub(crate) fn words(&self) -> String {
        match self {
            Self::Network(words) => crate::clean(words),
            Self::TooLarge => "the answer is too large".to_owned(),
            Self::Timeout => "no answer in time".to_owned(),
        }
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Request({:?} {})", self.method, self.url.origin().ascii_serialization())
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Response({}, {} bytes)", self.status, self.body.len())
    }
}

fn unix(http_date: &str) -> Option<i64> {
    let time = httpdate::parse_http_date(http_date).ok()?;
    i64::try_from(time.duration_since(UNIX_EPOCH).ok()?.as_secs()).ok()
}
