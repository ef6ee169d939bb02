//! Switches of sign-in, tokens and scopes, one by one.

use sandbox::driver::{Reply, request};
use sandbox::{Config, Error, Quirk, demo_data};
use serde_json::{Value, json};

use crate::app::*;

const V2: &str = "launch/patient offline_access patient/*.rs";

async fn back(quirk: Quirk) -> String {
    let portal = hospital();
    portal.set_quirks([quirk]);
    alice().run(&authorize_url(&portal, V2, |_| {})).await.unwrap()
}

/// The first token answer and that of a refresh.
async fn both(quirk: Quirk) -> (Value, Value) {
    let portal = hospital();
    portal.set_quirks([quirk]);
    let first = tokens(&portal, V2).await;
    let second = json(&refresh(&portal, &text(&first, "refresh_token")).await);
    (first, second)
}

#[tokio::test]
async fn the_browser_comes_back_otherwise() {
    let come_back = back(Quirk::StateWrong).await;
    assert_eq!(query(&come_back, "state").unwrap(), "another-state");
    assert_eq!(query(&back(Quirk::StateMissing).await, "state"), None);
    assert_eq!(query(&back(Quirk::IssWrong).await, "iss").unwrap(), "https://elsewhere.example/fhir");
    for quirk in [Quirk::IssMissing, Quirk::IssUnpromised] {
        assert_eq!(query(&back(quirk).await, "iss"), None);
    }
    let error = back(Quirk::AuthorizeError).await;
    assert_eq!((query(&error, "error").unwrap().as_str(), query(&error, "code")), ("server_error", None));
    let portal = hospital();
    portal.set_quirks([Quirk::AuthorizePage]);
    let stuck = alice().run(&authorize_url(&portal, V2, |_| {})).await;
    assert!(matches!(stuck, Err(Error::Refused(words)) if words.contains("unknown-tenant")));
}

#[tokio::test]
async fn offline_access_needs_to_be_asked_for_with_consent() {
    let portal = hospital();
    portal.set_quirks([Quirk::OfflineNeedsConsent]);
    assert_eq!(text(&tokens(&portal, V2).await, "scope"), "launch/patient patient/*.rs");
    let asking = authorize_url(&portal, V2, |pairs| pairs.push(("prompt", "login consent".to_owned())));
    let back = alice().run(&asking).await.unwrap();
    let first = json(&exchange(&portal, &query(&back, "code").unwrap()).await);
    assert_eq!(text(&first, "scope"), V2);
    assert!(!text(&first, "refresh_token").is_empty());
}

#[tokio::test]
async fn discovery_says_otherwise() {
    let portal = hospital();
    let url = format!("{}/.well-known/smart-configuration", portal.base_url());
    let says = async |quirk: Quirk| {
        portal.set_quirks([quirk]);
        request("GET", &url, &[], b"").await.unwrap()
    };
    assert_eq!(says(Quirk::OldDiscovery).await.status, 404);
    let methods = "code_challenge_methods_supported";
    assert_eq!(json(&says(Quirk::PkceUnannounced).await).get(methods), None);
    assert_eq!(json(&says(Quirk::PkcePlain).await)[methods], json!(["plain"]));
    assert_eq!(json(&says(Quirk::NoRevocation).await).get("revocation_endpoint"), None);
    let unpromised = json(&says(Quirk::IssUnpromised).await);
    assert_eq!(unpromised["authorization_response_iss_parameter_supported"], false);
    let listed = json(&says(Quirk::WildcardRefused).await)["scopes_supported"].to_string();
    assert!(listed.contains("patient/Observation.rs") && !listed.contains("/*."));
    let come_back = alice().run(&authorize_url(&portal, V2, |_| {})).await.unwrap();
    assert_eq!(query(&come_back, "error").unwrap(), "invalid_scope");
    let few = "launch/patient patient/Observation.rs";
    let come_back = alice().run(&authorize_url(&portal, few, |_| {})).await.unwrap();
    assert!(query(&come_back, "code").is_some());
}

#[tokio::test]
async fn the_token_endpoint_answers_something_else() {
    let portal = hospital();
    let answers = async |quirk: Quirk| -> Reply {
        portal.set_quirks([quirk]);
        refresh(&portal, "unknown").await
    };
    let silent = answers(Quirk::SilentInvalidClient).await;
    assert_eq!((silent.status, json(&silent)), (401, json!({"error": "invalid_client"})));
    let ok = answers(Quirk::TokenErrorOk).await;
    assert_eq!((ok.status, text(&json(&ok), "error").as_str()), (200, "invalid_grant"));
    let html = answers(Quirk::TokenHtml).await;
    assert_eq!((html.status, html.header("content-type").unwrap()), (200, "text/html; charset=utf-8"));
    let elsewhere = answers(Quirk::TokenRedirects).await;
    assert_eq!(elsewhere.status, 307);
    assert!(
        elsewhere.header("location").unwrap().starts_with(&format!("http://localhost:{}", portal.port()))
    );
    let busy = answers(Quirk::TokenBusy).await;
    assert_eq!((busy.status, busy.header("retry-after")), (503, Some("1")));
    assert_eq!(refresh(&portal, "unknown").await.status, 400, "once");
    portal.set_quirks([Quirk::RevocationFails]);
    let revoke = format!("{}/auth/revoke", portal.origin());
    assert_eq!(form(&revoke, &[("token", "x"), ("client_id", "wellkept")]).await.status, 503);
}

#[tokio::test]
async fn token_answers_leave_out_or_change_what_they_name() {
    let (first, second) = both(Quirk::ScopeOmitted).await;
    assert_eq!((first.get("scope"), second.get("scope")), (None, None));
    let (first, second) = both(Quirk::ScopeLate).await;
    assert_eq!((first.get("scope"), text(&second, "scope").as_str()), (None, V2));
    let few = "launch/patient offline_access patient/Patient.rs patient/Observation.rs";
    let (first, second) = both(Quirk::ScopeNarrower).await;
    assert!(text(&first, "scope").starts_with(few) && text(&second, "scope").starts_with(few));
    let (first, second) = both(Quirk::ScopeNarrowerLater).await;
    assert_eq!((text(&first, "scope").as_str(), text(&second, "scope").as_str()), (V2, few));
    let (first, _) = both(Quirk::ScopeV1).await;
    assert_eq!(text(&first, "scope"), "launch/patient offline_access patient/*.read");
    let (first, second) = both(Quirk::OfflineUnechoed).await;
    assert_eq!(text(&first, "scope"), "launch/patient patient/*.rs");
    assert!(second.get("access_token").is_some());
    let (first, second) = both(Quirk::ExpiresAtOnce).await;
    assert_eq!((&first["expires_in"], &second["expires_in"]), (&json!(1), &json!(1)));
    let (first, _) = both(Quirk::PatientMissing).await;
    assert_eq!((first.get("patient"), first.get("fhirUser")), (None, None));
    let (first, _) = both(Quirk::PatientByUser).await;
    assert!(first.get("patient").is_none() && text(&first, "fhirUser").starts_with("Patient/"));
}

#[tokio::test]
async fn narrower_scopes_reach_less() {
    let portal = hospital();
    portal.set_quirks([Quirk::ScopeNarrower]);
    let token = text(&tokens(&portal, V2).await, "access_token");
    assert_eq!(fhir(&portal, &token, "Observation").await.status, 200);
    assert_eq!(fhir(&portal, &token, "Procedure").await.status, 403);
}

#[tokio::test]
async fn refresh_tokens_may_be_none_or_stay() {
    let portal = hospital();
    portal.set_quirks([Quirk::NoRefreshToken]);
    assert!(tokens(&portal, V2).await.get("refresh_token").is_none());
    let (first, second) = both(Quirk::RefreshNotRotated).await;
    assert!(second.get("refresh_token").is_none() && second.get("access_token").is_some());
    assert!(first.get("refresh_token").is_some());
    portal.set_quirks([Quirk::RefreshNotRotated]);
    let token = text(&tokens(&portal, V2).await, "refresh_token");
    for _ in 0..3 {
        assert_eq!(refresh(&portal, &token).await.status, 200);
    }
}

#[tokio::test]
async fn a_fixed_end_is_not_moved_by_a_refresh() {
    for (quirk, said) in [(Quirk::FixedEnd, true), (Quirk::FixedEndUnsaid, false)] {
        let portal = start(Config {
            connection_lifetime: 5_000,
            ..demo_data::hospital_of("Riverside", &[demo_data::ALESHA])
        });
        portal.set_quirks([quirk]);
        let first = tokens(&portal, V2).await;
        assert_eq!(first.get("refresh_token_expires_in").is_some(), said);
        portal.advance(4_000);
        let second = json(&refresh(&portal, &text(&first, "refresh_token")).await);
        if said {
            let left = second["refresh_token_expires_in"].as_i64().unwrap();
            assert!((990..=1_000).contains(&left), "{left}");
        }
        let patient = format!("Patient/{}", portal.patient());
        assert_eq!(fhir(&portal, &text(&second, "access_token"), &patient).await.status, 200);
        portal.advance(1_001);
        assert_eq!(
            fhir(&portal, &text(&second, "access_token"), &patient).await.status,
            401,
            "access ends with it"
        );
        assert_eq!(refresh(&portal, &text(&second, "refresh_token")).await.status, 400);
    }
}
