use portal::{
    Error,
    connect::{Connect, Options, Pkce, Step},
};
use serde_json::{Value, json};
use url::Url;

use crate::script::{BASE, NOW, Portal, Reply, offline, ok, status};

pub const WELL_KNOWN: &str = "https://portal.example/fhir/.well-known/smart-configuration";
const METADATA: &str = "https://portal.example/fhir/metadata";

pub fn options() -> Options {
    Options::new("wellkept", "org.wellkept.app:/callback")
}

pub fn configuration(change: impl FnOnce(&mut Value)) -> Value {
    let mut value = json!({
        "issuer": "https://login.example",
        "authorization_endpoint": "https://login.example/authorize?tenant=7",
        "token_endpoint": "https://login.example/token",
        "revocation_endpoint": "https://login.example/revoke",
        "code_challenge_methods_supported": ["S256"],
        "capabilities": ["launch-standalone", "permission-v2", "permission-offline", "sso-openid-connect"],
    });
    change(&mut value);
    value
}

pub fn uris(authorize: &str, token: &str) -> Value {
    json!({"resourceType": "CapabilityStatement", "rest": [{"mode": "server", "security": {"extension": [{
        "url": "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris",
        "extension": [{"url": "token", "valueUri": token}, {"url": "authorize", "valueUri": authorize}]}]}}]})
}

/// Up to the browser.
pub fn discover(options: Options, mut portal: Portal) -> (Connect, Result<Url, Error>, Vec<String>) {
    let mut connect = Connect::start(BASE, options, [7; 64]).unwrap();
    let mut asked = Vec::new();
    loop {
        match connect.poll() {
            Step::Send(request) => {
                assert!(!request.headers.iter().any(|(name, _)| name == "authorization"));
                asked.push(request.url.to_string());
                connect.receive(portal.answer(&request), NOW);
            }
            Step::OpenBrowser(url) => return (connect, Ok(url), asked),
            Step::Failed(error) => return (connect, Err(error), asked),
            Step::Waiting | Step::Done(_) => panic!("neither waits nor is done"),
        }
    }
}

fn found(configuration: &Value) -> Result<Url, Error> {
    discover(options(), Portal::default().on(WELL_KNOWN, [ok(configuration)])).1
}

fn parameter(url: &Url, name: &str) -> String {
    let values: Vec<_> =
        url.query_pairs().filter(|(key, _)| key == name).map(|(_, value)| value.into_owned()).collect();
    assert_eq!(values.len(), 1, "{name}");
    values[0].clone()
}

#[test]
fn the_browser_is_sent_where_the_portal_says_with_all_that_smart_asks_for() {
    let url = found(&configuration(|_| {})).unwrap();
    assert!(url.as_str().starts_with("https://login.example/authorize?tenant=7&"));
    let expected = [
        ("response_type", "code"),
        ("client_id", "wellkept"),
        ("redirect_uri", "org.wellkept.app:/callback"),
        ("aud", BASE),
        ("scope", "launch/patient openid fhirUser offline_access patient/*.rs"),
        ("code_challenge_method", "S256"),
        ("prompt", "consent"),
        // SHA-256 of the verifier, worked out apart from the crate.
        ("code_challenge", "3Ev4DHdHPRMPoN6GukAY_pi7IUAF5qWJHRK6kURvnoE"),
        ("state", "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc"),
    ];
    for (name, value) in expected {
        assert_eq!(parameter(&url, name), value);
    }
}

#[test]
fn access_that_lasts_is_asked_for_with_the_person_s_consent() {
    let url = found(&configuration(|_| {})).unwrap();
    assert_eq!(parameter(&url, "prompt"), "consent");
    let passing = |value: &mut Value| {
        value["scopes_supported"] = json!(["launch/patient", "patient/*.rs"]);
        value["capabilities"] = json!(["permission-v2"]);
    };
    let url = found(&configuration(passing)).unwrap();
    assert!(!parameter(&url, "scope").contains("offline_access"));
    assert!(url.query_pairs().all(|(name, _)| name != "prompt"), "the portal decides where nothing lasts");
}

#[test]
fn every_attempt_has_a_verifier_and_a_state_of_its_own() {
    let url = |random: [u8; 64]| {
        let mut connect = Connect::start(BASE, options(), random).unwrap();
        let Step::Send(request) = connect.poll() else { panic!() };
        let answer = Portal::default().on(WELL_KNOWN, [ok(&configuration(|_| {}))]).answer(&request);
        connect.receive(answer, NOW);
        let Step::OpenBrowser(url) = connect.poll() else { panic!() };
        assert!(matches!(connect.poll(), Step::Waiting));
        (parameter(&url, "code_challenge"), parameter(&url, "state"))
    };
    let (mut one, mut other) = ([1; 64], [1; 64]);
    one[0] = 2;
    other[63] = 2;
    let (same, by_verifier, by_state) = (url([1; 64]), url(one), url(other));
    assert!(same.0 != by_verifier.0 && same.1 == by_verifier.1);
    assert!(same.0 == by_state.0 && same.1 != by_state.1);
    assert!(same.1.len() * 6 >= 128);
}

/// OpenID Connect Core 1.0, section 11: without `prompt=consent` `offline_access` is ignored. OAuth alone knows no `prompt`.
#[test]
fn consent_is_asked_for_where_lasting_access_is() {
    for (scopes, asks) in [
        (json!(["openid", "offline_access", "patient/*.rs"]), true),
        (json!(["offline_access", "patient/*.rs"]), true),
        (json!(["openid", "patient/*.rs"]), false),
    ] {
        let url = found(&configuration(|value| {
            value["capabilities"] = json!(["permission-v2"]);
            value["scopes_supported"] = scopes.clone();
        }));
        assert_eq!(url.unwrap().query_pairs().any(|(key, _)| key == "prompt"), asks, "{scopes}");
    }
}

#[test]
fn scopes_follow_what_the_portal_offers() {
    let scope = |capabilities: Value, scopes: Value| {
        let url = found(&configuration(|value| {
            value["capabilities"] = capabilities;
            value["scopes_supported"] = scopes;
        }));
        parameter(&url.unwrap(), "scope")
    };
    let v1 = "launch/patient openid fhirUser offline_access patient/*.read";
    assert_eq!(scope(json!(["permission-v1"]), Value::Null), v1);
    assert_eq!(scope(json!([]), Value::Null), v1);
    assert_eq!(
        scope(json!(["permission-v2"]), json!(["launch/patient", "patient/*.rs"])),
        "launch/patient patient/*.rs"
    );
    let listed = json!([
        "openid",
        "fhirUser",
        "offline_access",
        "patient/Observation.rs",
        "patient/Patient.rs",
        "patient/Task.write"
    ]);
    let expected = "launch/patient openid fhirUser offline_access patient/Observation.rs patient/Patient.rs patient/Task.write";
    assert_eq!(scope(json!(["permission-v2"]), listed.clone()), expected);
    assert_eq!(scope(json!([]), listed), expected);
    let listed = json!(["patient/Observation.read", "user/*.read"]);
    assert_eq!(
        scope(json!(["permission-v1", "permission-offline"]), listed),
        "launch/patient offline_access patient/Observation.read"
    );
    assert_eq!(scope(json!(["permission-v2"]), json!(["launch/patient"])), "launch/patient patient/*.rs");

    let mut own = options();
    own.scopes = Some("patient/Patient.r".to_owned());
    let (_, url, _) = discover(own, Portal::default().on(WELL_KNOWN, [ok(&configuration(|_| {}))]));
    assert_eq!(parameter(&url.unwrap(), "scope"), "patient/Patient.r");
}

/// What an act needs is asked for only where the portal lists it: one that gives nobody the right to write is read as before.
#[test]
fn the_right_to_act_is_asked_for_where_it_is_listed_in_the_form_in_which_it_is_listed() {
    let writes = |capability: &str, listed: &[&str]| {
        let url = found(&configuration(|value| {
            value["capabilities"] = json!([capability]);
            value["scopes_supported"] = json!(listed);
        }));
        let asked = parameter(&url.unwrap(), "scope");
        asked
            .strip_prefix("launch/patient patient/*.r")
            .unwrap()
            .split_once(' ')
            .unwrap_or_default()
            .1
            .to_owned()
    };
    let all = |right: &str| {
        // A file that goes with a message is created and never changed.
        let only_created = |on| on == "DocumentReference" && right == "cu";
        ["Appointment", "Communication", "DocumentReference", "MedicationRequest", "Task"]
            .map(|on| format!("patient/{on}.{}", if only_created(on) { "c" } else { right }))
            .join(" ")
    };
    let (v1, v2) = ("permission-v1", "permission-v2");
    for (capability, listed, asked) in [
        (v1, &["patient/*.read"][..], String::new()),
        (v1, &["patient/*.read", "patient/*.write"], all("write")),
        (v1, &["patient/*.*"], all("write")),
        (v2, &["patient/*.rs", "patient/*.write"], all("write")),
        (v2, &["patient/*.rs", "patient/*.cruds"], all("cu")),
        (v2, &["patient/*.rs", "patient/*.write", "patient/*.cruds"], all("cu")),
        (v1, &["patient/*.read", "patient/*.write", "patient/*.cruds"], all("write")),
        (v2, &["patient/*.rs", "patient/Communication.c"], "patient/Communication.c".to_owned()),
        (v2, &["patient/*.rs", "patient/Task.cu?code=refill"], "patient/Task.cu".to_owned()),
        (v1, &["patient/*.read", "patient/Appointment.write"], "patient/Appointment.write".to_owned()),
        (v2, &["patient/*.rs", "patient/Observation.cruds", "user/Task.cruds"], String::new()),
    ] {
        assert_eq!(writes(capability, listed), asked, "{listed:?}");
    }
}

#[test]
fn a_portal_without_s256_is_refused() {
    for methods in [json!(["plain"]), json!([]), Value::Null, json!("S256"), json!(["s256"])] {
        let error =
            found(&configuration(|value| value["code_challenge_methods_supported"] = methods.clone()))
                .unwrap_err();
        assert_eq!(error, Error::NoPkce, "{methods}");
    }
    let missing = configuration(|value| {
        value.as_object_mut().unwrap().remove("code_challenge_methods_supported");
    });
    assert_eq!(found(&missing).unwrap_err(), Error::NoPkce);
    let lenient = Options { pkce: Pkce::SentAnyway, ..options() };
    let (_, url, _) = discover(lenient.clone(), Portal::default().on(WELL_KNOWN, [ok(&missing)]));
    assert_eq!(parameter(&url.unwrap(), "code_challenge_method"), "S256");
    let plain = configuration(|value| value["code_challenge_methods_supported"] = json!(["plain"]));
    assert_eq!(
        discover(lenient, Portal::default().on(WELL_KNOWN, [ok(&plain)])).1.unwrap_err(),
        Error::NoPkce
    );
}

#[test]
fn a_portal_of_the_old_kind_is_found_by_its_capability_statement() {
    let old = || uris("https://old.example/auth", "https://old.example/token");
    for reply in [status(404), ok(&json!({})), Reply::Is(200, vec![], "<html>".to_owned()), status(500)] {
        let lenient = Options { pkce: Pkce::SentAnyway, ..options() };
        let portal = Portal::default().on(WELL_KNOWN, [reply.clone()]).on(METADATA, [ok(&old())]);
        let (_, url, asked) = discover(lenient, portal);
        let url = url.unwrap();
        assert!(url.as_str().starts_with("https://old.example/auth?"));
        assert_eq!(parameter(&url, "scope"), "launch/patient openid fhirUser offline_access patient/*.read");
        assert_eq!(asked, [WELL_KNOWN, METADATA]);

        let portal = Portal::default().on(WELL_KNOWN, [reply]).on(METADATA, [ok(&old())]);
        assert_eq!(discover(options(), portal).1.unwrap_err(), Error::NoPkce);
    }
    for nothing in [status(404), ok(&json!({"resourceType": "CapabilityStatement"})), ok(&json!([1]))] {
        let portal = Portal::default().on(WELL_KNOWN, [status(404)]).on(METADATA, [nothing]);
        assert_eq!(discover(options(), portal).1.unwrap_err(), Error::NotSmart);
    }
}

/// What is parsed takes many times its own length.
#[test]
fn c30_an_answer_of_a_million_values_or_a_thousand_levels_is_not_parsed() {
    let many = |value: &Value| {
        let stuffed = format!("{{\"more\":[{}1],{}", "1,".repeat(250_000), &value.to_string()[1..]);
        Reply::Is(200, vec![], stuffed)
    };
    let deep = Reply::Is(200, vec![], format!("{}{}", "[".repeat(1_000), "]".repeat(1_000)));
    for smart in [many(&configuration(|_| {})), deep.clone()] {
        for metadata in [many(&uris("https://old.example/auth", "https://old.example/token")), deep.clone()] {
            let portal = Portal::default().on(WELL_KNOWN, [smart.clone()]).on(METADATA, [metadata]);
            assert_eq!(discover(options(), portal).1.unwrap_err(), Error::NotSmart);
        }
    }
}

#[test]
fn addresses_that_are_not_secure_are_refused() {
    for key in ["authorization_endpoint", "token_endpoint", "revocation_endpoint"] {
        for bad in [
            "http://login.example/x",
            "http://127.0.0.1/x",
            "ftp://login.example/x",
            "https://u:p@login.example/",
            "javascript:1",
            "https://login.example/#x",
        ] {
            let error = found(&configuration(|value| value[key] = json!(bad))).unwrap_err();
            assert!(matches!(error, Error::InsecureEndpoint(_)), "{key} {bad} {error}");
        }
    }
    assert_eq!(
        found(&configuration(|value| value["token_endpoint"] = json!("/token"))).unwrap_err(),
        Error::Malformed("token address")
    );
    let portal = Portal::default()
        .on(WELL_KNOWN, [status(404)])
        .on(METADATA, [ok(&uris("https://a.example", "http://a.example"))]);
    assert!(matches!(discover(options(), portal).1.unwrap_err(), Error::InsecureEndpoint(_)));
}

#[test]
fn redirects_are_not_followed_and_being_offline_is_not_a_refusal() {
    let moved = Reply::Is(302, vec![("location", "https://evil.example/")], String::new());
    let (_, result, asked) = discover(options(), Portal::default().on(WELL_KNOWN, [moved]));
    assert_eq!(result.unwrap_err(), Error::Redirected);
    assert_eq!(asked, [WELL_KNOWN]);
    let (_, result, _) = discover(options(), Portal::default().on(WELL_KNOWN, [offline()]));
    let error = result.unwrap_err();
    assert!(matches!(error, Error::Unreachable { .. }));
    assert_eq!(error.reason(), Some("no route to host"));
}

#[test]
fn only_addresses_that_can_come_back_to_the_app_are_taken() {
    let start = |redirect: &str| {
        Connect::start(BASE, Options { redirect_uri: redirect.to_owned(), ..options() }, [0; 64])
    };
    for good in [
        "https://wellkept.example/callback",
        "http://127.0.0.1:4711/cb",
        "http://[::1]/",
        "org.wellkept.app:/callback",
    ] {
        assert!(start(good).is_ok(), "{good}");
    }
    for bad in [
        "http://wellkept.example/cb",
        "wellkept:/callback",
        "https://x.example/cb?a=1",
        "https://x.example/#a",
        "callback",
        "https://u@x.example/",
    ] {
        assert_eq!(start(bad).err(), Some(Error::BadRedirectUri), "{bad}");
    }
    assert_eq!(Connect::start("http://portal.example/fhir", options(), [0; 64]).err(), Some(Error::BadBase));
}
