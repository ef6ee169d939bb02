//! How searches and their pages go wrong: the quirks of fetching.

use std::io::Write;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::{Inner, answer};
use crate::Quirk;
use crate::quirk::Fetching;
use crate::world::{Stored, TYPES};

/// Requests that `throttled-for-long` answers.
const BEFORE_LONG: u32 = 8;
/// Stands before every id of a portal that was renumbered.
const AFTER: &str = "n-";

impl Inner {
    pub(super) fn odd(&self, quirk: Fetching) -> bool {
        self.quirks.contains(&Quirk::Fetching(quirk))
    }

    /// What comes in place of any answer about this type.
    pub(super) fn odd_refusal(&mut self, resource_type: &str) -> Option<Response> {
        if self.odd(Fetching::ThrottledForLong) {
            self.once.asked += 1;
            if self.once.asked > BEFORE_LONG {
                return Some(later("3600"));
            }
        }
        if self.odd(Fetching::EndpointGone) {
            let page = "<!DOCTYPE html><html><body>We have moved. See our new patient pages.</body></html>";
            return Some(answer::html(404, page.to_owned()));
        }
        let answered = self.quirks.iter().find_map(|quirk| match quirk {
            Quirk::Fetching(Fetching::Down(status)) => Some(*status),
            Quirk::Fetching(Fetching::Answers(on, status)) if on == resource_type => Some(*status),
            _ => None,
        });
        answered.map(|status| answer::outcome(status, "not-supported", &format!("no {resource_type} here")))
    }

    /// What comes in place of a search.
    pub(super) fn odd_search(&self, resource_type: &str, pairs: &[(String, String)]) -> Option<Response> {
        if resource_type == "Procedure" && self.odd(Fetching::HtmlPage) {
            let page = "<!DOCTYPE html><html><body>We are down for maintenance.</body></html>";
            return Some(answer::html(200, page.to_owned()));
        }
        let xml = pairs.iter().any(|(name, value)| name == "_format" && value.contains("xml"));
        xml.then(|| {
            let body = "<Bundle xmlns=\"http://hl7.org/fhir\"><type value=\"searchset\"/></Bundle>";
            ([(header::CONTENT_TYPE, "application/fhir+xml")], body).into_response()
        })
    }

    /// Whether nothing of this type is returned any more.
    pub(super) fn stopped_returning(&self, resource_type: &str) -> bool {
        self.odd(Fetching::StopsReturning(resource_type.to_owned()))
    }

    /// How the Patient has become another one, if it has.
    pub(super) fn replaced(&self, stored: &Stored) -> Option<Vec<u8>> {
        let how = self.quirks.iter().find_map(|quirk| match quirk {
            Quirk::Fetching(Fetching::PatientReplaced(how)) if stored.key.0 == "Patient" => Some(how),
            _ => None,
        })?;
        let mut patient = stored.value();
        let member = |patient: &mut Value, at: &str, value: Value| {
            if let Some(place) = patient.pointer_mut(at) {
                *place = value;
            }
        };
        match how.as_str() {
            "married" => member(&mut patient, "/name/0/family", "Okafor".into()),
            "spelling" => {
                let first = patient.pointer("/name/0/given/0").and_then(Value::as_str).unwrap_or_default();
                let corrected = format!("{first}e");
                member(&mut patient, "/name/0/given/0", corrected.into());
            }
            "birth-date" => member(&mut patient, "/birthDate", "1990-01-31".into()),
            _ => {
                member(&mut patient, "/name", json!([{"family": "Stranger", "given": ["Otto"]}]));
                member(&mut patient, "/birthDate", "1931-05-06".into());
            }
        }
        serde_json::to_vec(&patient).ok()
    }

    /// The id by which the portal knows what is asked for as `id`; none when there is no such thing.
    pub(super) fn known_as<'i>(&self, resource_type: &str, id: &'i str) -> Option<&'i str> {
        match self.odd(Fetching::Renumbered) && resource_type != "Patient" {
            true => id.strip_prefix(AFTER),
            false => Some(id),
        }
    }

    /// The id by which others know this resource.
    pub(super) fn called(&self, stored: &Stored) -> String {
        match self.odd(Fetching::Renumbered) && stored.key.0 != "Patient" {
            true => format!("{AFTER}{}", stored.key.1),
            false => stored.key.1.clone(),
        }
    }

    /// An answer in the encoding that the portal uses.
    pub(super) fn encoded(&self, body: Vec<u8>) -> Response {
        if self.odd(Fetching::Gzip) {
            let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            let gzipped = gzip.write_all(&body).and_then(|()| gzip.finish()).unwrap_or_default();
            let mut response = answer::fhir(StatusCode::OK, gzipped);
            response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            return response;
        }
        if self.odd(Fetching::Latin1) {
            let said = "application/fhir+json; charset=ISO-8859-1";
            return ([(header::CONTENT_TYPE, said)], latin1(&String::from_utf8_lossy(&body))).into_response();
        }
        let mark: &[u8] = if self.odd(Fetching::ByteOrderMark) { b"\xef\xbb\xbf" } else { b"" };
        answer::fhir(StatusCode::OK, [mark, &body].concat())
    }
}

/// 429, to come back after that.
pub(super) fn later(after: &str) -> Response {
    let mut refusal = answer::outcome(429, "throttled", "too many requests");
    if let Ok(after) = HeaderValue::from_str(after) {
        refusal.headers_mut().insert(header::RETRY_AFTER, after);
    }
    refusal
}

/// The same with every id another one but the patient's.
pub(super) fn renumbered(mut resource: Value) -> Vec<u8> {
    if resource.get("resourceType").and_then(Value::as_str) != Some("Patient") {
        let id = resource.get("id").and_then(Value::as_str).map(|id| format!("{AFTER}{id}"));
        if let (Some(id), Some(object)) = (id, resource.as_object_mut()) {
            object.insert("id".to_owned(), id.into());
        }
    }
    rename(&mut resource);
    serde_json::to_vec(&resource).unwrap_or_default()
}

/// An Observation that refers to what cannot be had.
pub(super) fn strange(base: &str, patient: &str) -> Value {
    let elsewhere = base.replacen("127.0.0.1", "localhost", 1);
    json!({
        "resourceType": "Observation", "id": "strange-references", "status": "final",
        "contained": [{"resourceType": "Specimen", "id": "held", "type": {"text": "Serum held within"}}],
        "code": {"text": "Strange references"}, "subject": {"reference": format!("Patient/{patient}")},
        "effectiveDateTime": "2020-01-01", "valueString": "as stated", "specimen": {"reference": "#held"},
        "performer": [
            {"reference": format!("{elsewhere}/Practitioner/elsewhere"), "display": "Dr Elsewhere"},
            {"reference": "Organization/not-there"},
            {"reference": "Practitioner/../../Patient/stranger"},
            {"identifier": {"system": "http://hl7.org/fhir/sid/us-npi", "value": "9999999999"}}
        ],
        "hasMember": [{"reference": "Observation?identifier=a|b"}, {"reference": "urn:uuid:0d1e2f30-0000-4000-8000-000000000000"}],
        "derivedFrom": [{"reference": "DocumentReference/not-yours"}, {"reference": "NoSuchType/1"}, {"reference": ""}]
    })
}

/// A message that names the patient as the `sender`, the `recipient` or the `subject` alone.
pub(super) fn message(patient: &str, names: &str) -> Value {
    let patient = json!({"reference": format!("Patient/{patient}")});
    json!({
        "resourceType": "Communication", "id": format!("by-{names}"), "status": "completed",
        names: if names == "recipient" { json!([patient]) } else { patient },
        "sent": "2026-10-02T09:00:00Z", "payload": [{"contentString": format!("Found by {names}")}]
    })
}

/// What the portal says of an answer that is not all.
pub(super) fn caveat(code: &str, words: &str) -> Vec<u8> {
    let issue = json!({"severity": "warning", "code": code, "diagnostics": words});
    let outcome = json!({"resourceType": "OperationOutcome", "issue": [issue]});
    json!({"resource": outcome, "search": {"mode": "outcome"}}).to_string().into_bytes()
}

fn rename(value: &mut Value) {
    match value {
        Value::Array(list) => list.iter_mut().for_each(rename),
        Value::Object(object) => {
            for (name, value) in object {
                let renamed = value.as_str().filter(|_| name == "reference").and_then(|text| {
                    let (on, id) = text.split_once('/')?;
                    (TYPES.contains(&on) && on != "Patient").then(|| format!("{on}/{AFTER}{id}"))
                });
                match renamed {
                    Some(renamed) => *value = renamed.into(),
                    None => rename(value),
                }
            }
        }
        _ => {}
    }
}

fn latin1(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for letter in text.chars() {
        match u8::try_from(u32::from(letter)) {
            Ok(byte) => out.push(byte),
            Err(_) => {
                let mut units = [0; 2];
                let escaped = letter.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}"));
                out.extend(escaped.collect::<String>().into_bytes());
            }
        }
    }
    out
}
