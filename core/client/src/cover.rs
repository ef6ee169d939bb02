//! What a member wants to wait behind a tap on their own screens (hazard H18).
//!
//! A cover is the member's own: it covers nothing for another, and keeps nothing from carers (that is withholding). It
//! covers what it names, what refers to that, and the same entry at another portal, on every screen and in search; it never
//! covers that a critical result waits.

use std::collections::{BTreeMap, BTreeSet};

use fhir::ResourceKey;
use record::facts::{self, Cover, Fact, KIND_COVER, KIND_UNCOVER};
use record::row::Row;
use record::sensitive::{Category, Strength};
use serde::Serialize;
use statement::Section;

use crate::views::{NoteView, plain};
use crate::{Client, Error};

/// What can be covered.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hide {
    /// All that speaks of a kind of sensitive care: `mental`, `hiv` ...
    Category(String),
    /// A whole section: `results`, `medications` ...
    Section(String),
    /// One entry, by the names that [`Client::show`] takes.
    Entry(String),
}

/// Something that this member wants covered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hidden {
    /// What it is.
    pub kind: HiddenKind,
    /// Its name: of a category or a section, or `Type/id`.
    pub name: String,
    /// In words. An entry's title is not told.
    pub words: String,
    /// Since when (UTC seconds, by the clock of the device where it was said).
    pub since: i64,
}

/// What a [`Hidden`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum HiddenKind {
    /// A kind of sensitive care.
    Category,
    /// A section.
    Section,
    /// One entry.
    Entry,
}

/// The covers of the member who holds this device.
#[derive(Default)]
pub(crate) struct Covers {
    categories: BTreeSet<Category>,
    sections: BTreeSet<Section>,
    entries: BTreeSet<ResourceKey>,
    /// What refers to a covered entry, or to one that speaks of this covered category.
    reached: BTreeMap<ResourceKey, Option<Category>>,
}

/// What is weaker often means something else (a word in the text of an allergy), and is not covered for it alone.
const LEAST: Strength = Strength::Screen;

/// What a fact's subject names.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Subject {
    Category(Category),
    Section(Section),
    Entry(ResourceKey),
}

impl Client {
    /// Covers these on this member's own screens, on every device of theirs.
    ///
    /// # Errors
    /// [`Error::Invalid`] for an unknown category or section; [`Error::NotFound`], [`Error::Ambiguous`].
    pub fn hide(&self, what: &[Hide]) -> Result<(), Error> {
        let held = self.own_covers()?;
        let mut facts = Vec::new();
        for subject in self.subjects(what)? {
            if !held.contains_key(&subject) {
                facts.push(Fact { subjects: vec![subject], ..self.fact(KIND_COVER)? });
            }
        }
        self.say_covers(&facts)
    }

    /// Takes these covers away for good. Marks nothing as read.
    ///
    /// # Errors
    /// As [`Client::hide`]; [`Error::Invalid`] for what is not covered by itself.
    pub fn reveal(&self, what: &[Hide]) -> Result<(), Error> {
        let mut held = self.own_covers()?;
        let mut facts = Vec::new();
        for subject in self.subjects(what)? {
            let Some(cover) = held.remove(&subject) else {
                let said = "That is not covered by itself. Look at what you covered for what covers it";
                return Err(Error::Invalid(said.to_owned()));
            };
            facts.push(self.uncovering(subject, cover)?);
        }
        self.say_covers(&facts)
    }

    /// Takes all covers of this member away. Gives how many there were.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn reveal_all(&self) -> Result<usize, Error> {
        let held = self.own_covers()?.into_iter();
        let facts: Vec<Fact> =
            held.map(|(subject, cover)| self.uncovering(subject, cover)).collect::<Result<_, _>>()?;
        self.say_covers(&facts)?;
        Ok(facts.len())
    }

    /// What this member wants covered: categories, sections, then entries.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn hidden(&self) -> Result<Vec<Hidden>, Error> {
        let mut hidden = Vec::new();
        for (subject, cover) in self.own_covers()? {
            let since = cover.written_at;
            let Some(subject) = Subject::read(&subject) else { continue };
            hidden.push(match subject {
                Subject::Category(category) => Hidden {
                    kind: HiddenKind::Category,
                    name: category.name().to_owned(),
                    words: category.words().to_owned(),
                    since,
                },
                Subject::Section(section) => Hidden {
                    kind: HiddenKind::Section,
                    name: section.to_string(),
                    words: format!("all of {section}"),
                    since,
                },
                Subject::Entry(key) => Hidden {
                    kind: HiddenKind::Entry,
                    name: plain(&format!("{}/{}", key.resource_type, key.id)),
                    words: "one entry, and what refers to it".to_owned(),
                    since,
                },
            });
        }
        hidden.sort_by_key(|hidden| (hidden.kind, hidden.name.clone()));
        Ok(hidden)
    }

    /// Whether this member wants an entry covered, by the names that [`Client::show`] takes.
    ///
    /// # Errors
    /// As [`Client::show`].
    pub fn is_covered(&self, reference: &str) -> Result<bool, Error> {
        let stored = self.find(reference)?;
        if self.own_covers()?.is_empty() {
            return Ok(false);
        }
        let (line, _) = self.line(&*self.look(false)?, stored)?;
        Ok(line.covered.is_some())
    }

    /// Refuses what would tell of a covered entry.
    ///
    /// # Errors
    /// [`Error::Covered`]; as [`Client::show`].
    pub(crate) fn refuse_covered(&self, reference: &str) -> Result<(), Error> {
        if self.is_covered(reference)? { Err(Error::Covered) } else { Ok(()) }
    }

    /// The covers in force.
    pub(crate) fn covers(&self) -> Result<Covers, Error> {
        let mut covers = Covers::default();
        for subject in self.own_covers()?.keys() {
            match Subject::read(subject) {
                Some(Subject::Category(category)) => covers.categories.insert(category),
                Some(Subject::Section(section)) => covers.sections.insert(section),
                Some(Subject::Entry(key)) => covers.entries.insert(key),
                None => false,
            };
        }
        let store = &self.inner.store;
        covers.reached.extend(store.reaching(&covers.entries)?.into_iter().map(|key| (key, None)));
        for category in &covers.categories {
            let speaking = store.speaking_of(*category, LEAST)?;
            covers.reached.extend(store.reaching(&speaking)?.into_iter().map(|key| (key, Some(*category))));
        }
        Ok(covers)
    }

    /// Takes the words of notes about covered entries out.
    pub(crate) fn cover_notes(&self, notes: &mut [NoteView], subjects: &[Vec<String>]) -> Result<(), Error> {
        let look = self.look(false)?;
        if look.covers.is_empty() {
            return Ok(());
        }
        for (note, subjects) in notes.iter_mut().zip(subjects) {
            if self.covers_any(&look, subjects)? {
                note.covered = true;
                note.versions.iter_mut().for_each(|version| version.text = None);
            }
        }
        Ok(())
    }

    /// Whether any of these subjects (`issuer|type|id`) is covered.
    pub(crate) fn covers_any(&self, look: &crate::look::Look, subjects: &[String]) -> Result<bool, Error> {
        for key in subjects.iter().filter_map(|subject| subject.parse::<ResourceKey>().ok()) {
            if let Some(stored) = self.inner.store.row(&key, None)?
                && self.line(look, stored)?.0.covered.is_some()
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn own_covers(&self) -> Result<BTreeMap<String, Cover>, Error> {
        let mut said = self.inner.store.facts_of(&place(), KIND_COVER)?;
        said.extend(self.inner.store.facts_of(&place(), KIND_UNCOVER)?);
        Ok(facts::covers(&said, &self.member()))
    }

    fn subjects(&self, what: &[Hide]) -> Result<BTreeSet<String>, Error> {
        what.iter().map(|hide| Ok(self.subject(hide)?.to_string())).collect()
    }

    fn subject(&self, hide: &Hide) -> Result<Subject, Error> {
        match hide {
            Hide::Category(name) => {
                let known =
                    || Category::ALL.iter().map(|category| category.name()).collect::<Vec<_>>().join(", ");
                Category::named(name).map(Subject::Category).ok_or_else(|| {
                    Error::Invalid(format!("There is no category of that name. Known are: {}", known()))
                })
            }
            Hide::Section(name) => {
                let known = || sections().map(Section::as_str).collect::<Vec<_>>().join(", ");
                let found = sections().find(|section| section.as_str() == name).cloned();
                found.map(Subject::Section).ok_or_else(|| {
                    Error::Invalid(format!("There is no section of that name. Known are: {}", known()))
                })
            }
            Hide::Entry(reference) => Ok(Subject::Entry(self.find(reference)?.row.key)),
        }
    }

    fn uncovering(&self, subject: String, cover: Cover) -> Result<Fact, Error> {
        Ok(Fact { subjects: vec![subject], replaces: cover.facts, ..self.fact(KIND_UNCOVER)? })
    }

    fn say_covers(&self, facts: &[Fact]) -> Result<(), Error> {
        if facts.is_empty() { Ok(()) } else { self.say_facts(place(), facts, Vec::new()) }
    }
}

impl Covers {
    pub(crate) fn is_empty(&self) -> bool {
        self.categories.is_empty() && self.sections.is_empty() && self.entries.is_empty()
    }

    /// As what an entry is covered. Its twins are not looked at.
    pub(crate) fn over(&self, row: &Row) -> Option<String> {
        let spoken = row.findings.iter().filter(|f| f.strength >= LEAST).map(|finding| finding.category);
        let category = spoken.into_iter().find(|category| self.categories.contains(category));
        let reached = self.reached.get(&row.key);
        if let Some(category) = category.or(reached.copied().flatten()) {
            return Some(category.words().to_owned());
        }
        let covered =
            self.sections.contains(&row.section) || self.entries.contains(&row.key) || reached.is_some();
        covered.then(|| row.section.to_string())
    }
}

impl Subject {
    fn read(text: &str) -> Option<Self> {
        match text.split_once(':') {
            Some(("category", name)) => Category::named(name).map(Self::Category),
            Some(("section", name)) => Section::new(name).ok().map(Self::Section),
            _ => text.parse().ok().map(Self::Entry),
        }
    }
}

impl std::fmt::Display for Subject {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Category(category) => write!(to, "category:{}", category.name()),
            Self::Section(section) => write!(to, "section:{section}"),
            Self::Entry(key) => write!(to, "{key}"),
        }
    }
}

/// Where covers are said: what somebody hides says much of them, so never in an open part.
fn place() -> Section {
    Section::PROFILE.withheld()
}

/// The sections that hold entries.
fn sections() -> impl Iterator<Item = &'static Section> {
    Section::ALL.iter().filter(|section| ![Section::CIRCLE, Section::JOURNAL].contains(section))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_read_as_it_was_said() {
        let key: ResourceKey = "https://portal.example|Observation|o1".parse().unwrap();
        for subject in
            [Subject::Category(Category::Hiv), Subject::Section(Section::MEDICATIONS), Subject::Entry(key)]
        {
            assert_eq!(Subject::read(&subject.to_string()), Some(subject));
        }
        for unknown in ["", "category:weather", "section:No Such", "screening"] {
            assert_eq!(Subject::read(unknown), None, "{unknown}");
        }
    }
}
