//! The registration endpoint (RFC 7591) and the way to be forgotten (RFC 7592).

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::clients::{Client, Method};
use super::{Inner, Portal, answer, assertion, log, scopes};
use crate::{Acts, Quirk, shell};

/// The grant type by which a client renews with its key (RFC 7523 section 2.1).
pub(super) const BY_SIGNATURE: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/// `POST /auth/register`
pub(super) async fn register(State(portal): State<Arc<Portal>>, headers: HeaderMap, body: Bytes) -> Response {
    let now = portal.clock().now();
    let mut inner = portal.lock();
    let refusing = inner.quirks.iter().find_map(|quirk| match quirk {
        Quirk::RegistrationRefused(status) => Some(*status),
        _ => None,
    });
    if let Some(status) = refusing {
        return refused(status, "invalid_client_metadata", "this app is not approved here");
    }
    let asked: Value = serde_json::from_slice(&body).unwrap_or_default();
    let client = if inner.quirks.contains(&Quirk::RegistrationProtected) {
        let token = bearer(&headers);
        match inner.grants.check(&token, now) {
            Some(grant) => {
                inner.grants.forget_access(&token);
                protected(&asked, grant.id, grant.scopes)
            }
            None => return refused(401, "invalid_token", "registration needs an access token"),
        }
    } else {
        open(&asked)
    };
    match client {
        Ok(client)
            if inner.quirks.contains(&Quirk::RsaOnly) && !client.keys.iter().all(assertion::is_rsa) =>
        {
            refused(400, "invalid_client_metadata", "")
        }
        Ok(client) => take_in(&portal, &mut inner, client, &asked, now),
        Err((error, why)) => refused(400, error, why),
    }
}

/// `DELETE /auth/register/{id}`
pub(super) async fn forget(
    State(portal): State<Arc<Portal>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let mut inner = portal.lock();
    let token = bearer(&headers);
    let known = inner.clients.get(&id).and_then(|client| client.management.as_deref());
    if token.is_empty() || known != Some(token.as_str()) {
        return refused(401, "invalid_token", "not the token of this registration");
    }
    inner.clients.forget(&id);
    inner.grants.revoke_client(&id);
    StatusCode::NO_CONTENT.into_response()
}

type Refusal = (&'static str, &'static str);

fn open(asked: &Value) -> Result<Client, Refusal> {
    let redirect_uris: Vec<String> = strings(asked, "redirect_uris");
    if redirect_uris.is_empty() {
        return Err(("invalid_redirect_uri", "redirect_uris is missing"));
    }
    let metadata = |why| Err(("invalid_client_metadata", why));
    let method = match asked.get("token_endpoint_auth_method").and_then(Value::as_str) {
        Some("none") => Method::Nothing,
        Some("private_key_jwt") => Method::Signature,
        _ => return metadata("token_endpoint_auth_method must be none or private_key_jwt"),
    };
    let keys = asked.get("jwks").map(assertion::keys).unwrap_or_default();
    if method == Method::Signature && (keys.is_empty() || !keys.iter().all(assertion::is_public)) {
        return metadata("jwks must have public keys, each with a kid");
    }
    let scope =
        asked.get("scope").and_then(Value::as_str).map(|text| text.split(' ').map(str::to_owned).collect());
    Ok(Client {
        id: String::new(),
        redirect_uris,
        method,
        keys,
        scopes: scope,
        grant: None,
        management: None,
    })
}

/// SMART Protected Dynamic Client Registration: the software is known, the access token says for whom.
fn protected(asked: &Value, grant: u64, granted: Vec<String>) -> Result<Client, Refusal> {
    let keys = asked.get("jwks").map(assertion::keys).unwrap_or_default();
    if keys.is_empty() || !keys.iter().all(assertion::is_public) {
        return Err(("invalid_client_metadata", "jwks must have public keys, each with a kid"));
    }
    Ok(Client {
        id: String::new(),
        redirect_uris: Vec::new(),
        method: Method::Nothing,
        keys,
        scopes: Some(granted.into_iter().collect()),
        grant: Some(grant),
        management: None,
    })
}

fn take_in(portal: &Portal, inner: &mut Inner, mut client: Client, asked: &Value, now: i64) -> Response {
    let management = match shell::random_name() {
        Ok(management) => management,
        Err(error) => return answer::broken(&error),
    };
    client.management = Some(management.clone());
    let changes: BTreeSet<String> = inner
        .quirks
        .iter()
        .filter_map(|quirk| match quirk {
            Quirk::RegistrationChanges(what) => Some(what.clone()),
            _ => None,
        })
        .collect();
    let mut said = information(&client, asked, inner.desk.acts());
    change(&changes, &mut client, &mut said);
    match inner.clients.register(client) {
        Ok(id) => {
            let uri = format!("{}/auth/register/{id}", portal.origin());
            for (name, value) in [
                ("client_id", json!(id)),
                ("client_id_issued_at", json!(now)),
                ("registration_client_uri", json!(uri)),
                ("registration_access_token", json!(management)),
            ] {
                set(&mut said, name, value);
            }
            answer::json(StatusCode::CREATED, &said)
        }
        Err(error) => answer::broken(&error),
    }
}

/// The client information response (RFC 7591 section 3.2.1).
fn information(client: &Client, asked: &Value, acts: &Acts) -> Value {
    let mut said = asked.clone();
    if client.grant.is_some() {
        set(&mut said, "token_endpoint_auth_method", json!("none"));
        set(&mut said, "grant_types", json!([BY_SIGNATURE]));
        return said;
    }
    if let Some(asked) = &client.scopes {
        let text = asked.iter().cloned().collect::<Vec<_>>().join(" ");
        set(&mut said, "scope", json!(scopes::grantable(&text, acts).join(" ")));
    }
    said
}

fn change(changes: &BTreeSet<String>, client: &mut Client, said: &mut Value) {
    for what in changes {
        match what.as_str() {
            "secret" => {
                set(said, "token_endpoint_auth_method", json!("client_secret_basic"));
                set(said, "client_secret", json!("a-secret-of-the-portal"));
            }
            "method" => {
                client.method = Method::Nothing;
                set(said, "token_endpoint_auth_method", json!("none"));
            }
            "grants" => set(said, "grant_types", json!(["authorization_code"])),
            "scopes" => {
                let few = ["launch/patient", "patient/Observation.rs", "patient/Patient.rs"];
                client.scopes = Some(few.iter().map(|scope| (*scope).to_owned()).collect());
                set(said, "scope", json!(few.join(" ")));
            }
            _ => {
                client.redirect_uris = vec!["https://elsewhere.example/callback".to_owned()];
                set(said, "redirect_uris", json!(client.redirect_uris));
            }
        }
    }
}

fn refused(status: u16, error: &str, why: &str) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
    let mut body = json!({"error": error});
    if !why.is_empty() {
        set(&mut body, "error_description", json!(why));
    }
    answer::json(status, &body)
}

fn bearer(headers: &HeaderMap) -> String {
    let authorization = log::text(headers, &header::AUTHORIZATION);
    authorization.strip_prefix("Bearer ").unwrap_or_default().to_owned()
}

fn strings(value: &Value, name: &str) -> Vec<String> {
    let list = value.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    list.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn set(value: &mut Value, name: &str, to: Value) {
    if let Some(members) = value.as_object_mut() {
        members.insert(name.to_owned(), to);
    }
}
