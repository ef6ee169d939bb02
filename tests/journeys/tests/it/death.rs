//! The person has died, as one portal says (hazards H4, H5).

use client::{Flag, Query};
use sandbox::{Source, messy};
use serde_json::json;

use crate::maren::{Maren, all, as_bob, entries, hospital};
use crate::screens::{golden, told};

#[tokio::test(flavor = "multi_thread")]
async fn h4_lists_of_what_is_to_come_say_first_that_the_person_has_died() {
    let (bob, _hospital) = as_bob(hospital(), messy::DECEASED).await;
    let client = bob.client();
    let died = ["Riverbend says that this person died in March 2025"];
    let mut text = String::new();
    for query in [
        Query::Medications(all()),
        Query::Appointments(all()),
        Query::Plans(all()),
        Query::Orders(all()),
        Query::CareTeam(all()),
    ] {
        let screen = client.view(&query).unwrap();
        assert_eq!(screen.notices, died, "{query:?}");
        for heading in screen.groups.iter().map(|group| group.heading.as_str()) {
            assert!(!["Coming", "In force", "Ordered"].contains(&heading), "{heading}");
            assert!(!heading.starts_with("Listed as active, "), "{heading}");
        }
        text.push_str(&told(&screen));
    }
    golden("death", "what_is_to_come.txt", &text);
    let medicines = client.view(&Query::Medications(all())).unwrap();
    let heading = "Listed as active when the record says that this person has died";
    assert_eq!(medicines.groups[0].heading, heading);
    // What was found stays what it is.
    let results = client.view(&Query::Results(all())).unwrap();
    assert_eq!(results.notices, Vec::<String>::new());
    assert!(entries(&results).any(|line| line.flag == Flag::Critical));
}

#[tokio::test(flavor = "multi_thread")]
async fn h5_a_portal_that_does_not_say_so_is_named_too() {
    let maren = Maren::begin().await;
    assert_eq!(maren.view(&Query::Medications(all())).notices, Vec::<String>::new());
    let patient = messy::AT_HOSPITAL;
    let mut config = hospital();
    let bytes = match &config.patients[0] {
        Source::Bytes(bytes) => bytes.clone(),
        Source::File(path) => panic!("{path:?}"),
    };
    let mut bundle: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    for entry in bundle["entry"].as_array_mut().unwrap() {
        if entry["resource"]["resourceType"] == "Patient" {
            entry["resource"]["deceasedBoolean"] = json!(true);
        }
    }
    config.patients[0] = Source::Bytes(bundle.to_string().into_bytes());
    let dead = harness::portal(config);
    assert_eq!(dead.patient(), patient);
    let alice = harness::Device::new("alice's phone");
    alice.connect(&dead, "Riverbend").await;
    alice.connect(&maren.clinics, "Valley").await;
    alice.sync().await;
    let screen = alice.client().view(&Query::Appointments(all())).unwrap();
    let wanted = ["Riverbend says that this person died (no date is stated)", "Valley does not say so"];
    assert_eq!(screen.notices, wanted);
    assert!(screen.groups.iter().all(|group| group.heading != "Coming"));
}
