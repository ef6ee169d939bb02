//! Notes and read marks.

use std::collections::{BTreeMap, BTreeSet};

use fhir::ResourceKey;
use record::facts::{Document, FactDigest, KIND_NOTE, Note, TextId, Version};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};
use statement::{MemberId, Section};

use crate::error::{Error, Result};
use crate::query::StoredNote;
use crate::store::Store;
use crate::write::facts::saved;

/// A note as it is stored.
#[derive(Serialize, Deserialize)]
pub(crate) struct Body {
    root: FactDigest,
    versions: Vec<BodyVersion>,
    conflict: bool,
    history: Vec<FactDigest>,
}

#[derive(Serialize, Deserialize)]
struct BodyVersion {
    fact: FactDigest,
    subjects: Vec<String>,
    member: MemberId,
    written_at: i64,
    text: Option<TextId>,
}

impl Store {
    /// The notes about a resource, sorted by section and root. Deleted ones are left out.
    pub fn notes(&self, about: &ResourceKey) -> Result<Vec<StoredNote>> {
        self.notes_where("ordinal IN (SELECT note FROM note_subject WHERE subject = ?1)", &about.to_string())
    }

    /// All notes of a section, sorted by root. Deleted ones are left out.
    pub fn notes_of(&self, section: &Section) -> Result<Vec<StoredNote>> {
        self.notes_where("section = ?1", section.as_str())
    }

    /// The digests of the revisions that a member has read.
    pub fn read_marks(&self, member: &MemberId) -> Result<BTreeSet<fhir::Digest>> {
        let reader = self.reader();
        let mut statement = reader.db.prepare_cached("SELECT digest FROM read_mark WHERE member = ?1")?;
        let marks = statement.query_map([member.as_bytes()], |row| Ok(fhir::Digest(row.get(0)?)))?;
        Ok(marks.collect::<rusqlite::Result<_>>()?)
    }

    /// The section's document, to write new facts on: the change that it gives goes into a `facts` statement, and the document is
    /// then of no more use. An empty one when nobody has written there.
    ///
    /// # Errors
    /// [`Error::Unreadable`] when the saved document cannot be loaded: a rebuild makes it again.
    pub fn document(&self, section: &Section) -> Result<Document> {
        saved(&self.reader().db, section)?.ok_or(Error::Unreadable("document"))
    }

    /// A droppable text; `None` when it has not come or was dropped.
    pub fn text(&self, id: &TextId) -> Result<Option<String>> {
        text(&self.reader().db, id)
    }

    /// Texts that are held and that no visible note names any more: pass them to
    /// [`Commit::dropped_texts`](crate::Commit::dropped_texts) to forget them. Texts of earlier versions of a note that stands are not
    /// among them.
    pub fn deleted_texts(&self) -> Result<Vec<TextId>> {
        let reader = self.reader();
        let mut statement = reader.db.prepare_cached(
            "SELECT DISTINCT f.text, f.digest FROM fact f JOIN text t ON t.id = f.text WHERE f.text IS NOT NULL AND f.kind = ?1",
        )?;
        let named = statement
            .query_map([KIND_NOTE], |row| Ok((TextId::new(row.get(0)?), FactDigest::new(row.get(1)?))))?;
        let named: Vec<(TextId, FactDigest)> = named.collect::<rusqlite::Result<_>>()?;
        let mut bodies = reader.db.prepare_cached("SELECT body FROM note")?;
        let mut standing = BTreeSet::new();
        for body in bodies.query_map([], |row| row.get::<_, String>(0))? {
            standing.extend(parse(&body?)?.history);
        }
        let kept: BTreeSet<TextId> =
            named.iter().filter(|(_, fact)| standing.contains(fact)).map(|(text, _)| *text).collect();
        let gone: BTreeSet<TextId> =
            named.iter().map(|(text, _)| *text).filter(|text| !kept.contains(text)).collect();
        Ok(gone.into_iter().collect())
    }

    fn notes_where(&self, which: &'static str, value: &str) -> Result<Vec<StoredNote>> {
        let reader = self.reader();
        let sql = format!("SELECT section, body FROM note WHERE {which} ORDER BY section, root");
        let mut statement = reader.db.prepare_cached(&sql)?;
        let mut rows = statement.query(params![value])?;
        let mut notes = Vec::new();
        while let Some(row) = rows.next()? {
            notes.push(stored(&reader.db, row)?);
        }
        Ok(notes)
    }
}

impl Body {
    pub(crate) fn of(note: &Note) -> Self {
        let version = |version: &Version| BodyVersion {
            fact: version.fact,
            subjects: version.subjects.clone(),
            member: version.member,
            written_at: version.written_at,
            text: version.text,
        };
        Self {
            root: note.root,
            versions: note.versions.iter().map(version).collect(),
            conflict: note.conflict,
            history: note.history.clone(),
        }
    }

    fn note(self) -> Note {
        let version = |version: BodyVersion| Version {
            fact: version.fact,
            subjects: version.subjects,
            member: version.member,
            written_at: version.written_at,
            text: version.text,
        };
        Note {
            root: self.root,
            versions: self.versions.into_iter().map(version).collect(),
            conflict: self.conflict,
            deleted: false,
            history: self.history,
        }
    }
}

pub(crate) fn text(db: &Connection, id: &TextId) -> Result<Option<String>> {
    let mut statement = db.prepare_cached("SELECT bytes FROM text WHERE id = ?1")?;
    Ok(statement.query_row([id.as_bytes()], |row| row.get(0)).optional()?)
}

/// A note as it is stored, read.
pub(crate) fn parse(body: &str) -> Result<Note> {
    let body: Body = serde_json::from_str(body).map_err(|_| Error::Unreadable("note"))?;
    Ok(body.note())
}

/// A note from `section, body`.
pub(crate) fn stored(db: &Connection, row: &Row<'_>) -> Result<StoredNote> {
    let section = super::section(&row.get::<_, String>(0)?)?;
    let note = parse(&row.get::<_, String>(1)?)?;
    let mut texts = BTreeMap::new();
    for id in note.versions.iter().filter_map(|version| version.text) {
        if let Some(text) = text(db, &id)? {
            texts.insert(id, text);
        }
    }
    Ok(StoredNote { section, note, texts })
}
