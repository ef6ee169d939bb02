//! The token and the revocation endpoint (RFC 6749 sections 4.1.3, 5 and 6; RFC 7636; RFC 7009).

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use oauth2::basic::{BasicErrorResponse, BasicErrorResponseType, BasicTokenType};
use oauth2::{AccessToken, ExtraTokenFields, RefreshToken, Scope, StandardTokenResponse};
use serde::{Deserialize, Serialize};

use super::grants::{Denied, Grants, Issued};
use super::{Portal, answer, log};
use crate::{CLIENT_ID, Quirk};

/// What SMART adds to a token response.
#[derive(Debug, Serialize, Deserialize)]
struct Smart {
    #[serde(skip_serializing_if = "Option::is_none")]
    patient: Option<String>,
}

impl ExtraTokenFields for Smart {}

pub(super) async fn token(State(portal): State<Arc<Portal>>, headers: HeaderMap, body: Bytes) -> Response {
    let form = match form_of(&headers, &body) {
        Ok(form) => form,
        Err(denied) => return refused(denied),
    };
    let now = portal.clock().now();
    let mut inner = portal.lock();
    let asked = match answer::single(&form, "grant_type") {
        Some("authorization_code") => by_code(&mut inner.grants, &form, now),
        Some("refresh_token") => by_refresh(&mut inner.grants, &form),
        Some(_) => Err((BasicErrorResponseType::UnsupportedGrantType, "authorization_code or refresh_token")),
        None => Err((BasicErrorResponseType::InvalidRequest, "grant_type is missing or repeated")),
    };
    let (grant, narrowed, refreshed) = match asked {
        Ok(Asked { grant, narrowed, refreshed }) => (grant, narrowed, refreshed),
        Err(denied) => return refused(denied),
    };
    let quiet = refreshed && inner.quirks.contains(&Quirk::RefreshOmitsPatient);
    match inner.grants.issue(grant, narrowed, now.saturating_add(portal.access_lifetime)) {
        Ok(Some(issued)) => answer::json(StatusCode::OK, &response(issued, portal.access_lifetime, quiet)),
        Ok(None) => refused((BasicErrorResponseType::InvalidGrant, "unknown grant")),
        Err(error) => answer::broken(&error),
    }
}

pub(super) async fn revoke(State(portal): State<Arc<Portal>>, headers: HeaderMap, body: Bytes) -> Response {
    let form = match form_of(&headers, &body) {
        Ok(form) => form,
        Err(denied) => return refused(denied),
    };
    let Some(token) = answer::single(&form, "token") else {
        return refused((BasicErrorResponseType::InvalidRequest, "token is missing"));
    };
    portal.lock().grants.revoke(token);
    answer::json(StatusCode::OK, &serde_json::json!({}))
}

struct Asked {
    grant: u64,
    narrowed: Option<Vec<String>>,
    refreshed: bool,
}

fn form_of(headers: &HeaderMap, body: &[u8]) -> Result<Vec<(String, String)>, Denied> {
    let kind = log::text(headers, &header::CONTENT_TYPE);
    if !kind.starts_with("application/x-www-form-urlencoded") {
        return Err((BasicErrorResponseType::InvalidRequest, "the request must be a form"));
    }
    let form = answer::pairs(body);
    match answer::single(&form, "client_id") {
        Some(CLIENT_ID) => Ok(form),
        _ => Err((BasicErrorResponseType::InvalidClient, "unknown client")),
    }
}

fn by_code(grants: &mut Grants, form: &[(String, String)], now: i64) -> Result<Asked, Denied> {
    let need = |name| answer::single(form, name);
    let (Some(code), Some(redirect_uri)) = (need("code"), need("redirect_uri")) else {
        return Err((BasicErrorResponseType::InvalidRequest, "code or redirect_uri is missing"));
    };
    let Some(verifier) = need("code_verifier") else {
        return Err((BasicErrorResponseType::InvalidRequest, "code_verifier is missing"));
    };
    let grant = grants.redeem(code, CLIENT_ID, redirect_uri, verifier, now)?;
    Ok(Asked { grant, narrowed: None, refreshed: false })
}

fn by_refresh(grants: &mut Grants, form: &[(String, String)]) -> Result<Asked, Denied> {
    let Some(token) = answer::single(form, "refresh_token") else {
        return Err((BasicErrorResponseType::InvalidRequest, "refresh_token is missing"));
    };
    let grant = grants.rotate(token, CLIENT_ID)?;
    let narrowed = match answer::single(form, "scope") {
        None => None,
        Some(text) => {
            let asked: Vec<String> = text.split(' ').map(str::to_owned).collect();
            if asked.iter().any(|scope| !grants.scopes(grant).contains(scope)) {
                return Err((BasicErrorResponseType::InvalidScope, "more than was granted"));
            }
            Some(asked)
        }
    };
    Ok(Asked { grant, narrowed, refreshed: true })
}

fn response(issued: Issued, lifetime: i64, quiet: bool) -> StandardTokenResponse<Smart, BasicTokenType> {
    let extra = Smart { patient: Some(issued.patient).filter(|_| !quiet) };
    let mut response =
        StandardTokenResponse::new(AccessToken::new(issued.access), BasicTokenType::Bearer, extra);
    let lifetime = Duration::from_secs(u64::try_from(lifetime).unwrap_or(0));
    response.set_expires_in(Some(&lifetime));
    response.set_refresh_token(issued.refresh.map(RefreshToken::new));
    if !quiet {
        response.set_scopes(Some(issued.scopes.into_iter().map(Scope::new).collect()));
    }
    response
}

fn refused((error, why): Denied) -> Response {
    let status = if error == BasicErrorResponseType::InvalidClient {
        StatusCode::UNAUTHORIZED
    } else {
        StatusCode::BAD_REQUEST
    };
    answer::json(status, &BasicErrorResponse::new(error, Some(why.to_owned()), None))
}
