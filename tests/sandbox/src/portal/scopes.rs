//! SMART scopes, version 1 (`patient/Observation.read`) and version 2 (`patient/Observation.rs?category=...`):
//! <https://hl7.org/fhir/smart-app-launch/scopes-and-launch-context.html>.

use crate::Acts;
use crate::acts::{Kind, OFFERED};
use crate::world::TYPES;
use crate::world::index::Index;

/// The scopes without a resource type that the portal knows.
pub(super) const CONTEXT: &[&str] = &["launch/patient", "offline_access", "online_access"];

/// What a request does with resources.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Act {
    Read,
    Search,
    Create,
    Update,
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

/// What the portal would grant of a `scope` parameter: unknown scopes and the writing that it does not do left out,
/// each once.
pub(super) fn grantable(requested: &str, acts: &Acts) -> Vec<String> {
    let mut granted: Vec<String> = Vec::new();
    for scope in requested.split(' ').flat_map(|scope| grants_of(scope, acts)) {
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
        .filter(|scope| match act {
            Act::Read => scope.read,
            Act::Search => scope.search,
            Act::Create => scope.create,
            Act::Update => scope.update,
        })
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

/// Whether a scope is for writing alone.
pub(super) fn writes_only(scope: &str) -> bool {
    parse(scope).is_some_and(|scope| !scope.read && !scope.search)
}

struct Scope<'s> {
    resource_type: &'s str,
    read: bool,
    search: bool,
    create: bool,
    update: bool,
    filter: Vec<(String, String)>,
}

fn parse(scope: &str) -> Option<Scope<'_>> {
    let (resource_type, rights) = scope.strip_prefix("patient/")?.split_once('.')?;
    if resource_type != "*" && !TYPES.contains(&resource_type) && !OFFERED.contains(&resource_type) {
        return None;
    }
    let (rights, query) = rights.split_once('?').unwrap_or((rights, ""));
    let filter = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let [create, read, update, search] = match rights {
        "read" => [false, true, false, true],
        "write" => [true, false, true, false],
        "*" => [true; 4],
        _ if is_v2(rights) => ['c', 'r', 'u', 's'].map(|right| rights.contains(right)),
        _ => return None,
    };
    Some(Scope { resource_type, read, search, create, update, filter })
}

/// Letters of "cruds", in this order, each at most once.
fn is_v2(rights: &str) -> bool {
    let mut left = "cruds".chars();
    !rights.is_empty() && rights.chars().all(|right| left.any(|letter| letter == right))
}

/// What is granted of one scope: reading as it was asked for, and writing of the types that are written here.
fn grants_of(scope: &str, acts: &Acts) -> Vec<String> {
    if CONTEXT.contains(&scope) {
        return vec![scope.to_owned()];
    }
    let Some(parsed) = parse(scope) else { return Vec::new() };
    if OFFERED.contains(&parsed.resource_type) && !acts.knows(parsed.resource_type) {
        return Vec::new();
    }
    let rights = scope.split_once('.').map(|(_, rights)| rights).unwrap_or_default();
    let (rights, query) = rights.split_once('?').unwrap_or((rights, ""));
    let query = if query.is_empty() { String::new() } else { format!("?{query}") };
    let old = ["read", "write", "*"].contains(&rights);
    let reading = match (parsed.read, parsed.search) {
        (false, false) => "",
        _ if old => "read",
        (true, true) => "rs",
        (true, false) => "r",
        (false, true) => "s",
    };
    let named = |resource_type: &str, rights: &str| format!("patient/{resource_type}.{rights}{query}");
    let mut granted = Vec::new();
    if !reading.is_empty() {
        granted.push(named(parsed.resource_type, reading));
    }
    let written = Kind::ALL.iter().map(|kind| kind.name()).filter(|name| acts.writes(name));
    for resource_type in written.filter(|name| ["*", *name].contains(&parsed.resource_type)) {
        let letters = [(parsed.create, 'c'), (parsed.update, 'u')];
        let writing: String = letters.iter().filter(|(asked, _)| *asked).map(|(_, letter)| letter).collect();
        if !writing.is_empty() {
            granted.push(named(resource_type, if old { "write" } else { &writing }));
        }
    }
    granted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn granted(text: &str) -> String {
        grantable(text, &Acts::default()).join(" ")
    }

    #[test]
    fn writing_is_granted_for_the_types_that_are_written() {
        let granted = |text: &str| grantable(text, &Acts::slots()).join(" ");
        assert_eq!(
            granted("patient/Communication.c patient/Observation.cruds patient/Appointment.write"),
            "patient/Communication.c patient/Observation.rs patient/Appointment.write"
        );
        assert_eq!(
            granted("patient/*.crus"),
            "patient/*.rs patient/Communication.cu patient/Appointment.cu patient/Task.cu"
        );
        assert_eq!(
            granted("patient/Task.* patient/Slot.rs"),
            "patient/Task.read patient/Task.write patient/Slot.rs"
        );
        let scopes = grantable("patient/Communication.c patient/Appointment.write", &Acts::slots());
        assert_ne!(access(&scopes, "Communication", Act::Create), Access::Denied);
        assert_eq!(access(&scopes, "Communication", Act::Update), Access::Denied);
        assert_ne!(access(&scopes, "Appointment", Act::Update), Access::Denied);
        assert_eq!(access(&scopes, "Appointment", Act::Read), Access::Denied);
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
        let scopes = grantable("patient/Observation.r patient/Condition.s", &Acts::default());
        assert_ne!(access(&scopes, "Observation", Act::Read), Access::Denied);
        assert_eq!(access(&scopes, "Observation", Act::Search), Access::Denied);
        assert_eq!(access(&scopes, "Condition", Act::Read), Access::Denied);
        assert_ne!(access(&scopes, "Condition", Act::Search), Access::Denied);
        assert_eq!(access(&scopes, "Goal", Act::Read), Access::Denied);
    }

    #[test]
    fn a_finer_scope_allows_what_fits_it() {
        let scopes = grantable("patient/Observation.rs?category=laboratory", &Acts::default());
        let index = |code: &str| Index::of(&serde_json::json!({"category": [{"coding": [{"code": code}]}]}));
        let access = access(&scopes, "Observation", Act::Search);
        assert!(access.allows(&index("laboratory")));
        assert!(!access.allows(&index("vital-signs")));
    }
}
