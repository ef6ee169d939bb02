//! What the patient chose to withhold and to share, resolved; and what rows refer to in earlier revisions.

use std::collections::BTreeMap;

use fhir::ResourceKey;
use record::facts::{self, Fact, FactDigest, Mark, Written};
use record::parts::{Choice, Choices, KIND_SHARE, KIND_WITHHOLD, Subject};
use record::row::Row;
use rusqlite::{Connection, params};
use statement::{DeviceId, Section};

use super::{Changes, apply};
use crate::error::{Error, Result};
use crate::read;

/// Whether a fact is a choice of the patient's.
pub(super) fn is_choice(fact: &Fact) -> bool {
    fact.kind == KIND_WITHHOLD || fact.kind == KIND_SHARE
}

/// Resolves all choices again. Rows of resources for which another one holds now are made again.
pub(super) fn resolve(db: &Connection, changes: &mut Changes) -> Result<()> {
    let marks = facts::marks(&facts(db)?, KIND_WITHHOLD, KIND_SHARE, Mark::Put);
    let mut old = read::parts::choices(db)?;
    let mut insert = db.prepare_cached("INSERT OR REPLACE INTO choice (subject, shared) VALUES (?1, ?2)")?;
    for (subject, mark) in marks {
        if old.remove(&subject) != Some(mark) {
            insert.execute(params![subject, mark == Mark::Dropped])?;
            touch(db, &subject, changes)?;
        }
    }
    for subject in old.into_keys() {
        db.prepare_cached("DELETE FROM choice WHERE subject = ?1")?.execute([&subject])?;
        touch(db, &subject, changes)?;
    }
    Ok(())
}

/// What the patient chose for one resource.
pub(super) fn of(db: &Connection, key: &ResourceKey) -> Result<Option<Choice>> {
    let subjects =
        [Subject::Resource(key.clone()), Subject::Follower(key.clone())].map(|subject| subject.text());
    let mut statement =
        db.prepare_cached("SELECT subject, shared FROM choice WHERE subject = ?1 OR subject = ?2")?;
    let found = statement.query_map(subjects, |row| Ok((row.get(0)?, read::parts::mark(row.get(1)?))))?;
    let found: BTreeMap<String, Mark> = found.collect::<rusqlite::Result<_>>()?;
    Ok(Choices::of_marks(found).resources.get(key).copied())
}

/// Every choice that is held, by their own authors.
pub(crate) fn facts(db: &Connection) -> Result<Vec<Written>> {
    let mut statement = db.prepare_cached(
        "SELECT section, digest, device, body FROM fact WHERE kind IN (?1, ?2) ORDER BY section, digest, device",
    )?;
    let mut rows = statement.query([KIND_WITHHOLD, KIND_SHARE])?;
    let mut held: BTreeMap<Section, Vec<Written>> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let body: Vec<u8> = row.get(3)?;
        let fact = Fact::decode(&body).map_err(|_| Error::Unreadable("fact"))?;
        let written =
            Written { digest: FactDigest::new(row.get(1)?), device: DeviceId::new(row.get(2)?), fact };
        held.entry(read::section(&row.get::<_, String>(0)?)?).or_default().push(written);
    }
    let mut all = Vec::new();
    for (section, written) in held {
        let members = super::facts::members(db, &section)?;
        all.extend(facts::of_their_own(written, |device| members.get(device).copied()));
    }
    Ok(all)
}

/// Keeps what a row refers to beside its references.
pub(super) fn links(db: &Connection, ordinal: i64, row: &Row) -> Result<()> {
    if row.links.is_empty() {
        return Ok(());
    }
    let mut insert = db.prepare_cached("INSERT OR IGNORE INTO link (key, type, id) VALUES (?1, ?2, ?3)")?;
    for target in &row.links {
        insert.execute(params![ordinal, target.resource_type, target.id])?;
    }
    Ok(())
}

fn touch(db: &Connection, subject: &str, changes: &mut Changes) -> Result<()> {
    if let Some(Subject::Resource(key) | Subject::Follower(key)) = Subject::read(subject)
        && let Some(ordinal) = read::log::ordinal(db, &key)?
    {
        apply::mark_pending(db, ordinal, changes)?;
    }
    Ok(())
}
