//! Where resources belong, what refers to them, and what the patient chose: what a page is planned by.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use fhir::ResourceKey;
use record::facts::{Mark, Written};
use record::pages::{Around, Current, Known, Own, Shown};
use record::parts::{Choices, Part, Targets};
use record::sensitive::Finding;
use rusqlite::{Connection, OptionalExtension, Row, params};
use statement::{ConnectionId, Section};

use super::log;
use crate::error::{Error, Result};
use crate::store::Store;

/// Rows that refer to `?1`, `?2`, `?3` (issuer, type, id) in any revision, each once.
const REFERRERS: &str = "SELECT k.issuer, k.type, k.id, r.section, r.part, r.supporting, r.findings FROM ( \
     SELECT key FROM reference WHERE issuer = ?1 AND type = ?2 AND id = ?3 UNION SELECT key FROM link WHERE type = ?2 AND id = ?3 \
     ) f CROSS JOIN resource_key k ON k.ordinal = f.key CROSS JOIN row r ON r.key = f.key WHERE k.issuer = ?1";

/// What is held of one portal, as a plan asks for it. Hold off commits while a plan is made: the answers are not of one snapshot.
pub struct View<'a> {
    store: &'a Store,
    connection: Option<ConnectionId>,
    has_provenance: OnceCell<bool>,
}

impl Store {
    /// What a plan asks for. `connection` is the one that answered.
    pub fn around(&self, connection: Option<ConnectionId>) -> View<'_> {
        View { store: self, connection, has_provenance: OnceCell::new() }
    }

    /// What the patient chose, resolved.
    pub fn choices(&self) -> Result<Choices> {
        Ok(Choices::of_marks(choices(&self.reader().db)?))
    }

    /// The facts in which the patient chose, by their own authors, whether or not they stand.
    pub fn choice_facts(&self) -> Result<Vec<Written>> {
        crate::write::parts::facts(&self.reader().db)
    }

    /// Resources that speak of sensitive care, sorted by issuer, type and id.
    pub fn with_findings(&self) -> Result<Vec<(ResourceKey, Known)>> {
        self.known_where("r.key IN (SELECT key FROM row_finding)")
    }

    /// Resources in the withheld part, sorted by issuer, type and id.
    pub fn withheld(&self) -> Result<Vec<(ResourceKey, Known)>> {
        self.known_where("r.part = 1")
    }

    /// Supporting resources, sorted by issuer, type and id.
    pub fn supporting(&self) -> Result<Vec<(ResourceKey, Known)>> {
        self.known_where("r.supporting = 1")
    }

    /// Open resources that are no supporting ones and refer to a withheld one of their portal, sorted.
    pub fn open_referrers(&self) -> Result<Vec<(ResourceKey, Known)>> {
        self.known_where(
            "r.part = 0 AND r.supporting = 0 AND r.key IN ( \
             SELECT f.key FROM row w CROSS JOIN resource_key t ON t.ordinal = w.key \
             CROSS JOIN reference f ON f.issuer = t.issuer AND f.type = t.type AND f.id = t.id \
             CROSS JOIN resource_key o ON o.ordinal = f.key \
             WHERE w.part = 1 AND w.supporting = 0 AND t.type <> 'Patient' AND o.issuer = t.issuer \
             UNION SELECT f.key FROM row w CROSS JOIN resource_key t ON t.ordinal = w.key \
             CROSS JOIN link f ON f.type = t.type AND f.id = t.id CROSS JOIN resource_key o ON o.ordinal = f.key \
             WHERE w.part = 1 AND w.supporting = 0 AND t.type <> 'Patient' AND o.issuer = t.issuer)",
        )
    }

    fn known_where(&self, which: &'static str) -> Result<Vec<(ResourceKey, Known)>> {
        let reader = self.reader();
        let sql = format!(
            "SELECT k.issuer, k.type, k.id, r.section, r.part, r.supporting, r.findings \
             FROM row r CROSS JOIN resource_key k ON k.ordinal = r.key WHERE {which} ORDER BY k.issuer, k.type, k.id"
        );
        let mut statement = reader.db.prepare_cached(&sql)?;
        let mut rows = statement.query([])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push((key(row)?, known(row, 3)?));
        }
        Ok(found)
    }
}

impl Around for View<'_> {
    type Error = Error;

    fn known(&self, key: &ResourceKey) -> Result<Option<Known>> {
        let db = self.store.planner();
        let mut statement = db.prepare_cached(
            "SELECT r.section, r.part, r.supporting, r.findings FROM resource_key k JOIN row r ON r.key = k.ordinal \
             WHERE k.issuer = ?1 AND k.type = ?2 AND k.id = ?3",
        )?;
        let mut rows = statement.query(params![key.issuer, key.resource_type, key.id])?;
        rows.next()?.map(|row| known(row, 0)).transpose()
    }

    fn shown(&self, key: &ResourceKey) -> Result<Option<Shown>> {
        let db = self.store.planner();
        let Some(ordinal) = log::ordinal(&db, key)? else { return Ok(None) };
        let mut revisions = log::revisions(&db, ordinal)?;
        revisions.sort_by_key(|revision| std::cmp::Reverse(revision.sighting()));
        let Some(last) = revisions.first() else { return Ok(None) };
        let own = revisions.iter().find(|revision| Some(revision.connection) == self.connection);
        let same = revisions.iter().filter(|revision| revision.comparison == last.comparison);
        Ok(Some(Shown {
            current: Current {
                connection: last.connection,
                digest: last.digest,
                comparison: last.comparison,
                at: last.at,
            },
            places: same.map(|revision| revision.section.clone()).collect(),
            held_in: revisions.iter().map(|revision| revision.section.clone()).collect(),
            own: own.map(|own| Own { comparison: own.comparison, at: own.at, section: own.section.clone() }),
        }))
    }

    fn targets(&self, key: &ResourceKey) -> Result<Targets> {
        let db = self.store.planner();
        let Some(ordinal) = log::ordinal(&db, key)? else { return Ok(Targets::default()) };
        let mut targets = Targets::at(&key.issuer);
        // The plus keeps the index of one issuer out of it: that one holds the whole record.
        let mut references =
            db.prepare_cached("SELECT type, id, path FROM reference WHERE key = ?1 AND +issuer = ?2")?;
        let mut rows = references.query(params![ordinal, key.issuer])?;
        let provenance = key.resource_type == "Provenance";
        while let Some(row) = rows.next()? {
            let about = provenance && text(row, 2)?.starts_with("target");
            targets.refer(text(row, 0)?, text(row, 1)?, about);
        }
        let mut links = db.prepare_cached("SELECT type, id FROM link WHERE key = ?1")?;
        let mut rows = links.query([ordinal])?;
        while let Some(row) = rows.next()? {
            match text(row, 0)? {
                "Binary" => targets.file(text(row, 1)?),
                other => targets.refer(other, text(row, 1)?, false),
            }
        }
        Ok(targets)
    }

    fn withheld_target(&self, of: &ResourceKey) -> Result<Option<ResourceKey>> {
        let db = self.store.planner();
        let Some(ordinal) = log::ordinal(&db, of)? else { return Ok(None) };
        let mut statement = db.prepare_cached(
            "SELECT t.issuer, t.type, t.id FROM reference f \
             CROSS JOIN resource_key t ON t.issuer = f.issuer AND t.type = f.type AND t.id = f.id CROSS JOIN row w ON w.key = t.ordinal \
             WHERE f.key = ?1 AND +f.issuer = ?2 AND w.part = 1 AND w.supporting = 0 AND t.type <> 'Patient' LIMIT 1",
        )?;
        Ok(statement.query_row(params![ordinal, of.issuer], key).optional()?)
    }

    fn referrers(&self, to: &ResourceKey) -> Result<Vec<(ResourceKey, Known)>> {
        let db = self.store.planner();
        let mut statement = db.prepare_cached(REFERRERS)?;
        let mut rows = statement.query(params![to.issuer, to.resource_type, to.id])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push((key(row)?, known(row, 3)?));
        }
        Ok(found)
    }

    fn provenances(&self, about: &ResourceKey) -> Result<Vec<ResourceKey>> {
        let db = self.store.planner();
        let any = "SELECT 1 FROM row WHERE type = 'Provenance'";
        let has = match self.has_provenance.get() {
            Some(has) => *has,
            None => db.prepare_cached(any)?.exists([])?,
        };
        if !*self.has_provenance.get_or_init(|| has) {
            return Ok(Vec::new());
        }
        let mut statement = db.prepare_cached(
            "SELECT DISTINCT k.issuer, k.type, k.id FROM reference f CROSS JOIN resource_key k ON k.ordinal = f.key \
             WHERE f.issuer = ?1 AND f.type = ?2 AND f.id = ?3 AND k.issuer = ?1 AND k.type = 'Provenance' AND f.path LIKE 'target%'",
        )?;
        let found = statement.query_map(params![about.issuer, about.resource_type, about.id], key)?;
        Ok(found.collect::<rusqlite::Result<_>>()?)
    }
}

/// The choices as they are stored, resolved.
pub(crate) fn choices(db: &Connection) -> Result<BTreeMap<String, Mark>> {
    let mut statement = db.prepare_cached("SELECT subject, shared FROM choice")?;
    let marks = statement.query_map([], |row| Ok((row.get(0)?, mark(row.get(1)?))))?;
    Ok(marks.collect::<rusqlite::Result<_>>()?)
}

/// A choice as it is stored.
pub(crate) fn mark(shared: bool) -> Mark {
    if shared { Mark::Dropped } else { Mark::Put }
}

/// How findings are stored: nothing where there are none, as in most rows.
pub(crate) fn stored_findings(findings: &[Finding]) -> Result<String> {
    if findings.is_empty() {
        return Ok(String::new());
    }
    serde_json::to_string(findings).map_err(|_| Error::Unreadable("row"))
}

fn known(row: &Row<'_>, first: usize) -> Result<Known> {
    let findings = row.get_ref(first.saturating_add(3))?.as_str().map_err(|_| Error::Unreadable("row"))?;
    let part = if row.get(first.saturating_add(1))? { Part::Withheld } else { Part::Open };
    Ok(Known {
        section: section(row.get_ref(first)?.as_str().map_err(|_| Error::Unreadable("row"))?)?,
        part,
        supporting: row.get(first.saturating_add(2))?,
        findings: match findings {
            "" => Vec::new(),
            json => serde_json::from_str(json).map_err(|_| Error::Unreadable("row"))?,
        },
    })
}

/// A section's name as it is stored; of a known one without a copy of the name.
fn section(name: &str) -> Result<Section> {
    match Section::ALL.iter().find(|section| section.as_str() == name) {
        Some(known) => Ok(known.clone()),
        None => super::section(name),
    }
}

fn key(row: &Row<'_>) -> rusqlite::Result<ResourceKey> {
    Ok(ResourceKey { issuer: row.get(0)?, resource_type: row.get(1)?, id: row.get(2)? })
}

fn text<'r>(row: &'r Row<'_>, column: usize) -> Result<&'r str> {
    row.get_ref(column)?.as_str().map_err(|_| Error::Unreadable("row"))
}

/// Leaves out what only says again, in another section or part, what the same connection showed at the same moment. The greatest
/// clock stays, so they must come newest first.
pub(crate) fn without_copies(revisions: &mut Vec<record::Revision>) {
    let mut said = BTreeSet::new();
    revisions.retain(|revision| said.insert((revision.at, revision.digest, revision.connection)));
}
