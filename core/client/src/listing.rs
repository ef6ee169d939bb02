//! What a portal no longer returns: told from complete listings only, and never a reason to hide anything.

use std::collections::{BTreeMap, BTreeSet};

use fhir::ResourceKey;
use record::pages::{self, Around};
use statement::body::Listing;
use statement::{Section, kind};
use store::{Commit, ConnectionRow, ListingForgotten};

use crate::write::Draft;
use crate::{Client, Error};

/// A slot that was read in a sync.
pub(crate) struct ReadSlot {
    pub slot: String,
    pub resource_type: String,
    /// The run of the listing.
    pub run: u64,
    /// It was listed whole, and everything in it could be read.
    pub complete: bool,
    /// It ended without a failure. (A refusal is no failure.)
    pub sound: bool,
}

impl Client {
    /// Writes the register of each slot that was listed whole, where it changed. A resource that another slot still shows
    /// is not missing; and nothing is called missing while a slot of its type failed.
    pub(crate) fn note_missing(&self, connection: &ConnectionRow, slots: &[ReadSlot]) -> Result<(), Error> {
        let failed: BTreeSet<&str> =
            slots.iter().filter(|slot| !slot.sound).map(|slot| slot.resource_type.as_str()).collect();
        let told = slots.iter().filter(|slot| slot.complete && !failed.contains(slot.resource_type.as_str()));
        let told: Vec<&ReadSlot> = told.collect();
        if told.is_empty() {
            return Ok(());
        }
        let runs = self.runs(connection, slots)?;
        self.say(|client| {
            let mut drafts = Vec::new();
            for slot in &told {
                drafts.extend(client.missing_of(connection, slot, &runs)?);
            }
            let forgotten = |slot: &&ReadSlot| ListingForgotten {
                connection: connection.id,
                slot: slot.slot.clone(),
                before_run: slot.run,
            };
            let listing_forgotten = told.iter().map(forgotten).collect();
            Ok((drafts, Commit { listing_forgotten, ..Commit::default() }))
        })?;
        Ok(())
    }

    /// What the registers say once they no longer miss what has come again: it is there, whatever the last listing said.
    pub(crate) fn seen_again(
        &self,
        connection: &ConnectionRow,
        keys: &[ResourceKey],
        sighting: i64,
    ) -> Result<Vec<Draft>, Error> {
        let store = &self.inner.store;
        let returned: BTreeSet<ResourceKey> = keys.iter().cloned().collect();
        let mut drafts = Vec::new();
        for name in store.listings_missing(&connection.id, keys)? {
            let section =
                Section::both_parts().find(|section| name.ends_with(&format!("#{}", section.as_str())));
            let held = store.listing_missing(&connection.id, &name)?;
            let (Some(section), Some(held)) = (section, held) else { continue };
            if let Some(missing) = pages::missing(&held, &returned, Some(&held)) {
                let listing = Listing {
                    connection: connection.id,
                    issuer: connection.issuer.clone(),
                    slot: name,
                    sighting,
                    missing,
                };
                drafts.push(Draft { section, kind: kind::LISTING, body: listing.encode()? });
            }
        }
        Ok(drafts)
    }

    /// The registers of one slot, where they changed.
    fn missing_of(
        &self,
        connection: &ConnectionRow,
        slot: &ReadSlot,
        runs: &[(String, u64)],
    ) -> Result<Vec<Draft>, Error> {
        let store = &self.inner.store;
        let before = store.listing_seen_before(&connection.id, &slot.slot, slot.run)?;
        let before: Vec<ResourceKey> = before.into_iter().map(|pair| key(connection, pair)).collect();
        let around = store.around(Some(connection.id));
        let mut shown: BTreeMap<Section, BTreeSet<ResourceKey>> = BTreeMap::new();
        for key in before {
            if let Some(known) = around.known(&key)? {
                shown.entry(known.place()).or_default().insert(key);
            }
        }
        let last = store.last_sighting(&connection.id)?;
        let sighting = last.unwrap_or_else(|| self.now());
        let mut drafts = Vec::new();
        for section in Section::both_parts() {
            let name = register(&slot.slot, &section);
            let held = store.listing_missing(&connection.id, &name)?;
            let mut before = shown.remove(&section).unwrap_or_default();
            before.extend(held.iter().flatten().cloned());
            let returned = self.returned(connection, slot, runs, &before)?;
            if let Some(missing) = pages::missing(&before, &returned, held.as_ref()) {
                let body = Listing {
                    connection: connection.id,
                    issuer: connection.issuer.clone(),
                    slot: name,
                    sighting,
                    missing,
                };
                drafts.push(Draft { section, kind: kind::LISTING, body: body.encode()? });
            }
        }
        Ok(drafts)
    }

    /// The runs that tell what the portal still has, as far as this sync can tell: of slots that were not listed whole, those before too.
    fn runs(&self, connection: &ConnectionRow, slots: &[ReadSlot]) -> Result<Vec<(String, u64)>, Error> {
        let mut runs = Vec::new();
        for slot in slots {
            runs.push((slot.slot.clone(), slot.run));
            if !slot.complete {
                let before = self.inner.store.listing_runs_before(&connection.id, &slot.slot, slot.run)?;
                runs.extend(before.into_iter().map(|run| (slot.slot.clone(), run)));
            }
        }
        Ok(runs)
    }

    /// Which of these the portal still has. Only they are looked up: a sync in which little was listed reads little.
    fn returned(
        &self,
        connection: &ConnectionRow,
        slot: &ReadSlot,
        runs: &[(String, u64)],
        before: &BTreeSet<ResourceKey>,
    ) -> Result<BTreeSet<ResourceKey>, Error> {
        let own = (slot.slot.clone(), slot.run);
        let mut returned = BTreeSet::new();
        for key in before {
            if self.inner.store.listings_show(&connection.id, std::iter::once(&own).chain(runs), key)? {
                returned.insert(key.clone());
            }
        }
        Ok(returned)
    }
}

/// The name of what a portal calls by this type and id.
pub(crate) fn key(connection: &ConnectionRow, (resource_type, id): (String, String)) -> ResourceKey {
    ResourceKey { issuer: connection.issuer.clone(), resource_type, id }
}

/// A register is told to one section and part only, so it bears their name too (ADR 0001).
fn register(slot: &str, section: &Section) -> String {
    format!("{slot}#{}", section.as_str())
}
