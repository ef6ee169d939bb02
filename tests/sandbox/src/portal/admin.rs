//! The back door for scripts and tests. A request from a web page (it carries `Origin`) is refused.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::{Portal, answer};
use crate::{Answer, Error, Quirk, Step, evolve as evolution};

/// `POST /_sandbox/evolve?step=NAME&patient=ID`: all steps and the first patient where none is named.
pub(super) async fn evolve(
    State(portal): State<Arc<Portal>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let pairs = answer::pairs(query.unwrap_or_default().as_bytes());
    let done = guard(&headers).and_then(|()| {
        let steps = match answer::single(&pairs, "step") {
            None | Some("all") => Step::ALL.to_vec(),
            Some(name) => vec![name.parse()?],
        };
        let mut inner = portal.lock();
        let patient = patient_of(&pairs, inner.world.patients());
        evolution::run(&mut inner.world, &patient, &steps, portal.clock().now())
    });
    match done {
        Ok(changes) => answer::json(StatusCode::OK, &changes),
        Err(error) => refused(&error),
    }
}

/// `POST /_sandbox/later`: the next stage of what comes later.
pub(super) async fn later(State(portal): State<Arc<Portal>>, headers: HeaderMap) -> Response {
    let done = guard(&headers).and_then(|()| portal.lock().later(portal.clock().now()));
    match done {
        Ok(changes) => answer::json(StatusCode::OK, &changes),
        Err(error) => refused(&error),
    }
}

/// `GET /_sandbox/served?patient=ID`: NDJSON of `{"resourceType", "id", "json"}`, `json` being the exact text.
pub(super) async fn served(
    State(portal): State<Arc<Portal>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    if let Err(error) = guard(&headers) {
        return refused(&error);
    }
    let pairs = answer::pairs(query.unwrap_or_default().as_bytes());
    let inner = portal.lock();
    let patient = patient_of(&pairs, inner.world.patients());
    let mut lines = String::new();
    for served in inner.world.served(&patient) {
        let text = String::from_utf8_lossy(&served.bytes);
        let line = json!({"resourceType": served.resource_type, "id": served.id, "json": text});
        lines.push_str(&format!("{line}\n"));
    }
    ([(header::CONTENT_TYPE, "application/x-ndjson")], lines).into_response()
}

/// `GET /_sandbox/created`: what patients made here, oldest first.
pub(super) async fn created(State(portal): State<Arc<Portal>>, headers: HeaderMap) -> Response {
    match guard(&headers) {
        Ok(()) => {
            let mut inner = portal.lock();
            inner.settle(portal.clock().now());
            answer::json(StatusCode::OK, &inner.desk.created())
        }
        Err(error) => refused(&error),
    }
}

/// `POST /_sandbox/answer?of=Communication/1001&what=reply&text=...`: what the clinic does; the names and members of
/// [`Answer`]. Gives what is new or changed: `["Communication/1002", "Communication/1001"]`.
pub(super) async fn answer(
    State(portal): State<Arc<Portal>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let pairs = answer::pairs(query.unwrap_or_default().as_bytes());
    let members: serde_json::Map<String, Value> = pairs
        .iter()
        .filter(|(name, _)| name != "of")
        .map(|(name, value)| (name.clone(), value.clone().into()))
        .collect();
    let done = guard(&headers).and_then(|()| {
        let of = answer::single(&pairs, "of").unwrap_or_default();
        let what = serde_json::from_value::<Answer>(members.into());
        portal.answer(of, &what.map_err(|why| Error::Unknown(why.to_string()))?)
    });
    match done {
        Ok(keys) => {
            let names: Vec<String> = keys.iter().map(|(on, id)| format!("{on}/{id}")).collect();
            answer::json(StatusCode::OK, &names)
        }
        Err(error) => refused(&error),
    }
}

/// `POST /_sandbox/answering?on=true`: whether the clinic answers by itself.
pub(super) async fn answering(
    State(portal): State<Arc<Portal>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let pairs = answer::pairs(query.unwrap_or_default().as_bytes());
    let on = answer::single(&pairs, "on").unwrap_or("true").parse::<bool>();
    match guard(&headers).and_then(|()| on.map_err(|_| Error::Unknown("on".to_owned()))) {
        Ok(on) => {
            portal.lock().desk.answer_by_itself(on);
            answer::json(StatusCode::OK, &on)
        }
        Err(error) => refused(&error),
    }
}

/// `GET /_sandbox/requests`: the log as JSON.
pub(super) async fn requests(State(portal): State<Arc<Portal>>, headers: HeaderMap) -> Response {
    match guard(&headers) {
        Ok(()) => answer::json(StatusCode::OK, &portal.lock().log),
        Err(error) => refused(&error),
    }
}

/// `POST /_sandbox/quirks?quirk=NAME&quirk=NAME`: switches to exactly these.
pub(super) async fn quirks(
    State(portal): State<Arc<Portal>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let pairs = answer::pairs(query.unwrap_or_default().as_bytes());
    let named = pairs.iter().filter(|(name, _)| name == "quirk").map(|(_, value)| value.parse::<Quirk>());
    match guard(&headers).and_then(|()| named.collect::<Result<_, Error>>()) {
        Ok(quirks) => {
            portal.switch(quirks);
            let names: Vec<Value> =
                portal.lock().quirks.iter().map(|quirk| quirk.to_string().into()).collect();
            answer::json(StatusCode::OK, &names)
        }
        Err(error) => refused(&error),
    }
}

fn guard(headers: &HeaderMap) -> Result<(), Error> {
    if headers.contains_key(header::ORIGIN) {
        return Err(Error::Refused("not from a web page".to_owned()));
    }
    Ok(())
}

fn patient_of(pairs: &[(String, String)], patients: &[String]) -> String {
    let named = answer::single(pairs, "patient").map(str::to_owned);
    named.or_else(|| patients.first().cloned()).unwrap_or_default()
}

fn refused(error: &Error) -> Response {
    answer::json(StatusCode::BAD_REQUEST, &json!({"error": error.to_string()}))
}
