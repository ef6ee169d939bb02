//! Code systems by name: a system is the same by its address and by its OID (portals changed from one to the other).

use std::sync::LazyLock;

const TABLE: &str = include_str!("../data/code-systems.tsv");

static SYSTEMS: LazyLock<Vec<System>> =
    LazyLock::new(|| rows().filter_map(|row| System::read(&row)).collect());

#[derive(Clone, Copy)]
struct System {
    name: &'static str,
    address: &'static str,
    oid: &'static str,
}

/// What people call the code system, where it is one of the common ones: `LOINC`.
pub fn name(system: &str) -> Option<&'static str> {
    known(system).map(|system| system.name)
}

/// The address by which FHIR R4 knows the code system, where it is one of the common ones, for its OID too.
pub fn address(system: &str) -> Option<&'static str> {
    known(system).map(|system| system.address)
}

/// Whether both are the same code system, each by its address or its OID.
pub fn same(one: &str, other: &str) -> bool {
    bare(one) == bare(other) || address(one).is_some_and(|held| address(other) == Some(held))
}

/// The OID in a text that is one: `urn:oid:1.2.3` or `1.2.3`.
pub fn oid(system: &str) -> Option<&str> {
    let bare = bare(system);
    let digits = |arc: &str| !arc.is_empty() && arc.bytes().all(|b| b.is_ascii_digit());
    (bare.contains('.') && !system.contains('/') && bare.split('.').all(digits)).then_some(bare)
}

fn known(system: &str) -> Option<System> {
    let bare = bare(system);
    SYSTEMS.iter().copied().find(|known| self::bare(known.address) == bare || known.oid == bare)
}

/// Without what senders vary: the scheme, a slash at the end, the prefix of an OID.
fn bare(system: &str) -> &str {
    let text = system.trim();
    let text = text.strip_prefix("urn:oid:").unwrap_or(text);
    let text = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://")).unwrap_or(text);
    text.trim_end_matches('/')
}

impl System {
    fn read(row: &[&'static str]) -> Option<Self> {
        match row {
            [name, address, oid, ..] => Some(Self { name, address, oid }),
            _ => None,
        }
    }
}

fn rows() -> impl Iterator<Item = Vec<&'static str>> {
    TABLE.lines().filter(|line| !line.starts_with('#')).skip(1).map(|line| line.split('\t').collect())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_row_has_a_source_and_stands_once() {
        let mut seen = BTreeSet::new();
        for row in rows() {
            assert_eq!(row.len(), 5, "{row:?}");
            assert!(row.iter().all(|cell| !cell.trim().is_empty()), "{row:?}");
            assert_eq!(row[4], "read");
            assert!(oid(row[2]).is_some() && row[1].starts_with("http://"), "{row:?}");
            assert!(row[..3].iter().all(|cell| seen.insert(*cell)), "twice: {row:?}");
        }
        assert!(TABLE.lines().nth(2).unwrap().starts_with("# review-by 20"));
    }

    #[test]
    fn a_system_is_the_same_by_its_address_and_by_its_oid() {
        assert_eq!(name("urn:oid:2.16.840.1.113883.6.96"), Some("SNOMED CT"));
        assert_eq!(name("2.16.840.1.113883.6.1"), Some("LOINC"));
        assert_eq!(name("https://loinc.org/"), Some("LOINC"));
        assert!(same("http://loinc.org", "urn:oid:2.16.840.1.113883.6.1"));
        assert!(same("urn:oid:1.2.3", "1.2.3") && same("urn:x", "urn:x"));
        assert!(!same("http://loinc.org", "http://snomed.info/sct") && !same("urn:oid:1.2.3", "1.2.4"));
        for unknown in ["", "urn:example:lab", "2.16.840.1.113883.6.960", "http://loinc.org.example"] {
            assert_eq!(name(unknown), None, "{unknown}");
        }
        assert_eq!(
            (oid("urn:oid:1.2.3"), oid("http://1.2"), oid("1"), oid("...")),
            (Some("1.2.3"), None, None, None)
        );
    }
}
