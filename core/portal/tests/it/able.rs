//! What can be done at a portal: what is not said is not assumed.

use portal::{
    Scopes,
    abilities::{Abilities, Appointments, Messages, No, Refills},
};
use serde_json::{Value, json};

use crate::script::NOW;

const ALL: &str = "patient/*.cruds";

/// A type with these interactions.
fn on(name: &str, codes: &[&str]) -> Value {
    let interaction: Vec<Value> = codes.iter().map(|code| json!({"code": code})).collect();
    json!({"type": name, "interaction": interaction, "conditionalCreate": codes.contains(&"create"),
        "searchParam": [{"name": "patient", "type": "reference"}, {"name": "identifier", "type": "token"}]})
}

fn statement(resources: &[Value]) -> Value {
    json!({"resourceType": "CapabilityStatement", "fhirVersion": "4.0.1", "rest": [{"mode": "server", "resource": resources}]})
}

fn read(statement: &Value, scopes: &str) -> Abilities {
    Abilities::of(statement.to_string().as_bytes(), &Scopes::parse(scopes), NOW).expect("a statement")
}

fn scheduling() -> Value {
    let mut appointment = on("Appointment", &["create", "update", "search-type"]);
    let operation = |name: &str| json!({"name": name, "definition": format!("https://profiles.ihe.net/ITI/Scheduling/OperationDefinition/appointment-{name}")});
    appointment["operation"] = ["find", "hold", "book"].map(operation).to_vec().into();
    appointment
}

#[test]
fn each_level_is_read_from_what_is_offered_and_granted() {
    let message = || on("Communication", &["create", "search-type"]);
    let appointment = || on("Appointment", &["create", "update"]);
    let slot = || on("Slot", &["search-type"]);
    type Row<'r> = (Vec<Value>, &'r str, (Messages, Appointments, Refills));
    let rows: Vec<Row<'_>> = vec![
        (
            vec![message(), scheduling(), on("Task", &["create"])],
            ALL,
            (Messages::Create, Appointments::FindHoldBook, Refills::Task),
        ),
        (
            vec![message(), appointment(), slot()],
            ALL,
            (Messages::Create, Appointments::Slots, Refills::Message),
        ),
        (
            vec![appointment(), on("MedicationRequest", &["create"])],
            ALL,
            (Messages::None, Appointments::Request, Refills::Request),
        ),
        (
            vec![on("Communication", &["read"]), slot()],
            ALL,
            (Messages::None, Appointments::None, Refills::None),
        ),
        (
            vec![message(), scheduling(), slot()],
            "patient/*.read patient/Communication.write",
            (Messages::Create, Appointments::None, Refills::Message),
        ),
        (
            vec![message(), appointment(), slot()],
            "patient/*.write",
            (Messages::Create, Appointments::Request, Refills::Message),
        ),
        (
            vec![message(), scheduling()],
            "patient/Appointment.c patient/Task.c",
            (Messages::None, Appointments::Request, Refills::None),
        ),
    ];
    for (resources, scopes, levels) in rows {
        let able = read(&statement(&resources), scopes);
        assert_eq!((able.messages, able.appointments, able.refills), levels, "{scopes} {resources:?}");
        assert_eq!(able.read_at, NOW);
    }
}

#[test]
fn why_not_is_told_apart() {
    let why = |statement: &Value, scopes: &str| read(statement, scopes).because;
    let offered = statement(&[on("Communication", &["create"]), scheduling()]);
    let granted = why(&offered, ALL);
    assert_eq!((granted.messages, granted.appointments, granted.refills), (None, None, None));
    let reads = why(&offered, "patient/*.rs");
    assert_eq!(
        (reads.messages, reads.appointments, reads.refills),
        (Some(No::NotGranted), Some(No::NotGranted), Some(No::NotGranted))
    );
    let none = why(&statement(&[on("Patient", &["read"])]), ALL);
    assert_eq!(
        (none.messages, none.appointments, none.refills),
        (Some(No::NotOffered), Some(No::NotOffered), Some(No::NotOffered))
    );
    for silent in [
        statement(&[]),
        json!({"resourceType": "CapabilityStatement"}),
        statement(&[
            json!({"type": "Communication"}),
            json!({"type": "Appointment"}),
            json!({"type": "Task"}),
        ]),
    ] {
        let because = why(&silent, ALL);
        assert_eq!(
            (because.messages, because.appointments),
            (Some(No::NotSaid), Some(No::NotSaid)),
            "{silent}"
        );
        assert_eq!(because.refills, Some(No::NotSaid));
    }
}

#[test]
fn what_goes_with_a_level_is_read_too() {
    let mut slot = on("Slot", &["search-type"]);
    slot["searchParam"] = json!([{"name": "start"}, {"name": "schedule"}, {"name": ""}, {"no": "name"}]);
    let mut all = statement(&[
        scheduling(),
        on("Communication", &["create"]),
        on("Task", &["create", "update"]),
        slot,
        on("Observation", &["update", "create"]),
    ]);
    all["rest"][0]["interaction"] = json!([{"code": "batch"}, {"code": "transaction"}]);
    let able = read(&all, "patient/*.rs patient/Appointment.cu patient/Communication.c patient/Task.c");
    let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(able.conditional_create, set(&["Appointment", "Communication", "Task"]));
    assert_eq!(able.by_identifier, set(&["Appointment", "Communication", "Task"]));
    assert!(able.finds("Task") && !able.finds("MedicationRequest"));
    assert_eq!(able.update, set(&["Appointment"]), "offered and granted");
    assert!(able.transaction && able.holds && !able.files, "files are not taken");
    assert_eq!(able.slot_search, set(&["start", "schedule"]));
    let plain =
        read(&statement(&[json!({"type": "Communication", "interaction": [{"code": "create"}]})]), ALL);
    assert!(plain.conditional_create.is_empty() && plain.by_identifier.is_empty() && plain.update.is_empty());
    assert!(!plain.transaction && !plain.holds && plain.slot_search.is_empty());
}

#[test]
fn an_operation_is_known_by_its_name_or_its_definition() {
    let with = |operations: Value, place: &str| {
        let mut all = statement(&[on("Appointment", &["create"]), json!({"type": "List"})]);
        match place {
            "rest" => all["rest"][0]["operation"] = operations,
            "Appointment" => all["rest"][0]["resource"][0]["operation"] = operations,
            _ => all["rest"][0]["resource"][1]["operation"] = operations,
        }
        let able = read(&all, ALL);
        (able.appointments == Appointments::FindHoldBook, able.holds)
    };
    let canonical = |name: &str| {
        format!("https://profiles.ihe.net/ITI/Scheduling/OperationDefinition/appointment-{name}|1.0.0")
    };
    let defined = json!([{"name": "a", "definition": canonical("find")}, {"name": "b", "definition": canonical("book")}]);
    let named = json!([{"name": "$find"}, {"name": "book"}]);
    assert_eq!(with(named.clone(), "Appointment"), (true, false));
    assert_eq!(
        with(json!([{"name": "find"}, {"name": "book"}, {"name": "hold"}]), "Appointment"),
        (true, true)
    );
    assert_eq!(with(defined.clone(), "Appointment"), (true, false));
    assert_eq!(with(defined, "rest"), (true, false));
    assert_eq!(with(named.clone(), "rest"), (false, false), "the name of another operation");
    assert_eq!(with(named, "List"), (false, false), "List/$find is another operation");
    assert_eq!(with(json!([{"name": "find"}]), "Appointment"), (false, false), "nothing books");
}

#[test]
fn what_is_no_statement_gives_nothing() {
    let scopes = Scopes::parse(ALL);
    for body in ["", "null", "[]", "<html>", r#"{"resourceType":"Bundle"}"#, r#"{"resourceType":1}"#] {
        assert!(Abilities::of(body.as_bytes(), &scopes, NOW).is_none(), "{body}");
    }
    assert!(Abilities::of("[1".repeat(250_000).as_bytes(), &scopes, NOW).is_none());
    let odd = json!({"resourceType": "CapabilityStatement", "rest": {"resource": []}});
    assert_eq!(read(&odd, ALL).messages, Messages::None);
    let client = json!({"resourceType": "CapabilityStatement", "rest": [{"mode": "client", "resource": [on("Communication", &["create"])]}]});
    assert_eq!(read(&client, ALL).because.messages, Some(No::NotSaid));
}

#[test]
fn what_is_kept_survives_a_newer_version() {
    let able = read(&statement(&[scheduling(), on("Communication", &["create"])]), ALL);
    let kept = serde_json::to_value(&able).unwrap();
    assert_eq!(kept["appointments"], "find_hold_book");
    assert_eq!(serde_json::from_value::<Abilities>(kept.clone()).unwrap(), able);
    let mut newer = kept;
    newer["version"] = json!(2);
    newer["calls"] = json!({"video": true, "minutes": 15});
    newer["messages"] = json!("by-pigeon");
    let text = newer.to_string();
    let read: Abilities = serde_json::from_str(&text).unwrap();
    assert_eq!((read.messages, read.appointments), (Messages::None, Appointments::FindHoldBook));
    let again = serde_json::to_value(&read).unwrap();
    assert_eq!((&again["calls"], &again["version"]), (&newer["calls"], &json!(2)));
    let least =
        json!({"version": 1, "messages": "create", "appointments": "none", "refills": "none", "read_at": 7});
    assert_eq!(serde_json::from_value::<Abilities>(least).unwrap().read_at, 7);
}
