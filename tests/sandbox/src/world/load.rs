//! Bundles as they come, into resources with resolved references.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::index::{at, recorded, stamp_text};
use super::{Key, SUPPORTING};
use crate::acts::OFFERED;
use crate::{Error, Source, shell};

/// 2020-01-01: the `lastUpdated` of what does not say when it was written down.
const UNDATED: i64 = 1_577_836_800;

/// What `urn:uuid:` and conditional references stand for.
#[derive(Default)]
struct Names {
    full_urls: BTreeMap<String, Key>,
    identifiers: BTreeMap<(String, String), Key>,
}

/// What the bundles hold.
pub(super) struct Loaded {
    /// Each with the second of its last update.
    pub(super) resources: Vec<(Value, i64)>,
    /// The ids of the patients in the order of their bundles.
    pub(super) patients: Vec<String>,
}

/// Every resource of the bundles, its references resolved as far as the bundles can, with when it was last updated;
/// and the ids of the patients in the order of their bundles.
pub(super) fn load(patients: &[Source], shared: &[Source]) -> Result<Loaded, Error> {
    let (mut all, mut ids) = (Vec::new(), Vec::new());
    let mut names = Names::default();
    for source in shared.iter().chain(patients) {
        for (full_url, resource) in resources_of(&shell::read(source)?)? {
            names.learn(full_url, &resource);
            ids.extend(key(&resource).filter(|key| key.0 == "Patient").map(|key| key.1));
            let last_updated = recorded(&resource).unwrap_or(UNDATED);
            all.push((resource, last_updated));
        }
    }
    for (resource, _) in &mut all {
        names.resolve(resource);
    }
    Ok(Loaded { resources: all, patients: ids })
}

/// The full URL and the resource of each entry of a bundle (JSON or gzipped JSON). A resource without an id gets
/// the uuid of its full URL.
pub(crate) fn resources_of(bytes: &[u8]) -> Result<Vec<(String, Value)>, Error> {
    let bundle: Value = serde_json::from_slice(&shell::unzip(bytes)?)
        .map_err(|error| Error::NotABundle(error.to_string()))?;
    let Value::Object(mut bundle) = bundle else { return Err(Error::NotABundle("not an object".to_owned())) };
    let Some(Value::Array(entries)) = bundle.remove("entry") else {
        return Err(Error::NotABundle("no entries".to_owned()));
    };
    let mut found = Vec::new();
    for mut entry in entries {
        let full_url = entry.get("fullUrl").and_then(Value::as_str).unwrap_or_default().to_owned();
        let Some(mut resource) = entry.get_mut("resource").map(Value::take) else { continue };
        if let Some(object) = resource.as_object_mut() {
            let uuid = full_url.rsplit([':', '/']).next().unwrap_or_default();
            object.entry("id").or_insert_with(|| uuid.into());
        }
        found.push((full_url, resource));
    }
    Ok(found)
}

/// Type and id of a resource.
pub(super) fn key(resource: &Value) -> Option<Key> {
    Some((resource.get("resourceType")?.as_str()?.to_owned(), resource.get("id")?.as_str()?.to_owned()))
}

/// `Type/id` of a relative literal reference.
pub(super) fn relative(reference: &str) -> Option<Key> {
    let (resource_type, id) = reference.split_once('/')?;
    let id = id.split('/').next().unwrap_or_default();
    let is_known = super::TYPES.contains(&resource_type) || OFFERED.contains(&resource_type);
    let known = is_known && !id.is_empty();
    known.then(|| (resource_type.to_owned(), id.to_owned()))
}

/// Every resource that this one refers to.
pub(super) fn references(resource: &Value) -> BTreeSet<Key> {
    let mut found = BTreeSet::new();
    visit(resource, &mut |reference| {
        found.extend(relative(reference));
    });
    found
}

/// Writes `meta.versionId` and `meta.lastUpdated`, after `id` when the resource had no meta.
pub(super) fn stamp(resource: &mut Value, version: u64, last_updated: i64) {
    let Some(object) = resource.as_object_mut() else { return };
    let mut meta = match object.get_mut("meta").map(Value::take) {
        Some(Value::Object(meta)) => meta,
        _ => Map::new(),
    };
    meta.insert("versionId".to_owned(), version.to_string().into());
    meta.insert("lastUpdated".to_owned(), stamp_text(last_updated).into());
    let before = std::mem::take(object);
    object.extend(
        ["resourceType", "id"]
            .iter()
            .filter_map(|name| Some(((*name).to_owned(), before.get(*name)?.clone()))),
    );
    object.insert("meta".to_owned(), meta.into());
    object.extend(
        before.into_iter().filter(|(name, _)| !["resourceType", "id", "meta"].contains(&name.as_str())),
    );
}

impl Names {
    fn learn(&mut self, full_url: String, resource: &Value) {
        let Some(key) = key(resource) else { return };
        if SUPPORTING.contains(&key.0.as_str()) || key.0 == "Patient" {
            for identifier in at(resource, "identifier") {
                let text = |name| identifier.get(name).and_then(Value::as_str).unwrap_or_default();
                let token = format!("{}|{}", text("system"), text("value"));
                self.identifiers.insert((key.0.clone(), token), key.clone());
            }
        }
        self.full_urls.insert(full_url, key);
    }

    fn resolve(&self, value: &mut Value) {
        match value {
            Value::Array(list) => list.iter_mut().for_each(|value| self.resolve(value)),
            Value::Object(object) => {
                for (name, value) in object.iter_mut() {
                    let target =
                        value.as_str().filter(|_| name == "reference").and_then(|text| self.target(text));
                    match target {
                        Some((resource_type, id)) => *value = format!("{resource_type}/{id}").into(),
                        None => self.resolve(value),
                    }
                }
            }
            _ => {}
        }
    }

    fn target(&self, reference: &str) -> Option<&Key> {
        if let Some((resource_type, identifier)) = reference.split_once("?identifier=") {
            return self.identifiers.get(&(resource_type.to_owned(), identifier.to_owned()));
        }
        self.full_urls.get(reference).filter(|_| reference.starts_with("urn:"))
    }
}

fn visit(value: &Value, found: &mut impl FnMut(&str)) {
    match value {
        Value::Array(list) => list.iter().for_each(|value| visit(value, found)),
        Value::Object(object) => {
            for (name, value) in object {
                match value.as_str() {
                    Some(reference) if name == "reference" => found(reference),
                    _ => visit(value, found),
                }
            }
        }
        _ => {}
    }
}
