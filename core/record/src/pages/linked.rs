//! What refers to what within one answer.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use fhir::ResourceKey;

use super::plan::Arriving;

/// The arriving resources by what they refer to: the hash of each target beside the place of what refers to it.
pub(super) struct Linked {
    places: Vec<(u64, usize)>,
    keys: Vec<ResourceKey>,
}

impl Linked {
    pub(super) fn of(arriving: &BTreeMap<ResourceKey, Arriving<'_>>) -> Self {
        let mut places: Vec<(u64, usize)> = Vec::new();
        for (place, arriving) in arriving.values().enumerate() {
            places.extend(arriving.targets.all().map(|target| (hash(&target), place)));
        }
        places.sort_unstable();
        Self { places, keys: arriving.keys().cloned().collect() }
    }

    pub(super) fn to(
        &self,
        key: &ResourceKey,
        arriving: &BTreeMap<ResourceKey, Arriving<'_>>,
    ) -> BTreeSet<ResourceKey> {
        let hash = hash(key);
        let from = self.places.partition_point(|(other, _)| *other < hash);
        let alike = self.places.iter().skip(from).take_while(|(other, _)| *other == hash);
        let refers =
            |from: &&ResourceKey| arriving.get(*from).is_some_and(|arriving| arriving.targets.contains(key));
        alike.filter_map(|(_, place)| self.keys.get(*place)).filter(refers).cloned().collect()
    }
}

fn hash(key: &ResourceKey) -> u64 {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    hasher.finish()
}
