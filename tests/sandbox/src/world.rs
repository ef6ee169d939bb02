//! The resources: each as the bytes it is served with, and an index of what a search asks for.

mod compartment;
pub(crate) mod index;
mod load;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;

use crate::{Error, Source};
use index::Index;

pub(crate) use compartment::{SUPPORTING, TYPES};
pub(crate) use index::stamp_text;
pub(crate) use load::resources_of;

/// Resource type and id.
pub(crate) type Key = (String, String);

/// One resource that an authorised client may get, as it is served.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Served {
    /// The resource type.
    pub resource_type: String,
    /// The resource id.
    pub id: String,
    /// The exact bytes, in a read as in a search.
    pub bytes: Vec<u8>,
}

/// One resource. `listed` is false for what is no longer returned.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    pub(crate) key: Key,
    pub(crate) version: u64,
    pub(crate) last_updated: i64,
    pub(crate) bytes: Arc<[u8]>,
    pub(crate) index: Index,
    pub(crate) patients: BTreeSet<String>,
    references: BTreeSet<Key>,
    pub(crate) listed: bool,
}

impl Stored {
    pub(crate) fn value(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or(Value::Null)
    }

    /// The same with another version and moment in `meta`.
    pub(crate) fn restamped(&self, version: u64, now: i64) -> Vec<u8> {
        let mut value = self.value();
        load::stamp(&mut value, version, now);
        serde_json::to_vec(&value).unwrap_or_default()
    }
}

/// All that the portal holds.
#[derive(Clone, Debug, Default)]
pub(crate) struct World {
    resources: BTreeMap<Key, Stored>,
    patients: Vec<String>,
    /// What every patient may find: who and what can be booked.
    public: BTreeSet<Key>,
    /// What `evolve` has already touched, so that each step finds another resource.
    pub(crate) touched: BTreeSet<Key>,
    /// How often `evolve` brought new results.
    pub(crate) rounds: u64,
}

impl World {
    pub(crate) fn load(patients: &[Source], shared: &[Source]) -> Result<World, Error> {
        let mut world = World::default();
        let loaded = load::load(patients, shared)?;
        for (resource, last_updated) in loaded.resources {
            world.put(resource, 1, last_updated);
        }
        world.patients = loaded.patients;
        if world.patients.is_empty() {
            return Err(Error::NoPatient);
        }
        world.place_by_target();
        Ok(world)
    }

    pub(crate) fn patients(&self) -> &[String] {
        &self.patients
    }

    pub(crate) fn get(&self, resource_type: &str, id: &str) -> Option<&Stored> {
        self.resources.get(&(resource_type.to_owned(), id.to_owned()))
    }

    /// Adds or replaces a resource: stamps `meta`, serialises it once and indexes it.
    pub(crate) fn put(&mut self, mut resource: Value, version: u64, last_updated: i64) -> Option<Key> {
        load::stamp(&mut resource, version, last_updated);
        let key = load::key(&resource)?;
        let bytes = serde_json::to_vec(&resource).ok()?;
        let stored = Stored {
            key: key.clone(),
            version,
            last_updated,
            bytes: bytes.into(),
            index: Index::of(&resource),
            patients: compartment::patients(&resource),
            references: load::references(&resource),
            listed: true,
        };
        self.resources.insert(key.clone(), stored);
        Some(key)
    }

    /// The same for a resource that does not say whose it is.
    pub(crate) fn put_of(&mut self, resource: Value, version: u64, at: i64, patient: &str) -> Option<Key> {
        let key = self.put(resource, version, at)?;
        if let Some(stored) = self.resources.get_mut(&key) {
            stored.patients.insert(patient.to_owned());
        }
        Some(key)
    }

    /// Adds a resource that every patient may find.
    pub(crate) fn publish(&mut self, resource: Value, last_updated: i64) {
        let key = self.put(resource, 1, last_updated);
        self.public.extend(key);
    }

    pub(crate) fn is_public(&self, key: &Key) -> bool {
        self.public.contains(key)
    }

    /// Replaces what is served of a resource and keeps how it is found: for one whose new bytes no longer say
    /// whose it is nor of which category.
    pub(crate) fn strip(&mut self, resource: Value, version: u64, last_updated: i64) {
        let Some(key) = load::key(&resource) else { return };
        let Some(before) = self.resources.get(&key).cloned() else { return };
        self.put(resource, version, last_updated);
        if let Some(stored) = self.resources.get_mut(&key) {
            stored.index = before.index;
            stored.patients = before.patients;
        }
    }

    /// Adds a resource or replaces it by a higher version, and gives what was there before.
    pub(crate) fn replace(&mut self, resource: Value, now: i64) -> Option<(Key, Option<Value>)> {
        let key = load::key(&resource)?;
        let before = self.resources.get(&key).map(|stored| (stored.version, stored.value()));
        match &before {
            Some((version, _)) if compartment::patients(&resource).is_empty() => {
                self.strip(resource, version + 1, now);
            }
            Some((version, _)) => {
                self.put(resource, version + 1, now);
            }
            None => {
                self.put(resource, 1, now);
            }
        }
        Some((key, before.map(|(_, value)| value)))
    }

    /// From now on the resource is in no search and a read does not find it.
    pub(crate) fn unlist(&mut self, key: &Key) {
        if let Some(stored) = self.resources.get_mut(key) {
            stored.listed = false;
        }
    }

    /// What a patient's token may find by a search of this type, newest first.
    pub(crate) fn of_type(&self, resource_type: &str, patient: &str) -> Vec<&Stored> {
        let supporting =
            if SUPPORTING.contains(&resource_type) { self.supporting(patient) } else { BTreeSet::new() };
        let from = (resource_type.to_owned(), String::new());
        let mut found: Vec<&Stored> = self
            .resources
            .range(from..)
            .map(|(_, stored)| stored)
            .take_while(|stored| stored.key.0 == resource_type)
            .filter(|stored| stored.listed)
            .filter(|stored| {
                stored.patients.contains(patient)
                    || supporting.contains(&stored.key)
                    || self.is_public(&stored.key)
            })
            .collect();
        found.sort_by(|a, b| b.last_updated.cmp(&a.last_updated).then_with(|| a.key.cmp(&b.key)));
        found
    }

    pub(crate) fn served(&self, patient: &str) -> Vec<Served> {
        let supporting = self.supporting(patient);
        let may = |stored: &&Stored| stored.patients.contains(patient) || supporting.contains(&stored.key);
        let listed = self.resources.values().filter(|stored| stored.listed).filter(may);
        listed
            .map(|stored| Served {
                resource_type: stored.key.0.clone(),
                id: stored.key.1.clone(),
                bytes: stored.bytes.to_vec(),
            })
            .collect()
    }

    /// The first resource of this type that is of another patient and not of this one.
    pub(crate) fn of_somebody_else(&self, resource_type: &str, patient: &str) -> Option<&Stored> {
        self.resources.values().find(|stored| {
            stored.key.0 == resource_type && !stored.patients.is_empty() && !stored.patients.contains(patient)
        })
    }

    pub(crate) fn of_patient(&self, patient: &str) -> impl Iterator<Item = &Stored> {
        self.resources.values().filter(move |stored| stored.listed && stored.patients.contains(patient))
    }

    /// The supporting resources that the patient's compartment refers to, directly or through another.
    fn supporting(&self, patient: &str) -> BTreeSet<Key> {
        let mut found = BTreeSet::new();
        let mut todo: Vec<&Stored> = self.of_patient(patient).collect();
        while let Some(stored) = todo.pop() {
            let supports = |key: &&Key| SUPPORTING.contains(&key.0.as_str()) || key.0 == "HealthcareService";
            for key in stored.references.iter().filter(supports) {
                let next = self.resources.get(key).filter(|next| next.listed);
                if let Some(next) = next
                    && found.insert(key.clone())
                {
                    todo.push(next);
                }
            }
        }
        found
    }

    /// Provenance has no patient of its own: it belongs to whom its targets belong.
    fn place_by_target(&mut self) {
        let provenances: Vec<Key> = self
            .resources
            .keys()
            .filter(|(resource_type, _)| resource_type == "Provenance")
            .cloned()
            .collect();
        for key in provenances {
            let Some(stored) = self.resources.get(&key) else { continue };
            let targets = compartment::targets(&stored.value());
            let owners = targets.iter().filter_map(|target| self.resources.get(target));
            let patients: BTreeSet<String> =
                owners.flat_map(|owner| owner.patients.iter().cloned()).collect();
            if let Some(stored) = self.resources.get_mut(&key) {
                stored.patients = patients;
            }
        }
    }
}
