//! What a report, or a group of results, leads to.

use client::views::{Line, Standing};
use client::{Flag, Hide, NamedResult, Returned, Shown, ShownResult};
use harness::{Device, portal};
use sandbox::{Running, Source, messy};
use serde_json::{Value, json};

use crate::maren::{Maren, hospital, key};

const NOT_YET: &str = "Named here, and not in this record yet";
const ELSEWHERE: &str = "Named at another server, which this record does not read";
const NOWHERE: &str = "Named by a reference that leads nowhere in this record";

/// One result in a few words.
pub fn told(named: &NamedResult) -> String {
    match named {
        NamedResult::Entry { line } => {
            let standing = match &line.standing {
                Standing::AsGiven => String::new(),
                Standing::Changed { from, .. } => format!(", was {}", from.as_deref().unwrap_or("?")),
                Standing::Withdrawn { .. } => ", withdrawn".to_owned(),
                other => format!(", {other:?}"),
            };
            format!("{}: {}{standing}", line.title, line.value.as_deref().unwrap_or("no value"))
        }
        NamedResult::Within { title, value, .. } => {
            format!("{title}: {}, within", value.as_deref().unwrap_or("no value"))
        }
        NamedResult::NotHere { title, because } => format!("{title}: {because}"),
    }
}

fn all(results: &[ShownResult]) -> Vec<String> {
    results.iter().map(|result| format!("{}{}", "> ".repeat(result.depth), told(&result.named))).collect()
}

fn is(kind: &str, id: &str, more: Value) -> Value {
    let mut resource = json!({
        "resourceType": kind, "id": id, "status": "final", "effectiveDateTime": "2026-10-30T07:15:00-05:00",
        "subject": {"reference": format!("Patient/{}", messy::AT_HOSPITAL)},
        "category": [{"coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "laboratory"
        }]}],
        "code": {"text": id},
    });
    for (name, value) in more.as_object().unwrap() {
        resource[name] = value.clone();
    }
    resource
}

fn result(id: &str, value: f64) -> Value {
    is("Observation", id, json!({"valueQuantity": {"value": value, "unit": "mmol/L"}}))
}

fn names(ids: &[&str]) -> Value {
    ids.iter().map(|id| json!({"reference": format!("Observation/{id}")})).collect()
}

fn group(id: &str, members: &[&str]) -> Value {
    is("Observation", id, json!({"hasMember": names(members)}))
}

fn report(id: &str, results: Value) -> Value {
    is("DiagnosticReport", id, json!({"result": results}))
}

/// Maren, at whose hospital there is more later: a list for each day.
async fn maren(days: Vec<Vec<Value>>) -> Maren {
    at(portal(messy::clinics(1).unwrap()), days).await
}

async fn at(clinics: Running, days: Vec<Vec<Value>>) -> Maren {
    let stage = |resources: Vec<Value>| {
        let entries: Vec<Value> =
            resources.into_iter().map(|resource| json!({"resource": resource})).collect();
        let bundle = json!({"resourceType": "Bundle", "type": "collection", "entry": entries});
        Source::Bytes(bundle.to_string().into_bytes())
    };
    let mut config = hospital();
    config.later = days.into_iter().map(stage).collect();
    let hospital = portal(config);
    let alice = Device::new("alice's phone");
    for (portal, name) in [(&hospital, "Riverbend"), (&clinics, "Valley")] {
        let returned = alice.connect(portal, name).await;
        assert!(matches!(returned, Returned::Connected(_)), "the same person: {returned:?}");
    }
    let maren = Maren { alice, hospital, clinics };
    maren.a_day_later(1).await;
    maren
}

#[tokio::test(flavor = "multi_thread")]
async fn h5_a_panel_tells_its_results_in_its_order_with_corrections_and_withdrawals() {
    let named = ["sodium", "potassium", "red", "count", "lactate", "never-came"];
    let first = vec![
        result("potassium", 4.5),
        result("lactate", 9.9),
        result("sodium", 139.0),
        result("red", 4.1),
        result("white", 6.2),
        group("count", &["white", "red", "platelets"]),
        report("panel", names(&named)),
    ];
    let mut corrected = result("potassium", 5.4);
    corrected["status"] = json!("corrected");
    let second =
        vec![corrected, Maren::changed("Observation/lactate", &json!({"status": "entered-in-error"}))];
    let maren = maren(vec![first, second, vec![result("never-came", 1.0)]]).await;

    let before = maren.shown("DiagnosticReport/panel");
    let wanted = [
        "sodium: 139.0 mmol/L",
        "potassium: 4.5 mmol/L",
        "count: no value",
        "> white: 6.2 mmol/L",
        "> red: 4.1 mmol/L",
        &format!("> Observation/platelets: {NOT_YET}"),
        "lactate: 9.9 mmol/L",
        &format!("Observation/never-came: {NOT_YET}"),
    ];
    assert_eq!(
        all(&before.results),
        wanted,
        "a result that the report and its group name stands in the group"
    );
    assert_eq!(before.results_left_out, 0);
    assert!(before.line.fields.iter().all(|field| field.label != "Results"), "told once");
    assert!(before.everything.iter().any(|line| line.text == "Observation/never-came"), "and in reach");

    maren.a_day_later(2).await;
    let after = maren.shown("DiagnosticReport/panel");
    assert_eq!(all(&after.results)[1], "potassium: 5.4 mmol/L, was 4.5 mmol/L");
    assert_eq!(all(&after.results)[6], "lactate: no value, withdrawn");
    for result in &after.results {
        if let NamedResult::Entry { line } = &result.named {
            let listed = listed(&maren, &line.reference);
            assert_eq!(**line, Line { fields: Vec::new(), ..listed }, "as lists show it");
        }
    }
    let group = maren.shown("Observation/count");
    assert_eq!(
        all(&group.results),
        wanted[3..6].iter().map(|told| told.replace("> ", "")).collect::<Vec<_>>()
    );
    let leads = |shown: &Shown| shown.referred_to_by.iter().any(|(by, _)| by == "DiagnosticReport/panel");
    assert!(leads(&maren.shown("Observation/potassium")), "and back");

    maren.a_day_later(3).await;
    assert_eq!(all(&maren.shown("DiagnosticReport/panel").results)[7], "never-came: 1.0 mmol/L", "it came");
}

/// The line of a list.
fn listed(maren: &Maren, reference: &str) -> Line {
    let results = harness::lines(maren.alice.client(), client::Query::Results, &crate::maren::all());
    results.into_iter().find(|line| line.reference == reference).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn h19_a_report_recorded_by_mistake_tells_none_of_its_results() {
    let withdrawn = json!({"status": "entered-in-error", "result": names(&["sodium"])});
    let group = json!({"status": "entered-in-error", "hasMember": names(&["sodium"])});
    let first = vec![
        result("sodium", 139.0),
        is("DiagnosticReport", "panel", withdrawn),
        is("Observation", "group", group),
        report("whole", names(&["group"])),
    ];
    let maren = maren(vec![first]).await;
    assert_eq!(maren.shown("DiagnosticReport/panel").results, []);
    assert_eq!(all(&maren.shown("DiagnosticReport/whole").results), ["group: no value, withdrawn"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn h18_what_is_covered_stays_covered_in_an_open_panel() {
    let display = "Gooseberry test, positive";
    let named = json!([
        {"reference": "Observation/twin-hospital", "display": display},
        {"reference": "Observation/sodium", "display": "Sodium, plainly"},
        {"reference": "Observation/group"},
    ]);
    let member = json!([{"reference": "Observation/twin-hospital", "display": "Quince"}]);
    let grouped = is("Observation", "group", json!({"hasMember": member}));
    let first = vec![result("sodium", 139.0), grouped, report("panel", named)];
    let maren = maren(vec![first]).await;
    let client = maren.alice.client();
    let value = maren.line("Observation/twin-hospital").value.unwrap();
    let says = |shown: &Shown, word: &str| serde_json::to_string(shown).unwrap().contains(word);
    let open = maren.shown("DiagnosticReport/panel");
    assert!(says(&open, &value) && says(&open, display));

    // The other portal's twin is covered: so is this one, and nothing refers to that twin.
    client.hide(&[Hide::Entry(key(&maren.clinics, "Observation/twin-clinic"))]).unwrap();
    let shown = maren.shown("DiagnosticReport/panel");
    assert_eq!(shown.line.covered, None, "the report itself is not covered");
    assert_eq!(
        all(&shown.results),
        ["sodium: 139.0 mmol/L", "group: no value", "> Covered: results: no value"]
    );
    for word in [&value, display, "Quince"] {
        assert!(!says(&shown, word), "{word} is still told: {shown:?}");
    }
    assert!(!says(&maren.shown("Observation/group"), "Quince"));
    assert!(says(&shown, "Sodium, plainly"), "what is not covered is told as before");
    let revealed = client.show_revealed(&maren.key("DiagnosticReport/panel")).unwrap();
    assert!(says(&revealed, &value), "for this one look");

    client.reveal_all().unwrap();
    client.hide(&[Hide::Entry(maren.key("Observation/sodium"))]).unwrap();
    let shown = maren.shown("DiagnosticReport/panel");
    assert_eq!((shown.line.covered.as_deref(), shown.results.len()), (Some("results"), 0), "covered with it");
}

#[tokio::test(flavor = "multi_thread")]
async fn h10_a_panel_takes_no_result_of_another_portal() {
    let clinics = portal(messy::clinics(1).unwrap());
    let address = format!("{}/Observation/twin-clinic", clinics.base_url());
    let first =
        vec![report("panel", json!([{"reference": address}, {"reference": "Observation/twin-clinic"}]))];
    let maren = at(clinics, vec![first]).await;
    let there = maren.alice.client().show(&key(&maren.clinics, "Observation/twin-clinic")).unwrap();
    assert!(there.line.value.is_some(), "it is held, from the clinics");
    let wanted = [format!("{address}: {ELSEWHERE}"), format!("Observation/twin-clinic: {NOT_YET}")];
    assert_eq!(all(&maren.shown("DiagnosticReport/panel").results), wanted);
}

#[tokio::test(flavor = "multi_thread")]
async fn c15_circles_depth_and_number_of_a_panel_have_their_end() {
    let many: Vec<String> = (0..260).map(|n| format!("many-{n}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let chain = |n: usize| group(&format!("deep-{n}"), &[&format!("deep-{}", n + 1)]);
    let mut first: Vec<Value> = (0..7).map(chain).collect();
    first.extend([
        group("egg", &["hen", "egg"]),
        group("hen", &["egg"]),
        report("circle", names(&["egg", "hen", "egg"])),
        report("deep", names(&["deep-0"])),
        report("many", names(&many)),
        group("crowd", &many),
        report("crowded", names(&["crowd", "egg"])),
        report("itself", json!([{"reference": "DiagnosticReport/itself"}, {"reference": "Observation/hen"}])),
    ]);
    let maren = maren(vec![first]).await;
    let results = |id: &str| {
        let shown = maren.shown(&format!("DiagnosticReport/{id}"));
        (all(&shown.results), shown.results_left_out)
    };
    assert_eq!(results("circle"), (vec!["egg: no value".into(), "> hen: no value".into()], 0));
    let deep = ["deep-0", "> deep-1", "> > deep-2", "> > > deep-3"].map(|title| format!("{title}: no value"));
    assert_eq!(results("deep"), (deep.to_vec(), 0), "what stands deeper has its group's own page");
    let (told, left_out) = results("many");
    assert_eq!((told.len(), left_out), (200, 60));
    let (told, left_out) = results("crowded");
    assert_eq!((told.len(), left_out), (200, 63), "60 and 1 of the crowd, the egg and its hen");
    assert_eq!(results("itself"), (vec!["hen: no value".into(), "> egg: no value".into()], 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn h8_parts_and_what_a_report_carries_inside_are_results_too() {
    let flagged = json!([{"coding": [{
        "system": "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation", "code": "H"
    }]}]);
    let range = json!([{"high": {"value": 5.1, "unit": "mmol/L"}}]);
    let contained = json!([
        {"resourceType": "Observation", "id": "k", "status": "final", "code": {"text": "Potassium"},
            "valueQuantity": {"value": 6.80, "unit": "mmol/L"}, "interpretation": flagged, "referenceRange": range},
        {"resourceType": "Observation", "id": "g", "status": "final", "code": {"text": "Group"},
            "hasMember": [{"reference": "#k"}, {"reference": "Observation/sodium"}, {"reference": "#gone"}]},
        {"resourceType": "Observation", "id": "bad", "status": "entered-in-error", "code": {"text": "Lactate"},
            "valueQuantity": {"value": 77.7, "unit": "mmol/L"}},
    ]);
    let named = json!([
        {"reference": "#g"},
        {"reference": "#bad"},
        {"reference": "urn:uuid:0d1e2f30-0000-4000-8000-000000000000", "display": "Chloride"},
        {"reference": "https://elsewhere.example/fhir/Observation/1"},
        {"identifier": {"value": "77"}},
    ]);
    let with = json!({"contained": contained, "result": named});
    let maren = maren(vec![vec![result("sodium", 139.0), is("DiagnosticReport", "carrier", with)]]).await;
    let shown = maren.shown("DiagnosticReport/carrier");
    let wanted = [
        "Group: no value, within".to_owned(),
        "> Potassium: 6.8 mmol/L, within".to_owned(),
        "> sodium: 139.0 mmol/L".to_owned(),
        format!("> #gone: {NOWHERE}"),
        "Lactate: no value, within".to_owned(),
        format!("Chloride: {NOWHERE}"),
        format!("https://elsewhere.example/fhir/Observation/1: {ELSEWHERE}"),
        format!("77: {NOWHERE}"),
    ];
    assert_eq!(all(&shown.results), wanted);
    let NamedResult::Within { flag, ranges, .. } = &shown.results[1].named else { panic!() };
    assert_eq!((*flag, ranges.as_slice()), (Flag::Outside, ["5.1 mmol/L or less".to_owned()].as_slice()));
    let NamedResult::Within { notices, .. } = &shown.results[4].named else { panic!() };
    assert!(notices[0].contains("mistake"), "{notices:?}");

    let pressure = maren.shown("Observation/value-component-absent").results;
    let told = [
        "Systolic Blood Pressure: 118 mm[Hg], within",
        "Diastolic Blood Pressure: No result: Not Performed, within",
    ];
    assert_eq!(all(&pressure), told);
    let NamedResult::Within { flag, .. } = &maren.shown("Observation/modifier-component").results[0].named
    else {
        panic!()
    };
    assert_eq!(*flag, Flag::NotStated);
}
