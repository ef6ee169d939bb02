//! A capability statement as far as acting needs it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::No;
use crate::http;

/// Search parameters of one type that are kept.
const PARAMETERS: usize = 100;
/// The canonical address of the operations of IHE ITI Scheduling ends so, before their name.
const IHE: &str = "/ITI/Scheduling/OperationDefinition/appointment-";

pub(super) struct Statement {
    /// `rest` of the server itself.
    rest: Vec<Value>,
    /// `rest.resource` by type.
    resources: BTreeMap<String, Value>,
}

impl Statement {
    pub fn read(body: &[u8]) -> Option<Self> {
        if http::values(body) > http::MOST_VALUES {
            return None;
        }
        let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
        let value: Value = serde_json::from_slice(body).ok()?;
        if value.get("resourceType").and_then(Value::as_str) != Some("CapabilityStatement") {
            return None;
        }
        let is_server = |rest: &&Value| rest.get("mode").and_then(Value::as_str) != Some("client");
        let rest: Vec<Value> = list(&value, "rest").filter(is_server).cloned().collect();
        let mut resources = BTreeMap::new();
        for resource in rest.iter().flat_map(|rest| list(rest, "resource")) {
            if let Some(on) = resource.get("type").and_then(Value::as_str) {
                resources.entry(on.to_owned()).or_insert_with(|| resource.clone());
            }
        }
        Some(Self { rest, resources })
    }

    /// Whether this can be done with a type. `granted`: the scopes allow it.
    pub fn may(&self, interaction: &str, on: &str, granted: bool) -> Result<(), No> {
        if self.resources.is_empty() {
            return Err(No::NotSaid);
        }
        let resource = self.resources.get(on).ok_or(No::NotOffered)?;
        if list(resource, "interaction").next().is_none() {
            return Err(No::NotSaid);
        }
        let named = list(resource, "interaction").any(|one| text(one, "code") == interaction);
        match (named, granted) {
            (false, _) => Err(No::NotOffered),
            (true, false) => Err(No::NotGranted),
            (true, true) => Ok(()),
        }
    }

    /// Whether an operation of IHE ITI Scheduling is there, by its name at this type or by its definition.
    pub fn operation(&self, on: &str, name: &str) -> bool {
        let defined = |one: &Value| {
            let canonical = text(one, "definition").split('|').next().unwrap_or_default();
            canonical.strip_suffix(name).is_some_and(|start| start.ends_with(IHE))
        };
        let at_type = self.resources.get(on).into_iter().flat_map(|resource| list(resource, "operation"));
        let at_server = self.rest.iter().flat_map(|rest| list(rest, "operation"));
        at_type.into_iter().any(|one| text(one, "name").trim_start_matches('$') == name || defined(one))
            || at_server.into_iter().any(defined)
    }

    pub fn creates_conditionally(&self, on: &str) -> bool {
        let said = self.resources.get(on).and_then(|resource| resource.get("conditionalCreate"));
        said.and_then(Value::as_bool).unwrap_or(false)
    }

    pub fn searches(&self, on: &str, parameter: &str) -> bool {
        self.resources
            .get(on)
            .into_iter()
            .flat_map(|resource| list(resource, "searchParam"))
            .any(|one| text(one, "name") == parameter)
    }

    /// The names of the search parameters of a type.
    pub fn parameters(&self, on: &str) -> BTreeSet<String> {
        let all = self.resources.get(on).into_iter().flat_map(|resource| list(resource, "searchParam"));
        let names = all.map(|one| text(one, "name")).filter(|name| !name.is_empty() && name.len() <= 64);
        names.take(PARAMETERS).map(str::to_owned).collect()
    }

    pub fn transaction(&self) -> bool {
        let all = self.rest.iter().flat_map(|rest| list(rest, "interaction"));
        all.into_iter().any(|one| text(one, "code") == "transaction")
    }
}

fn list<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = &'v Value> {
    value.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default().iter()
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}
