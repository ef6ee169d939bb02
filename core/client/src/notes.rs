//! What people write: notes and read marks.

use std::collections::BTreeMap;

use fhir::ResourceKey;
use record::facts::{Fact, FactDigest, KIND_NOTE, KIND_READ, Later, Text, TextId};
use statement::body::Facts;
use statement::{Section, kind};
use store::{Commit, StoredNote};

use crate::views::{NoteVersion, NoteView, plain, prose};
use crate::write::Draft;
use crate::{Client, Error};

impl Client {
    /// Writes a note, about an entry (see [`Client::show`] for its names) or about the record as a whole. Gives its id.
    ///
    /// # Errors
    /// [`Error::Invalid`] for an empty note, [`Error::NotFound`], [`Error::Ambiguous`], [`Error::OutOfSpace`].
    pub fn write_note(&self, text: &str, about: Option<&str>) -> Result<String, Error> {
        let text = self.text(text)?;
        let (section, subjects) = match about {
            None => (Section::JOURNAL, Vec::new()),
            Some(reference) => {
                let stored = self.find(reference)?;
                (stored.row.place(), vec![stored.row.key.to_string()])
            }
        };
        let fact = Fact { subjects, text: Some(text.id()), ..self.fact(KIND_NOTE)? };
        let id = fact.digest()?.to_string();
        self.say_facts(section, &[fact], vec![text])?;
        Ok(id)
    }

    /// Changes a note. What stood before stays in its history; two changes made apart are both kept.
    ///
    /// # Errors
    /// As [`Client::write_note`].
    pub fn edit_note(&self, id: &str, text: &str) -> Result<(), Error> {
        let (section, note) = self.note(id)?;
        let text = self.text(text)?;
        let fact = Fact {
            subjects: subjects(&note),
            text: Some(text.id()),
            replaces: replaced(&note),
            ..self.fact(KIND_NOTE)?
        };
        self.say_facts(section, &[fact], vec![text])
    }

    /// Removes a note. Its words are dropped from this device, and from every other that hears of it.
    ///
    /// # Errors
    /// As [`Client::write_note`].
    pub fn delete_note(&self, id: &str) -> Result<(), Error> {
        let (section, note) = self.note(id)?;
        let fact = Fact {
            subjects: subjects(&note),
            replaces: replaced(&note),
            deleted: true,
            ..self.fact(KIND_NOTE)?
        };
        self.say_facts(section, &[fact], Vec::new())?;
        self.say(|client| {
            let dropped_texts = client.inner.store.deleted_texts()?;
            Ok((Vec::new(), Commit { dropped_texts, ..Commit::default() }))
        })?;
        Ok(())
    }

    /// All notes that stand, newest first. Of those about an entry that this member wants covered the words are left out.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn notes(&self) -> Result<Vec<NoteView>, Error> {
        let all = self.all_notes()?.into_iter();
        let (subjects, mut notes): (Vec<_>, Vec<_>) =
            all.map(|(_, note)| (subjects(&note), view(note))).unzip();
        self.cover_notes(&mut notes, &subjects)?;
        notes
            .sort_by_key(|note| std::cmp::Reverse(note.versions.iter().map(|version| version.written).max()));
        Ok(notes)
    }

    /// Says that this member has read the current revision of these entries. Clears nothing for anybody else (hazard H15).
    ///
    /// # Errors
    /// As [`Client::show`].
    pub fn mark_read(&self, references: &[String]) -> Result<(), Error> {
        if self.is_older_copy() {
            return Ok(());
        }
        let mut unread: BTreeMap<Section, Vec<(ResourceKey, fhir::Digest)>> = BTreeMap::new();
        for reference in references {
            let stored = self.find(reference)?;
            if stored.new {
                let row = stored.row;
                unread.entry(row.place()).or_default().push((row.key, row.current));
            }
        }
        for (section, read) in unread {
            let (keys, revisions): (Vec<_>, Vec<_>) = read.into_iter().unzip();
            let subjects = keys.iter().map(ResourceKey::to_string).collect();
            let fact = Fact { subjects, revisions, ..self.fact(KIND_READ)? };
            self.say_facts(section, &[fact], Vec::new())?;
        }
        Ok(())
    }

    /// The notes about one entry.
    pub(crate) fn notes_about(&self, key: &ResourceKey) -> Result<Vec<NoteView>, Error> {
        Ok(self.inner.store.notes(key)?.into_iter().map(view).collect())
    }

    fn all_notes(&self) -> Result<Vec<(Section, StoredNote)>, Error> {
        let mut notes = Vec::new();
        for section in Section::both_parts() {
            let held = self.inner.store.notes_of(&section)?;
            notes.extend(held.into_iter().map(|note| (section.clone(), note)));
        }
        Ok(notes)
    }

    /// The note of this id, or of the start of it.
    fn note(&self, id: &str) -> Result<(Section, StoredNote), Error> {
        let wanted = id.trim().to_lowercase();
        let all = self.all_notes()?.into_iter();
        let mut found: Vec<_> =
            all.filter(|(_, note)| note.note.root.to_string().starts_with(&wanted)).collect();
        match (wanted.len() >= SHORTEST, found.len()) {
            (true, 0) | (false, _) => Err(Error::NotFound),
            (true, 1) => found.pop().ok_or(Error::NotFound),
            (true, count) => Err(Error::Ambiguous { count }),
        }
    }

    fn text(&self, text: &str) -> Result<Text, Error> {
        if text.trim().is_empty() {
            return Err(Error::Invalid("The note is empty".to_owned()));
        }
        Ok(Text { salt: self.inner.platform.random()?, text: text.to_owned() })
    }

    pub(crate) fn fact(&self, kind: &str) -> Result<Fact, Error> {
        Ok(Fact {
            kind: kind.to_owned(),
            subjects: Vec::new(),
            member: self.member(),
            written_at: self.now(),
            nonce: self.inner.platform.random()?,
            replaces: Vec::new(),
            text: None,
            deleted: false,
            revisions: Vec::new(),
            body: None,
            later: Later::default(),
        })
    }

    pub(crate) fn say_facts(&self, section: Section, facts: &[Fact], texts: Vec<Text>) -> Result<(), Error> {
        self.say(|client| {
            let mut document = client.inner.store.document(&section)?;
            let change = document.write(&client.inner.author.device, facts)?;
            let body = Facts::new(vec![change]).encode()?;
            Ok((vec![Draft { section, kind: kind::FACTS, body }], Commit { texts, ..Commit::default() }))
        })?;
        Ok(())
    }
}

/// The fewest letters of an id that are taken for it.
pub(crate) const SHORTEST: usize = 4;

/// `Type/id` of an `issuer|type|id`.
pub(crate) fn short(subject: &str) -> String {
    match subject.parse::<ResourceKey>() {
        Ok(key) => plain(&format!("{}/{}", key.resource_type, key.id)),
        Err(_) => plain(subject),
    }
}

fn view(stored: StoredNote) -> NoteView {
    let text = |id: Option<TextId>| id.and_then(|id| stored.texts.get(&id).cloned());
    let versions = stored.note.versions.iter();
    NoteView {
        id: stored.note.root.to_string(),
        about: subjects(&stored).iter().map(|subject| short(subject)).collect(),
        covered: false,
        versions: versions
            .map(|v| NoteVersion { text: text(v.text).as_deref().map(prose), written: v.written_at })
            .collect(),
    }
}

fn subjects(stored: &StoredNote) -> Vec<String> {
    stored.note.versions.first().map(|version| version.subjects.clone()).unwrap_or_default()
}

fn replaced(stored: &StoredNote) -> Vec<FactDigest> {
    stored.note.versions.iter().map(|version| version.fact).collect()
}
