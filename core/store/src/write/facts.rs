//! What people wrote: documents, facts, read marks, notes.

use std::collections::{BTreeMap, BTreeSet};

use record::Error as Refused;
use record::acts::{KIND_ACT, KIND_EVENT};
use record::facts::{
    self, Document, Fact, KIND_COVER, KIND_NOTE, KIND_PURGE, KIND_READ, KIND_UNCOVER, Note, Written,
};
use rusqlite::{Connection, OptionalExtension, params};
use statement::{DeviceId, MemberId, Payload, Section, body, kind};

use super::{Changes, parts, purge};
use crate::error::{Error, Result};
use crate::read;
use crate::read::notes::Body;
use crate::store::Documents;

/// Applies the changes of a statement to its section's document. Gives why some of it could not be applied.
pub(super) fn apply(
    db: &Connection,
    documents: &mut Documents,
    sequence: i64,
    payload: &Payload,
    changes: &mut Changes,
) -> Result<Option<Refused>> {
    let Ok(body) = body::Facts::decode(&payload.body) else {
        return Ok(Some(Refused::Body));
    };
    let section = &payload.section;
    let mut document = take(db, documents, section, sequence)?;
    let (mut seen, mut refused) = (Vec::new(), None);
    for change in body.changes() {
        match document.apply(&payload.device, change) {
            Ok(written) => seen.extend(written),
            Err(Refused::SetAside) => {
                documents.insert(section.clone(), replay(db, section, sequence)?);
                return Ok(Some(Refused::SetAside));
            }
            Err(error) => refused = Some(error),
        }
    }
    documents.insert(section.clone(), document);
    changes.documents.insert(section.clone());
    keep(db, section, &seen, changes)?;
    Ok(refused)
}

/// Saves the documents that have changed and resolves the notes that may read differently.
pub(crate) fn settle(db: &Connection, documents: &Documents, changes: &mut Changes) -> Result<()> {
    let mut save = db.prepare_cached("INSERT OR REPLACE INTO document (section, bytes) VALUES (?1, ?2)")?;
    for section in std::mem::take(&mut changes.documents) {
        if let Some(document) = documents.get(&section) {
            let bytes = document.save().map_err(|_| Error::Unreadable("document"))?;
            save.execute(params![section.as_str(), bytes])?;
        }
    }
    for section in std::mem::take(&mut changes.notes) {
        notes(db, &section, changes)?;
    }
    if std::mem::take(&mut changes.choices) {
        parts::resolve(db, changes)?;
    }
    Ok(())
}

/// A section's document as it was last saved; an empty one when there is none.
pub(crate) fn saved(db: &Connection, section: &Section) -> Result<Option<Document>> {
    let mut statement = db.prepare_cached("SELECT bytes FROM document WHERE section = ?1")?;
    let bytes: Option<Vec<u8>> = statement.query_row([section.as_str()], |row| row.get(0)).optional()?;
    let Some(bytes) = bytes else {
        return Ok(Some(Document::new(section.clone())));
    };
    Ok(Document::load(&bytes).ok())
}

/// The document to write on: the one in use, else the saved one, else, when that cannot be loaded, one made from the log.
fn take(db: &Connection, documents: &mut Documents, section: &Section, before: i64) -> Result<Document> {
    if let Some(document) = documents.remove(section) {
        return Ok(document);
    }
    match saved(db, section)? {
        Some(document) => Ok(document),
        None => replay(db, section, before),
    }
}

/// Makes a section's document from the statements before one of them, leaving out what was set aside.
fn replay(db: &Connection, section: &Section, before: i64) -> Result<Document> {
    let mut skipped = BTreeSet::new();
    loop {
        match replay_without(db, section, before, &skipped)? {
            Ok(document) => return Ok(document),
            Err(sequence) => skipped.insert(sequence),
        };
    }
}

/// Gives the sequence of the statement that broke the document, if one did.
fn replay_without(
    db: &Connection,
    section: &Section,
    before: i64,
    skipped: &BTreeSet<i64>,
) -> Result<std::result::Result<Document, i64>> {
    let mut statement = db.prepare_cached(
        "SELECT sequence, payload FROM statement WHERE kind = ?1 AND section = ?2 AND sequence < ?3 \
         AND sequence NOT IN (SELECT statement FROM set_aside) ORDER BY sequence",
    )?;
    let mut rows = statement.query(params![kind::FACTS, section.as_str(), before])?;
    let mut document = Document::new(section.clone());
    while let Some(row) = rows.next()? {
        let sequence: i64 = row.get(0)?;
        let payload: Vec<u8> = row.get(1)?;
        let Ok(payload) = Payload::decode(&payload) else { continue };
        let Ok(body) = body::Facts::decode(&payload.body) else { continue };
        if skipped.contains(&sequence) || !payload.is_understood() {
            continue;
        }
        for change in body.changes() {
            if let Err(Refused::SetAside) = document.apply(&payload.device, change) {
                return Ok(Err(sequence));
            }
        }
    }
    Ok(Ok(document))
}

fn keep(db: &Connection, section: &Section, seen: &[Written], changes: &mut Changes) -> Result<()> {
    if seen.is_empty() {
        return Ok(());
    }
    let members = members(db, section)?;
    let mut insert = db.prepare_cached(
        "INSERT OR IGNORE INTO fact (digest, section, device, kind, text, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    let mut mark = db.prepare_cached("INSERT OR IGNORE INTO read_mark (member, digest) VALUES (?1, ?2)")?;
    for Written { digest, fact, device } in seen {
        let body = fact.encode().map_err(|_| Error::Unreadable("fact"))?;
        let text = fact.text.as_ref().map(|text| text.as_bytes());
        insert.execute(params![
            digest.as_bytes(),
            section.as_str(),
            device.as_bytes(),
            fact.kind,
            text,
            body
        ])?;
        if fact.kind == KIND_NOTE {
            changes.notes.insert(section.clone());
        }
        if matches!(fact.kind.as_str(), KIND_ACT | KIND_EVENT) {
            changes.touched.acts.insert(section.clone());
        }
        if matches!(fact.kind.as_str(), KIND_COVER | KIND_UNCOVER) {
            changes.touched.covers = true;
        }
        changes.choices |= parts::is_choice(fact);
        if fact.kind == KIND_PURGE && members.get(device) == Some(&fact.member) {
            purge::keep(db, fact, changes)?;
        }
        // No one reads in another's name.
        if fact.kind == KIND_READ && !fact.deleted && members.get(device) == Some(&fact.member) {
            for revision in &fact.revisions {
                if mark.execute(params![fact.member.as_bytes(), revision.as_bytes()])? > 0 {
                    changes.touched.read_marks.insert(section.clone());
                }
            }
        }
    }
    Ok(())
}

/// Whose devices have written facts here. A device belongs to one member: its statements were accepted by that.
pub(crate) fn members(db: &Connection, section: &Section) -> Result<BTreeMap<DeviceId, MemberId>> {
    let mut statement = db.prepare_cached(
        "SELECT device, min(member) FROM statement WHERE kind = ?1 AND section = ?2 GROUP BY device",
    )?;
    let pairs = statement.query_map(params![kind::FACTS, section.as_str()], |row| {
        Ok((DeviceId::new(row.get(0)?), MemberId::new(row.get(1)?)))
    })?;
    Ok(pairs.collect::<rusqlite::Result<_>>()?)
}

/// Resolves the edits of all notes of a section and writes those that read differently than before.
fn notes(db: &Connection, section: &Section, changes: &mut Changes) -> Result<()> {
    let members = members(db, section)?;
    let own = facts::of_their_own(note_facts(db, section)?, |device| members.get(device).copied());
    let mut held = held(db, section)?;
    for note in facts::notes(&own).into_iter().filter(|note| !note.deleted) {
        let body = serde_json::to_string(&Body::of(&note)).map_err(|_| Error::Unreadable("note"))?;
        let text = texts(db, &note)?;
        match held.remove(note.root.as_bytes().as_slice()) {
            Some((_, old, indexed)) if old == body && indexed == text => {}
            old => {
                write(db, section, &note, old.map(|(ordinal, ..)| ordinal), &body, &text)?;
                touch(section, changes);
            }
        }
    }
    for (ordinal, ..) in held.into_values() {
        forget(db, ordinal)?;
        db.prepare_cached("DELETE FROM note WHERE ordinal = ?1")?.execute([ordinal])?;
        touch(section, changes);
    }
    Ok(())
}

fn touch(section: &Section, changes: &mut Changes) {
    changes.touched.notes.insert(section.clone());
    changes.touched.sections.insert(section.clone());
}

fn note_facts(db: &Connection, section: &Section) -> Result<Vec<Written>> {
    let mut statement = db.prepare_cached(
        "SELECT digest, device, body FROM fact WHERE section = ?1 AND kind = ?2 ORDER BY digest, device",
    )?;
    let mut rows = statement.query(params![section.as_str(), KIND_NOTE])?;
    let mut written = Vec::new();
    while let Some(row) = rows.next()? {
        let body: Vec<u8> = row.get(2)?;
        let fact = Fact::decode(&body).map_err(|_| Error::Unreadable("fact"))?;
        written.push(Written {
            digest: facts::FactDigest::new(row.get(0)?),
            device: DeviceId::new(row.get(1)?),
            fact,
        });
    }
    Ok(written)
}

/// What is shown of a section's notes now, by root: ordinal, body, and the text that search has.
fn held(db: &Connection, section: &Section) -> Result<BTreeMap<Vec<u8>, (i64, String, String)>> {
    let mut statement = db.prepare_cached(
        "SELECT n.root, n.ordinal, n.body, s.text FROM note n JOIN search_note s ON s.rowid = n.ordinal WHERE n.section = ?1",
    )?;
    let notes = statement
        .query_map([section.as_str()], |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?, row.get(3)?))))?;
    Ok(notes.collect::<rusqlite::Result<_>>()?)
}

/// The texts of all versions, one after the other.
fn texts(db: &Connection, note: &Note) -> Result<String> {
    let mut all = Vec::new();
    for id in note.versions.iter().filter_map(|version| version.text) {
        all.extend(read::notes::text(db, &id)?);
    }
    Ok(all.join("\n"))
}

fn write(
    db: &Connection,
    section: &Section,
    note: &Note,
    ordinal: Option<i64>,
    body: &str,
    text: &str,
) -> Result<()> {
    if let Some(ordinal) = ordinal {
        forget(db, ordinal)?;
    }
    let ordinal: i64 = db
        .prepare_cached(
            "INSERT INTO note (section, root, body) VALUES (?1, ?2, ?3) \
             ON CONFLICT (section, root) DO UPDATE SET body = excluded.body RETURNING ordinal",
        )?
        .query_row(params![section.as_str(), note.root.as_bytes(), body], |row| row.get(0))?;
    let mut subject =
        db.prepare_cached("INSERT OR IGNORE INTO note_subject (subject, note) VALUES (?1, ?2)")?;
    for about in note.versions.iter().flat_map(|version| &version.subjects) {
        subject.execute(params![about, ordinal])?;
    }
    db.prepare_cached("INSERT INTO search_note (rowid, text) VALUES (?1, ?2)")?
        .execute(params![ordinal, text])?;
    Ok(())
}

fn forget(db: &Connection, ordinal: i64) -> Result<()> {
    db.prepare_cached("DELETE FROM note_subject WHERE note = ?1")?.execute([ordinal])?;
    db.prepare_cached("DELETE FROM search_note WHERE rowid = ?1")?.execute([ordinal])?;
    Ok(())
}
