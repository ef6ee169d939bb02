//! Alice's phone shows by its own key who it is.

use std::{collections::BTreeMap, sync::Arc};

use data_encoding::BASE64URL_NOPAD;
use portal::{
    ClientKey, Error, Request, Response, Signer, Tokens,
    connect::{Connect, Options, Step},
    fetch::{Fault, Outcome},
    session::{self, Session, Turn},
};
use ring::signature::{ECDSA_P384_SHA384_FIXED, UnparsedPublicKey};
use serde_json::{Value, json};
use url::form_urlencoded;

use crate::{
    discovering::{WELL_KNOWN, configuration, options},
    keys::{DerKey, LockedKey, made, signer, supplied},
    script::{Driver, NOW, Portal, Reply, first, ok, only, page, tokens},
    vectors::golden,
};

const TOKEN: &str = "https://login.example/token";
const STATE: &str = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc";
const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

pub fn fields(request: &Request) -> BTreeMap<String, String> {
    form_urlencoded::parse(request.body.as_deref().unwrap()).into_owned().collect()
}

/// Header, claims, and what was signed with what.
fn taken_apart(word: &str) -> (Value, Value, String, Vec<u8>) {
    let parts: Vec<&str> = word.split('.').collect();
    assert_eq!(parts.len(), 3);
    let bytes = |part: &str| BASE64URL_NOPAD.decode(part.as_bytes()).unwrap();
    let json = |part: &str| serde_json::from_slice(&bytes(part)).unwrap();
    (json(parts[0]), json(parts[1]), format!("{}.{}", parts[0], parts[1]), bytes(parts[2]))
}

fn claims(request: &Request) -> Value {
    taken_apart(&fields(request)["client_assertion"]).1
}

/// At the point where the code is exchanged.
fn exchanging(key: Signer, date: Option<&'static str>) -> (Connect, Request) {
    let mut connect =
        Connect::start(crate::script::BASE, Options { key: Some(key), ..options() }, [7; 64]).unwrap();
    let Step::Send(request) = connect.poll() else { panic!() };
    let headers = date.map(|date| ("Date", date)).into_iter().collect();
    let reply = Reply::Is(200, headers, configuration(|_| {}).to_string());
    connect.receive(Portal::default().on(WELL_KNOWN, [reply]).answer(&request), NOW);
    assert!(matches!(connect.poll(), Step::OpenBrowser(_)));
    connect.redirected(&format!("org.wellkept.app:/callback?code=c0de&state={STATE}"), NOW).unwrap();
    let Step::Send(request) = connect.poll() else { panic!() };
    (connect, request)
}

/// Tokens that belong to a key.
fn keyed(kid: &str) -> Tokens {
    tokens(|value| {
        value["version"] = json!(2);
        value["auth"] = json!("private_key_jwt");
        value["kid"] = json!(kid);
    })
}

fn refresh(session: &mut Session) -> Request {
    session.refused(session.generation(), NOW);
    let Turn::Send(request) = session.poll(NOW) else { panic!("no refresh") };
    request
}

fn answer(status: u16, date: Option<&str>, body: &Value) -> Response {
    let headers = date.map(|date| ("Date".to_owned(), date.to_owned())).into_iter().collect();
    Response { status, headers, body: body.to_string().into_bytes() }
}

#[test]
fn the_code_is_exchanged_with_a_word_that_the_key_of_this_device_signed() {
    let key = made();
    let (_, request) = exchanging(signer(&key), None);
    let sent = fields(&request);
    assert_eq!(sent["client_assertion_type"], JWT_BEARER);
    assert_eq!(
        (sent["client_id"].as_str(), sent["code"].as_str(), sent["code_verifier"].as_str()),
        ("wellkept", "c0de", STATE)
    );
    assert!(!sent.contains_key("client_secret"));
    let (header, claims, message, signature) = taken_apart(&sent["client_assertion"]);
    assert_eq!(header, json!({"alg": "ES384", "kid": "alices-phone", "typ": "JWT"}));
    assert_eq!(
        (&claims["iss"], &claims["sub"], &claims["aud"]),
        (&json!("wellkept"), &json!("wellkept"), &json!(TOKEN))
    );
    let lives = claims["exp"].as_i64().unwrap() - NOW;
    assert!((60..=300).contains(&lives), "{lives}");
    assert!(claims["jti"].as_str().unwrap().len() >= 22);
    assert_eq!(claims.as_object().unwrap().len(), 5);

    let portal::PublicJwk::P384 { x, y } = key.public_jwk() else { panic!() };
    let point = [&[4][..], &x[..], &y[..]].concat();
    let public = UnparsedPublicKey::new(&ECDSA_P384_SHA384_FIXED, point);
    public.verify(message.as_bytes(), &signature).expect("the signature is that of the key");
    assert!(public.verify(b"another message", &signature).is_err());
}

/// Checked once with another implementation (Python's `cryptography`).
#[test]
fn what_a_supplied_rsa_key_signs_is_the_same_for_ever() {
    let (_, request) = exchanging(signer(&supplied()), None);
    golden("assertion-rs384.txt", fields(&request)["client_assertion"].as_bytes());
}

#[test]
fn no_two_words_are_the_same_not_even_of_copies() {
    let one = signer(&made());
    let copy = one.clone();
    let mut seen: Vec<String> = [one.clone(), copy, one]
        .map(|key| claims(&exchanging(key, None).1)["jti"].as_str().unwrap().to_owned())
        .into();
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 3);
    let other = Signer::new(made(), [6; 32]);
    let jti = claims(&exchanging(other, None).1)["jti"].as_str().unwrap().to_owned();
    assert!(!seen.contains(&jti), "it is made of the random bytes");
}

#[test]
fn a_key_that_cannot_be_used_sends_nothing() {
    let keys: [Arc<dyn ClientKey>; 2] = [Arc::new(LockedKey), Arc::new(DerKey)];
    for key in keys {
        let mut connect = Connect::start(
            crate::script::BASE,
            Options { key: Some(Signer::new(key.clone(), [5; 32])), ..options() },
            [7; 64],
        )
        .unwrap();
        let Step::Send(request) = connect.poll() else { panic!() };
        let portal = &mut Portal::default().on(WELL_KNOWN, [ok(&configuration(|_| {}))]);
        connect.receive(portal.answer(&request), NOW);
        connect.poll();
        let back = format!("org.wellkept.app:/callback?code=c0de&state={STATE}");
        assert_eq!(connect.redirected(&back, NOW), Err(Error::CannotSign));
        assert!(
            matches!(connect.poll(), Step::Failed(Error::CannotSign)),
            "and the code is not sent without"
        );

        let mut session = Session::new(keyed("der")).signing(Signer::new(key, [5; 32]));
        session.refused(0, NOW);
        assert!(matches!(session.poll(NOW), Turn::Unavailable(_)), "this is no reason to sign in again");
    }
}

#[test]
fn tokens_of_a_key_are_renewed_with_that_key_and_no_other() {
    let key = made();
    let mut session = Session::new(keyed("alices-phone")).signing(signer(&key));
    let request = refresh(&mut session);
    let sent = fields(&request);
    assert_eq!(
        (sent["grant_type"].as_str(), sent["refresh_token"].as_str(), sent["client_id"].as_str()),
        ("refresh_token", "refresh-0", "wellkept")
    );
    assert_eq!(sent["client_assertion_type"], JWT_BEARER);
    assert_eq!(claims(&request)["aud"], TOKEN);

    for session in [
        Session::new(keyed("alices-phone")),
        Session::new(keyed("alices-phone")).signing(signer(&supplied())),
    ] {
        let mut session = session;
        session.refused(0, NOW);
        let Turn::Unavailable(words) = session.poll(NOW) else { panic!() };
        assert_eq!(words, "this device's key for the portal cannot be used now");
    }
    let mut public = Session::new(tokens(|_| {})).signing(signer(&key));
    assert!(!fields(&refresh(&mut public)).contains_key("client_assertion"), "a public client shows no key");
}

#[test]
fn a_key_that_is_missing_does_not_cost_the_access_that_is_still_good() {
    let soon = |left: i64| {
        let mut value: Value = serde_json::from_slice(&keyed("alices-phone").encode()).unwrap();
        value["expires_at"] = json!(NOW + left);
        Tokens::decode(value.to_string().as_bytes()).unwrap()
    };
    let mut portal = Portal::default().on(&first("Condition"), [ok(&page(&["a"], None))]);
    let run = Driver::default().run(&mut portal, soon(30), only(&["Condition"]), vec![]);
    assert_eq!(run.outcome("Condition"), &Outcome::Ok { count: 1, complete: true });
    let mut portal = Portal::default().accepting("access-1");
    let run = Driver::default().run(&mut portal, soon(-30), only(&["Condition"]), vec![]);
    assert!(matches!(run.outcome("Condition"), Outcome::Failed { fault: Fault::Refresh, .. }));
    assert_eq!(run.sign_in_again, 0);
}

#[test]
fn both_tokens_are_revoked_with_the_key() {
    let key = signer(&made());
    let requests = session::revoke(&keyed("alices-phone"), Some(&key), NOW);
    let words: Vec<Value> = requests.iter().map(claims).collect();
    assert_eq!(words.len(), 2);
    assert!(words.iter().all(|word| word["aud"] == TOKEN));
    assert_ne!(words[0]["jti"], words[1]["jti"]);
    let without = session::revoke(&keyed("alices-phone"), None, NOW);
    assert!(without.iter().all(|request| !fields(request).contains_key("client_assertion")));
}

/// The phone is ten minutes slow. The portal's own clock is what counts, and is seen in its answers.
#[test]
fn a_clock_that_is_wrong_does_not_spoil_the_signature() {
    const AHEAD: &str = "Sun, 01 Mar 2026 12:10:00 GMT";
    let (_, request) = exchanging(signer(&made()), Some(AHEAD));
    assert_eq!(claims(&request)["exp"].as_i64().unwrap(), NOW + 600 + 240, "learned at discovery");
    let (_, request) = exchanging(signer(&made()), Some("Sun, 01 Mar 2026 12:00:20 GMT"));
    assert_eq!(claims(&request)["exp"].as_i64().unwrap(), NOW + 240, "what does no harm is left alone");

    let rejected = answer(401, Some(AHEAD), &json!({"error": "invalid_client"}));
    let (mut connect, _) = exchanging(signer(&made()), None);
    connect.receive(Ok(rejected.clone()), NOW);
    let Step::Send(again) = connect.poll() else { panic!("a second try with the portal's time") };
    assert_eq!(claims(&again)["exp"].as_i64().unwrap(), NOW + 600 + 240);
    let another = "Sun, 01 Mar 2026 14:00:00 GMT";
    connect.receive(Ok(answer(401, Some(another), &json!({"error": "invalid_client"}))), NOW);
    assert!(
        matches!(connect.poll(), Step::Failed(Error::NotThisClient { status: 401, .. })),
        "one is enough, also for a portal whose clock jumps"
    );

    let mut session = Session::new(keyed("alices-phone")).signing(signer(&made()));
    let early = refresh(&mut session);
    session.receive(Ok(rejected.clone()), NOW);
    let Turn::Send(again) = session.poll(NOW) else { panic!("a second try with the portal's time") };
    assert_eq!(claims(&again)["exp"].as_i64().unwrap(), NOW + 600 + 240);
    assert_ne!(claims(&again)["jti"], claims(&early)["jti"], "the first word may count as used");
    session.receive(Ok(rejected), NOW);
    assert!(matches!(session.poll(NOW), Turn::SignInAgain));
}

#[test]
fn a_cached_answer_says_how_old_it_is() {
    let mut connect =
        Connect::start(crate::script::BASE, Options { key: Some(signer(&made())), ..options() }, [7; 64])
            .unwrap();
    let Step::Send(request) = connect.poll() else { panic!() };
    let headers = vec![("Date", "Sun, 01 Mar 2026 11:00:00 GMT"), ("Age", "3600")];
    let reply = Reply::Is(200, headers, configuration(|_| {}).to_string());
    connect.receive(Portal::default().on(WELL_KNOWN, [reply]).answer(&request), NOW);
    connect.poll();
    connect.redirected(&format!("org.wellkept.app:/callback?code=c0de&state={STATE}"), NOW).unwrap();
    let Step::Send(request) = connect.poll() else { panic!() };
    assert_eq!(claims(&request)["exp"].as_i64().unwrap(), NOW + 240);
}

/// Nothing but `invalid_client` is said: the words name the key, and the code is not tried for ever.
#[test]
fn a_silent_no_to_a_key_is_told_in_words() {
    let (mut connect, _) = exchanging(signer(&made()), None);
    connect.receive(Ok(answer(401, None, &json!({"error": "invalid_client"}))), NOW);
    let Step::Failed(error) = connect.poll() else { panic!() };
    assert_eq!(error.reason(), Some("the portal does not accept this device's key, or not yet"));
}

#[test]
fn tokens_of_a_key_are_not_read_by_who_does_not_know_of_keys() {
    let made = keyed("alices-phone");
    let kept = golden("tokens-2.json", &made.encode());
    let read = Tokens::decode(&kept).unwrap();
    assert_eq!((read.key(), read.client_id()), (Some("alices-phone"), "wellkept"));
    assert_eq!(read.encode().as_slice(), kept);
    let kept: Value = serde_json::from_slice(&kept).unwrap();
    assert_eq!(kept["version"], 2, "the first version refuses it");
    for (key, bad) in [
        ("version", json!(1)),
        ("version", json!(3)),
        ("auth", json!("client_secret_basic")),
        ("kid", Value::Null),
    ] {
        let mut other = kept.clone();
        other[key] = bad;
        assert_eq!(Tokens::decode(other.to_string().as_bytes()).err(), Some(Error::BadTokens), "{key}");
    }
}

#[test]
fn a_signer_shows_no_secret() {
    let signer = signer(&made());
    assert_eq!(format!("{signer:?}"), "Signer(ES384 alices-phone)");
    assert_eq!(format!("{:?}", Options { key: Some(signer), ..options() }).matches("[5").count(), 0);
}

/// Renewing does not extend what the person chose: a renewal that says nothing of the end leaves it where it was.
#[test]
fn the_end_of_a_connection_is_kept_until_another_is_said() {
    let ends = |said: Value| {
        let tokens = tokens(|value| value["renewable_until"] = json!(NOW + 9_000));
        assert_eq!(tokens.ends(), Some(NOW + 9_000));
        let mut session = Session::new(Tokens::decode(&tokens.encode()).unwrap());
        refresh(&mut session);
        let mut body = json!({"access_token": "access-1", "refresh_token": "refresh-1", "expires_in": 60});
        body["refresh_token_expires_in"] = said;
        session.receive(Ok(answer(200, None, &body)), NOW);
        let Turn::Store(tokens) = session.poll(NOW) else { panic!() };
        tokens.ends()
    };
    assert_eq!(ends(Value::Null), Some(NOW + 9_000));
    assert_eq!(ends(json!(8_000)), Some(NOW + 8_000));
}
