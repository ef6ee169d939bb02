//! Writing: messages, refills, transactions, and what is said of them.

use sandbox::driver::{Reply, request};
use sandbox::{Acts, Config, Running, Source, Way};
use serde_json::{Value, json};

use crate::app::*;

pub const SYSTEM: &str = "https://wellkept.example/act";
pub const SCOPES: &str = "launch/patient offline_access patient/*.rs patient/Communication.c \
    patient/Appointment.cu patient/Task.cu patient/MedicationRequest.c";

/// A portal of this kind with two patients of whom little is known, and alice's access to the first.
pub async fn portal(acts: Acts) -> (Running, String) {
    let patients = vec![person("amara"), person("bruno")];
    let portal = start(Config { acts, patients, ..Config::default() });
    let token = text(&tokens(&portal, SCOPES).await, "access_token");
    (portal, token)
}

/// A patient with a prescription that was stopped.
pub fn person(id: &str) -> Source {
    let stopped = json!({
        "resourceType": "MedicationRequest", "id": format!("stopped-{id}"), "status": "stopped", "intent": "order",
        "medicationCodeableConcept": {"text": "Naproxen"}, "subject": {"reference": format!("Patient/{id}")}
    });
    let patient = json!({"resourceType": "Patient", "id": id, "name": [{"given": [id]}]});
    let entries = json!([{"resource": patient}, {"resource": stopped}]);
    let bundle = json!({"resourceType": "Bundle", "type": "collection", "entry": entries});
    Source::from(bundle.to_string().into_bytes())
}

/// One request to write. `headers` beside those that every request has.
pub async fn send(
    portal: &Running,
    token: &str,
    (method, path): (&str, &str),
    headers: &[(&str, &str)],
    body: &Value,
) -> Reply {
    let bearer = format!("Bearer {token}");
    let mut all = vec![("Authorization", bearer.as_str()), ("Content-Type", "application/fhir+json")];
    all.extend(headers);
    let url = format!("{}{}{path}", portal.base_url(), if path.is_empty() { "" } else { "/" });
    request(method, &url, &all, body.to_string().as_bytes()).await.unwrap()
}

pub async fn post(portal: &Running, token: &str, body: &Value) -> Reply {
    send(portal, token, ("POST", &text(body, "resourceType")), &[], body).await
}

pub fn message(portal: &Running, number: u32) -> Value {
    json!({
        "resourceType": "Communication",
        "identifier": [{"system": SYSTEM, "value": format!("message-{number}")}],
        "status": "in-progress",
        "subject": {"reference": format!("Patient/{}", portal.patient())},
        "recipient": [{"reference": "Organization/clinic-desk"}],
        "payload": [{"contentString": "Should I take the tablet with food?"}]
    })
}

pub fn refill(portal: &Running) -> Value {
    json!({
        "resourceType": "Task", "identifier": [{"system": SYSTEM, "value": "refill-1"}],
        "status": "requested", "intent": "order", "code": {"text": "Refill"},
        "focus": {"reference": "MedicationRequest/refillable-1"},
        "for": {"reference": format!("Patient/{}", portal.patient())}
    })
}

/// Status, code and words of an OperationOutcome.
pub fn why(reply: &Reply) -> (u16, String, String) {
    let issue = &json(reply)["issue"][0];
    assert_eq!(text(issue, "severity"), "error");
    (reply.status, text(issue, "code"), text(issue, "diagnostics"))
}

pub fn with(mut resource: Value, name: &str, value: Value) -> Value {
    resource[name] = value;
    resource
}

#[tokio::test]
async fn a_message_is_stored_and_is_in_the_listings() {
    let (portal, token) = portal(Acts::slots()).await;
    let reply = post(&portal, &token, &message(&portal, 1)).await;
    assert_eq!(reply.status, 201, "{}", String::from_utf8_lossy(&reply.body));
    let made = json(&reply);
    assert_eq!((text(&made, "id"), text(&made["meta"], "versionId")), ("1001".into(), "1".into()));
    assert_eq!(text(&made, "sent"), "2026-11-01T00:00:00Z");
    let location = format!("{}/Communication/1001/_history/1", portal.base_url());
    assert_eq!(reply.header("location"), Some(location.as_str()));
    assert_eq!(reply.header("etag"), Some("W/\"1\""));
    assert_eq!(reply.header("last-modified"), Some("Sun, 01 Nov 2026 00:00:00 GMT"));

    assert_eq!(fhir(&portal, &token, "Communication/1001").await.body, reply.body);
    let patient = portal.patient();
    for path in [
        "Communication".to_owned(),
        format!("Communication?patient={patient}"),
        format!("Communication?identifier={SYSTEM}|message-1"),
        "Communication?_lastUpdated=ge2026-11-01".to_owned(),
    ] {
        assert_eq!(all(&portal, &token, &path).await, ["1001"], "{path}");
    }
    assert!(all(&portal, &token, &format!("Communication?identifier={SYSTEM}|message-2")).await.is_empty());
    let provenance = json(&fhir(&portal, &token, "Provenance/of-1001").await);
    assert_eq!(text(&provenance["target"][0], "reference"), "Communication/1001");
    assert_eq!(text(&provenance["agent"][0]["who"], "display"), "alice");
    assert!(all(&portal, &token, &format!("Provenance?patient={patient}")).await.contains(&"of-1001".into()));
    assert!(portal.served(&patient).iter().any(|served| served.id == "1001" && served.bytes == reply.body));
}

#[tokio::test]
async fn an_answer_is_as_long_as_is_preferred() {
    let (portal, token) = portal(Acts::slots()).await;
    let prefer = async |how: &str, number| {
        let to = ("POST", "Communication");
        send(&portal, &token, to, &[("Prefer", how)], &message(&portal, number)).await
    };
    let minimal = prefer("return=minimal", 1).await;
    assert_eq!((minimal.status, minimal.body.len()), (201, 0));
    assert!(minimal.header("location").unwrap().ends_with("/Communication/1001/_history/1"));
    assert_eq!(text(&json(&prefer("return=OperationOutcome", 2).await), "resourceType"), "OperationOutcome");
    assert_eq!(text(&json(&prefer("return=representation", 3).await), "resourceType"), "Communication");
}

#[tokio::test]
async fn h1_what_is_sent_again_under_its_identifier_is_created_once() {
    let (portal, token) = portal(Acts::slots()).await;
    let unless = format!("identifier={SYSTEM}|message-1");
    let once = async || {
        let to = ("POST", "Communication");
        send(&portal, &token, to, &[("If-None-Exist", &unless)], &message(&portal, 1)).await
    };
    let (first, second) = (once().await, once().await);
    assert_eq!((first.status, second.status), (201, 200));
    assert_eq!(first.body, second.body);
    assert_eq!(first.header("location"), second.header("location"));
    assert_eq!(portal.created().len(), 1);

    assert_eq!(post(&portal, &token, &message(&portal, 1)).await.status, 201);
    let third = once().await;
    assert_eq!((third.status, why(&third).1), (412, "multiple-matches".to_owned()));
    let made = portal.created();
    assert_eq!(made.len(), 2);
    let named = format!("{SYSTEM}|message-1");
    assert!(made.iter().all(|made| made.identifiers == [named.clone()] && made.way == Way::Create));
    assert_eq!((made[0].user.as_str(), made[0].client.as_str()), ("alice", "wellkept"));
    let over_http = get("", &format!("{}/_sandbox/created", portal.origin())).await;
    assert_eq!(serde_json::from_slice::<Vec<sandbox::Created>>(&over_http.body).unwrap(), made);

    for bad in ["identifier=message-1", "status=completed", "identifier=a|b&status=completed"] {
        let to = ("POST", "Communication");
        let reply = send(&portal, &token, to, &[("If-None-Exist", bad)], &message(&portal, 9)).await;
        assert_eq!(reply.status, 400, "{bad}");
    }
}

#[tokio::test]
async fn another_patients_message_under_the_same_identifier_is_not_found() {
    let (portal, token) = portal(Acts::slots()).await;
    let other = portal.patients().remove(1);
    let theirs = with(message(&portal, 1), "subject", json!({"reference": format!("Patient/{other}")}));
    portal.act(&other, theirs.clone()).unwrap();
    let found = all(&portal, &token, &format!("Communication?identifier={SYSTEM}|message-1")).await;
    assert!(found.is_empty());
    let unless = format!("identifier={SYSTEM}|message-1");
    let to = ("POST", "Communication");
    let reply = send(&portal, &token, to, &[("If-None-Exist", &unless)], &message(&portal, 1)).await;
    assert_eq!((reply.status, text(&json(&reply), "id")), (201, "1002".into()));
    assert_eq!(post(&portal, &token, &theirs).await.status, 403);
}

#[tokio::test]
async fn references_by_the_whole_address_are_the_portals_own() {
    let (portal, token) = portal(Acts::slots()).await;
    let whole = |reference: String| json!({"reference": format!("{}/{reference}", portal.base_url())});
    let patient = portal.patient();
    let sent = with(message(&portal, 1), "subject", whole(format!("Patient/{patient}")));
    let made = json(&post(&portal, &token, &sent).await);
    assert_eq!(text(&made["subject"], "reference"), format!("Patient/{patient}"));
    assert_eq!(all(&portal, &token, &format!("Communication?patient={patient}")).await, ["1001"]);
    let elsewhere = with(message(&portal, 2), "about", json!([{"reference": "https://a.example/Patient/1"}]));
    assert_eq!(post(&portal, &token, &elsewhere).await.status, 422);
}

#[tokio::test]
async fn writing_needs_its_scope_and_a_portal_that_is_written_to() {
    let (portal, _) = portal(Acts::slots()).await;
    for (scopes, status) in [
        ("launch/patient patient/*.rs", 403),
        ("launch/patient patient/*.read patient/Communication.write", 201),
        ("launch/patient patient/Communication.crus", 201),
        ("launch/patient patient/*.rs patient/Task.c", 403),
    ] {
        let token = text(&tokens(&portal, scopes).await, "access_token");
        let reply = post(&portal, &token, &message(&portal, 1)).await;
        assert_eq!(reply.status, status, "{scopes}");
    }
    assert_eq!(post(&portal, "made-up", &message(&portal, 1)).await.status, 401);
    let read_only = hospital();
    let granted = tokens(&read_only, SCOPES).await;
    assert_eq!(text(&granted, "scope"), "launch/patient offline_access patient/*.rs");
    let token = text(&granted, "access_token");
    assert_eq!(post(&read_only, &token, &message(&read_only, 1)).await.status, 405);
    let bundle = json!({"resourceType": "Bundle", "type": "transaction"});
    assert_eq!(send(&read_only, &token, ("POST", ""), &[], &bundle).await.status, 405);
    assert_eq!(fhir(&read_only, &token, "Slot").await.status, 404);
}

#[tokio::test]
async fn what_cannot_be_taken_is_refused_with_a_reason() {
    let acts = Acts { message_limit: 60, attachment_limit: 8, ..Acts::slots() };
    let (portal, token) = portal(acts).await;
    let message = message(&portal, 1);
    let attached = |data: &str| json!([{"contentAttachment": {"contentType": "text/plain", "data": data}}]);
    let of_other = json!({"reference": format!("Patient/{}", portal.patients().remove(1))});
    for (name, value, status, code) in [
        ("resourceType", json!("Elephant"), 404, "not-supported"),
        ("resourceType", json!("Observation"), 405, "not-supported"),
        ("status", json!("sent"), 400, "code-invalid"),
        ("status", json!("stopped"), 422, "business-rule"),
        ("colour", json!("green"), 400, "structure"),
        ("payload", json!([]), 400, "structure"),
        ("payload", json!({"contentString": "no list"}), 400, "structure"),
        ("payload", json!([{"contentString": " "}]), 400, "structure"),
        ("payload", json!([{"contentString": "x".repeat(61)}]), 422, "too-long"),
        ("payload", attached("MTIzNDU2Nzg5"), 413, "too-long"),
        ("payload", attached("no base64"), 400, "structure"),
        ("subject", of_other.clone(), 403, "forbidden"),
        ("recipient", json!([of_other]), 403, "forbidden"),
        ("recipient", json!([{"reference": "Practitioner/nobody"}]), 422, "not-found"),
        ("inResponseTo", json!([{"reference": "Communication/77"}]), 422, "not-found"),
        ("sent", json!("yesterday"), 400, "structure"),
        ("received", json!("2026-11-01T00:00:00Z"), 422, "business-rule"),
        ("modifierExtension", json!([{"url": "urn:not"}]), 422, "business-rule"),
        ("identifier", json!([{"system": "urn:a"}]), 400, "structure"),
    ] {
        let reply = post(&portal, &token, &with(message.clone(), name, value)).await;
        let said = why(&reply);
        assert_eq!((said.0, said.1.as_str()), (status, code), "{name}: {}", said.2);
        assert!(!said.2.is_empty());
    }
    let mut nobody = message.clone();
    nobody.as_object_mut().unwrap().remove("subject");
    assert_eq!(post(&portal, &token, &nobody).await.status, 422);
    let to = format!("{}/Communication", portal.base_url());
    let bearer = format!("Bearer {token}");
    for (kind, body, status) in
        [("application/fhir+json", "{", 400), ("application/fhir+xml", "<Communication/>", 415)]
    {
        let headers = [("Authorization", bearer.as_str()), ("Content-Type", kind)];
        assert_eq!(request("POST", &to, &headers, body.as_bytes()).await.unwrap().status, status);
    }
    assert!(portal.created().is_empty());
    let fits = with(message, "payload", attached("MTIzNDU2Nzg="));
    assert_eq!(post(&portal, &token, &fits).await.status, 201);
}

#[tokio::test]
async fn a_refill_is_asked_for_as_the_portal_takes_it_and_withdrawn() {
    let (portal, token) = portal(Acts::slots()).await;
    let reply = post(&portal, &token, &refill(&portal)).await;
    assert_eq!(reply.status, 201, "{}", String::from_utf8_lossy(&reply.body));
    let stopped = json!({"reference": "MedicationRequest/stopped-amara"});
    let refused = post(&portal, &token, &with(refill(&portal), "focus", stopped)).await;
    assert_eq!(why(&refused).1, "business-rule");
    let to_other = json!({"reference": "MedicationRequest/refillable-2"});
    assert_eq!(post(&portal, &token, &with(refill(&portal), "focus", to_other)).await.status, 422);

    let back = with(json(&reply), "status", json!("cancelled"));
    let changed = send(&portal, &token, ("PUT", "Task/1001"), &[("If-Match", "W/\"1\"")], &back).await;
    assert_eq!((changed.status, changed.header("etag")), (200, Some("W/\"2\"")));
    let again = send(&portal, &token, ("PUT", "Task/1001"), &[("If-Match", "W/\"1\"")], &back).await;
    assert_eq!(again.status, 412);
    assert_eq!(send(&portal, &token, ("PUT", "Task/1001"), &[], &back).await.status, 422);
    let message = message(&portal, 1);
    assert_eq!(send(&portal, &token, ("PUT", "Communication/1"), &[], &message).await.status, 405);
}

#[tokio::test]
async fn a_refill_is_proposed_where_prescriptions_are_taken() {
    let (portal, token) = portal(Acts::find_hold_book()).await;
    let proposal = json!({
        "resourceType": "MedicationRequest", "status": "active", "intent": "proposal",
        "medicationCodeableConcept": {"text": "Lisinopril 10 mg tablet"},
        "subject": {"reference": format!("Patient/{}", portal.patient())},
        "priorPrescription": {"reference": "MedicationRequest/refillable-1"}
    });
    assert_eq!(post(&portal, &token, &proposal).await.status, 201);
    let ordered = post(&portal, &token, &with(proposal, "intent", json!("order"))).await;
    assert_eq!(why(&ordered).1, "business-rule");
    assert_eq!(post(&portal, &token, &refill(&portal)).await.status, 405);
}

#[tokio::test]
async fn a_transaction_is_done_whole_or_not_at_all() {
    let (portal, token) = portal(Acts::slots()).await;
    let entry = |number: u32, resource: Value| {
        json!({
            "fullUrl": format!("urn:uuid:00000000-0000-4000-8000-00000000000{number}"), "resource": resource,
            "request": {
                "method": "POST", "url": "Communication",
                "ifNoneExist": format!("identifier={SYSTEM}|message-{number}")
            }
        })
    };
    let first = "urn:uuid:00000000-0000-4000-8000-000000000001";
    let second = with(message(&portal, 2), "inResponseTo", json!([{"reference": first}]));
    let bundle = |entries: Value| json!({"resourceType": "Bundle", "type": "transaction", "entry": entries});
    let both = bundle(json!([entry(1, message(&portal, 1)), entry(2, second.clone())]));
    let broken = bundle(json!([
        entry(1, message(&portal, 1)),
        entry(2, with(second.clone(), "status", json!("sent")))
    ]));
    let refused = send(&portal, &token, ("POST", ""), &[], &broken).await;
    assert_eq!((refused.status, why(&refused).2.starts_with("Bundle.entry[1]")), (400, true));
    assert!(portal.created().is_empty() && all(&portal, &token, "Communication").await.is_empty());

    let done = json(&send(&portal, &token, ("POST", ""), &[], &both).await);
    let status = |done: &Value, number: usize| text(&done["entry"][number]["response"], "status");
    assert_eq!((status(&done, 0), status(&done, 1)), ("201 Created".into(), "201 Created".into()));
    let answer = json(&fhir(&portal, &token, "Communication/1002").await);
    assert_eq!(text(&answer["inResponseTo"][0], "reference"), "Communication/1001");
    let again = json(&send(&portal, &token, ("POST", ""), &[("Prefer", "return=minimal")], &both).await);
    assert_eq!((status(&again, 0), again["entry"][0].get("resource")), ("200 OK".into(), None));
    assert_eq!(portal.created().len(), 2);

    let few = text(&tokens(&portal, "launch/patient patient/Task.c").await, "access_token");
    assert_eq!(send(&portal, &few, ("POST", ""), &[], &both).await.status, 403);
}

#[tokio::test]
async fn the_capability_statement_says_what_can_be_done() {
    let said = async |portal: &Running| {
        let statement = json(&get("", &format!("{}/metadata", portal.base_url())).await);
        statement["rest"][0].clone()
    };
    let of = |rest: &Value, wanted: &str| {
        let found = rest["resource"].as_array().unwrap().iter().find(|it| it["type"] == wanted).cloned();
        let codes = |it: &Value| {
            let all = it["interaction"].as_array().unwrap().iter();
            all.map(|it| text(it, "code")).collect::<Vec<_>>().join(" ")
        };
        found.map(|it| (codes(&it), it["conditionalCreate"] == true, it["operation"].clone()))
    };
    let reads = "read search-type".to_owned();
    for (acts, appointment, task, slots) in [
        (Acts::default(), "", "", false),
        (Acts::slots(), " create update", " create update", true),
        (Acts::find_hold_book(), " update", "", true),
        (Acts::request(), " create update", "", false),
        (Acts::phone(), "", "", false),
    ] {
        let (portal, _) = portal(acts.clone()).await;
        let rest = said(&portal).await;
        let (codes, conditional, operation) = of(&rest, "Appointment").unwrap();
        assert_eq!(codes, format!("{reads}{appointment}"));
        assert_eq!(conditional, appointment.contains("create"));
        let operations = acts.appointments == sandbox::Appointments::FindHoldBook;
        assert_eq!(operation.as_array().map(Vec::len), operations.then_some(3));
        assert_eq!(of(&rest, "Task").unwrap().0, format!("{reads}{task}"));
        assert_eq!(of(&rest, "Slot").is_some(), slots);
        assert_eq!(rest.get("interaction").is_some(), acts != Acts::default() && acts != Acts::phone());
    }
}

#[tokio::test]
async fn where_nothing_can_be_sent_a_phone_and_a_page_are_readable() {
    let (portal, token) = portal(Acts::phone()).await;
    let desk = json(&fhir(&portal, &token, "Organization/clinic-desk").await);
    assert_eq!(text(&desk["telecom"][0], "value"), "+1-508-555-0100");
    assert_eq!(text(&desk["telecom"][1], "system"), "url");
    let services = all(&portal, &token, "HealthcareService").await;
    assert!(services.contains(&"service-checkup".to_owned()));
    let service = json(&fhir(&portal, &token, "HealthcareService/service-checkup").await);
    assert_eq!(text(&service["telecom"][0], "system"), "phone");
    let prescription = json(&fhir(&portal, &token, "MedicationRequest/refillable-1").await);
    let pharmacy = text(&prescription["dispenseRequest"]["performer"], "reference");
    let pharmacy = json(&fhir(&portal, &token, &pharmacy).await);
    assert_eq!(text(&pharmacy["telecom"][0], "value"), "+1-508-555-0140");
    assert_eq!(post(&portal, &token, &message(&portal, 1)).await.status, 405);
}

#[tokio::test]
async fn a_file_is_created_with_its_message_all_or_none() {
    let patients = vec![person("amara"), person("bruno")];
    let portal = start(Config { acts: Acts { files: true, ..Acts::slots() }, patients, ..Config::default() });
    let scopes = format!("{SCOPES} patient/DocumentReference.c");
    let token = text(&tokens(&portal, &scopes).await, "access_token");
    let (of_file, of_message) =
        ("urn:uuid:00000000-0000-4000-8000-000000000001", "urn:uuid:00000000-0000-4000-8000-000000000002");
    let file = |data: &str| {
        json!({
            "resourceType": "DocumentReference", "status": "current",
            "identifier": [{"system": SYSTEM, "value": of_file}],
            "subject": {"reference": format!("Patient/{}", portal.patient())},
            "content": [{"attachment": {"contentType": "text/plain", "data": data}}]
        })
    };
    let bundle = |data: &str| {
        let mut message = message(&portal, 1);
        message["payload"] =
            json!([{"contentString": "See this"}, {"contentReference": {"reference": of_file}}]);
        let entry = |url: &str, name: &str, resource: Value, identifier: &str| {
            json!({
                "fullUrl": name, "resource": resource,
                "request": {"method": "POST", "url": url, "ifNoneExist": format!("identifier={SYSTEM}|{identifier}")}
            })
        };
        let entries = [
            entry("DocumentReference", of_file, file(data), of_file),
            entry("Communication", of_message, message, "message-1"),
        ];
        json!({"resourceType": "Bundle", "type": "transaction", "entry": entries})
    };
    let refused = send(&portal, &token, ("POST", ""), &[], &bundle("no base64")).await;
    assert_eq!((refused.status, portal.created().len()), (400, 0));
    for _ in 0..2 {
        let done = send(&portal, &token, ("POST", ""), &[], &bundle("MTIz")).await;
        assert_eq!((done.status, portal.created().len()), (200, 2), "the second time it is there already");
    }
    let made = portal.created();
    let letter = json(&fhir(&portal, &token, &format!("Communication/{}", made[1].id)).await);
    assert_eq!(
        letter["payload"][1]["contentReference"]["reference"],
        format!("DocumentReference/{}", made[0].id)
    );
    let without = self::portal(Acts::slots()).await;
    let refused = post(&without.0, &without.1, &file("MTIz")).await;
    assert_eq!(refused.status, 405, "where files are not taken");
}
