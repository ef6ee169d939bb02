use portal::{
    Error,
    connect::{Options, Pkce, Step},
};
use sandbox::{Config, Quirk, demo_data};

use super::{Phone, hospital, public, start};
use crate::keys::{made, signer, supplied};

/// How a sign-in at a portal with this switch ends.
async fn ends(quirk: Quirk) -> (Phone, Result<portal::connect::Connected, Error>) {
    let mut phone = Phone::default();
    let result = phone.connect(&hospital([quirk]), public()).await;
    (phone, result)
}

fn lenient() -> Options {
    Options { pkce: Pkce::SentAnyway, ..public() }
}

#[tokio::test]
async fn alice_signs_in_where_nothing_is_wrong() {
    let portal = hospital([]);
    let connected = Phone::default().connect(&portal, public()).await.unwrap();
    assert_eq!(connected.tokens.patient(), portal.patient());
    assert!(connected.tokens.can_refresh() && connected.tokens.ends().is_none());
    assert_eq!(connected.tokens.expires_at(), Some(super::START + 3600));
}

#[tokio::test]
async fn a_portal_of_the_old_kind_is_tried_only_when_that_is_wanted() {
    let (_, result) = ends(Quirk::OldDiscovery).await;
    assert_eq!(result.err(), Some(Error::NoPkce));
    for quirk in [Quirk::OldDiscovery, Quirk::PkceUnannounced] {
        let portal = hospital([quirk]);
        assert_eq!(Phone::default().connect(&portal, public()).await.err(), Some(Error::NoPkce));
        Phone::default().connect(&portal, lenient()).await.unwrap();
    }
    let portal = hospital([Quirk::PkcePlain]);
    assert_eq!(Phone::default().connect(&portal, lenient()).await.err(), Some(Error::NoPkce), "never plain");
}

#[tokio::test]
async fn c26_another_state_or_none_calls_no_token_address() {
    for quirk in [Quirk::StateWrong, Quirk::StateMissing] {
        let (phone, result) = ends(quirk).await;
        assert_eq!(result.err(), Some(Error::WrongState));
        assert_eq!(phone.token_requests(), 0);
    }
}

#[tokio::test]
async fn c26_another_issuer_or_none_where_one_is_promised_calls_no_token_address() {
    for quirk in [Quirk::IssWrong, Quirk::IssMissing] {
        let (phone, result) = ends(quirk).await;
        assert_eq!(result.err(), Some(Error::WrongIssuer));
        assert_eq!(phone.token_requests(), 0);
    }
    ends(Quirk::IssUnpromised).await.1.expect("nothing was promised");
}

/// Portals that promise an issuer often forget it when they refuse; the words of the refusal are what helps.
#[tokio::test]
async fn a_refusal_is_told_also_without_its_issuer() {
    let mut phone = Phone { deny: true, ..Phone::default() };
    let error = phone.connect(&hospital([Quirk::IssMissing]), public()).await.err().unwrap();
    assert_eq!(error.reason(), Some("access was not allowed: the person did not allow it"));
    let error = phone.connect(&hospital([Quirk::IssWrong]), public()).await.err().unwrap();
    assert_eq!(error, Error::WrongIssuer, "but not by another issuer");
}

#[tokio::test]
async fn an_error_of_the_sign_in_page_is_told_in_words() {
    let (phone, result) = ends(Quirk::AuthorizeError).await;
    assert_eq!(result.err().unwrap().reason(), Some("the portal had an error: out of order"));
    assert_eq!(phone.token_requests(), 0);
}

/// The portal shows its own page and the browser never comes back: the sign-in waits, and can be dropped.
#[tokio::test]
async fn a_page_from_which_nobody_comes_back_keeps_the_sign_in_waiting() {
    let portal = hospital([Quirk::AuthorizePage]);
    let (mut connect, address) = Phone::default().begin(&portal, public()).await;
    let stuck = sandbox::driver::sign_in(&address.unwrap(), "alice", sandbox::ALICE_PASSWORD, None).await;
    assert!(matches!(stuck, Err(sandbox::Error::Refused(words)) if words.contains("unknown-tenant")));
    assert!(matches!(connect.poll(), Step::Waiting));
}

#[tokio::test]
async fn c26_a_code_that_comes_back_twice_is_sent_once() {
    let portal = hospital([]);
    let mut phone = Phone::default();
    let (mut connect, address) = phone.begin(&portal, public()).await;
    let back =
        sandbox::driver::sign_in(&address.unwrap(), "alice", sandbox::ALICE_PASSWORD, None).await.unwrap();
    connect.redirected(&back, portal.now()).unwrap();
    assert_eq!(connect.redirected(&back, portal.now()), Err(Error::NotExpected));
    let connected = phone.end(&portal, &mut connect).await.unwrap();
    assert_eq!(connect.redirected(&back, portal.now()), Err(Error::NotExpected));
    assert_eq!(phone.token_requests(), 1);
    // The portal ends a grant whose code it sees twice: had it been sent twice, the access would be gone.
    let fetched = phone.fetch(&portal, connected.tokens, None).await;
    assert!(fetched.is_ok("Patient"));
}

#[tokio::test]
async fn what_the_token_address_says_instead_of_tokens_is_told() {
    let (_, result) = ends(Quirk::SilentInvalidClient).await;
    let refused =
        Error::NotThisClient { status: 401, reason: "the portal does not know this app".to_owned() };
    assert_eq!(result.err(), Some(refused));
    let (_, result) = ends(Quirk::TokenHtml).await;
    assert_eq!(result.err(), Some(Error::Malformed("the token answer")));
    let (_, result) = ends(Quirk::PatientMissing).await;
    assert_eq!(result.err(), Some(Error::NoPatient));
    let (_, result) = ends(Quirk::TokenBusy).await;
    assert_eq!(
        result.err(),
        Some(Error::Refused { status: 503, reason: "try again".to_owned() }),
        "a code is not tried twice"
    );
}

/// The code has run out, and the portal says so under status 200.
#[tokio::test]
async fn a_refusal_under_the_status_of_success_is_a_refusal() {
    let portal = hospital([Quirk::TokenErrorOk]);
    let mut phone = Phone::default();
    let (mut connect, address) = phone.begin(&portal, public()).await;
    let back =
        sandbox::driver::sign_in(&address.unwrap(), "alice", sandbox::ALICE_PASSWORD, None).await.unwrap();
    portal.advance(61);
    connect.redirected(&back, portal.now()).unwrap();
    let error = phone.end(&portal, &mut connect).await.err().unwrap();
    let reason = "the sign-in is no longer valid: the code has expired".to_owned();
    assert_eq!(error, Error::Refused { status: 200, reason });
}

#[tokio::test]
async fn c28_a_code_does_not_follow_a_redirect() {
    let portal = hospital([Quirk::TokenRedirects]);
    let mut phone = Phone::default();
    assert_eq!(phone.connect(&portal, public()).await.err(), Some(Error::Redirected));
    assert_eq!(phone.origins().len(), 1);
    assert!(portal.requests().iter().all(|request| !request.host.starts_with("localhost")));
}

#[tokio::test]
async fn the_patient_may_be_named_as_the_user() {
    let portal = hospital([Quirk::PatientByUser]);
    let mut phone = Phone::default();
    let connected = phone.connect(&portal, public()).await.unwrap();
    assert_eq!(connected.tokens.patient(), portal.patient());
    assert!(phone.fetch(&portal, connected.tokens, None).await.is_ok("Patient"));
}

#[tokio::test]
async fn a_portal_that_cannot_be_reached_has_refused_nothing() {
    let portal = hospital([]);
    let mut phone = Phone::default();
    let (mut connect, address) = phone.begin(&portal, public()).await;
    let back =
        sandbox::driver::sign_in(&address.unwrap(), "alice", sandbox::ALICE_PASSWORD, None).await.unwrap();
    connect.redirected(&back, portal.now()).unwrap();
    portal.stop();
    assert!(matches!(phone.end(&portal, &mut connect).await.err(), Some(Error::Unreachable { .. })));
}

/// A client that the portal knows by a key: its own word is taken, and nobody else's.
#[tokio::test]
async fn a_portal_that_knows_the_app_by_its_key_takes_only_that() {
    for key in [made(), supplied()] {
        let keys = crate::registering::jwks(&*key);
        let portal = start(Config {
            client_keys: Some(keys),
            ..demo_data::hospital_of("Riverside", &[demo_data::ALESHA])
        });
        let mut phone = Phone::default();
        let keyed = |key| Options { key: Some(signer(key)), ..public() };
        let connected = phone.connect(&portal, keyed(&key)).await.unwrap();
        assert!(phone.fetch(&portal, connected.tokens, Some(signer(&key))).await.is_ok("Patient"));
        let error = phone.connect(&portal, public()).await.err().unwrap();
        assert!(matches!(error, Error::NotThisClient { status: 401, .. }), "without a word");
        let error = phone.connect(&portal, keyed(&made())).await.err().unwrap();
        assert!(
            matches!(error, Error::NotThisClient { status: 401, .. }),
            "with another key of the same name or none"
        );
    }
}

/// The phone's clock is wrong by ten minutes, or the portal's is: the portal's counts for signatures.
#[tokio::test]
async fn clocks_that_differ_do_not_keep_a_key_out() {
    for ahead in [-86_400, -600, 600, 86_400] {
        let key = supplied();
        let portal = start(Config {
            client_keys: Some(crate::registering::jwks(&*key)),
            quirks: [Quirk::ClockSkew(-ahead)].into(),
            ..demo_data::hospital_of("Riverside", &[demo_data::ALESHA])
        });
        assert_eq!(portal.now(), super::START - ahead);
        let mut phone = Phone { ahead, ..Phone::default() };
        let options = Options { key: Some(signer(&key)), ..public() };
        let connected = phone.connect(&portal, options).await.unwrap();
        assert_eq!(phone.token_requests(), 1, "the clock was seen before");
        portal.advance(4_000);
        let fetched = phone.fetch(&portal, connected.tokens, Some(signer(&key))).await;
        assert!(fetched.is_ok("Patient"), "{ahead}");
        assert_eq!((fetched.stores, fetched.sign_in_again), (1, 0));
        assert_eq!(phone.token_requests(), 3, "the renewal learns it from one refusal");
    }
}
