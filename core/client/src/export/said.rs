//! `record/`: who showed what when, so that another record can be made of it.

use std::collections::{BTreeMap, BTreeSet};

use data_encoding::HEXLOWER;
use exchange::archive::rows;
use record::facts::{self, FactDigest, KIND_COVER, KIND_READ, KIND_UNCOVER, Written};
use statement::body::{Connection, Listing, Page};
use statement::{Payload, Section, Signed, kind};

use super::Export;
use crate::Error;
use crate::connections::Settings;

/// Statements that are looked at in one go.
const BATCH: usize = 200;

impl Export<'_, '_> {
    pub(super) fn said(&mut self) -> Result<(), Error> {
        self.writer.begin("record/pages.ndjson")?;
        let told = self.pages()?;
        self.writer.begin("record/listings.ndjson")?;
        told.listings.values().try_for_each(|row| self.writer.line(row))?;
        self.connections(told.connections)?;
        self.facts()
    }

    /// What this device knows of its connections; of another device's, what was said of them.
    fn connections(&mut self, mut told: BTreeMap<String, rows::Connection>) -> Result<(), Error> {
        let connections = self.client.inner.store.connections()?;
        for row in &connections {
            let own = rows::Connection {
                connection: row.id.to_string(),
                issuer: row.issuer.clone(),
                name: row.name.clone(),
                patient: row.patient.clone(),
                member: row.member.to_string(),
                scopes: Settings::of(row).scopes,
                created: row.created,
                ended: row.ended,
            };
            told.insert(own.connection.clone(), own);
        }
        self.writer.begin("record/connections.ndjson")?;
        told.values().try_for_each(|row| self.writer.line(row))?;
        self.writer.begin("record/outcomes.ndjson")?;
        for row in &connections {
            for outcome in self.client.inner.store.outcomes(&row.id)? {
                let refused = outcome.refused.as_ref();
                self.writer.line(&rows::Outcome {
                    connection: row.id.to_string(),
                    refused_status: refused.and_then(|refusal| refusal.status),
                    refused_reason: refused.map(|refusal| refusal.reason.clone()),
                    slot: outcome.slot,
                    last_try: outcome.last_try,
                    last_success: outcome.last_success,
                    count: outcome.count,
                })?;
            }
        }
        Ok(())
    }

    /// Writes every page, and gives the rest of what portals are said to have shown.
    fn pages(&mut self) -> Result<Told, Error> {
        let mut told = Told::default();
        let mut place = 0;
        loop {
            let batch = self.client.inner.store.statements_after(place, BATCH)?;
            let Some((last, _)) = batch.last() else { break };
            place = *last;
            for (_, signed) in &batch {
                let Ok(payload) = signed.payload() else { continue };
                if !payload.is_understood() {
                    continue;
                }
                match payload.kind.as_str() {
                    kind::PAGE => self.page_of(&payload, &mut told)?,
                    kind::LISTING => told.listing(listing_of(signed, &payload), &payload),
                    kind::CONNECTION => told.connection(&payload),
                    _ => {}
                }
            }
        }
        Ok(told)
    }

    fn page_of(&mut self, payload: &Payload, told: &mut Told) -> Result<(), Error> {
        // One that cannot be read is set aside in this record, and would be in another.
        let Ok(page) = Page::decode(&payload.body) else { return Ok(()) };
        let store = &self.client.inner.store;
        let mut entries = Vec::with_capacity(page.entries.len());
        for entry in page.entries {
            entries.push(rows::Entry {
                held: store.holds(&fhir::Digest(*entry.digest.as_bytes()))?,
                resource_type: entry.resource_type,
                id: entry.id,
                digest: entry.digest.to_string(),
                comparison: entry.comparison.to_string(),
            });
        }
        told.shown_by(&page.connection.to_string(), &page.issuer, payload);
        Ok(self.writer.line(&rows::Page {
            connection: page.connection.to_string(),
            issuer: page.issuer,
            slot: page.slot,
            section: payload.section.to_string(),
            sighting: page.sighting,
            clock: payload.clock,
            member: payload.member.to_string(),
            entries,
        })?)
    }

    fn facts(&mut self) -> Result<(), Error> {
        self.writer.begin("record/facts.ndjson")?;
        for section in self.client.inner.store.written_sections()? {
            let written = self.client.carried(&section)?;
            for Written { digest, fact, .. } in written {
                let text = fact.text.map(|id| self.client.inner.store.text(&id)).transpose()?.flatten();
                self.writer.line(&rows::Fact {
                    section: section.to_string(),
                    fact: digest.to_string(),
                    kind: fact.kind,
                    subjects: fact.subjects,
                    member: fact.member.to_string(),
                    written: fact.written_at,
                    replaces: fact.replaces.iter().map(ToString::to_string).collect(),
                    deleted: fact.deleted,
                    revisions: fact.revisions.iter().map(ToString::to_string).collect(),
                    text,
                    body: fact.body.map(|body| HEXLOWER.encode(&body)),
                    later: Some(fact.later).filter(|l| !l.is_empty()).map(|l| HEXLOWER.encode(&l.to_bytes())),
                })?;
            }
        }
        Ok(())
    }
}

impl crate::Client {
    /// What of a section's facts an export carries: all but read marks, what another member wants covered on screens of
    /// their own, and notes that were deleted.
    pub(super) fn carried(&self, section: &Section) -> Result<Vec<Written>, Error> {
        let mut written = self.inner.store.facts(section)?;
        written.dedup_by_key(|written| written.digest);
        let deleted: BTreeSet<FactDigest> = facts::notes(&written)
            .into_iter()
            .filter(|note| note.deleted)
            .flat_map(|note| note.history)
            .collect();
        let own = self.member();
        written.retain(|written| {
            let kind = written.fact.kind.as_str();
            let of_another = [KIND_COVER, KIND_UNCOVER].contains(&kind) && written.fact.member != own;
            kind != KIND_READ && !of_another && !deleted.contains(&written.digest)
        });
        Ok(written)
    }
}

fn listing_of(signed: &Signed, payload: &Payload) -> Option<rows::Listing> {
    let listing = Listing::decode(&payload.body).ok()?;
    let pair = |entry: statement::body::MissingEntry| (entry.resource_type, entry.id);
    Some(rows::Listing {
        connection: listing.connection.to_string(),
        issuer: listing.issuer,
        slot: listing.slot,
        section: payload.section.to_string(),
        sighting: listing.sighting,
        clock: payload.clock,
        digest: signed.digest().to_string(),
        missing: listing.missing.into_iter().map(pair).collect(),
    })
}

/// What is said of connections.
#[derive(Default)]
struct Told {
    /// The listing that counts for each connection and slot.
    listings: BTreeMap<(String, String), rows::Listing>,
    connections: BTreeMap<String, rows::Connection>,
}

impl Told {
    /// Of all listings of a connection and slot the greatest counts.
    fn listing(&mut self, listing: Option<rows::Listing>, payload: &Payload) {
        let Some(listing) = listing else { return };
        self.shown_by(&listing.connection, &listing.issuer, payload);
        let place = |listing: &rows::Listing| (listing.sighting, listing.clock, listing.digest.clone());
        let name = (listing.connection.clone(), listing.slot.clone());
        if self.listings.get(&name).is_none_or(|held| place(held) < place(&listing)) {
            self.listings.insert(name, listing);
        }
    }

    fn connection(&mut self, payload: &Payload) {
        let Ok(said) = Connection::decode(&payload.body) else { return };
        let row = self.shown_by(&said.connection.to_string(), &said.issuer, payload);
        row.name = said.name;
        row.patient = said.patient;
        row.member = said.member.to_string();
    }

    /// A page may come before the word of its connection.
    fn shown_by(&mut self, connection: &str, issuer: &str, payload: &Payload) -> &mut rows::Connection {
        self.connections.entry(connection.to_owned()).or_insert_with(|| rows::Connection {
            connection: connection.to_owned(),
            issuer: issuer.to_owned(),
            name: issuer.to_owned(),
            patient: String::new(),
            member: payload.member.to_string(),
            scopes: String::new(),
            created: 0,
            ended: Some(0),
        })
    }
}
