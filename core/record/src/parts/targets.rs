use std::collections::BTreeMap;

use fhir::ResourceKey;
use fhir::reference;
use serde_json::{Map, Value};

const BINARY: &str = "Binary";

/// What a resource refers to at its own portal. One may refer to a whole record, so of each target only its name is kept, and the
/// portal's address once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Targets {
    issuer: String,
    /// `Type/id`. No type has a slash in it.
    names: BTreeMap<Box<str>, How>,
}

/// How something is referred to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct How {
    reference: bool,
    about: bool,
}

impl Targets {
    /// None yet.
    #[must_use]
    pub fn at(issuer: &str) -> Self {
        Self { issuer: issuer.to_owned(), names: BTreeMap::new() }
    }

    /// Adds the target of a reference. `about`: a Provenance tells its origin.
    pub fn refer(&mut self, resource_type: &str, id: &str, about: bool) {
        let how = self.named(resource_type, id);
        how.reference = true;
        how.about |= about;
    }

    /// Adds a Binary resource that is referred to by the address of a file.
    pub fn file(&mut self, id: &str) {
        self.named(BINARY, id);
    }

    /// Adds what another revision refers to.
    pub fn extend(&mut self, other: Self) {
        if self.issuer.is_empty() {
            self.issuer = other.issuer;
        }
        for (name, how) in other.names {
            let held = self.names.entry(name).or_default();
            held.reference |= how.reference;
            held.about |= how.about;
        }
    }

    /// Takes one out.
    pub fn remove(&mut self, resource_type: &str, id: &str) {
        self.names.remove(name(resource_type, id).as_str());
    }

    /// All of them, sorted.
    pub fn all(&self) -> impl Iterator<Item = ResourceKey> {
        self.names.keys().map(|name| self.key(name))
    }

    /// By references, wherever they stand.
    pub fn references(&self) -> impl Iterator<Item = ResourceKey> {
        self.names.iter().filter(|(_, how)| how.reference).map(|(name, _)| self.key(name))
    }

    /// Of a Provenance: what it tells the origin of.
    pub fn about(&self) -> impl Iterator<Item = ResourceKey> {
        self.names.iter().filter(|(_, how)| how.about).map(|(name, _)| self.key(name))
    }

    /// Whether it is referred to.
    #[must_use]
    pub fn contains(&self, key: &ResourceKey) -> bool {
        self.how(key).is_some()
    }

    /// Whether its origin is told.
    #[must_use]
    pub fn is_about(&self, key: &ResourceKey) -> bool {
        self.how(key).is_some_and(|how| how.about)
    }

    fn how(&self, key: &ResourceKey) -> Option<&How> {
        let name = name(&key.resource_type, &key.id);
        self.names.get(name.as_str()).filter(|_| key.issuer == self.issuer)
    }

    fn named(&mut self, resource_type: &str, id: &str) -> &mut How {
        self.names.entry(name(resource_type, id).into_boxed_str()).or_default()
    }

    fn key(&self, name: &str) -> ResourceKey {
        let (resource_type, id) = name.split_once('/').unwrap_or_default();
        ResourceKey {
            issuer: self.issuer.clone(),
            resource_type: resource_type.to_owned(),
            id: id.to_owned(),
        }
    }
}

/// What a resource refers to at its own portal. A resource is at most 120 levels deep, so the walk may call itself.
#[must_use]
pub fn targets(resource: &Value, issuer: &str) -> Targets {
    let provenance = resource.get("resourceType").and_then(Value::as_str) == Some("Provenance");
    let mut found = Walk { targets: Targets::at(issuer) };
    if let Value::Object(members) = resource {
        for (name, member) in members {
            found.member(name, member, provenance && name == "target");
        }
    }
    found.targets
}

struct Walk {
    targets: Targets,
}

impl Walk {
    fn member(&mut self, name: &str, value: &Value, about: bool) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.member(name, item, about)),
            Value::Object(members) => self.object(members, about),
            Value::String(address) if name == "url" && address.contains("Binary/") => {
                if let Some((BINARY, id)) = self.own(address) {
                    self.targets.file(id);
                }
            }
            _ => {}
        }
    }

    fn object(&mut self, members: &Map<String, Value>, about: bool) {
        for (name, member) in members {
            match member {
                Value::String(text) if name == "reference" => {
                    if let Some((resource_type, id)) = self.own(text) {
                        self.targets.refer(resource_type, id, about);
                    }
                }
                _ => self.member(name, member, about),
            }
        }
    }

    fn own<'t>(&self, text: &'t str) -> Option<(&'t str, &'t str)> {
        let literal = reference::literal(text, &self.targets.issuer)?;
        literal.base.is_none().then_some((literal.resource_type, literal.id))
    }
}

fn name(resource_type: &str, id: &str) -> String {
    let mut name = String::with_capacity(resource_type.len() + 1 + id.len());
    name.push_str(resource_type);
    name.push('/');
    name.push_str(id);
    name
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const BASE: &str = "https://portal.example/fhir";

    fn names(keys: impl Iterator<Item = ResourceKey>) -> Vec<String> {
        keys.map(|key| key.to_string().replace(&format!("{BASE}|"), "").replace('|', "/")).collect()
    }

    #[test]
    fn references_files_and_what_a_provenance_is_about() {
        let document = json!({"resourceType": "DocumentReference", "id": "d", "subject": {"reference": "Patient/p"},
            "context": {"encounter": [{"reference": format!("{BASE}/Encounter/e/_history/2")}]},
            "author": [{"reference": "https://elsewhere.example/Practitioner/x"}, {"reference": "#held"}],
            "contained": [{"resourceType": "Organization", "id": "held", "partOf": {"reference": "Organization/o"}}],
            "content": [{"attachment": {"url": "Binary/b"}}, {"attachment": {"url": format!("{BASE}/Binary/c")}},
                {"attachment": {"url": "https://elsewhere.example/Binary/x"}}, {"attachment": {"url": "Media/x"}}]});
        let found = targets(&document, BASE);
        assert_eq!(names(found.references()), ["Encounter/e", "Organization/o", "Patient/p"]);
        let all = ["Binary/b", "Binary/c", "Encounter/e", "Organization/o", "Patient/p"];
        assert_eq!(names(found.all()), all);
        assert_eq!(found.about().count(), 0);
        let origin = json!({"resourceType": "Provenance", "id": "v", "target": [{"reference": "Observation/o"}],
            "agent": [{"who": {"reference": "Practitioner/dr"}}], "reference": "Patient/not-a-reference"});
        let found = targets(&origin, BASE);
        assert_eq!(names(found.about()), ["Observation/o"]);
        assert_eq!(names(found.references()), ["Observation/o", "Practitioner/dr"]);
    }

    #[test]
    fn revisions_together_refer_to_what_each_of_them_does() {
        let key = |issuer: &str, kind: &str, id: &str| ResourceKey {
            issuer: issuer.to_owned(),
            resource_type: kind.to_owned(),
            id: id.to_owned(),
        };
        let (mut all, mut earlier) = (Targets::default(), Targets::at(BASE));
        earlier.refer("Observation", "o", true);
        earlier.file("b");
        all.extend(earlier);
        let mut later = Targets::at(BASE);
        later.refer("Observation", "o", false);
        later.refer("Binary", "b", false);
        later.refer("Device", "d", false);
        all.extend(later);
        assert!(all.is_about(&key(BASE, "Observation", "o")) && !all.is_about(&key(BASE, "Binary", "b")));
        assert_eq!(names(all.references()), ["Binary/b", "Device/d", "Observation/o"]);
        assert!(all.contains(&key(BASE, "Device", "d")));
        assert!(!all.contains(&key("https://elsewhere.example", "Device", "d")), "another portal's");
        all.remove("Device", "d");
        assert_eq!(names(all.all()), ["Binary/b", "Observation/o"]);
    }
}
