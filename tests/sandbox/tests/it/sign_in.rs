use sandbox::driver::request;
use sandbox::{BOB_PASSWORD, Config, Error, demo_data, driver};

use crate::app::*;

#[tokio::test]
async fn alice_signs_in_and_reads_her_record() {
    let portal = hospital();
    let back = alice().run(&authorize_url(&portal, ALL, |_| {})).await.unwrap();
    assert!(back.starts_with(REDIRECT));
    assert_eq!(query(&back, "state").unwrap(), "the-state");
    assert_eq!(query(&back, "iss").unwrap(), portal.base_url());
    let tokens = json(&exchange(&portal, &query(&back, "code").unwrap()).await);
    assert_eq!(text(&tokens, "patient"), portal.patient());
    assert_eq!(text(&tokens, "scope"), ALL);
    assert_eq!(tokens["expires_in"], 3600);
    let patient =
        fhir(&portal, &text(&tokens, "access_token"), &format!("Patient/{}", portal.patient())).await;
    assert_eq!(patient.status, 200);
    assert_eq!(patient.header("etag").unwrap(), "W/\"1\"");
    assert_eq!(patient.header("date").unwrap().get(..16).unwrap(), "Sun, 01 Nov 2026");
}

#[tokio::test]
async fn a_wrong_password_is_refused_in_words() {
    let portal = hospital();
    let refused = driver::sign_in(&authorize_url(&portal, ALL, |_| {}), "alice", "guess", None).await;
    assert!(matches!(refused, Err(Error::Refused(words)) if words.contains("wrong")));
}

#[tokio::test]
async fn bob_chooses_whose_record_and_alice_sees_only_hers() {
    let portal = start(demo_data::hospital_of("Hospital", &[demo_data::ALESHA, demo_data::ROSALINDA]));
    let [alesha, rosalinda] = <[String; 2]>::try_from(portal.patients()).unwrap();
    let url = authorize_url(&portal, ALL, |_| {});
    for patient in [&alesha, &rosalinda] {
        let back = driver::sign_in(&url, "bob", BOB_PASSWORD, Some(patient)).await.unwrap();
        let tokens = json(&exchange(&portal, &query(&back, "code").unwrap()).await);
        assert_eq!(text(&tokens, "patient"), *patient);
    }
    let by_name = driver::sign_in(&url, "bob", BOB_PASSWORD, Some("Rosalinda")).await.unwrap();
    let tokens = json(&exchange(&portal, &query(&by_name, "code").unwrap()).await);
    assert_eq!(text(&tokens, "patient"), rosalinda);
    let mut nosy = alice();
    nosy.patient = Some(rosalinda);
    assert!(matches!(nosy.run(&url).await, Err(Error::Page(_))));
}

#[tokio::test]
async fn consent_can_be_narrowed_or_denied() {
    let portal = hospital();
    let scope = "launch/patient offline_access patient/Observation.read patient/Condition.read";
    let url = authorize_url(&portal, scope, |_| {});
    let mut careful = alice();
    careful.without = vec!["patient/Condition.read".to_owned(), "offline_access".to_owned()];
    let back = careful.run(&url).await.unwrap();
    let tokens = json(&exchange(&portal, &query(&back, "code").unwrap()).await);
    assert_eq!(text(&tokens, "scope"), "launch/patient patient/Observation.read");
    assert!(tokens.get("refresh_token").is_none());
    let mut unwilling = alice();
    unwilling.deny = true;
    let back = unwilling.run(&url).await.unwrap();
    assert_eq!(query(&back, "error").unwrap(), "access_denied");
    assert_eq!(query(&back, "state").unwrap(), "the-state");
}

#[tokio::test]
async fn a_form_from_elsewhere_is_worth_nothing() {
    let portal = hospital();
    let start = request("GET", &authorize_url(&portal, ALL, |_| {}), &[], b"").await.unwrap();
    let cookie = start.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    let ask = start.header("location").unwrap().split_once("ask=").unwrap().1.to_owned();
    let login = format!("{}/auth/login", portal.origin());
    let body = format!("ask={ask}&username=alice&password={}", sandbox::ALICE_PASSWORD);
    let kind = ("Content-Type", "application/x-www-form-urlencoded");
    let forged = request("POST", &login, &[kind, ("Cookie", &cookie)], body.as_bytes()).await.unwrap();
    assert_eq!(forged.status, 400);
    let step = format!("{}/auth/step?ask={ask}", portal.origin());
    assert_eq!(request("GET", &step, &[("Cookie", &cookie)], b"").await.unwrap().status, 200);
    assert_eq!(request("GET", &step, &[], b"").await.unwrap().status, 400);
}

#[tokio::test]
async fn an_app_that_asks_wrongly_is_told() {
    let portal = hospital();
    type Change = fn(&mut Vec<(&str, String)>);
    let set: [(Change, &str); 7] = [
        (
            |pairs| {
                pairs.iter_mut().for_each(|p| {
                    if p.0 == "code_challenge_method" {
                        p.1 = "plain".to_owned()
                    }
                })
            },
            "invalid_request",
        ),
        (|pairs| pairs.retain(|p| p.0 != "code_challenge"), "invalid_request"),
        (|pairs| pairs.retain(|p| p.0 != "state"), "invalid_request"),
        (|pairs| pairs.push(("state", "twice".to_owned())), "invalid_request"),
        (
            |pairs| {
                pairs.iter_mut().for_each(|p| {
                    if p.0 == "aud" {
                        p.1 = "https://other.example".to_owned()
                    }
                })
            },
            "invalid_request",
        ),
        (
            |pairs| {
                pairs.iter_mut().for_each(|p| {
                    if p.0 == "response_type" {
                        p.1 = "token".to_owned()
                    }
                })
            },
            "unsupported_response_type",
        ),
        (
            |pairs| {
                pairs.iter_mut().for_each(|p| {
                    if p.0 == "scope" {
                        p.1 = "openid".to_owned()
                    }
                })
            },
            "invalid_scope",
        ),
    ];
    for (change, error) in set {
        let back = alice().run(&authorize_url(&portal, ALL, change)).await.unwrap();
        assert_eq!(query(&back, "error").unwrap(), error);
        assert_eq!(query(&back, "iss").unwrap(), portal.base_url());
    }
}

#[tokio::test]
async fn an_unregistered_address_gets_no_redirect() {
    let portal = hospital();
    for address in [
        "http://127.0.0.1:54321/elsewhere",
        "http://localhost:54321/callback",
        "https://127.0.0.1:54321/callback",
        "http://127.0.0.1:54321/callback?x=1",
        "https://evil.example/callback",
    ] {
        let url = authorize_url(&portal, ALL, |pairs| {
            pairs
                .iter_mut()
                .filter(|pair| pair.0 == "redirect_uri")
                .for_each(|pair| pair.1 = address.to_owned());
        });
        assert!(matches!(alice().run(&url).await, Err(Error::Refused(_))), "{address}");
    }
}

#[tokio::test]
async fn a_code_is_good_once_for_a_short_time_and_with_its_verifier() {
    let portal = hospital();
    let wrong = code(&portal, ALL).await;
    let pairs = [
        ("grant_type", "authorization_code"),
        ("code", &wrong),
        ("redirect_uri", REDIRECT),
        ("client_id", "wellkept"),
        ("code_verifier", "another-verifier-that-is-also-long-enough-to-be-read"),
    ];
    assert_eq!(text(&json(&form(&portal.token_url(), &pairs).await), "error"), "invalid_grant");
    let without: Vec<_> = pairs.into_iter().filter(|pair| pair.0 != "code_verifier").collect();
    assert_eq!(text(&json(&form(&portal.token_url(), &without).await), "error"), "invalid_request");

    let late = code(&portal, ALL).await;
    portal.advance(61);
    assert_eq!(text(&json(&exchange(&portal, &late).await), "error"), "invalid_grant");

    let code = code(&portal, ALL).await;
    let tokens = json(&exchange(&portal, &code).await);
    let patient = format!("Patient/{}", portal.patient());
    assert_eq!(fhir(&portal, &text(&tokens, "access_token"), &patient).await.status, 200);
    assert_eq!(text(&json(&exchange(&portal, &code).await), "error"), "invalid_grant");
    assert_eq!(fhir(&portal, &text(&tokens, "access_token"), &patient).await.status, 401);
    assert_eq!(refresh(&portal, &text(&tokens, "refresh_token")).await.status, 400);
}

#[tokio::test]
async fn a_refresh_token_is_good_once_and_a_second_try_ends_the_grant() {
    let portal = hospital();
    let first = tokens(&portal, ALL).await;
    let patient = format!("Patient/{}", portal.patient());
    portal.advance(3601);
    assert_eq!(fhir(&portal, &text(&first, "access_token"), &patient).await.status, 401);
    let second = json(&refresh(&portal, &text(&first, "refresh_token")).await);
    assert_eq!(fhir(&portal, &text(&second, "access_token"), &patient).await.status, 200);
    assert_eq!(
        text(&json(&refresh(&portal, &text(&first, "refresh_token")).await), "error"),
        "invalid_grant"
    );
    assert_eq!(fhir(&portal, &text(&second, "access_token"), &patient).await.status, 401);
    assert_eq!(refresh(&portal, &text(&second, "refresh_token")).await.status, 400);
}

#[tokio::test]
async fn disconnecting_ends_the_grant() {
    let portal = hospital();
    let tokens = tokens(&portal, ALL).await;
    let revoke = format!("{}/auth/revoke", portal.origin());
    let pairs = [("token", text(&tokens, "refresh_token")), ("client_id", "wellkept".to_owned())];
    let pairs = pairs.each_ref().map(|(name, value)| (*name, value.as_str()));
    assert_eq!(form(&revoke, &pairs).await.status, 200);
    let patient = format!("Patient/{}", portal.patient());
    assert_eq!(fhir(&portal, &text(&tokens, "access_token"), &patient).await.status, 401);
    assert_eq!(form(&revoke, &[("token", "unknown"), ("client_id", "wellkept")]).await.status, 200);
}

#[tokio::test]
async fn a_stopped_portal_refuses_connections_and_remembers_when_it_is_back() {
    let portal = hospital();
    let tokens = tokens(&portal, ALL).await;
    let patient = format!("{}/Patient/{}", portal.base_url(), portal.patient());
    portal.stop();
    assert!(matches!(request("GET", &patient, &[], b"").await, Err(Error::Network(_))));
    portal.start_again().unwrap();
    assert_eq!(get(&text(&tokens, "access_token"), &patient).await.status, 200);
    let port = portal.port();
    drop(portal);
    let other = start(Config { port, ..demo_data::hospital_of("Other", &[demo_data::ALESHA]) });
    assert_eq!(other.port(), port);
    assert_eq!(get(&text(&tokens, "access_token"), &patient).await.status, 401);
}

#[tokio::test]
async fn discovery_names_what_the_portal_does() {
    let portal = hospital();
    let url = format!("{}/.well-known/smart-configuration", portal.base_url());
    let smart = json(&request("GET", &url, &[], b"").await.unwrap());
    assert_eq!(text(&smart, "authorization_endpoint"), portal.authorize_url());
    assert_eq!(text(&smart, "token_endpoint"), portal.token_url());
    assert_eq!(smart["code_challenge_methods_supported"], serde_json::json!(["S256"]));
    let metadata = json(&request("GET", &format!("{}/metadata", portal.base_url()), &[], b"").await.unwrap());
    assert_eq!(text(&metadata, "fhirVersion"), "4.0.1");
}
