//! Leaving with everything: export, import on another device, erase.

mod erase;
mod hostile;
mod later;
mod leaving;
mod said;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use client::platform::folder::{FolderSink, FolderSource};
use client::{Error, Exported, Imported, Returned};
use harness::{BEGINNING, Device, portal};
use sandbox::{Running, messy};
use serde_json::Value;
use tempfile::TempDir;

const DAY: i64 = 86_400;

/// A folder with an export in it.
pub struct Folder {
    folder: TempDir,
    exported: Exported,
}

impl Folder {
    pub fn of(device: &Device) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut sink = FolderSink::new(folder.path().join("leaving")).unwrap();
        let exported = device.client().export(&mut sink, |_| {}).unwrap();
        Self { folder, exported }
    }

    pub fn path(&self) -> PathBuf {
        self.folder.path().join("leaving")
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    fn lines(&self, name: &str) -> Vec<Value> {
        self.read(name).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// Every file by its name in the archive.
    fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let mut files = BTreeMap::new();
        collect(&self.path(), &self.path(), &mut files);
        files
    }
}

fn collect(top: &Path, folder: &Path, files: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(top, &path, files);
        } else {
            let name = path.strip_prefix(top).unwrap().to_str().unwrap().to_owned();
            files.insert(name, fs::read(&path).unwrap());
        }
    }
}

pub fn import(device: &Device, folder: &Path) -> Result<Imported, Error> {
    device.client().import(&mut FolderSource::new(folder), |_| {})
}

/// The messy patient at both portals, after everything that comes later.
async fn messy_to_the_end() -> (Device, Vec<Running>) {
    let portals = vec![portal(messy::hospital(1).unwrap()), portal(messy::clinics(1).unwrap())];
    let alice = Device::new("alice's phone");
    for (portal, name) in portals.iter().zip(["Riverbend", "Valley"]) {
        assert!(matches!(alice.connect(portal, name).await, Returned::Connected(_)));
    }
    alice.sync().await;
    for days in 1..=4 {
        alice.clock.turn(DAY);
        for portal in &portals {
            portal.set_now(BEGINNING + days * DAY);
            let _nothing_left = portal.later();
        }
        alice.sync_full().await;
    }
    (alice, portals)
}
