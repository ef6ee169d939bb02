//! The authorization endpoint and the pages behind it (RFC 6749 section 4.1.1; RFC 7636; RFC 9207; SMART App Launch).

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use oauth2::basic::BasicErrorResponseType;
use serde_json::Value;
use url::Url;

use super::clients::Client;
use super::grants::{Code, Denied};
use super::visits::{Ask, PATIENCE, Session};
use super::{Inner, Portal, answer, log, pages, scopes};
use crate::{Error, Quirk, User};

type Pairs = [(String, String)];

/// Checks the app's request. What is wrong with the app itself is told to the person, anything else to the app.
pub(super) async fn authorize(
    State(portal): State<Arc<Portal>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let pairs = answer::pairs(query.unwrap_or_default().as_bytes());
    let mut inner = portal.lock();
    if inner.quirks.contains(&Quirk::AuthorizePage) {
        return answer::html(400, pages::problem(&portal, "unknown-tenant: this app is not set up here."));
    }
    let client = answer::single(&pairs, "client_id").and_then(|id| inner.clients.get(id)).cloned();
    let redirect = answer::single(&pairs, "redirect_uri")
        .filter(|uri| client.as_ref().is_some_and(|client| client.returns_to(uri)));
    let (Some(client), Some(redirect_uri)) = (client, redirect) else {
        return answer::html(
            400,
            pages::problem(&portal, "The app or its return address is not registered here."),
        );
    };
    let state = answer::single(&pairs, "state").unwrap_or_default().to_owned();
    let (challenge, scopes) = match check(&portal, &inner, &client, &pairs) {
        Ok(checked) => checked,
        Err(denied) => return to_app_denied(&portal, &inner, redirect_uri, &state, denied),
    };
    let cookie = cookie_of(&portal, &headers);
    let asked = inner.visits.session(cookie.as_deref()).and_then(|session| {
        let ask = Ask {
            session: session.clone(),
            client_id: client.id.clone(),
            redirect_uri: redirect_uri.to_owned(),
            state,
            challenge,
            scopes,
            patient: None,
            expires: portal.clock.now().saturating_add(PATIENCE),
        };
        Ok((inner.visits.ask(ask)?, session))
    });
    match asked {
        Ok((ask, session)) => with_cookie(&portal, &session, to_step(&ask)),
        Err(error) => answer::broken(&error),
    }
}

/// The page that comes next: sign in, choose a record, allow.
pub(super) async fn step(
    State(portal): State<Arc<Portal>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let pairs = answer::pairs(query.unwrap_or_default().as_bytes());
    let inner = portal.lock();
    let name = answer::single(&pairs, "ask").unwrap_or_default();
    let Some((session, ask)) =
        inner.visits.find(name, cookie_of(&portal, &headers).as_deref(), portal.clock.now())
    else {
        return lost(&portal);
    };
    let form = pages::Form { ask: name, csrf: &session.csrf };
    let Some(user) = user_of(&portal, &session) else {
        return answer::html(200, pages::login(&portal, &form, None));
    };
    answer::html(
        200,
        match &ask.patient {
            None => {
                let offered: Vec<_> =
                    user.patients.iter().map(|id| (id.clone(), called(&inner, id))).collect();
                pages::picker(&portal, &form, &offered)
            }
            Some(patient) => pages::consent(&portal, &form, &ask, &called(&inner, patient)),
        },
    )
}

pub(super) async fn login(State(portal): State<Arc<Portal>>, headers: HeaderMap, body: Bytes) -> Response {
    let form = answer::pairs(&body);
    let mut inner = portal.lock();
    let Some((name, session, ask)) = posted(&portal, &inner, &headers, &form) else { return lost(&portal) };
    let typed = |name| answer::single(&form, name).unwrap_or_default();
    let known =
        portal.users.iter().find(|user| user.name == typed("username") && user.password == typed("password"));
    let Some(user) = known else {
        let form = pages::Form { ask: &name, csrf: &session.csrf };
        return answer::html(
            401,
            pages::login(&portal, &form, Some("The user name or the password is wrong.")),
        );
    };
    match inner.visits.sign_in(&ask.session, &user.name) {
        Ok(session) => with_cookie(&portal, &session, to_step(&name)),
        Err(error) => answer::broken(&error),
    }
}

pub(super) async fn patient(State(portal): State<Arc<Portal>>, headers: HeaderMap, body: Bytes) -> Response {
    let form = answer::pairs(&body);
    let mut inner = portal.lock();
    let Some((name, session, _)) = posted(&portal, &inner, &headers, &form) else { return lost(&portal) };
    let chosen = answer::single(&form, "patient").unwrap_or_default();
    let allowed = user_of(&portal, &session).is_some_and(|user| user.patients.iter().any(|id| id == chosen));
    if !allowed {
        return answer::html(403, pages::problem(&portal, "You may not see this record."));
    }
    inner.visits.choose(&name, chosen);
    to_step(&name)
}

pub(super) async fn consent(State(portal): State<Arc<Portal>>, headers: HeaderMap, body: Bytes) -> Response {
    let form = answer::pairs(&body);
    let mut inner = portal.lock();
    let Some((name, session, ask)) = posted(&portal, &inner, &headers, &form) else { return lost(&portal) };
    let (Some(user), Some(patient)) = (user_of(&portal, &session), ask.patient.clone()) else {
        return lost(&portal);
    };
    inner.visits.done(&name);
    let kept =
        |scope: &String| scope == "launch/patient" || form.contains(&("scope".to_owned(), scope.clone()));
    let scopes: Vec<String> = ask.scopes.iter().filter(|scope| kept(scope)).cloned().collect();
    let nothing_left = !scopes.iter().any(|scope| scopes::is_of_resources(scope));
    if answer::single(&form, "decision") != Some("allow") || nothing_left {
        let denied =
            (BasicErrorResponseType::Extension("access_denied".to_owned()), "the person did not allow it");
        return to_app_denied(&portal, &inner, &ask.redirect_uri, &ask.state, denied);
    }
    let code = Code {
        client_id: ask.client_id,
        user: user.name.clone(),
        patient,
        scopes,
        redirect_uri: ask.redirect_uri.clone(),
        challenge: ask.challenge,
        expires: portal.clock.now().saturating_add(portal.code_lifetime),
    };
    match inner.grants.issue_code(code) {
        Ok(code) => to_app(&portal, &inner, &ask.redirect_uri, &ask.state, &[("code", &code)]),
        Err(error) => answer::broken(&error),
    }
}

/// The PKCE challenge and what could be granted.
fn check(
    portal: &Portal,
    inner: &Inner,
    client: &Client,
    pairs: &Pairs,
) -> Result<(String, Vec<String>), Denied> {
    let invalid = |why| Err((BasicErrorResponseType::InvalidRequest, why));
    if inner.quirks.contains(&Quirk::AuthorizeError) {
        return Err((BasicErrorResponseType::Extension("server_error".to_owned()), "out of order"));
    }
    let one = |name| answer::single(pairs, name);
    if one("response_type") != Some("code") {
        let unsupported = BasicErrorResponseType::Extension("unsupported_response_type".to_owned());
        return Err((unsupported, "only code"));
    }
    if one("state").is_none() {
        return invalid("state is missing or repeated");
    }
    if one("code_challenge_method") != Some("S256") {
        return invalid("code_challenge_method must be S256");
    }
    let Some(challenge) = one("code_challenge").filter(|challenge| challenge.len() == 43) else {
        return invalid("code_challenge is missing or too short");
    };
    if one("aud").map(|aud| aud.trim_end_matches('/')) != Some(portal.base.as_str()) {
        return invalid("aud must be the FHIR base");
    }
    let asked = one("scope").unwrap_or_default();
    let wild = inner.quirks.contains(&Quirk::WildcardRefused) && asked.contains("/*.");
    let beyond = |scope: &str| client.scopes.as_ref().is_some_and(|known| !known.contains(scope));
    let writes = inner.desk.faults().no_write_scopes && asked.split(' ').any(scopes::writes_only);
    if wild || writes || asked.split(' ').any(beyond) {
        return Err((BasicErrorResponseType::InvalidScope, "not among the scopes of this app"));
    }
    let mut scopes = scopes::grantable(asked, inner.desk.acts());
    let consent = one("prompt").is_some_and(|prompt| prompt.split(' ').any(|word| word == "consent"));
    if inner.quirks.contains(&Quirk::OfflineNeedsConsent) && !consent {
        scopes.retain(|scope| scope != "offline_access");
    }
    if !scopes.iter().any(|scope| scopes::is_of_resources(scope)) {
        return Err((BasicErrorResponseType::InvalidScope, "no scope of resources that is known here"));
    }
    Ok((challenge.to_owned(), scopes))
}

/// The form's request and session, if it comes from the page of this session.
fn posted(
    portal: &Portal,
    inner: &Inner,
    headers: &HeaderMap,
    form: &Pairs,
) -> Option<(String, Session, Ask)> {
    let name = answer::single(form, "ask")?;
    let cookie = cookie_of(portal, headers);
    let (session, ask) = inner.visits.find(name, cookie.as_deref(), portal.clock.now())?;
    let genuine = answer::single(form, "csrf") == Some(session.csrf.as_str());
    genuine.then(|| (name.to_owned(), session, ask))
}

fn user_of<'p>(portal: &'p Portal, session: &Session) -> Option<&'p User> {
    portal.users.iter().find(|user| Some(&user.name) == session.user.as_ref())
}

/// How the portal calls a patient: name and birth date.
fn called(inner: &Inner, id: &str) -> String {
    let patient = inner.world.get("Patient", id).map(|stored| stored.value()).unwrap_or_default();
    let text = |path: &str| patient.pointer(path).and_then(Value::as_str).unwrap_or_default().to_owned();
    format!("{} {}, born {}", text("/name/0/given/0"), text("/name/0/family"), text("/birthDate"))
}

fn to_step(ask: &str) -> Response {
    answer::see_other(&format!("/auth/step?ask={ask}"))
}

fn to_app_denied(
    portal: &Portal,
    inner: &Inner,
    redirect_uri: &str,
    state: &str,
    (error, why): Denied,
) -> Response {
    to_app(portal, inner, redirect_uri, state, &[("error", error.as_ref()), ("error_description", why)])
}

fn to_app(
    portal: &Portal,
    inner: &Inner,
    redirect_uri: &str,
    state: &str,
    pairs: &[(&str, &str)],
) -> Response {
    let Ok(mut url) = Url::parse(redirect_uri) else {
        return answer::broken(&Error::Page("the return address".to_owned()));
    };
    let on = |quirk: Quirk| inner.quirks.contains(&quirk);
    let state = if on(Quirk::StateWrong) { "another-state" } else { state };
    let state = Some(("state", state)).filter(|(_, state)| !state.is_empty() && !on(Quirk::StateMissing));
    let issuer = if on(Quirk::IssWrong) { "https://elsewhere.example/fhir" } else { &portal.base };
    let issuer = Some(("iss", issuer)).filter(|_| !on(Quirk::IssMissing) && !on(Quirk::IssUnpromised));
    url.query_pairs_mut().extend_pairs(pairs).extend_pairs(state).extend_pairs(issuer);
    answer::see_other(url.as_str())
}

fn lost(portal: &Portal) -> Response {
    answer::html(400, pages::problem(portal, "This page is no longer valid. Start again from the app."))
}

fn cookie_of(portal: &Portal, headers: &HeaderMap) -> Option<String> {
    let cookies = log::text(headers, &header::COOKIE);
    let mut pairs = cookies.split(';').filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == portal.cookie).map(|(_, value)| value.to_owned())
}

fn with_cookie(portal: &Portal, session: &str, mut response: Response) -> Response {
    let cookie = format!("{}={session}; Path=/auth; HttpOnly; SameSite=Lax", portal.cookie);
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}
