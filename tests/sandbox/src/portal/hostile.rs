//! Attacks: what comes in place of an answer, and what is slipped into one.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use flate2::{Compress, Compression, FlushCompress};
use futures_util::{StreamExt, stream};
use serde_json::{Value, json};

use super::{Inner, answer};
use crate::quirk::Hostile;
use crate::{Error, Quirk};

const CHUNK: usize = 1 << 20;
const GIGABYTES: usize = 10;
const MILLION: usize = 1_000_000;

/// What comes in place of the answer to a search.
pub(super) fn instead(
    inner: &Inner,
    base: &str,
    on: &str,
    patient: &str,
    pairs: &[(String, String)],
) -> Option<Response> {
    let attack = Hostile::ALL.iter().find(|attack| inner.quirks.contains(&Quirk::Hostile(**attack)))?;
    let elsewhere = |from: &str, to: &str| format!("{}/{on}", base.replacen(from, to, 1));
    Some(match attack {
        Hostile::EndlessBody => streamed(stream::iter(chunks(OPENING, Bytes::from(vec![b' '; CHUNK])))),
        Hostile::GzipBomb => {
            let mut response = streamed(stream::iter(chunks(GZIP, bomb())));
            response.headers_mut().insert(header::CONTENT_ENCODING, header::HeaderValue::from_static("gzip"));
            response
        }
        Hostile::SlowDrip => streamed(stream::iter(0..u64::MAX).then(|n| async move {
            tokio::time::sleep(Duration::from_secs(1)).await;
            let byte = if n == 0 { b'{' } else { b' ' };
            Bytes::from(vec![byte])
        })),
        Hostile::MillionEntries => many(
            "{\"resourceType\":\"Bundle\",\"type\":\"searchset\",\"entry\":[",
            |n| format!("{{\"resource\":{{\"resourceType\":\"{}\",\"id\":\"m{n}\"}}}}", "Observation"),
            "]}",
        ),
        Hostile::MillionMembers => many("{\"resourceType\":\"Bundle\",", |n| format!("\"x{n}\":0"), "}"),
        Hostile::DensePages if on == "Observation" => dense(patient),
        Hostile::EndlessNext if on == "Procedure" => endless(base, patient, pairs),
        Hostile::RedirectsElsewhere => redirect(StatusCode::FOUND, &elsewhere("127.0.0.1", "localhost")),
        Hostile::RedirectsToHttp => {
            redirect(StatusCode::MOVED_PERMANENTLY, &format!("http://127.0.0.1:9/fhir/{on}"))
        }
        Hostile::LengthTooLong => lying(100),
        Hostile::LengthTooShort => lying(-20),
        Hostile::HugeHeaders => {
            let huge = (HeaderName::from_static("x-huge"), "h".repeat(1 << 20));
            (StatusCode::OK, [huge], EMPTY).into_response()
        }
        _ => return None,
    })
}

/// What is slipped into a search for Observations.
pub(super) fn among(inner: &Inner, patient: &str) -> Vec<Arc<[u8]>> {
    let on = |attack: Hostile| inner.quirks.contains(&Quirk::Hostile(attack));
    let of = |whose: &str, id: &str, name: &str| {
        let subject = json!({"reference": format!("Patient/{whose}")});
        json!({
            "resourceType": "Observation", "id": id, "status": "final", "code": {"text": name}, "subject": subject,
            "effectiveDateTime": "2020-01-01", "valueString": name
        })
    };
    let observation = |id: &str, name: &str| of(patient, id, name);
    let mut found: Vec<Vec<u8>> = Vec::new();
    let mut push = |value: &Value| found.push(value.to_string().into_bytes());
    if on(Hostile::ClimbingIds) {
        CLIMBING.iter().for_each(|id| push(&observation(id, "An id that climbs")));
    }
    if on(Hostile::Injection) {
        SYNTAX.iter().enumerate().for_each(|(n, text)| push(&observation(&format!("{text}{n}"), text)));
    }
    if on(Hostile::BidiText) {
        push(&observation("bidi", BIDI));
    }
    if on(Hostile::Scripts) {
        let mut scripted = observation("scripted", "A narrative with scripts");
        let narrative = json!({"status": "generated", "div": SCRIPT});
        scripted.as_object_mut().map(|members| members.insert("text".to_owned(), narrative));
        push(&scripted);
    }
    if on(Hostile::BundleInABundle) {
        let other = of("stranger", "in-a-bundle", "A result of somebody else in a bundle");
        let entry =
            json!([{"resource": other}, {"resource": observation("in-a-bundle-mine", "Mine in a bundle")}]);
        push(&json!({"resourceType": "Bundle", "id": "inner", "type": "collection", "entry": entry}));
    }
    let sound = observation("odd", "An odd result").to_string();
    let odd = |before: &str, after: &str| sound.replacen(before, after, 1);
    if on(Hostile::DeepJson) {
        let deep = format!("\"odd\",\"x\":{}{}", "[".repeat(10_000), "]".repeat(10_000));
        found.push(odd("\"odd\"", &deep).into_bytes());
    }
    if on(Hostile::DoubledKeys) {
        let stranger =
            "\"odd\",\"subject\":{\"reference\":\"Patient/stranger\"},\"status\":\"entered-in-error\"";
        found.push(odd("\"odd\"", stranger).into_bytes());
        // Hers in every copy, and what it says stands in it twice.
        found.push(odd("\"odd\"", "\"doubled-value\",\"valueString\":\"negative\"").into_bytes());
    }
    if on(Hostile::HugeNumbers) {
        let numbers = "\"odd\",\"valueQuantity\":{\"value\":1e999,\"unit\":\"mg\"},\"referenceRange\":[{\"low\":{\"value\":-1e-999}}]";
        found.push(odd("\"odd\"", numbers).into_bytes());
    }
    if on(Hostile::InvalidUtf8) {
        let mut broken = odd("An odd result", "An odd \u{1} result").into_bytes();
        broken.iter_mut().filter(|byte| **byte == 1).for_each(|byte| *byte = 0xff);
        found.push(broken);
    }
    found.into_iter().map(Arc::from).collect()
}

/// Ids that climb.
const CLIMBING: &[&str] = &[
    "../../../../tmp/climbed",
    "..",
    "/etc/passwd",
    "C:\\Windows\\climbed",
    "a/b?c#d",
    "%2e%2e%2fclimbed",
    "climb\0ed",
];
/// What a database or its search might take for its own.
const SYNTAX: &[&str] = &[
    "'; DROP TABLE row; --",
    "\" OR 1=1 --",
    "x\") MATCH \"y",
    "NEAR(a b, 10) AND NOT c*",
    "{row : ^first} + \"",
    "%_%[a-z]",
];
const BIDI: &str = "\u{202e}lamron\u{202c} \u{2066}5\u{2069} \u{1b}[31mred\u{1b}[0m \u{200f}end\u{feff}";
const SCRIPT: &str = "<div xmlns=\"http://www.w3.org/1999/xhtml\">Heavy growth<script>document.write('no growth')</script>\
    <img src=\"http://127.0.0.1:9/beacon\" onerror=\"alert(1)\"/><iframe src=\"javascript:alert(2)\"></iframe></div>";
const OPENING: &[u8] = b"{\"resourceType\":\"Bundle\",\"entry\":[";
const EMPTY: &str = "{\"resourceType\":\"Bundle\",\"type\":\"searchset\",\"total\":0}";
/// RFC 1952, section 2.3.
const GZIP: &[u8] = &[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3];

fn streamed(bytes: impl stream::Stream<Item = Bytes> + Send + 'static) -> Response {
    answer::fhir(StatusCode::OK, Body::from_stream(bytes.map(Ok::<_, Error>)))
}

fn chunks(first: &'static [u8], chunk: Bytes) -> impl Iterator<Item = Bytes> + Send {
    std::iter::once(Bytes::from_static(first)).chain(std::iter::repeat_n(chunk, GIGABYTES << 10))
}

/// A megabyte of spaces as a part of a deflate stream that may stand in it any number of times.
fn bomb() -> Bytes {
    let mut compress = Compress::new(Compression::best(), false);
    let mut part = Vec::with_capacity(64 << 10);
    // The first part may name the stream's beginning; the second one stands for itself.
    for _ in 0..2 {
        part.clear();
        let _never_fails = compress.compress_vec(&[b' '; CHUNK], &mut part, FlushCompress::Full);
    }
    Bytes::from(part)
}

fn many(opening: &'static str, one: fn(usize) -> String, closing: &'static str) -> Response {
    let block = move |from: usize| {
        let items: Vec<String> = (from..from + 1_000).map(one).collect();
        let comma = if from == 0 { "" } else { "," };
        Bytes::from(format!("{comma}{}", items.join(",")))
    };
    let blocks = (0..MILLION).step_by(1_000).map(block);
    let all = std::iter::once(Bytes::from_static(opening.as_bytes())).chain(blocks);
    streamed(stream::iter(all.chain(std::iter::once(Bytes::from_static(closing.as_bytes())))))
}

/// A hundred Observations of four hundred and eighty components each, of nine hundred that there are said to be.
fn dense(patient: &str) -> Response {
    let component =
        format!(r#"{{"code":{{"text":"{}"}},"valueString":"{}"}}"#, "c".repeat(60), "v".repeat(60));
    let components = vec![component; 480].join(",");
    let observation = |n: usize| {
        format!(
            r#"{{"resource":{{"resourceType":"Observation","id":"dense-{n}","status":"final","code":{{"text":"Dense"}},"subject":{{"reference":"Patient/{patient}"}},"component":[{components}]}}}}"#
        )
    };
    let entries: Vec<String> = (0..100).map(observation).collect();
    answer::fhir(
        StatusCode::OK,
        format!(
            r#"{{"resourceType":"Bundle","type":"searchset","total":900,"entry":[{}]}}"#,
            entries.join(",")
        ),
    )
}

fn endless(base: &str, patient: &str, pairs: &[(String, String)]) -> Response {
    let number = answer::single(pairs, "_endless").and_then(|number| number.parse::<u64>().ok()).unwrap_or(0);
    let next = format!("{base}/Procedure?_endless={}", number + 1);
    let procedure = json!({
        "resourceType": "Procedure", "id": format!("endless-{number}"), "status": "completed",
        "code": {"text": "Never ends"}, "subject": {"reference": format!("Patient/{patient}")}
    });
    let bundle = json!({
        "resourceType": "Bundle", "type": "searchset", "link": [{"relation": "next", "url": next}],
        "entry": [{"resource": procedure}]
    });
    answer::fhir(StatusCode::OK, bundle.to_string())
}

fn redirect(status: StatusCode, to: &str) -> Response {
    (status, [(header::LOCATION, to)]).into_response()
}

/// An empty bundle and a `Content-Length` that is off by so many bytes.
fn lying(by: isize) -> Response {
    let length = EMPTY.len().saturating_add_signed(by).to_string();
    // A moment in between, so that the first part is on its way before the end of it is noticed.
    let mut response = streamed(stream::iter(["", EMPTY]).then(|part| async move {
        tokio::time::sleep(Duration::from_millis(if part.is_empty() { 0 } else { 30 })).await;
        Bytes::from_static(part.as_bytes())
    }));
    if let Ok(length) = header::HeaderValue::from_str(&length) {
        response.headers_mut().insert(header::CONTENT_LENGTH, length);
    }
    response
}
