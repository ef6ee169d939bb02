//! The FHIR API: read and search (<https://hl7.org/fhir/R4/http.html>).

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::grants::Grant;
use super::scopes::{Act, access};
use super::{Inner, Portal, answer, binary, hostile, log, odd, search as searching};
use crate::Quirk;
use crate::world::{SUPPORTING, Stored, TYPES};

/// Requests with one token before `unauthorized-mid-sync` refuses it.
const MIDDLE: u32 = 7;
/// How long `binary=slow` takes.
const SLOW: std::time::Duration = std::time::Duration::from_millis(600);

pub(super) async fn read(
    State(portal): State<Arc<Portal>>,
    Path((resource_type, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let response = read_now(&portal, resource_type.as_str(), &id, &headers);
    let slow = resource_type == "Binary" && portal.lock().quirks.contains(&Quirk::Binary("slow".to_owned()));
    if slow {
        tokio::time::sleep(SLOW).await;
    }
    response
}

fn read_now(portal: &Portal, resource_type: &str, id: &str, headers: &HeaderMap) -> Response {
    let mut inner = portal.lock();
    let grant = match admit(portal, &mut inner, headers, resource_type) {
        Ok(grant) => grant,
        Err(refusal) => return *refusal,
    };
    let access = access(&grant.scopes, resource_type, Act::Read);
    if access == super::scopes::Access::Denied {
        return answer::outcome(403, "forbidden", &format!("no scope to read {resource_type}"));
    }
    let known = inner.known_as(resource_type, id).filter(|_| !inner.stopped_returning(resource_type));
    let found = known.and_then(|id| inner.world.get(resource_type, id));
    let mine = |patients: &std::collections::BTreeSet<String>| patients.contains(&grant.patient);
    let open = |stored: &Stored| SUPPORTING.contains(&resource_type) || inner.world.is_public(&stored.key);
    let visible = found.filter(|stored| mine(&stored.patients) || open(stored));
    let Some(stored) = visible else { return answer::outcome(404, "not-found", "no such resource") };
    if !stored.listed {
        let status = if inner.quirks.contains(&Quirk::Gone) { 410 } else { 404 };
        return answer::outcome(status, "not-found", "no such resource any more");
    }
    if !access.allows(&stored.index) {
        return answer::outcome(403, "forbidden", "the scopes do not reach this resource");
    }
    let (version, bytes) = inner.answered(stored, portal.clock.now());
    let value = stored.value();
    let limited = resource_type == "Binary" && inner.quirks.contains(&Quirk::Binary("limited".to_owned()));
    inner.once.files += u32::from(limited);
    let over = inner.once.files > binary::A_DAY && limited;
    let tag = format!("W/\"{version}\"");
    let mut response =
        if log::text(headers, &header::IF_NONE_MATCH).split(',').any(|known| known.trim() == tag) {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            let accept = log::text(headers, &header::ACCEPT);
            let quirks = |quirk: &Quirk| inner.quirks.contains(quirk);
            match resource_type {
                "Binary" if over => odd::later("86400"),
                "Binary" => binary::read(portal, quirks, &accept, &value, bytes.to_vec()),
                _ => inner.encoded(bytes.to_vec()),
            }
        };
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}

pub(super) async fn search(
    State(portal): State<Arc<Portal>>,
    Path(resource_type): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let query = query.unwrap_or_default();
    answer_search(&portal, &resource_type, &answer::pairs(query.as_bytes()), &headers)
}

pub(super) async fn search_by_form(
    State(portal): State<Arc<Portal>>,
    Path(resource_type): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let mut pairs = answer::pairs(query.unwrap_or_default().as_bytes());
    pairs.extend(answer::pairs(&body));
    answer_search(&portal, &resource_type, &pairs, &headers)
}

fn answer_search(
    portal: &Portal,
    resource_type: &str,
    pairs: &[(String, String)],
    headers: &HeaderMap,
) -> Response {
    let mut inner = portal.lock();
    let grant = match admit(portal, &mut inner, headers, resource_type) {
        Ok(grant) => grant,
        Err(refusal) => return *refusal,
    };
    let instead = inner.odd_search(resource_type, pairs);
    let instead =
        instead.or_else(|| hostile::instead(&inner, portal.base(), resource_type, &grant.patient, pairs));
    if let Some(response) = instead {
        return response;
    }
    let asked = searching::Asked {
        base: portal.base(),
        resource_type,
        pairs,
        grant: &grant,
        now: portal.clock.now(),
    };
    searching::run(&mut inner, &asked).unwrap_or_else(|refusal| *refusal)
}

/// The grant of the request's token, unless it is refused before anything is looked up.
pub(super) fn admit(
    portal: &Portal,
    inner: &mut Inner,
    headers: &HeaderMap,
    resource_type: &str,
) -> Result<Grant, Box<Response>> {
    let grant = signed_in(portal, inner, headers)?;
    if !knows(inner, resource_type) {
        return Err(Box::new(answer::outcome(404, "not-supported", "no such resource type")));
    }
    if let Some(refusal) = inner.odd_refusal(resource_type) {
        return Err(Box::new(refusal));
    }
    if inner.quirks.contains(&Quirk::RefusedType(resource_type.to_owned())) {
        let text = format!("this app may not use {resource_type}");
        return Err(Box::new(answer::outcome(403, "forbidden", &text)));
    }
    Ok(grant)
}

/// Whether there is such a type here.
pub(super) fn knows(inner: &Inner, resource_type: &str) -> bool {
    TYPES.contains(&resource_type) || inner.desk.acts().knows(resource_type)
}

/// The grant of the request's token.
pub(super) fn signed_in(
    portal: &Portal,
    inner: &mut Inner,
    headers: &HeaderMap,
) -> Result<Grant, Box<Response>> {
    inner.settle(portal.clock.now());
    let authorization = log::text(headers, &header::AUTHORIZATION);
    let token = authorization.strip_prefix("Bearer ").unwrap_or_default();
    let Some(grant) = inner.grants.check(token, portal.clock.now()) else { return Err(unauthorized()) };
    if inner.quirks.contains(&Quirk::UnauthorizedMidSync) && !inner.once.refused {
        let used = inner.once.used.entry(token.to_owned()).or_default();
        *used += 1;
        if *used >= MIDDLE {
            inner.once.refused = true;
            inner.grants.forget_access(token);
            return Err(unauthorized());
        }
    }
    Ok(grant)
}

fn unauthorized() -> Box<Response> {
    let mut response = answer::outcome(401, "login", "no good access token");
    let challenge = HeaderValue::from_static("Bearer error=\"invalid_token\"");
    response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    Box::new(response)
}
