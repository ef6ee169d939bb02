//! Access that ends, is renewed, or is not given: what the person sees of it.

mod keys;

use client::platform::Keychain;
use client::views::Filter;
use client::{Error, NewConnection, Query, Reason, Returned};
use harness::{BEGINNING, Device, lines, portal};
use portal::fetch::Outcome;
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

/// She leaves out who treated her; then she signs in again and grants it. It comes with the next sync, not a week later.
#[tokio::test(flavor = "multi_thread")]
async fn h17_what_is_referred_to_and_was_not_granted_is_named_once_and_comes_when_it_is() {
    let hospital = hospital(&[]);
    let alice = Device::new("alice's phone");
    let mut connecting = alice.begin(&hospital, "Riverside").await.unwrap();
    let chosen = ["Patient", "Encounter", "Observation"].map(|on| format!("patient%2F{on}.rs")).join("+");
    let address = connecting.address().replace("patient%2F*.rs", &chosen);
    let back = sandbox::driver::sign_in(&address, "alice", sandbox::ALICE_PASSWORD, None).await.unwrap();
    assert!(matches!(connecting.redirected(&back).await.unwrap(), Returned::Connected(_)));
    let treated = |alice: &Device| {
        let held = lines(alice.client(), Query::Other, &Filter::default()).into_iter();
        held.filter(|line| line.reference.starts_with("Practitioner/")).count()
    };
    for _ in 0..2 {
        let report = alice.sync().await.portals.remove(0);
        let slots = report.slots.iter().filter(|slot| slot.what.starts_with("Practitioner"));
        let named: Vec<_> = slots.map(|slot| slot.outcome.clone()).collect();
        assert_eq!((named, report.unfollowed), (vec![Outcome::NotGranted], vec![]));
        assert_eq!(alice.client().portals().unwrap().remove(0).unfollowed, []);
        assert_eq!(treated(&alice), 0);
        later(&alice, &hospital, 600);
    }
    assert!(!hospital.requests().iter().any(|one| one.path.starts_with("/fhir/Practitioner")));
    alice.connect(&hospital, "Riverside").await;
    alice.sync().await;
    assert!(treated(&alice) > 0);
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

/// Where the end is known, nobody has to be asked whether it has come.
#[tokio::test(flavor = "multi_thread")]
async fn an_end_that_has_come_is_told_without_a_network_and_a_new_sign_in_goes_on() {
    let hospital = hospital(&[Quirk::FixedEnd]);
    let alice = alice_at(&hospital).await;
    alice.sync().await;
    hospital.stop();
    alice.clock.turn(4 * 3_600 - 60);
    assert!(!alice.client().portals().unwrap()[0].sign_in_again);
    alice.clock.turn(120);
    assert!(alice.client().portals().unwrap()[0].sign_in_again);
    let screen = alice.client().view(&Query::Conditions(Filter::default())).unwrap();
    assert_eq!(screen.rests_on[0].trouble.as_deref(), Some("asks you to sign in again"));
    assert!(screen.shown() > 0, "what came stays");

    hospital.start_again().unwrap();
    hospital.advance(4 * 3_600 + 60);
    let nameless = NewConnection { name: None, ..Device::new_connection(&hospital, "") };
    let connecting = alice.client().connect(nameless).await.unwrap();
    let Returned::Connected(again) = alice.finish(connecting, None).await.unwrap() else {
        panic!("a sign-in")
    };
    assert_eq!(again.portal, "Riverside", "it keeps its name");
    let status = alice.client().portals().unwrap();
    assert!(status.len() == 1 && !status[0].sign_in_again && status[0].ends > Some(hospital.now()));
}

/// A portal that cannot answer now has not said no.
#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_that_fails_for_the_network_is_no_rejection() {
    let hospital = hospital(&[Quirk::TokenBusy]);
    let alice = Device::new("alice's phone");
    let busy = alice.begin(&hospital, "Riverside").await.unwrap();
    assert!(matches!(alice.finish(busy, None).await.err(), Some(Error::Offline { .. })));
    let connecting = alice.begin(&hospital, "Riverside").await.unwrap();
    alice.wire.block(Some("/auth/token"));
    assert!(matches!(alice.finish(connecting, None).await.err(), Some(Error::Offline { .. })));
    alice.wire.block(None);
    hospital.set_quirks([Quirk::AuthorizeError]);
    let connecting = alice.begin(&hospital, "Riverside").await.unwrap();
    assert!(matches!(alice.finish(connecting, None).await.err(), Some(Error::Refused { .. })));
    hospital.stop();
    let begun = alice.begin(&hospital, "Riverside").await;
    assert!(matches!(begun.err(), Some(Error::Offline { .. })));
    assert_eq!(alice.client().portals().unwrap(), [], "nothing half made");
}

/// A sync under way renews its tokens. Whoever disconnects meanwhile has the last word.
#[tokio::test(flavor = "multi_thread")]
async fn c28_disconnecting_in_the_middle_of_a_sync_leaves_no_tokens() {
    let hospital = hospital(&[]);
    let alice = alice_at(&hospital).await;
    later(&alice, &hospital, 3_700);
    alice.wire.slow(Some("/auth/token"));
    let sync = alice.client().sync(Reason::Asked { full: false }, |_| {});
    let disconnect = async {
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        alice.client().disconnect("Riverside").await
    };
    let (synced, confirmed) = tokio::join!(sync, disconnect);
    assert!(synced.is_ok() && confirmed.unwrap());
    assert!(alice.client().portals().unwrap()[0].ended.is_some(), "the sync does not take it back");
    let kept = client::platform::files::FileKeychain::new(alice.home().join("keychain")).names().unwrap();
    assert!(kept.iter().all(|name| !name.starts_with("tokens.")), "{kept:?}");
    hospital.forget_requests();
    assert_eq!(alice.sync().await.portals, []);
    assert_eq!(hospital.requests().len(), 0);
}

/// Two portals, one in trouble: each hears its own tokens and nothing of the other.
#[tokio::test(flavor = "multi_thread")]
async fn c28_each_portal_hears_its_own_tokens_only() {
    let (riverside, hillside) =
        (hospital(&[Quirk::NextOtherHost, Quirk::UnauthorizedMidSync]), hospital(&[]));
    let alice = alice_at(&riverside).await;
    alice.connect(&hillside, "Hillside").await;
    alice.sync().await;
    later(&alice, &riverside, 3_700);
    hillside.advance(3_700);
    alice.sync_full().await;
    alice.client().disconnect("Hillside").await.unwrap();
    let (one, other) = (alice.wire.tokens(&riverside.origin()), alice.wire.tokens(&hillside.origin()));
    assert!(one.len() >= 2 && other.len() >= 2, "both were renewed");
    assert!(one.iter().all(|token| !other.contains(token)));
    let all = alice.wire.sent();
    let elsewhere = |url: &str| !url.starts_with(&riverside.origin()) && !url.starts_with(&hillside.origin());
    assert_eq!(all.iter().filter(|sent| elsewhere(&sent.url)).count(), 0);
    assert!(
        all.iter().all(|sent| !one.iter().chain(&other).any(|token| sent.url.contains(&token[7..]))),
        "in no address"
    );
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

/// Our own library cannot speak TLS 1.1, so that the portal is openssl's: the same one is heard over TLS 1.2.
#[test]
fn c29_a_portal_of_tls_1_1_is_not_spoken_to() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name);
    let made = openssl()
        .args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"])
        .args(["-addext", "subjectAltName=DNS:localhost", "-addext", "basicConstraints=critical,CA:FALSE"])
        .args(["-keyout".as_ref(), file("key").as_os_str(), "-out".as_ref(), file("root").as_os_str()])
        .output();
    assert!(made.unwrap().status.success());
    for (version, heard) in [("-tls1_1", "@@ no answer"), ("-tls1_2", "@@ status 200")] {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut portal = openssl()
            .args(["s_server", version, "-cipher", "ALL:@SECLEVEL=0", "-www", "-accept", &port.to_string()])
            .args(["-key".as_ref(), file("key").as_os_str(), "-cert".as_ref(), file("root").as_os_str()])
            .spawn()
            .unwrap();
        let there = || std::net::TcpStream::connect(("localhost", port)).is_ok();
        assert!((0..500).any(|_| there() || {
            std::thread::sleep(std::time::Duration::from_millis(10));
            false
        }));
        let mut child = std::process::Command::new(std::env::current_exe().unwrap());
        child.args(["--exact", "access::a_child_asks_a_portal_over_tls", "--nocapture"]);
        let asks = child.env("SSL_CERT_FILE", file("root")).env(ASKS, format!("https://localhost:{port}"));
        let said = String::from_utf8(asks.output().unwrap().stdout).unwrap();
        portal.kill().unwrap();
        portal.wait().unwrap();
        assert!(said.contains(heard), "{version}: {said}");
    }
}

fn openssl() -> std::process::Command {
    let mut openssl = std::process::Command::new("openssl");
    openssl.stdin(std::process::Stdio::null());
    openssl.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
    openssl
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
