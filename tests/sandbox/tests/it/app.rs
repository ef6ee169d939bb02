//! A small app: what the tests drive the portal with.

use std::collections::BTreeSet;

use ring::digest::{SHA256, digest};
use sandbox::driver::{Reply, SignIn, request};
use sandbox::{ALICE_PASSWORD, Config, Running, Sandbox, demo_data};
use serde_json::Value;
use url::Url;

pub const VERIFIER: &str = "a-verifier-of-the-tests-that-is-long-enough-to-be-good";
pub const REDIRECT: &str = "http://127.0.0.1:54321/callback";
pub const ALL: &str = "launch/patient offline_access patient/*.read";
/// 2026-11-01, after everything in the bundles.
pub const NOW: i64 = 1_793_491_200;

/// A hospital with one patient, Alesha, whom alice signs in as.
pub fn hospital() -> Running {
    start(demo_data::hospital_of("Riverside Hospital", &[demo_data::ALESHA]))
}

pub fn start(config: Config) -> Running {
    Sandbox::start(Config { now: Some(NOW), ..config }).unwrap()
}

pub fn authorize_url(portal: &Running, scope: &str, change: impl FnOnce(&mut Vec<(&str, String)>)) -> String {
    let challenge = data_encoding::BASE64URL_NOPAD.encode(digest(&SHA256, VERIFIER.as_bytes()).as_ref());
    let mut pairs = vec![
        ("response_type", "code".to_owned()),
        ("client_id", "wellkept".to_owned()),
        ("redirect_uri", REDIRECT.to_owned()),
        ("scope", scope.to_owned()),
        ("state", "the-state".to_owned()),
        ("aud", portal.base_url()),
        ("code_challenge", challenge),
        ("code_challenge_method", "S256".to_owned()),
    ];
    change(&mut pairs);
    Url::parse_with_params(&portal.authorize_url(), pairs).unwrap().into()
}

pub fn alice() -> SignIn {
    SignIn { user: "alice".to_owned(), password: ALICE_PASSWORD.to_owned(), ..SignIn::default() }
}

pub fn query(url: &str, name: &str) -> Option<String> {
    Url::parse(url)
        .unwrap()
        .query_pairs()
        .find(|(found, _)| found == name)
        .map(|(_, value)| value.into_owned())
}

pub async fn code(portal: &Running, scope: &str) -> String {
    let back = alice().run(&authorize_url(portal, scope, |_| {})).await.unwrap();
    query(&back, "code").unwrap()
}

pub async fn form(url: &str, pairs: &[(&str, &str)]) -> Reply {
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    request("POST", url, &[("Content-Type", "application/x-www-form-urlencoded")], body.as_bytes())
        .await
        .unwrap()
}

pub async fn exchange(portal: &Running, code: &str) -> Reply {
    let pairs = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", REDIRECT),
        ("client_id", "wellkept"),
        ("code_verifier", VERIFIER),
    ];
    form(&portal.token_url(), &pairs).await
}

pub async fn refresh(portal: &Running, token: &str) -> Reply {
    let pairs = [("grant_type", "refresh_token"), ("refresh_token", token), ("client_id", "wellkept")];
    form(&portal.token_url(), &pairs).await
}

pub fn json(reply: &Reply) -> Value {
    serde_json::from_slice(&reply.body).unwrap()
}

pub fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_default().to_owned()
}

/// Signs alice in and gives the token response.
pub async fn tokens(portal: &Running, scope: &str) -> Value {
    let reply = exchange(portal, &code(portal, scope).await).await;
    assert_eq!(reply.status, 200, "{}", String::from_utf8_lossy(&reply.body));
    json(&reply)
}

pub async fn get(token: &str, url: &str) -> Reply {
    request("GET", url, &[("Authorization", &format!("Bearer {token}"))], b"").await.unwrap()
}

pub async fn fhir(portal: &Running, token: &str, path: &str) -> Reply {
    get(token, &format!("{}/{path}", portal.base_url())).await
}

pub fn next(bundle: &Value) -> Option<String> {
    let links = bundle["link"].as_array()?;
    links.iter().find(|link| link["relation"] == "next").map(|link| text(link, "url"))
}

pub fn ids(bundle: &Value) -> Vec<String> {
    let entries = bundle["entry"].as_array().cloned().unwrap_or_default();
    let matches = entries.iter().filter(|entry| entry["search"]["mode"] == "match");
    matches.map(|entry| text(&entry["resource"], "id")).collect()
}

/// Every id that a search gives, page by page.
pub async fn all(portal: &Running, token: &str, path: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut at = Some(format!("{}/{path}", portal.base_url()));
    while let Some(url) = at {
        let reply = get(token, &url).await;
        assert_eq!(reply.status, 200, "{url}: {}", String::from_utf8_lossy(&reply.body));
        let bundle = json(&reply);
        found.extend(ids(&bundle));
        at = next(&bundle);
    }
    found
}

pub fn served(portal: &Running, patient: &str, resource_type: &str) -> BTreeSet<String> {
    let served = portal.served(patient).into_iter();
    served.filter(|served| served.resource_type == resource_type).map(|served| served.id).collect()
}
