//! Alice's phone registers itself at the portal, with a key of its own.

use portal::{
    ClientAuth, Error, Method, Request, Tokens,
    connect::{Connect, Step as Signing},
    register::{Options, Register, Registered, Step, give_back},
    session::{Session, Turn},
};
use serde_json::{Value, json};

use crate::{
    discovering::{WELL_KNOWN, configuration, uris},
    keyed::fields,
    keys::{made, signer, supplied},
    script::{BASE, NOW, Portal, Reply, offline, ok, status, tokens},
    vectors::golden,
};

const REGISTER: &str = "https://login.example/register";
const MANAGE: &str = "https://login.example/register/c1";

fn options() -> Options {
    Options {
        name: "Wellkept".to_owned(),
        redirect_uri: "org.wellkept.app:/callback".to_owned(),
        software: Some(("org.wellkept".to_owned(), "1.0".to_owned())),
        key: Some(made()),
    }
}

/// A portal that lets apps register themselves and takes signatures.
fn welcoming(change: impl FnOnce(&mut Value)) -> Value {
    configuration(|value| {
        value["registration_endpoint"] = json!(REGISTER);
        value["token_endpoint_auth_methods_supported"] = json!(["none", "private_key_jwt"]);
        value["token_endpoint_auth_signing_alg_values_supported"] = json!(["ES384", "RS384"]);
        change(value);
    })
}

/// What a portal answers that does all that it was asked for.
fn given(change: impl FnOnce(&mut Value)) -> Value {
    let mut value = json!({"client_id": "c1", "client_id_issued_at": NOW, "token_endpoint_auth_method": "private_key_jwt",
        "grant_types": ["authorization_code", "refresh_token"], "response_types": ["code"],
        "redirect_uris": ["org.wellkept.app:/callback"], "scope": "launch/patient openid fhirUser offline_access patient/*.rs",
        "registration_client_uri": MANAGE, "registration_access_token": "manage-c1"});
    change(&mut value);
    value
}

fn created(body: &Value) -> Reply {
    Reply::Is(201, vec![], body.to_string())
}

fn run(mut register: Register, mut portal: Portal) -> (Result<Registered, Error>, Vec<Request>) {
    let mut sent = Vec::new();
    loop {
        match register.poll() {
            Step::Send(request) => {
                assert!(matches!(register.poll(), Step::Waiting));
                sent.push(request.clone());
                register.receive(portal.answer(&request));
            }
            Step::Waiting => panic!("nothing to wait for"),
            Step::Done(registered) => return (Ok(registered), sent),
            Step::Failed(error) => return (Err(error), sent),
        }
    }
}

fn open(reply: Reply) -> (Result<Registered, Error>, Vec<Request>) {
    let portal = Portal::default().on(WELL_KNOWN, [ok(&welcoming(|_| {}))]).on(REGISTER, [reply]);
    run(Register::open(BASE, options()).unwrap(), portal)
}

fn answered(change: impl FnOnce(&mut Value)) -> Result<Registered, Error> {
    open(created(&given(change))).0
}

fn body(request: &Request) -> Value {
    serde_json::from_slice(request.body.as_deref().unwrap()).unwrap()
}

#[test]
fn the_phone_says_what_it_is_and_gets_a_name_of_its_own() {
    let (registered, sent) = open(created(&given(|_| {})));
    let registered = registered.unwrap();
    assert_eq!((registered.client_id(), registered.auth()), ("c1", ClientAuth::PrivateKeyJwt));
    assert_eq!((registered.key(), registered.base().as_str()), (Some("alices-phone"), BASE));
    assert_eq!(registered.scopes(), "launch/patient openid fhirUser offline_access patient/*.rs");
    assert!(registered.can_be_given_back());

    assert_eq!(sent.len(), 2);
    assert_eq!((sent[1].method, sent[1].url.as_str()), (Method::Post, REGISTER));
    assert!(!sent[1].headers.iter().any(|(name, _)| name == "authorization"));
    let mut asked = body(&sent[1]);
    let jwks = asked.as_object_mut().unwrap().remove("jwks").unwrap();
    assert_eq!(
        asked,
        json!({"client_name": "Wellkept", "application_type": "native",
            "redirect_uris": ["org.wellkept.app:/callback"],
            "grant_types": ["authorization_code", "refresh_token"], "response_types": ["code"],
            "token_endpoint_auth_method": "private_key_jwt", "token_endpoint_auth_signing_alg": "ES384",
            "scope": "launch/patient openid fhirUser offline_access patient/*.rs",
            "software_id": "org.wellkept", "software_version": "1.0"})
    );
    let key = &jwks["keys"][0];
    assert_eq!(
        (&key["kty"], &key["crv"], &key["kid"]),
        (&json!("EC"), &json!("P-384"), &json!("alices-phone"))
    );
    let names: Vec<&String> = key.as_object().unwrap().keys().collect();
    assert_eq!(names, ["kty", "crv", "x", "y", "kid", "alg", "use"], "nothing private");

    let mut connect =
        Connect::start(BASE, registered.options(Some(signer(&made()))).unwrap(), [7; 64]).unwrap();
    let Signing::Send(request) = connect.poll() else { panic!() };
    connect.receive(Portal::default().on(WELL_KNOWN, [ok(&welcoming(|_| {}))]).answer(&request), NOW);
    let Signing::OpenBrowser(url) = connect.poll() else { panic!() };
    assert!(url.as_str().contains("client_id=c1&"));
}

#[test]
fn a_portal_that_registers_no_app_that_writes_registers_one_that_reads() {
    let lists = |value: &mut Value| value["scopes_supported"] = json!(["patient/*.rs", "patient/*.cruds"]);
    let refused = Reply::Is(400, vec![], json!({"error": "invalid_client_metadata"}).to_string());
    let read = || created(&given(|value| value["scope"] = json!("patient/*.rs")));
    let portal =
        |replies: Vec<Reply>| Portal::default().on(WELL_KNOWN, [ok(&welcoming(lists))]).on(REGISTER, replies);
    let (registered, sent) =
        run(Register::open(BASE, options()).unwrap(), portal(vec![refused.clone(), read()]));
    let asked: Vec<String> =
        sent[1..].iter().map(|one| body(one)["scope"].as_str().unwrap().to_owned()).collect();
    assert!(asked[0].ends_with(" patient/Task.cu") && asked[1].ends_with(" patient/*.rs"), "{asked:?}");
    assert_eq!(registered.unwrap().scopes(), "patient/*.rs");
    let (refused, sent) = run(Register::open(BASE, options()).unwrap(), portal(vec![refused]));
    assert!(matches!(refused, Err(Error::NotRegistered { .. })) && sent.len() == 3);
}

#[test]
fn an_rsa_key_is_registered_as_such() {
    let options = Options { key: Some(supplied()), ..options() };
    let portal =
        Portal::default().on(WELL_KNOWN, [ok(&welcoming(|_| {}))]).on(REGISTER, [created(&given(|_| {}))]);
    let (_, sent) = run(Register::open(BASE, options).unwrap(), portal);
    let key = body(&sent[1])["jwks"]["keys"][0].clone();
    assert_eq!((&key["kty"], &key["e"], &key["alg"]), (&json!("RSA"), &json!("AQAB"), &json!("RS384")));
    let names: Vec<&String> = key.as_object().unwrap().keys().collect();
    assert_eq!(names, ["kty", "n", "e", "kid", "alg", "use"], "nothing private");
}

#[test]
fn without_a_use_for_the_key_the_app_is_a_public_client() {
    type Change = fn(&mut Value);
    let cases: [Change; 3] = [
        |value| value["token_endpoint_auth_methods_supported"] = json!(["none"]),
        |value| value["token_endpoint_auth_signing_alg_values_supported"] = json!(["RS384"]),
        |value| value["token_endpoint_auth_methods_supported"] = Value::Null,
    ];
    for change in cases {
        let reply = created(&given(|value| value["token_endpoint_auth_method"] = json!("none")));
        let portal = Portal::default().on(WELL_KNOWN, [ok(&welcoming(change))]).on(REGISTER, [reply]);
        let (registered, sent) = run(Register::open(BASE, options()).unwrap(), portal);
        let asked = body(&sent[1]);
        assert_eq!(asked["token_endpoint_auth_method"], "none");
        assert!(asked.get("jwks").is_none());
        let registered = registered.unwrap();
        assert_eq!((registered.auth(), registered.key()), (ClientAuth::None, None));
        assert!(registered.options(None).unwrap().key.is_none());
    }
    let by_capability = |value: &mut Value| {
        value["token_endpoint_auth_methods_supported"] = Value::Null;
        value["capabilities"] = json!(["client-confidential-asymmetric"]);
    };
    let portal = Portal::default()
        .on(WELL_KNOWN, [ok(&welcoming(by_capability))])
        .on(REGISTER, [created(&given(|_| {}))]);
    assert_eq!(
        run(Register::open(BASE, options()).unwrap(), portal).0.unwrap().auth(),
        ClientAuth::PrivateKeyJwt
    );
}

#[test]
fn what_the_portal_makes_of_it_counts_not_what_was_asked() {
    let public = answered(|value| value["token_endpoint_auth_method"] = json!("none")).unwrap();
    assert_eq!((public.auth(), public.key()), (ClientAuth::None, None));

    let narrower = answered(|value| {
        value["scope"] = json!("launch/patient patient/Observation.read user/*.read profile")
    })
    .unwrap();
    assert_eq!(narrower.scopes(), "launch/patient patient/Observation.read", "only what this app asks for");

    let no_refresh = answered(|value| value["grant_types"] = json!(["authorization_code"])).unwrap();
    assert_eq!(
        no_refresh.scopes(),
        "launch/patient openid fhirUser patient/*.rs",
        "so it does not ask to stay"
    );

    let silent = answered(|value| *value = json!({"client_id": "c1"})).unwrap();
    assert_eq!(silent.auth(), ClientAuth::PrivateKeyJwt, "what is not said is as asked");
    assert_eq!(silent.scopes(), "launch/patient openid fhirUser offline_access patient/*.rs");
    assert!(!silent.can_be_given_back() && give_back(&silent).is_none());
}

#[test]
fn a_registration_that_cannot_be_used_is_given_back() {
    type Change = fn(&mut Value);
    let cases: [(Change, &str); 8] = [
        (
            |value| value["token_endpoint_auth_method"] = json!("client_secret_basic"),
            "it insists on a shared secret",
        ),
        (
            |value| value["token_endpoint_auth_method"] = json!("tls_client_auth"),
            "it insists on a shared secret",
        ),
        (
            |value| {
                value["token_endpoint_auth_method"] = Value::Null;
                value["client_secret"] = json!("s3cret");
            },
            "it insists on a shared secret",
        ),
        (
            |value| value["grant_types"] = json!(["client_credentials"]),
            "it does not allow to sign in with a browser",
        ),
        (|value| value["response_types"] = json!(["token"]), "it does not allow to sign in with a browser"),
        (
            |value| value["redirect_uris"] = json!(["https://elsewhere.example/"]),
            "it leads back to another address",
        ),
        (|value| value["scope"] = json!("openid launch/patient"), "it allows to read nothing"),
        (|value| value["scope"] = json!(""), "it allows to read nothing"),
    ];
    for (change, words) in cases {
        let portal = Portal::default()
            .on(WELL_KNOWN, [ok(&welcoming(|_| {}))])
            .on(REGISTER, [created(&given(change))])
            .on(MANAGE, [status(204)]);
        let (registered, sent) = run(Register::open(BASE, options()).unwrap(), portal);
        assert_eq!(registered.err(), Some(Error::Unusable(words)));
        let last = sent.last().unwrap();
        assert_eq!((last.method, last.url.as_str()), (Method::Delete, MANAGE));
        assert!(last.headers.contains(&("authorization".to_owned(), "Bearer manage-c1".to_owned())));
    }
    // Also when the portal does not answer to that.
    let reply = created(&given(|value| value["redirect_uris"] = json!([])));
    let portal = Portal::default()
        .on(WELL_KNOWN, [ok(&welcoming(|_| {}))])
        .on(REGISTER, [reply])
        .on(MANAGE, [offline()]);
    let (registered, _) = run(Register::open(BASE, options()).unwrap(), portal);
    assert_eq!(registered.err(), Some(Error::Unusable("it leads back to another address")));
}

/// The token for giving it back goes to the host of the registration or nowhere.
#[test]
fn a_registration_is_given_back_only_where_it_was_made() {
    for (uri, token) in [
        (json!("https://evil.example/register/c1"), json!("manage-c1")),
        (json!("http://login.example/register/c1"), json!("manage-c1")),
        (json!("https://u:p@login.example/register/c1"), json!("manage-c1")),
        (json!("javascript:1"), json!("manage-c1")),
        (json!(MANAGE), json!("a\r\nb")),
        (json!(MANAGE), Value::Null),
        (Value::Null, json!("manage-c1")),
    ] {
        let registered = answered(|value| {
            value["registration_client_uri"] = uri.clone();
            value["registration_access_token"] = token;
        });
        assert!(!registered.unwrap().can_be_given_back(), "{uri}");
    }
    let request = give_back(&answered(|_| {}).unwrap()).unwrap();
    assert_eq!((request.method, request.url.as_str(), request.body), (Method::Delete, MANAGE, None));
}

#[test]
fn a_refusal_is_told_in_words_and_leaves_the_other_way_open() {
    let no = |status: u16, error: &str, why: &str| {
        let body = json!({"error": error, "error_description": why}).to_string();
        open(Reply::Is(status, vec![], body)).0.err().unwrap()
    };
    let refused = |status: u16, reason: &str| Error::NotRegistered { status, reason: reason.to_owned() };
    assert_eq!(
        no(400, "invalid_client_metadata", "no\u{202e} EC keys"),
        refused(400, "the portal does not take what the app says of itself: no EC keys")
    );
    assert_eq!(
        no(400, "invalid_redirect_uri", ""),
        refused(400, "the portal does not take the app's return address")
    );
    assert_eq!(
        no(403, "unapproved_software_statement", ""),
        refused(403, "the portal takes only apps that somebody vouches for")
    );
    assert_eq!(no(401, "invalid_token", ""), refused(401, "invalid_token"));
    assert_eq!(
        no(200, "invalid_client_metadata", ""),
        refused(200, "the portal does not take what the app says of itself")
    );
    for code in [404, 405, 410, 501] {
        assert_eq!(open(status(code)).0.err(), Some(Error::NoRegistration), "{code}");
    }
    for code in [400, 401, 403, 429, 500] {
        assert_eq!(open(status(code)).0.err(), Some(refused(code, "")), "{code}");
    }
    assert!(matches!(open(offline()).0.err(), Some(Error::Unreachable { .. })), "that is no refusal");
    let moved = Reply::Is(307, vec![("location", "https://evil.example/")], String::new());
    let (result, sent) = open(moved);
    assert_eq!((result.err(), sent.len()), (Some(Error::Redirected), 2));
    for nothing in
        [json!({}), json!([]), json!({"client_id": ""}), json!({"client_id": "a b"}), json!({"client_id": 7})]
    {
        assert_eq!(open(created(&nothing)).0.err(), Some(Error::Malformed("the registration")), "{nothing}");
    }
    let html = Reply::Is(200, vec![], "<html>".to_owned());
    assert_eq!(open(html).0.err(), Some(Error::Malformed("the registration")));
}

#[test]
fn a_portal_without_registration_is_not_asked() {
    let none = |value: &Value| {
        let portal = Portal::default().on(WELL_KNOWN, [ok(value)]);
        let (result, sent) = run(Register::open(BASE, options()).unwrap(), portal);
        assert_eq!(sent.len(), 1, "{value}");
        result.err().unwrap()
    };
    assert_eq!(none(&configuration(|_| {})), Error::NoRegistration);
    for bad in ["http://login.example/register", "https://login.example/register#x"] {
        let error = none(&welcoming(|value| value["registration_endpoint"] = json!(bad)));
        assert_eq!(error, Error::InsecureEndpoint("registration address"));
    }
    let portal = Portal::default().on(WELL_KNOWN, [status(404)]).on(
        "https://portal.example/fhir/metadata",
        [ok(&uris("https://a.example/a", "https://a.example/t"))],
    );
    assert_eq!(run(Register::open(BASE, options()).unwrap(), portal).0.err(), Some(Error::NoRegistration));
    assert!(
        Connect::start(BASE, portal::connect::Options::new("wellkept", "org.wellkept.app:/cb"), [0; 64])
            .is_ok()
    );
    assert_eq!(
        Register::open(BASE, Options { redirect_uri: "http://x.example/".to_owned(), ..options() }).err(),
        Some(Error::BadRedirectUri)
    );
}

/// A portal of the kind that gives lasting access only to a key: the first access pays for the registration.
#[test]
fn the_access_of_a_first_sign_in_pays_for_a_key_that_renews_it() {
    let reply = created(&json!({"client_id": "c2", "token_endpoint_auth_method": "none",
        "grant_types": ["urn:ietf:params:oauth:grant-type:jwt-bearer"], "software_id": "org.wellkept"}));
    let portal = Portal::default()
        .on(
            WELL_KNOWN,
            [ok(&welcoming(|value| value["token_endpoint_auth_methods_supported"] = json!(["none"])))],
        )
        .on(REGISTER, [reply]);
    let first = tokens(|value| value["refresh"] = Value::Null);
    let key = made();
    let own = Options { key: Some(key.clone()), ..options() };
    let (registered, sent) = run(Register::within(&first, own).unwrap(), portal);
    assert!(sent[1].headers.contains(&("authorization".to_owned(), "Bearer access-0".to_owned())));
    let asked = body(&sent[1]);
    let names: Vec<&String> = asked.as_object().unwrap().keys().collect();
    assert_eq!(names, ["software_id", "jwks"]);

    let registered = registered.unwrap();
    let taken = registered.take_over(&first).unwrap();
    assert!(taken.can_refresh());
    assert_eq!((taken.client_id(), taken.key(), taken.patient()), ("c2", Some("alices-phone"), "p1"));
    let again = Tokens::decode(&taken.encode()).unwrap();
    let mut session = Session::new(again).signing(signer(&key));
    let Turn::Send(request) = session.poll(NOW) else { panic!("the access is used up: renew first") };
    let sent = fields(&request);
    assert_eq!(sent["grant_type"], "urn:ietf:params:oauth:grant-type:jwt-bearer");
    assert_eq!((sent["client_id"].as_str(), sent["assertion"].split('.').count()), ("c2", 3));
    assert!(!sent.contains_key("client_assertion") && !sent.contains_key("refresh_token"));
    let renewed = ok(&json!({"access_token": "access-1", "expires_in": 3600}));
    session.receive(Portal::default().on("*", [renewed]).answer(&request), NOW);
    let Turn::Store(stored) = session.poll(NOW) else { panic!() };
    assert!(stored.can_refresh() && stored.patient() == "p1");

    assert_eq!(registered.options(None).err(), None, "a public client to the browser");
    let elsewhere = tokens(|value| value["base"] = json!("https://other.example/fhir"));
    assert!(registered.take_over(&elsewhere).is_err());
    assert!(
        answered(|_| {}).unwrap().take_over(&first).is_err(),
        "an open registration has an access of its own"
    );
}

#[test]
fn the_first_access_goes_to_no_other_host() {
    let portal = Portal::default().on(
        WELL_KNOWN,
        [ok(&welcoming(|value| value["registration_endpoint"] = json!("https://evil.example/register")))],
    );
    let (result, sent) = run(Register::within(&tokens(|_| {}), options()).unwrap(), portal);
    assert_eq!(result.err(), Some(Error::InsecureEndpoint("registration address")));
    assert_eq!(sent.len(), 1);
    let without = Options { key: None, ..options() };
    assert_eq!(Register::within(&tokens(|_| {}), without).err(), Some(Error::CannotSign));
    let refused = json!({"client_id": "c2", "grant_types": ["authorization_code"]});
    let portal = Portal::default().on(WELL_KNOWN, [ok(&welcoming(|_| {}))]).on(REGISTER, [created(&refused)]);
    let (result, _) = run(Register::within(&tokens(|_| {}), options()).unwrap(), portal);
    assert_eq!(result.err(), Some(Error::Unusable("it does not renew by the device's key")));
}

#[test]
fn a_registration_of_the_first_version_is_read() {
    let registered = answered(|_| {}).unwrap();
    let kept = golden("registered-1.json", &registered.encode());
    let read = Registered::decode(&kept).unwrap();
    assert_eq!(
        (read.client_id(), read.key(), read.auth()),
        ("c1", Some("alices-phone"), ClientAuth::PrivateKeyJwt)
    );
    assert_eq!(read.encode().as_slice(), kept);
    assert_eq!(give_back(&read).unwrap().url.as_str(), MANAGE);
    let kept: Value = serde_json::from_slice(&kept).unwrap();
    for (key, bad) in [
        ("version", json!(2)),
        ("base", json!("http://portal.example/fhir")),
        ("auth", json!("client_secret_basic")),
        ("kid", Value::Null),
        ("client_id", json!("a b")),
        ("redirect_uri", json!("http://x.example/")),
        ("management_uri", json!("http://login.example/")),
        ("management_token", Value::Null),
    ] {
        let mut other = kept.clone();
        other[key] = bad;
        assert_eq!(
            Registered::decode(other.to_string().as_bytes()).err(),
            Some(Error::BadRegistration),
            "{key}"
        );
    }
    assert_eq!(Registered::decode(b"").err(), Some(Error::BadRegistration));
}

#[test]
fn a_registered_key_is_needed_to_sign_in() {
    let registered = answered(|_| {}).unwrap();
    assert_eq!(registered.options(None).err(), Some(Error::CannotSign));
    assert_eq!(registered.options(Some(signer(&supplied()))).err(), Some(Error::CannotSign), "another key");
    assert!(registered.options(Some(signer(&made()))).is_ok());
}

/// The JWK Set of a key, as the app sends it.
pub fn jwks(key: &dyn portal::ClientKey) -> Value {
    let number = |bytes: &[u8]| data_encoding::BASE64URL_NOPAD.encode(bytes);
    let mut jwk = match key.public_jwk() {
        portal::PublicJwk::P384 { x, y } => {
            json!({"kty": "EC", "crv": "P-384", "x": number(&x), "y": number(&y)})
        }
        portal::PublicJwk::Rsa { n, e } => json!({"kty": "RSA", "n": number(&n), "e": number(&e)}),
    };
    jwk["kid"] = json!(key.kid());
    json!({"keys": [jwk]})
}
