//! What this device keeps of its connections: settings, cursors, outcomes, listings, quarantine.

use std::collections::{BTreeMap, BTreeSet};

use fhir::ResourceKey;
use rusqlite::{OptionalExtension, Row, params};
use statement::{ConnectionId, MemberId, Section};

use crate::commit::{ConnectionRow, Cursor, Quarantined, Refusal, SlotOutcome, Unfollowed};
use crate::error::Result;
use crate::query::QuarantineCount;
use crate::store::Store;
use crate::write::log::stored;

impl Store {
    /// Every connection of this device, those in use first, then by when they were made.
    pub fn connections(&self) -> Result<Vec<ConnectionRow>> {
        let reader = self.reader();
        let mut statement = reader.db.prepare_cached(
            "SELECT id, issuer, name, patient, member, settings, created, ended FROM connection \
             ORDER BY ended IS NOT NULL, created, id",
        )?;
        let rows = statement.query_map([], |row| {
            Ok(ConnectionRow {
                id: ConnectionId::new(row.get(0)?),
                issuer: row.get(1)?,
                name: row.get(2)?,
                patient: row.get(3)?,
                member: MemberId::new(row.get(4)?),
                settings: row.get(5)?,
                created: row.get(6)?,
                ended: row.get(7)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The cursors of a connection, sorted by slot.
    pub fn cursors(&self, connection: &ConnectionId) -> Result<Vec<Cursor>> {
        let reader = self.reader();
        let mut statement =
            reader.db.prepare_cached("SELECT slot, state FROM cursor WHERE connection = ?1 ORDER BY slot")?;
        let rows = statement.query_map([connection.as_bytes()], |row| {
            Ok(Cursor { connection: *connection, slot: row.get(0)?, state: row.get(1)? })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The outcomes of a connection's slots, sorted by slot.
    pub fn outcomes(&self, connection: &ConnectionId) -> Result<Vec<SlotOutcome>> {
        let reader = self.reader();
        let mut statement = reader.db.prepare_cached(
            "SELECT slot, last_try, last_success, count, refused_status, refused_reason FROM outcome \
             WHERE connection = ?1 ORDER BY slot",
        )?;
        let mut rows = statement.query([connection.as_bytes()])?;
        let mut outcomes = Vec::new();
        while let Some(row) = rows.next()? {
            outcomes.push(outcome(*connection, row)?);
        }
        Ok(outcomes)
    }

    /// Type and id of what one run of a listing has shown so far.
    pub fn listing_seen(
        &self,
        connection: &ConnectionId,
        slot: &str,
        run: u64,
    ) -> Result<BTreeSet<(String, String)>> {
        self.listed("run = ?3", connection, slot, run)
    }

    /// Type and id of what the runs before this one have shown, as far as they were not forgotten.
    pub fn listing_seen_before(
        &self,
        connection: &ConnectionId,
        slot: &str,
        run: u64,
    ) -> Result<BTreeSet<(String, String)>> {
        self.listed("run < ?3", connection, slot, run)
    }

    /// The runs of a listing before this one that were not forgotten, the newest first.
    pub fn listing_runs_before(&self, connection: &ConnectionId, slot: &str, run: u64) -> Result<Vec<u64>> {
        let reader = self.reader();
        let mut before = reader.db.prepare_cached(
            "SELECT max(run) FROM listing_seen WHERE connection = ?1 AND slot = ?2 AND run < ?3",
        )?;
        let mut runs = Vec::new();
        let mut next = crate::write::log::stored(run)?;
        loop {
            let found: Option<i64> =
                before.query_row(params![connection.as_bytes(), slot, next], |row| row.get(0))?;
            let Some(found) = found else { return Ok(runs) };
            runs.push(super::counted(found)?);
            next = found;
        }
    }

    /// Whether one of these runs, each of a slot, has shown a resource.
    pub fn listings_show<'a>(
        &self,
        connection: &ConnectionId,
        runs: impl IntoIterator<Item = &'a (String, u64)>,
        key: &ResourceKey,
    ) -> Result<bool> {
        let reader = self.reader();
        let mut shows = reader.db.prepare_cached(
            "SELECT 1 FROM listing_seen WHERE connection = ?1 AND slot = ?2 AND run = ?3 AND type = ?4 AND id = ?5",
        )?;
        for (slot, run) in runs {
            let run = crate::write::log::stored(*run)?;
            if shows.exists(params![connection.as_bytes(), slot, run, key.resource_type, key.id])? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// What the newest listing statement of a connection and slot says is missing; `None` when there is no such statement.
    pub fn listing_missing(
        &self,
        connection: &ConnectionId,
        slot: &str,
    ) -> Result<Option<BTreeSet<ResourceKey>>> {
        let reader = self.reader();
        let mut register =
            reader.db.prepare_cached("SELECT 1 FROM listing WHERE connection = ?1 AND slot = ?2")?;
        if !register.exists(params![connection.as_bytes(), slot])? {
            return Ok(None);
        }
        let mut statement = reader.db.prepare_cached(
            "SELECT issuer, type, id FROM listing_missing WHERE connection = ?1 AND slot = ?2",
        )?;
        let keys = statement.query_map(params![connection.as_bytes(), slot], |row| {
            Ok(ResourceKey { issuer: row.get(0)?, resource_type: row.get(1)?, id: row.get(2)? })
        })?;
        Ok(Some(keys.collect::<rusqlite::Result<_>>()?))
    }

    /// Type and id of what is referred to at a connection's portal and was not held, with the section of what refers to it.
    pub fn wanted(&self, connection: &ConnectionId) -> Result<BTreeMap<(String, String), Section>> {
        let reader = self.reader();
        let mut statement =
            reader.db.prepare_cached("SELECT type, id, section FROM wanted WHERE connection = ?1")?;
        let mut rows = statement.query([connection.as_bytes()])?;
        let mut wanted = BTreeMap::new();
        while let Some(row) = rows.next()? {
            wanted.insert((row.get(0)?, row.get(1)?), super::section(&row.get::<_, String>(2)?)?);
        }
        Ok(wanted)
    }

    /// What was referred to at a connection's portal and could not be had, sorted.
    pub fn unfollowed(&self, connection: &ConnectionId) -> Result<Vec<Unfollowed>> {
        let reader = self.reader();
        let mut statement = reader.db.prepare_cached(
            "SELECT type, id, status, reason, at FROM unfollowed WHERE connection = ?1 ORDER BY type, id",
        )?;
        let rows = statement.query_map([connection.as_bytes()], |row| {
            Ok(Unfollowed {
                connection: *connection,
                resource_type: row.get(0)?,
                id: row.get(1)?,
                status: row.get(2)?,
                reason: row.get(3)?,
                at: row.get(4)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The slots of a connection whose newest listing statement says that one of these is missing, sorted.
    pub fn listings_missing(
        &self,
        connection: &ConnectionId,
        keys: &[ResourceKey],
    ) -> Result<BTreeSet<String>> {
        let db = self.planner();
        let mut slots = BTreeSet::new();
        if !db.prepare_cached("SELECT 1 FROM listing_missing")?.exists([])? {
            return Ok(slots);
        }
        let mut statement = db.prepare_cached(
            "SELECT slot FROM listing_missing WHERE issuer = ?1 AND type = ?2 AND id = ?3 AND connection = ?4",
        )?;
        for key in keys {
            let values = params![key.issuer, key.resource_type, key.id, connection.as_bytes()];
            for slot in statement.query_map(values, |row| row.get(0))? {
                slots.insert(slot?);
            }
        }
        Ok(slots)
    }

    /// How many resources were refused, by connection and reason, sorted.
    pub fn quarantine_counts(&self) -> Result<Vec<QuarantineCount>> {
        let reader = self.reader();
        let mut statement = reader.db.prepare_cached(
            "SELECT connection, reason, count(*) FROM quarantine GROUP BY connection, reason ORDER BY connection, reason",
        )?;
        let mut rows = statement.query([])?;
        let mut counts = Vec::new();
        while let Some(row) = rows.next()? {
            counts.push(QuarantineCount {
                connection: ConnectionId::new(row.get(0)?),
                reason: row.get(1)?,
                count: super::counted(row.get(2)?)?,
            });
        }
        Ok(counts)
    }

    /// What was refused from a connection, sorted by key.
    pub fn quarantined(&self, connection: &ConnectionId) -> Result<Vec<Quarantined>> {
        let reader = self.reader();
        let mut statement = reader.db.prepare_cached(
            "SELECT issuer, type, id, digest, reason, at FROM quarantine WHERE connection = ?1 ORDER BY issuer, type, id, digest",
        )?;
        let rows = statement.query_map([connection.as_bytes()], |row| {
            Ok(Quarantined {
                connection: *connection,
                key: ResourceKey { issuer: row.get(0)?, resource_type: row.get(1)?, id: row.get(2)? },
                digest: fhir::Digest(row.get(3)?),
                reason: row.get(4)?,
                at: row.get(5)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// A setting of this device.
    pub fn setting(&self, name: &str) -> Result<Option<Vec<u8>>> {
        let reader = self.reader();
        let mut statement = reader.db.prepare_cached("SELECT value FROM setting WHERE name = ?1")?;
        Ok(statement.query_row([name], |row| row.get(0)).optional()?)
    }

    fn listed(
        &self,
        which: &'static str,
        connection: &ConnectionId,
        slot: &str,
        run: u64,
    ) -> Result<BTreeSet<(String, String)>> {
        let reader = self.reader();
        let sql =
            format!("SELECT type, id FROM listing_seen WHERE connection = ?1 AND slot = ?2 AND {which}");
        let mut statement = reader.db.prepare_cached(&sql)?;
        let seen = statement.query_map(params![connection.as_bytes(), slot, stored(run)?], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
        Ok(seen.collect::<rusqlite::Result<_>>()?)
    }
}

fn outcome(connection: ConnectionId, row: &Row<'_>) -> Result<SlotOutcome> {
    let reason: Option<String> = row.get(5)?;
    let status = row.get(4)?;
    let count: Option<i64> = row.get(3)?;
    Ok(SlotOutcome {
        connection,
        slot: row.get(0)?,
        last_try: row.get(1)?,
        last_success: row.get(2)?,
        count: count.map(super::counted).transpose()?,
        refused: reason.map(|reason| Refusal { status, reason }),
    })
}
