//! What of a row speaks of sensitive care.

use std::collections::BTreeSet;

use fhir::ResourceKey;
use record::row::Row;
use record::sensitive::{Category, Strength};
use rusqlite::{Connection, params};

use crate::error::Result;
use crate::store::Store;

/// Keeps the row's findings.
pub(super) fn write(db: &Connection, key: i64, row: &Row) -> Result<()> {
    if row.findings.is_empty() {
        return Ok(());
    }
    let mut insert =
        db.prepare_cached("INSERT OR IGNORE INTO row_finding (category, strength, key) VALUES (?1, ?2, ?3)")?;
    for finding in &row.findings {
        insert.execute(params![finding.category.name(), stored(finding.strength), key])?;
    }
    Ok(())
}

impl Store {
    /// The resources of which something speaks of this kind of care, at least so strongly.
    pub fn speaking_of(&self, category: Category, least: Strength) -> Result<BTreeSet<ResourceKey>> {
        let reader = self.reader();
        let mut statement = reader.db.prepare_cached(
            "SELECT k.issuer, k.type, k.id FROM row_finding f JOIN resource_key k ON k.ordinal = f.key \
             WHERE f.category = ?1 AND f.strength >= ?2",
        )?;
        let keys = statement.query_map(params![category.name(), stored(least)], |row| {
            Ok(ResourceKey { issuer: row.get(0)?, resource_type: row.get(1)?, id: row.get(2)? })
        })?;
        Ok(keys.collect::<rusqlite::Result<_>>()?)
    }
}

fn stored(strength: Strength) -> i64 {
    match strength {
        Strength::Weak => 0,
        Strength::Screen => 1,
        Strength::Strong => 2,
    }
}
