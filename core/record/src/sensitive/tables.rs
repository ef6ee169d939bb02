//! The tables, read once.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::needles::Needles;
use super::{Category, Strength};

pub(super) const ABOUT: &str = include_str!("../../data/sensitive/about.tsv");
pub(super) const SYSTEMS: &str = include_str!("../../data/sensitive/systems.tsv");
pub(super) const LABELS: &str = include_str!("../../data/sensitive/labels.tsv");
/// Files of codes, all of one shape.
pub(super) const CODES: &[&str] = &[
    include_str!("../../data/sensitive/codes.tsv"),
    include_str!("../../data/sensitive/medicines.tsv"),
    include_str!("../../data/sensitive/hcpcs.tsv"),
    include_str!("../../data/sensitive/words.tsv"),
    #[cfg(feature = "snomed")]
    include_str!("../../data/sensitive/snomed.tsv"),
];

/// What one row says of what it matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Says {
    pub(super) category: Category,
    pub(super) strength: Strength,
    pub(super) display: &'static str,
}

/// The codes of one system.
#[derive(Default)]
pub(super) struct System {
    exact: BTreeMap<String, Vec<Says>>,
    prefix: BTreeMap<String, Vec<Says>>,
    longest: usize,
    /// Codes are written with and without a dot.
    dotted: bool,
    /// What it names are medicines.
    pub(super) medicines: bool,
}

/// All tables.
pub(super) struct Tables {
    systems: BTreeMap<&'static str, System>,
    addresses: BTreeMap<&'static str, &'static str>,
    labels: BTreeMap<(&'static str, &'static str), Category>,
    pub(super) names: Needles,
    pub(super) words: Needles,
}

/// What `about.tsv` says of the tables under this key: `version`, `made`, `review-by`.
#[must_use]
pub fn about(key: &str) -> Option<&'static str> {
    rows(ABOUT).find_map(|row| (row.first() == Some(&key)).then(|| row.get(1).copied()).flatten())
}

/// Which tables these are: their version, and whether SNOMED CT is among them. A record that was sorted by others is sorted again.
#[must_use]
pub fn version() -> String {
    let snomed = if cfg!(feature = "snomed") { "+snomed" } else { "" };
    format!("{}{snomed}", about("version").unwrap_or_default())
}

pub(super) fn tables() -> &'static Tables {
    static TABLES: OnceLock<Tables> = OnceLock::new();
    TABLES.get_or_init(Tables::read)
}

/// The rows of a table without its header, each as its cells.
pub(super) fn rows(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    table.lines().skip(1).map(|line| line.split('\t').collect())
}

impl Tables {
    fn read() -> Self {
        let mut tables = Self {
            systems: BTreeMap::new(),
            addresses: BTreeMap::new(),
            labels: BTreeMap::new(),
            names: Needles::default(),
            words: Needles::default(),
        };
        for row in rows(SYSTEMS) {
            if let [system, address, ..] = row.as_slice() {
                tables.addresses.insert(address, system);
                let held = tables.systems.entry(system).or_default();
                held.dotted = *system == "ICD-10-CM";
                held.medicines = matches!(*system, "RxNorm" | "NDC");
            }
        }
        for row in rows(LABELS) {
            if let [category, _, system, code, _, _, "withhold", ..] = row.as_slice()
                && let Some(category) = Category::named(category)
            {
                tables.labels.insert((system, code), category);
            }
        }
        CODES.iter().flat_map(|table| rows(table)).for_each(|row| tables.code(&row));
        tables
    }

    fn code(&mut self, row: &[&'static str]) {
        let [category, _, system, how, code, display, strength, ..] = row else { return };
        let (Some(category), Some(strength)) = (Category::named(category), strength_named(strength)) else {
            return;
        };
        let says = Says { category, strength, display };
        let system = self.systems.entry(system).or_default();
        match *how {
            "exact" => system.exact.entry(system.plain(code).into_owned()).or_default().push(says),
            "prefix" => {
                let start = system.plain(code).into_owned();
                system.longest = system.longest.max(start.len());
                system.prefix.entry(start).or_default().push(says);
            }
            "name" => self.names.add(code, says),
            "word" => self.words.add(code, Says { display: code, ..says }),
            _ => {}
        }
    }

    /// The code system that a portal means by this address.
    pub(super) fn system(&self, address: &str) -> Option<&System> {
        self.systems.get(self.short(address)?)
    }

    /// The category of a label that withholds. A label without a system is taken for one of the first table that has its code.
    pub(super) fn label(&self, address: Option<&str>, code: &str) -> Option<Category> {
        let code = code.trim();
        let systems: &[&str] = match address.map(str::trim).filter(|address| !address.is_empty()) {
            None => &["v3-Confidentiality", "v3-ActCode"],
            Some(address) => match self.short(address) {
                Some(short) => &[short],
                // A local system is known by the end of its address.
                None => &[address.rsplit('/').next().unwrap_or_default()],
            },
        };
        systems.iter().find_map(|system| self.labels.get(&(*system, code)).copied())
    }

    fn short(&self, address: &str) -> Option<&'static str> {
        let address = address.trim().trim_end_matches('/');
        let found = self.addresses.get(address).copied();
        found.or_else(|| {
            let other = match address.split_once("://") {
                Some(("https", rest)) => format!("http://{rest}"),
                _ => address.to_ascii_lowercase(),
            };
            self.addresses.get(other.as_str()).copied()
        })
    }
}

impl System {
    /// What the tables say of a code, one a category: exact rows decide the strength, else the strongest.
    pub(super) fn says(&self, code: &str, mut each: impl FnMut(&Says)) {
        let code = self.plain(code.trim());
        let exact = self.exact.get(code.as_ref()).map(Vec::as_slice).unwrap_or_default();
        exact.iter().for_each(&mut each);
        for length in 1..=self.longest.min(code.len()) {
            let rows = code.get(..length).and_then(|start| self.prefix.get(start));
            let others = |says: &&Says| !exact.iter().any(|row| row.category == says.category);
            rows.into_iter().flatten().filter(others).for_each(&mut each);
        }
    }

    fn plain<'c>(&self, code: &'c str) -> Cow<'c, str> {
        if self.dotted { code.replace('.', "").to_ascii_uppercase().into() } else { code.into() }
    }
}

pub(super) fn strength_named(name: &str) -> Option<Strength> {
    match name {
        "weak" => Some(Strength::Weak),
        "screen" => Some(Strength::Screen),
        "strong" => Some(Strength::Strong),
        _ => None,
    }
}

/// Even where it is not compiled in, its rows are checked.
#[cfg(test)]
pub(super) const SNOMED: &str = include_str!("../../data/sensitive/snomed.tsv");
