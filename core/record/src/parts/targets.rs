use std::collections::BTreeSet;

use fhir::ResourceKey;
use fhir::reference::{self, Target};
use serde_json::{Map, Value};

/// What a resource refers to at its own portal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Targets {
    /// By references, wherever they stand.
    pub references: BTreeSet<ResourceKey>,
    /// Binary resources, by the address of a file.
    pub files: BTreeSet<ResourceKey>,
    /// Of a Provenance: what it tells the origin of. They are among the references too.
    pub about: BTreeSet<ResourceKey>,
}

impl Targets {
    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = &ResourceKey> {
        self.references.iter().chain(&self.files)
    }
}

/// What a resource refers to at its own portal. A resource is at most 120 levels deep, so the walk may call itself.
#[must_use]
pub fn targets(resource: &Value, issuer: &str) -> Targets {
    let provenance = resource.get("resourceType").and_then(Value::as_str) == Some("Provenance");
    let mut found = Walk { issuer, targets: Targets::default() };
    if let Value::Object(members) = resource {
        for (name, member) in members {
            found.member(name, member, provenance && name == "target");
        }
    }
    found.targets
}

struct Walk<'i> {
    issuer: &'i str,
    targets: Targets,
}

impl Walk<'_> {
    fn member(&mut self, name: &str, value: &Value, about: bool) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.member(name, item, about)),
            Value::Object(members) => self.object(members, about),
            Value::String(address) if name == "url" && address.contains("Binary/") => {
                if let Some(key) = self.own(address).filter(|key| key.resource_type == "Binary") {
                    self.targets.files.insert(key);
                }
            }
            _ => {}
        }
    }

    fn object(&mut self, members: &Map<String, Value>, about: bool) {
        for (name, member) in members {
            match member {
                Value::String(text) if name == "reference" => {
                    let Some(key) = self.own(text) else { continue };
                    if about {
                        self.targets.about.insert(key.clone());
                    }
                    self.targets.references.insert(key);
                }
                _ => self.member(name, member, about),
            }
        }
    }

    fn own(&self, text: &str) -> Option<ResourceKey> {
        match reference::target(text, self.issuer) {
            Target::Relative { resource_type, id } => {
                Some(ResourceKey { issuer: self.issuer.to_owned(), resource_type, id })
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const BASE: &str = "https://portal.example/fhir";

    fn names(keys: &BTreeSet<ResourceKey>) -> Vec<String> {
        keys.iter().map(|key| format!("{}/{}", key.resource_type, key.id)).collect()
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
        assert_eq!(names(&found.references), ["Encounter/e", "Organization/o", "Patient/p"]);
        assert_eq!(names(&found.files), ["Binary/b", "Binary/c"]);
        assert!(found.about.is_empty());
        let origin = json!({"resourceType": "Provenance", "id": "v", "target": [{"reference": "Observation/o"}],
            "agent": [{"who": {"reference": "Practitioner/dr"}}], "reference": "Patient/not-a-reference"});
        let found = targets(&origin, BASE);
        assert_eq!(names(&found.about), ["Observation/o"]);
        assert_eq!(names(&found.references), ["Observation/o", "Practitioner/dr"]);
    }
}
