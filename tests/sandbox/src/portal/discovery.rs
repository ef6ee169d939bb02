//! What the portal says of itself.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};

use super::{Portal, answer, scopes};
use crate::Quirk;
use crate::world::{TYPES, stamp_text};

/// <https://hl7.org/fhir/smart-app-launch/conformance.html>
pub(super) async fn smart_configuration(State(portal): State<Arc<Portal>>) -> Response {
    let origin = portal.origin();
    let inner = portal.lock();
    let on = |quirk: Quirk| inner.quirks.contains(&quirk);
    if on(Quirk::OldDiscovery) {
        return answer::json(StatusCode::NOT_FOUND, &json!({"error": "not found"}));
    }
    let mut types = vec!["patient/*.read".to_owned(), "patient/*.rs".to_owned()];
    if on(Quirk::WildcardRefused) {
        types = TYPES.iter().map(|on| format!("patient/{on}.rs")).collect();
    }
    let scopes: Vec<&str> = scopes::CONTEXT.iter().copied().chain(types.iter().map(String::as_str)).collect();
    let promises_iss = !on(Quirk::IssUnpromised);
    let mut configuration = json!({
        "issuer": portal.base(),
        "authorization_endpoint": format!("{origin}/auth/authorize"),
        "token_endpoint": format!("{origin}/auth/token"),
        "revocation_endpoint": format!("{origin}/auth/revoke"),
        "registration_endpoint": format!("{origin}/auth/register"),
        "token_endpoint_auth_methods_supported": ["none", "private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["RS384", "ES384"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "response_types_supported": ["code"],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": promises_iss,
        "scopes_supported": scopes,
        "capabilities": [
            "launch-standalone", "client-public", "client-confidential-asymmetric",
            "context-standalone-patient", "permission-patient", "permission-offline", "permission-v1",
            "permission-v2"
        ],
    });
    for (quirk, name, instead) in [
        (Quirk::PkceUnannounced, "code_challenge_methods_supported", Value::Null),
        (Quirk::PkcePlain, "code_challenge_methods_supported", json!(["plain"])),
        (Quirk::NoRevocation, "revocation_endpoint", Value::Null),
        (Quirk::RsaOnly, "token_endpoint_auth_signing_alg_values_supported", json!(["RS384"])),
    ] {
        if let (true, Some(members)) = (on(quirk), configuration.as_object_mut()) {
            members.remove(name);
            members.extend(Some((name.to_owned(), instead)).filter(|(_, instead)| !instead.is_null()));
        }
    }
    answer::json(StatusCode::OK, &configuration)
}

/// <https://hl7.org/fhir/R4/capabilitystatement.html>
pub(super) async fn capability_statement(State(portal): State<Arc<Portal>>) -> Response {
    let origin = portal.origin();
    let oauth = json!({
        "url": "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris",
        "extension": [
            {"url": "authorize", "valueUri": format!("{origin}/auth/authorize")},
            {"url": "token", "valueUri": format!("{origin}/auth/token")},
            {"url": "revoke", "valueUri": format!("{origin}/auth/revoke")},
        ],
    });
    let resources: Vec<Value> = TYPES.iter().map(|resource_type| resource(resource_type)).collect();
    let statement = json!({
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": stamp_text(portal.clock().now()),
        "kind": "instance",
        "software": {"name": portal.name},
        "implementation": {"description": portal.name, "url": portal.base()},
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json", "json"],
        "rest": [{
            "mode": "server",
            "security": {
                "extension": [oauth],
                "service": [{"coding": [{
                    "system": "http://terminology.hl7.org/CodeSystem/restful-security-service",
                    "code": "SMART-on-FHIR"
                }]}],
            },
            "resource": resources,
        }],
    });
    answer::fhir(StatusCode::OK, statement.to_string())
}

fn resource(resource_type: &str) -> Value {
    let parameter = |(name, kind): (&str, &str)| json!({"name": name, "type": kind});
    let mut names = vec![
        ("_id", "token"),
        ("_lastUpdated", "date"),
        ("patient", "reference"),
        ("category", "token"),
        ("code", "token"),
        ("status", "token"),
        ("date", "date"),
    ];
    if resource_type == "Communication" {
        names.extend([("sender", "reference"), ("recipient", "reference")]);
    }
    json!({
        "type": resource_type,
        "interaction": [{"code": "read"}, {"code": "search-type"}],
        "versioning": "versioned",
        "searchParam": names.into_iter().map(parameter).collect::<Vec<_>>(),
    })
}
