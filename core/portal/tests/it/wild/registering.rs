use std::sync::Arc;

use portal::{
    ClientAuth, Error, Request, Tokens,
    register::{Options, Register, Registered, Step, give_back},
    session,
};
use sandbox::{Quirk, Running};

use super::{Phone, RETURN, hospital, public};
use crate::keys::{DeviceKey, made, signer, supplied};

fn options(key: Option<&Arc<DeviceKey>>) -> Options {
    Options {
        name: "Wellkept".to_owned(),
        redirect_uri: RETURN.to_owned(),
        software: Some(("org.wellkept".to_owned(), "1.0".to_owned())),
        key: key.map(|key| key.clone() as Arc<dyn portal::ClientKey>),
    }
}

impl Phone {
    async fn register(&mut self, mut register: Register) -> Result<Registered, Error> {
        loop {
            match register.poll() {
                Step::Send(request) => {
                    let answer = self.send(&request).await;
                    register.receive(answer);
                }
                Step::Waiting => panic!("nothing to wait for"),
                Step::Done(registered) => return Ok(registered),
                Step::Failed(error) => return Err(error),
            }
        }
    }

    async fn status(&mut self, request: Request) -> u16 {
        self.send(&request).await.unwrap().status
    }
}

async fn open(portal: &Running, key: Option<&Arc<DeviceKey>>) -> Result<Registered, Error> {
    Phone::default().register(Register::open(&portal.base_url(), options(key)).unwrap()).await
}

#[tokio::test]
async fn the_phone_registers_its_key_signs_in_renews_and_is_forgotten() {
    for key in [made(), supplied()] {
        let portal = hospital([]);
        let registered = open(&portal, Some(&key)).await.unwrap();
        assert_eq!(registered.auth(), ClientAuth::PrivateKeyJwt);
        assert_eq!(portal.registered(), [registered.client_id()]);
        let kept = Registered::decode(&registered.encode()).unwrap();

        let mut phone = Phone::default();
        let connected = phone.connect(&portal, kept.options(Some(signer(&key))).unwrap()).await.unwrap();
        assert_eq!(
            (connected.tokens.client_id(), connected.tokens.key()),
            (kept.client_id(), Some(key_name(&key)))
        );
        portal.advance(3_700);
        let own = portal::Signer::new(key.clone(), [9; 32]);
        let fetched = phone.fetch(&portal, connected.tokens, Some(own.clone())).await;
        assert_eq!((fetched.stores, fetched.sign_in_again), (1, 0));
        assert!(fetched.is_ok("Observation/laboratory"));

        for request in session::revoke(&fetched.tokens, Some(&own), portal.now()) {
            assert_eq!(phone.status(request).await, 200);
        }
        assert_eq!(phone.status(give_back(&kept).unwrap()).await, 204);
        assert_eq!(portal.registered(), [""; 0]);
    }
}

fn key_name(key: &Arc<DeviceKey>) -> &str {
    portal::ClientKey::kid(&**key)
}

#[tokio::test]
async fn without_a_key_the_phone_is_a_public_client_of_its_own() {
    let portal = hospital([]);
    let registered = open(&portal, None).await.unwrap();
    assert_eq!((registered.auth(), registered.key()), (ClientAuth::None, None));
    let connected = Phone::default().connect(&portal, registered.options(None).unwrap()).await.unwrap();
    assert_eq!(connected.tokens.client_id(), registered.client_id());
}

#[tokio::test]
async fn a_portal_that_does_not_register_the_phone_is_connected_by_the_app_s_own_name() {
    let refusals = [
        (400, "the portal does not take what the app says of itself: this app is not approved here"),
        (401, "the portal does not take what the app says of itself: this app is not approved here"),
        (403, "the portal does not take what the app says of itself: this app is not approved here"),
    ];
    for (status, reason) in refusals {
        let portal = hospital([Quirk::RegistrationRefused(status)]);
        let error = open(&portal, Some(&made())).await.err().unwrap();
        assert_eq!(error, Error::NotRegistered { status, reason: reason.to_owned() });
        assert!(Phone::default().connect(&portal, public()).await.is_ok());
    }
    let portal = hospital([Quirk::RegistrationRefused(404)]);
    assert_eq!(open(&portal, Some(&made())).await.err(), Some(Error::NoRegistration));
    let portal = hospital([]);
    portal.stop();
    assert!(matches!(open(&portal, Some(&made())).await.err(), Some(Error::Unreachable { .. })));
}

#[tokio::test]
async fn where_only_rsa_is_registered_the_device_s_own_key_is_not_offered() {
    let portal = hospital([Quirk::RsaOnly]);
    let public = open(&portal, Some(&made())).await.unwrap();
    assert_eq!(public.auth(), ClientAuth::None, "the portal says so");
    let keyed = open(&portal, Some(&supplied())).await.unwrap();
    assert_eq!(keyed.auth(), ClientAuth::PrivateKeyJwt);
}

#[tokio::test]
async fn what_the_portal_makes_of_a_registration_is_what_counts() {
    let change = |what: &str| Quirk::RegistrationChanges(what.to_owned());
    let key = made();
    for (what, words) in
        [("secret", "it insists on a shared secret"), ("redirect", "it leads back to another address")]
    {
        let portal = hospital([change(what)]);
        assert_eq!(open(&portal, Some(&key)).await.err(), Some(Error::Unusable(words)));
        assert_eq!(portal.registered(), [""; 0], "{what}: it was given back");
    }
    let portal = hospital([change("method")]);
    let registered = open(&portal, Some(&key)).await.unwrap();
    assert_eq!(registered.auth(), ClientAuth::None);
    assert!(Phone::default().connect(&portal, registered.options(None).unwrap()).await.is_ok());

    let portal = hospital([change("grants")]);
    let registered = open(&portal, Some(&key)).await.unwrap();
    let connected =
        Phone::default().connect(&portal, registered.options(Some(signer(&key))).unwrap()).await.unwrap();
    assert!(!connected.tokens.can_refresh(), "it does not ask for what it would not get");

    let portal = hospital([change("scopes")]);
    let registered = open(&portal, Some(&key)).await.unwrap();
    assert_eq!(registered.scopes(), "launch/patient patient/Observation.rs patient/Patient.rs");
    let connected =
        Phone::default().connect(&portal, registered.options(Some(signer(&key))).unwrap()).await.unwrap();
    assert_eq!(connected.tokens.scopes().to_string(), registered.scopes(), "more would be invalid_scope");
}

/// The kind of portal that gives no refresh token to a public client, but lets its access register a key.
#[tokio::test]
async fn the_first_access_pays_for_a_key_that_renews_it_until_the_end() {
    let portal = hospital([Quirk::RegistrationProtected, Quirk::NoRefreshToken, Quirk::FixedEnd]);
    let key = made();
    let refused = open(&portal, Some(&key)).await.err().unwrap();
    assert!(matches!(refused, Error::NotRegistered { status: 401, .. }));

    // The phone's clock is ten minutes fast, which its first word tells the portal and the portal's answer tells it.
    let mut phone = Phone { ahead: 600, ..Phone::default() };
    let first = phone.connect(&portal, public()).await.unwrap().tokens;
    assert!(!first.can_refresh());
    let register = Register::within(&first, options(Some(&key))).unwrap();
    let registered = phone.register(register).await.unwrap();
    let taken = registered.take_over(&first).unwrap();
    let mut tokens = Tokens::decode(&taken.encode()).unwrap();
    for hour in 0..3_u8 {
        portal.set_now(super::START + i64::from(hour) * 3_700);
        let own = portal::Signer::new(key.clone(), [hour; 32]);
        let fetched = phone.fetch(&portal, tokens, Some(own)).await;
        assert_eq!((fetched.stores, fetched.sign_in_again), (1, 0), "hour {hour}");
        assert!(fetched.is_ok("Observation/laboratory"));
        tokens = fetched.tokens;
    }
    portal.set_now(super::START + 4 * 3600 + 1);
    let fetched = phone.fetch(&portal, tokens, Some(signer(&key))).await;
    assert_eq!(fetched.sign_in_again, 1);
}
