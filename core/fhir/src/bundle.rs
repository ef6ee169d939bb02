//! A bundle taken apart without touching the bytes of what is in it (FHIR R4, Bundle).

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::{Error, Limits, Resource, json};

/// The most entries that one bundle may hold.
pub const MAX_ENTRIES: usize = 10_000;

/// The most resources of one entry, which should have one.
const MAX_DOUBLED: usize = 8;

/// A bundle, taken apart.
#[derive(Clone, Debug)]
pub struct Bundle {
    /// `type`: `searchset`, `collection` ...
    pub kind: Option<String>,
    /// `total`, as the server counts.
    pub total: Option<u64>,
    /// Relation and address of each link.
    pub links: Vec<(String, String)>,
    /// In the order in which they came.
    pub entries: Vec<Entry>,
}

/// One entry of a bundle.
#[derive(Clone, Debug)]
pub struct Entry {
    /// `fullUrl`.
    pub full_url: Option<String>,
    /// `search.mode`: `match`, `include` or `outcome`.
    pub mode: Option<String>,
    /// The resource, owning the exact bytes of its slice; or why it could not be taken.
    pub resource: Result<Resource, Error>,
    /// The exact bytes of the resource; of the whole entry when it has none.
    pub raw: Vec<u8>,
}

/// Takes a bundle apart. Each resource's bytes are the exact slice of the input. An entry that cannot be read spoils
/// only itself. Errors: too large, not JSON, not a Bundle, more than [`MAX_ENTRIES`].
pub fn split(bytes: &[u8]) -> Result<Bundle, Error> {
    let limits = Limits::default();
    if bytes.len() > limits.bytes {
        return Err(Error::TooLarge { limit: limits.bytes });
    }
    let members: Members<'_> =
        serde_json::from_slice(json::without_mark(bytes)).map_err(|e| Error::json(&e))?;
    if members.text("resourceType").as_deref() != Some("Bundle") {
        return Err(Error::NotABundle);
    }
    let mut entries = Vec::new();
    for raw in members.all("entry").flat_map(items) {
        if entries.len() >= MAX_ENTRIES {
            return Err(Error::TooManyEntries { limit: MAX_ENTRIES });
        }
        entries.extend(entry(raw));
    }
    Ok(Bundle {
        kind: members.text("type"),
        total: members.get("total").and_then(|raw| serde_json::from_str(raw.get()).ok()),
        links: members.all("link").flat_map(items).filter_map(link).collect(),
        entries,
    })
}

impl Bundle {
    /// The address of the next page, opaque. Nothing when it is absent or empty.
    pub fn next(&self) -> Option<&str> {
        self.links
            .iter()
            .find(|(relation, url)| relation == "next" && !url.is_empty())
            .map(|(_, url)| url.as_str())
    }
}

/// The entry; of one with several resources each, as none of them may be lost.
fn entry(raw: &RawValue) -> Vec<Entry> {
    let members = Members::of(raw);
    let mode = members.get("search").and_then(|search| Members::of(search).text("mode"));
    let full_url = members.text("fullUrl");
    let one = |resource, raw: &RawValue| Entry {
        full_url: full_url.clone(),
        mode: mode.clone(),
        resource,
        raw: raw.get().as_bytes().to_vec(),
    };
    let resources = members.all("resource").filter(|slice| slice.get() != "null");
    let taken: Vec<Entry> = resources
        .take(MAX_DOUBLED)
        .map(|slice| one(Resource::parse(slice.get().as_bytes()), slice))
        .collect();
    if taken.is_empty() { vec![one(Err(Error::NoResource), raw)] } else { taken }
}

fn link(raw: &RawValue) -> Option<(String, String)> {
    let members = Members::of(raw);
    Some((members.text("relation")?, members.text("url")?))
}

/// The items of an array; anything else as the one item.
pub(crate) fn items(raw: &RawValue) -> Vec<&RawValue> {
    match serde_json::from_str(raw.get()) {
        Ok(items) => items,
        Err(_) if raw.get() == "null" => Vec::new(),
        Err(_) => vec![raw],
    }
}

/// An object's members as slices of the input, in order, doubles kept.
#[derive(Default)]
pub(crate) struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'a> Members<'a> {
    pub(crate) fn of(raw: &'a RawValue) -> Self {
        serde_json::from_str(raw.get()).unwrap_or_default()
    }

    /// Every copy of a member.
    pub(crate) fn into_all(self, key: &str) -> Vec<&'a RawValue> {
        self.0.into_iter().filter(|(name, _)| name == key).map(|(_, raw)| raw).collect()
    }

    fn all(&self, key: &'a str) -> impl Iterator<Item = &'a RawValue> + '_ {
        self.0.iter().filter(move |(name, _)| name == key).map(|(_, raw)| *raw)
    }

    /// The last one counts, as it does when the resource itself is parsed.
    fn get(&self, key: &'a str) -> Option<&'a RawValue> {
        self.all(key).last()
    }

    fn text(&self, key: &'a str) -> Option<String> {
        serde_json::from_str(self.get(key)?.get()).ok()
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;
        impl<'de> Visitor<'de> for Collect {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Collect)
    }
}
