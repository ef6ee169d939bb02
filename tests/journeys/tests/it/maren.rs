//! Maren, the messy patient, on alice's phone with both of her portals.

use client::views::{Filter, Line, Screen};
use client::{Query, Returned, Shown};
use harness::{BEGINNING, Device, portal};
use sandbox::{BOB_PASSWORD, Config, Running, Source, messy};
use serde_json::{Value, json};

pub const DAY: i64 = 86_400;
const SEED: u64 = 1;

/// Every list but the timeline.
pub const LISTS: [fn(Filter) -> Query; 16] = [
    Query::Results,
    Query::Vitals,
    Query::Medications,
    Query::Allergies,
    Query::Conditions,
    Query::Immunizations,
    Query::Procedures,
    Query::Visits,
    Query::Plans,
    Query::CareTeam,
    Query::Orders,
    Query::Documents,
    Query::Appointments,
    Query::Messages,
    Query::Coverage,
    Query::Other,
];

pub struct Maren {
    pub alice: Device,
    pub hospital: Running,
    pub clinics: Running,
}

impl Maren {
    /// Both portals connected and synced.
    pub async fn begin() -> Self {
        Self::with(Vec::new()).await
    }

    /// The same; what comes later at the hospital is not the messy patient's own, but these resources, one stage each.
    pub async fn with(later: Vec<Value>) -> Self {
        let mut config = messy::hospital(SEED).unwrap();
        if !later.is_empty() {
            config.later = later.into_iter().map(stage).collect();
        }
        let hospital = portal(config);
        let clinics = portal(messy::clinics(SEED).unwrap());
        let alice = Device::new("alice's phone");
        for (portal, name) in [(&hospital, "Riverbend"), (&clinics, "Valley")] {
            let returned = alice.connect(portal, name).await;
            assert!(matches!(returned, Returned::Connected(_)), "the same person: {returned:?}");
            // One after the other: of two entries of one moment the one that came first stands first.
            alice.sync().await;
        }
        Self { alice, hospital, clinics }
    }

    /// A day passes, and what comes later comes.
    pub async fn a_day_later(&self, days: i64) {
        self.alice.clock.turn(DAY);
        for portal in [&self.hospital, &self.clinics] {
            portal.set_now(BEGINNING + days * DAY);
            let _nothing_left = portal.later();
        }
        self.alice.sync().await;
    }

    /// The full name of an entry of the hospital, from `Type/id`.
    pub fn key(&self, reference: &str) -> String {
        key(&self.hospital, reference)
    }

    pub fn shown(&self, reference: &str) -> Shown {
        self.alice.client().show(&self.key(reference)).unwrap_or_else(|error| panic!("{reference}: {error}"))
    }

    pub fn line(&self, reference: &str) -> Line {
        self.shown(reference).line
    }

    pub fn view(&self, query: &Query) -> Screen {
        self.alice.client().view(query).unwrap()
    }

    /// A screen as text, with the portals' addresses by their names.
    pub fn told(&self, query: &Query) -> String {
        self.named(&crate::screens::told(&self.view(query)))
    }

    /// The same with every entry in full.
    pub fn told_whole(&self, query: &Query) -> String {
        self.named(&crate::screens::told_whole(&self.view(query)))
    }

    fn named(&self, told: &str) -> String {
        told.replace(&self.hospital.origin(), "RIVERBEND").replace(&self.clinics.origin(), "VALLEY")
    }

    /// What the hospital serves under this name now, changed.
    pub fn changed(reference: &str, change: &Value) -> Value {
        let (kind, id) = reference.split_once('/').unwrap();
        let mut resource = json!({"resourceType": kind, "id": id});
        for (name, value) in change.as_object().unwrap() {
            resource[name] = value.clone();
        }
        resource
    }
}

pub fn key(portal: &Running, reference: &str) -> String {
    format!("{}|{}", portal.base_url(), reference.replacen('/', "|", 1))
}

/// One of the hospital's other patients on bob's phone.
pub async fn as_bob(config: Config, whose: &str) -> (Device, Running) {
    let hospital = portal(config);
    let bob = Device::new("bob's phone");
    let connecting = bob.begin(&hospital, "Riverbend").await.unwrap();
    let returned = bob.finish_as(connecting, ("bob", BOB_PASSWORD), Some(whose)).await.unwrap();
    assert!(matches!(returned, Returned::Connected(_)), "{returned:?}");
    bob.sync().await;
    (bob, hospital)
}

pub fn hospital() -> Config {
    messy::hospital(SEED).unwrap()
}

pub fn all() -> Filter {
    Filter::default()
}

pub fn entries(screen: &Screen) -> impl Iterator<Item = &Line> {
    screen.groups.iter().flat_map(|group| &group.lines)
}

fn stage(resource: Value) -> Source {
    let bundle = json!({"resourceType": "Bundle", "type": "collection", "entry": [{"resource": resource}]});
    Source::Bytes(bundle.to_string().into_bytes())
}
