//! A portal that knows this device by a key or a registration of its own: from the first sign-in to the last word.

use std::sync::{Arc, Mutex};

use client::platform::keys::SoftwareKeys;
use client::platform::{ClientKeys, KeyFailure, Keychain, files::FileKeychain};
use client::{
    App, Client, Connecting, Error, NewConnection, Platform, Reason, Registration, Returned, SuppliedKey,
};
use data_encoding::BASE64URL_NOPAD;
use harness::{BEGINNING, Device, PASSPHRASE, TestClock, Wire, platform, portal};
use portal::PublicJwk;
use sandbox::{ALICE_PASSWORD, Config, Quirk, Running, demo_data, driver};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::{hospital, later, renewals};
use crate::leaks::Needles;

/// RSA of 2048 bits, made for tests.
const RSA: &[u8] = include_bytes!("../../../../../core/portal/tests/data/rsa-2048-for-tests.der");

fn usual() -> App {
    App::Usual { otherwise: sandbox::CLIENT_ID.to_owned() }
}

fn supplied() -> SuppliedKey {
    SuppliedKey { id: "the-clinic-s-key".to_owned(), private: Zeroizing::new(RSA.to_vec()) }
}

fn named() -> App {
    App::Named { client_id: sandbox::CLIENT_ID.to_owned(), key: None }
}

fn at(hospital: &Running, app: App) -> NewConnection {
    NewConnection { app, ..Device::new_connection(hospital, "Riverside") }
}

async fn begin(alice: &Device, hospital: &Running, app: App) -> Connecting {
    alice.client().connect(at(hospital, app)).await.unwrap()
}

async fn connect(alice: &Device, hospital: &Running, app: App) -> Returned {
    let connecting = begin(alice, hospital, app).await;
    alice.finish(connecting, None).await.unwrap()
}

/// What is kept in the keychain of how portals know this device.
fn kept(alice: &Device) -> Vec<String> {
    let names = FileKeychain::new(alice.home().join("keychain")).names().unwrap();
    names.into_iter().filter(|name| name.starts_with("app.")).collect()
}

fn forms(hospital: &Running, path: &str) -> usize {
    hospital.requests().iter().filter(|one| one.path == path).count()
}

/// The public half of the supplied key, as a person gives it to a portal.
fn jwks() -> Value {
    let keys = SoftwareKeys::new();
    let key = keys.open(&keys.take(RSA).unwrap(), &supplied().id).unwrap();
    let PublicJwk::Rsa { n, e } = key.public_jwk() else { panic!("an RSA key") };
    let number = |bytes: &[u8]| BASE64URL_NOPAD.encode(bytes);
    json!({"keys": [{"kty": "RSA", "n": number(&n), "e": number(&e), "kid": supplied().id, "alg": "RS384"}]})
}

#[tokio::test(flavor = "multi_thread")]
async fn alices_phone_registers_itself_renews_by_its_own_key_and_leaves_nothing_behind() {
    let hospital = hospital(&[]);
    let mut alice = Device::new("alice's phone");
    let connecting = begin(&alice, &hospital, usual()).await;
    assert_eq!(connecting.registration(), &Registration::Made);
    let own = hospital.registered();
    assert!(own.len() == 1 && connecting.address().contains(&own[0]), "it signs in under a name of its own");
    assert!(matches!(alice.finish(connecting, None).await.unwrap(), Returned::Connected(_)));
    let status = alice.client().portals().unwrap().remove(0);
    assert!(status.signs && !status.sign_in_again);

    alice.sync().await;
    later(&alice, &hospital, 3_700);
    alice.reopen();
    hospital.forget_requests();
    let report = alice.sync().await;
    assert_eq!((report.portals[0].sign_in_again, report.portals[0].trouble.clone()), (false, None));
    assert_eq!(renewals(&hospital), 1, "with the key that was kept");

    // To sign in again takes the same name and key.
    assert!(matches!(connect(&alice, &hospital, usual()).await, Returned::Connected(_)));
    assert_eq!((hospital.registered(), kept(&alice).len()), (own, 1));

    hospital.forget_requests();
    assert!(
        alice.client().disconnect("Riverside").await.unwrap(),
        "the portal confirms, as the key is shown"
    );
    assert_eq!(forms(&hospital, "/auth/revoke"), 2);
    assert_eq!((hospital.registered(), kept(&alice)), (vec![], vec![]));
}

#[tokio::test(flavor = "multi_thread")]
async fn c28_two_syncs_at_once_renew_once_with_a_key_too() {
    let hospital = hospital(&[]);
    let alice = Device::new("alice's phone");
    connect(&alice, &hospital, usual()).await;
    later(&alice, &hospital, 3_700);
    hospital.forget_requests();
    let sync = || alice.client().sync(Reason::Asked { full: false }, |_| {});
    let (one, other) = tokio::join!(sync(), sync());
    assert!(!one.unwrap().portals[0].sign_in_again && !other.unwrap().portals[0].sign_in_again);
    assert_eq!(renewals(&hospital), 1);
    assert_eq!(hospital.requests().iter().filter(|one| one.status == 401).count(), 0);
}

/// A clinic gave alice a client id and has the public half of an RSA key.
#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_supplied_signs_in_renews_and_is_not_asked_for_again() {
    let config = demo_data::hospital_of("Riverside", &[demo_data::ALESHA]);
    let hospital = portal(Config { client_keys: Some(jwks()), ..config });
    let alice = Device::new("alice's phone");
    let by_key = || App::Named { client_id: sandbox::CLIENT_ID.to_owned(), key: Some(supplied()) };

    let nameless = begin(&alice, &hospital, named()).await;
    let refused = alice.finish(nameless, None).await.unwrap_err();
    assert!(matches!(refused, Error::AppNotKnown { .. }), "{refused}");
    let unknown = SuppliedKey { id: "another".to_owned(), ..supplied() };
    let other =
        begin(&alice, &hospital, App::Named { client_id: sandbox::CLIENT_ID.to_owned(), key: Some(unknown) })
            .await;
    let refused = alice.finish(other, None).await.unwrap_err();
    assert!(refused.to_string().contains("does not accept this device's key, or not yet"), "{refused}");
    assert_eq!(kept(&alice), [""; 0], "what did not serve is not kept");
    let garbage = SuppliedKey { private: Zeroizing::new(b"secret".to_vec()), ..supplied() };
    let app = App::Named { client_id: sandbox::CLIENT_ID.to_owned(), key: Some(garbage) };
    assert!(matches!(alice.client().connect(at(&hospital, app)).await.err(), Some(Error::Invalid(_))));

    assert!(matches!(connect(&alice, &hospital, by_key()).await, Returned::Connected(_)));
    later(&alice, &hospital, 3_700);
    assert!(!alice.sync().await.portals[0].sign_in_again);
    assert!(matches!(connect(&alice, &hospital, usual()).await, Returned::Connected(_)));
    assert_eq!((kept(&alice).len(), hospital.registered().len()), (1, 0));
    assert!(alice.client().disconnect("Riverside").await.unwrap());
    assert_eq!(kept(&alice), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_portal_that_takes_only_rsa_registers_a_supplied_key_or_none() {
    let hospital = hospital(&[Quirk::RsaOnly]);
    let (alice, bob) = (Device::new("alice's phone"), Device::new("alice's tablet"));
    connect(&alice, &hospital, App::Registered { key: Some(supplied()) }).await;
    connect(&bob, &hospital, usual()).await;
    let signs = |device: &Device| device.client().portals().unwrap()[0].signs;
    assert_eq!((signs(&alice), signs(&bob), hospital.registered().len()), (true, false, 2));
    later(&alice, &hospital, 3_700);
    bob.clock.turn(3_700);
    for device in [&alice, &bob] {
        assert!(!device.sync().await.portals[0].sign_in_again, "{}", device.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_registration_is_told_and_the_usual_name_serves() {
    let quirk = |status| [Quirk::RegistrationRefused(status)];
    let hospital = hospital(&quirk(403));
    let alice = Device::new("alice's phone");
    let refused = alice.client().connect(at(&hospital, App::Registered { key: None })).await.err().unwrap();
    assert!(matches!(&refused, Error::NotRegistered { portal, .. } if portal == "Riverside"), "{refused}");
    assert!(refused.to_string().contains("not approved here"), "{refused}");

    let connecting = begin(&alice, &hospital, usual()).await;
    assert!(
        matches!(connecting.registration(), Registration::Refused { reason } if reason.contains("not approved"))
    );
    assert!(matches!(alice.finish(connecting, None).await.unwrap(), Returned::Connected(_)));
    hospital.set_quirks(quirk(404));
    let connecting = begin(&Device::new("bob's phone"), &hospital, usual()).await;
    assert_eq!(
        connecting.registration(),
        &Registration::Unneeded,
        "where nothing is offered, nothing is refused"
    );
    assert_eq!(kept(&alice), [""; 0]);
}

/// A registration that has not reached all of the portal yet, which answers with one word.
#[tokio::test(flavor = "multi_thread")]
async fn a_silent_no_keeps_the_registration_for_the_next_try() {
    let hospital = hospital(&[Quirk::SilentInvalidClient]);
    let alice = Device::new("alice's phone");
    let connecting = begin(&alice, &hospital, usual()).await;
    let refused = alice.finish(connecting, None).await.unwrap_err();
    assert!(
        matches!(&refused, Error::AppNotKnown { reason, .. } if reason.ends_with("or not yet")),
        "{refused}"
    );
    let own = hospital.registered();
    assert_eq!((own.len(), kept(&alice).len()), (1, 1));

    hospital.set_quirks([]);
    let connecting = begin(&alice, &hospital, usual()).await;
    assert_eq!(connecting.registration(), &Registration::Unneeded);
    assert!(matches!(alice.finish(connecting, None).await.unwrap(), Returned::Connected(_)));
    assert_eq!(hospital.registered(), own);
}

/// Alice chose the longest that the portal offers, four hours. It gives no refresh token, but lets its first access pay for a
/// key.
#[tokio::test(flavor = "multi_thread")]
async fn access_that_could_not_be_renewed_is_made_to_last_until_its_end() {
    let hospital = hospital(&[Quirk::RegistrationProtected, Quirk::NoRefreshToken, Quirk::FixedEnd]);
    let alice = Device::new("alice's phone");
    assert!(matches!(connect(&alice, &hospital, named()).await, Returned::Connected(_)));
    assert!(alice.client().portals().unwrap()[0].signs);
    for _ in 0..3 {
        assert!(!alice.sync().await.portals[0].sign_in_again);
        later(&alice, &hospital, 3_700);
    }
    later(&alice, &hospital, 4 * 3_600);
    assert!(alice.sync().await.portals[0].sign_in_again);

    // To sign in again takes the name, and a new key for the new access.
    let before = hospital.registered();
    assert!(matches!(connect(&alice, &hospital, named()).await, Returned::Connected(_)));
    assert!(!alice.sync().await.portals[0].sign_in_again);
    assert!(
        hospital.registered() != before && hospital.registered().len() == 1,
        "the old one was given back"
    );
    alice.client().disconnect("Riverside").await.unwrap();
    assert_eq!((hospital.registered(), kept(&alice)), (vec![], vec![]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_that_comes_to_nothing_leaves_no_registration() {
    let hospital = hospital(&[]);
    let alice = Device::new("alice's phone");
    let connecting = begin(&alice, &hospital, usual()).await;
    assert_eq!((hospital.registered().len(), kept(&alice).len()), (1, 1));
    connecting.give_up().await.unwrap();
    assert_eq!((hospital.registered(), kept(&alice)), (vec![], vec![]));

    let mut connecting = begin(&alice, &hospital, usual()).await;
    let unwilling = driver::SignIn {
        user: "alice".to_owned(),
        password: ALICE_PASSWORD.to_owned(),
        deny: true,
        ..Default::default()
    };
    let back = unwilling.run(connecting.address()).await.unwrap();
    assert!(matches!(connecting.redirected(&back).await, Err(Error::Refused { .. })));
    assert_eq!((hospital.registered(), kept(&alice)), (vec![], vec![]));

    connect(&alice, &hospital, usual()).await;
    let stranger = portal(demo_data::hospital());
    assert!(matches!(connect(&alice, &stranger, usual()).await, Returned::AnotherPerson { .. }));
    assert_eq!((stranger.registered(), kept(&alice).len()), (vec![], 1), "and the other portal's stays");
    assert!(forms(&stranger, "/auth/revoke") > 0);

    let nowhere = portal(demo_data::hospital());
    let connecting = begin(&alice, &nowhere, usual()).await;
    nowhere.stop();
    connecting.give_up().await.unwrap();
    assert_eq!(kept(&alice).len(), 2, "who was not reached is told the next time");
    nowhere.start_again().unwrap();
    alice.client().end_connections().await.unwrap();
    assert_eq!((nowhere.registered(), kept(&alice)), (vec![], vec![]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_gone_asks_to_sign_in_again_and_another_is_registered() {
    let hospital = hospital(&[]);
    let alice = Device::new("alice's phone");
    connect(&alice, &hospital, usual()).await;
    let keychain = FileKeychain::new(alice.home().join("keychain"));
    keychain.remove(&kept(&alice)[0]).unwrap();
    assert!(alice.sync().await.portals[0].sign_in_again);
    assert!(matches!(connect(&alice, &hospital, usual()).await, Returned::Connected(_)));
    assert!(!alice.sync().await.portals[0].sign_in_again);
    assert_eq!(hospital.registered().len(), 2, "what the lost key belonged to cannot be given back");
}

/// Hardware that is locked for a while.
#[derive(Default)]
struct Hardware {
    keys: SoftwareKeys,
    made: Mutex<Vec<Vec<u8>>>,
    locked: Mutex<bool>,
}

impl ClientKeys for Hardware {
    fn make(&self) -> Result<Zeroizing<Vec<u8>>, KeyFailure> {
        let made = self.keys.make()?;
        self.made.lock().unwrap().push(made.to_vec());
        Ok(made)
    }

    fn take(&self, supplied: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyFailure> {
        self.keys.take(supplied)
    }

    fn open(&self, kept: &[u8], kid: &str) -> Result<Arc<dyn portal::ClientKey>, KeyFailure> {
        if *self.locked.lock().unwrap() { Err(KeyFailure::Unavailable) } else { self.keys.open(kept, kid) }
    }
}

/// C1, C28: the private key is sealed in the keychain and stands in no request; hardware that does not answer ends nothing.
#[tokio::test(flavor = "multi_thread")]
async fn c1_c28_a_private_key_lies_nowhere_readable_and_may_be_locked_for_a_while() {
    let hospital = hospital(&[]);
    let home = tempfile::tempdir().unwrap();
    let (hardware, clock) = (Arc::new(Hardware::default()), Arc::new(TestClock::new(BEGINNING)));
    let keychain = Arc::new(FileKeychain::new(home.path().join("keychain")));
    let doors = Platform { keys: hardware.clone(), ..platform(keychain, &clock, &Arc::new(Wire::new())) };
    let (client, _kit) = Client::init(doors, &home.path().join("record.db"), "alice", PASSPHRASE).unwrap();
    let mut connecting = client.connect(at(&hospital, usual())).await.unwrap();
    let back = driver::sign_in(connecting.address(), "alice", ALICE_PASSWORD, None).await.unwrap();
    assert!(matches!(connecting.redirected(&back).await.unwrap(), Returned::Connected(_)));

    let made = hardware.made.lock().unwrap().remove(0);
    let mut needles = Needles::default();
    // The private number stands in the middle of it (RFC 5915 in PKCS #8).
    needles.bytes("the private key", &made[40..72]);
    assert!(!needles.found_in(&made).is_empty());
    let mut files = vec![home.path().to_owned()];
    let mut looked = 0;
    while let Some(path) = files.pop() {
        if path.is_dir() {
            files.extend(std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        assert_eq!(needles.found_in(&std::fs::read(&path).unwrap()), [""; 0], "{}", path.display());
        looked += 1;
    }
    assert!(looked >= 6, "{looked} files");

    *hardware.locked.lock().unwrap() = true;
    clock.turn(3_700);
    hospital.advance(3_700);
    let report = client.sync(Reason::Asked { full: false }, |_| {}).await.unwrap();
    assert!(!report.portals[0].sign_in_again, "a locked key is no reason to sign in again");
    assert!(report.portals[0].slots.iter().all(|slot| !matches!(slot.outcome, client::Outcome::Ok { .. })));
    *hardware.locked.lock().unwrap() = false;
    clock.turn(60);
    hospital.advance(60);
    let report = client.sync(Reason::Asked { full: false }, |_| {}).await.unwrap();
    assert!(!report.portals[0].sign_in_again && report.portals[0].new > 0);
}
