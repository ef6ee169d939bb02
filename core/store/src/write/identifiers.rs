//! The numbers by which other systems know a row.

use std::collections::{BTreeMap, BTreeSet};

use fhir::ResourceKey;
use record::row::Row;
use rusqlite::{Connection, params};

use crate::error::Result;
use crate::read::log::ordinal;
use crate::store::Store;

/// A number that is longer than this is none.
const LONGEST: usize = 512;
/// The most rows that share numbers with one row and are looked at: one sample has a few hundred results at most.
const MOST: i64 = 500;

/// Keeps the row's numbers.
pub(super) fn write(db: &Connection, key: i64, row: &Row) -> Result<()> {
    if row.summary.identifiers.is_empty() {
        return Ok(());
    }
    let mut insert =
        db.prepare_cached("INSERT OR IGNORE INTO row_identifier (system, value, key) VALUES (?1, ?2, ?3)")?;
    for number in &row.summary.identifiers {
        let Some(system) = number.system.as_deref().filter(|system| !system.trim().is_empty()) else {
            continue;
        };
        if system.len() <= LONGEST && number.value.len() <= LONGEST {
            insert.execute(params![system, number.value, key])?;
        }
    }
    Ok(())
}

impl Store {
    /// For each of these resources those of the same type that share a number with it, of its own portal and of others,
    /// sorted. Whether they are one thing is not decided here. A key without any is not in the answer.
    pub fn twins(&self, keys: &[ResourceKey]) -> Result<BTreeMap<ResourceKey, BTreeSet<ResourceKey>>> {
        let reader = self.reader();
        let mut statement = reader.db.prepare_cached(
            "SELECT DISTINCT k.issuer, k.type, k.id FROM row_identifier mine \
             JOIN row_identifier other ON other.system = mine.system AND other.value = mine.value AND other.key <> mine.key \
             JOIN resource_key k ON k.ordinal = other.key JOIN resource_key own ON own.ordinal = mine.key AND own.type = k.type \
             WHERE mine.key = ?1 LIMIT ?2",
        )?;
        let mut found = BTreeMap::new();
        for key in keys {
            let Some(ordinal) = ordinal(&reader.db, key)? else { continue };
            let others = statement.query_map(params![ordinal, MOST], |row| {
                Ok(ResourceKey { issuer: row.get(0)?, resource_type: row.get(1)?, id: row.get(2)? })
            })?;
            let others: BTreeSet<ResourceKey> = others.collect::<rusqlite::Result<_>>()?;
            if !others.is_empty() {
                found.insert(key.clone(), others);
            }
        }
        Ok(found)
    }
}
