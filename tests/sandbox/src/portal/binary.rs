//! What a Binary comes as (<https://hl7.org/fhir/R4/binary.html#rest>), and how portals get it wrong.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use super::{Portal, answer};
use crate::Quirk;

/// The ways of the quirk `binary`.
pub(crate) const WAYS: [&str; 8] =
    ["json", "type", "strict", "redirect", "slow", "refused", "missing", "limited"];
/// Files that `limited` gives in a day.
pub(super) const A_DAY: u32 = 3;

const JSON: [&str; 4] = ["application/fhir+json", "application/json+fhir", "application/json", "text/json"];

/// The answer to a read of a Binary: itself for one who wants what it is, else its JSON.
pub(super) fn read(
    portal: &Portal,
    quirks: impl Fn(&Quirk) -> bool,
    accept: &str,
    binary: &Value,
    json: Vec<u8>,
) -> Response {
    let misbehaves = |way: &str| quirks(&Quirk::Binary(way.to_owned()));
    if misbehaves("refused") {
        return answer::outcome(403, "forbidden", "this app may not have this file");
    }
    if misbehaves("missing") {
        return answer::outcome(404, "not-found", "no such file");
    }
    if misbehaves("redirect") {
        let elsewhere = format!("{}/files/1", portal.origin().replace("127.0.0.1", "localhost"));
        return (StatusCode::FOUND, [(header::LOCATION, elsewhere)]).into_response();
    }
    let text = |name: &str| binary.get(name).and_then(Value::as_str).unwrap_or_default();
    let content_type = text("contentType");
    let own = !misbehaves("json")
        && wants(accept, content_type) > JSON.map(|name| wants(accept, name)).into_iter().max().unwrap_or(0);
    let neither = JSON.iter().all(|name| wants(accept, name) == 0);
    if !(own || neither && !misbehaves("json")) {
        return match misbehaves("strict") {
            true => answer::outcome(406, "not-supported", "this is no FHIR resource"),
            false => answer::fhir(StatusCode::OK, json),
        };
    }
    let said = if misbehaves("type") { "application/octet-stream" } else { content_type };
    let bytes = data_encoding::BASE64.decode(text("data").as_bytes()).unwrap_or_default();
    let said = HeaderValue::from_str(said).unwrap_or(HeaderValue::from_static("application/octet-stream"));
    (StatusCode::OK, [(header::CONTENT_TYPE, said)], bytes).into_response()
}

/// How much of a thousand an `Accept` header wants a media type. One that is named counts more than `*/*` does.
fn wants(accept: &str, media: &str) -> u32 {
    let quality = |part: &str| {
        let stated = part.split(';').skip(1).find_map(|one| one.trim().strip_prefix("q="));
        let quality = stated.map_or(Some(1.0), |stated| stated.trim().parse::<f64>().ok()).unwrap_or(0.0);
        (quality.clamp(0.0, 1.0) * 1000.0) as u32
    };
    let parts = || accept.split(',').map(|part| (part.split(';').next().unwrap_or_default().trim(), part));
    let named = parts().find(|(name, _)| name.eq_ignore_ascii_case(media));
    let accept = named.or_else(|| parts().find(|(name, _)| *name == "*/*"));
    accept.map_or(0, |(_, part)| quality(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_named_counts_more_than_anything() {
        let accept = "application/pdf, */*;q=0.1";
        assert_eq!((wants(accept, "application/pdf"), wants(accept, "application/fhir+json")), (1000, 100));
        assert_eq!((wants("*/*", "application/pdf"), wants("", "application/pdf")), (1000, 0));
        assert_eq!(wants("application/fhir+json", "application/pdf"), 0);
    }
}
