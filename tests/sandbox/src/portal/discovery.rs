//! What the portal says of itself.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Map, Value, json};

use super::{Portal, answer, scopes};
use crate::acts::{Kind, OFFERED};
use crate::world::{TYPES, stamp_text};
use crate::{Acts, Appointments, Quirk};

/// <https://hl7.org/fhir/smart-app-launch/conformance.html>
pub(super) async fn smart_configuration(State(portal): State<Arc<Portal>>) -> Response {
    let origin = portal.origin();
    let inner = portal.lock();
    let on = |quirk: Quirk| inner.quirks.contains(&quirk);
    if on(Quirk::OldDiscovery) {
        return answer::json(StatusCode::NOT_FOUND, &json!({"error": "not found"}));
    }
    let acts = inner.desk.acts();
    let mut types = vec!["patient/*.read".to_owned(), "patient/*.rs".to_owned()];
    if on(Quirk::WildcardRefused) {
        let offered = OFFERED.iter().filter(|name| acts.knows(name));
        types = TYPES.iter().chain(offered).map(|on| format!("patient/{on}.rs")).collect();
    }
    for kind in Kind::ALL.iter().map(|kind| kind.name()).filter(|name| acts.writes(name)) {
        types.extend(
            ["write", if acts.updates(kind) { "cu" } else { "c" }].map(|how| format!("patient/{kind}.{how}")),
        );
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
    let inner = portal.lock();
    let acts = inner.desk.acts();
    let offered = OFFERED.iter().filter(|name| acts.knows(name));
    let resources: Vec<Value> = TYPES.iter().chain(offered).map(|name| resource(name, acts)).collect();
    let written = acts.take().then(|| json!([{"code": "transaction"}]));
    let mut statement = json!({
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
    if let (Some(rest), Some(written)) =
        (statement.pointer_mut("/rest/0").and_then(Value::as_object_mut), written)
    {
        rest.insert("interaction".to_owned(), written);
    }
    answer::fhir(StatusCode::OK, statement.to_string())
}

fn resource(resource_type: &str, acts: &Acts) -> Value {
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
    if acts.writes(resource_type) {
        names.push(("identifier", "token"));
    }
    names.extend(offered(resource_type, acts));
    let mut said = json!({
        "type": resource_type,
        "interaction": [{"code": "read"}, {"code": "search-type"}],
        "versioning": "versioned",
        "searchParam": names.into_iter().map(parameter).collect::<Vec<_>>(),
    });
    if acts.writes(resource_type)
        && let Some(members) = said.as_object_mut()
    {
        writing(resource_type, acts, members);
    }
    said
}

/// The parameters by which what can be booked is found.
fn offered(resource_type: &str, acts: &Acts) -> Vec<(&'static str, &'static str)> {
    let codes = [("service-type", "token"), ("specialty", "token")];
    let own: &[(&str, &str)] = match resource_type {
        "Slot" => &[("start", "date"), ("schedule", "reference")],
        "Schedule" => &[("actor", "reference")],
        "HealthcareService" => &[("organization", "reference"), ("location", "reference")],
        "Appointment" if acts.offer() => &[("practitioner", "reference"), ("location", "reference")],
        _ => return Vec::new(),
    };
    own.iter().copied().chain(codes).collect()
}

/// What is said of a type that is written.
fn writing(resource_type: &str, acts: &Acts, said: &mut Map<String, Value>) {
    let creates = acts.creates(resource_type);
    let ways = [("create", creates), ("update", acts.updates(resource_type))];
    if let Some(Value::Array(interactions)) = said.get_mut("interaction") {
        interactions.extend(ways.iter().filter(|(_, can)| *can).map(|(code, _)| json!({"code": code})));
    }
    said.insert("conditionalCreate".to_owned(), creates.into());
    said.insert("conditionalUpdate".to_owned(), false.into());
    said.insert("updateCreate".to_owned(), false.into());
    if resource_type == "Appointment" && acts.appointments == Appointments::FindHoldBook {
        let operation = |name: &&str| {
            let definition =
                format!("https://profiles.ihe.net/ITI/Scheduling/OperationDefinition/appointment-{name}");
            json!({"name": name, "definition": definition})
        };
        let operations: Vec<Value> = ["find", "hold", "book"].iter().map(operation).collect();
        said.insert("operation".to_owned(), operations.into());
    }
}
