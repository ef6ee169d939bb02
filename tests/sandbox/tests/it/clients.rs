//! Apps that register themselves and apps that sign.

use data_encoding::BASE64URL_NOPAD;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use sandbox::driver::{Reply, request};
use sandbox::{Config, Quirk, Running, demo_data};
use serde_json::{Value, json};

use crate::app::*;

const BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

struct App {
    pair: EcdsaKeyPair,
    random: SystemRandom,
}

impl App {
    #[allow(clippy::disallowed_methods)]
    fn new() -> App {
        let random = SystemRandom::new();
        let bytes = EcdsaKeyPair::generate_pkcs8(&ECDSA_P384_SHA384_FIXED_SIGNING, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P384_SHA384_FIXED_SIGNING, bytes.as_ref(), &random);
        App { pair: pair.unwrap(), random }
    }

    fn jwks(&self) -> Value {
        let (x, y) = self.pair.public_key().as_ref()[1..].split_at(48);
        let (x, y) = (BASE64URL_NOPAD.encode(x), BASE64URL_NOPAD.encode(y));
        json!({"keys": [{"kty": "EC", "crv": "P-384", "kid": "k", "x": x, "y": y}]})
    }

    fn word(&self, claims: &Value) -> String {
        let header = BASE64URL_NOPAD.encode(br#"{"alg":"ES384","kid":"k","typ":"JWT"}"#);
        let message = format!("{header}.{}", BASE64URL_NOPAD.encode(claims.to_string().as_bytes()));
        let signature = self.pair.sign(&self.random, message.as_bytes()).unwrap();
        format!("{message}.{}", BASE64URL_NOPAD.encode(signature.as_ref()))
    }
}

fn claims(portal: &Running, jti: &str) -> Value {
    json!({"iss": "wellkept", "sub": "wellkept", "aud": portal.token_url(), "exp": portal.now() + 300, "jti": jti})
}

/// The answer to a refresh with a token that is not known: whether the client was accepted.
async fn accepted(portal: &Running, word: &str) -> bool {
    let pairs = [
        ("grant_type", "refresh_token"),
        ("refresh_token", "unknown"),
        ("client_id", "wellkept"),
        ("client_assertion_type", BEARER),
        ("client_assertion", word),
    ];
    let reply = form(&portal.token_url(), &pairs).await;
    match text(&json(&reply), "error").as_str() {
        "invalid_grant" => true,
        "invalid_client" => {
            assert_eq!(reply.status, 401);
            false
        }
        other => panic!("{other}"),
    }
}

fn signing(app: &App) -> Running {
    start(Config {
        client_keys: Some(app.jwks()),
        ..demo_data::hospital_of("Riverside", &[demo_data::ALESHA])
    })
}

async fn register(portal: &Running, asked: &Value) -> Reply {
    let url = format!("{}/auth/register", portal.origin());
    let kind = [("Content-Type", "application/json")];
    request("POST", &url, &kind, asked.to_string().as_bytes()).await.unwrap()
}

fn asked(app: &App) -> Value {
    json!({"redirect_uris": [REDIRECT], "token_endpoint_auth_method": "private_key_jwt", "jwks": app.jwks(),
        "grant_types": ["authorization_code", "refresh_token"], "scope": "launch/patient offline_access patient/*.rs"})
}

#[tokio::test]
async fn a_word_is_good_once_from_its_client_for_this_address_and_for_five_minutes() {
    let app = App::new();
    let portal = signing(&app);
    assert!(accepted(&portal, &app.word(&claims(&portal, "1"))).await);
    assert!(!accepted(&portal, &app.word(&claims(&portal, "1"))).await, "a word is good once");
    type Change = fn(&mut Value, &Running);
    let bad: [Change; 6] = [
        |word, _| word["iss"] = json!("another"),
        |word, _| word["sub"] = json!("another"),
        |word, _| word["aud"] = json!("https://elsewhere.example/token"),
        |word, portal| word["aud"] = json!(portal.base_url()),
        |word, portal| word["exp"] = json!(portal.now() - 1),
        |word, portal| word["exp"] = json!(portal.now() + 301 + 5),
    ];
    for (number, change) in bad.into_iter().enumerate() {
        let mut word = claims(&portal, &format!("bad{number}"));
        change(&mut word, &portal);
        assert!(!accepted(&portal, &app.word(&word)).await, "{number}");
    }
    assert!(!accepted(&portal, &App::new().word(&claims(&portal, "2"))).await, "another's key");
    assert!(accepted(&portal, &app.word(&claims(&portal, "2"))).await, "which did not use up the word");
    let refused = refresh(&portal, "unknown").await;
    assert_eq!((refused.status, text(&json(&refused), "error")), (401, "invalid_client".to_owned()));
}

#[tokio::test]
async fn the_portal_s_wrong_clock_is_the_one_that_counts() {
    let app = App::new();
    let portal = signing(&app);
    let real = portal.now();
    portal.set_quirks([Quirk::ClockSkew(-600)]);
    assert!((portal.now() - (real - 600)).abs() <= 1);
    let mut word = claims(&portal, "1");
    word["exp"] = json!(real + 240);
    assert!(!accepted(&portal, &app.word(&word)).await);
    portal.set_now(real);
    assert!((portal.now() - real).abs() <= 1, "set means what it shows");
    portal.set_quirks([]);
    assert!((portal.now() - (real + 600)).abs() <= 1);
}

#[tokio::test]
async fn an_app_registers_itself_and_is_forgotten() {
    let (app, portal) = (App::new(), hospital());
    let reply = register(&portal, &asked(&app)).await;
    assert_eq!(reply.status, 201);
    let said = json(&reply);
    let id = text(&said, "client_id");
    assert_eq!(portal.registered(), *std::slice::from_ref(&id));
    assert_eq!(text(&said, "token_endpoint_auth_method"), "private_key_jwt");
    let change = |pairs: &mut Vec<(&str, String)>| {
        pairs.iter_mut().filter(|pair| pair.0 == "client_id").for_each(|pair| pair.1.clone_from(&id));
    };
    let wanted = "launch/patient offline_access patient/*.rs";
    let back = alice().run(&authorize_url(&portal, wanted, change)).await.unwrap();
    assert!(query(&back, "code").is_some());
    let beyond = alice().run(&authorize_url(&portal, "launch/patient patient/*.read", change)).await.unwrap();
    assert_eq!(query(&beyond, "error").unwrap(), "invalid_scope", "more than was registered");

    let uri = text(&said, "registration_client_uri");
    let mine = format!("Bearer {}", text(&said, "registration_access_token"));
    let delete =
        async |token: &str| request("DELETE", &uri, &[("Authorization", token)], b"").await.unwrap().status;
    assert_eq!(delete("Bearer guess").await, 401);
    assert_eq!(delete(&mine).await, 204);
    assert_eq!(delete(&mine).await, 401);
    assert!(portal.registered().is_empty());
    assert!(alice().run(&authorize_url(&portal, wanted, change)).await.is_err());
}

#[tokio::test]
async fn what_cannot_be_registered_is_refused() {
    let (app, portal) = (App::new(), hospital());
    for (name, value, error) in [
        ("redirect_uris", json!([]), "invalid_redirect_uri"),
        ("token_endpoint_auth_method", json!("client_secret_basic"), "invalid_client_metadata"),
        ("jwks", json!({"keys": []}), "invalid_client_metadata"),
        ("jwks", json!({"keys": [{"kty": "oct", "k": "x", "kid": "k"}]}), "invalid_client_metadata"),
    ] {
        let mut asked = asked(&app);
        asked[name] = value;
        let reply = register(&portal, &asked).await;
        assert_eq!((reply.status, text(&json(&reply), "error").as_str()), (400, error));
    }
    for status in [400, 401, 403, 404] {
        portal.set_quirks([Quirk::RegistrationRefused(status)]);
        assert_eq!(register(&portal, &asked(&app)).await.status, status);
    }
    portal.set_quirks([Quirk::RsaOnly]);
    assert_eq!(register(&portal, &asked(&app)).await.status, 400);
    portal.set_quirks([Quirk::RegistrationProtected]);
    assert_eq!(register(&portal, &asked(&app)).await.status, 401);
}

#[tokio::test]
async fn a_registration_may_become_something_else() {
    let (app, portal) = (App::new(), hospital());
    for (what, name, becomes) in [
        ("secret", "token_endpoint_auth_method", json!("client_secret_basic")),
        ("method", "token_endpoint_auth_method", json!("none")),
        ("grants", "grant_types", json!(["authorization_code"])),
        ("scopes", "scope", json!("launch/patient patient/Observation.rs patient/Patient.rs")),
        ("redirect", "redirect_uris", json!(["https://elsewhere.example/callback"])),
    ] {
        portal.set_quirks([Quirk::RegistrationChanges(what.to_owned())]);
        let said = json(&register(&portal, &asked(&app)).await);
        assert_eq!(said[name], becomes, "{what}");
    }
}
