use std::{fmt, time::UNIX_EPOCH};

use encoding_rs::{Encoding, UTF_8};
use serde_json::Value;
use url::Url;

use crate::{Base, key::BY_SIGNATURE};

/// Discovery, token and revocation answers.
pub(crate) const SMALL: usize = 1 << 20;
/// A capability statement.
pub(crate) const METADATA: usize = 8 << 20;
/// A page of a listing. What is held of it at once (the answer, each resource, what it parses to) is several times as
/// much, and four are under way.
pub(crate) const PAGE: usize = 8 << 20;
/// One resource.
pub(crate) const ONE: usize = 16 << 20;

/// The most JSON values of one answer. What they parse to takes some two hundred bytes for each.
pub(crate) const MOST_VALUES: usize = 200_000;
/// Stands in a damaged text for what was no text: no letter, and never in sound text.
pub(crate) const DAMAGE: char = '\u{10ffff}';

/// FHIR as JSON (FHIR R4, 3.1.0.1.10).
const FHIR: &str = "application/fhir+json";

/// What is said of an answer that is no HTTP.
pub(crate) const GARBLED: &str = "its answer cannot be read";

/// Seconds by which clocks may differ.
const HARMLESS: i64 = 30;

/// HTTP method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// GET
    Get,
    /// POST
    Post,
    /// PUT
    Put,
    /// DELETE
    Delete,
}

/// A request to perform. Redirects must not be followed: hand back the 3xx. `Debug` shows the method and the host only.
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    /// GET, POST, PUT or DELETE.
    pub method: Method,
    /// Where to.
    pub url: Url,
    /// Name and value of each header. May hold a token.
    pub headers: Vec<(String, String)>,
    /// The body of a POST or a PUT. May hold a token.
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

/// A body as text.
pub(crate) enum Text<'a> {
    /// UTF-8, as it came.
    Exact(&'a [u8]),
    /// Decoded as the portal says it is encoded.
    Decoded(String),
    /// Not all of it is text: [`DAMAGE`] stands where it is none.
    Damaged(String),
}

/// Why nothing came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// Not reached: no network, no such host, TLS refused, connection lost. In plain words.
    Network(String),
    /// Not reached, and no byte of the request left: no such host, no connection, TLS refused. In plain words. It was
    /// certainly not received.
    Unsent(String),
    /// More than `max_bytes`.
    TooLarge,
    /// No whole answer in time.
    Timeout,
    /// Something answered, and not in HTTP: broken headers, say. The network is there.
    Garbled,
}

impl Request {
    pub(crate) fn get(url: Url, accept: &str, max_bytes: usize) -> Self {
        let headers = vec![("accept".to_owned(), accept.to_owned())];
        Self { method: Method::Get, url, headers, body: None, max_bytes }
    }

    pub(crate) fn fhir(url: Url, max_bytes: usize) -> Self {
        Self::get(url, FHIR, max_bytes)
    }

    /// What any portal answers somehow, without a token and in a few bytes: whether it can be reached.
    pub fn knock(base: &Base) -> Option<Self> {
        let url = base.at(".well-known/smart-configuration").ok()?;
        Some(Self::get(url, "application/json", SMALL))
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

    /// The same, with a signed word of the client where there is one (RFC 7523, section 2.2).
    pub(crate) fn signed_form(url: Url, fields: &[(&str, &str)], assertion: Option<&str>) -> Self {
        let Some(assertion) = assertion else { return Self::form(url, fields) };
        let proof = [("client_assertion_type", BY_SIGNATURE), ("client_assertion", assertion)];
        Self::form(url, &[fields, &proof].concat())
    }

    /// A POST of JSON.
    pub(crate) fn json(url: Url, value: &Value) -> Self {
        let headers = vec![
            ("accept".to_owned(), "application/json".to_owned()),
            ("content-type".to_owned(), "application/json".to_owned()),
        ];
        let body = Some(value.to_string().into_bytes());
        Self { method: Method::Post, url, headers, body, max_bytes: SMALL }
    }

    /// A POST of FHIR: a create, an operation or a transaction (FHIR R4, RESTful API).
    pub(crate) fn post_fhir(url: Url, body: Vec<u8>, max_bytes: usize) -> Self {
        let form = [("content-type", FHIR), ("prefer", "return=representation")];
        let mut request = Self { method: Method::Post, body: Some(body), ..Self::fhir(url, max_bytes) };
        request.headers.extend(form.map(|(name, value)| (name.to_owned(), value.to_owned())));
        request
    }

    /// An update.
    pub(crate) fn put_fhir(url: Url, body: Vec<u8>, max_bytes: usize) -> Self {
        Self { method: Method::Put, ..Self::post_fhir(url, body, max_bytes) }
    }

    /// With one more header. The value is printable ASCII.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn delete(url: Url) -> Self {
        Self { method: Method::Delete, ..Self::get(url, "application/json", SMALL) }
    }

    /// With a token. Whoever calls this has made sure that it may go there.
    pub(crate) fn bearing(mut self, token: &str) -> Self {
        self.headers.push(("authorization".to_owned(), format!("Bearer {token}")));
        self
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

    /// The body as text. JSON is UTF-8 (RFC 8259, section 8.1); portals that send something else and say so are understood.
    pub(crate) fn text(&self) -> Text<'_> {
        let marked = Encoding::for_bom(&self.body).map(|(encoding, _)| encoding);
        if std::str::from_utf8(&self.body).is_ok() {
            return Text::Exact(&self.body);
        }
        let said = marked.or_else(|| self.charset()).filter(|encoding| *encoding != UTF_8);
        if let Some((text, _, false)) = said.map(|encoding| encoding.decode(&self.body)) {
            return Text::Decoded(text.into_owned());
        }
        let mut text = String::with_capacity(self.body.len());
        for chunk in self.body.utf8_chunks() {
            text.push_str(chunk.valid());
            if !chunk.invalid().is_empty() {
                text.push(DAMAGE);
            }
        }
        Text::Damaged(text)
    }

    fn charset(&self) -> Option<&'static Encoding> {
        let parameters = self.header("content-type")?.split(';').skip(1);
        let named = parameters.filter_map(|one| one.split_once('='));
        let (_, label) = named.into_iter().find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"))?;
        Encoding::for_label(label.trim().trim_matches('"').as_bytes())
    }

    /// The `Date` header as Unix seconds.
    pub(crate) fn date(&self) -> Option<i64> {
        unix(self.header("date")?)
    }

    /// How far the portal's clock is ahead of `now`, in seconds; a difference that does no harm counts as none.
    pub(crate) fn ahead(&self, now: i64) -> i64 {
        // An answer out of a cache says how old it is (RFC 9111, section 5.1).
        let age = self.header("age").and_then(|age| age.parse::<u32>().ok()).map_or(0, i64::from);
        let ahead = self.date().map_or(0, |date| date.saturating_add(age).saturating_sub(now));
        if ahead.saturating_abs() <= HARMLESS { 0 } else { ahead }
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
            Self::Network(words) | Self::Unsent(words) => crate::clean(words),
            Self::TooLarge => "the answer is too large".to_owned(),
            Self::Timeout => "no answer in time".to_owned(),
            Self::Garbled => GARBLED.to_owned(),
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

/// How many values JSON text holds at most, counted without reading it.
pub(crate) fn values(json: &[u8]) -> usize {
    let (mut count, mut in_text, mut escaped) = (0_usize, false, false);
    for byte in json {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            b',' | b'[' | b'{' if !in_text => count += 1,
            _ => {}
        }
    }
    count
}

fn unix(http_date: &str) -> Option<i64> {
    let time = httpdate::parse_http_date(http_date).ok()?;
    i64::try_from(time.duration_since(UNIX_EPOCH).ok()?.as_secs()).ok()
}
