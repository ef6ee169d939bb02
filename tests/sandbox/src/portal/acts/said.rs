//! What the headers of a request say, and what the answer says.

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use serde_json::{Value, json};

use super::status_of;
use crate::acts::{Done, version_of};
use crate::portal::{Inner, answer, log};
use crate::shell;
use crate::world::{Stored, stamp_text};

const IF_NONE_EXIST: HeaderName = HeaderName::from_static("if-none-exist");
const PREFER: HeaderName = HeaderName::from_static("prefer");

/// What the client says beside the resource.
pub(super) struct Said {
    /// `If-None-Exist`
    pub(super) unless: Option<String>,
    /// The version in `If-Match`
    pub(super) version: Option<String>,
    /// `Prefer: return=...`
    prefer: Prefer,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Prefer {
    Minimal,
    Representation,
    Outcome,
}

impl Said {
    pub(super) fn of(headers: &HeaderMap) -> Said {
        let given = |name: &HeaderName| Some(log::text(headers, name)).filter(|text| !text.is_empty());
        let prefer = given(&PREFER).unwrap_or_default();
        let prefers = |what: &str| prefer.split([',', ';']).any(|word| word.trim() == what);
        Said {
            unless: given(&IF_NONE_EXIST),
            version: given(&header::IF_MATCH).map(|tag| version_of(&tag).to_owned()),
            prefer: match () {
                () if prefers("return=minimal") => Prefer::Minimal,
                () if prefers("return=OperationOutcome") => Prefer::Outcome,
                () => Prefer::Representation,
            },
        }
    }

    pub(super) fn answer(&self, inner: &Inner, base: &str, done: &Done) -> Response {
        let (resource_type, id) = done.key();
        let Some(stored) = inner.world.get(resource_type, id) else {
            return answer::outcome(500, "exception", "it is not there any more");
        };
        let body = match self.prefer {
            Prefer::Minimal => Vec::new(),
            Prefer::Representation => stored.bytes.to_vec(),
            Prefer::Outcome => outcome("it is done").to_string().into_bytes(),
        };
        let mut response = answer::fhir(status_of(done), body);
        for (name, value) in [
            (header::LOCATION, location(base, stored)),
            (header::ETAG, tag(stored)),
            (header::LAST_MODIFIED, shell::http_date(stored.last_updated)),
        ] {
            if let Ok(value) = HeaderValue::from_str(&value) {
                response.headers_mut().insert(name, value);
            }
        }
        if self.prefer == Prefer::Minimal {
            response.headers_mut().remove(header::CONTENT_TYPE);
        }
        response
    }

    /// The answer to a transaction, entry for entry.
    pub(super) fn answer_all(&self, inner: &Inner, base: &str, done: &[Done]) -> Response {
        let entries: Vec<Value> = done.iter().map(|done| self.entry(inner, base, done)).collect();
        let bundle = json!({"resourceType": "Bundle", "type": "transaction-response", "entry": entries});
        answer::fhir(StatusCode::OK, bundle.to_string())
    }

    fn entry(&self, inner: &Inner, base: &str, done: &Done) -> Value {
        let (resource_type, id) = done.key();
        let Some(stored) = inner.world.get(resource_type, id) else { return Value::Null };
        let status = status_of(done);
        let response = json!({
            "status": format!("{} {}", status.as_u16(), status.canonical_reason().unwrap_or_default()),
            "location": location(base, stored), "etag": tag(stored),
            "lastModified": stamp_text(stored.last_updated)
        });
        match self.prefer {
            Prefer::Representation => json!({
                "fullUrl": format!("{base}/{resource_type}/{id}"),
                "resource": stored.value(), "response": response
            }),
            _ => json!({"response": response}),
        }
    }
}

/// A searchset of appointments, with a word of the portal's own at its end.
pub(super) fn bundle(base: &str, appointments: &[Value], word: Option<&str>) -> Response {
    let entry = |appointment: &Value| {
        let id = appointment.get("id").and_then(Value::as_str).unwrap_or_default();
        json!({
            "fullUrl": format!("{base}/Appointment/{id}"), "resource": appointment, "search": {"mode": "match"}
        })
    };
    let mut entries: Vec<Value> = appointments.iter().map(entry).collect();
    entries.extend(word.map(|word| json!({"resource": outcome(word), "search": {"mode": "outcome"}})));
    let mut bundle = json!({"resourceType": "Bundle", "type": "searchset", "total": appointments.len()});
    if let (Some(object), false) = (bundle.as_object_mut(), entries.is_empty()) {
        object.insert("entry".to_owned(), entries.into());
    }
    answer::fhir(StatusCode::OK, bundle.to_string())
}

/// A word of the portal's own that is no error.
pub(super) fn word(status: u16, word: &str) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    answer::fhir(status, outcome(word).to_string())
}

fn outcome(word: &str) -> Value {
    let issue = json!({"severity": "information", "code": "informational", "diagnostics": word});
    json!({"resourceType": "OperationOutcome", "issue": [issue]})
}

fn location(base: &str, stored: &Stored) -> String {
    let (resource_type, id) = &stored.key;
    format!("{base}/{resource_type}/{id}/_history/{}", stored.version)
}

fn tag(stored: &Stored) -> String {
    format!("W/\"{}\"", stored.version)
}
