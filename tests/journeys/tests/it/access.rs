//! Access that ends, is renewed, or is not given: what the person sees of it.

use client::Error;
use client::views::Filter;
use client::{Query, Reason, Returned};
use harness::{BEGINNING, Device, portal};
use sandbox::{Certificate, Config, Quirk, Running, demo_data};

fn hospital(quirks: &[Quirk]) -> Running {
    portal(Config {
        quirks: quirks.iter().cloned().collect(),
        ..demo_data::hospital_of("Riverside", &[demo_data::ALESHA])
    })
}

async fn alice_at(hospital: &Running) -> Device {
    let alice = Device::new("alice's phone");
    let returned = alice.connect(hospital, "Riverside").await;
    assert!(matches!(returned, Returned::Connected(_)), "{returned:?}");
    alice
}

fn later(alice: &Device, hospital: &Running, seconds: i64) {
    alice.clock.turn(seconds);
    hospital.advance(seconds);
}

fn renewals(hospital: &Running) -> usize {
    hospital.requests().iter().filter(|one| one.path == "/auth/token").count()
}

/// The app and the system ask for a sync at the same moment, an hour after the last one.
#[tokio::test(flavor = "multi_thread")]
async fn c28_two_syncs_at_once_renew_once() {
    let hospital = hospital(&[]);
    let alice = alice_at(&hospital).await;
    later(&alice, &hospital, 3_700);
    hospital.forget_requests();
    let asked = alice.client().sync(Reason::Asked { full: false }, |_| {});
    let system = alice.client().sync(Reason::Background { deadline: alice_deadline(&hospital) }, |_| {});
    let (asked, system) = tokio::join!(asked, system);
    for report in [asked.unwrap(), system.unwrap()] {
        assert!(
            !report.portals[0].sign_in_again,
            "the portal ends a grant whose refresh token it sees twice"
        );
    }
    assert_eq!(renewals(&hospital), 1);
    assert_eq!(hospital.requests().iter().filter(|one| one.status == 401).count(), 0);
}

fn alice_deadline(hospital: &Running) -> i64 {
    hospital.now() + 3_600
}

/// Alice chose four hours at the portal. The app says so, and when they are over it keeps what it has.
#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_ends_says_when_and_keeps_what_came() {
    let hospital = hospital(&[Quirk::FixedEnd]);
    let alice = alice_at(&hospital).await;
    let end = BEGINNING + 4 * 3_600;
    let status = |alice: &Device| alice.client().portals().unwrap().remove(0);
    assert!((status(&alice).ends.unwrap() - end).abs() <= 2);
    alice.sync().await;
    let held = alice.client().view(&Query::Timeline(Filter::default())).unwrap().shown();
    later(&alice, &hospital, 3_700);
    alice.sync().await;
    assert!((status(&alice).ends.unwrap() - end).abs() <= 5, "a renewal does not move it");

    later(&alice, &hospital, 4 * 3_600);
    let report = alice.sync().await;
    assert!(report.portals[0].sign_in_again);
    assert!(status(&alice).sign_in_again);
    assert_eq!(alice.client().view(&Query::Timeline(Filter::default())).unwrap().shown(), held);
}

/// Being offline at the moment of a renewal costs nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_renewal_without_a_network_is_no_end() {
    let hospital = hospital(&[]);
    let alice = alice_at(&hospital).await;
    later(&alice, &hospital, 3_700);
    alice.wire.block(Some("/auth/token"));
    let report = alice.sync().await;
    assert!(!report.portals[0].sign_in_again);
    alice.wire.block(None);
    later(&alice, &hospital, 60);
    let report = alice.sync().await;
    assert_eq!((report.portals[0].sign_in_again, report.portals[0].trouble.clone()), (false, None));
    assert!(report.portals[0].new > 0);
}

/// C29: whatever is wrong with the certificate, nothing is sent, and it is told as "not reached".
#[tokio::test(flavor = "multi_thread")]
async fn c29_a_portal_whose_certificate_is_not_trusted_is_not_spoken_to() {
    for certificate in Certificate::ALL {
        let hospital = portal(Config {
            tls: Some(certificate),
            ..demo_data::hospital_of("Riverside", &[demo_data::ALESHA])
        });
        let alice = Device::new("alice's phone");
        let result = alice.begin(&hospital, "Riverside").await;
        assert!(matches!(result.err(), Some(Error::Offline { .. })), "{}", certificate.name());
        assert!(hospital.requests().is_empty(), "{}", certificate.name());
    }
}

/// The same with the sandbox's root among those that the system trusts: then the good certificate, and only that, is good.
#[test]
fn c29_of_a_trusted_root_only_a_good_certificate_is_good() {
    let folder = tempfile::tempdir().unwrap();
    let roots = folder.path().join("roots.pem");
    let portals: Vec<(Certificate, Running)> = Certificate::ALL
        .into_iter()
        .map(|certificate| {
            let config = demo_data::hospital_of("Riverside", &[demo_data::ALESHA]);
            (certificate, portal(Config { tls: Some(certificate), ..config }))
        })
        .collect();
    let pem: String = portals.iter().filter_map(|(_, portal)| portal.root()).collect();
    std::fs::write(&roots, pem).unwrap();
    for (certificate, portal) in &portals {
        let mut child = std::process::Command::new(std::env::current_exe().unwrap());
        child.args(["--exact", "access::a_child_asks_a_portal_over_tls", "--nocapture"]);
        let output = child.env("SSL_CERT_FILE", &roots).env(ASKS, portal.base_url()).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let good = *certificate == Certificate::Good;
        assert!(
            said.contains(if good { "@@ status 200" } else { "@@ no answer" }),
            "{}: {said}",
            certificate.name()
        );
        assert_eq!(portal.requests().is_empty(), !good, "{}", certificate.name());
    }
}

const ASKS: &str = "WELLKEPT_ASKS_OVER_TLS";

/// Does nothing but in the child of the test above.
#[tokio::test]
async fn a_child_asks_a_portal_over_tls() {
    use client::platform::Http;
    let Ok(base) = std::env::var(ASKS) else { return };
    let http = client::platform::http::ReqwestHttp::new().unwrap();
    let request = portal::Request {
        method: portal::Method::Get,
        url: format!("{base}/.well-known/smart-configuration").parse().unwrap(),
        headers: vec![],
        body: None,
        max_bytes: 1 << 20,
    };
    match http.send(request).await {
        Ok(answer) => write(&format!("@@ status {}", answer.status)),
        Err(failure) => write(&format!("@@ no answer: {failure:?}")),
    }
}

fn write(line: &str) {
    use std::io::Write as _;
    std::io::stdout().lock().write_all(format!("{line}\n").as_bytes()).unwrap();
}
