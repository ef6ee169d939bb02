//! A published bundle, read with tolerance and caps.

use std::{collections::BTreeMap, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, SeqAccess, Visitor},
};
use serde_json::{Value, value::RawValue};
use url::Url;

use super::{Address, Brand, Directory, MAX_BRANDS, MAX_BYTES, PortalEndpoint, PortalEntry};
use crate::{Base, Error, clean};

/// What came of a bundle.
#[derive(Clone, Debug)]
pub struct Import {
    /// What can be searched.
    pub directory: Directory,
    /// What is not in it, and why.
    pub left_out: LeftOut,
}

/// How much of a bundle was left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// Entries that could not be read: not FHIR, too large, too deep.
    pub unreadable: usize,
    /// Organisations that are not active, or have no name.
    pub not_brands: usize,
    /// Brands without a way in that is active and secure.
    pub without_portal: usize,
    /// Entries, or brands, beyond the most that is taken.
    pub beyond: usize,
}

/// Reads a User-access Brands bundle. Errors: [`Error::BadDirectory`] for what is no bundle, or is more than
/// [`MAX_BYTES`].
pub fn import(bundle: &[u8]) -> Result<Import, Error> {
    if bundle.len() > MAX_BYTES {
        return Err(Error::BadDirectory);
    }
    let text = bundle.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bundle);
    let outer: Outer<'_> = serde_json::from_slice(text).map_err(|_| Error::BadDirectory)?;
    if outer.kind != "Bundle" {
        return Err(Error::BadDirectory);
    }
    let mut left_out = LeftOut { beyond: outer.entry.beyond, ..LeftOut::default() };
    let mut published = Published::default();
    for raw in outer.entry.taken {
        match Entry::read(raw) {
            Some(entry) => published.take(entry),
            None => left_out.unreadable += 1,
        }
    }
    published.endpoints_by_owner();
    let brands = published.brands(&mut left_out);
    let as_of = outer.timestamp.as_ref().and_then(Value::as_str).map(clean).filter(|text| !text.is_empty());
    Ok(Import { directory: Directory::new(brands, as_of), left_out })
}

/// Entries of a bundle: brands, and as many endpoints again.
const MAX_ENTRIES: usize = 2 * MAX_BRANDS;
/// The most bytes of one entry.
const MAX_ENTRY: usize = 4 << 20;
/// The most of anything that one brand has.
const MANY: usize = 64;
/// But for addresses: a laboratory is everywhere.
const MAX_ADDRESSES: usize = 5_000;
/// The longest web address.
const MAX_URL: usize = 2_000;
/// Steps from a brand to the one that gives it access. The guide allows one.
const MAX_STEPS: usize = 3;

#[derive(Deserialize)]
struct Outer<'a> {
    #[serde(rename = "resourceType")]
    kind: String,
    timestamp: Option<Value>,
    #[serde(borrow, default)]
    entry: Slices<'a>,
}

/// The slices of an array, no more than [`MAX_ENTRIES`].
#[derive(Default)]
struct Slices<'a> {
    taken: Vec<&'a RawValue>,
    beyond: usize,
}

/// A resource and where it says that it is.
struct Entry {
    full_url: String,
    kind: String,
    resource: Value,
}

/// Organisations and endpoints as they refer to each other. Each by the number of its entry.
#[derive(Default)]
struct Published {
    organisations: Vec<Entry>,
    endpoints: Vec<(Entry, Option<PortalEndpoint>)>,
    by_name: BTreeMap<String, Vec<Place>>,
    /// Endpoints by the organisation that they say runs them.
    owned: BTreeMap<usize, Vec<usize>>,
}

#[derive(Clone, Copy)]
enum Place {
    Organisation(usize),
    Endpoint(usize),
}

impl<'de: 'a, 'a> Deserialize<'de> for Slices<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Slices<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an array")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
                let mut slices = Slices::default();
                while slices.taken.len() < MAX_ENTRIES {
                    let Some(raw) = seq.next_element()? else { return Ok(slices) };
                    slices.taken.push(raw);
                }
                while seq.next_element::<IgnoredAny>()?.is_some() {
                    slices.beyond += 1;
                }
                Ok(slices)
            }
        }
        deserializer.deserialize_seq(Reader)
    }
}

impl Entry {
    fn read(raw: &RawValue) -> Option<Self> {
        let mut value: Value = Some(raw.get())
            .filter(|text| text.len() <= MAX_ENTRY)
            .and_then(|text| serde_json::from_str(text).ok())?;
        let resource = value.get_mut("resource")?.take();
        let kind = resource.get("resourceType")?.as_str()?.to_owned();
        let full_url = value.get("fullUrl").and_then(Value::as_str).unwrap_or_default().to_owned();
        Some(Self { full_url, kind, resource })
    }

    /// `Organization/1`
    fn local_name(&self) -> Option<String> {
        Some(format!("{}/{}", self.kind, text(&self.resource, "id")?))
    }
}

impl Published {
    fn take(&mut self, entry: Entry) {
        let place = match entry.kind.as_str() {
            "Organization" => Place::Organisation(self.organisations.len()),
            "Endpoint" => Place::Endpoint(self.endpoints.len()),
            _ => return,
        };
        let names = [Some(entry.full_url.clone()).filter(|url| !url.is_empty()), entry.local_name()];
        for name in names.into_iter().flatten() {
            self.by_name.entry(name).or_default().push(place);
        }
        match place {
            Place::Organisation(_) => self.organisations.push(entry),
            Place::Endpoint(_) => {
                let endpoint = endpoint(&entry.resource);
                self.endpoints.push((entry, endpoint));
            }
        }
    }

    /// Lists of before the guide name the organisation at the endpoint, not the other way round.
    fn endpoints_by_owner(&mut self) {
        let mut owned: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (at, (entry, _)) in self.endpoints.iter().enumerate() {
            let owner = entry.resource.get("managingOrganization");
            if let Some(Place::Organisation(owner)) = owner.and_then(|to| self.find(to, &entry.full_url)) {
                owned.entry(owner).or_default().push(at);
            }
        }
        self.owned = owned;
    }

    /// What a reference leads to. `from`: where it stands. Two of one name lead nowhere.
    fn find(&self, reference: &Value, from: &str) -> Option<Place> {
        let reference = text(reference, "reference")?;
        let one = |name: &str| match self.by_name.get(name).map(Vec::as_slice) {
            Some([one]) => Some(*one),
            _ => None,
        };
        let beside = || {
            let (rest, _) = from.rsplit_once('/')?;
            let (base, _) = rest.rsplit_once('/')?;
            one(&format!("{base}/{reference}"))
        };
        beside().or_else(|| one(reference))
    }

    fn brands(&self, left_out: &mut LeftOut) -> Vec<Brand> {
        let mut brands = Vec::new();
        for (at, entry) in self.organisations.iter().enumerate() {
            let Some(mut brand) = brand(&entry.resource) else {
                left_out.not_brands += 1;
                continue;
            };
            brand.portals = self.portals(at, &brand.name);
            if brand.portals.is_empty() {
                left_out.without_portal += 1;
            } else if brands.len() == MAX_BRANDS {
                left_out.beyond += 1;
            } else {
                brands.push(brand);
            }
        }
        brands
    }

    /// The portals of an organisation, or of the one that gives it access.
    fn portals(&self, at: usize, name: &str) -> Vec<PortalEntry> {
        let mut at = at;
        for step in 0..MAX_STEPS {
            let Some(entry) = self.organisations.get(at) else { break };
            let own = text(&entry.resource, "name").map(clean).unwrap_or_default();
            let active = entry.resource.get("active") != Some(&Value::Bool(false));
            let mut portals = if active { self.own_portals(at, entry, &own) } else { Vec::new() };
            if !portals.is_empty() {
                let through = Some(own).filter(|own| step > 0 && own != name);
                portals.iter_mut().for_each(|portal| portal.through.clone_from(&through));
                return portals;
            }
            let parent = entry.resource.get("partOf").and_then(|to| self.find(to, &entry.full_url));
            let Some(Place::Organisation(parent)) = parent else { break };
            at = parent;
        }
        Vec::new()
    }

    fn own_portals(&self, at: usize, entry: &Entry, name: &str) -> Vec<PortalEntry> {
        let extensions = extensions(&entry.resource, "organization-portal");
        let said = extensions.take(MANY).map(|extension| self.said(extension, entry, name));
        let said: Vec<PortalEntry> = said.filter(|portal| !portal.endpoints.is_empty()).collect();
        if !said.is_empty() {
            return said;
        }
        let listed = array(&entry.resource, "endpoint").filter_map(|to| self.find(to, &entry.full_url));
        let listed = listed.filter_map(|place| if let Place::Endpoint(at) = place { Some(at) } else { None });
        let mut all: Vec<usize> = listed.collect();
        all.extend(
            self.owned.get(&at).into_iter().flatten().filter(|at| !all.contains(at)).collect::<Vec<_>>(),
        );
        let endpoints = self.usable(all);
        if endpoints.is_empty() {
            return Vec::new();
        }
        vec![PortalEntry { name: name.to_owned(), endpoints, ..PortalEntry::default() }]
    }

    fn said(&self, extension: &Value, entry: &Entry, name: &str) -> PortalEntry {
        let part = |part: &'static str| extensions(extension, part).find_map(said);
        let endpoints = extensions(extension, "portalEndpoint")
            .filter_map(|to| self.find(to.get("valueReference")?, &entry.full_url))
            .filter_map(|place| if let Place::Endpoint(at) = place { Some(at) } else { None });
        PortalEntry {
            name: part("portalName")
                .map(clean)
                .filter(|name| !name.is_empty())
                .unwrap_or_else(|| name.to_owned()),
            description: part("portalDescription").map(clean).filter(|text| !text.is_empty()),
            website: part("portalUrl").and_then(web),
            through: None,
            endpoints: self.usable(endpoints),
        }
    }

    /// Each address once, those that this app can use first.
    fn usable(&self, at: impl IntoIterator<Item = usize>) -> Vec<PortalEndpoint> {
        let found = at.into_iter().filter_map(|at| self.endpoints.get(at)?.1.as_ref());
        let mut endpoints: Vec<PortalEndpoint> = Vec::new();
        for endpoint in found {
            if endpoints.len() < MANY && !endpoints.iter().any(|held| held.base == endpoint.base) {
                endpoints.push(endpoint.clone());
            }
        }
        endpoints.sort_by_key(|endpoint| !endpoint.is_r4());
        endpoints
    }
}

/// An endpoint that is active and secure.
fn endpoint(resource: &Value) -> Option<PortalEndpoint> {
    let active = text(resource, "status").is_none_or(|status| status == "active");
    let kind = resource.pointer("/connectionType/code").and_then(Value::as_str);
    let address = text(resource, "address").filter(|address| address.len() <= MAX_URL)?;
    let base = Base::parse(address).ok().filter(|base| base.as_str().starts_with("https:"))?;
    if !active || kind.is_some_and(|kind| kind != "hl7-fhir-rest") {
        return None;
    }
    let versions = extensions(resource, "endpoint-fhir-version").filter_map(said).take(MANY).map(clean);
    Some(PortalEndpoint { base: base.as_str().to_owned(), fhir_versions: versions.collect() })
}

/// An organisation that is active and has a name; its portals are looked for elsewhere.
fn brand(resource: &Value) -> Option<Brand> {
    let name = text(resource, "name").map(clean).filter(|name| !name.is_empty())?;
    if resource.get("active") == Some(&Value::Bool(false)) {
        return None;
    }
    let category = |kind: &Value| {
        let coding =
            array(kind, "coding").find_map(|coding| text(coding, "display").or(text(coding, "code")));
        coding.or(text(kind, "text")).map(clean)
    };
    let number = |identifier: &Value| {
        let value =
            text(identifier, "value").filter(|_| text(identifier, "system").is_some_and(number_system));
        value.map(clean)
    };
    let website = array(resource, "telecom").find(|telecom| text(telecom, "system") == Some("url"));
    let branding = extensions(resource, "organization-brand");
    Some(Brand {
        aliases: texts(array(resource, "alias").filter_map(Value::as_str).map(clean), MANY),
        categories: texts(array(resource, "type").filter_map(category), MANY),
        website: website.and_then(|telecom| web(text(telecom, "value")?)),
        logo: branding.flat_map(|brand| extensions(brand, "brandLogo")).filter_map(said).find_map(web),
        numbers: texts(array(resource, "identifier").filter_map(number), MANY),
        addresses: array(resource, "address").take(MAX_ADDRESSES).map(address).collect(),
        portals: Vec::new(),
        name,
    })
}

fn address(address: &Value) -> Address {
    let part = |name: &str| text(address, name).map(clean).unwrap_or_default();
    let lines: Vec<&str> = array(address, "line").filter_map(Value::as_str).take(MANY).collect();
    Address {
        line: clean(&lines.join(", ")),
        city: part("city"),
        state: part("state"),
        postal_code: part("postalCode"),
        country: part("country"),
    }
}

/// Numbers, such as the NPI of the United States; not the web address that the guide recommends as an identifier.
fn number_system(system: &str) -> bool {
    system != "urn:ietf:rfc:3986"
}

/// Not empty, each once.
fn texts(found: impl Iterator<Item = String>, most: usize) -> Vec<String> {
    let mut texts = Vec::new();
    for text in found.filter(|text| !text.is_empty()) {
        if texts.len() < most && !texts.contains(&text) {
            texts.push(text);
        }
    }
    texts
}

/// A web address that is only ever shown.
fn web(text: &str) -> Option<String> {
    let url = Url::parse(text).ok().filter(|url| text.len() <= MAX_URL && url.scheme() == "https")?;
    (url.has_host() && url.username().is_empty() && url.password().is_none()).then(|| url.to_string())
}

/// Extensions by the end of their address: drafts of the guide had other beginnings.
fn extensions<'a>(value: &'a Value, name: &'a str) -> impl Iterator<Item = &'a Value> {
    let named =
        move |url: &str| url == name || url.strip_suffix(name).is_some_and(|rest| rest.ends_with('/'));
    array(value, "extension").filter(move |extension| text(extension, "url").is_some_and(named))
}

/// The value of an extension that is a text of any kind.
fn said(extension: &Value) -> Option<&str> {
    ["valueString", "valueUrl", "valueUri", "valueCode", "valueMarkdown"]
        .iter()
        .find_map(|key| text(extension, key))
}

fn array<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default().iter()
}

fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key)?.as_str()
}
