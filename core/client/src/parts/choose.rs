//! Withholding and sharing.

use std::collections::{BTreeMap, BTreeSet};

use fhir::ResourceKey;
use record::facts::{Fact, Written};
use record::pages::{self, Around, Change, Known};
use record::parts::{Choice, Choices, KIND_SHARE, KIND_WITHHOLD, Part, Subject, released};
use record::sensitive::Category;
use statement::Section;
use store::Commit;

use super::{PartChange, unsettled};
use crate::{Client, Error};

/// Subjects of one fact.
const SUBJECTS: usize = 4_000;
/// The slot of pages that are written for a choice.
const SLOT: &str = "choice";

impl Client {
    /// Withholds these entries from carers, and what refers to them. Nothing changes on one's own screens.
    ///
    /// # Errors
    /// As [`Client::show`].
    pub fn withhold(&self, references: &[String]) -> Result<PartChange, Error> {
        self.choose(KIND_WITHHOLD, self.named(references)?)
    }

    /// Lets carers see these entries, and what was withheld only because it refers to them.
    ///
    /// # Errors
    /// As [`Client::show`].
    pub fn share(&self, references: &[String]) -> Result<PartChange, Error> {
        self.choose(KIND_SHARE, self.named(references)?)
    }

    /// Withholds everything that speaks of this kind of care, as is usual, and routine screening for it.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a name that is none; [`Error::OutOfSpace`].
    pub fn withhold_category(&self, name: &str) -> Result<PartChange, Error> {
        self.choose(KIND_WITHHOLD, vec![Subject::Category(category(name)?)])
    }

    /// Lets carers see what is withheld only because it speaks of this kind of care, and what comes later.
    ///
    /// # Errors
    /// As [`Client::withhold_category`].
    pub fn share_category(&self, name: &str) -> Result<PartChange, Error> {
        self.choose(KIND_SHARE, vec![Subject::Category(category(name)?)])
    }

    /// Withholds what is asked of everybody, such as a questionnaire on mood, as is usual.
    ///
    /// # Errors
    /// [`Error::OutOfSpace`].
    pub fn withhold_screening(&self) -> Result<PartChange, Error> {
        self.choose(KIND_WITHHOLD, vec![Subject::Screening])
    }

    /// Lets carers see what is asked of everybody.
    ///
    /// # Errors
    /// As [`Client::withhold_screening`].
    pub fn share_screening(&self) -> Result<PartChange, Error> {
        self.choose(KIND_SHARE, vec![Subject::Screening])
    }

    fn named(&self, references: &[String]) -> Result<Vec<Subject>, Error> {
        let found: BTreeSet<ResourceKey> = references
            .iter()
            .map(|reference| Ok(self.find(reference)?.row.key))
            .collect::<Result<_, Error>>()?;
        Ok(found.into_iter().map(Subject::Resource).collect())
    }

    /// Writes the choice and moves what changes by it, in one transaction.
    fn choose(&self, kind: &'static str, subjects: Vec<Subject>) -> Result<PartChange, Error> {
        if self.is_rebuilding()? {
            self.finish_rebuild(|_| {})?;
        }
        self.settle_parts()?;
        let mut change = PartChange::default();
        self.say(|client| {
            let mut choosing = Choosing::new(client)?;
            for subject in subjects {
                choosing.add(kind, subject)?;
            }
            let mut drafts = Vec::new();
            let mut commit = Commit::default();
            for issuer in choosing.issuers() {
                let of_issuer = |keys: &BTreeSet<ResourceKey>| -> BTreeSet<ResourceKey> {
                    keys.iter().filter(|key| key.issuer == issuer).cloned().collect()
                };
                let wish = Change {
                    issuer: &issuer,
                    choices: &choosing.choices,
                    withhold: &of_issuer(&choosing.withhold),
                    open: &of_issuer(&choosing.open),
                    copy: &BTreeSet::new(),
                };
                let planned = pages::settle(&wish, &client.inner.store.around(None))?;
                let named = planned.moved.intersection(&choosing.named).count();
                change.moved += count(named);
                change.following += count(planned.moved.len() - named);
                drafts.extend(client.planned_drafts(&issuer, SLOT, &planned)?);
                commit.settings.extend(unsettled(&planned));
            }
            drafts.extend(client.fact_drafts(choosing.facts)?);
            Ok((drafts, commit))
        })?;
        Ok(change)
    }
}

/// The document that holds what is chosen for a resource: never an open one, as the choice itself says much.
pub(super) fn document_of(client: &Client, key: &ResourceKey) -> Result<Section, Error> {
    let known = client.inner.store.around(None).known(key)?;
    Ok(known.map_or(Section::UNSORTED, |known| known.section).withheld())
}

/// A choice in the making.
struct Choosing<'a> {
    client: &'a Client,
    held: Vec<Written>,
    /// As they are with what was added.
    choices: Choices,
    facts: BTreeMap<Section, Vec<Fact>>,
    named: BTreeSet<ResourceKey>,
    open: BTreeSet<ResourceKey>,
    withhold: BTreeSet<ResourceKey>,
}

impl<'a> Choosing<'a> {
    fn new(client: &'a Client) -> Result<Self, Error> {
        let held = client.inner.store.choice_facts()?;
        Ok(Self {
            client,
            choices: Choices::of(&held),
            held,
            facts: BTreeMap::new(),
            named: BTreeSet::new(),
            open: BTreeSet::new(),
            withhold: BTreeSet::new(),
        })
    }

    fn issuers(&self) -> BTreeSet<String> {
        self.open.iter().chain(&self.withhold).map(|key| key.issuer.clone()).collect()
    }

    fn add(&mut self, kind: &'static str, subject: Subject) -> Result<(), Error> {
        let before = self.choices.clone();
        if self.stands(kind, &subject) {
            return Ok(());
        }
        let after = self.with(kind, &subject);
        let touched: BTreeSet<ResourceKey> = match &subject {
            Subject::Resource(key) | Subject::Follower(key) => [key.clone()].into(),
            Subject::Category(_) | Subject::Screening => self.turned(&before, &after)?,
        };
        self.named.extend(touched.iter().cloned());
        let mut along = Vec::new();
        if kind == KIND_SHARE {
            let released = released(&self.client.inner.store.around(None), &after, &touched)?;
            along.extend(released.follow.into_iter().chain(released.along));
        }
        self.write(kind, &subject, &along)?;
        if kind == KIND_SHARE {
            let by_name =
                touched.iter().filter(|key| self.choices.resources.get(*key) == Some(&Choice::Share));
            self.open.extend(by_name.cloned().chain(along));
        } else {
            self.withhold.extend(touched);
            let lost = before.resources.keys().filter(|key| !self.choices.resources.contains_key(*key));
            self.withhold.extend(lost.cloned());
        }
        Ok(())
    }

    /// Whether it is so already.
    fn stands(&self, kind: &str, subject: &Subject) -> bool {
        let settings = &self.choices.settings;
        match (subject, kind == KIND_SHARE) {
            (Subject::Resource(key), shared) => {
                let chosen = if shared { Choice::Share } else { Choice::Withhold };
                self.choices.resources.get(key) == Some(&chosen)
            }
            (Subject::Category(category), true) => settings.open.contains(category),
            (Subject::Category(category), false) => settings.withheld.contains(category),
            (Subject::Screening, shared) => settings.screening_open == shared,
            (Subject::Follower(_), _) => true,
        }
    }

    /// The choices with this one and without what it may bring along.
    fn with(&self, kind: &str, subject: &Subject) -> Choices {
        let mut after = self.choices.clone();
        let shared = kind == KIND_SHARE;
        match subject {
            Subject::Resource(key) | Subject::Follower(key) => {
                after.resources.insert(key.clone(), if shared { Choice::Share } else { Choice::Withhold });
            }
            Subject::Category(category) => {
                let (to, from) = match shared {
                    true => (&mut after.settings.open, &mut after.settings.withheld),
                    false => (&mut after.settings.withheld, &mut after.settings.open),
                };
                from.remove(category);
                to.insert(*category);
            }
            Subject::Screening => after.settings.screening_open = shared,
        }
        after
    }

    /// What was withheld for what it says and is not any more, or the other way round.
    fn turned(&self, before: &Choices, after: &Choices) -> Result<BTreeSet<ResourceKey>, Error> {
        let turns = |(key, known): &(ResourceKey, Known)| {
            let was = before.settings.withhold(&known.findings);
            let is = after.settings.withhold(&known.findings);
            let elsewhere = (known.part == Part::Open) == is || known.supporting;
            was != is && elsewhere && before.resources.get(key).is_none_or(|choice| *choice == Choice::Follow)
        };
        let found = self.client.inner.store.with_findings()?;
        Ok(found.into_iter().filter(turns).map(|(key, _)| key).collect())
    }

    /// The facts of a choice, in the document that it belongs to; together with what was chosen before they say what holds now.
    fn write(&mut self, kind: &str, subject: &Subject, along: &[ResourceKey]) -> Result<(), Error> {
        let document = match subject {
            Subject::Resource(key) | Subject::Follower(key) => document_of(self.client, key)?,
            Subject::Category(_) | Subject::Screening => Section::PROFILE.withheld(),
        };
        let mut chunks: Vec<&[ResourceKey]> = along.chunks(SUBJECTS).collect();
        if chunks.is_empty() {
            chunks.push(&[]);
        }
        let all: BTreeSet<String> = std::iter::once(subject.text())
            .chain(along.iter().map(|key| Subject::Follower(key.clone()).text()))
            .collect();
        let mut replaces = Choices::replaced(&self.held, &all);
        for chunk in chunks {
            let mut subjects = vec![subject.text()];
            subjects.extend(chunk.iter().map(|key| Subject::Follower(key.clone()).text()));
            let fact = Fact { subjects, replaces: std::mem::take(&mut replaces), ..self.client.fact(kind)? };
            let written = Written {
                digest: fact.digest()?,
                fact: fact.clone(),
                device: self.client.inner.author.device,
            };
            self.held.push(written);
            self.facts.entry(document.clone()).or_default().push(fact);
        }
        self.choices = Choices::of(&self.held);
        Ok(())
    }
}

fn category(name: &str) -> Result<Category, Error> {
    let names = || Category::ALL.iter().map(|category| category.name()).collect::<Vec<_>>().join(", ");
    Category::named(name.trim().to_lowercase().as_str()).ok_or_else(|| {
        Error::Invalid(format!("There is no kind of care of that name. Known are: {}", names()))
    })
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}
