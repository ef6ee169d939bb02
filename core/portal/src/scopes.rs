use std::{collections::BTreeSet, fmt};

use url::form_urlencoded;

use crate::base::valid_type;

/// The scopes that a portal granted (SMART App Launch 2.2, "Scopes for requesting FHIR resources"), in the version 1 form
/// (`patient/Observation.read`) and the version 2 form (`patient/Observation.rs?category=...`), as they came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scopes(BTreeSet<String>);

impl Scopes {
    /// Reads a list separated by spaces. What is not understood is kept and grants nothing.
    pub fn parse(text: &str) -> Self {
        Self(text.split_whitespace().take(1_000).map(str::to_owned).collect())
    }

    /// Whether a single resource of this type may be read by its id.
    pub fn may_read(&self, resource_type: &str) -> bool {
        self.on(resource_type).any(|access| access.read)
    }

    /// Whether resources of this type may be searched; `category` narrows to a search by that category. A scope limited
    /// to other categories does not count for it; a search without a category counts with any scope (the portal filters).
    pub fn may_search(&self, resource_type: &str, category: Option<&str>) -> bool {
        self.on(resource_type).any(|access| {
            let fits = |wanted: &str| access.categories.iter().any(|code| code == wanted);
            access.search && (access.categories.is_empty() || category.is_none_or(fits))
        })
    }

    /// Whether resources of this type may be created.
    pub fn may_create(&self, resource_type: &str) -> bool {
        self.on(resource_type).any(|access| access.create)
    }

    /// Whether resources of this type may be changed.
    pub fn may_update(&self, resource_type: &str) -> bool {
        self.on(resource_type).any(|access| access.update)
    }

    /// Whether anything of one patient may be read or searched.
    pub(crate) fn reads_a_patient(&self) -> bool {
        let own = self.iter().filter(|scope| scope.starts_with("patient/"));
        own.filter_map(Access::read).any(|access| access.read || access.search)
    }

    /// Whether this very scope was granted: `offline_access`, `launch/patient`.
    pub fn contains(&self, scope: &str) -> bool {
        self.0.contains(scope)
    }

    /// In alphabetical order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    fn on<'a>(&'a self, resource_type: &'a str) -> impl Iterator<Item = Access> + 'a {
        self.iter()
            .filter_map(Access::read)
            .filter(move |access| access.on == "*" || access.on == resource_type)
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, scope) in self.iter().enumerate() {
            if index > 0 {
                f.write_str(" ")?;
            }
            f.write_str(scope)?;
        }
        Ok(())
    }
}

/// The same list without the scopes that only let write.
pub(crate) fn reading(list: &str) -> String {
    let reads = |scope: &&str| Access::read(scope).is_none_or(|access| access.read || access.search);
    list.split_whitespace().filter(reads).collect::<Vec<_>>().join(" ")
}

struct Access {
    on: String,
    read: bool,
    search: bool,
    create: bool,
    update: bool,
    /// Codes of `?category=`; empty when not limited.
    categories: Vec<String>,
}

impl Access {
    fn read(scope: &str) -> Option<Self> {
        let rest = scope.strip_prefix("patient/").or_else(|| scope.strip_prefix("user/"))?;
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (on, rights) = rest.split_once('.')?;
        if on != "*" && !valid_type(on) {
            return None;
        }
        let letters = match rights {
            "read" => "rs",
            "write" => "cud",
            "*" => "cruds",
            "" => return None,
            letters if letters.bytes().all(|b| b"cruds".contains(&b)) => letters,
            _ => return None,
        };
        let [read, search, create, update] = ['r', 's', 'c', 'u'].map(|right| letters.contains(right));
        Some(Self { on: on.to_owned(), read, search, create, update, categories: categories(query) })
    }
}

fn categories(query: &str) -> Vec<String> {
    form_urlencoded::parse(query.as_bytes())
        .filter(|(name, _)| name == "category")
        .flat_map(|(_, value)| {
            value
                .split(',')
                .map(|token| token.rsplit('|').next().unwrap_or(token).to_owned())
                .collect::<Vec<_>>()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_versions_are_understood() {
        for text in [
            "patient/*.read",
            "patient/*.rs",
            "patient/*.cruds",
            "patient/Observation.*",
            "user/Observation.rs",
            "patient/Observation.read",
        ] {
            let scopes = Scopes::parse(text);
            assert!(scopes.may_search("Observation", Some("laboratory")), "{text}");
            assert!(scopes.may_read("Observation"), "{text}");
        }
        for text in [
            "",
            "patient/Observation.write",
            "patient/Condition.rs",
            "system/*.rs",
            "patient/Observation.cud",
            "patient/Observation.readers",
            "openid patient/",
            "patient/Observation.",
        ] {
            assert!(!Scopes::parse(text).may_search("Observation", None), "{text}");
            assert!(!Scopes::parse(text).may_read("Observation"), "{text}");
        }
        assert!(Scopes::parse("patient/Patient.r").may_read("Patient"));
        assert!(!Scopes::parse("patient/Patient.r").may_search("Patient", None));
        assert!(!Scopes::parse("patient/Patient.s").may_read("Patient"));
    }

    #[test]
    fn h1_the_right_to_write_is_read_in_both_versions() {
        for (text, create, update) in [
            ("patient/Communication.write", true, true),
            ("patient/Communication.*", true, true),
            ("patient/*.write", true, true),
            ("patient/*.cruds", true, true),
            ("user/Communication.cu", true, true),
            ("patient/Communication.c", true, false),
            ("patient/Communication.urs", false, true),
            ("patient/Communication.rs", false, false),
            ("patient/Communication.read", false, false),
            ("patient/Communication.writers", false, false),
            ("patient/Task.write", false, false),
            ("system/Communication.write", false, false),
            ("", false, false),
        ] {
            let scopes = Scopes::parse(text);
            assert_eq!(scopes.may_create("Communication"), create, "{text}");
            assert_eq!(scopes.may_update("Communication"), update, "{text}");
        }
    }

    #[test]
    fn a_scope_for_one_category_grants_that_category() {
        let system = "http://terminology.hl7.org/CodeSystem/observation-category|laboratory";
        let scopes = Scopes::parse(&format!("patient/Observation.rs?category={system} patient/Condition.rs"));
        assert!(scopes.may_search("Observation", Some("laboratory")));
        assert!(!scopes.may_search("Observation", Some("vital-signs")));
        assert!(scopes.may_search("Observation", None));
        assert!(scopes.may_search("Condition", Some("problem-list-item")));
    }
}
