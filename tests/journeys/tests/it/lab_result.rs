//! A lab result comes in: from a portal's answer to a screen, read offline.

use std::collections::BTreeMap;

use client::views::{Filter, Standing};
use client::{Query, Returned};
use harness::{BEGINNING, Device};
use sandbox::{Running, Sandbox, Step, demo_data};

fn portal(config: sandbox::Config) -> Running {
    Sandbox::start(sandbox::Config { now: Some(BEGINNING), ..config }).expect("a portal")
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_the_portal_serves_is_held_byte_for_byte() {
    let hospital = portal(demo_data::hospital_of("Riverside", &[demo_data::ALESHA]));
    let alice = Device::new("alice's phone");
    let returned = alice.connect(&hospital, "Riverside").await;
    assert!(matches!(returned, Returned::Connected(_)), "{returned:?}");
    let report = alice.sync().await;
    hospital.stop();
    println!("{report:#?}");

    let served = hospital.served(&hospital.patient());
    assert!(served.len() > 299, "patient and supporting resources: {}", served.len());
    for resource in &served {
        let reference = format!("{}/{}", resource.resource_type, resource.id);
        let raw = alice.client().raw(&reference).unwrap_or_else(|error| panic!("{reference}: {error}"));
        assert_eq!(raw, resource.bytes, "{reference}");
    }
}
