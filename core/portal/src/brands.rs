//! Which portals there are, so that people find theirs without a network (SMART App Launch 2.2, "User-access Brands and
//! Endpoints").
//!
//! [`import`] reads a bundle that somebody published; [`Directory`] is what is kept of it, as [`Directory::encode`] writes
//! it. Whatever a bundle says is inert: texts are made plain, addresses that are not https are left out, and nothing is ever
//! fetched, no logo either.

mod fold;
mod import;
mod kept;
mod search;

use std::collections::BTreeSet;

use search::Words;

pub use import::{Import, LeftOut, import};

/// The most bytes of a bundle, and of a kept directory.
pub const MAX_BYTES: usize = 64 << 20;
/// The most brands of a directory.
pub const MAX_BRANDS: usize = 100_000;

/// Brands that can be searched.
#[derive(Clone, Debug)]
pub struct Directory {
    as_of: Option<String>,
    brands: Vec<Brand>,
    words: Words,
}

/// An organisation as people know it. What it lacks is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Brand {
    /// The name on the card.
    pub name: String,
    /// Other and former names.
    pub aliases: Vec<String>,
    /// `Healthcare Provider`, `Health Insurance provider` ...
    pub categories: Vec<String>,
    /// The public web page.
    pub website: Option<String>,
    /// The address of a logo. Not fetched: to show it would tell its host who looks.
    pub logo: Option<String>,
    /// Numbers by which the organisation is known, such as its NPI.
    pub numbers: Vec<String>,
    /// Where it is.
    pub addresses: Vec<Address>,
    /// The ways in, at least one.
    pub portals: Vec<PortalEntry>,
}

/// A place. What is not known is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Address {
    /// Street and number.
    pub line: String,
    /// City.
    pub city: String,
    /// State or region.
    pub state: String,
    /// Postal code.
    pub postal_code: String,
    /// Country, by its ISO 3166 code where the bundle keeps to it.
    pub country: String,
}

/// A portal of a brand.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct PortalEntry {
    /// Its name; the brand's where it has none of its own.
    pub name: String,
    /// For whom it is.
    pub description: Option<String>,
    /// Its web page.
    pub website: Option<String>,
    /// The brand through which it is reached, where that is another ("access provided by").
    pub through: Option<String>,
    /// FHIR base addresses, at least one, those that this app can use first.
    pub endpoints: Vec<PortalEndpoint>,
}

/// A FHIR base address.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct PortalEndpoint {
    /// The address, as [`crate::Base`] normalises it.
    pub base: String,
    /// FHIR versions such as `4.0.1`; empty when the bundle does not say.
    pub fhir_versions: Vec<String>,
}

/// A brand that was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit<'a> {
    /// The brand.
    pub brand: &'a Brand,
    /// The place that fits what was searched for, else its first: tells brands of one name apart.
    pub address: Option<&'a Address>,
}

impl Directory {
    /// Of these brands; those beyond [`MAX_BRANDS`] are left out. `as_of`: when the list was made, as its maker says.
    pub fn new(mut brands: Vec<Brand>, as_of: Option<String>) -> Self {
        brands.truncate(MAX_BRANDS);
        let words = Words::of(&brands);
        Self { as_of, brands, words }
    }

    /// When the list was made, as its maker says.
    pub fn as_of(&self) -> Option<&str> {
        self.as_of.as_deref()
    }

    /// All of them, in the order of the bundle.
    pub fn brands(&self) -> &[Brand] {
        &self.brands
    }

    /// The brands for which every word of `query` begins a word of a name, an alias, a portal, a web address, a number or a
    /// place; the best first, no more than `limit`. Case and accents do not matter. An empty query finds nothing.
    pub fn search(&self, query: &str, limit: usize) -> Vec<Hit<'_>> {
        let query = fold::words(query);
        let found = self.words.search(&query, &self.brands).into_iter().take(limit);
        let brands = found.filter_map(|at| self.brands.get(at));
        brands.map(|brand| Hit { brand, address: search::fitting(&brand.addresses, &query) }).collect()
    }

    /// This and another list as one. Brands that both have word for word are there once; no two that differ are ever joined,
    /// so a list cannot put a way in of its own on a card of another's.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        let as_of = self.as_of.min(other.as_of);
        let held: BTreeSet<&Brand> = self.brands.iter().collect();
        let fresh: Vec<Brand> = other.brands.into_iter().filter(|brand| !held.contains(brand)).collect();
        let mut brands = self.brands;
        brands.extend(fresh);
        Self::new(brands, as_of)
    }
}

impl PortalEndpoint {
    /// Whether this app can read from it: FHIR R4, or the bundle does not say.
    pub fn is_r4(&self) -> bool {
        self.fhir_versions.is_empty() || self.fhir_versions.iter().any(|version| version.starts_with("4."))
    }
}
