use std::fmt;
use std::sync::OnceLock;

use serde_json::Value;

use crate::{Digest, Error, ResourceKey, compare, doubled, json, reference};

/// What a resource may be at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes.
    pub bytes: usize,
    /// Levels of objects and arrays within each other.
    pub depth: usize,
}

impl Default for Limits {
    /// 32 MiB, 100 levels.
    fn default() -> Self {
        Self { bytes: 32 * 1024 * 1024, depth: 100 }
    }
}

/// One FHIR resource: the exact bytes as they came, and what they parse to.
#[derive(Clone)]
pub struct Resource {
    bytes: Vec<u8>,
    value: Value,
    resource_type: String,
    /// As counted in the bytes: more than in the value when some come twice.
    members: usize,
    digest: OnceLock<Digest>,
    comparison: OnceLock<Digest>,
    doubled: OnceLock<Vec<String>>,
}

impl Resource {
    /// Takes bytes within [`Limits::default`] that are one JSON object with a string `resourceType`.
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        Self::parse_within(bytes, Limits::default())
    }

    /// As [`Resource::parse`], within other limits. More than 120 levels are refused in any case.
    pub fn parse_within(bytes: &[u8], limits: Limits) -> Result<Self, Error> {
        if bytes.len() > limits.bytes {
            return Err(Error::TooLarge { limit: limits.bytes });
        }
        let members = json::check_depth(bytes, limits.depth.min(120))?;
        let text = json::without_mark(bytes);
        let value: Value = match std::str::from_utf8(text) {
            Ok(text) => serde_json::from_str(text),
            // It says where.
            Err(_) => serde_json::from_slice(text),
        }
        .map_err(|e| Error::json(&e))?;
        let object = value.as_object().ok_or(Error::NotAnObject)?;
        let resource_type = object
            .get("resourceType")
            .and_then(Value::as_str)
            .filter(|t| !t.is_empty())
            .ok_or(Error::NoResourceType)?;
        let resource_type = resource_type.to_owned();
        Ok(Self {
            bytes: bytes.to_vec(),
            value,
            resource_type,
            members,
            digest: OnceLock::new(),
            comparison: OnceLock::new(),
            doubled: OnceLock::new(),
        })
    }

    /// The exact bytes as they came.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The parsed bytes: an object. Numbers keep their digits, members their order.
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// `resourceType`, as it came.
    pub fn resource_type(&self) -> &str {
        &self.resource_type
    }

    /// The portal's id; `~` and the first 32 hex digits of the digest when it is absent, empty or not a string.
    pub fn id(&self) -> String {
        match self.value.get("id").and_then(Value::as_str) {
            Some(id) if !id.is_empty() => id.to_owned(),
            _ => format!("~{}", self.digest().to_string().chars().take(32).collect::<String>()),
        }
    }

    /// The resource that it carries inside (`contained`) under this id, as one of its own. Its bytes are made of what was read.
    pub fn contained(&self, id: &str) -> Option<Self> {
        let held = reference::contained(&self.value, &format!("#{id}"))?;
        Self::parse(&serde_json::to_vec(held).ok()?).ok()
    }

    /// SHA-256 of the exact bytes.
    pub fn digest(&self) -> Digest {
        *self.digest.get_or_init(|| Digest::of(&self.bytes))
    }

    /// Equal for two revisions that say the same: SHA-256 of the compact JSON without `meta.versionId`,
    /// `meta.lastUpdated` and the query part of attachment addresses.
    pub fn comparison(&self) -> Digest {
        *self.comparison.get_or_init(|| compare::digest(&self.value))
    }

    /// The members that come twice in one object, by their path (`subject.reference`), sorted; at most 20. [`Self::value`] holds
    /// the last copy of each, which decides nothing: see [`Self::copies`].
    pub fn doubled(&self) -> &[String] {
        self.doubled.get_or_init(|| match json::members(&self.value) == self.members {
            true => Vec::new(),
            false => doubled::paths(&self.bytes),
        })
    }

    /// Everything that stands at a path such as `subject.reference`, each copy of a doubled member, lists spread out.
    pub fn copies(&self, path: &str) -> Vec<Value> {
        doubled::copies(&self.bytes, path)
    }

    /// What this resource is known by when `issuer` showed it.
    pub fn key(&self, issuer: &str) -> ResourceKey {
        ResourceKey { issuer: issuer.to_owned(), resource_type: self.resource_type.clone(), id: self.id() }
    }
}

impl PartialEq for Resource {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl Eq for Resource {}

impl fmt::Debug for Resource {
    /// Type and digest only: what is in it stays out of logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Resource({}, {})", self.resource_type, self.digest())
    }
}
