//! Searches: what fits, kept as it was at the first page, in pages made of the stored bytes.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};

use super::grants::Grant;
use super::scopes::{Access, Act, access};
use super::{Inner, answer};
use crate::world::index::{Index, date_matches};
use crate::world::{Stored, stamp_text};
use crate::{Quirk, shell};

const COUNT: usize = 50;
const MOST: usize = 200;
/// How many searches are kept; the oldest is forgotten.
const KEPT: usize = 1000;
const PAGE: &str = "_getpages";
/// Parameters that are accepted and change nothing.
const SILENT: &[&str] = &["_format", "_pretty", "_count", PAGE];

type Refusal = Box<Response>;

/// One search request.
pub(super) struct Asked<'a> {
    pub(super) base: &'a str,
    pub(super) resource_type: &'a str,
    pub(super) pairs: &'a [(String, String)],
    pub(super) grant: &'a Grant,
    pub(super) now: i64,
}

#[derive(Debug, Default)]
pub(super) struct Searches {
    known: BTreeMap<String, Arc<Found>>,
    order: VecDeque<String>,
}

/// What a search found, as it was then.
#[derive(Debug)]
struct Found {
    name: String,
    grant: u64,
    resource_type: String,
    count: usize,
    at: i64,
    items: Vec<Item>,
    ignored: Vec<String>,
}

#[derive(Debug)]
struct Item {
    full_url: String,
    bytes: Arc<[u8]>,
}

/// Answers a search, or one further page of an earlier one.
pub(super) fn run(inner: &mut Inner, asked: &Asked<'_>) -> Result<Response, Refusal> {
    let access = access(&asked.grant.scopes, asked.resource_type, Act::Search);
    if access == Access::Denied {
        return Err(refuse(403, "forbidden", &format!("no scope to search {}", asked.resource_type)));
    }
    if let Some(token) = answer::single(asked.pairs, PAGE) {
        return further(inner, asked, token);
    }
    check(inner, asked)?;
    let mut items = Vec::new();
    for stored in inner.world.of_type(asked.resource_type, &asked.grant.patient) {
        if access.allows(&stored.index) && fits(stored, asked)? {
            items.push(item(inner, asked, stored));
        }
    }
    if asked.resource_type == "Observation" && inner.quirks.contains(&Quirk::OtherPerson) {
        items.insert(0, somebody_else(inner, asked));
    }
    let count = answer::single(asked.pairs, "_count").map(str::parse::<usize>);
    let count = match count {
        None => COUNT,
        Some(Ok(count)) => count.min(MOST),
        Some(Err(_)) => return Err(refuse(400, "invalid", "_count is not a number")),
    };
    let found = Arc::new(Found {
        name: shell::random_name().map_err(|error| Box::new(answer::broken(&error)))?,
        grant: asked.grant.id,
        resource_type: asked.resource_type.to_owned(),
        count,
        at: asked.now,
        items,
        ignored: ignored(asked.pairs),
    });
    inner.searches.keep(Arc::clone(&found));
    Ok(page(inner, asked.base, &found, 0))
}

fn further(inner: &mut Inner, asked: &Asked<'_>, token: &str) -> Result<Response, Refusal> {
    let unknown = || refuse(404, "not-found", "no such page any more");
    let (name, offset) = read_token(token).ok_or_else(unknown)?;
    let found = inner.searches.known.get(&name).cloned().ok_or_else(unknown)?;
    if found.grant != asked.grant.id || found.resource_type != asked.resource_type {
        return Err(refuse(403, "forbidden", "the page belongs to another grant"));
    }
    let second = offset == found.count;
    if second && inner.quirks.contains(&Quirk::Throttled) && inner.once.throttled.insert(token.to_owned()) {
        let mut refusal = refuse(429, "throttled", "too many requests");
        refusal.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        return Err(refusal);
    }
    if offset >= found.items.len() && inner.quirks.contains(&Quirk::NextFails) {
        return Err(refuse(500, "exception", "the page is beyond the end"));
    }
    Ok(page(inner, asked.base, &found, offset))
}

/// The parameters that can be wrong, and the quirks that refuse right ones.
fn check(inner: &Inner, asked: &Asked<'_>) -> Result<(), Refusal> {
    let has = |wanted: &str| asked.pairs.iter().any(|(name, _)| name == wanted);
    if has("_lastUpdated") && inner.quirks.contains(&Quirk::NoLastUpdated) {
        return Err(refuse(400, "not-supported", "_lastUpdated is not supported"));
    }
    let bare = asked.resource_type == "Observation" && !has("category") && !has("_id") && !has("code");
    if bare && inner.quirks.contains(&Quirk::CategoryRequired) {
        return Err(refuse(400, "required", "category or code is required"));
    }
    let patients = asked.pairs.iter().filter(|(name, _)| name == "patient" || name == "subject");
    for (_, value) in patients {
        if value.strip_prefix("Patient/").unwrap_or(value) != asked.grant.patient {
            return Err(refuse(403, "forbidden", "the token is for another patient"));
        }
    }
    Ok(())
}

fn fits(stored: &Stored, asked: &Asked<'_>) -> Result<bool, Refusal> {
    let bad_date = || refuse(400, "invalid", "a date cannot be read");
    for (name, value) in asked.pairs {
        let fits = match name.as_str() {
            "_id" => value.split(',').any(|id| id == stored.key.1),
            "_lastUpdated" => {
                let second = (stored.last_updated, stored.last_updated.saturating_add(1));
                date_matches(second, value).ok_or_else(bad_date)?
            }
            "date" => {
                // The value is read even when the resource has no date, so that a bad one is always refused.
                let range = stored.index.date();
                let matches = date_matches(range.unwrap_or_default(), value).ok_or_else(bad_date)?;
                range.is_some() && matches
            }
            name if Index::is_token(name) => stored.index.has(name, value),
            _ => true,
        };
        if !fits {
            return Ok(false);
        }
    }
    Ok(true)
}

fn ignored(pairs: &[(String, String)]) -> Vec<String> {
    let known = ["patient", "subject", "_id", "_lastUpdated", "date"];
    let is_known = |name: &str| known.contains(&name) || SILENT.contains(&name) || Index::is_token(name);
    pairs.iter().map(|(name, _)| name.clone()).filter(|name| !is_known(name)).collect()
}

/// The bundle of one page, made of the resources' own bytes.
fn page(inner: &Inner, base: &str, found: &Found, offset: usize) -> Response {
    let end = offset.saturating_add(found.count).min(found.items.len());
    let items = found.items.get(offset..end).unwrap_or_default();
    let mut links = vec![json!({"relation": "self", "url": link(base, found, offset)})];
    if let Some(next) = next_link(inner, base, found, offset, end) {
        links.push(json!({"relation": "next", "url": next}));
    }
    let mut entries: Vec<Vec<u8>> = items.iter().map(entry).collect();
    if offset == 0 && !found.ignored.is_empty() {
        entries.push(notice(&found.ignored));
    }
    let mut body = format!(
        "{{\"resourceType\":\"Bundle\",\"id\":{},\"meta\":{{\"lastUpdated\":\"{}\"}},\"type\":\"searchset\",\"total\":{},\
         \"link\":{}",
        Value::from(format!("{}-{offset}", found.name.replace('_', "."))),
        stamp_text(found.at),
        found.items.len(),
        Value::from(links)
    )
    .into_bytes();
    if !entries.is_empty() {
        body.extend_from_slice(b",\"entry\":[");
        body.extend(entries.join(&b','));
        body.push(b']');
    }
    body.push(b'}');
    answer::fhir(StatusCode::OK, body)
}

fn next_link(inner: &Inner, base: &str, found: &Found, offset: usize, end: usize) -> Option<String> {
    let on = |quirk: &Quirk| inner.quirks.contains(quirk);
    let more = end < found.items.len() && found.count > 0;
    let next = match (more, on(&Quirk::NextFails)) {
        (true, _) if on(&Quirk::NextLoops) => link(base, found, offset),
        (true, _) | (false, true) => link(base, found, end.max(offset.saturating_add(1))),
        (false, false) => return None,
    };
    Some(if on(&Quirk::NextOtherHost) { next.replacen("127.0.0.1", "localhost", 1) } else { next })
}

fn entry(item: &Item) -> Vec<u8> {
    let mut entry =
        format!("{{\"fullUrl\":{},\"resource\":", Value::from(item.full_url.as_str())).into_bytes();
    entry.extend_from_slice(&item.bytes);
    entry.extend_from_slice(b",\"search\":{\"mode\":\"match\"}}");
    entry
}

fn notice(ignored: &[String]) -> Vec<u8> {
    let text = format!("ignored: {}", ignored.join(", "));
    let issue = json!({"severity": "warning", "code": "not-supported", "diagnostics": text});
    let outcome = json!({"resourceType": "OperationOutcome", "issue": [issue]});
    json!({"resource": outcome, "search": {"mode": "outcome"}}).to_string().into_bytes()
}

fn item(inner: &Inner, asked: &Asked<'_>, stored: &Stored) -> Item {
    let full_url = format!("{}/{}/{}", asked.base, stored.key.0, stored.key.1);
    Item { full_url, bytes: inner.answered(stored, asked.now).1 }
}

/// Another patient's Observation: a real one if the portal has one, else one of a stranger.
fn somebody_else(inner: &Inner, asked: &Asked<'_>) -> Item {
    if let Some(stored) = inner.world.of_somebody_else("Observation", &asked.grant.patient) {
        return item(inner, asked, stored);
    }
    let stranger = json!({
        "resourceType": "Observation", "id": "of-a-stranger", "status": "final",
        "meta": {"versionId": "1", "lastUpdated": "2020-01-01T00:00:00Z"},
        "category": [{"coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "laboratory"
        }]}],
        "code": {"text": "A result of somebody else"}, "subject": {"reference": "Patient/stranger"},
        "effectiveDateTime": "2020-01-01", "valueString": "not yours"
    });
    let full_url = format!("{}/Observation/of-a-stranger", asked.base);
    Item { full_url, bytes: stranger.to_string().into_bytes().into() }
}

fn link(base: &str, found: &Found, offset: usize) -> String {
    let token = BASE64URL_NOPAD.encode(format!("{} {offset}", found.name).as_bytes());
    format!("{base}/{}?{PAGE}={token}", found.resource_type)
}

fn read_token(token: &str) -> Option<(String, usize)> {
    let text = String::from_utf8(BASE64URL_NOPAD.decode(token.as_bytes()).ok()?).ok()?;
    let (name, offset) = text.split_once(' ')?;
    Some((name.to_owned(), offset.parse().ok()?))
}

fn refuse(status: u16, code: &str, text: &str) -> Refusal {
    Box::new(answer::outcome(status, code, text))
}

impl Searches {
    fn keep(&mut self, found: Arc<Found>) {
        self.order.push_back(found.name.clone());
        self.known.insert(found.name.clone(), found);
        while self.order.len() > KEPT {
            if let Some(oldest) = self.order.pop_front() {
                self.known.remove(&oldest);
            }
        }
    }
}
