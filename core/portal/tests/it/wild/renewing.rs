use portal::{
    Tokens,
    connect::Options,
    fetch::{Fault, Outcome},
    session,
};
use sandbox::{Config, Quirk, Running, demo_data};

use super::{Fetched, Phone, hospital, public, start};

async fn connected(portal: &Running) -> (Phone, Tokens) {
    let mut phone = Phone::default();
    let tokens = phone.connect(portal, public()).await.unwrap().tokens;
    phone.sent.clear();
    (phone, tokens)
}

/// After an hour, when the access token has ended.
async fn an_hour_later(quirk: Quirk) -> (Phone, Fetched, Running) {
    let portal = hospital([]);
    let (mut phone, tokens) = connected(&portal).await;
    portal.set_quirks([quirk]);
    portal.advance(3_700);
    let fetched = phone.fetch(&portal, tokens, None).await;
    (phone, fetched, portal)
}

fn all_failed(fetched: &Fetched, fault: Fault) -> bool {
    let is = |outcome: &Outcome| matches!(outcome, Outcome::Failed { fault: found, .. } if *found == fault);
    fetched.outcomes.values().filter(|outcome| **outcome != Outcome::NotGranted).all(is)
}

#[tokio::test]
async fn without_a_refresh_token_the_end_of_access_is_the_end_of_the_connection() {
    let portal = hospital([Quirk::NoRefreshToken]);
    let (mut phone, tokens) = connected(&portal).await;
    assert!(!tokens.can_refresh());
    assert_eq!(tokens.ends(), Some(super::START + 3600), "and it is known from the start");
    let again = Tokens::decode(&tokens.encode()).unwrap();
    assert!(phone.fetch(&portal, tokens, None).await.is_ok("Patient"));
    portal.advance(3_700);
    let fetched = phone.fetch(&portal, again, None).await;
    assert_eq!((fetched.sign_in_again, phone.token_requests()), (1, 0));
}

/// The person chose for how long: renewing works until then, moves nothing, and then the portal asks to sign in again.
#[tokio::test]
async fn a_connection_with_a_fixed_end_says_when_and_ends_then() {
    let portal = hospital([Quirk::FixedEnd]);
    let (mut phone, tokens) = connected(&portal).await;
    let end = super::START + 4 * 3600;
    assert_eq!(tokens.ends(), Some(end));
    let mut tokens = tokens;
    for hour in 1..4 {
        portal.set_now(super::START + hour * 3600);
        let fetched = phone.fetch(&portal, tokens, None).await;
        assert_eq!((fetched.stores, fetched.sign_in_again), (1, 0));
        assert!(fetched.is_ok("Patient"));
        tokens = fetched.tokens;
        let said = tokens.ends().unwrap();
        assert!((said - end).abs() <= 2, "renewing does not move the end: {}", said - end);
    }
    portal.set_now(end + 1);
    let fetched = phone.fetch(&portal, tokens, None).await;
    assert_eq!((fetched.stores, fetched.sign_in_again), (0, 1));
    assert!(all_failed(&fetched, Fault::SignIn), "what was fetched stays; this is a normal end");
}

#[tokio::test]
async fn a_fixed_end_that_is_not_said_is_met_and_not_guessed() {
    let portal = start(Config {
        quirks: [Quirk::FixedEndUnsaid].into(),
        connection_lifetime: 5_000,
        ..demo_data::hospital_of("Riverside", &[demo_data::ALESHA])
    });
    let (mut phone, tokens) = connected(&portal).await;
    assert_eq!(tokens.ends(), None);
    portal.advance(3_700);
    let fetched = phone.fetch(&portal, tokens, None).await;
    assert_eq!((fetched.stores, fetched.tokens.ends()), (1, None));
    portal.advance(3_700);
    let fetched = phone.fetch(&portal, fetched.tokens, None).await;
    assert_eq!((fetched.sign_in_again, fetched.stores), (1, 0));
}

#[tokio::test]
async fn a_refresh_token_that_stays_is_kept() {
    let portal = hospital([Quirk::RefreshNotRotated]);
    let (mut phone, mut tokens) = connected(&portal).await;
    for _ in 0..3 {
        portal.advance(3_700);
        let fetched = phone.fetch(&portal, tokens, None).await;
        assert_eq!((fetched.stores, fetched.sign_in_again), (1, 0));
        assert!(fetched.is_ok("Patient"));
        tokens = fetched.tokens;
    }
    assert_eq!(phone.token_requests(), 3);
}

#[tokio::test]
async fn tokens_that_are_said_to_live_a_second_do_not_make_a_hot_loop() {
    let portal = hospital([Quirk::ExpiresAtOnce]);
    let (mut phone, tokens) = connected(&portal).await;
    assert_eq!(tokens.ends(), None);
    let fetched = phone.fetch(&portal, tokens, None).await;
    assert!(fetched.is_ok("Patient") && fetched.is_ok("Observation"));
    assert!(phone.token_requests() <= 1, "{}", phone.token_requests());
}

/// The network is away, the portal is busy, a proxy shows a page: none of it is the portal's no.
#[tokio::test]
async fn only_the_portal_s_own_no_asks_to_sign_in_again() {
    let (phone, fetched, _) = an_hour_later(Quirk::TokenHtml).await;
    // Ahead of the end, and when the old token was refused.
    assert_eq!((fetched.sign_in_again, phone.token_requests()), (0, 2));
    assert!(all_failed(&fetched, Fault::Refresh));

    let (phone, fetched, _) = an_hour_later(Quirk::TokenBusy).await;
    assert_eq!((fetched.sign_in_again, fetched.stores, phone.token_requests()), (0, 1, 2));
    assert!(fetched.is_ok("Patient"), "it comes back after the wait that was asked for");

    let portal = hospital([]);
    let (mut phone, tokens) = connected(&portal).await;
    portal.advance(3_700);
    portal.stop();
    let offline = phone.fetch(&portal, Tokens::decode(&tokens.encode()).unwrap(), None).await;
    assert_eq!((offline.sign_in_again, offline.stores), (0, 0));
    portal.start_again().unwrap();
    let fetched = phone.fetch(&portal, tokens, None).await;
    assert!(fetched.is_ok("Patient"), "the same tokens serve when it is back");

    for quirk in [Quirk::SilentInvalidClient, Quirk::TokenErrorOk] {
        let portal = hospital([]);
        let (mut phone, tokens) = connected(&portal).await;
        portal.set_quirks([quirk.clone()]);
        portal.revoke_all();
        let fetched = phone.fetch(&portal, tokens, None).await;
        assert_eq!((fetched.sign_in_again, phone.token_requests()), (1, 1), "{quirk}");
        assert!(all_failed(&fetched, Fault::SignIn));
    }
}

#[tokio::test]
async fn c28_a_refresh_token_does_not_follow_a_redirect() {
    let (phone, fetched, portal) = an_hour_later(Quirk::TokenRedirects).await;
    assert_eq!((fetched.sign_in_again, phone.token_requests()), (0, 2));
    assert_eq!(phone.origins().len(), 1);
    assert!(portal.requests().iter().all(|request| !request.host.starts_with("localhost")));
}

#[tokio::test]
async fn c28_a_token_refused_in_the_middle_is_renewed_once() {
    let (phone, fetched, _) = an_hour_later(Quirk::UnauthorizedMidSync).await;
    assert!(fetched.is_ok("Patient") && fetched.is_ok("Observation"));
    assert_eq!(fetched.sign_in_again, 0);
    assert_eq!(phone.token_requests(), 2, "one ahead of the end, one for the refusal");
}

/// Two portals, one phone: each sees its own tokens only.
#[tokio::test]
async fn c28_tokens_of_one_connection_are_never_sent_to_another() {
    let (riverside, lakeside) = (hospital([]), hospital([Quirk::NextOtherHost]));
    let (mut at_riverside, one) = connected(&riverside).await;
    let (mut at_lakeside, other) = connected(&lakeside).await;
    for portal in [&riverside, &lakeside] {
        portal.forget_requests();
    }
    at_riverside.fetch(&riverside, one, None).await;
    assert_eq!(at_riverside.origins(), [riverside.origin()].into());
    assert_eq!(lakeside.requests().len(), 0);
    at_lakeside.fetch(&lakeside, other, None).await;
    assert_eq!(at_lakeside.origins(), [lakeside.origin()].into());
    assert!(lakeside.requests().iter().all(|request| !request.host.starts_with("localhost")));
}

#[tokio::test]
async fn disconnecting_ends_the_grant_where_the_portal_can() {
    let portal = hospital([]);
    let (mut phone, tokens) = connected(&portal).await;
    for request in session::revoke(&tokens, None, portal.now()) {
        assert_eq!(phone.send(&request).await.unwrap().status, 200);
    }
    assert_eq!(phone.fetch(&portal, tokens, None).await.sign_in_again, 1);

    let (mut phone, tokens) = connected(&hospital([Quirk::NoRevocation])).await;
    assert!(session::revoke(&tokens, None, super::START).is_empty());
    let portal = hospital([Quirk::RevocationFails]);
    let tokens = phone.connect(&portal, public()).await.unwrap().tokens;
    for request in session::revoke(&tokens, None, portal.now()) {
        assert_eq!(phone.send(&request).await.unwrap().status, 503, "best effort");
    }
}

#[tokio::test]
async fn a_key_is_shown_at_every_renewal_and_at_the_end() {
    let key = crate::keys::made();
    let signer = crate::keys::signer(&key);
    let portal = start(Config {
        client_keys: Some(crate::registering::jwks(&*key)),
        ..demo_data::hospital_of("Riverside", &[demo_data::ALESHA])
    });
    let mut phone = Phone::default();
    let options = Options { key: Some(signer.clone()), ..public() };
    let mut tokens = phone.connect(&portal, options).await.unwrap().tokens;
    for _ in 0..2 {
        portal.advance(3_700);
        let fetched = phone.fetch(&portal, tokens, Some(signer.clone())).await;
        assert_eq!((fetched.stores, fetched.sign_in_again), (1, 0));
        tokens = fetched.tokens;
    }
    let without = session::revoke(&tokens, None, portal.now());
    assert_eq!(phone.send(&without[0]).await.unwrap().status, 401);
    for request in session::revoke(&tokens, Some(&signer), portal.now()) {
        assert_eq!(phone.send(&request).await.unwrap().status, 200);
    }
}
