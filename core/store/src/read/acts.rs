//! Acts, what this device knows of its tries, and drafts.

use std::collections::{BTreeMap, BTreeSet};

use fhir::ResourceKey;
use record::acts::{ActId, Attempts, KIND_ACT, KIND_EVENT, Outgoing, outgoing};
use rusqlite::params;
use statement::Section;

use crate::commit::{Attempt, Draft};
use crate::error::Result;
use crate::store::Store;

impl Store {
    /// Every act of every section, each with the section whose document holds it, in the order of composing.
    pub fn acts(&self) -> Result<Vec<(Section, Outgoing)>> {
        let mut all = Vec::new();
        for section in self.sections_with_acts()? {
            let mut facts = self.facts_of(&section, KIND_ACT)?;
            facts.extend(self.facts_of(&section, KIND_EVENT)?);
            all.extend(outgoing(&facts).into_iter().map(|out| (section.clone(), out)));
        }
        all.sort_by_key(|(_, out)| out.order());
        Ok(all)
    }

    /// What this device knows of its tries, by act.
    pub fn attempts(&self) -> Result<BTreeMap<ActId, Attempt>> {
        let reader = self.reader();
        let mut statement = reader
            .db
            .prepare_cached("SELECT act, tries, looks, last_try, not_before, trouble FROM attempt")?;
        let rows = statement.query_map([], |row| {
            let known = Attempts {
                tries: row.get(1)?,
                looks: row.get(2)?,
                last_try: row.get(3)?,
                not_before: row.get(4)?,
            };
            Ok(Attempt { act: ActId::new(row.get(0)?), known, trouble: row.get(5)? })
        })?;
        let rows: Vec<Attempt> = rows.collect::<rusqlite::Result<_>>()?;
        Ok(rows.into_iter().map(|row| (row.act, row)).collect())
    }

    /// The drafts of this device, the one that was changed last first.
    pub fn drafts(&self) -> Result<Vec<Draft>> {
        let reader = self.reader();
        let mut statement =
            reader.db.prepare_cached("SELECT id, changed, body FROM draft ORDER BY changed DESC, id")?;
        let rows = statement
            .query_map([], |row| Ok(Draft { id: row.get(0)?, changed: row.get(1)?, body: row.get(2)? }))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The resources of a portal whose current revision bears this identifier, sorted.
    pub fn identified(&self, issuer: &str, system: &str, value: &str) -> Result<Vec<ResourceKey>> {
        let reader = self.reader();
        let mut statement = reader.db.prepare_cached(
            "SELECT DISTINCT k.issuer, k.type, k.id FROM row_identifier i JOIN resource_key k ON k.ordinal = i.key \
             WHERE i.system = ?1 AND i.value = ?2 AND k.issuer = ?3 ORDER BY k.type, k.id",
        )?;
        let keys = statement.query_map(params![system, value, issuer], |row| {
            Ok(ResourceKey { issuer: row.get(0)?, resource_type: row.get(1)?, id: row.get(2)? })
        })?;
        Ok(keys.collect::<rusqlite::Result<_>>()?)
    }

    fn sections_with_acts(&self) -> Result<BTreeSet<Section>> {
        let reader = self.reader();
        let mut statement = reader.db.prepare_cached("SELECT DISTINCT section FROM fact WHERE kind = ?1")?;
        let names = statement.query_map([KIND_ACT], |row| row.get::<_, String>(0))?;
        names.map(|name| super::section(&name?)).collect()
    }
}
