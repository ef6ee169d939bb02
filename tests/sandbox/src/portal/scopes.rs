//! SMART scopes, version 1 (`patient/Observation.read`) and version 2 (`patient/Observation.rs?category=...`):
//! <https://hl7.org/fhir/smart-app-launch/scopes-and-launch-context.html>.

use crate::world::TYPES;
use crate::world::index::Index;

/// The scopes without a resource type that the portal knows.
pub(super) const CONTEXT: &[&str] = &["launch/patient", "offline_access", "online_access"];

/// What a request does with resources.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Act {
    Read,
    Search,
}

/// What a set of scopes allows for one type.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Access {
    Denied,
    /// Resources that fulfil all parameters of at least one of these; an empty one allows everything.
    To(Vec<Vec<(String, String)>>),
}

impl Access {
    pub(super) fn allows(&self, index: &Index) -> bool {
        match self {
            Access::Denied => false,
            Access::To(filters) => {
                filters.iter().any(|filter| filter.iter().all(|(name, value)| index.has(name, value)))
            }
        }
    }
}

/// What the portal would grant of a `scope` parameter: unknown scopes and writing left out, each once.
pub(super) fn grantable(requested: &str) -> Vec<String> {
    let mut granted: Vec<String> = Vec::new();
    for scope in requested.split(' ').filter_map(grant_of) {
        if !granted.contains(&scope) {
            granted.push(scope);
        }
    }
    granted
}

/// What these granted scopes allow for a type.
pub(super) fn access(granted: &[String], resource_type: &str, act: Act) -> Access {
    let resource_scopes = granted.iter().filter_map(|scope| parse(scope));
    let fitting =
        resource_scopes.filter(|scope| scope.resource_type == "*" || scope.resource_type == resource_type);
    let filters: Vec<_> = fitting
        .filter(|scope| if act == Act::Read { scope.read } else { scope.search })
        .map(|scope| scope.filter)
        .collect();
    if filters.is_empty() { Access::Denied } else { Access::To(filters) }
}

/// These scopes with the wildcard written out as these types, and no others.
pub(super) fn only(granted: &[String], types: &[&str]) -> Vec<String> {
    let mut few = Vec::new();
    for scope in granted {
        match scope.strip_prefix("patient/").and_then(|rest| rest.split_once('.')) {
            None => few.push(scope.clone()),
            Some(("*", rights)) => few.extend(types.iter().map(|on| format!("patient/{on}.{rights}"))),
            Some((on, _)) if types.contains(&on) => few.push(scope.clone()),
            Some(_) => {}
        }
    }
    few
}

/// Whether a scope speaks of resources.
pub(super) fn is_of_resources(scope: &str) -> bool {
    scope.starts_with("patient/")
}

struct Scope<'s> {
    resource_type: &'s str,
    read: bool,
    search: bool,
    filter: Vec<(String, String)>,
}

fn parse(scope: &str) -> Option<Scope<'_>> {
    let (resource_type, rights) = scope.strip_prefix("patient/")?.split_once('.')?;
    if resource_type != "*" && !TYPES.contains(&resource_type) {
        return None;
    }
    let (rights, query) = rights.split_once('?').unwrap_or((rights, ""));
    let filter = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let (read, search) = match rights {
        "read" | "*" => (true, true),
        "write" => (false, false),
        _ if is_v2(rights) => (rights.contains('r'), rights.contains('s')),
        _ => return None,
    };
    Some(Scope { resource_type, read, search, filter })
}

/// Letters of "cruds", in this order, each at most once.
fn is_v2(rights: &str) -> bool {
    let mut left = "cruds".chars();
    !rights.is_empty() && rights.chars().all(|right| left.any(|letter| letter == right))
}

fn grant_of(scope: &str) -> Option<String> {
    if CONTEXT.contains(&scope) {
        return Some(scope.to_owned());
    }
    let parsed = parse(scope)?;
    if !parsed.read && !parsed.search {
        return None;
    }
    let (_, rights) = scope.split_once('.')?;
    let (rights, query) = rights.split_once('?').unwrap_or((rights, ""));
    let rights = match (rights, parsed.read, parsed.search) {
        ("read" | "*", _, _) => "read",
        (_, true, true) => "rs",
        (_, true, false) => "r",
        _ => "s",
    };
    let query = if query.is_empty() { String::new() } else { format!("?{query}") };
    Some(format!("patient/{}.{rights}{query}", parsed.resource_type))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn granted(text: &str) -> String {
        grantable(text).join(" ")
    }

    #[test]
    fn only_reading_is_granted() {
        assert_eq!(granted("launch/patient patient/*.read"), "launch/patient patient/*.read");
        assert_eq!(
            granted("patient/Observation.cruds patient/Condition.* patient/Goal.write"),
            "patient/Observation.rs patient/Condition.read"
        );
        assert_eq!(granted("openid fhirUser user/*.read patient/Elephant.read patient/Goal.sr nonsense"), "");
    }

    #[test]
    fn version_2_tells_reading_from_searching() {
        let scopes = grantable("patient/Observation.r patient/Condition.s");
        assert_ne!(access(&scopes, "Observation", Act::Read), Access::Denied);
        assert_eq!(access(&scopes, "Observation", Act::Search), Access::Denied);
        assert_eq!(access(&scopes, "Condition", Act::Read), Access::Denied);
        assert_ne!(access(&scopes, "Condition", Act::Search), Access::Denied);
        assert_eq!(access(&scopes, "Goal", Act::Read), Access::Denied);
    }

    #[test]
    fn a_finer_scope_allows_what_fits_it() {
        let scopes = grantable("patient/Observation.rs?category=laboratory");
        let index = |code: &str| Index::of(&serde_json::json!({"category": [{"coding": [{"code": code}]}]}));
        let access = access(&scopes, "Observation", Act::Search);
        assert!(access.allows(&index("laboratory")));
        assert!(!access.allows(&index("vital-signs")));
    }
}
