//! Searches: what fits, kept as it was at the first page, in pages made of the stored bytes.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use axum::response::Response;
use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};

use super::grants::Grant;
use super::scopes::{Access, Act, access};
use super::{Inner, answer, hostile, odd};
use crate::acts::{offer_fits, offer_knows};
use crate::quirk::Fetching;
use crate::world::index::{Index, at, date_matches};
use crate::world::{Stored, stamp_text};
use crate::{Quirk, shell};

const COUNT: usize = 50;
const MOST: usize = 200;
/// How many searches are kept; the oldest is forgotten.
const KEPT: usize = 1000;
const PAGE: &str = "_getpages";
/// Parameters that are accepted and change nothing.
const SILENT: &[&str] = &["_format", "_pretty", "_count", PAGE, DROPPED];
const DROPPED: &str = "_offset";
const SINCE: &str = "_lastUpdated";

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
#[derive(Clone, Debug)]
struct Found {
    name: String,
    grant: u64,
    resource_type: String,
    count: usize,
    at: i64,
    items: Vec<Item>,
    patient: String,
    /// OperationOutcomes on the first page.
    notices: Vec<Vec<u8>>,
}

#[derive(Clone, Debug)]
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
    let mut items = matching(inner, asked, &access)?;
    if asked.resource_type == "Observation" {
        slip_in(inner, asked, &mut items);
    }
    if asked.resource_type == "Communication" && inner.odd(Fetching::Messages) {
        items.extend(messages(asked));
    }
    let mut notices: Vec<Vec<u8>> = Vec::new();
    let ignored = ignored(asked.resource_type, asked.pairs);
    if !ignored.is_empty() {
        notices.push(odd::caveat("not-supported", &format!("ignored: {}", ignored.join(", "))));
    }
    if inner.odd(Fetching::Incomplete) && items.pop().is_some() {
        notices.push(odd::caveat("incomplete", "one of our systems did not answer"));
    }
    if inner.odd(Fetching::Disclaimed) {
        notices.push(odd::caveat("suppressed", "this may not be the entire record"));
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
        patient: asked.grant.patient.clone(),
        notices,
    });
    inner.searches.keep(Arc::clone(&found));
    // A link that lost the search's name says only how far it is.
    let offset = answer::single(asked.pairs, DROPPED).and_then(|at| at.parse().ok()).unwrap_or(0);
    Ok(page(inner, asked.base, &found, offset))
}

fn matching(inner: &Inner, asked: &Asked<'_>, access: &Access) -> Result<Vec<Item>, Refusal> {
    if inner.stopped_returning(asked.resource_type) {
        return Ok(Vec::new());
    }
    let lies = inner.odd(Fetching::LastUpdatedLies) && asked.pairs.iter().any(|(name, _)| name == SINCE);
    let mut found = Vec::new();
    for stored in inner.world.of_type(asked.resource_type, &asked.grant.patient) {
        let fits = fits(inner, stored, asked, true)?;
        let wanted =
            if lies { !fits && found.is_empty() && self::fits(inner, stored, asked, false)? } else { fits };
        let named = asked.resource_type != "Communication" || named_by(&stored.value(), asked);
        let hidden = inner.desk.hides(&stored.key.1, asked.now);
        if access.allows(&stored.index) && wanted && named && !hidden {
            found.push(item(inner, asked, stored));
        }
    }
    Ok(found)
}

/// What does not belong among the Observations.
fn slip_in(inner: &Inner, asked: &Asked<'_>, items: &mut Vec<Item>) {
    let more = |bytes: Arc<[u8]>| Item { full_url: format!("{}/Observation/slipped-in", asked.base), bytes };
    if inner.odd(Fetching::StrangeReferences) {
        let strange = odd::strange(asked.base, &asked.grant.patient);
        items.insert(0, more(strange.to_string().into_bytes().into()));
    }
    items.splice(0..0, hostile::among(inner, &asked.grant.patient).into_iter().map(more));
    if inner.quirks.contains(&Quirk::OtherPerson) {
        items.insert(0, somebody_else(inner, asked));
    }
}

/// Of three messages those that the parameters find.
fn messages(asked: &Asked<'_>) -> Vec<Item> {
    let found = ["subject", "sender", "recipient"].into_iter().filter(|names| {
        let value = odd::message(&asked.grant.patient, names);
        !asked.pairs.iter().any(|(name, _)| name == SINCE) && named_by(&value, asked)
    });
    let item = |names: &str| Item {
        full_url: format!("{}/Communication/by-{names}", asked.base),
        bytes: odd::message(&asked.grant.patient, names).to_string().into_bytes().into(),
    };
    found.map(item).collect()
}

/// Whether a message names the patient where every search parameter says (FHIR R4: `patient` looks at the subject alone).
fn named_by(message: &Value, asked: &Asked<'_>) -> bool {
    let wanted = format!("Patient/{}", asked.grant.patient);
    let names = |element: &str| {
        at(message, element)
            .iter()
            .any(|it| it.get("reference").and_then(Value::as_str) == Some(wanted.as_str()))
    };
    asked.pairs.iter().all(|(name, _)| match name.as_str() {
        "patient" | "subject" => names("subject"),
        "sender" | "recipient" => names(name),
        _ => true,
    })
}

fn further(inner: &mut Inner, asked: &Asked<'_>, token: &str) -> Result<Response, Refusal> {
    let unknown = || refuse(404, "not-found", "no such page any more");
    let (name, offset) = read_token(token).ok_or_else(unknown)?;
    let mut found = inner.searches.known.get(&name).cloned().ok_or_else(unknown)?;
    if found.grant != asked.grant.id || found.resource_type != asked.resource_type {
        return Err(refuse(403, "forbidden", "the page belongs to another grant"));
    }
    let second = offset == found.count;
    let until = inner.odd(Fetching::ThrottledUntil);
    let throttled = until || inner.quirks.contains(&Quirk::Throttled);
    if second && throttled && inner.once.throttled.insert(token.to_owned()) {
        let date = shell::http_date(asked.now.saturating_add(2));
        return Err(Box::new(odd::later(if until { &date } else { "1" })));
    }
    if second && inner.odd(Fetching::Shifts) && inner.once.shifted.insert(found.resource_type.clone()) {
        found = Arc::new(found.shifted());
        inner.searches.known.insert(name, Arc::clone(&found));
    }
    if offset >= found.items.len() && inner.quirks.contains(&Quirk::NextFails) {
        return Err(refuse(500, "exception", "the page is beyond the end"));
    }
    Ok(page(inner, asked.base, &found, offset))
}

/// The parameters that can be wrong, and the quirks that refuse right ones.
fn check(inner: &Inner, asked: &Asked<'_>) -> Result<(), Refusal> {
    let has = |wanted: &str| asked.pairs.iter().any(|(name, _)| name == wanted);
    if has(SINCE) && inner.quirks.contains(&Quirk::NoLastUpdated) {
        return Err(refuse(400, "not-supported", "_lastUpdated is not supported"));
    }
    let refuses = inner.desk.faults().no_identifier_search.as_deref() == Some("refused");
    if has("identifier") && refuses {
        return Err(refuse(400, "not-supported", "identifier is not supported"));
    }
    let bare = asked.resource_type == "Observation" && !has("category") && !has("_id") && !has("code");
    if bare && inner.quirks.contains(&Quirk::CategoryRequired) {
        return Err(refuse(400, "required", "category or code is required"));
    }
    let by_patient = ["patient", "subject", "sender", "recipient"];
    let patients = asked.pairs.iter().filter(|(name, _)| by_patient.contains(&name.as_str()));
    for (_, value) in patients {
        if value.strip_prefix("Patient/").unwrap_or(value) != asked.grant.patient {
            return Err(refuse(403, "forbidden", "the token is for another patient"));
        }
    }
    Ok(())
}

fn fits(inner: &Inner, stored: &Stored, asked: &Asked<'_>, since: bool) -> Result<bool, Refusal> {
    let world = &inner.world;
    let unnamed = inner.desk.faults().no_identifier_search.is_some();
    let bad_date = || refuse(400, "invalid", "a date cannot be read");
    for (name, value) in asked.pairs {
        let fits = match name.as_str() {
            "identifier" if unnamed => true,
            "_id" => value.split(',').any(|id| id == stored.key.1),
            SINCE if !since => true,
            SINCE => {
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
            name => offer_fits(world, stored, name, value).unwrap_or(Ok(true)).map_err(|()| bad_date())?,
        };
        if !fits {
            return Ok(false);
        }
    }
    Ok(true)
}

fn ignored(resource_type: &str, pairs: &[(String, String)]) -> Vec<String> {
    let known = ["patient", "subject", "sender", "recipient", "_id", SINCE, "date"];
    let is_known = |name: &str| {
        let everywhere = known.contains(&name) || SILENT.contains(&name) || Index::is_token(name);
        everywhere || offer_knows(resource_type, name)
    };
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
    if let (true, Some(first)) = (inner.odd(Fetching::TwiceInABundle), entries.first().cloned()) {
        entries.push(first);
    }
    if inner.odd(Fetching::PatientOnEveryPage) {
        let patient = inner.world.get("Patient", &found.patient).map(|stored| Item {
            full_url: format!("{base}/Patient/{}", found.patient),
            bytes: inner.answered(stored, found.at).1,
        });
        entries.extend(patient.iter().map(entry));
    }
    if offset == 0 {
        entries.extend(found.notices.iter().cloned());
    }
    let total = match inner.odd(Fetching::NoTotal) {
        true => String::new(),
        false => format!("\"total\":{},", found.items.len()),
    };
    let mut body = format!(
        "{{\"resourceType\":\"Bundle\",\"id\":{},\"meta\":{{\"lastUpdated\":\"{}\"}},\"type\":\"searchset\",{total}\"link\":{}",
        Value::from(format!("{}-{offset}", found.name.replace('_', "."))),
        stamp_text(found.at),
        Value::from(links)
    )
    .into_bytes();
    if !entries.is_empty() {
        body.extend_from_slice(b",\"entry\":[");
        body.extend(entries.join(&b','));
        body.push(b']');
    }
    body.push(b'}');
    inner.encoded(body)
}

fn next_link(inner: &Inner, base: &str, found: &Found, offset: usize, end: usize) -> Option<String> {
    let on = |quirk: &Quirk| inner.quirks.contains(quirk);
    let more = end < found.items.len() && found.count > 0;
    let next = match (more, on(&Quirk::NextFails)) {
        (true, _) if on(&Quirk::NextLoops) => link(base, found, offset),
        (true, _) | (false, true) => link(base, found, end.max(offset.saturating_add(1))),
        (false, false) => return None,
    };
    Some(match () {
        () if on(&Quirk::NextOtherHost) => next.replacen("127.0.0.1", "localhost", 1),
        () if inner.odd(Fetching::NextDrops) => {
            let Found { resource_type, patient, count, .. } = found;
            format!("{base}/{resource_type}?patient={patient}&_count={count}&{DROPPED}={end}")
        }
        () if inner.odd(Fetching::NextOtherOperation) => next.replacen('?', "/$everything?", 1),
        () if inner.odd(Fetching::NextRelative) => {
            next.strip_prefix(&format!("{base}/")).unwrap_or(&next).to_owned()
        }
        () if inner.odd(Fetching::NextXml) => format!("{next}&_format=xml"),
        () => next,
    })
}

fn entry(item: &Item) -> Vec<u8> {
    let mut entry =
        format!("{{\"fullUrl\":{},\"resource\":", Value::from(item.full_url.as_str())).into_bytes();
    entry.extend_from_slice(&item.bytes);
    entry.extend_from_slice(b",\"search\":{\"mode\":\"match\"}}");
    entry
}

fn item(inner: &Inner, asked: &Asked<'_>, stored: &Stored) -> Item {
    let full_url = format!("{}/{}/{}", asked.base, stored.key.0, inner.called(stored));
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

impl Found {
    /// The same after a resource of its second page has become the newest.
    fn shifted(&self) -> Found {
        let mut found = self.clone();
        let newest = found.items.remove(found.count);
        found.items.insert(0, newest);
        found
    }
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
