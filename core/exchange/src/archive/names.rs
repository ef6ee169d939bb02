//! Names of files in an archive: ours, never a portal's.

use std::collections::{BTreeMap, BTreeSet};

/// The longest part of a name, in letters.
const PART: usize = 80;
/// The longest name.
const LONGEST: usize = 240;
/// Folders within each other.
const DEPTH: usize = 4;

/// Whether a name may be read or written: relative, of few plain letters, without a part that leads elsewhere.
pub fn is_safe(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let part = |part: &str| {
        !part.is_empty()
            && part.len() <= PART
            && !part.starts_with('.')
            && !part.ends_with('.')
            && part.chars().all(plain)
    };
    name.len() <= LONGEST && name.split('/').count() <= DEPTH && name.split('/').all(part)
}

/// Hands out names so that no two are the same, on any file system: they differ by more than the case of letters.
#[derive(Default)]
pub struct Names {
    taken: BTreeSet<String>,
    portals: BTreeMap<String, String>,
}

impl Names {
    /// The folder of a portal: its host, and a number when there are more of it.
    pub fn portal(&mut self, issuer: &str) -> String {
        if let Some(name) = self.portals.get(issuer) {
            return name.clone();
        }
        let host = issuer.split_once("://").map_or(issuer, |(_, rest)| rest).split(['/', '?', '#']).next();
        let name = self.free(&plain(host.unwrap_or_default(), "portal"), "");
        self.portals.insert(issuer.to_owned(), name.clone());
        name
    }

    /// A resource type as a part of a name.
    pub fn resource_type(resource_type: &str) -> String {
        let is_type = !resource_type.is_empty()
            && resource_type.len() <= 64
            && resource_type.chars().all(|c| c.is_ascii_alphanumeric());
        if is_type { resource_type.to_owned() } else { "Other".to_owned() }
    }

    /// A name like `stem.extension` that has not been given yet.
    pub fn free(&mut self, stem: &str, extension: &str) -> String {
        let dot = if extension.is_empty() { "" } else { "." };
        let mut number = 1_u64;
        loop {
            let more = if number == 1 { String::new() } else { format!("-{number}") };
            let name = format!("{stem}{more}{dot}{extension}");
            if self.taken.insert(name.to_ascii_lowercase()) {
                return name;
            }
            number = number.saturating_add(1);
        }
    }
}

fn plain(text: &str, otherwise: &str) -> String {
    let letter = |c: char| {
        if c.is_ascii_alphanumeric() || matches!(c, '.' | '-') { c.to_ascii_lowercase() } else { '-' }
    };
    let name: String = text.chars().take(60).map(letter).collect();
    let name = name.trim_matches(['.', '-']);
    if name.is_empty() { otherwise.to_owned() } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c31_a_name_that_leads_elsewhere_is_none() {
        for name in
            ["README.txt", "fhir/portal.example-8443/Observation.ndjson", "exact/00ff.json", "a/b/c/d"]
        {
            assert!(is_safe(name), "{name}");
        }
        let hostile = [
            "",
            "/",
            "/etc/passwd",
            "..",
            "../x",
            "a/../b",
            "a/..",
            "./a",
            "a//b",
            "a/",
            ".hidden",
            "a/.hidden",
            "C:\\x",
            "a\\b",
            "a\0b",
            "a b",
            "a\nb",
            "\u{202e}a",
            "é",
            "a/b/c/d/e",
            "CON.",
            "a:b",
            "~/x",
        ];
        for name in hostile {
            assert!(!is_safe(name), "{name:?}");
        }
        assert!(!is_safe(&"a".repeat(81)) && is_safe(&"a".repeat(80)));
    }

    #[test]
    fn every_portal_has_a_folder_of_its_own() {
        let mut names = Names::default();
        assert_eq!(names.portal("https://Fhir.Example.org:8443/r4"), "fhir.example.org-8443");
        assert_eq!(names.portal("https://fhir.example.org:8443/other"), "fhir.example.org-8443-2");
        assert_eq!(names.portal("https://Fhir.Example.org:8443/r4"), "fhir.example.org-8443");
        assert_eq!(names.portal("https://../../etc"), "portal");
        assert_eq!(names.portal("\u{202e}://"), "portal-2");
        assert!(is_safe(&names.portal(&"x".repeat(3000))));
    }

    #[test]
    fn a_type_is_a_word_or_other() {
        assert_eq!(Names::resource_type("Observation"), "Observation");
        assert_eq!(Names::resource_type("../Observation"), "Other");
        assert_eq!(Names::resource_type(""), "Other");
    }
}
