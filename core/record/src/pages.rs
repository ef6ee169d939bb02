//! Pages and listings: what connections showed, and what a device writes of an answer (ADR 0001).

use std::collections::{BTreeMap, BTreeSet};

use fhir::reference::{self, Target};
use fhir::{Resource, ResourceKey};
use statement::body::{Listing, MissingEntry, Page, PageEntry};
use statement::{Digest, Payload, Section, kind};

use crate::row::ListingState;
use crate::{Error, Revision, Sighting, sections};

/// What a page says, one revision an entry, in the page's order. `statement` is the digest of the signed statement.
///
/// # Errors
/// [`Error::OtherKind`] for another kind or rules that this version does not know, [`Error::Body`] for an unreadable body.
pub fn revisions(statement: Digest, payload: &Payload) -> Result<Vec<Revision>, Error> {
    check_kind(payload, kind::PAGE)?;
    let page = Page::decode(&payload.body).map_err(|_| Error::Body)?;
    let revision = |entry: PageEntry| Revision {
        key: ResourceKey { issuer: page.issuer.clone(), resource_type: entry.resource_type, id: entry.id },
        digest: fhir::Digest(*entry.digest.as_bytes()),
        comparison: fhir::Digest(*entry.comparison.as_bytes()),
        at: page.sighting,
        clock: payload.clock,
        statement,
        connection: page.connection,
        member: payload.member,
        section: payload.section.clone(),
    };
    Ok(page.entries.into_iter().map(revision).collect())
}

/// What a listing says. Of all listings of one connection and slot the one with the greatest [`ListingSays::seen`] counts, as a
/// whole: a key that it does not miss is there.
///
/// # Errors
/// As [`revisions`].
pub fn listing(statement: Digest, payload: &Payload) -> Result<ListingSays, Error> {
    check_kind(payload, kind::LISTING)?;
    let listing = Listing::decode(&payload.body).map_err(|_| Error::Body)?;
    let seen = Sighting { at: listing.sighting, clock: payload.clock, digest: *statement.as_bytes() };
    Ok(ListingSays { listing, seen })
}

/// A listing and its place in the order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListingSays {
    /// The statement's body.
    pub listing: Listing,
    /// The greatest of these counts for a connection and slot.
    pub seen: Sighting,
}

impl ListingSays {
    /// The keys that it misses.
    pub fn missing(&self) -> BTreeSet<ResourceKey> {
        let key = |entry: &MissingEntry| ResourceKey {
            issuer: self.listing.issuer.clone(),
            resource_type: entry.resource_type.clone(),
            id: entry.id.clone(),
        };
        self.listing.missing.iter().map(key).collect()
    }

    /// What it says of one resource.
    pub fn state(&self, missing: bool) -> ListingState {
        let Listing { connection, slot, .. } = &self.listing;
        ListingState { connection: *connection, slot: slot.clone(), seen: self.seen, missing }
    }
}

/// What a device writes for an answer: the resources that differ from what this connection showed last, by section.
///
/// `current_of` gives the comparison digest of a key's latest revision on this connection; `section_of` the section of a
/// key's row, if it has one. A section is chosen by the bytes' own evidence, else it stays what it was, else supporting
/// resources go to the section of each resource of the answer that they are linked with, else `unsorted`.
/// Two different revisions of one key in one answer are both written.
pub fn plan(
    seen: &[Resource],
    issuer: &str,
    current_of: impl Fn(&ResourceKey) -> Option<fhir::Digest>,
    section_of: impl Fn(&ResourceKey) -> Option<Section>,
) -> BTreeMap<Section, Vec<PageEntry>> {
    let own =
        |resource: &Resource| sections::evidence(resource).or_else(|| section_of(&resource.key(issuer)));
    let placed: Vec<_> = seen.iter().map(|resource| (resource, own(resource))).collect();
    let mut links = None;
    let mut written: BTreeMap<Section, BTreeSet<PageEntry>> = BTreeMap::new();
    for (resource, section) in &placed {
        let key = resource.key(issuer);
        if current_of(&key) == Some(resource.comparison()) {
            continue;
        }
        let found = match section {
            Some(section) => BTreeSet::from([section.clone()]),
            None if sections::supporting(resource.resource_type()) => {
                let links = links.get_or_insert_with(|| linked(&placed, issuer));
                links.get(&(key.resource_type.clone(), key.id.clone())).cloned().unwrap_or_default()
            }
            None => BTreeSet::new(),
        };
        let found = if found.is_empty() { BTreeSet::from([Section::UNSORTED]) } else { found };
        for section in found {
            written.entry(section).or_default().insert(entry(resource, &key));
        }
    }
    written.into_iter().map(|(section, entries)| (section, entries.into_iter().collect())).collect()
}

/// The ids that a complete listing misses: those that this connection showed in the slot before, and that no slot of the
/// run returned. `None` when the set is the one that the register already holds: then nothing is written.
pub fn missing(
    shown_before: &BTreeSet<ResourceKey>,
    returned_in_any_slot: &BTreeSet<ResourceKey>,
    register: Option<&BTreeSet<ResourceKey>>,
) -> Option<Vec<MissingEntry>> {
    let gone: BTreeSet<_> = shown_before.difference(returned_in_any_slot).cloned().collect();
    let unchanged = register.map_or(gone.is_empty(), |held| *held == gone);
    let entry = |key: ResourceKey| MissingEntry { resource_type: key.resource_type, id: key.id };
    (!unchanged).then(|| gone.into_iter().map(entry).collect())
}

fn check_kind(payload: &Payload, kind: &str) -> Result<(), Error> {
    if payload.kind == kind && payload.is_understood() { Ok(()) } else { Err(Error::OtherKind) }
}

fn entry(resource: &Resource, key: &ResourceKey) -> PageEntry {
    PageEntry {
        resource_type: key.resource_type.clone(),
        id: key.id.clone(),
        digest: Digest::new(resource.digest().0),
        comparison: Digest::new(resource.comparison().0),
    }
}

type Links = BTreeMap<(String, String), BTreeSet<Section>>;

/// The sections of the resources that refer to, or are referred to by, each resource of the answer; through other
/// supporting resources too (a PractitionerRole refers to its Practitioner).
fn linked(placed: &[(&Resource, Option<Section>)], issuer: &str) -> Links {
    let mut pairs = BTreeSet::new();
    let mut sections = Links::new();
    for (resource, section) in placed {
        let from = (resource.resource_type().to_owned(), resource.id());
        for reference in reference::all(resource.value()) {
            let target = reference::target(reference.reference.as_deref().unwrap_or_default(), issuer);
            if let Target::Relative { resource_type, id } = target {
                let to = (resource_type, id);
                // The patient is linked with everything: no sign of a section.
                if from.0 != "Patient" && to.0 != "Patient" {
                    pairs.insert((from.clone(), to.clone()));
                    pairs.insert((to, from.clone()));
                }
            }
        }
        sections.entry(from).or_default().extend(section.clone());
    }
    for _ in 0..3 {
        let before = sections.clone();
        for (from, to) in &pairs {
            let through = sections::supporting(&to.0) && before.get(to).is_some_and(BTreeSet::is_empty);
            if through && let Some(found) = before.get(from) {
                sections.entry(to.clone()).or_default().extend(found.iter().cloned());
            }
        }
    }
    sections
}
