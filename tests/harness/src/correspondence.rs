//! Maya, who writes with three portals and goes to clinics in two time zones. Written by hand, in `tests/data/correspondence`.

use std::path::Path;

use sandbox::{Config, Running, Source};

use crate::{BEGINNING, Device, portal};

/// Maya's portals, connected on alice's phone and synced.
pub struct Correspondence {
    /// Her phone.
    pub phone: Device,
    /// A clinic near Chicago, with a stage that comes later.
    pub riverside: Running,
    /// A hospital in Sydney.
    pub harbour: Running,
    /// A dentist who says no zone.
    pub dental: Running,
}

impl Correspondence {
    /// All portals connected and synced.
    ///
    /// # Panics
    /// When a portal cannot be started or does not take her.
    pub async fn begin() -> Self {
        let riverside =
            portal(Config { later: vec![file("riverside_later.json")], ..config("riverside.json") });
        let (harbour, dental) = (portal(config("harbour.json")), portal(config("dental.json")));
        let phone = Device::new("alice's phone");
        for (portal, name) in [(&riverside, "Riverside"), (&harbour, "Harbour"), (&dental, "Lakeside")] {
            let returned = phone.connect(portal, name).await;
            assert!(matches!(returned, client::Returned::Connected(_)), "the same person: {returned:?}");
            phone.sync().await;
        }
        Self { phone, riverside, harbour, dental }
    }

    /// A day passes: a message is corrected, one is withdrawn, appointments are moved, cancelled, withdrawn.
    ///
    /// # Panics
    /// When it cannot be brought.
    pub async fn a_day_later(&self) {
        self.phone.clock.turn(86_400);
        for portal in [&self.riverside, &self.harbour, &self.dental] {
            portal.set_now(BEGINNING + 86_400);
        }
        let later = self.riverside.later().expect("a stage that can be read");
        assert!(!later.is_empty(), "there is a stage");
        self.phone.sync().await;
    }

    /// A text with the portals' addresses by their names.
    #[must_use]
    pub fn named(&self, text: &str) -> String {
        let portals =
            [(&self.riverside, "RIVERSIDE"), (&self.harbour, "HARBOUR"), (&self.dental, "LAKESIDE")];
        portals.into_iter().fold(text.to_owned(), |text, (portal, name)| text.replace(&portal.origin(), name))
    }
}

fn config(name: &str) -> Config {
    Config { patients: vec![file(name)], ..Config::default() }
}

fn file(name: &str) -> Source {
    Source::File(Path::new(env!("CARGO_MANIFEST_DIR")).join("../data/correspondence").join(name))
}
