//! What an archive says, read and looked over, before anything of it is written.

use std::collections::{BTreeMap, BTreeSet};

use exchange::archive::{self, Archive, rows};
use fhir::{Digest, Resource};
use statement::body::{Connection, Listing, MissingEntry, Page, PageEntry};
use statement::{ConnectionId, Section, kind};
use store::{ConnectionRow, Refusal as StoredRefusal, SlotOutcome};

use super::Refusal;
use super::order::Event;
use crate::Client;
use crate::connections::Settings;

/// Entries of all pages together.
const ENTRIES: usize = 20_000_000;
/// The largest file of `exact/`.
const LARGEST: usize = 64 * 1024 * 1024;

/// What is to be written.
pub(super) struct Plan {
    pub(super) connections: Vec<(ConnectionRow, Connection)>,
    pub(super) outcomes: Vec<SlotOutcome>,
    /// Pages and listings.
    pub(super) events: Vec<Event>,
    pub(super) facts: Vec<rows::Fact>,
    pub(super) files: Vec<rows::File>,
    /// Digests whose bytes must be in the archive.
    held: BTreeSet<Digest>,
}

impl Plan {
    /// Reads `record/`.
    pub(super) fn read(client: &Client, archive: &mut Archive<'_>) -> Result<Self, Refusal> {
        let mut plan = Self {
            connections: Vec::new(),
            outcomes: Vec::new(),
            events: Vec::new(),
            facts: Vec::new(),
            files: Vec::new(),
            held: BTreeSet::new(),
        };
        let mut known = BTreeMap::new();
        archive.rows("record/connections.ndjson", |row: rows::Connection| {
            plan.connection(client, row, &mut known)
        })?;
        archive.rows("record/outcomes.ndjson", |row: rows::Outcome| plan.outcome(row, &known))?;
        let mut entries = 0_usize;
        archive.rows("record/pages.ndjson", |row: rows::Page| {
            entries = entries.saturating_add(row.entries.len());
            match entries > ENTRIES {
                true => Err(archive::Error::TooLarge("too many entries").into()),
                false => plan.page(row, &known),
            }
        })?;
        archive.rows("record/listings.ndjson", |row: rows::Listing| plan.listing(row, &known))?;
        archive.rows("record/files.ndjson", |row: rows::File| plan.file(row, &known))?;
        let mut facts = Vec::new();
        archive.rows("record/facts.ndjson", |row: rows::Fact| -> Result<(), Refusal> {
            facts.push(row);
            Ok(())
        })?;
        plan.facts = super::facts::in_order(facts)?;
        Ok(plan)
    }

    /// That the bytes of every entry are there. Gives their digests.
    pub(super) fn check_contents(
        &self,
        archive: &mut Archive<'_>,
    ) -> Result<BTreeSet<Digest>, archive::Error> {
        let mut found = BTreeSet::new();
        for name in content_names(archive) {
            contents(archive, &name, &mut |bytes: &[u8]| -> Result<(), archive::Error> {
                let digest = Digest::of(bytes);
                if self.held.contains(&digest) && found.insert(digest) {
                    let read = Resource::parse(bytes);
                    read.map_err(|_| archive::Error::Contradiction("an entry is no FHIR"))?;
                }
                Ok(())
            })?;
        }
        if found.len() == self.held.len() { Ok(found) } else { Err(archive::Error::Missing) }
    }

    fn connection(
        &mut self,
        client: &Client,
        row: rows::Connection,
        known: &mut BTreeMap<ConnectionId, String>,
    ) -> Result<(), Refusal> {
        let id: ConnectionId = named(&row.connection)?;
        if known.insert(id, row.issuer.clone()).is_some() {
            return Err(contradiction("a connection stands in it twice"));
        }
        let member = client.member();
        let body = Connection {
            connection: id,
            issuer: row.issuer.clone(),
            name: row.name.clone(),
            patient: row.patient.clone(),
            member,
        };
        body.encode().map_err(|_| contradiction("a connection is too long"))?;
        let settings = Settings { scopes: row.scopes, ..Settings::default() };
        let stored = ConnectionRow {
            id,
            issuer: row.issuer,
            name: row.name,
            patient: row.patient,
            member,
            settings: settings.encode(),
            created: row.created,
            ended: Some(row.ended.unwrap_or_else(|| client.now())),
        };
        self.connections.push((stored, body));
        Ok(())
    }

    fn outcome(&mut self, row: rows::Outcome, known: &BTreeMap<ConnectionId, String>) -> Result<(), Refusal> {
        let refused = row
            .refused_reason
            .map(|reason| StoredRefusal { status: row.refused_status, reason: portal::clean(&reason) });
        self.outcomes.push(SlotOutcome {
            connection: connection(&row.connection, known)?,
            slot: row.slot,
            last_try: row.last_try,
            last_success: row.last_success,
            count: row.count.filter(|count| i64::try_from(*count).is_ok()),
            refused,
        });
        Ok(())
    }

    fn page(&mut self, row: rows::Page, known: &BTreeMap<ConnectionId, String>) -> Result<(), Refusal> {
        let connection = connection(&row.connection, known)?;
        same_portal(known.get(&connection), &row.issuer)?;
        let mut entries = Vec::with_capacity(row.entries.len());
        for entry in row.entries {
            let digest: statement::Digest = named(&entry.digest)?;
            if entry.held {
                self.held.insert(Digest(*digest.as_bytes()));
            }
            entries.push(PageEntry {
                resource_type: entry.resource_type,
                id: entry.id,
                digest,
                comparison: named(&entry.comparison)?,
            });
        }
        let keys = entries.iter().map(|entry| (entry.resource_type.clone(), entry.id.clone())).collect();
        let body =
            Page { connection, issuer: row.issuer.clone(), slot: row.slot, sighting: row.sighting, entries };
        self.events.push(Event {
            section: section(&row.section)?,
            kind: kind::PAGE,
            body: body.encode().map_err(|_| contradiction("a page is too long"))?,
            issuer: row.issuer,
            at: row.sighting,
            clock: row.clock,
            tie: Vec::new(),
            keys,
        });
        Ok(())
    }

    fn listing(&mut self, row: rows::Listing, known: &BTreeMap<ConnectionId, String>) -> Result<(), Refusal> {
        let connection = connection(&row.connection, known)?;
        same_portal(known.get(&connection), &row.issuer)?;
        let entry = |(resource_type, id): (String, String)| MissingEntry { resource_type, id };
        let body = Listing {
            connection,
            issuer: row.issuer.clone(),
            slot: row.slot,
            sighting: row.sighting,
            missing: row.missing.iter().cloned().map(entry).collect(),
        };
        self.events.push(Event {
            section: section(&row.section)?,
            kind: kind::LISTING,
            body: body.encode().map_err(|_| contradiction("a listing is too long"))?,
            issuer: row.issuer,
            at: row.sighting,
            clock: row.clock,
            tie: row.digest.into_bytes(),
            keys: row.missing,
        });
        Ok(())
    }

    fn file(&mut self, row: rows::File, known: &BTreeMap<ConnectionId, String>) -> Result<(), Refusal> {
        connection(&row.connection, known)?;
        self.files.push(row);
        Ok(())
    }
}

/// The files that hold contents.
pub(super) fn content_names(archive: &Archive<'_>) -> Vec<String> {
    ["fhir/", "history/", "exact/"].iter().flat_map(|folder| archive.names(folder)).collect()
}

/// Every content of one of them.
pub(super) fn contents<E: From<archive::Error>>(
    archive: &mut Archive<'_>,
    name: &str,
    each: &mut impl FnMut(&[u8]) -> Result<(), E>,
) -> Result<(), E> {
    if name.starts_with("exact/") {
        return each(&archive.whole(name, LARGEST)?);
    }
    archive.lines(name, |line| each(line))
}

pub(super) fn contradiction(what: &'static str) -> Refusal {
    Refusal::Archive(archive::Error::Contradiction(what))
}

pub(super) fn section(name: &str) -> Result<Section, Refusal> {
    let section = Section::new(name).map_err(|_| contradiction("a section has no name"))?;
    if section == Section::CIRCLE {
        Err(contradiction("an entry stands where none may"))
    } else {
        Ok(section)
    }
}

fn connection(name: &str, known: &BTreeMap<ConnectionId, String>) -> Result<ConnectionId, Refusal> {
    let id = named(name)?;
    if known.contains_key(&id) {
        Ok(id)
    } else {
        Err(contradiction("it speaks of a connection that it does not name"))
    }
}

fn same_portal(known: Option<&String>, issuer: &str) -> Result<(), Refusal> {
    let same = known.is_some_and(|known| known == issuer);
    if same { Ok(()) } else { Err(contradiction("a connection has two addresses")) }
}

pub(super) fn named<T: std::str::FromStr>(hex: &str) -> Result<T, Refusal> {
    hex.parse().map_err(|_| contradiction("a digest or a name cannot be read"))
}
