//! Connecting by name, with a browser that fails, and stopped half-way.

use std::os::unix::fs::PermissionsExt;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use sandbox::{ALICE_PASSWORD, Certificate, Config, Quirk, Running, Sandbox, demo_data, driver};
use serde_json::{Value, json};

use crate::home::{Home, Said, said};
use crate::portals::wait_for;

fn riverside() -> Config {
    demo_data::hospital_of("Riverside", &[demo_data::ALESHA])
}

fn alice() -> Home {
    let home = Home::new();
    assert_eq!(home.types(&["init", "--name", "Alesha"]).code, 0);
    home
}

impl Home {
    /// A browser command that notes the address and stays for a while, as its words for `--browser`.
    fn lasting_browser(&self) -> String {
        let noted = self.path("address");
        let _ = std::fs::remove_file(&noted);
        self.script("a browser", &format!("echo \"$2\" > '{}'; exec sleep 60", noted.display()));
        format!("'{}' \"--new window\"", self.path("a browser").display())
    }

    fn script(&self, name: &str, text: &str) {
        self.file(name, &format!("#!/bin/sh\n{text}\n"));
        std::fs::set_permissions(self.path(name), std::fs::Permissions::from_mode(0o700)).unwrap();
    }

    /// `connect` under way.
    fn connecting(&self, words: &[&str], more: &[(&str, &std::path::Path)]) -> Child {
        let mut command = self.bare(&["--passphrase-file"]);
        command.arg(self.path("right")).arg("connect").args(words).envs(more.iter().copied());
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    fn connects_at_once(&self, portal: &Running, browser: &str) -> (Said, Duration) {
        let began = Instant::now();
        let said = self.types(&["connect", &portal.base_url(), "--browser", browser]);
        (said, began.elapsed())
    }
}

fn interrupt(child: Child) -> Said {
    let id = child.id().to_string();
    assert!(std::process::Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    said(child.wait_with_output().unwrap())
}

fn nothing_half_made(home: &Home, portal: &Running) {
    assert_eq!(portal.registered(), [""; 0], "the registration was given back");
    assert_eq!(home.types(&["portals", "--json"]).out.trim(), "[]");
    let kept = std::fs::read_dir(home.path("records/me/keychain")).unwrap();
    let kept: Vec<_> = kept.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert!(kept.iter().all(|name| !name.starts_with("app.") && !name.starts_with("tokens.")), "{kept:?}");
}

#[test]
fn a_browser_that_fails_at_once_is_told_at_once() {
    let (home, portal) = (alice(), Sandbox::start(riverside()).unwrap());
    home.script("broken", "exit 3");
    let broken = home.path("broken").display().to_string();
    for (browser, words) in [
        (broken.as_str(), "ended at once with an error (exit status: 3)"),
        ("/nowhere/firefox", "/nowhere/firefox could not be started"),
    ] {
        let (refused, took) = home.connects_at_once(&portal, browser);
        assert_eq!(refused.code, 1, "{}{}", refused.out, refused.err);
        assert!(
            refused.err.contains(words) && refused.err.contains("Nothing was changed"),
            "{}",
            refused.err
        );
        assert!(took < Duration::from_secs(30), "{took:?}");
        nothing_half_made(&home, &portal);
    }
    let (half, _) = home.connects_at_once(&portal, "firefox 'half");
    assert_eq!(half.code, 2, "{}", half.err);
}

#[test]
fn ctrl_c_stops_a_sign_in_and_leaves_nothing_half_made() {
    let (home, portal) = (alice(), Sandbox::start(riverside()).unwrap());
    let child = home.connecting(&[&portal.base_url(), "--browser", &home.lasting_browser()], &[]);
    wait_for(&home.path("address"));
    assert_eq!(portal.registered().len(), 1);
    let stopped = interrupt(child);
    assert_eq!((stopped.code, stopped.out.as_str()), (130, ""));
    assert!(stopped.err.contains("Stopped. Nothing was changed"), "{}", stopped.err);
    nothing_half_made(&home, &portal);
}

#[test]
fn what_a_portal_refuses_says_what_to_do_next() {
    let (home, portal) = (alice(), Sandbox::start(riverside()).unwrap());
    portal.set_quirks([Quirk::RegistrationRefused(403)]);
    let url = portal.base_url();
    let refused = home.types(&["connect", &url, "--register"]);
    assert_eq!(refused.code, 5, "{}", refused.err);
    assert!(refused.err.contains("did not register this device") && refused.err.contains("--client-id ID"));
    let usual = home.connects(&portal, &[]);
    assert_eq!(usual.code, 0, "{}", usual.err);
    assert!(
        usual.err.contains("goes on under the name wellkept") && usual.err.contains("--client-id"),
        "{}",
        usual.err
    );

    portal.set_quirks([Quirk::SilentInvalidClient]);
    let silent = home.connects(&portal, &["--register"]);
    assert_eq!(silent.code, 5, "{}", silent.err);
    assert!(silent.err.contains("or not yet") && silent.err.contains("12 hours"), "{}", silent.err);

    home.file("key.pem", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
    let key = home.path("key.pem").display().to_string();
    for (words, code) in [
        (["--client-id", "c1", "--key-file", &key, "--key-id", "k"].as_slice(), 2),
        (&["--key-file", &key, "--key-id", "k"], 2),
        (&["--key-file", &key], 2),
    ] {
        let wrong = home.types(&[&["connect", url.as_str()], words].concat());
        assert_eq!(wrong.code, code, "{words:?}: {}", wrong.err);
    }
}

/// A published list: one hospital that runs here, one of the same name elsewhere, one that is no good.
fn list(portal: &Running) -> String {
    let endpoint = |id: &str, address: &str| {
        json!({"fullUrl": format!("https://brands.example/Endpoint/{id}"), "resource": {
            "resourceType": "Endpoint", "id": id, "status": "active", "address": address,
            "connectionType": {"code": "hl7-fhir-rest"}}})
    };
    let organisation = |id: &str, name: &str, city: &str, portals: &[(&str, &str)]| {
        let portals: Vec<Value> = portals.iter().map(|(name, endpoint)| {
            json!({"url": "http://hl7.org/fhir/StructureDefinition/organization-portal", "extension": [
                {"url": "portalName", "valueString": name},
                {"url": "portalEndpoint", "valueReference": {"reference": format!("https://brands.example/Endpoint/{endpoint}")}}]})
        }).collect();
        json!({"fullUrl": format!("https://brands.example/Organization/{id}"), "resource": {
            "resourceType": "Organization", "id": id, "active": true, "name": name, "alias": ["The Old Infirmary"],
            "address": [{"line": ["1 Mill Lane"], "city": city, "state": "OH"}], "extension": portals}})
    };
    json!({"resourceType": "Bundle", "type": "collection", "timestamp": "2026-10-01T00:00:00Z", "entry": [
        endpoint("here", &portal.base_url()), endpoint("there", "https://there.example/r4"),
        endpoint("kids", "https://kids.example/r4"), endpoint("plain", "http://plain.example/r4"),
        organisation("1", "Riverside Hospital", "Springfield", &[("MyRiverside", "here")]),
        organisation("2", "Riverside Hospital", "Shelbyville", &[("Adults", "there"), ("Children", "kids")]),
        organisation("3", "Insecure Clinic", "Springfield", &[("Plain", "plain")]),
    ]})
    .to_string()
}

/// Over TLS, by the name of the hospital, as a person would; and again by the name that the connection has.
#[test]
fn alice_finds_her_hospital_offline_and_connects_it_by_its_name() {
    let portal = Sandbox::start(Config { tls: Some(Certificate::Good), ..riverside() }).unwrap();
    let home = Home::new();
    let empty = home.bare(&["portals", "find", "riverside"]).output().unwrap();
    assert_eq!(said(empty).code, 8, "no list yet");
    home.file("list.json", &list(&portal));
    let list = home.path("list.json").display().to_string();
    let types = |words: &[&str]| said(home.bare(words).output().unwrap());
    let imported = types(&["portals", "import", &list]);
    assert_eq!(imported.code, 0, "{}", imported.err);
    assert!(
        imported.out.contains("2 organisations can be found") && imported.out.contains("left out: 1"),
        "{}",
        imported.out
    );
    home.file("nonsense", "{\"resourceType\": \"Patient\"}");
    let nonsense = types(&["portals", "import", &home.path("nonsense").display().to_string()]);
    assert!(nonsense.code == 2 && nonsense.err.contains("not a list of portals"), "{}", nonsense.err);

    let found = types(&["portals", "find", "river", "spring"]).out;
    assert!(
        found.contains("1. Riverside Hospital   MyRiverside") && found.contains("Springfield, OH"),
        "{found}"
    );
    assert!(found.contains(&portal.base_url()) && !found.contains("Shelbyville"), "{found}");
    for words in ["infirmary", "mill lane", "shelbyville", "children"] {
        assert!(types(&["portals", "find", words]).out.contains("https://kids.example/r4"), "{words}");
    }
    assert_eq!(types(&["portals", "find", "unicorn"]).code, 8);
    let json: Value = serde_json::from_str(&types(&["portals", "find", "adults", "--json"]).out).unwrap();
    assert_eq!(json["ways"].as_array().unwrap().len(), 2, "both ways in of the one organisation");

    home.types(&["init", "--name", "Alesha"]);
    let several = home.types(&["connect", "riverside", "hospital"]);
    assert_eq!(several.code, 8, "{}", several.out);
    for line in ["More than one portal fits", "3. Riverside Hospital   Children", "https://there.example/r4"]
    {
        assert!(several.out.contains(line), "{}", several.out);
    }
    assert!(several.err.contains("give more words"), "{}", several.err);
    assert_eq!(home.types(&["connect", "unicorn"]).code, 8);

    home.file("roots.pem", portal.root().unwrap());
    for words in [["springfield", "--name=Riverside"].as_slice(), &["riverside"]] {
        let browser = home.lasting_browser();
        let roots = home.path("roots.pem");
        let child =
            home.connecting(&[words, &["--browser", &browser]].concat(), &[("SSL_CERT_FILE", &roots)]);
        let address = wait_for(&home.path("address"));
        tokio::runtime::Runtime::new().unwrap().block_on(visit(&portal, &address));
        let connected = said(child.wait_with_output().unwrap());
        assert_eq!(connected.code, 0, "{}{}", connected.out, connected.err);
        assert!(connected.out.contains("Connected: Riverside\n"), "{}", connected.out);
        let shown = connected.out.contains("Is this the one?");
        assert_eq!(shown, words.len() == 2, "a portal that is connected is not looked for in the list");
    }
    let held = home.types(&["portals"]).out;
    assert!(held.contains("signs in with a key of this device"), "{held}");
    assert_eq!(held.matches("granted: ").count(), 1, "{held}");
}

async fn visit(portal: &Running, address: &str) {
    let visitor = driver::SignIn {
        user: "alice".to_owned(),
        password: ALICE_PASSWORD.to_owned(),
        root: portal.root().map(str::to_owned),
        ..driver::SignIn::default()
    };
    let redirect = visitor.run(address).await.unwrap();
    assert_eq!(driver::request("GET", &redirect, &[], b"").await.unwrap().status, 200);
}
