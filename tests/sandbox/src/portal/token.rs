//! The token and the revocation endpoint (RFC 6749 sections 4.1.3, 5 and 6; RFC 7636; RFC 7009; RFC 7523).

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use oauth2::basic::{BasicErrorResponse, BasicErrorResponseType, BasicTokenType};
use oauth2::{AccessToken, ExtraTokenFields, RefreshToken, Scope, StandardTokenResponse};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::clients::Client;
use super::grants::{Denied, Issued};
use super::registration::BY_SIGNATURE;
use super::{Inner, Portal, answer, log, pages, scopes};
use crate::Quirk;

/// What SMART adds to a token response, and what portals add of their own.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Smart {
    #[serde(skip_serializing_if = "Option::is_none")]
    patient: Option<String>,
    #[serde(rename = "fhirUser", skip_serializing_if = "Option::is_none")]
    fhir_user: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token_expires_in: Option<i64>,
}

impl ExtraTokenFields for Smart {}

type Form = Vec<(String, String)>;

/// What a token request asks for.
struct Asked {
    grant: u64,
    narrowed: Option<Vec<String>>,
    refreshed: bool,
    renewable: bool,
}

pub(super) async fn token(State(portal): State<Arc<Portal>>, headers: HeaderMap, body: Bytes) -> Response {
    let now = portal.clock().now();
    let mut inner = portal.lock();
    if let Some(response) = astray(&portal, &mut inner) {
        return response;
    }
    let asked = match ask(&portal, &mut inner, &headers, &body, now) {
        Ok(asked) => asked,
        Err(denied) => return refused(&inner, denied),
    };
    let refreshed = asked.refreshed;
    let narrowed = narrower(&inner, &asked);
    let expires = now.saturating_add(portal.access_lifetime);
    match inner.grants.issue(asked.grant, narrowed, expires, asked.renewable) {
        Ok(Some(issued)) => {
            let lifetime = if on(&inner, Quirk::ExpiresAtOnce) { 1 } else { portal.access_lifetime };
            answer::json(StatusCode::OK, &response(&inner, issued, lifetime, refreshed, now))
        }
        Ok(None) => refused(&inner, (BasicErrorResponseType::InvalidGrant, "unknown grant")),
        Err(error) => answer::broken(&error),
    }
}

pub(super) async fn revoke(State(portal): State<Arc<Portal>>, headers: HeaderMap, body: Bytes) -> Response {
    let now = portal.clock().now();
    let mut inner = portal.lock();
    if on(&inner, Quirk::RevocationFails) {
        return answer::outcome(503, "transient", "out of order");
    }
    let form = match form_of(&headers, &body) {
        Ok(form) => form,
        Err(denied) => return refused(&inner, denied),
    };
    let audience = audience(&portal);
    if let Err(denied) = inner.clients.sender(&form, &audience, now) {
        return refused(&inner, denied);
    }
    let Some(token) = answer::single(&form, "token") else {
        return refused(&inner, (BasicErrorResponseType::InvalidRequest, "token is missing"));
    };
    inner.grants.revoke(token);
    answer::json(StatusCode::OK, &json!({}))
}

/// Answers that have nothing to do with what was asked.
fn astray(portal: &Portal, inner: &mut Inner) -> Option<Response> {
    if on(inner, Quirk::TokenHtml) {
        return Some(answer::html(200, pages::problem(portal, "We are doing maintenance.")));
    }
    if on(inner, Quirk::TokenRedirects) {
        let elsewhere = portal.origin().replace("127.0.0.1", "localhost");
        let to = [(header::LOCATION, format!("{elsewhere}/auth/token"))];
        return Some((StatusCode::TEMPORARY_REDIRECT, to).into_response());
    }
    if on(inner, Quirk::TokenBusy) && !inner.once.busy {
        inner.once.busy = true;
        let mut response = answer::outcome(503, "transient", "try again");
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        return Some(response);
    }
    if on(inner, Quirk::SilentInvalidClient) {
        return Some(answer::json(StatusCode::UNAUTHORIZED, &json!({"error": "invalid_client"})));
    }
    None
}

fn ask(
    portal: &Portal,
    inner: &mut Inner,
    headers: &HeaderMap,
    body: &[u8],
    now: i64,
) -> Result<Asked, Denied> {
    let form = form_of(headers, body)?;
    let audience = audience(portal);
    let client = inner.clients.sender(&form, &audience, now)?;
    match answer::single(&form, "grant_type") {
        Some("authorization_code") => by_code(portal, inner, &client, &form, now),
        Some("refresh_token") => by_refresh(inner, &client, &form, now),
        Some(BY_SIGNATURE) => by_signature(inner, &client, &form, &audience, now),
        Some(_) => Err((BasicErrorResponseType::UnsupportedGrantType, "authorization_code or refresh_token")),
        None => Err((BasicErrorResponseType::InvalidRequest, "grant_type is missing or repeated")),
    }
}

fn form_of(headers: &HeaderMap, body: &[u8]) -> Result<Form, Denied> {
    let kind = log::text(headers, &header::CONTENT_TYPE);
    if !kind.starts_with("application/x-www-form-urlencoded") {
        return Err((BasicErrorResponseType::InvalidRequest, "the request must be a form"));
    }
    Ok(answer::pairs(body))
}

fn by_code(
    portal: &Portal,
    inner: &mut Inner,
    client: &Client,
    form: &Form,
    now: i64,
) -> Result<Asked, Denied> {
    let need = |name| answer::single(form, name);
    let (Some(code), Some(redirect_uri)) = (need("code"), need("redirect_uri")) else {
        return Err((BasicErrorResponseType::InvalidRequest, "code or redirect_uri is missing"));
    };
    let Some(verifier) = need("code_verifier") else {
        return Err((BasicErrorResponseType::InvalidRequest, "code_verifier is missing"));
    };
    let fixed = on(inner, Quirk::FixedEnd) || on(inner, Quirk::FixedEndUnsaid);
    let lifetime = Some(portal.connection_lifetime).filter(|_| fixed);
    let grant = inner.grants.redeem(code, &client.id, redirect_uri, verifier, now, lifetime)?;
    let renewable = !on(inner, Quirk::NoRefreshToken);
    Ok(Asked { grant, narrowed: None, refreshed: false, renewable })
}

fn by_refresh(inner: &mut Inner, client: &Client, form: &Form, now: i64) -> Result<Asked, Denied> {
    let Some(token) = answer::single(form, "refresh_token") else {
        return Err((BasicErrorResponseType::InvalidRequest, "refresh_token is missing"));
    };
    let for_ever = on(inner, Quirk::RefreshNotRotated);
    let grant = inner.grants.rotate(token, &client.id, now, for_ever)?;
    let narrowed = match answer::single(form, "scope") {
        None => None,
        Some(text) => {
            let asked: Vec<String> = text.split(' ').map(str::to_owned).collect();
            if asked.iter().any(|scope| !inner.grants.scopes(grant).contains(scope)) {
                return Err((BasicErrorResponseType::InvalidScope, "more than was granted"));
            }
            Some(asked)
        }
    };
    let renewable = !for_ever && !on(inner, Quirk::NoRefreshToken);
    Ok(Asked { grant, narrowed, refreshed: true, renewable })
}

/// RFC 7523 section 2.1, of a client whose registration was paid with a grant.
fn by_signature(
    inner: &mut Inner,
    client: &Client,
    form: &Form,
    audience: &str,
    now: i64,
) -> Result<Asked, Denied> {
    let invalid = |why| (BasicErrorResponseType::InvalidGrant, why);
    let Some(assertion) = answer::single(form, "assertion") else {
        return Err((BasicErrorResponseType::InvalidRequest, "assertion is missing"));
    };
    inner.clients.signed(client, assertion, audience, now).map_err(invalid)?;
    let grant = client.grant.and_then(|id| inner.grants.alive(id, now));
    let grant = grant.ok_or_else(|| invalid("this client has no access of its own"))?.id;
    Ok(Asked { grant, narrowed: None, refreshed: true, renewable: false })
}

fn narrower(inner: &Inner, asked: &Asked) -> Option<Vec<String>> {
    let few: &[&str] = if on(inner, Quirk::ScopeNarrower) {
        &["Patient", "Observation", "Condition", "Immunization"]
    } else if on(inner, Quirk::ScopeNarrowerLater) && asked.refreshed {
        &["Patient", "Observation"]
    } else {
        return asked.narrowed.clone();
    };
    Some(scopes::only(inner.grants.scopes(asked.grant), few))
}

fn response(
    inner: &Inner,
    issued: Issued,
    lifetime: i64,
    refreshed: bool,
    now: i64,
) -> StandardTokenResponse<Smart, BasicTokenType> {
    let quiet = refreshed && on(inner, Quirk::RefreshOmitsPatient);
    let named = !quiet && !on(inner, Quirk::PatientMissing);
    let by_user = named && on(inner, Quirk::PatientByUser);
    let said_end = issued.ends.filter(|_| on(inner, Quirk::FixedEnd) && issued.refresh.is_some());
    let extra = Smart {
        fhir_user: Some(format!("Patient/{}", issued.patient)).filter(|_| by_user),
        patient: Some(issued.patient).filter(|_| named && !by_user),
        refresh_token_expires_in: said_end.map(|end| end.saturating_sub(now)),
    };
    let mut response =
        StandardTokenResponse::new(AccessToken::new(issued.access), BasicTokenType::Bearer, extra);
    let lifetime = Duration::from_secs(u64::try_from(lifetime).unwrap_or(0));
    response.set_expires_in(Some(&lifetime));
    response.set_refresh_token(issued.refresh.map(RefreshToken::new));
    let late = !refreshed && on(inner, Quirk::ScopeLate);
    if !quiet && !late && !on(inner, Quirk::ScopeOmitted) {
        response.set_scopes(Some(said(inner, &issued.scopes).into_iter().map(Scope::new).collect()));
    }
    response
}

/// The scopes as the answer names them.
fn said(inner: &Inner, scopes: &[String]) -> Vec<String> {
    let kept = |scope: &&String| !(on(inner, Quirk::OfflineUnechoed) && scope.ends_with("_access"));
    let old = |scope: &String| match scope.strip_suffix(".rs") {
        Some(start) if on(inner, Quirk::ScopeV1) => format!("{start}.read"),
        _ => scope.clone(),
    };
    scopes.iter().filter(kept).map(old).collect()
}

fn refused(inner: &Inner, (error, why): Denied) -> Response {
    let status = match error {
        _ if on(inner, Quirk::TokenErrorOk) => StatusCode::OK,
        BasicErrorResponseType::InvalidClient => StatusCode::UNAUTHORIZED,
        _ => StatusCode::BAD_REQUEST,
    };
    answer::json(status, &BasicErrorResponse::new(error, Some(why.to_owned()), None))
}

fn audience(portal: &Portal) -> String {
    format!("{}/auth/token", portal.origin())
}

fn on(inner: &Inner, quirk: Quirk) -> bool {
    inner.quirks.contains(&quirk)
}
