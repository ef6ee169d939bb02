use std::collections::BTreeSet;

use sandbox::demo_data;
use serde_json::Value;

use crate::app::*;

#[tokio::test]
async fn the_lab_chain_knows_the_same_person_under_another_number() {
    let hospital = start(demo_data::hospital());
    let chain = start(demo_data::lab_chain().unwrap());
    let [here, there] = [&hospital, &chain].map(|portal| resources(portal, "Patient").remove(0));
    for name in ["name", "birthDate", "gender"] {
        assert_eq!(here[name], there[name]);
    }
    assert_ne!(here["id"], there["id"]);
    let numbers = |patient: &Value| -> BTreeSet<String> {
        patient["identifier"].as_array().unwrap().iter().map(|identifier| text(identifier, "value")).collect()
    };
    assert!(numbers(&here).is_disjoint(&numbers(&there)));
    assert_eq!(text(&tokens(&chain, ALL).await, "patient"), chain.patient());
}

#[tokio::test]
async fn some_results_of_the_hospital_have_a_twin() {
    let hospital = start(demo_data::hospital());
    let chain = start(demo_data::lab_chain().unwrap());
    let look = |resource: &Value| {
        (
            resource["code"].to_string(),
            resource["effectiveDateTime"].to_string(),
            resource["valueQuantity"].to_string(),
        )
    };
    for resource_type in ["Observation", "DiagnosticReport"] {
        let (theirs, twins) = (resources(&hospital, resource_type), resources(&chain, resource_type));
        let looks: BTreeSet<_> = theirs.iter().map(look).collect();
        assert!(!twins.is_empty() && twins.len() < theirs.len());
        assert!(twins.iter().all(|twin| looks.contains(&look(twin))));
        let ids: BTreeSet<_> = theirs.iter().map(|resource| text(resource, "id")).collect();
        assert!(twins.iter().all(|twin| !ids.contains(&text(twin, "id")) && twin.get("encounter").is_none()));
    }
    for report in resources(&chain, "DiagnosticReport") {
        for result in report["result"].as_array().unwrap() {
            let id = text(result, "reference").replace("Observation/", "");
            assert!(served(&chain, &chain.patient(), "Observation").contains(&id));
        }
    }
    let types: BTreeSet<_> =
        chain.served(&chain.patient()).into_iter().map(|served| served.resource_type).collect();
    let expected = ["DiagnosticReport", "Observation", "Organization", "Patient"];
    assert_eq!(types, expected.map(str::to_owned).into());
    assert_eq!(chain.evolve(sandbox::Step::ALL).unwrap().len(), 8);
}

fn resources(portal: &sandbox::Running, resource_type: &str) -> Vec<Value> {
    let served = portal.served(&portal.patient()).into_iter();
    let fitting = served.filter(|served| served.resource_type == resource_type);
    fitting.map(|served| serde_json::from_slice(&served.bytes).unwrap()).collect()
}
