//! `people/`: what people wrote and chose, for people.

use std::collections::BTreeSet;

use exchange::archive::{page, rows};
use fhir::ResourceKey;
use record::acts::{KIND_ACT, KIND_EVENT, KIND_FILE};
use record::facts::{self, FactDigest, KIND_NOTE, Note, Written};
use statement::MemberId;

use super::{Export, place, words};
use crate::{Client, Error};

/// What people wrote and did not choose.
const NO_CHOICES: &[&str] = &[KIND_NOTE, KIND_ACT, KIND_EVENT, KIND_FILE];

impl Export<'_, '_> {
    pub(super) fn people(&mut self) -> Result<(), Error> {
        let mut choices = Vec::new();
        self.writer.begin("people/notes.ndjson")?;
        for section in self.client.inner.store.written_sections()? {
            let written = self.client.carried(&section)?;
            for note in facts::notes(&written) {
                let row = self.client.note_row(&note, &written)?;
                self.writer.line(&row)?;
                self.counts.notes += 1;
                self.remember(&row);
            }
            choices.extend(self.client.choice_rows(&written));
        }
        self.writer.begin("people/choices.ndjson")?;
        choices.iter().try_for_each(|row| self.writer.line(row))?;
        Ok(())
    }

    /// Keeps what stands of a note for the page.
    fn remember(&mut self, row: &rows::Note) {
        let mut notes: Vec<page::Note> = Vec::new();
        for version in &row.versions {
            let apart = if row.conflict { ", written apart from another version" } else { "" };
            notes.push(page::Note {
                by: format!("{}, {}{apart}", version.author, version.written),
                text: version.text.clone().unwrap_or_else(|| "Its words are not in this record".to_owned()),
            });
        }
        let about: Vec<ResourceKey> = row.about.iter().filter_map(|subject| subject.parse().ok()).collect();
        for key in &about {
            self.notes.entry(place(key)).or_default().extend(notes.iter().cloned());
        }
        if about.is_empty() {
            self.record_notes.append(&mut notes);
        }
    }
}

impl Client {
    /// The name of a member, as far as the record knows it.
    pub(super) fn author(&self, member: &MemberId) -> String {
        let genesis = self.inner.authority.genesis();
        if genesis.holder == *member { genesis.name.clone() } else { format!("member {member}") }
    }

    fn note_row(&self, note: &Note, written: &[Written]) -> Result<rows::Note, Error> {
        let stands: BTreeSet<FactDigest> = note.versions.iter().map(|version| version.fact).collect();
        let mut earlier: Vec<&Written> = written
            .iter()
            .filter(|w| note.history.contains(&w.digest) && !stands.contains(&w.digest) && !w.fact.deleted)
            .collect();
        earlier.sort_by_key(|written| (written.fact.written_at, written.digest));
        let standing = written.iter().filter(|written| stands.contains(&written.digest));
        Ok(rows::Note {
            note: note.root.to_string(),
            about: note.versions.first().map(|version| version.subjects.clone()).unwrap_or_default(),
            conflict: note.conflict,
            versions: standing.map(|written| self.version(written)).collect::<Result<_, Error>>()?,
            earlier: earlier
                .into_iter()
                .map(|written| self.version(written))
                .collect::<Result<_, Error>>()?,
        })
    }

    fn version(&self, written: &Written) -> Result<rows::Version, Error> {
        Ok(rows::Version {
            author: self.author(&written.fact.member),
            written: words::moment(written.fact.written_at),
            text: written.fact.text.map(|id| self.inner.store.text(&id)).transpose()?.flatten(),
        })
    }

    /// What stands of all choices: those that no other one takes the place of.
    fn choice_rows(&self, written: &[Written]) -> Vec<rows::Choice> {
        let choices = || written.iter().filter(|written| !NO_CHOICES.contains(&written.fact.kind.as_str()));
        let replaced: BTreeSet<FactDigest> =
            choices().flat_map(|w| w.fact.replaces.iter().copied()).collect();
        let standing = choices().filter(|w| !w.fact.deleted && !replaced.contains(&w.digest));
        standing
            .map(|written| rows::Choice {
                choice: written.fact.kind.clone(),
                about: written.fact.subjects.clone(),
                author: self.author(&written.fact.member),
                chosen: words::moment(written.fact.written_at),
            })
            .collect()
    }
}
