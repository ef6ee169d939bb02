//! The list of portals that is kept on this device: searched without a network, and before there is any record.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use portal::brands::{self, Address, Directory, Hit};
use serde::Serialize;

use crate::Error;
use crate::platform::files;

/// The most bytes of a published list.
pub const LARGEST_LIST: usize = brands::MAX_BYTES;

/// The kept list. Nothing in it is secret, and all records of a device share it. Whoever made the list is not trusted: an
/// address out of it is shown to the person before anything is sent there.
#[derive(Debug, Clone)]
pub struct PortalList {
    file: PathBuf,
}

/// What came of taking a list in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ListTaken {
    /// When it was made, as its maker says.
    pub as_of: Option<String>,
    /// Organisations that can be found now.
    pub organisations: usize,
    /// Entries that could not be read.
    pub unreadable: usize,
    /// Organisations without a way in that is active and secure (https).
    pub without_portal: usize,
    /// Organisations that are closed or have no name.
    pub not_organisations: usize,
    /// What is beyond the most that is taken.
    pub beyond: usize,
}

/// What a search found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Found {
    /// When the list was made, as its maker says.
    pub as_of: Option<String>,
    /// Organisations in the list.
    pub organisations: usize,
    /// The ways in that fit, the best first.
    pub ways: Vec<WayIn>,
    /// Whether more fit than were asked for.
    pub more: bool,
}

/// One portal of one organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WayIn {
    /// The organisation, as people know it.
    pub organisation: String,
    /// The portal's own name, where it has one.
    pub portal: Option<String>,
    /// For whom it is.
    pub description: Option<String>,
    /// The organisation that gives access, where it is another.
    pub through: Option<String>,
    /// Where the organisation is: the place that fits what was searched for.
    pub place: Option<String>,
    /// The portal's FHIR base address.
    pub address: String,
    /// Whether this app can read from it (FHIR R4, as far as the list says).
    pub readable: bool,
}

impl PortalList {
    /// The list in this file, which need not be there yet.
    #[must_use]
    pub fn at(file: impl Into<PathBuf>) -> Self {
        Self { file: file.into() }
    }

    /// Takes in a published list (SMART App Launch 2.2, User-access Brands: a bundle of at most [`LARGEST_LIST`] bytes): in
    /// the place of the one that is kept, or with `add` beside it.
    ///
    /// # Errors
    /// [`Error::Invalid`] when it is no such list or nothing in it can be used: the kept one then stays;
    /// [`Error::OutOfSpace`], [`Error::NotKept`].
    pub fn import(&self, bundle: &[u8], add: bool) -> Result<ListTaken, Error> {
        let import = brands::import(bundle).map_err(|_| not_a_list())?;
        if import.directory.brands().is_empty() {
            return Err(Error::Invalid(
                "This list names no portal that could be used. Nothing was changed".to_owned(),
            ));
        }
        let directory = match self.read()? {
            Some(kept) if add => kept.with(import.directory),
            _ => import.directory,
        };
        let encoded = directory.encode();
        if encoded.len() > LARGEST_LIST {
            return Err(Error::Invalid("Together these lists are too large. Nothing was changed".to_owned()));
        }
        files::keep(&self.file, &encoded)?;
        let left = import.left_out;
        Ok(ListTaken {
            as_of: directory.as_of().map(str::to_owned),
            organisations: directory.brands().len(),
            unreadable: left.unreadable,
            without_portal: left.without_portal,
            not_organisations: left.not_brands,
            beyond: left.beyond,
        })
    }

    /// The portals for which every word begins a word of a name, an alias, a web address, a number or a place. At most
    /// `limit` organisations.
    ///
    /// # Errors
    /// [`Error::NoList`] when none is kept; [`Error::Invalid`] when it cannot be read.
    pub fn find(&self, words: &str, limit: usize) -> Result<Found, Error> {
        let directory = self.read()?.ok_or(Error::NoList)?;
        let hits = directory.search(words, limit.saturating_add(1));
        let ways = hits.iter().take(limit).flat_map(ways).collect();
        Ok(Found {
            as_of: directory.as_of().map(str::to_owned),
            organisations: directory.brands().len(),
            ways,
            more: hits.len() > limit,
        })
    }

    /// The portals that a person may mean by these words: those of the organisations of exactly this name where there are
    /// any, else all that fit. Only those that this app can read from, each address once.
    ///
    /// # Errors
    /// As [`PortalList::find`].
    pub fn meant(&self, words: &str, limit: usize) -> Result<Found, Error> {
        let mut found = self.find(words, limit)?;
        found.ways.retain(|way| way.readable);
        let wanted = words.trim().to_lowercase();
        let exact = |way: &WayIn| way.organisation.to_lowercase() == wanted;
        if found.ways.iter().any(exact) {
            found.ways.retain(exact);
            found.more = false;
        }
        let mut seen = BTreeSet::new();
        found.ways.retain(|way| seen.insert(way.address.clone()));
        Ok(found)
    }

    /// The file.
    #[must_use]
    pub fn file(&self) -> &Path {
        &self.file
    }

    fn read(&self) -> Result<Option<Directory>, Error> {
        let damaged =
            || Error::Invalid("The kept list of portals cannot be read. Import it again".to_owned());
        match files::held(&self.file, LARGEST_LIST) {
            Ok(None) => Ok(None),
            Ok(Some(bytes)) => Directory::decode(&bytes).map(Some).map_err(|_| damaged()),
            Err(_) => Err(damaged()),
        }
    }
}

fn not_a_list() -> Error {
    Error::Invalid(
        "This is not a list of portals (a FHIR Bundle of User-access Brands, at most 64 MiB). Nothing was changed".to_owned(),
    )
}

fn ways(hit: &Hit<'_>) -> Vec<WayIn> {
    let brand = hit.brand;
    let place = hit.address.map(place).filter(|place| !place.is_empty());
    let portals =
        brand.portals.iter().flat_map(|portal| portal.endpoints.iter().map(move |end| (portal, end)));
    let way = portals.map(|(portal, endpoint)| WayIn {
        organisation: brand.name.clone(),
        portal: Some(portal.name.clone()).filter(|name| *name != brand.name),
        description: portal.description.clone(),
        through: portal.through.clone(),
        place: place.clone(),
        address: endpoint.base.clone(),
        readable: endpoint.is_r4(),
    });
    way.collect()
}

fn place(address: &Address) -> String {
    let Address { line, city, state, postal_code, country } = address;
    let region = [state.as_str(), postal_code.as_str()].join(" ");
    let parts = [line.as_str(), city.as_str(), region.trim(), country.as_str()];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}
