//! The attacks do what their names say.

use std::time::Duration;

use sandbox::{Hostile, Quirk, Running};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::app::*;

async fn attacked() -> (Running, String) {
    let portal = hospital();
    let token = text(&tokens(&portal, ALL).await, "access_token");
    (portal, token)
}

/// The first bytes of an answer, or all of it, as far as it comes within the time.
async fn begin(portal: &Running, token: &str, most: usize, patience: Duration) -> Vec<u8> {
    #[allow(clippy::disallowed_methods, reason = "an answer that does not end is read by hand")]
    let mut stream = tokio::net::TcpStream::connect(("127.0.0.1", portal.port())).await.unwrap();
    let ask = format!(
        "GET /fhir/Procedure HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\r\n"
    );
    stream.write_all(ask.as_bytes()).await.unwrap();
    let mut seen = Vec::new();
    let mut buffer = vec![0; 64 << 10];
    let reading = async {
        while seen.len() < most {
            match stream.read(&mut buffer).await {
                Ok(0) | Err(_) => break,
                Ok(read) => seen.extend_from_slice(&buffer[..read]),
            }
        }
    };
    let _in_time = tokio::time::timeout(patience, reading).await;
    seen
}

#[tokio::test]
async fn bodies_without_an_end_do_not_end() {
    let (portal, token) = attacked().await;
    let soon = Duration::from_secs(30);
    for (attack, most) in
        [(Hostile::EndlessBody, 40 << 20), (Hostile::GzipBomb, 1 << 20), (Hostile::MillionEntries, 10 << 20)]
    {
        portal.set_quirks([Quirk::from(attack)]);
        assert!(begin(&portal, &token, most, soon).await.len() >= most, "{attack:?}");
    }
    portal.set_quirks([Quirk::from(Hostile::SlowDrip)]);
    let (brief, long) =
        (begin(&portal, &token, 1 << 20, Duration::from_millis(1_500)).await, Duration::from_millis(3_500));
    let later = begin(&portal, &token, 1 << 20, long).await;
    assert!(
        brief.len() < later.len() && later.len() < brief.len() + 60,
        "{} then {}",
        brief.len(),
        later.len()
    );
}

#[tokio::test]
async fn lengths_and_headers_lie() {
    let (portal, token) = attacked().await;
    let soon = Duration::from_secs(10);
    for (attack, less) in [(Hostile::LengthTooLong, true), (Hostile::LengthTooShort, false)] {
        portal.set_quirks([Quirk::from(attack)]);
        let answer = String::from_utf8(begin(&portal, &token, 1 << 20, soon).await).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let said = head
            .lines()
            .find_map(|line| line.to_lowercase().strip_prefix("content-length: ").map(str::to_owned));
        let said: usize = said.unwrap().parse().unwrap();
        assert_eq!(body.len() < said, less, "{attack:?}: {} of {said}", body.len());
        assert!(less || serde_json::from_str::<Value>(body).is_err());
    }
    portal.set_quirks([Quirk::from(Hostile::HugeHeaders)]);
    assert!(begin(&portal, &token, 2 << 20, soon).await.len() > 1 << 20);
}

#[tokio::test]
async fn redirects_and_pages_lead_on() {
    let (portal, token) = attacked().await;
    for (attack, status, to) in [
        (Hostile::RedirectsElsewhere, 302, "http://localhost:"),
        (Hostile::RedirectsToHttp, 301, "http://127.0.0.1:9/"),
    ] {
        portal.set_quirks([Quirk::from(attack)]);
        let reply = fhir(&portal, &token, "Goal").await;
        assert!(reply.status == status && reply.header("location").unwrap().starts_with(to));
    }
    portal.set_quirks([Quirk::from(Hostile::EndlessNext)]);
    let mut url = format!("{}/Procedure", portal.base_url());
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..50 {
        let bundle = json(&get(&token, &url).await);
        assert!(seen.insert(text(&bundle["entry"][0]["resource"], "id")));
        url = next(&bundle).unwrap();
    }
}

#[tokio::test]
async fn what_is_slipped_in_stands_among_the_observations() {
    let (portal, token) = attacked().await;
    let before = fhir(&portal, &token, "Observation?_count=200").await.body.len();
    let slipped = [
        (Hostile::DeepJson, "[[[[[[[["),
        (Hostile::ClimbingIds, "../../../../tmp/climbed"),
        (Hostile::Injection, "DROP TABLE"),
        (Hostile::BidiText, "\u{202e}"),
        (Hostile::Scripts, "<script>"),
        (Hostile::DoubledKeys, "Patient/stranger"),
        (Hostile::HugeNumbers, "1e999"),
        (Hostile::BundleInABundle, "\"resourceType\":\"Bundle\",\"id\":\"inner\""),
        (Hostile::InvalidUtf8, "\u{fffd}"),
    ];
    for (attack, sign) in slipped {
        portal.set_quirks([Quirk::from(attack)]);
        let body = fhir(&portal, &token, "Observation?_count=200").await.body;
        assert!(body.len() > before && String::from_utf8_lossy(&body).contains(sign), "{attack:?}");
        assert_eq!(std::str::from_utf8(&body).is_err(), attack == Hostile::InvalidUtf8);
        assert_eq!(fhir(&portal, &token, "Condition").await.status, 200);
    }
}
