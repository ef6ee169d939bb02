//! What is withheld, and why.

use std::collections::BTreeMap;

use record::facts::standing;
use record::pages::Known;
use record::parts::{Choice, Choices, KIND_SHARE, KIND_WITHHOLD, Part, Subject};
use record::row::Row;
use record::sensitive::{Category, Finding, Settings, Strength};
use serde::Serialize;

use crate::views::{Line, plain};
use crate::{Client, Error};

/// What carers do not see unless the patient says so. For holders only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PartsView {
    /// What is withheld, by why. Supporting resources, such as who was seen, are left out: they go with what refers to them.
    pub withheld: Vec<WithheldGroup>,
    /// Everything that was chosen, the record as a whole first.
    pub choices: Vec<Chosen>,
    /// Entries that may speak of sensitive care and are not withheld for it, as such words often mean something else.
    pub perhaps: Vec<Withheld>,
}

/// Entries that are withheld for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WithheldGroup {
    /// The reason.
    pub why: Why,
    /// It in words.
    pub words: String,
    /// The entries, by reference.
    pub entries: Vec<Withheld>,
}

/// Why an entry is withheld. The first that holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// The patient chose so.
    Chosen,
    /// It speaks of this kind of care.
    Speaks(Category),
    /// It is asked of everybody.
    Screening,
    /// It refers to something that is withheld, or did so, or said so in an earlier version.
    Refers,
}

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Withheld {
    /// As lists show it.
    pub line: Line,
    /// What of it speaks of sensitive care. Left out of what this member wants covered.
    pub because: Vec<String>,
}

/// Something that was chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Chosen {
    /// Withheld, else shared.
    pub withheld: bool,
    /// `Type/id`, the name of a kind of care, or `screening`.
    pub name: String,
    /// In words.
    pub words: String,
    /// When (UTC seconds, by the clock of the device where it was said).
    pub since: i64,
    /// How many entries went along.
    pub following: u64,
}

impl Client {
    /// What is withheld from carers and why, and everything that was chosen.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn parts(&self) -> Result<PartsView, Error> {
        let store = &self.inner.store;
        let choices = store.choices()?;
        let look = self.look(false)?;
        let mut groups: BTreeMap<Why, Vec<Withheld>> = BTreeMap::new();
        for (key, _) in store.withheld()?.into_iter().filter(|(_, known)| !known.supporting) {
            let Some(stored) = store.row(&key, Some(&self.member()))? else { continue };
            let why = why(choices.resources.get(&key), &choices.settings, &stored.row);
            let (line, row) = self.line(&look, stored)?;
            groups.entry(why).or_default().push(entry(line, &row));
        }
        let mut perhaps = Vec::new();
        for (key, known) in store.with_findings()? {
            if !is_unsure(&known, &choices.settings) || choices.resources.contains_key(&key) {
                continue;
            }
            let Some(stored) = store.row(&key, Some(&self.member()))? else { continue };
            let (line, row) = self.line(&look, stored)?;
            perhaps.push(entry(line, &row));
        }
        let group = |(why, entries)| WithheldGroup { why, words: words(why), entries };
        Ok(PartsView {
            withheld: groups.into_iter().map(group).collect(),
            choices: self.chosen(&choices)?,
            perhaps,
        })
    }

    fn chosen(&self, choices: &Choices) -> Result<Vec<Chosen>, Error> {
        let facts = self.inner.store.choice_facts()?;
        let mut chosen: BTreeMap<Subject, Chosen> = BTreeMap::new();
        for written in standing(&facts, KIND_WITHHOLD, KIND_SHARE) {
            let subjects: Vec<Subject> =
                written.fact.subjects.iter().filter_map(|text| Subject::read(text)).collect();
            let following = subjects.iter().filter(|subject| matches!(subject, Subject::Follower(_))).count();
            for subject in subjects {
                let Some((name, words, withheld)) = holds(&subject, choices) else { continue };
                let since = written.fact.written_at;
                let new = Chosen { withheld, name, words, since, following: 0 };
                let held = chosen.entry(subject).or_insert(new);
                held.since = held.since.max(since);
                held.following += if withheld { 0 } else { u64::try_from(following).unwrap_or(u64::MAX) };
            }
        }
        let mut chosen: Vec<(Subject, Chosen)> = chosen.into_iter().collect();
        chosen.sort_by_key(|(subject, _)| matches!(subject, Subject::Resource(_)));
        Ok(chosen.into_iter().map(|(_, chosen)| chosen).collect())
    }
}

/// Name, words, and whether it is withheld; `None` for what only goes along.
fn holds(subject: &Subject, choices: &Choices) -> Option<(String, String, bool)> {
    match subject {
        Subject::Resource(key) => {
            let withheld = choices.resources.get(key) == Some(&Choice::Withhold);
            let name = plain(&format!("{}/{}", key.resource_type, key.id));
            Some((name, "one entry".to_owned(), withheld))
        }
        Subject::Follower(_) => None,
        Subject::Category(category) => {
            let withheld = choices.settings.withheld.contains(category);
            Some((category.name().to_owned(), category.words().to_owned(), withheld))
        }
        Subject::Screening => {
            Some(("screening".to_owned(), "routine screening".to_owned(), !choices.settings.screening_open))
        }
    }
}

fn why(choice: Option<&Choice>, settings: &Settings, row: &Row) -> Why {
    if choice == Some(&Choice::Withhold) {
        return Why::Chosen;
    }
    let counts = |strength| {
        move |finding: &&Finding| {
            finding.strength == strength && settings.withhold(std::slice::from_ref(*finding))
        }
    };
    if let Some(finding) = row.findings.iter().find(counts(Strength::Strong)) {
        return Why::Speaks(finding.category);
    }
    if row.findings.iter().any(|finding| counts(Strength::Screen)(&finding)) {
        Why::Screening
    } else {
        Why::Refers
    }
}

fn words(why: Why) -> String {
    match why {
        Why::Chosen => "You withheld these".to_owned(),
        Why::Speaks(category) => {
            let mut words = category.words().chars();
            words.next().map(|first| first.to_uppercase().chain(words).collect()).unwrap_or_default()
        }
        Why::Screening => "Routine screening, as it is asked of everybody".to_owned(),
        Why::Refers => "These refer to something that is withheld".to_owned(),
    }
}

/// Whether only a person can tell: it is open, and what speaks of sensitive care in it often means something else.
fn is_unsure(known: &Known, settings: &Settings) -> bool {
    let weak =
        |finding: &Finding| finding.strength == Strength::Weak && !settings.open.contains(&finding.category);
    !known.supporting && known.part == Part::Open && known.findings.iter().any(weak)
}

fn entry(line: Line, row: &Row) -> Withheld {
    let because = match line.covered {
        Some(_) => Vec::new(),
        None => row.findings.iter().map(|finding| plain(&finding.by)).collect(),
    };
    Withheld { line, because }
}
