//! Answers in the forms that the portal uses.

use axum::body::Body;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::json;

/// A FHIR answer, the bytes as they are.
pub(super) fn fhir(status: StatusCode, bytes: impl Into<Body>) -> Response {
    (status, [(header::CONTENT_TYPE, "application/fhir+json; charset=utf-8")], bytes.into()).into_response()
}

/// An OperationOutcome: `code` of <http://hl7.org/fhir/ValueSet/issue-type>.
pub(super) fn outcome(status: u16, code: &str, text: &str) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let issue = json!({"severity": "error", "code": code, "diagnostics": text});
    fhir(status, json!({"resourceType": "OperationOutcome", "issue": [issue]}).to_string())
}

/// JSON that must not be kept by any cache.
pub(super) fn json(status: StatusCode, value: &impl Serialize) -> Response {
    let bytes = serde_json::to_vec(value).unwrap_or_default();
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CACHE_CONTROL, "no-store"),
        (header::PRAGMA, "no-cache"),
    ];
    (status, headers, bytes).into_response()
}

/// A page for a person.
pub(super) fn html(status: u16, page: String) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
        ),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    (status, headers, page).into_response()
}

/// 303 to an address.
pub(super) fn see_other(to: &str) -> Response {
    (StatusCode::SEE_OTHER, [(header::LOCATION, to), (header::CACHE_CONTROL, "no-store")]).into_response()
}

/// What the portal itself could not do.
pub(super) fn broken(error: &crate::Error) -> Response {
    outcome(500, "exception", &error.to_string())
}

/// Names and values of a query or a form.
pub(super) fn pairs(text: &[u8]) -> Vec<(String, String)> {
    url::form_urlencoded::parse(text).into_owned().collect()
}

/// The value of a name that is there exactly once, and not empty.
pub(super) fn single<'p>(pairs: &'p [(String, String)], name: &str) -> Option<&'p str> {
    let mut values = pairs.iter().filter(|(found, _)| found == name).map(|(_, value)| value.as_str());
    let value = values.next().filter(|value| !value.is_empty());
    if values.next().is_some() { None } else { value }
}
