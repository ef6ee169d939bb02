use sandbox::driver::{SignIn, request, request_with};
use sandbox::{Certificate, Config, Error, Running, demo_data};

use crate::app::*;

fn portal(certificate: Certificate) -> Running {
    start(Config { tls: Some(certificate), ..demo_data::hospital_of("Hospital", &[demo_data::ALESHA]) })
}

#[tokio::test]
async fn a_portal_over_tls_is_the_same_portal() {
    let portal = portal(Certificate::Good);
    assert!(portal.base_url().starts_with("https://127.0.0.1:"));
    let root = portal.root().unwrap();
    let url = format!("{}/.well-known/smart-configuration", portal.base_url());
    let smart = json(&request_with(Some(root), "GET", &url, &[], b"").await.unwrap());
    assert_eq!(text(&smart, "token_endpoint"), portal.token_url());
    let by_name = url.replacen("127.0.0.1", "localhost", 1);
    assert_eq!(request_with(Some(root), "GET", &by_name, &[], b"").await.unwrap().status, 200);

    let alice = SignIn { root: Some(root.to_owned()), ..alice() };
    let back = alice.run(&authorize_url(&portal, ALL, |_| {})).await.unwrap();
    assert_eq!(query(&back, "iss").unwrap(), portal.base_url());
    portal.stop();
    portal.start_again().unwrap();
    assert_eq!(
        request_with(Some(root), "GET", &url, &[], b"").await.unwrap().status,
        200,
        "the same certificate"
    );
}

#[tokio::test]
async fn bad_certificates_are_bad_and_nothing_reaches_the_portal() {
    for certificate in Certificate::ALL.into_iter().filter(|one| *one != Certificate::Good) {
        let portal = portal(certificate);
        let refused = request_with(portal.root(), "GET", &portal.base_url(), &[], b"").await;
        assert!(matches!(refused, Err(Error::Network(_))), "{}", certificate.name());
        assert!(portal.requests().is_empty(), "{}", certificate.name());
    }
    let (one, other) = (portal(Certificate::Good), portal(Certificate::Good));
    assert!(
        request_with(other.root(), "GET", &one.base_url(), &[], b"").await.is_err(),
        "each has a root of its own"
    );
}

/// A visitor that says nothing keeps nobody else waiting.
#[tokio::test]
async fn a_silent_visitor_keeps_nobody_waiting() {
    let portal = portal(Certificate::Good);
    #[allow(clippy::disallowed_methods)]
    let silent = tokio::net::TcpStream::connect(("127.0.0.1", portal.port())).await.unwrap();
    let url = format!("{}/metadata", portal.base_url());
    assert_eq!(request_with(portal.root(), "GET", &url, &[], b"").await.unwrap().status, 200);
    drop(silent);
}

#[tokio::test]
async fn plain_http_does_not_reach_a_portal_over_tls() {
    let portal = portal(Certificate::Good);
    let plain = portal.base_url().replacen("https:", "http:", 1);
    assert!(request("GET", &plain, &[], b"").await.is_err());
    assert!(request("GET", &portal.base_url(), &[], b"").await.is_err(), "and TLS needs a root");
    assert_eq!(start(demo_data::hospital()).root(), None);
    for certificate in Certificate::ALL {
        assert_eq!(certificate.name().parse::<Certificate>().unwrap(), certificate);
    }
}
