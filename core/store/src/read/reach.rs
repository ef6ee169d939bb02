//! What refers to what, as far as it goes.

use std::collections::BTreeSet;

use fhir::ResourceKey;
use rusqlite::params;

use crate::error::Result;
use crate::store::Store;

impl Store {
    /// The resources whose current revision refers to one of these, those that refer to them, and so on. Nothing is reached
    /// through the patient, to whom everything refers.
    pub fn reaching(&self, targets: &BTreeSet<ResourceKey>) -> Result<BTreeSet<ResourceKey>> {
        let reader = self.reader();
        let mut statement = reader.db.prepare_cached(
            "SELECT k.issuer, k.type, k.id FROM reference f JOIN resource_key k ON k.ordinal = f.key \
             WHERE f.issuer = ?1 AND f.type = ?2 AND f.id = ?3",
        )?;
        let mut open: Vec<ResourceKey> = targets.iter().cloned().collect();
        let mut found = BTreeSet::new();
        while let Some(target) = open.pop() {
            if target.resource_type == "Patient" {
                continue;
            }
            let values = params![target.issuer, target.resource_type, target.id];
            let referring = statement.query_map(values, |row| {
                Ok(ResourceKey { issuer: row.get(0)?, resource_type: row.get(1)?, id: row.get(2)? })
            })?;
            for key in referring {
                let key = key?;
                if key.resource_type != "Patient" && found.insert(key.clone()) {
                    open.push(key);
                }
            }
        }
        Ok(found)
    }
}
